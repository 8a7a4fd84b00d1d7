"""The pace of stores that tell no figures: limits hold over any span, priorities go first, refusals close it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from crossdock.connector.pace import Limit, Pace

pytestmark = pytest.mark.asyncio


class Clock:
    """Sleeping moves it to the earliest sleeper's end, when nothing else can go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += timedelta(seconds=seconds)


async def test_every_limit_holds_over_any_span() -> None:
    clock = Clock()
    pace = Pace(clock, (Limit(5, 1.0), Limit(20, 60.0)))
    times = []
    for _ in range(60):
        await pace.take()
        times.append(clock.now)
    for limit, seconds in ((5, 1.0), (20, 60.0)):
        spans = [(later - first).total_seconds() for first, later in zip(times, times[limit:], strict=False)]
        assert min(spans) >= seconds
    assert (times[-1] - times[0]).total_seconds() < 125


async def test_the_urgent_go_first_then_the_first_come() -> None:
    clock = Clock()
    pace = Pace(clock, (Limit(1, 1.0),))
    await pace.take()
    order: list[str] = []

    async def call(name: str, priority: int) -> None:
        await pace.take(priority=priority)
        order.append(name)

    await asyncio.gather(call("late", 2), call("a", 1), call("b", 1), call("now", 0))
    assert order == ["now", "a", "b", "late"]
    assert pace.waiting == 0


async def test_one_that_gives_up_holds_nobody_up() -> None:
    clock = Clock()
    pace = Pace(clock, (Limit(1, 1.0),))
    await pace.take()
    gone = asyncio.create_task(pace.take())
    stays = asyncio.create_task(pace.take(priority=1))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait_for(stays, 5)
    assert pace.waiting == 0


async def test_spending_at_once_or_not_at_all() -> None:
    clock = Clock()
    pace = Pace(clock, (Limit(2, 60.0),))
    assert [pace.spend(), pace.spend()] == [0.0, 0.0]
    assert pace.spend() == 60.0
    clock.now += timedelta(seconds=60)
    assert pace.spend() == 0.0


async def test_a_refusal_closes_it_for_so_long() -> None:
    clock = Clock()
    pace = Pace(clock, (Limit(5, 1.0),))
    pace.refused(60.0)
    assert pace.spend() == 60.0
    await pace.take()
    assert clock.now == datetime(2026, 11, 22, 0, 1, tzinfo=UTC)
