"""The difference between what should be and what is, for one key, as data: which calls would make a store agree.

Not here: carrying them out and looking up what became of a call that was cut off (sync/).
"""

from collections.abc import Iterable

from msgspec import Struct

from crossdock.core.decision import Decision, Push
from crossdock.core.edits import changes
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.reasons import Reason
from crossdock.core.vendor_order import OrderChanges, VendorOrderDraft


class CreateOrder(Struct, frozen=True, tag="create_order"):
    draft: VendorOrderDraft


class LookUpOrder(Struct, frozen=True, tag="look_up_order"):
    """A create was begun and its end is not known: find the order by our reference before anything else."""

    reference: str


class UpdateOrder(Struct, frozen=True, tag="update_order"):
    remote_id: str
    changes: OrderChanges


class MarkPaid(Struct, frozen=True, tag="mark_paid"):
    remote_id: str


class CancelOrder(Struct, frozen=True, tag="cancel_order"):
    """`job` continues a cancellation that was asked for."""

    remote_id: str
    reason: str
    job: str = ""


class CreateFulfillment(Struct, frozen=True, tag="create_fulfillment"):
    """`parcel` is the vendor's fulfilment id; `lines` are the merchant's (line id, quantity)."""

    parcel: str
    order_id: str
    lines: tuple[tuple[str, int], ...]
    tracking: Tracking


class LookUpFulfillment(Struct, frozen=True, tag="look_up_fulfillment"):
    """A parcel was begun and its end is not known: read the order's fulfilments before anything else."""

    parcel: str
    order_id: str


class UpdateTracking(Struct, frozen=True, tag="update_tracking"):
    parcel: str
    fulfillment_id: str
    tracking: Tracking


class CancelFulfillment(Struct, frozen=True, tag="cancel_fulfillment"):
    parcel: str
    fulfillment_id: str


Action = (
    CreateOrder
    | LookUpOrder
    | UpdateOrder
    | MarkPaid
    | CancelOrder
    | CreateFulfillment
    | LookUpFulfillment
    | UpdateTracking
    | CancelFulfillment
)


class Plan(Struct, frozen=True, omit_defaults=True):
    """What to do, in order, and what a person should look at. Empty = the world agrees."""

    actions: tuple[Action, ...] = ()
    attention: tuple[Reason, ...] = ()


class VendorOrderSeen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of a vendor order: our own state word (models/orders.py), and the store's side of it. `sent` is the
    draft that the store was last told."""

    state: str
    remote_id: str = ""
    sent: VendorOrderDraft | None = None
    paid: bool = False
    cancelled: bool = False
    cancel_job: str = ""


class ParcelSeen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A vendor's parcel and its twin on the merchant's order. `lines` are the merchant's (line id, quantity)."""

    parcel: str
    state: str
    status: FulfillmentStatus
    lines: tuple[tuple[str, int], ...]
    tracking: Tracking = Tracking()
    merchant_id: str = ""
    sent_tracking: Tracking | None = None


def plan_vendor_order(
    decision: Decision, draft: VendorOrderDraft, seen: VendorOrderSeen, *, wants_cancel: bool, cancel_reason: str = ""
) -> Plan:
    """What makes the vendor's store agree with `draft`. Nothing for states in which a person decides."""
    if seen.state in _BEFORE:
        return Plan((CreateOrder(draft),)) if isinstance(decision, Push) and not wants_cancel else Plan()
    if seen.state == "sending":
        return Plan((LookUpOrder(draft.reference),))
    if seen.state not in _THERE:
        return Plan()
    if wants_cancel:
        cancel = CancelOrder(seen.remote_id, cancel_reason, seen.cancel_job)
        return Plan() if seen.cancelled else Plan((cancel,))
    if seen.cancelled:
        return Plan(attention=(Reason.CANCELLED_BY_VENDOR,))
    return Plan(_follow(draft, seen))


_BEFORE = frozenset({"held", "ready", "manual"})
_THERE = frozenset({"linked", "closed"})


def _follow(draft: VendorOrderDraft, seen: VendorOrderSeen) -> tuple[Action, ...]:
    """An order that is there follows edits and payment."""
    actions: list[Action] = []
    if seen.sent is not None and (differing := changes(seen.sent, draft)):
        actions.append(UpdateOrder(seen.remote_id, differing))
    if draft.financial_status.paid and not seen.paid:
        actions.append(MarkPaid(seen.remote_id))
    return tuple(actions)


def plan_parcels(order_id: str, parcels: Iterable[ParcelSeen]) -> Plan:
    """What makes the merchant's order show the vendors' parcels, each once. Cancellations go first: they free the
    quantity that a parcel packed anew needs. While the end of one write is unknown no other parcel is written: what is
    left to ship is then not known either."""
    seen = tuple(parcels)
    unsure = tuple(LookUpFulfillment(one.parcel, order_id) for one in seen if one.state == "sending")
    cancels = tuple(CancelFulfillment(one.parcel, one.merchant_id) for one in seen if _is_off(one))
    tracking = tuple(UpdateTracking(one.parcel, one.merchant_id, one.tracking) for one in seen if _moved(one))
    creates = tuple(CreateFulfillment(one.parcel, order_id, one.lines, one.tracking) for one in seen if _is_due(one))
    return Plan(unsure + cancels + tracking + (() if unsure else creates))


def _is_due(parcel: ParcelSeen) -> bool:
    return parcel.state == "ready" and parcel.status is FulfillmentStatus.SUCCESS and bool(parcel.lines)


def _is_off(parcel: ParcelSeen) -> bool:
    """On the merchant's order, but no longer on its way: a parcel that failed was not shipped either."""
    return parcel.state == "linked" and parcel.status in (FulfillmentStatus.CANCELLED, FulfillmentStatus.FAILED)


def _moved(parcel: ParcelSeen) -> bool:
    shipped = parcel.state == "linked" and parcel.status is FulfillmentStatus.SUCCESS
    return shipped and parcel.tracking != (parcel.sent_tracking or Tracking())


def brake(losses_last_hour: int, live: int, more: int) -> bool:
    """Whether ending or zeroing `more` of a vendor's listings within the hour is too much: above 30 % of at least 10.

    `live` are those live now; those lost in the last hour were live at its start and are counted as such.
    """
    before = live + losses_last_hour
    return before >= BRAKE_LEAST and (losses_last_hour + more) * 100 > before * BRAKE_PERCENT


BRAKE_LEAST = 10
BRAKE_PERCENT = 30
