"""What a shop holds of its catalogue: products, options, variants, media, stock, metafields; they change in place.

Not for rules (`catalogue.py`, `acts_stock.py`) nor for how they are shown (`show_catalogue.py`, `rest_catalogue.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

DEFAULT_OPTION, DEFAULT_VALUE = "Title", "Default Title"  # of a product without options (FACTS section 6)

GRAMS = {"GRAMS": 1.0, "KILOGRAMS": 1000.0, "OUNCES": 28.3495, "POUNDS": 453.592}


@dataclass(slots=True, eq=False)
class Location:
    gql: ClassVar[str] = "Location"
    id: int
    name: str
    created_at: datetime
    country: str = "US"
    active: bool = True


@dataclass(slots=True, eq=False)
class Level:
    """Stock of one item at one location. on_hand = available + committed + reserved (FACTS section 5)."""

    gql: ClassVar[str] = "InventoryLevel"
    id: int
    variant: "Variant"
    location: Location
    available: int
    updated_at: datetime
    committed: int = 0
    incoming: int = 0
    reserved: int = 0

    @property
    def on_hand(self) -> int:
        return self.available + self.committed + self.reserved


@dataclass(slots=True, eq=False)
class OptionValue:
    gql: ClassVar[str] = "ProductOptionValue"
    id: int
    name: str


@dataclass(slots=True, eq=False)
class Option:
    """An option of a product; variants hold its values themselves, so that a value renamed is renamed everywhere."""

    gql: ClassVar[str] = "ProductOption"
    id: int
    name: str
    values: list[OptionValue] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Variant:
    """A variant and its inventory item: one to one, with unrelated ids (FACTS section 2)."""

    gql: ClassVar[str] = "ProductVariant"
    id: int
    item_id: int
    product: "Product"
    values: tuple[OptionValue, ...]
    sku: str
    price: Decimal
    created_at: datetime
    updated_at: datetime
    barcode: str = ""
    weight: float = 0.0  # in grams, whatever unit it is shown in
    weight_unit: str = "GRAMS"
    requires_shipping: bool = True
    tracked: bool = False
    policy: str = "DENY"
    taxable: bool = True
    compare_at: Decimal | None = None
    levels: list[Level] = field(default_factory=list)
    media: "Media | None" = None

    @property
    def title(self) -> str:
        return " / ".join([one.name for one in self.values])

    @property
    def available(self) -> int:
        return sum([level.available for level in self.levels])

    def level_at(self, location: Location) -> Level | None:
        return next((one for one in self.levels if one.location is location), None)


@dataclass(slots=True, eq=False)
class Item:
    """The inventory item as GraphQL shows it: the other face of a variant."""

    gql: ClassVar[str] = "InventoryItem"
    variant: Variant


@dataclass(slots=True, eq=False)
class Media:
    """A picture: `source` is where it was fetched from, `url` where the shop serves it once it is READY."""

    gql: ClassVar[str] = "MediaImage"
    id: int
    source: str
    alt: str
    created_at: datetime
    updated_at: datetime
    status: str = "UPLOADED"
    url: str = ""


@dataclass(slots=True, eq=False)
class Product:
    gql: ClassVar[str] = "Product"
    id: int
    title: str
    handle: str
    vendor: str
    created_at: datetime
    updated_at: datetime
    options: list[Option] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    product_type: str = ""
    html: str = ""
    status: str = "ACTIVE"
    media: list[Media] = field(default_factory=list)
    metafields: list["Metafield"] = field(default_factory=list)
    channels: set[int] | None = None  # publications that it is on; None = all
    change: list[Any] = field(default_factory=list)  # the newest entry of the shop's log of changed products

    @property
    def plain(self) -> bool:
        """Without options of its own."""
        return [one.name for one in self.options] == [DEFAULT_OPTION] and [one.title for one in self.variants] == [
            DEFAULT_VALUE
        ]


@dataclass(slots=True, eq=False)
class Metafield:
    gql: ClassVar[str] = "Metafield"
    id: int
    namespace: str
    key: str
    type: str
    value: str
    created_at: datetime
    updated_at: datetime
    owner_type: str = "ORDER"


@dataclass(slots=True, eq=False)
class Definition:
    gql: ClassVar[str] = "MetafieldDefinition"
    id: int
    owner_type: str
    namespace: str
    key: str
    name: str
    type: str
    description: str | None = None
    unique: bool = False
    values: dict[str, int] = field(default_factory=dict)  # value -> owner, for unique ones


@dataclass(slots=True, eq=False)
class ProductSetOperation:
    """A product being set in the background; its errors are its own (FACTS section 6)."""

    gql: ClassVar[str] = "ProductSetOperation"
    id: int
    status: str = "CREATED"
    product: Product | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
