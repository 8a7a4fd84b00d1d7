"""Mapping by vendors: a vendor's people decide pairs of their own products, where the marketplace lets them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crossdock.core.add_ons import VENDOR_MAPPING
from crossdock.models import LinkSuggestion, Store, VariantLink, Vendor
from crossdock.operations.add_ons import set_add_on
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def pair(world: World, number: int, *, vendor: Vendor | None = None, store: Store | None = None) -> LinkSuggestion:
    """A product of a vendor and a listing of the merchant's that may be the same."""
    vendor, store = vendor or world.vendor, store or world.vendor_store
    rows.product(store, number, title=f"Their {number}")
    rows.product(world.shop, number + 5000, title=f"Ours {number}")
    return LinkSuggestion.objects.create(
        marketplace=world.place, vendor=vendor, store=store, vendor_product_id=f"{number}",
        vendor_variant_id=f"{number}00", merchant_product_id=f"{number + 5000}",
        merchant_variant_id=f"{number + 5000}00", score=9000, seen_at=rows.NOW,
    )  # fmt: skip


def at(world: World, name: str) -> str:
    return reverse(name, args=[world.place.slug, world.vendor.pk])


def test_a_vendor_confirms_and_refuses_its_own_pairs_only(world: World) -> None:
    one, two = pair(world, 601), pair(world, 602)
    foreign = pair(world, 603, vendor=world.other, store=rows.store(world.place, world.other))
    client = world.client("vendor")
    shown = client.get(at(world, "vendor_pairs")).content.decode()
    assert ("Their 601" in shown, "Ours 602" in shown, "Their 603" in shown) == (True, True, False)
    said = client.post(
        at(world, "vendor_decide_pairs"), {"pair": [one.pk, foreign.pk], "answer": "confirm"}, follow=True
    )
    assert "1 link made." in said.content.decode()
    link = VariantLink.objects.get(vendor_variant_id="60100")
    assert (link.vendor, link.merchant_variant_id) == (world.vendor, "560100")
    client.post(at(world, "vendor_decide_pairs"), {"pair": [two.pk, foreign.pk], "answer": "refuse"})
    states = dict(LinkSuggestion.objects.values_list("pk", "state"))
    assert (states[two.pk], states[foreign.pk]) == ("refused", "open")
    assert "Their 602" in client.get(at(world, "vendor_pairs") + "?show=refused").content.decode()
    client.post(at(world, "vendor_decide_pairs"), {"pair": [two.pk], "answer": "forget"})
    assert LinkSuggestion.objects.get(pk=two.pk).state == "open"


def test_where_the_marketplace_maps_by_itself_a_vendor_cannot(world: World) -> None:
    one = pair(world, 601)
    set_add_on(marketplace=world.place, vendor=world.vendor, add_on=VENDOR_MAPPING, on=False, who="o", now=rows.NOW)
    client = world.client("vendor")
    shown = client.get(at(world, "vendor_pairs")).content.decode()
    assert ("maps by itself" in shown, "Their 601" in shown) == (True, False)
    assert at(world, "vendor_pairs") not in client.get(at(world, "vendor_home")).content.decode()
    client.post(at(world, "vendor_decide_pairs"), {"pair": [one.pk], "answer": "confirm"})
    assert LinkSuggestion.objects.get(pk=one.pk).state == "open"


def test_three_pairs_ask_as_often_as_one(world: World) -> None:
    client, counts = world.client("vendor"), []
    for numbers in ((601,), (602, 603)):
        for number in numbers:
            pair(world, number)
        with CaptureQueriesContext(connection) as seen:
            client.get(at(world, "vendor_pairs"))
        counts.append(len(seen))
    assert counts[0] == counts[1]
