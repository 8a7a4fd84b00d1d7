"""Suggested links as a list: best first, a page at a time, with what either store calls the two.

Not here: deciding on them (linking.py).
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection
from msgspec import Struct

from crossdock.core.matching_score import Because
from crossdock.models import LinkSuggestion, Marketplace, Vendor
from crossdock.operations.linking import TIMES
from crossdock.operations.record import Refused

LIST = """
SELECT s.id, s.vendor_id, d.name, s.score, s.because::text, s.state,
       s.vendor_product_id, s.vendor_variant_id, COALESCE(v.title, ''), COALESCE(v.sku, ''), COALESCE(v.barcode, ''),
       s.merchant_product_id, s.merchant_variant_id, COALESCE(m.title, ''), COALESCE(m.sku, ''), COALESCE(m.barcode, '')
FROM link_suggestion s
JOIN vendor d ON d.id = s.vendor_id
LEFT JOIN store_variant v ON v.store_id = s.store_id AND v.variant_id = s.vendor_variant_id
LEFT JOIN store o ON o.marketplace_id = s.marketplace_id AND o.vendor_id IS NULL
LEFT JOIN store_variant m ON m.store_id = o.id AND m.variant_id = s.merchant_variant_id
WHERE s.marketplace_id = %(marketplace)s AND s.state = %(state)s
  AND (%(vendor)s::bigint IS NULL OR s.vendor_id = %(vendor)s::bigint)
  AND s.score >= %(least)s AND (s.score, -s.id) < (%(score)s, %(after)s)
ORDER BY s.score DESC, s.id LIMIT %(limit)s
"""
COUNT = """
SELECT vendor_id, count(*), count(*) FILTER (WHERE score >= %(sure)s) FROM link_suggestion
WHERE marketplace_id = %(marketplace)s AND state = 'open' GROUP BY vendor_id
"""
_reasons = msgspec.json.Decoder(tuple[Because, ...]).decode


class BadCursor(Refused):
    """Not a cursor that a page of this list gave."""

    code = "bad_cursor"


class Side(Struct, frozen=True):
    """A variant as its store has it; empty words for one that is gone."""

    product_id: str
    variant_id: str
    title: str
    sku: str
    barcode: str


class Suggestion(Struct, frozen=True):
    """One pair, its score (0..1) and its reasons as codes with their facts."""

    id: int
    vendor_id: int
    vendor: str
    score: float
    because: tuple[Because, ...]
    state: str
    theirs: Side
    ours: Side


class Suggestions(Struct, frozen=True):
    """One page; `cursor` leads to the next, "" at the end."""

    items: tuple[Suggestion, ...]
    cursor: str


def list_suggestions(
    *,
    marketplace: Marketplace,
    vendor: Vendor | int | None = None,
    state: str = LinkSuggestion.State.OPEN,
    least: float = 0.0,
    cursor: str = "",
    limit: int = 50,
) -> Suggestions:
    """Pairs whose score is at least `least`, best first. Raises BadCursor."""
    score, after = _parse(cursor)
    values: dict[str, Any] = {
        "marketplace": marketplace.pk,
        "vendor": vendor.pk if isinstance(vendor, Vendor) else vendor,
        "state": str(state),
        "least": round(least * TIMES),
        "score": score,
        "after": -after,
        "limit": limit + 1,
    }
    with connection.cursor() as rows:
        rows.execute(LIST, values)
        found = [_suggestion(row) for row in rows.fetchall()]
    page = found[:limit]
    last = f"{round(page[-1].score * TIMES)}-{page[-1].id}" if len(found) > limit else ""
    return Suggestions(tuple(page), last)


def count_suggestions(*, marketplace: Marketplace, sure: float) -> dict[int, tuple[int, int]]:
    """By vendor: how many pairs are open, and how many of them have at least the score `sure`."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"marketplace": marketplace.pk, "sure": round(sure * TIMES)})
        return {vendor: (every, good) for vendor, every, good in cursor.fetchall()}


def _parse(cursor: str) -> tuple[int, int]:
    if not cursor:
        return TIMES + 1, 0
    score, _, after = cursor.partition("-")
    if not (score.isdecimal() and after.isdecimal()):
        raise BadCursor(f"not a cursor: {cursor[:40]}", field="cursor")
    return int(score), int(after)


def _suggestion(row: Sequence[Any]) -> Suggestion:
    theirs, ours = Side(*row[6:11]), Side(*row[11:16])
    return Suggestion(row[0], row[1], row[2], row[3] / TIMES, _reasons(row[4]), row[5], theirs, ours)
