"""What the dashboard and the vendors' page show: figures of one marketplace, in a fixed number of statements.

Not here: the whole installation (status.py).
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from msgspec import Struct

from crossdock.models import Attention, Marketplace

DAY = timedelta(days=1)
MINUTES = 30
VENDORS_SHOWN = 8
FIGURES = """
SELECT count(*) FILTER (WHERE state IN ('linked', 'closed')),
       count(*) FILTER (WHERE state IN ('held', 'ready', 'sending')),
       count(*) FILTER (WHERE state = 'manual'),
       count(*) FILTER (WHERE state IN ('rejected', 'unknown')),
       count(*) FILTER (WHERE linked_at > %(day_ago)s)
FROM vendor_order WHERE marketplace_id = %(marketplace)s
"""
PER_MINUTE = """
SELECT floor(extract(epoch FROM (%(now)s - linked_at)) / 60)::int AS ago, count(*)
FROM vendor_order
WHERE marketplace_id = %(marketplace)s AND linked_at > %(since)s AND linked_at <= %(now)s
GROUP BY ago
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


class Figures(Struct, frozen=True):
    """Vendor orders by what they mean to a person; `attention` are open items."""

    pushed: int
    waiting: int
    by_hand: int
    failed: int
    pushed_today: int
    attention: int


class VendorHealth(Struct, frozen=True):
    """One vendor: its store (id None = none), its last listing, its orders."""

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


class Dashboard(Struct, frozen=True):
    """`per_minute` are pushes in each of the last minutes, oldest first."""

    figures: Figures
    per_minute: tuple[int, ...]
    vendors: tuple[VendorHealth, ...]


def dashboard(*, marketplace: Marketplace, now: datetime) -> Dashboard:
    """The figures of one marketplace."""
    return Dashboard(
        figures=_figures(marketplace, now),
        per_minute=_per_minute(marketplace, now),
        vendors=vendors_health(marketplace=marketplace, limit=VENDORS_SHOWN, trouble_first=True),
    )


def vendors_health(
    *, marketplace: Marketplace, name: str = "", limit: int = 50, page: int = 1, trouble_first: bool = False
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
    return tuple(VendorHealth(*row) for row in rows)


def _figures(marketplace: Marketplace, now: datetime) -> Figures:
    ((pushed, waiting, by_hand, failed, today),) = _all(FIGURES, marketplace=marketplace.pk, day_ago=now - DAY)
    attention = Attention.objects.filter(marketplace=marketplace, closed_at=None).count()
    return Figures(pushed, waiting, by_hand, failed, today, attention)


def _per_minute(marketplace: Marketplace, now: datetime) -> tuple[int, ...]:
    since = now - timedelta(minutes=MINUTES)
    counts = dict(_all(PER_MINUTE, marketplace=marketplace.pk, now=now, since=since))
    return tuple(counts.get(ago, 0) for ago in reversed(range(MINUTES)))


def _all(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
