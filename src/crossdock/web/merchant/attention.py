"""Needs attention: what a person must look at, and closing it once that is done."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.operations.listing_needs import products_of
from crossdock.operations.listing_questions import questions_of
from crossdock.operations.orders import close_attention
from crossdock.web.access import Scope, change, page

ON_A_PAGE = 50


@page
def attention(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Open items, newest first."""
    number = request.GET.get("page", "1")
    first = (max(int(number), 1) - 1) * ON_A_PAGE if number.isdecimal() and len(number) < 6 else 0
    rows = scope.attention.filter(closed_at=None).order_by("-id")
    rows = rows.select_related("order", "store", "vendor_order__vendor").defer("order__sealed", "vendor_order__sealed")
    found = rows[first : first + ON_A_PAGE]
    shown = list(found)
    products = products_of(items=shown)
    questions = questions_of(marketplace=scope.marketplace, products=products)
    context = {
        "scope": scope,
        "at": "attention",
        "rows": [(row, products.get(row.pk), questions.get(row.pk, ())) for row in shown],
        "page": first // ON_A_PAGE + 1,
        "more": len(shown) == ON_A_PAGE,
    }
    return render(request, "web/attention.html", context)


@change
@require_POST
def close(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.attention, pk=number)
    close_attention(attention=row, now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("Closed. It opens again by itself should it still not be well."))
    return redirect("attention", slug=scope.marketplace.slug)
