"""Telling the subscribers: who gets a webhook of what happened, signed how, tried again when, forgotten after what.

Not for what a body says (`rest_shapes.py`) nor for carrying it there (`crossdock_sandbox/webhooks.py`).
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crossdock_sandbox import webhooks
from crossdock_sandbox.shopify import rest_catalogue, rest_shapes
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import Subscription

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

RETRIES = 8
_FIRST_RETRY = 14_400 / (2**RETRIES - 1)  # eight doubling waits, four hours in all (FACTS section 10)


@dataclass(slots=True)
class Delivery(webhooks.Delivery):
    """One body for one subscription."""

    shop: Shop
    subscription: Subscription = field(kw_only=True)

    def succeeded(self, world: "Sandbox") -> None:
        self.subscription.failures = 0

    def failed(self, world: "Sandbox") -> None:
        if self.subscription.id not in self.shop.subscriptions:
            return
        if self.attempt <= RETRIES:
            world.post(_FIRST_RETRY * 2 ** (self.attempt - 1) * world.retry_scale, self)
            return
        world.counters["webhooks.given_up"] += 1
        if self.subscription.by_api:  # made through the Admin API: the shop forgets it (FACTS section 10)
            self.shop.unsubscribe(self.subscription)
            world.counters["webhooks.unsubscribed"] += 1


def emit(world: "Sandbox", shop: Shop, events: list[tuple[str, Any]]) -> None:
    """Webhooks of one action: one event id, a webhook id per subscription, no promised order (FACTS 10)."""
    if not shop.by_topic:
        return
    wanted = [(one, thing) for topic, thing in events for one in shop.by_topic.get(topic, ())]
    if not wanted:
        return
    now, event_id = world.now(), world.uuid()
    if len(wanted) > 1:
        world.random.shuffle(wanted)
    bodies: dict[Any, bytes] = {}
    for subscription, thing in wanted:
        key = (rest_shapes.face(subscription.topic, thing), id(thing), *subscription.metafield_namespaces, None,
               *subscription.include_fields)  # fmt: skip
        body = bodies.get(key)
        if body is None:
            body = bodies[key] = rest_shapes.body(shop, subscription, thing)
        headers = headers_for(shop, subscription, body=body, webhook_id=world.uuid(), event_id=event_id, now=now)
        topic = headers["X-Shopify-Topic"]
        delivery = Delivery(shop, topic, subscription.uri, headers, body, subscription=subscription)
        if shop.ledger is not None:
            delivery.tells = (rest_catalogue.variants_told(thing), world.stock_changes)
        webhooks.schedule(world, delivery)


def topic_name(topic: str) -> str:
    """ORDERS_CREATE -> orders/create, FULFILLMENT_ORDERS_MOVED -> fulfillment_orders/moved."""
    for family in _FAMILIES:
        if topic.startswith(family + "_"):
            return f"{family.lower()}/{topic[len(family) + 1 :].lower()}"
    head, _, tail = topic.partition("_")
    return f"{head.lower()}/{tail.lower()}"


_FAMILIES = ("FULFILLMENT_ORDERS", "FULFILLMENT_EVENTS", "FULFILLMENT_HOLDS", "INVENTORY_LEVELS", "INVENTORY_ITEMS",
             "ORDER_TRANSACTIONS", "METAFIELD_DEFINITIONS", "BULK_OPERATIONS", "DRAFT_ORDERS")  # fmt: skip
_NAMES: dict[str, str] = {}


def headers_for(
    shop: Shop, subscription: Subscription, *, body: bytes, webhook_id: str, event_id: str, now: datetime
) -> dict[str, str]:
    """What Shopify sends along (FACTS section 10). The headers are not signed; the body is."""
    topic = _NAMES.get(subscription.topic) or _NAMES.setdefault(subscription.topic, topic_name(subscription.topic))
    digest = hmac.new(shop.app.client_secret.encode(), body, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
        "X-Shopify-Shop-Domain": shop.domain,
        "X-Shopify-API-Version": subscription.api_version,
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Event-Id": event_id,
        "X-Shopify-Triggered-At": now.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z",
    }
    if subscription.name:
        headers["X-Shopify-Name"] = subscription.name
    return headers
