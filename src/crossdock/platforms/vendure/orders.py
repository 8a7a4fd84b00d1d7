"""Vendor orders of one store: read, listed by what changed, found by reference, edited, paid, cancelled.

Not here: placing them (placing.py), the shapes on the wire (wire.py, mapping.py).
"""

from datetime import datetime, timedelta
from typing import Any

from crossdock.connector.contract import CancelOutcome, CancelState, Page
from crossdock.connector.errors import ConnectorError, Gone, OutcomeUnknown, Rejected, Unsupported
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder
from crossdock.platforms.vendure import documents, drafts, mapping, notes, pages, placing, wire, words
from crossdock.platforms.vendure.client import Api

Seen = tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]

PAGE = 100
# How long after it was placed a shipped order is still looked at: a parcel taken back, one more parcel.
STILL_LOOKED_AT = timedelta(days=60)
NO_PLACE = "the vendor is told, and keeps it where it likes"
UNPAID_ADDRESS = "the vendor changes it in Vendure, once the order is paid"


async def changed_ours(api: Api, since: datetime, cursor: str) -> Page[Seen]:
    """Of all that may have changed, what did. An order's `updatedAt` stays where it was when parcels leave (see
    `mapping.changed_at`), so that it cannot be asked for: unfinished orders and those of the last weeks are read, in
    the order in which they were placed, which never changes. What changed just before `since` is told too: where
    moments are whole seconds, it may have changed after."""
    rows = await pages.after(
        cursor, "orderPlacedAt", PAGE, _may_have_changed(api, since), lambda options: _list(api, options)
    )
    found = [each for each in rows.items if mapping.reference(each) and mapping.done(each)]
    changed = [each for each in found if mapping.changed_at(each) >= pages.before(since)]
    return Page(tuple([_seen(each) for each in changed]), rows.cursor)


def _may_have_changed(api: Api, since: datetime) -> list[dict[str, Any]]:
    """Ours are those that our payment is on, and those that are not paid; the rest is told apart by its customer."""
    ours = [{"transactionId": {"contains": "cd-"}}, {"state": {"in": [words.UNPAID, words.MODIFYING, words.CANCELLED]}},
            {"totalWithTax": {"eq": 0}}]  # fmt: skip
    recently = [{"orderPlacedAt": {"after": pages.stamp(api.now() - STILL_LOOKED_AT)}},
                {"state": {"notEq": words.CANCELLED}}]  # fmt: skip
    moved = {"updatedAt": {"after": pages.stamp(pages.before(since))}}
    return [{"_or": ours}, {"_or": [moved, {"state": {"in": list(words.OPEN)}}, {"_and": recently}]}]


async def _list(api: Api, options: dict[str, Any]) -> list[wire.Order]:
    return (await api.read("getOrders", documents.LIST_ORDERS, wire.Orders, options=options)).orders.items


async def read(api: Api, remote_id: str) -> wire.Order:
    """Raises Gone when it is not there, or not one that was placed."""
    order = (await api.read("getOrder", documents.READ_ORDER, wire.OneOrder, id=remote_id)).order
    if order is None or order.id != remote_id or order.order_placed_at is None:
        raise Gone("the order is not in the store", call="getOrder")
    return order


async def read_ours(api: Api, remote_id: str) -> Seen:
    return _seen(await read(api, remote_id))


async def find(api: Api, reference: str) -> RemoteVendorOrder | None:
    """A direct read. What was interrupted on the way does not count: placing it again finishes it."""
    found = await api.read("findOrder", documents.FIND, wire.Found, **placing.found_by(reference))
    done = [order for order in placing.ours(found, reference) if mapping.done(order)]
    return mapping.vendor_order(done[0]) if done else None


async def update(api: Api, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
    """The address by modifying the order, the rest in our note on it. All or nothing of what can be said beforehand."""
    if changes.metafields is not None or changes.buyer_accepts_marketing is not None:
        what = "metafields" if changes.metafields is not None else "marketing consent"
        raise Unsupported(f"a Vendure order has no place for {what}", instead=NO_PLACE, call="updateOrder")
    order = await read(api, remote_id)
    if changes.shipping_address is not None:
        await _readdress(api, order, drafts.address(changes.shipping_address))
    before = mapping.note(order) or notes.text({notes.TITLE: mapping.reference(order)})
    after = notes.edited(before, changes)
    if after != before:
        await _write_note(api, order, after)
    return mapping.vendor_order(await _after_write(api, remote_id))


async def _readdress(api: Api, order: wire.Order, address: dict[str, str]) -> None:
    if order.state == words.UNPAID:
        said = "Vendure changes nothing in an order that waits for its payment"
        raise Unsupported(said, instead=UNPAID_ADDRESS, call="updateOrder")
    back = order.state if order.state != words.MODIFYING else words.SETTLED
    if back not in words.MODIFIABLE:
        said = f"an order that is {order.state} is not changed any more"
        raise Unsupported(said, instead="nothing: it has gone", call="updateOrder")
    opened = documents.PRICED if order.state != words.MODIFYING else documents.PRICED[1:]
    given = {"dryRun": False, "orderId": order.id, "updateShippingAddress": address,
             "options": {"recalculateShipping": False}}  # fmt: skip
    document = documents.steps(opened, (documents.move("back", back),))
    _went(await api.write("updateOrder", document, dict[str, wire.Step], id=order.id, priced=given))


async def _write_note(api: Api, order: wire.Order, text: str) -> None:
    entry = next((one for one in order.notes.items if notes.ours(one.data)), None)
    if entry is None:
        given = {"id": order.id, "note": text, "isPublic": False}
        await api.write("updateOrder", documents.steps(documents.NOTED), wire.Anything, note=given)
    else:
        rewritten = {"noteId": entry.id, "note": text, "isPublic": False}
        await api.write("updateOrder", documents.REWRITE_NOTE, wire.Anything, input=rewritten)


async def mark_paid(api: Api, remote_id: str) -> RemoteVendorOrder:
    order = await read(api, remote_id)
    if mapping.financial(order).paid:
        return mapping.vendor_order(order)
    if order.state not in (words.UNPAID, words.MODIFYING):
        raise Rejected(f"the order is {order.state}: Vendure takes no payment of it", code=order.state, call="markPaid")
    owed = [documents.OWED] if order.state == words.MODIFYING else []
    document = documents.steps(*owed, documents.PAID, documents.STANDS)
    given = placing.payment(order.id, mapping.reference(order))
    _went(await api.write("markPaid", document, dict[str, wire.Step], id=order.id, payment=given))
    return mapping.vendor_order(await _after_write(api, remote_id))


async def cancel(api: Api, remote_id: str, reason: str) -> CancelOutcome:
    """Every line, and stock goes back; what was paid is the marketplace's to give back."""
    order = await read(api, remote_id)
    if order.state != words.CANCELLED:
        given = {"orderId": order.id, "cancelShipping": True, "reason": reason}
        try:
            _went(await api.write("cancelOrder", documents.CANCEL, dict[str, wire.Step], input=given))
        except Rejected:
            if (await read(api, remote_id)).state != words.CANCELLED:
                raise
    return CancelOutcome(CancelState.DONE)


async def _after_write(api: Api, remote_id: str) -> wire.Order:
    """Read after something was done: an answer that does not come is not told as if it were undone."""
    try:
        return await read(api, remote_id)
    except ConnectorError as error:
        raise OutcomeUnknown(error.words, call=error.call, status=error.status) from None


def _went(steps: dict[str, wire.Step]) -> None:
    """The first step that the store refused is why those after it were."""
    for step in steps.values():
        if step.error_code:
            raise Rejected(step.message, code=step.error_code)


def _seen(of: wire.Order) -> Seen:
    return mapping.vendor_order(of), mapping.parcels(of)
