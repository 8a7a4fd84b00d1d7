"""Lanes and locks between processes: nobody may be left waiting. A test holds one side's transaction open until the
other waits for it."""

import asyncio
from typing import Any

import psycopg
import pytest

from crossdock.connector.contract import Kind, Observation, Role
from crossdock.connector.errors import AuthFailed
from crossdock.core.orders import Order
from crossdock.operations import stores
from crossdock.sync import intake
from crossdock.sync.db import named
from crossdock.sync.dirty import LANES, Mark, mark_async
from crossdock.sync.drain import failure
from crossdock.sync.effects import Effects, Key
from crossdock.sync.engine import Worker
from tests.sync.stocks import stocked
from tests.sync.test_keys_waiting import blocked, mark
from tests.world import World, at_home, credentials, furnish, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


@pytest.mark.parametrize("way", ["mark", "wake", "order"])
def test_a_drainer_that_falls_asleep_waits_for_those_who_saw_it_awake(database: str, way: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        store = world.stores["market"].pk
        await world.sql("UPDATE lane SET awake = true")
        pool = world.context.pool
        async with pool.connection() as session, session.transaction(), session.cursor() as cursor:
            if way == "mark":
                await mark_async(cursor, [Mark(store, "level", store, "test")], now=world.clock())
            elif way == "wake":
                await cursor.execute(named("wake"), {"lanes": [store % LANES]})
            else:
                await intake.keep(cursor, [await seen(world)], ring=world.ring, now=world.clock())
            leaving = asyncio.create_task(leave(world, store % LANES))
            await blocked(world)
        await leaving

    play(database, scenario)


async def leave(world: World, lane: int) -> None:
    async with world.context.pool.connection() as connection:
        await connection.execute(named("leave_lane"), {"lane": lane})


async def seen(world: World) -> intake.Seen:
    """An order that the hub has not heard of yet."""
    world.hub_is_down = True
    placed = await place(world, {"V1-A": 1})
    world.hub_is_down = False
    store = await world.context.stores.get(world.stores["market"].pk)
    found: Order = await store.client.read_order(placed["order_id"])
    kept = Observation(Kind.ORDER, found.id, intake.version_of(found.updated_at), found)
    return intake.Seen(store.id, store.marketplace_id, Role.MERCHANT, kept)


def test_a_lane_whose_drainer_was_cut_off_is_taken_again(database: str) -> None:
    """As when a worker that ends has no time left: the job is deleted, and the lane says that it is being drained."""

    async def scenario(world: World) -> None:
        await stocked(world)
        store = world.stores["market"].pk
        lane = store % LANES
        await world.sql("UPDATE lane SET awake = false")
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as session:
            worker = Worker(world.context, session)
            draining = asyncio.create_task(worker.drain_lane(lane))
            await awake(world, lane)
            draining.cancel()
            await asyncio.gather(draining, return_exceptions=True)
            await world.sql("DELETE FROM procrastinate_jobs")
            await mark(world, store)
            for _ in range(3):
                await worker.tick()
        assert await world.sql("SELECT args ->> 'lane' FROM procrastinate_jobs") == [(str(lane),)]

    play(database, scenario)


async def awake(world: World, lane: int) -> None:
    for _ in range(1000):
        if await world.sql("SELECT id FROM lane WHERE id = %s AND awake", [lane]):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody drains it")


def test_a_store_renews_its_token_whatever_its_number(database: str) -> None:
    """The teller holds locks for as long as its process lives, by small numbers of its own."""

    async def scenario(world: World) -> None:
        async with await psycopg.AsyncConnection.connect(database, autocommit=True) as teller:
            for number in (1, 2):
                await teller.execute(named("take_tell_lock"), {"number": number})
            async with world.context.pool.connection() as session, session.transaction():
                await session.execute("SET LOCAL lock_timeout = '2s'")
                for number in (1, 2, 3):
                    await session.execute(named("lock_store"), {"store_id": number})

    play(database, scenario)


def test_a_refusal_of_old_credentials_says_nothing_of_new_ones(database: str) -> None:
    """A call is on its way with the old ones while a person connects the store anew."""

    async def scenario(world: World) -> None:
        await furnish(world)
        id = world.stores["vendor1"].pk

        async def refused(version: int) -> str:
            key = Key(0, id, "vendor_order", 0, 1, 0, "test", version)
            refusals = failure(world.context, key, AuthFailed("the token is not valid")).stores
            await world.context.writer.keep(Effects(stores=refusals))
            return str((await world.sql("SELECT state FROM store WHERE id = %s", [id]))[0][0])

        before = await version_of(world, id)
        new = {"credentials": credentials(world.shops["vendor1"]), "now": world.clock()}
        await world.do(stores.reauthorize_store, store=world.stores["vendor1"], **new)
        assert await refused(before) == "connected"
        assert await refused(await version_of(world, id)) == "needs_reauth"

    play(database, scenario)


async def version_of(world: World, store_id: int) -> int:
    return int((await world.sql("SELECT xmin::text::bigint FROM store WHERE id = %s", [store_id]))[0][0])
