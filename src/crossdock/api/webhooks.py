"""Webhooks that we send, and who is told of what: addresses, secrets, deliveries, sending again; notices' defaults.

Not here: webhooks that stores send to us (hooks.py), or a person's own choices (web/notices).
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.shapes import Cursor, Done, Given, Id, Limit, Page, newest_first, oldest_first, page, shape
from crossdock.core.notices import Audience
from crossdock.models import WebhookDelivery, WebhookEndpoint
from crossdock.operations.notices import Choice, Reader, late_days, read_choices, set_choices, set_late_days
from crossdock.operations.webhooks import (
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    replay,
    rotate_secret,
    send_test,
    set_endpoint_state,
)

State = Literal[tuple(WebhookDelivery.State.values)]
router = Router(tags=["Webhooks and notices"])


class Endpoint(Schema):
    """`kinds` empty: it hears of everything."""

    id: int
    url: str
    description: str
    kinds: list[str]
    state: str
    created_at: datetime
    failing_since: datetime | None
    last_at: datetime | None


class Secret(Schema):
    """It signs what is sent there (Standard Webhooks), and is told only now."""

    secret: str


class EndpointMade(Endpoint, Secret):
    pass


class EndpointGiven(Given):
    url: Annotated[str, Field(min_length=1, max_length=2000)]
    kinds: Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=100)] = []
    description: Annotated[str, Field(max_length=200)] = ""


class Active(Given):
    active: bool


class Delivery(Schema):
    """One message. `key` is its webhook-id; `tries` the last ones."""

    id: int
    key: str
    kind: str
    state: str
    created_at: datetime
    due_at: datetime
    delivered_at: datetime | None
    attempts: int
    tries: list[dict[str, Any]]
    body: str


class Notices(Schema):
    """Each kind by each channel: what everybody gets who has not chosen. `late_days` 0: nothing is late."""

    late_days: int
    choices: list[shape(Choice, "NoticeChoice")]


class ChoiceGiven(Given):
    """`on` null: as it comes."""

    kind: Annotated[str, Field(max_length=100)]
    channel: Annotated[str, Field(max_length=100)]
    on: bool | None


class NoticesGiven(Given):
    audience: Audience = Audience.MERCHANT
    choices: Annotated[list[ChoiceGiven], Field(max_length=200)] = []
    late_days: Annotated[int, Field(ge=0, le=365)] | None = None


@router.get("webhooks", response=Page[Endpoint])
@needs("webhooks:read", merchants=True)
def list_webhooks(request: Any, limit: Limit = 50, cursor: Cursor = "") -> dict[str, Any]:
    """Addresses that hear of what happens, oldest first."""
    return page(oldest_first(_endpoints(request), limit, cursor))


@router.post("webhooks", response={201: EndpointMade})
@needs("webhooks:write", merchants=True)
def add_webhook(request: Any, given: EndpointGiven) -> dict[str, Any]:
    """A new address, and its secret."""
    mine = caller(request)
    made, secret = add_endpoint(marketplace=mine.merchant.marketplace, **_given(given), **mine.by)
    return _told(made) | {"secret": secret}


@router.get("webhooks/{int:webhook_id}", response=Endpoint)
@needs("webhooks:read", merchants=True)
def read_webhook(request: Any, webhook_id: Id) -> WebhookEndpoint:
    """One address."""
    return _row(request, webhook_id)


@router.put("webhooks/{int:webhook_id}", response=Endpoint)
@needs("webhooks:write", merchants=True)
def change_webhook(request: Any, webhook_id: Id, given: EndpointGiven) -> WebhookEndpoint:
    """Another address, other kinds; the secret stays."""
    row = _row(request, webhook_id)
    change_endpoint(endpoint=row, **_given(given), **caller(request).by)
    return row


@router.delete("webhooks/{int:webhook_id}", response=Done)
@needs("webhooks:write", merchants=True)
def remove_webhook(request: Any, webhook_id: Id) -> Done:
    """Remove it, with everything that was sent to it."""
    remove_endpoint(endpoint=_row(request, webhook_id), **caller(request).by)
    return Done()


@router.post("webhooks/{int:webhook_id}/rotate", response=Secret)
@needs("webhooks:write", merchants=True)
def rotate_webhook(request: Any, webhook_id: Id) -> dict[str, str]:
    """A new secret. For a day the one before signs as well."""
    return {"secret": rotate_secret(endpoint=_row(request, webhook_id), **caller(request).by)}


@router.post("webhooks/{int:webhook_id}/active", response=Done)
@needs("webhooks:write", merchants=True)
def switch_webhook(request: Any, webhook_id: Id, given: Active) -> Done:
    """Pause it, or take it up again with what waited."""
    set_endpoint_state(endpoint=_row(request, webhook_id), active=given.active, **caller(request).by)
    return Done()


@router.post("webhooks/{int:webhook_id}/test", response={201: Delivery})
@needs("webhooks:write", merchants=True)
def try_webhook(request: Any, webhook_id: Id) -> WebhookDelivery:
    """Send it a message that says no more than that it is one."""
    return send_test(endpoint=_row(request, webhook_id), **caller(request).by)


@router.get("webhooks/{int:webhook_id}/deliveries", response=Page[Delivery])
@needs("webhooks:read", merchants=True)
def list_deliveries(
    request: Any,
    webhook_id: Id,
    limit: Limit = 50,
    cursor: Cursor = "",
    state: State | None = None,
) -> dict[str, Any]:
    """What was sent there, newest first."""
    rows = _row(request, webhook_id).deliveries.all()
    return page(newest_first(rows.filter(state=state) if state else rows, limit, cursor))


@router.post("deliveries/{int:delivery_id}/replay", response=Done)
@needs("webhooks:write", merchants=True)
def replay_delivery(request: Any, delivery_id: Id) -> Done:
    """Send a message once more, under the same webhook-id."""
    rows = WebhookDelivery.objects.filter(endpoint__in=_endpoints(request)).select_related("endpoint")
    replay(delivery=get_object_or_404(rows, pk=delivery_id), **caller(request).by)
    return Done()


@router.get("settings/notices", response=Notices)
@needs("settings:read", merchants=True)
def read_notices(request: Any, audience: Audience = Audience.MERCHANT) -> dict[str, Any]:
    """Who is told of what, by mail and in the app."""
    place = caller(request).merchant.marketplace
    return {"late_days": late_days(place), "choices": read_choices(reader=Reader(place, audience))}


@router.patch("settings/notices", response=Notices)
@needs("settings:write", merchants=True)
def change_notices(request: Any, given: NoticesGiven) -> dict[str, Any]:
    """Change it for everybody who has not chosen."""
    mine = caller(request)
    reader = Reader(mine.merchant.marketplace, given.audience)
    changes = {(each.kind, each.channel): each.on for each in given.choices}
    set_choices(reader=reader, changes=changes, **mine.by)
    if given.late_days is not None:
        set_late_days(marketplace=reader.marketplace, days=given.late_days, **mine.by)
    return {"late_days": late_days(reader.marketplace), "choices": read_choices(reader=reader)}


def _endpoints(request: Any) -> Any:
    return WebhookEndpoint.objects.filter(marketplace=caller(request).merchant.marketplace)


def _row(request: Any, number: int) -> WebhookEndpoint:
    rows = _endpoints(request).select_related("marketplace")
    found: WebhookEndpoint = get_object_or_404(rows, pk=number)
    return found


def _given(given: EndpointGiven) -> dict[str, Any]:
    return {"url": given.url, "kinds": given.kinds, "description": given.description}


def _told(row: WebhookEndpoint) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Endpoint.model_fields}
