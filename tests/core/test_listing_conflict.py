"""Both sides changed a field: the merchant's stays, the vendor's is written, or a person is asked, once."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from crossdock.core.listing_conflict import ASK, KEEP, Conflict, asked
from crossdock.core.listing_policy import Field, Follow
from crossdock.core.listing_problems import Flaw
from tests.core.listing_goods import ACTIVE, LARGE, SHIRT, SMALL, listed, merchant_edits, one_variant, vendor_edits
from tests.core.listing_store import Listing


def both(rule: Conflict, *, seen_between: bool = False) -> Listing:
    """A title that both changed, the merchant first; `seen_between`: the merchant's edit was taken note of before."""
    listing = listed(policy=replace(ACTIVE, conflicts=rule))
    merchant_edits(listing, title="My shirt")
    if seen_between:
        vendor_edits(listing, html="<p>Softer</p>")
        listing.settle()
        assert listing.taken == ("title",)
    vendor_edits(listing, title="New shirt")
    listing.settle()
    return listing


@pytest.mark.parametrize("seen_between", [False, True])
@pytest.mark.parametrize(
    ("rule", "title", "taken"),
    [
        (Conflict.MERCHANT, "My shirt", ("title",)),
        (Conflict.VENDOR, "New shirt", ()),
        (Conflict.ASK, "My shirt", (f"{ASK}:title", "title")),
    ],
)
def test_by_the_rule(rule: Conflict, title: str, taken: tuple[str, ...], seen_between: bool) -> None:
    listing = both(rule, seen_between=seen_between)
    assert (listing.shop.there().title, listing.taken) == (title, taken)
    assert [one.code for one in listing.plan.problems] == ([Flaw.BOTH_CHANGED] if rule is Conflict.ASK else [])


@pytest.mark.parametrize("rule", list(Conflict))
def test_what_only_the_merchant_changed_stays_the_merchants(rule: Conflict) -> None:
    listing = listed(policy=replace(ACTIVE, conflicts=rule))
    merchant_edits(listing, title="My shirt")
    vendor_edits(listing, html="<p>Softer</p>")
    listing.settle()
    assert (listing.shop.there().title, listing.taken) == ("My shirt", ("title",))


@pytest.mark.parametrize("rule", list(Conflict))
def test_what_a_person_took_over_is_not_in_question(rule: Conflict) -> None:
    listing = listed(policy=replace(ACTIVE, conflicts=rule))
    listing.taken = ("title",)
    vendor_edits(listing, title="New shirt")
    listing.settle()
    assert (listing.shop.there().title, listing.taken) == ("Shirt", ("title",))


def test_answered_keep_mine_nobody_is_asked_until_the_vendor_changes_it_again() -> None:
    listing = both(Conflict.ASK)
    listing.taken = ("title", f"{KEEP}:title")
    listing.settle()
    assert (listing.shop.there().title, listing.taken) == ("My shirt", ("title",))
    vendor_edits(listing, title="Newest shirt")
    listing.settle()
    assert asked(listing.taken) == ("title",)


def test_answered_the_vendors_it_follows_again() -> None:
    listing = both(Conflict.ASK)
    listing.taken = ()
    listing.settle()
    assert (listing.shop.there().title, listing.taken) == ("New shirt", ())
    vendor_edits(listing, title="Newest shirt")
    listing.settle()
    assert listing.shop.there().title == "Newest shirt"


def test_the_question_ends_by_itself() -> None:
    listing = both(Conflict.ASK)
    vendor_edits(listing, title="Shirt")  # as it was written
    listing.settle()
    assert listing.taken == ("title",)
    listing = both(Conflict.ASK)
    listing.policy = replace(listing.policy, follow={Field.TITLE: Follow(True, False)})
    listing.settle()
    assert asked(listing.taken) == ()
    listing = both(Conflict.ASK)
    merchant_edits(listing, title="New shirt")
    vendor_edits(listing, html="<p>Softer</p>")  # something else has it read
    listing.settle()
    assert listing.taken == (), "both are the same"


def test_another_rule_settles_what_was_asked() -> None:
    for rule, title, taken in ((Conflict.MERCHANT, "My shirt", ("title",)), (Conflict.VENDOR, "New shirt", ())):
        listing = both(Conflict.ASK)
        listing.policy = replace(listing.policy, conflicts=rule)
        listing.settle()
        assert (listing.shop.there().title, listing.taken) == (title, taken)


@pytest.mark.parametrize("rule", list(Conflict))
def test_a_variants_price(rule: Conflict) -> None:
    listing = listed(policy=replace(ACTIVE, conflicts=rule))
    one_variant(listing, "11", price=Decimal(35))
    vendor_edits(listing, variants=(replace(SMALL, price=Decimal(40)), LARGE))
    listing.settle()
    price = listing.twin("11").price
    if rule is Conflict.VENDOR:
        assert (price, listing.taken) == (40, ())
        return
    assert price == 35
    assert asked(listing.taken) == (("price:11",) if rule is Conflict.ASK else ())


def test_how_stock_is_kept_is_never_asked_about() -> None:
    listing = listed(policy=replace(ACTIVE, conflicts=Conflict.ASK))
    one_variant(listing, "11", oversell=True)
    vendor_edits(listing, variants=(replace(SMALL, tracked=False), LARGE), title=f"{SHIRT.title} new")
    listing.settle()
    assert asked(listing.taken) == ()
