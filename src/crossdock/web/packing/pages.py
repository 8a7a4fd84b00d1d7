"""Packing slips for a vendor's people (what they were told of the buyer, no more) and for the merchant's.

Not here: what a slip looks like (slip.py).
"""

from csp.decorators import csp_exempt
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from crossdock.models import VendorOrder
from crossdock.operations.orders import left_of
from crossdock.operations.vendor_side import show_order
from crossdock.web.access import Scope, page, vendor_page
from crossdock.web.packing.slip import packing_slip
from crossdock.web.vendor.scope import VendorScope


# A PDF is no page: what shows it inside a browser is a page of its own, which our content policy would stop.
@csp_exempt()
@cache_control(private=True, no_store=True)
@vendor_page
@require_safe
def vendors_slip(request: HttpRequest, scope: VendorScope, number: int) -> HttpResponse:
    """As soon as the order is the vendor's to ship, and no sooner."""
    row = get_object_or_404(scope.vendor_orders, pk=number)
    back = redirect("vendor_order", slug=scope.marketplace.slug, vendor=scope.vendor.pk, number=row.pk)
    if not show_order(row).buyer:
        messages.error(request, _("The packing slip is there as soon as the order is yours to ship."))
        return back
    return _slip(request, row, vendor=scope.vendor.name, marketplace=scope.marketplace.name) or back


@csp_exempt()
@cache_control(private=True, no_store=True)
@page
@require_safe
def merchants_slip(request: HttpRequest, scope: Scope, number: int) -> HttpResponse:
    """The same paper, at any time."""
    row = get_object_or_404(scope.vendor_orders, pk=number)
    made = _slip(request, row, vendor=row.vendor.name, marketplace=scope.marketplace.name)
    return made or redirect("order", slug=scope.marketplace.slug, number=row.order_id)


def _slip(request: HttpRequest, row: VendorOrder, *, vendor: str, marketplace: str) -> HttpResponse | None:
    """None, and a word of why, where what was in the order was erased or cannot be read."""
    draft = show_order(row).draft
    if draft is None:
        messages.error(request, _("What was in this order was erased."))
        return None
    left = left_of(draft, [(each.state, each.lines) for each in row.parcels.all()])
    made = packing_slip(draft, vendor=vendor, marketplace=marketplace, left=left)
    name = slugify(draft.order_name or draft.reference) or str(row.pk)
    said = {"Content-Disposition": f'inline; filename="packing-slip-{name}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=said)
