"""What endpoints take and give: operations' own structs as schemas, bounded ids, pages with a cursor.

Not here: any one resource's shape.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from django.db.models import QuerySet
from ninja import Field, Query, Schema
from ninja.parser import Parser
from pydantic import ConfigDict, create_model

from crossdock.api.problems import Problem

T = TypeVar("T")
LARGEST_ID = 2**63 - 1
MOST = 250
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, Field(max_length=200)]
Limit = Annotated[int, Query(50, ge=1, le=MOST, description="How many at most.")]
Cursor = Annotated[str, Query("", max_length=500, description="`next` of the page before.")]


class Page(Schema, Generic[T]):
    """`next` leads to the next page; null at the end. What is added meanwhile moves nothing."""

    items: list[T]
    next: str | None


class Done(Schema):
    """It was done; there is nothing else to tell."""

    done: bool = True


class Count(Schema):
    count: int


class Given(Schema):
    """What is sent. What is not known is refused, so that a misspelt name is seen."""

    model_config = ConfigDict(extra="forbid")


class StrictParser(Parser):
    """JSON as it should be: no NaN, no half characters, no NUL, which no column takes."""

    def parse_body(self, request: Any) -> Any:
        read = msgspec.json.decode(request.body)
        if _has_nul(read):
            raise msgspec.DecodeError("a text holds the character NUL")
        return read


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(each) for pair in value.items() for each in pair)
    return isinstance(value, list) and any(map(_has_nul, value))


@cache
def shape(kind: type[msgspec.Struct], name: str = "", leave_out: tuple[str, ...] = ()) -> type[Schema]:
    """A schema with the fields of one of our structs."""
    hints = get_type_hints(kind)
    fields: dict[str, Any] = {field: (_typed(hints[field]), ...) for field in kind.__struct_fields__}
    kept = {field: typed for field, typed in fields.items() if field not in leave_out}
    made: type[Schema] = create_model(name or kind.__name__, __base__=Schema, __doc__=kind.__doc__, **kept)
    return made


def _typed(hint: Any) -> Any:
    """The same type, with schemas in place of structs."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return shape(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return Union[tuple(_typed(each) for each in inner)]  # noqa: UP007  made of a tuple
    if origin is tuple and len(inner) == 2 and inner[1] is Ellipsis:
        return list[_typed(inner[0])]
    if origin is list:
        return list[_typed(inner[0])]
    return hint


def cursor_of(parts: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(list(parts)).encode()).decode().rstrip("=")


def parts_of(cursor: str, *kinds: type) -> list[Any] | None:
    """What `cursor_of` was given; None for the first page. Raises Problem."""
    if not cursor:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise bad_cursor() from error
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds) or not all(map(_fits, parts)):
        raise bad_cursor()
    return parts


def _fits(part: Any) -> bool:
    return 0 <= part <= LARGEST_ID if isinstance(part, int) else "\0" not in part


def bad_cursor() -> Problem:
    words = "That is no cursor of this list."
    return Problem(422, "bad_cursor", words, errors=[{"field": "cursor", "code": "bad_cursor", "detail": words}])


def newest_first(rows: QuerySet[Any], limit: int, cursor: str) -> tuple[list[Any], str | None]:
    """A page of rows, and what leads to the next."""
    after = parts_of(cursor, int)
    if after is not None:
        rows = rows.filter(pk__lt=after[0])
    return cut(list(rows.order_by("-pk")[: limit + 1]), limit, lambda row: [row.pk])


def oldest_first(rows: QuerySet[Any], limit: int, cursor: str) -> tuple[list[Any], str | None]:
    after = parts_of(cursor, int)
    if after is not None:
        rows = rows.filter(pk__gt=after[0])
    return cut(list(rows.order_by("pk")[: limit + 1]), limit, lambda row: [row.pk])


def cut(found: list[Any], limit: int, key: Callable[[Any], Iterable[Any]]) -> tuple[list[Any], str | None]:
    """`found` may have one more than the page."""
    kept = found[:limit]
    return kept, cursor_of(list(key(kept[-1]))) if len(found) > limit else None


def page(found: tuple[list[Any], str | None], told: Callable[[Any], Any] | None = None) -> dict[str, Any]:
    items, leads = found
    return {"items": [told(each) for each in items] if told else items, "next": leads}
