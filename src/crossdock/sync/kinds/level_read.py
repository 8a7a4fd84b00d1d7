"""The merchant's stock read where the books have no basis: the first time, or where they were wrong.

What survives a crash: nothing need to; a read may be repeated. Not here: what is made of it (sql/level.sql).
"""

from collections.abc import Sequence
from datetime import datetime

from crossdock.connector.errors import Gone, Rejected
from crossdock.core.stock import Why
from crossdock.sync.db import named
from crossdock.sync.drain import Context
from crossdock.sync.kinds.level_rows import LevelRow, Settling, settle
from crossdock.sync.stores import Store


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
        if (row.item_id, row.location_id) not in found:
            try:
                await store.client.stock_at(row.item_id, row.location_id)
                found[row.item_id, row.location_id] = 0
            except (Gone, Rejected):
                gone.append(row)
    read = [(row, found[place]) for row in there if (place := (row.item_id, row.location_id)) in found]
    await _keep(context, read, began_at)
    await settle(context, [Settling(row.id, row.wanted, None, Why.MERCHANT_GONE) for row in gone])


async def _find_items(store: Store, rows: Sequence[LevelRow]) -> None:
    """What stock is kept under, from the products themselves; the merchant's catalogue has not told it yet."""
    if not rows:
        return
    products = await store.client.read_products(sorted({row.merchant_product_id for row in rows}))
    items = {variant.id: variant.item_id for product in products for variant in product.variants}
    for row in rows:
        row.item_id = items.get(row.merchant_variant_id, "")


async def _keep(context: Context, read: Sequence[tuple[LevelRow, int]], began_at: datetime) -> None:
    if not read:
        return
    expected = [row.expected for row, _ in read]
    parameters = {
        "link_ids": [row.id for row, _ in read],
        "availables": [available for _, available in read],
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
    async with context.pool.connection() as connection:
        await connection.execute(named("levels_read"), parameters)
    context.points.reach("result.after_commit", "read_levels", "merchant")
