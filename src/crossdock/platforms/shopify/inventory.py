"""Stock of one store: read it, set it, change it, begin to keep it.

Not here: how much to write (core). Nothing is written without an idempotency key or without changeFromQuantity, which
2026-04 made compulsory (FACTS sections 4 and 5).
"""

from collections.abc import Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct

from crossdock.connector.contract import LevelChange, LevelsRefused, LevelWrite
from crossdock.connector.errors import Gone, OutcomeUnknown, Rejected
from crossdock.core.catalog import Level
from crossdock.platforms.shopify import mapping_products as mapping
from crossdock.platforms.shopify import wire
from crossdock.platforms.shopify import wire_products as shapes
from crossdock.platforms.shopify.client import STOCK, Graph, refuse
from crossdock.platforms.shopify.documents import document
from crossdock.platforms.shopify.ids import gid

MOST_ROWS = 250
REASON = "correction"
# Seconds. All the others' levels wait behind a call that hangs, and each of these may be made again at no risk.
PATIENCE = 8.0

# What the errors of a row mean. Up to 2026-07 an item that is not stocked at the location has a code; 2026-10 took the
# code away, and what it says instead is not verified (FACTS section 5): its words tell.
STALE = frozenset({"CHANGE_FROM_QUANTITY_STALE"})
NOT_STOCKED = frozenset({"ITEM_NOT_STOCKED_AT_LOCATION"})
GONE = frozenset({"INVALID_INVENTORY_ITEM", "INVALID_LOCATION"})
_NOT_STOCKED_WORDS = "not stocked"

# A key that was used for other rows, or whose first use failed, does nothing any more (FACTS section 4).
SPENT = {"IDEMPOTENCY_KEY_PARAMETER_MISMATCH": "key_spent", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED": "key_failed"}


class _Nodes(Struct):
    nodes: list[shapes.ItemLevels | None]


class _Item(Struct, rename="camel"):
    inventory_item: shapes.ItemLevels | None = None


class _Payload(Struct, rename="camel"):
    user_errors: list[wire.UserError]


class _Set(Struct, rename="camel"):
    inventory_set_quantities: _Payload


class _Adjusted(Struct, rename="camel"):
    inventory_adjust_quantities: _Payload


class _Activated(Struct, rename="camel"):
    inventory_activate: _Payload


async def read_levels(graph: Graph, item_ids: Sequence[str]) -> tuple[Level, ...]:
    ids = _few(list(dict.fromkeys(item_ids)), "ReadLevels")
    if not ids:
        return ()
    given = {"ids": [gid("InventoryItem", each) for each in ids]}
    answer = await graph.call(document("ReadLevels"), given, _Nodes, priority=STOCK, timeout=PATIENCE)
    found: list[Level] = []
    for of in answer.nodes:
        if of is not None and of.id:
            found += await _levels(graph, of)
    return tuple(found)


async def _levels(graph: Graph, of: shapes.ItemLevels) -> list[Level]:
    found: list[Level] = []
    levels = of.inventory_levels
    while levels is not None:
        found += [mapping.level(of.id, each) for each in levels.nodes if each.quantities]
        if not levels.page_info.has_next_page:
            break
        given = {"id": of.id, "after": levels.page_info.end_cursor}
        answer = await graph.call(document("ReadItemLevels"), given, _Item, priority=STOCK, timeout=PATIENCE)
        levels = answer.inventory_item.inventory_levels if answer.inventory_item else None
    return found


async def set_levels(graph: Graph, rows: Sequence[LevelWrite], *, key: str) -> LevelsRefused:
    _few(rows, "SetQuantities")
    _no_twins(rows, "SetQuantities")
    for index, row in enumerate(rows):
        if row.quantity < 0:
            raise Rejected(f"row {index}: a level cannot be set below zero", code="negative", call="SetQuantities")
    given = {
        "name": "available",
        "reason": REASON,
        "quantities": [_place(row) | {"quantity": row.quantity, "changeFromQuantity": row.was} for row in rows],
    }
    answer = await graph.call(
        document("SetQuantities"), {"input": given, "key": key}, _Set, priority=STOCK, timeout=PATIENCE
    )
    return refused("SetQuantities", answer.inventory_set_quantities.user_errors, len(rows))


async def adjust_levels(graph: Graph, rows: Sequence[LevelChange], *, key: str) -> LevelsRefused:
    _few(rows, "AdjustQuantities")
    _no_twins(rows, "AdjustQuantities")
    given = {
        "name": "available",
        "reason": REASON,
        # present even as null, or the call is refused (FACTS section 5)
        "changes": [_place(row) | {"delta": row.delta, "changeFromQuantity": None} for row in rows],
    }
    answer = await graph.call(
        document("AdjustQuantities"), {"input": given, "key": key}, _Adjusted, priority=STOCK, timeout=PATIENCE
    )
    return refused("AdjustQuantities", answer.inventory_adjust_quantities.user_errors, len(rows))


async def stock_at(graph: Graph, item_id: str, location_id: str) -> None:
    """Without quantities, so that an item that is stocked there already is no error. The key names what is wanted:
    asking twice is asking once."""
    given = {
        "item": gid("InventoryItem", item_id),
        "location": gid("Location", location_id),
        "key": str(uuid5(NAMESPACE_URL, f"crossdock:stock_at:{item_id}:{location_id}:{graph.now():%Y-%m-%dT%H:%M}")),
    }
    answer = await graph.call(document("StockAt"), given, _Activated, priority=STOCK, timeout=PATIENCE)
    errors = answer.inventory_activate.user_errors
    if any("could not be found" in each.message for each in errors):
        raise Gone(errors[0].message, call="StockAt")
    refuse("StockAt", errors)


def refused(call: str, errors: Sequence[wire.UserError], rows: int) -> LevelsRefused:
    """Why nothing of a call of so many `rows` was written; empty when it was. Raises what is no row's fault. Shopify
    may name only the first row that it stumbles over."""
    found: dict[str, set[int]] = {}
    for error in errors:
        kind = _kind(error)
        named = [int(part) for part in error.field or () if part.isdecimal()][:1]  # ["input", "quantities", "3", ...]
        if kind and (named or kind == "stale" or rows == 1):
            found.setdefault(kind, set()).update(named or range(rows))
        elif error.code in SPENT:
            raise Rejected(error.message, code=SPENT[error.code], call=call)
        elif error.code == "SERVICE_UNAVAILABLE":
            raise OutcomeUnknown(error.message, call=call)
        elif kind:
            raise Rejected(error.message, code=error.code or kind, call=call)
        else:
            refuse(call, [error])
    return LevelsRefused(**{kind: tuple(sorted(indexes)) for kind, indexes in found.items()})


def _kind(error: wire.UserError) -> str:
    code = error.code or ""
    if code in STALE:
        return "stale"
    if code in NOT_STOCKED or (not code and _NOT_STOCKED_WORDS in error.message.lower()):
        return "not_stocked"
    return "gone" if code in GONE else ""


def _place(row: LevelWrite | LevelChange) -> dict[str, Any]:
    return {"inventoryItemId": gid("InventoryItem", row.item_id), "locationId": gid("Location", row.location_id)}


def _no_twins(rows: Sequence[LevelWrite | LevelChange], call: str) -> None:
    seen: dict[tuple[str, str], int] = {}
    for index, row in enumerate(rows):
        first = seen.setdefault((row.item_id, row.location_id), index)
        if first != index:
            words = f"rows {first} and {index} are of one item at one location"
            raise Rejected(words, code="duplicate_rows", call=call)


def _few(rows: Sequence[Any], call: str) -> Sequence[Any]:
    if len(rows) > MOST_ROWS:
        raise Rejected(f"{len(rows)} rows in one call; at most {MOST_ROWS}", code="too_many_rows", call=call)
    return rows
