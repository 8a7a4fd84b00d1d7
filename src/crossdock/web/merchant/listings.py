"""Listings: what vendors propose, what is live, what has problems, what is not offered; and one listing's page.

Not here: pairs to be linked (matching.py), or stock (stock.py).
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from crossdock.operations.choosing import approve_listings, choose_products, refuse_listings
from crossdock.operations.listed import count_listings, list_listings
from crossdock.operations.listed_products import list_products
from crossdock.operations.listing_story import next_step, tell_listing
from crossdock.operations.offering import Remove, give_back, offer_variants, remove_listing, retry_listing, take
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page

ON_A_PAGE = 50
HISTORY = 50
OVER = ("ended", "refused")
VARIANTS_ON_A_PAGE = 100
# Why a variant is not offered, where a person's word is enough to have it tried.
CAN_BE_OFFERED = ("not_automatic", "unlinked", "removed_by_merchant", "ended")
NOT_OFFERED = "not_offered"
TAB_TITLES = {
    "to_approve": gettext_lazy("To approve"),
    "live": gettext_lazy("Live"),
    "coming": gettext_lazy("Coming"),
    "problems": gettext_lazy("Problems"),
    NOT_OFFERED: gettext_lazy("Not offered"),
    "ended": gettext_lazy("Ended"),
}
NOTHING = {
    "to_approve": gettext_lazy(
        "Nothing waits for you. What vendors choose appears here, unless it is approved by itself."
    ),
    "live": gettext_lazy("Nothing is offered yet. Choose vendors' products under Not offered."),
    "coming": gettext_lazy("Nothing is on its way."),
    "problems": gettext_lazy("No listing has a problem."),
    "ended": gettext_lazy("No listing has ended."),
}
REMOVED = {
    Remove.KEEP: gettext_lazy("Removed. The product stays in your store and is yours alone."),
    Remove.DRAFT: gettext_lazy("Removed. The product becomes a draft in your store."),
    Remove.DELETE: gettext_lazy("Removed. The product is deleted from your store."),
}


class Filter(forms.Form):
    """What the list is narrowed to; odd values narrow nothing."""

    tab = forms.ChoiceField(required=False, choices=[(name, name) for name in TAB_TITLES])
    vendor = forms.IntegerField(required=False, min_value=1)
    q = forms.CharField(required=False, max_length=100)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)


@page
def listings(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One tab, a page of it."""
    form = Filter(request.GET)
    form.is_valid()
    counts = count_listings(marketplace=scope.marketplace)
    wanted = {name: form.cleaned_data.get(name) or "" for name in ("tab", "vendor", "q")}
    wanted["tab"] = wanted["tab"] or ("to_approve" if counts["to_approve"] else "live")
    number = form.cleaned_data.get("page") or 1
    narrowed: dict[str, Any] = {
        "vendor": wanted["vendor"] or None,
        "text": wanted["q"].strip(),
        "page": number,
        "limit": ON_A_PAGE,
    }
    if wanted["tab"] == NOT_OFFERED:
        rows: Any = list_products(marketplace=scope.marketplace, offered=False, **narrowed)
    else:
        rows = list_listings(marketplace=scope.marketplace, tab=wanted["tab"], **narrowed)
    context = {
        "scope": scope,
        "at": "listings",
        "rows": rows,
        "wanted": wanted,
        "tabs": [(name, title, counts.get(name)) for name, title in TAB_TITLES.items()],
        "vendors": scope.vendors.filter(stores__isnull=False).order_by("name").values_list("pk", "name")[:500],
        "page": number,
        "more": len(rows) == ON_A_PAGE,
        "nothing": _("Nothing like that here.") if wanted["q"] or wanted["vendor"] else NOTHING.get(wanted["tab"], ""),
    }
    return render(request, "web/listings.html", context)


@page
def listing(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One listing: the fields on both sides, what was written, whose each is; its variants; its history."""
    row = get_object_or_404(scope.listings, pk=number)
    told, shown = tell_listing(listing=row), _page(request, "variants")
    first = (shown - 1) * VARIANTS_ON_A_PAGE
    history = scope.activities.filter(store_id=row.store_id, vendor_order_id=None, data__listing=row.pk)
    context = {
        "scope": scope,
        "at": "listings",
        "row": row,
        "told": told,
        "next": next_step(listing=row),
        "variants": told.variants[first : first + VARIANTS_ON_A_PAGE],
        "shown": shown,
        "more": len(told.variants) > first + VARIANTS_ON_A_PAGE,
        "can_offer": [each for each in told.variants if each.why in CAN_BE_OFFERED],
        "history": [(each, "") for each in history.order_by("-id")[:HISTORY]],
        "removable": row.state not in OVER,
        "may_edit": scope.may_change and row.state not in OVER,
    }
    return render(request, "web/listing.html", context)


@change
@require_POST
def decide(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The merchant's yes or no to the proposals that are ticked, or its yes to all (of one vendor)."""
    answer, given = request.POST.get("answer"), request.POST.get("vendor", "")
    ids = None if answer == "approve_all" else _numbers(request, "listing")
    numbered = given.isdecimal() and len(given) < 19
    vendor = get_object_or_404(scope.vendors, pk=int(given)) if ids is None and numbered else None
    operation = refuse_listings if answer == "refuse" else approve_listings
    count = operation(marketplace=scope.marketplace, ids=ids, vendor=vendor, who=scope.who, now=datetime.now(UTC))
    said = ngettext("{count} proposal was decided.", "{count} proposals were decided.", count)
    messages.success(request, said.format(count=count))
    return _list(scope, "to_approve")


@change
@require_POST
def choose(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Offer the products that are ticked ("vendor id:product id"), or all of a vendor's."""
    count, now = 0, datetime.now(UTC)
    try:
        for vendor_id, ids in _products(request).items():
            vendor = get_object_or_404(scope.vendors.select_related("marketplace"), pk=vendor_id)
            how: dict[str, Any] = {"product_ids": ids} if ids else {"everything": True}
            count += choose_products(vendor=vendor, approved=True, who=scope.who, now=now, **how).chosen
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        said = ngettext("{count} product is listed next.", "{count} products are listed next.", count)
        messages.success(request, said.format(count=count))
    return _list(scope, "coming")


@change
@require_POST
def offer(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """Offer variants that are not offered."""
    ids, done = request.POST.getlist("variant")[:2048], _("It is offered next, if it fits; what is in its way is said.")
    return _act(request, scope, number, offer_variants, done, vendor_variant_ids=ids)


@change
@require_POST
def remove(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    how = request.POST.get("how", "")
    if how not in set(Remove):
        messages.error(request, _("Say what becomes of the product in your store."))
        return redirect("listing", slug=scope.marketplace.slug, number=number)
    return _act(request, scope, number, remove_listing, str(REMOVED[Remove(how)]), how=how)


@change
@require_POST
def retry(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    return _act(request, scope, number, retry_listing, _("The listing is looked at again."))


@change
@require_POST
def fields(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """Give fields back to the vendor, or take them over: those named, or ("vendor:title") the one of the button."""
    to, _colon, one = request.POST.get("to", "").partition(":")
    names = [one] if one else request.POST.getlist("field")[:1000]
    if to == "merchant":
        return _act(
            request, scope, number, take, _("Yours from now on: the vendor no longer changes it."), fields=names
        )
    return _act(request, scope, number, give_back, _("Given back: it follows the vendor again."), fields=names)


def _act(
    request: HttpRequest, scope: Scope, number: int, operation: Callable[..., Any], done: str, **values: Any
) -> HttpResponse:
    row = get_object_or_404(scope.listings, pk=number)
    try:
        operation(listing=row, now=datetime.now(UTC), who=scope.who, **values)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, done)
    if request.POST.get("from") == "attention":
        return redirect("attention", slug=scope.marketplace.slug)
    return redirect("listing", slug=scope.marketplace.slug, number=row.pk)


def _page(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 6 else 1


def _list(scope: Scope, tab: str) -> HttpResponse:
    return redirect(f"{reverse('listings', args=[scope.marketplace.slug])}?tab={tab}")


def _numbers(request: HttpRequest, name: str) -> list[int]:
    return [int(text) for text in request.POST.getlist(name) if text.isdecimal() and len(text) < 19]


def _products(request: HttpRequest) -> dict[int, list[str]]:
    """Product ids by vendor; an empty list means all of that vendor's."""
    wanted: dict[int, list[str]] = {}
    for text in request.POST.getlist("product"):
        vendor, _, product = text.partition(":")
        if vendor.isdecimal() and len(vendor) < 19 and product:
            wanted.setdefault(int(vendor), []).append(product)
    everything = request.POST.get("everything", "")
    if everything.isdecimal() and len(everything) < 19:
        wanted[int(everything)] = []
    return wanted
