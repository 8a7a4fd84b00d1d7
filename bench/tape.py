"""Sandbox stores that keep every delivery and every call on a tape, so that the floor can be given exactly the same.

A process of its own: python -m bench.tape --port 9100. POST /control/tape {"to": file} writes what is on the tape and
clears it. Not here: the sandbox itself.
"""

import argparse
import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from crossdock_sandbox.sender import Sender
from crossdock_sandbox.server import serve
from crossdock_sandbox.world import FilePart, Sandbox


class Delivery(Struct, array_like=True):
    """A webhook: `at` when it left, in seconds since 1970."""

    at: float
    url: str
    headers: dict[str, str]
    body: bytes


class Call(Struct, array_like=True):
    """A call of the hub and the answer it got. `at` when it came, `until` when it was answered."""

    at: float
    until: float
    url: str
    headers: dict[str, str]
    body: bytes
    status: int
    answer: bytes


class Tape(Struct):
    deliveries: list[Delivery] = []
    calls: list[Call] = []


class Recording(Sandbox):
    """A sandbox with a tape."""

    tape = Tape()

    async def answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes | FilePart]:
        if url == "/control/tape":
            Path(msgspec.json.decode(body)["to"]).write_bytes(msgspec.msgpack.encode(self.tape))  # noqa: ASYNC240  between two measurements
            self.tape = Tape()
            return 200, {"content-type": "application/json"}, b"{}"
        at = time.time()
        answer = await super().answer(method, url, headers, body)
        if not url.startswith("/control") and isinstance(answer[2], bytes):
            self.tape.calls.append(Call(at, time.time(), url, headers, body, answer[0], answer[2]))
        return answer


async def _run(port: int) -> None:
    sender = Sender()

    async def deliver(url: str, headers: dict[str, str], body: bytes) -> int:
        world.tape.deliveries.append(Delivery(time.time(), url, headers, body))
        return await sender(url, headers, body)

    world: Any = Recording(1, deliver=deliver)
    _, runner = await serve(world, "127.0.0.1", port)
    await runner


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvloop.install()
    asyncio.run(_run(parser.parse_args().port))
