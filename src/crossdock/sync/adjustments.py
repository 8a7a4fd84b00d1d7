"""Goods shipped by hand for a vendor with a store leave its stock there, once, and come back when the parcel is
cancelled: what operations write down for the drain.

Not here: telling the store (kinds/adjustment.py).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from crossdock.sync import dirty
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark, SyncCursor

NAMES = UUID("0f6a4d1c-4a2d-5f0e-9b8e-3f8f6f1f7a21")


def take(cursor: SyncCursor, parcel_id: int, lines: Sequence[tuple[str, int]], *, now: datetime) -> int:
    """A parcel was made by hand: its goods leave the vendor's stock. Returns how many lines do."""
    return _write(cursor, parcel_id, [(line_id, -quantity) for line_id, quantity in lines], now)


def give_back(cursor: SyncCursor, parcel_id: int, lines: Sequence[tuple[str, int]], *, now: datetime) -> int:
    """The parcel was cancelled: what left comes back."""
    return _write(cursor, parcel_id, list(lines), now)


def seen_to(cursor: SyncCursor, vendor_order_id: int, *, now: datetime) -> None:
    """A person has agreed with the vendor on items that were edited after the push: they count as placed there."""
    cursor.execute(named("taken_by_person"), {"vendor_order_id": vendor_order_id, "now": now})
    stores = {row[0] for row in cursor.fetchall()}
    dirty.mark(cursor, [Mark(store_id, "level", store_id, "seen_to") for store_id in sorted(stores)], now=now)


def _write(cursor: SyncCursor, parcel_id: int, deltas: Sequence[tuple[str, int]], now: datetime) -> int:
    parameters = {
        "parcel_id": parcel_id,
        "line_ids": [line_id for line_id, _ in deltas],
        "deltas": [delta for _, delta in deltas],
        "keys": [_key(parcel_id, line_id, delta) for line_id, delta in deltas],
        "now": now,
    }
    cursor.execute(named("make_adjustments"), parameters)
    stores = [row[0] for row in cursor.fetchall()]
    marks = [Mark(store_id, "adjustment", store_id, "made_by_hand") for store_id in sorted(set(stores))]
    dirty.mark(cursor, marks, now=now)
    return len(stores)


def _key(parcel_id: int, line_id: str, delta: int) -> str:
    """The same for the same goods in the same direction, for ever."""
    return str(uuid5(NAMES, f"{parcel_id} {line_id} {'take' if delta < 0 else 'give'}"))
