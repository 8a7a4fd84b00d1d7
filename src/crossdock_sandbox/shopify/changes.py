"""The mark that every change of an order or a product leaves: a newer `updated_at`, the lagging indexes, webhooks."""

from datetime import datetime
from typing import TYPE_CHECKING

from crossdock_sandbox.shopify import telling
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import Order
from crossdock_sandbox.shopify.state_catalogue import Level, Product

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox


def touch(world: "Sandbox", shop: Shop, order: Order, *topics: str) -> None:
    """The order changed: newer `updated_at`, orders/updated and what else the change means."""
    now = world.now()
    order.updated_at = now
    order.sums = None
    index(shop, order, now)
    telling.emit(world, shop, [(topic, order) for topic in (*topics, "ORDERS_UPDATED")])


def index(shop: Shop, order: Order, now: datetime) -> None:
    """Both indexes see it later: the list by `updated_at`, and search by tag, name and source identifier."""
    shop.log_change(order, now)
    entry = (now, order.source_identifier or "", order.name, tuple(order.tags))
    if not order.searched or order.searched[-1][1:] != entry[1:]:
        order.searched = [*order.searched[-1:], entry]


def touch_product(
    world: "Sandbox", shop: Shop, product: Product, *, levels: tuple[Level, ...] = (), created: bool = False
) -> None:
    """The product changed, or stock of some of its variants: products/update fires on both (FACTS section 6)."""
    now = world.now()
    product.updated_at = now
    shop.log_product(product, now)
    if shop.by_topic:
        events = [("INVENTORY_LEVELS_UPDATE", level) for level in levels]
        telling.emit(world, shop, [*events, ("PRODUCTS_CREATE" if created else "PRODUCTS_UPDATE", product)])
