"""Parcels made by hand take from the vendor's stock exactly once, and give it back when they are withdrawn."""

from datetime import timedelta
from typing import Any

import pytest

from crossdock.core.fulfillment import Tracking
from crossdock.models import Attention, VendorOrder
from crossdock.operations import orders
from tests.sync.stocks import adjust, stock, stocked, writes
from tests.world import World, at_home, place, play

MANUAL = {"order_sync": False}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def by_hand(world: World, quantity: int) -> Any:
    """Somebody ships that many of the first line of the only order."""

    def ship() -> Any:
        row = VendorOrder.objects.get()
        ((line_id, _),) = orders.left_to_ship(vendor_order=row).items()
        return orders.fulfill_by_hand(
            vendor_order=row,
            lines=[(line_id, quantity)],
            tracking=Tracking("Post", ("1",)),
            now=world.clock(),
            who="test",
        )

    return await world.do(ship)


async def figures(world: World) -> tuple[int, int]:
    return (await stock(world, "vendor1"))["V1-A"], (await stock(world, "market"))["V1-A"]


def test_a_parcel_by_hand_lowers_the_vendors_stock_and_nothing_else(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await place(world, {"V1-A": 5})
        await world.quiet()
        assert await figures(world) == (100, 95), "five are spoken for"
        await by_hand(world, 3)
        await world.quiet()
        assert await figures(world) == (97, 95)
        assert await world.sql("SELECT units, sent, taken FROM sold_line") == [(5, 3, 3)]
        assert writes(world) == ["AdjustQuantities"]
        await by_hand(world, 2)
        await world.quiet()
        assert await figures(world) == (95, 95)
        assert writes(world) == ["AdjustQuantities"] * 2

    play(database, scenario)


def test_a_parcel_withdrawn_gives_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await place(world, {"V1-A": 5})
        await world.quiet()
        parcel = await by_hand(world, 5)
        await world.quiet()
        assert await figures(world) == (95, 95)
        await world.do(orders.withdraw_by_hand, parcel=parcel, now=world.clock(), who="test")
        await world.quiet()
        assert await figures(world) == (100, 95), "still owed to the customer"
        assert await world.sql("SELECT units, sent, taken FROM sold_line") == [(5, 0, 0)]
        with pytest.raises(orders.NotInThatState):
            await world.do(orders.withdraw_by_hand, parcel=parcel, now=world.clock(), who="test")
        (order,) = await world.orders("market")
        assert [each["status"] for each in order["fulfillments"]] == ["CANCELLED"]

    play(database, scenario)


def test_withdrawn_before_it_was_taken(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await place(world, {"V1-A": 5})
        await world.quiet()
        parcel = await by_hand(world, 5)
        await world.do(orders.withdraw_by_hand, parcel=parcel, now=world.clock(), who="test")
        await world.quiet()
        assert await figures(world) == (100, 95)
        assert await world.sql("SELECT units, sent, taken FROM sold_line") == [(5, 0, 0)]
        (order,) = await world.orders("market")
        assert order["fulfillments"] == []

    play(database, scenario)


@pytest.mark.parametrize("fault", ["drop_after", "timeout_after", "error_after", "drop_before", "error_before"])
def test_an_answer_that_is_lost_is_asked_for_again_by_its_key(database: str, fault: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await place(world, {"V1-A": 5})
        await world.quiet()
        rule = {"where": "graphql", "kind": fault, "rate": 1.0, "match": "inventoryAdjustQuantities"}
        await world.control("faults", seed=1, rules=[rule])
        await by_hand(world, 5)
        await world.drain()
        await world.control("faults", rules=[])
        await world.quiet()
        assert await figures(world) == (95, 95)
        assert await world.sql("SELECT state FROM stock_adjustment") == [("done",)]

    play(database, scenario)


def test_one_that_was_not_answered_for_too_long_is_a_persons(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await place(world, {"V1-A": 5})
        await world.quiet()
        rule = {"where": "graphql", "kind": "drop_after", "rate": 1.0, "match": "inventoryAdjustQuantities"}
        await world.control("faults", seed=1, rules=[rule])
        await by_hand(world, 5)
        await world.drain()
        await world.control("faults", rules=[])
        await world.sql("UPDATE stock_adjustment SET sending_at = %s", [world.clock.at - timedelta(hours=21)])
        await world.quiet()
        assert await world.sql("SELECT state FROM stock_adjustment") == [("unknown",)]
        assert await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL") == [("adjustment_unknown",)]
        assert await figures(world) == (95, 90), "not offered twice, whichever is true"

    play(database, scenario)


def test_without_inventory_sync_the_vendors_stock_is_left_alone(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await world.sql("UPDATE catalogue_policy SET inventory_sync = false WHERE vendor_id IS NULL")
        await place(world, {"V1-A": 5})
        await world.quiet()
        await by_hand(world, 5)
        await world.quiet()
        assert (await stock(world, "vendor1"))["V1-A"] == 100
        assert await world.sql("SELECT count(*) FROM stock_adjustment") == [(0,)]

    play(database, scenario)


def test_items_edited_after_the_push_count_as_taken_once_a_person_has_seen_to_them(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        order = await place(world, {"V1-A": 2})
        await world.quiet()
        (line_id,) = order["line_ids"]
        await world.control("edit_lines", store="market", order_id=order["order_id"], quantities={line_id: 6})
        await world.quiet()
        assert await figures(world) == (98, 94), "four more are owed"
        await adjust(world, "vendor1", "V1-A", -4)  # the vendor sets them aside

        def close() -> None:
            item = Attention.objects.get(reason="items_edited", closed_at=None)
            orders.close_attention(attention=item, now=world.clock(), who="test")

        await world.do(close)
        await world.quiet()
        assert await figures(world) == (94, 94)

    play(database, scenario)
