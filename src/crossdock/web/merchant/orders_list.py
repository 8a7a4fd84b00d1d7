"""The list of orders: searched, narrowed, looked at by a view that somebody kept, a step at a time.

Not here: one order's page (orders.py), keeping views (orders_views.py), acts on many orders (orders_batch.py).
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crossdock.models import OrderView, User
from crossdock.operations.order_batch import Act
from crossdock.operations.order_list import LONGEST, PAYMENTS, Wanted, list_orders
from crossdock.operations.order_views import opens_with, views_of
from crossdock.web.access import Scope, page
from crossdock.web.phrase import Words
from crossdock.web.phrases_order_list import ACTS, PAYMENT_CHOICES, SHOWS, SPANS

ON_A_PAGE = 25
MOST_CHOICES = 500  # vendors, or stores, in a filter
FILTERS = {
    "pushed": ("linked", "closed"),
    "waiting": ("held", "ready", "sending"),
    "by_hand": ("manual",),
    "failed": ("rejected", "unknown"),
    "cancelled": ("cancelled",),
}
PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
ALL = "0"  # a view that is none: all orders, whatever the list opens with


class Filter(forms.Form):
    """What the list is narrowed to; odd values narrow nothing."""

    show = forms.ChoiceField(required=False, choices=[(name, name) for name in FILTERS])
    vendor = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    store = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    payment = forms.ChoiceField(required=False, choices=[(name, name) for name in PAYMENTS])
    span = forms.ChoiceField(required=False, choices=[(name, name) for name in PERIODS])
    since = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    until = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    needs = forms.BooleanField(required=False)
    q = forms.CharField(required=False, max_length=LONGEST)


class Place(forms.Form):
    """Where in the list, and by which view."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    view = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1)


@page
def orders(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Newest first; the first page keeps itself up to date. Without a query the list opens with the person's view."""
    piece = bool(request.headers.get("HX-Request"))
    person = cast(User, request.user)
    if not request.GET:
        first = opens_with(marketplace=scope.marketplace, user=person)
        if first is not None:
            return redirect(address(scope, first))
    filters, place = read(request.GET), _clean(Place(request.GET))
    rows, newer, older = _rows(scope, filters, place)
    context = {
        "scope": scope,
        "at": "orders",
        "rows": rows,
        "newer": newer,
        "older": older,
        "first_page": place["before"] is None and place["after"] is None,
        "wanted": filters,
        "narrowed": any(filters.values()),
        "query": request.GET.urlencode(),
        "key": uuid4().hex,
        "kept": as_query(filters),
        "acts": [(act.value, ACTS[act]) for act in Act],
    }
    if piece:
        return render(request, "web/_orders.html", context)
    return render(request, "web/orders.html", context | _around(scope, person, filters, place))


def read(query: Mapping[str, Any]) -> dict[str, Any]:
    """The filters of a query, those that are none as ""."""
    return {name: value or "" for name, value in _clean(Filter(query)).items()}


def as_query(filters: Mapping[str, Any]) -> dict[str, str]:
    """The filters as an address holds them, and as a view keeps them."""
    texts = {name: "on" if value is True else str(value) for name, value in filters.items()}
    return {name: text for name, text in texts.items() if text}


def address(scope: Scope, view: OrderView) -> str:
    return f"{reverse('orders', args=[scope.marketplace.slug])}?{urlencode({'view': view.pk} | view.query)}"


def narrowed(scope: Scope, query: Mapping[str, str]) -> str:
    """The list with these filters, by no view."""
    return f"{reverse('orders', args=[scope.marketplace.slug])}?{urlencode({'view': ALL} | dict(query))}"


def _clean(form: forms.Form) -> dict[str, Any]:
    form.is_valid()
    return {name: form.cleaned_data.get(name) for name in form.fields}


def _rows(scope: Scope, filters: Mapping[str, Any], place: Mapping[str, Any]) -> tuple[list[Any], int, int]:
    """A page, and the orders that those before it are newer, and those after it older than; 0: there are none."""
    found = list_orders(
        marketplace=scope.marketplace,
        wanted=_wanted(filters, datetime.now(UTC)),
        limit=ON_A_PAGE + 1,
        before=place["before"],
        after=None if place["before"] else place["after"],
    )
    more = len(found) > ON_A_PAGE
    if place["after"] and not place["before"]:
        rows = found[-ON_A_PAGE:]
        newer, older = more, bool(rows)
    else:
        rows = found[:ON_A_PAGE]
        newer, older = bool(place["before"] and rows), more
    return rows, rows[0].id if newer else 0, rows[-1].id if older else 0


def _wanted(filters: Mapping[str, Any], now: datetime) -> Wanted:
    since = _begin(filters["since"]) if filters["since"] else None
    if since is None and filters["span"]:
        since = now - PERIODS[filters["span"]]
    return Wanted(
        states=FILTERS.get(filters["show"], ()),
        vendor_id=filters["vendor"] or None,
        store_id=filters["store"] or None,
        text=filters["q"],
        payment=filters["payment"],
        since=since,
        until=_begin(filters["until"] + timedelta(days=1)) if filters["until"] else None,
        needs=bool(filters["needs"]),
    )


def _begin(day: date) -> datetime:
    """Of a day where the reader is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _around(scope: Scope, person: User, filters: Mapping[str, Any], place: Mapping[str, Any]) -> dict[str, Any]:
    """What stands around the rows: the filters' choices, and the views."""
    views = list(views_of(marketplace=scope.marketplace, user=person))
    first = opens_with(marketplace=scope.marketplace, user=person)
    current = next((view for view in views if view.pk == place["view"]), None)
    shows: dict[str, Words] = {"": _("All")} | SHOWS
    stores = scope.stores.filter(vendor__isnull=False).order_by("domain")
    return {
        "filters": shows,
        "vendors": scope.vendors.order_by("name").values_list("pk", "name")[:MOST_CHOICES],
        "stores": stores.values_list("pk", "domain")[:MOST_CHOICES],
        "payments": PAYMENT_CHOICES.items(),
        "spans": SPANS.items(),
        "views": [(view, address(scope, view)) for view in views],
        "view": current,
        "all": ALL,
        "opens_with": first.pk if first else None,
        "mine": current is not None and may_change_view(scope, person, current),
        "changed": current is not None and as_query(filters) != current.query,
    }


def may_change_view(scope: Scope, person: User, view: OrderView) -> bool:
    """One's own; owners put shared ones in order, too."""
    return view.user_id == person.pk or (view.shared and scope.may_manage)
