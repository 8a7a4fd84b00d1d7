"""The one address of all shops: control operations, and which shop of which platform a request is for.

Not for answering it: the platform's folder does.
"""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crossdock_sandbox import control
from crossdock_sandbox.platforms import Request, of, platforms

if TYPE_CHECKING:
    from crossdock_sandbox.files import FilePart
    from crossdock_sandbox.shop import Shop
    from crossdock_sandbox.world import Sandbox

Answered = tuple[int, dict[str, str], Any]
NOBODY = 404, {"Content-Type": "application/json; charset=utf-8"}, b'{"errors":"Not Found"}'


async def answer(
    world: "Sandbox", method: str, url: str, headers: dict[str, str], body: bytes
) -> "tuple[int, dict[str, str], bytes | FilePart]":
    path, _, query = url.partition("?")
    host, scheme = headers.get("host", ""), "http"
    if "://" in path:
        parts = urlsplit(url)
        path, query, host, scheme = parts.path, parts.query, parts.netloc, parts.scheme
    if path.startswith("/control"):
        return control.http(world, method, path, body)
    request = Request(method, scheme, host, "", path, query, headers, body)
    shop = _shop(world, request)
    return NOBODY if shop is None else await of(shop).answer(world, shop, request)


def _shop(world: "Sandbox", request: Request) -> "Shop | None":
    """By path prefix, or as the platforms find theirs by Host."""
    parts = request.path.split("/", 3)
    if len(parts) > 2 and parts[1] in platforms():
        shop = world.shops.get(parts[2])
        if shop is None or shop.platform != parts[1]:
            return None
        request.prefix, request.path = f"/{parts[1]}/{parts[2]}", f"/{parts[3]}" if len(parts) > 3 else ""
        return shop
    asked = (one.at(world, request) for one in platforms().values() if one.at is not None)
    return next((found for found in asked if found is not None), None)
