"""Parting with a store, the merchant's own or a vendor's: what happens is said first, then it is done.

Not here: connecting (connect.py), or a vendor's own page (vendor/store.py).
"""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crossdock.models import Store
from crossdock.operations.store_parting import parting
from crossdock.operations.stores import disconnect_store
from crossdock.web.access import Scope, change


@change
def part_with_store(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """What happens, and the orders that are under way."""
    store = get_object_or_404(scope.stores.select_related("vendor"), pk=number)
    context = {"scope": scope, "at": "vendors", "store": store, "parting": parting(store=store)}
    return render(request, "web/disconnect.html", context)


@change
@require_POST
def disconnect(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """Once: a store that is disconnected stays so."""
    store = get_object_or_404(scope.stores, pk=number)
    if store.state != Store.State.DISCONNECTED:
        disconnect_store(store=store, now=datetime.now(UTC), who=scope.who)
    messages.success(request, _("Disconnected. Its access was forgotten; its orders and history stay."))
    return redirect("vendors", slug=scope.marketplace.slug)
