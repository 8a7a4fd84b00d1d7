"""Fields that vendor and merchant both changed, where a person is asked: one open item for each vendor's store.

What survives a crash: the questions stand in the listing's `taken`; the item is kept with them. Not here: when there is
a question (core/listing_conflict.py).
"""

from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncCursor

from crossdock.core.listing_conflict import asked
from crossdock.core.reasons import Reason
from crossdock.sync import writer
from crossdock.sync.db import named, one
from crossdock.sync.effects import Note, Settled
from crossdock.sync.kinds.listing_rows import ListingRow


def differs(row: ListingRow) -> bool:
    """Whether other fields are asked about than when the row was last kept."""
    before, now = (set(asked(msgspec.json.decode(text))) for text in (row.taken_was, row.taken))
    return before != now


async def keep(cursor: AsyncCursor[Any], row: ListingRow, now: datetime) -> None:
    """Inside the transaction that kept the row: the item opens, or closes with the vendor's last question."""
    await cursor.execute(named("listings_asking"), {"vendor_id": row.vendor_id})
    count = one(await cursor.fetchone())[0]
    if not count:
        await writer.settle(cursor, [Settled(Reason.LISTING_CONFLICT, store_id=row.store_id)], now)
        return
    data = {"listing": row.id, "product": row.product_id, "count": count}
    item = Note(row.marketplace_id, Reason.LISTING_CONFLICT, store_id=row.store_id, data=data)
    await writer.notes(cursor, "open_attentions", [item], now)
