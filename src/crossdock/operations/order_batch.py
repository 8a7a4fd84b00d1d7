"""One act on many orders: each is done by itself, once, and says what became of it.

What survives a crash: what was done, with its result; the same form sent again goes on with the rest. Sent twice at one
time the two take turns. Not here: what each act does to one order (orders.py, payment.py).
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction

from crossdock.models import Marketplace, MerchantOrder, OrderBatch, VendorOrder
from crossdock.operations.orders import LIMITS, NOT_SENT, hold_order, release_order, retry_order
from crossdock.operations.payment import OrderOver, mark_paid
from crossdock.operations.record import Refused

MOST = 100  # orders at once
LONGEST_KEY = 64
KEPT = timedelta(days=7)
DONE = "done"


class Act(StrEnum):
    PUSH = "push"
    HOLD = "hold"
    RELEASE = "release"
    MARK_PAID = "mark_paid"


class BadBatch(Refused):
    """There is no such act, or nothing or too much was chosen."""

    code = "bad_batch"


class NothingToHold(Refused):
    """All of the order was sent already, is shipped by hand, or is held."""

    code = "nothing_to_hold"


class NothingToRelease(Refused):
    """Nobody holds a part of the order, and no limit keeps one."""

    code = "nothing_to_release"


def act_on_orders(
    *, marketplace: Marketplace, act: str, orders: Sequence[int], key: str, now: datetime, who: str
) -> OrderBatch:
    """Do `act` to each of the orders. `key`: of the form, so that a form sent twice is carried out once. Raises
    BadBatch."""
    chosen = sorted(set(orders))
    if act not in set(Act) or not 0 < len(chosen) <= MOST or not 0 < len(key) <= LONGEST_KEY:
        raise BadBatch("nothing was chosen, or too much")
    OrderBatch.objects.filter(at__lt=now - KEPT).delete()
    batch, _ = OrderBatch.objects.get_or_create(
        marketplace=marketplace, who=who, key=key, defaults={"act": act, "orders": chosen, "at": now}
    )
    for number in batch.orders:
        _step(batch, number, now, who)
    batch.refresh_from_db()
    return batch


@transaction.atomic
def _step(batch: OrderBatch, number: int, now: datetime, who: str) -> None:
    """One order with its result, unless another has done it."""
    row = OrderBatch.objects.select_for_update().get(pk=batch.pk)
    if str(number) in row.results:
        return
    OrderBatch.objects.filter(pk=row.pk).update(results=row.results | {str(number): _result(row, number, now, who)})


def _result(batch: OrderBatch, number: int, now: datetime, who: str) -> dict[str, Any]:
    order = MerchantOrder.objects.filter(pk=number, marketplace=batch.marketplace_id).first()
    if order is None:
        return {"code": "no_such_order"}
    try:
        with transaction.atomic():
            return {"code": DONE, "count": ACTS[Act(batch.act)](order, now, who)}
    except Refused as refused:
        return {"code": refused.code}


def _push(order: MerchantOrder, now: datetime, who: str) -> int:
    """The rules decide at once, and what a store refused may go to it again."""
    if order.cancelled_at is not None or order.gone_at is not None:
        raise OrderOver("the order is over")
    return retry_order(order=order, now=now, who=who)


def _hold(order: MerchantOrder, now: datetime, who: str) -> int:
    rows = [row for row in _waiting(order) if not row.held_by_person]
    if not rows:
        raise NothingToHold("nothing of it can be held")
    for row in rows:
        hold_order(vendor_order=row, now=now, who=who)
    return len(rows)


def _release(order: MerchantOrder, now: datetime, who: str) -> int:
    rows = [row for row in _waiting(order) if row.held_by_person or row.reason in LIMITS]
    if not rows:
        raise NothingToRelease("nothing of it is held")
    for row in rows:
        release_order(vendor_order=row, now=now, who=who)
    return len(rows)


def _mark_paid(order: MerchantOrder, now: datetime, who: str) -> int:
    mark_paid(order=order, now=now, who=who)
    return 1


ACTS: Mapping[Act, Callable[[MerchantOrder, datetime, str], int]] = {
    Act.PUSH: _push,
    Act.HOLD: _hold,
    Act.RELEASE: _release,
    Act.MARK_PAID: _mark_paid,
}


def _waiting(order: MerchantOrder) -> list[VendorOrder]:
    """Its parts that may still be held or released: what has a parcel is on its way."""
    rows = VendorOrder.objects.filter(order=order, state__in=NOT_SENT, parcels=None)
    return list(rows.order_by("pk"))
