"""Vendors' products as a list, by title: all, those that are offered, those that are not.

Not here: listings (listed.py), or choosing products (choosing.py).
"""

from typing import Any

from django.db import connection
from msgspec import Struct

from crossdock.models import Marketplace, Vendor
from crossdock.operations.searching import products_named


class ListedProduct(Struct, frozen=True):
    """A product of a vendor's store and whether it is offered (`listing_id` None = not)."""

    product_id: str
    vendor_id: int
    vendor: str
    title: str
    status: str
    gone: bool
    variants: int
    listing_id: int | None
    listing_state: str


# What the products picked are, and whose.
TOLD = """
SELECT p.product_id, s.vendor_id, d.name, p.title, p.status, p.gone_at IS NOT NULL,
       (SELECT count(*) FROM store_variant v
        WHERE v.store_id = p.store_id AND v.product_id = p.product_id AND v.gone_at IS NULL),
       l.id, COALESCE(l.state, '')
FROM picked p
JOIN store s ON s.id = p.store_id
JOIN vendor d ON d.id = s.vendor_id
LEFT JOIN listing l ON l.store_id = p.store_id AND l.product_id = p.product_id AND l.state NOT IN ('ended', 'refused')
ORDER BY p.title, p.product_id
"""
# In the order of titles, as many as are wanted. `vendor`: that store's; `ids`: of these; `common`: words that many
# have, looked for in each; `within`: only among so many of the first (null = all).
BY_TITLE = """
WITH ordered AS (
    SELECT p.* FROM store_product p
    WHERE p.marketplace_id = %(marketplace)s AND (%(ids)s::bigint[] IS NULL OR p.id = ANY(%(ids)s::bigint[]))
      AND CASE WHEN %(vendor)s::bigint IS NULL
          THEN p.store_id <> COALESCE(
              (SELECT o.id FROM store o WHERE o.marketplace_id = %(marketplace)s AND o.vendor_id IS NULL), 0)
          ELSE p.store_id = (SELECT o.id FROM store o WHERE o.vendor_id = %(vendor)s::bigint) END
      AND (%(common)s = '' OR CASE WHEN title_words(p.title) @@ title_query(%(common)s) THEN true ELSE false END)
      AND (%(after)s::text[] IS NULL OR (p.title, p.product_id) > ((%(after)s::text[])[1], (%(after)s::text[])[2]))
    ORDER BY p.title, p.product_id LIMIT %(within)s
), picked AS (
    SELECT p.* FROM ordered p
    WHERE CASE WHEN EXISTS (SELECT FROM listing l WHERE l.store_id = p.store_id AND l.product_id = p.product_id
                            AND l.state NOT IN ('ended', 'refused'))
          THEN COALESCE(%(offered)s::boolean, true) ELSE p.gone_at IS NULL AND NOT COALESCE(%(offered)s::boolean, false)
          END
    ORDER BY p.title, p.product_id LIMIT %(limit)s OFFSET %(offset)s
)
"""
# All that are not offered are found first, by two indexes in the same order, then sorted.
NOT_OFFERED = """
WITH missing AS MATERIALIZED (
    SELECT p.store_id, p.product_id FROM store_product p
    WHERE NOT EXISTS (SELECT FROM listing l WHERE l.store_id = p.store_id AND l.product_id = p.product_id
                      AND l.state NOT IN ('ended', 'refused'))
      AND p.store_id IN (SELECT o.id FROM store o WHERE o.marketplace_id = %(marketplace)s AND o.vendor_id IS NOT NULL)
), picked AS (
    SELECT p.* FROM missing m JOIN store_product p ON p.store_id = m.store_id AND p.product_id = m.product_id
    WHERE p.gone_at IS NULL AND (%(common)s = '' OR title_words(p.title) @@ title_query(%(common)s))
      AND (%(after)s::text[] IS NULL OR (p.title, p.product_id) > ((%(after)s::text[])[1], (%(after)s::text[])[2]))
    ORDER BY p.title, p.product_id LIMIT %(limit)s OFFSET %(offset)s
)
"""
WINDOW = 2000


def list_products(
    *,
    marketplace: Marketplace,
    vendor: Vendor | int | None = None,
    text: str = "",
    offered: bool | None = None,
    limit: int = 50,
    page: int = 1,
    after: tuple[str, str] | None = None,
) -> list[ListedProduct]:
    """One page of the vendors' products by title; `text`: words of the title, or the id; `offered`: only those that
    are, or are not. `after`: only those behind that title and product id."""
    ids = products_named(marketplace.pk, text) if text else None
    values: dict[str, Any] = {
        "marketplace": marketplace.pk,
        "vendor": vendor.pk if isinstance(vendor, Vendor) else vendor,
        "ids": ids,
        "common": text if ids is None else "",
        "offered": offered,
        "after": None if after is None else list(after),
        "limit": limit,
        "offset": (page - 1) * limit,
        "within": None,
    }
    if offered is not False or ids is not None or vendor is not None:
        return _read(BY_TITLE, values)
    found = _read(BY_TITLE, values | {"within": WINDOW})
    return found if len(found) == limit else _read(NOT_OFFERED, values)


def _read(statement: str, values: dict[str, Any]) -> list[ListedProduct]:
    with connection.cursor() as cursor:
        cursor.execute(statement + TOLD, values)
        return [ListedProduct(*row) for row in cursor.fetchall()]
