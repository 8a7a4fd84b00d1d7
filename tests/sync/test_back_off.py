"""How long a key that lives on waits after a failure: by those since it last got on, not by those of its life."""

from datetime import timedelta
from typing import Any

import pytest

from tests.world import World, at_home, furnish, place, play

DOWN = {"where": "graphql", "kind": "error_before", "rate": 1.0, "store": "vendor1"}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


@pytest.mark.parametrize("kind", ["sweep", "subscription"])
def test_failures_before_the_last_success_are_forgotten(database: str, kind: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await look(world, kind)
        await world.control("faults", rules=[DOWN])
        waited = [await look(world, kind) for _ in range(7)]
        assert waited == sorted(waited)
        assert waited[-1] > timedelta(minutes=2), "it is asked less and less"
        await world.control("faults", rules=[])
        assert await look(world, kind) == timedelta(), "nothing failed"
        await world.control("faults", rules=[DOWN])
        assert timedelta() < await look(world, kind) < timedelta(seconds=5), "a first failure again"

    play(database, scenario)


def test_a_store_that_is_back_gets_at_once_what_waited_for_it(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("faults", rules=[DOWN])
        await place(world, {"V1-A": 1})
        await world.quiet()
        assert (await world.do(world.stores["vendor1"].refresh_from_db)) is None
        assert world.stores["vendor1"].state == "unreachable"
        far = world.clock.at + timedelta(minutes=14)
        await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'vendor_order'", [far])
        await world.control("faults", rules=[])
        await world.sweep()
        assert world.clock.at < far
        assert len(await world.orders("vendor1")) == 1

    play(database, scenario)


def test_work_that_asked_nothing_of_a_store_does_not_say_that_it_answers(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await look(world, "sweep")
        store = world.stores["vendor1"].pk
        await world.sql("UPDATE store SET failures = 3 WHERE id = %s", [store])
        await look(world, "lease")
        assert await world.sql("SELECT failures FROM store WHERE id = %s", [store]) == [(3,)]
        await look(world, "sweep")
        assert await world.sql("SELECT failures FROM store WHERE id = %s", [store]) == [(0,)]

    play(database, scenario)


async def look(world: World, kind: str) -> timedelta:
    """The vendor's keys of this kind are worked now: how long the most patient of them that failed waits then."""
    store = world.stores["vendor1"].pk
    mine = {"kind": kind, "store": store}
    world.clock.at += timedelta(hours=7)
    await world.sql("UPDATE store SET paused_until = NULL, state = 'connected' WHERE id = %(store)s", mine)
    await world.sql("UPDATE dirty_key SET due_at = NULL WHERE NOT (kind = %(kind)s AND store_id = %(store)s)", mine)
    await world.sql(
        "UPDATE dirty_key SET due_at = %(now)s WHERE kind = %(kind)s AND store_id = %(store)s",
        mine | {"now": world.clock.at},
    )
    await world.drain()
    rows = await world.sql(
        "SELECT max(due_at) FROM dirty_key WHERE kind = %(kind)s AND store_id = %(store)s AND attempts > 0", mine
    )
    return timedelta() if rows[0][0] is None else rows[0][0] - world.clock.at
