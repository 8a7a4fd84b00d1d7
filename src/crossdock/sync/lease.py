"""Stock leases: a vendor's store that was not heard of for too long has its goods taken off sale, and given back once
it answers and every figure of it was read again.

What survives a crash: the row says whether it is off sale; levels follow from it. Not here: what "heard of" is (the
sweeps keep it), or the levels themselves (kinds/level_merchant.py).
"""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core.reasons import Reason
from crossdock.sync import stock_rows, writer
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark
from crossdock.sync.effects import Note, Settled
from crossdock.sync.what import What


class Lease(Struct, frozen=True):
    """A vendor's store: the columns of statement `load_lease`. `unread`: figures of it are in doubt."""

    store_id: int
    marketplace_id: int
    vendor_id: int
    state: str
    failures: int
    confirmed_at: datetime | None
    created_at: datetime
    off_sale_at: datetime | None
    catalogue_at: datetime | None
    hours: int
    unread: bool

    @property
    def ends_at(self) -> datetime:
        return (self.confirmed_at or self.created_at) + timedelta(hours=self.hours)

    @property
    def silent(self) -> bool:
        """It is known not to answer: not merely unheard of while the hub itself was away."""
        return self.state != "connected" or self.failures > 0

    @property
    def answers(self) -> bool:
        """Since it was taken off sale."""
        heard = self.confirmed_at is not None and self.off_sale_at is not None and self.confirmed_at > self.off_sale_at
        return heard and self.state == "connected"


async def load(cursor: AsyncCursor[Any], store_id: int) -> Lease | None:
    await cursor.execute(named("load_lease"), {"store_id": store_id})
    row = await cursor.fetchone()
    return None if row is None else Lease(*row)


async def take_off_sale(cursor: AsyncCursor[Any], lease: Lease, now: datetime) -> list[Mark]:
    """Its levels go to nothing, and every figure is to be read before they come back."""
    await cursor.execute(named("set_off_sale"), {"store_id": lease.store_id, "at": now})
    if not await cursor.fetchall():
        return []
    await cursor.execute(named("doubt_vendor"), {"store_id": lease.store_id})
    heard = lease.confirmed_at.isoformat() if lease.confirmed_at else ""
    data = {"hours": lease.hours, "heard": heard}
    note = Note(lease.marketplace_id, Reason.STOCK_LEASE_EXPIRED, lease.store_id, data=data)
    await writer.notes(cursor, "open_attentions", [note], now)
    said = Note(lease.marketplace_id, What.STOCK_OFF_SALE, lease.store_id, data=data)
    await writer.notes(cursor, "add_activities", [said], now)
    return [*await _want(cursor, lease), Mark(lease.store_id, "level", lease.store_id, "off_sale")]


async def give_back(cursor: AsyncCursor[Any], lease: Lease, now: datetime) -> list[Mark]:
    await cursor.execute(named("set_off_sale"), {"store_id": lease.store_id, "at": None})
    if not await cursor.fetchall():
        return []
    await writer.settle(cursor, [Settled(Reason.STOCK_LEASE_EXPIRED, store_id=lease.store_id)], now)
    note = Note(lease.marketplace_id, What.STOCK_BACK, lease.store_id)
    await writer.notes(cursor, "add_activities", [note], now)
    return await _want(cursor, lease)


async def _want(cursor: AsyncCursor[Any], lease: Lease) -> list[Mark]:
    """Every level; and the listings with variants that a level of nothing does not take off sale."""
    await cursor.execute(named("want_all_levels"), {"vendor_id": lease.vendor_id})
    marks = [Mark(row[0], "level", row[0], "lease") for row in await cursor.fetchall()]
    await cursor.execute(named("want_uncounted_listings"), {"store_id": lease.store_id})
    return marks + [Mark(row[0], "listing", lease.vendor_id, "lease") for row in await cursor.fetchall()]


async def complete(cursor: AsyncCursor[Any], lease: Lease) -> list[Mark]:
    """Links made before the vendor had a store have their levels from now on."""
    await cursor.execute(named("links_without_level"), {"vendor_id": lease.vendor_id})
    ids = [row[1] for row in await cursor.fetchall()]
    return await stock_rows.ensure_levels(cursor, lease.marketplace_id, ids)
