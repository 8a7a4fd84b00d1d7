"""The budget against a bucket as Shopify describes it (FACTS section 3), in virtual time."""

import asyncio
from random import Random

import pytest

from crossdock.connector.budget import PROBE_SECONDS, Budget
from tests.connector.virtual import LoopClock, run


class Bucket:
    """The store's side: refuses what is not in the bucket, gives back requested - actual."""

    def __init__(self, maximum: float, rate: float, level: float | None = None) -> None:
        self.maximum, self.rate = maximum, rate
        self.level = maximum if level is None else level
        self.at = 0.0
        self.throttled = 0
        self.spent = 0.0  # before `until`
        self.until = float("inf")

    def ask(self, requested: float, actual: float) -> bool:
        now = asyncio.get_running_loop().time()
        self.level = min(self.level + (now - self.at) * self.rate, self.maximum)
        self.at = now
        if requested > self.level:
            self.throttled += 1
            return False
        self.level -= actual
        if now <= self.until:
            self.spent += actual
        return True


async def call(
    budget: Budget, bucket: Bucket, random: Random, cost: float, share: float = 1.0, priority: int = 0
) -> bool:
    ticket = await budget.take(cost, priority=priority)
    await asyncio.sleep(random.uniform(0.02, 0.25))
    done = bucket.ask(cost, cost * share)
    seen = bucket.level
    await asyncio.sleep(random.uniform(0.01, 0.1))
    budget.saw(
        ticket, available=seen, maximum=bucket.maximum, restore_rate=bucket.rate, actual=cost * share if done else 0.0
    )
    return done


def flood(
    maximum: float, rate: float, *, level: float | None, costs: list[float], share: float, seconds: float, workers: int
) -> Bucket:
    random = Random(7)
    bucket = Bucket(maximum, rate, level)
    bucket.until = seconds
    budget = Budget(LoopClock())

    async def work(until: float) -> None:
        while asyncio.get_running_loop().time() < until:
            await call(budget, bucket, random, random.choice(costs), share)

    async def all_of_it() -> None:
        await asyncio.gather(*(work(seconds) for _ in range(workers)))

    run(all_of_it())
    return bucket


@pytest.mark.parametrize(
    ("maximum", "rate", "level", "costs", "share", "workers"),
    [
        (2000, 100, None, [10.0], 1.0, 16),
        (2000, 100, 300.0, [10.0, 13.0, 90.0], 1.0, 16),
        (2000, 100, None, [10.0, 527.0], 0.4, 8),
        (20000, 1000, 500.0, [10.0, 250.0, 990.0], 0.7, 64),
        (2000, 100, 15.0, [10.0], 1.0, 4),
    ],
)
def test_the_whole_refill_is_used_and_nothing_is_ever_throttled(
    maximum: float, rate: float, level: float | None, costs: list[float], share: float, workers: int
) -> None:
    seconds = 300.0
    bucket = flood(maximum, rate, level=level, costs=costs, share=share, seconds=seconds, workers=workers)
    allowed = (maximum if level is None else level) + rate * seconds
    assert bucket.throttled == 0
    assert bucket.spent >= 0.95 * allowed


def test_before_the_first_answer_one_call_is_in_flight() -> None:
    budget = Budget(LoopClock())

    async def story() -> None:
        first = await budget.take(10)
        second = asyncio.ensure_future(budget.take(10))
        await asyncio.sleep(5)
        assert not second.done()
        budget.saw(first, available=1990, maximum=2000, restore_rate=100)
        await asyncio.sleep(0)
        assert second.done()

    run(story())


def test_waiting_calls_go_by_priority_then_in_order() -> None:
    budget = Budget(LoopClock())
    went: list[str] = []

    async def go(name: str, priority: int) -> None:
        ticket = await budget.take(100, priority=priority)
        went.append(name)
        budget.saw(ticket, available=0, maximum=2000, restore_rate=100)

    async def story() -> None:
        first = await budget.take(10)
        waiting = [
            asyncio.ensure_future(go(name, priority)) for name, priority in [("a", 1), ("b", 1), ("c", 0), ("d", 1)]
        ]
        await asyncio.sleep(0)
        budget.saw(first, available=0, maximum=2000, restore_rate=100)
        await asyncio.gather(*waiting)

    run(story())
    assert went == ["c", "a", "b", "d"]


def test_a_cancelled_wait_lets_the_next_go() -> None:
    budget = Budget(LoopClock())

    async def story() -> None:
        first = await budget.take(10)
        given_up = asyncio.ensure_future(budget.take(10))
        patient = asyncio.ensure_future(budget.take(10))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        budget.lost(first)
        await asyncio.wait_for(patient, 1)

    run(story())


def test_after_another_worker_had_the_store_the_first_answer_corrects_the_belief() -> None:
    random = Random(3)
    bucket = Bucket(2000, 100)
    budget = Budget(LoopClock())

    async def story() -> None:
        await call(budget, bucket, random, 10)
        await asyncio.sleep(60)
        bucket.ask(0, 0)
        bucket.level = 60.0  # another worker spent it
        await asyncio.gather(*(call(budget, bucket, random, 10) for _ in range(50)))

    run(story())
    assert bucket.throttled == 0


def test_a_call_that_hangs_does_not_hold_up_the_others_until_its_time_out() -> None:
    """Nothing is known of the store for a while, and the one call that would tell does not come back."""

    async def work() -> list[float]:
        budget = Budget(LoopClock())
        first = await budget.take(10)
        budget.saw(first, available=990, maximum=1000, restore_rate=100)
        await asyncio.sleep(60)
        await budget.take(10)  # hangs
        began = asyncio.get_running_loop().time()
        waits = []
        for _ in range(3):
            ticket = await budget.take(10)
            waits.append(asyncio.get_running_loop().time() - began)
            budget.saw(ticket, available=990, maximum=1000, restore_rate=100)
        return waits

    assert run(work()) == [PROBE_SECONDS, PROBE_SECONDS, PROBE_SECONDS]


def test_the_first_answer_lets_all_go_at_once() -> None:
    async def work() -> float:
        budget = Budget(LoopClock())
        first = await budget.take(10)
        waiting = [asyncio.create_task(budget.take(10)) for _ in range(5)]
        await asyncio.sleep(1)
        budget.saw(first, available=990, maximum=1000, restore_rate=100)
        await asyncio.gather(*waiting)
        return asyncio.get_running_loop().time()

    assert run(work()) == 1.0
