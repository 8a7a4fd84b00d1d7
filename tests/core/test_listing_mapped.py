"""Products that were the merchant's before they were linked: nothing is rewritten, later changes flow."""

from msgspec.structs import replace

from crossdock.core.catalog import Option, Product, Variant
from crossdock.core.listing import (
    AddVariants,
    UpdateVariants,
)
from crossdock.core.listing_case import Link
from crossdock.core.listing_policy import ListingPolicy
from tests.core.listing_goods import ACTIVE, EUR, LARGE, SHIRT, SMALL, vendor_edits
from tests.core.listing_store import SEEN, Listing, Shop


def mapped(policy: ListingPolicy = ACTIVE) -> Listing:
    there = Product(
        "500",
        "Linneskjorta",
        SEEN,
        html="<p>Mjuk</p>",
        tags=("linne",),
        options=(Option("Storlek", ("Liten", "Stor")),),
        variants=(
            Variant("51", options=("Liten",), sku="A", price=EUR(249), tracked=False),
            Variant("52", options=("Stor",), sku="B", price=EUR(249), oversell=True),
        ),
    )
    links = {"51": Link("11", "51"), "52": Link("12", "52")}
    return Listing(SHIRT, Shop(there), policy=policy, links=links, mapped=True)


def test_mapping_does_not_rewrite_the_merchants_page() -> None:
    listing = mapped()
    before = listing.shop.there()
    (step,) = listing.settle()
    assert isinstance(step, UpdateVariants)  # stock has to be counted, or levels mean nothing
    after = listing.shop.there()
    assert [(one.tracked, one.oversell) for one in after.variants] == [(True, False), (True, False)]
    assert replace(after, variants=()) == replace(before, variants=())
    assert [one.price for one in after.variants] == [249, 249]
    assert listing.taken == ("options",)


def test_what_the_vendor_changes_after_mapping_flows() -> None:
    listing = mapped()
    listing.settle()
    vendor_edits(listing, title="Linen shirt", variants=(replace(SMALL, price=EUR(25)), LARGE))
    listing.settle()
    assert listing.shop.there().title == "Linen shirt"
    assert (listing.twin("11").price, listing.twin("12").price) == (25, 249)
    assert listing.shop.there().html == "<p>Mjuk</p>"


def test_a_variant_added_to_a_mapped_product_speaks_the_merchants_options() -> None:
    listing = mapped()
    listing.settle()
    extra = Variant("13", options=("XL",), price=EUR(24))
    vendor_edits(listing, variants=(SMALL, LARGE, extra))
    (step,) = listing.settle()
    assert isinstance(step, AddVariants)
    assert listing.twin("13").options == ("XL",)
    assert listing.shop.there().options[0].name == "Storlek"
