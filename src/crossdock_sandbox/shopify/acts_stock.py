"""Stock: orders claim it, parcels ship it, cancellations give it back, people and apps set it.

Every change says why (`cause`) and who (`by`: shopper, staff or app).

Not for the rules of the inventory mutations' inputs (`mutations_stock.py`).
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from crossdock_sandbox.shopify.changes import touch_product
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import Line
from crossdock_sandbox.shopify.state_catalogue import Level, Variant

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

ZERO = Decimal(0)


def place_for(variant: Variant, quantity: int) -> Level | None:
    """The location that can cover the line, else the first (FACTS section 5: order of locations matters)."""
    if not variant.tracked or not variant.levels:
        return None
    return next((level for level in variant.levels if level.available >= quantity), variant.levels[0])


def can_take(line: Line, quantity: int) -> bool:
    """What DECREMENT_OBEYING_POLICY asks."""
    variant = line.variant
    if variant is None or not variant.tracked or variant.policy == "CONTINUE":
        return True
    return any(level.available >= quantity for level in variant.levels)


def take(world: "Sandbox", shop: Shop, line: Line, quantity: int, order_id: int, by: str, cause: str = "order") -> None:
    """Commit stock to an unshipped line; available may go below zero."""
    if line.variant is None:
        return
    level = line.claimed or place_for(line.variant, quantity)
    if level is None:
        return
    line.claimed = level
    level.committed += quantity
    move(world, shop, level, -quantity, cause, by, order_id)
    changed(world, shop, level)


def give_back(world: "Sandbox", shop: Shop, line: Line, quantity: int, order_id: int, by: str, cause: str) -> None:
    level = line.claimed
    if level is None:
        return
    level.committed -= quantity
    move(world, shop, level, quantity, cause, by, order_id)
    changed(world, shop, level)


def uncommit(line: Line, quantity: int) -> None:
    """Cancelled without restocking: the stock is neither promised nor for sale."""
    if line.claimed is not None:
        line.claimed.committed -= quantity


def ship(line: Line, quantity: int) -> None:
    """Shipped goods leave `on_hand`; `available` has gone before."""
    if line.claimed is not None:
        line.claimed.committed -= quantity


def unship(line: Line, quantity: int) -> None:
    """A cancelled parcel's goods are promised again."""
    if line.claimed is not None:
        line.claimed.committed += quantity


def move(
    world: "Sandbox", shop: Shop, level: Level, delta: int, cause: str, by: str, order_id: int | None = None
) -> None:
    """The one way by which `available` changes, so that the shop's ledger misses nothing. Tells nobody: `changed`."""
    before = level.available
    level.available = before + delta
    if shop.ledger is not None and delta:
        shop.ledger.note(world.stock_change(), world.now(), level.variant.id, level.location.id, before, before + delta,
                         cause, order_id, by)  # fmt: skip


def changed(world: "Sandbox", shop: Shop, level: Level) -> None:
    """Tell inventory_levels/update, and products/update, which fires on stock too (FACTS section 6)."""
    level.updated_at = level.variant.updated_at = world.now()
    touch_product(world, shop, level.variant.product, levels=(level,))
