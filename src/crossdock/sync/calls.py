"""The call log: every request to a store and every delivery from one becomes a line, written in bulk a moment later.

Off the hot path: a call only leaves its figures and bodies here; payloads are redacted later, and under load only some
(those that went wrong first). What survives a crash: what was written; the last second may be missing, which costs an
explanation, never truth. Not here: which fields are shown (connector/payloads.py), who may read it (web).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import psycopg
import structlog
from msgspec import Struct

from crossdock.connector import payloads
from crossdock.connector.http import Http, NoAnswer, NotSent, Request, Response
from crossdock.sync.db import Pool, named

log = structlog.get_logger(__name__)

WAIT: Final = 1.0  # seconds that lines wait for others
MOST: Final = 20_000  # lines that wait at most: more are dropped, and said to be
PAYLOADS: Final = {True: 100_000, False: 300_000}  # bytes of bodies redacted a second: of what went well, of what not
HELD: Final = 8_000_000  # bytes of bodies that wait to be redacted
KEPT: Final = timedelta(days=7)
MOST_KEPT: Final = 2_000_000  # lines in the table

about: ContextVar[tuple[str, int]] = ContextVar("about", default=("", 0))  # kind and ref of the key being worked
answers: ContextVar[list[int]] = ContextVar("answers")  # statuses that the work of this key was answered with


class Line(Struct):
    """One call or delivery, as it is kept. `bodies` wait to be redacted."""

    marketplace_id: int
    store_id: int
    at: datetime
    came: bool
    call: str
    method: str
    path: str
    status: int
    outcome: str
    words: str
    took: int
    kind: str
    ref: int | None
    remote_id: str
    sent_size: int
    got_size: int
    bodies: tuple[bytes, bytes] | None


class CallLog:
    """One per process."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self.clock = clock
        self._lines: deque[Line] = deque()
        self._held = 0
        self._dropped = 0
        self._task: asyncio.Task[None] | None = None

    def add(self, line: Line) -> None:
        """Never waits, never fails."""
        if len(self._lines) >= MOST:
            self._dropped += 1
            return
        if line.bodies is not None:
            if self._held > HELD:
                line.bodies = None
            self._held += line.sent_size + line.got_size
        self._lines.append(line)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._soon())

    async def close(self) -> None:
        """Write what waits."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def _soon(self) -> None:
        while self._lines:
            await asyncio.sleep(WAIT)
            await self.flush()

    async def flush(self) -> None:
        """Everything that waits, in one statement."""
        lines, self._lines, self._held = list(self._lines), deque(), 0
        dropped, self._dropped = self._dropped, 0
        if dropped:
            log.warning("calls not logged: too many at once", count=dropped)
        if not lines:
            return
        columns = _columns(lines)
        try:
            async with self._pool.connection() as connection:
                await connection.execute(named("keep_calls"), columns)
        except psycopg.Error as error:
            log.warning("calls not logged", count=len(lines), error=type(error).__name__)


class Heard:
    """`Http` of one store; who works a key can tell whether the store answered at all."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def send(self, request: Request) -> Response:
        """Raises NotSent or NoAnswer, nothing else."""
        response = await self._http.send(request)
        if (heard := answers.get(None)) is not None:
            heard.append(response.status)
        return response


class Logged:
    """`Http` of one store, each exchange a line of the log."""

    def __init__(self, http: Http, calls: CallLog, marketplace_id: int, store_id: int) -> None:
        self._http = http
        self._calls = calls
        self._ids = (marketplace_id, store_id)

    async def send(self, request: Request) -> Response:
        """Raises NotSent or NoAnswer, nothing else."""
        began = time.monotonic()
        try:
            response = await self._http.send(request)
        except (NotSent, NoAnswer) as error:
            self._add(request, began, 0, "failed", str(error)[: payloads.MOST_TEXT], b"")
            raise
        status = response.status
        self._add(request, began, status, _outcome(status, response.body), "", response.body)
        return response

    def _add(self, request: Request, began: float, status: int, outcome: str, words: str, body: bytes) -> None:
        kind, ref = about.get()
        self._calls.add(
            Line(
                *self._ids,
                self._calls.clock(),
                False,
                request.call,
                request.method,
                request.url,
                status,
                outcome,
                words,
                int((time.monotonic() - began) * 1000),
                kind,
                ref or None,
                "",
                len(request.body),
                len(body),
                _bodies(request.body, body),
            )
        )


def delivery(
    calls: CallLog, store: tuple[int, int], *, topic: str, kind: str, remote_id: str, body: bytes, refused: str = ""
) -> None:
    """A delivery of `store` (marketplace, id): what it is about, or why it was refused."""
    outcome, status = ("refused", 401) if refused else ("done", 200)
    bodies = None if refused else _bodies(b"", body)  # what is not verified is not shown
    ids = (*store, calls.clock(), True, topic, "POST", "", status, outcome, refused, 0, kind, None, remote_id)
    calls.add(Line(*ids, 0, len(body), bodies))


async def forget(pool: Pool, now: datetime) -> None:
    """What is too old, or too much."""
    async with pool.connection() as connection:
        await connection.execute(named("forget_calls"), {"before": now - KEPT, "most": MOST_KEPT})


def _bodies(sent: bytes, got: bytes) -> tuple[bytes, bytes] | None:
    """Held only where they may be shown: neither nothing nor too much."""
    sent = sent if len(sent) <= payloads.LARGEST else b""
    got = got if len(got) <= payloads.LARGEST else b""
    return (sent, got) if sent or got else None


def _outcome(status: int, body: bytes) -> str:
    if status == 429:
        return "limited"
    if status >= 500:
        return "failed"
    refused = status >= 400 or body.startswith(b'{"errors"') or b'"userErrors":[{' in body
    return "refused" if refused else "done"


def _columns(lines: Sequence[Line]) -> dict[str, list[object]]:
    told = _payloads(lines)
    return {
        "marketplace_ids": [line.marketplace_id for line in lines],
        "store_ids": [line.store_id for line in lines],
        "ats": [line.at for line in lines],
        "cames": [line.came for line in lines],
        "calls": [_plain(line.call, 100) for line in lines],
        "methods": [line.method for line in lines],
        "paths": [_path(line.path) for line in lines],
        "statuses": [line.status for line in lines],
        "outcomes": [line.outcome for line in lines],
        "words": [_plain(payloads.scrubbed(line.words), 300) if line.words else "" for line in lines],
        "tooks": [line.took for line in lines],
        "kinds": [line.kind for line in lines],
        "refs": [line.ref for line in lines],
        "remote_ids": [_plain(line.remote_id, 200) for line in lines],
        "sent_sizes": [line.sent_size for line in lines],
        "got_sizes": [line.got_size for line in lines],
        "sents": [sent for sent, _ in told],
        "gots": [got for _, got in told],
    }


def _payloads(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """Of as many as there is time for: the newest of those that went well, and of those that did not."""
    left = dict(PAYLOADS)
    told: list[tuple[str, str]] = []
    for line in reversed(lines):
        well = line.outcome == "done"
        if line.bodies is None or left[well] <= 0:
            told.append(("", ""))
            continue
        sent, got = line.bodies
        left[well] -= len(sent) + len(got)
        told.append((_plain(payloads.shown(sent), payloads.KEPT), _plain(payloads.shown(got), payloads.KEPT)))
    return told[::-1]


def _path(url: str) -> str:
    """Without its query: keys travel there."""
    return _plain(urlsplit(url).path, 200) if url else ""


def _plain(words: str, most: int) -> str:
    return words[:most].replace("\0", "")
