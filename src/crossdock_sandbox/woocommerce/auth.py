"""Who calls: keys by HTTP Basic or in the query over TLS, OAuth 1.0a one-legged otherwise (FACTS, Reaching the API).

Not for granting keys (`consent.py`).
"""

import base64
import binascii
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from crossdock_sandbox.woocommerce.errors import authentication
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Key

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

WINDOW = 15 * 60  # seconds that an OAuth time may be off
_NEEDED = ("oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method")


def caller(
    world: "Sandbox", shop: Shop, method: str, address: str, query: str, headers: dict[str, str], *, tls: bool
) -> Key | None:
    """None: nobody known. Raises RestError for a known key that is used wrongly."""
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    header = "" if shop.site.strip_authorization else headers.get("authorization", "")
    key = _plain(shop, pairs, header) if tls else None
    if key is None:
        key = _signed(world, shop, method, address, pairs, header)
    if key is not None:
        _permitted(key, method)
    return key


def _permitted(key: Key, method: str) -> None:
    reads = method in ("GET", "HEAD", "OPTIONS")
    if reads and key.permissions == "write":
        raise authentication("The API key provided does not have read permissions.")
    if not reads and key.permissions == "read":
        raise authentication("The API key provided does not have write permissions.")


def _plain(shop: Shop, pairs: dict[str, str], header: str) -> Key | None:
    name, secret = pairs.get("consumer_key", ""), pairs.get("consumer_secret", "")
    if not (name and secret) and header.lower().startswith("basic "):
        try:
            name, _, secret = base64.b64decode(header[6:], validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
    key = _known(shop, name)
    if key is None or not secret:
        return None
    if not hmac.compare_digest(key.secret.encode(), secret.encode()):
        raise authentication("Consumer secret is invalid.")
    return key


def _known(shop: Shop, name: str) -> Key | None:
    return shop.keys.get(name) if shop.installed else None


def _signed(world: "Sandbox", shop: Shop, method: str, address: str, pairs: dict[str, str], header: str) -> Key | None:
    given = {**pairs, **_from_header(header)}
    if not any(name in given for name in _NEEDED):
        return None
    if missing := [name for name in _NEEDED if not given.get(name)]:
        words = "parameters" if len(missing) > 1 else "parameter"
        raise authentication(f"Missing OAuth {words} {', '.join(missing)}")
    key = _known(shop, given["oauth_consumer_key"])
    if key is None:
        raise authentication("Consumer key is invalid.")
    _signature(key, method, address, given)
    _fresh(world, shop, given)
    return key


def _from_header(header: str) -> dict[str, str]:
    if not header.lower().startswith("oauth "):
        return {}
    parts = (each.strip().partition("=") for each in header[6:].split(","))
    return {unquote(name): unquote(value.strip('"')) for name, _, value in parts if name != "realm"}


def _signature(key: Key, method: str, address: str, given: dict[str, str]) -> None:
    kind = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}.get(given["oauth_signature_method"])
    if kind is None:
        raise authentication("Invalid signature - signature method is invalid.")
    signed = signature(key.secret, method, address, given, kind.__name__.removeprefix("openssl_"))
    if not hmac.compare_digest(signed.encode(), given["oauth_signature"].encode()):
        raise authentication("Invalid signature - provided signature does not match.")


def signature(secret: str, method: str, address: str, given: dict[str, str], kind: str = "sha256") -> str:
    """RFC 5849 with an empty token secret, over the parameters as PHP has them: of repeated names the last."""
    rows = sorted((_encoded(name), _encoded(value)) for name, value in given.items() if name != "oauth_signature")
    line = "&".join(f"{name}={value}" for name, value in rows)
    base = "&".join((method.upper(), _encoded(address), _encoded(line)))
    return base64.b64encode(hmac.new(f"{secret}&".encode(), base.encode(), kind).digest()).decode()


def _encoded(text: str) -> str:
    return quote(text, safe="~")


def _fresh(world: "Sandbox", shop: Shop, given: dict[str, str]) -> None:
    now = world.now().timestamp()
    at = float(given["oauth_timestamp"]) if given["oauth_timestamp"].isdigit() else 0.0
    if abs(now - at) > WINDOW:
        raise authentication("Invalid timestamp.")
    nonce = f"{given['oauth_consumer_key']} {given['oauth_nonce']}"
    if nonce in shop.nonces:
        raise authentication("Invalid nonce - nonce has already been used.")
    shop.nonces[nonce] = at
    if len(shop.nonces) > 10_000:
        shop.nonces = {one: when for one, when in shop.nonces.items() if now - when <= WINDOW}
