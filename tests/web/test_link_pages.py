"""Pages of links: taken back and made again, paired by hand; variants offered; entries that name their products."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crossdock.models import Attention, LinkSuggestion, Listing, Parcel, VariantLink
from crossdock.operations.people import add_owner
from tests.operations import rows

pytestmark = pytest.mark.django_db


class World:
    """A vendor with a listing of two variants, a product that is not offered, and one of the merchant's own."""

    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        self.shop = rows.store(self.place, catalogue_at=rows.NOW)
        self.theirs = rows.store(self.place, self.vendor, catalogue_at=rows.NOW)
        self.listing = rows.listing(rows.product(self.theirs, 501, variants=2), merchant=self.shop)
        rows.product(self.theirs, 503, title="Round table", variants=2)
        rows.product(self.shop, 803, title="Table, round", variants=2)
        self.client = Client()
        self.client.force_login(add_owner(marketplace=self.place, username="owner", password="pw", now=rows.NOW))

    def get(self, name: str, *numbers: int, **query: Any) -> str:
        answer = self.client.get(reverse(name, args=[self.place.slug, *numbers]), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def post(self, name: str, *numbers: int, **data: Any) -> str:
        answer = self.client.post(reverse(name, args=[self.place.slug, *numbers]), data, follow=True)
        assert answer.status_code == 200
        return answer.content.decode()

    def linked(self) -> set[tuple[str, str]]:
        rows_of_it = VariantLink.objects.filter(ended_at=None)
        return set(rows_of_it.values_list("vendor_variant_id", "merchant_variant_id"))


@pytest.fixture
def world() -> World:
    return World()


def test_links_are_found_taken_back_and_made_again(world: World) -> None:
    assert "Stool 501 - S1" in world.get("links", q="SKU-501-1")
    assert "No links like that" in world.get("links", q="nothing")
    assert "say what becomes" in world.post("unlink", link=["750100"], then="odd")
    said = world.post("unlink", link=["750100", "750101"], then="keep")
    assert "2 links were taken back." in said
    assert world.linked() == set()
    assert "Undo" in said
    assert "2 links made." in world.post("link_again")
    assert world.linked() == {("50100", "750100"), ("50101", "750101")}
    assert "Undo" not in world.get("links")


def test_unlinking_with_a_draft_ends_the_listing_and_has_no_undo(world: World) -> None:
    said = world.post("unlink", link=["750100", "750101"], then="draft")
    assert "Undo" not in said
    world.listing.refresh_from_db()
    assert world.listing.ending == "draft"


def test_a_product_is_paired_by_hand(world: World) -> None:
    said = world.get("map", vendor=world.vendor.pk, product="503", q="table")
    assert "Table, round" in said
    assert "None of your products" in world.get("map", vendor=world.vendor.pk, product="503", q="zebra")
    side = world.get("map", vendor=world.vendor.pk, product="503", to="803")
    assert '<option value="80300" selected>' in side
    pairs = {"pair-50300": "80301", "pair-50301": ""}
    assert "1 link made." in world.post("save_map", vendor=world.vendor.pk, product="503", to="803", **pairs)
    assert ("50300", "80301") in world.linked()
    again = world.post("save_map", vendor=world.vendor.pk, product="503", to="803", **{"pair-50301": "80301"})
    assert "linked with another" in again
    assert "no such variant" in world.post("save_map", vendor=world.vendor.pk, product="503", to="803")


def test_a_refused_pair_is_suggested_again(world: World) -> None:
    pair = LinkSuggestion.objects.create(
        marketplace=world.place, vendor=world.vendor, store=world.theirs, vendor_product_id="503",
        vendor_variant_id="50300", merchant_product_id="803", merchant_variant_id="80300", score=9000, seen_at=rows.NOW,
    )  # fmt: skip
    world.post("decide_pairs", pair=[pair.pk], answer="refuse")
    assert "Round table" not in world.get("matching")
    assert "Round table" in world.get("matching", show="refused")
    assert "1 pair is suggested again." in world.post("decide_pairs", pair=[pair.pk], answer="forget")
    assert "Round table" in world.get("matching")


def test_a_variant_that_is_not_offered_is_asked_for(world: World) -> None:
    rows.product(world.theirs, 504)
    Listing.objects.filter(pk=world.listing.pk).update(
        not_offered=[{"vendor_variant_id": "50101", "why": "not_automatic"}], taken=["variant:50101"]
    )
    VariantLink.objects.filter(vendor_variant_id="50101").delete()
    assert "Offer it" in world.get("listing", world.listing.pk)
    world.post("offer_variants", world.listing.pk, variant=["50101"])
    world.listing.refresh_from_db()
    assert (world.listing.taken, world.listing.wanted) == (["offer:50101"], 2)
    assert "fields are yours" not in world.get("listings", tab="live")
    assert "no such field" in world.post("offer_variants", world.listing.pk, variant=["50100"]).lower()


def test_one_field_is_kept_and_given_back_by_its_button(world: World) -> None:
    world.post("listing_fields", world.listing.pk, to="merchant:price:50100")
    world.listing.refresh_from_db()
    assert world.listing.taken == ["price:50100"]
    assert "Give everything back" in world.get("listing", world.listing.pk)
    world.post("listing_fields", world.listing.pk, to="vendor:price:50100")
    world.listing.refresh_from_db()
    assert world.listing.taken == []


def test_an_entry_names_its_products_and_closes_when_none_is_left(world: World) -> None:
    made = [rows.listing(rows.product(world.theirs, 600 + at), state="rejected") for at in range(4)]
    for reason in ("listing_refused", "listing_deleted"):
        Attention.objects.create(marketplace=world.place, store=world.theirs, reason=reason, opened_at=rows.NOW)
    Listing.objects.filter(pk=world.listing.pk).update(state="ended", reason="merchant_deleted", ended_at=rows.NOW)
    said = world.get("attention")
    assert "all 4" in said
    assert "Stool 603" in said
    assert "Stool 600" not in said
    assert "Stool 501" in said
    for row in made:
        world.post("remove_listing", row.pk, how="keep")
    world.post("choose_products", product=[f"{world.vendor.pk}:501"])
    assert not Attention.objects.filter(closed_at=None).exists()


def test_a_parcel_by_hand_is_taken_back(world: World) -> None:
    order = rows.order(world.shop)
    parcel = rows.parcel(rows.vendor_order(order, world.vendor, state="manual"))
    assert "Take back" in world.get("order", order.pk)
    assert "Taken back" in world.post("withdraw_parcel", parcel.pk)
    assert Parcel.objects.get().status == "cancelled"
    assert "Take back" not in world.get("order", order.pk)
    assert "moved on" in world.post("withdraw_parcel", parcel.pk)


def test_all_of_a_vendors_proposals_are_approved(world: World) -> None:
    mine = rows.listing(rows.product(world.theirs, 700), state="proposed", merchant_product_id="")
    other = rows.vendor(world.place, "Second")
    theirs = rows.product(rows.store(world.place, other), 701)
    left = rows.listing(theirs, state="proposed", merchant_product_id="")
    world.post("decide_listings", answer="approve_all", vendor=world.vendor.pk)
    mine.refresh_from_db()
    left.refresh_from_db()
    assert (mine.state, left.state) == ("wanted", "proposed")
    world.post("decide_listings", answer="approve_all")
    left.refresh_from_db()
    assert left.state == "wanted"


def test_what_both_changed_is_asked_with_both_values(world: World) -> None:
    Listing.objects.filter(pk=world.listing.pk).update(taken=["ask:price:50100", "ask:title", "price:50100", "title"])
    Attention.objects.create(marketplace=world.place, store=world.theirs, reason="listing_conflict", opened_at=rows.NOW)
    said = world.get("attention")
    assert said.count("Take the vendor's") == said.count("Keep mine") == 2
    assert "both changed it" in world.get("listing", world.listing.pk)
    world.post("listing_fields", world.listing.pk, to="vendor:price:50100", **{"from": "attention"})
    world.listing.refresh_from_db()
    assert (world.listing.taken, world.listing.wanted) == (["ask:title", "title"], 2)
    assert Attention.objects.filter(closed_at=None).count() == 1
    world.post("listing_fields", world.listing.pk, to="merchant:title", **{"from": "attention"})
    world.listing.refresh_from_db()
    assert (world.listing.taken, world.listing.wanted) == (["title", "keep:title"], 3)
    assert not Attention.objects.filter(closed_at=None).exists()
