"""Stock follows on both sides: what the merchant offers is what the vendor has, less what is spoken for."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.sync.stocks import adjust, buy_there, levels, read_catalogues, right, set_stock, stock, stocked, writes
from tests.world import World, at_home, place, play, variants

Act = Callable[[World], Awaitable[Any]]


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def equal(world: World, *stores: str) -> None:
    """Every linked variant is offered as there is right to, and a second look writes nothing."""
    await world.quiet()
    offered = await stock(world, "market")
    for store in stores or ("vendor1", "vendor2"):
        free = await right(world, store)
        for letter in "AB":
            sku = f"V{store.removeprefix('vendor')}-{letter}"
            assert max(0, offered[sku]) == free[sku], (sku, offered[sku], free[sku], await levels(world))
    before = len(writes(world))
    await world.sql("UPDATE level SET wanted = wanted + 1")
    await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'level'", [world.clock.at])
    await world.quiet()
    assert len(writes(world)) == before


def test_the_first_time_every_level_is_made_the_vendors(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await equal(world)
        assert set((await stock(world, "market")).values()) == {100}

    play(database, scenario)


def test_an_ordinary_order_writes_no_level(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await place(world, {"V1-A": 2, "V1-B": 1, "V2-A": 3})
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == (await stock(world, "vendor1"))["V1-A"] == 98
        assert writes(world) == []
        assert "ReadLevels" not in world.http.calls

    play(database, scenario)


def test_an_order_of_what_the_vendor_does_not_count_is_taken_at_once(database: str) -> None:
    """No figure can contain it, so none is read, and nothing is left to be looked at."""

    async def scenario(world: World) -> None:
        await stocked(world)
        variant_id = variants(world, "vendor1")["V1-A"][1]
        await world.control("edit_variant", store="vendor1", variant_id=variant_id, set={"tracked": False})
        await read_catalogues(world)
        await place(world, {"V1-A": 2})
        await world.quiet()
        assert not {"ReadLevels", "ReadItemLevels"} & set(world.http.calls)
        assert await world.sql("SELECT units, taken FROM sold_line") == [(2, 2)]
        doubtful = "SELECT count(*) FROM store_variant WHERE level_doubt"
        assert await world.sql(doubtful) == [(0,)]
        await world.control("edit_variant", store="vendor1", variant_id=variant_id, set={"tracked": True})
        await read_catalogues(world)
        await equal(world)

    play(database, scenario)


def test_a_sale_in_the_vendors_shop_lowers_the_merchants(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await buy_there(world, "vendor1", "V1-A", 7)
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == 93
        assert len(writes(world)) == 1

    play(database, scenario)


def test_what_waits_is_not_offered_again(database: str) -> None:
    """An order that is held keeps its units from being offered, whatever the vendor's figure does."""

    async def scenario(world: World) -> None:
        await stocked(world, policy={"paid_only": True})
        await place(world, {"V1-A": 10}, paid=False)
        await world.quiet()
        assert (await stock(world, "vendor1"))["V1-A"] == 100
        await set_stock(world, "vendor1", "V1-A", 25)
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == 15

    play(database, scenario)


def test_a_sale_not_heard_of_is_never_offered_again(database: str) -> None:
    """The vendor restocks while the webhook of a sale is lost: the merchant's level does not rise above right."""

    async def scenario(world: World) -> None:
        await stocked(world)
        lost = {"where": "webhook", "kind": "lose", "rate": 1.0, "store": "market"}
        await world.control("faults", seed=1, rules=[lost])
        await place(world, {"V1-A": 30})
        await world.quiet()
        await world.control("faults", rules=[])
        await adjust(world, "vendor1", "V1-A", 20)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 90  # 120 there, 30 spoken for
        (unexplained,) = await world.sql("SELECT max(unexplained) FROM level")
        assert unexplained == (30,)
        await world.sweep()
        await equal(world)
        (unexplained,) = await world.sql("SELECT max(unexplained) FROM level")
        assert unexplained == (0,)
        assert (await stock(world, "market"))["V1-A"] == (await stock(world, "vendor1"))["V1-A"] == 90

    play(database, scenario)


def test_an_order_that_came_and_was_cancelled_unheard_of_leaves_nothing_on_sale(database: str) -> None:
    """Its units were missing when the merchant's store was read, and came back when nobody looked."""

    async def scenario(world: World) -> None:
        await stocked(world)
        lost = {"where": "webhook", "kind": "lose", "rate": 1.0, "store": "market"}
        await world.control("faults", seed=1, rules=[lost])
        placed = await place(world, {"V1-A": 30})
        await set_stock(world, "vendor1", "V1-A", 30)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 0, "the 30 there may be the 30 that are missing"
        await set_stock(world, "vendor1", "V1-A", 0)
        await world.quiet()
        await world.control("cancel_order", store="market", order_id=placed["order_id"], reason="customer")
        await world.control("faults", rules=[])
        for _ in range(2):
            world.clock.at += timedelta(minutes=1)
            await world.sweep()
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == 0

    play(database, scenario)


def test_a_change_by_hand_at_the_merchant_is_taken_back_once_no_order_explains_it(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await set_stock(world, "market", "V1-A", 40)
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 39, "perhaps sold: not offered again yet"
        world.clock.at += timedelta(minutes=1)
        await world.sweep()
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == 99

    play(database, scenario)


@pytest.mark.parametrize("kind", ["lose", "duplicate", "reorder", "late"])
def test_webhooks_lost_doubled_and_late_change_nothing_in_the_end(database: str, kind: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        rule = {"where": "webhook", "kind": kind, "rate": 1.0 if kind != "lose" else 0.6}
        await world.control("faults", seed=7, rules=[rule])
        for count in (3, 1, 5):
            await buy_there(world, "vendor1", "V1-A", count)
            await place(world, {"V1-A": 2, "V2-B": 1})
            await adjust(world, "vendor2", "V2-B", count)
            world.clock.at += timedelta(seconds=1)
        await world.quiet()
        await world.control("faults", rules=[])
        for _ in range(2):
            world.clock.at += timedelta(minutes=3)
            await world.sweep()
        await equal(world)

    play(database, scenario)


def test_cancelled_at_the_merchant(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        order = await place(world, {"V1-A": 4})
        await world.quiet()
        await world.control("cancel_order", store="market", order_id=order["order_id"], reason="customer")
        await world.quiet()
        world.clock.at += timedelta(minutes=1)
        await world.sweep()
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == (await stock(world, "vendor1"))["V1-A"] == 100

    play(database, scenario)


def test_cancelled_by_the_vendor_while_the_merchants_order_stands(database: str) -> None:
    """The vendor's store has the goods again; they are still owed to the customer."""

    async def scenario(world: World) -> None:
        await stocked(world)
        await place(world, {"V1-A": 4})
        await world.quiet()
        (theirs,) = await world.orders("vendor1")
        await world.control("cancel_order", store="vendor1", order_id=theirs["id"], reason="inventory")
        await equal(world, "vendor1")
        assert (await stock(world, "vendor1"))["V1-A"] == 100
        assert (await stock(world, "market"))["V1-A"] == 96

    play(database, scenario)


def test_an_order_found_by_looking_it_up_counts_once(database: str) -> None:
    """The answer to the creation was lost, and with it what was left: the figure is read before it counts as taken."""

    async def scenario(world: World) -> None:
        await stocked(world)
        await world.control(
            "faults", seed=1, rules=[{"where": "graphql", "kind": "drop_after", "rate": 1.0, "match": "orderCreate"}]
        )
        await place(world, {"V1-A": 6})
        await world.drain()
        await world.control("faults", rules=[])
        await world.quiet()
        assert len(await world.orders("vendor1")) == 1
        assert await world.sql("SELECT units, taken, sent FROM sold_line") == [(6, 6, 6)]
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == 94

    play(database, scenario)


def test_more_sold_than_there_is(database: str) -> None:
    """The vendor's figure is below nothing: nothing is offered, and what comes in is owed first."""

    async def scenario(world: World) -> None:
        await stocked(world)
        await place(world, {"V1-A": 100})
        await world.quiet()
        await buy_there(world, "vendor1", "V1-A", 3)
        await equal(world)
        assert (await stock(world, "vendor1"))["V1-A"] == -3
        await adjust(world, "vendor1", "V1-A", 5)
        await equal(world)
        assert (await stock(world, "market"))["V1-A"] == 2

    play(database, scenario)


def test_rules_hold(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await world.sql("UPDATE catalogue_policy SET stock_buffer = 10 WHERE vendor_id IS NULL")
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 89
        await world.sql("UPDATE catalogue_policy SET inventory_sync = false WHERE vendor_id IS NULL")
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 89
        assert (await levels(world))[0][5] == "inventory_sync_off"

    play(database, scenario)
