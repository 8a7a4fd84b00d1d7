"""Every GraphQL document of the connector, read once from queries/*.graphql, with the fragments it spreads.

Not here: sending them (client.py), or the one document that is built at run time (subscriptions.py).
"""

import re
from functools import cache
from importlib.resources import files

from msgspec import Struct

_SPREAD = re.compile(r"\.\.\.(\w+)")
_FRAGMENT = re.compile(r"^fragment (\w+) on ", re.MULTILINE)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_BLANKS = re.compile(r"\s+")


class Document(Struct, frozen=True):
    """One operation. `cost` is what it may cost at most by the formula of FACTS section 3 (a test compares); the
    store's own figure replaces it after the first answer. `write` tells a mutation."""

    name: str
    text: str
    write: bool
    cost: float


# Requested costs, so that even a first call is not throttled. tests/platforms/shopify/test_documents.py computes them.
COSTS = {
    "AdjustQuantities": 13,
    "CancelFulfillment": 10,
    "CancelOrder": 10,
    "CancelState": 2,
    "CancelledAt": 1,
    "ChangedOrders": 499,
    "ChangedVendorOrders": 261,
    "Check": 4,
    "CreateFulfillment": 28,
    "CreateOrder": 27,
    "FindOrder": 18,
    "FulfillmentOrderLines": 25,
    "FulfillmentOrders": 125,
    "ListVariants": 24,
    "MarkPaid": 27,
    "ProductVariantIds": 14,
    "ReadAttributes": 2,
    "ReadFulfillments": 20,
    "ReadOrder": 71,
    "ReadOrderLines": 69,
    "ReadParcelLines": 25,
    "ReadSubscriptions": 21,
    "ReadVendorOrder": 37,
    "ReadVendorOrderLines": 25,
    "SetQuantities": 13,
    "Unfulfilled": 14,
    "UpdateOrder": 27,
    "UpdateTracking": 28,
}


@cache
def document(name: str) -> Document:
    """The operation `name`. Raises KeyError when there is none."""
    text = _compact(_source(f"{name}.graphql"))
    return Document(name, _with_fragments(text), text.startswith("mutation"), float(COSTS[name]))


def names() -> tuple[str, ...]:
    """Every document that there is, in alphabetical order."""
    return tuple(sorted(COSTS))


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
