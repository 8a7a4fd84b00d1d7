"""Listings as their planning sees them, from rows: what the drain would plan, without asking a store.

The merchant's product is as it was last read; the drain reads it anew before it writes. Not here: planning
(core/listing_plan.py), or how a plan is told (listing_writes.py).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q
from msgspec import Struct

from crossdock.connector import registry
from crossdock.core.catalog import Product, Variant
from crossdock.core.listing_case import Link, ListingCase, ListingPlan
from crossdock.core.listing_plan import plan_ending, plan_listing
from crossdock.core.listing_policy import ListingPolicy, OnDelete, merge
from crossdock.core.listing_shape import Limits
from crossdock.core.listing_written import Written
from crossdock.models import CataloguePolicy, Listing, Marketplace, Store, StoreProduct, StoreVariant
from crossdock.operations.catalogue_rules import RULES, read_catalogue_policy
from crossdock.sync.catalogue_rows import product_of, variant_of
from crossdock.sync.db import named
from crossdock.sync.kinds.listing_rows import whole

Place = tuple[int, str]  # a store and a product of it
State = Listing.State
MADE = (State.WANTED, State.SENDING, State.LIVE, State.REJECTED)  # those that the drain looks at


class Planned(Struct, frozen=True):
    """A listing and what would be done about it. `reads`: the merchant's product is read first, and the plan is by what
    was last read of it. `plan` None: the vendor's product is not known well enough yet."""

    listing: Listing
    title: str
    case: ListingCase
    plan: ListingPlan | None
    reads: bool = False


def policies_of(
    marketplace: Marketplace, vendors: set[int], *, changes: Mapping[str, Any] | None = None, owner: int | None = None
) -> dict[int, ListingPolicy]:
    """The rules that hold for each vendor; with `changes` in place of the marketplace's own, or of the vendor
    `owner`'s."""
    tried = dict(changes or {})
    base = _rules(read_catalogue_policy(marketplace=marketplace)) | (tried if owner is None else {})
    rows = CataloguePolicy.objects.filter(marketplace=marketplace, vendor__in=vendors)
    theirs = {row.vendor_id: _rules(row) for row in rows}
    if owner is not None:
        theirs[owner] = theirs.get(owner, {}) | tried
    found = {vendor: merge(base, theirs.get(vendor)) for vendor in vendors}
    if marketplace.add_ons.get("auto_variants", True):
        return found
    return {vendor: msgspec.structs.replace(policy, auto_variants=False) for vendor, policy in found.items()}


def plan_listings(
    *,
    marketplace: Marketplace,
    listings: Sequence[Listing],
    policies: Mapping[int, ListingPolicy] | None = None,
    compared: bool = False,
    seen: "Seen | None" = None,
) -> list[Planned]:
    """What would be done about these listings of one marketplace, in as many statements as about one. `policies` are
    the rules by vendor; those that hold now, unless others are to be tried. `compared`: beside what the merchant's
    store has, even where what was written tells that nothing is to be done. `seen`: loaded before, of these."""
    if not listings:
        return []
    rules = policies_of(marketplace, {row.vendor_id for row in listings}) if policies is None else policies
    seen = seen or Seen(marketplace, listings)
    return [_planned(row, seen, rules[row.vendor_id], compared) for row in listings]


class Seen:
    """What both stores have as last read, and the links."""

    def __init__(self, marketplace: Marketplace, listings: Sequence[Listing]) -> None:
        self.ours = Store.objects.filter(marketplace=marketplace, vendor=None).first()
        place = self.ours.pk if self.ours else 0
        self.limits = _limits(self.ours)
        self.stores = {store.pk: store for store in Store.objects.filter(pk__in={row.store_id for row in listings})}
        wanted = [(row.store_id, row.product_id) for row in listings]
        wanted += [(place, row.merchant_product_id) for row in listings if row.merchant_product_id]
        which = Q(store__in={store for store, _ in wanted}, product_id__in={product for _, product in wanted})
        self.products = {(row.store_id, row.product_id): row for row in StoreProduct.objects.filter(which)}
        self.variants = _variants(which)
        self.links = _links([row.pk for row in listings])

    def theirs(self, row: Listing) -> Product | None:
        """The vendor's product, whole; None = deleted."""
        kept = self.products.get((row.store_id, row.product_id))
        if kept is None or kept.gone_at is not None:
            return None
        variants = self.variants[row.store_id, row.product_id]
        return whole(product_of(bytes(kept.data)), variants)

    def known(self, row: Listing) -> bool:
        """Enough is known of the vendor's product to plan by."""
        kept = self.products.get((row.store_id, row.product_id))
        if kept is None:
            return False
        read = self.stores[row.store_id].catalogue_at is not None
        return kept.gone_at is not None or (kept.whole and (read or bool(self.variants[row.store_id, row.product_id])))

    def there(self, row: Listing) -> Product | None:
        """The merchant's product as last read."""
        place = (self.ours.pk if self.ours else 0, row.merchant_product_id)
        kept = self.products.get(place)
        if kept is None or kept.gone_at is not None or not row.merchant_product_id:
            return None
        return whole(product_of(bytes(kept.data)), self.variants[place])

    def compared(self, row: Listing) -> Product | None:
        """The same, only where all of it is known: what is not would read as gone."""
        kept = self.products.get((self.ours.pk if self.ours else 0, row.merchant_product_id))
        return self.there(row) if kept is not None and kept.whole and not kept.read_needed else None


def _planned(row: Listing, seen: Seen, policy: ListingPolicy, compared: bool) -> Planned:
    case = _case(row, seen, policy)
    title = case.vendor.title if case.vendor else row.product_id
    if not (seen.known(row) or row.ending):
        return Planned(row, title, case, None)
    plan = _plan(row, case)
    if compared and not plan.needs_read and not plan.ends and (there := seen.compared(row)) is not None:
        case = msgspec.structs.replace(case, merchant=there)
        return Planned(row, title, case, _plan(row, case))
    if not plan.needs_read:
        return Planned(row, title, case, plan)
    case = msgspec.structs.replace(case, merchant=seen.there(row))
    return Planned(row, title, case, _plan(row, case), reads=True)


def _plan(row: Listing, case: ListingCase) -> ListingPlan:
    return plan_ending(case, OnDelete(row.ending)) if row.ending else plan_listing(case)


def _case(row: Listing, seen: Seen, policy: ListingPolicy) -> ListingCase:
    theirs = seen.stores[row.store_id]
    return ListingCase(
        reference=row.reference,
        vendor=seen.theirs(row),
        policy=policy,
        currency=seen.ours.currency if seen.ours else "",
        vendor_currency=theirs.currency,
        merchant_product_id=row.merchant_product_id,
        links=tuple(seen.links[row.pk]),
        written=msgspec.convert(row.written, Written) if row.written else Written(),
        taken=tuple(map(str, row.taken)),
        limits=seen.limits,
        location_id=seen.ours.location_id if seen.ours else "",
        mapped=row.origin == Listing.Origin.MAPPED,
        off_sale=theirs.off_sale_at is not None,
    )


def _variants(which: Q) -> defaultdict[Place, list[Variant]]:
    found: defaultdict[Place, list[Variant]] = defaultdict(list)
    for row in StoreVariant.objects.filter(which, gone_at=None, data__isnull=False).order_by("pk"):
        found[row.store_id, row.product_id].append(variant_of(bytes(row.data or b"")))
    return found


def _links(ids: list[int]) -> defaultdict[int, list[Link]]:
    found: defaultdict[int, list[Link]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(named("load_listing_links"), {"ids": ids})
        for listing_id, *link in cursor.fetchall():
            found[listing_id].append(Link(*link))
    return found


def _limits(merchant: Store | None) -> Limits:
    can = registry.platform(merchant.platform).capabilities if merchant else None
    return Limits(can.most_variants, can.most_options) if can else Limits()


def _rules(row: CataloguePolicy) -> dict[str, Any]:
    return {rule: getattr(row, rule) for rule in RULES}
