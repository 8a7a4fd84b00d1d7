"""Webhooks as apps register them. Not for deliveries (`telling.py`)."""

from typing import Any
from urllib.parse import urlsplit

from crossdock_sandbox.woocommerce import lists, params
from crossdock_sandbox.woocommerce.call import Call, Reply, links
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.state import Webhook
from crossdock_sandbox.woocommerce.telling import ping

Json = dict[str, Any]
SORTS: dict[str, Any] = {
    "date": lambda one: one.created_at,
    "id": lambda one: one.id,
    "title": lambda one: one.name,
}
_RESOURCES, _EVENTS = ("coupon", "customer", "order", "product"), ("created", "updated", "deleted", "restored")
_HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "product.created": ["woocommerce_process_product_meta", "woocommerce_new_product",
                        "woocommerce_new_product_variation"],
    "product.updated": ["woocommerce_process_product_meta", "woocommerce_update_product",
                        "woocommerce_update_product_variation"],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
}  # fmt: skip


def listing(call: Call) -> Reply:
    lists.checked(call, ("date", "id", "title"))
    wanted = str(call.query.get("status", "all"))
    rows = [one for one in call.shop.webhooks.values() if wanted in ("all", one.status)]
    return lists.page(call, rows, lambda one: show(call, one), SORTS)


def _found(call: Call, status: int = 404) -> Webhook:
    it = call.shop.webhooks.get(call.ids[0])
    if it is None:
        raise RestError("woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", status)
    return it


def get(call: Call) -> Reply:
    return Reply(show(call, _found(call)))


def _topic(given: Any) -> str:
    topic = str(given or "")
    resource, _, event = topic.partition(".")
    if not ((resource in _RESOURCES and event in _EVENTS) or (resource == "action" and event)):
        words = "Webhook topic is required and must be valid."
        raise RestError("woocommerce_rest_shop_webhook_invalid_topic", words, 400)
    return topic


def _address(given: Any) -> str:
    parts = urlsplit(str(given or ""))
    if parts.scheme not in ("http", "https") or not parts.netloc:
        words = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise RestError("woocommerce_rest_shop_webhook_invalid_delivery_url", words, 400)
    return str(given)


def create(call: Call) -> Reply:
    """Active even if the ping fails; without a secret one is made that is never shown (FACTS, Webhooks)."""
    body, shop = call.body, call.shop
    params.check(body, params.WEBHOOK)
    topic, address = _topic(body.get("topic")), _address(body.get("delivery_url"))
    now = call.world.now().replace(microsecond=0)
    name = str(body.get("name") or now.strftime("Webhook created on %b %d, %Y @ %I:%M %p"))
    secret = str(body.get("secret") or call.world.secret(""))
    it = Webhook(shop.next_id("webhooks"), name, topic, address, secret, now)
    it.status = str(body.get("status", "active"))
    shop.webhooks[it.id] = it
    ping(call.world, shop, it)
    shown = show(call, it)
    it.modified_at = now
    return Reply(shown, 201, {"Location": f"{call.api}/webhooks/{it.id}"})


def update(call: Call) -> Reply:
    """Active again: the count of failures stays (FACTS, Webhooks)."""
    body, it = call.body, _found(call, 400)
    params.check(body, params.WEBHOOK)
    if "topic" in body:
        it.topic = _topic(body["topic"])
    if "delivery_url" in body:
        moved = _address(body["delivery_url"]) != it.address
        it.address = str(body["delivery_url"])
        if moved:
            ping(call.world, call.shop, it)
    it.name, it.status = str(body.get("name", it.name)), str(body.get("status", it.status))
    it.secret = str(body.get("secret") or it.secret)
    it.modified_at = call.world.now().replace(microsecond=0)
    return Reply(show(call, it))


def delete(call: Call) -> Reply:
    it = _found(call)
    if not call.flag("force"):
        raise RestError("woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", 501)
    del call.shop.webhooks[it.id]
    return Reply(show(call, it))


def batch(call: Call) -> Reply:
    return lists.batch(call, create, update, delete, {})


def show(call: Call, it: Webhook) -> Json:
    shop = call.shop
    resource, _, event = it.topic.partition(".")
    return {
        "id": it.id,
        "name": it.name,
        "status": it.status,
        "topic": it.topic,
        "resource": resource,
        "event": event,
        "hooks": [event] if resource == "action" else _HOOKS.get(it.topic, []),
        "delivery_url": it.address,
        "date_created": shop.local(it.created_at),
        "date_created_gmt": shop.gmt(it.created_at),
        "date_modified": shop.local(it.modified_at),
        "date_modified_gmt": shop.gmt(it.modified_at),
        "_links": links(call, f"webhooks/{it.id}", "webhooks"),
    }
