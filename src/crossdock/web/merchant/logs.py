"""Logs: every call to a store and every delivery from one, narrowed, one line's payloads, and looking again.

Not here: what a line says (web/calls.py), or the history in words (activity on an order's page).
"""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.operations.calls import list_calls, of_orders, replay_call
from crossdock.operations.find import find_orders
from crossdock.operations.record import Refused
from crossdock.web import calls, phrases
from crossdock.web.access import Scope, change, page

MOST_STORES = 500  # in the filter


@page
def logs(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One page, newest first; it goes on from the last line shown, so that new lines move nothing."""
    filters = calls.asked(request)
    rows = scope.calls
    if filters["q"]:
        found = find_orders(text=filters["q"], marketplace=scope.marketplace)
        rows = rows.filter(of_orders(scope.orders.filter(pk__in=[each.pk for each in found])))
    found_calls = list_calls(rows=rows, wanted=calls.wanted(filters, datetime.now(UTC)), limit=calls.ON_A_PAGE + 1)
    shown = found_calls[: calls.ON_A_PAGE]
    context = {
        "scope": scope,
        "at": "logs",
        "rows": calls.told(shown),
        "next": shown[-1].pk if len(found_calls) > len(shown) else None,
        "filters": filters,
        "narrowed": any(value for name, value in filters.items() if name != "before"),
        "stores": scope.stores.order_by("domain").values_list("pk", "domain")[:MOST_STORES],
        **calls.choices(),
    }
    return render(request, "web/logs.html", context)


@page
def log(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One line: what was said, what was answered, as far as people may read it."""
    row = get_object_or_404(scope.calls, pk=number)
    context = {
        "scope": scope,
        "at": "logs",
        "told": calls.told([row])[0],
        "sent": calls.readable(row.sent),
        "got": calls.readable(row.got),
    }
    return render(request, "web/log.html", context)


@change
@require_POST
def replay(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.calls, pk=number)
    try:
        replay_call(call=row, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("It is looked at again."))
    return redirect("log", slug=scope.marketplace.slug, number=row.pk)
