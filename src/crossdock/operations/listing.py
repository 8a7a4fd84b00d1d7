"""Vendor orders as a list: filtered, paged, newest first. Not here: the merchant's orders (order_list.py)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from msgspec import Struct

from crossdock.models import Marketplace, VendorOrder


class ListedOrder(Struct, frozen=True):
    """One vendor order in a list. No buyer's data."""

    id: int
    order_id: int
    order_name: str
    reference: str
    marketplace: str
    vendor: str
    state: str
    reason: str
    total: Decimal
    currency: str
    quantity: int
    remote_name: str
    created_at: datetime
    linked_at: datetime | None


def list_vendor_orders(
    *,
    marketplace: Marketplace | None = None,
    states: Sequence[str] = (),
    vendor: str = "",
    since: datetime | None = None,
    limit: int = 50,
    page: int = 1,
    vendor_id: int | None = None,
    before: int | None = None,
) -> list[ListedOrder]:
    """One page, newest first. `before`: only those that are older than the one of that id."""
    rows = _filtered(marketplace, states, vendor, since).select_related("order", "vendor", "marketplace")
    if vendor_id is not None:
        rows = rows.filter(vendor=vendor_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    first = (page - 1) * limit
    return [
        _listed(row) for row in rows.defer("sealed", "sealed_sent", "trace", "order__sealed")[first : first + limit]
    ]


def _filtered(
    marketplace: Marketplace | None, states: Sequence[str], vendor: str, since: datetime | None
) -> QuerySet[VendorOrder]:
    rows = VendorOrder.objects.order_by("-id")
    if marketplace is not None:
        rows = rows.filter(marketplace=marketplace)
    if states:
        rows = rows.filter(state__in=states)
    if vendor:
        rows = rows.filter(vendor__name__iexact=vendor)
    return rows if since is None else rows.filter(created_at__gte=since)


def _listed(row: VendorOrder) -> ListedOrder:
    return ListedOrder(
        id=row.pk,
        order_id=row.order_id,
        order_name=row.order.name,
        reference=row.reference,
        marketplace=row.marketplace.slug,
        vendor=row.vendor.name,
        state=row.state,
        reason=row.reason,
        total=row.total,
        currency=row.currency,
        quantity=row.quantity,
        remote_name=row.remote_name,
        created_at=row.created_at,
        linked_at=row.linked_at,
    )
