"""Vendor orders of one site: read, list what changed, find by reference, place. What no app may do there is refused.

Not here: parcels and the shapes on the wire (mapping.py, drafts.py, wire.py).
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from crossdock.connector.contract import CancelOutcome, CancelState, Page
from crossdock.connector.errors import Gone, OutcomeUnknown, RateLimited, Rejected, Unsupported
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.orders import FinancialStatus
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder, VendorOrderDraft
from crossdock.platforms.squarespace import drafts, mapping, wire, words
from crossdock.platforms.squarespace.client import CATALOGUE, COOL_DOWN, ORDERS, ORDERS_ONLY, Api, path

ORDERS_PATH, ORDER_PATH = "/1.0/commerce/orders", "/1.0/commerce/orders/{}"
CREATE = "createOrder"

# How far back an order is looked for by its reference, nearest first: an order is mostly looked for at once.
LOOK_BACK = (timedelta(hours=3), timedelta(days=3), timedelta(days=60))
# A window's end lies in the future: the site's clock may be ahead, and both ends must be given (FACTS section 3).
AHEAD = timedelta(days=1)
BEFORE_PLACED = timedelta(days=1)

BY_HAND = "the vendor changes it in Squarespace, under Orders"
FIELDS = {
    "email": "e-mail",
    "phone": "phone",
    "note": "note",
    "tags": "tags",
    "attributes": "details",
    "metafields": "metafields",
    "shipping_address": "shipping address",
    "buyer_accepts_marketing": "marketing consent",
}


async def changed_ours(
    api: Api, since: datetime, cursor: str
) -> Page[tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]]:
    """A listing cannot ask for ours: other people's orders are read too and left out."""
    page = await _page(api, since, cursor, CATALOGUE)
    found = [(mapping.vendor_order(each), mapping.parcels(each)) for each in page.result if mapping.is_ours(each)]
    return Page(tuple(found), _next(page.pagination))


async def read(api: Api, remote_id: str) -> wire.Order:
    """Raises Gone when it is not there, or cannot be: an id of another form is refused with 400 (FACTS section 3)."""
    try:
        return await api.get("getOrder", path(ORDER_PATH, remote_id), wire.Order)
    except Rejected as error:
        raise Gone(error.words, call=error.call, status=error.status, request_id=error.request_id) from None


async def read_ours(api: Api, remote_id: str) -> tuple[RemoteVendorOrder, tuple[Fulfillment, ...]]:
    order = await read(api, remote_id)
    return mapping.vendor_order(order), mapping.parcels(order)


async def find(api: Api, reference: str, since: datetime | None = None) -> RemoteVendorOrder | None:
    """By listing and comparing: nothing filters by reference (FACTS section 3). Not changed since `since` means not
    there."""
    for start in _starts(api.now(), since):
        async for order in _listed(api, start):
            if order.external_order_reference == reference and mapping.is_ours(order):
                return mapping.vendor_order(order)
    return None


async def create(api: Api, draft: VendorOrderDraft) -> RemoteVendorOrder:
    """The Idempotency-Key is the reference's: for 48 hours the same draft is executed once, however often it is sent
    (FACTS section 8), also when the first call still runs somewhere."""
    if draft.test:
        raise Unsupported("Squarespace has no test orders", instead="nothing is sent", call=CREATE)
    _within_the_hour(api)
    body, key = drafts.order_body(draft), drafts.idempotency_key(draft.reference)
    try:
        made = await api.post(CREATE, ORDERS_PATH, body, wire.Order, key=key, priority=ORDERS)
    except RateLimited as error:
        raise _limited(api, error) from None
    except Gone as error:
        raise Rejected(error.words, code="not_found", call=CREATE, request_id=error.request_id) from None
    except Rejected as error:
        raise await _why(api, draft, error) from None
    if made.external_order_reference != draft.reference:
        raise OutcomeUnknown("Squarespace answered with another order", call=CREATE)
    return replace(mapping.vendor_order(made), line_ids=_paired(draft, made))


async def update(api: Api, remote_id: str, changes: OrderChanges) -> RemoteVendorOrder:
    fields = [words_for for name, words_for in FIELDS.items() if getattr(changes, name) is not None]
    raise Unsupported(
        f"Squarespace lets no app change an order ({', '.join(fields) or 'nothing asked'})",
        instead=BY_HAND,
        call="updateOrder",
    )


async def mark_paid(api: Api, remote_id: str) -> RemoteVendorOrder:
    order = mapping.vendor_order(await read(api, remote_id))
    if order.financial_status in (FinancialStatus.PAID, FinancialStatus.REFUNDED):
        return order
    raise Unsupported(
        "Squarespace lets no app mark an order as paid; it went there while it was not paid",
        instead="the vendor is told by hand",
        call="markPaid",
    )


async def cancel(api: Api, remote_id: str) -> CancelOutcome:
    """Only the vendor can; whether it has is looked at."""
    order = await read(api, remote_id)
    if order.fulfillment_status == words.CANCELED:
        return CancelOutcome(CancelState.DONE)
    raise Unsupported(
        "Squarespace lets no app cancel an order",
        instead="the vendor cancels it in Squarespace, under Orders",
        call="cancelOrder",
    )


def _within_the_hour(api: Api) -> None:
    """A hundred an hour with an API key: what is more waits its turn, and holds up nothing else."""
    if api.state.orders is None:
        return
    wait = api.state.orders.spend()
    if wait:
        said = "Squarespace takes a hundred orders an hour with an API key"
        raise RateLimited(said, retry_after=wait, only=ORDERS_ONLY, call=CREATE)


def _limited(api: Api, error: RateLimited) -> RateLimited:
    """Which limit it was is not said; with an API key it may be the hour's, that another process used up."""
    if api.state.orders is None:
        return error
    api.state.orders.refused(COOL_DOWN)
    return error


async def _why(api: Api, draft: VendorOrderDraft, error: Rejected) -> Rejected:
    """A key that was used with another body is refused like any bad request (FACTS section 8): whether the order is
    there tells."""
    if error.status == 400 and await find(api, draft.reference, draft.placed_at - BEFORE_PLACED) is not None:
        return Rejected(error.words, code="reference_taken", call=CREATE, request_id=error.request_id)
    return error


def _paired(draft: VendorOrderDraft, made: wire.Order) -> tuple[tuple[str, str], ...]:
    """The answer's lines come as they were sent; nothing else pairs them."""
    lines = made.line_items or []
    sent = draft.lines
    if len(lines) < len(sent):
        return ()
    pairs = list(zip(sent, lines, strict=False))
    if any(
        (line.variant_id or None) != theirs.variant_id or line.quantity != theirs.quantity for line, theirs in pairs
    ):
        return ()
    return tuple((line.line_id, theirs.id) for line, theirs in pairs)


def _starts(now: datetime, since: datetime | None) -> list[datetime]:
    starts = [now - back for back in LOOK_BACK]
    return starts if since is None else [*(start for start in starts if start > since), since]


async def _listed(api: Api, since: datetime) -> AsyncIterator[wire.Order]:
    cursor = ""
    while True:
        page = await _page(api, since, cursor, ORDERS)
        for order in page.result:
            yield order
        cursor = _next(page.pagination)
        if not cursor:
            return


async def _page(api: Api, since: datetime, cursor: str, priority: int) -> wire.Orders:
    """A cursor carries the filter and goes alone (FACTS section 3)."""
    query = {"cursor": cursor} if cursor else _window(api, since)
    return await api.get("getOrders", ORDERS_PATH, wire.Orders, query, priority=priority)


def _window(api: Api, since: datetime) -> dict[str, str]:
    return {
        "modifiedAfter": mapping.stamp(since),
        "modifiedBefore": mapping.stamp(api.now() + AHEAD),
        "paymentStates": ",".join(words.PAYMENT_STATES),
    }


def _next(page: wire.Pagination) -> str:
    return (page.next_page_cursor or "") if page.has_next_page else ""
