"""Listings as lists: by tab, vendor and words, a page at a time; and how many there are of each.

Not here: one listing's story (listing_story.py), or suggestions for pairs (linking.py).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from msgspec import Struct

from crossdock.models import Listing, Marketplace, StoreProduct, Vendor
from crossdock.operations.offering import fields_taken

State = Listing.State
# Tabs of the Listings page. A live listing with a problem is under both.
TABS: dict[str, Q] = {
    "to_approve": Q(state=State.PROPOSED),
    "live": Q(state=State.LIVE),
    "coming": Q(state__in=(State.WANTED, State.SENDING)),
    "problems": Q(state=State.REJECTED) | (Q(state__in=(State.LIVE, State.WANTED, State.SENDING)) & ~Q(problems=[])),
    "ended": Q(state__in=(State.ENDED, State.REFUSED)),
}


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


class ListedProduct(Struct, frozen=True):
    """A product of a vendor's store and whether it is offered (`listing_id` None = not)."""

    product_id: str
    vendor_id: int
    vendor: str
    title: str
    status: str
    gone: bool
    variants: int
    listing_id: int | None
    listing_state: str


PRODUCTS = """
SELECT p.product_id, s.vendor_id, d.name, p.title, p.status, p.gone_at IS NOT NULL,
       (SELECT count(*) FROM store_variant v
        WHERE v.store_id = p.store_id AND v.product_id = p.product_id AND v.gone_at IS NULL),
       l.id, COALESCE(l.state, '')
FROM store_product p
JOIN store s ON s.id = p.store_id
JOIN vendor d ON d.id = s.vendor_id
LEFT JOIN listing l ON l.store_id = p.store_id AND l.product_id = p.product_id AND l.state NOT IN ('ended', 'refused')
WHERE p.marketplace_id = %(marketplace)s AND (%(vendor)s::bigint IS NULL OR s.vendor_id = %(vendor)s::bigint)
  AND (p.gone_at IS NULL OR l.id IS NOT NULL)
  AND (%(like)s = '' OR p.title ILIKE %(like)s OR p.product_id = %(text)s)
  AND (%(offered)s::boolean IS NULL OR (l.id IS NOT NULL) = %(offered)s::boolean)
  AND (%(after)s::text[] IS NULL OR (p.title, p.product_id) > ((%(after)s::text[])[1], (%(after)s::text[])[2]))
ORDER BY p.title, p.product_id LIMIT %(limit)s OFFSET %(offset)s
"""


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
    """One page, newest first. `text`: in the title, or a product's id on either side. `before`: only those that are
    older than the listing of that id."""
    rows = _wanted(marketplace, tab, vendor, text)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    rows = rows.annotate(title=_title()).select_related("vendor").order_by("-id")
    start = (page - 1) * limit
    return [_row(row, getattr(row, "title", None)) for row in rows[start : start + limit]]


def count_listings(*, marketplace: Marketplace) -> Mapping[str, int]:
    """How many under each tab."""
    return {name: Listing.objects.filter(wanted, marketplace=marketplace).count() for name, wanted in TABS.items()}


def list_products(
    *,
    marketplace: Marketplace,
    vendor: Vendor | int | None = None,
    text: str = "",
    offered: bool | None = None,
    limit: int = 50,
    page: int = 1,
    after: tuple[str, str] | None = None,
) -> list[ListedProduct]:
    """One page of the vendors' products by title; `offered`: only those that are, or are not. `after`: only those
    behind that title and product id."""
    values: dict[str, Any] = {
        "marketplace": marketplace.pk,
        "vendor": vendor.pk if isinstance(vendor, Vendor) else vendor,
        "like": f"%{escape_like(text)}%" if text else "",
        "text": text,
        "offered": offered,
        "after": None if after is None else list(after),
        "limit": limit,
        "offset": (page - 1) * limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(PRODUCTS, values)
        return [ListedProduct(*row) for row in cursor.fetchall()]


def escape_like(text: str) -> str:
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def problem_codes(problems: list[Any]) -> tuple[str, ...]:
    """The codes of a listing's problems, however much more is kept of each."""
    return tuple(dict.fromkeys(str(each.get("code", "")) if isinstance(each, dict) else str(each) for each in problems))


def _wanted(marketplace: Marketplace, tab: str, vendor: Vendor | int | None, text: str) -> QuerySet[Listing]:
    rows = Listing.objects.filter(TABS.get(tab, Q()), marketplace=marketplace)
    if vendor is not None:
        rows = rows.filter(vendor=vendor)
    if text:
        products = StoreProduct.objects.filter(store=OuterRef("store"), product_id=OuterRef("product_id"))
        titled = Q(found__icontains=text) | Q(product_id=text) | Q(merchant_product_id=text)
        rows = rows.annotate(found=Subquery(products.values("title")[:1])).filter(titled)
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
