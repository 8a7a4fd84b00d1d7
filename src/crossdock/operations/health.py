"""How vendors do: their stores and their orders, by name or those that need a look first.

Not here: the marketplace's figures (dashboard.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from msgspec import Struct
from msgspec.structs import replace

from crossdock.models import Marketplace
from crossdock.operations.status import queues

# A page of vendors first, by the index of their names.
BY_NAME = """
SELECT id FROM vendor WHERE marketplace_id = %(marketplace)s AND (%(name)s = '' OR name ILIKE %(like)s)
ORDER BY name, id LIMIT %(limit)s OFFSET %(offset)s
"""
# Those in trouble, the worst and the busiest first; then those with the latest pushes, as far as a look at the latest
# pushes shows them; then by name.
TROUBLED = """
WITH failing AS (
    SELECT DISTINCT vendor_id FROM vendor_order
    WHERE marketplace_id = %(marketplace)s AND state IN ('rejected', 'unknown')
), troubled AS (
    SELECT v.id, (f.vendor_id IS NOT NULL)::int + (s.id IS NOT NULL AND s.state <> 'connected')::int AS score
    FROM vendor v LEFT JOIN store s ON s.vendor_id = v.id LEFT JOIN failing f ON f.vendor_id = v.id
    WHERE v.marketplace_id = %(marketplace)s AND (f.vendor_id IS NOT NULL OR s.state <> 'connected')
), lately AS (
    SELECT o.vendor_id AS id FROM vendor_order o
    WHERE o.marketplace_id = %(marketplace)s AND o.linked_at IS NOT NULL ORDER BY o.linked_at DESC LIMIT %(looked)s
), chosen AS (
    (SELECT id FROM vendor WHERE marketplace_id = %(marketplace)s ORDER BY name, id LIMIT %(limit)s)
    UNION SELECT id FROM lately UNION SELECT id FROM troubled
), pushed AS (
    SELECT chosen.id, max(p.at) AS at FROM chosen LEFT JOIN LATERAL (
        SELECT (SELECT max(o.linked_at) FROM vendor_order o WHERE o.vendor_id = chosen.id AND o.state = w.state) AS at
        FROM unnest(%(states)s::text[]) AS w(state)) p ON true
    GROUP BY chosen.id
)
SELECT v.id FROM pushed p JOIN vendor v ON v.id = p.id LEFT JOIN troubled t ON t.id = p.id
ORDER BY COALESCE(t.score, 0) DESC, p.at DESC NULLS LAST, v.name, v.id LIMIT %(limit)s
"""
TOLD = """
SELECT v.id, v.name, v.active, s.id, s.platform, s.domain, s.state, s.state_words, w.finished_at, w.last_error,
       c.pushed, c.waiting, c.by_hand, c.failed, c.last_push
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS picked(id, n)
JOIN vendor v ON v.id = picked.id
LEFT JOIN store s ON s.vendor_id = v.id
LEFT JOIN sweep w ON w.store_id = s.id AND w.kind = 'vendor_orders'
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE o.state IN ('linked', 'closed')) AS pushed,
           count(*) FILTER (WHERE o.state IN ('held', 'ready', 'sending')) AS waiting,
           count(*) FILTER (WHERE o.state = 'manual') AS by_hand,
           count(*) FILTER (WHERE o.state IN ('rejected', 'unknown')) AS failed,
           max(o.linked_at) AS last_push
    FROM vendor_order o WHERE o.vendor_id = v.id
) c ON true
ORDER BY picked.n
"""
LOOKED = 500
# States in which an order may have been pushed.
WITH_PUSH = ("linked", "closed", "cancelled", "unknown", "rejected", "manual", "held")


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


def vendors_health(
    *, marketplace: Marketplace, now: datetime, name: str = "", limit: int = 50, page: int = 1
) -> tuple[VendorHealth, ...]:
    """One page of vendors by name (whose name has `name` in it)."""
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"name": name, "like": f"%{escaped}%", "limit": limit, "offset": (page - 1) * limit}
    return _told([row[0] for row in _all(BY_NAME, marketplace=marketplace.pk, **values)], now)


def vendors_in_trouble(*, marketplace: Marketplace, now: datetime, limit: int) -> tuple[VendorHealth, ...]:
    """Those that need a look first: failed orders and stores that do not answer, then the busiest of late."""
    values = {"states": list(WITH_PUSH), "looked": LOOKED, "limit": limit}
    return _told([row[0] for row in _all(TROUBLED, marketplace=marketplace.pk, **values)], now)


def _told(ids: Sequence[int], now: datetime) -> tuple[VendorHealth, ...]:
    found = [VendorHealth(*row) for row in _all(TOLD, ids=list(ids))]
    waiting = {one.store_id: one for one in queues(now=now, stores=Q(store__in=[each.store_id for each in found]))}
    return tuple(
        replace(each, queued=queue.orders, next_at=queue.next_at)
        if (queue := waiting.get(each.store_id or 0))
        else each
        for each in found
    )


def _all(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
