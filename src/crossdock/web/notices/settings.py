"""Settings > Notifications: what the merchant's people and vendors are told of unless they choose otherwise.

Not here: a person's own choices (mine.py).
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from crossdock.core.notices import Audience
from crossdock.models import Mail
from crossdock.operations.notices import Reader, late_days, read_choices, set_choices, set_late_days
from crossdock.operations.settings import BadSetting
from crossdock.web.access import Scope, change, page
from crossdock.web.notices.mine import read_form, tables
from crossdock.web.phrases_notices import MAIL_STATES
from crossdock.web.phrases_rules import SETTING_TABS

MAILS_SHOWN = 20
TITLES = {
    Audience.MERCHANT: gettext_lazy("Your people"),
    Audience.VENDOR: gettext_lazy("Vendors' people"),
}


@page
def notification_settings(request: HttpRequest, scope: Scope) -> HttpResponse:
    return render(request, "web/notices/settings.html", _context(scope))


@change
@require_POST
def save_notification_settings(request: HttpRequest, scope: Scope) -> HttpResponse:
    """All of the form or nothing of it."""
    try:
        with transaction.atomic():
            _save(request, scope)
    except BadSetting as refused:
        context = _context(scope) | {"wrong": refused.field, "late_days": request.POST.get("late_days", "")}
        context["wrong_words"] = _("A whole number of days from 0 to 365; 0 means never.")
        return render(request, "web/notices/settings.html", context, status=422)
    messages.success(request, _("Saved."))
    return redirect("notification_settings", slug=scope.marketplace.slug)


def _save(request: HttpRequest, scope: Scope) -> None:
    now = datetime.now(UTC)
    if "late_days" in request.POST:
        set_late_days(marketplace=scope.marketplace, days=request.POST["late_days"], who=scope.who, now=now)
    audience = request.POST.get("audience", "")
    if audience in list(Audience):
        reader = Reader(scope.marketplace, audience)
        set_choices(reader=reader, changes=read_form(request.POST, reader), who=scope.who, now=now)


def _context(scope: Scope) -> dict[str, Any]:
    groups = [
        (str(audience), name, tables(read_choices(reader=Reader(scope.marketplace, audience))))
        for audience, name in TITLES.items()
    ]
    mails = Mail.objects.filter(marketplace=scope.marketplace).select_related("user", "vendor").order_by("-id")
    return {
        "scope": scope,
        "at": "order_sync",
        "tab": "notifications",
        "tabs": SETTING_TABS,
        "groups": groups,
        "late_days": late_days(scope.marketplace),
        "mails": [(row, MAIL_STATES.get(row.state, row.state)) for row in mails[:MAILS_SHOWN]],
    }
