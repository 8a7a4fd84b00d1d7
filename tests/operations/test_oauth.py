"""Connecting a Shopify store by consent: the whole way against a sandbox store; answers that are not believed."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest
from django.test import Client

from crossdock.models import Marketplace, Store, Vendor
from crossdock.models.seal import Ring
from crossdock.operations.oauth import CallbackRefused, StoreRefused, begin_shopify, finish_shopify
from crossdock.operations.people import add_owner
from crossdock.operations.stores import DomainRefused, StoreTaken
from tests.operations import rows

pytestmark = pytest.mark.django_db
APP = {"client_id": "an-app", "client_secret": "its-secret"}
BACK = "http://127.0.0.1:8000/connect/shopify/callback"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "crossdock_sandbox", "--port", str(port), "--quiet"]
    with subprocess.Popen(words, env=os.environ | {"PYTHONPATH": "src"}) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait(address)
            for name in ("oak", "merchant"):
                store = {"op": "create_store", "store": name, "platform": "shopify", "app": {**APP, "mode": "expiring"}}
                assert ask(f"{address}/control", json.dumps(store))[0] == 200
            yield address
        finally:
            process.terminate()
            process.wait(20)


def begin(sandbox: str, place: Marketplace, vendor: Vendor | None, shop: str = "oak") -> tuple[str, bytes]:
    return begin_shopify(
        marketplace=place,
        vendor=vendor,
        typed_domain=shop,
        redirect_uri=BACK,
        now=rows.NOW,
        base_url=f"{sandbox}/shopify/{shop}",
        **APP,
    )


def finish(sealed: bytes, params: dict[str, str], **more: Any) -> Store:
    given: dict[str, Any] = {"now": rows.later(minutes=1), "who": "owner", "allow_private": True}
    return finish_shopify(sealed=sealed, params=params, **(given | more))


def consent(address: str) -> dict[str, str]:
    """What the store sends back once its owner has said yes."""
    status, location = ask(address)
    assert status == 302
    return dict(parse_qsl(urlsplit(location).query))


def ask(address: str, body: str | None = None) -> tuple[int, str]:
    """Status and where it leads, of one request that follows nothing."""
    to = urlsplit(address)
    connection = HTTPConnection(to.hostname or "", to.port, timeout=20)
    connection.request("POST" if body else "GET", f"{to.path}?{to.query}", body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get("Location", "")


def _wait(address: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            ask(f"{address}/control/health")
        except OSError:
            assert time.monotonic() < deadline, "the sandbox did not start"
            time.sleep(0.05)
        else:
            return


def test_a_vendors_store_is_connected_with_the_scopes_it_needs(sandbox: str) -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    address, sealed = begin(sandbox, place, vendor)
    asked = parse_qs(urlsplit(address).query)
    assert "write_orders" in asked["scope"][0]
    assert "write_products" not in asked["scope"][0]
    assert b"its-secret" not in sealed
    store = finish(sealed, consent(address))
    assert (store.domain, store.vendor_id, store.state) == ("oak.myshopify.com", vendor.pk, "connected")
    credentials = msgspec.json.decode(Ring.from_settings().open(store.sealed))
    assert credentials["mode"] == "expiring"
    assert credentials["client_secret"] == "its-secret"
    assert {"access_token", "refresh_token", "expires_at"} <= set(credentials)
    assert store.renew_at is not None


def test_connecting_again_gives_the_same_store_new_credentials(sandbox: str) -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    first = finish((begun := begin(sandbox, place, vendor))[1], consent(begun[0]))
    Store.objects.update(state="needs_reauth")
    second = finish((begun := begin(sandbox, place, vendor))[1], consent(begun[0]))
    kept = Store.objects.get()
    assert first.pk == second.pk == kept.pk
    assert kept.state == "connected"
    assert bytes(kept.sealed) != bytes(first.sealed)


def test_a_vendors_store_is_not_the_merchants(sandbox: str) -> None:
    place = rows.marketplace()
    finish((begun := begin(sandbox, place, rows.vendor(place)))[1], consent(begun[0]))
    with pytest.raises(StoreTaken):
        finish((begun := begin(sandbox, place, None))[1], consent(begun[0]))


@pytest.mark.parametrize(
    "change",
    [{"state": "another"}, {"hmac": "0" * 64}, {"code": "another"}, {"shop": "evil.example.com"}, {"state": ""}],
)
def test_a_changed_answer_is_not_believed(sandbox: str, change: dict[str, str]) -> None:
    place = rows.marketplace()
    address, sealed = begin(sandbox, place, None)
    with pytest.raises(CallbackRefused):
        finish(sealed, consent(address) | change)
    assert not Store.objects.exists()


def test_another_stores_answer_is_not_believed(sandbox: str) -> None:
    place = rows.marketplace()
    address, sealed = begin(sandbox, place, None)
    state = parse_qs(urlsplit(address).query)["state"][0]
    other = re.sub(r"state=[^&]*", f"state={state}", begin(sandbox, place, None, "merchant")[0])
    with pytest.raises(CallbackRefused):
        finish(sealed, consent(other))


def test_a_late_answer_and_one_to_nothing_are_not_believed(sandbox: str) -> None:
    address, sealed = begin(sandbox, rows.marketplace(), None)
    with pytest.raises(CallbackRefused):
        finish(sealed, consent(address), now=rows.NOW + timedelta(hours=1))
    with pytest.raises(CallbackRefused):
        finish(b"nothing of ours", consent(address))


def test_a_code_counts_once(sandbox: str) -> None:
    address, sealed = begin(sandbox, rows.marketplace(), None)
    params = consent(address)
    finish(sealed, params)
    with pytest.raises(StoreRefused):
        finish(sealed, params)


def test_an_address_that_is_no_shops_is_refused() -> None:
    with pytest.raises(DomainRefused):
        begin_shopify(
            marketplace=rows.marketplace(), vendor=None, typed_domain="@", redirect_uri=BACK, now=rows.NOW, **APP
        )


def test_the_browsers_way(sandbox: str) -> None:
    place = rows.marketplace()
    client = Client()
    client.force_login(add_owner(marketplace=place, username="owner", password="pw", now=rows.NOW))
    form = {"marketplace": place.slug, "domain": "oak", **APP}
    away = client.post("/connect/shopify/begin", form)["Location"]
    assert away.startswith("https://oak.myshopify.com/admin/oauth/authorize?")
    assert parse_qs(urlsplit(away).query)["redirect_uri"] == [BACK]
    assert "its-secret" not in json.dumps(dict(client.session))

    address, sealed = begin_shopify(
        marketplace=place, vendor=None, typed_domain="oak", redirect_uri=BACK, now=datetime.now(UTC),
        base_url=f"{sandbox}/shopify/oak", **APP,
    )  # fmt: skip
    session = client.session
    session["shopify_pending"] = b64encode(sealed).decode()
    session.save()
    back = consent(address)
    assert client.get("/connect/shopify/callback", back)["Location"] == f"/m/{place.slug}/vendors/"
    assert Store.objects.get().domain == "oak.myshopify.com"
    assert client.get("/connect/shopify/callback", back).status_code == 404  # it was of use once
