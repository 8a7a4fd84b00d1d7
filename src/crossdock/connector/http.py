"""The one HTTP client: every request a connector makes goes through `Http.send`, with a time-out and a redacted log.

Not here: what an answer means (platforms), or how fast to go (budget.py).
"""

import asyncio
from collections.abc import Mapping
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
from pyreqwest.response import Response as Answer

from crossdock.connector.guard import AddressRefused, guard

USER_AGENT = "Crossdock/0.1"
LARGEST_ANSWER = 32 * 1024 * 1024
CONNECT_SECONDS = 10.0
GUARDED_SECONDS = 60.0  # a host that was public stays believed this long: one look-up a minute, not one a call

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


class Guard(Protocol):
    async def __call__(self, url: str, *, allow_private: bool) -> None: ...


class PyreqwestHttp:
    """`Http` over pyreqwest. Close it, or use it as an async context."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        largest_answer: int = LARGEST_ANSWER,
        connect_seconds: float = CONNECT_SECONDS,
        guard: Guard = guard,
    ) -> None:
        self._client = _build(connect_seconds)
        self._allow_private = allow_private
        self._largest = largest_answer
        self._guard = guard
        self._guarded: dict[str, float] = {}

    async def send(self, request: Request) -> Response:
        """Raises NotSent or NoAnswer, nothing else. Redirects come back as they are."""
        try:
            await self._check(request.url)
            response = await self._exchange(request)
        except AddressRefused as error:
            raise self._say(request, NotSent(str(error))) from None
        except (PoolTimeoutError, ValueError) as error:  # ValueError: the address is none
            raise self._say(request, NotSent(_words(error))) from None
        except PyreqwestError as error:
            kind = NotSent if _NOT_CONNECTED in _causes(error) else NoAnswer
            raise self._say(request, kind(_words(error))) from None
        log.debug("http", call=request.call, host=_host(request.url), status=response.status, size=len(response.body))
        return response

    async def close(self) -> None:
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _exchange(self, request: Request) -> Response:
        building = self._client.request(request.method, request.url).timeout(timedelta(seconds=request.timeout))
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

    async def _check(self, url: str) -> None:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        passing = asyncio.get_running_loop().time()
        if self._guarded.get(origin, 0.0) > passing:
            return
        await self._guard(url, allow_private=self._allow_private)
        self._guarded[origin] = passing + GUARDED_SECONDS

    def _say(self, request: Request, error: NotSent | NoAnswer) -> NotSent | NoAnswer:
        log.debug("http failed", call=request.call, host=_host(request.url), error=str(error))
        return error


def _build(connect_seconds: float) -> Client:
    return (
        ClientBuilder()
        .user_agent(USER_AGENT)
        .follow_redirects(False)  # a token must not travel to where an answer points
        .referer(False)
        .default_cookie_store(False)
        .no_proxy()
        .connect_timeout(timedelta(seconds=connect_seconds))
        .pool_idle_timeout(timedelta(seconds=45))
        .build()
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
