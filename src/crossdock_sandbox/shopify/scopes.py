"""Which access scope opens which root field. Not for OAuth (`oauth.py`), which grants them."""

from crossdock_sandbox.shopify.shop import Shop

# Root fields and the scope that opens them; writing covers reading (FACTS section 1).
SCOPES = {
    "order": "read_orders", "orders": "read_orders", "ordersCount": "read_orders", "orderByIdentifier": "read_orders",
    "product": "read_products", "products": "read_products", "productVariants": "read_products",
    "productVariant": "read_products", "inventoryItem": "read_inventory", "inventoryLevel": "read_inventory",
    "locations": "read_locations", "customer": "read_customers",
    "orderCreate": "write_orders", "orderUpdate": "write_orders", "orderCancel": "write_orders",
    "orderMarkAsPaid": "write_orders", "orderClose": "write_orders", "orderOpen": "write_orders",
    "orderDelete": "write_orders", "orderEditBegin": "write_order_edits", "orderEditCommit": "write_order_edits",
    "orderEditSetQuantity": "write_order_edits", "orderEditAddVariant": "write_order_edits",
    "orderEditAddCustomItem": "write_order_edits",
    "fulfillmentCreate": "write_merchant_managed_fulfillment_orders",
    "fulfillmentTrackingInfoUpdate": "write_fulfillments|write_merchant_managed_fulfillment_orders",
    "fulfillmentCancel": "write_fulfillments|write_merchant_managed_fulfillment_orders",
    "inventorySetQuantities": "write_inventory", "inventoryAdjustQuantities": "write_inventory",
    "inventoryActivate": "write_inventory", "productCreate": "write_products", "productUpdate": "write_products",
    "productDelete": "write_products", "productVariantsBulkCreate": "write_products",
    "productVariantsBulkUpdate": "write_products", "productVariantsBulkDelete": "write_products",
    "productSet": "write_products", "productOptionsCreate": "write_products", "productOptionUpdate": "write_products",
    "productOptionsDelete": "write_products", "productOptionsReorder": "write_products",
    "productDeleteMedia": "write_products", "fileUpdate": "write_files|write_themes",
    "fileDelete": "write_files", "productByIdentifier": "read_products",
    "publication": "read_publications", "publications": "read_publications",
    "publishablePublish": "write_publications", "publishableUnpublish": "write_publications",
    "inventoryItems": "read_inventory", "location": "read_locations",
}  # fmt: skip


def missing_scope(shop: Shop, field: str) -> str | None:
    """The scope that the app lacks for a root field."""
    wanted = SCOPES.get(field)
    if wanted is None:
        return None
    have = set(shop.app.scopes)
    options = wanted.split("|")
    if any(one in have or one.replace("read_", "write_") in have for one in options):
        return None
    return options[0]
