"""Why? for each stock figure: what the vendor has, what is sold and not yet taken, by which orders, what is held back.

The facts and the decision are the drain's own (sync/kinds/level_rows.py): what is told is what is done. Nothing is
written, no store is asked. Not here: how the formula works (core/stock.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection
from msgspec import Struct

from crossdock.core.stock import LevelDecision
from crossdock.models import Level, Marketplace, Store, Vendor
from crossdock.operations.catalogue_rules import rule_of
from crossdock.operations.searching import links_named
from crossdock.sync.db import named
from crossdock.sync.kinds.level_rows import LevelRow

NAMES = """
SELECT l.link_id, d.name, COALESCE(NULLIF(t.title, ''), v.title, ''), COALESCE(NULLIF(t.sku, ''), v.sku, ''),
       k.listing_id, l.done >= l.wanted, l.written_at, l.merchant_at, s.off_sale_at, s.confirmed_at
FROM level l
JOIN variant_link k ON k.id = l.link_id
JOIN vendor d ON d.id = l.vendor_id
JOIN store s ON s.id = l.store_id
LEFT JOIN store_variant v ON v.store_id = l.store_id AND v.variant_id = l.vendor_variant_id
LEFT JOIN store_variant t ON t.store_id = %(merchant_store)s AND t.variant_id = l.merchant_variant_id
WHERE l.link_id = ANY(%(ids)s::bigint[]) ORDER BY l.link_id
"""
PICK = """
SELECT l.link_id FROM level l
WHERE l.marketplace_id = %(marketplace)s AND (%(vendor)s::bigint IS NULL OR l.vendor_id = %(vendor)s::bigint)
  AND (%(ids)s::bigint[] IS NULL OR l.link_id = ANY(%(ids)s::bigint[]))
  AND (%(common)s = '' OR CASE WHEN EXISTS (
      SELECT FROM store_variant v WHERE v.store_id = l.store_id AND v.variant_id = l.vendor_variant_id
      AND title_words(v.title) @@ title_query(%(common)s)
      UNION ALL
      SELECT FROM store_variant m WHERE m.store_id = %(merchant_store)s AND m.variant_id = l.merchant_variant_id
      AND title_words(m.title) @@ title_query(%(common)s)) THEN true ELSE false END)
  AND (NOT %(waiting)s OR l.wanted > l.done OR l.write_key <> '')
  AND l.link_id > %(after)s
ORDER BY l.link_id LIMIT %(limit)s OFFSET %(offset)s
"""
ORDERS = """
SELECT o.id, o.name, n.name, p.state, sum(s.units)::bigint, sum(s.units - s.taken)::bigint
FROM level l
JOIN level e ON e.store_id = l.store_id AND e.vendor_variant_id = l.vendor_variant_id
JOIN sold_line s ON s.marketplace_id = e.marketplace_id AND s.merchant_variant_id = e.merchant_variant_id
JOIN merchant_order o ON o.id = s.order_id
LEFT JOIN vendor_order p ON p.id = s.vendor_order_id
LEFT JOIN vendor n ON n.id = p.vendor_id
WHERE l.link_id = %(id)s AND s.units > s.taken
GROUP BY o.id, o.name, n.name, p.state ORDER BY o.id DESC LIMIT %(most)s
"""
MOST_ORDERS = 100


class StockFigure(Struct, frozen=True):
    """One variant's level. `target` is what the hub wants the merchant's level to be (None = it writes none),
    `expected` what it is by our books (None = never read); `why` a code of core.stock.Why, "" = as the vendor's.
    `settled`: nothing is to be looked at."""

    link_id: int
    listing_id: int | None
    vendor: str
    title: str
    sku: str
    vendor_variant_id: str
    merchant_variant_id: str
    vendor_available: int | None
    pending: int
    unexplained: int
    buffer: int
    target: int | None
    expected: int | None
    why: str
    settled: bool
    written_at: datetime | None
    read_at: datetime | None


class PendingOrder(Struct, frozen=True):
    """An order with units that the vendor's store has not yet taken. No buyer's data."""

    order_id: int
    name: str
    vendor: str | None
    state: str | None
    units: int
    pending: int


class StockStory(Struct, frozen=True):
    """`trace` is the decision, rule by rule. `confirmed_at`: the vendor's store was last heard of; its lease ends at
    `lease_until` unless it answers; `off_sale_at`: it ended. A write under way has `writing`."""

    figure: StockFigure
    trace: tuple[dict[str, Any], ...]
    orders: tuple[PendingOrder, ...]
    figure_at: datetime | None
    doubt: bool
    confirmed_at: datetime | None
    lease_until: datetime | None
    off_sale_at: datetime | None
    location_id: str
    writing: int | None


def list_stock(
    *,
    marketplace: Marketplace,
    vendor: Vendor | int | None = None,
    text: str = "",
    waiting: bool = False,
    limit: int = 50,
    page: int = 1,
    after: int = 0,
) -> list[StockFigure]:
    """One page of figures. `text`: words of a title, or an SKU or id; `waiting`: only those to be looked at; `after`:
    only those behind that link."""
    text = text.strip()
    ids = links_named(marketplace.pk, text) if text else None
    place = Store.objects.filter(marketplace=marketplace, vendor=None).values_list("pk", flat=True).first()
    values: dict[str, Any] = {
        "marketplace": marketplace.pk,
        "merchant_store": place or 0,
        "vendor": vendor.pk if isinstance(vendor, Vendor) else vendor,
        "ids": ids,
        "common": text if ids is None else "",
        "waiting": waiting,
        "after": after,
        "limit": limit,
        "offset": (page - 1) * limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(PICK, values)
        picked = [row[0] for row in cursor.fetchall()]
    return [figure for figure, _, _ in figures(marketplace=marketplace, ids=picked)]


def find_levels(*, marketplace: Marketplace, text: str) -> list[int]:
    """Links that an SKU, a variant's id in either store, or a title names."""
    return [figure.link_id for figure in list_stock(marketplace=marketplace, text=text, limit=20)]


def tell_stock(*, level: Level) -> StockStory:
    """The story of one figure."""
    ((figure, row, decision),) = figures(marketplace=level.marketplace, ids=[level.pk])
    store = Store.objects.select_related("vendor__marketplace").get(pk=level.store_id)
    lease = rule_of(store.vendor, "lease_hours") if store.vendor else None
    with connection.cursor() as cursor:
        cursor.execute(ORDERS, {"id": level.pk, "most": MOST_ORDERS})
        orders = tuple(PendingOrder(*found) for found in cursor.fetchall())
    return StockStory(
        figure=figure,
        trace=tuple(msgspec.to_builtins(fact) for fact in decision.trace),
        orders=orders,
        figure_at=row.figure_at,
        doubt=row.doubt,
        confirmed_at=store.confirmed_at,
        lease_until=store.confirmed_at + timedelta(hours=lease) if store.confirmed_at and lease else None,
        off_sale_at=store.off_sale_at,
        location_id=row.location_id or row.wanted_location,
        writing=row.write_to,
    )


def figures(*, marketplace: Marketplace, ids: Sequence[int]) -> list[tuple[StockFigure, LevelRow, LevelDecision]]:
    """Facts and decision of these links, as of one moment; in three statements however many there are."""
    if not ids:
        return []
    place = Store.objects.filter(marketplace=marketplace, vendor=None).values_list("pk", "location_id").first()
    store_id, location_id = place or (0, "")
    with connection.cursor() as cursor:
        cursor.execute(named("load_levels"), {"ids": list(ids), "merchant_store_id": store_id})
        rows = {row[0]: LevelRow(*row) for row in cursor.fetchall()}
        cursor.execute(NAMES, {"ids": list(ids), "merchant_store": store_id})
        names = {row[0]: row for row in cursor.fetchall()}
    for row in rows.values():
        row.wanted_location = row.wanted_location or location_id
    return [_figure(rows[id], names[id]) for id in ids if id in rows and id in names]


def _figure(row: LevelRow, name: tuple[Any, ...]) -> tuple[StockFigure, LevelRow, LevelDecision]:
    decision = row.decide()
    _, vendor, title, sku, listing_id, settled, written_at, read_at, _, _ = name
    figure = StockFigure(
        link_id=row.id,
        listing_id=listing_id,
        vendor=vendor,
        title=title,
        sku=sku,
        vendor_variant_id=row.vendor_variant_id,
        merchant_variant_id=row.merchant_variant_id,
        vendor_available=row.vendor_available,
        pending=row.pending,
        unexplained=row.unexplained,
        buffer=row.buffer,
        target=decision.target,
        expected=row.expected,
        why=row.kept_reason(decision),
        settled=settled and not row.write_key,
        written_at=written_at,
        read_at=read_at,
    )
    return figure, row, decision
