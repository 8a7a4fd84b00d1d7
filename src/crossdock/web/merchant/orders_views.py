"""Views of the list of orders: kept, renamed, shared, removed, and which one the list opens with.

Not here: what a view shows (orders_list.py).
"""

from datetime import UTC, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.models import OrderView, User
from crossdock.operations import order_views
from crossdock.operations.record import Refused
from crossdock.web import phrases
from crossdock.web.access import Scope, page
from crossdock.web.merchant.orders_list import address, as_query, may_change_view, narrowed, read

MOST_DIGITS = 18


@page
@require_POST
def add(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Of the filters that the form holds."""
    person, query = _person(request), as_query(read(request.POST))
    try:
        view = order_views.keep_view(
            marketplace=scope.marketplace,
            user=person,
            name=request.POST.get("name", ""),
            query=query,
            shared=_shared(request, scope),
            now=datetime.now(UTC),
        )
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
        return redirect(narrowed(scope, query))
    if request.POST.get("first"):
        order_views.open_with(marketplace=scope.marketplace, user=person, view=view)
    messages.success(request, _("The view is kept."))
    return redirect(address(scope, view))


@page
@require_POST
def alter(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """Its name, who sees it, and with `refilter` what it shows."""
    view = _view(request, scope, number)
    query = as_query(read(request.POST)) if request.POST.get("refilter") else None
    try:
        order_views.change_view(
            view=view, name=request.POST.get("name", view.name), shared=_shared(request, scope), query=query
        )
    except Refused as refused:
        messages.error(request, phrases.refusal(refused.code))
        view.refresh_from_db()
    else:
        messages.success(request, _("The view is changed."))
    return redirect(address(scope, view))


@page
@require_POST
def remove(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    order_views.drop_view(view=_view(request, scope, number))
    messages.success(request, _("The view is removed."))
    return redirect("orders", slug=scope.marketplace.slug)


@page
@require_POST
def open_first(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What the list opens with for this person: a view, or all orders."""
    number, person = request.POST.get("view", ""), _person(request)
    view = None
    if number.isdecimal() and len(number) <= MOST_DIGITS:
        view = order_views.views_of(marketplace=scope.marketplace, user=person).filter(pk=int(number)).first()
    order_views.open_with(marketplace=scope.marketplace, user=person, view=view)
    messages.success(request, _("The list of orders opens with this from now on."))
    return redirect("orders", slug=scope.marketplace.slug)


def _view(request: HttpRequest, scope: Scope, number: int) -> OrderView:
    person = _person(request)
    view = order_views.views_of(marketplace=scope.marketplace, user=person).filter(pk=number).first()
    if view is None or not may_change_view(scope, person, view):
        raise Http404
    return view


def _shared(request: HttpRequest, scope: Scope) -> bool:
    """What all see is made by those who may change things."""
    return scope.may_change and bool(request.POST.get("shared"))


def _person(request: HttpRequest) -> User:
    return cast(User, request.user)
