"""What an app was told of a shop's stock, and when: by webhooks that it took, by answers that reached it whole.

Only for shops that keep a stock ledger. Not for deciding anything: nothing in the sandbox reads it.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

Entry = tuple[int, datetime, int, int, str]  # n, at, variant, as of change, how


class StockTold:
    """Entries by shop, in the order in which they happened; `n` counts along with the changes of stock."""

    __slots__ = ("_answer", "entries")

    def __init__(self) -> None:
        self.entries: defaultdict[str, list[Entry]] = defaultdict(list)
        self._answer: tuple[frozenset[int], int] | None = None

    def note(self, shop: str, n: int, at: datetime, variants: frozenset[int], as_of: int, how: str) -> None:
        self.entries[shop] += [(n, at, variant, as_of, how) for variant in sorted(variants)]

    def prepare(self, variants: set[int], as_of: int) -> None:
        """An answer that tells of these is made; whether it arrives is not known yet."""
        self._answer = (frozenset(variants), as_of) if variants else None

    def take(self) -> tuple[frozenset[int], int] | None:
        """What the answer just made tells."""
        answer, self._answer = self._answer, None
        return answer

    def shown(self, shop: str) -> list[dict[str, Any]]:
        return [
            {"n": n, "at": at.isoformat(), "variant_id": str(variant), "as_of": as_of, "how": how}
            for n, at, variant, as_of, how in self.entries.get(shop, ())
        ]
