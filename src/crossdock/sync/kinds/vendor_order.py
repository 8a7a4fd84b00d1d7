"""Kind "vendor_order": place a vendor order at the vendor's store exactly once; then follow.py keeps it true.

What survives a crash: the intent (`sending`) is committed before the call that creates. A drainer that finds `sending`
looks the order up by our reference before anything else: found is linked, provably absent is ready again, and what
cannot be told is `unknown` for a person. Not here: whether it may go and what it holds (kinds/order.py, core).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from crossdock.connector.capabilities import Can
from crossdock.connector.errors import (
    AuthFailed,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
    Unsupported,
)
from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Reason
from crossdock.core.vendor_order import RemoteVendorOrder, VendorOrderDraft
from crossdock.sync.db import named
from crossdock.sync.drain import Context, failure
from crossdock.sync.effects import Again, Effects, Intended, Key, Settled
from crossdock.sync.kinds.follow import follow
from crossdock.sync.kinds.order_stock import taken_lines
from crossdock.sync.kinds.rows import VendorOrderRow, call, draft_of
from crossdock.sync.stores import Store
from crossdock.sync.what import What

FIRST_LOOK = timedelta(seconds=1)  # after a write whose outcome is unknown
CLOCKS_DIFFER = timedelta(days=1)  # no vendor order is older than the customer's, whatever the stores' clocks say
# A first attempt so soon after the order is no repetition: whatever lost what the hub knew (a restored backup, a
# database that took over from another) took longer. Stores without unique references need not be searched then.
JUST_PLACED = timedelta(seconds=15)
REFERENCE_TAKEN = "reference_taken"  # a connector's code: an order with our reference is there already


async def vendor_order(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    """Load the claimed vendor orders at once; each is then worked by itself."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("load_vendor_orders"), {"ids": [key.ref for key in keys]})
        rows = {row[0]: VendorOrderRow(*row) for row in await cursor.fetchall()}
    return {key.id: partial(work, context, key, rows.get(key.ref)) for key in keys}


async def work(context: Context, key: Key, row: VendorOrderRow | None) -> None:
    """What this vendor order needs now, by its state; in any other state it waits for its order or a person."""
    if row is None or row.state not in ("ready", "sending", "linked", "closed") or row.store_id != key.store_id:
        await context.writer.keep(Effects(done=[key]))
        return
    row.was = row.state
    store = await context.stores.get(key.store_id, key.store_version)
    match row.state:
        case "ready" if row.wants_cancel:
            await _not_sent(context, key, row)
        case "ready":
            await create(context, store, key, row)
        case "sending":
            await look_up(context, store, key, row)
        case _:
            await follow(context, store, key, row)


async def _not_sent(context: Context, key: Key, row: VendorOrderRow) -> None:
    """The customer's order was cancelled while this one was on its way, and it did not arrive: it never goes."""
    row.state, row.reason, row.words = "cancelled", Reason.ORDER_CANCELLED, ""
    activities = [row.note(What.VENDOR_ORDER_NOT_SENT, reason=row.reason, reference=row.reference)]
    effects = Effects(vendor_orders=[row.kept()], done=[key], activities=activities, settled=_answered(row))
    await context.writer.keep(effects, write="create_order", state="ready")


async def create(context: Context, store: Store, key: Key, row: VendorOrderRow) -> None:
    """Intent, call, result. The draft sent is the one that the intent froze."""
    intended = await context.writer.keep(Effects(send_orders=[row.id]), write="create_order", state="ready")
    if row.id not in intended:
        await context.writer.keep(Effects(again=[Again(key, context.clock(), "moved_on", counts=False)]))
        return
    row.state = row.was = "sending"
    row.sending_at, row.looked_at, row.reason, row.words = context.clock(), None, "", ""
    draft = draft_of(context.ring.open(intended[row.id].sealed))
    try:
        asked = store.client.create_order(_fresh(draft, row.sending_at, intended[row.id]))
        remote = await call(context, "create_order", "sending", asked)
    except (OutcomeUnknown, RateLimited, Unavailable, AuthFailed, Rejected, Unsupported) as error:
        await _not_created(context, store, key, row, error)
        return
    effects = _linked(context, key, row, remote, intended[row.id], draft)
    await context.writer.keep(effects, write="create_order", state="sending")


def _fresh(draft: VendorOrderDraft, now: datetime, sent: Intended) -> VendorOrderDraft:
    fresh = sent.attempt == 1 and timedelta() <= now - draft.placed_at < JUST_PLACED
    return msgspec.structs.replace(draft, fresh=True) if fresh else draft


async def _not_created(
    context: Context,
    store: Store,
    key: Key,
    row: VendorOrderRow,
    error: OutcomeUnknown | RateLimited | Unavailable | AuthFailed | Rejected | Unsupported,
) -> None:
    """Not sure: stays `sending`, to be looked up. Nothing done: ready again. Refused: a person decides."""
    match error:
        case OutcomeUnknown():
            again = Again(key, context.clock() + FIRST_LOOK, Reason.LOOKING_UP, counts=False)
            effects = Effects(again=[again], failures=[key.store_id])
        case Rejected(code=code) if code == REFERENCE_TAKEN:
            await look_up(context, store, key, row)
            return
        case Rejected() | Unsupported():
            effects = _refused(key, row, error)
        case _:
            row.state, row.sending_at = "ready", None
            effects = failure(context, key, error)
            effects.vendor_orders.append(row.kept())
    await context.writer.keep(effects, write="create_order", state="sending")


def _refused(key: Key, row: VendorOrderRow, error: Rejected | Unsupported) -> Effects:
    reason = Reason.UNSUPPORTED if isinstance(error, Unsupported) else Reason.REJECTED_BY_STORE
    row.state, row.reason, row.words = "rejected", reason, error.words
    return Effects(
        vendor_orders=[row.kept()],
        done=[key],
        opened=[row.note(reason, words=error.words)],
        activities=[row.note(What.VENDOR_ORDER_REJECTED, words=error.words)],
    )


def _linked(
    context: Context,
    key: Key,
    row: VendorOrderRow,
    remote: RemoteVendorOrder,
    sent: Intended,
    draft: VendorOrderDraft,
) -> Effects:
    """The store has it: keep its id at once. Whatever the order wanted meanwhile has marked the key again."""
    row.state, row.reason, row.words, row.linked_at = "linked", "", "", context.clock()
    row.remote_id, row.remote_name = remote.id, remote.name
    row.remote_lines = msgspec.json.encode(remote.line_ids).decode()
    row.remote_paid = remote.financial_status is FinancialStatus.PAID
    row.sent_digest, row.sealed_sent = sent.digest, sent.sealed
    effects = Effects(
        vendor_orders=[row.kept()],
        done=[key],
        activities=[row.note(What.VENDOR_ORDER_LINKED, remote=remote.id, name=remote.name)],
        taken=taken_lines(row.order_id, row.store_id, draft, remote),
    )
    if sent.attempt > 1 or key.attempts:
        effects.settled += _answered(row)
    if remote.total is not None and remote.total != draft.total:
        data = {"sent": str(draft.total.amount), "stored": str(remote.total.amount)}
        effects.opened.append(row.note(Reason.TOTAL_DIFFERS, **data))
    if remote.custom_line_ids:
        bare = [line for line in draft.lines if line.line_id in remote.custom_line_ids]
        lines = [{"title": line.title, "sku": line.sku, "quantity": line.quantity} for line in bare]
        effects.opened.append(row.note(Reason.LINE_WITHOUT_VARIANT, lines=lines))
    return effects


def _answered(row: VendorOrderRow) -> list[Settled]:
    reasons = (Reason.REJECTED_BY_STORE, Reason.OUTCOME_UNKNOWN, Reason.UNSUPPORTED)
    return [Settled(reason, vendor_order_id=row.id) for reason in reasons]


async def look_up(context: Context, store: Store, key: Key, row: VendorOrderRow) -> None:
    """Is the order that may have been created there? By our reference, read directly."""
    ability = store.platform.capabilities.find_order_by_reference
    if ability.can is Can.NO:
        await context.writer.keep(_unknown(key, row, ability.why))
        return
    placed_at = draft_of(context.ring.open(row.sealed)).placed_at
    remote = await store.client.find_order(row.reference, since=placed_at - CLOCKS_DIFFER)
    if remote is not None:
        await context.writer.keep(_found(context, key, row, remote), write="look_up", state="sending")
        return
    now = context.clock()
    settled_at = (row.sending_at or now) + settle(context, store)
    if row.looked_at is not None and now >= settled_at:
        row.state, row.sending_at, row.looked_at = "ready", None, None
        effects = Effects(
            vendor_orders=[row.kept()],
            again=[Again(key, now, Reason.LOOKING_UP, counts=False)],
            activities=[row.note(What.VENDOR_ORDER_ABSENT)],
        )
    else:
        row.looked_at = row.looked_at or now
        later = max(settled_at, now + FIRST_LOOK)
        effects = Effects(vendor_orders=[row.kept()], again=[Again(key, later, Reason.LOOKING_UP, counts=False)])
    await context.writer.keep(effects, write="look_up", state="sending")


def settle(context: Context, store: Store) -> timedelta:
    """How long a write of unknown outcome may still appear."""
    if context.settle_for is not None:
        return context.settle_for
    return timedelta(seconds=store.platform.capabilities.settle_seconds)


def _found(context: Context, key: Key, row: VendorOrderRow, remote: RemoteVendorOrder) -> Effects:
    """It was created after all. What it was created with is what the row held then: drafts of sent orders keep their
    lines, so only order-level fields can differ; telling them again is harmless. Parcels made meanwhile are read."""
    row.state, row.reason, row.words, row.linked_at = "linked", "", "", context.clock()
    row.remote_id, row.remote_name = remote.id, remote.name
    row.remote_lines = msgspec.json.encode(remote.line_ids).decode()
    row.remote_paid = remote.financial_status is FinancialStatus.PAID
    row.read_needed = True
    draft = draft_of(context.ring.open(row.sealed_sent or row.sealed))
    return Effects(
        vendor_orders=[row.kept()],
        taken=taken_lines(row.order_id, row.store_id, draft, remote),  # what is left now it does not say
        again=[Again(key, context.clock(), "found", counts=False)],
        activities=[row.note(What.VENDOR_ORDER_FOUND, remote=remote.id, name=remote.name)],
        settled=_answered(row),
    )


def _unknown(key: Key, row: VendorOrderRow, why: str) -> Effects:
    row.state, row.reason, row.words = "unknown", Reason.OUTCOME_UNKNOWN, why
    return Effects(
        vendor_orders=[row.kept()],
        done=[key],
        opened=[row.note(Reason.OUTCOME_UNKNOWN)],
        activities=[row.note(What.VENDOR_ORDER_UNKNOWN)],
    )
