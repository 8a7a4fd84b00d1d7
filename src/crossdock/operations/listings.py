"""Links between a merchant's variants and vendors' variants, made and taken away.

Not here: which line is whose (core/routing.py), or what is listed (offering.py).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from msgspec import Struct

from crossdock.models import Marketplace
from crossdock.operations.marks import hold_routing
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What
from crossdock.sync import dirty, stock_rows

LINK = """
INSERT INTO variant_link (marketplace_id, vendor_id, merchant_product_id, merchant_variant_id,
                          vendor_product_id, vendor_variant_id, listing_id, made_by, made_at)
SELECT %(marketplace)s, link.*, %(made_by)s, %(now)s
FROM unnest(%(vendors)s::bigint[], %(merchant_products)s::text[], %(merchant_variants)s::text[],
            %(vendor_products)s::text[], %(vendor_variants)s::text[], %(listings)s::bigint[]) AS link
ON CONFLICT (marketplace_id, merchant_variant_id) DO UPDATE
SET listing_id = CASE WHEN (variant_link.vendor_id, variant_link.vendor_product_id, variant_link.merchant_product_id)
                           = (excluded.vendor_id, excluded.vendor_product_id, excluded.merchant_product_id)
                      THEN COALESCE(excluded.listing_id, variant_link.listing_id) ELSE excluded.listing_id END,
    vendor_id = excluded.vendor_id, merchant_product_id = excluded.merchant_product_id,
    vendor_product_id = excluded.vendor_product_id, vendor_variant_id = excluded.vendor_variant_id,
    made_by = excluded.made_by, made_at = excluded.made_at, ended_at = NULL
"""
# Orders that are on their way may have lines that are of the new link: they count as sold.
OPEN = (*dirty.WAITING, "ready", "sending", "unknown", "rejected")


class NewLink(Struct, frozen=True):
    """Two ids that are the same thing, and whose. `listing_id`: they are variants of what is listed there."""

    vendor_id: int
    merchant_product_id: str
    merchant_variant_id: str
    vendor_product_id: str
    vendor_variant_id: str
    listing_id: int | None = None


class ForeignVendor(Refused):
    """A link names a vendor of another marketplace, or none."""

    code = "foreign_vendor"


@transaction.atomic
def link_variants(
    *, marketplace: Marketplace, links: Iterable[NewLink], made_by: str, now: datetime, who: str = ""
) -> int:
    """Link variants, replacing older links of the same merchant variant (the last of `links` wins). Orders that wait
    for a link are looked at again. Returns how many links were written. Raises ForeignVendor."""
    rows = list({link.merchant_variant_id: link for link in links}.values())
    if not rows:
        return 0
    hold_routing(marketplace.pk)
    _check_vendors(marketplace, {link.vendor_id for link in rows})
    with connection.cursor() as cursor:
        cursor.execute(LINK, _columns(marketplace, rows) | {"made_by": made_by, "now": now})
        levels = stock_rows.ensure_levels_now(cursor, marketplace.pk, [row.merchant_variant_id for row in rows])
        _mark_waiting(cursor, marketplace.pk, now, "variants_linked", OPEN)
        dirty.mark(cursor, levels, now=now)
    data = {"count": len(rows), "made_by": made_by}
    record(What.VARIANTS_LINKED, marketplace=marketplace, who=who, now=now, data=data)
    return len(rows)


@transaction.atomic
def unlink_variants(
    *, marketplace: Marketplace, merchant_variant_ids: Sequence[str], now: datetime, who: str = ""
) -> int:
    """Take links back. What was sent stays sent; what waits is decided again; stock stays as it is at the merchant.
    Returns how many there were."""
    hold_routing(marketplace.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM level WHERE marketplace_id = %s AND merchant_variant_id = ANY(%s)",
            [marketplace.pk, list(merchant_variant_ids)],
        )
        cursor.execute(
            "DELETE FROM variant_link WHERE marketplace_id = %s AND merchant_variant_id = ANY(%s)",
            [marketplace.pk, list(merchant_variant_ids)],
        )
        gone: int = cursor.rowcount
        _mark_waiting(cursor, marketplace.pk, now, "variants_unlinked")
    record(What.VARIANTS_UNLINKED, marketplace=marketplace, who=who, now=now, data={"count": gone})
    return gone


def _mark_waiting(
    cursor: CursorWrapper, marketplace_id: int, now: datetime, reason: str, states: Sequence[str] = dirty.WAITING
) -> None:
    dirty.mark_orders(cursor, marketplace_id=marketplace_id, states=states, now=now, reason=reason)
    dirty.mark_unassigned(cursor, marketplace_id=marketplace_id, now=now, reason=reason)


def _check_vendors(marketplace: Marketplace, vendor_ids: set[int]) -> None:
    known = set(marketplace.vendors.filter(pk__in=vendor_ids).values_list("pk", flat=True))
    if known != vendor_ids:
        raise ForeignVendor(f"not vendors of this marketplace: {sorted(vendor_ids - known)[:5]}", field="vendor_id")


def _columns(marketplace: Marketplace, rows: Sequence[NewLink]) -> dict[str, Any]:
    return {
        "marketplace": marketplace.pk,
        "vendors": [row.vendor_id for row in rows],
        "merchant_products": [row.merchant_product_id for row in rows],
        "merchant_variants": [row.merchant_variant_id for row in rows],
        "vendor_products": [row.vendor_product_id for row in rows],
        "vendor_variants": [row.vendor_variant_id for row in rows],
        "listings": [row.listing_id for row in rows],
    }
