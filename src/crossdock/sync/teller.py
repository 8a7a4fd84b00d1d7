"""The worker's side task that tells: facts become notices and messages, mails and webhooks go out.

One process of the installation tells at a time; which one is the database's to say, so when it dies another goes on at
once. What survives a crash is said in notices.py, mails.py and hooks_out.py, which do the work.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import psycopg
import structlog

from crossdock.connector.http import Http
from crossdock.models.seal import Ring
from crossdock.sync import calls, hooks_out, mails, notices, privacy
from crossdock.sync.db import Pool, named

log = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between two looks
SLOWEST = 300.0  # seconds between two looks at a mail server that does not answer
MAILS, HOOKS = 1, 2  # what the locks are called
KEPT, HOOKS_KEPT = timedelta(days=180), timedelta(days=30)

Session = psycopg.AsyncConnection[Any]


class Teller:
    """Of one worker. `session` holds the locks, and nothing else is said on it."""

    def __init__(
        self,
        pool: Pool,
        session: Session,
        http: Http,
        ring: Ring,
        clock: Callable[[], datetime],
        sending: mails.Sending,
    ) -> None:
        self._pool = pool
        self._session = session
        self._http = http
        self._ring = ring
        self._clock = clock
        self._sending = sending
        self._guard = asyncio.Lock()
        self._held: set[int] = set()
        self._looked_at: datetime | None = None  # for what is late
        self._wait_until: datetime | None = None  # for the mail server
        self._failures = 0

    async def run(self) -> None:
        """Until cancelled. An error of the database ends it, and with it the worker, which is started again."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._every(self.tell))
            group.create_task(self._every(self.deliver))

    async def tell(self) -> bool:
        """One look at facts and mails; True when there may be more at once."""
        if not await self._lock(MAILS):
            return False
        now = self._clock()
        if self._looked_at is None or now - self._looked_at >= notices.LATE_EVERY:
            self._looked_at = now
            await notices.find_late(self._pool, now)
            await self._forget(now)
            await calls.forget(self._pool, now)
            await privacy.forget(self._pool, now)
        taken = await notices.tell(self._pool, now, hub_url=self._sending.hub_url)
        if self._wait_until is None or now >= self._wait_until:
            await self._mail(now)
        return taken >= notices.MOST

    async def deliver(self) -> bool:
        """One look at webhooks; True when there may be more at once."""
        if not await self._lock(HOOKS):
            return False
        return await hooks_out.deliver(self._pool, self._http, self._ring, self._clock) >= hooks_out.MOST

    async def _mail(self, now: datetime) -> None:
        await mails.begin(self._pool, self._sending, now)
        letters = await mails.due(self._pool, self._sending, now)
        if not letters:
            return
        if await mails.send(self._pool, self._sending, letters, self._clock):
            self._failures, self._wait_until = 0, None
            return
        self._failures += 1
        seconds = min(SLOWEST, 5.0 * 2 ** min(self._failures, 10))
        self._wait_until = self._clock() + timedelta(seconds=seconds)

    async def _forget(self, now: datetime) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(named("forget_told"), {"before": now - KEPT, "hooks_before": now - HOOKS_KEPT})

    async def _lock(self, number: int) -> bool:
        """Whether this worker is the one that tells; asked once it is, the session's life answers for it."""
        async with self._guard:
            if number in self._held:
                await self._session.execute("SELECT 1")  # raises when the session, and so the lock, is gone
                return True
            cursor = await self._session.execute(named("take_tell_lock"), {"number": number})
            row = await cursor.fetchone()
            if row and row[0]:
                self._held.add(number)
                return True
        return False

    async def _every(self, look: Callable[[], Any]) -> None:
        while True:
            if not await look():
                await asyncio.sleep(LOOK)
