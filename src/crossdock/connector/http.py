"""The one HTTP client: every request a connector makes goes through `Http.send`, with a time-out and a redacted log.

Not here: what an answer means (platforms), or how fast to go (budget.py).
"""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct


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
