"""Stock read and written. WooCommerce has no compare-and-set (FACTS, Products): what is to be written is read first,
and written as a difference where the shop takes one, so that a sale between the two is not lost but seen.

Not here: products as a whole (products.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec import Struct

from crossdock.connector.contract import LevelChange, LevelsRefused, LevelWrite
from crossdock.connector.errors import Gone, OutcomeUnknown, Rejected
from crossdock.core.catalog import Level
from crossdock.platforms.woocommerce import mapping_products, pages
from crossdock.platforms.woocommerce.client import STOCK, Rest
from crossdock.platforms.woocommerce.wire_products import Row, Stock

AT_ONCE = 100  # of a list's page, and of a batch (FACTS, Lists and filters)
_FIELDS = "id,status,manage_stock,stock_quantity,stock_status,date_modified_gmt"


class _Kind(Struct):
    id: int
    type: str = "simple"
    parent_id: int = 0
    status: str = "publish"


class _Batch(Struct):
    update: list[msgspec.Raw] = []


class Item(Struct, frozen=True):
    """What stock is kept under: a product, or a variation of one."""

    product_id: str
    variation_id: str = ""

    @property
    def id(self) -> str:
        return self.variation_id or self.product_id

    @property
    def path(self) -> str:
        return f"products/{self.product_id}" + (f"/variations/{self.variation_id}" if self.variation_id else "")


def item(item_id: str) -> Item:
    """Raises Rejected for what is none."""
    product_id, slash, variation_id = item_id.partition("/")
    if not product_id.isdecimal() or (slash and not variation_id.isdecimal()):
        raise Rejected(f"{item_id!r} is no item of this shop", code="item", call="stock")
    return Item(product_id, variation_id)


def item_id(product_id: str, variant_id: str) -> str:
    return product_id if product_id == variant_id else f"{product_id}/{variant_id}"


async def parent(rest: Rest, variant_id: str, product_id: str) -> str:
    """The product of a variant. Raises Gone when either is not there."""
    if not variant_id.isdecimal():
        raise Gone(f"{variant_id!r} is no product's number", call="read_product")
    if product_id.isdecimal():
        found = await rest.get(f"products/{product_id}/variations/{variant_id}", _Kind, call="read_product")
        owner = product_id
    else:
        found = await rest.get(f"products/{variant_id}", _Kind, call="read_product")
        owner = str(found.parent_id) if found.type == "variation" else variant_id
    if found.status == "trash":
        raise Gone(f"{variant_id} is in the trash", call="read_product")
    return owner


async def read_levels(rest: Rest, item_ids: Sequence[str]) -> tuple[Level, ...]:
    """Those that are counted; see mapping_products.stock_of."""
    there = await _read(rest, [item(each) for each in dict.fromkeys(item_ids)])
    levels = []
    for each in dict.fromkeys(item_ids):
        stock = there.get(item(each))
        level = mapping_products.level(stock, each, vendor=rest.vendor) if stock is not None else None
        if level is not None:
            levels.append(level)
    return tuple(levels)


async def set_levels(rest: Rest, rows: Sequence[LevelWrite]) -> LevelsRefused:
    """All are read first; nothing is written where one is not as it was."""
    _once([row.item_id for row in rows])
    items = [item(row.item_id) for row in rows]
    there = await _read(rest, items)
    refused = _refused(rows, items, there, vendor=rest.vendor)
    if refused:
        return refused
    wanted = {one: row.quantity for one, row in zip(items, rows, strict=True)}
    await _write(rest, wanted, there, exact={one for one, row in zip(items, rows, strict=True) if row.was is None})
    return refused


async def adjust_levels(rest: Rest, rows: Sequence[LevelChange]) -> LevelsRefused:
    """A difference, added by the shop to what it has then. The answer shows whether it was understood."""
    _once([row.item_id for row in rows])
    items = [item(row.item_id) for row in rows]
    there = await _read(rest, items)
    gone = tuple(at for at, one in enumerate(items) if one not in there)
    bare = tuple(at for at, one in enumerate(items) if one in there and there[one].manage_stock is not True)
    if gone or bare:
        return LevelsRefused(gone=gone, not_stocked=bare)
    wanted = {one: (there[one].available or 0) + row.delta for one, row in zip(items, rows, strict=True)}
    await _write(rest, wanted, there, exact=frozenset())
    return LevelsRefused()


async def begin(rest: Rest, item_id: str) -> None:
    """Count an item from now on, with none there; one that is counted already is left as it is."""
    one = item(item_id)
    now = await rest.get(one.path, Stock, [("_fields", _FIELDS)], call="stock_at", priority=STOCK)
    if now.manage_stock is True:
        return
    body = {"manage_stock": True, "stock_quantity": 0}
    await rest.send("PUT", one.path, body, Stock, call="stock_at", priority=STOCK)


async def _read(rest: Rest, items: Iterable[Item]) -> dict[Item, Stock]:
    """Up to a hundred products a call, or a hundred variations of one product."""
    found: dict[Item, Stock] = {}
    for path, some in _grouped(items).items():
        for at in range(0, len(some), AT_ONCE):
            by_id = {one.id: one for one in some[at : at + AT_ONCE]}
            query = [("include", ",".join(by_id)), ("per_page", str(AT_ONCE)), ("_fields", _FIELDS)]
            try:
                page = await rest.page(path, query, call="read_levels", priority=STOCK)
            except Gone:
                continue
            for stock in pages.each(page.rows, lambda row: msgspec.json.decode(row, type=Stock)):
                if str(stock.id) in by_id:
                    found[by_id[str(stock.id)]] = stock
    return found


def _grouped(items: Iterable[Item]) -> Mapping[str, list[Item]]:
    groups: defaultdict[str, list[Item]] = defaultdict(list)
    for one in items:
        groups[f"products/{one.product_id}/variations" if one.variation_id else "products"].append(one)
    return groups


def _refused(
    rows: Sequence[LevelWrite], items: Sequence[Item], there: Mapping[Item, Stock], *, vendor: bool
) -> LevelsRefused:
    stale, bare, gone = [], [], []
    for at, (row, one) in enumerate(zip(rows, items, strict=True)):
        stock = there.get(one)
        if stock is None or row.location_id != mapping_products.PLACE:
            gone.append(at)
        elif stock.manage_stock is not True:
            bare.append(at)
        elif row.was is not None and stock.available != row.was:
            stale.append(at)
    return LevelsRefused(tuple(stale), tuple(bare), tuple(gone))


async def _write(rest: Rest, wanted: Mapping[Item, int], there: Mapping[Item, Stock], *, exact: Iterable[Item]) -> None:
    """`inventory_delta` is added by the shop at once (recorded stock_inventory_delta), where an absolute figure would
    undo a sale that came since the read; one that is not taken is set."""
    absolute = set(exact)
    left: dict[Item, int] = {}
    for path, some in _grouped(wanted).items():
        for at in range(0, len(some), AT_ONCE):
            rows = [_row(one, wanted[one], there[one], one in absolute) for one in some[at : at + AT_ONCE]]
            answered = await _batch(rest, path, rows)
            left |= {one: wanted[one] for one in some[at : at + AT_ONCE] if _ignored(one, wanted, there, answered)}
    for one, quantity in left.items():
        body = {"manage_stock": True, "stock_quantity": quantity}
        await rest.send("PUT", one.path, body, Stock, call="set_levels", priority=STOCK)


def _row(one: Item, quantity: int, now: Stock, absolute: bool) -> dict[str, int | bool]:
    if absolute or now.available is None:
        return {"id": int(one.id), "manage_stock": True, "stock_quantity": quantity}
    return {"id": int(one.id), "inventory_delta": quantity - now.available}


def _ignored(one: Item, wanted: Mapping[Item, int], there: Mapping[Item, Stock], answered: Mapping[str, Stock]) -> bool:
    """The shop did nothing with the difference: it has what it had."""
    now = answered[one.id].available
    return now == there[one].available and now != wanted[one]


async def _batch(rest: Rest, path: str, rows: Sequence[Mapping[str, int | bool]]) -> dict[str, Stock]:
    """A batch is not all or none: where one row failed, what is there has to be read again."""
    body = {"update": rows}
    answer = await rest.send("POST", f"{path}/batch", body, _Batch, call="set_levels", priority=STOCK)
    found: dict[str, Stock] = {}
    for raw in answer.update:
        row = msgspec.json.decode(raw, type=Row)
        if row.error is not None:
            raise OutcomeUnknown(f"{row.id}: {row.error.message}", call="set_levels")
        stock = msgspec.json.decode(raw, type=Stock)
        found[str(stock.id)] = stock
    if {str(row["id"]) for row in rows} - set(found):
        raise OutcomeUnknown("the shop did not answer for all rows", call="set_levels")
    return found


def _once(ids: Sequence[str]) -> None:
    if len(set(ids)) < len(ids):
        raise Rejected("two rows are of one item", code="duplicate", call="set_levels")
