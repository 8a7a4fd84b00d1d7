"""Every change of what a shop would sell, for whoever checks afterwards who sold what nobody had.

Not for deciding anything: nothing in the sandbox reads it.
"""

from datetime import datetime
from typing import Any

LIMIT = 2_000_000


class StockLedger:
    """Entries in the order in which they happened; `n` counts over all shops. Beyond the limit the oldest go."""

    __slots__ = ("dropped", "entries")

    def __init__(self) -> None:
        self.entries: list[tuple[int, datetime, int, int, int, int, str, int | None, str]] = []
        self.dropped = 0

    def note(
        self, n: int, at: datetime, variant_id: int, location_id: int, before: int, after: int, cause: str,
        order_id: int | None, by: str,
    ) -> None:  # fmt: skip
        self.entries.append((n, at, variant_id, location_id, before, after, cause, order_id, by))
        if len(self.entries) > LIMIT:
            self.dropped += LIMIT // 10
            del self.entries[: LIMIT // 10]

    def shown(self, after: int = 0) -> list[dict[str, Any]]:
        """Entries whose `n` is greater than `after`."""
        return [
            {"n": n, "at": at.isoformat(), "variant_id": str(variant), "location_id": str(place), "from": before,
             "to": now, "cause": cause, "order_id": None if order is None else str(order), "by": by}
            for n, at, variant, place, before, now, cause, order, by in self.entries
            if n > after
        ]  # fmt: skip
