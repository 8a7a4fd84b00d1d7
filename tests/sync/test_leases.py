"""A store that is not heard of for too long cannot go on selling on old figures; it sells again once it was read."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sync.listing_world import add, agrees, offering, there
from tests.sync.stocks import adjust, stock, stocked
from tests.world import World, at_home, play

DAY = timedelta(hours=24)


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def outage(world: World, store: str, seconds: float) -> None:
    await world.control("outage", store=store, seconds=seconds)


async def wait(world: World, hours: float, step: float = 1.0) -> None:
    """Time passes; whatever is due happens."""
    end = world.clock.at + timedelta(hours=hours)
    while world.clock.at < end:
        world.clock.at = min(end, world.clock.at + timedelta(hours=step))
        await world.quiet(horizon=timedelta(seconds=30))


async def reasons(world: World) -> list[str]:
    rows = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL ORDER BY reason")
    return [row[0] for row in rows]


async def offered(world: World) -> dict[str, int]:
    return {sku: count for sku, count in (await stock(world, "market")).items() if not sku.endswith("X")}


def test_a_store_that_does_not_answer_goes_off_sale_and_comes_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await outage(world, "vendor1", 40 * 3600)
        await adjust(world, "vendor1", "V1-A", -30)
        await wait(world, 23)
        assert (await offered(world))["V1-B"] == 100
        await wait(world, 3)
        assert await offered(world) == {"V1-A": 0, "V1-B": 0, "V2-A": 100, "V2-B": 100}
        assert "stock_lease_expired" in await reasons(world)
        await wait(world, 20)
        assert await offered(world) == {"V1-A": 70, "V1-B": 100, "V2-A": 100, "V2-B": 100}
        assert "stock_lease_expired" not in await reasons(world)

    play(database, scenario)


def test_an_uninstalled_store(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await world.control("uninstall", store="vendor2")
        await wait(world, 25)
        assert await offered(world) == {"V1-A": 100, "V1-B": 100, "V2-A": 0, "V2-B": 0}
        assert (await world.sql("SELECT off_sale_at IS NOT NULL FROM store ORDER BY id")) == [
            (False,),
            (False,),
            (True,),
        ]

    play(database, scenario)


def test_the_lease_is_the_vendors(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await world.sql("UPDATE catalogue_policy SET lease_hours = 2 WHERE vendor_id IS NULL")
        await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'lease'", [world.clock.at])
        await world.control("uninstall", store="vendor1")
        await wait(world, 3)
        assert (await offered(world))["V1-A"] == 0

    play(database, scenario)


def test_a_hub_that_was_away_asks_before_it_takes_anything_off_sale(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        world.clock.at += timedelta(hours=60)
        await world.quiet(horizon=timedelta(minutes=30))
        assert set((await offered(world)).values()) == {100}
        assert await world.sql("SELECT count(*) FROM activity WHERE what = 'stock.off_sale'") == [(0,)]

    play(database, scenario)


KINDS = [
    {"options": ["counted"], "sku": "K-COUNTED", "price": "3.00", "inventory": 6},
    {"options": ["uncounted"], "sku": "K-UNCOUNTED", "price": "3.00", "tracked": False},
    {"options": ["continued"], "sku": "K-CONTINUED", "price": "3.00", "inventory": 2, "oversell": True},
]


def test_what_is_sold_without_counting_goes_off_sale_too_and_comes_back_as_it_was(database: str) -> None:
    """A level of nothing does not end the sale of a variant that is not counted, or sold past its count."""

    async def sold(world: World, product: str) -> dict[str, tuple[bool, bool, int]]:
        levels = (await world.dump("market"))["levels"]
        return {
            one["sku"]: (one["tracked"], one["oversell"], sum(levels[one["id"]].values()) if one["tracked"] else 0)
            for one in (await there(world, product))["variants"]
        }

    async def scenario(world: World) -> None:
        await offering(world)
        kinds = [{"name": "Kind", "values": [one["options"][0] for one in KINDS]}]
        product = await add(world, {"title": "Kinds", "options": kinds, "variants": KINDS})
        before = await sold(world, product)
        assert before == {
            "K-COUNTED": (True, False, 6),
            "K-UNCOUNTED": (False, False, 0),
            "K-CONTINUED": (True, True, 2),
        }
        await outage(world, "vendor1", 40 * 3600)
        await wait(world, 26)
        assert set((await sold(world, product)).values()) == {(True, False, 0)}
        await wait(world, 20)
        assert await sold(world, product) == before
        await agrees(world)

    play(database, scenario)
