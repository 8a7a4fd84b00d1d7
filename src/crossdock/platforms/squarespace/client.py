"""One REST call: its pace before it, and its answer or one of the seven errors after it.

Not here: what is asked (orders.py, products.py, ...) or what it means (mapping.py).
"""

from collections.abc import Mapping
from typing import Any, TypedDict, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from msgspec import Struct

from crossdock.connector.contract import Clock, Connection
from crossdock.connector.errors import (
    AuthFailed,
    ConnectorError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from crossdock.connector.http import USER_AGENT, Http, NoAnswer, NotSent, Request, Response
from crossdock.connector.pace import Limit, Pace
from crossdock.connector.text import without_nul
from crossdock.platforms.squarespace.wire import Error

API, LOGIN = "https://api.squarespace.com", "https://login.squarespace.com"
TIMEOUT = 30.0  # a slow answer is cheaper to wait for than to look up

# FACTS section 7: 300 calls a minute, five a second. A little less, since our clock and theirs do not tick together.
CALLS_A_MINUTE, CALLS_A_SECOND = 290, 5
COOL_DOWN = 60.0  # a refusal lasts a minute; no header says so
# FACTS section 3: orders made with an API key; OAuth tokens have no such limit.
ORDERS_AN_HOUR = 99
ORDERS_ONLY = "create_order"  # what RateLimited.only names

# Who goes first when the pace is short.
ORDERS, STOCK, CATALOGUE = range(3)

T = TypeVar("T")


class About(TypedDict):
    """What every error tells of its answer."""

    call: str
    status: int
    request_id: str


class StoreState(Struct):
    """What outlives one drain: the site's pace, and the pace of its new orders (None: without a limit)."""

    pace: Pace
    orders: Pace | None = None
    cool_down: float = COOL_DOWN


def new_state(credentials: Mapping[str, Any], clock: Clock) -> StoreState:
    """`calls_a_minute`, `orders_an_hour` and `cool_down` of the credentials, where a site has other limits than the
    papers say."""
    a_minute = int(credentials.get("calls_a_minute") or CALLS_A_MINUTE)
    a_second = max(CALLS_A_SECOND, a_minute // 60 + 1)
    an_hour = int(credentials.get("orders_an_hour") or ORDERS_AN_HOUR)
    pace = Pace(clock, (Limit(a_second, 1.0), Limit(a_minute, 60.0)))
    orders = None if with_oauth(credentials) else Pace(clock, (Limit(an_hour, 3600.0),))
    return StoreState(pace, orders, float(credentials.get("cool_down") or COOL_DOWN))


def with_oauth(credentials: Mapping[str, Any]) -> bool:
    return credentials.get("mode") == "oauth"


def api_url(connection: Connection) -> str:
    """One address for all sites: the token says which is meant (FACTS section 1). Another base address than the site's
    own is a test's."""
    return API if connection.base_url == f"https://{connection.domain}" else connection.base_url


def login_url(connection: Connection) -> str:
    return LOGIN if connection.base_url == f"https://{connection.domain}" else connection.base_url


def path(of: str, *ids: str) -> str:
    """`of` with each {} replaced by an id, made fit for an address; commas stay, they separate ids."""
    return of.format(*(quote(id, safe=",") for id in ids))


class Api:
    """REST to one site."""

    def __init__(self, connection: Connection, http: Http, *, state: StoreState, now: Clock) -> None:
        self.connection = connection
        self.http = http
        self.now = now
        self.state = state

    @property
    def oauth(self) -> bool:
        return with_oauth(self.connection.credentials)

    async def get(
        self, call: str, where: str, answer: type[T], query: Mapping[str, str] | None = None, *, priority: int = ORDERS
    ) -> T:
        """A read. Raises the seven errors, never OutcomeUnknown."""
        at = f"{where}?{urlencode(query)}" if query else where
        response = await self._send(call, "GET", at, None, {}, priority, write=False)
        return _decode(response, call, answer, write=False)

    async def post(
        self, call: str, where: str, body: Any, answer: type[T], *, key: str = "", priority: int = ORDERS
    ) -> T:
        """A write with an answer; `key` is its Idempotency-Key."""
        response = await self._send(call, "POST", where, body, _keyed(key), priority, write=True)
        return _decode(response, call, answer, write=True)

    async def tell(self, call: str, method: str, where: str, body: Any = None, *, key: str = "") -> None:
        """A write whose answer is empty (204)."""
        await self._send(call, method, where, body, _keyed(key), STOCK, write=True)

    async def _send(
        self, call: str, method: str, where: str, body: Any, more: Mapping[str, str], priority: int, *, write: bool
    ) -> Response:
        await self.state.pace.take(priority=priority)
        try:
            response = await self.http.send(self._request(call, method, where, body, more))
        except NotSent as error:
            raise Unavailable(f"could not reach Squarespace: {error}", call=call) from None
        except NoAnswer as error:
            raise (OutcomeUnknown if write else Unavailable)(f"no answer: {error}", call=call) from None
        refusal = status_error(response, call=call, write=write, cool_down=self.state.cool_down)
        if refusal is None:
            return response
        if isinstance(refusal, RateLimited):
            self.state.pace.refused(refusal.retry_after)
        raise refusal

    def _request(self, call: str, method: str, where: str, body: Any, more: Mapping[str, str]) -> Request:
        token = str(self.connection.credentials.get("access_token", ""))
        headers = {"authorization": f"Bearer {token}", "user-agent": USER_AGENT, "accept": "application/json", **more}
        sent = b""
        if body is not None:
            headers["content-type"] = "application/json"
            sent = msgspec.json.encode(body)
        return Request(method, f"{api_url(self.connection)}{where}", headers, sent, TIMEOUT, call)


def status_error(response: Response, *, call: str, write: bool, cool_down: float = COOL_DOWN) -> ConnectorError | None:
    """What a status other than 2xx means (FACTS section 9); None for 2xx."""
    status = response.status
    if 200 <= status < 300:
        return None
    said = _said(response)
    about = About(call=call, status=status, request_id=said.context_id or "")
    words = said.message or f"Squarespace answered {status}"
    code = said.subtype or said.type
    if status in (401, 403):
        return AuthFailed(words, **about)
    if status == 402:
        return Unavailable("the site's subscription has ended", **about)
    if status == 404:
        return Gone(words, **about)
    if status == 409 and code == "CONCURRENT_MODIFICATION":
        return (OutcomeUnknown if write else Unavailable)(words, **about)
    if status == 429:
        return RateLimited("Squarespace asks for a pause", retry_after=cool_down, **about)
    if status >= 500:
        return (OutcomeUnknown if write else Unavailable)(f"Squarespace answered {status}", **about)
    if 300 <= status < 400:
        return Unavailable(f"Squarespace sends us elsewhere ({status})", **about)
    return Rejected(words, code=code or f"http_{status}", **about)


def _said(response: Response) -> Error:
    """The one shape that every error has; empty for anything else (a gateway's HTML)."""
    try:
        return msgspec.json.decode(without_nul(response.body), type=Error)
    except msgspec.MsgspecError:
        return Error()


def _keyed(key: str) -> dict[str, str]:
    return {"idempotency-key": key} if key else {}


def _decode(response: Response, call: str, answer: type[T], *, write: bool) -> T:
    try:
        return msgspec.json.decode(without_nul(response.body), type=answer)
    except msgspec.MsgspecError as error:
        kind = OutcomeUnknown if write else Unavailable
        raise kind(f"the answer was not as expected: {error}", call=call, status=response.status) from None
