"""The mark that every change of an order leaves: a newer `updated_at`, the lagging indexes, orders/updated."""

from datetime import datetime
from typing import TYPE_CHECKING

from crossdock_sandbox.shop import Shop
from crossdock_sandbox.shopify.state import Order

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox


def touch(world: "Sandbox", shop: Shop, order: Order, *topics: str) -> None:
    """The order changed: newer `updated_at`, orders/updated and what else the change means."""
    now = world.now()
    order.updated_at = now
    order.sums = None
    index(shop, order, now)
    world.emit(shop, [(topic, order) for topic in (*topics, "ORDERS_UPDATED")])


def index(shop: Shop, order: Order, now: datetime) -> None:
    """Both indexes see it later: the list by `updated_at`, and search by tag, name and source identifier."""
    shop.log_change(order, now)
    entry = (now, order.source_identifier or "", order.name, tuple(order.tags))
    if not order.searched or order.searched[-1][1:] != entry[1:]:
        order.searched = [*order.searched[-1:], entry]
