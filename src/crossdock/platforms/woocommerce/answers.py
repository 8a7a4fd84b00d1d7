"""What a store's answer means: the error in it, or its content. By the body's code rather than the status.

Not here: sending (client.py). Sources: FACTS, Errors, and the recorded answers named in the tests.
"""

from typing import Any, TypedDict, TypeVar

import msgspec

from crossdock.connector.errors import (
    AuthFailed,
    ConnectorError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from crossdock.connector.http import Response
from crossdock.connector.text import without_nul
from crossdock.platforms.woocommerce.wire import Problem

T = TypeVar("T")
RETRY_SECONDS = 30.0
LONGEST_WORDS = 500

# PUT of an unknown id is 400, GET is 404, both with such a code.
_GONE = ("_invalid_id", "_invalid_parent_id", "_invalid_product_id")
# The same for an unknown key as for none at all, and for a host that strips the header.
_KEYLESS = ("_cannot_view", "_cannot_create", "_cannot_edit", "_cannot_delete", "_cannot_batch")
_FORBIDDEN = frozenset({"rest_forbidden", "rest_not_logged_in", "woocommerce_rest_authentication_error"})


class NoRoute(Unavailable):
    """The store does not know the address: WooCommerce, or a plugin, is not there."""


class Refused(Rejected):
    """A refusal that names what is in the way, by its number."""

    def __init__(self, words: str, *, resource_id: str, code: str, call: str, status: int) -> None:
        super().__init__(words, code=code, call=call, status=status)
        self.resource_id = resource_id


class About(TypedDict):
    call: str
    status: int


def error(response: Response, *, call: str, write: bool) -> ConnectorError | None:
    """None for an answer that is one."""
    if response.status in (200, 201):
        return None
    about = About(call=call, status=response.status)
    problem = _problem(response)
    if response.status == 429:
        return RateLimited("the store asked for a pause", retry_after=_retry_after(response), **about)
    if problem is None:
        return _of_status(response, about, write)
    return _of_code(problem, about, write)


def decode(response: Response, answer: type[T], *, call: str, write: bool) -> T:
    try:
        return msgspec.json.decode(_json(response), type=answer)
    except msgspec.MsgspecError as problem:
        words = f"the answer was not as expected: {problem}" if is_json(response) else "the answer was no JSON"
        raise unclear(words, call=call, write=write, status=response.status) from None


def unclear(words: str, *, call: str, write: bool, status: int = 0) -> ConnectorError:
    """An answer that does not say whether it was done: harmless for a read."""
    kind = OutcomeUnknown if write else Unavailable
    return kind(words, call=call, status=status)


def is_json(response: Response) -> bool:
    return _json(response)[:1] in (b"{", b"[")


def looks_keyless(response: Response) -> bool:
    """Answered as if no keys had come."""
    problem = _problem(response)
    return problem is None or problem.code.endswith(_KEYLESS) or problem.code in ("rest_forbidden",)


def rejected(problem: Problem | Any, *, call: str, status: int = 0) -> Rejected:
    return Rejected(str(problem.message)[:LONGEST_WORDS] or problem.code, code=problem.code, call=call, status=status)


def gone(code: str) -> bool:
    return code.endswith(_GONE) or code in ("woocommerce_rest_term_invalid", "rest_post_invalid_id")


def _of_code(problem: Problem, about: About, write: bool) -> ConnectorError:
    said = (problem.message or problem.code)[:LONGEST_WORDS]
    if problem.code == "rest_no_route":
        return NoRoute("the shop knows no such address: is WooCommerce switched on?", **about)
    if gone(problem.code):
        return Gone(said, **about)
    if problem.code in _FORBIDDEN or problem.code.endswith(_KEYLESS) or about["status"] in (401, 403):
        return AuthFailed(said, **about)
    if about["status"] >= 500 and not problem.code.startswith(("woocommerce_rest_", "product_")):
        return unclear(said, call=about["call"], write=write, status=about["status"])  # a PHP error: how far did it get
    if isinstance(problem.data, dict) and isinstance(problem.data.get("params"), dict):
        said = f"{said} {'; '.join(str(each) for each in problem.data['params'].values())}"[:LONGEST_WORDS]
    return Refused(said, resource_id=problem.resource_id, code=problem.code, **about)


def _of_status(response: Response, about: About, write: bool) -> ConnectorError:
    """A page in place of JSON: the web server, a firewall, WordPress before it has begun."""
    status = response.status
    if status == 401:
        return AuthFailed("the shop's web server wants a password of its own", **about)
    if (
        status == 403
    ):  # before WordPress began, so nothing was done; firewalls bar an address for a while (FACTS, Limits)
        words = "the shop's web server or firewall turned us away: ask its host to let this server's address in"
        return Unavailable(words, **about)
    if status == 404:
        return NoRoute("there is no WooCommerce at this address", **about)
    if status == 503 and b"<title>Maintenance</title>" in response.body:
        return Unavailable("the shop is in maintenance", **about)  # WordPress ends before anything is done
    if status >= 500 or status in (200, 201, 408):
        return unclear(f"the store answered {status}", call=about["call"], write=write, status=status)
    if status == 413:
        return Rejected("the shop's web server refuses so large a request", code="http_413", **about)
    return Rejected(f"the store answered {status}", code=f"http_{status}", **about)


def _problem(response: Response) -> Problem | None:
    try:
        found = msgspec.json.decode(_json(response), type=Problem)
    except msgspec.MsgspecError:
        return None
    return found if found.code else None


def _json(response: Response) -> bytes:
    """The JSON of an answer; a PHP notice that a shop prints before it is left out."""
    body = without_nul(response.body).removeprefix(b"\xef\xbb\xbf").lstrip()
    if body[:1] in (b"{", b"[") or "json" not in response.headers.get("content-type", ""):
        return body
    starts = [at for mark in (b'{"', b"[{", b"[]") if (at := body.find(mark)) >= 0]
    return body[min(starts) :] if starts else body


def _retry_after(response: Response) -> float:
    try:
        return max(1.0, min(float(response.headers.get("retry-after", "")), 600.0))
    except ValueError:
        return RETRY_SECONDS
