"""Looking up variants and links that a file names, a batch at a time. Not here: the file (linking_csv.py)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from msgspec import Struct

FIND = """
SELECT w.n, v.product_id, v.variant_id, v.gone_at IS NOT NULL
FROM unnest(%(stores)s::bigint[], %(bys)s::text[], %(values)s::text[]) WITH ORDINALITY AS w(store_id, by, value, n)
JOIN store_variant v ON v.store_id = w.store_id AND v.variant_id = w.value
WHERE w.by = 'variant_id'
UNION ALL
SELECT w.n, v.product_id, v.variant_id, v.gone_at IS NOT NULL
FROM unnest(%(stores)s::bigint[], %(bys)s::text[], %(values)s::text[]) WITH ORDINALITY AS w(store_id, by, value, n)
JOIN store_variant v ON v.marketplace_id = (SELECT s.marketplace_id FROM store s WHERE s.id = w.store_id)
                     AND v.sku = w.value AND v.sku <> '' AND v.store_id = w.store_id
WHERE w.by = 'sku'
"""
LINKED = """
SELECT merchant_variant_id, vendor_id, vendor_variant_id FROM variant_link
WHERE marketplace_id = %s AND merchant_variant_id = ANY(%s) AND ended_at IS NULL
"""


class Side(Struct, frozen=True):
    """A variant as a row names it: `by` its variant_id or its sku; `product_id` "" = not said."""

    store_id: int
    by: str
    value: str
    product_id: str


class Found(Struct, frozen=True):
    product_id: str
    variant_id: str
    gone: bool


def find_variants(sides: Collection[Side]) -> dict[Side, list[Found]]:
    """What each names: the one variant, none, or several of one SKU; those that are there before those that are gone.
    The product chooses among several."""
    ordered = list(sides)
    values: dict[str, Any] = {
        "stores": [side.store_id for side in ordered],
        "bys": [side.by for side in ordered],
        "values": [side.value for side in ordered],
    }
    found: defaultdict[int, list[Found]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(FIND, values)
        for number, product_id, variant_id, gone in cursor.fetchall():
            found[number - 1].append(Found(product_id, variant_id, gone))
    return {side: _narrowed(side, found[number]) for number, side in enumerate(ordered)}


def _narrowed(side: Side, found: list[Found]) -> list[Found]:
    there = [each for each in found if not each.gone]
    of_product = [each for each in there if each.product_id == side.product_id]
    return (of_product if len(there) > 1 and of_product else there) or found


def find_links(marketplace_id: int, merchant_variant_ids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """The vendor and its variant, by the merchant's."""
    with connection.cursor() as cursor:
        cursor.execute(LINKED, [marketplace_id, list(merchant_variant_ids)])
        return {ours: (vendor, theirs) for ours, vendor, theirs in cursor.fetchall()}
