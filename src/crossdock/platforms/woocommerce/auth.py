"""How a store lets us in: keys by consent, and how a request carries them.

`consumer_key` and `client_secret` are the pair of keys; the secret's name is that which every platform's signing secret
has. Not here: sending (client.py), who stores the keys (operations).
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

READ_WRITE = "read_write"
_WEBHOOKS = b"crossdock webhooks"


class CallbackRefused(Exception):
    """The callback is not to be believed, or grants less than is needed."""


class Keys(Struct, frozen=True):
    key: str
    secret: str

    def __repr__(self) -> str:
        return "Keys(...)"


class _Granted(Struct):
    consumer_key: str
    consumer_secret: str
    user_id: int | str = ""
    key_permissions: str = READ_WRITE


def keys(credentials: Mapping[str, Any]) -> Keys:
    return Keys(str(credentials.get("consumer_key", "")), str(credentials.get("client_secret", "")))


def webhook_secret(secret: str) -> str:
    """What a store signs deliveries with. Made from the key's secret, so that it is known wherever that is, and tells
    nothing of it; it is never shown by REST, and left out a random one would be made (FACTS, Webhooks)."""
    return base64.b64encode(hmac.digest(secret.encode(), _WEBHOOKS, "sha256")).decode()


def authorize_url(base_url: str, *, app_name: str, state: str, return_url: str, callback_url: str) -> str:
    """Where the shop's owner is sent to let us in. The shop posts the keys to `callback_url` (https only), with `state`
    as `user_id`; the owner's browser comes back to `return_url`."""
    query = {
        "app_name": app_name,
        "scope": READ_WRITE,
        "user_id": state,
        "return_url": return_url,
        "callback_url": callback_url,
    }
    return f"{base_url}/wc-auth/v1/authorize?{urlencode(query)}"


def parse_callback(body: bytes, *, state: str) -> dict[str, Any]:
    """Credentials of what the shop posted. Raises CallbackRefused."""
    try:
        granted = msgspec.json.decode(body, type=_Granted)
    except msgspec.MsgspecError:
        raise CallbackRefused("the shop posted no keys") from None
    if not state or not hmac.compare_digest(str(granted.user_id).encode(), state.encode()):
        raise CallbackRefused("the state is not the one we gave")
    if granted.key_permissions != READ_WRITE:
        raise CallbackRefused("the keys may not both read and write")
    return {"consumer_key": granted.consumer_key, "client_secret": granted.consumer_secret}


def basic(of: Keys) -> str:
    return "Basic " + base64.b64encode(f"{of.key}:{of.secret}".encode()).decode()


def in_query(of: Keys) -> list[tuple[str, str]]:
    """For hosts that strip `Authorization`; over TLS only."""
    return [("consumer_key", of.key), ("consumer_secret", of.secret)]


def oauth(of: Keys, method: str, url: str, query: Sequence[tuple[str, str]], now: datetime) -> list[tuple[str, str]]:
    """OAuth 1.0a one-legged, HMAC-SHA256: the one way over plain http (FACTS, authentication). A nonce is good once."""
    given = [
        ("oauth_consumer_key", of.key),
        ("oauth_nonce", secrets.token_hex(16)),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", str(int(now.timestamp()))),
    ]
    return [*given, ("oauth_signature", signature(of.secret, method, url, [*query, *given]))]


def signature(secret: str, method: str, url: str, query: Sequence[tuple[str, str]]) -> str:
    """RFC 5849 section 3.4: names and values encoded, sorted, joined, and encoded again."""
    rows = sorted((_encode(name), _encode(value)) for name, value in query)
    joined = "&".join(f"{name}={value}" for name, value in rows)
    base = "&".join((method.upper(), _encode(url), _encode(joined)))
    return base64.b64encode(hmac.digest(f"{_encode(secret)}&".encode(), base.encode(), hashlib.sha256)).decode()


def _encode(text: str) -> str:
    return quote(text, safe="-._~")
