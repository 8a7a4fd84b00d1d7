"""Stock: every figure with its parts, Why? of one, and how far the reading of catalogues is.

Not here: rules of stock (catalogue_settings.py), or listings (listings.py).
"""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.operations.catalogue_reading import read_catalogue, readings
from crossdock.operations.offering import is_held, release_brake
from crossdock.operations.record import Refused
from crossdock.operations.stock_story import list_stock, tell_stock
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page

ON_A_PAGE = 50


@page
def stock(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One page of figures."""
    text, number = request.GET.get("q", "").strip()[:100], _number(request)
    waiting = request.GET.get("show") == "waiting"
    rows = list_stock(marketplace=scope.marketplace, text=text, waiting=waiting, limit=ON_A_PAGE, page=number)
    context = {
        "scope": scope,
        "at": "listings",
        "rows": rows,
        "q": text,
        "waiting": waiting,
        "page": number,
        "more": len(rows) == ON_A_PAGE,
        "brakes": [each for each in scope.vendors.filter(brake_at__isnull=False).order_by("name") if is_held(each)],
    }
    return render(request, "web/stock.html", context)


@page
def stock_figure(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """Why? of one figure."""
    row = get_object_or_404(scope.levels, pk=number)
    context = {"scope": scope, "at": "listings", "told": tell_stock(level=row)}
    return render(request, "web/stock_figure.html", context)


@page
def catalogue(request: HttpRequest, scope: Scope) -> HttpResponse:
    """How far each store's reading is, and when it will be done."""
    number = _number(request)
    rows = readings(marketplace=scope.marketplace, now=datetime.now(UTC), limit=ON_A_PAGE, page=number)
    context = {"scope": scope, "at": "listings", "rows": rows, "page": number, "more": len(rows) == ON_A_PAGE}
    return render(request, "web/catalogue.html", context)


@change
@require_POST
def read_store(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    read_catalogue(store=get_object_or_404(scope.stores, pk=number), who=scope.who, now=datetime.now(UTC))
    messages.success(request, _("Its catalogue is read next."))
    return redirect("catalogue", slug=scope.marketplace.slug)


@change
@require_POST
def release(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """The vendor's losses that the brake holds are meant."""
    try:
        release_brake(vendor=get_object_or_404(scope.vendors, pk=number), who=scope.who, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Released: what was held goes on."))
    return redirect("stock", slug=scope.marketplace.slug)


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 6 else 1
