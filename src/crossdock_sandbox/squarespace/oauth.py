"""OAuth 2.0 code flow and refresh (FACTS section 1): codes of two minutes, access tokens of thirty.

Not for API keys: those are made with the site.
"""

import base64
import binascii
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Code, Key

if TYPE_CHECKING:
    from crossdock_sandbox.platforms import Request
    from crossdock_sandbox.world import Answer, Sandbox

PREFIX = "/api/1/login/oauth/provider/"
CODE_LIVES, TOKEN_LIVES = timedelta(minutes=2), timedelta(minutes=30)
SCOPES = ("website.orders", "website.orders.read", "website.inventory", "website.inventory.read", "website.products",
          "website.products.read")  # fmt: skip
NEEDED = ("client_id", "redirect_uri", "scope", "state")
JSON = {"Content-Type": "application/json"}


def answer(world: "Sandbox", shop: Shop, request: "Request") -> "Answer":
    act = request.path.removeprefix(PREFIX)
    if act == "authorize" and request.method == "GET":
        return _authorize(world, shop, dict(parse_qsl(request.query)))
    if act == "tokens" and request.method == "POST":
        world.counters["oauth"] += 1
        return _tokens(world, shop, request)
    return _json(404, {"error": "not_found"})


def issue(world: "Sandbox", shop: Shop, scopes: frozenset[str], *, refresh: bool) -> dict[str, Any]:
    key = Key(world.secret("sq_at_"), scopes, shop.client_id, world.now() + TOKEN_LIVES)
    shop.keys[key.value] = key
    ends = (world.now() + TOKEN_LIVES).timestamp()
    given: dict[str, Any] = {"token_type": "bearer", "access_token": key.value, "access_token_expires_at": ends}
    if refresh:
        given["refresh_token"] = world.secret("sq_rt_")
        shop.refresh_tokens[given["refresh_token"]] = scopes
    return given


def _authorize(world: "Sandbox", shop: Shop, given: dict[str, str]) -> "Answer":
    """The owner agrees at once."""
    if any(not given.get(name) for name in NEEDED) or given["client_id"] != shop.client_id:
        return _json(400, {"error": "invalid_request"})
    code = world.secret("sq_code_")
    scopes = frozenset(given["scope"].split(",")) & set(SCOPES)  # separated by commas (FACTS section 1)
    shop.codes[code] = Code(given["redirect_uri"], scopes, world.now(), given.get("access_type") == "offline")
    back = urlencode({"code": code, "state": given["state"]})
    return 302, {"Location": f"{given['redirect_uri']}?{back}"}, b""


def _tokens(world: "Sandbox", shop: Shop, request: "Request") -> "Answer":
    if not _client(shop, request.headers.get("authorization", "")):
        return _json(401, {"error": "invalid_client"})
    given = _form(request)
    match given.get("grant_type"):
        case "authorization_code":
            code = shop.codes.pop(given.get("code", ""), None)
            fresh = code is not None and world.now() - code.made_at <= CODE_LIVES
            if code is None or not fresh or code.redirect_uri != given.get("redirect_uri"):
                return _json(400, {"error": "invalid_grant"})
            return _json(200, issue(world, shop, code.scopes, refresh=code.offline))
        case "refresh_token":
            scopes = shop.refresh_tokens.get(given.get("refresh_token", ""))
            if scopes is None:
                return _json(400, {"error": "invalid_grant"})
            # whether it rotates is not known: the new one is told, the old one goes on
            return _json(200, issue(world, shop, scopes, refresh=True))
        case _:
            return _json(400, {"error": "unsupported_grant_type"})


def _client(shop: Shop, authorization: str) -> bool:
    kind, _, rest = authorization.partition(" ")
    try:
        given = base64.b64decode(rest, validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return kind == "Basic" and given == f"{shop.client_id}:{shop.client_secret}"


def _form(request: "Request") -> dict[str, str]:
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            found = msgspec.json.decode(request.body)
        except msgspec.MsgspecError:
            return {}
        return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace")))


def _json(status: int, shape: Any) -> "Answer":
    return status, dict(JSON), msgspec.json.encode(shape)
