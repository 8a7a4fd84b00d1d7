"""What a Squarespace site holds: products with variants, orders with their lines and shipments, subscriptions, keys.

Not for behaviour, nor for how any of it looks in an answer (`show_*.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(slots=True)
class Key:
    """An API key, or an OAuth access token (`expires_at` is set: half an hour, FACTS section 1)."""

    value: str
    scopes: frozenset[str]
    client_id: str = ""
    expires_at: datetime | None = None

    @property
    def oauth(self) -> bool:
        return self.client_id != ""


@dataclass(slots=True)
class Code:
    """An authorization code: two minutes, one use."""

    redirect_uri: str
    scopes: frozenset[str]
    made_at: datetime
    offline: bool


@dataclass(slots=True)
class Image:
    id: str
    url: str
    alt: str = ""
    status: str = "READY"


@dataclass(slots=True, eq=False)
class Variant:
    id: str
    product: "Product"
    sku: str
    price: Decimal
    attributes: dict[str, str] = field(default_factory=dict)
    on_sale: bool = False
    sale_price: Decimal = ZERO
    quantity: int = 0
    unlimited: bool = False
    gtin: str | None = None
    mpn: str | None = None
    weight: Decimal = ZERO  # in the site's unit
    image: Image | None = None

    @property
    def asked(self) -> Decimal:
        """What a shopper pays."""
        return self.sale_price if self.on_sale else self.price

    @property
    def descriptor(self) -> str:
        values = ", ".join(self.attributes.values())
        return f"{self.product.name} [{values}]" if values else self.product.name


@dataclass(slots=True, eq=False)
class Product:
    id: str
    type: str
    page: str
    name: str
    created_on: datetime
    modified_on: datetime
    description: str = ""
    slug: str = ""
    tags: list[str] = field(default_factory=list)
    visible: bool = True
    attributes: list[str] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    price: Decimal = ZERO  # of DIGITAL products: theirs is at the product


@dataclass(slots=True)
class Line:
    id: str
    kind: str
    title: str
    quantity: int
    unit_price: Decimal
    variant: Variant | None = None
    options: list[tuple[str, str]] = field(default_factory=list)
    sku: str | None = None
    product_id: str | None = None


@dataclass(slots=True)
class Shipment:
    ship_date: datetime
    carrier: str
    service: str
    number: str | None = None
    url: str | None = None


Address = dict[str, str | None]


@dataclass(slots=True, eq=False)
class Order:
    id: str
    number: str
    created_on: datetime
    modified_on: datetime
    lines: list[Line]
    channel: str = "web"
    channel_name: str | None = None
    reference: str | None = None
    email: str | None = None
    customer_id: str | None = None
    billing: Address | None = None
    shipping: Address | None = None
    status: str = "PENDING"
    payment: str = "PAID"
    notes: list[str] = field(default_factory=list)
    shipping_lines: list[tuple[str, Decimal]] = field(default_factory=list)
    discounts: list[tuple[str, Decimal, str | None]] = field(default_factory=list)
    shipments: list[Shipment] = field(default_factory=list)
    subtotal: Decimal = ZERO
    shipping_total: Decimal = ZERO
    discount_total: Decimal = ZERO
    tax_total: Decimal = ZERO
    refunded: Decimal = ZERO
    total: Decimal = ZERO
    tax_interpretation: str = "EXCLUSIVE"
    fulfilled_on: datetime | None = None
    deducted: bool = False  # stock was taken for it
    mails: int = 0  # to the shopper
    made_at: datetime | None = None  # `created_on` is what an app says


@dataclass(slots=True, eq=False)
class Subscription:
    id: str
    url: str
    topics: list[str]
    secret: str
    client_id: str
    created_on: datetime
    updated_on: datetime


@dataclass(slots=True)
class Replay:
    """What a used Idempotency-Key answers; kept 48 hours (FACTS section 8)."""

    body: bytes
    status: int
    answer: bytes
    at: datetime
