"""Drift between both sides, in a world of sandbox stores: found, told why, repaired by the controller, then gone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest

from crossdock.operations import drift
from crossdock.operations.drift import Drift
from tests.sync.listing_world import at_market, offering
from tests.sync.stocks import right, set_stock, stock, stocked
from tests.world import World, at_home, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def found(world: World) -> Drift:
    told: Drift = await world.do(drift.find_drift, marketplace=world.marketplace, now=world.clock())
    return told


def items(of: Drift) -> list[tuple[str, str, bool]]:
    return [(item.kind, item.why, item.meant) for item in of.items]


async def repaired(world: World, of: Drift) -> Drift:
    await world.do(drift.repair, marketplace=world.marketplace, found=of, now=world.clock(), who="test")
    await world.quiet()
    return await found(world)


async def read_anew(world: World) -> None:
    await world.do(drift.ask, marketplace=world.marketplace, now=world.clock(), who="test")
    await world.quiet()


@asynccontextmanager
async def marks_lost(world: World, *kinds: str) -> AsyncIterator[None]:
    """What is heard is kept, and nobody is told to look at it."""
    names = ", ".join(f"'{kind}'" for kind in kinds)
    await world.sql("CREATE FUNCTION lost() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
    await world.sql(
        f"CREATE TRIGGER lost BEFORE INSERT ON dirty_key FOR EACH ROW WHEN (NEW.kind IN ({names}))"
        " EXECUTE FUNCTION lost()"
    )
    yield
    await world.sql("DROP FUNCTION lost CASCADE")


def test_a_quiet_world_has_none_and_everything_was_compared(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await place(world, {"V1-A": 2, "V2-B": 1})
        await world.quiet()
        told = await found(world)
        assert items(told) == []
        assert told.checked["level"] == 4
        assert told.checked["vendor_order"] == 2
        assert told.left == 0

    play(database, scenario)


def test_a_mark_that_was_lost_is_found_and_made_good(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await world.sql("UPDATE store_variant SET available = 7, levels = '{}' WHERE sku = 'V1-A' AND store_id = %s",
                        [world.stores["vendor1"].pk])  # fmt: skip
        told = await found(world)
        assert items(told) == [("level", "event_lost", False)]
        assert (told.items[0].wanted, told.items[0].seen, told.left) == ("7", "100", 1)
        assert items(await repaired(world, told)) == []
        assert (await stock(world, "market"))["V1-A"] == 7

    play(database, scenario)


def test_a_figure_changed_by_hand_is_put_right_by_the_next_whole_reading(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await set_stock(world, "market", "V1-A", 140)
        await set_stock(world, "market", "V2-B", 3)
        await world.quiet()
        await read_anew(world)
        await world.sweep()  # the orders too: what is missing may have been sold
        assert (await stock(world, "market"))["V1-A"] == 100
        world.clock.at += timedelta(minutes=10)
        await read_anew(world)
        await world.sweep()
        now, free = await stock(world, "market"), await right(world, "vendor2")
        assert now["V2-B"] == free["V2-B"]
        assert (await found(world)).left == 0

    play(database, scenario)


def test_a_field_edited_by_hand_is_told_and_left(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        rows: Any = await world.sql("SELECT merchant_product_id FROM listing WHERE state = 'live' ORDER BY id LIMIT 1")
        await at_market(world, "edit_product", product_id=rows[0][0], set={"title": "My own words"})
        await read_anew(world)
        assert items(await found(world)) == [], "the reading took note of it"
        assert await world.sql("SELECT taken FROM listing WHERE merchant_product_id = %s", rows[0]) == [(["title"],)]
        assert await world.sql("SELECT data ->> 'edited' FROM activity WHERE what = 'listing.drift'") == [
            ('["title"]',)
        ]

    play(database, scenario)


TRACKING = {"company": "PostNord", "numbers": ["PN1"], "urls": []}


def test_an_edit_that_nobody_carried_to_the_vendor_is_found_and_made_good(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        placed = await place(world, {"V1-A": 1})
        await world.quiet()
        async with marks_lost(world, "order"):
            await world.control("edit_order", store="market", order_id=placed["order_id"], set={"note": "By the door"})
            await world.quiet()
        told = await found(world)
        assert items(told) == [("order", "event_lost", False)]
        assert told.items[0].since is not None
        assert items(await repaired(world, told)) == []
        assert [order["note"] for order in await world.orders("vendor1")] == ["By the door"]

    play(database, scenario)


def test_a_cancellation_that_nobody_carried_to_the_vendor_is_found_and_made_good(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        placed = await place(world, {"V1-A": 1})
        await world.quiet()
        async with marks_lost(world, "vendor_order"):
            await world.control("cancel_order", store="market", order_id=placed["order_id"])
            await world.quiet()
        told = await found(world)
        assert items(told) == [("vendor_order", "event_lost", False)]
        assert items(await repaired(world, told)) == []
        assert [order["cancelled_at"] is not None for order in await world.orders("vendor1")] == [True]

    play(database, scenario)


def test_a_parcel_that_nobody_carried_back_is_found_and_made_good(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        (theirs,) = await world.orders("vendor1")
        async with marks_lost(world, "fulfillment"):
            await world.control("fulfill_order", store="vendor1", order_id=theirs["id"], tracking=TRACKING)
            await world.quiet()
        told = await found(world)
        assert items(told) == [("fulfillment", "event_lost", False)]
        assert told.items[0].since is not None
        assert items(await repaired(world, told)) == []
        (order,) = await world.orders("market")
        assert [parcel["tracking"]["numbers"] for parcel in order["fulfillments"]] == [["PN1"]]

    play(database, scenario)


def test_what_a_reading_found_and_saw_to_is_told(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        rows: Any = await world.sql("SELECT merchant_product_id FROM listing WHERE state = 'live' ORDER BY id LIMIT 1")
        began_at = world.clock()
        await at_market(world, "edit_product", product_id=rows[0][0], set={"title": "My own words"})
        await read_anew(world)
        told = await world.do(
            drift.find_drift, marketplace=world.marketplace, now=world.clock(), fresh=True, since=began_at
        )
        assert (told.items, told.left) == ((), 0)
        assert [(each.name, each.edited, each.written) for each in told.seen_to] == [("My own words", ("title",), ())]

    play(database, scenario)
