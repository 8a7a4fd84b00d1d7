"""The one HTTP client: every request a connector makes goes through `Http.send`, with a time-out and a redacted log.

Not here: what an answer means (platforms), or how fast to go (budget.py).
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

import structlog
from msgspec import Struct
from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import (
    PoolTimeoutError,
    PyreqwestError,
)
from pyreqwest.http import Url
from pyreqwest.response import Response as Answer

from crossdock.connector.guard import Address, AddressRefused, Network, Resolver, guard, look_up, parse
from crossdock.connector.routes import Routes

USER_AGENT = "Crossdock/0.1"
LARGEST_ANSWER = 32 * 1024 * 1024
CONNECT_SECONDS = 10.0

log = structlog.get_logger(__name__)

# What the library's own cause says when no connection came about. Its exception classes do not tell: a connection lost
# or silent after the request was written is a ConnectError, or a ConnectTimeoutError, as well.
_NOT_CONNECTED = "client error (Connect)"


class Request(Struct, frozen=True):
    """`timeout` in seconds covers the whole exchange. `call` names the operation for logs and errors."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    timeout: float = 30.0
    call: str = ""


class Response(Struct, frozen=True):
    """Header names are lower case; of repeated headers the last wins."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotSent(Exception):
    """The request never reached the store (no connection, name not found, connect time-out): nothing was done."""


class NoAnswer(Exception):
    """The request left, and no whole answer came (read time-out, connection lost): it may have been done."""


class Http(Protocol):
    """A transport. The real one is pyreqwest; tests plug the sandbox in directly."""

    async def send(self, request: Request) -> Response:
        """Raises NotSent or NoAnswer, nothing else."""


class PyreqwestHttp:
    """`Http` over pyreqwest. Close it, or use it as an async context."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        networks: Sequence[Network] = (),
        largest_answer: int = LARGEST_ANSWER,
        connect_seconds: float = CONNECT_SECONDS,
        resolve: Resolver = look_up,
    ) -> None:
        async def check(url: Url) -> Sequence[Address]:
            return await guard(url, allow_private=allow_private, networks=networks, resolve=resolve)

        self._routes = Routes(check, lambda: _build(connect_seconds))
        self._largest = largest_answer

    async def send(self, request: Request) -> Response:
        """Raises NotSent or NoAnswer, nothing else. Redirects come back as they are."""
        try:
            url = parse(request.url)
            ways = await self._routes.to(url)
        except AddressRefused as error:
            raise self._say(request, NotSent(str(error))) from None
        response = await self._along(ways, request, url)
        log.debug("http", call=request.call, host=_host(request.url), status=response.status, size=len(response.body))
        return response

    async def close(self) -> None:
        await self._routes.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _along(self, ways: Sequence[tuple[str, Client]], request: Request, url: Url) -> Response:
        """By the first way that comes about: where it did not, nothing was done, so the next may be tried."""
        for address, client in ways[:-1]:
            try:
                return await self._over(client, request, url)
            except NotSent:
                self._routes.avoid(url, address)
        return await self._over(ways[-1][1], request, url)

    async def _over(self, client: Client, request: Request, url: Url) -> Response:
        try:
            return await self._exchange(client, request, url)
        except (PoolTimeoutError, ValueError) as error:  # ValueError: the address is none
            raise self._say(request, NotSent(_words(error))) from None
        except PyreqwestError as error:
            kind = NotSent if _NOT_CONNECTED in _causes(error) else NoAnswer
            raise self._say(request, kind(_words(error))) from None

    async def _exchange(self, client: Client, request: Request, url: Url) -> Response:
        building = client.request(request.method, url).timeout(timedelta(seconds=request.timeout))
        building = building.headers(dict(request.headers))
        if request.body:
            building = building.body_bytes(request.body)
        async with building.build_streamed() as answer:
            headers = _lower(answer.headers)
            return Response(answer.status, headers, await self._body(answer, headers.get("content-length", "")))

    async def _body(self, answer: Answer, length: str) -> bytes:
        """At once when its length is told and fits, else in pieces, so that an endless one is cut."""
        if length.isdecimal() and int(length) <= self._largest and "content-encoding" not in answer.headers:
            return bytes(await answer.bytes())
        body = bytearray()
        while chunk := await answer.body_reader.read_chunk():
            body += memoryview(chunk)
            if len(body) > self._largest:
                raise NoAnswer(f"the answer is larger than {self._largest} bytes")
        return bytes(body)

    def _say(self, request: Request, error: NotSent | NoAnswer) -> NotSent | NoAnswer:
        log.debug("http failed", call=request.call, host=_host(request.url), error=str(error))
        return error


def _build(connect_seconds: float) -> ClientBuilder:
    return (
        ClientBuilder()
        .user_agent(USER_AGENT)
        .follow_redirects(False)  # a token must not travel to where an answer points
        .referer(False)
        .default_cookie_store(False)
        .no_proxy()
        .connect_timeout(timedelta(seconds=connect_seconds))
        .pool_idle_timeout(timedelta(seconds=45))
    )


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _words(error: Exception) -> str:
    """What went wrong without the address: the library's own message carries the whole URL."""
    causes = _causes(error)
    return f"{type(error).__name__}: {causes[-1]}" if len(causes) > 1 else type(error).__name__


def _causes(error: Exception) -> list[str]:
    found = getattr(error, "details", {}).get("causes") or []
    return [str(cause.get("message", "")) for cause in found]
