"""Listings: the list, one's story, the merchant's yes or no, and whose each field is.

Not here: choosing products (products.py), or stock (stock.py).
"""

from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router

from crossdock.api.caller import caller, needs, vendor_of
from crossdock.api.shapes import Count, Cursor, Done, Given, Id, Limit, Page, Text, cut, page, parts_of, shape
from crossdock.models import Listing
from crossdock.operations.choosing import approve_listings, refuse_listings
from crossdock.operations.listed import ListedListing, list_listings
from crossdock.operations.listing_story import ListingStory, tell_listing
from crossdock.operations.offering import Remove, give_back, offer_variants, remove_listing, retry_listing, take

router = Router(tags=["Listings"])
Tab = Literal["to_approve", "live", "coming", "problems", "ended"]
Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=1000)]


class Decide(Given):
    """`ids`: those proposals; null: all of them, or all of one vendor's."""

    answer: Literal["approve", "refuse"]
    ids: Annotated[list[Id], Field(max_length=5000)] | None
    vendor_id: Id | None = None


class Removed(Given):
    """What becomes of the merchant's product."""

    how: Remove


class Fields(Given):
    """`to` whom the fields go. `fields` empty: all that are the merchant's go back to the vendor."""

    to: Literal["merchant", "vendor"]
    fields: Names


class Variants(Given):
    vendor_variant_ids: Annotated[Names, Field(min_length=1)]


@router.get("listings", response=Page[shape(ListedListing)])
@needs("catalogue:read")
def list_all_listings(
    request: Any,
    limit: Limit = 50,
    cursor: Cursor = "",
    tab: Tab | None = None,
    vendor_id: Id | None = None,
    q: Text = "",
) -> dict[str, Any]:
    """Newest first. `q`: words of the title, or a product's id on either side."""
    mine, before = caller(request), parts_of(cursor, int)
    found = list_listings(
        marketplace=mine.scope.marketplace,
        tab=tab or "",
        vendor=mine.vendor or vendor_id,
        text=q.strip(),
        limit=limit + 1,
        before=before[0] if before else None,
    )
    return page(cut(found, limit, lambda row: [row.id]))


@router.get("listings/{int:listing_id}", response=shape(ListingStory))
@needs("catalogue:read", merchants=True)
def read_listing(request: Any, listing_id: Id) -> ListingStory:
    """Each field as the vendor has it, as the merchant has it and as it was written; each variant; each problem."""
    return tell_listing(listing=_row(request, listing_id))


@router.post("listings/decide", response=Count)
@needs("catalogue:write", merchants=True)
def decide(request: Any, given: Decide) -> dict[str, int]:
    """The merchant's yes or no to what vendors proposed. `count`: how many were decided."""
    mine = caller(request)
    operation = approve_listings if given.answer == "approve" else refuse_listings
    vendor = vendor_of(mine, given.vendor_id)
    return {"count": operation(marketplace=mine.merchant.marketplace, ids=given.ids, vendor=vendor, **mine.by)}


@router.post("listings/{int:listing_id}/remove", response=Done)
@needs("catalogue:write", merchants=True)
def remove(request: Any, listing_id: Id, given: Removed) -> Done:
    """Offer it no longer. Open orders keep finding their lines."""
    remove_listing(listing=_row(request, listing_id), how=given.how, **caller(request).by)
    return Done()


@router.post("listings/{int:listing_id}/take-back", response=Done)
@needs("catalogue:write")
def take_back(request: Any, listing_id: Id) -> Done:
    """A vendor's own: offer it no longer; the merchant's product becomes a draft."""
    remove_listing(listing=_row(request, listing_id), how=Remove.DRAFT, **caller(request).by)
    return Done()


@router.post("listings/{int:listing_id}/retry", response=Done)
@needs("catalogue:write", merchants=True)
def try_again(request: Any, listing_id: Id) -> Done:
    """Look at it again at once."""
    retry_listing(listing=_row(request, listing_id), **caller(request).by)
    return Done()


@router.post("listings/{int:listing_id}/fields", response=list[str])
@needs("catalogue:write", merchants=True)
def give_fields(request: Any, listing_id: Id, given: Fields) -> list[str]:
    """Give fields back to the vendor, or keep them as the merchant's. Answers which."""
    operation = take if given.to == "merchant" else give_back
    return list(operation(listing=_row(request, listing_id), fields=given.fields, **caller(request).by))


@router.post("listings/{int:listing_id}/offer", response=Done)
@needs("catalogue:write", merchants=True)
def offer(request: Any, listing_id: Id, given: Variants) -> Done:
    """Offer variants that are not offered."""
    ids = given.vendor_variant_ids
    offer_variants(listing=_row(request, listing_id), vendor_variant_ids=ids, **caller(request).by)
    return Done()


def _row(request: Any, number: int) -> Listing:
    return get_object_or_404(caller(request).scope.listings, pk=number)
