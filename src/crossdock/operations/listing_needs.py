"""Entries under Needs attention that are about products: which products, and closing them once there is none left.

The engine opens one for each vendor's store and closes those it sees settled (sync/kinds/listing_steps.py). Not here:
entries about orders (orders.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from msgspec import Struct

from crossdock.core.reasons import Reason
from crossdock.models import Attention

SHOWN = 3
LATEST = timedelta(minutes=1)  # an entry is opened a moment after what it is about
# Refused, asked about: still so. Deleted: since the entry was opened, and not offered again.
ABOUT = """
SELECT a.id, l.id, COALESCE(NULLIF(p.title, ''), l.product_id), l.vendor_id, count(*) OVER (PARTITION BY a.id)
FROM attention a
JOIN listing l ON l.store_id = a.store_id
LEFT JOIN store_product p ON p.store_id = l.store_id AND p.product_id = l.product_id
WHERE a.id = ANY(%(ids)s::bigint[])
  AND CASE a.reason WHEN 'listing_refused' THEN l.state = 'rejected'
           WHEN 'listing_conflict' THEN l.state IN ('wanted', 'sending', 'live', 'rejected')
                AND l.taken::text LIKE '%%"ask:%%'
           ELSE l.state = 'ended' AND l.reason = 'merchant_deleted' AND l.ended_at >= a.opened_at - %(latest)s
                AND NOT EXISTS (SELECT FROM listing o WHERE o.store_id = l.store_id AND o.product_id = l.product_id
                                AND o.id <> l.id AND o.state NOT IN ('ended', 'refused')) END
ORDER BY a.id, l.id DESC
"""
TABS = {
    Reason.LISTING_REFUSED.value: "problems",
    Reason.LISTING_CONFLICT.value: "problems",
    Reason.LISTING_DELETED.value: "ended",
}


class Products(Struct, frozen=True):
    """Listings that an entry is about: how many, the first few (number, title), and the tab of the Listings page that
    has them. `asks`: whose fields of theirs are to be."""

    count: int
    vendor_id: int
    tab: str
    first: tuple[tuple[int, str], ...]
    asks: bool = False


def products_of(*, items: Sequence[Attention]) -> dict[int, Products]:
    """By the entry's number; entries about other things are left out."""
    tabs = {item.pk: TABS[item.reason] for item in items if item.reason in TABS}
    asking = {item.pk for item in items if item.reason == Reason.LISTING_CONFLICT}
    found: dict[int, Products] = {}
    for item, listing, title, vendor, count in _about(list(tabs)):
        known = found.get(item)
        first = known.first if known else ()
        if len(first) < SHOWN:
            found[item] = Products(count, vendor, tabs[item], (*first, (listing, title)), item in asking)
    return found


def settle(*, store_id: int, now: datetime) -> int:
    """Inside the caller's transaction: close the store's entries that no product is left of. Returns how many."""
    items = Attention.objects.filter(store=store_id, reason__in=list(TABS), closed_at=None)
    ids = list(items.values_list("pk", flat=True))
    about = {row[0] for row in _about(ids)}
    return Attention.objects.filter(pk__in=set(ids) - about).update(closed_at=now)


def _about(ids: Sequence[int]) -> list[tuple[int, int, str, int, int]]:
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(ABOUT, {"ids": list(ids), "latest": LATEST})
        return list(cursor.fetchall())
