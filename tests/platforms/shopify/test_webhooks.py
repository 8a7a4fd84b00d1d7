"""Deliveries: believed or not, and what the published sample bodies say (API version 2026-07)."""

import base64
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from crossdock.connector.contract import Kind, Observation, Role, Webhook, WebhookRefused
from crossdock.core.fulfillment import Fulfillment, FulfillmentStatus
from crossdock.core.money import Money
from crossdock.core.orders import FinancialStatus, Order
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.platforms.shopify.platform import PLATFORM
from tests.platforms.shopify.reference import sample, shared
from tests.platforms.shopify.scripted import DOMAIN

SECRET = "hush"


def delivery(topic: str, body: bytes, *, secret: str = SECRET, domain: str = DOMAIN, **headers: str) -> Webhook:
    signature = base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
    given = {
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": signature,
        "x-shopify-shop-domain": domain,
        "x-shopify-triggered-at": "2026-11-22T12:00:00.123456789Z",
    }
    return Webhook(given | headers, body)


def observed(topic: str, body: bytes, role: Role = Role.MERCHANT) -> Observation:
    (seen,) = PLATFORM.observe(delivery(topic, body), role=role)
    return seen


def changed(topic: str, **fields: Any) -> bytes:
    return json.dumps(json.loads(sample(topic)) | fields).encode()


def test_a_signed_delivery_of_the_store_is_believed() -> None:
    PLATFORM.verify(delivery("orders/create", b"{}"), secrets=[SECRET], domain=DOMAIN)
    PLATFORM.verify(delivery("orders/create", b"{}", domain=DOMAIN.upper()), secrets=[SECRET], domain=DOMAIN)


def test_during_a_rotation_either_secret_is_good() -> None:
    PLATFORM.verify(delivery("orders/create", b"{}", secret="old"), secrets=["new", "old"], domain=DOMAIN)


@pytest.mark.parametrize(
    "webhook",
    [
        delivery("orders/create", b"{}", secret="wrong"),
        delivery("orders/create", b"{}", domain="other.myshopify.com"),
        delivery("orders/create", b"{}", **{"x-shopify-hmac-sha256": "not base64!"}),
        delivery("orders/create", b"{}", **{"x-shopify-hmac-sha256": ""}),
        delivery("orders/create", b"{}", **{"x-shopify-hmac-sha256": "é"}),
        Webhook(delivery("orders/create", b"{}").headers, b"{} "),
        Webhook({}, b"{}"),
    ],
)
def test_anything_else_is_refused(webhook: Webhook) -> None:
    with pytest.raises(WebhookRefused):
        PLATFORM.verify(webhook, secrets=[SECRET], domain=DOMAIN)


def test_no_secret_is_no_reason_to_believe() -> None:
    with pytest.raises(WebhookRefused):
        PLATFORM.verify(delivery("orders/create", b"{}", secret=""), secrets=["", ""], domain=DOMAIN)


@pytest.mark.parametrize("topic", ["orders/create", "orders/updated", "orders/cancelled", "orders/paid"])
def test_an_order_is_whole(topic: str) -> None:
    seen = observed(topic, sample(topic))
    order = seen.snapshot
    assert seen.kind is Kind.ORDER
    assert isinstance(order, Order)
    assert order.id == "820982911946154508", "more digits than a float keeps"
    assert seen.version == int(datetime(2022, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    assert order.updated_at == datetime(2022, 1, 1, tzinfo=UTC)
    assert order.total == Money(Decimal("414.95"), "USD")
    assert order.financial_status is FinancialStatus.VOIDED
    assert order.tags == ("tag1", "tag2")
    assert order.shipping_address is not None
    assert order.shipping_address.country_code == "US"
    assert [line.sku for line in order.lines][:2] == ["SKU2006-001", "LENS-PROTECT-2YR"]
    assert order.lines[0].unit_price == Money(Decimal("89.99"), "USD")
    assert order.lines[0].product_id == "788032119674292922"
    assert order.lines[0].variant_id == ""
    assert order.shipping_lines[0].price == Money(Decimal(10), "USD")
    assert order.test is True
    assert order.contact.first_name == "John"


def test_discounts_taxes_attributes_and_metafields_come_along() -> None:
    body = json.loads(sample("orders/updated"))
    body["line_items"] = body["line_items"][:1]
    body["line_items"][0] |= {
        "variant_id": 9007199254740993,
        "discount_allocations": [{"amount": "1.25"}, {"amount": "0.25"}],
        "tax_lines": [{"title": "VAT", "price": "2.10", "rate": 0.19}],
        "properties": [{"name": "engraving", "value": "A ❤ ب"}, {"name": "count", "value": 3}],
    }
    body["note_attributes"] = [{"name": "gift", "value": None}]
    body["metafields"] = [
        {"namespace": "custom", "key": "b", "value": 5, "type": "number_integer"},
        {"namespace": "custom", "key": "a", "value": "gid://x", "type": "product_reference"},
    ]
    order = observed("orders/updated", json.dumps(body).encode()).snapshot
    assert isinstance(order, Order)
    (line,) = order.lines
    assert line.variant_id == "9007199254740993"
    assert line.discount.amount == Decimal("1.50")
    assert (line.tax_lines[0].rate, line.tax_lines[0].amount.amount) == (Decimal("0.19"), Decimal("2.10"))
    assert [(each.name, each.value) for each in line.properties] == [("engraving", "A ❤ ب"), ("count", "3")]
    assert order.attributes[0].value == ""
    assert [(each.key, each.value) for each in order.metafields] == [("b", "5")]


@pytest.mark.parametrize(
    "odd",
    [
        {"financial_status": "brand_new"},
        {"financial_status": None},
        {"extra": {"deep": [1, 2, 3]}},
        {"shipping_address": None, "billing_address": None, "customer": None, "shipping_lines": None},
        {"note_attributes": {"a": "b"}, "tags": None, "email": None},
        {"current_total_price": None, "processed_at": None, "presentment_currency": None},
        {"currency": "KWD", "total_price": "1.234", "current_total_price": "1.234"},
        {"updated_at": "2026-11-22 12:00:00.000Z"},
        {"id": "820982911946154508"},
    ],
)
def test_odd_orders_are_still_whole(odd: dict[str, Any]) -> None:
    seen = observed("orders/updated", changed("orders/updated", **odd))
    assert isinstance(seen.snapshot, Order)
    assert seen.id == "820982911946154508"


@pytest.mark.parametrize(
    "odd", [{"line_items": "many"}, {"total_price": "a lot"}, {"updated_at": "yesterday"}, {"name": None}]
)
def test_an_order_that_cannot_be_understood_is_to_be_read(odd: dict[str, Any]) -> None:
    seen = observed("orders/updated", changed("orders/updated", **odd))
    assert (seen.kind, seen.id, seen.snapshot) == (Kind.ORDER, "820982911946154508", None)
    assert seen.data["problem"]
    assert seen.version > 0


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"id":null}', b'{"id":{}}', b"\xff\xfe", b'"x"', b"{}"])
@pytest.mark.parametrize(
    "topic",
    ["orders/create", "orders/delete", "orders/edited", "fulfillments/create", "customers/redact", "", "what/ever"],
)
@pytest.mark.parametrize("role", list(Role))
def test_nonsense_never_raises(body: bytes, topic: str, role: Role) -> None:
    seen = observed(topic, body, role)
    assert seen.snapshot is None
    assert seen.kind in (Kind.NOTHING, Kind.PRIVACY)


def test_every_published_sample_is_observed() -> None:
    for path in sorted(shared("webhooks").glob("*__*.json")):
        topic = path.stem.replace("__", "/")
        for role in Role:
            assert len(PLATFORM.observe(delivery(topic, sample(topic)), role=role)) == 1


def test_every_real_shape_is_observed() -> None:
    """Captured deliveries whose values were replaced by placeholders: no amounts to read, but an id."""
    for path in sorted(shared("webhooks", "exemplars").glob("*__orders__*.json")):
        body = json.loads(path.read_text("utf-8"))
        if "id" in body:
            assert observed("orders/updated", json.dumps(body).encode()).id == "123"


def test_deletes_edits_and_uninstalls() -> None:
    gone = observed("orders/delete", sample("orders/delete"))
    assert (gone.kind, gone.id, gone.deleted) == (Kind.ORDER, "820982911946154508", True)
    assert gone.version == 1_795_348_800_123_456
    edited = observed("orders/edited", sample("orders/edited"))
    assert (edited.kind, edited.snapshot) == (Kind.ORDER, None)
    assert edited.id
    uninstalled = observed("app/uninstalled", sample("app/uninstalled"), Role.VENDOR)
    assert (uninstalled.kind, uninstalled.data) == (Kind.STORE, {"state": "uninstalled"})


def test_compliance_requests_carry_ids_and_nothing_personal() -> None:
    wanted = {"customers/data_request": "export", "customers/redact": "erase", "shop/redact": "erase_store"}
    for topic, asks in wanted.items():
        seen = observed(topic, sample(topic))
        assert seen.kind is Kind.PRIVACY
        assert seen.data["asks"] == asks
        assert "@" not in json.dumps(seen.data)
    assert observed("customers/redact", sample("customers/redact")).data["order_ids"]


def test_a_parcel() -> None:
    body = changed(
        "fulfillments/create", status="success", tracking_numbers=["1Z1", "1Z2"], tracking_urls=["https://u/1"]
    )
    seen = observed("fulfillments/create", body, Role.VENDOR)
    parcel = seen.snapshot
    assert isinstance(parcel, Fulfillment)
    assert (seen.kind, seen.owner_id) == (Kind.FULFILLMENT, "820982911946154508")
    assert parcel.status is FulfillmentStatus.SUCCESS
    assert parcel.tracking.company == "UPS"
    assert parcel.tracking.numbers == ("1Z1", "1Z2")
    assert parcel.tracking.urls == ("https://u/1",)
    assert parcel.lines[0].line_id == "487817672276298554"


def test_a_parcel_that_cannot_be_understood_still_names_its_order() -> None:
    seen = observed("fulfillments/update", changed("fulfillments/update", line_items=None), Role.VENDOR)
    assert (seen.kind, seen.id, seen.owner_id, seen.snapshot) == (
        Kind.FULFILLMENT,
        "123456",
        "820982911946154508",
        None,
    )


def test_on_the_vendor_s_side_an_order_of_ours_is_told_by_its_source_identifier() -> None:
    body = json.loads(sample("orders/cancelled")) | {"source_identifier": "cd-1-2-3-1"}
    body["line_items"][0]["properties"] = [{"name": "_crossdock_line", "value": "11"}]
    seen = observed("orders/cancelled", json.dumps(body).encode(), Role.VENDOR)
    assert isinstance(seen.snapshot, RemoteVendorOrder)
    assert seen.snapshot.reference == "cd-1-2-3-1"
    assert seen.snapshot.cancelled_at == datetime(2022, 1, 1, tzinfo=UTC)
    assert seen.snapshot.line_ids == (("11", "487817672276298554"),)
    other = observed("orders/cancelled", sample("orders/cancelled"), Role.VENDOR)
    assert (other.kind, other.id, other.snapshot) == (Kind.ORDER, "820982911946154508", None)
