"""Deliveries: what is believed, what it says; the subscription that they come from and its secret."""

import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crossdock.connector.contract import Kind, Role, Webhook, WebhookRefused
from crossdock.connector.errors import Rejected
from crossdock.platforms.squarespace.mapping import micros
from crossdock.platforms.squarespace.platform import PLATFORM
from tests.platforms.squarespace.world import HOOK, World

SECRET = "0a" * 32


def delivery(body: bytes, signature: str | None = None, secret: str = SECRET) -> Webhook:
    signed = hmac.digest(bytes.fromhex(secret), body, "sha256").hex()
    return Webhook({"squarespace-signature": signed if signature is None else signature}, body)


def verify(webhook: Webhook, *secrets: str) -> None:
    PLATFORM.verify(webhook, secrets=secrets or (SECRET,), domain="acme.squarespace.com")


def observe(body: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    (seen,) = PLATFORM.observe(Webhook({}, raw), role=Role.VENDOR)
    return seen


def test_the_reference_delivery_is_believed_and_a_tampered_one_is_not(shared: Path) -> None:
    path = shared / "platforms" / "squarespace" / "samples" / "webhook-signature-vector.json"
    vector = json.loads(path.read_text(encoding="utf-8"))
    body = vector["rawBody"].encode()
    verify(Webhook({vector["header"].lower(): vector["expectedHex"]}, body), vector["secretHex"])
    with pytest.raises(WebhookRefused):
        verify(Webhook({vector["header"].lower(): vector["expectedHex"]}, body + b" "), vector["secretHex"])


@pytest.mark.parametrize("signature", ["", "zz", "00" * 32, "é"])
def test_other_signatures_are_refused(signature: str) -> None:
    with pytest.raises(WebhookRefused):
        verify(delivery(b"{}", signature))


def test_any_of_our_secrets_will_do_and_what_is_no_hex_is_none() -> None:
    verify(delivery(b"{}"), "not hex", "bb" * 32, SECRET)
    for secrets in ((), ("not hex",), ("",), ("bb" * 32,)):
        with pytest.raises(WebhookRefused):
            PLATFORM.verify(delivery(b"{}"), secrets=secrets, domain="acme.squarespace.com")
    with pytest.raises(WebhookRefused):  # an empty key is nobody's
        PLATFORM.verify(Webhook({"squarespace-signature": hmac.digest(b"", b"{}", "sha256").hex()}, b"{}"),
                        secrets=("",), domain="")  # fmt: skip


@pytest.mark.parametrize("name", ["subscriptionId", "subscriptionsId"])
def test_an_order_wants_reading(name: str) -> None:
    at = "2026-06-23T15:58:08.000Z"
    body = {"id": "n", "websiteId": "w", name: "s", "createdOn": at, "data": {"orderId": "o", "update": "CANCELED"}}
    for topic in ("order.create", "order.update"):
        seen = observe(body | {"topic": topic})
        assert (seen.kind, seen.id, seen.snapshot, seen.topic) == (Kind.ORDER, "o", None, topic)
        assert seen.version == micros(datetime(2026, 6, 23, 15, 58, 8, tzinfo=UTC))


def test_an_uninstalled_extension_is_the_stores() -> None:
    seen = observe({"topic": "extension.uninstall", "websiteId": "w", "data": {"clientId": "c"}})
    assert (seen.kind, seen.id, seen.data) == (Kind.STORE, "w", {"state": "uninstalled"})


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b"null", {}, {"topic": 3}, {"topic": "order.create"}, {"topic": "order.update", "data": {}},
     {"topic": "order.create", "data": {"orderId": 3}}, {"topic": "order.create", "createdOn": "soon"}],
)  # fmt: skip
def test_odd_deliveries_never_raise(body: Any) -> None:
    seen = observe(body)
    assert seen.kind is Kind.NOTHING
    assert seen.data["problem"]


def test_what_nobody_asked_for_is_nothing() -> None:
    seen = observe({"topic": "contact.create", "data": {}})
    assert (seen.kind, seen.data) == (Kind.NOTHING, {})


@pytest.mark.asyncio
async def test_a_site_tells_of_its_orders() -> None:
    world = World()
    site = await world.create("oauth")
    kept = await site.ensure_subscriptions(HOOK)
    world.credentials |= kept.keep
    made = await site.create_order(world.draft())
    await world.do("fulfill_order", order_id=made.id)
    await world.do("cancel_order", order_id=made.id)
    await world.pass_time(5)
    assert [(seen.kind, seen.id) for seen in world.seen()] == [(Kind.ORDER, made.id)] * 3
    await world.do("uninstall")
    await world.pass_time(5)
    assert (world.seen()[-1].kind, world.seen()[-1].data) == (Kind.STORE, {"state": "uninstalled"})


@pytest.mark.asyncio
async def test_the_subscription_is_made_once_and_its_secret_kept() -> None:
    world = World()
    site = await world.create("oauth")
    made = await site.ensure_subscriptions(HOOK)
    assert (made.changed, len(made.keep["webhook_secrets"])) == (("created",), 1)
    world.credentials |= made.keep
    again = await world.client().ensure_subscriptions(HOOK)
    assert (again.changed, again.keep) == ((), {})
    assert world.calls("createWebhookSubscription") == 1


@pytest.mark.asyncio
async def test_a_secret_that_was_lost_is_made_anew() -> None:
    world = World()
    site = await world.create("oauth")
    lost = await site.ensure_subscriptions(HOOK)
    found = await site.ensure_subscriptions(HOOK)
    assert found.changed == ("secret",)
    assert found.keep["webhook_secrets"] != lost.keep["webhook_secrets"]
    world.credentials |= found.keep
    site = world.client()
    await site.create_order(world.draft())
    await world.pass_time(5)
    assert len(world.seen()) == 1


@pytest.mark.asyncio
async def test_one_that_was_dropped_or_is_elsewhere_is_put_right() -> None:
    world = World()
    site = await world.create("oauth")
    world.credentials |= (await site.ensure_subscriptions("https://old.example/h")).keep
    moved = await world.client().ensure_subscriptions(HOOK)
    assert moved.changed == ("deleted", "created")
    world.credentials |= moved.keep
    await world.do("drop_subscription", subscription_id=world.credentials["webhook_subscription"])
    assert (await world.client().ensure_subscriptions(HOOK)).changed == ("created",)
    await site.remove_subscriptions()
    await site.remove_subscriptions()
    assert world.dump["webhooks"] == []


@pytest.mark.asyncio
async def test_with_a_key_there_are_none() -> None:
    world = World()
    site = await world.create()
    there = await site.ensure_subscriptions(HOOK)
    assert (there.topics, there.changed, there.keep) == ((), (), {})
    await site.remove_subscriptions()
    assert world.sent == []


@pytest.mark.asyncio
async def test_webhooks_need_https() -> None:
    world = World()
    site = await world.create("oauth")
    with pytest.raises(Rejected):
        await site.ensure_subscriptions("http://hub.example/h")
