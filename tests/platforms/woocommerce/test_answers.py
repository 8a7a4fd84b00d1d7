"""Recorded errors mean one of the seven, by their code; redirects, hosts and pages in place of answers."""

from decimal import Decimal

import pytest

from crossdock.connector.contract import Role
from crossdock.connector.errors import (
    AuthFailed,
    ConnectorError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from crossdock.connector.http import NoAnswer, NotSent, Response
from crossdock.platforms.woocommerce import answers
from tests.platforms.woocommerce.recorded import Site, answer, body, query, reply, store

READ, WRITE = False, True


@pytest.mark.parametrize(
    ("name", "write", "kind"),
    [
        ("400_put_unknown_order", WRITE, Gone),
        ("400_put_unknown_product", WRITE, Gone),
        ("404_get_unknown_order", READ, Gone),
        ("404_get_unknown_product", READ, Gone),
        ("404_variation_wrong_parent", READ, Gone),
        ("404_put_variation_as_product", WRITE, Gone),
        ("404_no_route", READ, answers.NoRoute),
        ("400_duplicate_sku", WRITE, Rejected),
        ("sku_of_trashed_product", WRITE, Rejected),
        ("400_duplicate_gtin", WRITE, Rejected),
        ("400_wrong_type", WRITE, Rejected),
        ("400_bad_json", WRITE, Rejected),
        ("400_order_bad_email", WRITE, Rejected),
        ("400_order_line_without_product", WRITE, Rejected),
        ("500_refund_too_much", WRITE, Rejected),
        ("500_refund_gateway", WRITE, Rejected),
        ("500_order_quantity_zero", WRITE, OutcomeUnknown),
        ("500_database_down", READ, Unavailable),
        ("500_database_down", WRITE, OutcomeUnknown),
        ("503_maintenance", READ, Unavailable),
        ("503_maintenance", WRITE, Unavailable),
        ("401_no_auth", READ, AuthFailed),
        ("401_bad_key", READ, AuthFailed),
        ("401_bad_secret", READ, AuthFailed),
        ("401_read_only_key", WRITE, AuthFailed),
        ("401_oauth_nonce_reused", READ, AuthFailed),
    ],
)
def test_recorded_errors(name: str, write: bool, kind: type[ConnectorError]) -> None:
    error = answers.error(answer(f"errors/{name}"), call="x", write=write)
    assert type(error) in (kind, answers.Refused if kind is Rejected else kind)


@pytest.mark.parametrize(("status", "kind"), [(401, AuthFailed), (403, Unavailable), (404, answers.NoRoute)])
def test_a_page_of_the_web_server(status: int, kind: type[ConnectorError]) -> None:
    """A firewall that bars us for a while must not cost the store its connection."""
    page = Response(status, {"content-type": "text/html"}, b"<html>Access denied</html>")
    assert type(answers.error(page, call="x", write=WRITE)) is kind


def test_a_taken_sku_names_its_product() -> None:
    error = answers.error(answer("errors/400_duplicate_sku"), call="x", write=WRITE)
    assert isinstance(error, answers.Refused)
    assert (error.code, error.resource_id) == ("product_invalid_sku", "57")


def test_too_many_calls() -> None:
    error = answers.error(Response(429, {"retry-after": "7"}, b"<html>"), call="x", write=WRITE)
    assert isinstance(error, RateLimited)
    assert error.retry_after == 7.0


def test_a_notice_before_the_json_is_left_out() -> None:
    told = Response(200, {"content-type": "application/json"}, b'<b>Warning</b>: x in y\n{"value":"kg"}')
    assert answers.decode(told, dict[str, str], call="x", write=READ) == {"value": "kg"}


async def test_a_page_in_place_of_an_answer_may_hide_what_was_done() -> None:
    site = Site()
    site.on("GET", "orders/66", Response(200, {"content-type": "text/html"}, b"<html>captcha"))
    with pytest.raises(Unavailable):
        await store(site).read_order("66")


async def test_keys_go_into_the_query_where_the_host_strips_the_header() -> None:
    site = Site()
    whole = body("orders/get")
    site.on(
        "GET",
        "orders/66",
        lambda request: (
            Response(200, {}, whole) if "consumer_secret" in query(request) else answer("errors/401_no_auth")
        ),
    )
    client = store(site, Role.MERCHANT)
    assert (await client.read_order("66")).total.amount == Decimal("76.50")
    await client.read_order("66")
    assert [("consumer_secret" in query(each)) for each in site.requests] == [False, True, True]


async def test_wrong_keys_are_tried_both_ways_and_refused() -> None:
    site = Site()
    site.on("GET", "orders/66", answer("errors/401_bad_key"))
    with pytest.raises(AuthFailed):
        await store(site).read_order("66")
    assert len(site.requests) == 2


async def test_plain_http_is_signed_on_this_machine_and_refused_elsewhere() -> None:
    site = Site()
    site.on("GET", "orders/66", Response(200, {}, body("orders/get")))
    await store(site, Role.MERCHANT, "http://127.0.0.1:8080").read_order("66")
    asked = query(site.requests[0])
    assert asked["oauth_signature_method"] == "HMAC-SHA256"
    assert "authorization" not in site.requests[0].headers
    assert "consumer_secret" not in asked
    with pytest.raises(AuthFailed, match="TLS"):
        await store(site, Role.MERCHANT, "http://shop.example").read_order("66")


async def test_redirects_stay_on_the_host() -> None:
    site = Site()
    site.on("GET", "orders/66", reply(301, "", location="https://shop.example/shop/wp-json/wc/v3/orders/66?x=1"))
    site.on("GET", "/shop/wp-json/wc/v3/orders/66", Response(200, {}, body("orders/get")))
    assert (await store(site, Role.MERCHANT).read_order("66")).id == "66"
    site.on("GET", "orders/67", reply(301, "", location="https://elsewhere.example/wp-json/wc/v3/orders/67"))
    with pytest.raises(Unavailable, match=r"elsewhere\.example"):
        await store(site).read_order("67")


async def test_the_api_is_found_from_the_front_page() -> None:
    site = Site()
    html = {"content-type": "text/html"}
    site.on("GET", "orders/66", Response(404, html, b"<html>"))
    link = '<https://shop.example/blog/wp-json/>; rel="https://api.w.org/"'
    site.on("GET", "/", Response(200, {**html, "link": link}, b"<html>"))
    site.on("GET", "/blog/wp-json/wc/v3/orders/66", Response(200, {}, body("orders/get")))
    assert (await store(site, Role.MERCHANT).read_order("66")).id == "66"


async def test_plain_permalinks_are_told() -> None:
    site = Site()
    site.on("GET", "orders/66", Response(404, {}, b"<html>"))
    link = '<https://shop.example/index.php?rest_route=/>; rel="https://api.w.org/"'
    site.on("GET", "/", Response(200, {"link": link}, b"<html>"))
    with pytest.raises(Unavailable, match="Permalinks"):
        await store(site).read_order("66")


@pytest.mark.parametrize(("lost", "kind"), [(NotSent("x"), Unavailable), (NoAnswer("x"), OutcomeUnknown)])
async def test_a_lost_write(lost: Exception, kind: type[ConnectorError]) -> None:
    site = Site()
    site.on("GET", "orders/66", Response(200, {}, body("orders/create_pending")))
    site.on("PUT", "orders/66", lost)
    with pytest.raises(kind):
        await store(site).mark_paid("66")
