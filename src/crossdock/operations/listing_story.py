"""One listing's story: each field as the vendor has it, as the merchant has it and as the hub last wrote it, and whose
it is; each variant, where it is, and why it is not offered.

Told from what was last read; no store is asked. Not here: planning what would be written (core/listing_plan.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from msgspec import Struct

from crossdock.core.catalog import Product, Variant
from crossdock.core.listing_policy import ListingPolicy
from crossdock.models import Level, Listing, Store, StoreProduct, StoreVariant, VariantLink
from crossdock.operations.listed import problem_codes
from crossdock.operations.listing_cases import MADE, plan_listings, policies_of
from crossdock.operations.listing_field_story import Currencies, FieldStory, product_fields, variant_fields
from crossdock.operations.listing_writes import Write, writes
from crossdock.operations.offering import fields_taken
from crossdock.sync.catalogue_rows import product_of, variant_of

Place = tuple[int, str]  # a store and a product of it
Known = tuple[StoreVariant, Variant | None]


class VariantStory(Struct, frozen=True):
    """One of the vendor's variants. `merchant_variant_id` "" = not at the merchant, `why` says so (a code of
    core.listing_problems.Why; "ended" for one that was). `level` is its figure (operations/stock_story.py)."""

    vendor_variant_id: str
    title: str
    merchant_variant_id: str
    gone: bool
    why: str
    available: int | None
    level: int | None
    fields: tuple[FieldStory, ...]

    @property
    def touched(self) -> bool:
        """The merchant keeps or edited something of it."""
        return any(field.taken or field.edited for field in self.fields)


class ProblemStory(Struct, frozen=True):
    code: str
    field: str
    seen: dict[str, Any]


class ListingStory(Struct, frozen=True):
    id: int
    title: str
    vendor: str
    vendor_id: int
    state: str
    reason: str
    words: str
    origin: str
    ending: str
    product_id: str
    merchant_product_id: str
    made_by: str
    vendor_gone: bool
    merchant_gone: bool
    waits: bool
    problems: tuple[ProblemStory, ...]
    taken: tuple[str, ...]
    fields: tuple[FieldStory, ...]
    variants: tuple[VariantStory, ...]
    created_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    written_at: datetime | None


class NextStep(Struct, frozen=True):
    """What the next look at a listing would do. `reads`: the merchant's product is read first, and the rest is by what
    was last read of it. `known` False: the vendor's product has to be read first."""

    writes: tuple[Write, ...]
    reads: bool
    known: bool


class Snapshots(Struct, frozen=True):
    """What both stores have, as last read."""

    theirs: Product | None
    ours: Product | None
    their_variants: "Mapping[str, Known]"
    our_variants: "Mapping[str, Known]"
    links: tuple[VariantLink, ...]
    levels: frozenset[int]
    currencies: Currencies
    vendor_gone: bool
    merchant_gone: bool


def tell_listing(*, listing: Listing) -> ListingStory:
    """The story of one listing."""
    return tell_listings(listings=[listing])[0]


def tell_listings(*, listings: Sequence[Listing]) -> list[ListingStory]:
    """Stories of one marketplace's listings, in as many statements as of one."""
    if not listings:
        return []
    seen = _snapshots(listings)
    policies = policies_of(listings[0].marketplace, {each.vendor_id for each in listings})
    return [_story(each, seen[each.pk], policies[each.vendor_id]) for each in listings]


def next_step(*, listing: Listing) -> NextStep:
    """By the rules and what was last read; no store is asked. Nothing for one that is over or waits for approval."""
    if listing.state not in MADE:
        return NextStep((), reads=False, known=True)
    (planned,) = plan_listings(marketplace=listing.marketplace, listings=[listing])
    return NextStep(tuple(writes(planned)), planned.reads, planned.plan is not None)


def _story(listing: Listing, seen: Snapshots, policy: ListingPolicy) -> ListingStory:
    written: dict[str, Any] = listing.written or {}
    taken, names = fields_taken(listing.taken), frozenset(map(str, listing.taken))
    title = (seen.theirs.title if seen.theirs else "") or (seen.ours.title if seen.ours else "") or listing.product_id
    return ListingStory(
        id=listing.pk,
        title=title,
        vendor=listing.vendor.name,
        vendor_id=listing.vendor_id,
        state=listing.state,
        reason=listing.reason,
        words=listing.words,
        origin=listing.origin,
        ending=listing.ending,
        product_id=listing.product_id,
        merchant_product_id=listing.merchant_product_id,
        made_by=listing.chosen_by,
        vendor_gone=seen.vendor_gone,
        merchant_gone=seen.merchant_gone,
        waits=listing.wanted > listing.done,
        problems=tuple(map(_problem, listing.problems)),
        taken=tuple(sorted(taken)),
        fields=product_fields(seen.theirs, seen.ours, written.get("fields") or {}, names, policy),
        variants=_variants(listing, seen, written, names, policy),
        created_at=listing.created_at,
        live_at=listing.live_at,
        ended_at=listing.ended_at,
        written_at=listing.written_at,
    )


def _snapshots(listings: Sequence[Listing]) -> dict[int, Snapshots]:
    merchant = Store.objects.filter(marketplace=listings[0].marketplace_id, vendor=None).first()
    places = {(each.store_id, each.product_id) for each in listings}
    if merchant is not None:
        places |= {(merchant.pk, each.merchant_product_id) for each in listings if each.merchant_product_id}
    which = Q(store__in={store for store, _ in places}, product_id__in={product for _, product in places})
    products = {(row.store_id, row.product_id): row for row in StoreProduct.objects.filter(which)}
    variants: defaultdict[Place, dict[str, Known]] = defaultdict(dict)
    for row in StoreVariant.objects.filter(which).order_by("pk"):
        known = variant_of(bytes(row.data)) if row.data is not None else None
        variants[row.store_id, row.product_id][row.variant_id] = (row, known)
    ids = [each.pk for each in listings]
    links: defaultdict[int, list[VariantLink]] = defaultdict(list)
    for link in VariantLink.objects.filter(listing__in=ids).order_by("ended_at", "pk"):  # those that stand last
        links[link.listing_id or 0].append(link)
    levels = frozenset(Level.objects.filter(link__listing__in=ids).values_list("pk", flat=True))
    there = merchant.pk if merchant else 0
    vendors = dict(Store.objects.filter(pk__in={each.store_id for each in listings}).values_list("pk", "currency"))
    return {
        each.pk: _seen(
            (each.store_id, each.product_id),
            (there, each.merchant_product_id),
            products,
            variants,
            links[each.pk],
            levels,
            Currencies(vendors[each.store_id], merchant.currency if merchant else ""),
        )
        for each in listings
    }


def _seen(
    at_vendor: Place,
    at_merchant: Place,
    products: Mapping[Place, StoreProduct],
    variants: Mapping[Place, Mapping[str, Known]],
    links: Sequence[VariantLink],
    levels: frozenset[int],
    currencies: Currencies,
) -> Snapshots:
    theirs, ours = products.get(at_vendor), products.get(at_merchant)
    return Snapshots(
        theirs=product_of(bytes(theirs.data)) if theirs else None,
        ours=product_of(bytes(ours.data)) if ours else None,
        their_variants=variants.get(at_vendor, {}),
        our_variants=variants.get(at_merchant, {}),
        links=tuple(links),
        levels=levels,
        currencies=currencies,
        vendor_gone=theirs is None or theirs.gone_at is not None or theirs.status == "archived",
        merchant_gone=ours is not None and ours.gone_at is not None,
    )


def _variants(
    listing: Listing, seen: Snapshots, written: Mapping[str, Any], taken: frozenset[str], policy: ListingPolicy
) -> tuple[VariantStory, ...]:
    links = {link.vendor_variant_id: link for link in seen.links}
    reasons = {each["vendor_variant_id"]: each["why"] for each in listing.not_offered if isinstance(each, dict)}
    wrote = written.get("variants") or {}
    stories = []
    for id in dict.fromkeys([*seen.their_variants, *links]):
        row, theirs = seen.their_variants.get(id, (None, None))
        link = links.get(id)
        there = link is not None and link.ended_at is None
        ours = seen.our_variants.get(link.merchant_variant_id, (None, None))[1] if link else None
        kept = (wrote.get(id) or {}).get("fields") or {}
        stories.append(
            VariantStory(
                vendor_variant_id=id,
                title=(theirs.title if theirs else "") or (ours.title if ours else "") or (row.title if row else id),
                merchant_variant_id=link.merchant_variant_id if link and there else "",
                gone=row is None or row.gone_at is not None,
                why="" if there else reasons.get(id, "ended" if link else ""),
                available=row.available if row else None,
                level=link.pk if link and link.pk in seen.levels else None,
                fields=variant_fields(id, theirs, ours, kept, taken, policy, seen.currencies),
            )
        )
    return tuple(stories)


def _problem(kept: Any) -> ProblemStory:
    if isinstance(kept, dict):
        return ProblemStory(str(kept.get("code", "")), str(kept.get("field", "")), dict(kept.get("seen") or {}))
    return ProblemStory(problem_codes([kept])[0], "", {})
