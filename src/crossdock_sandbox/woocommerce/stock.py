"""Stock: one figure per product that counts it; orders lower and return it, people and apps set it.

Every change says why (`cause`) and who (`by`: shopper, staff or app). Not for when orders do so (`acts_orders.py`).
"""

from typing import TYPE_CHECKING

from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Product

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

PLACE = 0  # WooCommerce knows one place


def move(
    world: "Sandbox", shop: Shop, holder: Product, to: int, cause: str, by: str, order_id: int | None = None
) -> None:
    """The one way by which a figure changes, so that the shop's ledger misses nothing. Tells nobody."""
    before = holder.stock or 0
    holder.stock = to
    derive(holder)
    if shop.ledger is None or before == to:
        return
    # A parent's figure is what each of its variations has that does not count its own.
    for one in (holder, *(each for each in holder.variations if each.manage == "parent")):
        shop.ledger.note(world.stock_change(), world.now(), one.id, PLACE, before, to, cause, order_id, by)


def derive(it: Product) -> None:
    """The status follows from the figure where there is one (FACTS, Products)."""
    if it.manage is True:
        level = it.stock or 0
        sold_out = "onbackorder" if it.backorders != "no" else "outofstock"
        it.stock_status = "instock" if level > 0 else sold_out
    elif it.kind == "variable":
        found = {(one.holder or one).stock_status for one in it.variations if one.status == "publish"}
        it.stock_status = next((each for each in ("instock", "onbackorder") if each in found), "outofstock")
    if it.parent is not None and it.parent.manage is not True:
        derive(it.parent)


def available(it: Product) -> int | None:
    """None: not counted."""
    holder = it.holder
    return None if holder is None else holder.stock or 0
