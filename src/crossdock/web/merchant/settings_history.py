"""Settings > History: every change of every tab and add-on, who made it, and putting it back.

Not here: what a change does (operations), or the short lists on the tabs.
"""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.models.activity import OF_SETTINGS
from crossdock.operations import settings_history as operations
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page
from crossdock.web.phrases_rules import SETTING_TABS
from crossdock.web.vendor.paging import page_of

ON_A_PAGE = 50


@page
def settings_history(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Newest first."""
    number = page_of(request)
    rows = operations.settings_history(marketplace=scope.marketplace, limit=ON_A_PAGE, page=number)
    context = {
        "scope": scope, "at": "order_sync", "tab": "history", "tabs": SETTING_TABS, "rows": rows, "page": number,
        "more": len(rows) == ON_A_PAGE,
    }  # fmt: skip
    return render(request, "web/settings_history.html", context)


@change
@require_POST
def put_back(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.activities.filter(what__in=OF_SETTINGS), pk=number)
    try:
        operations.put_back(activity=row, who=scope.who, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Put back."))
    return redirect("settings_history", slug=scope.marketplace.slug)
