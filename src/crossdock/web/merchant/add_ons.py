"""Settings > Add-ons: the switches of the marketplace or one vendor, each with what it does and what it still needs.

Not here: what a switch means (core), or switching (operations/add_ons.py).
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.core import add_ons as names
from crossdock.models import Vendor
from crossdock.operations.add_ons import AddOn, Need, Needed, read_add_ons, set_add_on
from crossdock.operations.settings import BadSetting
from crossdock.operations.settings_history import SettingChange, settings_history
from crossdock.web.access import Scope, change, page
from crossdock.web.phrases_add_ons import ADD_ONS, NEEDS, PUSHING
from crossdock.web.phrases_rules import SETTING_TABS

CHOICES = {"on": True, "off": False, "inherit": None}
# Where what is missing is mended: the page, and what its address has besides.
CURES: dict[Need, tuple[str, ...]] = {
    Need.MERCHANT_STORE: ("connect",),
    Need.CONNECTING: ("add_ons",),
    Need.PUSHING: ("add_ons",),
    Need.VENDOR_STORES: ("vendors",),
    Need.ORDER_SYNC: ("order_sync",),
    Need.PRODUCT_SYNC: ("catalogue_settings", "product"),
    Need.INVENTORY_SYNC: ("catalogue_settings", "inventory"),
    Need.VARIANT_RULE: ("catalogue_settings", "variant"),
    Need.PLACES: ("connect",),
}


@page
def add_ons(request: HttpRequest, scope: Scope) -> HttpResponse:
    return render(request, "web/add_ons.html", _context(scope, vendor_of(scope, request.GET.get("vendor", ""))))


@change
@require_POST
def switch_add_on(request: HttpRequest, scope: Scope) -> HttpResponse:
    """One switch, at once: what it is about is looked at again."""
    vendor = vendor_of(scope, request.POST.get("vendor", ""))
    try:
        if request.POST.get("on") not in CHOICES:
            raise BadSetting(_("Choose on or off."), field="on")
        set_add_on(
            marketplace=scope.marketplace, vendor=vendor, add_on=request.POST.get("add_on", ""),
            on=CHOICES[request.POST["on"]], who=scope.who, now=datetime.now(UTC),
        )  # fmt: skip
    except BadSetting as refused:
        context = _context(scope, vendor) | {"refused": str(refused)}
        return render(request, "web/add_ons.html", context, status=422)
    messages.success(request, _("Saved. What this touches is looked at now."))
    address = reverse("add_ons", args=[scope.marketplace.slug])
    return redirect(f"{address}?vendor={vendor.pk}" if vendor else address)


def vendor_of(scope: Scope, text: str) -> Vendor | None:
    """The vendor whose own settings are meant, none = the marketplace's."""
    number = int(text) if text.isdecimal() and len(text) < 19 else 0
    return get_object_or_404(scope.vendors.select_related("marketplace"), pk=number) if text else None


def needs_of(scope: Scope, needs: tuple[Needed, ...], vendor: Vendor | None) -> list[dict[str, Any]]:
    """What is needed in words, each with where it is mended."""
    query = f"?vendor={vendor.pk}" if vendor else ""
    found = []
    for each in needs:
        name, *at = CURES[each.need]
        address = reverse(name, args=[scope.marketplace.slug, *at])
        well, missing = NEEDS[each.need]
        own = query if name in ("add_ons", "order_sync", "catalogue_settings") else ""
        found.append({"met": each.met, "words": well if each.met else missing, "address": address + own})
    return found


def _context(scope: Scope, vendor: Vendor | None) -> dict[str, Any]:
    rows = read_add_ons(marketplace=scope.marketplace, vendor=vendor)
    return {
        "scope": scope,
        "at": "order_sync",
        "tab": "add_ons",
        "tabs": SETTING_TABS,
        "vendor": vendor,
        "vendors": scope.vendors.order_by("name")[:MOST_VENDORS],
        "with_own": [{"vendor_id": each.pk, "vendor": each} for each in _with_own(scope)],
        "add_ons": [_add_on(scope, each, vendor) for each in rows],
        "changes": [each.row for each in _changes(scope, vendor)],
    }


def _changes(scope: Scope, vendor: Vendor | None) -> list[SettingChange]:
    return settings_history(marketplace=scope.marketplace, limit=CHANGES_SHOWN, add_ons_of=vendor or True)


MOST_VENDORS = 500
CHANGES_SHOWN = 10


def _with_own(scope: Scope) -> list[Vendor]:
    return list(scope.vendors.exclude(add_ons={}).order_by("name")[:MOST_VENDORS])


def _add_on(scope: Scope, each: AddOn, vendor: Vendor | None) -> dict[str, Any]:
    phrase = PUSHING if names.platform_of(each.name) else ADD_ONS[each.name]
    choice = "inherit" if vendor and each.own is None else "on" if each.on else "off"
    return {
        "name": each.name,
        "title": phrase.title % {"platform": each.platform},
        "words": phrase.sentence,
        "on": each.on,
        "ready": each.ready,
        "choice": choice,
        "needs": needs_of(scope, each.needs, vendor),
    }
