"""WooCommerce's webhooks against recorded deliveries, and their rules: state at delivery, merging, no second try."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_woocommerce_recorded import compare, recorded
from tests.sandbox.woo_bench import WooBench

# Of the web server and the connection.
CARRIED = {"Host", "Accept-Encoding", "Connection", "Content-Length"}


@pytest.fixture
async def bench() -> WooBench:
    made = WooBench()
    await made.begin()
    return made


def signature(secret: str, body: bytes) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def came(bench: WooBench) -> list[tuple[str, Any]]:
    """(topic, body) of what was delivered since last asked; all signed."""
    rows = []
    for _, headers, body in bench.sent:
        assert headers["X-WC-Webhook-Signature"] == signature("s3cret", body)
        rows.append((headers["X-WC-Webhook-Topic"], json.loads(body)))
    bench.sent.clear()
    return rows


async def place(bench: WooBench, **fields: Any) -> Any:
    lines = [{"product_id": int(bench.variant("MUG")), "quantity": 1}]
    return await bench.post("orders", {"line_items": lines, **fields})


async def make(bench: WooBench, name: str) -> None:
    """What was done when `name` was recorded."""
    if name == "order_created_gone_before_delivery":
        made = await place(bench)
        await bench.call("DELETE", f"orders/{made['id']}", force="true")
    elif name == "order_created_user_without_rights":
        await bench.op("webhook_rights", entitled=False)
        await place(bench)
    elif name.startswith("order_deleted"):
        await bench.call("DELETE", f"orders/{(await place(bench))['id']}")
    elif name == "order_updated_refund":
        made = await place(bench, set_paid=True)
        await bench.post(f"orders/{made['id']}/refunds", {"api_refund": False, "amount": "1.00"})
    elif name == "action_order_status_completed":
        await place(bench, status="completed")
    elif name.startswith("order_created_draft"):
        await place(bench, status="checkout-draft")
    elif name.startswith("order_"):
        await place(bench, set_paid=True)
    elif name == "product_created":
        await bench.post("products", {"name": "Hooked", "regular_price": "1.00"})
    elif name == "product_deleted":
        await bench.call("DELETE", f"products/{bench.variant('MUG')}")
    elif name.startswith("product_updated_variation"):
        await bench.op("set_stock", variant_id=bench.variant("TEE-S"), available=7)
    else:
        await bench.put(f"products/{bench.variant('MUG')}", {"stock_quantity": 4})


@pytest.mark.parametrize("name", [
    "order_created", "order_created_draft", "order_created_gone_before_delivery", "order_created_user_without_rights",
    "order_updated_on_create", "order_updated_refund", "order_deleted", "product_created", "product_updated_stock",
    "product_updated_variation", "product_deleted", "action_order_status_completed",
])  # fmt: skip
async def test_a_delivery_has_the_recorded_form(bench: WooBench, shared: Path, name: str) -> None:
    theirs = recorded(shared, f"webhooks/{name}")["delivery"]
    known = dict(theirs["headers"])
    assert known["X-WC-Webhook-Signature"] == signature(theirs["secret"], theirs["body_raw"].encode())
    await bench.hook(known["X-WC-Webhook-Topic"], theirs["secret"])
    await make(bench, name)
    await bench.wait(2)
    (_, headers, body), *rest = bench.sent
    assert rest == []
    assert {*headers} == {*known} - CARRIED
    for key in ("User-Agent", "Content-Type", "X-WC-Webhook-Topic", "X-WC-Webhook-Resource", "X-WC-Webhook-Event"):
        assert headers[key] == known[key]
    assert headers["X-WC-Webhook-Signature"] == signature(theirs["secret"], body)
    ours, wanted = json.loads(body), theirs["body_json"]
    assert {*ours} == {*wanted}
    if "code" in wanted:
        assert ours == wanted
    else:
        odd = [words for _, words in compare("", wanted, ours) if "missing" in words or "was not there" in words]
        assert [words for words in odd if "up" not in words] == []


async def test_the_ping_comes_first_unsigned(bench: WooBench, shared: Path) -> None:
    theirs = recorded(shared, "webhooks/ping")["delivery"]
    bench.status = 500  # it is active all the same
    made = await bench.post("webhooks", {"topic": "order.created", "delivery_url": "https://hub.example/h"})
    await bench.wait(0)
    ((_, headers, body),) = bench.sent
    assert (headers["Content-Type"], body) == (dict(theirs["headers"])["Content-Type"], b"webhook_id=1")
    assert not any(name.startswith("X-WC") for name in headers)
    assert (await bench.read(f"webhooks/{made['id']}"))["status"] == "active"


async def test_the_body_is_the_state_at_delivery_and_changes_merge(bench: WooBench) -> None:
    await bench.hook("order.created")
    await bench.hook("order.updated")
    made = await place(bench)
    for status in ("processing", "cancelled"):
        await bench.put(f"orders/{made['id']}", {"status": status})
    await bench.wait(2)
    assert sorted((topic, body["status"]) for topic, body in came(bench)) == [
        ("order.created", "cancelled"), ("order.updated", "cancelled"),
    ]  # fmt: skip


async def test_a_draft_is_told_twice_as_new(bench: WooBench) -> None:
    await bench.hook("order.created")
    await bench.hook("order.updated")
    made = await bench.post("orders", {"status": "checkout-draft"})
    await bench.wait(2)
    await bench.put(f"orders/{made['id']}", {"status": "pending"})
    await bench.wait(2)
    assert [(topic, body["status"]) for topic, body in came(bench)] == [
        ("order.created", "checkout-draft"), ("order.created", "pending"),
    ]  # fmt: skip


async def test_nobody_is_told(bench: WooBench) -> None:
    for topic in ("order.created", "order.updated", "order.deleted", "product.updated", "product.deleted"):
        await bench.hook(topic)
    first, second = await place(bench), await place(bench)
    await bench.call("DELETE", f"orders/{second['id']}")
    await bench.wait(2)
    came(bench)
    await bench.post(f"orders/{first['id']}/notes", {"note": "x"})
    await bench.call("DELETE", f"orders/{first['id']}", force="true")
    await bench.call("DELETE", f"products/{bench.variant('MUG')}", force="true")
    await bench.put(f"orders/{second['id']}", {"status": "pending"})  # out of the trash
    await bench.wait(60)
    assert came(bench) == []


async def test_no_second_try_and_disabled_by_the_seventh_failure(bench: WooBench, shared: Path) -> None:
    theirs = recorded(shared, "webhooks/failures_until_disabled")["log"]
    hook = await bench.hook("order.created")
    where = f"webhooks/{hook['id']}"
    bench.status = theirs and 500
    for row in theirs:
        await place(bench)
        await bench.wait(60)
        assert len(came(bench)) == row["deliveries_of_order_created"]
        assert (await bench.read(where))["status"] == row["webhook_status_after"]
    await bench.put(where, {"status": "active"})
    await place(bench)
    await bench.wait(60)
    assert (await bench.read(where))["status"] == "disabled"  # the count was not reset
    await bench.put(where, {"status": "active"})
    bench.status = 200
    await place(bench)
    await bench.wait(60)
    bench.status = 500
    await place(bench)
    await bench.wait(60)
    assert (await bench.read(where))["status"] == "active"  # one success resets it


@pytest.mark.parametrize(("status", "fine"), [(200, True), (204, True), (301, True), (302, True), (307, False),
                                              (404, False), (410, False), (429, False), (503, False)])  # fmt: skip
async def test_what_counts_as_a_success(bench: WooBench, status: int, fine: bool) -> None:
    hook = await bench.hook("order.created")
    bench.status = status
    await place(bench)
    await bench.wait(5)
    assert (bench.shop.webhooks[hook["id"]].failures == 0) is fine


async def test_delivery_ids_are_not_unique(bench: WooBench) -> None:
    await bench.hook("order.created")
    await place(bench)
    await place(bench)
    await bench.wait(2)
    assert len({headers["X-WC-Webhook-Delivery-ID"] for _, headers, _ in bench.sent}) == 1
    assert len(came(bench)) == 2


async def test_stock_moved_by_orders_is_told_of_product_and_variation(bench: WooBench) -> None:
    await bench.op("set_stock", variant_id=bench.variant("TEE-S"), available=7)
    await bench.hook("product.updated")
    lines = [{"variant_id": bench.variant(sku), "quantity": 1} for sku in ("MUG", "TEE-S")]
    await bench.buy(lines=lines)
    await bench.wait(2)
    assert [(str(body["id"]), body["stock_quantity"]) for _, body in came(bench)] == [
        (bench.variant("MUG"), 9), (bench.variant("TEE-S"), 6),
    ]  # fmt: skip


async def test_webhooks_go_only_for_good(bench: WooBench) -> None:
    hook = await bench.hook("order.created")
    assert (await bench.call("DELETE", f"webhooks/{hook['id']}"))[0] == 501
    assert (await bench.call("DELETE", f"webhooks/{hook['id']}", force="true"))[0] == 200
    assert await bench.read("webhooks") == []


async def test_faults_on_the_way(bench: WooBench) -> None:
    await bench.hook("order.created")
    await bench.world.control({"op": "faults", "rules": [{"where": "webhook", "kind": "lose", "rate": 1,
                                                          "match": "order.*"}]})  # fmt: skip
    await place(bench)
    await bench.wait(2)
    assert came(bench) == []
    await bench.world.control({"op": "faults", "rules": [{"where": "webhook", "kind": "duplicate", "rate": 1}]})
    await place(bench)
    await bench.wait(9)
    assert len(came(bench)) == 2
