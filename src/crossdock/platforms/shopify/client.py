"""One GraphQL call: the budget before it, and its answer or one of the seven errors after it.

Not here: what is asked (documents.py) or what it means (orders.py, fulfillments.py, ...).
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, TypeVar

import msgspec
import structlog
from msgspec import Raw, Struct

from crossdock.connector.budget import Budget, Ticket
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
from crossdock.connector.http import Http, NoAnswer, NotSent, Request, Response
from crossdock.connector.text import without_nul
from crossdock.platforms.shopify.documents import Document
from crossdock.platforms.shopify.wire import UserError

API_VERSION = "2026-10"
TIMEOUT = 30.0  # a slow answer is cheaper to wait for than to look up
# The answer of a trial or development store to a sixth order in a minute (FACTS section 3).
TOO_MANY = "Too many attempts. Please try again later."
TOO_MANY_SECONDS = 60.0 / 5

# Who goes first when the budget is short.
ORDERS, STOCK, LISTINGS, CATALOGUE = range(4)

log = structlog.get_logger(__name__)
T = TypeVar("T")


class Throttle(Struct, rename="camel"):
    maximum_available: float
    currently_available: float
    restore_rate: float


class Cost(Struct, rename="camel"):
    requested_query_cost: float
    throttle_status: Throttle
    actual_query_cost: float | None = None


class Extensions(Struct):
    cost: Cost | None = None


class About(TypedDict):
    """What every error tells of its answer."""

    call: str
    status: int
    request_id: str


class Envelope(Struct):
    data: Raw = Raw()  # empty: the key is not there, so nothing was executed
    errors: Any = None
    extensions: Extensions | None = None


class StoreState(Struct):
    """What outlives one drain: the store's budget, the costs learned by document, whether a version mismatch was
    said, and the online store's publication (None = not asked yet, empty = none for us)."""

    budget: Budget
    costs: dict[str, float] = {}
    version_said: bool = False
    publication: str | None = None


class Graph:
    """GraphQL to one store."""

    def __init__(self, connection: Connection, http: Http, *, state: StoreState, now: Clock) -> None:
        self.connection = connection
        self.http = http
        self.now = now
        self.state = state
        self._url = f"{connection.base_url}/admin/api/{API_VERSION}/graphql.json"

    async def call(
        self,
        document: Document,
        variables: Mapping[str, Any],
        answer: type[T],
        *,
        priority: int = ORDERS,
        timeout: float = TIMEOUT,
        cost: float | None = None,
    ) -> T:
        """Send `document` once and decode its data. Raises the seven errors; userErrors are the caller's to look at.
        `priority` says who goes first when the budget is short; `cost` is given where it depends on the variables."""
        learned = cost if cost is not None else self.state.costs.get(document.text, document.cost)
        ticket = await self.state.budget.take(learned, priority=priority)
        try:
            response = await self.http.send(self._request(document, variables, timeout))
            envelope = _envelope(response, document)
            self._learn(document, ticket, envelope)
        except NotSent as error:
            raise Unavailable(f"could not reach the store: {error}", call=document.name) from None
        except NoAnswer as error:
            raise _unclear(document, f"no answer: {error}") from None
        finally:
            self.state.budget.lost(ticket)  # does nothing when the answer had figures
        self._look_at_version(response)
        if envelope.errors:
            raise _error(document, envelope, response)
        return _decode(document, envelope, answer)

    def _request(self, document: Document, variables: Mapping[str, Any], timeout: float) -> Request:
        token = str(self.connection.credentials.get("access_token", ""))
        body = {"query": document.text, "variables": variables, "operationName": document.name}
        headers = {"content-type": "application/json", "accept": "application/json", "x-shopify-access-token": token}
        return Request("POST", self._url, headers, msgspec.json.encode(body), timeout, document.name)

    def _learn(self, document: Document, ticket: Ticket, envelope: Envelope) -> None:
        cost = envelope.extensions.cost if envelope.extensions else None
        if cost is None:
            return
        self.state.costs[document.text] = cost.requested_query_cost
        throttle = cost.throttle_status
        self.state.budget.saw(
            ticket,
            available=throttle.currently_available,
            maximum=throttle.maximum_available,
            restore_rate=throttle.restore_rate,
            actual=0.0 if _throttled(envelope) else cost.actual_query_cost,
        )

    def _look_at_version(self, response: Response) -> None:
        served = response.headers.get("x-shopify-api-version", API_VERSION)
        if served != API_VERSION and not self.state.version_said:
            self.state.version_said = True  # an unsupported version falls forward silently (FACTS section 2)
            log.warning(
                "shopify serves another API version", domain=self.connection.domain, wanted=API_VERSION, served=served
            )


def refuse(call: str, errors: Sequence[UserError]) -> None:
    """Raises what `errors` mean; returns when there is none."""
    if not errors:
        return
    first = errors[0]
    said = "; ".join(f"{'.'.join(each.field or ())}: {each.message}".removeprefix(": ") for each in errors)[:500]
    if any(each.message == TOO_MANY for each in errors):
        raise RateLimited(said, retry_after=TOO_MANY_SECONDS, call=call)
    if first.code in ("INTERNAL_ERROR", "IDEMPOTENCY_CONCURRENT_REQUEST"):
        raise OutcomeUnknown(said, call=call)
    if first.code == "SHOP_DORMANT":
        raise Unavailable(said, call=call)
    if first.code == "NOT_FOUND" or first.message.lower().endswith(
        ("does not exist", "does not exist.", "not found", "not found.")
    ):
        raise Gone(said, call=call)
    raise Rejected(said, code=first.code or "", call=call)


def status_error(response: Response, *, call: str, write: bool) -> ConnectorError | None:
    """What an HTTP status other than 200 means (FACTS sections 1 and 2); None when it is for the body to say."""
    status, about = response.status, _about(response, call)
    if status == 200:
        return None
    if status in (401, 403):
        return AuthFailed(_plain(response) or "the store refused our token", **about)
    if status == 404:
        return AuthFailed("the store is not there, or the app is no longer installed", **about)
    if status == 429:
        return RateLimited("the store asked for a pause", retry_after=_retry_after(response), **about)
    if status >= 500:
        kind = OutcomeUnknown if write else Unavailable  # a 5xx may come after the write was done
        return kind(f"the store answered {status}", **about)
    if status in (402, 423, 430) or 300 <= status < 400:
        return Unavailable(_CLOSED.get(status, f"the store sends us elsewhere ({status})"), **about)
    return Rejected(_plain(response) or f"the store answered {status}", code=f"http_{status}", **about)


def request_id(response: Response) -> str:
    return response.headers.get("x-request-id", "")


_CLOSED = {
    402: "the store is frozen: its bill is unpaid",
    423: "the store is locked",
    430: "the store's security turned the call away",
}

# Codes of errors[] that come before anything is executed although "data" is there.
_REFUSALS = frozenset(
    {"BAD_REQUEST", "MAX_COST_EXCEEDED", "MAX_INPUT_SIZE_EXCEEDED", "INVALID_VARIABLE", "INVALID_FIELD_ARGUMENTS"}
)


def _about(response: Response, call: str) -> About:
    return About(call=call, status=response.status, request_id=request_id(response))


def _envelope(response: Response, document: Document) -> Envelope:
    error = status_error(response, call=document.name, write=document.write)
    if error is not None:
        raise error
    try:
        return _ENVELOPE.decode(without_nul(response.body))
    except msgspec.MsgspecError:
        raise _unclear(document, "the answer was not JSON as expected", response) from None


def _decode(document: Document, envelope: Envelope, answer: type[T]) -> T:
    if bytes(envelope.data) in (b"", b"null"):
        raise _unclear(document, "the answer had no data")
    try:
        return msgspec.json.decode(envelope.data, type=answer)
    except msgspec.MsgspecError as error:
        raise _unclear(document, f"the answer was not as expected: {error}") from None


def _error(document: Document, envelope: Envelope, response: Response) -> ConnectorError:
    about = _about(response, document.name)
    if not isinstance(envelope.errors, list):
        return Rejected(str(envelope.errors)[:500], **about)
    errors = [each for each in envelope.errors if isinstance(each, dict)]
    codes = {str((each.get("extensions") or {}).get("code", "")) for each in errors}
    said = "; ".join(str(each.get("message", "")) for each in errors)[:500]
    if "THROTTLED" in codes:
        return RateLimited(said, retry_after=_wait(envelope, document), **about)
    if document.write and _has_result(envelope):  # the write was done; only reading its result was refused
        return _unclear(document, said, response)
    if "ACCESS_DENIED" in codes:
        return AuthFailed(said, **about)
    if "RESOURCE_NOT_FOUND" in codes:
        return Gone(said, **about)
    if codes & _REFUSALS or not bytes(envelope.data):  # no "data" key: it was refused before it was executed
        return Rejected(said, code=next(iter(sorted(codes & _REFUSALS or codes)), ""), **about)
    return _unclear(document, said, response)


def _has_result(envelope: Envelope) -> bool:
    data = msgspec.json.decode(envelope.data) if bytes(envelope.data) else None
    return isinstance(data, dict) and any(value is not None for value in data.values())


def _unclear(document: Document, words: str, response: Response | None = None) -> ConnectorError:
    """An answer that does not say whether it was done: harmless for a read."""
    kind = OutcomeUnknown if document.write else Unavailable
    return kind(
        words,
        call=document.name,
        status=response.status if response else 0,
        request_id=request_id(response) if response else "",
    )


def _throttled(envelope: Envelope) -> bool:
    return isinstance(envelope.errors, list) and any(
        isinstance(each, dict) and (each.get("extensions") or {}).get("code") == "THROTTLED" for each in envelope.errors
    )


def _wait(envelope: Envelope, document: Document) -> float:
    """(requested - available) / rate, as Shopify's own advice says (FACTS section 3)."""
    cost = envelope.extensions.cost if envelope.extensions else None
    if cost is None or cost.throttle_status.restore_rate <= 0:
        return max(document.cost / 100.0, 1.0)  # no figures: the smallest plan restores 100 points a second
    missing = cost.requested_query_cost - cost.throttle_status.currently_available
    return max(missing / cost.throttle_status.restore_rate, 0.1)


def _retry_after(response: Response) -> float:
    try:
        return max(float(response.headers.get("retry-after", "")), 0.1)
    except ValueError:
        return 2.0


def _plain(response: Response) -> str:
    """The words of an error body: {"errors": "..."} as Shopify sends with a 401 (FACTS section 1)."""
    try:
        said = msgspec.json.decode(without_nul(response.body))
    except msgspec.MsgspecError:
        return ""
    return str(said.get("errors") or said.get("error") or "")[:500] if isinstance(said, dict) else ""


_ENVELOPE = msgspec.json.Decoder(Envelope)
