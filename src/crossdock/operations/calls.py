"""The log of calls and deliveries: reading it, narrowed as a person wants, and having one's object looked at again.

Not here: who may see which store's (web), how lines come about (sync/calls.py).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from msgspec import Struct

from crossdock.models import Call, MerchantOrder, Store, Sweep, VendorOrder
from crossdock.operations import marks
from crossdock.operations.orders import retry_key
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

REPLAYED = "replayed_by_person"
WRONG = (Call.Outcome.REFUSED, Call.Outcome.LIMITED, Call.Outcome.FAILED)
MOST_ORDERS = 20


class NothingToReplay(Refused):
    """What that line was about is not there any more."""

    code = "nothing_to_replay"


class Wanted(Struct, frozen=True):
    """What a list is narrowed to. `way`: "out" (calls), "in" (deliveries) or "" for both; `outcomes`: of these;
    `before`: lines older than this one."""

    store_id: int | None = None
    way: str = ""
    kind: str = ""
    outcomes: Sequence[str] = ()
    since: datetime | None = None
    before: int | None = None


def list_calls(*, rows: QuerySet[Call], wanted: Wanted, limit: int) -> list[Call]:
    """Newest first, at most `limit`; without payloads."""
    if wanted.store_id is not None:
        rows = rows.filter(store_id=wanted.store_id)
    if wanted.way:
        rows = rows.filter(came=wanted.way == "in")
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.outcomes:
        rows = rows.filter(outcome__in=list(wanted.outcomes))
    if wanted.since is not None:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.before is not None:
        rows = rows.filter(pk__lt=wanted.before)
    return list(rows.order_by("-pk").defer("sent", "got")[:limit])


def of_orders(orders: QuerySet[MerchantOrder]) -> Q:
    """Lines about these orders: calls made for them or their vendor orders, deliveries about either."""
    found = list(orders.values_list("pk", "store_id", "remote_id")[:MOST_ORDERS])
    ids = [pk for pk, _, _ in found]
    parts = VendorOrder.objects.filter(order_id__in=ids).values_list("pk", "store_id", "remote_id")
    wanted = Q(kind__in=["order", "fulfillment"], ref__in=ids)
    return of_vendor_orders(list(parts)) | wanted | _about([(store_id, remote_id) for _, store_id, remote_id in found])


def of_vendor_orders(parts: Sequence[tuple[int, int | None, str]]) -> Q:
    """Lines about vendor orders, given as (id, store, its id there)."""
    wanted = Q(kind="vendor_order", ref__in=[pk for pk, _, _ in parts])
    return wanted | _about([(store_id, remote_id) for _, store_id, remote_id in parts if store_id and remote_id])


def _about(objects: Sequence[tuple[int, str]]) -> Q:
    wanted = Q(pk__in=[])
    for store_id, remote_id in objects:
        wanted |= Q(store_id=store_id, remote_id=remote_id)
    return wanted


@transaction.atomic
def replay_call(*, call: Call, now: datetime, who: str) -> None:
    """Look again at what a line was about: the key that a call was made for, or the object that a delivery told of.
    Nothing is sent twice: a look finds what is already so. Raises NothingToReplay."""
    try:
        if call.came:
            _told_again(call, now)
        elif call.ref is not None:
            retry_key(kind=call.kind, ref=call.ref, now=now, who=who)
        else:
            _sweep(call.store_id, now)
    except (MerchantOrder.DoesNotExist, VendorOrder.DoesNotExist, Sweep.DoesNotExist, Store.DoesNotExist) as gone:
        raise NothingToReplay("it is not there any more") from gone
    data = {"call": call.call, "line": call.pk}
    record(What.CALL_REPLAYED, marketplace=call.marketplace_id, who=who, now=now, store_id=call.store_id, data=data)


def _told_again(call: Call, now: datetime) -> None:
    """As if the store had told of the object again, with nothing but its id: it is read."""
    order = MerchantOrder.objects.filter(store_id=call.store_id, remote_id=call.remote_id).first()
    part = VendorOrder.objects.filter(store_id=call.store_id, remote_id=call.remote_id).first()
    if call.remote_id and order is not None:
        MerchantOrder.objects.filter(pk=order.pk).update(read_needed=True)
        marks.mark_routing(order, now=now, reason=REPLAYED)
    elif call.remote_id and part is not None:
        VendorOrder.objects.filter(pk=part.pk).update(read_needed=True)
        marks.mark_vendor_order(part, now=now, reason=REPLAYED)
    else:
        _sweep(call.store_id, now)


def _sweep(store_id: int, now: datetime) -> None:
    """List what changed at the store since the last pass: everything that was told of is among it."""
    sweeps = list(Sweep.objects.filter(store_id=store_id))
    if not sweeps:
        raise NothingToReplay("the store is not there any more")
    for sweep in sweeps:
        marks.mark_store("sweep", sweep.pk, now=now, reason=REPLAYED)
