"""How inventory items, stock levels and locations read in GraphQL: one table per type. Not for writing."""

from typing import Any

from crossdock_sandbox.shopify.graph import Context, gid, number_of, page, when
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.show import Table, numbered
from crossdock_sandbox.shopify.state_catalogue import GRAMS, Item, Level, Location, Variant

ITEM: Table = {
    "id": lambda o, _a, _c: gid("InventoryItem", o.variant.item_id),
    "legacyResourceId": lambda o, _a, _c: str(o.variant.item_id),
    "createdAt": lambda o, _a, _c: when(o.variant.created_at),
    "updatedAt": lambda o, _a, _c: when(o.variant.updated_at),
    "duplicateSkuCount": lambda _o, _a, _c: 0,
    "inventoryLevel": lambda o, a, _c: next(
        (one for one in o.variant.levels if gid("Location", one.location.id) == a["locationId"]), None
    ),
    "inventoryLevels": lambda o, a, _c: page(o.variant.levels, a, lambda one: one.id),
    "locationsCount": lambda o, _a, _c: {"count": len(o.variant.levels), "precision": "EXACT"},
    "measurement": lambda o, _a, _c: {
        "id": gid("InventoryItemMeasurement", o.variant.item_id),
        "weight": {"unit": o.variant.weight_unit, "value": round(o.variant.weight / GRAMS[o.variant.weight_unit], 4)},
    },
    "requiresShipping": lambda o, _a, _c: o.variant.requires_shipping,
    "sku": lambda o, _a, _c: o.variant.sku,
    "tracked": lambda o, _a, _c: o.variant.tracked,
    "unitCost": lambda _o, _a, _c: None,
}  # fmt: skip


def _quantities(level: Level, names: list[str], ctx: Context) -> list[dict[str, Any]]:
    ctx.saw(level.variant.id)
    known = ("available", "on_hand", "committed", "incoming", "reserved")
    return [
        {"id": gid("InventoryQuantity", f"{level.id}") + f"?inventory_item_id={level.variant.item_id}&name={name}",
         "name": name, "quantity": getattr(level, name) if name in known else 0, "updatedAt": when(level.updated_at)}
        for name in names
    ]  # fmt: skip


LEVEL: Table = {
    "id": lambda o, _a, _c: f"{gid('InventoryLevel', o.id)}?inventory_item_id={o.variant.item_id}",
    "canDeactivate": lambda o, _a, _c: len(o.variant.levels) > 1,
    "createdAt": lambda o, _a, _c: when(o.variant.created_at),
    "updatedAt": lambda o, _a, _c: when(o.updated_at),
    "isActive": lambda _o, _a, _c: True,
    "item": lambda o, _a, _c: Item(o.variant),
    "quantities": lambda o, a, c: _quantities(o, a["names"], c),
}


def _level_of(place: Location, variant: Variant | None) -> Level | None:
    return variant.level_at(place) if variant else None


def _levels_at(place: Location, shop: Shop) -> list[Level]:
    return [level for one in shop.variants.values() for level in one.levels if level.location is place]


LOCATION: Table = {
    **numbered("Location"),
    "updatedAt": lambda o, _a, _c: when(o.created_at),
    "activatable": lambda o, _a, _c: not o.active,
    "address": lambda o, _a, _c: {
        "address1": None, "address2": None, "city": None, "country": o.country, "countryCode": o.country,
        "formatted": [o.country], "latitude": None, "longitude": None, "phone": None, "province": None,
        "provinceCode": None, "zip": None,
    },
    "deactivatable": lambda o, _a, _c: o.active,
    "fulfillsOnlineOrders": lambda _o, _a, _c: True,
    "hasActiveInventory": lambda _o, _a, _c: True,
    "hasUnfulfilledOrders": lambda _o, _a, _c: True,
    "inventoryLevel": lambda o, a, c: _level_of(o, c.shop.items.get(number_of(a["inventoryItemId"], "InventoryItem"))),
    "inventoryLevels": lambda o, a, c: page(_levels_at(o, c.shop), a, lambda one: one.id),
    "isActive": lambda o, _a, _c: o.active,
    "isFulfillmentService": lambda _o, _a, _c: False,
    "isPrimary": lambda o, _a, c: o is c.shop.location,
    "shipsInventory": lambda _o, _a, _c: True,
}  # fmt: skip

CHANGE: Table = {
    "item": lambda o, _a, _c: Item(o["variant"]),
    "ledgerDocumentUri": lambda _o, _a, _c: None,
    "quantityAfterChange": lambda _o, _a, _c: None,
}
