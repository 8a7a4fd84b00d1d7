"""Levels under the brake: whole listings that a vendor's own figure takes off sale at once are losses, and too many of
them wait for a person. Units sold through orders, and what sells out by and by, are none.

Not here: the counting (brake.py), or how much is too much (core/plan.py).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from msgspec import structs
from psycopg import AsyncCursor

from crossdock.core import stock
from crossdock.core.reasons import Reason
from crossdock.core.stock import Why
from crossdock.sync import brake
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.kinds.level_rows import LevelRow, Settling, keep_settled
from crossdock.sync.kinds.level_write import Planned
from crossdock.sync.stores import Store


async def braked(context: Context, store: Store, planned: Sequence[Planned]) -> tuple[list[Planned], list[Settling]]:
    """What may be written, losses named as such; and what waits for a person."""
    suspects = [one for one in planned if _suspect(one)]
    if not suspects:
        return list(planned), []

    async def judge(cursor: AsyncCursor[Any]) -> tuple[set[str], list[Settling]]:
        lost = await _lost(cursor, store, suspects)
        vendors = {one.row.merchant_product_id: one.row.vendor_id for one in suspects}
        more = Counter(vendors[product_id] for product_id in lost)
        may = await brake.allowed(cursor, more, now=context.clock(), window=context.brake_window)
        held = [
            Settling(one.row.id, one.row.wanted, one.row.expected, Reason.TOO_MUCH_CHANGE)
            for one in suspects
            if one.row.merchant_product_id in lost and one.row.vendor_id not in may
        ]
        await keep_settled(cursor, held)
        return lost, held

    lost, held = await transact(context.pool, judge)
    waiting = {one.link_ids for one in held}
    going = [one for one in planned if one.row.id not in waiting]
    ids = {one.row.id for one in suspects if one.row.merchant_product_id in lost}
    return [structs.replace(one, reason=Why.VENDOR_EMPTY) if one.row.id in ids else one for one in going], held


def _suspect(one: Planned) -> bool:
    return one.to == 0 and one.was > 0 and one.row.vendor_has_none and not one.row.ended and not one.row.off_sale


async def _lost(cursor: AsyncCursor[Any], store: Store, suspects: Sequence[Planned]) -> set[str]:
    """The merchant's products that would go off sale altogether, other than by selling out."""
    zeroed = {one.row.id for one in suspects}
    gone = {one.row.merchant_product_id for one in suspects if one.row.gone}
    parameters = {
        "marketplace_id": store.marketplace_id,
        "product_ids": sorted({one.row.merchant_product_id for one in suspects}),
    }
    await cursor.execute(named("listing_offers"), parameters)
    before: defaultdict[str, int] = defaultdict(int)
    after: defaultdict[str, int] = defaultdict(int)
    for product_id, link_id, offered in await cursor.fetchall():
        before[product_id] += offered
        after[product_id] += 0 if link_id in zeroed else offered
    return {id for id in before if stock.is_loss(before[id], after[id], id in gone)}


async def freed(context: Context, rows: Collection[LevelRow], held: Sequence[Settling]) -> None:
    """Vendors of which something waited, and now goes on by itself."""
    waiting = {one.link_ids for one in held}
    vendors = {row.vendor_id for row in rows if row.reason == Reason.TOO_MUCH_CHANGE and row.id not in waiting}
    if vendors:
        await transact(context.pool, lambda cursor: brake.free(cursor, vendors, now=context.clock()))
