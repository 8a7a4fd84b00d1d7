"""Stock writes: the two mutations with the things that 2026-04 made compulsory, and a guard for whole-product writes.

Not here: how much to write (core). Neither may be called without an idempotency key, nor without changeFromQuantity.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from crossdock.connector.errors import Gone, Rejected
from crossdock.platforms.shopify import wire
from crossdock.platforms.shopify.client import Graph, refuse
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import gid, number

MOST_ROWS = 250


class Quantity(Struct, frozen=True):
    """Stock of one item at one place to be set, or changed by. `was` None = do not compare."""

    item_id: str
    location_id: str
    quantity: int
    was: int | None = None


class _Payload(Struct, rename="camel"):
    user_errors: list[wire.UserError]


class _Set(Struct, rename="camel"):
    inventory_set_quantities: _Payload


class _Adjusted(Struct, rename="camel"):
    inventory_adjust_quantities: _Payload


class _Ids(Struct, rename="camel"):
    nodes: list[wire.Id]
    page_info: wire.PageInfo


class _Product(Struct):
    variants: _Ids


class _ProductIds(Struct):
    product: _Product | None = None


async def set_available(graph: Graph, rows: Sequence[Quantity], *, key: str, reason: str = "correction") -> None:
    """Set `available`. Rejected(code="CHANGE_FROM_QUANTITY_STALE") when a `was` no longer holds: nothing was set then;
    read again and use a new key (FACTS section 5)."""
    given = {"name": "available", "reason": reason, "quantities": [_row(row, "quantity") for row in _few(rows)]}
    answer = await graph.call(document("SetQuantities"), {"input": given, "key": key}, _Set)
    refuse("SetQuantities", answer.inventory_set_quantities.user_errors)


async def adjust_available(graph: Graph, rows: Sequence[Quantity], *, key: str, reason: str = "correction") -> None:
    """Change `available` by `quantity` each. The same key again does nothing again (FACTS section 4)."""
    given = {"name": "available", "reason": reason, "changes": [_row(row, "delta") for row in _few(rows)]}
    answer = await graph.call(document("AdjustQuantities"), {"input": given, "key": key}, _Adjusted)
    refuse("AdjustQuantities", answer.inventory_adjust_quantities.user_errors)


async def variant_ids(graph: Graph, product_id: str) -> frozenset[str]:
    """Every variant of a product. products/update carries only the first hundred in full (FACTS section 6)."""
    found: set[str] = set()
    after: str | None = None
    while True:
        answer = await graph.call(
            document("ProductVariantIds"), {"id": gid("Product", product_id), "after": after}, _ProductIds
        )
        if answer.product is None:
            raise Gone(f"product {product_id} is not there", call="ProductVariantIds")
        found |= {number(each.id) for each in answer.product.variants.nodes}
        if not answer.product.variants.page_info.has_next_page:
            return frozenset(found)
        after = answer.product.variants.page_info.end_cursor


def lost_variants(there: Iterable[str], written: Iterable[str]) -> frozenset[str]:
    """The variants that a productSet of `written` would delete: it replaces the whole list (FACTS section 6)."""
    return frozenset(there) - frozenset(written)


def _row(row: Quantity, quantity: str) -> dict[str, Any]:
    return {
        "inventoryItemId": gid("InventoryItem", row.item_id),
        "locationId": gid("Location", row.location_id),
        quantity: row.quantity,
        "changeFromQuantity": row.was,  # present even as null, or the call is refused (FACTS section 5)
    }


def _few(rows: Sequence[Quantity]) -> Sequence[Quantity]:
    if len(rows) > MOST_ROWS:
        raise Rejected(f"{len(rows)} rows in one call; at most {MOST_ROWS}", code="MAX_INPUT_SIZE_EXCEEDED")
    return rows
