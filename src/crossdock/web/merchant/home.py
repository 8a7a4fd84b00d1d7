"""The live dashboard. Not here: where a person arrives (accounts/home.py)."""

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crossdock.operations.dashboard import Dashboard, Span
from crossdock.operations.dashboard import dashboard as read_dashboard
from crossdock.operations.order_list import list_orders
from crossdock.web.access import Scope, page
from crossdock.web.charts import columns

LATEST = 8
SPANS: dict[str, Any] = {
    Span.HOUR: gettext_lazy("Hour"),
    Span.DAY: gettext_lazy("Day"),
    Span.MONTH: gettext_lazy("Month"),
}
# How a slot of the chart is written, and which slots have it written under them.
SLOTS = {Span.HOUR: ("TIME_FORMAT", 10), Span.DAY: ("TIME_FORMAT", 4), Span.MONTH: ("MONTH_DAY_FORMAT", 6)}


@page
def dashboard(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Figures, what needs a person, vendors and the latest orders; asks for itself anew every few seconds."""
    asked = request.GET.get("span", "")
    span = Span(asked) if asked in SPANS else Span.HOUR
    zone = timezone.get_current_timezone()
    told = read_dashboard(marketplace=scope.marketplace, now=datetime.now(UTC), span=span, zone=zone)
    context = {
        "scope": scope,
        "at": "dashboard",
        "told": told,
        "span": span.value,
        "spans": SPANS,
        "chart": _chart(told, span),
        "latest": list_orders(marketplace=scope.marketplace, limit=LATEST),
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "web/dashboard.html" if whole else "web/_dashboard.html", context)


def _chart(told: Dashboard, span: Span) -> SafeString:
    style, every = SLOTS[span]
    counts = [count for _at, count in told.pushed]
    words = _("Vendor orders pushed over time: {total} in all, {most} at most in one column.")
    return columns(
        counts,
        [date_format(at, style) for at, _count in told.pushed],
        every=every,
        words=words.format(total=sum(counts), most=max(counts)),
    )
