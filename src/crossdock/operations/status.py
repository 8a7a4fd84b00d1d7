"""How the installation, or one marketplace, is doing now: figures for the command line and the dashboard.

Not here: judging them (doctor.py).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Min, Q, QuerySet
from msgspec import Struct

from crossdock.core.reasons import Reason
from crossdock.models import Attention, DirtyKey, Marketplace, MerchantOrder, Parcel, Store, VendorOrder

HOUR = timedelta(hours=1)
KEYS = """
SELECT count(*) FILTER (WHERE k.due_at <= %(now)s AND NOT COALESCE(k.lease = l.epoch, false)),
       count(*) FILTER (WHERE k.lease = l.epoch),
       count(*) FILTER (WHERE k.due_at > %(now)s),
       count(*) FILTER (WHERE k.due_at IS NULL),
       min(GREATEST(k.due_at, s.paused_until)) FILTER (
           WHERE k.due_at <= %(now)s AND NOT COALESCE(k.lease = l.epoch, false)
             AND (k.kind = 'order' OR (s.state IN ('connected', 'unreachable')
                                       AND COALESCE(s.paused_until <= %(now)s, true))))
FROM dirty_key k LEFT JOIN lane l ON l.id = k.lane LEFT JOIN store s ON s.id = k.store_id
WHERE k.kind <> ALL(%(kinds_left_out)s::text[])
  AND (%(marketplace)s::bigint IS NULL OR k.store_id IN (SELECT id FROM store WHERE marketplace_id = %(marketplace)s))
"""
WORKERS = "SELECT id, last_heartbeat FROM procrastinate_workers ORDER BY id"
# Work that always comes again is not a backlog.
RECURRING = ("sweep", "subscription", "lease")


class Keys(Struct, frozen=True):
    """Keys by what they wait for. `due` and not taken yet, `worked` at this moment, `later`, `parked` until marked.
    `oldest_due_at`: since when one waits that nobody works on, though its store can be spoken to."""

    due: int
    worked: int
    later: int
    parked: int
    oldest_due_at: datetime | None


class WorkerFacts(Struct, frozen=True):
    id: int
    last_heartbeat: datetime
    alive: bool


class Queue(Struct, frozen=True):
    """Vendor orders that wait for their store's limit of new orders, while everything else of it goes on."""

    store_id: int
    domain: str
    orders: int
    next_at: datetime


class Status(Struct, frozen=True):
    """Counts. `vendor_orders` and `stores` by state; `keys` without the recurring ones, `recurring` those; `queues` of
    stores that take only so many orders."""

    at: datetime
    orders: int
    vendor_orders: dict[str, int]
    parcels: dict[str, int]
    stores: dict[str, int]
    attention: dict[str, int]
    keys: Keys
    recurring: Keys
    pushed_last_hour: int
    parcels_last_hour: int
    seen_last_hour: int
    workers: tuple[WorkerFacts, ...]
    queues: tuple[Queue, ...] = ()

    @property
    def quiet(self) -> bool:
        """Nothing is due or being worked, but for what recurs."""
        return self.keys.due == 0 and self.keys.worked == 0


def status(*, now: datetime, marketplace: Marketplace | None = None, heartbeat: float = 10) -> Status:
    """The state of all marketplaces, or of one. A worker silent for three `heartbeat`s is not alive."""
    mine = Q() if marketplace is None else Q(marketplace=marketplace)
    parcels = Q() if marketplace is None else Q(vendor_order__marketplace=marketplace)
    lately = now - HOUR
    return Status(
        at=now,
        orders=MerchantOrder.objects.filter(mine).count(),
        vendor_orders=_counts(VendorOrder.objects.filter(mine), "state"),
        parcels=_counts(Parcel.objects.filter(parcels), "state"),
        stores=_counts(Store.objects.filter(mine), "state"),
        attention=_counts(Attention.objects.filter(mine, closed_at=None), "reason"),
        keys=_keys(now, marketplace, left_out=RECURRING),
        recurring=_keys(now, marketplace, left_out=("order", "vendor_order", "fulfillment")),
        pushed_last_hour=VendorOrder.objects.filter(mine, linked_at__gt=lately).count(),
        parcels_last_hour=Parcel.objects.filter(parcels, linked_at__gt=lately).count(),
        seen_last_hour=MerchantOrder.objects.filter(mine, seen_at__gt=lately).count(),
        workers=workers(now=now, heartbeat=heartbeat),
        queues=queues(now=now, stores=Q() if marketplace is None else Q(store__marketplace=marketplace)),
    )


def workers(*, now: datetime, heartbeat: float) -> tuple[WorkerFacts, ...]:
    """Workers that have signed on and not off, with their last sign of life."""
    with connection.cursor() as cursor:
        cursor.execute(WORKERS)
        rows = cursor.fetchall()
    limit = now - timedelta(seconds=3 * heartbeat)
    return tuple(WorkerFacts(worker_id, at, at >= limit) for worker_id, at in rows)


def queues(*, now: datetime, stores: Q) -> tuple[Queue, ...]:
    """Of the `stores` (said of a key's store). One that is paused as a whole has no queue of its own."""
    going = Q(store__paused_until=None) | Q(store__paused_until__lte=now)
    waiting = DirtyKey.objects.filter(stores, going, kind="vendor_order", reason=Reason.RATE_LIMITED, due_at__gt=now)
    rows = waiting.values_list("store_id", "store__domain").annotate(Count("pk"), Min("due_at")).order_by("store_id")
    return tuple(Queue(*row) for row in rows)


def _counts(rows: QuerySet[Any], field: str) -> dict[str, int]:
    return dict(rows.order_by(field).values_list(field).annotate(Count("pk")))


def _keys(now: datetime, marketplace: Marketplace | None, *, left_out: tuple[str, ...]) -> Keys:
    with connection.cursor() as cursor:
        marketplace_id = marketplace.pk if marketplace else None
        cursor.execute(KEYS, {"now": now, "kinds_left_out": list(left_out), "marketplace": marketplace_id})
        return Keys(*cursor.fetchone())
