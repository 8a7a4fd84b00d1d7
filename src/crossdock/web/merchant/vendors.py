"""Vendors: their stores' health, adding one, pausing and resuming a store."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.operations.health import vendors_health
from crossdock.operations.record import Refused
from crossdock.operations.stores import pause_store, resume_store
from crossdock.operations.vendors import add_vendor
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page

ON_A_PAGE = 50


@page
def vendors(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One page by name."""
    text, number = request.GET.get("q", "").strip()[:100], request.GET.get("page", "1")
    wanted = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    now = datetime.now(UTC)
    found = vendors_health(marketplace=scope.marketplace, now=now, name=text, limit=ON_A_PAGE, page=wanted)
    context = {
        "scope": scope,
        "at": "vendors",
        "rows": found,
        "q": text,
        "page": wanted,
        "more": len(found) == ON_A_PAGE,
        "merchant_store": scope.stores.filter(vendor=None).first(),
    }
    return render(request, "web/vendors.html", context)


@change
@require_POST
def add(request: HttpRequest, scope: Scope) -> HttpResponse:
    name, email = request.POST.get("name", "").strip()[:200], request.POST.get("email", "").strip()[:200]
    if not name:
        messages.error(request, _("A vendor needs a name."))
        return redirect("vendors", slug=scope.marketplace.slug)
    try:
        add_vendor(marketplace=scope.marketplace, name=name, email=email, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("The vendor was added."))
    return redirect("vendors", slug=scope.marketplace.slug)


@change
@require_POST
def pause(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    pause_store(store=get_object_or_404(scope.stores, pk=number), now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("Paused. What is for this store waits."))
    return redirect("vendors", slug=scope.marketplace.slug)


@change
@require_POST
def resume(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    resume_store(store=get_object_or_404(scope.stores, pk=number), now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("Resumed. What waited goes out."))
    return redirect("vendors", slug=scope.marketplace.slug)
