"""Listings as lists: by tab, vendor and words, a page at a time; and how many there are of each.

Not here: products (listed_products.py), one listing's story (listing_story.py), suggested pairs (linking.py).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from msgspec import Struct

from crossdock.models import Listing, Marketplace, StoreProduct, Vendor
from crossdock.operations.counts import MOST_COUNTED
from crossdock.operations.offering import fields_taken
from crossdock.operations.searching import listings_named

State = Listing.State
# Tabs of the Listings page. A live listing with a problem is under both.
STATES: dict[str, tuple[str, ...]] = {
    "to_approve": (State.PROPOSED,),
    "live": (State.LIVE,),
    "coming": (State.WANTED, State.SENDING),
    "ended": (State.ENDED, State.REFUSED),
}
FLAWED = Q(state__in=(State.LIVE, State.WANTED, State.SENDING)) & ~Q(problems=[])
TABS: dict[str, Q] = {name: Q(state__in=states) for name, states in STATES.items()} | {
    "problems": Q(state=State.REJECTED) | FLAWED
}
# Words that many titles have: each listing is looked at, in a way that the planner cannot take for a few rows.
WORDED = """
CASE WHEN EXISTS (SELECT FROM store_product p WHERE p.store_id = listing.store_id AND p.product_id = listing.product_id
                  AND title_words(p.title) @@ title_query(%s)) THEN true ELSE false END
"""

COUNTS = """
SELECT w.state, (SELECT count(*) FROM (SELECT FROM listing l WHERE l.marketplace_id = %(marketplace)s
                                       AND l.state = w.state LIMIT %(most)s) l)
FROM unnest(%(states)s::text[]) AS w(state)
"""


class ListedListing(Struct, frozen=True):
    """One listing in a list. `problems` are codes; `not_offered` how many of the vendor's variants are not there;
    `waits`: it has still to be looked at."""

    id: int
    vendor_id: int
    vendor: str
    title: str
    product_id: str
    merchant_product_id: str
    origin: str
    state: str
    reason: str
    words: str
    problems: tuple[str, ...]
    taken: tuple[str, ...]
    not_offered: int
    waits: bool
    chosen_by: str
    created_at: datetime
    written_at: datetime | None


def list_listings(
    *,
    marketplace: Marketplace,
    tab: str = "",
    vendor: Vendor | int | None = None,
    text: str = "",
    limit: int = 50,
    page: int = 1,
    before: int | None = None,
) -> list[ListedListing]:
    """One page, newest first. `text`: words of the title, or a product's id on either side. `before`: only those
    that are older than the listing of that id."""
    rows = _wanted(marketplace, tab, vendor, text)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.annotate(title=_title()).select_related("vendor").order_by("-id")
    start = (page - 1) * limit
    return [_row(row, getattr(row, "title", None)) for row in rows[start : start + limit]]


def count_listings(*, marketplace: Marketplace) -> Mapping[str, int]:
    """How many under each tab, as far as operations.counts says."""
    values: dict[str, Any] = {"marketplace": marketplace.pk, "states": State.values, "most": MOST_COUNTED + 1}
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, values)
        states = dict(cursor.fetchall())
    told = {name: sum(states[state] for state in states_of) for name, states_of in STATES.items()}
    flawed = Listing.objects.filter(FLAWED, marketplace=marketplace)
    return told | {"problems": states[State.REJECTED] + flawed.count()}


def problem_codes(problems: list[Any]) -> tuple[str, ...]:
    """The codes of a listing's problems, however much more is kept of each."""
    return tuple(dict.fromkeys(str(each.get("code", "")) if isinstance(each, dict) else str(each) for each in problems))


def _wanted(marketplace: Marketplace, tab: str, vendor: Vendor | int | None, text: str) -> QuerySet[Listing]:
    rows = Listing.objects.filter(TABS.get(tab, Q()), marketplace=marketplace)
    if vendor is not None:
        rows = rows.filter(vendor=vendor)
    if text:
        found = listings_named(marketplace.pk, text)
        worded = RawSQL(WORDED, [text], output_field=BooleanField())  # noqa: S611  words of ours
        rows = rows.filter(worded) if found is None else rows.filter(pk__in=found)
    return rows


def _title() -> Subquery:
    products = StoreProduct.objects.filter(store=OuterRef("store"), product_id=OuterRef("product_id"))
    return Subquery(products.values("title")[:1])


def _row(row: Listing, title: str | None) -> ListedListing:
    return ListedListing(
        id=row.pk,
        vendor_id=row.vendor_id,
        vendor=row.vendor.name,
        title=title or row.product_id,
        product_id=row.product_id,
        merchant_product_id=row.merchant_product_id,
        origin=row.origin,
        state=row.state,
        reason=row.reason,
        words=row.words,
        problems=problem_codes(row.problems),
        taken=tuple(fields_taken(row.taken)),
        not_offered=len(row.not_offered),
        waits=row.wanted > row.done,
        chosen_by=row.chosen_by,
        created_at=row.created_at,
        written_at=row.written_at,
    )
