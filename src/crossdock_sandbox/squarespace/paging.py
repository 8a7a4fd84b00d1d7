"""Lists by modifiedOn, fifty a page, and cursors: a place in a collection that goes on moving (FACTS section 3).

Not for what the pages show.
"""

import base64
import binascii
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec

from crossdock_sandbox.squarespace.refusal import invalid

PAGE = 50
_FIRST = datetime.min.replace(tzinfo=UTC)


class Changed:
    """Ids in the order of their last change; what moves is at the end from then on."""

    __slots__ = ("entries", "last", "number")

    def __init__(self) -> None:
        self.entries: list[tuple[datetime, int, str]] = []
        self.last: dict[str, int] = {}
        self.number = 0

    def note(self, id: str, now: datetime) -> None:
        self.number += 1
        self.entries.append((now, self.number, id))
        self.last[id] = self.number
        if len(self.entries) > 64 and len(self.entries) > 4 * len(self.last):
            self.entries = [one for one in self.entries if self.last.get(one[2]) == one[1]]

    def forget(self, id: str) -> None:
        self.last.pop(id, None)

    def page(
        self, start: datetime | None, end: datetime | None, after: int, wanted: Callable[[str], bool]
    ) -> tuple[list[str], int]:
        """Up to fifty ids changed from `start` to `end` beyond place `after`; the place of the last one where there
        are more, else 0."""
        found: list[str] = []
        place = after
        first = bisect_left(self.entries, (start or _FIRST, 0, ""))
        first = max(first, bisect_right(self.entries, after, key=lambda one: one[1]))  # numbers rise with the times
        for at, number, id in islice(self.entries, first, None):
            if end is not None and at > end:
                break
            if self.last.get(id) != number or not wanted(id):
                continue
            if len(found) == PAGE:
                return found, place
            found.append(id)
            place = number
        return found, 0


def cursor(**carried: Any) -> str:
    """The filter travels in it (FACTS section 3)."""
    return base64.urlsafe_b64encode(msgspec.json.encode(carried)).rstrip(b"=").decode()


def opened(given: str, kind: str) -> dict[str, Any]:
    """What a cursor of this `kind` of list carries; refused when it is none."""
    try:
        carried = msgspec.json.decode(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        carried = None
    if not isinstance(carried, dict) or carried.get("kind") != kind:
        raise invalid("cursor is not valid.")
    return carried


def pagination(path: str, next_cursor: str) -> dict[str, Any]:
    if not next_cursor:
        return {"hasNextPage": False, "nextPageCursor": None, "nextPageUrl": None}
    return {"hasNextPage": True, "nextPageCursor": next_cursor, "nextPageUrl": f"{path}?cursor={next_cursor}"}


def alone(given: dict[str, str]) -> None:
    """A cursor goes with nothing else (FACTS section 3)."""
    if "cursor" in given and len(given) > 1:
        raise invalid("cursor cannot be used together with other parameters.")


def moment(name: str, given: str) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise invalid(f"{name} must be an ISO 8601 date and time in UTC.")
    return at.astimezone(UTC)


def window(given: dict[str, str], *, both: bool) -> tuple[datetime | None, datetime | None]:
    """modifiedAfter and modifiedBefore; for orders only together, the second later than the first."""
    after, before = given.get("modifiedAfter"), given.get("modifiedBefore")
    if both and (after is None) != (before is None):
        raise invalid("modifiedAfter and modifiedBefore must be used together.")
    start = moment("modifiedAfter", after) if after is not None else None
    end = moment("modifiedBefore", before) if before is not None else None
    if start is not None and end is not None and end <= start:
        raise invalid("modifiedBefore must be later than modifiedAfter.")
    return start, end


def known(given: Iterable[str], names: frozenset[str]) -> None:
    if unknown := sorted(set(given) - names):
        raise invalid(f"{unknown[0]} is not a parameter.")
