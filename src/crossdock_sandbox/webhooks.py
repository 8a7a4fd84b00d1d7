"""Delivery of webhooks: signed bodies, retries, faults, and the end of a subscription that nobody answers for.

Not for what a body says (`shopify/rest_shapes.py`) nor for when it is due (the world's queue).
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from crossdock_sandbox.shop import Shop
from crossdock_sandbox.shopify.state import Subscription

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Deliver = Callable[[str, dict[str, str], bytes], Awaitable[int]]
TIME_OUT = 5.0
RETRIES = 8
_FIRST_RETRY = 14_400 / (2**RETRIES - 1)  # eight doubling waits, four hours in all (FACTS section 10)


@dataclass(slots=True)
class Delivery:
    """One body for one subscription. `address` is as it was when the event happened."""

    shop: Shop
    subscription: Subscription
    address: str
    headers: dict[str, str]
    body: bytes
    attempt: int = 0
    tells: tuple[frozenset[int], int] | None = None  # variants whose stock the body tells, as of which change


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


def schedule(world: "Sandbox", delivery: Delivery) -> None:
    """Put a fresh delivery into the queue, as the faults in force would have it."""
    counters = world.counters
    rules = world.faults.delivery(delivery.shop.name, delivery.headers["X-Shopify-Topic"])
    delay, copies = world.webhook_delay, []
    for rule in rules:
        counters[f"faults.{rule.kind}"] += 1
        if rule.kind == "lose":
            counters["webhooks.lost"] += 1
            return
        if rule.kind == "late":
            delay += rule.seconds
            counters["webhooks.late"] += 1
        elif rule.kind == "reorder":
            delay += rule.stream.random() * rule.seconds
            counters["webhooks.reordered"] += 1
        else:
            copies.append(rule.seconds)
            counters["webhooks.duplicated"] += 1
    world.post(delay, delivery)
    for seconds in copies:
        world.post(delay + seconds, replace(delivery))


async def attempt(world: "Sandbox", delivery: Delivery) -> None:
    """One try. 2xx within the time allowed is a success; anything else is tried again later."""
    delivery.attempt += 1
    attempt_number = delivery.attempt
    try:
        status = await world.deliver(delivery.address, delivery.headers, delivery.body)
    except (OSError, TimeoutError) as error:
        world.log(f"webhook to {delivery.address}: {error!r}")
        status = 0
    world.counters["webhooks.attempts"] += 1
    if 200 <= status < 300:
        world.counters["webhooks.sent"] += 1
        delivery.subscription.failures = 0
        if delivery.tells and delivery.tells[0]:
            world.tell(delivery.shop, *delivery.tells, "webhook")
        return
    world.counters["webhooks.failed"] += 1
    _again(world, delivery, attempt_number)


def _again(world: "Sandbox", delivery: Delivery, attempt_number: int) -> None:
    shop, subscription = delivery.shop, delivery.subscription
    if subscription.id not in shop.subscriptions:
        return
    if attempt_number <= RETRIES:
        world.post(_FIRST_RETRY * 2 ** (attempt_number - 1) * world.retry_scale, delivery)
        return
    world.counters["webhooks.given_up"] += 1
    if subscription.by_api:  # made through the Admin API: the shop forgets it (FACTS section 10)
        shop.unsubscribe(subscription)
        world.counters["webhooks.unsubscribed"] += 1
