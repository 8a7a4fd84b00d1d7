"""How a store lets us in: the authorization code grant, its callback, and the three ways a token is renewed.

Not here: who stores the credentials and who holds the per-store lock while they are renewed (sync).
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from crossdock.connector.contract import Connection, Renewed
from crossdock.connector.errors import AuthFailed, RateLimited, Rejected, Unavailable
from crossdock.connector.http import Http, NoAnswer, NotSent, Request, Response
from crossdock.platforms.shopify.client import status_error

SHOP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-]*\.myshopify\.com")  # used with fullmatch: unanchored = account takeover
EARLY = timedelta(minutes=5)  # renewed this long before they end, so that no call meets a dead token
CALL = "access_token"


class CallbackRefused(Exception):
    """The callback is not to be believed: another's state, a wrong signature, or not a shop's address."""


class Grant(msgspec.Struct):
    access_token: str
    scope: str = ""
    expires_in: int | None = None
    refresh_token: str | None = None
    refresh_token_expires_in: int | None = None


def authorize_url(base_url: str, *, client_id: str, scopes: Iterable[str], redirect_uri: str, state: str) -> str:
    """Where the store's owner is sent to let us in. `redirect_uri` must be one that the app is configured with."""
    query = {"client_id": client_id, "scope": ",".join(scopes), "redirect_uri": redirect_uri, "state": state}
    return f"{base_url}/admin/oauth/authorize?{urlencode(query)}"


def verify_callback(params: Mapping[str, str], *, secret: str, state: str) -> tuple[str, str]:
    """(shop domain, code) of a callback that passes all three checks. Raises CallbackRefused."""
    if not state or not hmac.compare_digest(params.get("state", "").encode(), state.encode()):
        raise CallbackRefused("the state is not the one we gave")
    if not hmac.compare_digest(params.get("hmac", "").encode(), query_hmac(params, secret).encode()):
        raise CallbackRefused("the signature does not match")
    shop = params.get("shop", "")
    if not SHOP.fullmatch(shop):
        raise CallbackRefused("the shop is not a myshopify.com address")
    if not params.get("code"):
        raise CallbackRefused("the store sent no code")
    return shop.lower(), params["code"]


def query_hmac(params: Mapping[str, str], secret: str) -> str:
    """Lower-case hex over the sorted k=v joined by &, without hmac and signature (FACTS section 1)."""
    message = "&".join(f"{key}={params[key]}" for key in sorted(params) if key not in ("hmac", "signature"))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


async def exchange_code(
    http: Http, base_url: str, *, client_id: str, client_secret: str, code: str, now: datetime, expiring: bool = True
) -> dict[str, Any]:
    """Credentials for the code of a callback. Expiring tokens are what public apps must use (FACTS section 1)."""
    form = {"client_id": client_id, "client_secret": client_secret, "code": code}
    grant = await _ask(http, base_url, form | ({"expiring": "1"} if expiring else {}))
    return _credentials(grant, {"client_id": client_id, "client_secret": client_secret}, now)


async def client_credentials(
    http: Http, base_url: str, *, client_id: str, client_secret: str, now: datetime
) -> dict[str, Any]:
    """Credentials of an app of the store's own organisation: a day long, asked for again."""
    kept = {"mode": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    grant = await _ask(http, base_url, _without_mode(kept) | {"grant_type": "client_credentials"})
    return _credentials(grant, kept, now)


async def renew(connection: Connection, http: Http, *, now: datetime) -> Renewed | None:
    """New credentials by their mode; None for tokens that do not expire. Repeating a refresh whose answer was lost is
    fine: the old refresh token works until the new one is used (FACTS section 1)."""
    kept = connection.credentials
    mode = kept.get("mode", "token")
    if mode == "token":
        return None
    app = {"client_id": str(kept.get("client_id", "")), "client_secret": str(kept.get("client_secret", ""))}
    if mode == "client_credentials":
        credentials = kept | await client_credentials(http, connection.base_url, **app, now=now)
    else:
        credentials = await _refresh(http, connection.base_url, kept, app, now)
    return Renewed(credentials, expires_at(credentials))


def expires_at(credentials: Mapping[str, Any]) -> datetime | None:
    """When these want renewing: a little before they end; at once when a token that should be there is not."""
    if credentials.get("mode", "token") == "token":
        return None
    ends = credentials.get("expires_at")
    if not ends or not credentials.get("access_token"):
        return datetime.fromtimestamp(0, UTC)
    return datetime.fromisoformat(str(ends)) - EARLY


async def _refresh(
    http: Http, base_url: str, kept: Mapping[str, Any], app: dict[str, str], now: datetime
) -> dict[str, Any]:
    token = str(kept.get("refresh_token") or "")
    ends = kept.get("refresh_expires_at")
    if not token or (ends and datetime.fromisoformat(str(ends)) <= now):
        raise AuthFailed("the store must be connected again: its refresh token has ended", call=CALL)
    grant = await _ask(http, base_url, app | {"grant_type": "refresh_token", "refresh_token": token})
    return _credentials(grant, kept, now)


def _credentials(grant: Grant, kept: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    credentials = dict(kept) | {"access_token": grant.access_token}
    if grant.expires_in is None:
        return credentials | {"mode": "token"}
    credentials["expires_at"] = (now + timedelta(seconds=grant.expires_in)).isoformat()
    if grant.refresh_token:
        credentials |= {"mode": "expiring", "refresh_token": grant.refresh_token}
    if grant.refresh_token_expires_in is not None:
        credentials["refresh_expires_at"] = (now + timedelta(seconds=grant.refresh_token_expires_in)).isoformat()
    return credentials


async def _ask(http: Http, base_url: str, form: Mapping[str, str]) -> Grant:
    """POST to the token endpoint. Nothing is lost by repeating it, so that no outcome is unknown."""
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    request = Request("POST", f"{base_url}/admin/oauth/access_token", headers, urlencode(form).encode(), 15.0, CALL)
    try:
        response = await http.send(request)
    except (NotSent, NoAnswer) as error:
        raise Unavailable(f"could not reach the store: {error}", call=CALL) from None
    _refuse(response)
    try:
        return msgspec.json.decode(response.body, type=Grant)
    except msgspec.MsgspecError:
        raise Unavailable("the store's token answer was not as expected", call=CALL) from None


def _refuse(response: Response) -> None:
    error = status_error(response, call=CALL, write=False)
    if error is None:
        return
    if isinstance(error, (Unavailable, RateLimited)):
        raise error
    if isinstance(error, Rejected) and response.status not in (400, 401, 403):
        raise error
    # 401: "This request requires an active refresh_token"; 400: a wrong or used code (FACTS section 1)
    raise AuthFailed(error.words, call=CALL, status=response.status)


def _without_mode(of: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in of.items() if key != "mode"}
