"""One WooCommerce shop's whole state: catalogue, orders, webhooks, keys, and how its host and plugins are.

Not for behaviour. Ids are small numbers of the shop's own, counted per table as WordPress does.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import ClassVar
from zoneinfo import ZoneInfo

from crossdock_sandbox import shop
from crossdock_sandbox.woocommerce.state import Key, Mail, Order, Product, Term, Webhook
from crossdock_sandbox.woocommerce.table import Table

SECONDS = len("2026-11-22T10:00:00")
TRACKING = ("shipment_tracking", "ast", "fulfillments")


@dataclass(slots=True)
class Site:
    """How the shop is set up and hosted; `create_store` and `set_site` change it."""

    version: str = "10.0.2"
    wp_version: str = "7.1.1"
    zone: str = "Europe/Zurich"
    hpos: bool = True  # orders in tables of their own; False: as posts
    tls: bool = False  # every request counts as encrypted, as behind a proxy that does it
    pretty: bool = True  # permalinks
    folder: str = ""  # the site's folder below the address, "blog"
    strip_authorization: bool = False  # the host keeps the Authorization header from PHP
    maintenance: bool = False
    slow: float = 0.0  # seconds that each answer takes
    rate_limit: int = 0  # requests a minute that the host lets through; 0 = all
    tracking: tuple[str, ...] = ()  # of TRACKING
    tax_rate: Decimal | None = None  # percent; None: taxes off
    prices_include_tax: bool = False
    weight_unit: str = "kg"
    clock_off: float = 0.0  # seconds by which the host's clock is ahead
    queue_delay: float = 1.0  # seconds until the queue of background work runs


@dataclass(slots=True, eq=False)
class Shop(shop.Shop):
    platform: ClassVar[str] = "woocommerce"
    country: str
    site: Site
    keys: dict[str, Key] = field(default_factory=dict)  # by consumer key
    installed: bool = True  # False: the keys were taken away
    nonces: dict[str, float] = field(default_factory=dict)
    products: Table[Product] = field(default_factory=Table)  # variations too, and what is in the trash
    by_sku: dict[str, int] = field(default_factory=dict)
    by_gtin: dict[str, int] = field(default_factory=dict)
    orders: Table[Order] = field(default_factory=lambda: Table(lambda one: one.created_via.lower()))
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    terms: dict[str, dict[int, Term]] = field(default_factory=dict)  # categories, tags, brands, attributes
    by_category: dict[int, list[int]] = field(default_factory=dict)
    queued: set[tuple[int, str, int]] = field(default_factory=set)  # deliveries that wait: webhook, topic, resource
    mails: list[Mail] = field(default_factory=list)
    called: list[datetime] = field(default_factory=list)  # requests of the last minute, where the host counts them
    ids: Counter[str] = field(default_factory=Counter)
    emptied: bool = False  # the API shows no products, as a broken one would

    @property
    def domain(self) -> str:
        return f"{self.name}.woocommerce.example"

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.site.zone)

    def next_id(self, table: str) -> int:
        """posts (products, orders, refunds), items, webhooks, notes, terms and the three kinds of meta."""
        self.ids[table] += 1
        return self.ids[table]

    def local(self, at: datetime | None) -> str | None:
        """As answers show a time: the site's own, without a suffix."""
        return None if at is None else at.astimezone(self.zone).isoformat()[:SECONDS]

    @staticmethod
    def gmt(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(UTC).isoformat()[:SECONDS]

    def since(self, *version: int) -> bool:
        return tuple(int(part) for part in self.site.version.split(".") if part.isdigit()) >= version
