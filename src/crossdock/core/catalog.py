"""What stores offer: products, their options and variants, as snapshots of what a store says.

Not here: how a platform words them (platforms/*), what a listing should be (listing.py), or how much is offered
(stock.py).
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct


class ProductStatus(StrEnum):
    """Words a platform adds later read as DRAFT: never on sale by mistake."""

    ACTIVE = "active"
    DRAFT = "draft"
    ARCHIVED = "archived"


class Option(Struct, frozen=True):
    """One option of a product ("Size"), with its values in the store's order."""

    name: str
    values: tuple[str, ...]
    id: str = ""


class Media(Struct, frozen=True, omit_defaults=True):
    """A picture or film. `url` is where the store serves it; `id` the store's own. `failed`: the store could not fetch
    it from where it was told to."""

    url: str
    id: str = ""
    alt: str = ""
    kind: str = "image"
    failed: bool = False


class Variant(Struct, frozen=True, omit_defaults=True):
    """One sellable variant. `options` are its values in the order of the product's options, empty for the only variant
    of a product without options. `price` and `compare_at` are in the store's currency. `available` is what the store
    would sell now, summed over the locations asked for (None = not said); it may be negative. `item_id` is what stock
    is kept under, where that is another id than the variant's. `tracked` False: stock is not counted. `oversell`: sold
    on when there is none left. `grams` None = not said."""

    id: str
    product_id: str = ""
    options: tuple[str, ...] = ()
    sku: str = ""
    barcode: str = ""
    price: Decimal | None = None
    compare_at: Decimal | None = None
    grams: Decimal | None = None
    item_id: str = ""
    tracked: bool = True
    oversell: bool = False
    available: int | None = None

    @property
    def title(self) -> str:
        """ "Red / M"; empty for the only variant of a product without options."""
        return " / ".join(self.options)


class Product(Struct, frozen=True, omit_defaults=True):
    """One product. `whole` False: `variants` is not all of them (a webhook carries the first hundred; a bulk listing
    brings them apart). `unsaid` names fields that this observation does not say of its variants (a Shopify webhook:
    grams, tracked): what is known of them stands. `html` is as the store has it, not yet made safe. Media that are no
    images have no `url`: they are there, and cannot be copied."""

    id: str
    title: str
    updated_at: datetime
    handle: str = ""
    status: ProductStatus = ProductStatus.ACTIVE
    vendor_name: str = ""
    product_type: str = ""
    html: str = ""
    tags: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    media: tuple[Media, ...] = ()
    variants: tuple[Variant, ...] = ()
    whole: bool = True
    unsaid: tuple[str, ...] = ()


class Level(Struct, frozen=True, omit_defaults=True):
    """Stock of one item at one location. `version` orders observations of it (microseconds of the store's own
    stamp)."""

    item_id: str
    location_id: str
    available: int
    version: int = 0


class Location(Struct, frozen=True, omit_defaults=True):
    id: str
    name: str
    active: bool = True
