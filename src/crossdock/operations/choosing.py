"""Choosing a vendor's products to be offered, and the merchant's yes or no to what a vendor chose.

Not here: mapping them to products that are there (linking.py), or making them at the merchant (sync/kinds/listing.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, Q, QuerySet, When
from msgspec import Struct

from crossdock.models import Listing, Marketplace, Store, Vendor
from crossdock.operations import listing_needs, wanted
from crossdock.operations.catalogue_rules import rule_of
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

State = Listing.State
OPEN = (State.PROPOSED, State.WANTED, State.SENDING, State.LIVE, State.REJECTED)

# A product that was offered before is taken up again in its own row, so that what the hub once made for it (its
# reference) is found instead of made twice. Where the merchant still has that product the listing goes on with it:
# what was written then tells what the vendor and the merchant changed since.
CHOOSE = """
WITH chosen AS (
    SELECT p.product_id FROM store_product p
    WHERE p.store_id = %(store)s AND p.gone_at IS NULL AND p.status <> 'archived'
      AND (%(ids)s::text[] IS NULL OR p.product_id = ANY(%(ids)s::text[]))
      AND (%(like)s = '' OR p.title ILIKE %(like)s)
      AND NOT EXISTS (SELECT FROM listing l WHERE l.store_id = p.store_id AND l.product_id = p.product_id
                      AND l.state NOT IN ('ended', 'refused'))
), before AS (
    SELECT DISTINCT ON (l.product_id) l.id, EXISTS (
        SELECT FROM store m JOIN store_product p ON p.store_id = m.id AND p.product_id = l.merchant_product_id
        WHERE m.marketplace_id = l.marketplace_id AND m.vendor_id IS NULL AND p.gone_at IS NULL
          AND l.written IS NOT NULL AND l.reason <> 'merchant_deleted') AS there
    FROM listing l JOIN chosen USING (product_id)
    WHERE l.store_id = %(store)s AND l.origin = 'added' ORDER BY l.product_id, l.id DESC
), again AS (
    UPDATE listing l SET state = %(state)s, reason = '', words = '', ending = '', wanted = l.wanted + 1,
        not_offered = '[]', problems = '[]', operation = NULL, chosen_by = %(who)s, created_at = %(now)s,
        ended_at = NULL,
        merchant_product_id = CASE WHEN b.there THEN l.merchant_product_id ELSE '' END,
        written = CASE WHEN b.there THEN l.written END, taken = CASE WHEN b.there THEN l.taken ELSE '[]' END,
        live_at = CASE WHEN b.there THEN l.live_at END, written_at = CASE WHEN b.there THEN l.written_at END
    FROM before b WHERE l.id = b.id
    RETURNING l.id, l.product_id
), made AS (
    INSERT INTO listing
        (marketplace_id, vendor_id, store_id, product_id, origin, state, reference, chosen_by, created_at)
    SELECT %(marketplace)s, %(vendor)s, %(store)s, product_id, 'added', %(state)s,
           'cdp-' || %(marketplace)s || '-' || %(store)s || '-' || product_id, %(who)s, %(now)s
    FROM chosen WHERE product_id NOT IN (SELECT product_id FROM again)
    ORDER BY product_id
    ON CONFLICT DO NOTHING
    RETURNING id, product_id
)
SELECT id FROM again UNION ALL SELECT id FROM made
"""
COUNT = """
SELECT count(*) FILTER (WHERE l.id IS NOT NULL), count(*) FILTER (WHERE p.gone_at IS NOT NULL OR p.status = 'archived')
FROM store_product p
LEFT JOIN listing l ON l.store_id = p.store_id AND l.product_id = p.product_id AND l.state NOT IN ('ended', 'refused')
WHERE p.store_id = %(store)s AND (%(ids)s::text[] IS NULL OR p.product_id = ANY(%(ids)s::text[]))
  AND (%(like)s = '' OR p.title ILIKE %(like)s)
"""


class Chosen(Struct, frozen=True):
    """How many products were chosen now and in which `state` they are; how many were listed `already`, are `gone` from
    the vendor's store, or `unknown` to it."""

    chosen: int
    state: str
    already: int
    gone: int
    unknown: int


class NoVendorStore(Refused):
    """The vendor has no store whose products could be chosen."""

    code = "no_vendor_store"


class NothingChosen(Refused):
    """Neither products, nor a search, nor all."""

    code = "nothing_chosen"


@transaction.atomic
def choose_products(
    *,
    vendor: Vendor,
    now: datetime,
    who: str,
    product_ids: Sequence[str] | None = None,
    everything: bool = False,
    title: str = "",
    approved: bool = False,
) -> Chosen:
    """Offer products of the vendor's store: those named, those whose title has `title` in it, or all. `approved`: the
    merchant itself chooses; otherwise it is asked, unless its rules approve by themselves. Raises NoVendorStore,
    NothingChosen."""
    if not (product_ids or everything or title):
        raise NothingChosen("name products, search for a title, or take all", field="product_ids")
    store = _store(vendor)
    approved = approved or bool(rule_of(vendor, "auto_approve"))
    values = _picked(store, product_ids, title)
    state = State.WANTED if approved else State.PROPOSED
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        already, gone = cursor.fetchone()
        cursor.execute(CHOOSE, values | _new(store, vendor, state.value, who, now))
        made = [row[0] for row in cursor.fetchall()]
    unknown = 0 if product_ids is None else len(set(product_ids)) - _known(values)
    listing_needs.settle(store_id=store.pk, now=now)
    if made and approved:
        _mark(vendor, now)
    data = {"count": len(made), "vendor": vendor.name, "state": state.value}
    record(What.PRODUCTS_CHOSEN, marketplace=vendor.marketplace_id, who=who, now=now, data=data, store_id=store.pk)
    return Chosen(len(made), state.value, already, gone, unknown)


@transaction.atomic
def approve_listings(
    *,
    marketplace: Marketplace,
    now: datetime,
    who: str,
    ids: Sequence[int] | None = None,
    vendor: Vendor | None = None,
) -> int:
    """The merchant's yes: to these proposals, to all of a vendor's, or to all. Returns how many."""
    done = _decide(_proposed(marketplace, ids, vendor), State.WANTED)
    for vendor_id in sorted({owner for _, owner in done}):
        _mark(vendor_id, now, marketplace.pk)
    if done:
        record(What.LISTINGS_APPROVED, marketplace=marketplace, who=who, now=now, data={"count": len(done)})
    return len(done)


@transaction.atomic
def refuse_listings(
    *,
    marketplace: Marketplace,
    now: datetime,
    who: str,
    ids: Sequence[int] | None = None,
    vendor: Vendor | None = None,
) -> int:
    """The merchant's no. The vendor may choose the product again."""
    done = _decide(_proposed(marketplace, ids, vendor), State.REFUSED)
    if done:
        record(What.LISTINGS_REFUSED, marketplace=marketplace, who=who, now=now, data={"count": len(done)})
    return len(done)


def _store(vendor: Vendor) -> Store:
    found = Store.objects.filter(vendor=vendor).first()
    if found is None:
        raise NoVendorStore(f"{vendor.name} has not connected a store", field="vendor")
    return found


def _picked(store: Store, product_ids: Sequence[str] | None, title: str) -> dict[str, Any]:
    escaped = title.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "store": store.pk,
        "ids": None if product_ids is None else sorted(set(product_ids)),
        "like": f"%{escaped}%" if escaped else "",
    }


def _new(store: Store, vendor: Vendor, state: str, who: str, now: datetime) -> dict[str, Any]:
    return {"marketplace": store.marketplace_id, "vendor": vendor.pk, "state": state, "who": who, "now": now}


def _known(values: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM store_product WHERE store_id = %(store)s AND product_id = ANY(%(ids)s)", values
        )
        known: int = cursor.fetchone()[0]
        return known


def _mark(vendor: Vendor | int, now: datetime, marketplace_id: int = 0) -> None:
    vendor_id, place = (vendor.pk, vendor.marketplace_id) if isinstance(vendor, Vendor) else (vendor, marketplace_id)
    wanted.mark_keys(marketplace_id=place, vendor_ids=[vendor_id], levels=False, now=now, reason="products_chosen")


def _proposed(marketplace: Marketplace, ids: Sequence[int] | None, vendor: Vendor | None) -> QuerySet[Listing]:
    which = Q(marketplace=marketplace, state=State.PROPOSED)
    if ids is not None:
        which &= Q(pk__in=list(ids))
    if vendor is not None:
        which &= Q(vendor=vendor)
    return Listing.objects.filter(which)


def _decide(rows: QuerySet[Listing], state: str) -> list[tuple[int, int]]:
    """(listing, vendor) of those that were decided. The yes to one that is new is its first look: nothing was ever made
    of it, so that it need not be looked for at the merchant's (ListingRow.fresh)."""
    picked = list(rows.select_for_update().order_by("pk").values_list("pk", "vendor_id"))
    new = Q(wanted=1, done=0) if state == State.WANTED else Q(pk=None)
    counted = Case(When(new, then=F("wanted")), default=F("wanted") + 1)
    Listing.objects.filter(pk__in=[pk for pk, _ in picked]).update(state=state, wanted=counted)
    return picked
