"""Reading catalogues: how far each store's reading has come, when it will be done, and asking for a new one.

Not here: reading (sync/kinds/sweep.py), or the listings that follow from it (sync/catalogue_progress.py).
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from msgspec import Struct, structs

from crossdock.models import Marketplace, Store, Sweep
from crossdock.operations.counts import MOST_COUNTED
from crossdock.operations.record import record
from crossdock.operations.what import What
from crossdock.sync import dirty
from crossdock.sync.catalogue_progress import VendorProgress, progress

READING = """
SELECT s.id, s.domain, s.vendor_id, v.name, s.state, s.catalogue_at, s.confirmed_at, s.off_sale_at,
       w.pass_started_at, COALESCE(w.progress, 0), COALESCE(w.expected, 0), w.finished_at,
       COALESCE(w.last_error, ''),
       (SELECT count(*) FROM (SELECT FROM store_product p
                              WHERE p.store_id = s.id AND p.gone_at IS NULL LIMIT %(most)s) p),
       (SELECT count(*) FROM (SELECT FROM store_variant x
                              WHERE x.store_id = s.id AND x.gone_at IS NULL LIMIT %(most)s) x),
       (SELECT count(*) FROM (SELECT FROM listing l
                              WHERE l.vendor_id = s.vendor_id AND l.state IN ('wanted', 'sending') LIMIT %(most)s) l),
       (SELECT count(*) FROM (SELECT FROM listing l
                              WHERE l.vendor_id = s.vendor_id AND l.state = 'live' LIMIT %(most)s) l)
FROM (SELECT o.id FROM store o LEFT JOIN vendor v ON v.id = o.vendor_id
      LEFT JOIN sweep w ON w.store_id = o.id AND w.kind = 'catalogue'
      WHERE o.marketplace_id = %(marketplace)s AND (%(vendor)s::bigint IS NULL OR o.vendor_id = %(vendor)s::bigint)
      ORDER BY o.vendor_id IS NOT NULL, w.pass_started_at IS NULL, v.name, o.id
      LIMIT %(limit)s OFFSET %(offset)s) picked
JOIN store s ON s.id = picked.id
LEFT JOIN vendor v ON v.id = s.vendor_id
LEFT JOIN sweep w ON w.store_id = s.id AND w.kind = 'catalogue'
ORDER BY s.vendor_id IS NOT NULL, w.pass_started_at IS NULL, v.name, s.id
"""


class Reading(Struct, frozen=True):
    """One store's catalogue. A pass is under way since `started_at` (None = none is): `progress` of `expected` objects
    (0 = not known), about `seconds_left` (None = cannot be told). `products` and `variants` are known so far, `coming`
    listings still to be made at the merchant, which takes about `listing_seconds`; `live` are there. These
    four are counted as far as operations.counts says."""

    store_id: int
    domain: str
    vendor_id: int | None
    vendor: str | None
    state: str
    catalogue_at: datetime | None
    confirmed_at: datetime | None
    off_sale_at: datetime | None
    started_at: datetime | None
    progress: int
    expected: int
    finished_at: datetime | None
    last_error: str
    products: int
    variants: int
    coming: int
    live: int
    seconds_left: int | None = None
    listing_seconds: int | None = None


def readings(
    *, marketplace: Marketplace, now: datetime, vendor_id: int | None = None, limit: int = 50, page: int = 1
) -> tuple[Reading, ...]:
    """One page of the marketplace's stores, its own first, then those that are being read."""
    values = {"marketplace": marketplace.pk, "vendor": vendor_id, "limit": limit, "offset": (page - 1) * limit}
    values |= {"most": MOST_COUNTED + 1}
    with connection.cursor() as cursor:
        cursor.execute(READING, values)
        rows = cursor.fetchall()
        made = {each.vendor_id: each for each in progress(cursor, marketplace.pk, now=now).vendors}
    return tuple(_reading(row, made.get(row[2]), now) for row in rows)


@transaction.atomic
def read_catalogue(*, store: Store, now: datetime, who: str) -> None:
    """Read the store's whole catalogue again, as soon as its budget lets it; one under way goes on."""
    sweep, _ = Sweep.objects.get_or_create(store=store, kind="catalogue")
    with connection.cursor() as cursor:
        dirty.mark(cursor, [dirty.Mark(store.pk, "sweep", sweep.pk, "asked_by_person")], now=now)
    record(What.CATALOGUE_ASKED, marketplace=store.marketplace_id, who=who, now=now, store_id=store.pk)


def _reading(row: tuple[Any, ...], made: VendorProgress | None, now: datetime) -> Reading:
    read = Reading(*row)
    listing = made.seconds_left if made else None
    return structs.replace(read, seconds_left=_left(read, now), listing_seconds=listing)


def _left(read: Reading, now: datetime) -> int | None:
    """At the pace so far."""
    started_at, progress, expected = read.started_at, read.progress, read.expected
    if started_at is None or not progress or expected < progress:
        return None
    return round((now - started_at).total_seconds() * (expected - progress) / progress)
