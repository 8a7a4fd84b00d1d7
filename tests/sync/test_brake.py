"""Too much at once of a vendor's is held until a person says that it is meant, or until it is there again by itself:
deleted, put away, unpublished, all at once or by and by, and an API that suddenly knows of nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crossdock.models import Vendor
from crossdock.operations import offering as offers
from tests.sync.listing_world import add, at_vendor, listing, offering
from tests.sync.stocks import stock
from tests.world import World, at_home, play

COUNT = 10


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def many(world: World) -> list[str]:
    await offering(world)
    made = [
        await add(
            world,
            {"title": f"Plain {n}", "variants": [{"sku": f"P{n}", "price": "1.00", "inventory": 9}]},
            offered=n == COUNT - 1,
        )
        for n in range(COUNT)
    ]
    assert all([(await listing(world, one))["state"] == "live" for one in made])
    return made


async def on_sale(world: World) -> dict[str, int]:
    """The merchant's products on sale, with what is there of each of the vendor's."""
    there = await stock(world, "market")
    products = (await world.dump("market"))["products"]
    return {
        one["variants"][0]["sku"]: there[one["variants"][0]["sku"]] for one in products if one["status"] == "ACTIVE"
    }


async def asks(world: World) -> bool:
    opened = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL")
    return ("too_much_change",) in opened


async def release(world: World) -> None:
    vendor = await world.do(lambda: Vendor.objects.get(pk=world.vendors["vendor1"].pk))
    await world.do(offers.release_brake, vendor=vendor, now=world.clock(), who="test")
    await world.quiet()


async def each(world: World, op: str, products: list[str], **arguments: Any) -> None:
    """All at once."""
    for product in products:
        await world.control(op, store="vendor1", product_id=product, **arguments)
    await world.quiet()


@pytest.mark.parametrize("status", ["DRAFT", "ARCHIVED"])
def test_many_put_off_sale_at_once_are_held_until_a_person_says_so(database: str, status: str) -> None:
    async def scenario(world: World) -> None:
        made = await many(world)
        before = await on_sale(world)
        await each(world, "edit_product", made[:6], set={"status": status})
        assert await on_sale(world) == before
        assert await asks(world)
        await at_vendor(world, "edit_product", product_id=made[9], set={"title": "Goes on"})
        assert "Goes on" in {one["title"] for one in (await world.dump("market"))["products"]}
        await release(world)
        assert before.keys() - (await on_sale(world)).keys() == {f"P{n}" for n in range(6)}

    play(database, scenario)


@pytest.mark.parametrize("status", ["DRAFT", "ARCHIVED"])
def test_what_is_on_sale_again_lets_the_brake_go(database: str, status: str) -> None:
    async def scenario(world: World) -> None:
        made = await many(world)
        before = await on_sale(world)
        await each(world, "edit_product", made[:6], set={"status": status})
        assert await asks(world)
        world.clock.at += timedelta(minutes=5)
        await each(world, "edit_product", made[:6], set={"status": "ACTIVE"})
        assert await on_sale(world) == before
        assert not await asks(world)
        assert await world.sql("SELECT brake_at FROM vendor WHERE brake_at IS NOT NULL") == []
        await each(world, "edit_product", made[:2], set={"status": status})
        assert before.keys() - (await on_sale(world)).keys() == {"P0", "P1"}, "a few simply go"

    play(database, scenario)


@pytest.mark.parametrize(
    ("op", "arguments"),
    [("delete_product", {}), ("edit_product", {"set": {"status": "DRAFT"}})],
    ids=["deleted", "unpublished"],
)
def test_forty_per_cent_by_and_by_within_the_hour_are_held(database: str, op: str, arguments: Any) -> None:
    """One every nine minutes: from the one on that makes it more than thirty per cent nothing more goes."""

    async def scenario(world: World) -> None:
        made = await many(world)
        before = await on_sale(world)
        ((total,),) = await world.sql("SELECT count(DISTINCT merchant_product_id) FROM variant_link")
        assert total * 0.4 <= 6
        for product in made[:6]:
            next_at = world.clock.at + timedelta(minutes=9)
            await world.control(op, store="vendor1", product_id=product, **arguments)
            await world.quiet(horizon=timedelta(minutes=5))
            world.clock.at = next_at
        left = await on_sale(world)
        assert await asks(world)
        assert before.keys() - left.keys() == {f"P{n}" for n in range(int(total * 0.3))}
        await release(world)
        assert before.keys() - (await on_sale(world)).keys() == {f"P{n}" for n in range(6)}

    play(database, scenario)


def test_an_api_that_suddenly_knows_of_nothing_unpublishes_nothing(database: str) -> None:
    """Whole passes, listings of changes and direct reads all say that there is nothing."""

    async def scenario(world: World) -> None:
        await many(world)
        before = await on_sale(world)
        await world.control("empty_catalogue", store="vendor1", on=True)
        vendor = world.stores["vendor1"].pk
        await world.sql("UPDATE store_product SET read_needed = true WHERE store_id = %s", [vendor])
        await world.sweep()
        assert await on_sale(world) == before, "reads"
        await world.read_catalogues()
        world.clock.at += timedelta(minutes=5)
        await world.sweep()
        assert await on_sale(world) == before, "a whole pass and a listing of changes"
        assert await asks(world)
        await world.control("empty_catalogue", store="vendor1", on=False)
        await world.read_catalogues()
        assert await on_sale(world) == before
        assert not await asks(world)

    play(database, scenario)
