"""Where a shop is: what people type, the API's root, keys by consent, OAuth signatures."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from crossdock.platforms.woocommerce import address, auth
from tests.platforms.woocommerce.recorded import sample

KEYS = auth.Keys("ck_1", "cs_1")


@pytest.mark.parametrize(
    ("typed", "domain"),
    [
        ("shop.example", "shop.example"),
        (" HTTPS://Shop.Example/ ", "shop.example"),
        ("http://shop.example/wp-admin/admin.php?page=wc", "shop.example"),
        ("shop.example:8443", "shop.example:8443"),
        ("https://shop.example:443/store/", "shop.example/store"),
        ("shop.example/store/wp-json/wc/v3", "shop.example/store"),
        ("müller.example", "xn--mller-kva.example"),
        ("127.0.0.1:18081", "127.0.0.1:18081"),
        ("http://localhost:8080/shop", "localhost:8080/shop"),
        ("shop.example.", "shop.example"),
    ],
)
def test_typed_addresses(typed: str, domain: str) -> None:
    assert address.store_domain(typed) == domain


@pytest.mark.parametrize(
    "typed", ["", "shop", "ftp://shop.example", "a b.example", "x:y@shop.example", "shop.example:x"]
)
def test_what_is_no_address_is_told(typed: str) -> None:
    with pytest.raises(ValueError, match=r"give|leave|port|address"):
        address.store_domain(typed)


def test_the_root_of_the_api_from_a_recorded_header() -> None:
    link = sample("products/simple_get")["response"]["headers"]["Link"]
    assert address.api_link(link) == "https://127.0.0.1:18081/wp-json"
    assert not address.plain_permalinks(link)


def test_consent() -> None:
    url = auth.authorize_url(
        "https://shop.example", app_name="Crossdock", state="s1", return_url="https://h/r", callback_url="https://h/c"
    )
    asked = parse_qs(urlsplit(url).query)
    assert urlsplit(url).path == "/wc-auth/v1/authorize"
    assert (asked["scope"], asked["user_id"]) == (["read_write"], ["s1"])
    posted = {
        "key_id": 1,
        "user_id": "s1",
        "consumer_key": "ck",
        "consumer_secret": "cs",
        "key_permissions": "read_write",
    }
    assert auth.parse_callback(json.dumps(posted).encode(), state="s1") == {"consumer_key": "ck", "client_secret": "cs"}
    for wrong in ({**posted, "user_id": "s2"}, {**posted, "key_permissions": "read"}, {"user_id": "s1"}):
        with pytest.raises(auth.CallbackRefused):
            auth.parse_callback(json.dumps(wrong).encode(), state="s1")


def test_a_recorded_oauth_request_has_the_parameters_we_send() -> None:
    told = sample("products/list_oauth_link_header")["response"]["headers"]["Link"]
    made = dict(
        auth.oauth(KEYS, "GET", "http://shop.example/x", [("per_page", "1")], datetime(2026, 11, 22, tzinfo=UTC))
    )
    assert all(f"{name}=" in told for name in made)


def test_the_signature_is_of_all_that_is_asked_in_any_order() -> None:
    query = [("file", "vacation.jpg"), ("size", "original"), ("a b", "ü&=")]
    one = auth.signature("cs", "get", "http://shop.example/wp-json/wc/v3/orders", query)
    assert one == auth.signature("cs", "GET", "http://shop.example/wp-json/wc/v3/orders", query[::-1])
    assert one != auth.signature("cs2", "GET", "http://shop.example/wp-json/wc/v3/orders", query)


def test_keys_are_not_printed() -> None:
    assert "cs_1" not in repr(KEYS)
