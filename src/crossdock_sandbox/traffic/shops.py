"""What vendors' people do in their own shops, as control operations: sell, take back, count anew, change products.

Not here: when (whoever rehearses), or parcels (player.py).
"""

from typing import Any

from crossdock_sandbox.traffic.ledger import Built, Ledger
from crossdock_sandbox.traffic.plan import Amend, OfShop, Restock, Sell, TakeBack


def shop_op(happening: OfShop, built: Built, ledger: Ledger) -> dict[str, Any] | None:
    """The operation of `happening`; None when there is nothing to do it to."""
    store = {"store": happening.shop}
    if isinstance(happening, TakeBack):
        sold = ledger.own.get(happening.sale)
        return {"op": "cancel_order", **store, "order_id": sold[1], "reason": "customer"} if sold else None
    ids = built.goods[happening.offer]
    if isinstance(happening, Sell):
        lines = [{"variant_id": ids.variant, "quantity": happening.quantity}]
        return {"op": "place_order", **store, "lines": lines, "paid": True, "refuse_when_short": True}
    if isinstance(happening, Restock):
        return {"op": "adjust_stock", **store, "variant_id": ids.variant, "delta": happening.delta}
    return _amend(happening, store, ids.product, ids.variant)


def _amend(happening: Amend, store: dict[str, Any], product: str, variant: str) -> dict[str, Any]:
    if happening.variant:
        return {"op": "edit_variant", **store, "variant_id": variant, "set": happening.variant}
    return {"op": "edit_product", **store, "product_id": product, "set": happening.product}
