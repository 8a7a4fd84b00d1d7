"""Making links with the listings they belong to: the one place where pairs of variants become rows.

Inside the caller's transaction. A listing joins one product of a vendor with one of the merchant's; variants that are
the same thing across other products are linked without one: orders and stock follow, contents do not. Not here: which
pairs (linking.py, linking_csv.py).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q
from msgspec import Struct

from crossdock.models import Listing, Marketplace
from crossdock.operations import listing_needs, wanted
from crossdock.operations.listings import NewLink, link_variants

State = Listing.State
_CLOSED = (State.ENDED, State.REFUSED)
# A product that was mapped before is taken up again in its own row.
MAP = """
INSERT INTO listing AS l (marketplace_id, vendor_id, store_id, product_id, merchant_product_id, origin, state,
                          reference, chosen_by, created_at, live_at)
SELECT %(marketplace)s, w.*, 'mapped', 'live',
       'cdm-' || %(marketplace)s || '-' || w.store_id || '-' || w.product_id, %(who)s, %(now)s, %(now)s
FROM unnest(%(vendors)s::bigint[], %(stores)s::bigint[], %(products)s::text[], %(merchant_products)s::text[])
     AS w(vendor_id, store_id, product_id, merchant_product_id)
ORDER BY w.store_id, w.product_id
ON CONFLICT (reference) DO UPDATE
SET merchant_product_id = excluded.merchant_product_id, state = 'live', reason = '', words = '', ending = '',
    wanted = l.wanted + 1, written = NULL, taken = '[]', not_offered = '[]', problems = '[]', operation = NULL,
    chosen_by = excluded.chosen_by, created_at = excluded.created_at, live_at = excluded.live_at, ended_at = NULL,
    written_at = NULL
WHERE l.state IN ('ended', 'refused')
RETURNING l.id, l.store_id, l.product_id
"""

# A variant that a person unlinked is the merchant's (core/listing_variants.py), until it is linked or given back.
LET_GO = """
UPDATE listing l SET taken = (l.taken - w.names) || to_jsonb(w.names)
FROM (SELECT listing_id, array_agg(DISTINCT 'variant:' || variant_id) AS names
      FROM unnest(%(listings)s::bigint[], %(variants)s::text[]) AS w(listing_id, variant_id) GROUP BY listing_id) AS w
WHERE l.id = w.listing_id
"""
TAKE_BACK = """
UPDATE listing l SET taken = l.taken - w.names
FROM (SELECT listing_id, array_agg('variant:' || variant_id) AS names
      FROM unnest(%(listings)s::bigint[], %(variants)s::text[]) AS w(listing_id, variant_id) GROUP BY listing_id) AS w
WHERE l.id = w.listing_id AND l.taken ?| w.names
"""

Place = tuple[int, str]  # a vendor's store and a product of it


class Pair(Struct, frozen=True):
    """A vendor's variant and the merchant's, with their products and the vendor's store."""

    vendor_id: int
    store_id: int
    vendor_product_id: str
    vendor_variant_id: str
    merchant_product_id: str
    merchant_variant_id: str

    @property
    def place(self) -> Place:
        return self.store_id, self.vendor_product_id


def link(*, marketplace: Marketplace, pairs: Sequence[Pair], made_by: str, now: datetime, who: str) -> list[Pair]:
    """Link the pairs and list their products. Returns those that could not be linked now: their product is being made
    at the merchant this moment."""
    if not pairs:
        return []
    listed, busy = _listings(marketplace, pairs, now, who)
    rows = [pair for pair in pairs if pair.place not in busy]
    links = [
        NewLink(
            pair.vendor_id,
            pair.merchant_product_id,
            pair.merchant_variant_id,
            pair.vendor_product_id,
            pair.vendor_variant_id,
            listed.get((pair.place, pair.merchant_product_id)),
        )
        for pair in rows
    ]
    _on_listings(
        TAKE_BACK, [(each.listing_id, each.vendor_variant_id) for each in links if each.listing_id is not None]
    )
    link_variants(marketplace=marketplace, links=links, made_by=made_by, now=now, who=who)
    for store_id in sorted({pair.store_id for pair in rows}):
        listing_needs.settle(store_id=store_id, now=now)
    vendors = sorted({pair.vendor_id for pair in rows})
    wanted.mark_keys(marketplace_id=marketplace.pk, vendor_ids=vendors, levels=True, now=now, reason="variants_linked")
    return [pair for pair in pairs if pair.place in busy]


def let_go(variants: Sequence[tuple[int, str]]) -> None:
    """These vendor's variants of listings were unlinked by a person: they are not added again by themselves."""
    _on_listings(LET_GO, variants)


def _on_listings(statement: str, variants: Sequence[tuple[int, str]]) -> None:
    if variants:
        columns: dict[str, Any] = {
            "listings": [pk for pk, _ in variants],
            "variants": [variant for _, variant in variants],
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, columns)


def _listings(
    marketplace: Marketplace, pairs: Sequence[Pair], now: datetime, who: str
) -> tuple[dict[tuple[Place, str], int], set[Place]]:
    """Listing by the vendor's product and the merchant's, and the vendor's products that are being made."""
    chosen = _chosen(pairs)
    rows = _open(chosen)
    free = _free(marketplace, chosen)
    listed: dict[tuple[Place, str], int] = {}
    busy: set[Place] = set()
    for row in rows:
        place = (row.store_id, row.product_id)
        product = free.pop(place, "")
        if row.state == State.SENDING:
            busy.add(place)
        elif row.merchant_product_id:
            listed[place, row.merchant_product_id] = row.pk
        elif product:
            _take_up(row, product, now)
            listed[place, product] = row.pk
    Listing.objects.filter(pk__in=listed.values(), state=State.LIVE).update(wanted=F("wanted") + 1)
    return listed | _map(marketplace, free, pairs, now, who), busy


def _chosen(pairs: Sequence[Pair]) -> dict[Place, str]:
    """For each of the vendors' products the merchant's that most of its variants go to, each of them once."""
    counts = Counter((pair.place, pair.merchant_product_id) for pair in pairs)
    chosen: dict[Place, str] = {}
    taken: set[str] = set()
    for (place, product), _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if place not in chosen and product not in taken:
            chosen[place] = product
            taken.add(product)
    return {pair.place: chosen.get(pair.place, "") for pair in pairs}


def _open(chosen: dict[Place, str]) -> list[Listing]:
    """Listings of these products that are not over, locked in the order of their ids."""
    which = Q(store__in={store for store, _ in chosen}, product_id__in={product for _, product in chosen})
    rows = Listing.objects.select_for_update().filter(which).exclude(state__in=_CLOSED).order_by("pk")
    return [row for row in rows if (row.store_id, row.product_id) in chosen]


def _take_up(row: Listing, merchant_product_id: str, now: datetime) -> None:
    """A product that was to be made is there already."""
    Listing.objects.filter(pk=row.pk).update(
        origin=Listing.Origin.MAPPED,
        state=State.LIVE,
        merchant_product_id=merchant_product_id,
        reason="",
        words="",
        problems=[],
        written=None,
        live_at=now,
    )


def _free(marketplace: Marketplace, chosen: dict[Place, str]) -> dict[Place, str]:
    """Without products of the merchant's that are another product's listing."""
    taken = set(
        Listing.objects.filter(marketplace=marketplace, merchant_product_id__in=set(chosen.values()))
        .exclude(state__in=_CLOSED)
        .values_list("merchant_product_id", flat=True)
    )
    return {place: product for place, product in chosen.items() if product and product not in taken}


def _map(
    marketplace: Marketplace, chosen: dict[Place, str], pairs: Sequence[Pair], now: datetime, who: str
) -> dict[tuple[Place, str], int]:
    if not chosen:
        return {}
    vendors = {pair.store_id: pair.vendor_id for pair in pairs}
    values: dict[str, Any] = {
        "marketplace": marketplace.pk,
        "vendors": [vendors[store] for store, _ in chosen],
        "stores": [store for store, _ in chosen],
        "products": [product for _, product in chosen],
        "merchant_products": list(chosen.values()),
        "who": who,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(MAP, values)
        made = {(store, product): pk for pk, store, product in cursor.fetchall()}
    return {(place, chosen[place]): pk for place, pk in made.items()}
