"""Small pieces that every GraphQL answer is made of: ids, times, money sets, pages.

Not for what the pieces are of: see `resolvers.py`.
"""

import base64
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.shopify.money import Bag, Currencies, graph
from crossdock_sandbox.shopify.refusals import Refusal, invalid_id
from crossdock_sandbox.shopify.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Args = dict[str, Any]
_GID = re.compile(r"gid://shopify/(\w+)/([\w-]+)(\?.*)?")


@dataclass(slots=True)
class Context:
    """What resolvers may use: the world, the shop asked, and notes for the answer's extensions."""

    world: "Sandbox"
    shop: Shop
    warnings: list[dict[str, Any]]
    version: str = "2026-10"
    seen: set[int] | None = None  # variants whose stock the answer tells, where the shop keeps a ledger of it

    def saw(self, variant_id: int) -> None:
        if self.seen is not None:
            self.seen.add(variant_id)


def gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


def number_of(value: str, kind: str) -> int:
    """The number in a gid. Malformed or zero is a top-level error; unknown is the caller's matter (FACTS section 2)."""
    found = _GID.fullmatch(value)
    if found is None or found.group(1) != kind or not found.group(2).isdigit() or int(found.group(2)) == 0:
        raise invalid_id(value)
    return int(found.group(2))


def split_gid(value: str) -> tuple[str, str]:
    found = _GID.fullmatch(value)
    if found is None:
        raise invalid_id(value)
    return found.group(1), found.group(2)


def when(at: datetime | None) -> str | None:
    """Whole seconds, as Shopify has them."""
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%S}Z"


def moment(value: Any) -> datetime:
    """A DateTime input, from variables (read already) or from a literal."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    text = str(value)
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


@dataclass(slots=True)
class Money:
    amount: Decimal
    currency: str


@dataclass(slots=True)
class MoneySet:
    bag: Bag
    currencies: Currencies


MONEY = {"amount": lambda m, _a, _c: graph(m.amount), "currencyCode": lambda m, _a, _c: m.currency}
MONEY_SET = {
    "shopMoney": lambda m, _a, _c: Money(m.bag.shop, m.currencies.shop),
    "presentmentMoney": lambda m, _a, _c: Money(m.bag.pres, m.currencies.pres),
}

# -- pages --


@dataclass(slots=True)
class Page:
    """Some rows of a listing. `cursor` makes a row's cursor."""

    rows: Sequence[Any]
    cursor: Callable[[Any], str]
    more: bool = False
    before: bool = False


CONNECTION = {
    "nodes": lambda p, _a, _c: p.rows,
    "edges": lambda p, _a, _c: [(row, p) for row in p.rows],
    "pageInfo": lambda p, _a, _c: p,
}
EDGE = {"node": lambda e, _a, _c: e[0], "cursor": lambda e, _a, _c: e[1].cursor(e[0])}
PAGE_INFO = {
    "hasNextPage": lambda p, _a, _c: p.more,
    "hasPreviousPage": lambda p, _a, _c: p.before,
    "startCursor": lambda p, _a, _c: p.cursor(p.rows[0]) if p.rows else None,
    "endCursor": lambda p, _a, _c: p.cursor(p.rows[-1]) if p.rows else None,
}


def size_of(args: Args) -> tuple[int, bool]:
    """How many, and whether from the end."""
    first: int | None = args.get("first")
    last: int | None = args.get("last")
    if first is None and last is None:
        raise Refusal("you must provide one of first or last", "BAD_REQUEST")
    if first is not None and last is not None:
        raise Refusal("providing both first and last is not supported", "BAD_REQUEST")
    size = first if first is not None else last or 0
    if size < 0 or size > 250:
        raise Refusal(f"{'first' if first is not None else 'last'} must be between 0 and 250", "BAD_REQUEST")
    return size, first is None


def encode_cursor(last_id: int, last_value: Any) -> str:
    return base64.b64encode(json.dumps({"last_id": last_id, "last_value": last_value}).encode()).decode()


def decode_cursor(cursor: str) -> tuple[int, Any]:
    try:
        found = json.loads(base64.b64decode(cursor))
        return int(found["last_id"]), found["last_value"]
    except (ValueError, KeyError, TypeError):
        raise Refusal("Invalid cursor for current pagination sort.", "BAD_REQUEST") from None


def page(rows: Sequence[Any], args: Args, number: Callable[[Any], int]) -> Page:
    """A page of rows that are all at hand; cursors name a row by its number."""
    size, from_end = size_of(args)
    rows = list(reversed(rows)) if args.get("reverse") else rows
    start, end = 0, len(rows)
    if args.get("after"):
        start = _place(rows, decode_cursor(args["after"])[0], number) + 1
    if args.get("before"):
        end = _place(rows, decode_cursor(args["before"])[0], number)
    low, high = (max(start, end - size), end) if from_end else (start, min(end, start + size))
    return Page(rows[low:high], lambda row: encode_cursor(number(row), number(row)), high < len(rows), low > 0)


def _place(rows: Sequence[Any], wanted: int, number: Callable[[Any], int]) -> int:
    for index, row in enumerate(rows):
        if number(row) == wanted:
            return index
    return -1
