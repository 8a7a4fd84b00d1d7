"""The worker: Procrastinate hands out lanes, a tick takes over what the dead left and wakes what has come due.

What survives a crash: everything. A killed worker's database session ends, its lanes' locks with it, and within two
ticks another worker ends its jobs and drains its lanes. Any number of workers may run, wherever the database is
reached.
Not here: what a drain does (lanes.py, drain.py).
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
import psycopg
import structlog
from django.conf import settings
from procrastinate import PsycopgConnector

from crossdock.connector.http import PyreqwestHttp
from crossdock.models.seal import Ring
from crossdock.sync import lanes, mails
from crossdock.sync.calls import CallLog
from crossdock.sync.db import Pool, make_pool, named
from crossdock.sync.dirty import LANES
from crossdock.sync.drain import Context
from crossdock.sync.lanes import Bell
from crossdock.sync.points import Points
from crossdock.sync.stores import Stores
from crossdock.sync.teller import Teller
from crossdock.sync.writer import Writer

log = structlog.get_logger(__name__)

TICK = 0.5  # seconds between two looks at lanes that came due or were left by the dead
BOUNCES = 12  # how often a worker with its fair share leaves a lane to another before it takes it after all
POOL = 12
LARGEST_HOOK_ANSWER = 256 * 1024  # bytes; what is in it is never read


class SystemClock:
    """The one source of time of a running hub."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def make_context(pool: Pool, http: PyreqwestHttp, calls: CallLog | None = None) -> Context:
    """A worker's context, by the installation's settings."""
    clock, points, ring = SystemClock(), Points(), Ring.from_settings()
    settle = settings.CROSSDOCK_SETTLE
    return Context(
        pool=pool,
        ring=ring,
        clock=clock,
        points=points,
        writer=Writer(pool, points, clock),
        stores=Stores(pool, ring, http, clock, points, calls),
        hub_url=settings.CROSSDOCK_URL,
        sweep_every=timedelta(seconds=settings.CROSSDOCK_SWEEP),
        settle_for=timedelta(seconds=settle) if settle else None,
        brake_window=timedelta(seconds=settings.CROSSDOCK_BRAKE),
    )


class Worker:
    """One worker process."""

    def __init__(self, context: Context, locks: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
        self.context = context
        self.bells: dict[int, Bell] = {}
        self.stopping = False
        self._locks = locks
        self._guard = asyncio.Lock()  # one statement at a time on the session that holds the lanes' locks
        self._bounced: dict[int, int] = {}
        self._suspects: set[tuple[Any, ...]] = set()  # job, lane, epoch
        self._others = 1

    async def drain_lane(self, lane: int) -> None:
        """The job: take the lane's lock, drain, give it back."""
        if self.stopping or await self._bounce(lane) or not await self._take(lane):
            return
        bell = self.bells[lane] = Bell()
        try:
            await lanes.run(self.context, lane, bell)
        except Exception:
            log.exception("lane failed", lane=lane)
            await lanes._execute(self.context, "leave_lane", lane)
        finally:
            del self.bells[lane]
            await self._lock("give_lane_lock", lane)

    async def _take(self, lane: int) -> bool:
        """False while another session holds it: it is being drained there, or its death is about to be noticed."""
        return lane not in self.bells and await self._lock("take_lane_lock", lane)

    async def _lock(self, statement: str, lane: int) -> bool:
        async with self._guard:
            cursor = await self._locks.execute(named(statement), {"lane": lane})
            row = await cursor.fetchone()
        return bool(row and row[0])

    async def _bounce(self, lane: int) -> bool:
        """A worker that has its share leaves a lane to the others for a while, so that work spreads."""
        share = -(-LANES // max(1, self._others))
        if len(self.bells) < share or self._bounced.get(lane, 0) >= BOUNCES:
            self._bounced.pop(lane, None)
            return False
        self._bounced[lane] = self._bounced.get(lane, 0) + 1
        await asyncio.sleep(0.02)
        return True  # the tick of some worker gives the lane a job again

    async def tick(self) -> None:
        """Count the living, end the jobs of the dead, give due lanes a job, leave lanes that others should have."""
        async with self.context.pool.connection() as connection:
            seconds = 3 * settings.CROSSDOCK_HEARTBEAT
            cursor = await connection.execute(named("workers_alive"), {"seconds": seconds})
            row = await cursor.fetchone()
            self._others = max(1, row[0] if row else 1)
            await self._rescue(connection)
            cursor = await connection.execute(named("lanes_due"), {"now": self.context.clock()})
            due = [row[0] for row in await cursor.fetchall()]
            if due:
                await connection.execute(named("defer_drains"), {"lanes": due})
        share = -(-LANES // self._others)
        if len(self.bells) > share:
            bell = self.bells[max(self.bells)]
            bell.leave = True
            bell.ring()

    async def _rescue(self, connection: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
        """A lane that nobody has locked for two ticks, though it is awake or its job is being worked: its drainer is
        dead, or was cut off."""
        cursor = await connection.execute(named("lanes_doing"))
        unheld = {tuple(row[:3]) for row in await cursor.fetchall() if not row[3]}
        for job, lane, epoch in unheld & self._suspects:
            if lane not in self.bells:
                log.warning("taking over a lane", lane=lane, job=job)
                await connection.execute(named("rescue_lane"), {"job": job, "lane": lane, "epoch": epoch})
        self._suspects = unheld

    def stop(self) -> None:
        self.stopping = True
        for bell in self.bells.values():
            bell.leave = True
            bell.ring()


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's where there is one (Windows has none): the one that the web process runs on."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def run_worker(compose: mails.Compose) -> None:
    """Work until SIGINT or SIGTERM; what is in hand is finished first. `compose` puts notices into words."""
    conninfo = settings.CROSSDOCK_DATABASE
    async with _resources(conninfo) as (context, locks, ears):
        worker = Worker(context, locks)
        app = _app(conninfo, worker)
        async with app.open_async():
            jobs = asyncio.create_task(
                app.run_worker_async(
                    queues=["drain"],
                    concurrency=LANES,
                    delete_jobs="always",
                    fetch_job_polling_interval=2.0,
                    update_heartbeat_interval=settings.CROSSDOCK_HEARTBEAT,
                    stalled_worker_timeout=3 * settings.CROSSDOCK_HEARTBEAT,
                    shutdown_graceful_timeout=5,
                    install_signal_handlers=False,
                )
            )
            sides = [
                asyncio.create_task(_ticking(worker)),
                asyncio.create_task(_listening(worker, ears)),
                asyncio.create_task(_telling(context, conninfo, compose)),
            ]
            stop = _on_signals(worker)
            await asyncio.wait([jobs, stop, *sides], return_when=asyncio.FIRST_COMPLETED)
            await _wind_down(worker, jobs, [*sides, stop])


async def _wind_down(worker: Worker, jobs: "asyncio.Task[None]", sides: "list[asyncio.Task[None]]") -> None:
    """Leave all lanes, then end; a side task that broke is what the process ends with."""
    worker.stop()
    failed = [task for task in [jobs, *sides] if task.done() and not task.cancelled() and task.exception()]
    for task in [jobs, *sides]:
        task.cancel()
    await asyncio.gather(jobs, *sides, return_exceptions=True)
    for task in failed:
        task.result()


@contextlib.asynccontextmanager
async def _resources(
    conninfo: str,
) -> AsyncIterator[
    "tuple[Context, psycopg.AsyncConnection[tuple[object, ...]], psycopg.AsyncConnection[tuple[object, ...]]]"
]:
    pool = make_pool(conninfo, size=POOL)
    await pool.open(wait=True)
    locks = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
    ears = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
    http = PyreqwestHttp(allow_private=settings.CROSSDOCK_ALLOW_PRIVATE, networks=settings.CROSSDOCK_ALLOW_NETWORKS)
    calls = CallLog(pool, SystemClock())
    try:
        yield make_context(pool, http, calls), locks, ears
    finally:
        await calls.close()
        await http.close()
        await locks.close()
        await ears.close()
        await pool.close()


def _app(conninfo: str, worker: Worker) -> procrastinate.App:
    app = procrastinate.App(connector=PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))

    async def drain_lane(lane: int) -> None:
        await worker.drain_lane(lane)

    app.task(name="crossdock.drain_lane", queue="drain")(drain_lane)
    return app


async def _ticking(worker: Worker) -> None:
    while True:
        await worker.tick()
        await asyncio.sleep(TICK)


async def _listening(worker: Worker, ears: "psycopg.AsyncConnection[tuple[object, ...]]") -> None:
    """Marks made elsewhere ring the bell of their lane."""
    await ears.execute("LISTEN crossdock_lane")
    async for notice in ears.notifies():
        bell = worker.bells.get(int(notice.payload))
        if bell is not None:
            bell.ring()


async def _telling(context: Context, conninfo: str, compose: mails.Compose) -> None:
    """Notices, mails and webhooks, over a session and a client of their own: a slow receiver slows no store."""
    mail = settings.CROSSDOCK_MAIL
    sending = mails.Sending(compose, mail.sender, settings.CROSSDOCK_URL, mail.gather, mail.rate)
    allow = settings.CROSSDOCK_ALLOW_PRIVATE
    async with (
        await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as session,
        PyreqwestHttp(
            allow_private=allow, networks=settings.CROSSDOCK_ALLOW_NETWORKS, largest_answer=LARGEST_HOOK_ANSWER
        ) as http,
    ):
        await Teller(context.pool, session, http, context.ring, context.clock, sending).run()


def _on_signals(worker: Worker) -> "asyncio.Task[None]":
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)

    async def wait() -> None:
        await stopped.wait()

    return asyncio.create_task(wait())
