"""Kind "sweep": list again what changed at a store since the last pass, so that lost or late events change nothing.

What survives a crash: each page is kept together with its cursor; a killed pass goes on from its last page. A pass
starts a little before the one before it did (OVERLAP): the platforms' listings lag their writes.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from psycopg import AsyncCursor, DataError

from crossdock.connector.contract import Kind, Observation, Role
from crossdock.connector.errors import ConnectorError, Unavailable
from crossdock.core.reasons import Reason
from crossdock.sync import dirty, intake, stock_rows, writer
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key, Note
from crossdock.sync.intake import Seen, version_of
from crossdock.sync.kinds.sweep_catalogue import changed_page, reading_locations, whole_pass
from crossdock.sync.kinds.sweep_rows import OVERLAP, SweepRow, save
from crossdock.sync.stores import Store

log = structlog.get_logger(__name__)

GOES_ON = timedelta(seconds=1)


async def sweep(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("load_sweeps"), {"ids": [key.ref for key in keys]})
        rows = {row[0]: SweepRow(*row) for row in await cursor.fetchall()}
    return {key.id: partial(work, context, key, rows.get(key.ref)) for key in keys}


async def work(context: Context, key: Key, row: SweepRow | None) -> None:
    """One whole pass, page by page; then due again after the interval."""
    if row is None or row.kind not in (*READERS, "products", "catalogue"):
        await context.writer.keep(Effects(done=[key]))
    elif row.kind == "catalogue":
        await whole_pass(context, key, row)
    elif row.kind == "vendor_orders" and not row.has_orders:
        await _later(context, key, row)
    else:
        await _changes(context, key, row)


async def _changes(context: Context, key: Key, row: SweepRow) -> None:
    store = await context.stores.get(key.store_id, key.store_version)
    locations = await reading_locations(context, store.id) if row.kind == "products" else []
    if row.pass_started_at is None:
        row.pass_started_at, row.cursor = context.clock(), ""
    page = partial(changed_page, locations=locations) if row.kind == "products" else one_page
    pages = 0
    try:
        while await page(context, store, row):
            pages += 1
    except ConnectorError as error:
        await _remember(context, row, error.words)
        if pages and isinstance(error, Unavailable):  # it got on: the back-off is for a store that does not answer
            again = Again(key, context.clock() + GOES_ON, Reason.UNAVAILABLE, counts=False, anew=True)
            await context.writer.keep(Effects(again=[again], failures=[key.store_id]))
            return
        raise
    await _later(context, key, row)


async def _later(context: Context, key: Key, row: SweepRow) -> None:
    due_at = context.clock() + row.every(context.sweep_every)
    await context.writer.keep(Effects(again=[Again(key, due_at, "sweep", counts=False, anew=True)]))


async def one_page(context: Context, store: Store, row: SweepRow) -> bool:
    """Read a page, keep it with the cursor behind it; True while there is more."""
    started_at = row.pass_started_at or context.clock()
    since = (row.since or started_at) - OVERLAP
    keep, cursor_text = await READERS[row.kind](store, since, row.cursor)

    async def keep_page(cursor: AsyncCursor[Any]) -> None:
        now = context.clock()
        await keep(context, cursor, row, now)
        row.cursor = cursor_text
        if not cursor_text:
            row.since, row.pass_started_at = started_at, None
        await save(cursor, row, None if cursor_text else now)
        if not cursor_text and row.kind == "orders":
            await dirty.mark_async(cursor, await stock_rows.swept(cursor, row.store_id), now=now)
        context.points.reach("sweep.before_commit", row.kind)

    await transact(context.pool, keep_page)
    context.points.reach("sweep.after_commit", row.kind)
    return bool(cursor_text)


async def _remember(context: Context, row: SweepRow, words: str) -> None:
    async with context.pool.connection() as connection, connection.cursor() as cursor:
        await save(cursor, row, None, words)


Keeper = Callable[[Context, AsyncCursor[Any], SweepRow, datetime], Awaitable[None]]


async def _read_orders(store: Store, since: datetime, cursor: str) -> tuple[Keeper, str]:
    page = await store.client.changed_orders(since, cursor)
    observed = [Observation(Kind.ORDER, order.id, version_of(order.updated_at), order) for order in page.items]
    return partial(_keep, observed, Role.MERCHANT), page.cursor


async def _read_vendor_orders(store: Store, since: datetime, cursor: str) -> tuple[Keeper, str]:
    page = await store.client.changed_vendor_orders(since, cursor)
    observed: list[Observation] = []
    for remote, parcels in page.items:
        observed.append(Observation(Kind.ORDER, remote.id, version_of(remote.updated_at), remote))
        observed += [
            Observation(Kind.FULFILLMENT, parcel.id, version_of(parcel.updated_at), parcel, owner_id=remote.id)
            for parcel in parcels
        ]
    return partial(_keep, observed, Role.VENDOR), page.cursor


async def _keep(
    observed: list[Observation],
    role: Role,
    context: Context,
    cursor: AsyncCursor[Any],
    row: SweepRow,
    now: datetime,
) -> None:
    """A page; or, when something on it cannot be kept, each by itself, so that it holds up nothing else."""
    seen = [Seen(row.store_id, row.marketplace_id, role, observation) for observation in observed]
    try:
        async with cursor.connection.transaction():
            await intake.keep(cursor, seen, ring=context.ring, now=now, listed=True)
    except DataError:
        for one in seen:
            await _keep_alone(context, cursor, row, one, now)


async def _keep_alone(context: Context, cursor: AsyncCursor[Any], row: SweepRow, one: Seen, now: datetime) -> None:
    """What the database does not take (a number beyond every column) is a person's to look at."""
    try:
        async with cursor.connection.transaction():
            await intake.keep(cursor, [one], ring=context.ring, now=now)
    except DataError as error:
        id = one.observation.owner_id or one.observation.id
        log.error("not kept", store=row.store_id, kind=row.kind, id=id, error=type(error).__name__)
        note = Note(row.marketplace_id, Reason.UNEXPECTED_ERROR, store_id=row.store_id, data={"order": id})
        await writer.notes(cursor, "open_attentions", [note], now)


READERS: dict[str, Callable[[Store, datetime, str], Awaitable[tuple[Keeper, str]]]] = {
    "orders": _read_orders,
    "vendor_orders": _read_vendor_orders,
}
