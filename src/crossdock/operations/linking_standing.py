"""Links that stand, as a list: whose, which two variants, how they were found; and taking an unlinking back.

Not here: making or ending links (linking.py, linking_by_hand.py), or suggestions (linking_lists.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from msgspec import Struct

from crossdock.models import Marketplace, VariantLink, Vendor
from crossdock.operations.linking_lists import Side
from crossdock.operations.searching import links_named

# A page is `picked` first, and only then what their stores call them. `common`: words that many have, so that each link
# is looked at, in a way that the planner cannot take for a few rows.
LIST = """
WITH picked AS (
    SELECT k.id FROM variant_link k
    WHERE k.marketplace_id = %(marketplace)s AND k.ended_at IS NULL
      AND (%(vendor)s::bigint IS NULL OR k.vendor_id = %(vendor)s::bigint)
      AND (%(ids)s::bigint[] IS NULL OR k.id = ANY(%(ids)s::bigint[]))
      AND (%(common)s = '' OR CASE WHEN EXISTS (
          SELECT FROM store s JOIN store_variant v ON v.store_id = s.id AND v.variant_id = k.vendor_variant_id
          WHERE s.vendor_id = k.vendor_id AND title_words(v.title) @@ title_query(%(common)s)
          UNION ALL
          SELECT FROM store o JOIN store_variant m ON m.store_id = o.id AND m.variant_id = k.merchant_variant_id
          WHERE o.marketplace_id = k.marketplace_id AND o.vendor_id IS NULL
            AND title_words(m.title) @@ title_query(%(common)s)) THEN true ELSE false END)
      AND (%(made_before)s::timestamptz IS NULL OR (k.made_at, k.id) < (%(made_before)s::timestamptz, %(before)s))
    ORDER BY k.made_at DESC, k.id DESC LIMIT %(limit)s OFFSET %(offset)s
)
SELECT k.id, k.vendor_id, d.name, k.listing_id, k.made_by, k.made_at,
       k.vendor_product_id, k.vendor_variant_id, COALESCE(v.title, ''), COALESCE(v.sku, ''), COALESCE(v.barcode, ''),
       k.merchant_product_id, k.merchant_variant_id, COALESCE(m.title, ''), COALESCE(m.sku, ''), COALESCE(m.barcode, '')
FROM picked JOIN variant_link k ON k.id = picked.id
JOIN vendor d ON d.id = k.vendor_id
LEFT JOIN store s ON s.vendor_id = k.vendor_id
LEFT JOIN store_variant v ON v.store_id = s.id AND v.variant_id = k.vendor_variant_id
LEFT JOIN store o ON o.marketplace_id = k.marketplace_id AND o.vendor_id IS NULL
LEFT JOIN store_variant m ON m.store_id = o.id AND m.variant_id = k.merchant_variant_id
ORDER BY k.made_at DESC, k.id DESC
"""


class StandingLink(Struct, frozen=True):
    """Two variants that are the same thing. `made_by`: "listing", "match", "mapped", "csv" or a person's own word."""

    id: int
    vendor_id: int
    vendor: str
    listing_id: int | None
    made_by: str
    made_at: datetime
    theirs: Side
    ours: Side


def list_links(
    *,
    marketplace: Marketplace,
    vendor: Vendor | int | None = None,
    text: str = "",
    limit: int = 50,
    page: int = 1,
    before: tuple[datetime, int] | None = None,
) -> list[StandingLink]:
    """One page, newest first. `text`: words of a title, or an SKU or id of either side. `before`: only those that
    are older than the link made then, of that id."""
    text = text.strip()
    ids = links_named(marketplace.pk, text) if text else None
    values: dict[str, Any] = {
        "marketplace": marketplace.pk,
        "vendor": vendor.pk if isinstance(vendor, Vendor) else vendor,
        "ids": ids,
        "common": text if ids is None else "",
        "made_before": before[0] if before else None,
        "before": before[1] if before else 0,
        "limit": limit,
        "offset": (page - 1) * limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(LIST, values)
        return [StandingLink(*row[:6], Side(*row[6:11]), Side(*row[11:16])) for row in cursor.fetchall()]


def pairs_of(*, marketplace: Marketplace, merchant_variant_ids: Sequence[str]) -> list[tuple[int, str, str]]:
    """Vendor, its variant and the merchant's, of links that stand: what it takes to make them again."""
    rows = VariantLink.objects.filter(
        marketplace=marketplace, merchant_variant_id__in=list(merchant_variant_ids), ended_at=None
    )
    return list(rows.order_by("pk").values_list("vendor_id", "vendor_variant_id", "merchant_variant_id"))
