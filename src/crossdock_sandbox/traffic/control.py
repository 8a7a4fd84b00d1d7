"""A client of the sandbox's control API: one operation or many in one request, over loopback HTTP.

Not here: what to do with it (building.py, player.py).
"""

import json
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Any, Protocol

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=600, connect=10)


class ControlFailed(Exception):
    """The sandbox refused an operation, or did not answer as agreed."""


class Control(Protocol):
    """Whatever carries out control operations: this client, or a sandbox in the same process."""

    async def batch(self, ops: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """One result for each operation, in order; a refused one is {"error": words}."""


class HttpControl:
    """Speaks to `address` (http://127.0.0.1:9100)."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        self.session = aiohttp.ClientSession(timeout=PATIENCE)

    async def __aenter__(self) -> "HttpControl":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def batch(self, ops: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        if not ops:
            return []
        body = json.dumps({"ops": list(ops)}).encode()
        headers = {"Content-Type": "application/json"}
        async with self.session.post(f"{self.address}/control/batch", data=body, headers=headers) as answer:
            if answer.status != 200:
                raise ControlFailed(f"control answered {answer.status}: {(await answer.text())[:300]}")
            results: list[dict[str, Any]] = json.loads(await answer.read())["results"]
        if len(results) != len(ops):
            raise ControlFailed(f"{len(ops)} operations were answered by {len(results)} results")
        return results

    async def dumps(self) -> AsyncIterator[dict[str, Any]]:
        """Every store's state, one by one."""
        async with self.session.get(f"{self.address}/control/dump") as answer:
            if answer.status != 200:
                raise ControlFailed(f"the dump answered {answer.status}")
            rest = b""
            async for piece in answer.content.iter_any():
                *lines, rest = (rest + piece).split(b"\n")
                for line in filter(None, lines):
                    yield json.loads(line)
            if rest.strip():
                yield json.loads(rest)

    async def counters(self) -> dict[str, Any]:
        async with self.session.get(f"{self.address}/control/counters") as answer:
            found: dict[str, Any] = await answer.json(content_type=None)
            return found


async def one(control: Control, op: dict[str, Any]) -> dict[str, Any]:
    """One operation. Raises ControlFailed when it is refused."""
    (result,) = await control.batch([op])
    if "error" in result:
        raise ControlFailed(f"{op['op']} {op.get('store', '')}: {result['error']}")
    return result
