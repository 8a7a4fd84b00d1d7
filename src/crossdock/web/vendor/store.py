"""A vendor's own store: how it is, pausing it, taking it up again, disconnecting it.

Not here: connecting (merchant/connect.py).
"""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crossdock.connector import registry
from crossdock.models import Store
from crossdock.operations.looks import looks_at
from crossdock.operations.status import queues
from crossdock.operations.stores import disconnect_store, pause_store, resume_store
from crossdock.web.access import vendor_page
from crossdock.web.vendor.scope import VendorScope

CAN_CONNECT = (Store.State.DISCONNECTED, Store.State.NEEDS_REAUTH, Store.State.UNINSTALLED)


@vendor_page
@require_safe
def store(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """Its state, when it was last read, and what can be done; or how to connect one."""
    row = scope.stores.first()
    context = {
        "scope": scope,
        "at": "vendor_store",
        "store": row,
        "platform": registry.platform(row.platform) if row else None,
        "queues": queues(now=datetime.now(UTC), stores=Q(store=row)) if row else (),
        "looks": looks_at(store=row) if row else (),
        "connects_again": row is not None and row.state in CAN_CONNECT,
    }
    return render(request, "web/vendor/store.html", context)


@vendor_page
@require_POST
def pause(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    return _act(request, scope, pause_store, _("Paused. What is for your store waits."))


@vendor_page
@require_POST
def resume(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    return _act(request, scope, resume_store, _("Taken up again. What waited goes out."))


@vendor_page
@require_POST
def disconnect(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    done = _("Disconnected. Its access was forgotten; orders from now on are shipped by hand.")
    return _act(request, scope, disconnect_store, done)


def _act(request: HttpRequest, scope: VendorScope, operation: Any, done: str) -> HttpResponse:
    row = get_object_or_404(scope.stores)
    operation(store=row, now=datetime.now(UTC), who=scope.who)
    messages.success(request, done)
    return redirect("vendor_store", slug=scope.marketplace.slug, vendor=scope.vendor.pk)
