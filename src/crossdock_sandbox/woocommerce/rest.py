"""The REST API's routes: finding the handler, who may, the headers of an answer. Not for what a handler does.

Order of refusals as on the real thing: a misused key, no such route, no JSON, no key, then the handler's own.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from crossdock_sandbox.woocommerce import (
    auth,
    hooks,
    orders,
    params,
    products,
    refunds,
    settings,
    terms,
    tracking,
    variations,
)
from crossdock_sandbox.woocommerce.call import Call, Reply
from crossdock_sandbox.woocommerce.encode import encode
from crossdock_sandbox.woocommerce.errors import RestError, not_allowed
from crossdock_sandbox.woocommerce.pages import NEVER
from crossdock_sandbox.woocommerce.shop import Shop

if TYPE_CHECKING:
    from crossdock_sandbox.world import Answer, Sandbox

Json = dict[str, Any]
Act = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """`acts`: by method (PUT stands for PATCH and for POST to one thing): a name for counters and faults, the
    handler."""

    path: re.Pattern[str]
    resource: str
    acts: dict[str, tuple[str, Callable[..., Reply]]]
    allow: str
    open: bool = False  # needs no keys
    plugin: str = ""  # only where this is there


def _route(path: str, resource: str, allow: str, open_: bool = False, plugin: str = "", **acts: Any) -> Route:
    return Route(re.compile(path), resource, {name.upper(): act for name, act in acts.items()}, allow, open_, plugin)


_MANY, _ONE, _BATCH = "GET, POST", "GET, POST, PUT, PATCH, DELETE", "POST, PUT, PATCH"


def _set(path: str, resource: str, name: str, module: Any) -> list[Route]:
    """List, one, and many at once."""
    batch = (f"{name}.batch", module.batch)
    return [
        _route(f"/wc/v3/{path}", resource, _MANY, get=(f"{name}.list", module.listing),
               post=(f"{name}.create", module.create)),
        _route(f"/wc/v3/{path}/batch", resource, _BATCH, post=batch, put=batch),
        _route(rf"/wc/v3/{path}/(\d+)", resource, _ONE, get=(f"{name}.get", module.get),
               put=(f"{name}.update", module.update), delete=(f"{name}.delete", module.delete)),
    ]  # fmt: skip


def _tracking(space: str, plugin: str) -> list[Route]:
    path = rf"/{space}/orders/(\d+)/shipment-trackings"
    return [
        _route(path, "trackings", _MANY, plugin=plugin, get=("trackings.list", tracking.trackings),
               post=("trackings.create", tracking.add_tracking)),
        _route(rf"{path}/(?P<tracking_id>[a-f0-9]+)", "trackings", "GET, DELETE", plugin=plugin,
               get=("trackings.get", tracking.tracking), delete=("trackings.delete", tracking.drop_tracking)),
    ]  # fmt: skip


ROUTES: list[Route] = [
    _route("/?", "", "GET", True, get=("index", settings.index)),
    _route("/wc/v3/?", "", "GET", True, get=("index", settings.space)),
    *_set("products", "products", "products", products),
    *_set(r"products/(\d+)/variations", "variations", "variations", variations),
    *_set("orders", "orders", "orders", orders),
    *_set("webhooks", "webhooks", "webhooks", hooks),
    _route(r"/wc/v3/orders/(\d+)/refunds", "refunds", _MANY, get=("refunds.list", refunds.listing),
           post=("refunds.create", refunds.create)),
    _route(r"/wc/v3/orders/(\d+)/refunds/(\d+)", "refunds", "GET, DELETE", get=("refunds.get", refunds.get)),
    _route(r"/wc/v3/orders/(\d+)/notes", "notes", _MANY, get=("notes.list", refunds.notes),
           post=("notes.create", refunds.add_note)),
    _route(r"/wc/v3/orders/(\d+)/notes/(\d+)", "notes", "GET, DELETE", delete=("notes.delete", refunds.delete_note)),
    _route(r"/wc/v3/orders/(\d+)/fulfillments", "fulfillments", _MANY, plugin="fulfillments",
           get=("fulfillments.list", tracking.parcels), post=("fulfillments.create", tracking.add_parcel)),
    _route(r"/wc/v3/orders/(\d+)/fulfillments/(\d+)", "fulfillments", _ONE, plugin="fulfillments",
           get=("fulfillments.get", tracking.parcel), put=("fulfillments.update", tracking.change_parcel),
           delete=("fulfillments.delete", tracking.drop_parcel)),
    *(row for kind in ("categories", "tags", "brands", "attributes") for row in (
        _route(f"/wc/v3/products/{kind}", f"products/{kind}", _MANY, get=(f"{kind}.list", terms.listing),
               post=(f"{kind}.create", terms.create)),
        _route(rf"/wc/v3/products/{kind}/(\d+)", f"products/{kind}", _ONE, get=(f"{kind}.get", terms.get)),
    )),
    _route("/wc/v3/system_status", "system_status", "GET", get=("system_status", settings.system_status)),
    _route(r"/wc/v3/settings/(?P<group>[a-z_]+)", "settings", "GET", get=("settings.list", settings.group)),
    _route(r"/wc/v3/settings/(?P<group>[a-z_]+)/(?P<name>[a-z_]+)", "settings", "GET, POST, PUT, PATCH",
           get=("settings.get", settings.one)),
    _route("/wc/v3/data/currencies/current", "data", "GET", get=("currency", settings.currency)),
    *(route for name, space in tracking.SPACES.items() for route in _tracking(space, name)),
]  # fmt: skip
# What a webhook's body is made with.
READ: dict[str, Act] = {"order": orders.get, "product": products.get}


def route_of(shop: Shop, path: str) -> tuple[Route, "re.Match[str]"] | None:
    for route in ROUTES:
        found = route.path.fullmatch(path.rstrip("/") or "/")
        if found is not None and (not route.plugin or route.plugin in shop.site.tracking):
            return route, found
    return None


def act_of(route: Route, method: str) -> tuple[str, Callable[..., Reply]] | None:
    if method in route.acts:
        return route.acts[method]
    return route.acts.get("PUT") if method in ("POST", "PATCH") else None


def name_of(shop: Shop, method: str, path: str) -> str:
    """For counters and the rules of faults: orders.create, products.list .."""
    found = route_of(shop, path)
    act = act_of(found[0], method) if found is not None else None
    return act[0] if act is not None else "unknown"


@dataclass(slots=True)
class Asked:
    """One request to the API. `path` is below the root; `address` the site's; `url` what a signature is over; `keyed`:
    whether keys are looked at under this address at all."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    address: str
    url: str
    tls: bool
    keyed: bool = True


def answer(world: "Sandbox", shop: Shop, asked: Asked) -> tuple["Answer", set[int]]:
    """The answer, and products whose stock it tells."""
    allow, known, told = "", False, set[int]()
    try:
        key = (
            auth.caller(world, shop, asked.method, asked.url, asked.query, asked.headers, tls=asked.tls)
            if asked.keyed
            else None
        )
        known = key is not None
    except RestError as error:
        # A key that may not write is known all the same.
        known = "permissions" in error.message
        return _refused(world, asked, error, "", known), told
    found = route_of(shop, asked.path)
    act = act_of(found[0], asked.method) if found is not None else None
    if found is None or act is None:
        words = "No route was found matching the URL and request method."
        return _refused(world, asked, RestError("rest_no_route", words, 404), "", known), told
    route, match = found
    try:
        allow = route.allow
        call = _call(world, shop, asked, route, match)
        told = call.told
        if not known and not route.open:
            allow = ""
            raise not_allowed(act[0].rpartition(".")[2])
        names = tuple(value for value in match.groupdict().values() if value)
        reply = act[1](call, names) if route.resource == "settings" else act[1](call)
        reply = products.trimmed(call, reply)
    except RestError as error:
        if error.code in ("woocommerce_rest_product_variation_invalid_id", "internal_server_error"):
            allow = ""
        return _refused(world, asked, error, allow, known), set()
    headers = _headers(world, asked, allow, known)
    headers.update(reply.headers)
    return (reply.status, headers, encode(reply.body)), told


def _refused(world: "Sandbox", asked: Asked, error: RestError, allow: str, known: bool) -> "Answer":
    return error.status, _headers(world, asked, allow, known), encode(error.shape())


def _headers(world: "Sandbox", asked: Asked, allow: str, known: bool) -> dict[str, str]:
    headers = {
        "Server": "nginx/1.22.1",
        "Date": format_datetime(world.now(), usegmt=True),
        "Content-Type": "application/json; charset=UTF-8",
        "X-Robots-Tag": "noindex",
        "Link": f'<{asked.address}/wp-json/>; rel="https://api.w.org/"',
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
        "Access-Control-Allow-Headers": "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
    }
    if allow:
        headers["Allow"] = allow
    if known:
        headers |= NEVER
    elif asked.method == "GET":
        headers["Vary"] = "Origin"
    return headers


def _call(world: "Sandbox", shop: Shop, asked: Asked, route: Route, match: "re.Match[str]") -> Call:
    ids = tuple(int(each) for each in match.groups() if each is not None and each.isdigit())
    query = _query(asked.query)
    if token := match.groupdict().get("tracking_id"):
        ids, query = ids[:1], {**query, "tracking_id": token}
    resource = match.string.removeprefix("/wc/v3/").strip("/") if route.path.pattern.startswith("/wc/v3") else ""
    if route.resource.startswith("products/"):
        resource = route.resource
    return Call(world, shop, asked.address, asked.method, ids, query, _body(asked), resource)


def _query(text: str) -> Json:
    """As PHP reads it: `name[]` and `name[0]` make a list, of repeated names the last counts."""
    found: Json = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, bracket, _ = name.partition("[")
        if bracket:
            if not isinstance(found.get(head), list):
                found[head] = []
            found[head].append(value)
        else:
            found[name] = value
    return found


def _body(asked: Asked) -> Json:
    """Another content type than JSON or a form is taken as empty (FACTS, Errors)."""
    kind = asked.headers.get("content-type", "").lower()
    if not asked.body or asked.method == "GET":
        return {}
    if "json" in kind:
        try:
            found = msgspec.json.decode(asked.body)
        except msgspec.DecodeError:
            raise params.no_json() from None
        return found if isinstance(found, dict) else {}
    if "x-www-form-urlencoded" in kind:
        return _query(asked.body.decode("utf-8", "replace"))
    return {}
