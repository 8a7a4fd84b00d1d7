"""One call to a store's REST API: how it is signed, sent, and its answer or one of the seven errors.

Not here: what is asked or what it means (orders.py, products.py, ...).
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec
from msgspec import Struct

from crossdock.connector.contract import Clock, Connection, Role
from crossdock.connector.errors import AuthFailed, ConnectorError, Unavailable
from crossdock.connector.http import Http, NoAnswer, NotSent, Request, Response
from crossdock.connector.text import without_nul
from crossdock.platforms.woocommerce import answers, auth
from crossdock.platforms.woocommerce.address import API, api_link, loopback, plain_permalinks, same_site
from crossdock.platforms.woocommerce.gate import Gate

VERSION = "wc/v3"
CLOCK_SLACK = timedelta(seconds=30)  # less than what readings of what changed overlap by, more than an answer takes
TIMEOUT, LONG = 45.0, 120.0  # shared hosts are slow; pictures are fetched while we wait
MOST_REDIRECTS = 3
# Who goes first when a shop has few places.
ORDERS, STOCK, LISTINGS, CATALOGUE = range(4)

T = TypeVar("T")
Query = Sequence[tuple[str, str]]


class StoreState(Struct):
    """What outlives one drain. `root`: the API's address once it was found; `in_query`: the host strips
    `Authorization`; `grams`, `taxed`, `place`: settings and plugins, None = not asked yet; `behind`: by how much the
    shop's clock is, at its last answer."""

    gate: Gate
    root: str = ""
    in_query: bool | None = None
    asked: bool = False
    grams: Decimal | None = None
    taxed: bool | None = None
    place: str | None = None
    behind: timedelta = timedelta(0)
    loop: Any = None
    asking: asyncio.Lock = msgspec.field(default_factory=asyncio.Lock)


class Page(Struct):
    """Rows of a list, and how many there are in all (None = not said)."""

    rows: list[bytes]
    total: int | None


class Rest:
    """REST to one store."""

    def __init__(self, connection: Connection, http: Http, *, state: StoreState, now: Clock) -> None:
        self.connection = connection
        self.http = http
        self.now = now
        self.state = state
        self._keys = auth.keys(connection.credentials)

    @property
    def vendor(self) -> bool:
        return self.connection.role is Role.VENDOR

    async def get(self, path: str, answer: type[T], query: Query = (), *, call: str, priority: int = ORDERS) -> T:
        response = await self._exchange("GET", path, query, b"", call, priority, TIMEOUT)
        return answers.decode(response, answer, call=call, write=False)

    async def page(self, path: str, query: Query, *, call: str, priority: int = ORDERS) -> Page:
        """Rows as they came; a list is taken apart row by row, so that an odd one is not all of them."""
        response = await self._exchange("GET", path, query, b"", call, priority, TIMEOUT)
        rows = answers.decode(response, list[msgspec.Raw], call=call, write=False)
        total = response.headers.get("x-wp-total", "")
        return Page([bytes(row) for row in rows], int(total) if total.isdecimal() else None)

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any],
        answer: type[T],
        *,
        call: str,
        query: Query = (),
        priority: int = ORDERS,
        timeout: float = TIMEOUT,
    ) -> T:
        """A write. Raises OutcomeUnknown when it left and no clear answer came."""
        response = await self._exchange(method, path, query, msgspec.json.encode(body), call, priority, timeout)
        return answers.decode(response, answer, call=call, write=True)

    async def _exchange(
        self, method: str, path: str, query: Query, body: bytes, call: str, priority: int, timeout: float
    ) -> Response:
        async with self._gate().turn(priority):
            response = await self._signed(method, path, query, body, call, timeout)
        error = answers.error(response, call=call, write=method != "GET")
        if error is None:
            self._gate().well()
            return response
        if response.status in (429, 500, 502, 503, 504):
            self._gate().struggling()
        raise error

    def _gate(self) -> Gate:
        self._in_this_loop()
        return self.state.gate

    def asking(self) -> asyncio.Lock:
        """Held while something is asked for that is asked for once: whoever waits finds the answer."""
        self._in_this_loop()
        return self.state.asking

    def _in_this_loop(self) -> None:
        loop = asyncio.get_running_loop()
        if self.state.loop is not loop:
            self.state.gate, self.state.asking, self.state.loop = Gate(), asyncio.Lock(), loop

    async def _signed(self, method: str, path: str, query: Query, body: bytes, call: str, timeout: float) -> Response:
        """With the keys as the host takes them: where it strips `Authorization`, all look like none."""
        url = self._url(path)
        response = await self._followed(method, url, query, body, call, timeout)
        if self.state.in_query is None and response.status == 401 and answers.looks_keyless(response):
            self.state.in_query = True
            again = await self._followed(method, url, query, body, call, timeout)
            self.state.in_query = None if again.status == 401 else True
            return again
        if response.status == 404 and not self.state.root and not answers.is_json(response):
            if await self._discover(call):
                return await self._signed(method, path, query, body, call, timeout)
        elif response.status < 400 and self.state.in_query is None and urlsplit(url).scheme == "https":
            self.state.in_query = False
        return response

    async def _followed(self, method: str, url: str, query: Query, body: bytes, call: str, timeout: float) -> Response:
        """Redirects on the same host, or to TLS on it, are gone along with: nothing was done yet."""
        for _ in range(MOST_REDIRECTS):
            response = await self._once(method, url, query, body, call, timeout)
            if response.status not in (301, 302, 307, 308):
                return response
            to = urljoin(url, response.headers.get("location", "")).split("?", 1)[0]
            if not same_site(url, to):
                words = f"the shop sends us to {urlsplit(to).hostname or 'nowhere'}: connect it under that address"
                raise Unavailable(words, call=call, status=response.status)
            url = to
        raise Unavailable("the shop sends us round in circles", call=call)

    async def _once(self, method: str, url: str, query: Query, body: bytes, call: str, timeout: float) -> Response:
        try:
            response = await self.http.send(self._request(method, url, query, body, call, timeout))
        except NotSent as error:
            self._gate().struggling()
            raise Unavailable(f"could not reach the store: {error}", call=call) from None
        except NoAnswer as error:
            self._gate().struggling()
            raise answers.unclear(f"no answer: {error}", call=call, write=method != "GET") from None
        self._look_at_clock(response)
        return response

    def _look_at_clock(self, response: Response) -> None:
        """One that is ahead makes us only read a little again; one that is behind would hide what changed."""
        try:
            behind = self.now() - parsedate_to_datetime(response.headers.get("date", ""))
        except (TypeError, ValueError):
            return  # no date, or one without a zone
        self.state.behind = behind if behind > CLOCK_SLACK else timedelta(0)

    def _request(self, method: str, url: str, query: Query, body: bytes, call: str, timeout: float) -> Request:
        headers = {"accept": "application/json"}
        if body:
            headers["content-type"] = "application/json"  # any other would be taken as empty (FACTS, Errors)
        parts = urlsplit(url)
        if parts.scheme == "http":
            if not loopback(parts.hostname or "") and not self.connection.credentials.get("plain_http"):
                raise AuthFailed("the shop has no TLS: orders are not sent in the clear", call=call)
            query = [*query, *auth.oauth(self._keys, method, url, query, self.now())]
        elif self.state.in_query or self.connection.credentials.get("auth") == "query":
            query = [*query, *auth.in_query(self._keys)]
        else:
            headers["authorization"] = auth.basic(self._keys)
        whole = f"{url}?{urlencode(query)}" if query else url
        return Request(method, whole, headers, body, timeout, call)

    def _url(self, path: str) -> str:
        """Of WooCommerce's own space; one that begins with a slash names its own (a plugin's)."""
        root = self.state.root or self.connection.base_url + API
        return root + path if path.startswith("/") else f"{root}/{VERSION}/{path}"

    async def _discover(self, call: str) -> bool:
        """The API's address from the front page's `Link` header; False when it is where we looked."""
        request = Request("GET", f"{self.connection.base_url}/", {"accept": "text/html"}, b"", TIMEOUT, "discover")
        try:
            response = await self.http.send(request)
        except (NotSent, NoAnswer) as error:
            raise Unavailable(f"could not reach the store: {error}", call=call) from None
        link = response.headers.get("link", "")
        if plain_permalinks(link):
            words = 'the shop has plain permalinks, where keys are not looked at: choose "Post name" under Permalinks'
            raise Unavailable(words, call=call)
        found = api_link(link)
        if not found or not same_site(self.connection.base_url, found) or found == self.connection.base_url + API:
            return False
        self.state.root = found
        return True

    def forget(self) -> None:
        """What was asked for once is asked again: settings and plugins change."""
        self.state.asked, self.state.taxed, self.state.place = False, None, None

    async def index(self) -> dict[str, Any]:
        """What the site says of itself, without keys."""
        root = self.state.root or self.connection.base_url + API
        query: list[tuple[str, str]] = [("_fields", "name,url,home,timezone_string,namespaces")]
        request = Request("GET", f"{root}/?{urlencode(query)}", {"accept": "application/json"}, b"", TIMEOUT, "index")
        try:
            response = await self.http.send(request)
            found = msgspec.json.decode(without_nul(response.body)) if response.status == 200 else {}
        except (NotSent, NoAnswer) as error:
            raise Unavailable(f"could not reach the store: {error}", call="index") from None
        except msgspec.MsgspecError:
            return {}
        return found if isinstance(found, dict) else {}


async def absent(asking: Any) -> Any:
    """The answer, or None where the store has no such route (a plugin that is not there, an older version)."""
    try:
        return await asking
    except answers.NoRoute:
        return None


def unclear(error: ConnectorError, words: str) -> ConnectorError:
    """An error of a read that follows a write: the write was made."""
    return answers.unclear(f"{words}: {error.words}", call=error.call, write=True)
