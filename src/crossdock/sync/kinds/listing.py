"""Kind "listing": make a vendor's listings at the merchant what they should be, a few at a time, those on sale first.

A key is a vendor's: it comes back at once while there is more, so that many vendors share the merchant's budget in
turns and none waits for another's first sync. What survives a crash: every listing by itself (listing_steps.py); what
is to be looked at stays so until it was. Not here: what a listing should be (core/listing_plan.py).
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector.errors import ConnectorError, Gone, OutcomeUnknown, RateLimited, Rejected, Unsupported
from crossdock.core.listing import EndListing
from crossdock.core.listing_case import ListingPlan
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key, Note
from crossdock.sync.kinds import listing_ends, listing_limits, listing_rows, listing_seen, listing_steps
from crossdock.sync.kinds.listing_desired import agrees, goes_off, plan_of
from crossdock.sync.kinds.listing_rows import ListingRow, Merchant, When
from crossdock.sync.stores import Store

CHUNK = 40  # listings of one vendor before it is another's turn
PAUSE = timedelta(seconds=1)  # after a turn with nothing to do
AT_ONCE = 20  # of them in flight: the store's budget sets the pace, and each takes half a second to be answered
SETTLES = 60  # this part of the brake's window is how long a vanished product is left: many may be going

Work = Callable[[ListingRow], Coroutine[Any, Any, None]]


class Turn(Struct):
    """One vendor's turn at the merchant's store. `full_until`: it takes no new variants before then."""

    context: Context
    store: Store
    here: Merchant
    full_until: datetime | None
    notes: dict[int, Note] = {}  # by listing: what was found to differ at the merchant

    @property
    def full(self) -> bool:
        return self.full_until is not None and self.full_until > self.context.clock()


async def listing(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    return {key.id: partial(work, context, key) for key in keys}


async def work(context: Context, key: Key) -> None:
    """A few of a vendor's listings; then the others' turn."""
    store = await context.stores.get(key.store_id, key.store_version)
    async with context.pool.connection() as connection, connection.cursor() as cursor:
        when = await _when(context, cursor, key)
        rows = await listing_rows.load(cursor, key.ref, key.store_id, CHUNK, when)
        here = await listing_rows.merchant(cursor, key.store_id, key.ref) if rows else None
    if here is not None:
        await _turn(Turn(context, store, here, when.full_until), rows)
    await _give_back(context, key, rows)


async def _when(context: Context, cursor: AsyncCursor[Any], key: Key) -> When:
    now = context.clock()
    full_until = await listing_limits.until(cursor, key.store_id, key.ref, now)
    return When(now, now - context.brake_window / SETTLES, full_until)


async def _give_back(context: Context, key: Key, rows: Sequence[ListingRow]) -> None:
    """At once behind a full turn: there may be more, and to look through all that waits would cost more than to come
    back."""
    if len(rows) == CHUNK:
        again = Again(key, context.clock(), "more_listings", counts=False)
        await context.writer.keep(Effects(again=[again]))
        return
    async with context.pool.connection() as connection, connection.cursor() as cursor:
        when = await _when(context, cursor, key)
        due_at = await listing_rows.left(cursor, key.ref, key.store_id, when)
    if due_at is not None and not rows:
        due_at = max(due_at, when.now + PAUSE)
    if when.full and when.full_until is not None:  # variants of this vendor's may wait for that
        due_at = min(due_at or when.full_until, when.full_until)
    if due_at is None:
        await context.writer.keep(Effects(done=[key]))
    else:
        await context.writer.keep(Effects(again=[Again(key, due_at, "more_listings", counts=False)]))


async def _turn(turn: Turn, rows: Sequence[ListingRow]) -> None:
    """What was waited for first; then each row's plan, the merchant's products read together for those that would be
    written. A store that does not answer for one listing does not hold up the others."""
    context, here = turn.context, turn.here
    if not here.on:  # switching it on has all of them looked at
        await _unchanged(context, [row for row in rows if not row.ending and not row.operation])
        rows = [row for row in rows if row.ending or row.operation]
    errors = await _each([row for row in rows if row.operation], partial(_guarded, turn, partial(_ask, turn)))
    rows = [row for row in rows if row.operation is None and not row.settled]
    for row in [row for row in rows if row.comes_back]:
        await listing_ends.resume(context, here, row)
    for row in [row for row in rows if row.ending]:
        await listing_ends.find(context, turn.store, row)
    plans = await _plans(turn, [row for row in rows if row.known or row.ending])
    going = [row for row in rows if row.id in plans and plans[row.id].ends and not row.ending]
    off = [row for row in rows if row.id in plans and not row.ending and goes_off(row, plans[row.id])]
    held = await listing_ends.held(context, here, going, off)
    rows = [row for row in rows if row.id not in held and not row.settled]
    idle = [row for row in rows if row.id not in plans or agrees(row, plans[row.id])]
    await _unchanged(context, idle)
    busy = [row for row in rows if row not in idle]
    errors += await _each(busy, partial(_guarded, turn, lambda row: _carry_out(turn, row, plans[row.id])))
    back = [row for row in rows if row.reason_was == listing_ends.HELD and row.reason != row.reason_was]
    await listing_ends.free(context, back)
    if errors:
        raise errors[0]


async def _unchanged(context: Context, rows: Sequence[ListingRow]) -> None:
    async with context.pool.connection() as connection, connection.cursor() as cursor:
        await listing_rows.unchanged(cursor, rows)


async def _plans(turn: Turn, rows: Sequence[ListingRow]) -> dict[int, ListingPlan]:
    """What should be done about each; the merchant's products read freshly, all in one call, where it matters."""
    plans = {row.id: plan_of(turn.store, turn.here, row, None, full=turn.full) for row in rows}
    wanting = [row for row in rows if row.merchant_product_id and (plans[row.id].needs_read or row.deleted_at_merchant)]
    known = [row for row in rows if row not in wanting]
    astray = await listing_seen.astray(turn.context, turn.store, turn.here, known, plans, full=turn.full)
    if not (wanting or astray):
        return plans
    ids = sorted({row.merchant_product_id for row in (*wanting, *astray)})
    found = {product.id: product for product in await turn.store.client.read_products(ids)}
    strays = [found[row.merchant_product_id] for row in astray if row.merchant_product_id in found]
    await listing_seen.keep(turn.context, turn.store, strays)
    for row in (*wanting, *astray):
        product = found.get(row.merchant_product_id)
        if product is None:
            del plans[row.id]
            await _gone(turn, row)
        else:
            plans[row.id] = plan_of(turn.store, turn.here, row, product, full=turn.full)
            put_right = row in astray
            note = listing_seen.note(turn.store, turn.here, row, product, plans[row.id], put_right=put_right)
            if note is not None:
                turn.notes[row.id] = note
            await listing_steps.forget_absent(turn.context, turn.here, row, product)
    return plans


async def _gone(turn: Turn, row: ListingRow) -> None:
    """It is not there: by us, when that is what was wanted; else by the merchant."""
    if row.ending or row.ending_begun:
        await listing_ends.ended(turn.context, turn.here, row, (EndListing(row.merchant_product_id, delete=True),))
    else:
        await listing_steps.deleted(turn.context, turn.here, row)


async def _ask(turn: Turn, row: ListingRow) -> None:
    """What became of what the platform works on by itself; then it is planned anew. What it knows nothing of any more
    is as any write whose end is not known."""
    try:
        answer = await listing_steps.ask(turn.context, turn.store, row)
    except OutcomeUnknown:
        row.operation = None
        return
    if answer is not None:
        action, product = answer
        await listing_steps.keep(turn.context, turn.store, turn.here, row, action, product, done=False)


async def _carry_out(turn: Turn, row: ListingRow, plan: ListingPlan) -> None:
    """The plan is kept first: what is about to be written is ours, whatever becomes of us."""
    context, here = turn.context, turn.here
    if not await listing_steps.keep_plan(context, here, row, plan, turn.notes.get(row.id)):
        return
    for number, action in enumerate(plan.actions, 1):
        last = number == len(plan.actions) and not plan.ends
        makes = listing_limits.makes(action)
        if makes and turn.full:
            return  # found out by another meanwhile: it is looked at again, and goes on without
        product = await listing_steps.perform(context, turn.store, row, action)
        if makes and turn.full_until is not None:
            turn.full_until = None
            await listing_limits.over(context, here)
        if product is None:
            return
        await listing_steps.keep(context, turn.store, here, row, action, product, done=last)
    if plan.ends:
        await listing_ends.ended(context, here, row, plan.actions)
    if row.reason_was == "listing_refused":
        await listing_steps.settle(context, row)


async def _guarded(turn: Turn, work: Work, row: ListingRow) -> None:
    """What the store answers about this one listing only."""
    try:
        await work(row)
    except Gone:
        await _gone(turn, row)
    except (Rejected, Unsupported) as error:
        await listing_steps.refused(turn.context, row, error.words)
    except RateLimited as error:
        if not listing_limits.of_variants(error):
            raise
        turn.full_until = await listing_limits.reached(turn.context, turn.here, error)


async def _each(rows: Sequence[ListingRow], work: Work) -> list[ConnectorError]:
    """A few at once; returns what the store could not answer. Anything else ends them all, as a crash would."""
    places = asyncio.Semaphore(AT_ONCE)
    errors: list[ConnectorError] = []

    async def one(row: ListingRow) -> None:
        async with places:
            if len(errors) > 2:
                return  # it does not answer: no use asking for each
            try:
                await work(row)
            except ConnectorError as error:
                errors.append(error)

    tasks = [asyncio.create_task(one(row)) for row in rows]
    if tasks:
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    return errors
