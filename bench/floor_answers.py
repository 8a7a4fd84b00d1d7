"""Answers a tape's calls as they were answered: the request says which by header x-call. Its CPU is not counted."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httptools
import msgspec
import uvloop

from bench.tape import Tape


class Answering(asyncio.Protocol):
    answers: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.parser = httptools.HttpRequestParser(self)
        self.call = -1

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"x-call":
            self.call = int(value)

    def on_message_complete(self) -> None:
        body = self.answers[self.call] if self.call >= 0 else b"{}"
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self.transport.write(head.encode() + body)


async def main(port: int, file: str) -> None:
    tape = msgspec.msgpack.decode(Path(file).read_bytes(), type=Tape)  # noqa: ASYNC240  before it serves
    Answering.answers = [call.answer for call in tape.calls]
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.install()
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
