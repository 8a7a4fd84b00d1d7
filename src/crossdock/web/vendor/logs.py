"""A vendor's side of the log: what was said with its own store, no other's. Not here: what a line says (calls.py)."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from crossdock.operations.calls import list_calls, of_vendor_orders
from crossdock.web import calls
from crossdock.web.access import vendor_page
from crossdock.web.vendor.scope import VendorScope


@vendor_page
@require_safe
def logs(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """One page, newest first."""
    filters = calls.asked(request)
    rows = scope.calls
    if text := filters["q"]:
        mine = scope.vendor_orders
        parts = (
            mine.filter(reference=text) | mine.filter(remote_id=text) | mine.filter(remote_name__in=[text, f"#{text}"])
        )
        rows = rows.filter(of_vendor_orders(list(parts.values_list("pk", "store_id", "remote_id")[: calls.ON_A_PAGE])))
    found = list_calls(rows=rows, wanted=calls.wanted(filters, datetime.now(UTC)), limit=calls.ON_A_PAGE + 1)
    shown = found[: calls.ON_A_PAGE]
    context = {
        "scope": scope,
        "at": "vendor_history",
        "rows": calls.told(shown, vendors=True),
        "next": shown[-1].pk if len(found) > len(shown) else None,
        "filters": filters,
        "narrowed": any(value for name, value in filters.items() if name != "before"),
        **calls.choices(),
    }
    return render(request, "web/vendor/calls.html", context)


@vendor_page
@require_safe
def log(request: HttpRequest, scope: VendorScope, number: int) -> HttpResponse:
    """One line of its store."""
    row = get_object_or_404(scope.calls, pk=number)
    told = calls.told([row], vendors=True)[0]
    context = {"scope": scope, "at": "vendor_history", "told": told}
    context |= {"sent": calls.readable(row.sent), "got": calls.readable(row.got)}
    return render(request, "web/vendor/log.html", context)
