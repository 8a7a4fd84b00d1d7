"""How a store lets us in: the callback's three checks, and each way of renewing."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from crossdock.connector.contract import Role
from crossdock.connector.errors import AuthFailed, RateLimited, Unavailable
from crossdock.connector.http import NoAnswer, NotSent, Request, Response
from crossdock.platforms.shopify import auth
from crossdock.platforms.shopify.platform import PLATFORM
from crossdock.platforms.shopify.scopes import WANTED, missing
from tests.platforms.shopify.scripted import NOW, Script, ok, reply, store

BASE = "https://acme.myshopify.com"
SECRET = "hush"


def callback(**changed: str) -> dict[str, str]:
    params = {"code": "c0de", "shop": "acme.myshopify.com", "state": "nonce", "timestamp": "1795348800", "host": "YWJj"}
    params |= changed
    return {"hmac": auth.query_hmac(params, SECRET), "signature": "ignored"} | params


def form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode()))


def test_the_owner_is_sent_to_the_store_with_our_scopes() -> None:
    url = auth.authorize_url(
        BASE, client_id="id", scopes=WANTED[Role.VENDOR], redirect_uri="https://hub/cb", state="nonce"
    )
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://acme.myshopify.com/admin/oauth/authorize?")
    assert query["scope"] == [",".join(WANTED[Role.VENDOR])]
    assert query["state"] == ["nonce"]


def test_the_query_signature_is_lower_case_hex_over_the_sorted_rest() -> None:
    # computed apart: HMAC-SHA256 of "code=c0de&shop=acme.myshopify.com" with the key "hush"
    import hashlib
    import hmac

    expected = hmac.new(b"hush", b"code=c0de&shop=acme.myshopify.com", hashlib.sha256).hexdigest()
    params = {"shop": "acme.myshopify.com", "hmac": "x", "code": "c0de", "signature": "y"}
    assert auth.query_hmac(params, "hush") == expected


def test_a_true_callback_gives_shop_and_code() -> None:
    assert auth.verify_callback(callback(), secret=SECRET, state="nonce") == ("acme.myshopify.com", "c0de")


@pytest.mark.parametrize(
    "params",
    [
        callback() | {"state": "another"},
        callback() | {"hmac": "0" * 64},
        callback() | {"code": "swapped"},
        callback(shop="acme.myshopify.com.evil.example"),
        callback(shop="evil.example/acme.myshopify.com"),
        callback(shop="-acme.myshopify.com"),
        callback(shop="acme.myshopify.com\n"),
        callback(code=""),
        {},
    ],
)
def test_any_other_callback_is_refused(params: dict[str, str]) -> None:
    with pytest.raises(auth.CallbackRefused):
        auth.verify_callback(params, secret=SECRET, state="nonce")


def test_no_state_given_is_no_state_matched() -> None:
    with pytest.raises(auth.CallbackRefused):
        auth.verify_callback(callback(state=""), secret=SECRET, state="")


async def test_a_code_becomes_expiring_credentials() -> None:
    granted = {
        "access_token": "a1",
        "scope": "write_orders",
        "expires_in": 3600,
        "refresh_token": "r1",
        "refresh_token_expires_in": 7776000,
    }
    script = Script(ok(granted))
    kept = await auth.exchange_code(script, BASE, client_id="id", client_secret="s", code="c0de", now=NOW)
    assert form(script.requests[0]) == {"client_id": "id", "client_secret": "s", "code": "c0de", "expiring": "1"}
    assert kept["mode"] == "expiring"
    assert PLATFORM.expires_at(kept) == NOW + timedelta(minutes=55)
    assert kept["refresh_expires_at"] == (NOW + timedelta(days=90)).isoformat()


async def test_a_fixed_token_never_wants_renewing() -> None:
    script = Script(ok({"access_token": "a1", "scope": "write_orders"}))
    kept = await auth.exchange_code(script, BASE, client_id="id", client_secret="s", code="c", now=NOW, expiring=False)
    assert kept["mode"] == "token"
    assert "expiring" not in form(script.requests[0])
    assert PLATFORM.expires_at(kept) is None
    assert await store(Script()).renew() is None


EXPIRING = {"mode": "expiring", "client_id": "id", "client_secret": "s", "refresh_token": "r1", "old_secrets": ["o"]}


async def test_a_refresh_replaces_the_pair_and_keeps_the_rest() -> None:
    script = Script(ok({"access_token": "a2", "scope": "", "expires_in": 3600, "refresh_token": "r2"}))
    renewed = await store(script, **EXPIRING).renew()  # type: ignore[arg-type]
    assert renewed is not None
    assert form(script.requests[0]) == {
        "client_id": "id",
        "client_secret": "s",
        "grant_type": "refresh_token",
        "refresh_token": "r1",
    }
    assert (renewed.credentials["access_token"], renewed.credentials["refresh_token"]) == ("a2", "r2")
    assert renewed.credentials["old_secrets"] == ["o"]
    assert renewed.expires_at is not None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            reply(401, {"error": "invalid_request", "errors": "This request requires an active refresh_token"}),
            AuthFailed,
        ),
        (reply(400, {"error": "invalid_grant"}), AuthFailed),
        (reply(404, {"errors": "Not Found"}), AuthFailed),
        (reply(429, retry_after="1"), RateLimited),
        (reply(500), Unavailable),
        (NotSent("no"), Unavailable),
        (NoAnswer("no"), Unavailable),
        (reply(200, "odd"), Unavailable),
    ],
)
async def test_a_refused_refresh_ends_and_a_failed_one_does_not(answer: Response, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await store(Script(answer), **EXPIRING).renew()  # type: ignore[arg-type]


@pytest.mark.parametrize("kept", [{"refresh_token": ""}, {"refresh_expires_at": "2026-11-22T11:00:00+00:00"}])
async def test_without_a_living_refresh_token_nothing_is_asked(kept: dict[str, Any]) -> None:
    with pytest.raises(AuthFailed):
        await store(Script(), **(EXPIRING | kept)).renew()


async def test_client_credentials_are_asked_for_again() -> None:
    given = {"mode": "client_credentials", "client_id": "id", "client_secret": "s", "access_token": ""}
    wanted_at = PLATFORM.expires_at(given)
    assert wanted_at is not None
    assert wanted_at < NOW, "there is no token yet: at once"
    script = Script(ok({"access_token": "a1", "scope": "", "expires_in": 86399}))
    renewed = await store(script, **given).renew()
    assert form(script.requests[0]) == {"client_id": "id", "client_secret": "s", "grant_type": "client_credentials"}
    assert renewed is not None
    assert renewed.credentials["mode"] == "client_credentials"
    assert renewed.credentials["access_token"] == "a1"


@pytest.mark.parametrize(
    "typed",
    [
        "acme",
        "Acme.myshopify.com",
        " https://acme.myshopify.com/admin/orders ",
        "https://admin.shopify.com/store/acme/settings",
        "acme.myshopify.com/",
    ],
)
def test_what_people_type_is_understood(typed: str) -> None:
    assert PLATFORM.store_domain(typed) == "acme.myshopify.com"


@pytest.mark.parametrize(
    "typed", ["", "acme.example", "https://shop.acme.com", "acme.myshopify.com.evil.example", "a b", "ftp://acme"]
)
def test_anything_else_names_the_fix(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\.myshopify\.com"):
        PLATFORM.store_domain(typed)


def test_a_write_scope_covers_the_read_scope() -> None:
    given = [scope for scope in WANTED[Role.VENDOR] if scope != "read_products"]
    assert missing(Role.VENDOR, given) == ("read_products",)
    assert missing(Role.MERCHANT, [*WANTED[Role.MERCHANT], "write_products"]) == ()
    assert missing(Role.MERCHANT, ["write_orders"]) == tuple(s for s in WANTED[Role.MERCHANT] if s != "read_orders")
