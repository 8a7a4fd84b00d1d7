"""How a store lets us in: an API key, or an administrator's log-in, of which the session is kept and not the password.

Not here: who stores the credentials (operations).
"""

from typing import Any, TypeVar

import msgspec

from crossdock.connector.errors import AuthFailed, Rejected, Unavailable
from crossdock.connector.http import USER_AGENT, Http, NoAnswer, NotSent, Request, Response
from crossdock.connector.text import without_nul
from crossdock.platforms.vendure import documents, wire
from crossdock.platforms.vendure.client import API, Answer, problem_error, status_error

CALL = "login"
TOKEN_HEADER = "vendure-auth-token"  # noqa: S105 (a header's name)
DEFAULT_CHANNEL = "__default_channel__"

T = TypeVar("T")


async def log_in(http: Http, base_url: str, *, name: str, password: str) -> dict[str, Any]:
    """Credentials for an administrator: a session that lasts a year and is made longer by being used (Vendure's
    `sessionDuration`), and the channel that it is for."""
    response = await _send(http, base_url, documents.LOGIN, {"name": name, "password": password}, {})
    login = _decoded(response, wire.LoggedIn).login
    if login.error_code:
        raise AuthFailed(login.message or "the store does not know this administrator", call=CALL)
    token = response.headers.get(TOKEN_HEADER, "")
    if not token:
        words = "the store gives no token to administrators: allow 'bearer' among its authOptions.tokenMethod"
        raise Rejected(words, code="no_token", call=CALL)
    return {"mode": "session", "access_token": token, "channel": channel_of(login.channels)}


async def with_key(http: Http, base_url: str, *, key: str, channel: str) -> dict[str, Any]:
    """Credentials for an API key. It is good in the channel in which it was made, and in no other: not even which that
    is can be asked with it."""
    headers = {"vendure-api-key": key, "vendure-token": channel}
    _decoded(await _send(http, base_url, "query { activeChannel { id } }", {}, headers), wire.Anything)
    return {"mode": "key", "api_key": key, "channel": channel}


def channel_of(channels: list[wire.Reach]) -> str:
    """The one that it may use; of several the default one, which holds everything."""
    if not channels:
        raise AuthFailed("the administrator has no role in any channel", call=CALL)
    default = [one for one in channels if one.code == DEFAULT_CHANNEL]
    return (default or channels)[0].token


async def _send(
    http: Http, base_url: str, document: str, variables: dict[str, Any], headers: dict[str, str]
) -> Response:
    body = msgspec.json.encode({"query": document, "variables": variables})
    told = {"content-type": "application/json", "accept": "application/json", "user-agent": USER_AGENT, **headers}
    try:
        response = await http.send(Request("POST", f"{base_url}{API}", told, body, 15.0, CALL))
    except (NotSent, NoAnswer) as error:
        raise Unavailable(f"could not reach the store: {error}", call=CALL) from None
    if refusal := status_error(response, call=CALL, write=False):
        raise refusal
    return response


def _decoded(response: Response, shape: type[T]) -> T:
    try:
        said = msgspec.json.decode(without_nul(response.body), type=Answer)
        if said.errors:
            raise problem_error(said.errors, call=CALL, write=False)
        return msgspec.json.decode(said.data, type=shape)
    except msgspec.MsgspecError:
        words = f"what is at {API} does not answer as Vendure does"
        raise Unavailable(words, call=CALL, status=response.status) from None
