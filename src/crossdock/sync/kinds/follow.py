"""A vendor order that is there: follow the customer's order (cancellation, order-level edits, payment), and read it
again when what was seen of it leaves a doubt.

What survives a crash: nothing need to; every write here sets an absolute value and may be repeated. Not here: creating.
"""

from datetime import timedelta
from typing import Any

import msgspec
from psycopg import AsyncCursor

from crossdock.connector.contract import CancelOutcome, CancelState, Kind, Observation, Role
from crossdock.connector.errors import Gone, Rejected, Unsupported
from crossdock.core import edits
from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Reason
from crossdock.sync import dirty, intake, stock_rows
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key, Settled
from crossdock.sync.intake import Seen, version_of
from crossdock.sync.kinds.order_stock import taken_lines
from crossdock.sync.kinds.rows import VendorOrderRow, call, draft_of
from crossdock.sync.stock_rows import Taken
from crossdock.sync.stores import Store
from crossdock.sync.what import What

POLL_CANCEL = timedelta(seconds=1)
PERSON_RETRIES = "retried_by_person"
NO_LINES = "[]"

encode = msgspec.json.encode


async def follow(context: Context, store: Store, key: Key, row: VendorOrderRow) -> None:
    """Read if in doubt; then one difference after another until none is left."""
    if not row.remote_id:
        await context.writer.keep(Effects(done=[key]))  # fulfilled by hand: there is nothing at a store to follow
        return
    try:
        if row.read_needed:
            await _read(context, store, key, row)
        if row.wants_cancel:
            await _cancel(context, store, key, row)
            return
        effects = Effects(done=[key])
        if not row.remote_cancelled:
            if row.digest != row.sent_digest:
                await _edit(context, store, row, effects)
            if row.wants_paid and not row.remote_paid:
                await _mark_paid(context, store, row, effects)
    except Gone:
        effects = _gone(key, row)
    await context.writer.keep(effects, write="follow", state=row.was)


async def _read(context: Context, store: Store, key: Key, row: VendorOrderRow) -> None:
    """The vendor order and its parcels as they are now; kept like any observation. It settles no doubt that came up
    meanwhile."""
    remote, fulfillments = await store.client.read_vendor_order(row.remote_id)
    observed = [Observation(Kind.ORDER, remote.id, version_of(remote.updated_at), remote)]
    observed += [
        Observation(Kind.FULFILLMENT, parcel.id, version_of(parcel.updated_at), parcel, owner_id=remote.id)
        for parcel in fulfillments
    ]
    seen = [Seen(row.store_id, row.marketplace_id, Role.VENDOR, observation) for observation in observed]
    taken: list[Taken] = []
    known = row.sealed_sent or row.sealed  # neither, once its buyer was forgotten
    if row.remote_lines == NO_LINES and known:  # linked by a person, who knows only its number
        draft = draft_of(context.ring.open(known))
        taken = taken_lines(row.order_id, row.store_id, draft, remote)
        row.remote_lines, row.remote_name = encode(remote.line_ids).decode(), row.remote_name or remote.name
    learned = {"id": row.id, "remote_lines": row.remote_lines, "remote_name": row.remote_name}

    async def keep(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("lock_vendor_rows"), {"ids": [row.id]})
        again = await dirty.marked_since(cursor, key.id, key.generation)
        await cursor.execute(named("learn_lines"), learned)
        marks = await stock_rows.keep_taken(cursor, taken, context.clock())
        await intake.keep(cursor, seen, ring=context.ring, now=context.clock(), was_read=True, listed=True)
        if again:
            await cursor.execute(named("vendor_orders_read"), {"ids": [row.id], "needed": True})
        await dirty.mark_async(cursor, marks, now=context.clock())
        context.points.reach("intake.before_commit", "read", "vendor_order")

    await transact(context.pool, keep)
    context.points.reach("intake.after_commit", "read", "vendor_order")
    row.read_needed = False
    row.remote_cancelled = remote.cancelled_at is not None
    row.remote_paid = remote.financial_status is FinancialStatus.PAID


async def _cancel(context: Context, store: Store, key: Key, row: VendorOrderRow) -> None:
    """Ask, then ask after it: cancelling is a job of the store's."""
    if row.reason == Reason.CANCEL_REFUSED and key.reason != PERSON_RETRIES:
        await context.writer.keep(Effects(done=[key]))  # said once; a person has it
        return
    effects = Effects()
    try:
        outcome = await _cancelled(context, store, row)
    except (Rejected, Unsupported) as error:
        row.reason, row.words, row.cancel_job = Reason.CANCEL_REFUSED, error.words, ""
        effects.done.append(key)
        effects.opened.append(row.note(Reason.CANCEL_REFUSED, words=error.words))
        effects.activities.append(row.note(What.CANCEL_REFUSED, words=error.words))
    else:
        if outcome.state is CancelState.DONE:
            row.state, row.reason, row.words, row.cancel_job = "cancelled", Reason.ORDER_CANCELLED, "", ""
            effects.done.append(key)
            effects.activities.append(row.note(What.VENDOR_ORDER_CANCELLED))
            reasons = (
                *(Reason.CANCEL_REFUSED, Reason.CANCELLED_BY_VENDOR, Reason.VENDOR_ORDER_GONE),
                Reason.LINE_WITHOUT_VARIANT,
            )
            effects.settled += [Settled(reason, vendor_order_id=row.id) for reason in reasons]
        else:
            row.cancel_job = outcome.job
            later = context.clock() + POLL_CANCEL * 2 ** min(key.attempts, 6)
            effects.again.append(Again(key, later, Reason.CANCELLING))
    effects.vendor_orders.append(row.kept())
    await context.writer.keep(effects, write="cancel_order", state=row.was)


async def _cancelled(context: Context, store: Store, row: VendorOrderRow) -> CancelOutcome:
    """A job whose end the store has told of need not be asked after."""
    if row.cancel_job and row.remote_cancelled:
        return CancelOutcome(CancelState.DONE)
    asked = store.client.cancel_order(row.remote_id, reason="other", job=row.cancel_job)
    return await call(context, "cancel_order", "pending" if row.cancel_job else row.was, asked)


async def _edit(context: Context, store: Store, row: VendorOrderRow, effects: Effects) -> None:
    """Tell the store the order-level fields that differ from what it was told last."""
    wanted = draft_of(context.ring.open(row.sealed))
    sent = draft_of(context.ring.open(row.sealed_sent or b""))  # never empty: the intent keeps what it sends
    changes = edits.changes(sent, wanted)
    try:
        if changes is not None:
            await call(context, "update_order", row.was, store.client.update_order(row.remote_id, changes))
            fields = [name for name in changes.__struct_fields__ if getattr(changes, name) is not None]
            effects.activities.append(row.note(What.VENDOR_ORDER_UPDATED, fields=fields))
    except (Rejected, Unsupported) as error:
        effects.opened.append(row.note(Reason.EDIT_REFUSED, words=error.words))
        effects.activities.append(row.note(What.EDIT_REFUSED, words=error.words))
    else:
        effects.settled.append(Settled(Reason.EDIT_REFUSED, vendor_order_id=row.id))
    row.sent_digest = row.digest
    row.sealed_sent = context.ring.seal(encode(edits.merged(sent, wanted)))
    effects.vendor_orders = [row.kept()]


async def _mark_paid(context: Context, store: Store, row: VendorOrderRow, effects: Effects) -> None:
    try:
        await call(context, "mark_paid", row.was, store.client.mark_paid(row.remote_id))
    except (Rejected, Unsupported) as error:
        effects.opened.append(row.note(Reason.EDIT_REFUSED, words=error.words))
        effects.activities.append(row.note(What.EDIT_REFUSED, words=error.words))
        return
    row.remote_paid = True
    effects.activities.append(row.note(What.VENDOR_ORDER_PAID))
    effects.vendor_orders = [row.kept()]


def _gone(key: Key, row: VendorOrderRow) -> Effects:
    """The vendor deleted it. The customer's order cancelled too: good. Otherwise a person must know."""
    effects = Effects(done=[key])
    if row.wants_cancel:
        row.state, row.reason = "cancelled", Reason.ORDER_CANCELLED
        effects.activities.append(row.note(What.VENDOR_ORDER_CANCELLED))
        effects.settled.append(Settled(Reason.VENDOR_ORDER_GONE, vendor_order_id=row.id))
    else:
        row.reason, row.read_needed = Reason.VENDOR_ORDER_GONE, False
        effects.opened.append(row.note(Reason.VENDOR_ORDER_GONE))
    effects.vendor_orders.append(row.kept())
    return effects
