"""Listings that end: because a person removed them, or because the vendor's product went, under the brake; and those
whose product came back.

What survives a crash: that it was allowed to end is kept before the merchant's store is called, and counted as a loss
from then on. Not here: what becomes of the merchant's product (core/listing_plan.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg import AsyncCursor

from crossdock.core.listing import EndListing, ListingAction
from crossdock.core.reasons import Reason
from crossdock.sync import brake, dirty, stock_rows, writer
from crossdock.sync.brake import VENDOR_DELETED
from crossdock.sync.db import named, transact
from crossdock.sync.dirty import Mark
from crossdock.sync.drain import Context
from crossdock.sync.effects import Note
from crossdock.sync.kinds import listing_asks
from crossdock.sync.kinds import listing_rows as rows
from crossdock.sync.kinds import listing_steps as steps
from crossdock.sync.kinds.listing_rows import ListingRow, Merchant
from crossdock.sync.kinds.rows import call
from crossdock.sync.stores import Store
from crossdock.sync.what import What

BY_PERSON = "removed_by_person"
HELD = Reason.TOO_MUCH_CHANGE.value


async def held(context: Context, here: Merchant, ending: Sequence[ListingRow], off: Sequence[ListingRow]) -> set[int]:
    """Of listings whose product went, and of those that the vendor took `off` sale, the ones that may not follow now.
    The others are losses from here on."""
    ending = [row for row in ending if row.merchant_product_id and not row.ending_begun]
    live = [*ending, *(row for row in off if row.off_at is None)]
    if not live:
        return set()
    now = context.clock()

    async def decide(cursor: AsyncCursor[Any]) -> bool:
        vendor_id = live[0].vendor_id
        await cursor.execute(named("waiting_endings"), {"vendor_id": vendor_id})
        leaving = {row.merchant_product_id for row in live} | {row[0] for row in await cursor.fetchall()}
        may = await brake.allowed(
            cursor, {vendor_id: len(leaving)}, now=now, window=context.brake_window, leaving=leaving
        )
        for row in live:
            await _let_go(cursor, row, row in ending, now) if may else await _hold(cursor, row, now)
        return bool(may)

    return set() if await transact(context.pool, decide) else {row.id for row in live}


async def _let_go(cursor: AsyncCursor[Any], row: ListingRow, ends: bool, now: datetime) -> None:
    if ends:
        row.reason, row.ended_at = VENDOR_DELETED, now
    else:
        row.off = 1
    await rows.save(cursor, row, done=False, now=now)
    if ends:
        await rows.part(cursor, row, None, now)
        await listing_asks.keep(cursor, row, now)


async def _hold(cursor: AsyncCursor[Any], row: ListingRow, now: datetime) -> None:
    row.reason, row.ended_at = HELD, None
    await rows.save(cursor, row, done=True, now=now)


async def free(context: Context, back: Sequence[ListingRow]) -> None:
    """What the brake held is there again of itself, or was let go."""
    if back:
        ids = {row.vendor_id for row in back}
        now = context.clock()
        await transact(context.pool, lambda cursor: brake.free(cursor, ids, now=now))


async def find(context: Context, store: Store, row: ListingRow) -> None:
    """A person removed what was being made: it is looked for, so that nothing stays behind."""
    if not row.merchant_product_id and row.state == "sending":
        found = await call(context, "find_product", row.state, store.client.find_product(row.reference))
        row.merchant_product_id = found.id if found else ""


async def ended(context: Context, here: Merchant, row: ListingRow, actions: Sequence[ListingAction]) -> None:
    """All steps of its ending are done: its links end, nothing is offered by them any more. A product that is deleted
    has no stock either."""
    ends = [action for action in actions if isinstance(action, EndListing)]
    deleted = any(action.delete for action in ends)
    row.reason = BY_PERSON if row.ending else VENDOR_DELETED
    row.state, row.operation, row.ended_at = "ended", None, row.ended_at or context.clock()
    if deleted:
        row.merchant_product_id, row.written = "", None
    now = context.clock()
    context.points.reach("result.before_commit", "end_listing", row.was)

    async def write(cursor: AsyncCursor[Any]) -> None:
        if not await rows.save(cursor, row, done=True, now=now):
            return
        await rows.part(cursor, row, None, now)
        parted = [link.merchant_variant_id for link in row.links]
        marks: list[Mark] = []
        if deleted:
            await steps.drop_levels(cursor, here.marketplace_id, parted)
        else:
            marks = await steps.want_levels(cursor, here, parted)
        data = {"listing": row.id, "product": row.product_id, "reason": row.reason}
        note = Note(row.marketplace_id, What.LISTING_ENDED, store_id=row.store_id, data=data)
        await writer.notes(cursor, "add_activities", [note], now)
        await dirty.mark_async(cursor, marks, now=now)

    await transact(context.pool, write)
    context.points.reach("result.after_commit", "end_listing", row.was)


async def resume(context: Context, here: Merchant, row: ListingRow) -> None:
    """The vendor's product is back, or was chosen anew: the listing goes on where it was; one whose product was deleted
    is made anew."""
    now = context.clock()
    there = bool(row.merchant_product_id)
    back: list[str] = []
    row.state, row.reason, row.ended_at = ("live" if there else "wanted"), "", None

    async def write(cursor: AsyncCursor[Any]) -> None:
        if not await rows.save(cursor, row, done=False, now=now) or not there:
            return
        await cursor.execute(named("resume_variants"), {"listing_id": row.id})
        back[:] = [found[0] for found in await cursor.fetchall()]
        await dirty.mark_async(cursor, await stock_rows.ensure_levels(cursor, here.marketplace_id, back), now=now)

    await transact(context.pool, write)
    rows.kept(row)
    row.links = tuple(rows.resumed(link) if link.merchant_variant_id in back else link for link in row.links)
