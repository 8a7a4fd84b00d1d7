"""Every answer of a site is one of the seven errors: by its status and subtype, for reads and for writes."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from crossdock.connector.errors import (
    AuthFailed,
    ConnectorError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
)
from crossdock.connector.http import NoAnswer, NotSent, Request, Response
from tests.platforms.squarespace.world import World

pytestmark = pytest.mark.asyncio


def error(type: str, subtype: str | None = None, message: str = "no") -> bytes:
    shape = {"type": type, "subtype": subtype, "message": message, "details": None, "contextId": "CTX1"}
    return msgspec.json.encode(shape)


class Answering(World):
    """Everything is answered alike."""

    answer: Response | Exception

    async def send(self, request: Request) -> Response:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def outcome(answer: Response | Exception, *, write: bool) -> ConnectorError:
    world = Answering()
    site = await world.create()
    world.answer = answer
    with pytest.raises(ConnectorError) as raised:
        await (site.create_order(world.draft()) if write else site.find_order("x"))
    return raised.value


HTML = b"<html>Bad Gateway</html>"
CASES: list[tuple[int, bytes, type[ConnectorError], type[ConnectorError]]] = [
    (400, error("INVALID_REQUEST_ERROR", "MISSING_ARGUMENT"), Rejected, Rejected),
    (401, error("AUTHORIZATION_ERROR"), AuthFailed, AuthFailed),
    (402, error("WEBSITE_EXPIRED"), Unavailable, Unavailable),
    (403, error("AUTHORIZATION_ERROR", "MISSING_SCOPE"), AuthFailed, AuthFailed),
    (404, error("INVALID_REQUEST_ERROR"), Gone, Rejected),
    (405, error("METHOD_NOT_ALLOWED"), Rejected, Rejected),
    (409, error("CONFLICT", "CONCURRENT_MODIFICATION"), Unavailable, OutcomeUnknown),
    (409, error("CONFLICT", "INSUFFICIENT_STOCK"), Rejected, Rejected),
    (429, error("TOO_MANY_REQUESTS"), RateLimited, RateLimited),
    (500, error("SERVER_ERROR"), Unavailable, OutcomeUnknown),
    (502, HTML, Unavailable, OutcomeUnknown),
    (503, error("SERVICE_UNAVAILABLE"), Unavailable, OutcomeUnknown),
    (302, b"", Unavailable, Unavailable),
    (200, HTML, Unavailable, OutcomeUnknown),
    (200, b"{}", Unavailable, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "body", "read", "write"), CASES)
async def test_statuses(status: int, body: bytes, read: type[ConnectorError], write: type[ConnectorError]) -> None:
    for wanted, is_write in ((read, False), (write, True)):
        if status == 400 and is_write:
            continue  # looked into: test_sandbox.py
        raised = await outcome(Response(status, {}, body), write=is_write)
        assert type(raised) is wanted
        if body.startswith(b'{"type'):
            assert raised.request_id == "CTX1" or isinstance(raised, RateLimited)


async def test_lost_calls() -> None:
    assert type(await outcome(NotSent("refused"), write=True)) is Unavailable
    assert type(await outcome(NotSent("refused"), write=False)) is Unavailable
    assert type(await outcome(NoAnswer("silence"), write=True)) is OutcomeUnknown
    assert type(await outcome(NoAnswer("silence"), write=False)) is Unavailable


async def test_the_reference_errors_are_understood(shared: Path) -> None:
    path = shared / "platforms" / "squarespace" / "samples" / "errors.json"
    samples: dict[str, Any] = msgspec.json.decode(path.read_bytes())
    seen = {}
    for name, shape in samples.items():
        raised = await outcome(Response(int(name[:3]), {}, msgspec.json.encode(shape)), write=False)
        seen[name] = (type(raised).__name__, getattr(raised, "code", ""))
    assert seen == {
        "400-missing": ("Rejected", "MISSING_ARGUMENT"),
        "401": ("AuthFailed", ""),
        "402": ("Unavailable", ""),
        "403-apikey-on-webhooks": ("AuthFailed", ""),
        "404-variant": ("Gone", ""),
        "409-stock": ("Rejected", "INSUFFICIENT_STOCK"),
        "409-untracked": ("Rejected", "STOCK_NOT_TRACKED"),
        "409-inflight": ("Unavailable", ""),
        "429": ("RateLimited", ""),
    }


async def test_unknown_fields_and_nulls_are_taken() -> None:
    """Changes that add come without a new version (FACTS section 2); empty lists come as null (section 9)."""
    world = Answering()
    site = await world.create()
    order: dict[str, Any] = {
        "id": "o",
        "modifiedOn": "2026-11-22T12:00:00Z",
        "orderNumber": "1",
        "channelName": "Crossdock",
        "externalOrderReference": "x",
        "fulfillmentStatus": "FULFILLED",
        "paymentState": "NEW_WORD",
        "lineItems": None,
        "fulfillments": None,
        "grandTotal": {"currency": "USD", "value": 20.5},
        "new": [1],
    }
    page = {"result": [order], "pagination": {"hasNextPage": False, "nextPageCursor": None}}
    world.answer = Response(200, {}, msgspec.json.encode(page))
    found = await site.find_order("x")
    assert found is not None
    assert str(found.total and found.total.amount) == "20.5"
