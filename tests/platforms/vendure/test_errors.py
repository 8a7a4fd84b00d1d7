"""What the Admin API's statuses and errors become. Not here: what a real server answers (tests/contract)."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import Connection, Role
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
from crossdock.platforms.vendure import wire
from crossdock.platforms.vendure.client import Api, new_pace


class Still:
    """A `Clock` that stands."""

    def __call__(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing waits here")


class Canned:
    """`Http` that answers the same whatever is asked."""

    def __init__(self, answer: Response | Exception) -> None:
        self.answer = answer
        self.sent: list[Request] = []

    async def send(self, request: Request) -> Response:
        self.sent.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def api(answer: Response | Exception, **credentials: Any) -> Api:
    connection = Connection(1, Role.VENDOR, "shop.test", "https://shop.test", credentials)
    return Api(connection, Canned(answer), pace=new_pace(Still()), now=Still())


def refusal(code: str, words: str = "no") -> Response:
    body = {"errors": [{"message": words, "extensions": {"code": code}}], "data": None}
    return Response(200, {}, msgspec.json.encode(body))


READ = [
    (NotSent("refused"), Unavailable),
    (NoAnswer("time-out"), Unavailable),
    (Response(401, {}, b""), AuthFailed),
    (Response(403, {}, b""), AuthFailed),
    (Response(404, {}, b"<html>"), Unavailable),
    (Response(302, {"location": "https://elsewhere.test"}, b""), Unavailable),
    (Response(400, {}, b'{"errors":[{"message":"Cannot query field"}]}'), Rejected),
    (Response(429, {"retry-after": "9"}, b""), RateLimited),
    (Response(502, {}, b"<html>"), Unavailable),
    (Response(200, {}, b'{"data":{'), Unavailable),
    (Response(200, {}, b'{"data":{"order":5}}'), Unavailable),
    (refusal("FORBIDDEN"), AuthFailed),
    (refusal("CHANNEL_NOT_FOUND"), AuthFailed),
    (refusal("ENTITY_NOT_FOUND"), Gone),
    (refusal("USER_INPUT_ERROR"), Rejected),
    (refusal("INTERNAL_SERVER_ERROR"), Unavailable),
    (refusal(""), Unavailable),
]


@pytest.mark.parametrize(("answer", "kind"), READ)
async def test_a_read_that_fails_is_told_by_kind(answer: Response | Exception, kind: type[ConnectorError]) -> None:
    with pytest.raises(ConnectorError) as caught:
        await api(answer).read("getOrder", "query", wire.OneOrder)
    assert type(caught.value) is kind
    assert caught.value.words


@pytest.mark.parametrize(("answer", "kind"), READ)
async def test_a_write_says_unavailable_only_when_nothing_was_done(
    answer: Response | Exception, kind: type[ConnectorError]
) -> None:
    """A redirect, a wrong path and a connection that did not come about are before any work."""
    before = isinstance(answer, NotSent) or (isinstance(answer, Response) and answer.status in (302, 404))
    wanted = OutcomeUnknown if kind is Unavailable and not before else kind
    with pytest.raises(ConnectorError) as caught:
        await api(answer).write("createOrder", "mutation", wire.OneOrder)
    assert type(caught.value) is wanted


async def test_a_pause_is_as_long_as_the_store_says() -> None:
    with pytest.raises(RateLimited) as caught:
        await api(Response(429, {"retry-after": "9"}, b"")).read("getOrder", "query", wire.OneOrder)
    assert caught.value.retry_after == 9.0
    with pytest.raises(RateLimited) as caught:
        await api(Response(429, {"retry-after": "Fri"}, b"")).read("getOrder", "query", wire.OneOrder)
    assert caught.value.retry_after == 30.0


@pytest.mark.parametrize(
    ("kept", "header", "value"),
    [
        ({"mode": "session", "access_token": "t0k"}, "authorization", "Bearer t0k"),
        ({"mode": "key", "api_key": "id:secret"}, "vendure-api-key", "id:secret"),
        ({"access_token": "t0k", "channel": "c1"}, "vendure-token", "c1"),
    ],
)
async def test_credentials_go_in_their_headers(kept: dict[str, Any], header: str, value: str) -> None:
    spoken = api(Response(200, {}, b'{"data":{"order":null}}'), **kept)
    await spoken.read("getOrder", "query", wire.OneOrder, id="7")
    (request,) = spoken.http.sent
    assert request.headers[header] == value
    assert request.url == "https://shop.test/admin-api"
    assert msgspec.json.decode(request.body) == {"query": "query", "variables": {"id": "7"}}
