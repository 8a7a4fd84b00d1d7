"""Every GraphQL document of the connector, read once from queries/*.graphql, with the fragments it spreads.

Not here: sending them (client.py), or the one document that is built at run time (subscriptions.py).
"""

import math
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from msgspec import Struct

from crossdock.connector.errors import Rejected
from crossdock.platforms.shopify.ids import gid

_SPREAD = re.compile(r"\.\.\.(\w+)")
_FRAGMENT = re.compile(r"^fragment (\w+) on ", re.MULTILINE)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_BLANKS = re.compile(r"\s+")
_LEVELS = "__LEVELS__"  # where a fragment's stock at chosen locations goes
MOST_LOCATIONS = 9  # with more, a page of products would cost too much


class Document(Struct, frozen=True):
    """One operation. `cost` is what it may cost at most by the formula of FACTS section 3 (a test compares); the
    store's own figure replaces it after the first answer. `write` tells a mutation."""

    name: str
    text: str
    write: bool
    cost: float


# What each location that is asked for adds to a document's cost.
_LOCATION_COSTS = {"ChangedProducts": 72, "ListProducts": 72, "ReadProducts": 18, "ReadVariants": 22}

# Requested costs, so that even a first call is not throttled. tests/platforms/shopify/test_documents.py computes them.
COSTS = {
    "AddVariants": 14,
    "AdjustQuantities": 13,
    "BulkProducts": 2,
    "BulkState": 1,
    "CancelFulfillment": 10,
    "CancelOrder": 10,
    "CancelState": 2,
    "CancelledAt": 1,
    "ChangedOrders": 499,
    "ChangedProducts": 262,
    "ChangedVendorOrders": 261,
    "Check": 4,
    "CreateFulfillment": 28,
    "CreateOrder": 57,  # of 250 lines
    "DeleteProduct": 10,
    "FindOrder": 18,
    "FindProduct": 65,
    "FulfillmentOrderLines": 25,
    "FulfillmentOrders": 125,
    "InstalledScopes": 2,
    "ListProducts": 262,
    "Locations": 14,
    "MakeProduct": 62,
    "MarkPaid": 27,
    "ProductOperation": 3,
    "ProductVariantIds": 14,
    "Publications": 16,
    "Publish": 10,
    "ReadAttributes": 2,
    "ReadFulfillments": 20,
    "ReadItemLevels": 36,
    "ReadLevels": 24,
    "ReadMedia": 25,
    "ReadOptions": 2,
    "ReadOrder": 71,
    "ReadOrderLines": 69,
    "ReadParcelLines": 25,
    "ReadProducts": 65,
    "ReadSubscriptions": 21,
    "ReadVariants": 58,
    "ReadVendorOrder": 37,
    "ReadVendorOrderLines": 25,
    "RemoveVariants": 10,
    "RunBulk": 10,
    "SetProduct": 74,
    "SetProductFields": 27,
    "SetQuantities": 13,
    "StartProduct": 10,
    "StockAt": 10,
    "Unfulfilled": 14,
    "UpdateOrder": 27,
    "UpdateProduct": 27,
    "UpdateTracking": 28,
    "UpdateVariants": 14,
}


def document(name: str) -> Document:
    """The operation `name`. Raises KeyError when there is none."""
    return _located(name, ())


def located(name: str, locations: Sequence[str]) -> Document:
    """The operation `name` with each variant's stock at `locations`, as level0, level1, ... Raises Rejected when there
    are too many."""
    if len(locations) > MOST_LOCATIONS:
        words = f"stock is summed over at most {MOST_LOCATIONS} chosen locations, not {len(locations)}; choose all"
        raise Rejected(words, code="too_many_locations", call=name)
    return _located(name, tuple(locations))


@cache
def bulk_text(locations: tuple[str, ...]) -> str:
    """What is handed to bulkOperationRunQuery: one query without fragments of a name."""
    text = re.sub(r" fragment \w+ on .*", "", document("BulkProducts").text)
    while spread := _SPREAD.search(text):
        body = _fragments()[spread[1]].partition("{")[2].rpartition("}")[0].strip()
        text = text.replace(spread[0], body)
    return text.replace(_LEVELS, _levels(locations))


def many(size: int) -> int:
    """What a page of `size` weighs in the formula of FACTS section 3."""
    return max(1, math.floor(2 * math.log(size))) if size else 0


def names() -> tuple[str, ...]:
    """Every document that there is, in alphabetical order."""
    return tuple(sorted(COSTS))


@cache
def _located(name: str, locations: tuple[str, ...]) -> Document:
    text = _compact(_source(f"{name}.graphql"))
    whole = _with_fragments(text).replace(f" {_LEVELS}", _levels(locations))
    cost = COSTS[name] + len(locations) * _LOCATION_COSTS.get(name, 0)
    return Document(name, whole, text.startswith("mutation"), float(cost))


def _levels(locations: Sequence[str]) -> str:
    return "".join(
        f' level{index}: inventoryLevel(locationId: "{gid("Location", location)}")'
        ' { quantities(names: ["available"]) { quantity } }'
        for index, location in enumerate(locations)
        if location.isdecimal() or _malformed(location)
    )


def _malformed(location: str) -> bool:
    raise Rejected(f"{location[:40]!r} is no location's id", code="location")


def _source(file: str) -> str:
    return files(__package__).joinpath("queries", file).read_text("utf-8")


@cache
def _fragments() -> dict[str, str]:
    parts = re.split(r"^(?=fragment )", _COMMENT.sub("", _source("fragments.graphql")), flags=re.MULTILINE)
    return {match[1]: _compact(part) for part in parts if (match := _FRAGMENT.search(part))}


def _with_fragments(text: str) -> str:
    wanted, seen = list(_SPREAD.findall(text)), set(re.findall(r"fragment (\w+) on ", text))
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        fragment = _fragments()[name]
        text += " " + fragment
        wanted += _SPREAD.findall(fragment)
    return text


def _compact(text: str) -> str:
    return _BLANKS.sub(" ", _COMMENT.sub("", text)).strip()
