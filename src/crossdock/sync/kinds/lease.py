"""Kind "lease": one vendor's store looked at when its lease would end, by a key of the merchant's store: the vendor's
own keys rest while it cannot be spoken to. While off sale it is looked at as often as stores are swept.

What survives a crash: the row (lease.py). Not here: what becomes of the goods (lease.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from psycopg import AsyncCursor

from crossdock.sync import dirty, lease
from crossdock.sync.db import transact
from crossdock.sync.dirty import Mark
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key
from crossdock.sync.lease import Lease

GRACE = "grace"  # the store is connected and merely unheard of: the sweeps get a last chance


async def lease_kind(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    return {key.id: partial(work, context, key) for key in keys}


async def work(context: Context, key: Key) -> None:
    """What the lease says now, kept; then the key comes back when it may say something else."""

    async def look(cursor: AsyncCursor[Any]) -> Again | None:
        found = await lease.load(cursor, key.ref)
        if found is None:
            return None
        again, marks = await _look(context, cursor, key, found)
        marks += await lease.complete(cursor, found)
        await dirty.mark_async(cursor, marks, now=context.clock())
        return again

    again = await transact(context.pool, look)
    await context.writer.keep(Effects(done=[key]) if again is None else Effects(again=[again]))


async def _look(context: Context, cursor: AsyncCursor[Any], key: Key, found: Lease) -> tuple[Again, list[Mark]]:
    now = context.clock()
    soon = now + context.sweep_every
    if found.off_sale_at is not None:
        return await _off_sale(context, cursor, key, found)
    if now < found.ends_at:
        return Again(key, found.ends_at, "lease", counts=False), []
    if not found.silent and key.reason != GRACE:
        return Again(key, now + 2 * context.sweep_every, GRACE, counts=False), []
    return Again(key, soon, "off_sale", counts=False), await lease.take_off_sale(cursor, found, now)


async def _off_sale(context: Context, cursor: AsyncCursor[Any], key: Key, found: Lease) -> tuple[Again, list[Mark]]:
    now = context.clock()
    if found.answers and not found.unread:
        ends_at = max(found.ends_at, now + timedelta(seconds=1))
        return Again(key, ends_at, "lease", counts=False), await lease.give_back(cursor, found, now)
    reads = [Mark(found.store_id, "level", found.store_id, "off_sale")] if found.answers and found.unread else []
    wait = timedelta(seconds=2) if found.answers else context.sweep_every
    return Again(key, now + wait, "off_sale", counts=False), reads
