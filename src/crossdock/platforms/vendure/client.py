"""One call of the Admin API: its pace before it, and its data or one of the seven errors after it.

Not here: what is asked (documents.py), what it means (mapping.py).
"""

from typing import Any, TypeVar

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
from crossdock.platforms.vendure.words import REFUSED_CODES, UNKNOWN_CODES

API = "/admin-api"  # apiOptions.adminApiPath as it comes
TIMEOUT = 60.0  # a big order is some twenty steps in one call
# Vendure limits nothing by itself; its host may. So many calls a second keep a small server free for shoppers.
CALLS_A_SECOND = 20
COOL_DOWN = 30.0

T = TypeVar("T")


class Problem(Struct):
    """One of GraphQL's `errors`; Vendure tells its kind in `extensions.code`."""

    message: str = ""
    extensions: dict[str, Any] | None = None

    @property
    def code(self) -> str:
        return str((self.extensions or {}).get("code", ""))


class Answer(Struct):
    data: msgspec.Raw = msgspec.Raw(b"null")
    errors: list[Problem] | None = None


def new_pace(clock: Clock) -> Pace:
    return Pace(clock, (Limit(CALLS_A_SECOND, 1.0),))


class Api:
    """The Admin API of one store, in one of its channels."""

    def __init__(self, connection: Connection, http: Http, *, pace: Pace, now: Clock) -> None:
        self.connection = connection
        self.http = http
        self.pace = pace
        self.now = now

    async def read(self, call: str, document: str, answer: type[T], **variables: Any) -> T:
        """A query. Raises the seven errors, never OutcomeUnknown."""
        return await self._ask(call, document, answer, variables, write=False)

    async def write(self, call: str, document: str, answer: type[T], **variables: Any) -> T:
        """A mutation. Its fields are carried out one after the other and each by itself: where one raises an error,
        those before it are done and those after it are not."""
        return await self._ask(call, document, answer, variables, write=True)

    async def _ask(self, call: str, document: str, answer: type[T], variables: dict[str, Any], *, write: bool) -> T:
        await self.pace.take()
        request = Request("POST", f"{self.connection.base_url}{API}", self._headers(), _body(document, variables),
                          TIMEOUT, call)  # fmt: skip
        try:
            response = await self.http.send(request)
        except NotSent as error:
            raise Unavailable(f"could not reach the store: {error}", call=call) from None
        except NoAnswer as error:
            raise (OutcomeUnknown if write else Unavailable)(f"no answer: {error}", call=call) from None
        return self._understood(response, call, answer, write=write)

    def _understood(self, response: Response, call: str, answer: type[T], *, write: bool) -> T:
        if refusal := status_error(response, call=call, write=write):
            if isinstance(refusal, RateLimited):
                self.pace.refused(refusal.retry_after)
            raise refusal
        unclear = OutcomeUnknown if write else Unavailable
        try:
            said = msgspec.json.decode(without_nul(response.body), type=Answer)
            if said.errors:
                raise problem_error(said.errors, call=call, write=write)
            return msgspec.json.decode(said.data, type=answer)
        except msgspec.MsgspecError as error:
            words = f"the answer was not as expected: {error}"
            raise unclear(words, call=call, status=response.status) from None

    def _headers(self) -> dict[str, str]:
        kept = self.connection.credentials
        headers = {"content-type": "application/json", "accept": "application/json", "user-agent": USER_AGENT}
        if kept.get("api_key"):
            headers["vendure-api-key"] = str(kept["api_key"])
        else:
            headers["authorization"] = f"Bearer {kept.get('access_token', '')}"
        if kept.get("channel"):
            headers["vendure-token"] = str(kept["channel"])
        return headers


def _body(document: str, variables: dict[str, Any]) -> bytes:
    return msgspec.json.encode({"query": document, "variables": variables} if variables else {"query": document})


def status_error(response: Response, *, call: str, write: bool) -> ConnectorError | None:
    """What a status other than 2xx means; None for 2xx. What Vendure itself refuses comes with status 200; 400 is a
    query that its schema does not know."""
    status = response.status
    if 200 <= status < 300:
        return None
    if status in (401, 403):
        return AuthFailed(f"the store answered {status}", call=call, status=status)
    if status == 429:
        wait = _seconds(response.headers.get("retry-after", ""))
        return RateLimited("the store asks for a pause", retry_after=wait, call=call, status=status)
    if status >= 500:
        return (OutcomeUnknown if write else Unavailable)(f"the store answered {status}", call=call, status=status)
    if 300 <= status < 400:
        return Unavailable(f"the store sends us elsewhere ({status})", call=call, status=status)
    if status == 404:
        return Unavailable(f"there is no Admin API at {API}", call=call, status=status)
    return Rejected(_words(response), code=f"http_{status}", call=call, status=status)


def problem_error(problems: list[Problem], *, call: str, write: bool) -> ConnectorError:
    """What GraphQL's errors mean. An INTERNAL_SERVER_ERROR undoes the field it is of; what fields before it did stands,
    so that of a write nothing is certain."""
    first = problems[0]
    words = first.message or "the store refused without words"
    if first.code in REFUSED_CODES:  # its words may repeat the channel's token
        said = words if first.code == "FORBIDDEN" else "the store has no such channel"
        return AuthFailed(said, call=call, status=200)
    if first.code == "ENTITY_NOT_FOUND":
        return Gone(words, call=call, status=200)
    if first.code in UNKNOWN_CODES:
        return (OutcomeUnknown if write else Unavailable)(words, call=call, status=200)
    return Rejected(words, code=first.code, call=call, status=200)


def _words(response: Response) -> str:
    try:
        said = msgspec.json.decode(without_nul(response.body), type=Answer)
        return (said.errors or [Problem()])[0].message or f"the store answered {response.status}"
    except msgspec.MsgspecError:
        return f"the store answered {response.status}"


def _seconds(text: str) -> float:
    return min(float(text), 3600.0) if text.strip().isdecimal() and int(text) > 0 else COOL_DOWN
