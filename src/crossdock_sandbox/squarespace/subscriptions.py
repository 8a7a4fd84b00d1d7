"""Webhook subscriptions 1.0, for OAuth tokens only (FACTS section 6).

Not for the deliveries (`telling.py`).
"""

from typing import Any
from urllib.parse import urlsplit

from crossdock_sandbox.squarespace import reading, show, telling
from crossdock_sandbox.squarespace.call import Call, Done
from crossdock_sandbox.squarespace.refusal import Refusal, absent, conflict, invalid, missing
from crossdock_sandbox.squarespace.state import Subscription

MOST = 25
OURS = ("order.create", "order.update", "extension.uninstall")
TOPICS = OURS + tuple(f"{what}.{act}" for what in ("contact", "address") for act in ("create", "update", "delete"))
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


def _oauth(call: Call) -> None:
    if not call.key.oauth:
        raise Refusal(403, "An OAuth access token is required.", "OAUTH_TOKEN_REQUIRED")


def listed(call: Call) -> Done:
    _oauth(call)
    rows = [show.subscription(call.shop, one) for one in _own(call)]
    return 200, {"webhookSubscriptions": rows}


def made(call: Call) -> Done:
    _oauth(call)
    given = call.body
    url, topics = _url(reading.needed(given, "endpointUrl")), _topics(call, reading.needed(given, "topics"))
    if len(call.shop.subscriptions) >= MOST:
        raise conflict(f"At most {MOST} subscriptions.", "WEBHOOK_SUBSCRIPTION_LIMIT_REACHED")
    now = call.world.now()
    one = Subscription(call.world.uuid(), url, topics, _secret(call), call.key.client_id, now, now)
    call.shop.subscriptions[one.id] = one
    return 201, show.subscription(call.shop, one, secret=True)


def got(call: Call, id: str) -> Done:
    return 200, show.subscription(call.shop, _one(call, id))


def changed(call: Call, id: str) -> Done:
    one, given = _one(call, id), call.body
    if given.get("endpointUrl") is not None:
        one.url = _url(given["endpointUrl"])
    if given.get("topics") is not None:
        one.topics = _topics(call, given["topics"])
    one.updated_on = call.world.now()
    return 200, show.subscription(call.shop, one)


def deleted(call: Call, id: str) -> Done:
    call.shop.subscriptions.pop(_one(call, id).id)
    return 204, None


def rotated(call: Call, id: str) -> Done:
    """The old one is dead at once."""
    one = _one(call, id)
    one.secret = _secret(call)
    return 200, {"secret": one.secret}


def tested(call: Call, id: str) -> Done:
    """Sent once; what the endpoint will answer is not known here, so that 200 is said."""
    one = _one(call, id)
    topic = reading.one_of(call.body, "topic", TOPICS)
    call.world.post(0.0, telling.delivery(call.world, call.shop, one, topic, {"orderId": "0" * 24}))
    return 200, {"statusCode": 200}


def _own(call: Call) -> list[Subscription]:
    return [one for one in call.shop.subscriptions.values() if one.client_id == call.key.client_id]


def _one(call: Call, id: str) -> Subscription:
    _oauth(call)
    found = next((one for one in _own(call) if one.id == id), None)
    if found is None:
        raise absent("The webhook subscription was not found.")
    return found


def _secret(call: Call) -> str:
    return f"{call.world.random.getrandbits(256):064X}"


def _url(given: Any) -> str:
    parts = urlsplit(given) if isinstance(given, str) else urlsplit("")
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:  # loopback is the sandbox's own leave
        raise invalid("endpointUrl must be an HTTPS address.")
    return str(given)


def _topics(call: Call, given: Any) -> list[str]:
    if not isinstance(given, list) or not given:
        raise missing("topics")
    if unknown := [one for one in given if one not in TOPICS]:
        raise invalid(f"topic {unknown[0]} is not known.")
    orders = any(one.startswith("order.") for one in given)
    if orders and not call.key.scopes & {"website.orders", "website.orders.read"}:
        raise Refusal(403, "The token lacks website.orders.read.", "MISSING_SCOPE")
    return list(dict.fromkeys(given))
