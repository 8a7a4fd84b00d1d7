"""Dirty keys: the only code that marks them. A mark is durable with the caller's transaction and wakes its lane too.

What survives a crash: everything; a key leaves the table only when its work is durable. Claiming is in drain.py.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.sync.db import named

LANES = 8  # sql/dirty.sql has the same number
PRIORITY = {
    "order": 0,
    "vendor_order": 1,
    "fulfillment": 2,
    "adjustment": 2,
    "level": 3,
    "listing": 4,
    "lease": 8,
    "subscription": 8,
    "sweep": 9,
}
WAITING = ("held", "manual")
NOT_SENT = (*WAITING, "ready")  # what a rule that became stricter may still stop


class Mark(Struct, frozen=True):
    """One key to be looked at again, at `due_at` (None = now)."""

    store_id: int
    kind: str
    ref: int
    reason: str
    due_at: datetime | None = None


class SyncCursor(Protocol):
    """As much of Django's (or psycopg's) cursor as marking needs."""

    def execute(self, query: Any, params: Any = None, /) -> Any: ...

    def fetchall(self) -> Sequence[Sequence[Any]]: ...


def parameters(marks: Iterable[Mark], now: datetime) -> dict[str, Any]:
    """The arrays of statement `mark`."""
    rows = list(marks)
    return {
        "store_ids": [row.store_id for row in rows],
        "kinds": [row.kind for row in rows],
        "refs": [row.ref for row in rows],
        "priorities": [PRIORITY[row.kind] for row in rows],
        "due_ats": [row.due_at or now for row in rows],
        "reasons": [row.reason for row in rows],
        "now": now,
    }


async def mark_async(cursor: AsyncCursor[Any], marks: Sequence[Mark], *, now: datetime) -> None:
    """Mark inside the caller's transaction. Call it last: it holds the lanes' rows until the commit."""
    if marks:
        await cursor.execute(named("mark"), parameters(marks, now))
        asleep = [row[0] for row in await cursor.fetchall()]
        if asleep:
            await cursor.execute(named("defer_drains"), {"lanes": asleep})


async def lock_async(cursor: AsyncCursor[Any], ids: Sequence[int], marks: Sequence[Mark]) -> None:
    """Take the rows of keys worked and keys marked in one order, where a transaction has both."""
    if ids and marks:
        parameters = {
            "ids": list(ids),
            "store_ids": [mark.store_id for mark in marks],
            "kinds": [mark.kind for mark in marks],
            "refs": [mark.ref for mark in marks],
        }
        await cursor.execute(named("lock_keys"), parameters)


async def marked_since(cursor: AsyncCursor[Any], id: int, generation: int) -> bool:
    """Whether a key was marked since it was claimed. To be asked once the row it is about is locked: whoever changes
    that marks the key in the same transaction."""
    await cursor.execute(named("marked_since"), {"id": id, "generation": generation})
    return await cursor.fetchone() is not None


def mark(cursor: SyncCursor, marks: Sequence[Mark], *, now: datetime) -> None:
    """`mark_async` for operations: inside the caller's transaction."""
    if marks:
        cursor.execute(named("mark"), parameters(marks, now))
        _defer(cursor)


def wake(cursor: SyncCursor, lanes: Sequence[int]) -> None:
    cursor.execute(named("wake"), {"lanes": list(lanes)})
    _defer(cursor)


def _defer(cursor: SyncCursor) -> None:
    """A job for each lane that the last statement found asleep."""
    asleep = [row[0] for row in cursor.fetchall()]
    if asleep:
        cursor.execute(named("defer_drains"), {"lanes": asleep})


def mark_orders(
    cursor: SyncCursor,
    *,
    marketplace_id: int,
    vendor_id: int | None = None,
    states: Sequence[str] = WAITING,
    now: datetime,
    reason: str,
) -> int:
    """Mark every order that waits in one of `states`; returns how many. For changed settings, links, connections."""
    cursor.execute(
        named("mark_orders"),
        {
            "marketplace_id": marketplace_id,
            "vendor_id": vendor_id,
            "states": list(states),
            "reason": reason,
            "now": now,
        },
    )
    lanes = [row[0] for row in cursor.fetchall()]
    wake(cursor, sorted(set(lanes)))
    return len(lanes)


def mark_unassigned(cursor: SyncCursor, *, marketplace_id: int, now: datetime, reason: str) -> int:
    """Mark every order with lines that no vendor was found for; returns how many."""
    cursor.execute(named("mark_unassigned"), {"marketplace_id": marketplace_id, "reason": reason, "now": now})
    lanes = [row[0] for row in cursor.fetchall()]
    wake(cursor, sorted(set(lanes)))
    return len(lanes)
