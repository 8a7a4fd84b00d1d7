"""Orders of one store: read, list what changed, find by reference, place, change, mark as paid, cancel.

Not here: parcels (fulfillments.py), or the shapes on the wire (wire.py, mapping.py, drafts.py).
"""

from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from crossdock.connector.contract import CancelOutcome, CancelState, Page
from crossdock.connector.errors import ConnectorError, Gone, OutcomeUnknown, Rejected, Unsupported
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.orders import Attribute, Order
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.shopify import drafts, fulfillments, mapping, wire, words
from crossdock.platforms.shopify.client import Graph, refuse
from crossdock.platforms.shopify.documents import document, many
from crossdock.platforms.shopify.ids import gid, number

T = TypeVar("T")

# CreateOrder by the formula of FACTS section 3: the answer, and each line of it with its variant.
CREATE_COST, LINE_COST = 13.0, 4.0


class _Order(Struct):
    order: wire.MerchantOrder | None = None


class _Lines(Struct, rename="camel"):
    line_items: wire.Lines


class _OrderLines(Struct):
    order: _Lines | None = None


class _MerchantPage(Struct, rename="camel"):
    nodes: list[wire.MerchantOrder]
    page_info: wire.PageInfo


class _MerchantOrders(Struct):
    orders: _MerchantPage


class _VendorPage(Struct, rename="camel"):
    nodes: list[wire.VendorOrder]
    page_info: wire.PageInfo


class _VendorOrders(Struct):
    orders: _VendorPage


class _VendorOrder(Struct):
    order: wire.VendorOrder | None = None


class _Found(Struct, rename="camel"):
    order_by_identifier: wire.VendorOrder | None = None


class _OurLines(Struct, rename="camel"):
    line_items: wire.OurLines


class _OrderOurLines(Struct):
    order: _OurLines | None = None


class _Attributes(Struct, rename="camel"):
    custom_attributes: list[wire.Pair] = []


class _OrderAttributes(Struct):
    order: _Attributes | None = None


class _Written(Struct, rename="camel"):
    user_errors: list[wire.UserError]
    order: wire.VendorOrder | None = None


class _Created(Struct, rename="camel"):
    order_create: _Written


class _Updated(Struct, rename="camel"):
    order_update: _Written


class _Paid(Struct, rename="camel"):
    order_mark_as_paid: _Written


class _Job(Struct):
    id: str = ""
    done: bool = False


class _Cancel(Struct, rename="camel"):
    order_cancel_user_errors: list[wire.UserError]
    job: _Job | None = None


class _Cancelled(Struct, rename="camel"):
    order_cancel: _Cancel


class _At(Struct, rename="camel"):
    cancelled_at: datetime | None = None


class _State(Struct):
    order: _At | None = None
    job: _Job | None = None


async def read(graph: Graph, order_id: str) -> Order:
    answer = await graph.call(document("ReadOrder"), {"id": gid("Order", order_id)}, _Order)
    return await _whole(graph, _there(answer.order, order_id))


async def changed(graph: Graph, since: datetime, cursor: str) -> Page[Order]:
    answer = await graph.call(document("ChangedOrders"), changed_since(since, cursor), _MerchantOrders)
    found = [await _whole(graph, each) for each in answer.orders.nodes]
    return Page(tuple(found), _next(answer.orders.page_info))


async def changed_ours(
    graph: Graph, since: datetime, cursor: str
) -> Page[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
    """Search cannot ask for a metafield, so other people's orders are read too and left out."""
    answer = await graph.call(document("ChangedVendorOrders"), changed_since(since, cursor), _VendorOrders)
    found = [await _with_parcels(graph, each) for each in answer.orders.nodes if each.reference]
    return Page(tuple(found), _next(answer.orders.page_info))


async def read_ours(graph: Graph, remote_id: str) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
    return await _with_parcels(graph, await _ours(graph, remote_id))


async def find(graph: Graph, reference: str) -> RemoteVendorOrder | None:
    answer = await graph.call(document("FindOrder"), {"reference": reference}, _Found)
    return await _remote(graph, answer.order_by_identifier) if answer.order_by_identifier else None


async def create(graph: Graph, draft: VendorOrderDraft) -> RemoteVendorOrder:
    lines = max(len(draft.lines), 1)
    given = {"order": drafts.order_input(draft), "options": drafts.OPTIONS, "lines": lines}
    cost = CREATE_COST + many(lines) * LINE_COST
    try:
        answer = (await graph.call(document("CreateOrder"), given, _Created, cost=cost)).order_create
        _refuse_taken(answer.user_errors)
        refuse("CreateOrder", answer.user_errors)
    except Gone as error:  # something that the order names is not there, not the order
        raise Rejected(error.words, code="not_found", call="CreateOrder", request_id=error.request_id) from None
    if answer.order is None:
        raise OutcomeUnknown("the store named neither an order nor an error", call="CreateOrder")
    return _with_stock(await _created(graph, answer.order), answer.order.line_items.nodes, draft)


async def _created(graph: Graph, order: wire.VendorOrder) -> RemoteVendorOrder:
    """What was made; its further lines are read, and an unclear read leaves the outcome unclear too."""
    try:
        return await _remote(graph, order)
    except ConnectorError as error:
        raise OutcomeUnknown(f"made, but not read to its end: {error.words}", call="CreateOrder") from None


def _with_stock(made: RemoteVendorOrder, lines: list[wire.OurLine], draft: VendorOrderDraft) -> RemoteVendorOrder:
    """What is left of each variant, and the lines that lost theirs: Shopify may make a line with a title a custom one
    without a word (FACTS section 7)."""
    left: dict[str, int] = {}
    for line in lines:
        if line.variant and line.variant.inventory_item.tracked and line.variant.inventory_quantity is not None:
            left[number(line.variant.id)] = line.variant.inventory_quantity
    meant = {line.line_id for line in draft.lines if line.variant_id}
    bare = {number(line.id) for line in lines if line.variant is None}
    custom = tuple(merchant for merchant, vendor in made.line_ids if merchant in meant and vendor in bare)
    return msgspec.structs.replace(made, available=tuple(left.items()), custom_line_ids=custom)


async def update(graph: Graph, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
    """Everything that can be set is set before Unsupported is raised for what cannot."""
    given = drafts.update_input(remote_id, changes, await _our_attributes(graph, remote_id, changes))
    order = await _updated(graph, given) if len(given) > 1 else await _ours(graph, remote_id)
    if changes.buyer_accepts_marketing is not None:
        raise Unsupported(
            "Shopify takes no change of marketing consent on an order",
            instead="the vendor is told by hand",
            call="UpdateOrder",
        )
    return await _remote(graph, order)


async def mark_paid(graph: Graph, remote_id: str) -> RemoteVendorOrder:
    answer = await graph.call(document("MarkPaid"), {"id": gid("Order", remote_id)}, _Paid)
    errors = answer.order_mark_as_paid.user_errors
    if not errors and answer.order_mark_as_paid.order:
        return await _remote(graph, answer.order_mark_as_paid.order)
    order = await _ours(graph, remote_id)  # refused where nothing is outstanding: then it is as we want it
    outstanding = order.total_outstanding_set.shop_money.amount if order.total_outstanding_set else None
    if outstanding != 0 and not words.financial(order.display_financial_status).paid:
        refuse("MarkPaid", errors)
    return await _remote(graph, order)


async def cancel(graph: Graph, remote_id: str, *, reason: str, job: str) -> CancelOutcome:
    if job:
        return await _cancel_state(graph, remote_id, job)
    given = {"id": gid("Order", remote_id), "reason": words.cancel_reason(reason)}
    answer = (await graph.call(document("CancelOrder"), given, _Cancelled)).order_cancel
    if answer.order_cancel_user_errors or answer.job is None:
        if await _is_cancelled(graph, remote_id):
            return CancelOutcome(CancelState.DONE)
        refuse("CancelOrder", answer.order_cancel_user_errors)
        raise OutcomeUnknown("the store named neither a job nor an error", call="CancelOrder")
    if answer.job.done:
        return await _cancel_state(graph, remote_id, number(answer.job.id))
    return CancelOutcome(CancelState.PENDING, number(answer.job.id))


async def _cancel_state(graph: Graph, remote_id: str, job: str) -> CancelOutcome:
    """Errors found later are not in the mutation's answer (FACTS section 8): the order itself tells."""
    given = {"job": gid("Job", job), "id": gid("Order", remote_id)}
    state = await graph.call(document("CancelState"), given, _State)
    if _there(state.order, remote_id).cancelled_at is not None:
        return CancelOutcome(CancelState.DONE)
    if state.job is not None and not state.job.done:
        return CancelOutcome(CancelState.PENDING, job)
    raise Rejected(
        "the store ended the cancellation without cancelling the order", code="cancel_failed", call="CancelState"
    )


async def _is_cancelled(graph: Graph, remote_id: str) -> bool:
    answer = await graph.call(document("CancelledAt"), {"id": gid("Order", remote_id)}, _State)
    return _there(answer.order, remote_id).cancelled_at is not None


async def _updated(graph: Graph, given: dict[str, Any]) -> wire.VendorOrder:
    answer = (await graph.call(document("UpdateOrder"), {"input": given}, _Updated)).order_update
    refuse("UpdateOrder", answer.user_errors)
    return _there(answer.order, number(given["id"]))


async def _our_attributes(graph: Graph, remote_id: str, changes: OrderChanges) -> list[Attribute]:
    """The additional details that we added ourselves; a change of the others replaces the whole list."""
    if changes.attributes is None:
        return []
    answer = await graph.call(document("ReadAttributes"), {"id": gid("Order", remote_id)}, _OrderAttributes)
    there = _there(answer.order, remote_id).custom_attributes
    return [Attribute(pair.key, pair.value or "") for pair in there if pair.key in drafts.OURS]


async def _ours(graph: Graph, remote_id: str) -> wire.VendorOrder:
    answer = await graph.call(document("ReadVendorOrder"), {"id": gid("Order", remote_id)}, _VendorOrder)
    return _there(answer.order, remote_id)


async def _whole(graph: Graph, order: wire.MerchantOrder) -> Order:
    lines, page = list(order.line_items.nodes), order.line_items.page_info
    while page.has_next_page:
        given = {"id": order.id, "after": page.end_cursor}
        more = _there((await graph.call(document("ReadOrderLines"), given, _OrderLines)).order, number(order.id))
        lines += more.line_items.nodes
        page = more.line_items.page_info
    return mapping.order(order, lines)


async def _remote(graph: Graph, order: wire.VendorOrder) -> RemoteVendorOrder:
    lines, page = list(order.line_items.nodes), order.line_items.page_info
    while page.has_next_page:
        given = {"id": order.id, "after": page.end_cursor}
        more = _there(
            (await graph.call(document("ReadVendorOrderLines"), given, _OrderOurLines)).order, number(order.id)
        )
        lines += more.line_items.nodes
        page = more.line_items.page_info
    return mapping.vendor_order(order, lines)


async def _with_parcels(graph: Graph, order: wire.VendorOrder) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
    parcels = [await fulfillments.whole(graph, parcel) for parcel in order.fulfillments]
    return await _remote(graph, order), tuple(parcels)


def _refuse_taken(errors: list[wire.UserError]) -> None:
    """A reference that is there already: ids in an `id` metafield are unique. Its error has no code of its own."""
    for error in errors:
        about = " ".join([*(error.field or ()), error.message]).lower()
        if "metafield" in about and any(word in about for word in ("unique", "taken", "already")):
            raise Rejected(error.message, code="reference_taken", call="CreateOrder")


def changed_since(since: datetime, cursor: str) -> dict[str, str | None]:
    """Variables of a listing of what changed at or after `since`."""
    at = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"query": f"updated_at:>='{at}'", "after": cursor or None}


def _next(page: wire.PageInfo) -> str:
    return (page.end_cursor or "") if page.has_next_page else ""


def _there(order: T | None, order_id: str) -> T:
    if order is None:
        raise Gone(f"order {order_id} is not there", call="ReadOrder")
    return order
