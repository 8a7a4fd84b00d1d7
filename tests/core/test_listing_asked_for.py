"""A variant that a person asks for is offered, though variants are not added by themselves, or it was let go."""

from msgspec.structs import replace

from crossdock.core.listing import RemoveVariants
from tests.core.test_listing_variants import POLICY, RED_L, RED_M, SHIRT, listed, product, variant, why

WHITE = variant(14, "White", "M")


def test_one_that_is_asked_for_is_added_and_no_other() -> None:
    listing = listed(policy=replace(POLICY, auto_variants=False))
    grey = variant(15, "Grey", "M")
    listing.vendor = product("Colour Size", *SHIRT.variants, WHITE, grey)
    listing.settle()
    assert set(why(listing)) == {"14", "15"}
    listing.taken = (*listing.taken, "offer:14")
    listing.settle()
    assert set(why(listing)) == {"15"}
    assert {one.options for one in listing.shop.there().variants} >= {("White", "M")}
    assert listing.taken == ()  # it is there: nothing is asked for any more
    assert listing.settle() == ()


def test_one_that_the_merchant_removed_is_made_again() -> None:
    listing = listed()
    gone = next(one.id for one in listing.shop.there().variants if one.options == RED_M.options)
    listing.shop.do(RemoveVariants(listing.shop.there().id, (gone,)))
    listing.vendor = product("Colour Size", RED_M, replace(RED_L, sku="new"), *SHIRT.variants[2:])
    listing.settle()
    assert listing.taken == ("variant:11",)
    listing.taken = ("offer:11",)
    listing.settle()
    assert ("Red", "M") in {one.options for one in listing.shop.there().variants}
    assert (listing.taken, why(listing)) == ((), {})
