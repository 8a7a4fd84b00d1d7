"""Sandbox stores that count what each store was asked and what it cost, read from the answers as they leave.

A process of its own: python -m bench.catalogue_stores --port 9100. GET /control/spent tells the counts by store. Not
here: the sandbox itself, or what the counts mean (catalogue.py).
"""

import argparse
import asyncio
import re
from datetime import timedelta
from typing import Any

import msgspec
import uvloop
from msgspec import Struct

from crossdock_sandbox.sender import Sender
from crossdock_sandbox.server import serve
from crossdock_sandbox.world import FilePart, Sandbox

STORE = re.compile(r"/shopify/([^/]+)/(admin|bulk)/")
OPERATION = re.compile(rb'"operationName":"(\w+)"')
COST = re.compile(
    rb'"extensions":\{"cost":\{"requestedQueryCost":\d+,"actualQueryCost":(null|\d+),"throttleStatus":\{'
    rb'"maximumAvailable":([0-9.]+),"currentlyAvailable":([0-9.]+),"restoreRate":([0-9.]+)'
)
TAIL = 600  # bytes of an answer that hold what it cost


class Spent(Struct):
    """What one store was asked. `points` are what its calls cost in the end, `level` what its bucket had after the
    last, `bytes` those of files."""

    points: int = 0
    throttled: int = 0
    level: float = 0.0
    size: float = 0.0
    rate: float = 0.0
    bytes: int = 0
    calls: dict[str, int] = {}


class Counting(Sandbox):
    """A sandbox that counts, and takes `latency` seconds more for every answer, as a store on the net does."""

    spent: dict[str, Spent]
    latency = 0.0

    async def answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes | FilePart]:
        if url == "/control/spent":
            return 200, {"content-type": "application/json"}, msgspec.json.encode(self.spent)
        if b'"fill_catalogue"' in body and url.startswith("/control"):
            return await self._of_yesterday(method, url, headers, body)
        answer = await super().answer(method, url, headers, body)
        found = STORE.match(url)
        if found is not None:
            await asyncio.sleep(self.latency)
            self._count(self.spent.setdefault(found[1], Spent()), body, answer[2])
        return answer

    async def _of_yesterday(self, *request: Any) -> tuple[int, dict[str, str], bytes | FilePart]:
        """A catalogue was not all changed just now, or a sweep of what changed would read it too."""
        clock = self.now
        self.now = lambda: clock() - timedelta(days=1)
        try:
            return await super().answer(*request)
        finally:
            self.now = clock

    def _count(self, of: Spent, body: bytes, answer: bytes | FilePart) -> None:
        named = OPERATION.search(body)
        name = named[1].decode() if named else "BulkFile"
        of.calls[name] = of.calls.get(name, 0) + 1
        if isinstance(answer, FilePart):
            of.bytes += len(answer)
            return
        cost = COST.search(answer[-TAIL:])
        if cost is None:
            return
        of.throttled += cost[1] == b"null" and b'"THROTTLED"' in answer
        of.points += 0 if cost[1] == b"null" else int(cost[1])
        of.size, of.level, of.rate = float(cost[2]), float(cost[3]), float(cost[4])


async def _run(port: int, latency: float) -> None:
    sender = Sender()
    world: Any = Counting(1, deliver=sender)
    world.spent, world.latency = {}, latency
    _, runner = await serve(world, "127.0.0.1", port)
    await runner


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--latency", type=float, default=0.0)
    uvloop.install()
    options = parser.parse_args()
    asyncio.run(_run(options.port, options.latency))
