"""Webhooks: a queue that is worked off later, bodies as things stand then, no second try, an end after failures.

The body is what the API would answer at delivery, signed; changes that wait for one delivery merge into it. Not for
registering webhooks (`hooks.py`). FACTS, Webhooks.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crossdock_sandbox import webhooks
from crossdock_sandbox.woocommerce.encode import encode
from crossdock_sandbox.woocommerce.errors import RestError, not_allowed
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Webhook

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

MAX_FAILURES = 5  # the failure after one more than these disables it: the seventh in a row
AGENT = "WooCommerce/{0} Hookshot (WordPress/{1})"


@dataclass(slots=True)
class Ping(webhooks.Delivery):
    """What is sent when a webhook is registered: a form, not signed. What comes of it does not matter."""


@dataclass(slots=True)
class Delivery(webhooks.Delivery):
    shop: Shop
    webhook: Webhook = field(kw_only=True)
    resource_id: Any = field(kw_only=True)

    def prepare(self, world: "Sandbox") -> bool:
        self.shop.queued.discard((self.webhook.id, self.topic, self.resource_id))
        if self.webhook.id not in self.shop.webhooks or self.webhook.status != "active":
            return False
        body, self.tells = _body(world, self)
        self.body = encode(body)
        self.headers = _headers(world, self)
        return True

    def accepted(self, status: int) -> bool:
        return 200 <= status <= 302

    def succeeded(self, world: "Sandbox") -> None:
        self.webhook.failures = 0

    def failed(self, world: "Sandbox") -> None:
        """It is gone. Setting the webhook active again does not reset the count."""
        if self.webhook.failures > MAX_FAILURES:
            self.webhook.status = "disabled"
            self.webhook.modified_at = world.now().replace(microsecond=0)
            world.counters["webhooks.disabled"] += 1
            return
        self.webhook.failures += 1


def tell(world: "Sandbox", shop: Shop, topic: str, resource_id: Any) -> None:
    """Something happened to this thing."""
    if not shop.webhooks:
        return
    for webhook in shop.webhooks.values():
        key = (webhook.id, topic, resource_id)
        if webhook.topic != topic or webhook.status != "active" or key in shop.queued:
            continue
        delivery = Delivery(shop, topic, webhook.address, {}, b"", webhook=webhook, resource_id=resource_id)
        before = world.waiting_webhooks
        webhooks.schedule(world, delivery, after=shop.site.queue_delay)
        if world.waiting_webhooks > before:
            shop.queued.add(key)


def ping(world: "Sandbox", shop: Shop, webhook: Webhook) -> None:
    headers = {"User-Agent": _agent(shop), "Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded"}
    body = f"webhook_id={webhook.id}".encode()
    world.post(0.0, Ping(shop, webhook.topic, webhook.address, headers, body))


def _agent(shop: Shop) -> str:
    return AGENT.format(shop.site.version, shop.site.wp_version)


def _body(world: "Sandbox", it: Delivery) -> tuple[Any, tuple[frozenset[int], int] | None]:
    from crossdock_sandbox.woocommerce import rest
    from crossdock_sandbox.woocommerce.call import Call

    resource, _, event = it.topic.partition(".")
    if resource == "action":
        return {"action": event, "arg": it.resource_id}, None
    if event == "deleted":
        return {"id": it.resource_id}, None
    # The queue runs in the background, over http.
    call = Call(world, it.shop, _address(world, it.shop), "GET", (it.resource_id,), resource=f"{resource}s")
    try:
        if not it.webhook.entitled:
            raise not_allowed("get")
        body = rest.READ[resource](call).body
    except RestError as error:
        return error.shape(), None
    return body, (frozenset(call.told), world.stock_changes) if it.shop.ledger is not None else None


def _address(world: "Sandbox", shop: Shop) -> str:
    folder = f"/{shop.site.folder}" if shop.site.folder else ""
    return f"{world.base_url}/{shop.platform}/{shop.name}{folder}"


def _headers(world: "Sandbox", it: Delivery) -> dict[str, str]:
    shop, webhook = it.shop, it.webhook
    resource, _, event = it.topic.partition(".")
    signature = hmac.new(webhook.secret.encode(), it.body, hashlib.sha256).digest()
    second = int(world.now().timestamp())
    return {
        "User-Agent": _agent(shop),
        "Accept": "*/*",
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": f"{_address(world, shop)}/",
        "X-WC-Webhook-Topic": it.topic,
        "X-WC-Webhook-Resource": resource,
        "X-WC-Webhook-Event": event,
        "X-WC-Webhook-Signature": base64.b64encode(signature).decode(),
        "X-WC-Webhook-ID": str(webhook.id),
        # Of the webhook and the second: not unique.
        "X-WC-Webhook-Delivery-ID": hashlib.md5(f"{webhook.id}{second}".encode(), usedforsecurity=False).hexdigest(),
    }
