"""What a store should tell us, kept as desired state: one webhook a topic, active, to our address, with our secret.

A store switches a webhook off after failures, and switched on again it is one failure from being off again (FACTS,
Webhooks); so one that is off is made anew. Not here: reading deliveries (webhooks.py).
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from crossdock.connector.contract import Role, Subscriptions
from crossdock.connector.errors import Gone
from crossdock.platforms.woocommerce import auth
from crossdock.platforms.woocommerce.client import Rest

NAME = "Crossdock"
_ORDERS = ("order.created", "order.updated", "order.deleted", "order.restored")
TOPICS = {
    Role.MERCHANT: (*_ORDERS, "product.deleted"),
    Role.VENDOR: (*_ORDERS, "product.created", "product.updated", "product.deleted", "product.restored"),
}


class _Hook(Struct):
    id: int
    name: str = ""
    status: str = ""
    topic: str = ""
    delivery_url: str = ""


async def ensure(rest: Rest, role: Role, address: str) -> Subscriptions:
    name, missing, changed = _name(rest), set(TOPICS[role]), []
    for hook in await _ours(rest, address):
        wanted = hook.topic in missing and hook.status == "active"
        if wanted and hook.name == name and hook.delivery_url == address:
            missing.remove(hook.topic)
            continue
        await _delete(rest, hook.id)
        changed.append(f"-{hook.topic}")
    for topic in [each for each in TOPICS[role] if each in missing]:
        body = {
            "name": name,
            "topic": topic,
            "delivery_url": address,
            "status": "active",
            "secret": auth.webhook_secret(auth.keys(rest.connection.credentials).secret),
        }
        await rest.send("POST", "webhooks", body, dict[str, Any], call="subscribe")
        changed.append(f"+{topic}")
    return Subscriptions(address, TOPICS[role], tuple(changed))


async def remove(rest: Rest) -> None:
    for hook in await _ours(rest, ""):
        await _delete(rest, hook.id)


def _name(rest: Rest) -> str:
    """The secret is never shown: its mark in the name tells whether it is the one in use."""
    secret = auth.webhook_secret(auth.keys(rest.connection.credentials).secret)
    return f"{_mine(rest)} {_mark(secret)}"


def _mine(rest: Rest) -> str:
    """Of this connection: a shop may be connected twice, or to two hubs."""
    return f"{NAME} {rest.connection.store_id}-{_mark(auth.keys(rest.connection.credentials).key)}"


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


async def _ours(rest: Rest, address: str) -> Sequence[_Hook]:
    found: list[_Hook] = []
    while True:
        query = [("per_page", "100"), ("offset", str(len(found))), ("orderby", "id"), ("order", "asc")]
        page = await rest.get("webhooks", list[_Hook], query, call="subscriptions")
        found += page
        if len(page) < 100:
            return [hook for hook in found if hook.name.startswith(f"{_mine(rest)} ") or hook.delivery_url == address]


async def _delete(rest: Rest, id: int) -> None:
    """Without force it is refused (FACTS, Webhooks: 501)."""
    try:
        query = [("force", "true")]
        await rest.send("DELETE", f"webhooks/{id}", {}, dict[str, Any], query=query, call="unsubscribe")
    except Gone:
        return
