"""Mutations of what the app keeps in the shop: webhook subscriptions, metafield definitions, its own installation.

Not for deliveries (`webhooks.py` of the package).
"""

import re
from typing import Any
from urllib.parse import urlsplit

from crossdock_sandbox.shopify import acts_metafields, inputs, telling
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch, touch_product
from crossdock_sandbox.shopify.graph import Args, Context, gid, number_of, split_gid
from crossdock_sandbox.shopify.queries import readable
from crossdock_sandbox.shopify.show import Table, namespace
from crossdock_sandbox.shopify.state import Order, Subscription
from crossdock_sandbox.shopify.state_catalogue import Definition, Metafield, Product
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# A topic's subscription needs the scope that reads the thing (FACTS section 10).
TOPIC_SCOPES = {"ORDERS_": "orders", "FULFILLMENTS_": "orders", "ORDER_TRANSACTIONS_": "orders",
                "PRODUCTS_": "products", "INVENTORY_": "inventory", "CUSTOMERS_": "customers",
                "FULFILLMENT_ORDERS_": "merchant_managed_fulfillment_orders"}  # fmt: skip


def _address_error(uri: str) -> str | None:
    """https only, save on loopback, where sandboxes live (FACTS section 10)."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return "Address is invalid"
    if not parts.scheme or not parts.hostname:
        return "Address is invalid"
    near = parts.hostname in _LOOPBACK or parts.hostname.endswith(".test")  # names that no network has (RFC 6761)
    if parts.scheme != "https" and not (parts.scheme == "http" and near):
        return f"Address protocol {parts.scheme}:// is not supported"
    if parts.hostname.endswith((".myshopify.com", ".shopify.com")):
        return "Address cannot be a Shopify or an internal domain"
    return None


def _taken(ctx: Context, wanted: Subscription) -> bool:
    key = (wanted.topic, wanted.uri, wanted.format, wanted.filter)
    return any(
        (one.topic, one.uri, one.format, one.filter) == key and one.id != wanted.id
        for one in ctx.shop.by_topic.get(wanted.topic, ())
    )


def subscription_create(_root: Any, args: Args, ctx: Context) -> Json:
    given, now = args["webhookSubscription"], ctx.world.now()
    made = Subscription(ctx.world.id(), args["topic"], "", now, now, ctx.version)
    error = _missing_scope(ctx, made.topic) or _fill(ctx, made, given)
    if error:
        return {"webhookSubscription": None, "userErrors": [user_error(error, ["webhookSubscription", "callbackUrl"])]}
    ctx.shop.subscribe(made)
    return {"webhookSubscription": made, "userErrors": []}


def _missing_scope(ctx: Context, topic: str) -> str | None:
    scope = next((scope for prefix, scope in TOPIC_SCOPES.items() if topic.startswith(prefix)), None)
    if scope is None or {f"read_{scope}", f"write_{scope}"} & set(ctx.shop.app.scopes):
        return None
    return "You do not have permission to create or update webhooks with this topic"


def _fill(ctx: Context, one: Subscription, given: Json) -> str | None:
    """Set what is given; answers what is wrong with it."""
    uri = given.get("uri") or given.get("callbackUrl") or one.uri
    error = _address_error(uri)
    if error:
        return error
    old = one.uri
    one.uri = uri
    one.format = given.get("format") or one.format
    if _taken(ctx, one):
        one.uri = old
        return "Address for this topic has already been taken"
    one.name = given.get("name", one.name)
    one.filter = given.get("filter", one.filter)
    one.include_fields = given.get("includeFields") or []
    one.metafield_namespaces = [namespace(ctx.shop, each) for each in given.get("metafieldNamespaces") or ()]
    one.updated_at = ctx.world.now()
    return None


def subscription_update(_root: Any, args: Args, ctx: Context) -> Json:
    one = ctx.shop.subscriptions.get(number_of(args["id"], "WebhookSubscription"))
    if one is None:
        error: str | None = "Webhook subscription does not exist"
    else:
        error = _fill(ctx, one, args["webhookSubscription"])
    if error:
        field = ["id"] if one is None else ["webhookSubscription", "callbackUrl"]
        return {"webhookSubscription": None, "userErrors": [user_error(error, field)]}
    return {"webhookSubscription": one, "userErrors": []}


def subscription_delete(_root: Any, args: Args, ctx: Context) -> Json:
    one = ctx.shop.subscriptions.get(number_of(args["id"], "WebhookSubscription"))
    if one is None:
        error = user_error("Webhook subscription does not exist", ["id"])
        return {"deletedWebhookSubscriptionId": None, "userErrors": [error]}
    ctx.shop.unsubscribe(one)
    return {"deletedWebhookSubscriptionId": gid("WebhookSubscription", one.id), "userErrors": []}


# -- metafields --

_KEY = re.compile(r"[A-Za-z0-9_-]{2,64}")


def definition_create(_root: Any, args: Args, ctx: Context) -> Json:
    given = args["definition"]
    space = namespace(ctx.shop, given.get("namespace"))
    key = (given["ownerType"], space, given["key"])
    error = None
    if key in ctx.shop.definitions:
        error = user_error(
            f"Key is in use for {given['ownerType'].capitalize()} metafields on the '{space}' namespace.",
            ["definition", "key"],
            "TAKEN",
        )
    elif not _KEY.fullmatch(given["key"]):
        error = user_error("Key contains one or more invalid characters.", ["definition", "key"], "INVALID_CHARACTER")
    if error:
        return {
            "createdDefinition": None,
            "userErrors": [{**error, "__typename": "MetafieldDefinitionCreateUserError"}],
        }
    unique = given["type"] == "id" or bool(((given.get("capabilities") or {}).get("uniqueValues") or {}).get("enabled"))
    made = Definition(ctx.world.id(), given["ownerType"], space, given["key"], given["name"], given["type"],
                      given.get("description"), unique)  # fmt: skip
    if made.owner_type in ("ORDER", "PRODUCT") and unique:
        _adopt(ctx, made)
    ctx.shop.definitions[key] = made
    return {"createdDefinition": made, "userErrors": []}


def _adopt(ctx: Context, definition: Definition) -> None:
    """Values that are there already belong to the definition too."""
    owners = ctx.shop.orders if definition.owner_type == "ORDER" else ctx.shop.products
    for owner in owners.values():
        for one in owner.metafields:
            if (one.namespace, one.key) == (definition.namespace, definition.key):
                definition.values.setdefault(one.value, owner.id)


def definition_delete(_root: Any, args: Args, ctx: Context) -> Json:
    found = None
    if args.get("id"):
        wanted = number_of(args["id"], "MetafieldDefinition")
        found = next((one for one in ctx.shop.definitions.values() if one.id == wanted), None)
    elif args.get("identifier"):
        one = args["identifier"]
        found = ctx.shop.definitions.get((one["ownerType"], namespace(ctx.shop, one.get("namespace")), one["key"]))
    if found is None:
        error = user_error("Definition not found.", ["id"], "NOT_FOUND")
        return {"deletedDefinition": None, "deletedDefinitionId": None, "userErrors": [error]}
    del ctx.shop.definitions[(found.owner_type, found.namespace, found.key)]
    name = {"key": found.key, "namespace": found.namespace, "ownerType": found.owner_type}
    return {"deletedDefinition": name, "deletedDefinitionId": gid("MetafieldDefinition", found.id), "userErrors": []}


def metafields_set(_root: Any, args: Args, ctx: Context) -> Json:
    """At most 25; all of an owner's or none (FACTS section 6). Orders, products and the shop can own them here."""
    given = args["metafields"]
    if len(given) > 25:
        return _set_error("Exceeded the maximum metafields input limit of 25.", ["metafields"], "LESS_THAN_OR_EQUAL_TO")
    by_owner: dict[tuple[str, int], list[Metafield]] = {}
    for one in given:
        kind = split_gid(one["ownerId"])[0]
        owner = (kind, number_of(one["ownerId"], kind))
        by_owner.setdefault(owner, []).append(inputs.metafield(ctx, one, kind.upper()))
    for index, (kind, owner_id) in enumerate(by_owner):
        if _owner(ctx, kind, owner_id) is None:
            return _set_error("Owner does not exist.", ["metafields", str(index), "ownerId"], "INVALID_VALUE")
    try:
        for (kind, owner_id), fields in by_owner.items():
            _set_all(ctx, _owner(ctx, kind, owner_id), fields)
    except Refused as refusal:
        return _set_error(refusal.message, refusal.field, "INVALID_VALUE")
    return {"metafields": [field for fields in by_owner.values() for field in fields], "userErrors": []}


def _set_error(message: str, field: list[str] | None, code: str) -> Json:
    return {"metafields": None, "userErrors": [{**user_error(message, field, code), "elementIndex": None}]}


def _owner(ctx: Context, kind: str, owner_id: int) -> Any:
    if kind == "Order":
        return readable(ctx, owner_id)
    return ctx.shop if kind == "Shop" and owner_id == ctx.shop.id else ctx.shop.products.get(owner_id)


def _set_all(ctx: Context, owner: Any, fields: list[Metafield]) -> None:
    if isinstance(owner, Order):
        acts_metafields.merge(ctx.shop, owner, fields, ["metafields"])
        touch(ctx.world, ctx.shop, owner)
        return
    if isinstance(owner, Product):
        acts_metafields.merge(ctx.shop, owner, fields, ["metafields"], "PRODUCT")
        touch_product(ctx.world, ctx.shop, owner)
        return
    names = {(one.namespace, one.key) for one in fields}
    owner.metafields = [one for one in owner.metafields if (one.namespace, one.key) not in names] + fields


# -- the app --


def uninstall(_root: Any, _args: Args, ctx: Context) -> Json:
    remove_app(ctx)
    return {"app": ctx.shop, "userErrors": []}


def remove_app(ctx: Context) -> None:
    """Tokens die at once, app/uninstalled goes out, and with it every subscription ends (FACTS sections 1, 10)."""
    telling.emit(ctx.world, ctx.shop, [("APP_UNINSTALLED", ctx.shop)])
    ctx.shop.app.installed = False
    ctx.shop.tokens.clear()
    ctx.shop.refresh_tokens.clear()
    for one in list(ctx.shop.subscriptions.values()):
        ctx.shop.unsubscribe(one)


TABLE: Table = {
    "webhookSubscriptionCreate": subscription_create,
    "webhookSubscriptionUpdate": subscription_update,
    "webhookSubscriptionDelete": subscription_delete,
    "metafieldDefinitionCreate": definition_create,
    "metafieldDefinitionDelete": definition_delete,
    "metafieldsSet": metafields_set,
    "appUninstall": uninstall,
}
