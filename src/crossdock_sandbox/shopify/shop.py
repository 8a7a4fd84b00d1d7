"""One Shopify shop's whole state: catalogue, orders, subscriptions, the app installed in it, its bucket.

Not for behaviour: this file keeps it and finds it again. What all platforms' shops have: `crossdock_sandbox/shop.py`.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from crossdock_sandbox import shop
from crossdock_sandbox.changelog import ChangeLog
from crossdock_sandbox.shopify.state import (
    Customer,
    EditSession,
    Fulfillment,
    FulfillmentOrder,
    Job,
    Line,
    Order,
    Subscription,
)  # fmt: skip
from crossdock_sandbox.shopify.state_catalogue import (
    Definition,
    Location,
    Media,
    Metafield,
    Product,
    ProductSetOperation,
    Variant,
)  # fmt: skip

if TYPE_CHECKING:
    from crossdock_sandbox.shopify.bulk_state import Bulk

# FACTS section 3: restore per second and bucket, by plan. "rehearsal" has no bucket to speak of.
PLANS = {"basic": (100.0, 2_000.0), "dev": (100.0, 2_000.0), "advanced": (200.0, 4_000.0), "plus": (1_000.0, 20_000.0),
         "rehearsal": (1_000_000.0, 2_000_000.0)}  # fmt: skip


@dataclass(slots=True)
class App:
    """The app installed in the shop, as the shop knows it."""

    client_id: str
    client_secret: str
    mode: str
    scopes: tuple[str, ...]
    installed: bool = True


@dataclass(slots=True)
class Token:
    """An access token. `expires_at` None = fixed."""

    value: str
    expires_at: datetime | None = None


@dataclass(slots=True)
class RefreshToken:
    """A refresh token; once used it stays good until its replacement is first used (FACTS section 1)."""

    value: str
    expires_at: datetime
    replaced_by: str = ""
    spent: bool = False


@dataclass(slots=True, eq=False)
class Shop(shop.Shop):
    platform: ClassVar[str] = "shopify"
    gql: ClassVar[str] = "Shop"
    id: int
    plan: str
    app: App
    location: Location
    locations: list[Location]
    country: str = "US"
    read_all_orders: bool = False
    tokens: dict[str, Token] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)  # authorization code -> redirect address
    products: dict[int, Product] = field(default_factory=dict)
    variants: dict[int, Variant] = field(default_factory=dict)
    items: dict[int, Variant] = field(default_factory=dict)
    handles: dict[str, int] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)  # order name -> newest order of that name
    fulfillments: dict[int, Fulfillment] = field(default_factory=dict)
    fulfillment_orders: dict[int, FulfillmentOrder] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)
    emails: dict[str, int] = field(default_factory=dict)
    metafields: list[Metafield] = field(default_factory=list)
    definitions: dict[tuple[str, str, str], Definition] = field(default_factory=dict)
    subscriptions: dict[int, Subscription] = field(default_factory=dict)
    by_topic: dict[str, list[Subscription]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    edits: dict[int, EditSession] = field(default_factory=dict)
    idempotent: dict[str, tuple[str, Any, datetime]] = field(default_factory=dict)
    changes: ChangeLog = field(default_factory=ChangeLog)  # of orders
    product_changes: ChangeLog = field(default_factory=ChangeLog)
    media: dict[int, Media] = field(default_factory=dict)
    operations: dict[int, ProductSetOperation] = field(default_factory=dict)
    bulks: dict[int, "Bulk"] = field(default_factory=dict)
    emptied: bool = False  # the API shows no products, as a broken one would
    made_on: tuple[date | None, int] = (None, 0)  # variants made on that day by the API
    creations: list[datetime] = field(default_factory=list)  # orderCreate calls of the last minute, on dev stores
    next_number: int = 1001
    level: float = 0.0
    level_at: datetime | None = None

    @property
    def domain(self) -> str:
        return f"{self.name}.myshopify.com"

    def bucket(self, now: datetime) -> float:
        """What may be spent now."""
        restore, size = PLANS[self.plan]
        if self.level_at is None:
            self.level = size
        else:
            self.level = min(size, self.level + restore * max(0.0, (now - self.level_at).total_seconds()))
        self.level_at = now
        return self.level

    def log_change(self, order: Order, now: datetime) -> None:
        order.change = self.changes.add(order.change, order.id, now, len(self.orders))

    def log_product(self, product: Product, now: datetime) -> None:
        product.change = self.product_changes.add(product.change, product.id, now, len(self.products))

    @property
    def shown_products(self) -> dict[int, Product]:
        """What the API answers with; a broken one answers with nothing."""
        return {} if self.emptied else self.products

    @property
    def shown_variants(self) -> dict[int, Variant]:
        return {} if self.emptied else self.variants

    def place(self, location_id: int) -> Location | None:
        return next((one for one in self.locations if one.id == location_id), None)

    def line(self, order: Order, line_id: int) -> Line | None:
        return next((line for line in order.lines if line.id == line_id), None)

    def subscribe(self, subscription: Subscription) -> None:
        self.subscriptions[subscription.id] = subscription
        self.by_topic.setdefault(subscription.topic, []).append(subscription)

    def unsubscribe(self, subscription: Subscription) -> None:
        self.subscriptions.pop(subscription.id, None)
        kept = [one for one in self.by_topic.get(subscription.topic, ()) if one is not subscription]
        if kept:
            self.by_topic[subscription.topic] = kept
        else:
            self.by_topic.pop(subscription.topic, None)
