"""Privacy on its page: a buyer is found, exported, forgotten; days are tried before they count; requests are answered.

Not here: who may (test_permissions.py), or what is forgotten (tests/operations/test_privacy.py).
"""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crossdock.models import Activity, Marketplace, MerchantOrder, PrivacyRequest, VendorOrder
from crossdock.operations.opened import open_order
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def owner(world: World) -> Client:
    """Who has just given the password."""
    client = world.client("owner")
    client.post("/reauthenticate/", {"password": "pw"})
    return client


def at(world: World, name: str, *more: object) -> str:
    return reverse(name, args=[world.place.slug, *more])


def done(world: World) -> MerchantOrder:
    made = rows.order(world.shop)
    rows.vendor_order(made, world.vendor, state="closed", remote_id=f"v{made.pk}")
    return made


def email_of(order: MerchantOrder) -> str:
    found = open_order(order)
    assert found is not None
    return found.contact.email


def test_who_has_not_just_given_the_password_is_asked_for_it(world: World) -> None:
    asked = world.client("owner").get(at(world, "privacy"))
    assert asked["Location"].startswith("/reauthenticate/")


def test_a_buyer_is_found_exported_and_forgotten(world: World, owner: Client) -> None:
    order = done(world)
    email = email_of(order)
    shown = owner.post(at(world, "find_buyer"), {"buyer": email})
    assert (shown.status_code, order.name in shown.content.decode()) == (200, True)
    file = owner.post(at(world, "export_buyer"), {"buyer": email})
    assert file["Content-Disposition"].startswith("attachment")
    assert "no-store" in file["Cache-Control"]
    assert any(each["name"] == order.name for each in json.loads(file.content)["orders"])
    gone = owner.post(at(world, "erase_buyer"), {"buyer": email}, follow=True).content.decode()
    assert "The buyer of 1 order was forgotten." in gone
    assert "not done" in gone  # the order that waits
    assert MerchantOrder.objects.get(pk=order.pk).sealed is None
    assert email not in gone
    assert "Who did what" in gone


def test_an_order_leads_to_its_buyer_and_may_be_given_up(world: World, owner: Client) -> None:
    leads = at(world, "privacy") + f"?order={world.order.pk}"
    assert leads in owner.get(at(world, "order", world.order.pk)).content.decode()
    assert leads not in world.client("staff").get(at(world, "order", world.order.pk)).content.decode()
    shown = owner.get(leads).content.decode()
    assert "Not done" in shown
    owner.post(at(world, "erase_unfinished", world.order.pk))
    assert MerchantOrder.objects.get(pk=world.order.pk).erased_at is not None
    assert VendorOrder.objects.get(pk=world.held.pk).state == "cancelled"
    again = owner.get(at(world, "privacy") + f"?order={world.order.pk}")
    assert again.status_code == 422


def test_a_buyer_whom_nobody_knows_is_said_beside_the_field(world: World, owner: Client) -> None:
    for name in ("find_buyer", "export_buyer", "erase_buyer"):
        said = owner.post(at(world, name), {"buyer": "nobody@example.com"})
        assert said.status_code == 422
        assert 'aria-invalid="true"' in said.content.decode()
        assert 'value="nobody@example.com"' in said.content.decode()


def test_days_are_shown_before_they_count(world: World, owner: Client) -> None:
    MerchantOrder.objects.filter(pk=done(world).pk).update(placed_at=rows.later(days=-400))
    first = owner.post(at(world, "keep_days"), {"days": "365"})
    assert "The buyer of 1 order would be forgotten" in first.content.decode()
    assert Marketplace.objects.get(pk=world.place.pk).retention_days == 0
    owner.post(at(world, "keep_days"), {"days": "365", "seen": "365"})
    assert Marketplace.objects.get(pk=world.place.pk).retention_days == 365
    for wrong in ("", "-1", "99999", "ten"):
        assert owner.post(at(world, "keep_days"), {"days": wrong, "seen": wrong}).status_code == 422
    assert Activity.objects.filter(what="privacy.retention_changed").count() == 1


def test_a_platforms_request_is_answered(world: World, owner: Client) -> None:
    PrivacyRequest.objects.update(data={"asks": "export", "order_ids": [world.order.remote_id]})
    assert "A buyer wants to see what is kept" in owner.get(at(world, "privacy")).content.decode()
    file = owner.post(at(world, "export_request", world.request.pk))
    assert len(json.loads(file.content)["orders"]) == 1
    for words in ("Noted as answered.", "It was answered before."):
        assert words in owner.post(at(world, "answer_request", world.request.pk), follow=True).content.decode()


def test_the_page_asks_as_often_for_one_order_as_for_three(world: World, owner: Client) -> None:
    counts = []
    for _ in range(2):
        done(world)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            owner.post(at(world, "find_buyer"), {"buyer": email_of(world.order)})
        counts.append(len(seen))
        done(world)
    assert counts[0] == counts[1]


def test_pages_of_an_order_whose_buyer_is_forgotten_still_open(world: World, owner: Client) -> None:
    order = done(world)
    part = VendorOrder.objects.get(order=order)
    owner.post(at(world, "erase_buyer"), {"buyer": f"id:{order.pk}"})
    vendor, place = world.client("vendor"), [world.place.slug, world.vendor.pk]
    assert owner.get(at(world, "order", order.pk)).status_code == 200
    assert owner.get(at(world, "packing_slip", part.pk)).status_code == 302
    shown = vendor.get(reverse("vendor_order", args=[*place, part.pk]))
    assert (shown.status_code, "Ada" in shown.content.decode()) == (200, False)
    assert vendor.get(reverse("vendor_orders", args=place)).status_code == 200
