"""Vendors' goods listed by the hub itself in a rehearsal: rules, choosing, approving, waiting, and what became of it.

Not here: goods whose listings stand beforehand (hub.py links those), or judging (judging.py).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from crossdock.models import Level, Listing, Store, StoreVariant, VariantLink, Vendor
from crossdock.operations.catalogue_rules import set_catalogue_policy
from crossdock.operations.choosing import approve_listings, choose_products
from crossdock.rehearsal.hub import WHO, Hub
from crossdock_sandbox.traffic.ledger import Built, Ids
from crossdock_sandbox.traffic.plan import Found, Offer

FOLLOWING = (
    *("title", "description", "product_type", "tags", "options"),
    *("price", "compare_at", "barcode", "sku", "weight"),
)
FACTOR = "1.1"  # of prices: a listing that merely copies would show


def set_rules(joined: Hub, now: datetime, *, factor: str = FACTOR) -> None:
    """Every field follows the vendor, listings are on sale at once, prices go up by the factor."""
    rules: dict[str, Any] = {
        "fields": {field: [True, True] for field in FOLLOWING},
        "price_factor": factor,
        "price_rounding": "none",
        "new_status": "active",
        "auto_approve": False,
    }
    set_catalogue_policy(marketplace=joined.marketplace, changes=rules, who=WHO, now=now)


def catalogues_left(joined: Hub) -> int:
    """Vendors' stores whose catalogue was not read whole yet."""
    return Store.objects.filter(marketplace=joined.marketplace, vendor__isnull=False, catalogue_at=None).count()


def offer(joined: Hub, built: Built, now: datetime, *, which: Callable[[Offer], bool] = lambda each: True) -> int:
    """Each vendor chooses what is to be linked (and is `which`), the merchant approves it all. Returns how many
    products."""
    products: defaultdict[str, set[str]] = defaultdict(set)
    for each in built.market.offers:
        if each.found is Found.LINK and which(each):
            products[each.shop].add(built.goods[each.key].product)
    vendors = Vendor.objects.in_bulk(list(joined.vendors.values()))
    for shop, ids in products.items():
        choose_products(vendor=vendors[joined.vendors[shop]], product_ids=sorted(ids), now=now, who=shop)
    return approve_listings(marketplace=joined.marketplace, now=now, who=WHO)


def listings_left(joined: Hub) -> int:
    """Listings not made yet, or to be looked at again; and levels not decided yet."""
    listings = Listing.objects.filter(marketplace=joined.marketplace)
    unmade = listings.filter(state__in=(Listing.State.WANTED, Listing.State.SENDING)).count()
    stale = listings.filter(state=Listing.State.LIVE, wanted__gt=F("done")).count()
    return unmade + stale + levels_left(joined)


def levels_left(joined: Hub) -> int:
    return Level.objects.filter(marketplace=joined.marketplace, wanted__gt=F("done")).count()


def unexplained(joined: Hub) -> int:
    """Levels of which the merchant's store misses units that no order explains yet."""
    return Level.objects.filter(marketplace=joined.marketplace).exclude(unexplained=0).count()


def rejected(joined: Hub) -> list[str]:
    """Listings that the merchant's store refused, in its words."""
    listings = Listing.objects.filter(marketplace=joined.marketplace, state=Listing.State.REJECTED)
    return [f"product {product}: {words}" for product, words in listings.values_list("product_id", "words")]


def found_listings(joined: Hub, built: Built) -> dict[str, Ids]:
    """Where each linked offer stands at the merchant now, by offer."""
    rows = VariantLink.objects.filter(marketplace=joined.marketplace, ended_at=None).values_list(
        "vendor_id", "vendor_variant_id", "merchant_product_id", "merchant_variant_id"
    )
    places = {(vendor, variant): Ids(product=ours, variant=mine) for vendor, variant, ours, mine in rows}
    return {
        each.key: places[key]
        for each in built.market.offers
        if each.found is Found.LINK and (key := (joined.vendors[each.shop], built.goods[each.key].variant)) in places
    }


def hub_says(joined: Hub, merchant_variants: Sequence[str]) -> list[str]:
    """What the hub keeps of these levels and of the vendors' variants, for whoever looks for a fault."""
    levels = Level.objects.filter(marketplace=joined.marketplace, merchant_variant_id__in=merchant_variants)
    theirs = StoreVariant.objects.filter(
        marketplace=joined.marketplace, variant_id__in=levels.values("vendor_variant_id")
    )
    fields = ("variant_id", "available", "levels", "level_at", "level_doubt", "seen_at", "gone_at")
    rows = [*levels.values(), *theirs.values(*fields)]
    return [
        f"the hub: { ({name: str(value) for name, value in row.items() if value not in (None, '')}) }" for row in rows
    ]
