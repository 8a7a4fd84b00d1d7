"""A store's catalogue: whole passes every few hours, changed products in between, and single ones that are in doubt.

What survives a crash: each page with its cursor; a killed pass goes on from its last page. Not here: what is kept and
what it marks (sync/catalogue*.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from psycopg import AsyncCursor, DataError

from crossdock.connector.contract import CataloguePage, Role
from crossdock.connector.errors import Rejected, Unavailable
from crossdock.core.catalog import Product
from crossdock.core.reasons import Reason
from crossdock.sync import catalogue, catalogue_pass, dirty, drift, writer
from crossdock.sync.catalogue_pass import Pass
from crossdock.sync.catalogue_rows import SeenProduct
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context, backoff
from crossdock.sync.effects import Again, Effects, Key, Note
from crossdock.sync.intake import version_of
from crossdock.sync.kinds.sweep_rows import OVERLAP, SweepRow, save
from crossdock.sync.stores import Store
from crossdock.sync.what import What

log = structlog.get_logger(__name__)

EVERY = timedelta(hours=6)
READS = 20  # products read directly in one call
GOES_ON = timedelta(seconds=1)  # until the next page, after one that did not come while others did
BREATH = timedelta(seconds=5)  # between two direct reads of one product
PREPARING, READ_NEEDED = "preparing", "read_needed"
ANEW = ("store_resumed", "asked", "asked_by_person")  # why a key is due that wants a whole pass before its time


async def whole_pass(context: Context, key: Key, row: SweepRow) -> None:
    """What is in doubt first; then the pass that is due or under way, page by page."""
    store = await context.stores.get(key.store_id, key.store_version)
    locations = await reading_locations(context, store.id)
    again_at = await read_doubtful(context, store, locations)
    now, before = context.clock(), (row.cursor, row.progress)
    if row.pass_started_at is None and row.since is not None and row.since > now and key.reason not in ANEW:
        await context.writer.keep(Effects(again=[_later(key, row.since, "sweep", again_at)]))
        return
    try:
        wait = await _pages(context, store, row, locations)
    except Rejected as error:
        if error.code != "cursor":
            raise
        await _begin_again(context, row, error.words)
        again = Again(key, context.clock() + backoff(context, key, first=10), error.words)
        await context.writer.keep(Effects(again=[again]))
        return
    except Unavailable:
        if not row.pass_started_at or (row.cursor, row.progress) == before:
            raise
        again = Again(key, context.clock() + GOES_ON, Reason.UNAVAILABLE, counts=False, anew=True)
        await context.writer.keep(Effects(again=[again], failures=[key.store_id]))  # it got on, from its last page
        return
    now = context.clock()
    due_at, reason = (now + timedelta(seconds=wait), PREPARING) if wait else (row.since or now, "sweep")
    await context.writer.keep(Effects(again=[_later(key, due_at, reason, again_at)]))


def _later(key: Key, due_at: datetime, reason: str, again_at: datetime | None) -> Again:
    """Back then, or before for a product that may be read again."""
    if again_at is None or again_at >= due_at:
        return Again(key, due_at, reason, counts=False, anew=True)
    return Again(key, again_at, READ_NEEDED, counts=False, anew=True)


async def _pages(context: Context, store: Store, row: SweepRow, locations: Sequence[str]) -> float:
    """Pages until the last one, or until the platform wants so many seconds."""
    if row.pass_started_at is None:
        await _begin(context, row)
    while True:
        page = await store.client.catalogue(row.cursor, locations=locations)
        await _keep_page(context, store, row, page)
        if page.wait:
            return page.wait
        if row.pass_started_at is None:
            return 0.0


async def _begin(context: Context, row: SweepRow) -> None:
    row.pass_started_at, row.cursor, row.progress, row.expected = context.clock(), "", 0, 0

    async def begin(cursor: AsyncCursor[Any]) -> None:
        await catalogue_pass.begin(cursor, row.id)
        await save(cursor, row, None)

    await transact(context.pool, begin)


async def _begin_again(context: Context, row: SweepRow, words: str) -> None:
    row.pass_started_at, row.since, row.cursor, row.progress = None, None, "", 0
    async with context.pool.connection() as connection, connection.cursor() as cursor:
        await save(cursor, row, None, words)


async def _keep_page(context: Context, store: Store, row: SweepRow, page: CataloguePage) -> None:
    """One page and the cursor behind it; after the last one, what was not seen."""
    before = msgspec.structs.replace(row)

    async def keep(cursor: AsyncCursor[Any]) -> None:
        for name in SweepRow.__struct_fields__:  # the transaction may be tried again
            setattr(row, name, getattr(before, name))
        now = context.clock()
        whole = _pass(store, row, page.as_of)
        seen, marks = await catalogue_pass.keep_page(cursor, whole, page, now=now)
        row.cursor, row.progress, row.expected = page.cursor, row.progress + seen, page.total
        finished_at = None
        if not page.cursor and not page.wait:
            began_at = row.pass_started_at or now
            ended = await catalogue_pass.finish(cursor, whole, seen=row.progress, began_at=began_at, now=now)
            row.pass_started_at, row.progress = None, 0
            row.since = None if ended is None else now + EVERY
            if ended is not None:
                finished_at = now
                marks += ended
                note = Note(row.marketplace_id, What.CATALOGUE_READ, store_id=store.id)
                await writer.notes(cursor, "add_activities", [note], now)
        await save(cursor, row, finished_at)
        await confirm(cursor, store.id, now)
        await dirty.mark_async(cursor, marks, now=now)
        context.points.reach("sweep.before_commit", row.kind)

    await transact(context.pool, keep)
    context.points.reach("sweep.after_commit", row.kind)


def _pass(store: Store, row: SweepRow, as_of: datetime) -> Pass:
    at_vendor = store.connection.role is Role.VENDOR
    return Pass(row.id, store.id, row.marketplace_id, at_vendor, as_of, not row.catalogue_read)


async def changed_page(context: Context, store: Store, row: SweepRow, locations: Sequence[str]) -> str:
    """A page of products changed since the last pass; returns the cursor behind it. A listing may lag the store's own
    writes, so what it says is taken for somewhat old."""
    started_at = row.pass_started_at or context.clock()
    as_of = context.clock() - OVERLAP
    since = (row.since or started_at) - OVERLAP
    page = await store.client.changed_products(since, row.cursor, locations=locations)
    before = msgspec.structs.replace(row)

    async def keep(cursor: AsyncCursor[Any]) -> None:
        now = context.clock()
        row.since, row.pass_started_at, row.cursor = before.since, before.pass_started_at, page.cursor
        marks = await _keep(context, cursor, store, page.items, as_of, was_read=False)
        if not page.cursor:
            row.since, row.pass_started_at = started_at, None
        await save(cursor, row, None if page.cursor else now)
        await confirm(cursor, store.id, now)
        await dirty.mark_async(cursor, marks, now=now)
        context.points.reach("sweep.before_commit", row.kind)

    await transact(context.pool, keep)
    context.points.reach("sweep.after_commit", row.kind)
    return page.cursor


async def read_doubtful(context: Context, store: Store, locations: Sequence[str]) -> datetime | None:
    """Products told in part, or of which two things were said at once, straight from the store; each once in a while.
    Returns when to come back for those that were read just now."""
    while True:
        parameters = {"store_id": store.id, "size": READS, "read_before": context.clock() - BREATH}
        async with context.pool.connection() as connection:
            cursor = await connection.execute(named("products_to_read"), parameters)
            ids = [row[0] for row in await cursor.fetchall()]
        if not ids:
            return await _next_read(context, store)
        as_of = context.clock()
        products = await store.client.read_products(ids, locations=locations)
        missing = sorted({*ids} - {product.id for product in products})

        async def keep(cursor: AsyncCursor[Any]) -> None:
            marks = await _keep(context, cursor, store, products, as_of, was_read=True)  # noqa: B023  awaited here
            gone = [(store.id, store.marketplace_id, id) for id in missing]  # noqa: B023
            at_vendor = store.connection.role is Role.VENDOR
            marks += await catalogue.absent(cursor, gone, as_of, at_vendor=at_vendor, now=context.clock())  # noqa: B023
            if not at_vendor:
                marks += await drift.changed(cursor, {(store.id, each.id) for each in products})  # noqa: B023
            await dirty.mark_async(cursor, marks, now=context.clock())
            context.points.reach("intake.before_commit", "read", "product")

        await transact(context.pool, keep)
        context.points.reach("intake.after_commit", "read", "product")


async def _next_read(context: Context, store: Store) -> datetime | None:
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("next_read"), {"store_id": store.id})
        row = await cursor.fetchone()
    return row[0] + BREATH if row and row[0] is not None else None


async def _keep(
    context: Context,
    cursor: AsyncCursor[Any],
    store: Store,
    products: Sequence[Product],
    as_of: datetime,
    *,
    was_read: bool,
) -> list[dirty.Mark]:
    """All together; or each by itself when something in one cannot be kept, so that it holds up nothing else."""
    seen = [_seen(store, product, as_of, was_read) for product in products]
    try:
        async with cursor.connection.transaction():
            return await catalogue.keep(cursor, seen, now=context.clock())
    except DataError:
        marks: list[dirty.Mark] = []
        for one in seen:
            marks += await _keep_alone(context, cursor, one)
        return marks


async def _keep_alone(context: Context, cursor: AsyncCursor[Any], seen: SeenProduct) -> list[dirty.Mark]:
    """What the database does not take is a person's to look at; it is not asked for again until it changes."""
    try:
        async with cursor.connection.transaction():
            return await catalogue.keep(cursor, [seen], now=context.clock())
    except DataError as error:
        log.error("not kept", store=seen.store_id, product=seen.product.id, error=type(error).__name__)
        data = {"product": seen.product.id}
        note = Note(seen.marketplace_id, Reason.UNEXPECTED_ERROR, store_id=seen.store_id, data=data)
        await writer.notes(cursor, "open_attentions", [note], context.clock())
        await catalogue.leave(cursor, seen)
        return []


def _seen(store: Store, product: Product, as_of: datetime, was_read: bool) -> SeenProduct:
    version = version_of(product.updated_at)
    return SeenProduct(store.id, store.marketplace_id, product, version, as_of, was_read, stock=True)


async def confirm(cursor: AsyncCursor[Any], store_id: int, now: datetime) -> None:
    """The store told of its catalogue: its figures hold for another while."""
    await cursor.execute(named("stores_confirmed"), {"ids": [store_id], "now": now})


async def reading_locations(context: Context, store_id: int) -> list[str]:
    """Where its stock is summed up; nothing = everywhere."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("reading_locations"), {"store_id": store_id})
        row = await cursor.fetchone()
    return [str(id) for id in row[0]] if row else []
