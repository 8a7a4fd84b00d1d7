"""Many levels: few calls, vendors in turns, several locations, and the brake on mass loss."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from crossdock.sync import brake
from crossdock.sync.db import named
from tests.sync.stocks import (
    buy_there,
    levels,
    more_products,
    read_catalogues,
    right,
    set_stock,
    stock,
    stocked,
    writes,
)
from tests.world import World, at_home, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def test_six_hundred_levels_of_three_vendors_in_four_calls(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, vendors_count=3)
        skus = {number: await more_products(world, number, 4, variants=50) for number in (1, 2, 3)}
        await read_catalogues(world)
        offered = await stock(world, "market")
        assert {offered[sku] for group in skus.values() for sku in group} == {50}
        await world.sql("UPDATE catalogue_policy SET stock_buffer = 1")
        await world.sql("UPDATE level SET wanted = wanted + 1")
        await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'level'", [world.clock.at])
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        offered = await stock(world, "market")
        assert {offered[sku] for group in skus.values() for sku in group} == {49}
        assert Counter(world.http.calls)["SetQuantities"] in (3, 4)  # 606 levels, 250 a call
        assert "ReadLevels" not in world.http.calls

    play(database, scenario)


def test_a_vendors_many_do_not_hold_up_anothers_sale(database: str) -> None:
    """A round is shared in turns, and what is on sale goes before what was never read."""

    async def scenario(world: World) -> None:
        await stocked(world)
        await more_products(world, 1, 30, variants=50)  # 1500 levels that were never read
        await world.quiet()
        await world.sql("UPDATE level SET wanted = wanted + 1, merchant_available = NULL WHERE link_id > 4")
        await buy_there(world, "vendor2", "V2-A", 5)
        await world.sandbox.settle()
        rows = await world.sql(named("stale_levels").as_string(), {"marketplace_id": world.marketplace.pk, "most": 40})
        vendor = dict(await world.sql("SELECT link_id, vendor_id FROM level"))
        assert vendor[rows[0][0]] == world.vendors["vendor2"].pk
        await world.quiet()
        assert (await stock(world, "market"))["V2-A"] == 95

    play(database, scenario)


def test_one_stale_level_does_not_spoil_a_call(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        skus = await more_products(world, 1, 1, variants=40)
        await read_catalogues(world)
        lost = {"where": "webhook", "kind": "lose", "rate": 1.0, "store": "market"}
        await world.control("faults", seed=1, rules=[lost])
        await place(world, {skus[3]: 4, skus[7]: 2})
        await world.quiet()
        await world.control("faults", rules=[])
        for sku in skus:
            await set_stock(world, "vendor1", sku, 60)
        await world.quiet()
        offered = await stock(world, "market")
        assert (offered[skus[3]], offered[skus[7]], offered[skus[0]]) == (56, 58, 60)
        assert len(writes(world)) <= 4
        await world.sweep()
        free = await right(world, "vendor1")
        offered = await stock(world, "market")
        assert {sku: offered[sku] for sku in skus} == {sku: free[sku] for sku in skus}

    play(database, scenario)


def test_a_figure_that_the_store_refuses_stands_alone(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await world.sql("UPDATE level SET item_id = '9' WHERE link_id = 1")
        for sku in ("V1-A", "V1-B"):
            await buy_there(world, "vendor1", sku, 5)
        await buy_there(world, "vendor2", "V2-A", 5)
        await world.quiet()
        offered = await stock(world, "market")
        assert (offered["V1-A"], offered["V1-B"], offered["V2-A"]) == (100, 95, 95)
        assert [row[5] for row in await levels(world)] == ["merchant_gone", "", "", ""]

    play(database, scenario)


# -- several locations --


async def second_place(world: World) -> str:
    made = await world.control("add_location", store="vendor1", name="Annexe")
    await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'subscription'", [world.clock.at])
    await world.quiet()
    return str(made["location_id"])


def test_several_locations_are_summed(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        annexe = await second_place(world)
        await set_stock(world, "vendor1", "V1-A", 20, location_id=annexe)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 120
        await buy_there(world, "vendor1", "V1-A", 10)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 110
        await place(world, {"V1-A": 5})
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == (await stock(world, "vendor1"))["V1-A"] == 105
        await set_stock(world, "vendor1", "V1-A", 1, location_id=annexe)
        await world.quiet()
        offered, there = await stock(world, "market"), await stock(world, "vendor1")
        assert offered["V1-A"] == there["V1-A"]

    play(database, scenario)


def test_chosen_locations_are_what_counts(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        annexe = await second_place(world)
        vendor = world.vendors["vendor1"].pk
        await world.sql(
            "INSERT INTO catalogue_policy (marketplace_id, vendor_id, fields, vendor_locations, updated_at)"
            " VALUES (%s, %s, '{}', %s, now())",
            [world.marketplace.pk, vendor, f'["{annexe}"]'],
        )
        await set_stock(world, "vendor1", "V1-A", 20, location_id=annexe)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 20
        await buy_there(world, "vendor1", "V1-A", 3)  # leaves the main warehouse
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 20

    play(database, scenario)


def test_another_location_of_the_merchants(database: str) -> None:
    """What was offered at the first place is taken from there before it is offered at the second."""

    async def scenario(world: World) -> None:
        await stocked(world)
        made = await world.control("add_location", store="market", name="Annexe")
        annexe = str(made["location_id"])
        await world.sql("UPDATE catalogue_policy SET merchant_location = %s WHERE vendor_id IS NULL", [annexe])
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        dump = await world.dump("market")
        variant = next(one["id"] for product in dump["products"] for one in product["variants"] if one["sku"] == "V1-A")
        places = dump["levels"][variant]
        assert places[annexe] == 99
        assert sum(places.values()) == 99

    play(database, scenario)


# -- the brake --


async def twenty(world: World) -> list[str]:
    await stocked(world)
    skus = await more_products(world, 1, 20)
    await read_catalogues(world)
    return skus


async def on_sale(world: World, skus: list[str]) -> int:
    offered = await stock(world, "market")
    return sum(1 for sku in skus if offered[sku] > 0)


async def open_items(world: World) -> list[Any]:
    return await world.sql("SELECT reason, data FROM attention WHERE closed_at IS NULL AND reason = 'too_much_change'")


def test_too_many_listings_emptied_at_once_wait_for_a_person(database: str) -> None:
    async def scenario(world: World) -> None:
        skus = await twenty(world)
        for sku in skus[:5]:
            await set_stock(world, "vendor1", sku, 0)
            await world.quiet()
        assert await on_sale(world, skus) == 15
        for sku in skus[5:12]:
            await set_stock(world, "vendor1", sku, 0)
        await world.quiet()
        assert await on_sale(world, skus) == 15, "the rest of them wait"
        assert len(await open_items(world)) == 1
        await buy_there(world, "vendor1", skus[19], 3)
        await world.quiet()
        assert (await stock(world, "market"))[skus[19]] == 47, "others go on"

        def release() -> None:
            from django.db import connection, transaction

            with transaction.atomic(), connection.cursor() as cursor:
                brake.release(cursor, world.vendors["vendor1"].pk, now=world.clock())

        await world.do(release)
        await world.quiet()
        assert await on_sale(world, skus) == 8

    play(database, scenario)


def test_what_comes_back_by_itself_frees_the_brake(database: str) -> None:
    async def scenario(world: World) -> None:
        skus = await twenty(world)
        for sku in skus[:12]:
            await set_stock(world, "vendor1", sku, 0)
        await world.quiet()
        held = 20 - await on_sale(world, skus)
        assert held < 12
        assert len(await open_items(world)) == 1
        for sku in skus[:12]:
            await set_stock(world, "vendor1", sku, 40)
        await world.quiet()
        assert await on_sale(world, skus) == 20
        assert await open_items(world) == []
        assert await world.sql("SELECT brake_at FROM vendor ORDER BY id LIMIT 1") == [(None,)]

    play(database, scenario)


def test_selling_out_brakes_nothing(database: str) -> None:
    """Through orders, whatever their size, and by and by in the vendor's own shop."""

    async def scenario(world: World) -> None:
        skus = await twenty(world)
        await place(world, dict.fromkeys(skus[:8], 50))
        for sku in skus[8:16]:
            await buy_there(world, "vendor1", sku, 47)
        await world.quiet()
        for sku in skus[8:16]:
            await buy_there(world, "vendor1", sku, 3)
        await world.quiet()
        assert await on_sale(world, skus) == 4
        assert await open_items(world) == []

    play(database, scenario)


def test_after_the_window_losses_are_forgotten(database: str) -> None:
    async def scenario(world: World) -> None:
        skus = await twenty(world)
        for few in (skus[:5], skus[5:10]):
            for sku in few:
                await set_stock(world, "vendor1", sku, 0)
            await world.quiet()
            world.clock.at += timedelta(hours=1, minutes=1)
        assert await on_sale(world, skus) == 10
        assert await open_items(world) == []

    play(database, scenario)
