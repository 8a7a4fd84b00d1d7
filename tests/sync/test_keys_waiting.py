"""How long a key waits: since it was marked, not since it was first due and worked."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from crossdock.operations.status import status
from crossdock.sync.dirty import LANES, Mark, mark_async
from crossdock.sync.drain import Context, Drainer
from crossdock.sync.effects import Again, Effects, Key
from crossdock.sync.kinds import KINDS
from tests.sync.stocks import set_stock, stocked
from tests.world import World, at_home, play

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def oldest(world: World) -> timedelta | None:
    told = await world.do(status, now=world.clock())
    due_at = told.keys.oldest_due_at
    return None if due_at is None else world.clock() - due_at


@pytest.mark.parametrize("done", [True, False])
def test_a_key_marked_again_while_it_is_worked_waits_since_then(database: str, done: bool) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        store = world.stores["market"].pk
        await world.sql("DELETE FROM dirty_key WHERE kind = 'level'")
        goes_on = asyncio.Event()

        async def slowly(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
            async def work(key: Key) -> None:
                await goes_on.wait()
                again = Again(key, context.clock(), "more")
                await context.writer.keep(Effects(done=[key]) if done else Effects(again=[again]))

            return {key.id: partial(work, key) for key in keys}

        await mark(world, store)
        world.clock.at += MINUTE
        assert await oldest(world) == MINUTE, "nobody works it"
        drainer = Drainer(world.context, store % LANES, {"level": slowly})
        await drainer.start()
        assert await drainer.step() == 1
        assert await oldest(world) is None, "it is in hand"
        await mark(world, store)
        goes_on.set()
        await drainer.quiet()
        assert await oldest(world) == timedelta(), "not since it was first due"

    play(database, scenario)


@pytest.mark.parametrize("done", [True, False])
def test_a_mark_that_is_committed_while_its_work_is_kept_is_worked(database: str, done: bool) -> None:
    """The end of the work waits for the mark's row lock, with a snapshot from before the mark."""

    async def scenario(world: World) -> None:
        await stocked(world)
        store = world.stores["market"].pk
        await world.sql("DELETE FROM dirty_key WHERE kind = 'level'")
        began, goes_on, worked = asyncio.Event(), asyncio.Event(), []

        async def once(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
            async def work(key: Key) -> None:
                worked.append(key.generation)
                began.set()
                await goes_on.wait()
                again = Again(key, None, "parked")
                await context.writer.keep(Effects(done=[key]) if done else Effects(again=[again]))

            return {key.id: partial(work, key) for key in keys}

        await mark(world, store)
        drainer = Drainer(world.context, store % LANES, {"level": once})
        await drainer.start()
        await drainer.step()
        await began.wait()
        async with world.context.pool.connection() as connection, connection.transaction():
            async with connection.cursor() as cursor:
                await mark_async(cursor, [Mark(store, "level", store, "test")], now=world.clock())
            goes_on.set()
            await blocked(world)
        await drainer.quiet()
        assert await drainer.step() == 1
        await drainer.quiet()
        assert len(worked) == 2

    play(database, scenario)


def test_a_key_that_was_leased_and_forgotten_is_taken_up_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        store = world.stores["market"].pk
        await world.sql("UPDATE dirty_key SET due_at = NULL")
        await mark(world, store)
        drainer = Drainer(world.context, store % LANES, KINDS)
        await drainer.start()
        await world.sql("UPDATE dirty_key k SET lease = l.epoch FROM lane l WHERE l.id = k.lane AND k.kind = 'level'")
        assert await drainer.step() == 0
        world.clock.at += MINUTE
        assert await drainer.step() == 1
        await drainer.quiet()
        assert await world.sql("SELECT ref FROM dirty_key WHERE kind = 'level' AND due_at IS NOT NULL") == []

    play(database, scenario)


async def blocked(world: World) -> None:
    """Until a session of this database waits for another's lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(1000):
        if (await world.sql(query))[0][0]:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody waits")


async def mark(world: World, store: int) -> None:
    async with world.context.pool.connection() as connection, connection.transaction(), connection.cursor() as cursor:
        await mark_async(cursor, [Mark(store, "level", store, "test")], now=world.clock())


def test_a_store_that_cannot_be_spoken_to_is_no_backlog(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        store = world.stores["market"].pk
        await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'level'", [world.clock.at])
        await set_stock(world, "vendor1", "V1-A", 7)
        await world.sandbox.settle()
        until = world.clock.at + 2 * MINUTE
        await world.sql("UPDATE store SET paused_until = %s WHERE id = %s", [until, store])
        world.clock.at += MINUTE
        assert await oldest(world) is None
        world.clock.at = until + MINUTE
        assert await oldest(world) == MINUTE

    play(database, scenario)
