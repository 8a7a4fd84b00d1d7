"""A vendor's own orders as its people may see them: listed, found, and with the buyer as the vendor order has him.

What is shown of a buyer is the vendor order's own snapshot, so what an override keeps from the vendor is not in it, and
nothing of a buyer is shown before the order is the vendor's to ship. Not here: the merchant's view (listing.py,
explain.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from crossdock.core.vendor_order import VendorOrderDraft
from crossdock.models import MerchantOrder, Vendor, VendorOrder
from crossdock.models.seal import SealError
from crossdock.operations.opened import open_draft

State = VendorOrder.State
# The vendor has, or may have, the order: it ships it, so it is told to whom.
TOLD = (State.MANUAL, State.LINKED, State.CLOSED, State.SENDING, State.UNKNOWN)


class VendorsOrder(Struct, frozen=True):
    """One order of a vendor in its list. No buyer's data."""

    id: int
    name: str
    reference: str
    state: str
    reason: str
    total: Decimal
    currency: str
    quantity: int
    remote_name: str
    created_at: datetime


class Shown(Struct, frozen=True):
    """An opened vendor order. `draft` is what the vendor was told, else is to be told; None where it cannot be read or
    was erased. `buyer`: it may be shown with its buyer."""

    draft: VendorOrderDraft | None
    buyer: bool


def list_vendor_orders(
    *, vendor: Vendor, states: Sequence[str] = (), text: str = "", limit: int = 25, page: int = 1
) -> list[VendorsOrder]:
    """One page, newest first. `text`: the order's number here, in the vendor's store, or our reference."""
    rows = VendorOrder.objects.filter(vendor=vendor).select_related("order").order_by("-id")
    if states:
        rows = rows.filter(state__in=states)
    if text:
        rows = rows.filter(pk__in=_named(vendor, text))
    first = (page - 1) * limit
    slim = rows.defer("sealed", "sealed_sent", "trace", "order__sealed", "order__merchant_share")
    return [_listed(row) for row in slim[first : first + limit]]


def _named(vendor: Vendor, text: str) -> list[int]:
    """Each way by its own index."""
    mine = VendorOrder.objects.filter(vendor=vendor).order_by().values_list("pk", flat=True)
    orders = MerchantOrder.objects.filter(marketplace=vendor.marketplace_id, name__in=[text, f"#{text}"]).values("pk")
    named = mine.filter(marketplace=vendor.marketplace_id, remote_name__in=[text, f"#{text}"])
    numbered = mine.filter(store__in=vendor.stores.values("pk"), remote_id=text)
    return list(mine.filter(reference=text).union(named, numbered, mine.filter(order__in=orders)))


def show_order(row: VendorOrder) -> Shown:
    """What of the order the vendor may see."""
    buyer = row.state in TOLD
    try:
        return Shown((open_draft(row, sent=True) if buyer else None) or open_draft(row), buyer)
    except SealError:  # its key is lost; `crossdock doctor` says so
        return Shown(None, buyer)


def references(*, vendor: Vendor, ids: Iterable[int]) -> Mapping[int, str]:
    """The merchant's number of each of a vendor's orders."""
    rows = VendorOrder.objects.filter(vendor=vendor, pk__in=set(ids)).values_list("pk", "order__name", "reference")
    return {number: name or reference for number, name, reference in rows}


def _listed(row: VendorOrder) -> VendorsOrder:
    return VendorsOrder(
        id=row.pk,
        name=row.order.name or row.reference,
        reference=row.reference,
        state=row.state,
        reason=row.reason,
        total=row.total,
        currency=row.currency,
        quantity=row.quantity,
        remote_name=row.remote_name,
        created_at=row.created_at,
    )
