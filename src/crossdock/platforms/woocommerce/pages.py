"""Lists that shift while they are read, read without missing anything: what changed since, and a whole catalogue by id.

What changed is read in order of its time of change, each page from the last second of the one before (times have whole
seconds and bounds are exclusive: FACTS, Lists and filters). Where more changed in one second than a page holds, that
second is read by id. A place in a list by id is checked by what stood just before it. Not here: what the rows mean.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec
from msgspec import Struct

from crossdock.connector.errors import Rejected
from crossdock.platforms.woocommerce import words
from crossdock.platforms.woocommerce.client import Query, Rest

OVERLAP = 10  # rows of the page before that are read again
SECOND = timedelta(seconds=1)
T = TypeVar("T")


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a reading is. `since`: seconds since 1970 from which on changes are wanted; `second`: all of that second,
    by id, `offset` rows were seen, ending with id `last`. `phase` counts the lists that are read one after another."""

    since: int = 0
    second: int = 0
    offset: int = 0
    last: int = 0
    phase: int = 0
    began: int = 0
    seen: int = 0


class _Row(Struct):
    id: int
    date_modified_gmt: str | None = None
    date_created_gmt: str | None = None

    @property
    def second(self) -> int:
        at = words.gmt(self.date_modified_gmt) or words.gmt(self.date_created_gmt)
        return int(at.timestamp()) if at else 0


def place(cursor: str) -> Place | None:
    """None at the beginning. Raises Rejected(code="cursor") for what is none of ours."""
    if not cursor:
        return None
    try:
        return msgspec.json.decode(cursor, type=Place)
    except msgspec.MsgspecError:
        raise Rejected("the place in the list is not known any more", code="cursor", call="list") from None


def written(at: Place | None) -> str:
    return msgspec.json.encode(at).decode() if at is not None else ""


async def changed(
    rest: Rest, path: str, filters: Query, at: Place, *, size: int, call: str, priority: int
) -> tuple[list[bytes], Place | None]:
    """A page of what changed at or after `at.since`, oldest change first, and where to go on (None = that was all)."""
    if at.second:
        rows, behind = await by_id(
            rest, path, [*filters, *_within(at.second)], at, size=size, call=call, priority=priority
        )
        return rows, behind or Place(since=at.second + 1, phase=at.phase, began=at.began)
    query: list[tuple[str, str]] = [*filters, *_from(at.since), ("orderby", "modified"), ("order", "asc")]
    page = await rest.page(path, [*query, ("per_page", str(size))], call=call, priority=priority)
    if len(page.rows) < size and (page.total is None or page.total <= len(page.rows)):
        return page.rows, None
    seconds = [_row(row).second for row in page.rows]
    if not seconds:
        return [], None
    if max(seconds) > max(min(seconds), at.since):
        return page.rows, Place(since=max(seconds), phase=at.phase, began=at.began)
    return page.rows, Place(second=max(seconds), phase=at.phase, began=at.began)


async def by_id(
    rest: Rest, path: str, filters: Query, at: Place, *, size: int, call: str, priority: int
) -> tuple[list[bytes], Place | None]:
    """A page in order of id. Rows that went meanwhile move the others forward, so a little of the page before is read
    again; where it begins behind what was seen, the place is further to the front."""
    start = max(0, at.offset - OVERLAP)
    query = [*filters, ("orderby", "id"), ("order", "asc"), ("offset", str(start)), ("per_page", str(size))]
    page = await rest.page(path, query, call=call, priority=priority)
    ids = [_row(row).id for row in page.rows]
    if start > 0 and (not ids or ids[0] > at.last):
        return [], msgspec.structs.replace(at, offset=max(0, start - size // 2))
    # A page may have less than it was cut from: plugins hide rows.
    ended = start + size >= page.total if page.total is not None else len(ids) < size
    if ended or not ids:
        return page.rows, None
    fresh = len([id for id in ids if id > at.last])
    return page.rows, msgspec.structs.replace(at, offset=start + size, last=ids[-1], seen=at.seen + fresh)


def beginning(since: datetime, now: datetime) -> Place:
    return Place(since=int(since.timestamp()), began=int(now.timestamp()))


def each(rows: list[bytes], decode: Callable[[bytes], T]) -> list[T]:
    return [decode(row) for row in rows]


def _from(second: int) -> list[tuple[str, str]]:
    at = datetime.fromtimestamp(second, UTC)
    return [("modified_after", words.after(at)), ("dates_are_gmt", "true")]


def _within(second: int) -> list[tuple[str, str]]:
    at = datetime.fromtimestamp(second, UTC)
    return [*_from(second), ("modified_before", words.bound(at + SECOND))]


def _row(row: bytes) -> _Row:
    return msgspec.json.decode(row, type=_Row)
