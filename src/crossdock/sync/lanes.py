"""One lane's job, from its lock to its leaving: drain, wait a little for more, leave so that no mark is missed.

What survives a crash: the lane's lock is the worker's database session's; when that ends, another worker's tick ends
the job and the lane is taken again. Not here: claiming and working (drain.py), or which worker gets which lane.
"""

import asyncio
from datetime import timedelta

from crossdock.sync.db import named
from crossdock.sync.drain import CLAIM, Context, Drainer
from crossdock.sync.kinds import KINDS

GATHER = 0.003  # seconds of ended work and marks that one claim answers
MUCH, GATHER_MUCH = 20, 0.01  # with so many keys in hand there is no hurry for more
LINGER = 0.5  # seconds a drained lane waits for more before its job ends
LAST = 3.0  # seconds that work in hand gets when the lane is to be left


class Bell:
    """Rings when somebody marked a key of the lane, or the worker wants the lane left."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.leave = False

    def ring(self) -> None:
        self.event.set()


async def run(context: Context, lane: int, bell: Bell) -> None:
    """Drain until nothing is due and nothing came for LINGER seconds, or until the bell says to leave."""
    drainer = Drainer(context, lane, KINDS)
    drainer.free = bell.event  # ended work and new marks wake the same wait
    await drainer.start()
    try:
        while True:
            await _busy(drainer, bell)
            if bell.leave or not await _more_soon(context, lane, bell):
                await _finish(drainer, bell)
                await _execute(context, "leave_lane", lane)
                if bell.leave or not await drainer.step():
                    return
                await _execute(context, "stay_awake", lane)
    finally:
        await drainer.stop()


async def _busy(drainer: Drainer, bell: Bell) -> None:
    """Claim and work until there is nothing due and nothing in hand."""
    while not bell.leave:
        bell.event.clear()
        claimed = await drainer.step()
        if claimed >= CLAIM:
            continue
        if drainer.in_hand:
            # work ends one by one; claiming for each would cost more than it
            await asyncio.sleep(GATHER if drainer.in_hand < MUCH else GATHER_MUCH)
            await _wait(bell, LINGER)
        elif not claimed:
            return


async def _finish(drainer: Drainer, bell: Bell) -> None:
    """What is in hand, to its end; asked to leave, no longer than LAST: the next drainer takes up what is dropped, as
    after a crash."""
    try:
        await asyncio.wait_for(drainer.quiet(), LAST if bell.leave else None)
    except TimeoutError:
        await drainer.stop()


async def _more_soon(context: Context, lane: int, bell: Bell) -> bool:
    """Wait for a mark, or for a key that is due within LINGER; False when neither came."""
    due_at = await _next_due(context, lane)
    wait = LINGER
    if due_at is not None:
        wait = min(LINGER, max(0.0, due_at))
    rung = await _wait(bell, wait)
    return rung or (due_at is not None and due_at <= LINGER)


async def _next_due(context: Context, lane: int) -> float | None:
    """Seconds until the lane's next key is due."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("lane_due"), {"lane": lane})
        row = await cursor.fetchone()
    if row is None or row[0] is None:
        return None
    left: timedelta = row[0] - context.clock()
    return left.total_seconds()


async def _wait(bell: Bell, seconds: float) -> bool:
    try:
        await asyncio.wait_for(bell.event.wait(), seconds)
    except TimeoutError:
        return False
    return True


async def _execute(context: Context, statement: str, lane: int) -> None:
    async with context.pool.connection() as connection:
        await connection.execute(named(statement), {"lane": lane})
