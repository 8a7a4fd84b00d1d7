"""Fulfilment orders and parcels: routing in the background, shipping, tracking, cancelling, holds and moves.

Not for what orders say of themselves (`sums.py`).
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crossdock_sandbox.shopify import acts_stock as stock
from crossdock_sandbox.shopify import telling
from crossdock_sandbox.shopify.changes import touch
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import (
    Fulfillment,
    FulfillmentLine,
    FulfillmentOrder,
    FulfillmentOrderLine,
    Hold,
    Line,
    Order,
)  # fmt: skip
from crossdock_sandbox.shopify.state_catalogue import Location
from crossdock_sandbox.shopify.sums import fulfillment_status

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox


class ParcelRefused(Exception):
    """What fulfilment does not allow, in Shopify's words; `field` as it names it."""

    def __init__(self, message: str, field: list[str] | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field or ["fulfillment"]


@dataclass(slots=True)
class Tracking:
    """`numbers` and `urls` expand into one row each; None = not said."""

    company: str | None = None
    numbers: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)


def route(world: "Sandbox", shop: Shop, order: Order) -> None:
    """The background routing: one fulfilment order per location that has lines to ship."""
    if order.routed or order.id not in shop.orders:
        return
    order.routed = True
    if order.cancelled_at is not None:
        return
    groups: dict[int, tuple[Location, list[Line]]] = {}
    for line in order.lines:
        if line.unfulfilled:
            place = line.claimed.location if line.claimed else shop.location
            groups.setdefault(place.id, (place, []))[1].append(line)
    for place, lines in groups.values():
        _fulfillment_order(world, shop, order, place, [(line, line.unfulfilled) for line in lines])
    if order.stated_fulfillment == "FULFILLED":
        ship_lines(world, shop, order, None, Tracking())
    for one in order.fulfillment_orders:
        telling.emit(world, shop, [("FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE", one)])


def _fulfillment_order(
    world: "Sandbox", shop: Shop, order: Order, place: Location, rows: list[tuple[Line, int]]
) -> FulfillmentOrder:
    now = world.now()
    lines = [FulfillmentOrderLine(world.id(), line, quantity, quantity) for line, quantity in rows]
    made = FulfillmentOrder(world.id(), order, place, lines, now, now)
    order.fulfillment_orders.append(made)
    shop.fulfillment_orders[made.id] = made
    return made


def open_rows(order: Order) -> list[tuple[FulfillmentOrder, FulfillmentOrderLine]]:
    """What can still be shipped."""
    return [
        (one, row) for one in order.fulfillment_orders if one.status in ("OPEN", "IN_PROGRESS")
        for row in one.lines if row.remaining > 0
    ]  # fmt: skip


def ship_lines(
    world: "Sandbox", shop: Shop, order: Order, wanted: dict[int, int] | None, tracking: Tracking
) -> Fulfillment:
    """A vendor's way: ship order lines (line id -> quantity; None = all that is left) in one parcel."""
    if not order.routed:
        route(world, shop, order)
    rows = open_rows(order)
    picked: list[tuple[FulfillmentOrder, FulfillmentOrderLine, int]] = []
    left = dict(wanted) if wanted is not None else {row.line.id: row.remaining for _, row in rows}
    for one, row in rows:
        quantity = min(row.remaining, left.get(row.line.id, 0))
        if quantity:
            picked.append((one, row, quantity))
            left[row.line.id] -= quantity
    short = [line_id for line_id, quantity in left.items() if quantity > 0]
    if short or not picked:
        which = f" (line {short[0]})" if short else ""
        raise ParcelRefused(f"Invalid fulfillment order line item quantity requested.{which}")
    return _ship(world, shop, order, picked, tracking)


def ship_rows(
    world: "Sandbox", shop: Shop, groups: list[tuple[int, list[tuple[int, int]] | None]], tracking: Tracking
) -> Fulfillment:
    """The mutation's way: fulfilment order id and (FulfillmentOrderLineItem id, quantity) rows. All or nothing."""
    picked: list[tuple[FulfillmentOrder, FulfillmentOrderLine, int]] = []
    for order_id, rows in groups:
        one = shop.fulfillment_orders.get(order_id)
        if one is None:
            raise ParcelRefused("Fulfillment order does not exist.")
        if one.status not in ("OPEN", "IN_PROGRESS"):
            raise ParcelRefused(f"Fulfillment order {one.id} has an unfulfillable status= {one.status.lower()}.")
        picked += _rows(one, rows)
    if not picked:
        raise ParcelRefused("Invalid fulfillment order line item quantity requested.")
    orders = {one.order.id for one, _, _ in picked}
    places = {one.location.id for one, _, _ in picked}
    if len(orders) > 1:
        raise ParcelRefused("All fulfillment orders must belong to the same order.")
    if len(places) > 1:
        raise ParcelRefused("All fulfillment orders must be assigned to the same location.")
    return _ship(world, shop, picked[0][0].order, picked, tracking)


def _rows(
    one: FulfillmentOrder, rows: list[tuple[int, int]] | None
) -> list[tuple[FulfillmentOrder, FulfillmentOrderLine, int]]:
    if not rows:
        return [(one, row, row.remaining) for row in one.lines if row.remaining > 0]
    known = {row.id: row for row in one.lines}
    asked: dict[int, int] = {}
    for row_id, quantity in rows:
        if quantity <= 0:
            where = ["fulfillment", "lineItemsByFulfillmentOrder", "0", "fulfillmentOrderLineItems", "0"]
            raise ParcelRefused("Quantity must be greater than 0", where)
        asked[row_id] = asked.get(row_id, 0) + quantity
    for row_id, quantity in asked.items():
        found = known.get(row_id)
        if found is None or quantity > found.remaining:
            raise ParcelRefused("Invalid fulfillment order line item quantity requested.")
    return [(one, known[row_id], quantity) for row_id, quantity in asked.items()]


def _ship(
    world: "Sandbox", shop: Shop, order: Order, picked: list[tuple[FulfillmentOrder, FulfillmentOrderLine, int]],
    tracking: Tracking,
) -> Fulfillment:  # fmt: skip
    now = world.now()
    lines = [FulfillmentLine(world.id(), row.line, quantity, row) for _, row, quantity in picked]
    name = f"{order.name}-F{len(order.fulfillments) + 1}"
    made = Fulfillment(world.id(), order, name, picked[0][0].location, lines, now, now)
    _track(made, tracking)
    for one, row, quantity in picked:
        row.remaining -= quantity
        row.line.fulfilled += quantity
        stock.ship(row.line, quantity)
        if one not in made.orders:
            made.orders.append(one)
    for one in made.orders:
        one.updated_at = now
        one.status = "CLOSED" if all(row.remaining == 0 for row in one.lines) else "IN_PROGRESS"
    order.fulfillments.append(made)
    shop.fulfillments[made.id] = made
    telling.emit(world, shop, [("FULFILLMENTS_CREATE", made)])
    whole = fulfillment_status(order) == "FULFILLED"
    touch(world, shop, order, "ORDERS_FULFILLED" if whole else "ORDERS_PARTIALLY_FULFILLED")
    return made


def _track(parcel: Fulfillment, tracking: Tracking) -> None:
    parcel.company, parcel.numbers, parcel.urls = tracking.company, list(tracking.numbers), list(tracking.urls)


def update_tracking(world: "Sandbox", shop: Shop, parcel: Fulfillment, tracking: Tracking) -> None:
    """The new list replaces the old; works even on a cancelled parcel (FACTS section 9)."""
    _track(parcel, tracking)
    parcel.updated_at = world.now()
    telling.emit(world, shop, [("FULFILLMENTS_UPDATE", parcel)])
    touch(world, shop, parcel.order)


def deliver(world: "Sandbox", shop: Shop, parcel: Fulfillment) -> None:
    parcel.delivered_at = parcel.updated_at = world.now()
    telling.emit(world, shop, [("FULFILLMENTS_UPDATE", parcel)])
    touch(world, shop, parcel.order)


def cancel(world: "Sandbox", shop: Shop, parcel: Fulfillment) -> None:
    """Idempotent; what was in it goes to a new fulfilment order (FACTS section 9)."""
    if parcel.status == "CANCELLED":
        return
    now = world.now()
    parcel.status, parcel.updated_at = "CANCELLED", now
    for line in parcel.lines:
        line.line.fulfilled -= line.quantity
        stock.unship(line.line, line.quantity)
    if parcel.order.cancelled_at is None:
        rows = [(line.line, line.quantity) for line in parcel.lines]
        _fulfillment_order(world, shop, parcel.order, parcel.location, rows)
    telling.emit(world, shop, [("FULFILLMENTS_UPDATE", parcel)])
    touch(world, shop, parcel.order)


def edited(world: "Sandbox", shop: Shop, order: Order, line: Line, delta: int) -> None:
    """An order edit takes quantity out of the open fulfilment orders, or adds a new one for more."""
    if not order.routed:
        return
    if delta > 0:
        _fulfillment_order(
            world, shop, order, line.claimed.location if line.claimed else shop.location, [(line, delta)]
        )
        return
    less = -delta
    for one in order.fulfillment_orders:
        for row in one.lines:
            if row.line is line and less and one.status != "CLOSED":
                cut = min(row.remaining, less)
                row.remaining, row.total, less = row.remaining - cut, row.total - cut, less - cut
        if all(row.remaining == 0 for row in one.lines):
            one.status = "CLOSED"


def hold(
    world: "Sandbox", shop: Shop, one: FulfillmentOrder, rows: dict[int, int], *, reason: str, notes: str | None,
    handle: str | None,
) -> tuple[Hold, FulfillmentOrder | None]:  # fmt: skip
    """A partial hold splits the fulfilment order: what is left goes to a new one."""
    if one.status not in ("OPEN", "ON_HOLD", "SCHEDULED"):
        raise ParcelRefused("The fulfillment order is not in a state that can be held.", ["id"])
    rest = _split(world, shop, one, rows) if rows else None
    made = Hold(world.id(), reason, notes, handle)
    one.holds.append(made)
    one.status, one.updated_at = "ON_HOLD", world.now()
    telling.emit(world, shop, [("FULFILLMENT_ORDERS_PLACED_ON_HOLD", one)])
    return made, rest


def _split(world: "Sandbox", shop: Shop, one: FulfillmentOrder, kept: dict[int, int]) -> FulfillmentOrder | None:
    """Keep (row id -> quantity) in `one`, put the rest into a new fulfilment order."""
    out: list[tuple[Line, int]] = []
    for row in one.lines:
        keep = min(kept.get(row.id, 0), row.remaining)
        if row.remaining > keep:
            out.append((row.line, row.remaining - keep))
        row.total -= row.remaining - keep
        row.remaining = keep
    one.lines = [row for row in one.lines if row.total > 0]
    return _fulfillment_order(world, shop, one.order, one.location, out) if out else None


def release(world: "Sandbox", shop: Shop, one: FulfillmentOrder) -> None:
    one.holds.clear()
    if one.status == "ON_HOLD":
        one.status, one.updated_at = "OPEN", world.now()
        telling.emit(world, shop, [("FULFILLMENT_ORDERS_HOLD_RELEASED", one)])


def move(
    world: "Sandbox", shop: Shop, one: FulfillmentOrder, place: Location, rows: dict[int, int]
) -> tuple[FulfillmentOrder, FulfillmentOrder | None]:
    """Whole or part to another location. The moved goods get a new fulfilment order: ids change (FACTS section 9)."""
    if one.status not in ("OPEN", "IN_PROGRESS"):
        raise ParcelRefused("The fulfillment order is not in a state that can be moved.", ["id"])
    asked = rows or {row.id: row.remaining for row in one.lines}
    out = [(row.line, min(asked.get(row.id, 0), row.remaining)) for row in one.lines]
    moved = _fulfillment_order(world, shop, one.order, place, [(line, n) for line, n in out if n])
    for row, (_, quantity) in zip(one.lines, out, strict=True):
        row.remaining, row.total = row.remaining - quantity, row.total - quantity
    left = any(row.remaining for row in one.lines)
    if not left:
        one.status = "CLOSED"
    one.updated_at = world.now()
    telling.emit(world, shop, [("FULFILLMENT_ORDERS_MOVED", moved)])
    return moved, one if left else None


def cancel_order(world: "Sandbox", shop: Shop, one: FulfillmentOrder) -> FulfillmentOrder | None:
    """Cancelling a fulfilment order closes it and makes a replacement (FACTS section 9)."""
    if one.status in ("CLOSED", "CANCELLED"):
        raise ParcelRefused("The fulfillment order is not in a state that can be cancelled.", ["id"])
    rows = [(row.line, row.remaining) for row in one.lines if row.remaining]
    for row in one.lines:
        row.remaining = 0
    one.status, one.updated_at = "CLOSED", world.now()
    telling.emit(world, shop, [("FULFILLMENT_ORDERS_CANCELLED", one)])
    return _fulfillment_order(world, shop, one.order, one.location, rows) if rows else None
