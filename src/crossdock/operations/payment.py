"""Counting an order as paid by hand, for the rule "paid only", and taking that back.

The store's own payment stays what it is, and it is what vendors' orders carry. Not here: the rule (core/decision.py).
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from msgspec import Struct

from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Reason
from crossdock.models import Attention, MerchantOrder, VendorOrder
from crossdock.operations import marks
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

State = VendorOrder.State
LONGEST_NOTE = 500
# What has left, or may have. What a store refused was not placed there.
SENT = (State.SENDING, State.LINKED, State.CLOSED, State.UNKNOWN)
ABOUT_TO_GO = (State.READY, State.REJECTED)


class PaidAlready(Refused):
    """The order counts as paid: its store says so, or a person did."""

    code = "paid_already"


class NotMarkedPaid(Refused):
    """There is no mark to take back."""

    code = "not_marked_paid"


class OrderOver(Refused):
    """The order is cancelled or gone: nothing of it goes out any more."""

    code = "order_over"


class SentAlready(Refused):
    """A part of the order has left because of the mark, or may have."""

    code = "sent_already"


class Paid(Struct, frozen=True):
    """How an order stands with its payment, and what a person may say of it now."""

    in_store: bool
    may_mark: bool
    may_take_back: bool


def paid_facts(order: MerchantOrder, parts: Iterable[VendorOrder]) -> Paid:
    over = order.cancelled_at is not None or order.gone_at is not None or order.erased_at is not None
    marked = order.marked_paid_at is not None
    return Paid(_paid(order), not over and not counts_as_paid(order), marked and not any(map(_sent, parts)))


def counts_as_paid(order: MerchantOrder) -> bool:
    """By its store's word, or by a person's."""
    return order.marked_paid_at is not None or _paid(order)


@transaction.atomic
def mark_paid(*, order: MerchantOrder, now: datetime, who: str, note: str = "") -> None:
    """Count an order as paid: what waits for its payment alone goes out. Raises PaidAlready, OrderOver."""
    row = MerchantOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if row.cancelled_at is not None or row.gone_at is not None or row.erased_at is not None:
        raise OrderOver("the order is over")
    if counts_as_paid(row):
        raise PaidAlready("the order counts as paid")
    MerchantOrder.objects.filter(pk=row.pk).update(
        marked_paid_at=now, marked_paid_by=who, marked_paid_note=" ".join(note.split())[:LONGEST_NOTE]
    )
    marks.mark_routing(row, now=now, reason="marked_paid")
    record(What.ORDER_MARKED_PAID, marketplace=row.marketplace_id, who=who, now=now, order_id=row.pk)


@transaction.atomic
def take_back_paid(*, order: MerchantOrder, now: datetime, who: str) -> None:
    """Count the order as its store does again. What was about to go waits until the rules have decided anew. Raises
    NotMarkedPaid, SentAlready."""
    row = MerchantOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if row.marked_paid_at is None:
        raise NotMarkedPaid("nobody marked it as paid")
    parts = VendorOrder.objects.select_for_update().filter(order=row).order_by("pk")
    if any(map(_sent, parts)):
        raise SentAlready("a part was sent")
    going = [part.pk for part in parts if part.state in ABOUT_TO_GO]
    VendorOrder.objects.filter(pk__in=going).update(state=State.HELD, reason=Reason.NOT_PAID, words="")
    refusals = Attention.objects.filter(vendor_order__in=going, closed_at=None)
    refusals.filter(reason__in=(Reason.REJECTED_BY_STORE, Reason.UNSUPPORTED)).update(closed_at=now, closed_by=who)
    MerchantOrder.objects.filter(pk=row.pk).update(marked_paid_at=None, marked_paid_by="", marked_paid_note="")
    marks.mark_routing(row, now=now, reason="mark_taken_back")
    record(What.ORDER_MARK_TAKEN_BACK, marketplace=row.marketplace_id, who=who, now=now, order_id=row.pk)


def _sent(part: VendorOrder) -> bool:
    return part.state in SENT or bool(part.remote_id)


def _paid(order: MerchantOrder) -> bool:
    try:
        return FinancialStatus(order.financial_status).paid
    except ValueError:  # only its id is known yet
        return False
