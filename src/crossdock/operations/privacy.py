"""Forgetting buyers: those of chosen orders, now or once an order is done, and all after so many days.

Not here: finding a buyer's orders (buyers.py), what is shown of one (privacy_export.py), or the erasing itself
(sync/privacy.py).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from msgspec import Struct

from crossdock.models import Activity, Marketplace, MerchantOrder, VendorOrder
from crossdock.operations.record import Refused, record
from crossdock.operations.settings import BadSetting
from crossdock.operations.what import What
from crossdock.sync import privacy

DONE: Final = (VendorOrder.State.CLOSED, VendorOrder.State.CANCELLED)
# A call is on its way, or its outcome is not known: what was sent is still needed to find it.
IN_FLIGHT: Final = (VendorOrder.State.SENDING, VendorOrder.State.UNKNOWN)
MOST_DAYS: Final = 3650
LEAST_DAYS: Final = 1


class StillNeeded(Refused):
    """The order is not yet done: its buyer's data is still needed to ship it."""

    code = "still_needed"


class Erased(Struct, frozen=True):
    """What became of a wish to forget: orders whose buyer is forgotten, and those that follow once they are done."""

    erased: int
    later: int


class Expiring(Struct, frozen=True):
    """What a number of days would mean now: buyers forgotten at once, and older orders that are not done yet."""

    erased: int
    waiting: int


@transaction.atomic
def erase_buyer(*, order: MerchantOrder, now: datetime, who: str, unfinished: bool = False) -> None:
    """Forget the buyer of an order: every sealed snapshot goes; ids, amounts and history stay. Raises StillNeeded while
    it is not done, unless `unfinished` says that nothing more shall become of it: what waits is cancelled then. What is
    on its way to a store this moment is always waited for."""
    with connection.cursor() as cursor:
        if not privacy.done(cursor, [order.pk]):
            _give_up(order, unfinished)
        if privacy.erase(cursor, [order.pk], what=What.PRIVACY_ERASED, who=who, now=now):
            order.refresh_from_db()


@transaction.atomic
def erase_buyers(*, orders: Iterable[MerchantOrder], now: datetime, who: str) -> Erased:
    """Forget the buyer of these orders of one marketplace: at once where an order is done, else as soon as it is."""
    chosen = list(orders)
    kept = MerchantOrder.objects.filter(pk__in=[order.pk for order in chosen], erased_at=None)
    ids = set(kept.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        ready = privacy.done(cursor, list(ids))
        erased = privacy.erase(cursor, ready, what=What.PRIVACY_ERASED, who=who, now=now) if ready else 0
    later = ids - set(ready)
    new = MerchantOrder.objects.filter(pk__in=later, erase_asked_at=None).update(erase_asked_at=now)
    if new:
        data = {"orders": new}
        record(What.PRIVACY_ERASE_LATER, marketplace=chosen[0].marketplace_id, who=who, now=now, data=data)
    return Erased(erased, len(later))


@transaction.atomic
def set_retention(*, marketplace: Marketplace, days: int, now: datetime, who: str) -> None:
    """Forget buyers of done orders so many days after they were placed; 0 = keep them. Raises BadSetting."""
    if days and not LEAST_DAYS <= days <= MOST_DAYS:
        raise BadSetting(f"between {LEAST_DAYS} and {MOST_DAYS} days, or 0 to keep buyers' data", field="days")
    row = Marketplace.objects.select_for_update().get(pk=marketplace.pk)
    if row.retention_days == days:
        return
    Marketplace.objects.filter(pk=row.pk).update(retention_days=days)
    marketplace.retention_days = days
    data = {"before": row.retention_days, "after": days}
    record(What.PRIVACY_RETENTION, marketplace=row, who=who, now=now, data=data)


def what_expires(*, marketplace: Marketplace, days: int, now: datetime) -> Expiring:
    """What `set_retention` would have forgotten by the next hour."""
    if not LEAST_DAYS <= days <= MOST_DAYS:
        return Expiring(0, 0)
    rows = MerchantOrder.objects.filter(
        marketplace=marketplace, erased_at=None, sealed__isnull=False, placed_at__lt=now - timedelta(days=days)
    )
    total, ready = rows.count(), rows.filter(_done()).count()
    return Expiring(ready, total - ready)


def done_among(*, orders: Iterable[MerchantOrder]) -> set[int]:
    """The ids of those of these orders whose buyer can be forgotten at once."""
    rows = MerchantOrder.objects.filter(_done(), pk__in=[order.pk for order in orders])
    return set(rows.values_list("pk", flat=True))


def waiting_erasures(*, marketplace: Marketplace) -> QuerySet[MerchantOrder]:
    """Orders whose buyer is forgotten once they are done, oldest wish first."""
    rows = MerchantOrder.objects.filter(marketplace=marketplace, erase_asked_at__isnull=False, erased_at=None)
    return rows.defer("sealed").order_by("erase_asked_at", "pk")


def privacy_history(*, marketplace: Marketplace) -> QuerySet[Activity]:
    """Who saw, forgot or changed what, newest first."""
    return Activity.objects.filter(marketplace=marketplace, what__startswith="privacy.").order_by("-pk")


def _done() -> Q:
    """The same as statement `done_orders` says it."""
    open_parts = VendorOrder.objects.filter(order=OuterRef("pk")).exclude(state__in=DONE)
    placed = Q(has_unassigned=False) | Q(cancelled_at__isnull=False) | Q(gone_at__isnull=False)
    routed = Q(routed_digest=F("digest")) | Q(routed_digest=None, digest=None)
    return Q(read_needed=False) & routed & placed & ~Exists(open_parts)


def _give_up(order: MerchantOrder, unfinished: bool) -> None:
    MerchantOrder.objects.select_for_update().get(pk=order.pk)
    parts = VendorOrder.objects.filter(order=order.pk).select_for_update()
    if not unfinished or any(part.state in IN_FLIGHT for part in parts.order_by("pk")):
        raise StillNeeded("a part of the order is not done")
    parts.exclude(state__in=(*DONE, VendorOrder.State.LINKED)).update(
        state=VendorOrder.State.CANCELLED, held_by_person=True
    )
