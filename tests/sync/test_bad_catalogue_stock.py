"""Odd stock of vendors and at the merchant, from their stores to the level: negative, uncounted, at locations nobody
knew, where nothing is kept, and where there is no location any more.

Not here: odd products (test_bad_catalogue.py).
"""

from collections.abc import Iterator
from typing import Any

import pytest

from crossdock.operations import catalogue_rules
from tests.sync.listing_world import Shown, at_vendor, offer, offering, pairs, ruled, there
from tests.sync.test_bad_catalogue import goods, one, sold
from tests.sync.test_drift import found
from tests.world import World, at_home, play

LEVEL = (
    "SELECT l.target, l.reason FROM level l JOIN variant_link k ON k.id = l.link_id"
    " WHERE k.vendor_product_id = %s AND k.listing_id IS NOT NULL"
)
NEEDS = "SELECT reason, data ->> 'location' FROM attention WHERE closed_at IS NULL ORDER BY reason"


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def listed(world: World, **products: Shown) -> dict[str, str]:
    made = {name: await sold(world, product) for name, product in products.items()}
    await world.quiet()
    await offer(world)
    await world.sweep()
    return made


async def ruled_for(world: World, **changes: Any) -> None:
    """Rules for the first vendor alone."""
    await world.do(
        catalogue_rules.set_catalogue_policy,
        marketplace=world.marketplace,
        vendor=world.vendors["vendor1"],
        changes=changes,
        who="test",
        now=world.clock(),
    )
    await world.quiet()


async def variant_of(world: World, product: str) -> str:
    (variant,) = await pairs(world, product)
    return variant


async def at_merchant(world: World, product: str) -> tuple[int, bool, bool]:
    """What is there, whether it is counted, whether it is sold on below nothing."""
    (variant,) = (await there(world, product))["variants"]
    levels = (await world.dump("market"))["levels"][variant["id"]]
    return sum(levels.values()), variant["tracked"], variant["oversell"]


def test_negative_and_uncounted_stock(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        made = await listed(
            world,
            negative=goods("Negative", one(inventory=-4)),
            sold_on=goods("Sold on", one(inventory=-4, oversell=True)),
            uncounted=goods("Uncounted", one(tracked=False)),
            never=goods("Never stocked", {"sku": "N", "price": "1.00"}),
            plain=goods("Plain", one()),
        )
        shown = {name: await at_merchant(world, product) for name, product in made.items()}
        assert shown == {
            "negative": (0, True, False),
            "sold_on": (0, True, True),
            "uncounted": (0, False, False),
            "never": (0, False, False),
            "plain": (3, True, False),
        }
        levels = {name: (await world.sql(LEVEL, [product]))[0] for name, product in made.items()}
        assert levels["uncounted"] == levels["never"] == (None, "untracked")
        assert levels["negative"] == levels["sold_on"] == (0, "sold_out")
        await at_vendor(
            world, "edit_variant", variant_id=await variant_of(world, made["uncounted"]), set={"tracked": True}
        )
        await world.sweep()  # a delivery does not tell whether stock is counted
        assert await at_merchant(world, made["uncounted"]) == (3, True, False)
        assert (await found(world)).items == ()

    play(database, scenario)


def test_stock_at_a_location_that_the_vendor_opened_since(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        made = await listed(world, plain=goods("Plain", one()))
        place = await world.control("add_location", store="vendor1", name="Cellar")
        where = {"variant_id": await variant_of(world, made["plain"]), "location_id": place["location_id"]}
        await at_vendor(world, "set_stock", **where, available=7)
        assert await at_merchant(world, made["plain"]) == (10, True, False), "all of its locations are summed"
        await at_vendor(world, "set_stock", **where, available=-5)
        assert await at_merchant(world, made["plain"]) == (0, True, False)
        await world.read_catalogues()
        assert (await found(world)).items == ()

    play(database, scenario)


def test_a_location_of_the_merchants_that_is_gone_is_told_and_others_go_on(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world, vendors=(1, 2))
        made = await listed(world, plain=goods("Plain", one()))
        (beside,) = await world.sql("SELECT product_id FROM listing WHERE vendor_id = %s ORDER BY id LIMIT 1",
                                    [world.vendors["vendor2"].pk])  # fmt: skip
        await ruled_for(world, merchant_location=world.shops["market"]["location_id"])
        await world.sql("UPDATE catalogue_policy SET merchant_location = '424242' WHERE vendor_id IS NOT NULL")
        await at_vendor(world, "set_stock", variant_id=await variant_of(world, made["plain"]), available=1)
        assert await world.sql(LEVEL, [made["plain"]]) == [(None, "location_gone")]
        assert await world.sql(NEEDS) == [("location_gone", "424242")]
        other = (await pairs(world, beside[0])).popitem()[0]
        await at_vendor(world, "set_stock", number=2, variant_id=other, available=2)
        assert await at_merchant(world, beside[0]) == (2, True, False), "another vendor's goes on"
        told = [(item.why, item.meant) for item in (await found(world)).items if item.ref]
        assert ("needs_person", True) in told
        await ruled_for(world, merchant_location=None)
        assert await at_merchant(world, made["plain"]) == (1, True, False)

    play(database, scenario)


def test_an_item_that_is_not_kept_at_the_location_begins_there(database: str) -> None:
    """The merchant chooses another of its warehouses, where nothing is kept yet."""

    async def scenario(world: World) -> None:
        await offering(world)
        place = await world.control("add_location", store="market", name="Second warehouse")
        await world.quiet()
        await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'subscription'", [world.clock()])
        await world.sweep()
        await ruled(world, merchant_location=place["location_id"])
        made = await listed(world, plain=goods("Plain", one()))
        (mine,) = (await pairs(world, made["plain"])).values()
        levels = (await world.dump("market"))["levels"][mine]
        assert levels[place["location_id"]] == 3
        assert sum(levels.values()) == 3
        first = await world.sql("SELECT product_id FROM listing ORDER BY id LIMIT 1")
        moved = (await pairs(world, first[0][0])).popitem()[1]
        levels = (await world.dump("market"))["levels"][moved]
        assert (levels[place["location_id"]], sum(levels.values())) == (100, 100), "moved, not doubled"
        assert await world.sql(NEEDS) == []
        assert (await found(world)).items == ()

    play(database, scenario)
