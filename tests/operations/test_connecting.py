"""Connecting a store by consent and by keys: the whole way against sandbox stores; answers that are not believed."""

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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest
from django.test import Client

from crossdock.connector.contract import Role
from crossdock.models import Consent, Marketplace, Store, Vendor
from crossdock.models.seal import Ring
from crossdock.operations import connecting
from crossdock.operations.connecting import (
    CallbackRefused,
    FieldMissing,
    StoreRefused,
    WayRefused,
    begin_connecting,
    finish_connecting,
    offer,
    take_post,
)
from crossdock.operations.people import add_owner
from crossdock.operations.stores import DomainRefused, StoreTaken, UnknownPlatform
from tests.operations import rows

pytestmark = pytest.mark.django_db
APP = {"client_id": "an-app", "client_secret": "its-secret"}
BACK = "http://127.0.0.1:8000/connect/back"
POST = "http://127.0.0.1:8000/connect/posted/"


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
            for name, platform, mode in SHOPS:
                store = {"op": "create_store", "store": name, "platform": platform, "app": mode}
                made[name] = control(address, store)
            yield address
        finally:
            process.terminate()
            process.wait(20)


made: dict[str, Any] = {}
DOMAINS = {"shopify": "oak", "woocommerce": "shop.example", "squarespace": "shop.example"}
SHOPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("pine", "woocommerce", {}),
    ("elm", "squarespace", {"mode": "api_key"}),
    ("ash", "squarespace", {"mode": "api_key", "scopes": ["website.orders", "website.products.read"]}),
    ("fir", "squarespace", {"mode": "oauth"}),
)


@pytest.fixture
def shops(sandbox: str) -> dict[str, Any]:
    """What the sandbox said of the shops it made."""
    return made


def control(address: str, op: dict[str, Any]) -> Any:
    to = urlsplit(address)
    connection = HTTPConnection(to.hostname or "", to.port, timeout=20)
    connection.request("POST", "/control", json.dumps(op))
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    assert answer.status == 200, said
    return said


def begin(
    sandbox: str,
    place: Marketplace,
    vendor: Vendor | None,
    shop: str = "oak",
    platform: str = "shopify",
    way: str = "app",
    **more: Any,
) -> tuple[str, bytes]:
    given: dict[str, Any] = {
        "typed_domain": shop,
        "values": APP,
        "back": BACK,
        "post": POST,
        "now": rows.NOW,
        "base_url": f"{sandbox}/{platform}/{shop.partition('.')[0]}",
    }
    step = begin_connecting(marketplace=place, vendor=vendor, platform=platform, way=way, **(given | more))
    return step.address, step.sealed


def finish(sealed: bytes, query: dict[str, str], **more: Any) -> Store:
    given: dict[str, Any] = {"now": rows.later(minutes=1), "who": "owner"}
    return finish_connecting(sealed=sealed, query=query, **(given | more))


def consent(address: str) -> dict[str, str]:
    """What the store sends back once its owner has said yes."""
    status, location = ask(address)
    assert status == 302
    return dict(parse_qsl(urlsplit(location).query))


class Ears(ThreadingHTTPServer):
    """Hears what is posted to it, and says 200."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Ear)
        self.address = f"http://127.0.0.1:{self.server_address[1]}/"

    def __enter__(self) -> "Ears":
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Ear(BaseHTTPRequestHandler):
    server: Ears

    def do_POST(self) -> None:
        self.server.heard.append((self.path, self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def ask(address: str, body: str | None = None, cookie: str = "") -> tuple[int, str]:
    """Status and where it leads, of one request that follows nothing."""
    to = urlsplit(address)
    connection = HTTPConnection(to.hostname or "", to.port, timeout=20)
    connection.request("POST" if body else "GET", f"{to.path}?{to.query}", body, {"Cookie": cookie} if cookie else {})
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
        begin("", rows.marketplace(), None, "@")


@pytest.mark.parametrize("platform", ["shopify", "woocommerce", "squarespace"])
def test_what_is_missing_is_named_with_the_fix(platform: str) -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    for way in (each for each in offer(platform, Role.VENDOR).connecting.ways if each.fields):
        filled = {field.name: "x" for field in way.fields}
        for field in way.fields:
            for value in ("", " ", "x" * 500):
                with pytest.raises(FieldMissing, match=field.title) as refused:
                    begin("", place, vendor, DOMAINS[platform], platform, way.name, values=filled | {field.name: value})
                assert refused.value.field == field.name


def test_what_a_platform_has_not_is_refused() -> None:
    place = rows.marketplace()
    with pytest.raises(WayRefused):
        begin("", place, None, "oak", way="telepathy")
    with pytest.raises(WayRefused, match="fulfilled as a whole"):
        begin("", place, None, "oak", "squarespace", "key", values={"api_key": "k"})
    with pytest.raises(UnknownPlatform):
        begin("", place, None, "oak", "moonshop")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("shop.example", "https://shop.example"),
        ("https://Shop.Example/wp-admin/index.php?x=1", "https://shop.example"),
        ("http://shop.example/store/", "https://shop.example/store"),
        ("bücher.example:8443", "https://xn--bcher-kva.example:8443"),
        ("shop.example.", "https://shop.example"),
    ],
)
def test_an_address_is_read_as_it_was_meant(typed: str, address: str, settings: Any) -> None:
    settings.CROSSDOCK_ALLOW_PRIVATE = False
    place = rows.marketplace()
    there, _sealed = begin("", place, None, typed, "woocommerce", "consent", base_url="", post="https://hub.example/")
    assert there.startswith(f"{address}/wc-auth/v1/authorize?")


@pytest.mark.parametrize(
    "typed", ["ftp://shop.example", "https://me:pw@shop.example", "shop", "shop.example:99999", ""]
)
def test_an_address_that_cannot_be_meant_is_refused_by_its_field(typed: str) -> None:
    with pytest.raises(DomainRefused) as refused:
        begin("", rows.marketplace(), None, typed, "woocommerce", "consent")
    assert refused.value.field == "domain"


@pytest.mark.parametrize("typed", ["127.0.0.1", "http://localhost:1", "localhost"])
def test_keys_are_not_sent_to_private_addresses(typed: str, settings: Any) -> None:
    settings.CROSSDOCK_ALLOW_PRIVATE = False
    keys = {"consumer_key": "ck_1", "client_secret": "cs_1"}
    _there, sealed = begin("", rows.marketplace(), None, typed, "woocommerce", "keys", values=keys, base_url="")
    with pytest.raises(StoreRefused, match="private or local") as refused:
        finish(sealed, {})
    assert refused.value.field == "domain"
    assert not Store.objects.exists()


def test_keys_are_tried_before_they_are_kept(sandbox: str, shops: dict[str, Any]) -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    keys = {
        "consumer_key": shops["pine"]["consumer_key"],
        "client_secret": shops["pine"]["credentials"]["client_secret"],
    }
    now = datetime.now(UTC)  # what is signed has its time in it

    def connect(secret: str) -> Store:
        given = keys | {"client_secret": secret}
        sealed = begin(sandbox, place, vendor, "pine.example", "woocommerce", "keys", values=given, now=now)[1]
        return finish(sealed, {}, now=now)

    with pytest.raises(StoreRefused, match="Read/Write") as refused:
        connect("cs_wrong")
    assert refused.value.field == "client_secret"
    assert not Store.objects.exists()
    store = connect(keys["client_secret"])
    assert (store.platform, store.domain, store.currency) == ("woocommerce", "pine.example", "USD")
    assert msgspec.json.decode(Ring.from_settings().open(store.sealed)) == keys


def test_an_api_key_is_tried_and_must_be_of_the_site_that_was_named(sandbox: str, shops: dict[str, Any]) -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    key = {"api_key": shops["elm"]["credentials"]["access_token"]}
    with pytest.raises(StoreRefused, match="Developer API Keys"):
        finish(begin(sandbox, place, vendor, "elm", "squarespace", "key", values={"api_key": "x"})[1], {})
    there = {"base_url": f"{sandbox}/squarespace/elm"}
    with pytest.raises(StoreRefused, match=shops["elm"]["domain"]) as refused:
        finish(begin(sandbox, place, vendor, "other", "squarespace", "key", values=key, **there)[1], {})
    assert refused.value.field == "domain"
    store = finish(
        begin(sandbox, place, vendor, shops["elm"]["domain"], "squarespace", "key", values=key, **there)[1], {}
    )
    assert (store.platform, store.renew_at) == ("squarespace", None)


def test_a_key_that_allows_too_little_is_refused_naming_what_is_missing(sandbox: str, shops: dict[str, Any]) -> None:
    place = rows.marketplace()
    key = {"api_key": shops["ash"]["credentials"]["access_token"]}
    with pytest.raises(StoreRefused, match=r"did not allow: .*website\.inventory"):
        finish(
            begin(sandbox, place, rows.vendor(place), shops["ash"]["domain"], "squarespace", "key", values=key)[1], {}
        )


def test_a_site_is_connected_by_oauth(sandbox: str, shops: dict[str, Any]) -> None:
    place = rows.marketplace()
    domain, app = shops["fir"]["domain"], {name: shops["fir"][name] for name in ("client_id", "client_secret")}
    address, sealed = begin(sandbox, place, rows.vendor(place), domain, "squarespace", "oauth", values=app)
    assert parse_qs(urlsplit(address).query)["access_type"] == ["offline"]
    with pytest.raises(CallbackRefused):
        finish(sealed, consent(address) | {"state": "another"})
    with pytest.raises(CallbackRefused, match="access_denied"):
        finish(sealed, {"error": "access_denied", "state": parse_qs(urlsplit(address).query)["state"][0]})
    store = finish(sealed, consent(address))
    assert store.renew_at is not None


def test_a_shop_posts_its_keys_once_to_an_address_of_one_use(sandbox: str, shops: dict[str, Any]) -> None:
    place, now = rows.marketplace(), datetime.now(UTC)
    with Ears() as ears:
        address, sealed = begin(
            sandbox, place, None, "pine.example", "woocommerce", "consent", post=ears.address, now=now
        )
        granted = address.replace("/authorize?", "/access_granted/?")
        status, location = ask(granted, cookie="wordpress_logged_in=owner")
    assert status == 302
    ((path, body),) = ears.heard
    state = path.removeprefix("/")
    assert json.loads(body)["user_id"] == state
    query = dict(parse_qsl(urlsplit(location).query))
    client = Client(enforce_csrf_checks=True)

    assert client.post("/connect/posted/another", body, "application/json").status_code == 404
    assert client.post(f"/connect/posted/{state}", b"x" * 20_000, "application/json").status_code == 404
    assert client.post(f"/connect/posted/{state}", body, "application/json").status_code == 200
    assert client.post(f"/connect/posted/{state}", body, "application/json").status_code == 404  # the first one counts
    kept = Consent.objects.get()
    assert state not in kept.key
    assert b"cs_" not in bytes(kept.posted or b"")

    store = finish(sealed, query, now=now)
    assert msgspec.json.decode(Ring.from_settings().open(store.sealed))["consumer_key"].startswith("ck_")
    assert not Consent.objects.exists()
    with pytest.raises(CallbackRefused):
        finish(sealed, query, now=now)


@pytest.mark.parametrize(
    "posted",
    [
        b"",
        b"[]",
        b"{}",
        b'{"consumer_key": "ck", "consumer_secret": "cs", "user_id": "another", "key_permissions": "read_write"}',
    ],
)
def test_what_a_shop_did_not_grant_is_not_believed(sandbox: str, posted: bytes) -> None:
    place = rows.marketplace()
    address, sealed = begin(sandbox, place, None, "pine.example", "woocommerce", "consent")
    state = parse_qs(urlsplit(address).query)["user_id"][0]
    take_post(state=state, body=posted, now=rows.NOW)
    with pytest.raises(CallbackRefused):
        finish(sealed, {"success": "1", "user_id": state})


def test_a_no_and_a_late_post_are_not_believed(sandbox: str) -> None:
    place = rows.marketplace()
    address, sealed = begin(sandbox, place, None, "pine.example", "woocommerce", "consent")
    state = parse_qs(urlsplit(address).query)["user_id"][0]
    with pytest.raises(CallbackRefused):
        take_post(state=state, body=b"{}", now=rows.later(minutes=16))
    with pytest.raises(CallbackRefused, match="did not approve"):
        finish(sealed, {"success": "0", "user_id": state})


def test_a_store_that_hangs_is_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "TRY_SECONDS", 0.2)
    keys = {"consumer_key": "ck_1", "client_secret": "cs_1"}
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        typed = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        sealed = begin("", rows.marketplace(), None, typed, "woocommerce", "keys", values=keys, base_url="")[1]
        with pytest.raises(StoreRefused, match="did not answer within"):
            finish(sealed, {})


def test_consent_needs_an_https_address_of_ours(settings: Any) -> None:
    settings.CROSSDOCK_ALLOW_PRIVATE = False
    with pytest.raises(WayRefused, match="https"):
        begin("", rows.marketplace(), None, "pine.example", "woocommerce", "consent")


def test_the_browsers_way(sandbox: str) -> None:
    place = rows.marketplace()
    client = Client()
    client.force_login(add_owner(marketplace=place, username="owner", password="pw", now=rows.NOW))
    form = {"way": "app", "domain": "oak", **APP}
    away = client.post(f"/m/{place.slug}/connect/shopify/", form)["Location"]
    assert away.startswith("https://oak.myshopify.com/admin/oauth/authorize?")
    assert parse_qs(urlsplit(away).query)["redirect_uri"] == [BACK]
    assert "its-secret" not in json.dumps(dict(client.session))

    address, sealed = begin(sandbox, place, None, now=datetime.now(UTC))
    session = client.session
    session["connecting"] = b64encode(sealed).decode()
    session.save()
    back = consent(address)
    assert client.get("/connect/back", back)["Location"] == f"/m/{place.slug}/vendors/"
    assert Store.objects.get().domain == "oak.myshopify.com"
    assert client.get("/connect/back", back).status_code == 404  # it was of use once
