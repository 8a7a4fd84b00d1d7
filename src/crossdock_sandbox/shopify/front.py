"""The HTTP face of a shop: GraphQL, OAuth, a little REST, and the faults on the way.

Not for what a call means (`api.py`, `oauth.py`, `rest.py`).
"""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from crossdock_sandbox import misfortune
from crossdock_sandbox.platforms import Request
from crossdock_sandbox.shopify import api, bulk_files, oauth, rest
from crossdock_sandbox.shopify.queries import VERSIONS
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.too_many import TooManyVariants

if TYPE_CHECKING:
    from crossdock_sandbox.files import FilePart
    from crossdock_sandbox.world import Answer, Sandbox

_API = re.compile(r"/admin/api/([\w-]+)/(.+)")
_HOST = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)\.myshopify\.com(:\d+)?")
JSON = {"Content-Type": "application/json; charset=utf-8"}
BAD_TOKEN = b'{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}'


def reply(status: int, shape: Any, headers: dict[str, str] | None = None) -> "Answer":
    return status, {**JSON, **(headers or {})}, msgspec.json.encode(shape)


BAD_GATEWAY = reply(502, {"errors": "Bad Gateway"})


async def answer(world: "Sandbox", shop: Shop, request: Request) -> "tuple[int, dict[str, str], bytes | FilePart]":
    path = request.path
    if not path.startswith(("/admin/", "/bulk/")):
        return reply(404, {"errors": "Not Found"})
    world.counters["calls"] += 1
    if shop.closed(world.now()):
        world.counters["outage"] += 1
        return reply(503, {"errors": "Service Unavailable"})
    if path.startswith("/bulk/"):
        return await bulk_files.answer(world, shop, path, request.headers)
    if path.startswith("/admin/oauth/"):
        return await _oauth(world, shop, request)
    found = _API.fullmatch(path)
    if found is None:
        return reply(404, {"errors": "Not Found"})
    return await _api(world, shop, request, found.group(1), found.group(2))


def by_host(world: "Sandbox", request: Request) -> Shop | None:
    """Every shop has a host of its own."""
    named = _HOST.fullmatch(request.host)
    shop = world.shops.get(named.group(1)) if named else None
    return shop if isinstance(shop, Shop) else None


async def _oauth(world: "Sandbox", shop: Shop, request: Request) -> "Answer":
    name = request.path.removeprefix("/admin/oauth/")
    if name == "authorize":
        return oauth.authorize(world, shop, dict(parse_qsl(request.query)))
    if name != "access_token" or request.method != "POST":
        return reply(404, {"errors": "Not Found"})
    fault = world.faults.call("oauth", shop.name, (name,))
    await misfortune.before(world, fault)
    if fault is not None and fault.kind == "error_before":
        return reply(503, {"errors": "Service Unavailable"})
    status, shape = oauth.access_token(world, shop, oauth.form(request.headers, request.body))
    world.counters["oauth"] += 1
    return await misfortune.after(world, fault, reply(status, shape), BAD_GATEWAY)


def served(version: str) -> str:
    """What answers for the version asked: unsupported ones fall forward to the oldest supported (FACTS section 2)."""
    if version in VERSIONS:
        return version
    if version == "unstable":
        return "unstable"
    return VERSIONS[0] if version < VERSIONS[0] else VERSIONS[-1]


async def _api(world: "Sandbox", shop: Shop, request: Request, version: str, rest_path: str) -> "Answer":
    version = served(version)
    marks = {"X-Shopify-API-Version": version, "X-Request-Id": world.uuid()}
    if not oauth.admitted(world, shop, request.headers.get("x-shopify-access-token", "")):
        world.counters["unauthorized"] += 1
        return 401, {**JSON, **marks}, BAD_TOKEN
    if rest_path != "graphql.json":
        return rest.answer(world, shop, request.method, rest_path, dict(parse_qsl(request.query)), marks)
    if request.method != "POST":
        return reply(405, {"errors": "Method Not Allowed"}, marks)
    call = api.prepare(request.body)
    for name in call.names:
        world.counters[f"op.{name}"] += 1
    shop.counters["calls"] += 1
    fault = world.faults.call("graphql", shop.name, call.names) if world.faults.rules["graphql"] else None
    if fault is not None:
        await misfortune.before(world, fault)
        if fault.kind == "error_before":
            return reply(502, {"errors": "Bad Gateway"}, marks)
    try:
        answer = api.answer(world, shop, call, version, fault)
    except TooManyVariants:
        return reply(429, {"errors": "Daily variant creation limit reached. Please try again later."}, marks)
    tells = world.told.take() if shop.ledger is not None else None
    done = reply(200, answer, marks)
    sent = done if fault is None else await misfortune.after(world, fault, done, BAD_GATEWAY)
    if tells is not None and sent is done and answer.get("data"):
        world.tell(shop, *tells, "answer")
    return sent
