"""Catalogues from the store's answers to the snapshots: whole passes that survive a kill, doubts, orders that wait."""

from collections.abc import Iterator
from typing import Any

import pytest

from crossdock.operations import choosing
from tests.sync.listing_world import add, at_vendor, offer, offering, tee
from tests.world import Crash, World, at_home, connect, furnish, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def kept(world: World, store: str = "vendor1") -> list[tuple[Any, ...]]:
    return await world.sql(
        "SELECT title, sku, available, tracked FROM store_variant WHERE store_id = %s AND gone_at IS NULL ORDER BY sku",
        [world.stores[store].pk],
    )


def test_a_connected_stores_catalogue_is_read_whole(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        assert await kept(world) == [
            ("Thing 1A", "V1-A", 100, True),
            ("Thing 1B", "V1-B", 100, True),
            ("Thing 1X", "V1-X", 100, True),
        ]
        assert len(await kept(world, "market")) == 6
        rows = await world.sql("SELECT catalogue_at, confirmed_at, location_id <> '' FROM store")
        assert all(all(row) for row in rows)

    play(database, scenario)


def test_a_pass_killed_on_the_way_goes_on(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("fill_catalogue", store="vendor1", products=400, variants=10)
        deaths = iter(range(100))

        def dies(name: str, write: str, state: str) -> None:
            if write == "catalogue" and next(deaths) in (0, 1, 3, 4):
                raise Crash(name)

        world.points.handler = dies
        await world.read_catalogues()
        world.points.handler = None
        assert world.crashes == 4
        await world.quiet()
        assert len(await kept(world)) == 3 + 4000
        assert await world.sql("SELECT count(*) FROM catalogue_seen") == [(0,)]

    play(database, scenario)


def test_a_second_pass_writes_nothing_and_a_delivery_says_the_same(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        await add(world, tee(media=["https://cdn.test/a.jpg"]))
        await world.read_catalogues()
        query = "SELECT xmin::text, id FROM {} ORDER BY id"
        before = [await world.sql(query.format(table)) for table in ("store_variant", "listing")]
        digests = await world.sql("SELECT digest FROM store_product ORDER BY id")
        await world.read_catalogues()
        for address, headers, body in [
            one for one in world.heard if one[1].get("X-Shopify-Topic") == "products/create"
        ]:
            await world.post(address, headers, body)
        await world.quiet()
        assert [await world.sql(query.format(table)) for table in ("store_variant", "listing")] == before
        assert await world.sql("SELECT digest FROM store_product ORDER BY id") == digests
        assert await world.sql("SELECT product_id FROM store_product WHERE read_needed") == []

    play(database, scenario)


def test_a_product_deleted_while_nobody_listened_is_missed_by_the_pass(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        product = next(one for one in (await world.dump("vendor1"))["products"] if one["title"] == "Thing 1X")
        await world.control("faults", seed=1, rules=[{"where": "webhook", "kind": "lose", "rate": 1.0}])
        await at_vendor(world, "delete_product", product_id=product["id"])
        await world.control("faults", seed=1, rules=[])
        await world.sweep()
        assert len(await kept(world)) == 3, "a listing of changes does not tell what is gone"
        await world.read_catalogues()
        assert len(await kept(world)) == 2

    play(database, scenario)


def test_lines_without_a_link_wait_for_the_vendors_catalogue(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, unconnected=[1])
        await connect(world, 1)
        await world.sql(
            "UPDATE dirty_key SET due_at = due_at + interval '1 hour' WHERE kind IN ('sweep', 'subscription')"
        )
        await place(world, {"V1-X": 1})
        await world.quiet()
        found = "SELECT state, reason FROM vendor_order"
        assert await world.sql(found) == [("held", "catalogue_not_read")]
        await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind IN ('sweep', 'subscription')", [world.clock()])
        await world.quiet()
        assert await world.sql(found) == [("linked", "")]
        (sent,) = await world.orders("vendor1")
        assert sent["lines"][0]["sku"] == "V1-X"

    play(database, scenario)


def test_a_small_vendor_does_not_wait_for_a_big_one(database: str) -> None:
    """The big one chose first; the small one's are made in its next turn."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("fill_catalogue", store="vendor1", products=120, variants=1)
        await world.read_catalogues()
        for name in ("vendor1", "vendor2"):
            vendor, now = world.vendors[name], world.clock()
            await world.do(choosing.choose_products, vendor=vendor, now=now, who="test", everything=True, approved=True)
        await world.quiet()
        made = await world.sql("SELECT vendor_id FROM listing ORDER BY merchant_product_id::bigint")
        small = [at for at, (vendor,) in enumerate(made) if vendor == world.vendors["vendor2"].pk]
        assert len(made) == 126
        assert max(small) < 60, small

    play(database, scenario)


def test_a_vendors_products_that_cannot_be_kept_hold_up_nothing(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(
            world, tee(title="\u00c5ngstr\u00f6m \u2603 " + "x" * 300, tags=[f"t{n}" for n in range(260)])
        )
        await offer(world)
        rows = await world.sql("SELECT state, problems FROM listing WHERE product_id = %s", [product])
        assert rows[0][0] == "live", rows
        assert rows[0][1], "what was cut is said"

    play(database, scenario)
