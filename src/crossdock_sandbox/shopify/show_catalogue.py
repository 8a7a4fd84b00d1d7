"""How products, variants, stock and locations read in GraphQL: one table per type."""

from typing import Any

from crossdock_sandbox.shopify.graph import gid, page, when
from crossdock_sandbox.shopify.show import Table, metafield, metafields, numbered, or_none
from crossdock_sandbox.shopify.state import Item, Level, Product


def _option_values(product: Product) -> list[str]:
    return [one.title for one in product.variants]


PRODUCT: Table = {
    **numbered("Product"),
    "description": lambda o, _a, _c: o.html,
    "descriptionHtml": lambda o, _a, _c: o.html,
    "hasOnlyDefaultVariant": lambda o, _a, _c: _option_values(o) == ["Default Title"],
    "isGiftCard": lambda _o, _a, _c: False,
    "metafield": metafield,
    "metafields": metafields,
    "options": lambda o, _a, _c: [{"id": gid("ProductOption", o.id), "name": "Title", "position": 1,
                                   "values": _option_values(o)}],
    "productType": lambda o, _a, _c: o.product_type,
    "publishedAt": lambda o, _a, _c: when(o.created_at),
    "totalInventory": lambda o, _a, _c: sum(one.available for one in o.variants if one.tracked),
    "tracksInventory": lambda o, _a, _c: any(one.tracked for one in o.variants),
    "variants": lambda o, a, _c: page(o.variants, a, lambda one: one.id),
    "variantsCount": lambda o, _a, _c: {"count": len(o.variants), "precision": "EXACT"},
}  # fmt: skip
VARIANT: Table = {
    **numbered("ProductVariant"),
    "availableForSale": lambda o, _a, _c: not o.tracked or o.policy == "CONTINUE" or o.available > 0,
    "barcode": or_none("barcode"),
    "compareAtPrice": lambda o, _a, _c: None if o.compare_at is None else f"{o.compare_at:.2f}",
    "displayName": lambda o, _a, _c: f"{o.product.title} - {o.title}",
    "inventoryItem": lambda o, _a, _c: Item(o),
    "inventoryPolicy": lambda o, _a, _c: o.policy,
    "inventoryQuantity": lambda o, _a, _c: o.available,
    "metafield": lambda _o, _a, _c: None,
    "metafields": lambda _o, a, _c: page([], a, lambda one: one.id),
    "position": lambda o, _a, _c: o.product.variants.index(o) + 1,
    "price": lambda o, _a, _c: f"{o.price:.2f}",
    "selectedOptions": lambda o, _a, _c: [{"name": "Title", "value": o.title}],
    "sku": lambda o, _a, _c: o.sku,
}
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
        "weight": {"unit": "GRAMS", "value": o.variant.weight},
    },
    "requiresShipping": lambda o, _a, _c: o.variant.requires_shipping,
    "sku": lambda o, _a, _c: o.variant.sku,
    "tracked": lambda o, _a, _c: o.variant.tracked,
    "unitCost": lambda _o, _a, _c: None,
}  # fmt: skip


def _quantities(level: Level, names: list[str]) -> list[dict[str, Any]]:
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
    "quantities": lambda o, a, _c: _quantities(o, a["names"]),
}
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
