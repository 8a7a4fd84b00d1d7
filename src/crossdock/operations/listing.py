"""Orders and vendor orders as lists: filtered, paged, newest first. Not here: one order's story (explain.py)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch, Q, QuerySet
from msgspec import Struct

from crossdock.models import Marketplace, MerchantOrder, VendorOrder


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


class Part(Struct, frozen=True):
    """A vendor's part of a listed order."""

    vendor: str
    state: str
    reason: str


class ListedMerchantOrder(Struct, frozen=True):
    """One order of the merchant's store with its parts. No buyer's data."""

    id: int
    name: str
    placed_at: datetime | None
    seen_at: datetime
    financial_status: str
    cancelled: bool
    total: Decimal | None
    currency: str
    parts: tuple[Part, ...]


def list_orders(
    *,
    marketplace: Marketplace,
    states: Sequence[str] = (),
    vendor_id: int | None = None,
    text: str = "",
    limit: int = 25,
    page: int = 1,
    before: int | None = None,
) -> list[ListedMerchantOrder]:
    """One page of the merchant's orders, newest first; `states` and `vendor_id` are of any of their parts. `before`:
    only those that are older than the order of that id."""
    rows = MerchantOrder.objects.filter(marketplace=marketplace).order_by("-id").defer("sealed")
    wanted = _part_filter(states, vendor_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if wanted:
        rows = rows.filter(pk__in=VendorOrder.objects.filter(wanted, marketplace=marketplace).values("order_id"))
    if text:
        referred = VendorOrder.objects.filter(reference=text).values("order_id")  # by its index, once: not by a join
        rows = rows.filter(Q(name__in=[text, f"#{text}"]) | Q(remote_id=text) | Q(pk__in=referred))
    parts = VendorOrder.objects.select_related("vendor").order_by("vendor__name", "part")
    first = (page - 1) * limit
    slim = parts.only("order_id", "vendor__name", "state", "reason", "part")
    found = rows.distinct().prefetch_related(Prefetch("vendor_orders", queryset=slim))
    return [_listed_order(row) for row in found[first : first + limit]]


def _part_filter(states: Sequence[str], vendor_id: int | None) -> Q:
    wanted = Q()
    if states:
        wanted &= Q(state__in=states)
    return wanted if vendor_id is None else wanted & Q(vendor_id=vendor_id)


def _listed_order(row: MerchantOrder) -> ListedMerchantOrder:
    return ListedMerchantOrder(
        id=row.pk,
        name=row.name or row.remote_id,
        placed_at=row.placed_at,
        seen_at=row.seen_at,
        financial_status=row.financial_status,
        cancelled=row.cancelled_at is not None,
        total=row.total,
        currency=row.currency,
        parts=tuple(Part(part.vendor.name, part.state, part.reason) for part in row.vendor_orders.all()),
    )


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
