"""What a site should tell us, kept as desired state: one subscription, its secret kept with the credentials.

With an API key there are none (FACTS section 6): everything is seen by listing. Not here: the deliveries (webhooks.py).
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crossdock.connector.contract import Subscriptions
from crossdock.connector.errors import Gone, OutcomeUnknown, Rejected
from crossdock.platforms.squarespace import wire
from crossdock.platforms.squarespace.client import Api, path

HOOKS_PATH, HOOK_PATH = "/1.0/webhook_subscriptions", "/1.0/webhook_subscriptions/{}"
ROTATE_PATH = "/1.0/webhook_subscriptions/{}/actions/rotateSecret"
TOPICS = ("order.create", "order.update", "extension.uninstall")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Of what is kept with the credentials: whose secret it is, and the secrets that deliveries may be signed with.
SUBSCRIPTION, SECRETS = "webhook_subscription", "webhook_secrets"


async def ensure(api: Api, address: str) -> Subscriptions:
    """One subscription at `address` with our topics, whose secret we know. It is told once, when it is made or
    rotated: one that was lost on the way is rotated."""
    if not api.oauth:
        return Subscriptions(address)
    _only_https(address)
    there = await _read(api)
    right = next((each for each in there if each.endpoint_url == address), None)
    changed: list[str] = []
    for each in there:
        if each is not right:  # an app sees its own: another address is an old one of ours
            await _delete(api, each.id)
            changed.append("deleted")
    if right is None:
        made = await api.post("createSubscription", HOOKS_PATH, _wanted(address), wire.Subscription)
        return _kept(api, address, [*changed, "created"], made.id, made.secret or "")
    if sorted(right.topics or ()) != sorted(TOPICS):
        await api.post("updateSubscription", path(HOOK_PATH, right.id), _wanted(address), wire.Subscription)
        changed.append("topics")
    if api.connection.credentials.get(SUBSCRIPTION) == right.id and api.connection.credentials.get(SECRETS):
        return Subscriptions(address, TOPICS, tuple(changed))
    rotated = await api.post("rotateSecret", path(ROTATE_PATH, right.id), None, wire.Secret)
    return _kept(api, address, [*changed, "secret"], right.id, rotated.secret)


async def remove(api: Api) -> None:
    if api.oauth:
        for each in await _read(api):
            await _delete(api, each.id)


def _kept(api: Api, address: str, changed: list[str], id: str, secret: str) -> Subscriptions:
    if not secret:
        raise OutcomeUnknown("Squarespace did not tell the webhooks' secret", call="createSubscription")
    keep: Mapping[str, Any] = {SUBSCRIPTION: id, SECRETS: [secret]}
    return Subscriptions(address, TOPICS, tuple(changed), keep=dict(keep))


def _wanted(address: str) -> dict[str, Any]:
    return {"endpointUrl": address, "topics": list(TOPICS)}


async def _read(api: Api) -> list[wire.Subscription]:
    answer = await api.get("getSubscriptions", HOOKS_PATH, wire.Subscriptions)
    client = str(api.connection.credentials.get("client_id", ""))
    return [each for each in answer.webhook_subscriptions or () if each.client_id in (None, "", client)]


async def _delete(api: Api, id: str) -> None:
    try:
        await api.tell("deleteSubscription", "DELETE", path(HOOK_PATH, id))
    except Gone:
        return


def _only_https(address: str) -> None:
    """Plain http is refused; only sandbox sites on this machine take it."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Rejected(f"webhooks need an https address, not {parts.scheme}://", code="address", call="ensure")
