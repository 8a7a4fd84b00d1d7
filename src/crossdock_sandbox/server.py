"""The sandbox on the network: a small HTTP/1.1 server for thousands of shops, and the loop that does what is due.

Why not a framework: a fault must be able to cut a connection, which ASGI has no way to say; and a call costs a quarter.
"""

import asyncio
import contextlib
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httptools

from crossdock_sandbox import webhooks
from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.files import FilePart
from crossdock_sandbox.world import Sandbox

MAX_BODY = 16 << 20
PIECE = 1 << 18
_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Connection(asyncio.Protocol):
    """One client. Requests of a connection are answered one after another, in their order."""

    def __init__(self, world: Sandbox) -> None:
        self.world = world
        self.transport: asyncio.Transport | None = None
        self.parser: Any = httptools.HttpRequestParser(self)
        self.waiting: list[tuple[str, str, dict[str, str], bytes, bool]] = []
        self.busy: asyncio.Task[None] | None = None
        self.flowing = asyncio.Event()
        self.flowing.set()
        self._clear()

    def _clear(self) -> None:
        self.url = b""
        self.headers: dict[str, str] = {}
        self.body: list[bytes] = []
        self.size = 0

    # -- asyncio --

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def connection_lost(self, _error: Exception | None) -> None:
        self.transport = None
        self.flowing.set()  # whoever waits to write sees that nobody listens

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            self._write(400, {"Content-Type": "text/plain"}, b"bad request", False)

    # -- httptools --

    def on_message_begin(self) -> None:
        self._clear()

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self.headers.get("expect", "").lower() == "100-continue" and self.transport is not None:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > MAX_BODY:
            raise httptools.HttpParserError("too large")
        self.body.append(chunk)

    def on_message_complete(self) -> None:
        method = self.parser.get_method().decode()
        keep = self.parser.should_keep_alive()
        self.waiting.append((method, self.url.decode("latin-1"), self.headers, b"".join(self.body), keep))
        if self.busy is None:
            self.busy = asyncio.get_running_loop().create_task(self._answer())
            self.busy.add_done_callback(self._ended)

    async def _answer(self) -> None:
        try:
            while self.waiting and self.transport is not None:
                method, url, headers, body, keep = self.waiting.pop(0)
                try:
                    status, extra, content = await self.world.answer(method, url, headers, body)
                except Dropped:
                    if self.transport is not None:
                        self.transport.abort()
                    return
                if isinstance(content, FilePart):
                    await self._send_file(status, extra, content, keep)
                else:
                    self._write(status, extra, content, keep)
        finally:
            self.busy = None

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """A fault of the sandbox's own: tell whoever watches, and do not leave the client waiting."""
        if not task.cancelled() and (error := task.exception()) is not None:
            asyncio.get_running_loop().call_exception_handler({"message": "a request failed", "exception": error})
            self._write(500, {"Content-Type": "application/json"}, b'{"errors":"Internal Server Error"}', False)

    async def _send_file(self, status: int, headers: dict[str, str], part: FilePart, keep: bool) -> None:
        """In pieces, as fast as the client takes them; cut half-way when a fault asks for it."""
        end = part.start + len(part) // 2 if part.cut else part.end
        listening = self._put(_head(status, headers, len(part), keep))
        for start in range(part.start, end, PIECE):
            await self.flowing.wait()
            listening = listening and self._put(part.file.read(start, min(end, start + PIECE)))
            if not listening:
                return
        await self.flowing.wait()
        if self.transport is not None and (part.cut or not keep):
            self.transport.close()

    def _put(self, data: bytes) -> bool:
        """False when nobody listens any more."""
        if self.transport is not None:
            self.transport.write(data)
        return self.transport is not None

    def pause_writing(self) -> None:
        self.flowing.clear()

    def resume_writing(self) -> None:
        self.flowing.set()

    def _write(self, status: int, headers: dict[str, str], body: bytes, keep: bool) -> None:
        if self.transport is None:
            return
        self.transport.write(_head(status, headers, len(body), keep) + body)
        if not keep:
            self.transport.close()


def _head(status: int, headers: dict[str, str], length: int, keep: bool) -> bytes:
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}", f"content-length: {length}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if not keep:
        lines.append("connection: close")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


class Runner:
    """Does what is due on the real clock: background work at once, webhooks with a limit on how many at a time."""

    def __init__(self, world: Sandbox, at_once: int = 64) -> None:
        self.world = world
        self.limit = asyncio.Semaphore(at_once)
        self.wake = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()
        world.woken = self.wake.set

    async def run(self) -> None:
        while True:
            self.wake.clear()
            for delivery in self.world.take_due():
                self.world.running += 1
                task = asyncio.get_running_loop().create_task(self._deliver(delivery))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)
            due = self.world.next_due()
            wait = None if due is None else max(0.0, (due - datetime.now(UTC)).total_seconds())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.wake.wait(), wait)

    async def _deliver(self, delivery: webhooks.Delivery) -> None:
        try:
            async with self.limit:
                await webhooks.attempt(self.world, delivery)
        finally:
            self.world.running -= 1


async def serve(world: Sandbox, host: str, port: int) -> tuple[asyncio.Server, "asyncio.Task[None]"]:
    """Listen, and start doing what is due. The port in `world.base_url` is the one really had."""
    server = await asyncio.get_running_loop().create_server(lambda: Connection(world), host, port, backlog=1024)
    real = server.sockets[0].getsockname()[1]
    world.base_url = f"http://{host}:{real}"
    return server, asyncio.get_running_loop().create_task(Runner(world).run())
