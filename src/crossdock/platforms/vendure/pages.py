"""Lists that miss nothing: by a moment that never changes, and by ids where many share it.

Vendure pages by numbers ("skip 100"), which lose rows when others go meanwhile. So each page asks for what is younger
than the last one seen, and not one of those of its moment. Not here: what is listed (orders.py, products.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec import Struct

from crossdock.connector.contract import Page
from crossdock.connector.errors import Rejected

# Moments are whole seconds on some of Vendure's databases, milliseconds in its answers, and microseconds on others.
SAME_MOMENT = timedelta(seconds=2)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Row(Protocol):
    id: str


T = TypeVar("T", bound=Row)


class Place(Struct, frozen=True):
    """How far a list has come: the youngest moment seen, and the rows at it or just before."""

    at: datetime = EVER
    seen: tuple[tuple[datetime, str], ...] = ()


async def after(
    cursor: str,
    field: str,
    size: int,
    conditions: Sequence[dict[str, Any]],
    read: Callable[[dict[str, Any]], Awaitable[list[T]]],
) -> Page[T]:
    """The next page of a list by `field`, a moment that a row keeps for ever. Raises Rejected(code="cursor")."""
    place = opened(cursor)
    filters: list[dict[str, Any]] = [{field: {"after": stamp(place.at - SAME_MOMENT)}}, *conditions]
    if place.seen:
        filters.append({"id": {"notIn": [id for _, id in place.seen]}})
    rows = await read({"filter": {"_and": filters}, "sort": {field: "ASC"}, "take": size})
    if len(rows) < size:
        return Page(tuple(rows))
    return Page(tuple(rows), msgspec.json.encode(_moved(place, rows, field)).decode())


def opened(cursor: str) -> Place:
    if not cursor:
        return Place()
    try:
        return msgspec.json.decode(cursor, type=Place)
    except msgspec.MsgspecError:
        raise Rejected("the place in the list is not known any more", code="cursor") from None


def _moved(place: Place, rows: Sequence[T], field: str) -> Place:
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field)
    seen = [*place.seen, *((getattr(row, name), row.id) for row in rows)]
    youngest = max(at for at, _ in seen)
    return Place(youngest, tuple((at, id) for at, id in seen if at >= youngest - 2 * SAME_MOMENT))


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def before(at: datetime) -> datetime:
    return at - SAME_MOMENT
