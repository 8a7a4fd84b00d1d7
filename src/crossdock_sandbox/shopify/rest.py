"""The few REST reads that official clients try first: shop, orders, products. Legacy; not for writing.

The leaky bucket of REST is not simulated: nothing of ours calls it.
"""

import re
from typing import TYPE_CHECKING, Any

import msgspec

from crossdock_sandbox.shopify import rest_catalogue, rest_shapes
from crossdock_sandbox.shopify.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Answer, Sandbox

_ONE = re.compile(r"(orders|products|variants|locations)/(\d+)\.json")


def answer(
    world: "Sandbox", shop: Shop, method: str, path: str, query: dict[str, str], marks: dict[str, str]
) -> "Answer":
    if method != "GET":
        return _reply(405, {"errors": "Method Not Allowed"}, marks)
    shape = _read(shop, path, query)
    world.counters["rest"] += 1
    if shape is None:
        return _reply(404, {"errors": "Not Found"}, marks)
    return _reply(200, shape, marks)


def _reply(status: int, shape: Any, marks: dict[str, str]) -> "Answer":
    headers = {"Content-Type": "application/json; charset=utf-8", "X-Shopify-Shop-Api-Call-Limit": "1/40", **marks}
    return status, headers, msgspec.json.encode(shape)


def _read(shop: Shop, path: str, query: dict[str, str]) -> dict[str, Any] | None:
    limit = min(250, int(query["limit"])) if query.get("limit", "").isdigit() else 50
    since = int(query["since_id"]) if query.get("since_id", "").isdigit() else 0
    if path == "shop.json":
        return {"shop": rest_catalogue.shop_shape(shop)}
    if path == "locations.json":
        return {"locations": [{"id": one.id, "name": one.name, "active": one.active} for one in shop.locations]}
    if path == "orders.json":
        rows = [one for one in shop.orders.values() if one.id > since and _status(one, query.get("status", "open"))]
        newest = rows if since else sorted(rows, key=lambda one: one.id, reverse=True)
        return {"orders": [rest_shapes.order(shop, one) for one in newest[:limit]]}
    if path == "orders/count.json":
        return {"count": len([one for one in shop.orders.values() if _status(one, query.get("status", "open"))])}
    if path == "products.json":
        products = [one for one in shop.products.values() if one.id > since]
        return {"products": [rest_catalogue.product(one) for one in products[:limit]]}
    return _single(shop, path)


def _status(order: Any, wanted: str) -> bool:
    if wanted == "open":
        return order.closed_at is None and order.cancelled_at is None
    if wanted == "closed":
        return order.closed_at is not None
    return order.cancelled_at is not None if wanted == "cancelled" else True


def _single(shop: Shop, path: str) -> dict[str, Any] | None:
    found = _ONE.fullmatch(path)
    if found is None:
        return None
    kind, number = found.group(1), int(found.group(2))
    if kind == "orders" and number in shop.orders:
        return {"order": rest_shapes.order(shop, shop.orders[number])}
    if kind == "products" and number in shop.products:
        return {"product": rest_catalogue.product(shop.products[number])}
    if kind == "variants" and number in shop.variants:
        return {"variant": rest_catalogue.variant(shop.variants[number])}
    return None
