"""The merchant's levels: those to be looked at are picked in turns over the vendors, read where the books have no
basis, decided, and written in few calls.

What survives a crash: see level_write.py; deciding again gives the same. Not here: the rules (core/stock.py).
"""

import asyncio
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from psycopg import AsyncCursor

from crossdock.core.stock import LevelDecision, Read, Wait, Write
from crossdock.sync import dirty, stock_rows
from crossdock.sync.db import named, one, transact
from crossdock.sync.dirty import Mark
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key
from crossdock.sync.kinds import level_losses, level_read, level_write
from crossdock.sync.kinds.level_rows import LevelRow, Settling, load, settle
from crossdock.sync.kinds.level_write import Planned
from crossdock.sync.stores import Store

T = TypeVar("T")
ROWS = 250  # a call takes (contract)
CALLS = 4  # in flight at once: the store's budget sets the pace
LISTINGS_LAG = 15.0  # seconds that a store's listing of orders may be behind
ORDERS_SOON = timedelta(seconds=1)


async def work(context: Context, store: Store, key: Key) -> None:
    """One round: a thousand levels at most; the key comes back while there are more, or for what waits."""
    place = await _place(context, store)
    await level_write.resume(context, store, place)
    waits = await _explain(context, store)
    ids = await _stale(context, store)
    rows = await load(context, store, ids, place)
    rows = await _read(context, store, rows, place)
    waits += await _decided(context, store, rows)
    again = await _next(context, store, ids, waits)
    if again is None:
        await context.writer.keep(Effects(done=[key]))
    else:
        await context.writer.keep(Effects(again=[Again(key, again, "more_levels", counts=False)]))


async def _next(context: Context, store: Store, ids: Sequence[int], waits: Sequence[datetime]) -> datetime | None:
    """At once while other levels are stale, or the same ones again (marked or refused meanwhile); then for the first
    that waits."""
    if not ids:
        return min(waits) if waits else None
    left = await _stale(context, store)
    waiting = len([at for at in waits if at > context.clock()])
    if len(left) > waiting:
        return context.clock()
    return min(waits) if waits else None


async def _place(context: Context, store: Store) -> str:
    """The location that the merchant's store keeps stock at by default."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("level_place"), {"store_id": store.id})
        known = str(one(await cursor.fetchone())[0])
    return known or (await store.client.check()).default_location_id


async def _explain(context: Context, store: Store) -> list[datetime]:
    """What was missing at the store and is explained by no order: somebody took it by hand."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("explain_levels"), {"store_id": store.id, "lag": LISTINGS_LAG})
        waits, _ = one(await cursor.fetchone())
    return [context.clock() + ORDERS_SOON] if waits else []


async def _stale(context: Context, store: Store) -> list[int]:
    parameters = {"marketplace_id": store.marketplace_id, "most": ROWS * CALLS}
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("stale_levels"), parameters)
        return [row[0] for row in await cursor.fetchall()]


async def _read(context: Context, store: Store, rows: Sequence[LevelRow], place: str) -> list[LevelRow]:
    """The rows, those without a basis read from the store first."""
    now = context.clock()
    wanting = [row for row in rows if isinstance(row.step(row.decide(), now), Read)]
    if not wanting:
        return list(rows)
    await _all(level_read.read(context, store, some) for some in _cut(wanting))
    return await load(context, store, [row.id for row in rows], place)


async def _decided(context: Context, store: Store, rows: Sequence[LevelRow]) -> list[datetime]:
    """Carry out what is decided of each; when to look again at those that wait."""
    now = context.clock()
    settled: list[Settling] = []
    planned: list[Planned] = []
    waits: list[datetime] = []
    for row in rows:
        decision = row.decide()
        match row.step(decision, now):
            case Write(was=was, to=to):
                planned.append(Planned(row, was, to, row.kept_reason(decision)))
            case Wait(until=until) if until is not None:
                waits.append(until)
            case Read():
                pass  # it was marked again meanwhile
            case _:
                settled.append(_settling(row, decision))
    await _doubt(context, [row for row in rows if row.unread and not row.doubt])
    await _freed(context, [row.id for row in rows if row.ended])
    planned, held = await level_losses.braked(context, store, planned)
    await settle(context, settled)
    try:
        await _all(level_write.write(context, store, some) for some in _calls(planned))
    finally:
        await level_losses.freed(context, rows, held)
    return waits


async def _doubt(context: Context, rows: Sequence[LevelRow]) -> None:
    """Vendors' figures that may or may not contain an order of ours are read."""
    if not rows:
        return

    async def keep(cursor: AsyncCursor[Any]) -> None:
        marks = await stock_rows.doubt(cursor, {(row.store_id, row.vendor_variant_id) for row in rows})
        await dirty.mark_async(cursor, marks, now=context.clock())

    await transact(context.pool, keep)


async def _freed(context: Context, link_ids: Sequence[int]) -> None:
    """Links that ended and were kept for open orders: with the last of them their variants go."""
    if not link_ids:
        return

    async def keep(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("want_freed"), {"link_ids": list(link_ids)})
        marks = [
            Mark(store_id, "listing", vendor_id, "orders_closed") for vendor_id, store_id in await cursor.fetchall()
        ]
        await dirty.mark_async(cursor, marks, now=context.clock())

    await transact(context.pool, keep)


def _settling(row: LevelRow, decision: LevelDecision) -> Settling:
    return Settling(row.id, row.wanted, decision.target, row.kept_reason(decision), row.moves)


def _calls(planned: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    """Those that were refused lately go by themselves: one that moves all the time does not hold up 249 others."""
    yield from _cut([one for one in planned if not one.hot])
    yield from _cut([one for one in planned if one.hot], 10)


def _cut(rows: Sequence[T], size: int = ROWS) -> Iterator[Sequence[T]]:
    return (rows[at : at + size] for at in range(0, len(rows), size))


async def _all(works: Iterable[Awaitable[None]]) -> None:
    """Several calls at once; each is ended before the first error is raised."""
    gate = asyncio.Semaphore(CALLS)

    async def gated(work: Awaitable[None]) -> None:
        async with gate:
            await work

    ended = await asyncio.gather(*(gated(work) for work in works), return_exceptions=True)
    for error in ended:
        if error is not None:
            raise error
