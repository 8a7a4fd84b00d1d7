"""Deliveries from Shopify: is this one to be believed, and what does it say.

Not here: subscribing (subscriptions.py), or the shapes of bodies (bodies.py).
"""

import base64
import binascii
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.connector.contract import Ask, Kind, Observation, Role, Webhook, WebhookRefused
from crossdock.connector.text import without_nul
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.orders import Order
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.platforms.shopify import bodies, bodies_products
from crossdock.platforms.shopify.ids import number
from crossdock.platforms.shopify.mapping import micros

SIGNATURE, DOMAIN, TOPIC, TRIGGERED = (
    "x-shopify-hmac-sha256",
    "x-shopify-shop-domain",
    "x-shopify-topic",
    "x-shopify-triggered-at",
)


def verify(webhook: Webhook, *, secrets: Sequence[str], domain: str) -> None:
    """HMAC-SHA256 of the raw bytes, base64, against each secret: during a rotation Shopify signs with the oldest. The
    headers are not signed, so that the domain is compared as well (FACTS section 10)."""
    try:
        given = base64.b64decode(webhook.headers.get(SIGNATURE, ""), validate=True)
    except (binascii.Error, ValueError):
        raise WebhookRefused("the signature is not base64") from None
    matches = [
        hmac.compare_digest(hmac.digest(secret.encode(), webhook.body, "sha256"), given) for secret in secrets if secret
    ]
    if not any(matches):
        raise WebhookRefused("the signature does not match")
    if webhook.headers.get(DOMAIN, "").lower() != domain.lower():
        raise WebhookRefused("the delivery is of another store")


def observe(webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
    """Never raises for odd content: what cannot be understood whole is ids only, what has no id is NOTHING."""
    topic = webhook.headers.get(TOPIC, "")
    look = _TOPICS.get(topic) or _ROOTS.get(topic.partition("/")[0], _nothing)
    return (look(Webhook(webhook.headers, without_nul(webhook.body)), topic, role),)


class _Id(Struct):
    id: int | str


class _Stamp(Struct):
    updated_at: datetime


class _Owner(Struct):
    order_id: int | str


class _Edit(Struct):
    order_id: int | str


class _Edited(Struct):
    order_edit: _Edit


class _Subject(Struct):
    id: int | str | None = None


class _Privacy(Struct):
    shop_id: int | str | None = None
    customer: _Subject | None = None
    orders_requested: list[int | str] = []
    orders_to_redact: list[int | str] = []
    data_request: _Subject | None = None


def _order(webhook: Webhook, topic: str, role: Role) -> Observation:
    read: Callable[[bytes], Order | RemoteVendorOrder] = bodies.order if role is Role.MERCHANT else bodies.vendor_order
    try:
        snapshot = read(webhook.body)
    except msgspec.MsgspecError as error:
        return _ids_only(webhook, topic, Kind.ORDER, str(error) if role is Role.MERCHANT else "")
    return Observation(Kind.ORDER, snapshot.id, micros(snapshot.updated_at), snapshot, topic=topic)


def _parcel(webhook: Webhook, topic: str, role: Role) -> Observation:
    try:
        snapshot: Fulfillment = bodies.parcel(webhook.body)
    except msgspec.MsgspecError as error:
        return _ids_only(webhook, topic, Kind.FULFILLMENT, str(error))
    return Observation(
        Kind.FULFILLMENT, snapshot.id, micros(snapshot.updated_at), snapshot, snapshot.order_id, topic=topic
    )


def _product(webhook: Webhook, topic: str, role: Role) -> Observation:
    try:
        snapshot = bodies_products.product(webhook.body)
    except msgspec.MsgspecError as error:
        return _ids_only(webhook, topic, Kind.PRODUCT, str(error))
    return Observation(Kind.PRODUCT, snapshot.id, micros(snapshot.updated_at), snapshot, topic=topic)


def _level(webhook: Webhook, topic: str, role: Role) -> Observation:
    try:
        snapshot = bodies_products.level(webhook.body)
    except msgspec.MsgspecError as error:
        return _nothing(webhook, topic, role, problem=str(error))
    if snapshot is None:
        return _nothing(webhook, topic, role, problem="no quantity")
    return Observation(
        Kind.LEVEL, f"{snapshot.item_id}:{snapshot.location_id}", snapshot.version, snapshot, topic=topic
    )


def _product_deleted(webhook: Webhook, topic: str, role: Role) -> Observation:
    return _gone(webhook, topic, role, Kind.PRODUCT)


def _deleted(webhook: Webhook, topic: str, role: Role) -> Observation:
    return _gone(webhook, topic, role, Kind.ORDER)


def _gone(webhook: Webhook, topic: str, role: Role, kind: Kind) -> Observation:
    """Deletes carry only the id; when they happened is in the header."""
    found = _try(webhook.body, _Id)
    if found is None or not str(found.id):
        return _nothing(webhook, topic, role, problem="no id")
    return Observation(kind, str(found.id), _triggered(webhook), deleted=True, topic=topic)


def _edited(webhook: Webhook, topic: str, role: Role) -> Observation:
    """orders/edited carries the difference only; the order must be read."""
    found = _try(webhook.body, _Edited)
    if found is None or not str(found.order_edit.order_id):
        return _nothing(webhook, topic, role, problem="no order_edit.order_id")
    return Observation(Kind.ORDER, str(found.order_edit.order_id), _triggered(webhook), topic=topic)


def _uninstalled(webhook: Webhook, topic: str, role: Role) -> Observation:
    return _store(webhook, topic, {"state": "uninstalled"})


def _store_changed(webhook: Webhook, topic: str, role: Role) -> Observation:
    return _store(webhook, topic, {"state": "changed"})


def _store(webhook: Webhook, topic: str, data: dict[str, Any]) -> Observation:
    found = _try(webhook.body, _Id)
    return Observation(Kind.STORE, str(found.id) if found else "", _triggered(webhook), topic=topic, data=data)


def _privacy(webhook: Webhook, topic: str, role: Role) -> Observation:
    """Ids only: the e-mail and phone in the body are not needed to find what is meant, and are not passed on."""
    found = _try(webhook.body, _Privacy)
    if found is None:
        return _nothing(webhook, topic, role, problem="not a compliance request")
    customer = str(found.customer.id) if found.customer and found.customer.id else ""
    shop = str(found.shop_id or "")
    data = {
        "asks": _ASKS[topic],
        "shop_id": shop,
        "customer_id": customer,
        "order_ids": [str(each) for each in (*found.orders_requested, *found.orders_to_redact)],
        "data_request_id": str(found.data_request.id) if found.data_request and found.data_request.id else "",
    }
    return Observation(Kind.PRIVACY, customer or shop, _triggered(webhook), topic=topic, data=data)


def _nothing(webhook: Webhook, topic: str, role: Role, *, problem: str = "") -> Observation:
    return Observation(Kind.NOTHING, "", topic=topic, data={"problem": problem} if problem else {})


def _ids_only(webhook: Webhook, topic: str, kind: Kind, problem: str) -> Observation:
    found, stamp, owner = _try(webhook.body, _Id), _try(webhook.body, _Stamp), _try(webhook.body, _Owner)
    if found is None or not (id := number(str(found.id))):
        return Observation(Kind.NOTHING, "", topic=topic, data={"problem": problem or "no id"})
    return Observation(
        kind,
        id,
        micros(stamp.updated_at) if stamp else _triggered(webhook),
        owner_id=number(str(owner.order_id)) if owner else "",
        topic=topic,
        data={"problem": problem} if problem else {},
    )


def _triggered(webhook: Webhook) -> int:
    """X-Shopify-Triggered-At has up to nine digits of a second (FACTS section 10); 0 when it is not there."""
    whole, _, fraction = webhook.headers.get(TRIGGERED, "").removesuffix("Z").partition(".")
    try:
        return micros(datetime.fromisoformat(f"{whole}.{(fraction + '000000')[:6]}+00:00"))
    except ValueError:
        return 0


def _try(body: bytes, shape: type[Any]) -> Any:
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.MsgspecError:
        return None


_Look = Callable[[Webhook, str, Role], Observation]

# What each compliance topic asks (FACTS section 10).
_ASKS = {"customers/data_request": Ask.EXPORT, "customers/redact": Ask.ERASE, "shop/redact": Ask.ERASE_STORE}
_TOPICS: dict[str, _Look] = {
    "orders/delete": _deleted,
    "orders/edited": _edited,
    "products/create": _product,
    "products/update": _product,
    "products/delete": _product_deleted,
    "inventory_levels/update": _level,
    "bulk_operations/finish": _nothing,  # it says only that one is over; whoever began it asks
    "orders/risk_assessment_changed": _nothing,
    "orders/shopify_protect_eligibility_changed": _nothing,
    "app/uninstalled": _uninstalled,
    "app/scopes_update": _store_changed,
    "shop/update": _store_changed,
    "customers/data_request": _privacy,
    "customers/redact": _privacy,
    "shop/redact": _privacy,
}
_ROOTS: dict[str, _Look] = {"orders": _order, "fulfillments": _parcel}
