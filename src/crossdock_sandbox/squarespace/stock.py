"""Changes of stock: orders take it, cancellations give it back, staff and apps set it; each is noted where a ledger is.

Not for the operations of the API (`inventory.py`).
"""

from typing import TYPE_CHECKING

from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Line, Variant

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

PLACE = "1"  # there is one


def move(
    world: "Sandbox", shop: Shop, variant: Variant, quantity: int, cause: str, by: str, order_id: str | None = None
) -> None:
    """`quantity` is what there is from now on."""
    before, variant.quantity = variant.quantity, quantity
    if before == quantity:
        return
    if shop.stock_moves:
        shop.touch_product(variant.product, world.now())
    if shop.ledger is not None:
        shop.ledger.note(
            world.stock_change(),
            world.now(),
            variant.id,
            PLACE,
            before,
            quantity,
            cause,
            order_id,
            by,  # type: ignore[arg-type]
        )


def short(lines: list[Line]) -> list[str]:
    """Variants of which there are not so many."""
    wanted: dict[str, int] = {}
    for line in lines:
        if line.variant is not None and not line.variant.unlimited:
            wanted[line.variant.id] = wanted.get(line.variant.id, 0) + line.quantity
    there = {line.variant.id: line.variant.quantity for line in lines if line.variant is not None}
    return [id for id, quantity in wanted.items() if there[id] < quantity]


def take(world: "Sandbox", shop: Shop, lines: list[Line], order_id: str, by: str) -> None:
    for line in lines:
        if line.variant is not None and not line.variant.unlimited:
            move(world, shop, line.variant, line.variant.quantity - line.quantity, "order", by, order_id)


def give_back(world: "Sandbox", shop: Shop, lines: list[Line], order_id: str) -> None:
    for line in lines:
        if line.variant is not None and not line.variant.unlimited:
            move(world, shop, line.variant, line.variant.quantity + line.quantity, "cancel", "staff", order_id)
