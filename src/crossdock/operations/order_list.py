"""The merchant's orders as a list: found by what people have at hand, narrowed, newest first, continued from an order.

Each way to find is an index of its own, and all of them together one set of orders. Not here: one order's story
(explain.py), vendors' own lists (vendor_side.py).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from msgspec import Struct

from crossdock.core.orders import FinancialStatus
from crossdock.models import Attention, Marketplace, MerchantOrder, Parcel, Store, VendorOrder

SHORTEST = 3  # what is shorter is not taken for the beginning of something
LONGEST = 100
MOST_FOUND = 2_000  # orders that a word may mean; the newest of each way to find
UNPAID = (
    FinancialStatus.PENDING, FinancialStatus.AUTHORIZED, FinancialStatus.PARTIALLY_PAID, FinancialStatus.EXPIRED,
    FinancialStatus.VOIDED, FinancialStatus.UNKNOWN, "",
)  # fmt: skip
PAYMENTS: dict[str, Q] = {
    "paid": Q(financial_status=FinancialStatus.PAID),
    "unpaid": Q(financial_status__in=UNPAID),
    "refunded": Q(financial_status__in=(FinancialStatus.PARTIALLY_REFUNDED, FinancialStatus.REFUNDED)),
    "by_hand": Q(marked_paid_at__isnull=False),
}


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
    counts_as_paid: bool
    cancelled: bool
    total: Decimal | None
    currency: str
    parts: tuple[Part, ...]


class Wanted(Struct, frozen=True):
    """What the list is narrowed to. `states`, `vendor_id`, `store_id`: of any one part; `payment`: of PAYMENTS;
    `since`, `until`: when it was placed, the latter not included; `needs`: something of it needs attention."""

    states: Sequence[str] = ()
    vendor_id: int | None = None
    store_id: int | None = None
    text: str = ""
    payment: str = ""
    since: datetime | None = None
    until: datetime | None = None
    needs: bool = False


EVERYTHING = Wanted()


def list_orders(
    *,
    marketplace: Marketplace,
    wanted: Wanted = EVERYTHING,
    limit: int = 25,
    before: int | None = None,
    after: int | None = None,
) -> list[ListedMerchantOrder]:
    """Newest first: of those older than the order `before`, or the nearest of those newer than `after`."""
    rows = _narrowed(marketplace, wanted)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    parts = VendorOrder.objects.select_related("vendor").order_by("vendor__name", "part")
    slim = parts.only("order_id", "vendor__name", "state", "reason", "part")
    whole = rows.defer("sealed", "digest", "merchant_share").prefetch_related(Prefetch("vendor_orders", queryset=slim))
    if after is None:
        return [_listed(row) for row in whole.order_by("-id")[:limit]]
    return [_listed(row) for row in reversed(whole.order_by("id")[:limit])]


def _narrowed(marketplace: Marketplace, wanted: Wanted) -> QuerySet[MerchantOrder]:
    rows = MerchantOrder.objects.filter(marketplace=marketplace)
    of_parts = _of_parts(wanted)
    if of_parts:
        rows = rows.filter(pk__in=VendorOrder.objects.filter(of_parts, marketplace=marketplace).values("order_id"))
    if wanted.payment in PAYMENTS:
        rows = rows.filter(PAYMENTS[wanted.payment])
    if wanted.since is not None:
        rows = rows.filter(placed_at__gte=wanted.since)
    if wanted.until is not None:
        rows = rows.filter(placed_at__lt=wanted.until)
    if wanted.needs:
        needing = Attention.objects.filter(marketplace=marketplace, closed_at=None, order__isnull=False)
        rows = rows.filter(pk__in=needing.values("order_id"))
    text = wanted.text.strip()[:LONGEST].replace("\0", "")
    return rows.filter(pk__in=_found(marketplace, text)) if text else rows


def _of_parts(wanted: Wanted) -> Q:
    of = Q()
    if wanted.states:
        of &= Q(state__in=wanted.states)
    if wanted.vendor_id is not None:
        of &= Q(vendor_id=wanted.vendor_id)
    return of if wanted.store_id is None else of & Q(store_id=wanted.store_id)


def _found(marketplace: Marketplace, text: str) -> set[int]:
    """Ids of the orders that `text` may mean: a number in either store, our reference, a SKU, a tracking number."""
    return {id for way in _ways(marketplace, text) for id in way.order_by("-pk")[:MOST_FOUND] if id is not None}


def _ways(marketplace: Marketplace, text: str) -> Iterator[QuerySet[Any, Any]]:
    own = MerchantOrder.objects.filter(marketplace=marketplace)
    parts = VendorOrder.objects.filter(marketplace=marketplace)
    stores = Store.objects.filter(marketplace=marketplace)
    yield own.filter(_begins("name", text)).values_list("pk", flat=True)
    yield own.filter(store__in=stores.filter(vendor=None), remote_id=text).values_list("pk", flat=True)
    yield parts.filter(_begins("remote_name", text), ~Q(remote_name="")).values_list("order_id", flat=True)
    yield parts.filter(store__in=stores.exclude(vendor=None), remote_id=text).values_list("order_id", flat=True)
    yield parts.filter(reference=text).values_list("order_id", flat=True)
    yield parts.filter(_sku(text)).values_list("order_id", flat=True)
    parcels = Parcel.objects.filter(order__marketplace=marketplace, tracking__contains={"numbers": [text]})
    yield parcels.values_list("order_id", flat=True)


def _begins(column: str, text: str) -> Q:
    """As it is, with or without its "#"; longer ones that begin so too."""
    if len(text) < SHORTEST:
        return Q(**{f"{column}__in": [text, f"#{text}"]})
    return Q(**{f"{column}__startswith": text}) | Q(**{f"{column}__startswith": f"#{text}"})


def _sku(text: str) -> RawSQL:
    """One lexeme as it is written, or the beginning of one."""
    quoted = "'" + text.lower().replace("\\", "\\\\").replace("'", "''") + "'"
    asked = quoted + (":*" if len(text) >= SHORTEST else "")
    return RawSQL('"vendor_order"."skus" @@ %s::tsquery', [asked], output_field=BooleanField())


def _listed(row: MerchantOrder) -> ListedMerchantOrder:
    return ListedMerchantOrder(
        id=row.pk,
        name=row.name or row.remote_id,
        placed_at=row.placed_at,
        seen_at=row.seen_at,
        financial_status=row.financial_status,
        counts_as_paid=row.marked_paid_at is not None,
        cancelled=row.cancelled_at is not None,
        total=row.total,
        currency=row.currency,
        parts=tuple(Part(part.vendor.name, part.state, part.reason) for part in row.vendor_orders.all()),
    )
