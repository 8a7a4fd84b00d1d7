"""Where a vendor's people begin: what is to be shipped, how their store is, what happened last."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from crossdock.models import Listing, VendorOrder
from crossdock.operations.vendor_side import list_vendor_orders
from crossdock.web.access import vendor_page
from crossdock.web.vendor.history import told
from crossdock.web.vendor.scope import VendorScope

LATEST = 8
State = VendorOrder.State


@vendor_page
@require_safe
def home(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    orders = scope.vendor_orders
    context = {
        "scope": scope,
        "at": "vendor_home",
        "to_ship": orders.filter(state=State.MANUAL).count(),
        "in_store": orders.filter(state__in=(State.LINKED, State.SENDING, State.READY)).count(),
        "waiting": orders.filter(state=State.HELD).count(),
        "live": scope.listings.filter(state=Listing.State.LIVE).count(),
        "proposed": scope.listings.filter(state=Listing.State.PROPOSED).count(),
        "store": scope.stores.first(),
        "latest": list_vendor_orders(vendor=scope.vendor, limit=LATEST),
        "history": told(scope, scope.activities.order_by("-id")[:LATEST]),
    }
    return render(request, "web/vendor/home.html", context)
