"""Listings: made as the policy says, following the vendor, leaving to the merchant what the merchant edited."""

import pytest
from msgspec.structs import replace

from crossdock.core.catalog import Media, Product, ProductStatus
from crossdock.core.listing import (
    CreateProduct,
    UpdateProduct,
    UpdateVariants,
)
from crossdock.core.listing_policy import Field, Follow, NewStatus
from crossdock.core.listing_problems import Flaw, Why
from tests.core.listing_goods import (
    ACTIVE,
    EUR,
    LARGE,
    SHIRT,
    SMALL,
    listed,
    merchant_edits,
    one_variant,
    vendor_edits,
    without,
)
from tests.core.listing_store import Died, Listing

# -- made --


def test_a_listing_is_made_as_the_vendor_has_it() -> None:
    listing = listed()
    product = listing.shop.there()
    assert (product.title, product.html, product.product_type, product.vendor_name) == (
        "Shirt",
        "<p>Soft</p>",
        "Tops",
        "Acme",
    )
    assert product.status is ProductStatus.ACTIVE
    assert product.tags == ("cotton", "Summer")
    assert len(product.media) == 2
    small, large = listing.twin("11"), listing.twin("12")
    assert (small.sku, small.barcode, small.price, small.grams, small.options) == (
        "T-S",
        "4006381333931",
        20,
        150,
        ("S",),
    )
    assert (large.price, large.compare_at, large.options) == (22, 30, ("L",))
    assert listing.reads == 0


def test_making_it_again_after_a_crash_makes_nothing_twice() -> None:
    listing = Listing(SHIRT, policy=ACTIVE, die=1)
    with pytest.raises(Died):
        listing.round()
    first = listing.shop.there()
    listing.settle()
    assert listing.shop.there() == first
    assert len(listing.links) == 2


@pytest.mark.parametrize(
    ("rule", "vendors", "status"),
    [
        (NewStatus.ACTIVE, ProductStatus.ACTIVE, ProductStatus.ACTIVE),
        (NewStatus.ACTIVE, ProductStatus.DRAFT, ProductStatus.DRAFT),
        (NewStatus.AS_VENDOR, ProductStatus.ACTIVE, ProductStatus.ACTIVE),
        (NewStatus.AS_VENDOR, ProductStatus.DRAFT, ProductStatus.DRAFT),
        (NewStatus.DRAFT, ProductStatus.ACTIVE, ProductStatus.DRAFT),
    ],
)
def test_a_new_listing_has_the_status_of_the_rule(
    rule: NewStatus, vendors: ProductStatus, status: ProductStatus
) -> None:
    listing = listed(replace(SHIRT, status=vendors), replace(ACTIVE, new_status=rule))
    assert listing.shop.there().status is status


def test_a_field_that_is_the_merchants_at_creation_is_not_sent() -> None:
    follow = {field: Follow(False, False) for field in (Field.DESCRIPTION, Field.TAGS, Field.SKU, Field.MEDIA)}
    listing = listed(policy=replace(ACTIVE, follow=follow))
    product = listing.shop.there()
    assert (product.html, product.tags, product.media, listing.twin("11").sku) == ("", (), (), "")


def test_without_prices_it_is_made_as_a_draft() -> None:
    listing = listed(policy=replace(ACTIVE, follow={Field.PRICE: Follow(False, False)}))
    assert listing.shop.there().status is ProductStatus.DRAFT
    made = Listing(SHIRT, policy=replace(ACTIVE, follow={Field.PRICE: Follow(False, False)}))
    made.round()
    assert [problem.code for problem in made.plan.problems] == [Flaw.PRICE_TO_SET]


@pytest.mark.parametrize(
    ("vendor", "flaw"),
    [
        (replace(SHIRT, variants=(), options=()), Flaw.NO_VARIANTS),
        (replace(SHIRT, title="  "), Flaw.TITLE_MISSING),
    ],
)
def test_what_cannot_be_listed_is_said(vendor: Product, flaw: Flaw) -> None:
    listing = Listing(vendor, policy=ACTIVE)
    assert listing.round() == ()
    assert [problem.code for problem in listing.plan.problems] == [flaw]


def test_a_variant_without_a_price_is_not_offered_for_nothing() -> None:
    listing = listed(replace(SHIRT, variants=(SMALL, replace(LARGE, price=None))))
    assert [one.sku for one in listing.shop.there().variants] == ["T-S"]
    assert [(one.vendor_variant_id, one.why) for one in listing.plan.not_offered] == [("12", Why.NO_PRICE)]


def test_no_exchange_rate_is_guessed() -> None:
    listing = Listing(SHIRT, policy=ACTIVE, vendor_currency="USD")
    assert listing.round() == ()
    assert Flaw.CURRENCY_DIFFERS in [problem.code for problem in listing.plan.problems]
    listing.policy = replace(ACTIVE, price_factor=EUR("0.9"), own_factor=True)
    listing.settle()
    assert listing.twin("11").price == 18


# -- followed --


@pytest.mark.parametrize(
    ("field", "edit", "seen"),
    [
        (Field.TITLE, {"title": "Shirts"}, "title"),
        (Field.DESCRIPTION, {"html": "<p>Softer</p>"}, "html"),
        (Field.PRODUCT_TYPE, {"product_type": "Knits"}, "product_type"),
        (Field.VENDOR_NAME, {"vendor_name": "Acme Ltd"}, "vendor_name"),
    ],
)
def test_a_vendors_change_flows_if_the_policy_says_so(field: Field, edit: dict[str, str], seen: str) -> None:
    listing = listed()
    vendor_edits(listing, **edit)
    (step,) = listing.settle()
    assert isinstance(step, UpdateProduct)
    assert getattr(listing.shop.there(), seen) == next(iter(edit.values()))
    still = listed(policy=without(field))
    vendor_edits(still, **edit)
    assert still.settle() == ()
    assert still.reads == 0


@pytest.mark.parametrize(
    ("field", "edit", "seen", "value"),
    [
        (Field.PRICE, {"price": EUR("21.50")}, "price", EUR("21.5")),
        (Field.COMPARE_AT, {"compare_at": EUR("40")}, "compare_at", EUR(40)),
        (Field.SKU, {"sku": "NEW"}, "sku", "NEW"),
        (Field.BARCODE, {"barcode": ""}, "barcode", ""),
        (Field.WEIGHT, {"grams": EUR("151.5")}, "grams", EUR("151.5")),
    ],
)
def test_a_variants_change_is_one_call_for_what_differs(
    field: Field, edit: dict[str, object], seen: str, value: object
) -> None:
    listing = listed()
    vendor_edits(listing, variants=(replace(SMALL, **edit), LARGE))
    (step,) = listing.settle()
    assert isinstance(step, UpdateVariants)
    (wish,) = step.variants
    assert wish.id == listing.twin("11").id
    assert getattr(listing.twin("11"), seen) == value
    still = listed(policy=without(field))
    vendor_edits(still, variants=(replace(SMALL, **edit), LARGE))
    assert still.settle() == ()


def test_a_price_before_that_is_gone_is_cleared() -> None:
    listing = listed()
    vendor_edits(listing, variants=(SMALL, replace(LARGE, compare_at=None)))
    listing.settle()
    assert listing.twin("12").compare_at is None


def test_a_weight_that_comes_later_is_taken_over() -> None:
    listing = listed()
    vendor_edits(listing, variants=(SMALL, replace(LARGE, grams=EUR(200))))
    listing.settle()
    assert listing.twin("12").grams == 200


def test_how_stock_is_counted_follows_inventory_sync() -> None:
    listing = listed()
    vendor_edits(listing, variants=(replace(SMALL, tracked=False), replace(LARGE, oversell=True)))
    listing.settle()
    assert not listing.twin("11").tracked
    assert listing.twin("12").oversell
    listing.off_sale = True
    listing.settle()
    assert listing.twin("11").tracked
    assert not listing.twin("12").oversell
    off = listed(policy=replace(ACTIVE, inventory_sync=False))
    vendor_edits(off, variants=(replace(SMALL, tracked=False), LARGE))
    assert off.settle() == ()


def test_tags_are_followed_one_by_one() -> None:
    listing = listed()
    merchant_edits(listing, tags=("bestseller", "Summer"))  # added one, took "cotton" away
    vendor_edits(listing, tags=("cotton", "sale"))
    listing.settle()
    assert listing.shop.there().tags == ("bestseller", "sale")
    assert listing.taken == ()


def test_media_are_not_sent_again() -> None:
    listing = listed()
    before = listing.shop.there().media
    vendor_edits(listing, media=(*SHIRT.media, Media("https://cdn.vendor.example/c.jpg")))
    listing.settle()
    after = listing.shop.there().media
    assert after[:2] == before
    assert len(after) == 3
    vendor_edits(listing, media=(Media("https://cdn.vendor.example/a.jpg?v=99"), SHIRT.media[1]))
    listing.settle()
    assert listing.shop.there().media == before
    vendor_edits(listing, media=(SHIRT.media[1], Media("https://cdn.vendor.example/a.jpg?v=100")))
    listing.settle()
    assert listing.shop.there().media == before[::-1]


def test_a_picture_of_the_merchant_stays_and_a_removed_one_stays_away() -> None:
    listing = listed()
    own = Media("https://cdn.merchant.example/own.jpg", id="7")
    merchant_edits(listing, media=(listing.shop.there().media[0], own))
    vendor_edits(listing, media=(*SHIRT.media, Media("https://cdn.vendor.example/c.jpg")))
    listing.settle()
    names = [one.url.rpartition("/")[2].rpartition("-")[2] for one in listing.shop.there().media]
    assert names == ["a.jpg", "c.jpg", "own.jpg"]


def test_a_picture_whose_upload_was_not_answered_is_not_uploaded_again() -> None:
    listing = listed()
    vendor_edits(listing, media=(*SHIRT.media, Media("https://cdn.vendor.example/c.jpg")))
    listing.die = 1
    with pytest.raises(Died):
        listing.round()
    there = listing.shop.there()
    url = "https://cdn.merchant.example/c_0c0ffee0-1234-4abc-9def-0123456789ab.jpg?v=3"
    merchant_edits(listing, media=(*there.media[:2], replace(there.media[2], url=url)))
    listing.settle()
    assert len(listing.shop.there().media) == 3


# -- the merchant's --


def test_what_the_merchant_edited_is_the_merchants() -> None:
    listing = listed()
    merchant_edits(listing, title="Our shirt")
    one_variant(listing, "11", price=EUR("19"))
    vendor_edits(listing, title="Shirts", html="<p>New</p>", variants=(replace(SMALL, price=EUR(25)), LARGE))
    listing.settle()
    assert listing.shop.there().title == "Our shirt"
    assert listing.shop.there().html == "<p>New</p>"
    assert listing.twin("11").price == 19
    assert listing.taken == ("price:11", "title")
    vendor_edits(listing, title="Shirt 2", variants=(replace(SMALL, price=EUR(26)), LARGE))
    assert listing.settle() == ()


def test_what_is_given_back_is_the_vendors_again() -> None:
    listing = listed()
    merchant_edits(listing, title="Our shirt")
    one_variant(listing, "11", price=EUR("19"))
    vendor_edits(listing, title="Shirts", variants=(replace(SMALL, price=EUR(25)), LARGE))
    listing.settle()
    listing.taken = ()
    listing.settle()
    assert listing.shop.there().title == "Shirts"
    assert listing.twin("11").price == 25
    assert listing.taken == ()


def test_a_store_that_words_things_its_own_way_has_not_edited_them() -> None:
    listing = listed(replace(SHIRT, title="  Shirt  \n of  linen", html="<p>A</p><p>B</p>"))
    vendor_edits(listing, html="<p>A</p><p>C</p>", title="Shirt of linen")
    listing.settle()
    assert listing.taken == ()
    assert "C" in listing.shop.there().html


def test_a_write_whose_answer_was_lost_is_not_taken_for_an_edit() -> None:
    listing = listed()
    vendor_edits(listing, title="Shirts", html="<p>A</p><p>B</p>", variants=(replace(SMALL, price=EUR(25)), LARGE))
    listing.die = 1
    with pytest.raises(Died):
        listing.round()
    vendor_edits(listing, html="<p>A</p><p>Z</p>")
    listing.settle()
    assert listing.taken == ()
    assert "Z" in listing.shop.there().html
    assert listing.twin("11").price == 25


def test_a_created_product_is_what_create_says() -> None:
    listing = Listing(SHIRT, policy=ACTIVE)
    (step,) = listing.round()
    assert isinstance(step, CreateProduct)
    assert step.options == (("Size", ("S", "L")),)
    assert step.reference == "ref-1"
    assert step.location_id == "5"
