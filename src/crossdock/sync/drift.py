"""After the merchant's catalogue was read: levels that are not there as our books have it, and listings whose product
is not as it was, are looked at again.

What survives a crash: it is in the transactions of the pass. Not here: telling people (operations/drift.py), or what is
done about it (kinds/).
"""

from collections.abc import Collection
from typing import Any

from psycopg import AsyncCursor

from crossdock.sync.catalogue_rows import Place, places
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark

REASON = "drift"


async def changed(cursor: AsyncCursor[Any], of: Collection[Place], reason: str = REASON) -> list[Mark]:
    """Products of merchants' stores that are not as they were when last read or written: their listings are looked at.
    Who changed them, and whether it may stay, is found out there."""
    if not of:
        return []
    await cursor.execute(named("want_listings_at_merchant"), places(of))
    return [Mark(store_id, "listing", vendor_id, reason) for vendor_id, store_id in await cursor.fetchall()]


async def stray(cursor: AsyncCursor[Any], store_id: int) -> list[Mark]:
    """`store_id`: the merchant's."""
    await cursor.execute(named("stray_levels"), {"store_id": store_id})
    ids = {row[0] for row in await cursor.fetchall()}
    await cursor.execute(named("spread_levels"), {"store_id": store_id})
    ids |= {row[0] for row in await cursor.fetchall()}
    if not ids:
        return []
    await cursor.execute(named("verify_levels"), {"ids": sorted(ids)})
    return [Mark(store, "level", store, REASON) for (store,) in await cursor.fetchall()]
