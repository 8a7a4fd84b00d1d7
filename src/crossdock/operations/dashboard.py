"""What the dashboard shows: figures of one marketplace, in a fixed number of statements.

Not here: its vendors' (health.py), the whole installation (status.py).
"""

from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from django.db import connection
from msgspec import Struct

from crossdock.models import Attention, Marketplace, VendorOrder
from crossdock.operations.health import VendorHealth, vendors_in_trouble

State = VendorOrder.State

DAY = timedelta(days=1)
# What states mean to a person: pushed, waiting, by hand, failed.
MEANT = (
    (State.LINKED, State.CLOSED),
    (State.HELD, State.READY, State.SENDING),
    (State.MANUAL,),
    (State.REJECTED, State.UNKNOWN),
)
VENDORS_SHOWN = 8
NEEDS_SHOWN = 5
FIGURES = """
SELECT w.state, (SELECT count(*) FROM vendor_order o WHERE o.marketplace_id = %(marketplace)s AND o.state = w.state)
FROM unnest(%(states)s::text[]) AS w(state)
"""
# Each slot by itself: read from the index of pushes alone, and not told apart row by row.
PUSHED = """
SELECT (SELECT count(*) FROM vendor_order o
        WHERE o.marketplace_id = %(marketplace)s AND o.linked_at >= w.begins AND o.linked_at < w.ends)
FROM unnest(%(begins)s::timestamptz[], %(ends)s::timestamptz[]) WITH ORDINALITY AS w(begins, ends, n) ORDER BY w.n
"""
# From the moment that a vendor's part was known to the moment that the vendor's store had it.
SPEED = """
SELECT count(*),
       extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (ORDER BY linked_at - created_at))::float,
       extract(epoch FROM percentile_cont(0.95) WITHIN GROUP (ORDER BY linked_at - created_at))::float
FROM vendor_order
WHERE marketplace_id = %(marketplace)s AND linked_at > %(day_ago)s
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
    speed = _speed(marketplace, now)
    return Dashboard(
        figures=_figures(marketplace, speed.count),
        speed=speed,
        pushed=_pushed(marketplace, now, span, zone),
        needs=_needs(marketplace),
        vendors=vendors_in_trouble(marketplace=marketplace, now=now, limit=VENDORS_SHOWN),
    )


def _figures(marketplace: Marketplace, today: int) -> Figures:
    counts = dict(_all(FIGURES, marketplace=marketplace.pk, states=[state.value for state in State]))
    attention = Attention.objects.filter(marketplace=marketplace, closed_at=None).count()
    pushed, waiting, by_hand, failed = (sum(counts[state] for state in states) for states in MEANT)
    return Figures(pushed, waiting, by_hand, failed, today, attention)


def _speed(marketplace: Marketplace, now: datetime) -> Speed:
    ((count, half, most),) = _all(SPEED, marketplace=marketplace.pk, day_ago=now - DAY)
    return Speed(count, half, most)


def _pushed(marketplace: Marketplace, now: datetime, span: Span, zone: tzinfo) -> tuple[tuple[datetime, int], ...]:
    unit, length, number = UNITS[span]
    slots = [_begin(now - length * back, unit, zone) for back in reversed(range(number))]
    ends = [*slots[1:], now + timedelta(microseconds=1)]
    rows = _all(PUSHED, marketplace=marketplace.pk, begins=slots, ends=ends)
    return tuple((slot, count) for slot, (count,) in zip(slots, rows, strict=True))


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
