"""How a site lets us in: the OAuth code grant and its renewal. API keys are pasted, and never renewed.

Not here: who stores the credentials and who holds the per-store lock while they are renewed (sync).
"""

import base64
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from crossdock.connector.contract import Connection, Renewed
from crossdock.connector.errors import AuthFailed, RateLimited, Unavailable
from crossdock.connector.http import USER_AGENT, Http, NoAnswer, NotSent, Request, Response
from crossdock.platforms.squarespace.client import COOL_DOWN, LOGIN, login_url

AUTHORIZE, TOKENS = "/api/1/login/oauth/provider/authorize", "/api/1/login/oauth/provider/tokens"
SCOPES = ("website.orders", "website.products.read", "website.inventory")
TOKEN_LIVES = timedelta(minutes=30)  # FACTS section 1
EARLY = timedelta(minutes=2)
CALL = "tokens"


class CallbackRefused(Exception):
    """The callback is not to be believed: another's state, or no code."""


class Grant(msgspec.Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: float | None = None


def authorize_url(*, client_id: str, redirect_uri: str, state: str, base_url: str = LOGIN) -> str:
    """Where the site's owner is sent to let us in. Scopes are separated by commas; `offline` is what gives a refresh
    token (FACTS section 1)."""
    query = {
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": ",".join(SCOPES),
        "state": state,
        "access_type": "offline",
    }
    return f"{base_url}{AUTHORIZE}?{urlencode(query)}"


def verify_callback(params: Mapping[str, str], *, state: str) -> str:
    """The code of a callback that answers what was begun; it is not signed. Raises CallbackRefused."""
    if not state or not hmac.compare_digest(params.get("state", "").encode(), state.encode()):
        raise CallbackRefused("the state is not the one we gave")
    if not params.get("code"):
        raise CallbackRefused(params.get("error") or "Squarespace sent no code")
    return params["code"]


async def exchange_code(
    http: Http,
    *,
    client_id: str,
    client_secret: str,
    code: str,
    redirect_uri: str,
    now: datetime,
    base_url: str = LOGIN,
) -> dict[str, Any]:
    """Credentials for the code of a callback: two minutes, one use."""
    kept = {"mode": "oauth", "client_id": client_id, "client_secret": client_secret}
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    return _credentials(await _ask(http, base_url, kept, form), kept, now)


async def renew(connection: Connection, http: Http, *, now: datetime) -> Renewed | None:
    """A new half an hour; None for API keys. Whether the refresh token changes is not known (FACTS section 1): what
    comes back is kept."""
    kept = connection.credentials
    if kept.get("mode") != "oauth":
        return None
    token = str(kept.get("refresh_token") or "")
    if not token:
        raise AuthFailed("the site must be connected again: it gave no refresh token", call=CALL)
    grant = await _ask(http, login_url(connection), kept, {"grant_type": "refresh_token", "refresh_token": token})
    credentials = _credentials(grant, kept, now)
    return Renewed(credentials, expires_at(credentials))


def expires_at(credentials: Mapping[str, Any]) -> datetime | None:
    """When these want renewing: a little before they end; at once when a token that should be there is not."""
    if credentials.get("mode") != "oauth":
        return None
    ends = credentials.get("expires_at")
    if not ends or not credentials.get("access_token"):
        return datetime.fromtimestamp(0, UTC)
    return datetime.fromisoformat(str(ends)) - EARLY


def _credentials(grant: Grant, kept: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    lives = TOKEN_LIVES if grant.expires_in is None else timedelta(seconds=grant.expires_in)
    credentials = dict(kept) | {"access_token": grant.access_token, "expires_at": (now + lives).isoformat()}
    return credentials | ({"refresh_token": grant.refresh_token} if grant.refresh_token else {})


async def _ask(http: Http, base_url: str, app: Mapping[str, Any], form: Mapping[str, str]) -> Grant:
    """POST to the token endpoint, the app by HTTP Basic. A lost answer is asked for again."""
    pair = f"{app.get('client_id', '')}:{app.get('client_secret', '')}".encode()
    headers = {
        "authorization": f"Basic {base64.b64encode(pair).decode()}",
        "content-type": "application/x-www-form-urlencoded",
        "accept": "application/json",
        "user-agent": USER_AGENT,
    }
    request = Request("POST", f"{base_url}{TOKENS}", headers, urlencode(form).encode(), 15.0, CALL)
    try:
        response = await http.send(request)
    except (NotSent, NoAnswer) as error:
        raise Unavailable(f"could not reach Squarespace: {error}", call=CALL) from None
    _refuse(response)
    try:
        return msgspec.json.decode(response.body, type=Grant)
    except msgspec.MsgspecError:
        raise Unavailable("the token answer was not as expected", call=CALL) from None


def _refuse(response: Response) -> None:
    if response.status == 429:
        raise RateLimited("Squarespace asks for a pause", retry_after=COOL_DOWN, call=CALL, status=429)
    if response.status in (400, 401, 403):
        raise AuthFailed(
            "Squarespace does not renew our access: connect the site again", call=CALL, status=response.status
        )
    if response.status != 200:
        raise Unavailable(f"Squarespace answered {response.status}", call=CALL, status=response.status)
