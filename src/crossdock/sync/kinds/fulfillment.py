"""Kind "fulfillment": the vendors' parcels of one order, written once each on the merchant's order; tracking follows.

One key per merchant order, so its parcels are written one after another. What survives a crash: the intent (`sending`)
is committed before the call that writes; the next drainer reads the order's fulfilments and finds its parcel there by
lines and tracking, or that it is not there. Not here: how a parcel was seen (intake.py).
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec import convert, json, to_builtins

from crossdock.connector.contract import FulfillmentRequest
from crossdock.connector.errors import AuthFailed, Gone, OutcomeUnknown, RateLimited, Rejected, Unavailable, Unsupported
from crossdock.core.fulfillment import Fulfillment, FulfillmentStatus, Tracking
from crossdock.core.plan import (
    CancelFulfillment,
    CreateFulfillment,
    LookUpFulfillment,
    ParcelSeen,
    UpdateTracking,
    plan_parcels,
)
from crossdock.core.reasons import Reason
from crossdock.sync.db import named, one
from crossdock.sync.dirty import Mark
from crossdock.sync.drain import Context, backoff, failure
from crossdock.sync.effects import Again, Effects, Key, Settled
from crossdock.sync.kinds.rows import ParcelRow, call, draft_of
from crossdock.sync.kinds.vendor_order import FIRST_LOOK, settle
from crossdock.sync.stores import Store
from crossdock.sync.what import What

ROUTING = "routing"  # Unavailable(call=ROUTING): the platform has not yet made what a parcel is written against
ROUTING_WAIT = timedelta(seconds=1)
CLOCKS_DIFFER = timedelta(minutes=2)  # how far a store's clock may be from ours
PASSING = ("on_hold", "scheduled", "scopes")  # a connector's codes for what the merchant's store lets go by itself
SHIPPED = FulfillmentStatus.SUCCESS.value


async def fulfillment(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    """Load all parcels of the claimed orders at once; each order is then worked by itself."""
    parcels: defaultdict[int, list[ParcelRow]] = defaultdict(list)
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("load_parcels"), {"order_ids": [key.ref for key in keys]})
        for row in await cursor.fetchall():
            parcel = ParcelRow(*row)
            parcel.was = parcel.state
            parcels[parcel.order_id].append(parcel)
    return {key.id: partial(work, context, key, parcels[key.ref]) for key in keys}


async def work(context: Context, key: Key, parcels: list[ParcelRow]) -> None:
    """The plan's steps one after another; the key is done with the last, or comes back for what must wait."""
    for parcel in parcels:
        if not parcel.lines and parcel.state in ("ready", "sending"):  # one is looked up by the lines it was sent with
            parcel.lines = await _left(context, parcel, parcels)
    actions = planned(parcels)
    if not actions:
        await context.writer.keep(Effects(done=[key]))
        return
    store = await context.stores.get(key.store_id, key.store_version)
    by_id = {str(parcel.id): parcel for parcel in parcels}
    waits: list[Again] = []
    for action in actions:
        parcel = by_id[action.parcel]
        effects = await step(context, store, key, action, parcel, parcels)
        waits += effects.again
        effects.again = []
        if action is actions[-1]:
            _end(context, key, effects, waits, parcels)
        await context.writer.keep(effects, write="create_fulfillment", state=parcel.was)
        parcel.was = parcel.state


def _end(context: Context, key: Key, effects: Effects, waits: list[Again], parcels: Sequence[ParcelRow]) -> None:
    """What becomes of the key: back for the first that waits, at once for what these steps made possible, or done."""
    if waits:
        effects.again.append(min(waits, key=lambda again: again.due_at or context.clock()))
    elif planned(parcels):
        effects.again.append(Again(key, context.clock(), "more_to_do", counts=False))
    else:
        effects.done.append(key)


Action = LookUpFulfillment | CancelFulfillment | UpdateTracking | CreateFulfillment


def planned(parcels: Sequence[ParcelRow]) -> list[Action]:
    """Core's plan for the order's parcels, as they are now."""
    if not parcels:
        return []
    actions = plan_parcels(parcels[0].order_remote_id, [_seen(parcel) for parcel in parcels]).actions
    return [action for action in actions if isinstance(action, Action)]


def _seen(parcel: ParcelRow) -> ParcelSeen:
    return ParcelSeen(
        parcel=str(parcel.id),
        state=parcel.state,
        status=FulfillmentStatus(parcel.status),
        lines=tuple([(str(line_id), int(quantity)) for line_id, quantity in parcel.lines]),
        tracking=convert(parcel.tracking, Tracking),
        merchant_id=parcel.merchant_id,
        sent_tracking=None if parcel.sent_tracking is None else convert(parcel.sent_tracking, Tracking),
    )


async def step(
    context: Context, store: Store, key: Key, action: Action, parcel: ParcelRow, parcels: Sequence[ParcelRow]
) -> Effects:
    """One step of the plan."""
    match action:
        case LookUpFulfillment():
            return await look_up(context, store, key, parcel, parcels)
        case CancelFulfillment():
            return await withdraw(context, store, key, parcel, parcels)
        case UpdateTracking():
            return await track(context, store, key, parcel)
        case CreateFulfillment() if any(other.state == "sending" for other in parcels):
            later = context.clock() + FIRST_LOOK  # what is left to ship is not known before that one's end is
            return Effects(again=[Again(key, later, Reason.LOOKING_UP, counts=False)])
        case CreateFulfillment():
            return await create(context, store, key, parcel, parcels)


async def create(context: Context, store: Store, key: Key, parcel: ParcelRow, parcels: Sequence[ParcelRow]) -> Effects:
    """Intent, call, result."""
    intended = await context.writer.keep(Effects(send_parcels=[parcel.id]), write="create_fulfillment", state="ready")
    if parcel.id not in intended:
        return Effects(again=[Again(key, context.clock(), "moved_on", counts=False)])
    parcel.state = parcel.was = "sending"
    parcel.sending_at, parcel.looked_at, parcel.reason, parcel.words = context.clock(), None, "", ""
    parcel.tracking = parcel.sent_tracking = json.decode(intended[parcel.id].sealed)
    request = FulfillmentRequest(
        order_id=parcel.order_remote_id,
        lines=tuple([(str(line_id), int(quantity)) for line_id, quantity in parcel.lines]),
        tracking=convert(parcel.tracking, Tracking),
    )
    try:
        asked = store.client.create_fulfillment(request)
        written = await call(context, "create_fulfillment", "sending", asked)
    except (OutcomeUnknown, RateLimited, Unavailable, AuthFailed, Rejected, Unsupported, Gone) as error:
        return await _not_written(context, store, key, parcel, parcels, error)
    return _linked(context, parcel, written, What.PARCEL_LINKED)


async def _not_written(
    context: Context,
    store: Store,
    key: Key,
    parcel: ParcelRow,
    parcels: Sequence[ParcelRow],
    error: OutcomeUnknown | RateLimited | Unavailable | AuthFailed | Rejected | Unsupported | Gone,
) -> Effects:
    """Not sure: stays `sending`. Nothing done: ready again. Refused: unless it is there already, a person decides."""
    match error:
        case OutcomeUnknown():
            again = Again(key, context.clock() + FIRST_LOOK, Reason.LOOKING_UP, counts=False)
            return Effects(again=[again], failures=[key.store_id])
        case Rejected() | Unsupported() | Gone():
            twin = None if isinstance(error, Gone) else await _twin(store, parcel, parcels)
            if twin is not None:
                return _linked(context, parcel, twin, What.PARCEL_FOUND)
            if isinstance(error, Rejected) and error.code in PASSING:
                return _held_back(context, key, parcel, error)
            return _refused(parcel, error)
        case Unavailable(call=what) if what == ROUTING:
            parcel.state, parcel.sending_at = "ready", None
            later = context.clock() + ROUTING_WAIT * 2 ** min(key.attempts, 8)
            return Effects(parcels=[parcel.kept()], again=[Again(key, later, Reason.ROUTING_PENDING)])
        case _:
            parcel.state, parcel.sending_at = "ready", None
            effects = failure(context, key, error)
            effects.parcels.append(parcel.kept())
            return effects


def _refused(parcel: ParcelRow, error: Rejected | Unsupported | Gone) -> Effects:
    """A person decides; unless the vendor withdrew another parcel and we were not told: its store is asked again."""
    parcel.state, parcel.reason, parcel.words = "rejected", Reason.FULFILLMENT_REFUSED, error.words
    effects = Effects(
        parcels=[parcel.kept()],
        opened=[parcel.note(Reason.FULFILLMENT_REFUSED, words=error.words)],
        activities=[parcel.note(What.PARCEL_REJECTED, words=error.words)],
    )
    if parcel.vendor_store_id is not None:
        effects.reads.append(parcel.vendor_order_id)
        effects.marks.append(Mark(parcel.vendor_store_id, "vendor_order", parcel.vendor_order_id, "parcel_refused"))
    return effects


def _held_back(context: Context, key: Key, parcel: ParcelRow, error: Rejected) -> Effects:
    """The merchant's store holds the order back for now: said once, tried again until it does not."""
    parcel.state, parcel.reason, parcel.words = "ready", Reason.FULFILLMENT_REFUSED, error.words
    parcel.sending_at = None
    later = context.clock() + backoff(context, key, first=30)
    return Effects(
        parcels=[parcel.kept()],
        opened=[parcel.note(Reason.FULFILLMENT_REFUSED, words=error.words)],
        again=[Again(key, later, Reason.FULFILLMENT_REFUSED)],
    )


def _linked(context: Context, parcel: ParcelRow, written: Fulfillment, what: What) -> Effects:
    parcel.state, parcel.reason, parcel.words, parcel.linked_at = "linked", "", "", context.clock()
    parcel.merchant_id = written.id
    return Effects(
        parcels=[parcel.kept()],
        fulfilled=[parcel.vendor_order_id],
        activities=[parcel.note(what, merchant=written.id)],
        settled=[Settled(Reason.FULFILLMENT_REFUSED, vendor_order_id=parcel.vendor_order_id)],
    )


async def look_up(context: Context, store: Store, key: Key, parcel: ParcelRow, parcels: Sequence[ParcelRow]) -> Effects:
    """Is the parcel that may have been written on the order? The order's fulfilments are a direct read."""
    twin = await _twin(store, parcel, parcels)
    if twin is not None:
        return _linked(context, parcel, twin, What.PARCEL_FOUND)
    now = context.clock()
    settled_at = (parcel.sending_at or now) + settle(context, store)
    if parcel.looked_at is not None and now >= settled_at:
        parcel.state, parcel.sending_at, parcel.looked_at = "ready", None, None
        return Effects(parcels=[parcel.kept()], again=[Again(key, now, Reason.LOOKING_UP, counts=False)])
    parcel.looked_at = parcel.looked_at or now
    again = Again(key, max(settled_at, now + FIRST_LOOK), Reason.LOOKING_UP, counts=False)
    return Effects(parcels=[parcel.kept()], again=[again])


async def _twin(store: Store, parcel: ParcelRow, parcels: Sequence[ParcelRow]) -> Fulfillment | None:
    """The fulfilment on the merchant's order that can only be this parcel: same lines, the tracking numbers that were
    sent (the vendor may have corrected them since), made since the intent, and no other parcel's."""
    taken = {other.merchant_id for other in parcels if other.merchant_id}
    since = parcel.sending_at - CLOCKS_DIFFER if parcel.sending_at else None
    wanted = sorted((line_id, quantity) for line_id, quantity in parcel.lines)
    numbers = sorted((parcel.sent_tracking or parcel.tracking).get("numbers", []))
    for there in await store.client.read_fulfillments(parcel.order_remote_id):
        if there.id in taken or there.status in (FulfillmentStatus.CANCELLED, FulfillmentStatus.FAILED):
            continue
        same_lines = sorted((line.line_id, line.quantity) for line in there.lines) == wanted
        if same_lines and sorted(there.tracking.numbers) == numbers and (since is None or there.created_at >= since):
            return there
    return None


async def withdraw(
    context: Context, store: Store, key: Key, parcel: ParcelRow, parcels: Sequence[ParcelRow]
) -> Effects:
    """The vendor cancelled the parcel: so does the merchant's order; one that was refused meanwhile may go now."""
    try:
        asked = store.client.cancel_fulfillment(parcel.merchant_id)
        await call(context, "cancel_fulfillment", "linked", asked)
    except (Rejected, Unsupported) as error:
        return _kept_as_is(parcel, error)
    except Gone:
        pass  # not there any more: that is what was wanted
    except (OutcomeUnknown, RateLimited, Unavailable, AuthFailed) as error:
        return failure(context, key, error)  # repeatable: simply again
    parcel.state = "cancelled"
    effects = Effects(parcels=[parcel.kept()], activities=[parcel.note(What.PARCEL_CANCELLED)])
    for other in parcels:
        if other.state == "rejected" and other.status == SHIPPED and not other.merchant_id:
            other.state, other.reason, other.words = "ready", "", ""
            effects.parcels.append(other.kept())
            other.was = "ready"
    return effects


async def track(context: Context, store: Store, key: Key, parcel: ParcelRow) -> Effects:
    """The vendor corrected the tracking: the merchant's order gets the whole of it."""
    tracking = convert(parcel.tracking, Tracking)
    try:
        asked = store.client.update_tracking(parcel.merchant_id, tracking)
        await call(context, "update_tracking", "linked", asked)
    except (Rejected, Unsupported, Gone) as error:
        return _kept_as_is(parcel, error)
    except (OutcomeUnknown, RateLimited, Unavailable, AuthFailed) as error:
        return failure(context, key, error)
    parcel.sent_tracking = to_builtins(tracking)
    return Effects(parcels=[parcel.kept()], activities=[parcel.note(What.PARCEL_TRACKING)])


def _kept_as_is(parcel: ParcelRow, error: Rejected | Unsupported | Gone) -> Effects:
    """The merchant's store will not follow: said once, until the parcel changes again."""
    parcel.reason, parcel.words = Reason.FULFILLMENT_REFUSED, error.words
    parcel.state = "rejected"
    return Effects(parcels=[parcel.kept()], opened=[parcel.note(Reason.FULFILLMENT_REFUSED, words=error.words)])


async def _left(context: Context, parcel: ParcelRow, parcels: Sequence[ParcelRow]) -> list[list[Any]]:
    """A parcel without lines is of everything that was left of its vendor order (platforms that know no lines)."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("vendor_drafts"), {"ids": [parcel.vendor_order_id]})
        row = one(await cursor.fetchone())
    if row[1] is None:
        return []  # the order was given up and its buyer forgotten: what was in it is not known any more
    left = {line.line_id: line.quantity for line in draft_of(context.ring.open(row[1])).lines}
    for other in parcels:
        if other.vendor_order_id == parcel.vendor_order_id and other is not parcel and other.state != "cancelled":
            for line_id, quantity in other.lines:
                left[line_id] = left.get(line_id, 0) - quantity
    return [[line_id, quantity] for line_id, quantity in left.items() if quantity > 0]
