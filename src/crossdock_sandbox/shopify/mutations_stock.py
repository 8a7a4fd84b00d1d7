"""Inventory mutations: set, adjust, activate, with what 2026-04 made compulsory (FACTS sections 4 and 5).

Not for stock that orders take (`acts_stock.py`).
"""

from typing import Any

from crossdock_sandbox.shopify import acts_stock
from crossdock_sandbox.shopify.graph import Args, Context, gid, number_of, when
from crossdock_sandbox.shopify.refusals import Refusal
from crossdock_sandbox.shopify.show import Table
from crossdock_sandbox.shopify.state_catalogue import Level, Location, Variant
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]
REASONS = frozenset(
    ("correction", "cycle_count_available", "damaged", "movement_canceled", "movement_created", "movement_received",
     "movement_updated", "other", "promotion", "quality_control", "received", "reservation_created",
     "reservation_deleted", "reservation_updated", "restock", "safety_stock", "shrinkage")
)  # fmt: skip
ADJUSTABLE = ("available", "damaged", "incoming", "quality_control", "reserved", "safety_stock")
_LIMIT = 1_000_000_000


def empty(mutation: str, errors: list[Json]) -> Json:
    """The payload of a refusal."""
    name = "inventoryLevel" if mutation == "inventoryActivate" else "inventoryAdjustmentGroup"
    return {name: None, "userErrors": errors}


def _refused(message: str, path: list[str], code: str | None) -> Json:
    return empty("", [user_error(message, path, code)])


def _must_have_change_from(rows: list[Json], type_name: str) -> None:
    """Present on every row, null allowed: a client that drops nulls fails here (FACTS section 5)."""
    if any("changeFromQuantity" not in row for row in rows):
        raise Refusal(
            f"{type_name} must include the following argument: changeFromQuantity.", "INVALID_FIELD_ARGUMENTS"
        )


def _place(ctx: Context, row: Json) -> tuple[Variant | None, Location | None]:
    variant = ctx.shop.items.get(number_of(row["inventoryItemId"], "InventoryItem"))
    return variant, ctx.shop.place(number_of(row["locationId"], "Location"))


def _levels(ctx: Context, rows: list[Json], list_name: str) -> tuple[list[Level], Json | None]:
    """The level of each row, or the refusal of the whole call, which names every row that is wrong."""
    found: list[Level] = []
    errors: list[Json] = []
    seen: set[tuple[int, int]] = set()
    for index, row in enumerate(rows):
        path = ["input", list_name, str(index)]
        variant, location = _place(ctx, row)
        if variant is None:
            words = "The specified inventory item could not be found."
            errors.append(user_error(words, [*path, "inventoryItemId"], "INVALID_INVENTORY_ITEM"))
            continue
        if location is None:
            words = "The specified location could not be found."
            errors.append(user_error(words, [*path, "locationId"], "INVALID_LOCATION"))
            continue
        if (variant.item_id, location.id) in seen:
            words = "The combination of inventoryItemId and locationId must be unique."
            errors.append(user_error(words, path, "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"))
            continue
        seen.add((variant.item_id, location.id))
        level = variant.level_at(location)
        if level is None:
            # FACTS section 5: the code is gone from 2026-10; what comes instead is not known, so it comes without one.
            code = "ITEM_NOT_STOCKED_AT_LOCATION" if ctx.version < "2026-10" else None
            words = "The specified inventory item is not stocked at the location."
            errors.append(user_error(words, [*path, "locationId"], code))
            continue
        found.append(level)
    return found, empty("", errors) if errors else None


def set_quantities(_root: Any, args: Args, ctx: Context) -> Json:
    given = args["input"]
    rows, name = given["quantities"], given["name"]
    _must_have_change_from(rows, "InventoryQuantityInput")
    if name not in ("available", "on_hand"):
        return _refused("The quantity name must be either 'available' or 'on_hand'.", ["input", "name"], "INVALID_NAME")
    if given["reason"] not in REASONS:
        return _refused("The specified reason is invalid.", ["input", "reason"], "INVALID_REASON")
    for index, row in enumerate(rows):
        path = ["input", "quantities", str(index), "quantity"]
        if row["quantity"] < 0:
            return _refused("The quantity can't be negative.", path, "INVALID_QUANTITY_NEGATIVE")
        if row["quantity"] > _LIMIT:
            return _refused("The quantity can't be higher than 1,000,000,000.", path, "INVALID_QUANTITY_TOO_HIGH")
    levels, refusal = _levels(ctx, rows, "quantities")
    if refusal:
        return refusal
    stale = _stale(levels, rows, name, "quantities")
    if stale:
        return stale
    return _apply(ctx, given, [(lv, row["quantity"] - getattr(lv, name)) for lv, row in zip(levels, rows, strict=True)])


def _stale(levels: list[Level], rows: list[Json], name: str, list_name: str) -> Json | None:
    words = "The specified changeFromQuantity does not match the current quantity."
    errors = [
        user_error(words, ["input", list_name, str(index), "changeFromQuantity"], "CHANGE_FROM_QUANTITY_STALE")
        for index, (level, row) in enumerate(zip(levels, rows, strict=True))
        if row["changeFromQuantity"] is not None and row["changeFromQuantity"] != getattr(level, name, 0)
    ]
    return empty("", errors) if errors else None


def adjust_quantities(_root: Any, args: Args, ctx: Context) -> Json:
    given = args["input"]
    rows, name = given["changes"], given["name"]
    _must_have_change_from(rows, "InventoryChangeInput")
    if name not in ADJUSTABLE:
        return _refused("The specified quantity name is invalid.", ["input", "name"], "INVALID_QUANTITY_NAME")
    if given["reason"] not in REASONS:
        return _refused("The specified reason is invalid.", ["input", "reason"], "INVALID_REASON")
    levels, refusal = _levels(ctx, rows, "changes")
    if refusal:
        return refusal
    stale = _stale(levels, rows, name, "changes")
    if stale:
        return stale
    if name != "available":
        if name in ("incoming", "reserved"):
            for level, row in zip(levels, rows, strict=True):
                setattr(level, name, getattr(level, name) + row["delta"])
        return empty("", [])
    return _apply(ctx, given, [(level, row["delta"]) for level, row in zip(levels, rows, strict=True)])


def _apply(ctx: Context, given: Json, deltas: list[tuple[Level, int]]) -> Json:
    """Success echoes paired rows, available and on_hand; nothing changed gives no group (FACTS section 5)."""
    changes = []
    for level, delta in deltas:
        if delta == 0:
            continue
        acts_stock.move(ctx.world, ctx.shop, level, delta, "app", "app")
        acts_stock.changed(ctx.world, ctx.shop, level)
        for name in ("available", "on_hand"):
            changes.append({"name": name, "delta": delta, "variant": level.variant, "location": level.location})
    if not changes:
        return empty("", [])
    group = {"id": gid("InventoryAdjustmentGroup", ctx.world.id()), "createdAt": when(ctx.world.now()),
             "changes": changes, "reason": given["reason"],
             "referenceDocumentUri": given.get("referenceDocumentUri")}  # fmt: skip
    return {"inventoryAdjustmentGroup": group, "userErrors": []}


def activate(_root: Any, args: Args, ctx: Context) -> Json:
    variant, location = _place(ctx, args)
    if variant is None or location is None:
        field = ["inventoryItemId"] if variant is None else ["locationId"]
        return empty("inventoryActivate", [user_error("The specified resource could not be found.", field)])
    level = variant.level_at(location)
    available, on_hand = args.get("available"), args.get("onHand")
    if available is not None and on_hand is not None:
        error = user_error("Only one of available and onHand may be given.", ["available"])
        return empty("inventoryActivate", [error])
    if level is not None:
        if available is not None or on_hand is not None:
            error = user_error(
                "Not allowed to set quantities on an item that is already active at the location.", ["available"]
            )
            return empty("inventoryActivate", [error])
        return {"inventoryLevel": level, "userErrors": []}
    level = Level(ctx.world.id(), variant, location, 0, ctx.world.now())
    variant.levels.append(level)
    acts_stock.move(ctx.world, ctx.shop, level, on_hand or available or 0, "app", "app")
    acts_stock.changed(ctx.world, ctx.shop, level)
    return {"inventoryLevel": level, "userErrors": []}


TABLE: Table = {
    "inventorySetQuantities": set_quantities,
    "inventoryAdjustQuantities": adjust_quantities,
    "inventoryActivate": activate,
}
