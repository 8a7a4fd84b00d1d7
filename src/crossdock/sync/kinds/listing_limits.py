"""A platform's daily limit of new variants: what would make some waits, all else of the listings goes on.

What survives a crash: until when the merchant's store is full; a listing whose new variants wait says so itself. Not
here: which steps make variants at which platform (connector/errors.py, RateLimited.only).
"""

from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncCursor

from crossdock.connector.errors import NEW_VARIANTS, RateLimited
from crossdock.core.listing import AddVariants, CreateProduct, ListingAction, SetOptions
from crossdock.core.reasons import Reason
from crossdock.sync import writer
from crossdock.sync.db import named, one, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Note, Settled
from crossdock.sync.kinds.listing_rows import Merchant


def of_variants(error: RateLimited) -> bool:
    return error.only == NEW_VARIANTS


def makes(action: ListingAction) -> bool:
    """Whether a step makes variants."""
    match action:
        case CreateProduct() | AddVariants():
            return True
        case SetOptions():
            return any(not variant.id for variant in action.variants)
        case _:
            return False


async def until(cursor: AsyncCursor[Any], store_id: int, vendor_id: int, now: datetime) -> datetime | None:
    """Until when the merchant's store is full, None = it is not as far as known. Once that is past, the vendor's
    listings that wait are to be looked at; whether it takes any is seen by the first."""
    await cursor.execute(named("store_full"), {"store_id": store_id})
    full_until: datetime | None = one(await cursor.fetchone())[0]
    if full_until is not None and full_until <= now:
        await cursor.execute(named("want_put_off"), {"vendor_id": vendor_id})
    return full_until


async def reached(context: Context, here: Merchant, error: RateLimited) -> datetime:
    """The store takes no more for now: a person is told, with when it goes on."""
    now = context.clock()
    full_until = now + timedelta(seconds=error.retry_after)

    async def write(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("set_full"), {"store_id": here.store_id, "until": full_until})
        data = {"until": full_until.isoformat(), "words": error.words}
        item = Note(here.marketplace_id, Reason.NEW_VARIANTS_LIMITED, store_id=here.store_id, data=data)
        await writer.notes(cursor, "open_attentions", [item], now)

    await transact(context.pool, write)
    return full_until


async def over(context: Context, here: Merchant) -> None:
    """The store has taken new variants again."""

    async def write(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("set_full"), {"store_id": here.store_id, "until": None})
        settled = Settled(Reason.NEW_VARIANTS_LIMITED, store_id=here.store_id)
        await writer.settle(cursor, [settled], context.clock())

    await transact(context.pool, write)
