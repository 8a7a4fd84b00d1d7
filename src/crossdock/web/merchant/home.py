"""Where a person arrives, and the live dashboard."""

from datetime import UTC, datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from crossdock.operations.dashboard import dashboard as read_dashboard
from crossdock.operations.listing import list_orders
from crossdock.web.access import Scope, first_marketplace, page

LATEST = 8


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the person's first marketplace, or to a page that says there is none."""
    found = first_marketplace(request.user)  # type: ignore[arg-type]  # login_required
    return redirect("dashboard", slug=found.slug) if found else render(request, "web/nothing.html", status=403)


@page
def dashboard(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Figures, vendors and the latest orders; asks for itself anew every few seconds."""
    told = read_dashboard(marketplace=scope.marketplace, now=datetime.now(UTC))
    context = {
        "scope": scope,
        "at": "dashboard",
        "told": told,
        "bars": _bars(told.per_minute),
        "latest": list_orders(marketplace=scope.marketplace, limit=LATEST),
    }
    whole = not request.headers.get("HX-Request")
    return render(request, "web/dashboard.html" if whole else "web/_dashboard.html", context)


def _bars(counts: tuple[int, ...]) -> list[dict[str, int]]:
    """Bars for the small chart, 100 high."""
    most = max((*counts, 1))
    return [
        {
            "x": place * 10,
            "height": round(count * 96 / most) or 1,
            "y": 100 - (round(count * 96 / most) or 1),
            "count": count,
        }
        for place, count in enumerate(counts)
    ]
