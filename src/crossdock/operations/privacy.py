"""Buyers' rights: forgetting a buyer, and answering what a platform asks for on a buyer's behalf.

Not here: how data is sealed (models/seal.py), or who may see it (web).
"""

from datetime import datetime

from django.db import transaction

from crossdock.models import MerchantOrder, PrivacyRequest, VendorOrder
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

SENT = (VendorOrder.State.LINKED, VendorOrder.State.CLOSED, VendorOrder.State.CANCELLED)


class StillNeeded(Refused):
    """The order is not yet done: its buyer's data is still needed to ship it."""

    code = "still_needed"


class AlreadyAnswered(Refused):
    """That request was answered before."""

    code = "already_answered"


@transaction.atomic
def erase_buyer(*, order: MerchantOrder, now: datetime, who: str, unfinished: bool = False) -> None:
    """Forget the buyer of an order: every sealed snapshot goes; ids, amounts and history stay. Raises StillNeeded while
    a part of it has not been sent, unless `unfinished` says that it never shall be."""
    row = MerchantOrder.objects.select_for_update().get(pk=order.pk)
    parts = VendorOrder.objects.filter(order=row)
    if not unfinished and parts.exclude(state__in=SENT).exists():
        raise StillNeeded("a part of the order is not done")
    parts.filter(state__in=("held", "ready", "manual")).update(state=VendorOrder.State.CANCELLED, held_by_person=True)
    parts.update(sealed=None, sealed_sent=None)
    MerchantOrder.objects.filter(pk=row.pk).update(sealed=None, erased_at=now, marked_paid_note="")
    record(What.BUYER_ERASED, marketplace=row.marketplace_id, who=who, now=now, order_id=row.pk)


@transaction.atomic
def answer_privacy_request(*, request: PrivacyRequest, now: datetime, who: str) -> int:
    """Do what a platform's request asks where the hub can (a redact request: forget the named orders' buyers) and note
    it as answered. Returns how many orders were erased. Raises AlreadyAnswered, StillNeeded."""
    row = PrivacyRequest.objects.select_for_update().select_related("store").get(pk=request.pk)
    if row.done_at is not None:
        raise AlreadyAnswered("answered before")
    orders = _named_orders(row) if row.topic.endswith("redact") else []
    for order in orders:
        erase_buyer(order=order, now=now, who=who)
    PrivacyRequest.objects.filter(pk=row.pk).update(done_at=now)
    data = {"topic": row.topic, "request": row.pk, "orders": len(orders)}
    record(
        What.PRIVACY_ANSWERED, marketplace=row.store.marketplace_id, who=who, now=now, store_id=row.store_id, data=data
    )
    return len(orders)


def _named_orders(request: PrivacyRequest) -> list[MerchantOrder]:
    """The orders that a request names; all of the store's when it asks to forget the whole shop."""
    orders = MerchantOrder.objects.filter(store=request.store, erased_at=None).order_by("pk")
    if request.topic == "shop/redact":
        return list(orders)
    return list(orders.filter(remote_id__in=[str(each) for each in request.data.get("order_ids", [])]))
