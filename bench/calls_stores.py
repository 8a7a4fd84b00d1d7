"""Sandbox stores that count their calls by store and by name, as they come in.

A process of its own: python -m bench.calls_stores --port 9100. GET /control/called tells the counts. Not here: the
sandbox itself, or what the counts mean (calls.py).
"""

import argparse
import asyncio
import re
from typing import Any

import msgspec
import uvloop

from crossdock_sandbox.sender import Sender
from crossdock_sandbox.server import serve
from crossdock_sandbox.world import FilePart, Sandbox

STORE = re.compile(r"/[a-z0-9]+/([^/?]+)(/[^?]*)?")  # /<platform>/<store>/<path>
DOCUMENT = re.compile(rb'"operationName":"(\w+)"')
ID = re.compile(r"/[0-9a-f,%A-F-]*[0-9][0-9a-f,%A-F-]*(?=/|$)")  # of a thing in a path, or several


class Counting(Sandbox):
    called: dict[str, dict[str, int]]

    async def answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes | FilePart]:
        if url == "/control/called":
            return 200, {"content-type": "application/json"}, msgspec.json.encode(self.called)
        found = None if url.startswith("/control") else STORE.match(url)
        if found is not None:
            of, name = self.called.setdefault(found[1], {}), call_name(method, found[2] or "/", body)
            of[name] = of.get(name, 0) + 1
        return await super().answer(method, url, headers, body)


def call_name(method: str, path: str, body: bytes) -> str:
    """The document's name, or the method and the path with * for ids."""
    named = DOCUMENT.search(body)
    return named[1].decode() if named else f"{method} {ID.sub('/*', path)}"


async def _run(port: int) -> None:
    world: Any = Counting(1, deliver=Sender())
    world.called = {}
    _, runner = await serve(world, "127.0.0.1", port)
    await runner


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    uvloop.install()
    asyncio.run(_run(parser.parse_args().port))
