"""The merchant's orders: the list, one with its Why?, its buyer, and looking at it again.

Not here: the vendors' parts of orders (vendor_orders.py).
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.problems import Problem
from crossdock.api.shapes import Count, Cursor, Done, Given, Id, Limit, Page, Text, cut, page, parts_of, shape
from crossdock.core.orders import Address, Contact
from crossdock.models import VendorOrder
from crossdock.models.seal import SealError
from crossdock.operations.explain import Explanation, explain
from crossdock.operations.opened import open_order
from crossdock.operations.order_list import PAYMENTS, ListedMerchantOrder, Wanted, list_orders
from crossdock.operations.orders import retry_order
from crossdock.operations.payment import LONGEST_NOTE, mark_paid, take_back_paid
from crossdock.operations.timeline import Entry, timeline

router = Router(tags=["Orders"])
State = Literal[tuple(VendorOrder.State.values)]
Payment = Literal[tuple(PAYMENTS)]


class Buyer(Schema):
    """Personal data, as the merchant's store has it."""

    contact: shape(Contact)
    shipping_address: shape(Address) | None
    billing_address: shape(Address) | None
    note: str


class MarkedPaid(Given):
    """`note`: for colleagues, such as how it was paid."""

    note: Annotated[str, Field(max_length=LONGEST_NOTE)] = ""


@router.get("orders", response=Page[shape(ListedMerchantOrder, "ListedOrder")])
@needs("orders:read", merchants=True)
def list_all_orders(
    request: Any,
    limit: Limit = 50,
    cursor: Cursor = "",
    state: State | None = None,
    vendor_id: Id | None = None,
    store_id: Id | None = None,
    payment: Payment | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    needs_attention: bool = False,
    q: Text = "",
) -> dict[str, Any]:
    """Newest first. `state`, `vendor_id`, `store_id`: of any one part; `since`, `until`: when it was placed; `q`: a
    number or id of either store, a reference, a SKU, a tracking number; three characters find what begins so."""
    before = parts_of(cursor, int)
    wanted = Wanted(
        states=(state,) if state else (),
        vendor_id=vendor_id,
        store_id=store_id,
        text=q,
        payment=payment or "",
        since=_aware(since),
        until=_aware(until),
        needs=needs_attention,
    )
    found = list_orders(
        marketplace=caller(request).merchant.marketplace,
        wanted=wanted,
        limit=limit + 1,
        before=before[0] if before else None,
    )
    return page(cut(found, limit, lambda row: [row.id]))


@router.get("orders/{int:order_id}", response=shape(Explanation))
@needs("orders:read", merchants=True)
def read_order(request: Any, order_id: Id) -> Explanation:
    """One order with all its parts, and Why? each is where it is: the rules that were asked, what each saw, and what
    would let the part go."""
    return explain(order=get_object_or_404(caller(request).merchant.orders, pk=order_id))


@router.get("orders/{int:order_id}/timeline", response=list[shape(Entry, "TimelineEntry")])
@needs("orders:read", merchants=True)
def read_timeline(request: Any, order_id: Id) -> list[Entry]:
    """Everything that happened to it on both sides, newest first: from the history, its parts, parcels, what needed a
    person, and calls that went wrong."""
    order = get_object_or_404(caller(request).merchant.orders, pk=order_id)
    parts = VendorOrder.objects.filter(order=order).select_related("vendor").defer("sealed", "sealed_sent")
    return timeline(order=order, parts=list(parts.order_by("pk")))


@router.get("orders/{int:order_id}/buyer", response=Buyer)
@needs("buyers:read", merchants=True)
def read_buyer(request: Any, order_id: Id) -> Any:
    """Who bought, and where it goes."""
    row = get_object_or_404(caller(request).merchant.orders, pk=order_id)
    try:
        seen = open_order(row)
    except SealError as error:
        raise Problem(409, "key_lost", "It was sealed with a key that this installation has lost.") from error
    if seen is None:
        raise Problem(409, "not_known", "The buyer was erased, or the order has not been read yet.")
    return seen


@router.post("orders/{int:order_id}/retry", response=Count)
@needs("orders:write", merchants=True)
def retry(request: Any, order_id: Id) -> dict[str, int]:
    """Look at everything of the order again at once. `count`: refusals that were lifted."""
    mine = caller(request)
    row = get_object_or_404(mine.merchant.orders, pk=order_id)
    return {"count": retry_order(order=row, **mine.by)}


@router.post("orders/{int:order_id}/mark-paid", response=Done)
@needs("orders:write", merchants=True)
def mark_order_paid(request: Any, order_id: Id, given: MarkedPaid) -> Done:
    """Count it as paid for the rule "paid only": what waits for that goes out. Its payment in the store stays what it
    is, and is what vendors are told."""
    mine = caller(request)
    mark_paid(order=get_object_or_404(mine.merchant.orders, pk=order_id), note=given.note, **mine.by)
    return Done()


@router.post("orders/{int:order_id}/take-back-paid", response=Done)
@needs("orders:write", merchants=True)
def take_back_order_paid(request: Any, order_id: Id) -> Done:
    """Count it as its store does again; not once a part was sent."""
    mine = caller(request)
    take_back_paid(order=get_object_or_404(mine.merchant.orders, pk=order_id), **mine.by)
    return Done()


def _aware(at: datetime | None) -> datetime | None:
    """A time without a zone is UTC's."""
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
