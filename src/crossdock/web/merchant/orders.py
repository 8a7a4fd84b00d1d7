"""One order's page, and what may be done there: the only page that opens buyers' data. Not here: the list."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.core.fulfillment import Tracking
from crossdock.models import MerchantOrder, VendorOrder
from crossdock.models.seal import SealError
from crossdock.operations.explain import VendorOrderFacts, explain
from crossdock.operations.opened import open_draft, open_order
from crossdock.operations.orders import (
    LIMITS,
    NOT_SENT,
    fulfill_by_hand,
    hold_order,
    left_of,
    release_order,
    resolve_unknown,
    retry_order,
    withdraw_by_hand,
)
from crossdock.operations.payment import paid_facts
from crossdock.operations.record import Refused
from crossdock.operations.timeline import timeline
from crossdock.web import phrases
from crossdock.web.access import Scope, change, page
from crossdock.web.story import SHOWN, merchants_story

Row = TypeVar("Row")
Opened = TypeVar("Opened")


@page
def order(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """One order: its parts, its lines, its history, and why it is where it is."""
    row = get_object_or_404(scope.orders, pk=number)
    return render(request, "web/order.html", _order_context(scope, row))


@change
@require_POST
def retry(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    row = get_object_or_404(scope.orders, pk=number)
    retry_order(order=row, now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("The order is looked at again."))
    return redirect("order", slug=scope.marketplace.slug, number=row.pk)


@change
@require_POST
def hold(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    return _act(request, scope, number, hold_order, _("Held. It goes out once it is released."))


@change
@require_POST
def release(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    return _act(request, scope, number, release_order, _("Released. The rules decide again."))


@change
@require_POST
def resolve(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """A person says what is in the vendor's store: the order's number, or (empty) nothing."""
    remote_id = request.POST.get("remote_id", "").strip() if request.POST.get("exists") == "yes" else None
    if remote_id == "" or (remote_id and not remote_id.isdigit()):
        messages.error(request, _("Write the id of the order in the vendor's store: the number in its address."))
        return _back(scope, get_object_or_404(scope.vendor_orders, pk=number))
    return _act(request, scope, number, resolve_unknown, _("Thank you; that is noted."), remote_id=remote_id)


@change
@require_POST
def fulfill(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """A parcel by hand: quantities by line, and its tracking."""
    lines = [
        (name.removeprefix("line-"), int(value))
        for name, value in request.POST.dict().items()
        if name.startswith("line-") and value.isdecimal() and int(value) > 0
    ]
    numbers = tuple(request.POST.get("numbers", "").replace(",", " ").split())[:20]
    tracking = Tracking(company=request.POST.get("company", "").strip()[:100], numbers=numbers)
    done = _("The parcel is noted and goes to the merchant's order.")
    return _act(request, scope, number, fulfill_by_hand, done, lines=lines, tracking=tracking)


@change
@require_POST
def withdraw(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """Take back a parcel that was written by hand."""
    parcel = get_object_or_404(scope.parcels, pk=number)
    try:
        withdraw_by_hand(parcel=parcel, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Taken back: it leaves the merchant's order, and its goods can be shipped again."))
    return redirect("order", slug=scope.marketplace.slug, number=parcel.order_id)


def _act(request: HttpRequest, scope: Scope, number: int, operation: Any, done: str, **values: Any) -> HttpResponse:
    row = get_object_or_404(scope.vendor_orders, pk=number)
    try:
        operation(vendor_order=row, now=datetime.now(UTC), who=scope.who, **values)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, done)
    return _back(scope, row)


def _back(scope: Scope, row: VendorOrder) -> HttpResponse:
    return redirect("order", slug=scope.marketplace.slug, number=row.order_id)


def _order_context(scope: Scope, row: MerchantOrder) -> dict[str, Any]:
    told = explain(order=row)
    drafts = {part.pk: part for part in scope.vendor_orders.filter(order=row)}
    parts = [_part(facts, drafts[facts.id]) for facts in told.vendor_orders]
    vendors = {facts.id: facts.vendor for facts in told.vendor_orders}
    happened = timeline(order=row, parts=list(drafts.values()))
    return {
        "scope": scope,
        "at": "orders",
        "row": row,
        "told": told,
        "seen": _opened(open_order, row),
        "parts": parts,
        "paid": paid_facts(row, drafts.values()),
        "story": merchants_story(happened, vendors, (row.marked_paid_at, row.marked_paid_note)),
        "unfolded": f":{SHOWN}",
        "folded": f"{SHOWN}:",
    }


def _opened(open_it: Callable[[Row], Opened], row: Row) -> Opened | None:
    """What is sealed in a row; the page does without it when its key is lost (`crossdock doctor` says so)."""
    try:
        return open_it(row)
    except SealError:
        return None


def _part(facts: VendorOrderFacts, row: VendorOrder) -> dict[str, Any]:
    waits, by_hand = row.state in NOT_SENT and not facts.parcels, row.state == VendorOrder.State.MANUAL
    draft = _opened(open_draft, row)
    return {
        "facts": facts,
        "row": row,
        "draft": draft,
        "left": left_of(draft, [(each.state, each.lines) for each in facts.parcels]) if by_hand else {},
        "may_hold": waits and not row.held_by_person,
        "may_release": waits and (row.held_by_person or row.reason in LIMITS),
    }
