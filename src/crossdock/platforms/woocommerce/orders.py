"""Orders of one store: read, list what changed, find by reference, place, change, mark as paid, cancel.

Not here: parcels (parcels.py), or the bodies (drafts.py, mapping.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from crossdock.connector.contract import CancelOutcome, CancelState, Page
from crossdock.connector.errors import ConnectorError, Gone, OutcomeUnknown, Rejected
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.money import minor_unit
from crossdock.core.orders import Order
from crossdock.core.vendor_order import DraftLine, OrderChanges, RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.woocommerce import drafts, mapping, pages, parcels, settings, stock, wire, words
from crossdock.platforms.woocommerce.client import ORDERS, Rest, unclear
from crossdock.platforms.woocommerce.orders_read import numbered, refunds, whole

PAGE = 50
# Without the filter by created_via (before 9.9) our order is looked for among those made since it may have been sent,
# by the shop's clock; where nobody knows since when, in the last two days.
LOOK_BACK, CLOCKS_DIFFER = timedelta(days=2), timedelta(minutes=10)
ADJUSTMENTS = 3  # of an order's total, at most
LONGEST_REFERENCE = 100  # HPOS cuts it there (FACTS, Idempotent create)
REDUCED = "_reduced_stock"  # on a line whose pieces were taken from stock (FACTS, Orders)
_PAID_ENOUGH = frozenset({"processing", "completed", "refunded"})

# `any` leaves out what lies in the trash; that the merchant threw an order away has to be seen too.
_MERCHANT_PHASES = (("status", "any"), ("status", "trash"))


async def read(rest: Rest, order_id: str) -> Order:
    found = await whole(rest, order_id)
    return mapping.order(found, await refunds(rest, found))


async def changed(rest: Rest, since: datetime, cursor: str) -> Page[Order]:
    found, behind = await _changed(rest, since, cursor)
    items = [mapping.order(each, await refunds(rest, each)) for each in found if each.status not in words.NO_ORDER]
    return Page(tuple(items), behind)


async def changed_ours(
    rest: Rest, since: datetime, cursor: str
) -> Page[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
    """Metadata cannot be asked for (FACTS, Lists), so other people's orders are read too and left out."""
    found, behind = await _changed(rest, since, cursor)
    ours = [(mapping.vendor_order(each), await parcels.of_vendor(rest, each)) for each in found if _is_ours(each)]
    return Page(tuple(ours), behind)


async def read_ours(rest: Rest, remote_id: str) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
    found = await whole(rest, remote_id)
    return mapping.vendor_order(found), await parcels.of_vendor(rest, found)


async def find(rest: Rest, reference: str, since: datetime | None = None) -> RemoteVendorOrder | None:
    """By `created_via`, each hit looked at: older shops ignore the filter and answer with everything."""
    ignored = False
    for status in ("any", words.TRASH):
        query = [("created_via", reference), ("status", status), ("per_page", "100")]
        hits = await rest.get("orders", list[wire.Order], query, call="find_order")
        for hit in hits:
            if _has(hit, reference):
                return mapping.vendor_order(hit)
        ignored = ignored or bool(hits)
    return await _find_by_reading(rest, reference, since) if ignored else None


async def create(rest: Rest, draft: VendorOrderDraft) -> RemoteVendorOrder:
    """Looked for first unless it is fresh: nothing is unique in WooCommerce (FACTS, Idempotent create), so a reference
    that is there already has to be seen before it is sent again."""
    if len(draft.reference) > LONGEST_REFERENCE or "," in draft.reference:
        raise Rejected("the reference is too long for WooCommerce", code="reference", call="create_order")
    since = max(draft.placed_at, rest.now() - LOOK_BACK)
    if not draft.fresh and await find(rest, draft.reference, since) is not None:
        raise Rejected("an order with this reference is there", code="reference_taken", call="create_order")
    parents = await _parents(rest, draft.lines)
    body = drafts.order_body(draft, parents, taxed=await settings.taxed(rest))
    made = await rest.send("POST", "orders", body, wire.Order, call="create_order")
    await _refuse_empty_lines(rest, made, draft)
    made = await _adjusted(rest, made, draft)
    return msgspec.structs.replace(mapping.vendor_order(made), available=await _left(rest, parents))


async def update(rest: Rest, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
    there = await whole(rest, remote_id)
    names = there.meta(drafts.ATTRIBUTES)
    body = drafts.changes_body(changes, names if isinstance(names, list) else ())
    if not body:
        return mapping.vendor_order(there)
    return mapping.vendor_order(await _put(rest, remote_id, body, call="update_order"))


async def mark_paid(rest: Rest, remote_id: str) -> RemoteVendorOrder:
    there = await whole(rest, remote_id)
    if there.status in words.CANCELLED:
        raise Rejected(f"the order is {there.status}", code="cancelled", call="mark_paid")
    if there.date_paid_gmt or there.status in _PAID_ENOUGH:
        return mapping.vendor_order(there)
    return mapping.vendor_order(await _put(rest, remote_id, {"status": drafts.PAID}, call="mark_paid"))


async def cancel(rest: Rest, remote_id: str) -> CancelOutcome:
    """By status, which gives stock back where it was taken; being thrown away does not (FACTS, Orders), so such an
    order is cancelled out of the trash. What was sent out stays."""
    there = await whole(rest, remote_id)
    if there.status == "cancelled" or (there.status == words.TRASH and not _holds_stock(there)):
        return CancelOutcome(CancelState.DONE)
    if there.status in words.SHIPPED or there.status == "refunded":
        words_ = f"the order is {there.status}: it was dealt with already"
        raise Rejected(words_, code="shipped", call="cancel_order")
    done = await _put(rest, remote_id, {"status": "cancelled"}, call="cancel_order")
    if done.status != "cancelled":
        raise OutcomeUnknown(f"the order became {done.status}", call="cancel_order")
    return CancelOutcome(CancelState.DONE)


def _holds_stock(of: wire.Order) -> bool:
    return any(each.key == REDUCED for line in of.line_items for each in line.meta_data)


async def _changed(rest: Rest, since: datetime, cursor: str) -> tuple[list[wire.Order], str]:
    at = pages.place(cursor) or pages.beginning(since, rest.now())
    phase = [_MERCHANT_PHASES[min(at.phase, 1)]]
    rows, behind = await pages.changed(rest, "orders", phase, at, size=PAGE, call="changed_orders", priority=ORDERS)
    if behind is None and at.phase == 0:
        began = pages.beginning(since, rest.now())
        behind = msgspec.structs.replace(began, phase=1)
    return [msgspec.json.decode(row, type=wire.Order) for row in rows], pages.written(behind)


async def _find_by_reading(rest: Rest, reference: str, since: datetime | None) -> RemoteVendorOrder | None:
    bound = since - CLOCKS_DIFFER if since is not None else rest.now() - LOOK_BACK
    query = [("after", words.after(bound)), ("dates_are_gmt", "true"), ("status", "any")]
    at: pages.Place | None = pages.Place()
    while at is not None:
        rows, at = await pages.by_id(rest, "orders", query, at, size=100, call="find_order", priority=ORDERS)
        for row in rows:
            hit = msgspec.json.decode(row, type=wire.Order)
            if _has(hit, reference):
                return mapping.vendor_order(hit)
    return None


async def _parents(rest: Rest, lines: Sequence[DraftLine]) -> dict[str, str]:
    """Product by variant, each seen to be there: an unknown one would be accepted as an empty line (FACTS, Orders)."""
    found: dict[str, str] = {}
    for line in lines:
        if not line.variant_id or line.variant_id in found:
            continue
        try:
            known = line.product_id if line.product_id != line.variant_id else ""
            found[line.variant_id] = await stock.parent(rest, line.variant_id, known)
        except Gone:
            words_ = f"{line.title!r} ({line.variant_id}) is not in the shop any more"
            raise Rejected(words_, code="not_found", call="create_order") from None
    return found


async def _refuse_empty_lines(rest: Rest, made: wire.Order, draft: VendorOrderDraft) -> None:
    """A product that went between look and order: what was made is taken back, its stock first."""
    wanted = {line.line_id: (line.variant_id, line.quantity) for line in draft.lines if line.variant_id}
    got = {
        mine: (line.variant_id, int(line.quantity))
        for line in made.line_items
        for mine, _ in [(pair, line) for pair in _line_id(line)]
    }
    if got == wanted:
        return
    try:
        await _put(rest, str(made.id), {"status": "cancelled"}, call="create_order")
        query = [("force", "true")]
        await rest.send("DELETE", f"orders/{made.id}", {}, wire.Order, query=query, call="create_order")
    except ConnectorError as error:
        raise OutcomeUnknown(f"made with other lines, and not taken back: {error.words}", call="create_order") from None
    raise Rejected("the shop did not take the lines as they are", code="lines_differ", call="create_order")


def _line_id(line: wire.Line) -> list[str]:
    return [words.meta_text(each.value) for each in line.meta_data if each.key == mapping.LINE]


async def _adjusted(rest: Rest, made: wire.Order, draft: VendorOrderDraft) -> wire.Order:
    """The shop's own taxes and rounding may have made another total; a fee makes it what the customer paid. A negative
    one is taxed whatever is said of it, so that what the first did tells what the second must be. Where that cannot be
    written, the difference is seen in the answer."""
    fee, worth = Decimal(0), Decimal(1)
    for _ in range(ADJUSTMENTS):
        missing = drafts.differs(draft, mapping.vendor_order(made).total)
        change = (missing / worth).quantize(minor_unit(draft.currency), ROUND_HALF_UP)
        if not change:
            return made
        fee += change
        try:
            now = await _put(rest, str(made.id), drafts.adjustment(made, fee), call="create_order")
        except OutcomeUnknown as error:
            raise unclear(error, "made, its total not adjusted") from None
        except ConnectorError:
            return made
        done = missing - drafts.differs(draft, mapping.vendor_order(now).total)
        worth, made = (done / change if done else Decimal(1)), now
    return made


async def _left(rest: Rest, parents: dict[str, str]) -> tuple[tuple[str, int], ...]:
    """What is left of each variant. Left out where it cannot be read: the engine asks again then."""
    items = {stock.item_id(parent, variant): variant for variant, parent in parents.items()}
    try:
        levels = await stock.read_levels(rest, list(items))
    except ConnectorError:
        return ()
    return tuple((items[level.item_id], level.available) for level in levels)


async def _put(rest: Rest, remote_id: str, body: dict[str, object], *, call: str) -> wire.Order:
    return await rest.send("PUT", f"orders/{numbered(remote_id)}", body, wire.Order, call=call)


def _is_ours(of: wire.Order) -> bool:
    return bool(mapping.reference(of)) and of.status not in words.NO_ORDER


def _has(of: wire.Order, reference: str) -> bool:
    return mapping.reference(of) == reference or (of.created_via or "").casefold() == reference.casefold()
