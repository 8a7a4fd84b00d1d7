"""The shapes of Squarespace's answers, only the fields that are used. Lenient: words are strings, lists may be null.

Documented fields are always there but may be null, and an empty list may come as null (FACTS section 9). Not here: what
they mean (mapping.py, mapping_products.py).
"""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class Money(Struct):
    """The value comes as text; its published schema calls it a number (FACTS section 9): both are taken."""

    currency: str
    value: Decimal


class Pagination(Struct, rename="camel", frozen=True):
    has_next_page: bool = False
    next_page_cursor: str | None = None


class Error(Struct, rename="camel"):
    type: str = ""
    subtype: str | None = None
    message: str = ""
    context_id: str | None = None


class Shipment(Struct, rename="camel"):
    ship_date: datetime | None = None
    carrier_name: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None


class Line(Struct, rename="camel"):
    id: str
    quantity: int = 0
    variant_id: str | None = None


class Order(Struct, rename="camel"):
    id: str
    modified_on: datetime
    order_number: str = ""
    channel_name: str | None = None
    external_order_reference: str | None = None
    fulfillment_status: str | None = None
    payment_state: str | None = None
    line_items: list[Line] | None = None
    fulfillments: list[Shipment] | None = None
    fulfilled_on: datetime | None = None
    grand_total: Money | None = None


class Orders(Struct):
    result: list[Order]
    pagination: Pagination = Pagination()


class Stock(Struct, rename="camel"):
    variant_id: str
    quantity: int = 0
    is_unlimited: bool = False


class Inventory(Struct):
    inventory: list[Stock]
    pagination: Pagination = Pagination()


class VariantStock(Struct):
    quantity: int = 0
    unlimited: bool = False


class Pricing(Struct, rename="camel"):
    base_price: Money | None = None
    on_sale: bool | None = False
    sale_price: Money | None = None


class Weight(Struct):
    unit: str = ""
    value: Decimal = Decimal(0)


class Measurements(Struct):
    weight: Weight | None = None


class Variant(Struct, rename="camel"):
    id: str
    sku: str | None = None
    attributes: dict[str, str] | None = None
    pricing: Pricing | None = None
    stock: VariantStock | None = None
    shipping_measurements: Measurements | None = None
    gtin: str | None = None


class Image(Struct, rename="camel"):
    id: str
    url: str | None = None
    alt_text: str | None = None
    order_index: int | None = 0


class Product(Struct, rename="camel"):
    id: str
    type: str
    modified_on: datetime
    name: str | None = None
    description: str | None = None
    url_slug: str | None = None
    tags: list[str] | None = None
    is_visible: bool | None = True
    variant_attributes: list[str] | None = None
    variants: list[Variant] | None = None
    images: list[Image] | None = None


class Products(Struct):
    products: list[Product]
    pagination: Pagination = Pagination()


class Website(Struct, rename="camel"):
    """As remembered of the OAuth guide; not verified, so that nothing of it is relied on."""

    id: str = ""
    title: str | None = None
    url: str | None = None
    currency: str | None = None
    time_zone: str | None = None


class Subscription(Struct, rename="camel"):
    id: str
    endpoint_url: str = ""
    topics: list[str] | None = None
    client_id: str | None = None
    secret: str | None = None


class Subscriptions(Struct, rename="camel"):
    webhook_subscriptions: list[Subscription] | None = None


class Secret(Struct):
    secret: str


class Notified(Struct, rename="camel"):
    order_id: str | None = None
    update: str | None = None


class Notification(Struct, rename="camel"):
    topic: str
    id: str = ""
    website_id: str = ""
    created_on: datetime | None = None
    data: Notified | None = None
