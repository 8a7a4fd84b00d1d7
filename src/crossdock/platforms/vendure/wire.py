"""The shapes of the Admin API's answers, only the fields that are used. Lenient: words are strings.

Not here: what they mean (mapping.py, mapping_products.py).
"""

from datetime import datetime
from typing import Any, Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Items(Struct, Generic[T], rename="camel", frozen=True):
    items: list[T] = []
    total_items: int = 0


class Ref(Struct):
    id: str


class Customer(Struct, rename="camel"):
    email_address: str = ""


class Line(Struct, rename="camel"):
    id: str
    quantity: int
    product_variant: Ref


class Refund(Struct):
    state: str = ""
    total: int = 0


class Payment(Struct):
    state: str = ""
    amount: int = 0
    refunds: list[Refund] = []


class ParcelLine(Struct, rename="camel"):
    order_line_id: str
    quantity: int


class Parcel(Struct, rename="camel"):
    id: str
    state: str
    created_at: datetime
    updated_at: datetime
    method: str = ""
    tracking_code: str = ""
    lines: list[ParcelLine] = []


class Entry(Struct, rename="camel"):
    created_at: datetime


class Note(Struct):
    id: str
    data: dict[str, Any] = {}


class Order(Struct, rename="camel"):
    id: str
    code: str
    state: str
    updated_at: datetime
    currency_code: str
    total_with_tax: int
    order_placed_at: datetime | None = None
    coupon_codes: list[str] = []
    customer: Customer | None = None
    lines: list[Line] = []
    payments: list[Payment] | None = None
    fulfillments: list[Parcel] | None = None
    last: Items[Entry] = Items()
    notes: Items[Note] = Items()


class OneOrder(Struct):
    order: Order | None = None


class Orders(Struct):
    orders: Items[Order]


class Buyer(Struct):
    orders: Items[Order] = Items()


class Found(Struct):
    """Orders of our reference, by both ways, some of them twice; and drafts, whoever's they are."""

    customers: Items[Buyer] = Items()
    orders: Items[Order] = Items()
    drafts: Items[Order] = Items()


class Promotion(Struct, rename="camel"):
    id: str
    name: str = ""
    enabled: bool = False
    coupon_code: str | None = None


class Promotions(Struct):
    promotions: Items[Promotion] = Items()


class Begin(Found):
    promotions: Items[Promotion] = Items()


class Method(Struct, rename="camel"):
    """A way of shipping that a draft may take, and what the store asks for it."""

    id: str
    name: str
    price_with_tax: int


class Methods(Struct, rename="camel"):
    eligible_shipping_methods_for_draft_order: list[Method]


class Step(Struct, rename="camel"):
    """What became of one step of a mutation: the order, or why not (`error_code`, `message`)."""

    id: str = ""
    state: str = ""
    error_code: str = ""
    message: str = ""
    currency_code: str = ""
    total_with_tax: int = 0
    shipping_with_tax: int = 0
    lines: list[Line] = []


class NewDraft(Struct, rename="camel"):
    create_draft_order: Ref


class Level(Struct, rename="camel"):
    stock_location_id: str
    stock_on_hand: int
    stock_allocated: int
    updated_at: datetime


class Chosen(Struct, rename="camel"):
    name: str
    group_id: str


class Variant(Struct, rename="camel"):
    id: str
    price: int
    updated_at: datetime
    sku: str = ""
    track_inventory: str = "INHERIT"
    out_of_stock_threshold: int = 0
    use_global_out_of_stock_threshold: bool = True
    options: list[Chosen] = []
    stock_levels: list[Level] = []


class Value(Struct):
    name: str


class Group(Struct):
    id: str
    name: str
    options: list[Value] = []


class Asset(Struct):
    id: str
    type: str = ""
    source: str = ""


class Product(Struct, rename="camel"):
    id: str
    name: str
    created_at: datetime
    updated_at: datetime
    slug: str = ""
    description: str = ""
    enabled: bool = True
    option_groups: list[Group] = []
    featured_asset: Ref | None = None
    assets: list[Asset] = []
    variants: list[Variant] = []


class Settings(Struct, rename="camel"):
    track_inventory: bool = True
    out_of_stock_threshold: int = 0


class Products(Struct, rename="camel"):
    global_settings: Settings
    products: Items[Product]


class Variants(Struct, rename="camel"):
    global_settings: Settings
    product_variants: Items[Variant]


class Reach(Struct):
    token: str
    permissions: list[str] = []
    code: str = ""


class Me(Struct):
    channels: list[Reach] = []


class May(Struct):
    me: Me


class Channel(Struct, rename="camel"):
    id: str
    code: str
    token: str
    default_currency_code: str


class ServerConfig(Struct, rename="camel"):
    money_strategy_precision: int = 2


class Server(Struct, rename="camel"):
    server_config: ServerConfig


class Where(Struct, rename="camel"):
    active_channel: Channel
    global_settings: Server


class Place(Struct):
    id: str
    name: str


class Places(Struct, rename="camel"):
    stock_locations: Items[Place]


class Login(Struct, rename="camel"):
    channels: list[Reach] = []
    error_code: str = ""
    message: str = ""


class LoggedIn(Struct):
    login: Login


class Anything(Struct):
    """An answer whose words do not matter: that it came does."""
