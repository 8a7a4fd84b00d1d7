"""Listings on and off sale with the vendor's, and how they end."""

import pytest
from msgspec.structs import replace

from crossdock.core.catalog import ProductStatus, Variant
from crossdock.core.listing import (
    EndListing,
    RemoveVariants,
    UpdateProduct,
    UpdateVariants,
)
from crossdock.core.listing_policy import ListingPolicy, OnDelete
from crossdock.core.listing_problems import Flaw
from tests.core.listing_goods import ACTIVE, EUR, LARGE, SHIRT, SMALL, listed, merchant_edits, vendor_edits
from tests.core.listing_store import Died


def test_off_sale_with_the_vendor_and_back() -> None:
    listing = listed()
    vendor_edits(listing, status=ProductStatus.DRAFT, title="Later")
    (step,) = listing.settle()
    assert isinstance(step, UpdateProduct)
    assert listing.shop.there().status is ProductStatus.DRAFT
    vendor_edits(listing, status=ProductStatus.ACTIVE)
    listing.settle()
    assert listing.shop.there().status is ProductStatus.ACTIVE


def test_a_crash_does_not_forget_what_to_go_back_to() -> None:
    listing = listed()
    vendor_edits(listing, status=ProductStatus.DRAFT)
    listing.die = 1
    with pytest.raises(Died):
        listing.round()
    listing.settle()
    vendor_edits(listing, status=ProductStatus.ACTIVE)
    listing.settle()
    assert listing.shop.there().status is ProductStatus.ACTIVE


def test_a_draft_under_review_is_not_put_on_sale_by_the_vendor() -> None:
    listing = listed(policy=ListingPolicy())
    vendor_edits(listing, status=ProductStatus.DRAFT)
    listing.settle()
    vendor_edits(listing, status=ProductStatus.ACTIVE)
    listing.settle()
    assert listing.shop.there().status is ProductStatus.DRAFT


def test_made_as_a_draft_for_the_vendors_sake_it_goes_on_sale_with_the_vendors() -> None:
    listing = listed(replace(SHIRT, status=ProductStatus.DRAFT))
    vendor_edits(listing, status=ProductStatus.ACTIVE)
    listing.settle()
    assert listing.shop.there().status is ProductStatus.ACTIVE


def test_off_sale_comes_first_and_on_sale_last() -> None:
    listing = listed()
    cheap = (replace(SMALL, price=EUR(1)), LARGE)
    vendor_edits(listing, status=ProductStatus.DRAFT, variants=cheap)
    assert [type(step) for step in listing.settle()] == [UpdateProduct, UpdateVariants]
    vendor_edits(listing, status=ProductStatus.ACTIVE, variants=(SMALL, LARGE))
    assert [type(step) for step in listing.settle()] == [UpdateVariants, UpdateProduct]


@pytest.mark.parametrize("archived", [False, True])
@pytest.mark.parametrize("choice", list(OnDelete))
def test_the_vendor_deletes_it(choice: OnDelete, archived: bool) -> None:
    listing = listed(policy=replace(ACTIVE, on_delete=choice))
    listing.vendor = replace(SHIRT, status=ProductStatus.ARCHIVED) if archived else None
    steps = listing.round()
    assert listing.plan.ends
    assert all(link.ended for link in listing.links.values())
    match choice:
        case OnDelete.DELETE:
            assert steps == (EndListing(listing.plan.actions[0].product_id, delete=True),)
            assert listing.shop.product is None
        case OnDelete.DRAFT:
            assert listing.shop.there().status is ProductStatus.DRAFT
        case OnDelete.KEEP:
            assert steps == ()
            assert listing.shop.there().status is ProductStatus.ACTIVE
            assert [problem.code for problem in listing.plan.problems] == [Flaw.KEPT]


def test_a_product_with_open_orders_or_the_merchants_own_is_not_deleted() -> None:
    listing = listed(policy=replace(ACTIVE, on_delete=OnDelete.DELETE))
    listing.links = {one: replace(link, open=True) for one, link in listing.links.items()}
    listing.vendor = None
    (step,) = listing.round()
    assert step == EndListing(listing.shop.there().id)
    assert [problem.code for problem in listing.plan.problems] == [Flaw.OPEN_ORDERS]


def test_a_product_with_the_merchants_own_variants_stays_for_them() -> None:
    listing = listed(policy=replace(ACTIVE, on_delete=OnDelete.DELETE))
    own = Variant("77", options=("XXL",), price=EUR(5))
    merchant_edits(listing, variants=(*listing.shop.there().variants, own))
    listing.vendor = None
    (step,) = listing.round()
    assert isinstance(step, RemoveVariants)
    assert listing.shop.there().variants == (own,)
    assert [problem.code for problem in listing.plan.problems] == [Flaw.OWN_VARIANTS]


def test_product_sync_switched_off_leaves_everything() -> None:
    listing = listed()
    listing.policy = replace(ACTIVE, product_sync=False)
    vendor_edits(listing, title="x", variants=(SMALL,))
    assert listing.settle() == ()
