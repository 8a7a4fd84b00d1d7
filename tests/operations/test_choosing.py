"""Choosing products, the merchant's yes or no, and what a person may do with a listing."""

from datetime import timedelta
from typing import Any

import pytest

from crossdock.models import Activity, DirtyKey, Level, Listing, Store, StoreProduct, VariantLink, Vendor
from crossdock.operations.catalogue_rules import set_catalogue_policy
from crossdock.operations.choosing import (
    Chosen,
    NothingChosen,
    NoVendorStore,
    approve_listings,
    choose_products,
    refuse_listings,
)
from crossdock.operations.listed import count_listings, list_listings
from crossdock.operations.listed_products import list_products
from crossdock.operations.offering import (
    ListingBusy,
    NoSuchField,
    NothingHeld,
    give_back,
    release_brake,
    remove_listing,
    retry_listing,
    take,
)
from crossdock.operations.stores import connect_store
from tests.operations import rows

pytestmark = pytest.mark.django_db


class World:
    """A vendor's store with three products, one archived and one gone."""

    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        self.shop = rows.store(self.place)
        self.theirs = rows.store(self.place, self.vendor)
        for number in (1, 2, 3):
            rows.product(self.theirs, 500 + number)
        rows.product(self.theirs, 504, status="archived")
        rows.product(self.theirs, 505, gone_at=rows.NOW)
        DirtyKey.objects.all().delete()

    def choose(self, **how: Any) -> Chosen:
        return choose_products(**({"vendor": self.vendor, "who": "v", "now": rows.NOW} | how))

    def states(self) -> dict[str, str]:
        return dict(Listing.objects.values_list("product_id", "state"))

    def marked(self) -> set[tuple[str, int, int]]:
        return set(DirtyKey.objects.values_list("kind", "ref", "store_id"))


@pytest.fixture
def world() -> World:
    return World()


def test_a_vendor_proposes_and_the_merchant_decides(world: World) -> None:
    assert world.choose(product_ids=["501", "502"]) == Chosen(2, "proposed", 0, 0, 0)
    assert world.marked() == set()
    first, second = Listing.objects.order_by("pk")
    assert approve_listings(marketplace=world.place, ids=[first.pk], who="m", now=rows.NOW) == 1
    assert refuse_listings(marketplace=world.place, ids=[first.pk, second.pk], who="m", now=rows.NOW) == 1
    assert world.states() == {"501": "wanted", "502": "refused"}
    assert world.marked() == {("listing", world.vendor.pk, world.shop.pk)}
    assert approve_listings(marketplace=world.place, ids=[first.pk, second.pk], who="m", now=rows.NOW) == 0
    first.refresh_from_db()
    assert (first.wanted, first.done) == (1, 0), "it is new, and still to be made"


def test_what_was_refused_before_is_not_new_when_it_is_approved(world: World) -> None:
    world.choose(product_ids=["501"])
    row = Listing.objects.get()
    refuse_listings(marketplace=world.place, ids=[row.pk], who="m", now=rows.NOW)
    world.choose(product_ids=["501"])
    approve_listings(marketplace=world.place, ids=[row.pk], who="m", now=rows.NOW)
    row.refresh_from_db()
    assert row.state == "wanted"
    assert row.wanted > 1


def test_the_merchants_own_choice_needs_no_approval(world: World) -> None:
    assert world.choose(product_ids=["501"], approved=True).state == "wanted"
    assert world.marked() == {("listing", world.vendor.pk, world.shop.pk)}


def test_nor_does_a_vendors_where_the_rules_approve(world: World) -> None:
    set_catalogue_policy(
        marketplace=world.place, vendor=world.vendor, changes={"auto_approve": True}, who="m", now=rows.NOW
    )
    assert world.choose(everything=True) == Chosen(3, "wanted", 0, 2, 0)


def test_all_but_what_is_gone_archived_or_offered_already(world: World) -> None:
    world.choose(product_ids=["501"])
    assert world.choose(everything=True) == Chosen(2, "proposed", 1, 2, 0)
    assert world.choose(product_ids=["501", "504", "505", "999"]) == Chosen(0, "proposed", 1, 2, 1)
    assert set(world.states()) == {"501", "502", "503"}


def test_products_are_found_by_title_as_it_is_written(world: World) -> None:
    StoreProduct.objects.filter(product_id="502").update(title="100% wool_hat")
    assert world.choose(title="100% wool_").chosen == 1
    assert set(world.states()) == {"502"}
    assert world.choose(title="%").chosen == 0


def test_nothing_named_is_nothing_chosen(world: World) -> None:
    with pytest.raises(NothingChosen):
        world.choose()
    with pytest.raises(NoVendorStore):
        world.choose(vendor=rows.vendor(world.place, "Without"), everything=True)


def test_an_ended_listing_is_taken_up_again_under_its_reference(world: World) -> None:
    world.choose(product_ids=["501"], approved=True)
    row = Listing.objects.get()
    reference = row.reference
    Listing.objects.update(state="ended", ended_at=rows.NOW, merchant_product_id="7501", taken=["title"], done=4)
    assert world.choose(product_ids=["501"], approved=True).chosen == 1
    row.refresh_from_db()
    assert (row.state, row.reference, row.merchant_product_id, row.taken, row.ended_at) == (
        "wanted", reference, "", [], None,
    )  # fmt: skip


def test_another_vendors_products_cannot_be_chosen(world: World) -> None:
    other = rows.vendor(world.place, "Other")
    rows.product(rows.store(world.place, other), 900)
    assert world.choose(product_ids=["900"]) == Chosen(0, "proposed", 0, 0, 1)


def live(world: World, number: int = 501) -> Listing:
    return rows.listing(StoreProduct.objects.get(store=world.theirs, product_id=str(number)), merchant=world.shop)


def test_removing_and_keeping_lets_the_product_go(world: World) -> None:
    row = remove_listing(listing=live(world), how="keep", who="m", now=rows.NOW)
    assert (row.state, row.ended_at, row.ending) == ("ended", rows.NOW, "")
    assert VariantLink.objects.get().ended_at == rows.NOW  # open orders still find it
    assert not Level.objects.exists()


@pytest.mark.parametrize("how", ["draft", "delete"])
def test_removing_from_the_merchants_store_is_for_the_drain(world: World, how: str) -> None:
    row = remove_listing(listing=live(world), how=how, who="m", now=rows.NOW)
    assert (row.state, row.ending) == ("live", how)
    assert row.wanted > row.done
    assert ("listing", world.vendor.pk, world.shop.pk) in world.marked()


def test_removing_what_never_came_there_just_ends_it(world: World) -> None:
    world.choose(product_ids=["501"])
    row = remove_listing(listing=Listing.objects.get(), how="delete", who="m", now=rows.NOW)
    assert row.state == "ended"
    with pytest.raises(ListingBusy):
        remove_listing(listing=row, how="keep", who="m", now=rows.NOW)


def test_a_listing_being_made_cannot_be_let_go_half_made(world: World) -> None:
    world.choose(product_ids=["501"], approved=True)
    Listing.objects.update(state="sending")
    with pytest.raises(ListingBusy):
        remove_listing(listing=Listing.objects.get(), how="keep", who="m", now=rows.NOW)
    assert remove_listing(listing=Listing.objects.get(), how="delete", who="m", now=rows.NOW).ending == "delete"


def test_trying_again_what_the_store_refused(world: World) -> None:
    row = live(world)
    Listing.objects.update(state="rejected", words="title is too long", reason="rejected_by_store")
    retry_listing(listing=row, who="m", now=rows.NOW)
    row.refresh_from_db()
    assert (row.state, row.words, row.reason) == ("live", "", "")
    assert row.wanted > row.done


def test_taking_fields_over_and_giving_them_back(world: World) -> None:
    row = live(world)
    assert take(listing=row, fields=["title", "title", "tags"], who="m", now=rows.NOW) == ("title", "tags")
    assert take(listing=row, fields=["title"], who="m", now=rows.NOW) == ()
    with pytest.raises(NoSuchField):
        take(listing=row, fields=["colour"], who="m", now=rows.NOW)
    with pytest.raises(NoSuchField):
        give_back(listing=row, fields=["price"], who="m", now=rows.NOW)
    assert give_back(listing=row, fields=["tags"], who="m", now=rows.NOW) == ("tags",)
    row.refresh_from_db()
    assert row.taken == ["title"]
    assert row.wanted > row.done
    assert give_back(listing=row, fields=[], who="m", now=rows.NOW) == ("title",)


def test_releasing_the_brake_goes_on(world: World) -> None:
    row = live(world)
    Listing.objects.filter(pk=row.pk).update(reason="too_much_change")
    with pytest.raises(NothingHeld):
        release_brake(vendor=world.vendor, who="m", now=rows.NOW)
    Vendor.objects.update(brake_at=rows.NOW - timedelta(minutes=5))
    release_brake(vendor=world.vendor, who="m", now=rows.NOW)
    assert Vendor.objects.get().brake_released_at == rows.NOW
    assert world.marked() >= {("listing", world.vendor.pk, world.shop.pk), ("level", world.shop.pk, world.shop.pk)}
    assert Activity.objects.filter(what="vendor.brake_released").count() == 1


def test_lists_are_by_tab_vendor_and_words(world: World) -> None:
    live(world, 501)
    world.choose(product_ids=["502", "503"])
    Listing.objects.filter(product_id="503").update(state="rejected", problems=[{"code": "too_many_tags"}])

    def listed(**how: Any) -> list[str]:
        return [row.product_id for row in list_listings(marketplace=world.place, **how)]

    assert listed() == ["503", "502", "501"]
    assert listed(tab="to_approve") == ["502"]
    assert listed(tab="live") == ["501"]
    assert listed(tab="problems") == ["503"]
    assert listed(text="stool 50") == ["503", "502", "501"]
    assert listed(text="7501") == ["501"]
    assert listed(vendor=rows.vendor(world.place, "Other")) == []
    assert listed(limit=2, page=2) == ["501"]
    assert count_listings(marketplace=world.place)["to_approve"] == 1
    assert [row.product_id for row in list_products(marketplace=world.place, offered=False)] == ["504"]
    assert [row.listing_state for row in list_products(marketplace=world.place, text="502")] == ["proposed"]


def test_a_merchant_without_a_store_marks_nothing_yet(world: World) -> None:
    Store.objects.filter(vendor=None).delete()
    world.choose(everything=True, approved=True)
    assert world.marked() == set()


def test_what_waited_for_the_merchants_store_is_marked_once_it_is_connected(world: World) -> None:
    Store.objects.filter(vendor=None).delete()
    world.choose(product_ids=["501"], approved=True)
    shop = connect_store(
        marketplace=world.place, vendor=None, platform="shopify", typed_domain="late.myshopify.com",
        credentials={"mode": "token", "access_token": "t"}, now=rows.NOW,
    )  # fmt: skip
    assert ("listing", world.vendor.pk, shop.pk) in world.marked()
