"""Money given back at the merchant: vendors that have a part of the order are told, once for each refund that is seen.

No platform carries a refund to a vendor's order, so it is a person's. What survives a crash: what was told is kept in
the transaction that tells. Not here: items taken off an order (order.py, ITEMS_EDITED) or cancellations.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core.orders import FinancialStatus, Order
from crossdock.core.reasons import Reason
from crossdock.sync import writer
from crossdock.sync.db import named
from crossdock.sync.effects import Note, Settled

REFUNDED = (FinancialStatus.PARTIALLY_REFUNDED, FinancialStatus.REFUNDED)


class Seen(Struct, frozen=True):
    """An order as it was just routed. `edited`: vendors whose items were changed, who are told of that instead."""

    id: int
    marketplace_id: int
    order: Order
    edited: frozenset[int]


async def tell(cursor: AsyncCursor[Any], seen: Sequence[Seen], now: datetime) -> None:
    """Inside the transaction that keeps the routing. Nothing is asked for orders of which nothing was given back."""
    found = [one for one in seen if one.order.financial_status in REFUNDED]
    if not found:
        return
    ids = sorted(one.id for one in found)
    await cursor.execute(named("refunds_told"), {"order_ids": ids})
    told = dict(await cursor.fetchall())
    new = [one for one in found if told.get(one.id) != level(one.order)]
    if not new:
        return
    await _open(cursor, new, now)
    rows = sorted((one.id, level(one.order)) for one in new)
    columns = {"order_ids": [id for id, _ in rows], "levels": [said for _, said in rows]}
    await cursor.execute(named("keep_refunds_told"), columns | {"now": now})


def level(order: Order) -> str:
    """What another refund changes: the status, or what the order costs now; and a cancellation, which ends it."""
    over = " cancelled" if order.cancelled_at else ""
    return f"{order.financial_status.value} {order.total.amount.normalize():f}{over}"


async def _open(cursor: AsyncCursor[Any], new: Sequence[Seen], now: datetime) -> None:
    """One item for each part; where the refund took items off, only the vendors of those are concerned, and they were
    told. A cancelled order's vendors have their cancellation."""
    await cursor.execute(named("parts_to_tell"), {"order_ids": sorted(one.id for one in new)})
    parts = await cursor.fetchall()
    by_order = {one.id: one for one in new}
    opened: list[Note] = []
    settled: list[Settled] = []
    for id, order_id, store_id in parts:
        one = by_order[order_id]
        if one.order.cancelled_at is not None:
            settled.append(Settled(Reason.REFUNDED, vendor_order_id=id))
        elif not one.edited:
            data = {"status": one.order.financial_status.value}
            opened.append(Note(one.marketplace_id, Reason.REFUNDED, store_id, order_id, id, data))
    await writer.settle(cursor, settled, now)
    await writer.notes(cursor, "open_attentions", opened, now)
