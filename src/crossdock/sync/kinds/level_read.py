"""The merchant's stock read where the books have no basis: the first time, or where they were wrong.

What survives a crash: nothing need to; a read may be repeated. Not here: what is made of it (sql/level.sql).
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import AsyncCursor

from crossdock.connector.errors import Gone, Rejected
from crossdock.core.reasons import Reason
from crossdock.sync import writer
from crossdock.sync.db import named, one, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Note, Settled
from crossdock.sync.kinds.level_gone import settle_gone
from crossdock.sync.kinds.level_rows import LevelRow
from crossdock.sync.stores import Store

AT_ONCE = 8  # the store's budget sets the pace


async def read(context: Context, store: Store, rows: Sequence[LevelRow]) -> None:
    """At most 250. An item that is not kept at its location yet begins there with none."""
    await _find_items(store, [row for row in rows if not row.item_id])
    there = [row for row in rows if row.item_id]
    gone = [row for row in rows if not row.item_id]
    began_at = context.clock()
    levels = await store.client.read_levels([row.item_id for row in there]) if there else ()
    found = {(level.item_id, level.location_id): level.available for level in levels}
    for row in there:
        row.location_id = row.location_id or row.wanted_location
    places = {(row.item_id, row.location_id) for row in there} - found.keys()
    found |= dict.fromkeys(await stocked(store, sorted(places)), 0)
    gone += [row for row in there if (row.item_id, row.location_id) not in found]
    read = [(row, found[place]) for row in there if (place := (row.item_id, row.location_id)) in found]
    everywhere: Counter[str] = Counter()
    for (item_id, _), available in found.items():
        everywhere[item_id] += max(0, available)
    elsewhere = [everywhere[row.item_id] - max(0, available) for row, available in read]
    await _keep(context, store, read, elsewhere, began_at)
    await settle_gone(context, store, gone)


async def stocked(store: Store, places: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Items are kept at these locations from now on; those that are not there are left out. A few at once: a call each,
    one after another, two hundred and fifty of them would hold up all other levels."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def begin(place: tuple[str, str]) -> bool:
        async with gate:
            try:
                await store.client.stock_at(*place)
            except (Gone, Rejected):
                return False
            return True

    begun = await asyncio.gather(*(begin(place) for place in places), return_exceptions=True)
    for error in begun:
        if isinstance(error, BaseException):
            raise error
    return [place for place, done in zip(places, begun, strict=True) if done]


async def _find_items(store: Store, rows: Sequence[LevelRow]) -> None:
    """What stock is kept under, from the products themselves; the merchant's catalogue has not told it yet."""
    if not rows:
        return
    products = await store.client.read_products(sorted({row.merchant_product_id for row in rows}))
    items = {variant.id: variant.item_id for product in products for variant in product.variants}
    for row in rows:
        row.item_id = items.get(row.merchant_variant_id, "")


async def _keep(
    context: Context,
    store: Store,
    read: Sequence[tuple[LevelRow, int]],
    elsewhere: Sequence[int],
    began_at: datetime,
) -> None:
    if not read:
        return
    expected = [row.expected for row, _ in read]
    parameters = {
        "link_ids": [row.id for row, _ in read],
        "availables": [available for _, available in read],
        "elsewheres": list(elsewhere),
        "solds": [row.sold for row, _ in read],
        "thens": [row.sold_then for row, _ in read],
        "missings": [
            0 if was is None else max(0, was - available) for was, (_, available) in zip(expected, read, strict=True)
        ],
        "wanteds": [row.wanted for row, _ in read],
        "item_ids": [row.item_id for row, _ in read],
        "location_ids": [row.location_id for row, _ in read],
        "began_at": began_at,
    }
    context.points.reach("result.before_commit", "read_levels", "merchant")

    async def keep(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("levels_read"), parameters)
        found = await cursor.fetchall()
        if any(spread for (spread,) in found):
            await _tell(cursor, store, context.clock())

    await transact(context.pool, keep)
    context.points.reach("result.after_commit", "read_levels", "merchant")


async def _tell(cursor: AsyncCursor[Any], store: Store, now: datetime) -> None:
    """Units at other locations of the merchant's are sold, too, and are none of the hub's: a person decides."""
    await cursor.execute(named("stock_elsewhere"), {"marketplace_id": store.marketplace_id, "store_id": store.id})
    count, titles = one(await cursor.fetchone())
    if count:
        note = Note(store.marketplace_id, Reason.STOCK_ELSEWHERE, store.id, data={"count": count, "products": titles})
        await writer.notes(cursor, "open_attentions", [note], now)
    else:
        await writer.settle(cursor, [Settled(Reason.STOCK_ELSEWHERE, store_id=store.id)], now)
