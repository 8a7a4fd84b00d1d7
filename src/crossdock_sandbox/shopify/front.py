"""The HTTP face of the shops: which shop is meant, GraphQL, OAuth, a little REST, and the faults on the way.

Not for the control operations' meaning (`control.py`), which share the same address.
"""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.shop import Shop
from crossdock_sandbox.shopify import api, bulk_files, oauth, rest
from crossdock_sandbox.shopify.queries import VERSIONS
from crossdock_sandbox.shopify.too_many import TooManyVariants

if TYPE_CHECKING:
    from crossdock_sandbox.faults import Rule
    from crossdock_sandbox.world import Answer, Sandbox

_PREFIX = re.compile(r"/shopify/([A-Za-z0-9][A-Za-z0-9-]*)((?:/admin|/bulk)/.*)")
_API = re.compile(r"/admin/api/([\w-]+)/(.+)")
_HOST = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)\.myshopify\.com(:\d+)?")
JSON = {"Content-Type": "application/json; charset=utf-8"}
BAD_TOKEN = b'{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}'


def reply(status: int, shape: Any, headers: dict[str, str] | None = None) -> "Answer":
    return status, {**JSON, **(headers or {})}, msgspec.json.encode(shape)


async def handle(world: "Sandbox", method: str, url: str, headers: dict[str, str], body: bytes) -> "Answer":
    path, _, query = url.partition("?")
    host = headers.get("host", "")
    if "://" in path:
        parts = urlsplit(url)
        path, query, host = parts.path, parts.query, parts.netloc
    if path.startswith("/control"):
        from crossdock_sandbox import control

        return control.http(world, method, path, body)
    shop, path = find_shop(world, path, host)
    if shop is None:
        return reply(404, {"errors": "Not Found"})
    world.counters["calls"] += 1
    if shop.closed_until is not None and world.now() < shop.closed_until:
        world.counters["outage"] += 1
        return reply(503, {"errors": "Service Unavailable"})
    if path.startswith("/bulk/"):
        return await bulk_files.answer(world, shop, path, headers)
    if path.startswith("/admin/oauth/"):
        return await _oauth(world, shop, method, path, query, headers, body)
    found = _API.fullmatch(path)
    if found is None:
        return reply(404, {"errors": "Not Found"})
    return await _api(world, shop, method, found.group(1), found.group(2), query, headers, body)


def find_shop(world: "Sandbox", path: str, host: str) -> tuple[Shop | None, str]:
    """By path prefix, or by Host header."""
    if path.startswith("/shopify/"):
        found = _PREFIX.fullmatch(path)
        return (world.shops.get(found.group(1)), found.group(2)) if found else (None, path)
    named = _HOST.fullmatch(host)
    return (world.shops.get(named.group(1)) if named else None), path


async def _oauth(
    world: "Sandbox", shop: Shop, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> "Answer":
    name = path.removeprefix("/admin/oauth/")
    if name == "authorize":
        return oauth.authorize(world, shop, dict(parse_qsl(query)))
    if name != "access_token" or method != "POST":
        return reply(404, {"errors": "Not Found"})
    fault = world.faults.call("oauth", shop.name, (name,))
    await _before(world, fault)
    if fault is not None and fault.kind == "error_before":
        return reply(503, {"errors": "Service Unavailable"})
    status, shape = oauth.access_token(world, shop, oauth.form(headers, body))
    world.counters["oauth"] += 1
    return await _after(world, fault, reply(status, shape))


def served(version: str) -> str:
    """What answers for the version asked: unsupported ones fall forward to the oldest supported (FACTS section 2)."""
    if version in VERSIONS:
        return version
    if version == "unstable":
        return "unstable"
    return VERSIONS[0] if version < VERSIONS[0] else VERSIONS[-1]


async def _api(
    world: "Sandbox",
    shop: Shop,
    method: str,
    version: str,
    rest_path: str,
    query: str,
    headers: dict[str, str],
    body: bytes,
) -> "Answer":
    version = served(version)
    marks = {"X-Shopify-API-Version": version, "X-Request-Id": world.uuid()}
    if not oauth.admitted(world, shop, headers.get("x-shopify-access-token", "")):
        world.counters["unauthorized"] += 1
        return 401, {**JSON, **marks}, BAD_TOKEN
    if rest_path != "graphql.json":
        return rest.answer(world, shop, method, rest_path, dict(parse_qsl(query)), marks)
    if method != "POST":
        return reply(405, {"errors": "Method Not Allowed"}, marks)
    call = api.prepare(body)
    for name in call.names:
        world.counters[f"op.{name}"] += 1
    shop.counters["calls"] += 1
    fault = world.faults.call("graphql", shop.name, call.names) if world.faults.rules["graphql"] else None
    if fault is not None:
        await _before(world, fault)
        if fault.kind == "error_before":
            return reply(502, {"errors": "Bad Gateway"}, marks)
    try:
        answer = api.answer(world, shop, call, version, fault)
    except TooManyVariants:
        return reply(429, {"errors": "Daily variant creation limit reached. Please try again later."}, marks)
    tells = world.told.take() if shop.ledger is not None else None
    done = reply(200, answer, marks)
    sent = done if fault is None else await _after(world, fault, done)
    if tells is not None and sent is done and answer.get("data"):
        world.tell(shop, *tells, "answer")
    return sent


async def _before(world: "Sandbox", fault: "Rule | None") -> None:
    """What goes wrong before anything is done."""
    if fault is None:
        return
    world.counters[f"faults.{fault.kind}"] += 1
    if fault.kind == "slow":
        await world.sleep(fault.seconds)
    if fault.kind == "timeout_before":
        await world.sleep(fault.seconds)
        raise Dropped("no answer in time, nothing done")
    if fault.kind == "drop_before":
        raise Dropped("connection cut, nothing done")


async def _after(world: "Sandbox", fault: "Rule | None", done: "Answer") -> "Answer":
    """What goes wrong when all is done."""
    if fault is None:
        return done
    if fault.kind == "error_after":
        return reply(502, {"errors": "Bad Gateway"})
    if fault.kind == "timeout_after":
        await world.sleep(fault.seconds)
        raise Dropped("no answer in time, all done")
    if fault.kind == "drop_after":
        raise Dropped("connection cut, all done")
    return done
