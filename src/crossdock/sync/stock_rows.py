"""Stock as it is kept: what was sold, what vendors' stores have taken of it, and what they say they have.

Everything here is in the caller's transaction, set-based, and returns the marks that belong at its end. What survives a
crash: a figure and what it contains are kept together or not at all. Not here: what is decided of it (core/stock.py),
or writing it to a store (kinds/level*.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core import stock_figures
from crossdock.core.catalog import Level
from crossdock.core.reasons import Reason
from crossdock.core.stock_figures import Figure, Places, Stock
from crossdock.sync.catalogue_stock import want_levels
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark, SyncCursor

Place = tuple[int, str]  # a vendor's store and a variant of it
_encode = msgspec.json.encode


class Sold(Struct, frozen=True):
    """One line of a merchant's order, of a variant with a link: the columns of statement `count_sold`. `sents`: units
    that the vendor's store has by its order already; `elsewhere`: they are not to come from this vendor's figure."""

    order_ids: int
    marketplace_ids: int
    line_ids: str
    variant_ids: str
    vendor_order_ids: int | None
    units: int
    sents: int
    elsewhere: bool


class Taken(Struct, frozen=True):
    """One line that a vendor's store has now by its order: the columns of statement `keep_taken`. `availables` is what
    is left of the variant, None = not told; `versions` the store's own stamp of it."""

    order_ids: int
    line_ids: str
    quantities: int
    store_ids: int
    variant_ids: str
    availables: int | None
    versions: int


class Told(Struct, frozen=True):
    """What a vendor's store said of one item at one location."""

    store_id: int
    level: Level


async def ensure_levels(cursor: AsyncCursor[Any], marketplace_id: int, variant_ids: Collection[str]) -> list[Mark]:
    """Levels for the links of these merchant's variants, to be called after the links were made or changed."""
    if not variant_ids:
        return []
    parameters = {"marketplace_id": marketplace_id, "variant_ids": sorted(variant_ids)}
    await cursor.execute(named("ensure_levels"), parameters)
    return [_mark(row[0], "linked") for row in await cursor.fetchall()]


def ensure_levels_now(cursor: SyncCursor, marketplace_id: int, variant_ids: Collection[str]) -> list[Mark]:
    """`ensure_levels` for operations."""
    if not variant_ids:
        return []
    parameters = {"marketplace_id": marketplace_id, "variant_ids": sorted(variant_ids)}
    cursor.execute(named("ensure_levels"), parameters)
    return [_mark(row[0], "linked") for row in cursor.fetchall()]


async def count_sold(
    cursor: AsyncCursor[Any], orders: Collection[int], rows: Sequence[Sold], stores: Mapping[int, int], now: datetime
) -> list[Mark]:
    """What routed orders sell. `orders` are all that were routed and may have been counted before; `stores` the
    merchant's store of each marketplace."""
    if not rows and not orders:
        return []
    ordered = sorted(rows, key=lambda row: (row.order_ids, row.line_ids))
    columns = {name: [getattr(row, name) for row in ordered] for name in Sold.__struct_fields__}
    given = {"orders": sorted({*orders, *columns["order_ids"]}), "now": now}
    await cursor.execute(named("count_sold"), columns | given)
    changed = await cursor.fetchall()
    marks = [_mark(stores[row[0]], "sold") for row in changed if row[3]]
    shared = {(store, variant) for _, store, variant, _, others, _ in changed if others}
    marks += await want_levels(cursor, shared)
    doubts = {(store, variant) for _, store, variant, _, _, doubt in changed if doubt}
    return _once(marks + await doubt(cursor, doubts))


async def keep_taken(cursor: AsyncCursor[Any], rows: Sequence[Taken], now: datetime) -> list[Mark]:
    """Vendor's stores have these lines now: kept with the commit that keeps the vendor orders' ids."""
    if not rows:
        return []
    ordered = sorted(rows, key=lambda row: (row.order_ids, row.line_ids))
    columns = {name: [getattr(row, name) for row in ordered] for name in Taken.__struct_fields__}
    await cursor.execute(named("keep_taken"), columns | {"now": now})
    changed = await cursor.fetchall()
    marks = await want_levels(cursor, {(store, variant) for store, variant, look, _ in changed if look})
    return _once(marks + [_mark(store, "taken") for store, _, _, doubtful in changed if doubtful])


async def untake(cursor: AsyncCursor[Any], vendor_order_ids: Collection[int]) -> list[Mark]:
    """Vendors cancelled these orders by themselves: their units are pending again."""
    if not vendor_order_ids:
        return []
    await cursor.execute(named("untake"), {"vendor_order_ids": sorted(vendor_order_ids)})
    return await want_levels(cursor, set(await cursor.fetchall()))


async def closed(cursor: AsyncCursor[Any], vendor_order_ids: Collection[int]) -> list[Mark]:
    """These vendor orders are done with: what was kept in its place for them only may go."""
    if not vendor_order_ids:
        return []
    await cursor.execute(named("want_closed_levels"), {"vendor_order_ids": sorted(vendor_order_ids)})
    return [_mark(row[0], "orders_closed") for row in await cursor.fetchall()]


async def shipped_bare(cursor: AsyncCursor[Any], vendor_order_ids: Collection[int], now: datetime) -> list[Mark]:
    """Of these vendor orders, which are done with, those with lines that the vendor's store made without their variant:
    what was to be seen to is over, and the units count as placed once the figure was read again."""
    if not vendor_order_ids:
        return []
    parameters = {"vendor_order_ids": sorted(vendor_order_ids), "reason": Reason.LINE_WITHOUT_VARIANT.value, "now": now}
    await cursor.execute(named("close_bare_lines"), parameters)
    stores: set[int] = set()
    for (vendor_order_id,) in await cursor.fetchall():
        await cursor.execute(named("taken_by_person"), {"vendor_order_id": vendor_order_id, "now": now})
        stores |= {row[0] for row in await cursor.fetchall()}
    return [_mark(store_id, "doubt") for store_id in sorted(stores)]


async def doubt(cursor: AsyncCursor[Any], places: Collection[Place]) -> list[Mark]:
    """These figures are to be read from the vendors' stores."""
    if not places:
        return []
    ordered = sorted(places)
    parameters = {"store_ids": [store for store, _ in ordered], "variant_ids": [variant for _, variant in ordered]}
    await cursor.execute(named("doubt_figures"), parameters)
    return [_mark(store_id, "doubt") for store_id in sorted({store for store, _ in ordered})]


class Row(Struct, frozen=True):
    """A vendor's variant and what is known of its stock."""

    id: int
    store_id: int
    variant_id: str
    item_id: str
    available: int | None
    levels: dict[str, list[Any]]
    level_at: datetime | None
    level_doubt: bool

    @property
    def stock(self) -> Stock:
        figures = {location: Figure(*figure) for location, figure in self.levels.items()}
        return Stock(self.available, figures, self.level_at, self.level_doubt)


async def keep_levels(cursor: AsyncCursor[Any], seen: Sequence[Told], now: datetime) -> list[Mark]:
    """What webhooks said of vendors' stock: newest version wins, what cannot be told apart is read. Items that nothing
    is known of are none of our business."""
    if not seen:
        return []
    asked = sorted({(one.store_id, one.level.item_id) for one in seen})
    parameters = {"store_ids": [store for store, _ in asked], "item_ids": [item for _, item in asked]}
    await cursor.execute(named("lock_figures"), parameters)
    rows = [Row(*row) for row in await cursor.fetchall()]
    places = await places_of(cursor, {row.store_id for row in rows})
    by_item: defaultdict[tuple[int, str], list[Level]] = defaultdict(list)
    for one in sorted(seen, key=lambda one: one.level.version):
        by_item[one.store_id, one.level.item_id].append(one.level)
    after: list[tuple[Row, Stock]] = []
    for row in rows:
        stock = row.stock
        for level in by_item[row.store_id, row.item_id]:
            stock = stock_figures.told(stock, level, places[row.store_id])
        after.append((row, stock))
    changed = [(row, stock) for row, stock in after if stock != row.stock]
    await save(cursor, changed, now)
    marks = await want_levels(
        cursor, {(row.store_id, row.variant_id) for row, stock in changed if stock.available != row.available}
    )
    return _once(marks + [_mark(row.store_id, "doubt") for row, stock in changed if stock.doubt])


async def keep_read(
    cursor: AsyncCursor[Any], ids: Sequence[int], levels: Iterable[Level], began_at: datetime, now: datetime
) -> list[Mark]:
    """What a vendor's store answered to a read of these variants that began then. Units that were sent before are in
    these figures. Everything offered by them is decided anew: it may have waited for certainty."""
    await cursor.execute(named("figures_by_id"), {"ids": sorted(ids)})
    rows = [Row(*row) for row in await cursor.fetchall()]
    places = await places_of(cursor, {row.store_id for row in rows})
    by_item: defaultdict[str, list[Level]] = defaultdict(list)
    for level in levels:
        by_item[level.item_id].append(level)
    after = [
        (row, stock_figures.was_read(row.stock, by_item[row.item_id], places[row.store_id], began_at)) for row in rows
    ]
    await save(cursor, after, now)
    for store_id in {row.store_id for row in rows}:
        variant_ids = [row.variant_id for row in rows if row.store_id == store_id]
        parameters = {"store_id": store_id, "variant_ids": variant_ids, "began_at": began_at}
        await cursor.execute(named("take_sent"), parameters)
    return await want_levels(cursor, {(row.store_id, row.variant_id) for row in rows})


async def save(cursor: AsyncCursor[Any], rows: Sequence[tuple[Row, Stock]], now: datetime) -> None:
    if rows:
        parameters = {
            "ids": [row.id for row, _ in rows],
            "availables": [stock.available for _, stock in rows],
            "levels": [_encode(stock.figures).decode() for _, stock in rows],
            "doubts": [stock.doubt for _, stock in rows],
            "now": now,
        }
        await cursor.execute(named("save_figures"), parameters)


async def places_of(cursor: AsyncCursor[Any], store_ids: Collection[int]) -> dict[int, Places]:
    """Where each store's stock counts."""
    if not store_ids:
        return {}
    await cursor.execute(named("store_places"), {"store_ids": sorted(store_ids)})
    return {
        store_id: Places({one["id"]: one.get("active", True) for one in locations}, tuple(chosen))
        for store_id, locations, chosen in await cursor.fetchall()
    }


async def swept(cursor: AsyncCursor[Any], store_id: int) -> list[Mark]:
    """All orders of the merchant's store were listed: what is still missing without one may be explained by none."""
    await cursor.execute(named("unexplained_levels"), {"store_id": store_id})
    return [_mark(store_id, "swept")] if await cursor.fetchall() else []


def _mark(store_id: int, reason: str) -> Mark:
    """The key of a store's levels: its own number."""
    return Mark(store_id, "level", store_id, reason)


def _once(marks: Iterable[Mark]) -> list[Mark]:
    return list({(mark.store_id, mark.kind, mark.ref): mark for mark in marks}.values())
