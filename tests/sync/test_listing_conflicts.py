"""Vendor and merchant change the same field of a listing: asked once, answered by a person or by the world."""

from collections.abc import Iterator
from typing import Any

import pytest

from crossdock.models import Listing
from crossdock.operations.offering import give_back, take
from tests.sync.listing_world import add, agrees, at_market, at_vendor, listing, offering, ruled, tee, there
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def both(world: World, product: str, vendors: str, ours: str) -> None:
    merchant_id = (await listing(world, product))["merchant_product_id"]
    await at_market(world, "edit_product", product_id=merchant_id, set={"title": ours})
    await at_vendor(world, "edit_product", product_id=product, set={"title": vendors})


async def open_items(world: World) -> int:
    rows = await world.sql("SELECT count(*) FROM attention WHERE reason = 'listing_conflict' AND closed_at IS NULL")
    return int(rows[0][0])


async def answer(world: World, operation: Any, product: str) -> None:
    row = await world.do(Listing.objects.get, pk=(await listing(world, product))["id"])
    await world.do(operation, listing=row, fields=["title"], now=world.clock(), who="olga")
    await world.quiet()


def test_a_person_is_asked_and_answers_either_way(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world, rules={"conflicts": "ask"})
        one, other = await add(world, tee()), await add(world, tee(title="Mug"))
        await both(world, one, "Tee II", "My tee")
        await both(world, other, "Mug II", "My mug")
        assert (await there(world, one))["title"] == "My tee"
        assert (await listing(world, one))["taken"] == ["ask:title", "title"]
        assert await open_items(world) == 1, "one for the vendor's store"
        await agrees(world)
        await answer(world, give_back, one)
        assert (await there(world, one))["title"] == "Tee II"
        assert await open_items(world) == 1
        await answer(world, take, other)
        assert (await there(world, other))["title"] == "My mug"
        assert await open_items(world) == 0
        await agrees(world)
        assert (await listing(world, other))["taken"] == ["title"]
        await at_vendor(world, "edit_product", product_id=other, set={"title": "Mug III"})
        assert await open_items(world) == 1, "the vendor changed it anew"

    play(database, scenario)


def test_a_question_closes_by_itself(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world, rules={"conflicts": "ask"})
        product = await add(world, tee())
        await both(world, product, "Tee II", "My tee")
        assert await open_items(world) == 1
        await at_vendor(world, "edit_product", product_id=product, set={"title": "Tee"})
        assert await open_items(world) == 0
        await at_vendor(world, "edit_product", product_id=product, set={"title": "Tee III"})
        assert await open_items(world) == 1
        await ruled(world, conflicts="vendor")
        assert await open_items(world) == 0
        assert (await there(world, product))["title"] == "Tee III"
        await agrees(world)

    play(database, scenario)
