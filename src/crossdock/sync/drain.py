"""Draining a lane: claim due keys, look at what each is about, do what its kind does, give the key back.

One drainer per lane at a time, so each store is spoken to by one process. What survives a crash: a claimed key is free
again as soon as another drainer takes the lane (its lease is of an older epoch); everything else is in the rows.
Not here: what a kind does (kinds/), or when a lane is drained (engine.py).
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

import structlog
from msgspec import Struct

from crossdock.connector.contract import Clock
from crossdock.connector.errors import (
    AuthFailed,
    ConnectorError,
    Gone,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
    Unsupported,
)
from crossdock.core.reasons import Reason
from crossdock.models.seal import Ring
from crossdock.sync import calls
from crossdock.sync.db import Pool, named, one
from crossdock.sync.effects import Again, Effects, Key, StoreChange
from crossdock.sync.points import Points
from crossdock.sync.stores import Stores
from crossdock.sync.writer import Writer

log = structlog.get_logger(__name__)

CLAIM = 100  # keys leased at once
PER_STORE = 12  # keys of one store in hand at once: its budget sets the pace, this only bounds the queue before it
IN_HAND = 300  # keys of a lane in hand at once
CALM = 8  # of them sweeps and subscriptions
CHECK_EVERY = timedelta(minutes=1)
CALM_KINDS = ("lease", "subscription", "sweep")


class Context(Struct):
    """What every kind works with. One per worker process."""

    pool: Pool
    ring: Ring
    clock: Clock
    points: Points
    writer: Writer
    stores: Stores
    hub_url: str
    sweep_every: timedelta = timedelta(minutes=5)
    settle_for: timedelta | None = None  # overrides a platform's settle_seconds (rehearsals in compressed time)
    brake_window: timedelta = timedelta(hours=1)  # over which a vendor's losses are counted


class Kind(Protocol):
    """What a kind of key does: prepares all claimed keys at once (few statements), then works each."""

    async def __call__(self, context: Context, keys: Sequence[Key]) -> "dict[int, Callable[[], Awaitable[None]]]":
        """The work of each key, by key id; a key without work was dealt with already."""


class Drainer:
    """One lane, for as long as its job lasts."""

    def __init__(self, context: Context, lane: int, kinds: dict[str, Kind]) -> None:
        self._context = context
        self._lane = lane
        self._kinds = kinds
        self._epoch = 0
        self._busy: Counter[int] = Counter()
        self._calm = 0
        self._tasks: dict[asyncio.Task[None], int] = {}  # with its key's id
        self._checked_at = context.clock()
        self.free = asyncio.Event()  # set whenever work ended: there may be room to claim again
        self.error: BaseException | None = None

    async def start(self) -> None:
        async with self._context.pool.connection() as connection:
            cursor = await connection.execute(named("start_lane"), {"lane": self._lane})
            row = await cursor.fetchone()
            self._epoch = one(row)[0]

    @property
    def in_hand(self) -> int:
        return len(self._tasks)

    async def step(self) -> int:
        """Claim once and set the claimed to work; how many were claimed."""
        if self.error is not None:
            raise self.error
        if self._context.clock() >= self._checked_at + CHECK_EVERY:
            await self._free_forgotten()
        room = IN_HAND - len(self._tasks)
        if room <= 0:
            return 0
        keys = await self._claim(min(CLAIM, room))
        if keys:
            self._context.points.reach("claim.after")
            await self._begin(keys)
        return len(keys)

    async def quiet(self) -> None:
        """Wait until everything in hand is done; raises what broke."""
        while self._tasks:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            if self.error is not None:
                raise self.error

    async def stop(self) -> None:
        """Drop what is in hand (as a crash would): its keys are free for the next drainer."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _claim(self, size: int) -> list[Key]:
        busy = [store_id for store_id, count in self._busy.items() if count >= PER_STORE]
        async with self._context.pool.connection() as connection:
            cursor = await connection.execute(
                named("claim"),
                {
                    "lane": self._lane,
                    "epoch": self._epoch,
                    "now": self._context.clock(),
                    "busy": busy,
                    "size": size,
                    "calm": max(0, CALM - self._calm),
                },
            )
            return [Key(*row) for row in await cursor.fetchall()]

    async def _free_forgotten(self) -> None:
        """A key that we leased and do not have in hand would wait for the lane's next drainer. There is none, unless
        something is wrong; then it is said, and costs a minute."""
        self._checked_at = self._context.clock()
        values = {"lane": self._lane, "epoch": self._epoch, "in_hand": list(self._tasks.values())}
        async with self._context.pool.connection() as connection:
            cursor = await connection.execute(named("free_forgotten"), values)
            for kind, ref in await cursor.fetchall():
                log.error("key was forgotten", lane=self._lane, kind=kind, ref=ref)

    async def _begin(self, keys: Sequence[Key]) -> None:
        by_kind: defaultdict[str, list[Key]] = defaultdict(list)
        for key in keys:
            by_kind[key.kind].append(key)
        for kind, group in by_kind.items():
            try:
                works = await self._kinds[kind](self._context, group)
            except Exception as error:
                log.exception("kind failed", kind=kind, keys=len(group))
                await self._keep_failed(group, error)
                continue
            for key in group:
                if key.id in works:
                    self._spawn(key, works[key.id])

    async def _keep_failed(self, keys: Sequence[Key], error: Exception) -> None:
        """Preparing many at once failed: each alone next time, so that one bad row does not hold up the others."""
        if len(keys) == 1:
            await self._context.writer.keep(unexpected(self._context, keys[0], error))
            return
        for key in keys:
            try:
                works = await self._kinds[key.kind](self._context, [key])
            except Exception as alone:  # noqa: BLE001  kept with the key, which comes back much later
                await self._context.writer.keep(unexpected(self._context, key, alone))
            else:
                if key.id in works:
                    self._spawn(key, works[key.id])

    def _spawn(self, key: Key, work: Callable[[], Awaitable[None]]) -> None:
        self._busy[key.store_id] += 1
        self._calm += key.kind in CALM_KINDS
        task = asyncio.create_task(self._guarded(key, work))
        self._tasks[task] = key.id
        task.add_done_callback(lambda done: self._ended(key, done))

    def _ended(self, key: Key, task: "asyncio.Task[None]") -> None:
        self._tasks.pop(task, None)
        self._busy[key.store_id] -= 1
        self._calm -= key.kind in CALM_KINDS
        if not self._busy[key.store_id]:
            del self._busy[key.store_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            self.error = error
        self.free.set()

    async def _guarded(self, key: Key, work: Callable[[], Awaitable[None]]) -> None:
        calls.about.set((key.kind, key.ref))  # of this task alone, as is the list
        heard: list[int] = []
        calls.answers.set(heard)
        try:
            await work()
            if key.ailing and heard:  # work that asked the store nothing says nothing of it
                await self._context.writer.keep(Effects(answered=[key.store_id]))
        except ConnectorError as error:
            await self._context.writer.keep(failure(self._context, key, error))
        except Exception as error:
            log.exception("work failed", kind=key.kind, ref=key.ref)
            await self._context.writer.keep(unexpected(self._context, key, error))


def backoff(context: Context, key: Key, *, first: float = 2.0, most: float = 900.0) -> timedelta:
    """Twice as long each time, spread by the key's number (no chance involved): 2 s, 4 s, ... 15 min."""
    spread = 1 + (key.id * 7919 % 100) / 400
    return timedelta(seconds=min(most, first * 2.0 ** min(key.attempts, 12)) * spread)


def failure(context: Context, key: Key, error: ConnectorError) -> Effects:
    """What the engine does next, by the error's name (DESIGN section 5); kinds handle those of their writes first."""
    now = context.clock()
    effects = Effects()
    match error:
        case RateLimited():
            until = now + timedelta(seconds=error.retry_after)
            if not error.only:
                effects.pauses.append((key.store_id, until))
            effects.again.append(Again(key, until, Reason.RATE_LIMITED, counts=False))
        case AuthFailed():
            effects.stores.append(StoreChange(key.store_id, "needs_reauth", error.words, key.store_version))
            effects.again.append(Again(key, now, Reason.NEEDS_REAUTHORISATION, counts=False))
        case Unavailable() | OutcomeUnknown():
            effects.failures.append(key.store_id)
            effects.again.append(Again(key, now + backoff(context, key), Reason.UNAVAILABLE))
        case Rejected() | Gone() | Unsupported():
            log.warning("refused", kind=key.kind, store=key.store_id, call=error.call, words=error.words)
            reason = f"{Reason.REJECTED_BY_STORE}: {error.words[:200]}"
            effects.again.append(Again(key, now + backoff(context, key, first=60), reason))
        case _:
            raise error
    return effects


def unexpected(context: Context, key: Key, error: Exception) -> Effects:
    """A bug of ours: the key comes back much later, and the log has the traceback."""
    due_at = context.clock() + backoff(context, key, first=60, most=3600)
    return Effects(again=[Again(key, due_at, f"{Reason.UNEXPECTED_ERROR}: {type(error).__name__}")])
