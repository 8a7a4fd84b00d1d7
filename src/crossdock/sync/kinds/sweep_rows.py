"""How far the sweeps of a store have come: their rows, loaded and kept.

Not here: what is read and kept on the way (sweep.py, sweep_catalogue.py).
"""

from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.sync.db import named

OVERLAP = timedelta(minutes=2)


class SweepRow(Struct):
    """A sweep. `since` of a whole catalogue is when the next pass is due (None = at once)."""

    id: int
    store_id: int
    kind: str
    since: datetime | None
    cursor: str
    pass_started_at: datetime | None
    progress: int
    expected: int
    marketplace_id: int
    catalogue_read: bool
    has_orders: bool
    poll_minutes: int | None = None  # as the rules say; None = as the installation does

    def every(self, otherwise: timedelta) -> timedelta:
        """How long after a pass the next one begins."""
        return otherwise if self.poll_minutes is None else timedelta(minutes=self.poll_minutes)


async def save(cursor: AsyncCursor[Any], row: SweepRow, finished_at: datetime | None, error: str = "") -> None:
    await cursor.execute(
        named("save_sweep"),
        {
            "id": row.id,
            "since": row.since,
            "cursor": row.cursor,
            "pass_started_at": row.pass_started_at,
            "progress": row.progress,
            "expected": row.expected,
            "finished_at": finished_at,
            "last_error": error,
        },
    )
