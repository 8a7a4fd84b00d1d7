"""Webhooks: what is told to whom, signed by the subscription's secret, tried again for 48 hours (FACTS section 6).

Not for the subscriptions themselves (`subscriptions.py`).
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from crossdock_sandbox import webhooks
from crossdock_sandbox.squarespace import show
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Order, Subscription

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

# "Several times for up to 48 hours"; the exact schedule is not in the facts: doubling from a minute comes to 34 hours.
FIRST, RETRIES, LONGEST = 60.0, 11, timedelta(hours=48)


@dataclass(slots=True, kw_only=True)
class Delivery(webhooks.Delivery):
    subscription: Subscription

    def prepare(self, world: "Sandbox") -> bool:
        """Signed at each try: a secret that was rotated is dead at once."""
        shop = self.shop
        signature = hmac.digest(bytes.fromhex(self.subscription.secret), self.body, "sha256").hex()
        self.headers = self.headers | {"Squarespace-Signature": signature}
        return isinstance(shop, Shop) and self.subscription.id in shop.subscriptions

    def failed(self, world: "Sandbox") -> None:
        """A subscription that keeps failing may be deleted."""
        shop = self.shop
        assert isinstance(shop, Shop)  # noqa: S101  a delivery of ours
        if self.subscription.id not in shop.subscriptions:
            return
        if self.attempt <= RETRIES:
            world.post(FIRST * 2 ** (self.attempt - 1) * world.retry_scale, self)
            return
        world.counters["webhooks.given_up"] += 1
        shop.subscriptions.pop(self.subscription.id)
        world.counters["webhooks.unsubscribed"] += 1


def updated(world: "Sandbox", shop: Shop, order: Order, what: str) -> None:
    tell(world, shop, "order.update", {"orderId": order.id, "update": what})


def tell(world: "Sandbox", shop: Shop, topic: str, data: dict[str, Any]) -> None:
    for one in list(shop.subscriptions.values()):
        if topic in one.topics:
            webhooks.schedule(world, delivery(world, shop, one, topic, data))


def delivery(world: "Sandbox", shop: Shop, to: Subscription, topic: str, data: dict[str, Any]) -> Delivery:
    body = msgspec.json.encode(
        {"id": f"{world.id():024x}", "websiteId": shop.website_id, "subscriptionId": to.id, "topic": topic,
         "createdOn": show.when(world.now()), "data": data}
    )  # fmt: skip
    headers = {"Content-Type": "application/json", "User-Agent": "Squarespace/1.0"}
    return Delivery(shop, topic, to.url, headers, body, subscription=to)
