"""Links that stand: the list, taking them back and making them again; and linking by hand, side by side.

Not here: suggested pairs and files (matching.py).
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from crossdock.models import Vendor
from crossdock.operations.linking import unlink
from crossdock.operations.linking_by_hand import link_by_hand, read_pairing, search_products
from crossdock.operations.linking_standing import list_links, pairs_of
from crossdock.operations.offering import Remove
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page

ON_A_PAGE = 50
UNDO = "unlinked"  # in the session: what was taken back last, to be made again
MOST_UNDONE = 500


@page
def links(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One page, newest first; of one vendor, or with words."""
    vendor, text, number = _vendor(scope, request.GET.get("vendor", "")), request.GET.get("q", "")[:100], _page(request)
    rows = list_links(marketplace=scope.marketplace, vendor=vendor, text=text, limit=ON_A_PAGE, page=number)
    undo = request.session.get(UNDO, {})
    context = {
        "scope": scope,
        "at": "listings",
        "rows": rows,
        "vendor": vendor,
        "vendors": scope.vendors.filter(stores__isnull=False).order_by("name").values_list("pk", "name")[:500],
        "q": text,
        "page": number,
        "more": len(rows) == ON_A_PAGE,
        "undo": len(undo.get("pairs", [])) if undo.get("place") == scope.marketplace.pk else 0,
    }
    return render(request, "web/links.html", context)


@change
@require_POST
def take_back(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Unlink those ticked, and keep, draft or delete what no link is left of."""
    vendor, how = _vendor(scope, request.POST.get("vendor", "")), request.POST.get("then", "")
    ids = request.POST.getlist("link")[:1000]
    if how not in set(Remove) or not ids:
        messages.error(request, _("Tick links, and say what becomes of the products in your store."))
        return redirect(_address(scope, vendor))
    pairs = pairs_of(marketplace=scope.marketplace, merchant_variant_ids=ids)
    try:
        count = unlink(
            marketplace=scope.marketplace, merchant_variant_ids=ids, then=how, who=scope.who, now=datetime.now(UTC)
        )
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
        return redirect(_address(scope, vendor))
    messages.success(request, ngettext("{n} link was taken back.", "{n} links were taken back.", count).format(n=count))
    # What becomes a draft or is deleted is more than a link: it is not put back by linking again.
    undone = pairs[:MOST_UNDONE] if how == Remove.KEEP else []
    request.session[UNDO] = {"place": scope.marketplace.pk, "pairs": undone}
    return redirect(_address(scope, vendor))


@change
@require_POST
def link_again(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Make the links again that were taken back last."""
    undo: dict[str, Any] = request.session.pop(UNDO, {})
    mine = undo.get("place") == scope.marketplace.pk
    by_vendor: dict[int, list[tuple[str, str]]] = {}
    for vendor_id, theirs, ours in undo.get("pairs", []) if mine else []:
        by_vendor.setdefault(vendor_id, []).append((theirs, ours))
    count = 0
    for vendor in scope.vendors.filter(pk__in=by_vendor).select_related("marketplace").order_by("pk"):
        try:
            count += link_by_hand(vendor=vendor, pairs=by_vendor[vendor.pk], who=scope.who, now=datetime.now(UTC))
        except Refused as refused:
            messages.error(request, f"{vendor.name}: {phrases.refusal(refused.code)}")
    if count:
        messages.success(request, ngettext("{n} link made.", "{n} links made.", count).format(n=count))
    return redirect(_address(scope, None))


@page
def map_by_hand(request: HttpRequest, scope: Scope) -> HttpResponse:
    """A vendor's product; the merchant's that a search finds; and, once one is chosen, their variants side by side."""
    vendor = _vendor(scope, request.GET.get("vendor", ""))
    if vendor is None:
        return redirect("links", slug=scope.marketplace.slug)
    product, chosen, text = (request.GET.get(name, "")[:200] for name in ("product", "to", "q"))
    try:
        told = read_pairing(vendor=vendor, product_id=product, merchant_product_id=chosen)
        asked = text if "q" in request.GET else told.title
        found = [] if chosen else search_products(marketplace=scope.marketplace, text=asked)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
        return redirect("links", slug=scope.marketplace.slug)
    free = [each for each in told.ours if not each.linked_to]
    context = {
        "scope": scope,
        "at": "listings",
        "vendor": vendor,
        "told": told,
        "q": asked,
        "found": found,
        "rows": [(each, told.proposed.get(each.variant_id, "")) for each in told.theirs],
        "free": free,
        "names": {each.variant_id: each.title or told.merchant_title for each in told.ours},
    }
    return render(request, "web/map.html", context)


@change
@require_POST
def save_map(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Link the variants as they were paired."""
    vendor = _vendor(scope, request.POST.get("vendor", ""))
    if vendor is None:
        return redirect("links", slug=scope.marketplace.slug)
    product, chosen = request.POST.get("product", ""), request.POST.get("to", "")
    pairs = [
        (name.removeprefix("pair-"), value)
        for name, value in request.POST.dict().items()
        if name.startswith("pair-") and isinstance(value, str) and value
    ]
    try:
        count = link_by_hand(vendor=vendor, pairs=pairs, who=scope.who, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
        query = urlencode({"vendor": vendor.pk, "product": product, "to": chosen})
        return redirect(f"{reverse('map', args=[scope.marketplace.slug])}?{query}")
    messages.success(request, ngettext("{n} link made.", "{n} links made.", count).format(n=count))
    return redirect(_address(scope, vendor))


def _vendor(scope: Scope, text: str) -> Vendor | None:
    rows = scope.vendors.select_related("marketplace")
    return get_object_or_404(rows, pk=int(text) if text.isdecimal() and len(text) < 19 else 0) if text else None


def _page(request: HttpRequest) -> int:
    text = request.GET.get("page", "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 6 else 1


def _address(scope: Scope, vendor: Vendor | None) -> str:
    address = reverse("links", args=[scope.marketplace.slug])
    return f"{address}?vendor={vendor.pk}" if vendor else address
