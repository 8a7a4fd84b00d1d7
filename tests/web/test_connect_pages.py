"""The pages for connecting a store: what they say before anything is connected, and where they say why it failed."""

from html import unescape

import msgspec
import pytest
from django.test import Client

from crossdock.connector.capabilities import Ability, Capabilities
from crossdock.connector.contract import Role
from crossdock.models import Marketplace
from crossdock.operations.connecting import offer
from crossdock.operations.people import add_owner
from crossdock.web.phrases_platforms import ABILITIES, ELSEWHERE
from tests.operations import rows

pytestmark = pytest.mark.django_db


def owner(place: Marketplace) -> Client:
    client = Client()
    client.force_login(add_owner(marketplace=place, username="owner", password="pw", now=rows.NOW))
    return client


def test_a_refusal_in_the_browser_stands_beside_its_field_and_shows_no_secret() -> None:
    place = rows.marketplace()
    client = owner(place)
    form = {"way": "keys", "domain": "http://127.0.0.1:1", "consumer_key": "ck_mine", "client_secret": "cs_hidden"}
    answer = client.post(f"/m/{place.slug}/connect/woocommerce/", form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Could not reach the store" in text
    assert "ck_mine" in text
    assert "cs_hidden" not in text


@pytest.mark.parametrize("platform", ["shopify", "woocommerce", "squarespace"])
def test_a_page_says_before_connecting_what_will_not_work(platform: str) -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    client = owner(place)
    text = unescape(client.get(f"/m/{place.slug}/connect/{platform}/?vendor={vendor.pk}").content.decode())
    found = offer(platform, Role.VENDOR)
    for name in ABILITIES[Role.VENDOR]:
        assert getattr(found.platform.capabilities, name).why in text
    for scope in found.connecting.scopes(Role.VENDOR):
        assert f"<code>{scope}</code>" in text
    for way in found.connecting.ways:
        assert way.title in text
    assert found.platform.title in unescape(client.get(f"/m/{place.slug}/connect/?vendor={vendor.pk}").content.decode())


def test_a_merchants_page_offers_no_platform_that_cannot_be_one() -> None:
    place = rows.marketplace()
    client = owner(place)
    text = client.get(f"/m/{place.slug}/connect/squarespace/").content.decode()
    assert '<form method="post" action="/m/' not in text
    assert "one vendor" in text


def test_a_platform_without_any_way_to_connect_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that was just begun (docs/platforms/scaffold.py)."""
    place = rows.marketplace()
    client, address = owner(place), f"/m/{place.slug}/connect/woocommerce/"
    monkeypatch.setattr(offer("woocommerce", Role.MERCHANT).connecting, "ways", (), raising=False)
    answer = client.get(address)
    assert answer.status_code == 200
    assert "No way to connect a store of WooCommerce is written yet" in unescape(answer.content.decode())
    assert client.post(address, {"way": "", "domain": "shop.example"}).status_code == 422


def test_every_ability_is_read_by_somebody() -> None:
    """A new one is shown to those whom it concerns, or named here."""
    shown = {name for table in ABILITIES.values() for name in table} | ELSEWHERE
    declared = {field.name for field in msgspec.structs.fields(Capabilities) if field.type is Ability}
    assert declared == shown


def test_chosen_for_the_role() -> None:
    place = rows.marketplace()
    text = owner(place).get(f"/m/{place.slug}/connect/").content.decode()
    assert f"/m/{place.slug}/connect/squarespace/" not in text
    assert f"/m/{place.slug}/connect/woocommerce/" in text
