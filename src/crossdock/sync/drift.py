"""After the merchant's catalogue was read whole: levels that are not there as our books have it are looked at again.

What survives a crash: it is in the transaction that ends the pass. Not here: telling people (operations/drift.py).
"""

from typing import Any

from psycopg import AsyncCursor

from crossdock.sync.db import named
from crossdock.sync.dirty import Mark

REASON = "drift"


async def stray(cursor: AsyncCursor[Any], store_id: int) -> list[Mark]:
    """`store_id`: the merchant's."""
    await cursor.execute(named("stray_levels"), {"store_id": store_id})
    ids = [row[0] for row in await cursor.fetchall()]
    if not ids:
        return []
    await cursor.execute(named("verify_levels"), {"ids": ids})
    return [Mark(store, "level", store, REASON) for (store,) in await cursor.fetchall()]
