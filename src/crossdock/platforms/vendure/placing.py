"""Placing a vendor order: a draft is filled, let in by a coupon, and brought to the marketplace's price.

Vendure's orders have no reference, no price of an app's own, and are placed by being paid. So a draft gets a customer
named after our reference, a coupon makes it cost nothing, it is placed (which takes stock), and one modification takes
the coupon off the goods and adds what is missing to the marketplace's total. Then it is owed, and paid if it is.
Two calls; what dies between them is a draft that sells nothing and is thrown away by the next attempt.
Not here: what is asked (documents.py), finding and changing orders (orders.py).
"""

from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from crossdock.connector.errors import ConnectorError, Gone, OutcomeUnknown, Rejected, Unavailable, Unsupported
from crossdock.core.vendor_order import RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.vendure import documents, drafts, mapping, notes, subscriptions, wire, words
from crossdock.platforms.vendure.client import Api

CREATE = "createOrder"


async def create(api: Api, draft: VendorOrderDraft) -> RemoteVendorOrder:
    """See `StoreClient.create_order`. What an attempt before this one left is finished, or thrown away."""
    _can(draft)
    before = await api.read(CREATE, documents.BEGIN, wire.Begin, promotion=words.PROMOTION, **found_by(draft.reference))
    for order in ours(before, draft.reference):
        if mapping.done(order):
            raise Rejected("the store has this order already", code="reference_taken", call=CREATE)
        if order.order_placed_at is not None:
            return await _finish(api, draft, order)
        await _throw_away(api, order)
    coupon = subscriptions.coupon(before.promotions.items) or await subscriptions.fit(api, before.promotions.items)
    try:
        made = await api.write("createDraftOrder", documents.NEW_DRAFT, wire.NewDraft)
    except OutcomeUnknown as error:
        raise _nothing(error) from None  # an empty draft sells nothing, and is nobody's
    order_id = made.create_draft_order.id
    try:
        await _fill(api, draft, order_id)
        method = await _method(api, draft, order_id)
        asked = await _let_in(api, draft, order_id, method, coupon)
        return await _place(api, draft, order_id, asked)
    except (Rejected, Unavailable):
        await _drop(api, order_id)
        raise


def found_by(reference: str) -> dict[str, str]:
    return {"email": drafts.email_of(reference), "reference": reference}


def ours(found: wire.Found, reference: str) -> list[wire.Order]:
    """The orders of a reference, each once; other people's payments may carry anything."""
    rows = [order for one in found.customers.items for order in one.orders.items]
    rows += found.orders.items + found.drafts.items
    mine = {order.id: order for order in rows if mapping.reference(order).lower() == reference.lower()}
    return [order for order in mine.values() if order.state != words.CANCELLED or order.order_placed_at is not None]


def _can(draft: VendorOrderDraft) -> None:
    if draft.test:
        raise Unsupported("Vendure has no test orders", instead="nothing is sent", call=CREATE)
    if not drafts.goods(draft):
        words_for = "a Vendure order needs at least one product of the store; these lines are linked to none"
        raise Rejected(words_for, code="no_products", call=CREATE)


async def _fill(api: Api, draft: VendorOrderDraft, order_id: str) -> None:
    shipping, billing = draft.shipping_address, draft.billing_address
    items = drafts.items(draft)
    document = documents.fill(range(len(items)), shipping=shipping is not None, billing=billing is not None)
    given: dict[str, Any] = {"customer": drafts.customer(draft), **items}
    given |= {"shipping": drafts.address(shipping)} if shipping else {}
    given |= {"billing": drafts.address(billing)} if billing else {}
    await _in_draft(api, "fillDraftOrder", document, order_id, **given)


async def _method(api: Api, draft: VendorOrderDraft, order_id: str) -> wire.Method:
    """How the store itself would ship it: as the marketplace calls it, or for the least. A method of our own that costs
    nothing would be offered to shoppers as well."""
    found = await api.read("getShippingMethods", documents.METHODS, wire.Methods, id=order_id)
    methods = found.eligible_shipping_methods_for_draft_order
    if not methods:
        words_for = "no shipping method of the store takes this order; look at Settings, Shipping methods"
        raise Rejected(words_for, code="no_shipping_method", call=CREATE)
    titles = {line.title.casefold() for line in draft.shipping_lines}
    return min(methods, key=lambda one: (one.name.casefold() not in titles, one.price_with_tax))


async def _let_in(api: Api, draft: VendorOrderDraft, order_id: str, method: wire.Method, coupon: str) -> wire.Step:
    """What the store would ask for the draft, before it asks nothing."""
    steps = await _in_draft(api, "letDraftOrderIn", documents.LET_IN, order_id, method=method.id, coupon=coupon)
    currency = steps["asked"].currency_code
    if currency != draft.currency:
        words_for = f"the store sells in {currency}, and the order is in {draft.currency}"
        raise Rejected(words_for, code="currency", call=CREATE)
    if steps["let"].total_with_tax:
        words_for = f"the promotion {words.PROMOTION!r} does not take an order down to nothing; somebody changed it"
        raise Rejected(words_for, code="promotion", call=CREATE)
    return steps["asked"]


async def _in_draft(api: Api, call: str, document: str, order_id: str, **given: Any) -> dict[str, wire.Step]:
    """Nothing of a draft counts before it is placed: what is unclear is as if it were not done."""
    try:
        steps = await api.write(call, document, dict[str, wire.Step], id=order_id, **given)
    except OutcomeUnknown as error:
        raise _nothing(error) from None
    except Gone as error:  # a variant, or the draft itself, is not there
        raise Rejected(error.words, code="not_found", call=CREATE) from None
    for step in steps.values():
        if step.error_code:
            raise Rejected(step.message, code=step.error_code, call=CREATE)
    return steps


async def _place(api: Api, draft: VendorOrderDraft, order_id: str, asked: wire.Step) -> RemoteVendorOrder:
    """All in one call, so that the store's process alone stands between placing an order and its price."""
    note = notes.written(draft, _shared(draft, asked.lines))
    parts = [documents.NOTED, documents.PLACED, documents.PRICED, *_due(draft)]
    rows = drafts.surcharges(draft, asked.total_with_tax - asked.shipping_with_tax)
    steps = await api.write(
        CREATE, documents.steps(*parts), dict[str, wire.Step], id=order_id,
        **_variables(draft, order_id, rows, note),
    )  # fmt: skip
    if steps["arranging"].error_code:
        raise Rejected(steps["arranging"].message, code=steps["arranging"].error_code, call=CREATE)
    return await _placed(api, draft, order_id)


async def _placed(api: Api, draft: VendorOrderDraft, order_id: str) -> RemoteVendorOrder:
    """The order as it now is; an answer that does not come makes it unknown, not undone."""
    try:
        order = (await api.read(CREATE, documents.READ_ORDER, wire.OneOrder, id=order_id)).order
    except ConnectorError as error:
        raise OutcomeUnknown(error.words, call=CREATE, status=error.status) from None
    if order is None or not mapping.done(order):
        raise OutcomeUnknown("the order was not finished; it will be", call=CREATE)
    return replace(mapping.vendor_order(order), line_ids=_paired(draft, order.lines))


async def _finish(api: Api, draft: VendorOrderDraft, order: wire.Order) -> RemoteVendorOrder:
    """An order that was placed, and whose store died before its price was set: the coupon comes off, then the rest."""
    opened = documents.PRICED if order.state != words.MODIFYING else documents.PRICED[1:]
    bare = _modified(order.id)
    steps = await api.write(CREATE, documents.steps(opened), dict[str, wire.Step], id=order.id, priced=bare)
    rows = drafts.surcharges(draft, steps["priced"].total_with_tax)
    parts = [documents.PRICED[1:] if rows else (), *_due(draft)]
    await api.write(
        CREATE, documents.steps(*parts), dict[str, wire.Step], id=order.id, **_variables(draft, order.id, rows, "")
    )
    return await _placed(api, draft, order.id)


def _due(draft: VendorOrderDraft) -> list[tuple[str, ...]]:
    """After the price: owed, and paid if it is. What costs nothing is not owed."""
    if not drafts.minor(draft.total):
        return [documents.STANDS]
    return [documents.OWED, documents.PAID, documents.STANDS] if draft.financial_status.paid else [documents.OWED]


def _variables(draft: VendorOrderDraft, order_id: str, rows: list[dict[str, Any]], note: str) -> dict[str, Any]:
    """What the steps want. `refund` names no payment there is: a price is not lowered without one, and there is nothing
    to give back yet."""
    nobody = {"paymentId": "0", "reason": ""}
    priced = {**_modified(order_id), "surcharges": rows, "refund": nobody}
    given: dict[str, Any] = {"priced": priced, "payment": payment(order_id, draft.reference)}
    return given | {"note": {"id": order_id, "note": note, "isPublic": False}}


def _modified(order_id: str) -> dict[str, Any]:
    """Without the coupon. Shipping stays as it is, free: looked at anew, its method may not take so low a price."""
    return {"dryRun": False, "orderId": order_id, "couponCodes": [], "options": {"recalculateShipping": False}}


def payment(order_id: str, reference: str) -> dict[str, Any]:
    return {"orderId": order_id, "method": words.PAYMENT, "transactionId": reference, "metadata": {}}


def _by_variant(draft: VendorOrderDraft, lines: list[wire.Line]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Order lines with the merchant's lines (id, pieces) that they were made of: of one variant Vendure makes one."""
    made = {line.product_variant.id: line.id for line in lines}
    found: dict[str, list[tuple[str, int]]] = {}
    for line in drafts.goods(draft):
        if line.variant_id in made:
            found.setdefault(made[line.variant_id], []).append((line.line_id, line.quantity))
    return list(found.items())


def _shared(draft: VendorOrderDraft, lines: list[wire.Line]) -> dict[str, list[int]]:
    return {line: [pieces for _, pieces in of] for line, of in _by_variant(draft, lines) if len(of) > 1}


def _paired(draft: VendorOrderDraft, lines: list[wire.Line]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for theirs, of in _by_variant(draft, lines):
        for n, (line_id, _) in enumerate(of):
            pairs.append((line_id, theirs if len(of) == 1 else mapping.part_id(theirs, n)))
    order = {line.line_id: n for n, line in enumerate(draft.lines)}
    return tuple(sorted(pairs, key=lambda pair: order[pair[0]]))


async def _throw_away(api: Api, order: wire.Order) -> None:
    document = documents.DROP_DRAFT if order.state == words.DRAFT else documents.DROP_ARRANGING
    try:
        await api.write("deleteDraftOrder", document, wire.Anything, id=order.id)
    except OutcomeUnknown as error:
        raise _nothing(error) from None


async def _drop(api: Api, order_id: str) -> None:
    with suppress(ConnectorError):  # a draft that stays harms nobody
        await api.write("deleteDraftOrder", documents.DROP_DRAFT, wire.Anything, id=order_id)


def _nothing(error: OutcomeUnknown) -> Unavailable:
    return Unavailable(error.words, call=error.call, status=error.status)
