"""Webhooks: who is told, what it looks like, how it is signed, and what happens when nobody answers (FACTS 10)."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from crossdock_sandbox.errors import BadInput
from tests.sandbox.bench import Bench


async def test_a_delivery_is_signed_over_the_raw_body(bench: Bench) -> None:
    made = await bench.open()
    await bench.subscribe("ORDERS_CREATE")
    bought = await bench.buy()
    await bench.world.settle()
    ((url, headers, body),) = bench.sent
    digest = hmac.new(made["client_secret"].encode(), body, hashlib.sha256).digest()
    assert headers["X-Shopify-Hmac-Sha256"] == base64.b64encode(digest).decode()
    assert headers["X-Shopify-Topic"] == "orders/create"
    assert headers["X-Shopify-Shop-Domain"] == "harbour.myshopify.com"
    assert headers["X-Shopify-API-Version"] == "2026-10"
    assert headers["X-Shopify-Triggered-At"].startswith("2026-11-22T10:00:00.")
    assert headers["X-Shopify-Webhook-Id"] != headers["X-Shopify-Event-Id"]
    assert url == "http://127.0.0.1:1/hooks"
    assert json.loads(body)["id"] == int(bought["order_id"])


async def test_one_action_tells_several_topics_under_one_event_id(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID", "ORDERS_CANCELLED")
    bought = await bench.buy()
    await bench.world.settle()
    assert sorted(bench.topics()) == ["orders/create", "orders/paid", "orders/updated"]
    assert len({headers["X-Shopify-Event-Id"] for _, headers, _ in bench.sent}) == 1
    assert len({headers["X-Shopify-Webhook-Id"] for _, headers, _ in bench.sent}) == 3
    bench.sent.clear()
    await bench.op("cancel_order", order_id=bought["order_id"])
    await bench.world.settle()
    assert sorted(bench.topics()) == ["orders/cancelled", "orders/updated"]


async def test_every_change_tells_orders_updated(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy(paid=False)
    await bench.subscribe(
        "ORDERS_UPDATED", "ORDERS_EDITED", "ORDERS_FULFILLED", "ORDERS_PARTIALLY_FULFILLED", "ORDERS_DELETE"
    )
    order_id = bought["order_id"]
    for op, fields, wanted in (
        ("pay_order", {}, ["orders/updated"]),
        ("edit_order", {"set": {"note": "n"}}, ["orders/updated"]),
        ("edit_lines", {"quantities": {bought["line_ids"][0]: 1}}, ["orders/edited", "orders/updated"]),
        ("fulfill_order", {}, ["orders/fulfilled", "orders/updated"]),
        ("delete_order", {}, ["orders/delete"]),
    ):
        bench.sent.clear()
        await bench.op(op, order_id=order_id, **fields)
        await bench.world.settle()
        assert sorted(bench.topics()) == wanted, op
    assert json.loads(bench.sent[0][2]) == {"id": int(order_id)}


async def test_bodies_have_full_money_and_include_metafields_only_when_asked(bench: Bench) -> None:
    await bench.open()
    await bench.get("""mutation { webhookSubscriptionCreate(topic: ORDERS_UPDATED, webhookSubscription: {
        uri: "https://a.example/x", metafieldNamespaces: ["custom"],
        includeFields: ["id", "total_price", "metafields"]})
        { userErrors { message } } }""")
    bought = await bench.buy()
    await bench.op("edit_order", order_id=bought["order_id"], set={"metafields": [
        {"namespace": "custom", "key": "k", "value": "v"},
        {"namespace": "other", "key": "k", "value": "v"}]})  # fmt: skip
    await bench.world.settle()
    body = json.loads(bench.sent[-1][2])
    assert set(body) == {"id", "total_price", "metafields"}
    assert body["total_price"] == "25.00"
    assert [one["namespace"] for one in body["metafields"]] == ["custom"]


def validate(shared: Path, topic: str, body: dict[str, Any]) -> None:
    folder = shared / "platforms" / "shopify" / "webhooks"
    schema = json.loads((folder / "schemas" / f"{topic}.json").read_text())
    errors = list(jsonschema.Draft202012Validator(_loose(schema)).iter_errors(body))
    assert errors == [], [f"{list(error.path)}: {error.message}" for error in errors]
    sample = json.loads((folder / f"{topic}.json").read_text())
    assert sample.keys() <= body.keys(), f"missing: {sorted(sample.keys() - body.keys())}"


def _loose(schema: Any) -> Any:
    """The schemas were inferred from one sample: an empty list or null there says nothing of the type."""
    if isinstance(schema, list):
        return [_loose(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("type") == "null" or schema.get("items") is False:
        return {}
    found = {key: _loose(value) for key, value in schema.items() if key != "format"}
    if found.get("type") in ("string", "integer", "object"):
        found["type"] = ["number" if found["type"] == "integer" else found["type"], "null"]
    return found


async def test_bodies_are_shaped_like_shopifys_samples(bench: Bench, shared: Path) -> None:
    await bench.open()
    topics = ("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID", "ORDERS_CANCELLED", "ORDERS_FULFILLED",
              "FULFILLMENTS_CREATE",
              "FULFILLMENTS_UPDATE", "INVENTORY_LEVELS_UPDATE", "PRODUCTS_UPDATE", "ORDERS_EDITED", "APP_UNINSTALLED",
              "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE", "PRODUCTS_CREATE", "ORDERS_DELETE")  # fmt: skip
    await bench.subscribe(*topics)
    bought = await bench.buy(shipping=[{"title": "Post", "price": "5.00"}], lines=[
        {"variant_id": bench.variant("MUG"), "quantity": 2, "discount": "1.00",
         "tax": [{"title": "VAT", "rate": "0.2", "price": "4.00"}]}])  # fmt: skip
    await bench.wait(1)
    parcel = await bench.op("fulfill_order", order_id=bought["order_id"], tracking={"company": "UPS", "numbers": ["1"]})
    await bench.op("deliver_fulfillment", fulfillment_id=parcel["fulfillment_id"])
    other = await bench.buy()
    await bench.op("edit_lines", order_id=other["order_id"], quantities={other["line_ids"][0]: 1})
    await bench.op("cancel_order", order_id=other["order_id"])
    await bench.op("delete_order", order_id=other["order_id"])
    await bench.op("create_product", product={"title": "New", "variants": [{"sku": "N", "price": "1.00"}]})
    await bench.op("uninstall")
    await bench.wait(1)
    seen = set()
    for _, headers, body in bench.sent:
        topic = headers["X-Shopify-Topic"].replace("/", "__")
        seen.add(topic)
        if topic not in ("app__uninstalled",):
            validate(shared, topic, json.loads(body))
    assert len(seen) == len(topics), sorted(seen)


async def test_eight_retries_over_four_hours_then_the_subscription_is_gone(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("ORDERS_CREATE")
    bench.status = 500
    await bench.buy()
    start = bench.at
    await bench.wait(3 * 3600)
    assert len(bench.sent) == 8
    assert (await bench.op("dump"))["webhooks"]
    await bench.wait(2 * 3600)
    assert len(bench.sent) == 9
    assert len({headers["X-Shopify-Webhook-Id"] for _, headers, _ in bench.sent}) == 1
    assert (await bench.op("dump"))["webhooks"] == []
    assert start < bench.at


@pytest.mark.parametrize("failure", [302, OSError("refused"), TimeoutError()])
async def test_a_redirect_or_a_broken_connection_is_a_failure_that_heals(bench: Bench, failure: Any) -> None:
    await bench.open()
    await bench.subscribe("ORDERS_CREATE")
    bench.status = failure
    await bench.buy()
    await bench.world.settle()
    assert (await bench.world.control({"op": "pending"}))["webhooks"] == 1
    bench.status = 200
    await bench.wait(3600)
    assert bench.world.counters["webhooks.sent"] == 1
    assert bench.world.pending()["webhooks"] == 0


async def test_subscriptions_are_checked(bench: Bench) -> None:
    await bench.open()
    make = """mutation($t: WebhookSubscriptionTopic!, $u: String) { webhookSubscriptionCreate(topic: $t,
        webhookSubscription: {uri: $u}) { webhookSubscription { id } userErrors { field message } } }"""

    async def said(uri: str, topic: str = "ORDERS_CREATE") -> list[str]:
        data = await bench.get(make, t=topic, u=uri)
        return [one["message"] for one in data["webhookSubscriptionCreate"]["userErrors"]]

    assert await said("http://shop.example.com/x") == ["Address protocol http:// is not supported"]
    assert await said("https://x.myshopify.com/x") == ["Address cannot be a Shopify or an internal domain"]
    assert await said("https://hub.example/x") == []
    assert await said("https://hub.example/x") == ["Address for this topic has already been taken"]
    assert await said("https://hub.example/x", "ORDERS_PAID") == []
    listed = await bench.get("{ webhookSubscriptions(first: 10) { nodes { id topic uri apiVersion { handle } } } }")
    nodes = listed["webhookSubscriptions"]["nodes"]
    assert [one["topic"] for one in nodes] == ["ORDERS_CREATE", "ORDERS_PAID"]
    gone = """mutation($i: ID!) { webhookSubscriptionDelete(id: $i) {
        deletedWebhookSubscriptionId userErrors { message } } }"""
    assert (await bench.get(gone, i=nodes[0]["id"]))["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"]
    assert (await bench.get(gone, i=nodes[0]["id"]))["webhookSubscriptionDelete"]["userErrors"]
    moved = await bench.get("""mutation($i: ID!) { webhookSubscriptionUpdate(id: $i, webhookSubscription:
        {uri: "https://new.example/x"}) { webhookSubscription { uri } } }""", i=nodes[1]["id"])  # fmt: skip
    assert moved["webhookSubscriptionUpdate"]["webhookSubscription"]["uri"] == "https://new.example/x"


async def test_a_topic_needs_its_scope(bench: Bench) -> None:
    await bench.open(app={"scopes": ["read_products"]})
    with pytest.raises(AssertionError, match="permission"):
        await bench.subscribe("ORDERS_CREATE")


async def test_stock_and_compliance_topics(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("INVENTORY_LEVELS_UPDATE", "CUSTOMERS_UPDATE")
    await bench.op("set_stock", variant_id=bench.variant("MUG"), available=3)
    await bench.op("send_webhook", topic="customers/update", body={"id": 1})
    await bench.world.settle()
    assert bench.topics() == ["inventory_levels/update", "customers/update"]
    assert json.loads(bench.sent[0][2])["available"] == 3
    with pytest.raises(BadInput, match="variant_id"):
        await bench.op("set_stock", variant_id="5", available=3)
