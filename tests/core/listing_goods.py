"""A vendor's shirt, listed, and the hands that edit it: what tests of listings share."""

from decimal import Decimal

from msgspec.structs import replace

from crossdock.core.catalog import Media, Option, Product, Variant
from crossdock.core.listing_policy import Field, Follow, ListingPolicy, NewStatus
from tests.core.listing_store import SEEN, Listing

EUR = Decimal
SMALL = Variant("11", options=("S",), sku="T-S", barcode="4006381333931", price=EUR("20"), grams=EUR(150), available=3)
LARGE = Variant("12", options=("L",), sku="T-L", price=EUR("22"), compare_at=EUR(30), available=0)
SHIRT = Product(
    "1",
    "Shirt",
    SEEN,
    html="<p>Soft</p>",
    product_type="Tops",
    vendor_name="Acme",
    tags=("Summer", "cotton"),
    options=(Option("Size", ("S", "L")),),
    media=(Media("https://cdn.vendor.example/a.jpg?v=1"), Media("https://cdn.vendor.example/b.jpg")),
    variants=(SMALL, LARGE),
)
ACTIVE = ListingPolicy(new_status=NewStatus.ACTIVE)


def listed(vendor: Product = SHIRT, policy: ListingPolicy = ACTIVE) -> Listing:
    listing = Listing(vendor, policy=policy)
    listing.settle()
    return listing


def vendor_edits(listing: Listing, **fields: object) -> None:
    assert listing.vendor is not None
    listing.vendor = replace(listing.vendor, **fields)


def merchant_edits(listing: Listing, **fields: object) -> None:
    listing.shop.product = replace(listing.shop.there(), **fields)


def one_variant(listing: Listing, vendor_id: str, **fields: object) -> None:
    twin = listing.twin(vendor_id)
    variants = tuple(replace(one, **fields) if one.id == twin.id else one for one in listing.shop.there().variants)
    merchant_edits(listing, variants=variants)


def without(*fields: Field) -> ListingPolicy:
    return replace(ACTIVE, follow={field: Follow(True, False) for field in fields})
