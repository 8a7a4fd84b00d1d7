"""Recorded deliveries: which are believed, and what they say."""

import base64
import hmac
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import Kind, Observation, Role, Webhook, WebhookRefused
from crossdock.core.orders import Order
from crossdock.platforms.woocommerce import auth, webhooks
from crossdock.platforms.woocommerce.platform import PLATFORM
from tests.platforms.woocommerce.recorded import folder, sample


def delivery(name: str) -> tuple[Webhook, str]:
    told: dict[str, Any] = sample(f"webhooks/{name}")["delivery"]
    headers = {name.lower(): value for name, value in told["headers"]}
    return Webhook(headers, told["body_raw"].encode()), told.get("secret") or ""


def seen(name: str, role: Role) -> Observation:
    (one,) = webhooks.observe(delivery(name)[0], role=role)
    return one


def signed(webhook: Webhook, secret: str) -> Webhook:
    digest = base64.b64encode(hmac.digest(secret.encode(), webhook.body, "sha256")).decode()
    return Webhook({**webhook.headers, webhooks.SIGNATURE: digest}, webhook.body)


def test_recorded_signatures_fit() -> None:
    checked = 0
    for path in sorted((folder() / "webhooks").glob("*.json")):
        if "delivery" in msgspec.json.decode(path.read_bytes()):
            webhook, secret = delivery(path.stem)
            if webhooks.SIGNATURE in webhook.headers:
                given = base64.b64decode(webhook.headers[webhooks.SIGNATURE])
                assert webhooks.fits(secret, webhook.body, given), path.stem
                assert not webhooks.fits(secret + "x", webhook.body, given)
                checked += 1
    assert checked > 10


def test_our_own_secret_is_made_from_the_keys() -> None:
    webhook = signed(delivery("order_created")[0], auth.webhook_secret("cs_1"))
    PLATFORM.verify(webhook, secrets=["cs_old", "cs_1"], domain="shop.example")
    with pytest.raises(WebhookRefused):
        PLATFORM.verify(webhook, secrets=["cs_2"], domain="shop.example")
    with pytest.raises(WebhookRefused):
        PLATFORM.verify(Webhook(webhook.headers, webhook.body + b" "), secrets=["cs_1"], domain="shop.example")


def test_the_ping_is_welcome_and_says_nothing() -> None:
    ping, _ = delivery("ping")
    PLATFORM.verify(ping, secrets=["cs_1"], domain="shop.example")
    assert PLATFORM.observe(ping, role=Role.VENDOR)[0].kind is Kind.NOTHING
    with pytest.raises(WebhookRefused):
        PLATFORM.verify(Webhook(ping.headers, b'webhook_id=1&x={"id":1}'), secrets=["cs_1"], domain="shop.example")


def test_a_merchants_order_is_taken_as_it_is() -> None:
    one = seen("order_created", Role.MERCHANT)
    assert one.kind is Kind.ORDER
    assert isinstance(one.snapshot, Order)
    assert one.version > 0


def test_a_vendors_order_is_read() -> None:
    one = seen("order_updated_completed", Role.VENDOR)
    assert (one.kind, one.snapshot) == (Kind.ORDER, None)


def test_an_order_with_refunds_is_read() -> None:
    one = seen("order_updated_refund", Role.MERCHANT)
    assert (one.kind, one.snapshot, one.deleted) == (Kind.ORDER, None, False)


def test_what_is_gone_has_only_its_number() -> None:
    order, product = seen("order_deleted", Role.MERCHANT), seen("product_deleted", Role.VENDOR)
    assert (order.kind, order.id, order.deleted) == (Kind.ORDER, "84", True)
    assert (product.kind, product.deleted) == (Kind.PRODUCT, True)


def test_a_variation_is_its_products_business() -> None:
    one = seen("product_updated_variation", Role.VENDOR)
    assert (one.kind, one.id, one.deleted) == (Kind.PRODUCT, "11", False)


def test_a_shopper_at_the_checkout_is_no_order() -> None:
    assert seen("order_created_draft", Role.MERCHANT).kind is Kind.NOTHING


@pytest.mark.parametrize("name", ["order_created_gone_before_delivery", "order_created_user_without_rights"])
def test_signed_errors_say_nothing(name: str) -> None:
    one = seen(name, Role.MERCHANT)
    assert one.kind is Kind.NOTHING
    assert "problem" in one.data


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"null", b'{"id":"x"}', b'{"id":7,"status":"processing"}', b"\xff"]
)
@pytest.mark.parametrize("topic", ["order.updated", "product.updated", "action.x", "", "customer.created"])
@pytest.mark.parametrize("role", Role)
def test_odd_content_never_raises(body: bytes, topic: str, role: Role) -> None:
    (one,) = webhooks.observe(Webhook({webhooks.TOPIC: topic}, body), role=role)
    assert one.id or one.kind is Kind.NOTHING


def test_every_recorded_delivery_is_understood() -> None:
    for path in sorted((folder() / "webhooks").glob("*.json")):
        if "delivery" in msgspec.json.decode(path.read_bytes()):
            for role in Role:
                assert webhooks.observe(delivery(path.stem)[0], role=role)
