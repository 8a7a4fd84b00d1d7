"""Settings > Webhooks: addresses that want to hear, their secrets, and every message with how it went.

Not here: what may be done with them (operations/webhooks.py).
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.models import WebhookDelivery, WebhookEndpoint
from crossdock.operations import webhooks as keep
from crossdock.operations.webhooks import BadWebhook
from crossdock.web.access import Scope, change, page
from crossdock.web.phrases_notices import DELIVERY_STATES, ENDPOINT_STATES, WEBHOOKS
from crossdock.web.phrases_rules import SETTING_TABS

ON_A_PAGE = 50


@page
def webhooks(request: HttpRequest, scope: Scope) -> HttpResponse:
    return render(request, "web/notices/webhooks.html", _list(scope))


@change
@require_POST
def add_webhook(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The answer shows the secret: the one time that anybody sees it."""
    try:
        row, secret = keep.add_endpoint(
            marketplace=scope.marketplace, now=datetime.now(UTC), who=scope.who, **_given(request)
        )
    except BadWebhook as refused:
        context = _list(scope) | _given(request) | {"wrong": refused.field, "wrong_words": str(refused)}
        return render(request, "web/notices/webhooks.html", context, status=422)
    return render(request, "web/notices/webhook.html", _one(scope, row) | {"secret": secret})


@page
def webhook(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One address with its messages, newest first."""
    row = _row(scope, number)
    before = request.GET.get("before", "")
    return render(request, "web/notices/webhook.html", _one(scope, row, int(before) if before.isdecimal() else None))


@change
@require_POST
def change_webhook(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = _row(scope, number)
    try:
        keep.change_endpoint(endpoint=row, now=datetime.now(UTC), who=scope.who, **_given(request))
    except BadWebhook as refused:
        context = _one(scope, row) | _given(request) | {"wrong": refused.field, "wrong_words": str(refused)}
        return render(request, "web/notices/webhook.html", context, status=422)
    messages.success(request, _("Saved."))
    return redirect("webhook", scope.marketplace.slug, row.pk)


@change
@require_POST
def rotate_webhook(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = _row(scope, number)
    secret = keep.rotate_secret(endpoint=row, now=datetime.now(UTC), who=scope.who)
    row.refresh_from_db()
    return render(request, "web/notices/webhook.html", _one(scope, row) | {"secret": secret})


@change
@require_POST
def switch_webhook(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = _row(scope, number)
    keep.set_endpoint_state(
        endpoint=row, active=request.POST.get("active") == "yes", now=datetime.now(UTC), who=scope.who
    )
    return redirect("webhook", scope.marketplace.slug, row.pk)


@change
@require_POST
def remove_webhook(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    keep.remove_endpoint(endpoint=_row(scope, number), now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("Removed."))
    return redirect("webhooks", scope.marketplace.slug)


@change
@require_POST
def try_webhook(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = _row(scope, number)
    keep.send_test(endpoint=row, now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("A test message goes out now. Reload the page to see how it went."))
    return redirect("webhook", scope.marketplace.slug, row.pk)


@page
def delivery(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One message: what was sent, and each try."""
    row = get_object_or_404(_deliveries(scope), pk=number)
    body = msgspec.json.format(row.body.encode(), indent=2).decode()
    context = {"scope": scope, "at": "order_sync", "row": row, "body": body, "tries": row.tries[::-1]}
    context["state"] = DELIVERY_STATES.get(row.state, row.state)
    return render(request, "web/notices/delivery.html", context)


@change
@require_POST
def replay_delivery(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(_deliveries(scope), pk=number)
    keep.replay(delivery=row, now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("It goes out once more, under the same id."))
    return redirect("delivery", scope.marketplace.slug, row.pk)


def _deliveries(scope: Scope) -> QuerySet[WebhookDelivery]:
    rows = WebhookDelivery.objects.filter(endpoint__marketplace=scope.marketplace)
    return rows.select_related("endpoint").defer("endpoint__sealed")


def _row(scope: Scope, number: int) -> WebhookEndpoint:
    return get_object_or_404(WebhookEndpoint, marketplace=scope.marketplace, pk=number)


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": request.POST.get("url", ""),
        "description": request.POST.get("description", ""),
        "kinds": request.POST.getlist("kinds"),
    }


def _list(scope: Scope) -> dict[str, Any]:
    rows = WebhookEndpoint.objects.filter(marketplace=scope.marketplace).defer("sealed").order_by("id")
    shown = [(row, ENDPOINT_STATES.get(row.state, row.state)) for row in rows]
    return _frame(scope) | {"rows": shown, "url": "", "description": "", "kinds": []}


def _one(scope: Scope, row: WebhookEndpoint, before: int | None = None) -> dict[str, Any]:
    found = WebhookDelivery.objects.filter(endpoint=row).order_by("-id").defer("body")
    if before is not None:
        found = found.filter(pk__lt=before)
    shown = list(found[: ON_A_PAGE + 1])
    return _frame(scope) | {
        "row": row,
        "url": row.url,
        "description": row.description,
        "kinds": row.kinds,
        "state": ENDPOINT_STATES.get(row.state, row.state),
        "deliveries": [(each, DELIVERY_STATES.get(each.state, each.state)) for each in shown[:ON_A_PAGE]],
        "next": shown[ON_A_PAGE - 1].pk if len(shown) > ON_A_PAGE else None,
        "first": before is None,
    }


def _frame(scope: Scope) -> dict[str, Any]:
    return {"scope": scope, "at": "order_sync", "tab": "webhooks", "tabs": SETTING_TABS, "known": WEBHOOKS}
