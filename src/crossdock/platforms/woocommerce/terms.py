"""Tags and categories: words that WooCommerce wants as numbers, made where they are not there.

Not here: which words a product has (listings.py).
"""

from collections.abc import Iterable

from crossdock.platforms.woocommerce import words
from crossdock.platforms.woocommerce.answers import Refused
from crossdock.platforms.woocommerce.client import LISTINGS, Rest
from crossdock.platforms.woocommerce.wire_products import Term

TAGS, CATEGORIES = "tags", "categories"
_THERE = "term_exists"


async def numbered(rest: Rest, kind: str, names: Iterable[str]) -> list[dict[str, int]]:
    """`[{"id": n}]` of each name, in order."""
    return [{"id": await _number(rest, kind, name)} for name in dict.fromkeys(names) if name.strip()]


async def _number(rest: Rest, kind: str, name: str) -> int:
    query = [("search", name), ("per_page", "100")]
    found = await rest.get(f"products/{kind}", list[Term], query, call="terms", priority=LISTINGS)
    for term in found:
        if words.plain(term.name).casefold() == name.casefold():
            return term.id
    try:
        body = {"name": name}
        return (await rest.send("POST", f"products/{kind}", body, Term, call="terms", priority=LISTINGS)).id
    except Refused as error:
        if error.code != _THERE or not error.resource_id.isdecimal():
            raise
        return int(error.resource_id)  # made by somebody else just now, or spelled another way
