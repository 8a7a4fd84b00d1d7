"""Listings that end: by the rules when the vendor's product goes, by a person, by the merchant; under the brake."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crossdock.models import Listing, Vendor
from crossdock.operations import offering as offers
from tests.sync.listing_world import add, agrees, at_market, at_vendor, listing, offering, pairs, tee, there, twin
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def many(world: World, count: int) -> list[str]:
    """So many products of one variant each, all listed."""
    made = [await add(world, simple(n), offered=n == count - 1) for n in range(count)]
    assert all([(await listing(world, one))["state"] == "live" for one in made])
    return made


def simple(n: int) -> dict[str, Any]:
    return {"title": f"Plain {n}", "variants": [{"sku": f"P{n}", "price": "1.00", "inventory": 4}]}


async def on_sale(world: World) -> int:
    return sum(one["status"] == "ACTIVE" for one in (await world.dump("market"))["products"])


@pytest.mark.parametrize(("rule", "after"), [("draft", "DRAFT"), ("delete", None), ("keep", "ACTIVE")])
def test_a_deleted_product_ends_its_listing_by_the_rule(database: str, rule: str, after: str | None) -> None:
    async def scenario(world: World) -> None:
        await offering(world, rules={"on_delete": rule})
        product = await add(world, tee())
        await at_vendor(world, "delete_product", product_id=product)
        found = await listing(world, product)
        assert (found["state"], found["reason"]) == ("ended", "vendor_deleted")
        shown = await twin(world, product)
        assert (shown and shown["status"]) == after
        assert await pairs(world, product) == {}

    play(database, scenario)


def test_a_product_that_comes_back_is_offered_again(database: str) -> None:
    """The store answered with nothing for a while; its product was never deleted."""

    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        await world.control("empty_catalogue", store="vendor1", on=True)
        await world.read_catalogues()
        assert (await listing(world, product))["state"] == "ended", "four of four: too few for the brake"
        await world.control("empty_catalogue", store="vendor1", on=False)
        await world.read_catalogues()
        found = await listing(world, product)
        assert (found["state"], found["reason"]) == ("live", "")
        assert (await there(world, product))["status"] == "ACTIVE"
        assert len(await pairs(world, product)) == 4
        await agrees(world)

    play(database, scenario)


def test_many_deletions_are_held_until_a_person_says_that_they_are_meant(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        made = await many(world, 10)
        before = await on_sale(world)
        for product in made[:6]:
            await world.control("delete_product", store="vendor1", product_id=product)
        await world.quiet()
        assert await on_sale(world) == before
        assert {(await listing(world, one))["reason"] for one in made[:6]} == {"too_much_change"}
        opened = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL")
        assert ("too_much_change",) in opened
        await at_vendor(world, "edit_product", product_id=made[9], set={"title": "Goes on"})
        assert (await there(world, made[9]))["title"] == "Goes on"
        vendor = await world.do(lambda: Vendor.objects.get(pk=world.vendors["vendor1"].pk))
        await world.do(offers.release_brake, vendor=vendor, now=world.clock(), who="test")
        await world.quiet()
        assert await on_sale(world) == before - 6

    play(database, scenario)


def test_a_store_that_suddenly_answers_with_nothing_unpublishes_nothing(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        made = await many(world, 10)
        before = await on_sale(world)
        await world.control("empty_catalogue", store="vendor1", on=True)
        await world.read_catalogues()
        assert await on_sale(world) == before
        assert {(await listing(world, one))["state"] for one in made} == {"live"}
        await world.control("empty_catalogue", store="vendor1", on=False)
        await world.read_catalogues()
        assert {(await listing(world, one))["reason"] for one in made} == {""}
        opened = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL")
        assert ("too_much_change",) not in opened, "what was held is there again"

    play(database, scenario)


def test_what_the_merchant_deleted_is_not_made_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        mine = (await there(world, product))["id"]
        await at_market(world, "delete_product", product_id=mine)
        found = await listing(world, product)
        assert (found["state"], found["reason"]) == ("ended", "merchant_deleted")
        opened = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL")
        assert ("listing_deleted",) in opened
        await at_vendor(world, "edit_product", product_id=product, set={"title": "Still here"})
        assert await twin(world, product) is None

    play(database, scenario)


@pytest.mark.parametrize(("how", "after"), [("draft", "DRAFT"), ("delete", None)])
def test_a_person_removes_a_listing(database: str, how: str, after: str | None) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        row = await world.do(lambda: Listing.objects.get(product_id=product))
        await world.do(offers.remove_listing, listing=row, how=how, now=world.clock(), who="test")
        await world.quiet()
        found = await listing(world, product)
        assert (found["state"], found["reason"]) == ("ended", "removed_by_person")
        shown = await twin(world, product)
        assert (shown and shown["status"]) == after

    play(database, scenario)


def test_an_unpublished_product_goes_off_sale_and_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        await at_vendor(world, "edit_product", product_id=product, set={"status": "DRAFT"})
        assert (await there(world, product))["status"] == "DRAFT"
        world.clock.at += timedelta(seconds=5)
        await at_vendor(world, "edit_product", product_id=product, set={"status": "ACTIVE"})
        assert (await there(world, product))["status"] == "ACTIVE"
        assert (await listing(world, product))["state"] == "live"

    play(database, scenario)
