"""The HTTP face of the sites: who asks, may they, is it too much, which operation is meant, and the faults on the way.

Not for the operations themselves.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import msgspec

from crossdock_sandbox import misfortune
from crossdock_sandbox.squarespace import (
    images,
    inventory,
    limits,
    oauth,
    orders,
    product_writes,
    products,
    show,
    subscriptions,
)
from crossdock_sandbox.squarespace.call import Call, Done
from crossdock_sandbox.squarespace.refusal import Refusal, absent
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Key

if TYPE_CHECKING:
    from crossdock_sandbox.platforms import Request
    from crossdock_sandbox.world import Answer, Sandbox

JSON = {"Content-Type": "application/json"}
API_HOST, LOGIN_HOST = "api.squarespace.com", "login.squarespace.com"

Act = Callable[..., Done]
# method, path, name, scope, operation; the first that fits
ROUTES: tuple[tuple[str, str, str, str, Act], ...] = (
    ("GET", r"/1\.0/commerce/orders", "getOrders", "orders.read", orders.listed),
    ("POST", r"/1\.0/commerce/orders", "createOrder", "orders", orders.created),
    ("GET", r"/1\.0/commerce/orders/([^/]+)", "getOrder", "orders.read", orders.got),
    ("POST", r"/1\.0/commerce/orders/([^/]+)/fulfillments", "fulfillOrder", "orders", orders.fulfilled),
    ("GET", r"/1\.0/commerce/inventory", "getInventoryItems", "inventory.read", inventory.listed),
    ("POST", r"/1\.0/commerce/inventory/adjustments", "adjustInventoryStockLevels", "inventory", inventory.adjusted),
    ("GET", r"/1\.0/commerce/inventory/([^/]+)", "getSpecificInventoryItems", "inventory.read", inventory.some),
    ("GET", r"/1\.0/commerce/store_pages", "getStorePages", "products.read", products.pages),
    ("GET", r"/v2/commerce/products", "getProducts", "products.read", products.listed),
    ("POST", r"/v2/commerce/products", "createProduct", "products", product_writes.created),
    ("GET", r"/v2/commerce/products/([^/]+)", "getSpecificProducts", "products.read", products.some),
    ("POST", r"/v2/commerce/products/([^/]+)", "updateProduct", "products", product_writes.updated),
    ("DELETE", r"/v2/commerce/products/([^/]+)", "deleteProduct", "products", product_writes.deleted),
    ("POST", r"/v2/commerce/products/([^/]+)/variants", "createProductVariant", "products",
     product_writes.variant_created),
    ("POST", r"/v2/commerce/products/([^/]+)/variants/([^/]+)", "updateProductVariant", "products",
     product_writes.variant_updated),
    ("DELETE", r"/v2/commerce/products/([^/]+)/variants/([^/]+)", "deleteProductVariant", "products",
     product_writes.variant_deleted),
    ("POST", r"/v2/commerce/products/([^/]+)/variants/([^/]+)/image", "associateProductVariantImage", "products",
     images.chosen),
    ("POST", r"/v2/commerce/products/([^/]+)/images", "uploadProductImage", "products", images.added),
    ("POST", r"/v2/commerce/products/([^/]+)/images/([^/]+)", "updateProductImage", "products", images.described),
    ("DELETE", r"/v2/commerce/products/([^/]+)/images/([^/]+)", "deleteProductImage", "products", images.removed),
    ("POST", r"/v2/commerce/products/([^/]+)/images/([^/]+)/order", "updateProductImageOrder", "products",
     images.placed),
    ("GET", r"/v2/commerce/products/([^/]+)/images/([^/]+)/status", "getProductImageProcessingStatus", "products.read",
     images.state),
    ("GET", r"/1\.0/webhook_subscriptions", "getWebhookSubscriptions", "", subscriptions.listed),
    ("POST", r"/1\.0/webhook_subscriptions", "createWebhookSubscription", "", subscriptions.made),
    ("GET", r"/1\.0/webhook_subscriptions/([^/]+)", "getWebhookSubscription", "", subscriptions.got),
    ("POST", r"/1\.0/webhook_subscriptions/([^/]+)", "updateWebhookSubscription", "", subscriptions.changed),
    ("DELETE", r"/1\.0/webhook_subscriptions/([^/]+)", "deleteWebhookSubscription", "", subscriptions.deleted),
    ("POST", r"/1\.0/webhook_subscriptions/([^/]+)/actions/rotateSecret", "rotateSubscriptionSecret", "",
     subscriptions.rotated),
    ("POST", r"/1\.0/webhook_subscriptions/([^/]+)/actions/sendTestNotification",
     "sendTestNotificationForWebhookSubscription", "", subscriptions.tested),
)  # fmt: skip
_ROUTES = tuple((method, re.compile(path), name, scope, act) for method, path, name, scope, act in ROUTES)


def _website(call: Call) -> Done:
    """Fields as remembered of the OAuth guide; not verified."""
    shop = call.shop
    names = {"id": shop.website_id, "siteId": shop.website_id, "title": shop.title, "url": f"https://{shop.domain}"}
    more = {"currency": shop.currency, "timeZone": shop.time_zone, "createdOn": show.when(shop.created_at)}
    return 200, names | more


def at(world: "Sandbox", request: "Request") -> Shop | None:
    """The real addresses serve all sites: the token, or the client, says which."""
    if request.host not in (API_HOST, LOGIN_HOST):
        return None
    told = request.headers.get("authorization", "") + request.query + request.body.decode("utf-8", "replace")
    for shop in world.shops.values():
        if isinstance(shop, Shop) and any(key in told for key in (*shop.keys, *shop.refresh_tokens, *shop.codes)):
            return shop
    return None


async def answer(world: "Sandbox", shop: Shop, request: "Request") -> "Answer":
    world.counters["calls"] += 1
    if shop.closed(world.now()):
        world.counters["outage"] += 1
        return _refused(world, Refusal(503, "Service unavailable."))
    if request.path.startswith(oauth.PREFIX):
        rule = world.faults.call("oauth", shop.name, (request.path.removeprefix(oauth.PREFIX),))
        await misfortune.before(world, rule)
        if rule is not None and rule.kind == "error_before":
            return _refused(world, Refusal(503, "Service unavailable."))
        return await misfortune.after(world, rule, oauth.answer(world, shop, request), _gateway())
    return await _api(world, shop, request)


async def _api(world: "Sandbox", shop: Shop, request: "Request") -> "Answer":
    path = request.path.rstrip("/")
    name, scope, act, parts = _route(request.method, path)
    try:
        key = _admitted(world, shop, request, scope)
    except Refusal as refusal:
        return _refused(world, refusal)
    world.counters[f"op.{name}"] += 1
    shop.counters["calls"] += 1
    rule = world.faults.call("call", shop.name, (name,), platform=shop.platform) if world.faults.rules["call"] else None
    await misfortune.before(world, rule)
    if rule is not None and rule.kind == "error_before":
        return _refused(world, Refusal(503, "Service unavailable."))
    if rule is not None and rule.kind == "throttle":
        limits.cool(shop, world.now(), rule.seconds)
    call = _call(world, shop, key, request)
    if rule is not None and rule.kind == "in_flight":
        call.in_flight = rule.seconds or 1.0
    try:
        limits.calls(shop, world.now())
        done = _done(act(call, *parts))
    except Refusal as refusal:
        done = _refused(world, refusal)
    return await misfortune.after(world, rule, done, _gateway())


def _route(method: str, path: str) -> tuple[str, str, Act, tuple[str, ...]]:
    if path == "/1.0/authorization/website" and method == "GET":
        return "getWebsite", "", _website, ()
    seen = False
    for wanted, pattern, name, scope, act in _ROUTES:
        found = pattern.fullmatch(path)
        if found is not None and wanted == method:
            return name, scope, act, found.groups()
        seen = seen or found is not None
    return "unknown", "", _not_allowed if seen else _nowhere, ()


def _not_allowed(_call: Call) -> Done:
    raise Refusal(405, "The method is not allowed here.")


def _nowhere(_call: Call) -> Done:
    raise absent("There is nothing here.")


def _admitted(world: "Sandbox", shop: Shop, request: "Request", scope: str) -> Key:
    if not request.headers.get("user-agent", "").strip():
        raise Refusal(400, "A User-Agent is required.", "MISSING_ARGUMENT")
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    key = shop.keys.get(value.strip()) if kind == "Bearer" else None
    if key is None or (key.expires_at is not None and world.now() >= key.expires_at):
        world.counters["unauthorized"] += 1
        raise Refusal(401, "You are not authorized to do that.")
    if shop.expired:
        raise Refusal(402, "The website has expired.")
    full = f"website.{scope.removesuffix('.read')}"
    if scope and not key.scopes & {f"website.{scope}", full}:
        raise Refusal(403, f"website.{scope} is needed.", "MISSING_SCOPE")
    return key


def _call(world: "Sandbox", shop: Shop, key: Key, request: "Request") -> Call:
    pairs = parse_qsl(request.query, keep_blank_values=True)
    types = tuple(one for name, value in pairs if name == "type" for one in value.split(","))
    return Call(world, shop, key, dict(pairs), request.headers, request.body, types)


def _done(done: Done) -> "Answer":
    status, shape = done
    return (status, {}, b"") if shape is None else (status, dict(JSON), msgspec.json.encode(shape))


def _refused(world: "Sandbox", refusal: Refusal) -> "Answer":
    if refusal.status == 429:
        world.counters["throttled"] += 1
    return refusal.status, dict(JSON), msgspec.json.encode(refusal.shape(world.secret("CTX")))


def _gateway() -> "Answer":
    return 502, {"Content-Type": "text/html"}, b"<html><body>Bad Gateway</body></html>"
