"""Lists that shift while they are read, read without missing anything: what changed since, and a whole catalogue.

Both by id. In order of the time of change, rows of one second come in any order, and the hour that a site's clock is
turned back comes twice (products, and orders kept as posts, are put in order by the site's own time); by id neither
matters, and the bound stays where it is. What changes while it is read is in it, or in the next reading. A place is
checked by what stood just before it. Not here: what the rows mean.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from crossdock.connector.errors import Rejected
from crossdock.platforms.woocommerce import words
from crossdock.platforms.woocommerce.client import CLOCK_SLACK, Query, Rest

OVERLAP = 10  # rows of the page before that are read again
T = TypeVar("T")


class Place(Struct, frozen=True, omit_defaults=True):
    """Where a reading is: `offset` rows were seen, ending with id `last`, `seen` of them once. `since` and `began` are
    seconds since 1970; `phase` counts lists that are read one after another."""

    since: int = 0
    offset: int = 0
    last: int = 0
    phase: int = 0
    began: int = 0
    seen: int = 0


class _Row(Struct):
    id: int


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
    """A page of what changed at or after `at.since`, and where to go on (None = that was all). Times have whole seconds
    and the bound is exclusive (FACTS, Lists and filters). The bound is by the shop's clock: where the answer shows that
    it is further behind than was known, the page is read again."""

    async def page() -> tuple[list[bytes], Place | None]:
        since = datetime.fromtimestamp(at.since, UTC) - rest.state.behind
        bound = [("modified_after", words.after(since)), ("dates_are_gmt", "true")]
        return await by_id(rest, path, [*filters, *bound], at, size=size, call=call, priority=priority)

    known = rest.state.behind
    found = await page()
    return found if rest.state.behind <= known + CLOCK_SLACK else await page()


async def by_id(
    rest: Rest, path: str, filters: Query, at: Place, *, size: int, call: str, priority: int
) -> tuple[list[bytes], Place | None]:
    """A page in order of id. Rows that went meanwhile move the others forward, so a little of the page before is read
    again; where it begins behind what was seen, the place is further to the front."""
    start = max(0, at.offset - OVERLAP)
    query = [*filters, ("orderby", "id"), ("order", "asc"), ("offset", str(start)), ("per_page", str(size))]
    page = await rest.page(path, query, call=call, priority=priority)
    ids = [msgspec.json.decode(row, type=_Row).id for row in page.rows]
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
