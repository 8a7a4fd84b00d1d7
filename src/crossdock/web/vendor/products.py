"""A vendor's products: which of them the marketplace offers, and offering more.

Not here: pairs of products that may be the same (mapping.py).
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from crossdock.operations.choosing import choose_products
from crossdock.operations.listed_products import list_products
from crossdock.operations.offering import Remove, remove_listing
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import vendor_page
from crossdock.web.vendor.paging import page_of
from crossdock.web.vendor.scope import VendorScope

ON_A_PAGE = 50
SHOWN: dict[str, bool | None] = {"": None, "offered": True, "not_offered": False}
TITLES = {
    "": gettext_lazy("All"),
    "offered": gettext_lazy("Offered"),
    "not_offered": gettext_lazy("Not offered"),
}


@vendor_page
@require_safe
def products(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """By title."""
    show, text, number = request.GET.get("show", ""), request.GET.get("q", "").strip()[:100], page_of(request)
    show = show if show in SHOWN else ""
    rows = list_products(
        marketplace=scope.marketplace, vendor=scope.vendor, text=text, offered=SHOWN[show], limit=ON_A_PAGE, page=number
    )
    context = {
        "scope": scope,
        "at": "vendor_products",
        "rows": rows,
        "store": scope.stores.first(),
        "show": show,
        "q": text,
        "filters": TITLES,
        "kept": urlencode({name: value for name, value in (("show", show), ("q", text)) if value}),
        "page": number,
        "more": len(rows) == ON_A_PAGE,
    }
    return render(request, "web/vendor/products.html", context)


@vendor_page
@require_POST
def choose(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """Offer the ticked ones, or all."""
    ids = request.POST.getlist("product")[:5000]
    everything = "everything" in request.POST
    try:
        done = choose_products(
            vendor=scope.vendor,
            product_ids=None if everything else ids,
            everything=everything,
            now=datetime.now(UTC),
            who=scope.who,
        )
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _chosen(done))
    return _back(scope)


@vendor_page
@require_POST
def take_back(request: HttpRequest, scope: VendorScope, number: int) -> HttpResponse:
    """Offer a product no longer: the marketplace's becomes a draft, and its open orders stay."""
    row = get_object_or_404(scope.listings, pk=number)
    try:
        remove_listing(listing=row, how=Remove.DRAFT, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Taken back. The marketplace offers it no longer."))
    return _back(scope)


def _chosen(done: Any) -> str:
    if not done.chosen:
        return _("Nothing new: they are offered already, or are not in your store any more.")
    if done.state == "proposed":
        words = ngettext(
            "%(n)s product is proposed. The marketplace looks at it first.",
            "%(n)s products are proposed. The marketplace looks at them first.",
            done.chosen,
        )
    else:
        words = ngettext("%(n)s product is being offered.", "%(n)s products are being offered.", done.chosen)
    return words % {"n": done.chosen}


def _back(scope: VendorScope) -> HttpResponse:
    return redirect("vendor_products", slug=scope.marketplace.slug, vendor=scope.vendor.pk)
