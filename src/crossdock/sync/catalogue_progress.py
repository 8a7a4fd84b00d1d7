"""How far listings have come, vendor by vendor, and when the rest will be there.

Vendors take turns at the merchant's budget, so a small one is done long before a big one that began earlier. Not here:
reading catalogues (their sweeps' rows say how far), or any screen.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from crossdock.sync.db import named
from crossdock.sync.dirty import SyncCursor

WINDOW = timedelta(minutes=10)  # the pace is what was made in this time
# Until anything was made: a product costs about so many of the 100 points a second that Shopify gives the smallest plan
# (FACTS section 3: productSet is charged 10 and 0.2 a variant, besides what is read back).
COST, COST_OF_VARIANT, POINTS = 25.0, 0.4, 100.0


class VendorProgress(Struct, frozen=True):
    """One vendor. `coming` listings are still to be made, of so many `variants`; `stale` live ones are to be brought up
    to date. `seconds_left` None = nothing is coming."""

    vendor_id: int
    coming: int
    stale: int
    variants: int
    made_lately: int
    seconds_left: int | None = None


class Progress(Struct, frozen=True):
    """A marketplace. `pace` is listings a second, measured, or estimated where none was made lately."""

    vendors: tuple[VendorProgress, ...]
    pace: float
    measured: bool
    seconds_left: int | None


def progress(cursor: SyncCursor, marketplace_id: int, *, now: datetime) -> Progress:
    """Inside the caller's transaction; any cursor that takes named parameters."""
    cursor.execute(named("listing_progress"), {"marketplace_id": marketplace_id, "since": now - WINDOW})
    return estimated([VendorProgress(*row[:5]) for row in cursor.fetchall()], _since(cursor, marketplace_id, now), now)


def _since(cursor: SyncCursor, marketplace_id: int, now: datetime) -> datetime | None:
    cursor.execute(named("first_made"), {"marketplace_id": marketplace_id, "since": now - WINDOW})
    rows: Sequence[Sequence[Any]] = cursor.fetchall()
    first: datetime | None = rows[0][0] if rows else None
    return first


def estimated(vendors: Sequence[VendorProgress], first_at: datetime | None, now: datetime) -> Progress:
    """When each is done, taking turns at the measured pace."""
    made = sum(vendor.made_lately for vendor in vendors)
    seconds = (now - first_at).total_seconds() if first_at else 0.0
    measured = made > 1 and seconds > 1
    pace = made / seconds if measured else _guess(vendors)
    left = [vendor.coming + vendor.stale for vendor in vendors]
    timed = tuple(
        VendorProgress(
            one.vendor_id,
            one.coming,
            one.stale,
            one.variants,
            one.made_lately,
            _until(own, left, pace) if own else None,
        )
        for one, own in zip(vendors, left, strict=True)
    )
    return Progress(timed, pace, measured, round(sum(left) / pace) if sum(left) else None)


def _until(own: int, left: Sequence[int], pace: float) -> int:
    """While one vendor's are made, every other has had as many turns, or all it wanted."""
    return round(sum(min(other, own) for other in left) / pace)


def _guess(vendors: Sequence[VendorProgress]) -> float:
    coming = sum(vendor.coming for vendor in vendors)
    variants = sum(vendor.variants for vendor in vendors)
    each = variants / coming if coming else 1.0
    return POINTS / (COST + COST_OF_VARIANT * each)
