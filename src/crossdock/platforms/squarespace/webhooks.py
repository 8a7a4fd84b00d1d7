"""Deliveries from Squarespace: is this one to be believed, and what does it say.

Not here: subscribing (subscriptions.py). A delivery carries ids only: the order is read.
"""

import hmac
from collections.abc import Sequence

import msgspec

from crossdock.connector.contract import Kind, Observation, Role, Webhook, WebhookRefused
from crossdock.connector.text import without_nul
from crossdock.platforms.squarespace.mapping import micros
from crossdock.platforms.squarespace.wire import Notification

SIGNATURE = "squarespace-signature"
ORDER_TOPICS = frozenset(("order.create", "order.update"))
UNINSTALLED = "extension.uninstall"


def verify(webhook: Webhook, *, secrets: Sequence[str], domain: str) -> None:
    """Lower-case hex of HMAC-SHA256 over the raw bytes, the key hex-decoded (FACTS section 6). Each subscription has a
    secret of its own, so that a signature that fits is of this site; secrets that are no hex are others."""
    given = webhook.headers.get(SIGNATURE, "").strip().lower().encode()
    keys = [key for secret in secrets if (key := _key(secret))]
    matches = [hmac.compare_digest(hmac.digest(key, webhook.body, "sha256").hex().encode(), given) for key in keys]
    if not any(matches):
        raise WebhookRefused("the signature does not match")


def observe(webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
    """Never raises for odd content. Deliveries come late, twice and in any order; the id and the time tell little, and
    nothing depends on them: what is seen is that the order wants reading."""
    try:
        said = msgspec.json.decode(without_nul(webhook.body), type=Notification)
    except msgspec.MsgspecError as error:
        return (Observation(Kind.NOTHING, "", data={"problem": str(error)}),)
    version = micros(said.created_on) if said.created_on is not None and said.created_on.tzinfo else 0
    if said.topic == UNINSTALLED:
        data = {"state": "uninstalled"}
        return (Observation(Kind.STORE, said.website_id, version, topic=said.topic, data=data),)
    if said.topic not in ORDER_TOPICS:
        return (Observation(Kind.NOTHING, "", topic=said.topic),)
    order_id = said.data.order_id if said.data else None
    if not order_id:
        return (Observation(Kind.NOTHING, "", topic=said.topic, data={"problem": "no orderId"}),)
    return (Observation(Kind.ORDER, order_id, version, topic=said.topic),)


def _key(secret: str) -> bytes:
    try:
        return bytes.fromhex(secret)
    except ValueError:
        return b""
