"""Parcels of one store: read them, write one on the merchant's order, correct its tracking, cancel it.

Not here: the choice of what is written against (fulfillment_orders.py).
"""

from typing import Any, TypeVar

from msgspec import Struct

from crossdock.connector.contract import FulfillmentRequest
from crossdock.connector.errors import ConnectorError, Gone, OutcomeUnknown, Rejected
from crossdock.core.fulfillment import Fulfillment, Tracking
from crossdock.platforms.shopify import fulfillment_orders, mapping, wire
from crossdock.platforms.shopify.client import Graph, refuse
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import gid

T = TypeVar("T")


class _Parcels(Struct):
    fulfillments: list[wire.Parcel]


class _Order(Struct):
    order: _Parcels | None = None


class _Lines(Struct, rename="camel"):
    fulfillment_line_items: wire.ParcelLines


class _ParcelLines(Struct):
    fulfillment: _Lines | None = None


class _Written(Struct, rename="camel"):
    user_errors: list[wire.UserError]
    fulfillment: wire.Parcel | None = None


class _Created(Struct, rename="camel"):
    fulfillment_create: _Written


class _Tracked(Struct, rename="camel"):
    fulfillment_tracking_info_update: _Written


class _Payload(Struct, rename="camel"):
    user_errors: list[wire.UserError]


class _Cancelled(Struct, rename="camel"):
    fulfillment_cancel: _Payload


async def read(graph: Graph, order_id: str) -> tuple[Fulfillment, ...]:
    answer = await graph.call(document("ReadFulfillments"), {"id": gid("Order", order_id)}, _Order)
    if answer.order is None:
        raise Gone(f"order {order_id} is not there", call="ReadFulfillments")
    return tuple([await whole(graph, parcel) for parcel in answer.order.fulfillments])


async def create(graph: Graph, request: FulfillmentRequest) -> Fulfillment:
    groups = await fulfillment_orders.choose(graph, request)
    given: dict[str, Any] = {"lineItemsByFulfillmentOrder": groups, "notifyCustomer": request.notify_customer}
    if tracking := tracking_input(request.tracking):
        given["trackingInfo"] = tracking
    answer = (await graph.call(document("CreateFulfillment"), {"fulfillment": given}, _Created)).fulfillment_create
    _refuse_quantity(answer.user_errors)
    refuse("CreateFulfillment", answer.user_errors)
    return await _created(graph, answer)


async def update_tracking(
    graph: Graph, fulfillment_id: str, tracking: Tracking, *, notify_customer: bool
) -> Fulfillment:
    given = {"id": gid("Fulfillment", fulfillment_id), "tracking": tracking_input(tracking), "notify": notify_customer}
    answer = (await graph.call(document("UpdateTracking"), given, _Tracked)).fulfillment_tracking_info_update
    refuse("UpdateTracking", answer.user_errors)
    return await _written(graph, answer, "UpdateTracking")


async def cancel(graph: Graph, fulfillment_id: str) -> None:
    answer = await graph.call(document("CancelFulfillment"), {"id": gid("Fulfillment", fulfillment_id)}, _Cancelled)
    refuse("CancelFulfillment", answer.fulfillment_cancel.user_errors)


async def whole(graph: Graph, parcel: wire.Parcel) -> Fulfillment:
    """The parcel with all its lines, whatever paging that takes."""
    lines, page = list(parcel.fulfillment_line_items.nodes), parcel.fulfillment_line_items.page_info
    while page.has_next_page:
        given = {"id": parcel.id, "after": page.end_cursor}
        more = (await graph.call(document("ReadParcelLines"), given, _ParcelLines)).fulfillment
        if more is None:
            break
        lines += more.fulfillment_line_items.nodes
        page = more.fulfillment_line_items.page_info
    return mapping.parcel(parcel, lines)


def tracking_input(of: Tracking) -> dict[str, Any]:
    """FulfillmentTrackingInput: each number and url becomes a row, the list replaces the old one (FACTS section 9)."""
    given: dict[str, Any] = {"company": of.company, "numbers": list(of.numbers), "urls": list(of.urls)}
    return {key: value for key, value in given.items() if value}


async def _created(graph: Graph, answer: _Written) -> Fulfillment:
    """What was made; its further lines are read, and an unclear read leaves the outcome unclear too."""
    try:
        return await _written(graph, answer, "CreateFulfillment")
    except ConnectorError as error:
        raise OutcomeUnknown(f"made, but not read to its end: {error.words}", call="CreateFulfillment") from None


async def _written(graph: Graph, answer: _Written, call: str) -> Fulfillment:
    if answer.fulfillment is None:
        raise OutcomeUnknown("the store named neither a parcel nor an error", call=call)
    return await whole(graph, answer.fulfillment)


# These errors have no code (FACTS section 9): another parcel or a move came between our look and our write.
_MOVED = ("unfulfillable status", "quantity requested", "does not exist", "must be greater than 0")


def _refuse_quantity(errors: list[wire.UserError]) -> None:
    for error in errors:
        if any(words in error.message for words in _MOVED):
            raise Rejected(error.message, code="quantity", call="CreateFulfillment")
