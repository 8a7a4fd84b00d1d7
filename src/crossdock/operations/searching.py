"""Finding products and variants by what a person types: words of a title by their beginnings, an SKU, an id.

What few have is looked up by indexes, here; what many have (None) is met soon by whoever reads a list in its order, so
lists then look at each row. Which of both is decided here and not by the planner, which cannot know how many a word's
beginning fits. Not here: orders (find.py).
"""

from typing import Any

from django.db import connection

MOST = 1000  # more are many
# A CTE is read as far as it is wanted, yet planned as if all of it were: by the index of words, never by reading all.
PRODUCTS = """
WITH worded AS MATERIALIZED (
    SELECT p.id FROM store_product p
    WHERE p.marketplace_id = %(marketplace)s AND title_words(p.title) @@ title_query(%(text)s)
)
SELECT id FROM store_product WHERE marketplace_id = %(marketplace)s AND product_id = %(text)s
UNION (SELECT id FROM worded LIMIT %(most)s)
"""
VARIANTS = """
WITH worded AS MATERIALIZED (
    SELECT v.id FROM store_variant v
    WHERE v.marketplace_id = %(marketplace)s AND title_words(v.title) @@ title_query(%(text)s)
)
(SELECT id FROM store_variant WHERE marketplace_id = %(marketplace)s AND sku = %(text)s AND sku <> '' LIMIT %(most)s)
UNION (SELECT v.id FROM store_product p
       JOIN store_variant v ON v.store_id = p.store_id AND v.product_id = p.product_id
       WHERE p.marketplace_id = %(marketplace)s AND p.product_id = %(text)s LIMIT %(most)s)
UNION (SELECT id FROM worded LIMIT %(most)s)
"""
LISTINGS = """
SELECT l.id FROM store_product p JOIN listing l ON l.store_id = p.store_id AND l.product_id = p.product_id
WHERE p.id = ANY(%(ids)s::bigint[])
UNION SELECT id FROM listing WHERE marketplace_id = %(marketplace)s AND merchant_product_id = %(text)s
UNION SELECT id FROM listing WHERE marketplace_id = %(marketplace)s AND product_id = %(text)s
"""
LINKS = """
SELECT k.id FROM store_variant v JOIN store s ON s.id = v.store_id
JOIN variant_link k ON k.vendor_id = s.vendor_id AND k.vendor_variant_id = v.variant_id
WHERE v.id = ANY(%(ids)s::bigint[])
UNION
SELECT k.id FROM store_variant v JOIN store s ON s.id = v.store_id AND s.vendor_id IS NULL
JOIN variant_link k ON k.marketplace_id = v.marketplace_id AND k.merchant_variant_id = v.variant_id
WHERE v.id = ANY(%(ids)s::bigint[])
UNION SELECT id FROM variant_link WHERE marketplace_id = %(marketplace)s AND merchant_variant_id = %(text)s
UNION SELECT id FROM variant_link WHERE marketplace_id = %(marketplace)s AND vendor_variant_id = %(text)s
"""


def products_named(marketplace_id: int, text: str) -> list[int] | None:
    """Rows of products of any store with these words in their title, or of that id; None = many."""
    return _found(PRODUCTS, marketplace_id, text)


def listings_named(marketplace_id: int, text: str) -> list[int] | None:
    """Listings of products with these words in the vendor's title, or of that id on either side; None = many."""
    return _further(LISTINGS, products_named(marketplace_id, text), marketplace_id, text)


def links_named(marketplace_id: int, text: str) -> list[int] | None:
    """Links of variants with these words in either title, or with that SKU or id; None = many."""
    return _further(LINKS, _found(VARIANTS, marketplace_id, text), marketplace_id, text)


def _found(statement: str, marketplace_id: int, text: str) -> list[int] | None:
    found = _ids(statement, marketplace=marketplace_id, text=text, most=MOST + 1)
    return found if len(found) <= MOST else None


def _further(statement: str, ids: list[int] | None, marketplace_id: int, text: str) -> list[int] | None:
    return None if ids is None else _ids(statement, ids=ids, marketplace=marketplace_id, text=text)


def _ids(statement: str, **values: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
