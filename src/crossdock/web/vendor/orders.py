"""A vendor's orders: the list, one order, and shipping by hand. Not here: what of a buyer is shown (vendor_side.py)."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from crossdock.core.fulfillment import Tracking
from crossdock.models import Parcel, VendorOrder
from crossdock.operations.orders import BY_HAND, fulfill_by_hand, left_of, withdraw_by_hand
from crossdock.operations.record import Refused
from crossdock.operations.timeline import part_timeline
from crossdock.operations.vendor_side import Shown, list_vendor_orders, show_order
from crossdock.web import phrases
from crossdock.web.access import vendor_page
from crossdock.web.story import SHOWN, vendors_story
from crossdock.web.vendor.history import people
from crossdock.web.vendor.paging import page_of
from crossdock.web.vendor.scope import VendorScope

ON_A_PAGE = 25
MOST_NUMBERS = 20
State = VendorOrder.State
FILTERS: dict[str, tuple[str, ...]] = {
    "to_ship": (State.MANUAL,),
    "in_store": (State.LINKED, State.SENDING, State.READY),
    "waiting": (State.HELD,),
    "problems": (State.REJECTED, State.UNKNOWN),
    "done": (State.CLOSED,),
    "cancelled": (State.CANCELLED,),
}
TITLES = {
    "": gettext_lazy("All"),
    "to_ship": gettext_lazy("Ship by hand"),
    "in_store": gettext_lazy("In your store"),
    "waiting": gettext_lazy("Waiting"),
    "problems": gettext_lazy("Problems"),
    "done": gettext_lazy("Shipped"),
    "cancelled": gettext_lazy("Cancelled"),
}


class Parcelled(forms.Form):
    """A parcel: a quantity for each line that has something left, and its tracking."""

    company = forms.CharField(label=gettext_lazy("Carrier"), required=False, max_length=100)
    numbers = forms.CharField(
        label=gettext_lazy("Tracking numbers"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("Several are separated by commas or spaces."),
    )
    after = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, shown: Shown, left: dict[str, int], *values: Any, **named: Any) -> None:
        super().__init__(*values, **named)
        lines = {line.line_id: line.title for line in shown.draft.lines} if shown.draft else {}
        self.lines = {f"line-{line_id}": line_id for line_id in left}
        quantities: dict[str, forms.Field] = {
            name: forms.IntegerField(
                label=lines.get(line_id, line_id),
                min_value=0,
                max_value=left[line_id],
                initial=left[line_id],
                required=False,
            )
            for name, line_id in self.lines.items()
        }
        self.fields = quantities | self.fields

    def quantities(self) -> list[tuple[str, int]]:
        found = [(line_id, self.cleaned_data.get(name) or 0) for name, line_id in self.lines.items()]
        return [(line_id, count) for line_id, count in found if count]


@vendor_page
@require_safe
def orders(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """Newest first."""
    show, text, number = request.GET.get("show", ""), request.GET.get("q", "").strip()[:100], page_of(request)
    show = show if show in FILTERS else ""
    rows = list_vendor_orders(
        vendor=scope.vendor, states=FILTERS.get(show, ()), text=text, limit=ON_A_PAGE, page=number
    )
    context = {
        "scope": scope,
        "at": "vendor_orders",
        "rows": rows,
        "show": show,
        "q": text,
        "filters": TITLES,
        "kept": urlencode({name: value for name, value in (("show", show), ("q", text)) if value}),
        "page": number,
        "more": len(rows) == ON_A_PAGE,
    }
    return render(request, "web/vendor/orders.html", context)


@vendor_page
@require_safe
def order(request: HttpRequest, scope: VendorScope, number: int) -> HttpResponse:
    """One order: what is to be shipped, to whom, what became of it."""
    return _page(request, scope, get_object_or_404(scope.vendor_orders, pk=number))


@vendor_page
@require_POST
def fulfill(request: HttpRequest, scope: VendorScope, number: int) -> HttpResponse:
    """A parcel by hand, of all that is left or of a part. Sent twice it is written once."""
    row = get_object_or_404(scope.vendor_orders, pk=number)
    shown = show_order(row)
    form = Parcelled(shown, _left(row, shown), request.POST)
    if form.is_valid() and not form.quantities():
        form.add_error(None, _("Say how many of a line are in the parcel."))
    if not form.is_valid():
        return _page(request, scope, row, form)
    given = form.cleaned_data
    numbers = tuple(given["numbers"].replace(",", " ").split())[:MOST_NUMBERS]
    try:
        fulfill_by_hand(
            vendor_order=row,
            lines=form.quantities(),
            tracking=Tracking(company=given["company"].strip(), numbers=numbers),
            now=datetime.now(UTC),
            who=scope.who,
            after=given["after"],
        )
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("The parcel is noted and goes to the marketplace's order."))
    return _back(scope, row)


@vendor_page
@require_POST
def withdraw(request: HttpRequest, scope: VendorScope, number: int) -> HttpResponse:
    """Take back a parcel that was written by hand."""
    parcel = get_object_or_404(scope.parcels.select_related("vendor_order"), pk=number)
    try:
        withdraw_by_hand(parcel=parcel, now=datetime.now(UTC), who=scope.who)
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
    else:
        messages.success(request, _("Taken back. Its goods are to be shipped again."))
    return _back(scope, parcel.vendor_order)


def _page(request: HttpRequest, scope: VendorScope, row: VendorOrder, form: Parcelled | None = None) -> HttpResponse:
    shown, parcels = show_order(row), list(row.parcels.order_by("pk"))
    left = _left(row, shown, parcels)
    context = {
        "scope": scope,
        "at": "vendor_orders",
        "row": row,
        "shown": shown,
        "parcels": [(parcel, parcel.remote_id.startswith(BY_HAND)) for parcel in parcels],
        "form": form or (Parcelled(shown, left, initial={"after": len(parcels)}) if left else None),
        "story": vendors_story(part_timeline(row), scope.vendor.name, people(scope)),
        "unfolded": f":{SHOWN}",
        "folded": f"{SHOWN}:",
    }
    wrong = form is not None and bool(form.errors)
    return render(request, "web/vendor/order.html", context, status=422 if wrong else 200)


def _left(row: VendorOrder, shown: Shown, parcels: list[Parcel] | None = None) -> dict[str, int]:
    """What is to be shipped by hand; nothing of an order that its store ships."""
    if row.state != State.MANUAL:
        return {}
    found = list(row.parcels.all()) if parcels is None else parcels
    return left_of(shown.draft, [(each.state, each.lines) for each in found])


def _back(scope: VendorScope, row: VendorOrder) -> HttpResponse:
    return redirect("vendor_order", slug=scope.marketplace.slug, vendor=scope.vendor.pk, number=row.pk)
