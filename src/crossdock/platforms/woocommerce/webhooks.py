"""Deliveries from WooCommerce: is this one to be believed, and what does it say.

A body is the state at delivery, not at the event; it may be an error object, and says nothing of variations or parcels
(FACTS, Webhooks). So a merchant's order is taken as it is, and all else only as "look at this again". Not here:
subscribing (subscriptions.py).
"""

import base64
import binascii
import hmac
from collections.abc import Sequence
from urllib.parse import parse_qs

import msgspec
from msgspec import Struct

from crossdock.connector.contract import Kind, Observation, Role, Webhook, WebhookRefused
from crossdock.connector.text import without_nul
from crossdock.platforms.woocommerce import auth, mapping, wire, words

SIGNATURE, TOPIC = "x-wc-webhook-signature", "x-wc-webhook-topic"
PING = b"webhook_id="
_VARIATION = "variation"


class _Body(Struct):
    """As much of any body as there surely is. `code` only in error objects."""

    id: int | None = None
    parent_id: int = 0
    type: str = ""
    status: str = ""
    code: str = ""
    arg: int | None = None
    date_modified_gmt: str | None = None


def verify(webhook: Webhook, *, secrets: Sequence[str]) -> None:
    """HMAC-SHA256 of the raw bytes, base64. The secret is this store's alone, so a signature that fits is of this
    store; the header that names it is not signed. The ping at registering is not signed, and says nothing."""
    if _is_ping(webhook):
        return
    try:
        given = base64.b64decode(webhook.headers.get(SIGNATURE, ""), validate=True)
    except (binascii.Error, ValueError):
        raise WebhookRefused("the signature is not base64") from None
    matches = [fits(auth.webhook_secret(secret), webhook.body, given) for secret in secrets if secret]
    if not any(matches):
        raise WebhookRefused("the signature does not match")


def fits(secret: str, body: bytes, signature: bytes) -> bool:
    """In constant time."""
    return hmac.compare_digest(hmac.digest(secret.encode(), body, "sha256"), signature)


def observe(webhook: Webhook, *, role: Role) -> tuple[Observation, ...]:
    """Never raises for odd content."""
    topic = webhook.headers.get(TOPIC, "")
    if _is_ping(webhook):
        return (Observation(Kind.NOTHING, "", topic="ping"),)
    raw = without_nul(webhook.body)
    try:
        body = msgspec.json.decode(raw, type=_Body)
    except msgspec.MsgspecError:
        return (_nothing(topic, "the body was not understood"),)
    if body.code:  # gone before it was delivered, or the webhook's user lost rights: the sweep sees what there is
        return (_nothing(topic, f"the store sent {body.code}"),)
    subject, _, event = topic.partition(".")
    if subject == "order" and body.id:
        return (_order(raw, body, topic, event, role),)
    if subject == "product" and body.id:
        return (_product(body, topic, event),)
    if subject == "action" and body.arg:
        return (Observation(Kind.ORDER, str(body.arg), topic=topic),)
    return (_nothing(topic, "no id" if subject in ("order", "product", "action") else ""),)


def _order(raw: bytes, body: _Body, topic: str, event: str, role: Role) -> Observation:
    id = str(body.id)
    if event == "deleted":
        return Observation(Kind.ORDER, id, deleted=True, topic=topic)
    if body.status in words.NO_ORDER:
        return Observation(Kind.NOTHING, "", topic=topic)
    if role is Role.VENDOR:  # parcels are kept elsewhere: it is read with them
        return Observation(Kind.ORDER, id, _version(body), topic=topic)
    try:
        order = msgspec.json.decode(raw, type=wire.Order)
    except msgspec.MsgspecError as error:
        return Observation(Kind.ORDER, id, _version(body), topic=topic, data={"problem": str(error)})
    if order.refunds:  # the body does not say of which lines
        return Observation(Kind.ORDER, id, _version(body), topic=topic)
    snapshot = mapping.order(order)
    return Observation(Kind.ORDER, id, words.micros(snapshot.updated_at), snapshot, topic=topic)


def _product(body: _Body, topic: str, event: str) -> Observation:
    """A variation is its product's business."""
    is_part = body.type == _VARIATION
    id = str(body.parent_id or body.id) if is_part else str(body.id)
    if event == "deleted" and not is_part:
        return Observation(Kind.PRODUCT, id, deleted=True, topic=topic)
    return Observation(Kind.PRODUCT, id, _version(body), topic=topic)


def _is_ping(webhook: Webhook) -> bool:
    """`webhook_id=N`, form-encoded, without any of the headers (recorded ping)."""
    if SIGNATURE in webhook.headers or TOPIC in webhook.headers or not webhook.body.startswith(PING):
        return False
    form = parse_qs(webhook.body.decode("ascii", "replace"))
    return list(form) == ["webhook_id"] and form["webhook_id"][0].isdecimal()


def _version(body: _Body) -> int:
    at = words.gmt(body.date_modified_gmt)
    return words.micros(at) if at else 0


def _nothing(topic: str, problem: str) -> Observation:
    return Observation(Kind.NOTHING, "", topic=topic, data={"problem": problem} if problem else {})
