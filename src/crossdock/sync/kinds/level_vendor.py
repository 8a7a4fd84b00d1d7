"""A vendor's stock read directly where what was heard of it leaves a doubt: many variants a call.

What survives a crash: the doubts; a read may be repeated. Not here: which observation makes a doubt (core).
"""

from datetime import timedelta
from typing import Any

from psycopg import AsyncCursor

from crossdock.sync import dirty, stock_rows
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key
from crossdock.sync.stores import Store

MOST = 250  # items a call reads (contract)
STILL = timedelta(seconds=1)  # a figure that moved while it was read


async def work(context: Context, store: Store, key: Key) -> None:
    """One call; the key comes back while there are more."""
    rows = await _doubtful(context, store.id, MOST)
    if not rows:
        await context.writer.keep(Effects(done=[key]))
        return
    began_at = context.clock()
    levels = await store.client.read_levels([item_id for _, item_id in rows])

    async def keep(cursor: AsyncCursor[Any]) -> None:
        now = context.clock()
        marks = await stock_rows.keep_read(cursor, [id for id, _ in rows], levels, began_at, now)
        await dirty.mark_async(cursor, marks, now=now)
        context.points.reach("result.before_commit", "read_levels", "vendor")

    await transact(context.pool, keep)
    context.points.reach("result.after_commit", "read_levels", "vendor")
    left = await _doubtful(context, store.id, MOST)
    if not left:
        await context.writer.keep(Effects(done=[key]))
        return
    later = context.clock() + (STILL if {id for id, _ in left} <= {id for id, _ in rows} else timedelta())
    await context.writer.keep(Effects(again=[Again(key, later, "more_to_read", counts=False)]))


async def _doubtful(context: Context, store_id: int, most: int) -> list[tuple[int, str]]:
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("doubtful_figures"), {"store_id": store_id, "most": most})
        return [(row[0], row[1]) for row in await cursor.fetchall()]
