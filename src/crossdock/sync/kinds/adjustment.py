"""Kind "adjustment": goods shipped by hand are taken from the vendor's stock, or given back, exactly once by a key.

What survives a crash: the intent, with the place it is for, is committed before the call; the same call with the same
key ends it, for as long as a store knows a key. After that a person has to look. Not here: what makes an adjustment
(adjustments.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector.capabilities import Can
from crossdock.connector.contract import LevelChange, LevelsRefused
from crossdock.connector.errors import AuthFailed, Gone, RateLimited, Rejected, Unavailable, Unsupported
from crossdock.core.reasons import Reason
from crossdock.sync import dirty, stock_rows, writer
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key, Note
from crossdock.sync.kinds.rows import call
from crossdock.sync.stores import Store
from crossdock.sync.what import What

KEY_LIVES = timedelta(hours=20)  # how long a store surely knows a key (Shopify: a day)
CATALOGUE_SOON = timedelta(minutes=1)
KEYS = 4  # of one adjustment: each but the last is known to have failed at the store
KEY_FAILED, KEY_SPENT = "key_failed", "key_spent"  # a connector's codes (contract, set_levels)


class Adjustment(Struct):
    """One line of a parcel: the columns of statement `load_adjustments`."""

    id: int
    marketplace_id: int
    store_id: int
    vendor_order_id: int
    order_id: int
    reference: str
    line_id: str
    vendor_variant_id: str
    delta: int
    key: str
    state: str
    sending_at: datetime | None
    item_id: str
    location_id: str
    default_location: str
    levels: dict[str, list[Any]]
    taken: str  # of units that are given back: what became of taking them

    def note(self, what: What | Reason, **data: Any) -> Note:
        data = {"reference": self.reference, "delta": self.delta, "variant": self.vendor_variant_id} | data
        return Note(self.marketplace_id, what, self.store_id, self.order_id, self.vendor_order_id, data)

    @property
    def place(self) -> str:
        """Where the goods leave from: where most are."""
        most = max(self.levels, key=lambda location: (self.levels[location][0], location), default="")
        return self.location_id or most or self.default_location


async def adjustment(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    return {key.id: partial(work, context, key) for key in keys}


async def work(context: Context, key: Key) -> None:
    """All open adjustments of one vendor's store, one after another."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("load_adjustments"), {"store_id": key.store_id})
        rows = [Adjustment(*row) for row in await cursor.fetchall()]
    ready = [row for row in rows if row.item_id]
    if ready:
        store = await context.stores.get(key.store_id, key.store_version)
        for row in ready:
            await adjust(context, store, row)
    if len(ready) < len(rows):  # the vendor's catalogue tells what its stock is kept under
        again = Again(key, context.clock() + CATALOGUE_SOON, "item_not_known", counts=False)
        await context.writer.keep(Effects(again=[again]))
    else:
        await context.writer.keep(Effects(done=[key]))


async def adjust(context: Context, store: Store, row: Adjustment) -> None:
    """Intent, call, result."""
    if row.taken in ("rejected", "unknown"):
        await _keep(context, row, "result", "not_adjusted", {"id": row.id, "state": "rejected", "words": row.taken})
        return
    if row.state == "sending" and _too_late(context, store, row):
        await _end(context, row, "unknown", "", Reason.ADJUSTMENT_UNKNOWN)
        return
    row.location_id = row.place or (await store.client.check()).default_location_id
    resumed = row.sending_at is not None
    if not resumed:
        intent = {"id": row.id, "item_id": row.item_id, "location_id": row.location_id, "now": context.clock()}
        await _keep(context, row, "intent", "send_adjustment", intent)
    try:
        await _call(context, store, row)
    except (RateLimited, Unavailable, AuthFailed):
        if not resumed:  # an earlier call of which nothing is known may have been done: its time counts
            await _keep(context, row, "result", "not_adjusted", {"id": row.id, "state": "sending", "words": ""})
        raise
    except (Rejected, Unsupported, Gone) as error:
        if isinstance(error, Rejected) and error.code == KEY_SPENT:
            await _end(context, row, "unknown", error.words, Reason.ADJUSTMENT_UNKNOWN)
            return
        await _end(context, row, "rejected", error.words, Reason.STOCK_REFUSED)


def _too_late(context: Context, store: Store, row: Adjustment) -> bool:
    """A call that may have been done, and that the store would do again."""
    if row.sending_at is None:
        return False
    if store.platform.capabilities.idempotent_levels.can is Can.NO:
        return True
    return context.clock() - row.sending_at > KEY_LIVES


async def _call(context: Context, store: Store, row: Adjustment) -> None:
    refused = await _adjusted(context, store, row)
    if refused:
        await _end(context, row, "rejected", "the item or its location is not there", Reason.STOCK_REFUSED)
        return
    await _done(context, row)


async def _adjusted(context: Context, store: Store, row: Adjustment) -> LevelsRefused:
    """By the row's key, or the next of its keys where the store says that nothing was ever done by the one before: made
    again after a crash, the same keys are gone through in the same order, so that it is done once."""
    change = LevelChange(row.item_id, row.location_id, row.delta)
    for number in range(1, KEYS + 1):
        key = row.key if number == 1 else f"{row.key}-{number}"
        asked = store.client.adjust_levels([change], key=key)
        try:
            refused = await call(context, "adjust_levels", row.state if number == 1 else "next_key", asked)
        except Rejected as error:
            if error.code != KEY_FAILED or number == KEYS:
                raise
            continue
        if not refused.not_stocked:
            return refused
        await store.client.stock_at(row.item_id, row.location_id)
    return refused


async def _done(context: Context, row: Adjustment) -> None:
    """Kept; the vendor's figure is read again, and contains it then."""
    context.points.reach("result.before_commit", "adjust_levels", row.state)

    async def keep(cursor: AsyncCursor[Any]) -> None:
        now = context.clock()
        await cursor.execute(named("adjusted"), {"id": row.id, "now": now})
        marks = await stock_rows.doubt(cursor, [(row.store_id, row.vendor_variant_id)])
        await writer.notes(cursor, "add_activities", [row.note(What.STOCK_ADJUSTED)], now)
        await dirty.mark_async(cursor, marks, now=now)

    await transact(context.pool, keep)
    context.points.reach("result.after_commit", "adjust_levels", row.state)


async def _end(context: Context, row: Adjustment, state: str, words: str, reason: Reason) -> None:
    """A person has to look."""
    await _keep(context, row, "result", "not_adjusted", {"id": row.id, "state": state, "words": words})
    activities = [row.note(What.STOCK_ADJUSTMENT_REFUSED, words=words)] if state == "rejected" else []
    await context.writer.keep(Effects(opened=[row.note(reason, words=words)], activities=activities))


async def _keep(context: Context, row: Adjustment, point: str, statement: str, parameters: dict[str, Any]) -> None:
    context.points.reach(f"{point}.before_commit", "adjust_levels", row.state)
    async with context.pool.connection() as connection:
        await connection.execute(named(statement), parameters)
    context.points.reach(f"{point}.after_commit", "adjust_levels", row.state)
