"""Buyers are forgotten: by a person's word now, or by the worker once an order is done or is older than is kept.

What survives a crash: each batch is one transaction, the next look goes on with the rest. Not here: who may ask for it
(operations/privacy.py), or finding a buyer's orders (operations/buyers.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Protocol

from psycopg import AsyncCursor

from crossdock.sync.db import Pool, named, transact
from crossdock.sync.what import What

BATCH: Final = 200
MOST_BATCHES: Final = 50  # a look: the rest waits for the next one


class Statements(Protocol):
    """As much of Django's cursor as is needed."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...

    def fetchall(self) -> Sequence[Sequence[Any]]: ...


def done(cursor: Statements, ids: Sequence[int]) -> list[int]:
    """Those of these orders that are done, locked until the transaction ends."""
    cursor.execute(named("done_orders"), {"ids": sorted(ids)})
    return [row[0] for row in cursor.fetchall()]


def erase(cursor: Statements, ids: Sequence[int], *, what: str, who: str, now: datetime) -> int:
    """Forget the buyers of these orders, wherever they are, and say so. Returns how many orders were not yet erased."""
    cursor.execute(named("erase_orders"), {"ids": sorted(ids), "now": now})
    rows = cursor.fetchall()
    if rows:
        said = _said(rows, what, who, now)
        cursor.execute(named("erase_words"), {"ids": said["ids"]})
        cursor.execute(named("say_erased"), said)
    return len(rows)


async def forget(pool: Pool, now: datetime) -> int:
    """What was asked for and is done now, and what is older than its marketplace keeps. Returns how many orders."""
    erased, after = 0, 0
    for _ in range(MOST_BATCHES):
        async with pool.connection() as connection:
            asked = {"now": now, "after": after, "most": BATCH}
            cursor = await connection.execute(named("erasable_orders"), asked)
            ids = [row[0] for row in await cursor.fetchall()]
        if not ids:
            break
        after = ids[-1]

        async def batch(cursor: AsyncCursor[Any], ids: list[int] = ids) -> int:
            return await _forget(cursor, ids, now)

        erased += await transact(pool, batch)
    return erased


async def _forget(cursor: AsyncCursor[Any], ids: list[int], now: datetime) -> int:
    await cursor.execute(named("done_orders"), {"ids": ids})
    ready = [row[0] for row in await cursor.fetchall()]
    await cursor.execute(named("erase_orders"), {"ids": ready, "now": now})
    rows = await cursor.fetchall()
    if rows:
        said = _said(rows, What.BUYERS_FORGOTTEN, "", now)
        await cursor.execute(named("erase_words"), {"ids": said["ids"]})
        await cursor.execute(named("say_erased"), said)
    return len(rows)


def _said(rows: Sequence[Sequence[Any]], what: str, who: str, now: datetime) -> dict[str, Any]:
    return {
        "ids": [row[0] for row in rows],
        "marketplace_ids": [row[1] for row in rows],
        "who": who,
        "now": now,
        "what": what,
    }
