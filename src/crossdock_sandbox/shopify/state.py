"""What a Shopify shop holds: orders, parcels, subscriptions, as slotted values that change in place.

Not for rules: what may happen to these things is in `acts_*.py`; how they are shown is in `show_*.py`. Not for products
and stock (`state_catalogue.py`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from crossdock_sandbox.shopify.money import NOTHING, Bag, Currencies, total
from crossdock_sandbox.shopify.state_catalogue import Level, Location, Metafield, Variant


@dataclass(slots=True, eq=False)
class Address:
    gql: ClassVar[str] = "MailingAddress"
    id: int
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    province: str = ""
    province_code: str = ""
    country: str = ""
    country_code: str = ""
    zip: str = ""
    phone: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True, eq=False)
class Customer:
    gql: ClassVar[str] = "Customer"
    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    created_at: datetime
    updated_at: datetime
    note: str = ""
    tags: list[str] = field(default_factory=list)
    address: Address | None = None
    orders: int = 0


@dataclass(slots=True, eq=False)
class TaxLine:
    gql: ClassVar[str] = "TaxLine"
    title: str
    rate: Decimal
    price: Bag
    channel_liable: bool = False


@dataclass(slots=True, eq=False)
class Discount:
    """A discount application; `kind` is code or manual; `target` LINE_ITEM or SHIPPING_LINE."""

    kind: str
    title: str
    value_type: str  # fixed_amount | percentage
    value: Decimal
    amount: Bag
    target: str = "LINE_ITEM"
    index: int = 0

    @property
    def gql(self) -> str:
        return "DiscountCodeApplication" if self.kind == "code" else "ManualDiscountApplication"


@dataclass(slots=True, eq=False)
class Line:
    gql: ClassVar[str] = "LineItem"
    id: int
    title: str
    quantity: int
    current_quantity: int
    price: Bag
    variant: Variant | None = None
    product_id: int | None = None
    variant_title: str = ""
    sku: str = ""
    vendor: str = ""
    discounts: list[tuple[Discount, Bag]] = field(default_factory=list)
    taxes: list[TaxLine] = field(default_factory=list)
    properties: list[tuple[str, str]] = field(default_factory=list)
    requires_shipping: bool = True
    taxable: bool = True
    gift_card: bool = False
    grams: float = 0.0
    fulfilled: int = 0
    claimed: Level | None = None  # the level that gave the stock, to give it back to

    @property
    def discount(self) -> Bag:
        return total(amount for _, amount in self.discounts) if self.discounts else NOTHING

    @property
    def unfulfilled(self) -> int:
        return max(0, self.current_quantity - self.fulfilled)


@dataclass(slots=True, eq=False)
class ShippingLine:
    gql: ClassVar[str] = "ShippingLine"
    id: int
    title: str
    price: Bag
    code: str | None = None
    source: str | None = None
    discounts: list[tuple[Discount, Bag]] = field(default_factory=list)
    taxes: list[TaxLine] = field(default_factory=list)

    @property
    def discount(self) -> Bag:
        return total(amount for _, amount in self.discounts) if self.discounts else NOTHING


@dataclass(slots=True, eq=False)
class Transaction:
    gql: ClassVar[str] = "OrderTransaction"
    id: int
    kind: str
    status: str
    amount: Bag
    gateway: str
    created_at: datetime
    processed_at: datetime
    test: bool = False
    parent: "Transaction | None" = None


@dataclass(slots=True, eq=False)
class FulfillmentOrderLine:
    gql: ClassVar[str] = "FulfillmentOrderLineItem"
    id: int
    line: Line
    total: int
    remaining: int


@dataclass(slots=True, eq=False)
class Hold:
    gql: ClassVar[str] = "FulfillmentHold"
    id: int
    reason: str
    notes: str | None
    handle: str | None


@dataclass(slots=True, eq=False)
class FulfillmentOrder:
    gql: ClassVar[str] = "FulfillmentOrder"
    id: int
    order: "Order"
    location: Location
    lines: list[FulfillmentOrderLine]
    created_at: datetime
    updated_at: datetime
    status: str = "OPEN"
    holds: list[Hold] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class FulfillmentLine:
    gql: ClassVar[str] = "FulfillmentLineItem"
    id: int
    line: Line
    quantity: int
    source: FulfillmentOrderLine


@dataclass(slots=True, eq=False)
class Fulfillment:
    gql: ClassVar[str] = "Fulfillment"
    id: int
    order: "Order"
    name: str
    location: Location
    lines: list[FulfillmentLine]
    created_at: datetime
    updated_at: datetime
    status: str = "SUCCESS"
    company: str | None = None
    numbers: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    delivered_at: datetime | None = None
    orders: list[FulfillmentOrder] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Totals:
    """An order's sums: as bought and as it is now (after removed quantities and cancellation)."""

    subtotal: Bag
    shipping: Bag
    tax: Bag
    discounts: Bag
    total: Bag
    current_subtotal: Bag
    current_shipping: Bag
    current_tax: Bag
    current_discounts: Bag
    current_total: Bag
    received: Bag
    refunded: Bag
    authorized: Bag
    outstanding: Bag


@dataclass(slots=True, eq=False)
class Order:
    gql: ClassVar[str] = "Order"
    id: int
    number: int
    name: str
    token: str
    created_at: datetime
    processed_at: datetime
    updated_at: datetime
    currencies: Currencies
    lines: list[Line]
    shipping: list[ShippingLine] = field(default_factory=list)
    email: str = ""
    phone: str = ""
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str]] = field(default_factory=list)
    metafields: list[Metafield] = field(default_factory=list)
    customer: Customer | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    taxes_included: bool = False
    taxes: list[TaxLine] = field(default_factory=list)
    discounts: list[Discount] = field(default_factory=list)
    tip: Bag = NOTHING
    transactions: list[Transaction] = field(default_factory=list)
    stated: str | None = "PENDING"  # what the order says of payment while no transaction says more; None = nothing
    fulfillments: list[Fulfillment] = field(default_factory=list)
    fulfillment_orders: list[FulfillmentOrder] = field(default_factory=list)
    routed: bool = False
    stated_fulfillment: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    source_identifier: str | None = None
    source_name: str | None = None
    source_url: str | None = None
    po_number: str | None = None
    accepts_marketing: bool = False
    test: bool = False
    edited: bool = False
    app_made: bool = False
    sums: Totals | None = None  # computed when asked for; emptied by every change
    change: list[Any] = field(default_factory=list)  # the newest entry of the shop's log of changes
    searched: list[tuple[datetime, str, str, tuple[str, ...]]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Subscription:
    gql: ClassVar[str] = "WebhookSubscription"
    id: int
    topic: str  # the enum's spelling, ORDERS_CREATE
    uri: str
    created_at: datetime
    updated_at: datetime
    api_version: str
    format: str = "JSON"
    name: str | None = None
    filter: str | None = None
    include_fields: list[str] = field(default_factory=list)
    metafield_namespaces: list[str] = field(default_factory=list)
    failures: int = 0
    by_api: bool = True


@dataclass(slots=True, eq=False)
class Job:
    """Background work. `order` and `errors` are for cancellations, whose outcome is read apart (FACTS section 8)."""

    gql: ClassVar[str] = "OrderCancelJobResult"
    id: str
    done: bool = False
    order: Order | None = None
    status: str = "STARTED"
    errors: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class EditSession:
    """An open order edit: nothing of it is in the order before the commit."""

    id: int
    order: Order
    quantities: dict[int, int] = field(default_factory=dict)
    added: list[Line] = field(default_factory=list)
    restock: bool = True
