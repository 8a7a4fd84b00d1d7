"""The sandbox as a process: real HTTP, real time, real webhooks, connections that are cut."""

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.sandbox.served import Served, listener, served

SUBSCRIBE = """mutation($t: WebhookSubscriptionTopic!, $u: String) {
  webhookSubscriptionCreate(topic: $t, webhookSubscription: {uri: $u}) { userErrors { message } } }"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    with served("--routing-delay", "0.05", "--retry-scale", "0.0001") as one:
        yield one


@pytest.fixture
def made(sandbox: Served) -> dict[str, Any]:
    sandbox.op("reset")
    product = {"title": "Mug", "variants": [{"sku": "MUG", "price": "12.50"}]}
    return sandbox.op("create_store", store="harbour", products=[product])


def buy(sandbox: Served) -> dict[str, Any]:
    return sandbox.op("place_order", store="harbour", lines=[{"title": "Mug", "quantity": 1, "price": "12.50"}])


def test_webhooks_arrive_signed_and_background_work_happens(sandbox: Served, made: dict[str, Any]) -> None:
    with listener() as (address, came):
        for topic in ("ORDERS_CREATE", "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE"):
            reply = sandbox.graphql(made, SUBSCRIBE, t=topic, u=f"{address}/hooks/shopify/x")
            assert reply["data"]["webhookSubscriptionCreate"]["userErrors"] == []
        bought = buy(sandbox)
        sandbox.quiet()
        assert [headers["x-shopify-topic"] for headers, _ in came] == [
            "orders/create", "fulfillment_orders/order_routing_complete",
        ]  # fmt: skip
        assert json.loads(came[0][1])["id"] == int(bought["order_id"])
    (order,) = sandbox.op("find_orders", store="harbour")["orders"]
    assert order["fulfillment_orders"][0]["status"] == "OPEN"


def test_a_receiver_that_is_away_is_tried_again(sandbox: Served, made: dict[str, Any]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    sandbox.graphql(made, SUBSCRIBE, t="ORDERS_CREATE", u=f"http://127.0.0.1:{port}/x")
    buy(sandbox)
    sandbox.quiet(30)
    counted = sandbox.op("counters")["webhooks"]
    assert counted["failed"] == counted["attempts"] == 9
    assert counted["given_up"] == 1


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_is_cut_without_an_answer(
    sandbox: Served, made: dict[str, Any], kind: str, done: int
) -> None:
    sandbox.op("faults", seed=1, rules=[{"where": "graphql", "kind": kind, "rate": 1.0}])
    query = """mutation { orderCreate(order: {lineItems: [{title: "x", quantity: 1,
        priceSet: {shopMoney: {amount: "1", currencyCode: USD}}}]}) { order { id } userErrors { message } } }"""
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        sandbox.graphql(made, query)
    assert len(sandbox.op("find_orders", store="harbour")["orders"]) == done
    sandbox.op("faults", seed=1, rules=[])


def test_connections_are_kept_and_hosts_told_apart(sandbox: Served, made: dict[str, Any]) -> None:
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    headers = {"Host": "harbour.myshopify.com", "X-Shopify-Access-Token": made["access_token"]}
    for _ in range(3):
        connection.request("GET", "/admin/api/2026-10/shop.json", headers=headers)
        answer = connection.getresponse()
        assert json.loads(answer.read())["shop"]["myshopify_domain"] == "harbour.myshopify.com"
        assert answer.headers["X-Shopify-API-Version"] == "2026-10"
        assert not answer.will_close
    connection.close()


def test_junk_is_refused_and_the_server_lives_on(sandbox: Served) -> None:
    with socket.create_connection((urlsplit(sandbox.url).hostname, urlsplit(sandbox.url).port), timeout=10) as raw:
        raw.sendall(b"\x16\x03\x01 this is not http\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    status, shape = sandbox.post("/control", ["not an object"])
    assert status == 400
    assert "JSON object" in shape["error"]
    assert sandbox.op("pending") == {"webhooks": 0, "jobs": 0}


def test_many_shops_live_in_one_process(sandbox: Served) -> None:
    sandbox.op("reset")
    ops = [{"op": "create_store", "store": f"shop-{n}", "plan": "rehearsal", "products": [
        {"title": "x", "variants": [{"sku": f"S{n}", "price": "1.00"}]}]} for n in range(1000)]  # fmt: skip
    _, shape = sandbox.post("/control/batch", {"ops": ops})
    assert not [one for one in shape["results"] if "error" in one]
    last = shape["results"][-1]
    assert sandbox.graphql(last, "{ shop { name } }")["data"] == {"shop": {"name": "shop-999"}}
