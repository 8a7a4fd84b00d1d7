"""Inventory 1.0: list, get by ids, adjust all or none (FACTS section 4). Of physical and service variants only.

Not for who else changes stock (`stock.py`).
"""

from typing import Any

from crossdock_sandbox.squarespace import paging, reading, show, stock
from crossdock_sandbox.squarespace.call import Call, Done, once
from crossdock_sandbox.squarespace.refusal import absent, conflict, invalid
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Variant

PATH = "/1.0/commerce/inventory"
MOST_IDS = MOST_OPERATIONS = 50
MOST_UNITS = 1_000_000_000
KEPT = ("PHYSICAL", "SERVICE")
ROWS = {"incrementOperations": 1, "decrementOperations": -1, "setFiniteOperations": 0}


def listed(call: Call) -> Done:
    paging.known(call.query, frozenset(("cursor",)))
    items = [one for one in call.shop.variants.values() if one.product.type in KEPT]
    start = paging.opened(call.query["cursor"], "inventory")["place"] if "cursor" in call.query else 0
    rows = items[start : start + paging.PAGE]
    more = start + paging.PAGE < len(items)
    following = paging.cursor(kind="inventory", place=start + paging.PAGE) if more else ""
    return 200, {"inventory": [show.stock(one) for one in rows], "pagination": paging.pagination(PATH, following)}


def some(call: Call, ids: str) -> Done:
    wanted = list(dict.fromkeys(ids.split(",")))
    if len(wanted) > MOST_IDS:
        raise invalid(f"At most {MOST_IDS} ids.")
    found = [_kept(call.shop, id) for id in wanted]
    if None in found:
        raise absent("An inventory item was not found.", "INVENTORY_ITEM_NOT_FOUND")
    rows = [show.stock(one) for one in found if one is not None]
    call.world.random.shuffle(rows)  # the order is not promised
    return 200, {"inventory": rows}


def adjusted(call: Call) -> Done:
    return once(call, "adjustInventory", lambda: _adjust(call))


def _adjust(call: Call) -> Done:
    given = call.body
    unlimited = given.get("setUnlimitedOperations") or []
    if not isinstance(unlimited, list) or any(not isinstance(one, str) for one in unlimited):
        raise invalid("setUnlimitedOperations must be an array of strings.")
    rows = [(name, row) for name in ROWS for row in reading.rows(given, name)]
    if not 1 <= len(rows) + len(unlimited) <= MOST_OPERATIONS:
        raise invalid(f"There must be 1 to {MOST_OPERATIONS} operations.")
    wanted = [(_variant(call.shop, row.get("variantId")), _target(call.shop, name, row)) for name, row in rows]
    endless = [_variant(call.shop, id) for id in unlimited]
    ids = [one.id for one, _ in wanted] + [one.id for one in endless]
    if len(ids) != len(set(ids)):
        raise invalid("A variant may appear only once.")
    for variant, target in wanted:
        if target < 0:
            raise conflict(f"There is not enough stock of {variant.id}.", "INSUFFICIENT_STOCK")
        if target > MOST_UNITS:
            raise conflict(f"There would be too much stock of {variant.id}.", "STOCK_EXCEEDS_MAX")
    for variant, target in wanted:
        variant.unlimited = False
        stock.move(call.world, call.shop, variant, target, "app", "app")
    for variant in endless:
        variant.unlimited = True
    return 204, None


def _target(shop: Shop, name: str, row: dict[str, Any]) -> int:
    quantity = reading.whole(row, "quantity", f"{name}.", 0, MOST_UNITS)
    if not ROWS[name]:
        return quantity
    variant = _variant(shop, row.get("variantId"))
    if variant.unlimited:
        raise conflict(f"The stock of {variant.id} is unlimited.", "STOCK_NOT_TRACKED")
    return variant.quantity + ROWS[name] * quantity


def _variant(shop: Shop, id: Any) -> Variant:
    found = _kept(shop, id)
    if found is None:
        raise invalid(f"variantId {id} was not found.", "INVENTORY_ITEM_NOT_FOUND")
    return found


def _kept(shop: Shop, id: Any) -> Variant | None:
    found = shop.variants.get(id) if isinstance(id, str) else None
    return found if found is not None and found.product.type in KEPT else None
