"""What the dashboard and the vendors' page show: figures of one marketplace, in a fixed number of statements.

Not here: the whole installation (status.py).
"""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Q
from msgspec import Struct
from msgspec.structs import replace

from crossdock.models import Attention, Marketplace
from crossdock.operations.status import queues

DAY = timedelta(days=1)
VENDORS_SHOWN = 8
NEEDS_SHOWN = 5
FIGURES = """
SELECT count(*) FILTER (WHERE state IN ('linked', 'closed')),
       count(*) FILTER (WHERE state IN ('held', 'ready', 'sending')),
       count(*) FILTER (WHERE state = 'manual'),
       count(*) FILTER (WHERE state IN ('rejected', 'unknown')),
       count(*) FILTER (WHERE linked_at > %(day_ago)s)
FROM vendor_order WHERE marketplace_id = %(marketplace)s
"""
PUSHED = """
SELECT date_trunc(%(unit)s, linked_at, %(zone)s) AS begins, count(*)
FROM vendor_order
WHERE marketplace_id = %(marketplace)s AND linked_at >= %(since)s AND linked_at <= %(now)s
GROUP BY begins
"""
# From the moment that a vendor's part was known to the moment that the vendor's store had it.
SPEED = """
SELECT count(*),
       extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY linked_at - created_at))::float,
       extract(epoch FROM percentile_cont(0.95) WITHIN GROUP (ORDER BY linked_at - created_at))::float
FROM vendor_order
WHERE marketplace_id = %(marketplace)s AND linked_at > %(day_ago)s
"""
# Vendors in trouble first, then the busiest of late.
HEALTH = """
WITH counted AS (
    SELECT vendor_id,
           count(*) FILTER (WHERE state IN ('linked', 'closed')) AS pushed,
           count(*) FILTER (WHERE state IN ('held', 'ready', 'sending')) AS waiting,
           count(*) FILTER (WHERE state = 'manual') AS by_hand,
           count(*) FILTER (WHERE state IN ('rejected', 'unknown')) AS failed,
           max(linked_at) AS last_push
    FROM vendor_order WHERE marketplace_id = %(marketplace)s GROUP BY vendor_id
)
SELECT v.id, v.name, v.active, s.id, s.platform, s.domain, s.state, s.state_words, w.finished_at, w.last_error,
       COALESCE(c.pushed, 0), COALESCE(c.waiting, 0), COALESCE(c.by_hand, 0), COALESCE(c.failed, 0), c.last_push
FROM vendor v
LEFT JOIN store s ON s.vendor_id = v.id
LEFT JOIN sweep w ON w.store_id = s.id AND w.kind = 'vendor_orders'
LEFT JOIN counted c ON c.vendor_id = v.id
WHERE v.marketplace_id = %(marketplace)s AND (%(name)s = '' OR v.name ILIKE %(like)s)
ORDER BY CASE WHEN %(trouble_first)s THEN (COALESCE(c.failed, 0) > 0)::int + (s.state <> 'connected')::int END
         DESC NULLS LAST,
         CASE WHEN %(trouble_first)s THEN c.last_push END DESC NULLS LAST, v.name, v.id
LIMIT %(limit)s OFFSET %(offset)s
"""


class Span(StrEnum):
    """How far back the chart goes: an hour by minutes, a day by hours, a month by days."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


UNITS = {
    Span.HOUR: ("minute", timedelta(minutes=1), 60),
    Span.DAY: ("hour", timedelta(hours=1), 24),
    Span.MONTH: ("day", DAY, 30),
}


class Figures(Struct, frozen=True):
    """Vendor orders by what they mean to a person; `attention` are open items."""

    pushed: int
    waiting: int
    by_hand: int
    failed: int
    pushed_today: int
    attention: int


class VendorHealth(Struct, frozen=True):
    """One vendor: its store (id None = none), its last listing, its orders. `queued` are those that wait because the
    store takes only so many new ones in a time; the next goes at `next_at`."""

    id: int
    name: str
    active: bool
    store_id: int | None
    platform: str | None
    domain: str | None
    store_state: str | None
    state_words: str | None
    last_pull: datetime | None
    last_error: str | None
    pushed: int
    waiting: int
    by_hand: int
    failed: int
    last_push: datetime | None
    queued: int = 0
    next_at: datetime | None = None


class Speed(Struct, frozen=True):
    """From order to vendor over the last day, in seconds: half of all were faster, 95 of 100 were. None = no order."""

    count: int
    half: float | None
    most: float | None


class Dashboard(Struct, frozen=True):
    """`pushed` are pushes in each minute, hour or day (with when it began), oldest first; `needs` the newest few."""

    figures: Figures
    speed: Speed
    pushed: tuple[tuple[datetime, int], ...]
    needs: tuple[Attention, ...]
    vendors: tuple[VendorHealth, ...]


def dashboard(*, marketplace: Marketplace, now: datetime, span: Span = Span.HOUR, zone: tzinfo = UTC) -> Dashboard:
    """The figures of one marketplace; hours and days begin as they do in `zone`."""
    return Dashboard(
        figures=_figures(marketplace, now),
        speed=_speed(marketplace, now),
        pushed=_pushed(marketplace, now, span, zone),
        needs=_needs(marketplace),
        vendors=vendors_health(marketplace=marketplace, now=now, limit=VENDORS_SHOWN, trouble_first=True),
    )


def vendors_health(
    *,
    marketplace: Marketplace,
    now: datetime,
    name: str = "",
    limit: int = 50,
    page: int = 1,
    trouble_first: bool = False,
) -> tuple[VendorHealth, ...]:
    """One page of vendors by name (whose name has `name` in it), or those that need a look first."""
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = _all(
        HEALTH,
        marketplace=marketplace.pk,
        name=name,
        like=f"%{escaped}%",
        trouble_first=trouble_first,
        limit=limit,
        offset=(page - 1) * limit,
    )
    found = [VendorHealth(*row) for row in rows]
    waiting = {one.store_id: one for one in queues(now=now, stores=Q(store__in=[each.store_id for each in found]))}
    return tuple(
        replace(each, queued=queue.orders, next_at=queue.next_at)
        if (queue := waiting.get(each.store_id or 0))
        else each
        for each in found
    )


def _figures(marketplace: Marketplace, now: datetime) -> Figures:
    ((pushed, waiting, by_hand, failed, today),) = _all(FIGURES, marketplace=marketplace.pk, day_ago=now - DAY)
    attention = Attention.objects.filter(marketplace=marketplace, closed_at=None).count()
    return Figures(pushed, waiting, by_hand, failed, today, attention)


def _speed(marketplace: Marketplace, now: datetime) -> Speed:
    ((count, half, most),) = _all(SPEED, marketplace=marketplace.pk, day_ago=now - DAY)
    return Speed(count, half, most)


def _pushed(marketplace: Marketplace, now: datetime, span: Span, zone: tzinfo) -> tuple[tuple[datetime, int], ...]:
    unit, length, number = UNITS[span]
    slots = [_begin(now - length * back, unit, zone) for back in reversed(range(number))]
    rows = _all(PUSHED, marketplace=marketplace.pk, unit=unit, zone=str(zone), since=slots[0], now=now)
    counts = {begins.astimezone(UTC): count for begins, count in rows}
    return tuple((slot, counts.get(slot.astimezone(UTC), 0)) for slot in slots)


def _begin(at: datetime, unit: str, zone: tzinfo) -> datetime:
    """When the minute, hour or day began that `at` is in."""
    smaller = {"minute": {}, "hour": {"minute": 0}, "day": {"minute": 0, "hour": 0}}[unit]
    return at.astimezone(zone).replace(second=0, microsecond=0, **smaller)


def _needs(marketplace: Marketplace) -> tuple[Attention, ...]:
    rows = Attention.objects.filter(marketplace=marketplace, closed_at=None).order_by("-id")
    rows = rows.select_related("order", "store", "vendor_order__vendor").defer("order__sealed", "vendor_order__sealed")
    return tuple(rows[:NEEDS_SHOWN])


def _all(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
