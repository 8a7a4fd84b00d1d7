"""Tokens: the authorization code grant, refreshing, client credentials, and exchange of an old token (FACTS section 1).

Consent is automatic: whoever asks is granted, as a merchant who always says yes.
"""

import hashlib
import hmac
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

import msgspec

from crossdock_sandbox.shopify.shop import RefreshToken, Shop, Token

if TYPE_CHECKING:
    from crossdock_sandbox.world import Answer, Sandbox

Json = dict[str, Any]
HOUR, DAY, NINETY_DAYS = 3_600, 86_399, 7_776_000
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"


def form(headers: dict[str, str], body: bytes) -> dict[str, str]:
    """JSON or form, as it comes."""
    if "json" in headers.get("content-type", ""):
        try:
            found = msgspec.json.decode(body)
        except msgspec.DecodeError:
            return {}
        return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def signed(shop: Shop, params: dict[str, str]) -> str:
    """The query string with its hmac: sorted, joined, hex (FACTS section 1)."""
    message = "&".join(f"{key}={params[key]}" for key in sorted(params))
    digest = hmac.new(shop.app.client_secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return urlencode({**params, "hmac": digest}, quote_via=quote)


def authorize(world: "Sandbox", shop: Shop, query: dict[str, str]) -> "Answer":
    redirect = query.get("redirect_uri", "")
    if query.get("client_id") != shop.app.client_id or not redirect:
        return 400, {"Content-Type": "text/plain"}, b"Oauth error invalid_request: unknown client or no redirect_uri"
    code = world.secret("")
    shop.codes[code] = redirect
    shop.app.installed = True
    params = {"code": code, "shop": shop.domain, "timestamp": str(int(world.now().timestamp()))}
    if query.get("state"):
        params["state"] = query["state"]
    joint = "&" if "?" in redirect else "?"
    return 302, {"Location": f"{redirect}{joint}{signed(shop, params)}"}, b""


def admitted(world: "Sandbox", shop: Shop, token: str) -> bool:
    found = shop.tokens.get(token)
    if found is None or not shop.app.installed:
        return False
    if found.expires_at is not None and world.now() >= found.expires_at:
        return False
    _first_use(shop, token)
    return True


def _first_use(shop: Shop, token: str) -> None:
    """The used refresh token stays good until its replacement is first used (FACTS section 1)."""
    if not shop.refresh_tokens:
        return
    for one in shop.refresh_tokens.values():
        if one.replaced_by == token:
            one.spent = True


def access_token(world: "Sandbox", shop: Shop, given: dict[str, str]) -> tuple[int, Json]:
    if given.get("client_id") != shop.app.client_id or given.get("client_secret") != shop.app.client_secret:
        return 400, _error("invalid_client", "The client is unknown or its secret is wrong")
    grant = given.get("grant_type", "")
    if grant == "client_credentials":
        if not shop.app.installed:
            return 400, _error("shop_not_permitted", "Client credentials cannot be performed on this shop.")
        return 200, issue(world, shop, DAY, refresh=False)
    if grant == "refresh_token":
        return _refresh(world, shop, given.get("refresh_token", ""))
    if grant == _EXCHANGE:
        return _exchange(world, shop, given)
    code = given.get("code", "")
    if code not in shop.codes:
        return 400, _error("invalid_request", "The authorization code was not found or was already used")
    del shop.codes[code]
    return 200, issue(world, shop, HOUR if given.get("expiring") in ("1", "true", "True") else None)


def _error(code: str, words: str) -> Json:
    return {"error": code, "error_description": words}


def issue(world: "Sandbox", shop: Shop, seconds: int | None, refresh: bool = True) -> Json:
    """A fresh token; `seconds` None = it does not expire and has nothing to refresh it with."""
    now = world.now()
    value = world.secret("shpat_")
    shop.tokens[value] = Token(value, None if seconds is None else now + timedelta(seconds=seconds))
    reply: Json = {"access_token": value, "scope": ",".join(shop.app.scopes)}
    if seconds is not None:
        reply["expires_in"] = seconds
    if seconds is not None and refresh:
        again = world.secret("shprt_")
        shop.refresh_tokens[again] = RefreshToken(again, now + timedelta(seconds=NINETY_DAYS))
        reply |= {"refresh_token": again, "refresh_token_expires_in": NINETY_DAYS}
    return reply


def _refresh(world: "Sandbox", shop: Shop, value: str) -> tuple[int, Json]:
    known = shop.refresh_tokens.get(value)
    if known is None or known.spent or world.now() >= known.expires_at or not shop.app.installed:
        return 401, _error("invalid_request", "This request requires an active refresh_token")
    reply = issue(world, shop, HOUR)
    known.replaced_by = reply["access_token"]
    return 200, reply


def _exchange(world: "Sandbox", shop: Shop, given: dict[str, str]) -> tuple[int, Json]:
    """An old non-expiring token for an expiring pair; the old one dies."""
    old = given.get("subject_token", "")
    if not given.get("subject_token_type", "").endswith("offline-access-token") or old not in shop.tokens:
        return 400, _error("invalid_subject_token", "The subject token is invalid")
    del shop.tokens[old]
    return 200, issue(world, shop, HOUR)
