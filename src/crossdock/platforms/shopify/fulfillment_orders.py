"""What a parcel is written against: Shopify's fulfilment orders, one or more per order and location, made by Shopify.

Read again before each parcel, since moves, holds and cancellations change their ids (FACTS section 9). Not here: the
writing (fulfillments.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from crossdock.connector.contract import FulfillmentRequest
from crossdock.connector.errors import Gone, Rejected, Unavailable, Unsupported
from crossdock.platforms.shopify import wire
from crossdock.platforms.shopify.client import Graph
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import gid, number
from crossdock.platforms.shopify.scopes import FULFILLMENT_SCOPES, granted

FULFILLABLE = frozenset({"OPEN", "IN_PROGRESS"})
HELD = {"ON_HOLD": "on_hold", "SCHEDULED": "scheduled"}
ACTION = "CREATE_FULFILLMENT"
CALL = "FulfillmentOrders"
ROUTING = timedelta(minutes=10)  # nothing seen of a younger order means nothing yet


class _Order(Struct, rename="camel"):
    fulfillment_orders: wire.FulfillmentOrders


class _Seen(Struct, rename="camel"):
    current_app_installation: wire.Installation
    order: _Order | None = None


class _Lines(Struct, rename="camel"):
    line_items: wire.Fulfillables


class _MoreLines(Struct, rename="camel"):
    fulfillment_order: _Lines | None = None


class _Left(Struct, rename="camel"):
    id: str
    unfulfilled_quantity: int


class _LeftLines(Struct, rename="camel"):
    nodes: list[_Left]
    page_info: wire.PageInfo


class _LeftOrder(Struct, rename="camel"):
    line_items: _LeftLines
    created_at: datetime
    cancelled_at: datetime | None = None


class _Unfulfilled(Struct):
    order: _LeftOrder | None = None


class Fulfillable(Struct, frozen=True):
    """One line of one fulfilment order: `id` is what a parcel names, `line_id` the order's line."""

    id: str
    line_id: str
    remaining: int


class FulfillmentOrder(Struct, frozen=True):
    id: str
    location: str
    state: str  # "" when a parcel may be written against it, else why not
    lines: tuple[Fulfillable, ...]


async def choose(graph: Graph, request: FulfillmentRequest) -> list[dict[str, Any]]:
    """lineItemsByFulfillmentOrder of the parcel. Raises Unavailable(call="routing") while Shopify has not made them,
    Rejected ("quantity", "on_hold", "scheduled", "scopes") or Unsupported (several locations)."""
    wanted = dict(request.lines)
    seen, scopes = await _read(graph, request.order_id)
    groups = take(seen, wanted)
    if groups is None:
        await _explain(graph, request.order_id, seen, scopes, wanted)
    return groups or []


def take(seen: Iterable[FulfillmentOrder], wanted: Mapping[str, int]) -> list[dict[str, Any]] | None:
    """The fulfilment orders of one location that hold all of `wanted`, fewest first; None when no location does."""
    by_location: dict[str, list[FulfillmentOrder]] = defaultdict(list)
    for each in seen:
        if not each.state:
            by_location[each.location].append(each)
    takings = [taking for orders in by_location.values() if (taking := _take_all(orders, wanted)) is not None]
    return min(takings, key=len, default=None)


def _take_all(orders: list[FulfillmentOrder], wanted: Mapping[str, int]) -> list[dict[str, Any]] | None:
    left, groups = dict(wanted), []
    for order in sorted(orders, key=lambda each: -_held_of(each, wanted)):
        lines = []
        for line in order.lines:
            part = min(left.get(line.line_id, 0), line.remaining)
            if part > 0:
                left[line.line_id] -= part
                lines.append({"id": line.id, "quantity": part})
        if lines:
            groups.append({"fulfillmentOrderId": order.id, "fulfillmentOrderLineItems": lines})
    return None if any(left.values()) else groups


def _held_of(order: FulfillmentOrder, wanted: Mapping[str, int]) -> int:
    return sum(min(line.remaining, wanted.get(line.line_id, 0)) for line in order.lines)


async def _explain(
    graph: Graph, order_id: str, seen: list[FulfillmentOrder], scopes: frozenset[str], wanted: Mapping[str, int]
) -> None:
    """Raises why `wanted` cannot be written now."""
    missing = {line: quantity for line, quantity in wanted.items() if _remaining(seen, line, open_only=True) < quantity}
    if not missing:
        raise Unsupported(
            "the lines of this parcel are at several locations of the merchant's store, and a Shopify parcel is of one",
            instead="the merchant ships it from the order's page, or moves the lines to one location",
            call="CreateFulfillment",
        )
    left, created_at = await _unfulfilled(graph, order_id)
    if any(left.get(line, 0) < quantity for line, quantity in missing.items()):
        raise Rejected("less is left to ship than the parcel has", code="quantity", call=CALL)
    if all(_remaining(seen, line, open_only=False) >= quantity for line, quantity in missing.items()):
        state = next(each.state for each in seen if each.state)
        raise Rejected(f"the order's fulfilment is {state.replace('_', ' ')} in the store", code=state, call=CALL)
    lacking = [scope for scope in FULFILLMENT_SCOPES if scope not in scopes]
    routing = not seen and FULFILLMENT_SCOPES[0] not in lacking and graph.now() - created_at < ROUTING
    if lacking and not routing and not any(_remaining(seen, line, open_only=False) for line in missing):
        # without them the list is silently shorter (FACTS section 9); the order itself says there is more to ship
        raise Rejected(
            f"the app may not see what is left to ship: it lacks {', '.join(lacking)}", code="scopes", call=CALL
        )
    raise Unavailable("the store has not decided yet where the order ships from", call="routing")


def _remaining(seen: Iterable[FulfillmentOrder], line_id: str, *, open_only: bool) -> int:
    orders = [each for each in seen if not (open_only and each.state) and each.state != "closed"]
    return sum(line.remaining for order in orders for line in order.lines if line.line_id == line_id)


async def _read(graph: Graph, order_id: str) -> tuple[list[FulfillmentOrder], frozenset[str]]:
    found: list[wire.FulfillmentOrder] = []
    after: str | None = None
    while True:
        answer = await graph.call(document(CALL), {"id": gid("Order", order_id), "after": after}, _Seen)
        if answer.order is None:
            raise Gone(f"order {order_id} is not there", call=CALL)
        page = answer.order.fulfillment_orders
        found += page.nodes
        if not page.page_info.has_next_page:
            break
        after = page.page_info.end_cursor
    scopes = granted(scope.handle for scope in answer.current_app_installation.access_scopes)
    return [await _whole(graph, each) for each in found], scopes


async def _whole(graph: Graph, of: wire.FulfillmentOrder) -> FulfillmentOrder:
    lines, page = list(of.line_items.nodes), of.line_items.page_info
    while page.has_next_page:
        more = await graph.call(document("FulfillmentOrderLines"), {"id": of.id, "after": page.end_cursor}, _MoreLines)
        if more.fulfillment_order is None:
            break
        lines += more.fulfillment_order.line_items.nodes
        page = more.fulfillment_order.line_items.page_info
    location = of.assigned_location.location.id if of.assigned_location.location else of.assigned_location.name
    usable = tuple(Fulfillable(line.id, number(line.line_item.id), line.remaining_quantity) for line in lines)
    return FulfillmentOrder(of.id, location, _state(of), usable)


def _state(of: wire.FulfillmentOrder) -> str:
    if of.status in HELD:
        return HELD[of.status]
    if of.status not in FULFILLABLE:
        return "closed"
    actions = {action.action for action in of.supported_actions}
    return "" if not actions or ACTION in actions else "on_hold"


async def _unfulfilled(graph: Graph, order_id: str) -> tuple[dict[str, int], datetime]:
    """What is left to ship of each line, none of a cancelled order; and when the order was made."""
    left: dict[str, int] = {}
    after: str | None = None
    while True:
        answer = await graph.call(document("Unfulfilled"), {"id": gid("Order", order_id), "after": after}, _Unfulfilled)
        if answer.order is None:
            raise Gone(f"order {order_id} is not there", call="Unfulfilled")
        if answer.order.cancelled_at is not None:
            return {}, answer.order.created_at
        page = answer.order.line_items
        left |= {number(line.id): line.unfulfilled_quantity for line in page.nodes}
        if not page.page_info.has_next_page:
            return left, answer.order.created_at
        after = page.page_info.end_cursor
