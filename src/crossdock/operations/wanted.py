"""Asking the drains to look at listings and levels again: the rows' `wanted` is raised, their key is marked.

Rows in the order of their ids first, keys last (sync/dirty.py). Not here: the order's keys (marks.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from crossdock.models import Marketplace, Store, Sweep, Vendor
from crossdock.sync import dirty
from crossdock.sync.db import named

WANT_LISTINGS = """
WITH picked AS (
    SELECT id FROM listing
    WHERE marketplace_id = %(marketplace)s AND state IN ('wanted', 'sending', 'live', 'rejected')
      AND (%(vendor)s::bigint IS NULL OR vendor_id = %(vendor)s::bigint)
      AND (%(ids)s::bigint[] IS NULL OR id = ANY(%(ids)s::bigint[]))
    ORDER BY id FOR UPDATE
)
UPDATE listing l SET wanted = l.wanted + 1 FROM picked WHERE l.id = picked.id RETURNING l.vendor_id
"""
WANT_LEVELS = """
WITH picked AS (
    SELECT link_id FROM level
    WHERE marketplace_id = %(marketplace)s
      AND (%(vendor)s::bigint IS NULL OR vendor_id = %(vendor)s::bigint)
      AND (%(ids)s::bigint[] IS NULL OR link_id = ANY(%(ids)s::bigint[]))
    ORDER BY link_id FOR UPDATE
)
UPDATE level l SET wanted = l.wanted + 1 FROM picked WHERE l.link_id = picked.link_id RETURNING l.vendor_id
"""
STALE_VENDORS = (
    "SELECT DISTINCT vendor_id FROM listing"
    " WHERE marketplace_id = %s AND wanted > done AND state IN ('wanted', 'sending', 'live', 'rejected')"
)


def want(
    *,
    marketplace_id: int,
    now: datetime,
    reason: str,
    vendor: Vendor | int | None = None,
    listing_ids: Sequence[int] | None = None,
    listings: bool = True,
    levels: bool = False,
    link_ids: Sequence[int] | None = None,
) -> tuple[int, int]:
    """Inside the caller's transaction: look again at these listings, at these levels (of one vendor, or of ids).
    Returns how many of each."""
    vendor_id = vendor.pk if isinstance(vendor, Vendor) else vendor
    values = {"marketplace": marketplace_id, "vendor": vendor_id}
    with connection.cursor() as cursor:
        of_listings = _raise(cursor, WANT_LISTINGS, values | {"ids": _list(listing_ids)}) if listings else []
        of_levels = _raise(cursor, WANT_LEVELS, values | {"ids": _list(link_ids)}) if levels else []
    mark_keys(marketplace_id=marketplace_id, vendor_ids=of_listings, levels=bool(of_levels), now=now, reason=reason)
    return len(of_listings), len(of_levels)


def mark_keys(*, marketplace_id: int, vendor_ids: Sequence[int], levels: bool, now: datetime, reason: str) -> None:
    """The keys of these vendors' listings, and of the levels. Nothing while the merchant has no store: connecting it
    marks what waits (`mark_stale`)."""
    store_id = Store.objects.filter(marketplace=marketplace_id, vendor=None).values_list("pk", flat=True).first()
    if store_id is None:
        return
    marks = [dirty.Mark(store_id, "listing", vendor_id, reason) for vendor_id in sorted(set(vendor_ids))]
    if levels:
        marks.append(dirty.Mark(store_id, "level", store_id, reason))
    with connection.cursor() as cursor:
        dirty.mark(cursor, marks, now=now)


def mark_stale(*, marketplace_id: int, now: datetime, reason: str) -> None:
    """Every vendor that has listings to be looked at, and the levels: after the merchant's store was connected."""
    with connection.cursor() as cursor:
        cursor.execute(STALE_VENDORS, [marketplace_id])
        vendors = [row[0] for row in cursor.fetchall()]
    mark_keys(marketplace_id=marketplace_id, vendor_ids=vendors, levels=True, now=now, reason=reason)


def read_stock(marketplace: Marketplace, vendor: Vendor | None, now: datetime) -> None:
    """Other locations are summed from now on: what is offered is read at once, the rest by a whole pass from its
    beginning."""
    stores = Store.objects.filter(marketplace=marketplace, vendor__isnull=False)
    if vendor is not None:
        stores = stores.filter(vendor=vendor)
    rows = Sweep.objects.filter(store__in=stores, kind="catalogue").order_by("pk")
    rows.update(cursor="", pass_started_at=None, since=None)
    marks = [dirty.Mark(row.store_id, "sweep", row.pk, "settings_changed") for row in rows]
    with connection.cursor() as cursor:
        for store_id in stores.order_by("pk").values_list("pk", flat=True):
            cursor.execute(named("doubt_vendor"), {"store_id": store_id})
            marks.append(dirty.Mark(store_id, "level", store_id, "settings_changed"))
        dirty.mark(cursor, marks, now=now)


def _list(ids: Sequence[int] | None) -> list[int] | None:
    return None if ids is None else list(ids)


def _raise(cursor: Any, statement: str, values: dict[str, Any]) -> list[int]:
    cursor.execute(statement, values)
    return [row[0] for row in cursor.fetchall()]
