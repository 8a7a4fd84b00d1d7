"""The shapes of GraphQL answers, only the fields that queries/*.graphql ask for. Lenient: enums are strings.

Not here: what they mean (mapping.py).
"""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct, field


class PageInfo(Struct, rename="camel"):
    has_next_page: bool = False
    end_cursor: str | None = None


class Amount(Struct, rename="camel"):
    amount: Decimal
    currency_code: str


class Bag(Struct, rename="camel"):
    shop_money: Amount
    presentment_money: Amount | None = None


class Id(Struct):
    id: str


class Pair(Struct):
    key: str
    value: str | None = None


class Tax(Struct, rename="camel"):
    title: str
    price_set: Bag
    rate: Decimal | None = None


class Allocation(Struct, rename="camel"):
    allocated_amount_set: Bag


class Line(Struct, rename="camel"):
    id: str
    title: str
    quantity: int
    current_quantity: int
    original_unit_price_set: Bag
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    requires_shipping: bool = True
    taxable: bool = True
    is_gift_card: bool = False
    product: Id | None = None
    variant: Id | None = None
    discount_allocations: list[Allocation] = []
    tax_lines: list[Tax] = []
    custom_attributes: list[Pair] = []


class Lines(Struct, rename="camel"):
    nodes: list[Line]
    page_info: PageInfo


class Shipping(Struct, rename="camel"):
    title: str
    original_price_set: Bag
    code: str | None = None
    discount_allocations: list[Allocation] = []
    tax_lines: list[Tax] = []


class ShippingLines(Struct):
    nodes: list[Shipping] = []


class Field(Struct):
    namespace: str
    key: str
    type: str
    value: str


class Fields(Struct):
    nodes: list[Field] = []


class Person(Struct, rename="camel"):
    first_name: str | None = None
    last_name: str | None = None


class Address(Struct, rename="camel"):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    country: str | None = None
    country_code: str | None = field(default=None, name="countryCodeV2")
    zip: str | None = None
    phone: str | None = None


class MerchantOrder(Struct, rename="camel"):
    id: str
    name: str
    processed_at: datetime
    updated_at: datetime
    currency_code: str
    current_total_price_set: Bag
    line_items: Lines
    presentment_currency_code: str = ""
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    test: bool = False
    display_financial_status: str | None = None
    taxes_included: bool = False
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    tags: list[str] = []
    customer_accepts_marketing: bool = False
    total_tip_received_set: Bag | None = None
    current_total_duties_set: Bag | None = None
    customer: Person | None = None
    custom_attributes: list[Pair] = []
    metafields: Fields | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping_lines: ShippingLines | None = None


class Tracked(Struct):
    tracked: bool = False


class LineVariant(Struct, rename="camel"):
    id: str
    inventory_item: Tracked
    inventory_quantity: int | None = None


class OurLine(Struct, rename="camel"):
    """`variant` is asked for where an order was just made."""

    id: str
    custom_attributes: list[Pair] = []
    variant: LineVariant | None = None


class OurLines(Struct, rename="camel"):
    nodes: list[OurLine]
    page_info: PageInfo


class Value(Struct):
    value: str


class ParcelLine(Struct, rename="camel"):
    line_item: Id
    quantity: int | None = None


class ParcelLines(Struct, rename="camel"):
    nodes: list[ParcelLine]
    page_info: PageInfo


class TrackingRow(Struct):
    company: str | None = None
    number: str | None = None
    url: str | None = None


class Parcel(Struct, rename="camel"):
    id: str
    status: str
    created_at: datetime
    updated_at: datetime
    order: Id
    fulfillment_line_items: ParcelLines
    tracking_info: list[TrackingRow] = []


class VendorOrder(Struct, rename="camel"):
    id: str
    name: str
    updated_at: datetime
    line_items: OurLines
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    display_financial_status: str | None = None
    total_price_set: Bag | None = None
    total_outstanding_set: Bag | None = None
    reference: Value | None = None
    fulfillments: list[Parcel] = []


class Fulfillable(Struct, rename="camel"):
    id: str
    remaining_quantity: int
    line_item: Id


class Fulfillables(Struct, rename="camel"):
    nodes: list[Fulfillable]
    page_info: PageInfo


class Action(Struct):
    action: str


class Location(Struct):
    name: str = ""
    location: Id | None = None


class FulfillmentOrder(Struct, rename="camel"):
    id: str
    status: str
    line_items: Fulfillables
    assigned_location: Location
    supported_actions: list[Action] = []


class FulfillmentOrders(Struct, rename="camel"):
    nodes: list[FulfillmentOrder]
    page_info: PageInfo


class Scope(Struct):
    handle: str


class Installation(Struct, rename="camel"):
    access_scopes: list[Scope] = []


class UserError(Struct):
    message: str
    field: list[str] | None = None
    code: str | None = None
