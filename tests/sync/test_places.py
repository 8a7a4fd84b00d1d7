"""Locations: what is chosen counts while the add-on is on, in every way that stock is heard of."""

from collections.abc import Iterator
from typing import Any

import pytest

from crossdock.operations import add_ons
from tests.sync.stocks import buy_there, set_stock, stock, stocked
from tests.world import World, at_home, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def second_place(world: World, store: str) -> str:
    made = await world.control("add_location", store=store, name="Annexe")
    await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'subscription'", [world.clock.at])
    await world.quiet()
    return str(made["location_id"])


async def add_on(world: World, on: bool) -> None:
    await world.do(
        add_ons.set_add_on,
        marketplace=world.marketplace,
        add_on="locations",
        on=on,
        who="test",
        now=world.clock(),
    )
    await world.quiet()


def test_without_the_add_on_all_of_a_vendors_locations_count_however_they_are_heard_of(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        annexe = await second_place(world, "vendor1")
        await world.sql(
            "INSERT INTO catalogue_policy (marketplace_id, vendor_id, fields, vendor_locations, updated_at)"
            " VALUES (%s, %s, '{}', %s, now())",
            [world.marketplace.pk, world.vendors["vendor1"].pk, f'["{annexe}"]'],
        )
        await set_stock(world, "vendor1", "V1-A", 20, location_id=annexe)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 20
        await add_on(world, on=False)
        assert (await stock(world, "market"))["V1-A"] == 120, "read again"
        await set_stock(world, "vendor1", "V1-A", 25, location_id=annexe)
        await buy_there(world, "vendor1", "V1-A", 10)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 115, "by webhooks"
        await place(world, {"V1-A": 5})
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 110, "by an order"
        await world.read_catalogues()
        assert (await stock(world, "market"))["V1-A"] == 110, "by a whole pass"
        await add_on(world, on=True)
        there = (await stock(world, "vendor1"))["V1-A"]
        assert (await stock(world, "market"))["V1-A"] < there == 110

    play(database, scenario)


def test_without_the_add_on_the_merchants_own_default_location_is_written(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        annexe = await second_place(world, "market")
        await world.sql("UPDATE catalogue_policy SET merchant_location = %s WHERE vendor_id IS NULL", [annexe])
        await add_on(world, on=False)
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        assert await at_annexe(world, annexe) == 0
        await add_on(world, on=True)
        assert await at_annexe(world, annexe) == 99

    play(database, scenario)


async def at_annexe(world: World, annexe: str) -> int:
    dump = await world.dump("market")
    variant = next(one["id"] for product in dump["products"] for one in product["variants"] if one["sku"] == "V1-A")
    return int(dump["levels"][variant].get(annexe, 0))


def test_units_at_another_location_of_the_merchants_are_said_until_they_are_gone(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        annexe = await second_place(world, "market")
        await set_stock(world, "market", "V1-A", 4, location_id=annexe)
        await world.sql("UPDATE level SET merchant_at = NULL, wanted = wanted + 1")
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        (data,) = await spread(world)
        assert (data["count"], data["products"]) == (1, ["Thing 1A"])
        dump = await world.dump("market")
        variant = next(one["id"] for made in dump["products"] for one in made["variants"] if one["sku"] == "V1-A")
        assert sorted(dump["levels"][variant].values()) == [4, 99], "the merchant's own units are left alone"
        await set_stock(world, "market", "V1-A", 0, location_id=annexe)
        await world.read_catalogues()
        assert await spread(world) == []

    play(database, scenario)


async def spread(world: World) -> list[dict[str, Any]]:
    rows = await world.sql("SELECT data FROM attention WHERE closed_at IS NULL AND reason = 'stock_elsewhere'")
    return [row[0] for row in rows]
