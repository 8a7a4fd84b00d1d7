"""What a WooCommerce shop holds: products and variations, orders with lines, refunds and notes, webhooks, keys.

Not for behaviour.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

ZERO = Decimal(0)
Json = dict[str, Any]


@dataclass(slots=True)
class Meta:
    id: int
    key: str
    value: Any


@dataclass(slots=True)
class Key:
    """A pair of REST keys. `permissions`: read, write or read_write."""

    key: str
    secret: str
    permissions: str = "read_write"
    name: str = ""


@dataclass(slots=True)
class Term:
    id: int
    name: str
    slug: str


@dataclass(slots=True)
class Image:
    id: int
    src: str  # below wp-content/uploads, or a whole address as it was given
    name: str
    alt: str
    created_at: datetime


@dataclass(slots=True)
class Attribute:
    """Of a product. `id` 0: its own, not one that the shop shares between products."""

    id: int
    name: str
    options: list[str]
    variation: bool = False
    visible: bool = True
    position: int = 0

    @property
    def slug(self) -> str:
        return f"pa_{self.name.lower().replace(' ', '-')}" if self.id else self.name


@dataclass(slots=True, eq=False)
class Product:
    """A product, or with `parent` a variation. `plain`: fields that are kept and shown and mean nothing more here."""

    id: int
    kind: str  # simple, variable, external, grouped; variation
    name: str
    slug: str
    created_at: datetime
    modified_at: datetime
    parent: "Product | None" = None
    status: str = "publish"
    sku: str = ""
    gtin: str = ""
    regular: str = ""
    sale: str = ""
    manage: bool | str = False  # "parent": the parent counts
    stock: int | None = None
    stock_status: str = "instock"
    backorders: str = "no"
    weight: str = ""
    dimensions: dict[str, str] = field(default_factory=lambda: {"length": "", "width": "", "height": ""})
    virtual: bool = False
    downloadable: bool = False
    categories: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    brands: list[int] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    choices: list[tuple[str, str]] = field(default_factory=list)  # of a variation: attribute's name, option
    variations: list["Product"] = field(default_factory=list)
    plain: Json = field(default_factory=dict)
    meta: list[Meta] = field(default_factory=list)
    total_sales: int = 0
    status_before: str = ""  # before the trash

    @property
    def price(self) -> str:
        """What it costs now; of a variable product the lowest of its variations."""
        if self.kind == "variable":
            prices = [one.price for one in self.variations if one.price]
            return min(prices, key=Decimal) if prices else ""
        return self.sale or self.regular

    @property
    def holder(self) -> "Product | None":
        """Whose stock counts for it; None: nobody's."""
        if self.manage is True:
            return self
        parent = self.parent
        return parent if parent is not None and self.manage == "parent" and parent.manage is True else None

    @property
    def full_name(self) -> str:
        if self.parent is None:
            return self.name
        return f"{self.parent.name} - {self.options}" if self.choices else self.parent.name

    @property
    def options(self) -> str:
        return ", ".join(option for _, option in self.choices)


@dataclass(slots=True, eq=False)
class Item:
    """A line of an order. Money is of the line. `kind`: line, shipping, fee."""

    id: int
    kind: str
    name: str
    quantity: int = 1
    product_id: int = 0
    variation_id: int = 0
    subtotal: Decimal = ZERO
    total: Decimal = ZERO
    subtotal_tax: Decimal = ZERO
    tax: Decimal = ZERO
    method_id: str = ""
    image: Json = field(default_factory=lambda: {"id": "", "src": ""})
    meta: list[Meta] = field(default_factory=list)

    def meta_value(self, key: str) -> Any:
        return next((one.value for one in self.meta if one.key == key), None)

    @property
    def reduced(self) -> int:
        """Pieces that were taken from stock for it."""
        return int(self.meta_value("_reduced_stock") or 0)


@dataclass(slots=True)
class Note:
    id: int
    text: str
    customer: bool
    created_at: datetime


@dataclass(slots=True, eq=False)
class Refund:
    id: int
    amount: Decimal
    reason: str
    created_at: datetime
    paid_back: bool
    lines: list[Item]
    meta: list[Meta] = field(default_factory=list)


@dataclass(slots=True)
class Tracking:
    """A row of a tracking plugin."""

    id: str
    number: str
    provider: str
    custom_provider: str
    link: str
    shipped_at: str
    goods: list[tuple[int, int]] = field(default_factory=list)  # line, pieces; only one of the plugins keeps them


@dataclass(slots=True)
class Parcel:
    """A fulfillment of WooCommerce's own."""

    id: int
    status: str
    fulfilled: bool
    updated_at: datetime
    meta: list[Meta]
    deleted_at: datetime | None = None


@dataclass(slots=True, eq=False)
class Sent:
    """What staff handed over, whatever the shop has to say so with. `lines`: line, pieces."""

    id: int
    lines: list[tuple[int, int]]
    company: str
    numbers: list[str]
    urls: list[str]
    at: datetime
    cancelled: bool = False
    delivered_at: datetime | None = None
    rows: list[Tracking] = field(default_factory=list)
    parcel: Parcel | None = None


@dataclass(slots=True, eq=False)
class Order:
    id: int
    key: str
    status: str
    currency: str
    created_at: datetime
    modified_at: datetime
    created_via: str = ""
    customer_note: str = ""
    billing: dict[str, str] = field(default_factory=dict)
    shipping: dict[str, str] = field(default_factory=dict)
    payment_method: str = ""
    payment_method_title: str = ""
    transaction_id: str = ""
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    stock_reduced: bool = False
    prices_include_tax: bool = False
    lines: list[Item] = field(default_factory=list)
    shipping_lines: list[Item] = field(default_factory=list)
    fees: list[Item] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    meta: list[Meta] = field(default_factory=list)
    trackings: list[Tracking] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    tax_row: int = 0
    cancelled_at: datetime | None = None
    status_before: str = ""  # before the trash

    @property
    def items(self) -> list[Item]:
        return [*self.lines, *self.shipping_lines, *self.fees]

    @property
    def total(self) -> Decimal:
        return sum((one.total + one.tax for one in self.items), ZERO)

    @property
    def left_to_refund(self) -> Decimal:
        return self.total - sum((one.amount for one in self.refunds), ZERO)


@dataclass(slots=True, eq=False)
class Webhook:
    id: int
    name: str
    topic: str
    address: str
    secret: str
    created_at: datetime
    modified_at: datetime | None = None
    status: str = "active"
    failures: int = 0
    entitled: bool = True  # its owner may still read what it tells of


@dataclass(slots=True)
class Mail:
    """A mail that the shop sent by itself. `to`: customer or admin."""

    kind: str
    to: str
    address: str
    order_id: int
    at: datetime
