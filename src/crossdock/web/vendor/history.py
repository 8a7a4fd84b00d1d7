"""What was done to a vendor's store and orders, as its people may read it. Not here: the sentences (phrases.py)."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crossdock.models import Activity
from crossdock.operations.looks import looks_at
from crossdock.operations.vendor_side import references
from crossdock.web.access import vendor_page
from crossdock.web.vendor.paging import page_of
from crossdock.web.vendor.scope import VendorScope

ON_A_PAGE = 50
HUB = "hub"


def told(scope: VendorScope, rows: Iterable[Activity]) -> list[tuple[Activity, str, str]]:
    """Each with the reference of its order and who did it: the merchant's people are the marketplace to a vendor."""
    found, who = list(rows), people(scope)
    names = references(vendor=scope.vendor, ids=[row.vendor_order_id for row in found if row.vendor_order_id])
    return [(row, names.get(row.vendor_order_id or 0, ""), who(row.who)) for row in found]


@vendor_page
@require_safe
def history(request: HttpRequest, scope: VendorScope) -> HttpResponse:
    """Newest first, and how far the reading of the store has come."""
    number = page_of(request)
    first = (number - 1) * ON_A_PAGE
    rows = told(scope, scope.activities.order_by("-id")[first : first + ON_A_PAGE])
    store = scope.stores.first()
    context = {
        "scope": scope,
        "at": "vendor_history",
        "rows": rows,
        "looks": looks_at(store=store) if store else (),
        "page": number,
        "more": len(rows) == ON_A_PAGE,
    }
    return render(request, "web/vendor/history.html", context)


def people(scope: VendorScope) -> Callable[[str], str]:
    """Who did something, as the vendor's people may read it."""
    own = set(scope.memberships.values_list("user__username", flat=True))

    def said(who: str) -> str:
        if who in ("", HUB):
            return ""
        return who if who in own else _("the marketplace")

    return said
