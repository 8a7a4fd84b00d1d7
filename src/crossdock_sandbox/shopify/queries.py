"""Root query fields: one object by id, listings, the shop itself. Reads change nothing.

Not for what a type shows of itself (`resolvers.py`).
"""

from typing import Any

from crossdock_sandbox.shopify import listings, publications
from crossdock_sandbox.shopify.graph import Args, Context, Page, number_of, page, split_gid
from crossdock_sandbox.shopify.refusals import Refusal, invalid_id
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.show import Table, namespace
from crossdock_sandbox.shopify.show_shop import version
from crossdock_sandbox.shopify.state import Job, Order
from crossdock_sandbox.shopify.state_catalogue import Definition, Item, Product

VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")


def _order(_root: Any, args: Args, ctx: Context) -> Order | None:
    return readable(ctx, number_of(args["id"], "Order"))


def readable(ctx: Context, order_id: int | None) -> Order | None:
    """An order the app may see: there, and not older than 60 days without read_all_orders."""
    order = ctx.shop.orders.get(order_id or 0)
    if order is None or listings.too_old(ctx, order, ctx.world.now()):
        return None
    return order


def _by_identifier(_root: Any, args: Args, ctx: Context) -> Order | None:
    """A direct read: no search index in between (FACTS section 7)."""
    identifier = args["identifier"]
    if identifier.get("id"):
        return readable(ctx, number_of(identifier["id"], "Order"))
    custom = identifier["customId"]
    key = ("ORDER", namespace(ctx.shop, custom.get("namespace")), custom["key"])
    definition = ctx.shop.definitions.get(key)
    if definition is None or definition.type != "id":
        raise Refusal("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")
    return readable(ctx, definition.values.get(custom["value"]))


def _count(rows: int, args: Args) -> dict[str, Any]:
    limit = args.get("limit")
    if limit is not None and rows > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": rows, "precision": "EXACT"}


def _orders_count(_root: Any, args: Args, ctx: Context) -> dict[str, Any]:
    if not args.get("query"):
        return _count(len(ctx.shop.orders), args)
    rows, cursor = 0, None
    while True:
        found = listings.orders(ctx, {"first": 250, "after": cursor, "query": args["query"], "sortKey": "ID"})
        rows += len(found.rows)
        if not found.more:
            return _count(rows, args)
        cursor = found.cursor(found.rows[-1])


def _item(_root: Any, args: Args, ctx: Context) -> Item | None:
    return _item_of(ctx, number_of(args["id"], "InventoryItem"))


def _item_of(ctx: Context, item_id: int) -> Item | None:
    variant = None if ctx.shop.emptied else ctx.shop.items.get(item_id)
    return Item(variant) if variant else None


def _location(_root: Any, args: Args, ctx: Context) -> Any:
    if not args.get("id"):
        return ctx.shop.location
    return ctx.shop.place(number_of(args["id"], "Location"))


def _fulfillment_orders(_root: Any, args: Args, ctx: Context) -> Page:
    rows = [one for one in ctx.shop.fulfillment_orders.values() if args.get("includeClosed") or one.status != "CLOSED"]
    return page(rows, args, lambda one: one.id)


def _subscriptions(_root: Any, args: Args, ctx: Context) -> Page:
    rows = list(ctx.shop.subscriptions.values())
    if args.get("topics"):
        rows = [one for one in rows if one.topic in args["topics"]]
    address = args.get("uri")
    if address:
        rows = [one for one in rows if one.uri == address]
    return page(rows, args, lambda one: one.id)


def _definitions(_root: Any, args: Args, ctx: Context) -> Page:
    rows = [one for one in ctx.shop.definitions.values() if one.owner_type == args["ownerType"]]
    if args.get("namespace"):
        rows = [one for one in rows if one.namespace == namespace(ctx.shop, args["namespace"])]
    if args.get("key"):
        rows = [one for one in rows if one.key == args["key"]]
    return page(rows, args, lambda one: one.id)


def _definition(_root: Any, args: Args, ctx: Context) -> Any:
    identifier = args.get("identifier")
    if identifier:
        space = namespace(ctx.shop, identifier.get("namespace"))
        return ctx.shop.definitions.get((identifier["ownerType"], space, identifier["key"]))
    if args.get("id"):
        wanted = number_of(args["id"], "MetafieldDefinition")
        return next((one for one in ctx.shop.definitions.values() if one.id == wanted), None)
    return None


def _job(_root: Any, args: Args, ctx: Context) -> Job | None:
    kind, name = split_gid(args["id"])
    if kind != "Job":
        raise invalid_id(args["id"])
    return ctx.shop.jobs.get(name)


_FINDERS: dict[str, Any] = {
    "Order": lambda ctx, n: readable(ctx, n),
    "Product": lambda ctx, n: ctx.shop.shown_products.get(n),
    "ProductVariant": lambda ctx, n: ctx.shop.shown_variants.get(n),
    "InventoryItem": lambda ctx, n: _item_of(ctx, n),
    "MediaImage": lambda ctx, n: ctx.shop.media.get(n),
    "Publication": lambda ctx, n: publications.find(ctx.shop, n),
    "ProductSetOperation": lambda ctx, n: ctx.shop.operations.get(n),
    "BulkOperation": lambda ctx, n: ctx.shop.bulks.get(n),
    "Fulfillment": lambda ctx, n: ctx.shop.fulfillments.get(n),
    "FulfillmentOrder": lambda ctx, n: ctx.shop.fulfillment_orders.get(n),
    "WebhookSubscription": lambda ctx, n: ctx.shop.subscriptions.get(n),
    "Customer": lambda ctx, n: ctx.shop.customers.get(n),
    "Location": lambda ctx, n: ctx.shop.place(n),
    "Shop": lambda ctx, n: ctx.shop if ctx.shop.id == n else None,
}


def node(ctx: Context, value: str) -> Any:
    kind, name = split_gid(value)
    if kind == "OrderCancelJobResult":
        return ctx.shop.jobs.get(name)
    finder = _FINDERS.get(kind)
    if finder is None or not name.isdigit():
        return None
    return finder(ctx, int(name))


def _inventory_level(_root: Any, args: Args, ctx: Context) -> Any:
    wanted = number_of(args["id"], "InventoryLevel")
    item = args["id"].partition("inventory_item_id=")[2]
    variant = ctx.shop.items.get(int(item)) if item.isdigit() else None
    return next((one for one in variant.levels if one.id == wanted), None) if variant else None


def _shop(_root: Any, _args: Args, ctx: Context) -> Shop:
    return ctx.shop


def product_by(ctx: Context, identifier: dict[str, Any]) -> Product | None:
    """A direct read by id, handle or the value of an id-type metafield (FACTS section 6)."""
    if identifier.get("id"):
        return ctx.shop.shown_products.get(number_of(identifier["id"], "Product"))
    if identifier.get("handle"):
        return ctx.shop.shown_products.get(ctx.shop.handles.get(identifier["handle"], 0))
    custom = identifier["customId"]
    return ctx.shop.shown_products.get(product_definition(ctx, custom).values.get(custom["value"], 0))


def product_definition(ctx: Context, custom: dict[str, Any]) -> Definition:
    """The id-type definition that a custom id speaks of."""
    key = ("PRODUCT", namespace(ctx.shop, custom.get("namespace")), custom["key"])
    definition = ctx.shop.definitions.get(key)
    if definition is None or definition.type != "id":
        raise Refusal("Metafield definition of type 'id' is required when using custom ids.", "NOT_FOUND")
    return definition


def _operation(_root: Any, args: Args, ctx: Context) -> Any:
    return ctx.shop.operations.get(number_of(args["id"], "ProductSetOperation"))


def _bulk_operations(_root: Any, args: Args, ctx: Context) -> Page:
    rows = list(ctx.shop.bulks.values())
    wanted = {value.upper() for field, _, value, _ in listings.terms(args.get("query")) if field == "status"}
    if wanted:
        rows = [one for one in rows if one.status in wanted]
    return page(rows, args, lambda one: one.id)


def _current_bulk(_root: Any, args: Args, ctx: Context) -> Any:
    return next(reversed(ctx.shop.bulks.values()), None) if args.get("type") != "MUTATION" else None


def _items(_root: Any, args: Args, ctx: Context) -> Page:
    rows = [Item(one) for one in ctx.shop.shown_variants.values()]
    for field, _, value, _ in listings.terms(args.get("query")):
        if field == "sku":
            rows = [one for one in rows if one.variant.sku == value]
        elif field == "id":
            rows = [one for one in rows if str(one.variant.item_id) == value]
    return page(rows, args, lambda one: one.variant.item_id)


def _locations(_root: Any, args: Args, ctx: Context) -> Page:
    rows = [one for one in ctx.shop.locations if one.active or args.get("includeInactive")]
    return page(rows, args, lambda one: one.id)


ROOT: Table = {
    "order": _order,
    "orders": lambda _r, a, c: listings.orders(c, a),
    "ordersCount": _orders_count,
    "orderByIdentifier": _by_identifier,
    "product": lambda _r, a, c: c.shop.shown_products.get(number_of(a["id"], "Product")),
    "products": lambda _r, a, c: listings.products(c, a),
    "productsCount": lambda _r, a, c: _count(len(c.shop.shown_products), a),
    "productByIdentifier": lambda _r, a, c: product_by(c, a["identifier"]),
    "productOperation": _operation,
    "bulkOperation": lambda _r, a, c: c.shop.bulks.get(number_of(a["id"], "BulkOperation")),
    "bulkOperations": _bulk_operations,
    "publication": lambda _r, a, c: publications.find(c.shop, number_of(a["id"], "Publication")),
    "publications": lambda _r, a, c: page(publications.all_of(c.shop), a, lambda one: one.id),
    "currentBulkOperation": _current_bulk,
    "productVariant": lambda _r, a, c: c.shop.shown_variants.get(number_of(a["id"], "ProductVariant")),
    "productVariants": lambda _r, a, c: listings.variants(c, a),
    "productVariantsCount": lambda _r, a, c: _count(len(c.shop.shown_variants), a),
    "productVariantByIdentifier": lambda _r, a, c: c.shop.shown_variants.get(
        number_of(a["identifier"]["id"], "ProductVariant") if a["identifier"].get("id") else 0
    ),
    "shop": _shop,
    "job": _job,
    "node": lambda _r, a, c: node(c, a["id"]),
    "nodes": lambda _r, a, c: [node(c, one) for one in a["ids"]],
    "fulfillmentOrder": lambda _r, a, c: c.shop.fulfillment_orders.get(number_of(a["id"], "FulfillmentOrder")),
    "fulfillmentOrders": _fulfillment_orders,
    "fulfillment": lambda _r, a, c: c.shop.fulfillments.get(number_of(a["id"], "Fulfillment")),
    "location": _location,
    "locations": _locations,
    "inventoryItem": _item,
    "inventoryItems": _items,
    "inventoryLevel": _inventory_level,
    "webhookSubscription": lambda _r, a, c: c.shop.subscriptions.get(number_of(a["id"], "WebhookSubscription")),
    "webhookSubscriptions": _subscriptions,
    "webhookSubscriptionsCount": lambda _r, a, c: _count(len(c.shop.subscriptions), a),
    "metafieldDefinition": _definition,
    "metafieldDefinitions": _definitions,
    "appInstallation": _shop,
    "currentAppInstallation": _shop,
    "publicApiVersions": lambda _r, _a, _c: [version(one) for one in VERSIONS],
    "customer": lambda _r, a, c: c.shop.customers.get(number_of(a["id"], "Customer")),
    "orderEditSession": lambda _r, a, c: c.shop.edits.get(number_of(a["id"], "OrderEditSession")),
}
