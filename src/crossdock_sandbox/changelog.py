"""What changed and when, oldest first: the index behind "changed since", which shows things later than they happen.

Not for what changed (the shop's own dictionaries).
"""

from bisect import bisect_left
from datetime import datetime
from typing import Any

_LAST_ID = 1 << 62
_KEPT = 60.0  # seconds that an entry superseded is kept for whoever still looks at the older index


class ChangeLog:
    """Entries [at, id, superseded at]. Each thing keeps its own newest entry and hands it in with the next change."""

    __slots__ = ("_tidy_at", "entries")

    def __init__(self) -> None:
        self.entries: list[list[Any]] = []
        self._tidy_at = 64

    def add(self, newest: list[Any], number: int, now: datetime, alive: int) -> list[Any]:
        """Put thing `number` at the end; its older entry stays visible until the index sees the new one."""
        if newest:
            newest[2] = now
        entry = [now, number, None]
        self.entries.append(entry)
        if len(self.entries) > self._tidy_at and len(self.entries) > 4 * alive:
            self.entries = [one for one in self.entries if one[2] is None or (now - one[2]).total_seconds() < _KEPT]
            self._tidy_at = max(64, 2 * len(self.entries))  # so that tidying stays rare when all is recent
        return entry

    def between(self, start: datetime | None, horizon: datetime) -> list[list[Any]]:
        """Entries as the index had them at `horizon`, from `start` on: of each thing its newest not younger."""
        first = bisect_left(self.entries, [start]) if start is not None else 0
        last = bisect_left(self.entries, [horizon, _LAST_ID])
        return [one for one in self.entries[first:last] if one[2] is None or one[2] > horizon]
