"""Links between a vendor's products and what the merchant has: suggested, confirmed, refused, mapped by hand, undone.

Not here: how pairs are found (core/matching.py), showing them (linking_lists.py), files of links (linking_csv.py),
products that are to be made at the merchant (choosing.py).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.core.matching import AUTO_CONFIRM, VariantPair, pair_up
from crossdock.core.matching import suggest as find
from crossdock.models import LinkSuggestion, Listing, Marketplace, Store, StoreVariant, VariantLink, Vendor
from crossdock.operations import listings, offering, wanted
from crossdock.operations.linking_catalogues import known, merchant_store, products_of, stores_of
from crossdock.operations.linking_rows import Pair, let_go, link
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

State = LinkSuggestion.State
TIMES = 10_000  # of a score, as rows keep it
BATCH = 2000
KEEP = """
INSERT INTO link_suggestion AS s (marketplace_id, vendor_id, store_id, vendor_product_id, vendor_variant_id,
                                  merchant_product_id, merchant_variant_id, score, because, state, seen_at)
SELECT %(marketplace)s, %(vendor)s, %(store)s, w.vendor_product, w.vendor_variant, w.merchant_product,
       w.merchant_variant, w.score, w.because::jsonb, 'open', %(now)s
FROM unnest(%(vendor_products)s::text[], %(vendor_variants)s::text[], %(merchant_products)s::text[],
            %(merchant_variants)s::text[], %(scores)s::int[], %(becauses)s::text[])
     AS w(vendor_product, vendor_variant, merchant_product, merchant_variant, score, because)
ORDER BY w.vendor_variant, w.merchant_variant
ON CONFLICT (store_id, vendor_variant_id, merchant_variant_id) DO UPDATE
SET vendor_product_id = excluded.vendor_product_id, merchant_product_id = excluded.merchant_product_id,
    score = excluded.score, because = excluded.because, state = 'open', seen_at = excluded.seen_at,
    decided_at = NULL, decided_by = ''
WHERE s.state <> 'refused'
"""


class Suggested(Struct, frozen=True):
    """How many pairs are open now, and how many of them reach AUTO_CONFIRM."""

    pairs: int
    sure: int


class Confirmed(Struct, frozen=True):
    """How many pairs became links; `stale`: linked otherwise or gone meanwhile; `busy`: their product is being made at
    the merchant this moment, so that they stay open."""

    linked: int
    stale: int
    busy: int


class Mapped(Struct, frozen=True):
    """The listing, how many variants were linked, and the ids of those of either product that have no pair."""

    listing_id: int | None
    linked: int
    vendor_left: tuple[str, ...]
    merchant_left: tuple[str, ...]


class NothingToConfirm(Refused):
    """Neither pairs nor a score from which on."""

    code = "nothing_to_confirm"


class NoSuchProduct(Refused):
    """The store has no such product, or it is gone."""

    code = "no_such_product"


class MappedOtherwise(Refused):
    """The vendor's product is offered as another of the merchant's, or is being made this moment."""

    code = "mapped_otherwise"


def suggest(*, vendor: Vendor, now: datetime, who: str) -> Suggested:
    """Look through both catalogues for pairs, in place of the suggestions that were open. What is linked or was refused
    is left out. Takes seconds for ten thousand products. Raises NoVendorStore, NoMerchantStore, CatalogueNotRead."""
    theirs, ours = stores_of(vendor)
    products, rest = find(
        products_of(theirs), products_of(ours), vendor_name=vendor.name, known=known(vendor, theirs, ours)
    )
    pairs = [pair for product in products for pair in product.variants] + rest
    with transaction.atomic():
        _keep(vendor, theirs, pairs, now)
        found = Suggested(len(pairs), sum(pair.auto for pair in pairs))
        data = {"vendor": vendor.name, "count": found.pairs, "sure": found.sure}
        place = vendor.marketplace_id
        record(What.LINKS_SUGGESTED, marketplace=place, who=who, now=now, data=data, store_id=theirs.pk)
    return found


def _keep(vendor: Vendor, store: Store, pairs: Sequence[VariantPair], now: datetime) -> None:
    """A pair that is found again keeps its id; open ones that are not go."""
    with connection.cursor() as cursor:
        for rows in _batches(pairs):
            cursor.execute(KEEP, _columns(rows) | _whose(vendor, store, now))
    LinkSuggestion.objects.filter(store=store, state=State.OPEN).exclude(seen_at=now).delete()


def _whose(vendor: Vendor, store: Store, now: datetime) -> dict[str, Any]:
    return {"marketplace": vendor.marketplace_id, "vendor": vendor.pk, "store": store.pk, "now": now}


def _columns(rows: Sequence[VariantPair]) -> dict[str, Any]:
    return {
        "vendor_products": [row.vendor_product_id for row in rows],
        "vendor_variants": [row.vendor_variant_id for row in rows],
        "merchant_products": [row.merchant_product_id for row in rows],
        "merchant_variants": [row.merchant_variant_id for row in rows],
        "scores": [round(row.score * TIMES) for row in rows],
        "becauses": [msgspec.json.encode(row.because).decode() for row in rows],
    }


def confirm(
    *,
    marketplace: Marketplace,
    now: datetime,
    who: str,
    ids: Sequence[int] | None = None,
    least: float | None = None,
    vendor: Vendor | None = None,
) -> Confirmed:
    """Make links of these open pairs, or of all (of one vendor) whose score is at least `least`. Each batch is durable
    by itself. Raises NothingToConfirm."""
    if ids is None and least is None:
        raise NothingToConfirm(_("Name pairs, or a score from which on."), field="ids")
    open_ones = LinkSuggestion.objects.filter(marketplace=marketplace, state=State.OPEN)
    if ids is not None:
        open_ones = open_ones.filter(pk__in=list(ids))
    if least is not None:
        open_ones = open_ones.filter(score__gte=round(least * TIMES))
    if vendor is not None:
        open_ones = open_ones.filter(vendor=vendor)
    picked = list(open_ones.order_by("vendor_id", "vendor_product_id", "pk").values_list("pk", flat=True))
    done = [_confirm(marketplace, batch, now, who) for batch in _batches(picked)]
    return Confirmed(
        sum(each.linked for each in done), sum(each.stale for each in done), sum(each.busy for each in done)
    )


def confirm_sure(*, vendor: Vendor, now: datetime, who: str) -> Confirmed:
    """Those that need no person (core.matching_score.AUTO_CONFIRM says which)."""
    return confirm(marketplace=vendor.marketplace, vendor=vendor, least=AUTO_CONFIRM, now=now, who=who)


@transaction.atomic
def _confirm(marketplace: Marketplace, ids: Sequence[int], now: datetime, who: str) -> Confirmed:
    rows = list(LinkSuggestion.objects.select_for_update().filter(pk__in=ids, state=State.OPEN).order_by("pk"))
    good = _still_true(marketplace, rows)
    pairs = {_pair(row): row for row in rows if row.pk in good}
    busy = {
        pairs[pair].pk for pair in link(marketplace=marketplace, pairs=list(pairs), made_by="match", now=now, who=who)
    }
    linked = good - busy
    LinkSuggestion.objects.filter(pk__in=linked).update(state=State.CONFIRMED, decided_at=now, decided_by=who)
    LinkSuggestion.objects.filter(pk__in={row.pk for row in rows} - good).delete()
    return Confirmed(len(linked), len(rows) - len(good), len(busy))


def _pair(row: LinkSuggestion) -> Pair:
    return Pair(
        row.vendor_id,
        row.store_id,
        row.vendor_product_id,
        row.vendor_variant_id,
        row.merchant_product_id,
        row.merchant_variant_id,
    )


def _still_true(marketplace: Marketplace, rows: Sequence[LinkSuggestion]) -> set[int]:
    """Pairs both of whose variants are there and not linked since; of two of one variant the better."""
    links = VariantLink.objects.filter(marketplace=marketplace, ended_at=None)
    ours = {row.merchant_variant_id for row in rows}
    theirs = {row.vendor_variant_id for row in rows}
    taken = set(links.filter(merchant_variant_id__in=ours).values_list("merchant_variant_id", flat=True))
    used = set(
        links.filter(vendor__in={row.vendor_id for row in rows}, vendor_variant_id__in=theirs).values_list(
            "vendor_id", "vendor_variant_id"
        )
    )
    there = set(
        StoreVariant.objects.filter(marketplace=marketplace, variant_id__in=ours | theirs, gone_at=None).values_list(
            "store_id", "variant_id"
        )
    )
    merchant = merchant_store(marketplace).pk
    good = set()
    for row in sorted(rows, key=lambda row: (-row.score, row.pk)):
        mine = (row.vendor_id, row.vendor_variant_id)
        known_both = {(row.store_id, row.vendor_variant_id), (merchant, row.merchant_variant_id)} <= there
        if known_both and mine not in used and row.merchant_variant_id not in taken:
            good.add(row.pk)
            used.add(mine)
            taken.add(row.merchant_variant_id)
    return good


@transaction.atomic
def refuse(*, marketplace: Marketplace, ids: Sequence[int], now: datetime, who: str) -> int:
    """These pairs are not the same thing and are not suggested again. Returns how many were open."""
    rows = LinkSuggestion.objects.filter(marketplace=marketplace, state=State.OPEN, pk__in=list(ids))
    count = rows.update(state=State.REFUSED, decided_at=now, decided_by=who)
    if count:
        record(What.LINKS_REFUSED, marketplace=marketplace, who=who, now=now, data={"count": count})
    return count


@transaction.atomic
def forget_refusals(
    *,
    marketplace: Marketplace,
    now: datetime,
    who: str,
    vendor: Vendor | None = None,
    ids: Sequence[int] | None = None,
) -> int:
    """Take refusals back: these pairs (all, of one vendor, or `ids`) are open again as they were found. Returns how
    many."""
    rows = LinkSuggestion.objects.filter(marketplace=marketplace, state=State.REFUSED)
    if vendor is not None:
        rows = rows.filter(vendor=vendor)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    gone = rows.update(state=State.OPEN, decided_at=None, decided_by="")
    if gone:
        record(What.LINKS_UNREFUSED, marketplace=marketplace, who=who, now=now, data={"count": gone})
    return gone


@transaction.atomic
def map_product(*, vendor: Vendor, product_id: str, merchant_product_id: str, now: datetime, who: str) -> Mapped:
    """A person says that the two products are the same thing: their variants are paired by numbers and options. Raises
    NoVendorStore, NoMerchantStore, CatalogueNotRead, NoSuchProduct, MappedOtherwise."""
    theirs, ours = stores_of(vendor)
    mine = next(products_of(theirs, [product_id]), None)
    other = next(products_of(ours, [merchant_product_id]), None)
    if mine is None or other is None:
        raise NoSuchProduct(f"no such product: {product_id if mine is None else merchant_product_id}", field="product")
    _check_free(theirs, product_id, merchant_product_id)
    decided = known(vendor, theirs, ours)
    found = pair_up(mine, other, msgspec.structs.replace(decided, refused=frozenset()))
    pairs = [_of(vendor, theirs, each) for each in found]
    if link(marketplace=vendor.marketplace, pairs=pairs, made_by="mapped", now=now, who=who):
        raise MappedOtherwise("the product is being made at the merchant this moment", field="product_id")
    mapped = Listing.objects.filter(store=theirs, product_id=product_id, merchant_product_id=merchant_product_id)
    paired = {pair.vendor_variant_id for pair in pairs} | set(decided.vendor_variants)
    taken = {pair.merchant_variant_id for pair in pairs} | set(decided.merchant_variants)
    return Mapped(
        mapped.order_by("-pk").values_list("pk", flat=True).first(),
        len(pairs),
        tuple(each.id for each in mine.variants if each.id not in paired),
        tuple(each.id for each in other.variants if each.id not in taken),
    )


def _check_free(store: Store, product_id: str, merchant_product_id: str) -> None:
    same = Q(store=store, product_id=product_id)
    theirs = Q(marketplace=store.marketplace_id, merchant_product_id=merchant_product_id)
    open_ones = Listing.objects.exclude(state__in=(Listing.State.ENDED, Listing.State.REFUSED))
    other = open_ones.filter(same).exclude(merchant_product_id__in=("", merchant_product_id))
    if other.exists() or open_ones.filter(theirs).exclude(same).exists():
        raise MappedOtherwise("one of the two is another product's listing; take that back first", field="product_id")


def _of(vendor: Vendor, store: Store, pair: VariantPair) -> Pair:
    return Pair(
        vendor.pk,
        store.pk,
        pair.vendor_product_id,
        pair.vendor_variant_id,
        pair.merchant_product_id,
        pair.merchant_variant_id,
    )


@transaction.atomic
def unlink(*, marketplace: Marketplace, merchant_variant_ids: Sequence[str], then: str, now: datetime, who: str) -> int:
    """Take links back: the merchant's variants are its own again, and the vendor's are not offered anew by themselves.
    A listing that has no link left ends; `then` (offering.Remove) says what becomes of the merchant's product. Returns
    how many links there were. Raises ListingBusy."""
    how = offering.Remove(then)
    links = VariantLink.objects.filter(marketplace=marketplace, merchant_variant_id__in=list(merchant_variant_ids))
    listed = list(links.exclude(listing=None).order_by("listing_id").values_list("listing_id", "vendor_variant_id"))
    let_go(listed)
    gone = listings.unlink_variants(
        marketplace=marketplace, merchant_variant_ids=merchant_variant_ids, now=now, who=who
    )
    live = Count("links", filter=Q(links__ended_at=None, links__isnull=False))
    rows = Listing.objects.filter(pk__in={pk for pk, _ in listed}, state=Listing.State.LIVE).annotate(left=live)
    kept = [row for row in rows.order_by("pk") if row.left]
    for row in rows.order_by("pk"):
        if not row.left:
            offering.remove_listing(listing=row, how=how, now=now, who=who)
    if kept:
        wanted.want(
            marketplace_id=marketplace.pk, now=now, reason="variants_unlinked", listing_ids=[row.pk for row in kept]
        )
    return gone


def _batches(rows: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
