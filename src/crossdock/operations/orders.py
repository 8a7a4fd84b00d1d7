"""What a person may do with an order: hold, release, try again, say what became of an unknown one, fulfil by hand.

Not here: what the engine does by itself (sync), or why an order is where it is (explain.py).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.reasons import Reason
from crossdock.core.vendor_order import VendorOrderDraft
from crossdock.models import Attention, MerchantOrder, Parcel, VendorOrder
from crossdock.operations import marks
from crossdock.operations.opened import open_draft
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What
from crossdock.sync import adjustments

State = VendorOrder.State
NOT_SENT = (State.HELD, State.READY, State.MANUAL)
LIMITS = (Reason.ORDER_BELOW_MINIMUM, Reason.ORDER_ABOVE_MAXIMUM, Reason.QUANTITY_ABOVE_MAXIMUM)
REFUSALS = (Reason.REJECTED_BY_STORE, Reason.UNSUPPORTED, Reason.FULFILLMENT_REFUSED)
RETRIED = "retried_by_person"  # sync/kinds/follow.py asks again for a cancellation that was refused
BY_PERSON = "person"
BY_HAND = "hand:"  # how the ids of parcels begin that no store gave

# With these a person has agreed with the vendor on items: their units count as placed there.
SEEN_TO = (Reason.ITEMS_EDITED, Reason.LINE_WITHOUT_VARIANT)


class NotInThatState(Refused):
    """The vendor order has moved on, and this cannot be done to it any more."""

    code = "not_in_that_state"


class NumberTaken(Refused):
    """That order of the vendor's store belongs to another vendor order."""

    code = "number_taken"


class TooMany(Refused):
    """More of a line than is left to ship, or a line that is not the vendor order's."""

    code = "too_many"


class NotedAlready(Refused):
    """The parcel was written before: the form was sent twice, or by two people."""

    code = "noted_already"


@transaction.atomic
def hold_order(*, vendor_order: VendorOrder, now: datetime, who: str) -> None:
    """Keep a vendor order from going out until it is released. Raises NotInThatState once it was sent."""
    row = _locked(vendor_order, NOT_SENT)
    going = {"state": State.HELD, "reason": Reason.HELD_BY_PERSON} if row.state == State.READY else {}
    VendorOrder.objects.filter(pk=row.pk).update(held_by_person=True, **going)  # its drain may be quicker than routing
    marks.mark_routing(row.order, now=now, reason="held_by_person")
    _record(What.ORDER_HELD, row, now, who)


@transaction.atomic
def release_order(*, vendor_order: VendorOrder, now: datetime, who: str) -> None:
    """Take a person's hold back, and let an order pass that the limits keep; the other rules decide again. Raises
    NotInThatState."""
    row = _locked(vendor_order, NOT_SENT)
    past_limits = row.released_by_person or row.reason in LIMITS
    VendorOrder.objects.filter(pk=row.pk).update(held_by_person=False, released_by_person=past_limits)
    marks.mark_routing(row.order, now=now, reason="released_by_person")
    _record(What.ORDER_RELEASED, row, now, who)


@transaction.atomic
def retry_order(*, order: MerchantOrder, now: datetime, who: str) -> int:
    """Look at everything of an order again, at once. What a store had refused may go to it again: a refusal means that
    nothing was done. Unknown outcomes are looked up, never repeated. Returns how many refusals were lifted."""
    lifted = VendorOrder.objects.filter(order=order, state=State.REJECTED).update(
        state=State.READY, words="", reason=""
    )
    lifted += Parcel.objects.filter(order=order, state=Parcel.State.REJECTED).update(
        state=Parcel.State.READY, words="", reason=""
    )
    _close(Attention.objects.filter(order=order, reason__in=REFUSALS), now, who)
    marks.mark_routing(order, now=now, reason=RETRIED)
    marks.mark_parcels(order, now=now, reason=RETRIED)
    for row in VendorOrder.objects.filter(order=order):
        marks.mark_vendor_order(row, now=now, reason=RETRIED)
    data = {"refusals_lifted": lifted}
    record(What.ORDER_RETRIED, marketplace=order.marketplace_id, who=who, now=now, order_id=order.pk, data=data)
    return lifted


def retry_key(*, kind: str, ref: int, now: datetime, who: str) -> int:
    """Look again at what a key names (see plans.read_key): its whole order, or a store's webhooks or listing. Returns
    how many refusals were lifted."""
    if kind in ("order", "fulfillment"):
        return retry_order(order=MerchantOrder.objects.get(pk=ref), now=now, who=who)
    if kind == "vendor_order":
        return retry_order(order=VendorOrder.objects.select_related("order").get(pk=ref).order, now=now, who=who)
    marks.mark_store(kind, ref, now=now, reason=RETRIED)
    return 0


@transaction.atomic
def resolve_unknown(
    *, vendor_order: VendorOrder, remote_id: str | None, now: datetime, who: str, remote_name: str = ""
) -> None:
    """A person looked into the vendor's store: the order is there as `remote_id`, or (None) it is not and is to be
    pushed again. Raises NotInThatState, NumberTaken."""
    row = _locked(vendor_order, (State.UNKNOWN,))
    found: dict[str, object] = {
        "state": State.LINKED,
        "remote_id": remote_id,
        "remote_name": remote_name,
        "linked_at": now,
        "read_needed": True,
        "sealed_sent": Coalesce("sealed_sent", "sealed"),
        "sent_digest": Coalesce("sent_digest", "digest"),
    }
    absent: dict[str, object] = {"state": State.READY, "sending_at": None, "looked_at": None}
    _update_once(row, (found if remote_id else absent) | {"reason": "", "words": ""})
    _close(Attention.objects.filter(vendor_order=row, reason=Reason.OUTCOME_UNKNOWN), now, who)
    marks.mark_vendor_order(row, now=now, reason="resolved_by_person")
    _record(What.UNKNOWN_RESOLVED, row, now, who, {"remote_id": remote_id or ""})


@transaction.atomic
def fulfill_by_hand(
    *,
    vendor_order: VendorOrder,
    lines: Sequence[tuple[str, int]],
    tracking: Tracking,
    now: datetime,
    who: str,
    after: int | None = None,
) -> Parcel:
    """Write a parcel of an order that is made by hand. A part with a parcel is never pushed (sync/kinds/order.py), so
    that nothing is shipped twice. A vendor with a store has its stock lowered there. `after`: how many parcels the
    person saw. Raises NotInThatState, NotedAlready, TooMany."""
    row = _locked(vendor_order, (State.MANUAL,))
    if after is not None and row.parcels.count() != after:
        raise NotedAlready("another parcel was written since")
    left = left_to_ship(vendor_order=row)
    asked = Counter[str]()
    for line_id, quantity in lines:
        asked[line_id] += quantity
    if not asked or any(not 0 < count <= left.get(line_id, 0) for line_id, count in asked.items()):
        raise TooMany("more than is left to ship", field="lines")
    parcel = Parcel.objects.create(
        vendor_order=row,
        order=row.order,
        remote_id=f"{BY_HAND}{row.parcels.count() + 1}",
        status=FulfillmentStatus.SUCCESS,
        lines=[[line_id, count] for line_id, count in asked.items()],
        tracking=msgspec.to_builtins(tracking),
        shipped_at=now,
        state=Parcel.State.READY,
    )
    with connection.cursor() as cursor:
        adjustments.take(cursor, parcel.pk, sorted(asked.items()), now=now)
    marks.mark_parcels(row.order, now=now, reason="fulfilled_by_hand")
    _record(What.FULFILLED_BY_HAND, row, now, who, {"parcel": parcel.remote_id, "quantity": sum(asked.values())})
    return parcel


@transaction.atomic
def withdraw_by_hand(*, parcel: Parcel, now: datetime, who: str) -> None:
    """Take back a parcel that was written by hand: it leaves the merchant's order, and the vendor's stock has its goods
    again. Raises NotInThatState when it was taken back already, or was not written by hand."""
    row = Parcel.objects.select_for_update(of=("self",)).select_related("order", "vendor_order").get(pk=parcel.pk)
    if row.status == FulfillmentStatus.CANCELLED or not row.remote_id.startswith(BY_HAND):
        raise NotInThatState(f"the parcel is {row.status}")
    sent = row.state not in (Parcel.State.READY, Parcel.State.REJECTED)
    row.status = FulfillmentStatus.CANCELLED
    row.state = row.state if sent else Parcel.State.CANCELLED
    row.save(update_fields=["status", "state"])
    with connection.cursor() as cursor:
        adjustments.give_back(cursor, row.pk, [(line_id, count) for line_id, count in row.lines], now=now)
    marks.mark_parcels(row.order, now=now, reason="withdrawn_by_hand")
    _record(What.PARCEL_WITHDRAWN, row.vendor_order, now, who, {"parcel": row.remote_id})


def left_to_ship(*, vendor_order: VendorOrder) -> dict[str, int]:
    """By merchant line id, what no parcel of the vendor order has yet."""
    return left_of(open_draft(vendor_order), [(row.state, row.lines) for row in vendor_order.parcels.all()])


def left_of(draft: VendorOrderDraft | None, parcels: Iterable[tuple[str, list[Any]]]) -> dict[str, int]:
    """The same of what is at hand: the draft, and its parcels' states and lines."""
    left = Counter({line.line_id: line.quantity for line in draft.lines} if draft else {})
    for state, lines in parcels:
        if state != Parcel.State.CANCELLED:
            left.subtract(dict(lines))
    return {line_id: count for line_id, count in left.items() if count > 0}


@transaction.atomic
def close_attention(*, attention: Attention, now: datetime, who: str) -> None:
    """A person has seen to it. It opens again by itself should the world still disagree."""
    _close(Attention.objects.filter(pk=attention.pk), now, who)
    if attention.reason in SEEN_TO and attention.vendor_order_id is not None:
        with connection.cursor() as cursor:
            adjustments.seen_to(cursor, attention.vendor_order_id, now=now)
    record(
        What.ATTENTION_CLOSED,
        marketplace=attention.marketplace_id,
        who=who,
        now=now,
        store_id=attention.store_id,
        order_id=attention.order_id,
        vendor_order_id=attention.vendor_order_id,
        data={"reason": attention.reason},
    )


def _locked(vendor_order: VendorOrder, states: Sequence[str]) -> VendorOrder:
    row = VendorOrder.objects.select_for_update(of=("self",)).select_related("order").get(pk=vendor_order.pk)
    if row.state not in states:
        raise NotInThatState(f"the vendor order is {row.state}")
    return row


def _update_once(row: VendorOrder, values: dict[str, object]) -> None:
    try:
        with transaction.atomic():
            VendorOrder.objects.filter(pk=row.pk).update(**values)
    except IntegrityError as error:
        raise NumberTaken("that order belongs to another vendor order", field="remote_id") from error


def _close(items: QuerySet[Attention], now: datetime, who: str) -> None:
    items.filter(closed_at=None).update(closed_at=now, closed_by=who or BY_PERSON)


def _record(what: What, row: VendorOrder, now: datetime, who: str, data: dict[str, object] | None = None) -> None:
    record(
        what,
        marketplace=row.marketplace_id,
        who=who,
        now=now,
        store_id=row.store_id,
        order_id=row.order_id,
        vendor_order_id=row.pk,
        data={"reference": row.reference} | (data or {}),
    )
