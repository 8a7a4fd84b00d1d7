"""The brake on mass loss: a vendor whose listings would end, or sell out, in numbers is held until a person says that
it is meant. Shared by listings and levels, which count together.

Not here: how much is too much (core/plan.py), or what a loss is (kinds/listing.py, kinds/level.py).
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core import plan
from crossdock.core.reasons import Reason
from crossdock.core.stock import Why
from crossdock.sync import dirty, writer
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark, SyncCursor
from crossdock.sync.effects import Note, Settled

VENDOR_DELETED = "vendor_deleted"  # reason of a listing that ended because the vendor's product went: a loss


class Standing(Struct, frozen=True):
    """A vendor before the brake: listings `live` now, `lost` within the window, and whether it is held already."""

    vendor_id: int
    marketplace_id: int
    store_id: int | None
    live: int
    lost: int
    held_at: datetime | None
    released_at: datetime | None

    @property
    def held(self) -> bool:
        return self.held_at is not None and (self.released_at is None or self.released_at < self.held_at)


async def losses(
    cursor: AsyncCursor[Any],
    vendor_ids: Collection[int],
    *,
    now: datetime,
    window: timedelta,
    leaving: Collection[str] = (),
) -> dict[int, Standing]:
    """How each vendor stands. `leaving`: the merchant's products that are about to be lost, counted as on sale."""
    parameters = {
        "vendor_ids": sorted(vendor_ids),
        "since": now - window,
        "ended": VENDOR_DELETED,
        "empty": Why.VENDOR_EMPTY.value,
        "leaving": sorted(leaving),
    }
    await cursor.execute(named("vendor_losses"), parameters)
    return {row[0]: Standing(*row) for row in await cursor.fetchall()}


async def allowed(
    cursor: AsyncCursor[Any],
    more: Mapping[int, int],
    *,
    now: datetime,
    window: timedelta,
    leaving: Collection[str] = (),
) -> set[int]:
    """Of the vendors that would lose `more` listings now, those that may. The others are held, and a person is asked.
    In the caller's transaction, which keeps the losses too."""
    wanted = {vendor_id: count for vendor_id, count in more.items() if count > 0}
    if not wanted:
        return set(more)
    standing = await losses(cursor, wanted, now=now, window=window, leaving=leaving)
    held = [one for one in standing.values() if not _may(one, wanted[one.vendor_id], now, window)]
    if held:
        await _hold(cursor, held, wanted, now)
    return set(more) - {one.vendor_id for one in held}


def _may(one: Standing, more: int, now: datetime, window: timedelta) -> bool:
    """Once released, a vendor may lose what it likes for the length of the window."""
    if one.released_at is not None and not one.held and now - one.released_at < window:
        return True
    return not one.held and not plan.brake(one.lost, one.live, more)


async def _hold(cursor: AsyncCursor[Any], held: Sequence[Standing], more: Mapping[int, int], now: datetime) -> None:
    await cursor.execute(named("hold_vendors"), {"ids": sorted(one.vendor_id for one in held), "now": now})
    items = [
        Note(
            one.marketplace_id,
            Reason.TOO_MUCH_CHANGE,
            store_id=one.store_id,
            data={"vendor": one.vendor_id, "listings": more[one.vendor_id], "live": one.live, "lost": one.lost},
        )
        for one in held
        if not one.held
    ]
    await writer.notes(cursor, "open_attentions", items, now)


async def free(cursor: AsyncCursor[Any], vendor_ids: Collection[int], *, now: datetime) -> None:
    """What waited is there again of itself: the brake lets go and its item closes."""
    if vendor_ids:
        parameters = {"ids": sorted(vendor_ids), "reason": Reason.TOO_MUCH_CHANGE.value}
        await cursor.execute(named("free_vendors"), parameters)
        freed = await cursor.fetchall()
        settled = [Settled(Reason.TOO_MUCH_CHANGE, store_id=store_id) for _, store_id in freed]
        await writer.settle(cursor, settled, now)


def release(cursor: SyncCursor, vendor_id: int, *, now: datetime) -> bool:
    """A person lets a vendor's losses go on (operations). False: nothing of it was held."""
    parameters = {"vendor_id": vendor_id, "reason": Reason.TOO_MUCH_CHANGE.value, "now": now}
    cursor.execute(named("release_vendor"), parameters)
    stores = [row[0] for row in cursor.fetchall()]
    marks = [Mark(store_id, "level", store_id, "brake_released") for store_id in stores]
    marks += [Mark(store_id, "listing", vendor_id, "brake_released") for store_id in stores]
    dirty.mark(cursor, marks, now=now)
    return bool(stores)
