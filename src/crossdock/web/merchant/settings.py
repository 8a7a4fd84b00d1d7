"""Settings > Order sync: the four switches and the limits, of the marketplace or one vendor; What if before saving.

Not here: what a rule means (core), or what may be written where (operations/settings.py).
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.models import OrderPolicy, Vendor
from crossdock.operations.add_ons import order_needs
from crossdock.operations.preview import preview_order_policy
from crossdock.operations.record import Refused
from crossdock.operations.settings import (
    FIELDS,
    SWITCHES,
    BadSetting,
    read_order_policy,
    revert_policy_change,
    set_order_policy,
)
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page
from crossdock.web.merchant import whatif
from crossdock.web.merchant.add_ons import MOST_VENDORS, needs_of, vendor_of
from crossdock.web.phrases_rules import CONTACT, LIMITS, ORDER_SWITCHES, SETTING_TABS, SETTING_TILES

CHANGES_SHOWN = 10
CHOICES: dict[str, Any] = {"on": True, "off": False, "inherit": None}


@page
def settings_home(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Where all settings are found."""
    slug = scope.marketplace.slug
    tiles = [(icon, _tile(name, slug, *at), title, words) for icon, name, at, title, words in SETTING_TILES]
    return render(request, "web/settings_home.html", {"scope": scope, "at": "order_sync", "tiles": tiles})


@page
def order_sync(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The form; on the way to saving, what it would do."""
    vendor = vendor_of(scope, request.GET.get("vendor", ""))
    return render(request, "web/order_sync.html", _context(scope, vendor))


@change
@require_POST
def save_order_sync(request: HttpRequest, scope: Scope) -> HttpResponse:
    """First says what saving would do; saves once that was confirmed."""
    vendor = vendor_of(scope, request.POST.get("vendor", ""))
    wanted = _read(request)
    try:
        if request.POST.get("confirmed") != "yes":
            return _tried(request, scope, vendor, wanted, request.POST.get("days", ""))
        set_order_policy(
            marketplace=scope.marketplace, vendor=vendor, changes=wanted, who=scope.who, now=datetime.now(UTC)
        )
    except BadSetting as refused:
        context = _context(scope, vendor, wanted) | {"wrong": refused.field, "wrong_words": str(refused)}
        return render(request, "web/order_sync.html", context, status=422)
    messages.success(request, _("Saved. What waited for this goes out now."))
    return redirect(_address(scope, vendor))


@change
@require_POST
def what_if(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The next piece of a replay: the part alone for a page that asks for it, the whole page without scripts."""
    try:
        replay, vendor = whatif.next_piece(request, scope)
    except BadSetting as refused:
        messages.error(request, str(refused))
        return redirect(_address(scope, None))
    told = whatif.shown(replay, request.POST.get("days", "")) | {"slug": scope.marketplace.slug}
    if request.headers.get("HX-Request"):
        return render(request, "web/parts/what_if.html", told)
    return render(request, "web/order_sync.html", _trial(scope, vendor, replay.changes) | told)


@change
@require_POST
def revert(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.policy_changes, pk=number)
    try:
        revert_policy_change(change=row, who=scope.who, now=datetime.now(UTC))
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Put back."))
    return redirect(_address(scope, row.policy.vendor))


def _tried(
    request: HttpRequest, scope: Scope, vendor: Vendor | None, wanted: dict[str, Any], days: str
) -> HttpResponse:
    """What saving would do, and what it would have done to the last orders."""
    context, status = _trial(scope, vendor, wanted), 200
    if context["differs"]:
        try:
            replay = whatif.first_piece(scope, vendor, wanted, days)
        except BadSetting as refused:
            if refused.field != "days":
                raise
            replay, status = whatif.first_piece(scope, vendor, wanted, ""), 422
            context |= {"wrong": "days", "wrong_words": str(refused)}
        context |= whatif.shown(replay, days)
    return render(request, "web/order_sync.html", context, status=status)


def _trial(scope: Scope, vendor: Vendor | None, wanted: dict[str, Any]) -> dict[str, Any]:
    told = preview_order_policy(marketplace=scope.marketplace, vendor=vendor, changes=wanted)
    return _context(scope, vendor, wanted) | {"preview": told, "differs": _differs(scope, vendor, wanted)}


def _tile(name: str, slug: str, *at: str) -> str:
    return reverse(name, args=[slug, *at])


def _address(scope: Scope, vendor: Vendor | None) -> str:
    address = reverse("order_sync", args=[scope.marketplace.slug])
    return f"{address}?vendor={vendor.pk}" if vendor else address


def _read(request: HttpRequest) -> dict[str, Any]:
    """What was filled in. A switch is a choice, so that a missing one changes nothing."""
    wanted: dict[str, Any] = {}
    for field in FIELDS:
        given = request.POST.get(field)
        if given is not None:
            wanted[field] = CHOICES.get(given, given) if field in SWITCHES else given.strip() or None
    return wanted


def _differs(scope: Scope, vendor: Vendor | None, wanted: dict[str, Any]) -> bool:
    policy = read_order_policy(marketplace=scope.marketplace, vendor=vendor)
    return any(_text(getattr(policy, field)) != _text(value) for field, value in wanted.items())


def _context(scope: Scope, vendor: Vendor | None, wanted: dict[str, Any] | None = None) -> dict[str, Any]:
    policy = read_order_policy(marketplace=scope.marketplace, vendor=vendor)
    shown = {field: (wanted or {}).get(field, getattr(policy, field)) for field in FIELDS}
    own = OrderPolicy.objects.filter(marketplace=scope.marketplace, vendor__isnull=False).select_related("vendor")
    return {
        "scope": scope,
        "at": "order_sync",
        "vendor": vendor,
        "tabs": SETTING_TABS,
        "vendors": scope.vendors.order_by("name")[:MOST_VENDORS],
        "needs": needs_of(scope, order_needs(marketplace=scope.marketplace, vendor=vendor), vendor),
        "with_own": list(own.order_by("vendor__name")),
        "switches": [_switch(field, shown[field], vendor) for field in SWITCHES],
        "contact": [(field, title, _text(shown[field])) for field, title in CONTACT.items()],
        "limits": [(field, title, _text(shown[field])) for field, title in LIMITS.items()],
        "changes": list(scope.policy_changes.filter(policy__vendor=vendor).order_by("-id")[:CHANGES_SHOWN]),
    }


def _switch(field: str, value: bool | None, vendor: Vendor | None) -> dict[str, Any]:
    title, on, off = ORDER_SWITCHES[field]
    choice = "inherit" if value is None else "on" if value else "off"
    return {"field": field, "title": title, "on": on, "off": off, "choice": choice, "open": vendor is not None}


def _text(value: Any) -> str:
    """A value as it is typed: 25.000 as 25, so that what is shown again is what was meant."""
    if value is None:
        return ""
    text = str(value)
    return text.rstrip("0").rstrip(".") if "." in text and text.replace(".", "").isdecimal() else text
