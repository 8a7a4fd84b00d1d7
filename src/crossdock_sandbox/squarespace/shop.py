"""One Squarespace site: catalogue, orders, subscriptions, keys, its limits' counters.

Not for behaviour: this file keeps it and finds it again. What every platform's shops have is in the house's `shop.py`.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from crossdock_sandbox import shop
from crossdock_sandbox.squarespace.paging import Changed
from crossdock_sandbox.squarespace.state import Code, Key, Order, Product, Replay, Subscription, Variant

PLANS = ("standard", "rehearsal")  # "rehearsal" has no limits to speak of


@dataclass(slots=True, eq=False)
class Shop(shop.Shop):
    """`imported_payment`: the paymentState of orders made by the API, which the facts leave open. `stock_moves`:
    whether a change of stock alone moves a product's modifiedOn, left open too."""

    platform: ClassVar[str] = "squarespace"
    website_id: str
    client_id: str
    client_secret: str
    plan: str = "standard"
    store_page: str = ""
    time_zone: str = "America/New_York"
    weight_unit: str = "KILOGRAM"
    imported_payment: str = "NOT_CHARGED"
    stock_moves: bool = False
    expired: bool = False
    keys: dict[str, Key] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, frozenset[str]] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    variants: dict[str, Variant] = field(default_factory=dict)
    product_changes: Changed = field(default_factory=Changed)
    orders: dict[str, Order] = field(default_factory=dict)
    order_changes: Changed = field(default_factory=Changed)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    used_keys: dict[tuple[str, str], Replay] = field(default_factory=dict)
    running_keys: set[tuple[str, str]] = field(default_factory=set)
    calls: deque[datetime] = field(default_factory=deque)
    creations: deque[datetime] = field(default_factory=deque)
    cooling_until: datetime | None = None
    next_number: int = 1
    sold_out: set[str] = field(default_factory=set)  # references of orders that were refused for lack of stock

    @property
    def domain(self) -> str:
        return f"{self.name}.squarespace.com"

    def touch(self, order: Order, now: datetime) -> None:
        order.modified_on = now
        self.order_changes.note(order.id, now)

    def touch_product(self, product: Product, now: datetime) -> None:
        product.modified_on = now
        self.product_changes.note(product.id, now)
