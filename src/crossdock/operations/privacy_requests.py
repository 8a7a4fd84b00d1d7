"""What platforms ask on buyers' behalf: the list, and answering one.

Not here: how one comes in (hooks.py, sync/intake.py).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from crossdock.connector.contract import Ask
from crossdock.core.reasons import Reason
from crossdock.models import Attention, Marketplace, MerchantOrder, PrivacyRequest, VendorOrder
from crossdock.operations.privacy import Erased, erase_buyers
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What


class AlreadyAnswered(Refused):
    """That request was answered before."""

    code = "already_answered"


def list_requests(*, marketplace: Marketplace) -> QuerySet[PrivacyRequest]:
    """Those that wait first, the oldest of them first; then those answered, newest first."""
    rows = PrivacyRequest.objects.filter(store__marketplace=marketplace).select_related("store__vendor")
    return rows.order_by("-done_at", "received_at", "pk")  # nulls, which wait, are greatest


def asks(request: PrivacyRequest) -> Ask:
    return Ask(request.data.get("asks", Ask.ERASE))


@transaction.atomic
def answer_privacy_request(*, request: PrivacyRequest, now: datetime, who: str) -> Erased:
    """Do what a request asks where the hub can: forget the buyers of the orders it names, at once or as soon as
    an order is done. One that asks to see the data is noted as answered: a person has sent it.
    Raises AlreadyAnswered."""
    row = PrivacyRequest.objects.select_for_update(of=("self",)).select_related("store").get(pk=request.pk)
    if row.done_at is not None:
        raise AlreadyAnswered("answered before")
    orders = [] if asks(row) is Ask.EXPORT else list(named_orders(row))
    found = erase_buyers(orders=orders, now=now, who=who) if orders else Erased(0, 0)
    PrivacyRequest.objects.filter(pk=row.pk).update(done_at=now)
    data = {"topic": asks(row), "request": row.pk, "orders": found.erased, "later": found.later}
    marketplace = row.store.marketplace_id
    record(What.PRIVACY_ANSWERED, marketplace=marketplace, who=who, now=now, store_id=row.store_id, data=data)
    _settle(row, now, who)
    return found


def named_orders(request: PrivacyRequest) -> QuerySet[MerchantOrder]:
    """The orders that a request names and whose buyer is still known. A vendor's store names its own orders; that it is
    gone says nothing of the marketplace's buyers."""
    rows = MerchantOrder.objects.filter(marketplace=request.store.marketplace_id, erased_at=None).order_by("pk")
    ids = [str(each) for each in request.data.get("order_ids", [])]
    if request.store.vendor_id is not None:
        parts = VendorOrder.objects.filter(store=request.store, remote_id__in=ids)
        return rows.filter(pk__in=parts.values("order_id"))
    rows = rows.filter(store=request.store)
    return rows if asks(request) is Ask.ERASE_STORE else rows.filter(remote_id__in=ids)


def _settle(request: PrivacyRequest, now: datetime, who: str) -> None:
    """The item under Needs attention goes with the last request of the store."""
    if PrivacyRequest.objects.filter(store=request.store_id, done_at=None).exists():
        return
    items = Attention.objects.filter(store=request.store_id, reason=Reason.PRIVACY_REQUEST, closed_at=None)
    items.update(closed_at=now, closed_by=who)
