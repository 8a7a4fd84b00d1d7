"""Settings > Product sync, Variant sync and Inventory sync: of the marketplace or one vendor, with their
history; What if before saving.

Not here: order sync (settings.py), what a rule means (core), or what may be written where (operations).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.models import CataloguePolicy, Vendor
from crossdock.operations.catalogue_preview import preview_catalogue_policy
from crossdock.operations.catalogue_rules import (
    SWITCHES,
    read_catalogue_policy,
    revert_catalogue_change,
    set_catalogue_policy,
)
from crossdock.operations.catalogue_values import CHOICES, FIELDS, WAYS, way
from crossdock.operations.locations import merchant_places, vendor_places
from crossdock.operations.record import Refused
from crossdock.operations.settings import BadSetting
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page
from crossdock.web.merchant import frequency
from crossdock.web.merchant.add_ons import MOST_VENDORS, vendor_of
from crossdock.web.phrases_rules import FIELDS as FIELD_TITLES
from crossdock.web.phrases_rules import RULE_CHOICES, RULE_TITLES, SETTING_TABS, SWITCH_WORDS
from crossdock.web.phrases_rules import WAYS as WAY_WORDS

CHANGES_SHOWN = 10
TABS: dict[str, tuple[str, ...]] = {
    "product": (
        "product_sync",
        "auto_approve",
        "new_status",
        "on_delete",
        "conflicts",
        "price_factor",
        "price_amount",
        "price_rounding",
    ),
    "variant": ("auto_variants",),
    "inventory": ("inventory_sync", "stock_buffer", "lease_hours"),
    "frequency": ("poll_minutes",),
}
NUMBERS = ("price_factor", "price_amount", "stock_buffer", "lease_hours")
CHOSEN: dict[str, Any] = {"on": True, "off": False, "inherit": None}


@page
def catalogue_settings(request: HttpRequest, scope: Scope, tab: str) -> HttpResponse:
    """One tab's form."""
    _check(tab)
    vendor = vendor_of(scope, request.GET.get("vendor", ""))
    return render(request, "web/catalogue_settings.html", _context(scope, tab, vendor))


@change
@require_POST
def save_catalogue_settings(request: HttpRequest, scope: Scope, tab: str) -> HttpResponse:
    """First says what saving would do; saves once that was confirmed."""
    _check(tab)
    vendor = vendor_of(scope, request.POST.get("vendor", ""))
    wanted = _read(request, tab, vendor)
    try:
        if request.POST.get("confirmed") != "yes":
            told = preview_catalogue_policy(marketplace=scope.marketplace, vendor=vendor, changes=wanted)
            if told.differs:
                context = _context(scope, tab, vendor, wanted) | {"preview": told}
                return render(request, "web/catalogue_settings.html", context)
        made = set_catalogue_policy(
            marketplace=scope.marketplace, vendor=vendor, changes=wanted, who=scope.who, now=datetime.now(UTC)
        )
    except BadSetting as refused:
        context = _context(scope, tab, vendor, wanted) | {"wrong": refused.field, "wrong_words": str(refused)}
        return render(request, "web/catalogue_settings.html", context, status=422)
    said = _("Saved. What this touches is looked at now.") if made else _("Nothing differs from what is saved.")
    messages.success(request, said)
    return redirect(_address(scope, tab, vendor))


@change
@require_POST
def revert_catalogue(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.catalogue_changes, pk=number)
    try:
        revert_catalogue_change(change=row, who=scope.who, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Put back."))
    tab = next((tab for tab, rules in TABS.items() if row.after.keys() & set(rules)), "product")
    return redirect(_address(scope, tab, row.policy.vendor))


def _check(tab: str) -> None:
    if tab not in TABS:
        raise Http404


def _address(scope: Scope, tab: str, vendor: Vendor | None) -> str:
    address = reverse("catalogue_settings", args=[scope.marketplace.slug, tab])
    return f"{address}?vendor={vendor.pk}" if vendor else address


def _read(request: HttpRequest, tab: str, vendor: Vendor | None) -> dict[str, Any]:
    """What was filled in; what is missing from the form changes nothing."""
    wanted: dict[str, Any] = {}
    for rule in TABS[tab]:
        given = request.POST.get(rule)
        if given is not None:
            wanted[rule] = CHOSEN.get(given, given) if rule in SWITCHES else given.strip() or None
    ways = {name: request.POST[f"field-{name}"] or None for name in FIELDS if f"field-{name}" in request.POST}
    if ways:
        wanted["fields"] = ways
    if tab == "inventory" and request.POST.get("places") == "yes":
        if vendor is not None:
            wanted["vendor_locations"] = request.POST.getlist("vendor_location") or None
        if "merchant_location" in request.POST:
            wanted["merchant_location"] = request.POST["merchant_location"] or None
    return wanted


def _context(scope: Scope, tab: str, vendor: Vendor | None, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
    place = scope.marketplace
    policy = read_catalogue_policy(marketplace=place, vendor=vendor)
    ways = policy.fields | (wanted or {}).get("fields", {})
    shown = {rule: (wanted or {}).get(rule, getattr(policy, rule)) for rule in TABS[tab]}
    own = CataloguePolicy.objects.filter(marketplace=place, vendor__isnull=False).select_related("vendor")
    changes = scope.catalogue_changes.filter(policy__vendor=vendor).order_by("-id")
    return {
        "scope": scope,
        "at": "order_sync",
        "tab": tab,
        "tabs": SETTING_TABS,
        "vendor": vendor,
        "blank": _("As the marketplace") if vendor else "",
        "vendors": scope.vendors.order_by("name")[:MOST_VENDORS],
        "with_own": list(own.order_by("vendor__name")),
        "switches": [_switch(rule, shown[rule], vendor) for rule in TABS[tab] if rule in SWITCHES],
        "choices": [_choice(rule, shown[rule], vendor) for rule in TABS[tab] if rule in CHOICES],
        "values": [_value(rule, shown[rule]) for rule in TABS[tab] if rule in NUMBERS],
        "frequency": frequency.field(shown["poll_minutes"], vendor) if tab == "frequency" else None,
        "looks": frequency.looks_of(place, vendor) if tab == "frequency" else (),
        "fields": _fields(ways, vendor) if tab == "product" else [],
        "ways": [(each, WAY_WORDS.get(each, each)) for each in WAYS],
        "places": _places(scope, vendor) if tab == "inventory" else {},
        "changes": list(changes[:CHANGES_SHOWN]),
    }


def _switch(rule: str, value: bool | None, vendor: Vendor | None) -> dict[str, Any]:
    on, off = SWITCH_WORDS[rule]
    choice = "inherit" if value is None else "on" if value else "off"
    return {
        "field": rule, "title": RULE_TITLES[rule].title, "on": on, "off": off,
        "choice": choice, "open": vendor is not None,
    }  # fmt: skip


def _choice(rule: str, value: Any, vendor: Vendor | None) -> dict[str, Any]:
    options = [(code, RULE_CHOICES[rule].get(code, code)) for code in CHOICES[rule]]
    phrase = RULE_TITLES[rule]
    return {
        "field": rule, "title": phrase.title, "words": phrase.sentence, "options": options,
        "value": value or "", "open": vendor is not None,
    }  # fmt: skip


def _value(rule: str, value: Any) -> dict[str, Any]:
    phrase = RULE_TITLES[rule]
    return {"field": rule, "title": phrase.title, "words": phrase.sentence, "value": _text(value)}


def _fields(ways: Mapping[str, Any], vendor: Vendor | None) -> list[dict[str, Any]]:
    """Each field's way; "" = as the marketplace. A field follows in both unless a rule says otherwise."""
    return [
        {
            "name": f"field-{name}",
            "title": FIELD_TITLES[name],
            "way": _way(ways.get(name)) or ("" if vendor else "always"),
        }
        for name in FIELDS
    ]


def _way(given: Any) -> str:
    """As it is kept, or as it was chosen in the form."""
    return given if isinstance(given, str) else way(given)


def _places(scope: Scope, vendor: Vendor | None) -> dict[str, Any]:
    own = read_catalogue_policy(marketplace=scope.marketplace, vendor=vendor)
    chosen = own.vendor_locations or []
    allowed = scope.marketplace.add_ons.get("locations") is not False
    return {
        "vendor": [(each, each.id in chosen) for each in vendor_places(vendor=vendor)] if vendor else [],
        "merchant": merchant_places(marketplace=scope.marketplace, vendor=vendor) if allowed else (),
        "mapped": own.merchant_location or "",
    }


def _text(value: Any) -> str:
    """A number as it is typed: 25.000 as 25."""
    text = "" if value is None else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
