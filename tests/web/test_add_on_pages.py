"""The add-ons' page and What if?: what they show and do."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from crossdock.models import Marketplace, Vendor
from crossdock.operations import whatif as replays
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def test_a_switch_is_shown_switched_and_shown_again(world: World) -> None:
    client: Client = world.client("owner")
    assert "Switch off" in client.get(world.address("add_ons")).content.decode()
    sent = {"add_on": "order_push:shopify", "on": "off"}
    assert client.post(world.address("switch_add_on"), sent).status_code == 302
    assert Marketplace.objects.get(pk=world.place.pk).add_ons == {"order_push:shopify": False}
    assert "Order push is off for a platform" in client.get(world.address("order_sync")).content.decode()


def test_one_vendors_switch_leaves_the_marketplaces(world: World) -> None:
    client = world.client("owner")
    sent = {"add_on": "vendor_store_connect", "on": "off", "vendor": str(world.vendor.pk)}
    assert client.post(world.address("switch_add_on"), sent).status_code == 302
    assert Vendor.objects.get(pk=world.vendor.pk).add_ons == {"vendor_store_connect": False}
    assert Marketplace.objects.get(pk=world.place.pk).add_ons == {}
    said = client.get(f"{world.address('add_ons')}?vendor={world.vendor.pk}").content.decode()
    assert "As the marketplace" in said


def test_what_cannot_be_is_said(world: World) -> None:
    client = world.client("owner")
    for sent in ({"add_on": "tea", "on": "on"}, {"add_on": "locations", "on": "perhaps"}):
        answer = client.post(world.address("switch_add_on"), sent)
        assert answer.status_code == 422
        assert "Nothing was changed" in answer.content.decode()


def test_what_if_goes_on_piece_by_piece_and_without_scripts(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays.go_on, "__kwdefaults__", {"vendor": None, "most": 1})
    client = world.client("owner")
    rows.vendor_order(rows.order(world.shop), world.other, created_at=datetime.now(UTC))
    type(world.held).objects.update(created_at=datetime.now(UTC))
    said = client.post(world.address("save_order_sync"), {"paid_only": "off", "days": "7"}).content.decode()
    found = re.search(r'name="state" value="([^"]+)"', said)
    assert found is not None
    sent = {"state": found[1], "days": "7"}
    part = client.post(world.address("what_if"), sent, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "1 order would have gone otherwise" in part
    whole = client.post(world.address("what_if"), sent).content.decode()
    assert "<html" in whole
    assert "What saving would do" in whole
    assert client.post(world.address("what_if"), {"state": "odd"}).status_code == 404


def test_odd_days_are_said_beside_them(world: World) -> None:
    answer = world.client("owner").post(world.address("save_order_sync"), {"paid_only": "off", "days": "x"})
    assert answer.status_code == 422
    assert "A whole number of days" in answer.content.decode()
