"""Webhooks that we send, as people keep them: addresses, secrets, what was sent, sending again.

Not here: sending (sync/hooks_out.py).
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from crossdock.connector.guard import AddressRefused, parse
from crossdock.core.notices import TEST_KIND, WEBHOOK_KINDS
from crossdock.models import Marketplace, WebhookDelivery, WebhookEndpoint
from crossdock.models.seal import Ring
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What
from crossdock.sync.hooks_out import host

SECRET_BYTES = 32
ROTATION = timedelta(hours=24)  # so long both secrets sign
LONGEST_URL, LONGEST_DESCRIPTION = 2000, 200
MOST_ENDPOINTS = 20


class BadWebhook(Refused):
    """An endpoint cannot be as asked; `field` says which part."""

    code = "bad_webhook"


@transaction.atomic
def add_endpoint(
    *, marketplace: Marketplace, url: str, kinds: Sequence[str], now: datetime, who: str, description: str = ""
) -> tuple[WebhookEndpoint, str]:
    """A new address and its secret, which is shown now and never again. Raises BadWebhook."""
    Marketplace.objects.select_for_update().get(pk=marketplace.pk)
    clean = _clean(url, kinds, description)
    if WebhookEndpoint.objects.filter(marketplace=marketplace).count() >= MOST_ENDPOINTS:
        raise BadWebhook(_("There are %(most)s addresses already; remove one.") % {"most": MOST_ENDPOINTS}, field="url")
    if WebhookEndpoint.objects.filter(marketplace=marketplace, url=clean["url"]).exists():
        raise BadWebhook(_("That address is there already."), field="url")
    secret = _new_secret()
    made = WebhookEndpoint.objects.create(marketplace=marketplace, sealed=_seal([secret]), created_at=now, **clean)
    _say(What.WEBHOOK_ADDED, made, now, who, {"kinds": clean["kinds"]})
    return made, secret


@transaction.atomic
def change_endpoint(
    *, endpoint: WebhookEndpoint, url: str, kinds: Sequence[str], description: str, now: datetime, who: str
) -> None:
    """Raises BadWebhook."""
    clean = _clean(url, kinds, description)
    others = WebhookEndpoint.objects.filter(marketplace=endpoint.marketplace_id, url=clean["url"])
    if others.exclude(pk=endpoint.pk).exists():
        raise BadWebhook(_("That address is there already."), field="url")
    for field, value in clean.items():
        setattr(endpoint, field, value)
    endpoint.save(update_fields=list(clean))
    _say(What.WEBHOOK_CHANGED, endpoint, now, who, {"kinds": clean["kinds"]})


@transaction.atomic
def rotate_secret(*, endpoint: WebhookEndpoint, now: datetime, who: str) -> str:
    """A new secret, shown now and never again. For ROTATION the one before signs as well."""
    row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint.pk)
    before: list[str] = msgspec.json.decode(Ring.from_settings().open(bytes(row.sealed)))
    secret = _new_secret()
    row.sealed, row.old_until = _seal([secret, before[0]]), now + ROTATION
    row.save(update_fields=["sealed", "old_until"])
    _say(What.WEBHOOK_ROTATED, row, now, who)
    return secret


@transaction.atomic
def set_endpoint_state(*, endpoint: WebhookEndpoint, active: bool, now: datetime, who: str) -> None:
    """Pause an address, or take it up again: what waits for it goes out."""
    state = WebhookEndpoint.State.ACTIVE if active else WebhookEndpoint.State.PAUSED
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(state=state, failing_since=None)
    if active:
        WebhookDelivery.objects.filter(endpoint=endpoint, state=WebhookDelivery.State.WAITING).update(due_at=now)
    _say(What.WEBHOOK_CHANGED, endpoint, now, who, {"state": str(state)})


@transaction.atomic
def remove_endpoint(*, endpoint: WebhookEndpoint, now: datetime, who: str) -> None:
    """With everything that was sent to it."""
    _say(What.WEBHOOK_REMOVED, endpoint, now, who)
    endpoint.delete()


@transaction.atomic
def replay(*, delivery: WebhookDelivery, now: datetime, who: str) -> None:
    """Send a message once more, under the same id. Asked twice before it left, it goes once."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=WebhookDelivery.State.WAITING, due_at=now, attempts=0, delivered_at=None
    )
    _say(What.WEBHOOK_REPLAYED, delivery.endpoint, now, who, {"message": delivery.key})


@transaction.atomic
def send_test(*, endpoint: WebhookEndpoint, now: datetime, who: str) -> WebhookDelivery:
    """A message that says no more than that it is one."""
    body = {"type": TEST_KIND, "timestamp": now, "data": {"marketplace": endpoint.marketplace.slug, "by": who}}
    return WebhookDelivery.objects.create(
        endpoint=endpoint,
        key=f"msg_test_{secrets.token_hex(8)}",
        kind=TEST_KIND,
        body=msgspec.json.encode(body).decode(),
        created_at=now,
        due_at=now,
    )


def _clean(url: str, kinds: Sequence[str], description: str) -> dict[str, Any]:
    """Where it leads is looked at again whenever something is sent (connector/guard.py)."""
    address = url.strip()
    try:
        parts = parse(address)
    except AddressRefused as error:
        raise BadWebhook(str(error), field="url") from error
    open_line = settings.CROSSDOCK_ALLOW_PRIVATE or settings.CROSSDOCK_ALLOW_NETWORKS
    if parts.scheme not in (("https", "http") if open_line else ("https",)) or not parts.host_str:
        raise BadWebhook(_("Write it like https://shop.example/hooks."), field="url")
    if parts.username or parts.password is not None or parts.fragment:
        raise BadWebhook(_("An address with a name, password or fragment in it is not called."), field="url")
    unknown = sorted(set(kinds) - set(WEBHOOK_KINDS))
    if unknown:
        raise BadWebhook(_("Nothing is called %(name)s.") % {"name": unknown[0]}, field="kinds")
    if len(address) > LONGEST_URL or len(description) > LONGEST_DESCRIPTION:
        raise BadWebhook(_("That is too long."), field="url" if len(address) > LONGEST_URL else "description")
    wanted = [kind for kind in WEBHOOK_KINDS if kind in kinds]
    return {"url": address, "kinds": wanted, "description": description.strip()}


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def _seal(known: list[str]) -> bytes:
    return Ring.from_settings().seal(msgspec.json.encode(known))


def _say(what: What, row: WebhookEndpoint, now: datetime, who: str, data: dict[str, Any] | None = None) -> None:
    about = {"endpoint": row.pk, "host": host(row.url)}
    record(what, marketplace=row.marketplace_id, who=who, now=now, data=about | (data or {}))
