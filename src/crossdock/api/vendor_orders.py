"""Vendors' parts of orders: the list, one with its buyer, hold, release, resolve, parcels by hand.

Not here: why a part is where it is (orders.py).
"""

from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from crossdock.api.caller import caller, needs
from crossdock.api.orders import State
from crossdock.api.problems import Problem
from crossdock.api.shapes import Cursor, Done, Given, Id, Limit, Page, cut, page, parts_of, shape
from crossdock.core.fulfillment import Tracking
from crossdock.core.orders import Address, Contact
from crossdock.models import VendorOrder
from crossdock.operations.listing import ListedOrder, list_vendor_orders
from crossdock.operations.orders import (
    fulfill_by_hand,
    hold_order,
    left_of,
    release_order,
    resolve_unknown,
    withdraw_by_hand,
)
from crossdock.operations.vendor_side import show_order

router = Router(tags=["Vendor orders"])


class Line(Schema):
    """`left`: of an order that is shipped by hand, what no parcel has yet."""

    line_id: str
    title: str
    sku: str
    quantity: int
    left: int


class ParcelTold(Schema):
    id: int
    remote_id: str
    status: str
    state: str
    lines: list[list[Any]]
    tracking: dict[str, Any]


class VendorOrderTold(Schema):
    """One part of an order. `lines` is empty where it cannot be opened any more."""

    id: int
    order_id: int
    order_name: str
    vendor_id: int
    reference: str
    state: str
    reason: str
    words: str
    held_by_person: bool
    remote_id: str
    remote_name: str
    lines: list[Line]
    parcels: list[ParcelTold]


class ShipTo(Schema):
    """Personal data, as the vendor has it."""

    contact: shape(Contact)
    shipping_address: shape(Address) | None
    note: str


class Resolved(Given):
    """What a person saw in the vendor's store: the order's id there, or null: it is not there, push it again."""

    remote_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,100}$")] | None


class ParcelLine(Given):
    line_id: Annotated[str, Field(min_length=1, max_length=100)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]


class NewParcel(Given):
    """`after`: how many parcels were there when this was decided; with another number it is refused."""

    lines: Annotated[list[ParcelLine], Field(min_length=1, max_length=500)]
    company: Annotated[str, Field(max_length=100)] = ""
    numbers: Annotated[list[Annotated[str, Field(min_length=1, max_length=100)]], Field(max_length=20)] = []
    after: Annotated[int, Field(ge=0, le=100_000)] | None = None


class ParcelMade(Schema):
    id: int
    remote_id: str


@router.get("vendor-orders", response=Page[shape(ListedOrder, "ListedVendorOrder")])
@needs("orders:read")
def list_parts(
    request: Any, limit: Limit = 50, cursor: Cursor = "", state: State | None = None, vendor_id: Id | None = None
) -> dict[str, Any]:
    """Newest first. A vendor's token sees its own."""
    mine, before = caller(request), parts_of(cursor, int)
    found = list_vendor_orders(
        marketplace=mine.scope.marketplace,
        states=(state,) if state else (),
        vendor_id=mine.vendor.pk if mine.vendor else vendor_id,
        limit=limit + 1,
        before=before[0] if before else None,
    )
    return page(cut(found, limit, lambda row: [row.id]))


@router.get("vendor-orders/{int:vendor_order_id}", response=VendorOrderTold)
@needs("orders:read")
def read_part(request: Any, vendor_order_id: Id) -> dict[str, Any]:
    """One part, its lines, and what is left to ship by hand."""
    row = _row(request, vendor_order_id)
    parcels = list(row.parcels.order_by("pk"))
    draft = show_order(row).draft
    by_hand = row.state == VendorOrder.State.MANUAL
    left = left_of(draft, [(each.state, each.lines) for each in parcels]) if by_hand else {}
    lines = [
        {
            "line_id": line.line_id,
            "title": line.title,
            "sku": line.sku,
            "quantity": line.quantity,
            "left": left.get(line.line_id, 0),
        }
        for line in (draft.lines if draft else ())
    ]
    names = "reference state reason words held_by_person remote_id remote_name order_id vendor_id".split()
    told = {name: getattr(row, name) for name in names}
    return told | {"id": row.pk, "order_name": row.order.name, "lines": lines, "parcels": parcels}


@router.get("vendor-orders/{int:vendor_order_id}/buyer", response=ShipTo)
@needs("buyers:read")
def read_ship_to(request: Any, vendor_order_id: Id) -> Any:
    """To whom the vendor ships, as the vendor is told it; not before the part is the vendor's."""
    shown = show_order(_row(request, vendor_order_id))
    if shown.draft is None or not shown.buyer:
        raise Problem(409, "not_known", "The buyer was erased, or the order is not the vendor's yet.")
    return shown.draft


@router.post("vendor-orders/{int:vendor_order_id}/hold", response=Done)
@needs("orders:write", merchants=True)
def hold(request: Any, vendor_order_id: Id) -> Done:
    """Keep it from going out until it is released."""
    hold_order(vendor_order=_row(request, vendor_order_id), **caller(request).by)
    return Done()


@router.post("vendor-orders/{int:vendor_order_id}/release", response=Done)
@needs("orders:write", merchants=True)
def release(request: Any, vendor_order_id: Id) -> Done:
    """Take a hold back, and let it pass the limits; the other rules decide again."""
    release_order(vendor_order=_row(request, vendor_order_id), **caller(request).by)
    return Done()


@router.post("vendor-orders/{int:vendor_order_id}/resolve", response=Done)
@needs("orders:write", merchants=True)
def resolve(request: Any, vendor_order_id: Id, given: Resolved) -> Done:
    """Say what became of one whose outcome is unknown."""
    row = _row(request, vendor_order_id)
    resolve_unknown(vendor_order=row, remote_id=given.remote_id, **caller(request).by)
    return Done()


@router.post("vendor-orders/{int:vendor_order_id}/parcels", response={201: ParcelMade})
@needs("orders:write")
def fulfill(request: Any, vendor_order_id: Id, given: NewParcel) -> Any:
    """Write a parcel of a part that is shipped by hand; it goes to the merchant's order."""
    return fulfill_by_hand(
        vendor_order=_row(request, vendor_order_id),
        lines=[(line.line_id, line.quantity) for line in given.lines],
        tracking=Tracking(company=given.company.strip(), numbers=tuple(given.numbers)),
        after=given.after,
        **caller(request).by,
    )


@router.post("parcels/{int:parcel_id}/withdraw", response=Done)
@needs("orders:write")
def withdraw(request: Any, parcel_id: Id) -> Done:
    """Take back a parcel that was written by hand."""
    mine = caller(request)
    withdraw_by_hand(parcel=get_object_or_404(mine.scope.parcels, pk=parcel_id), **mine.by)
    return Done()


def _row(request: Any, number: int) -> VendorOrder:
    return get_object_or_404(caller(request).scope.vendor_orders, pk=number)
