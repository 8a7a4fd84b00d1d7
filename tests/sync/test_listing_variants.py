"""Variants of listings: added and removed by the switch, options renamed, reordered, split and merged, very many."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sync.listing_world import add, agrees, at_vendor, listing, offering, options, pairs, tee, there
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def variants(world: World, product: str) -> list[dict[str, Any]]:
    dump = await world.dump("vendor1")
    return list(next(one for one in dump["products"] if one["id"] == product)["variants"])


async def reshaped(world: World, product: str, names: list[str], how: Any) -> None:
    """The vendor gives its variants other options; `how` makes new values of old ones."""
    rows = [{"id": one["id"], "options": how(one["options"])} for one in await variants(world, product)]
    await at_vendor(world, "set_options", product_id=product, options=names, variants=rows)


def test_a_new_variant_is_added_and_one_that_went_is_removed(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        before = await pairs(world, product)
        new = [{"options": ["L", "Red"], "sku": "T-L-Red", "price": "22.00", "inventory": 3}]
        await at_vendor(world, "add_variants", product_id=product, variants=new)
        found = await there(world, product)
        assert ("L", "Red") in options(found).values()
        assert len(await pairs(world, product)) == 5
        assert await world.sql("SELECT 1 FROM level WHERE merchant_available = 3 AND target = 3") == [(1,)]
        gone = next(iter(before))
        await at_vendor(world, "remove_variants", product_id=product, variant_ids=[gone])
        assert before[gone] not in options(await there(world, product))
        assert gone not in await pairs(world, product)
        assert len(await pairs(world, product)) == 4
        await agrees(world)

    play(database, scenario)


def test_switched_off_a_new_variant_is_shown_as_not_offered(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world, rules={"auto_variants": False})
        product = await add(world, tee())
        new = [{"options": ["L", "Red"], "sku": "T-L-Red", "price": "22.00", "inventory": 3}]
        await at_vendor(world, "add_variants", product_id=product, variants=new)
        assert len(options(await there(world, product))) == 4
        (shown,) = (await listing(world, product))["not_offered"]
        assert shown["why"] == "not_automatic"
        await agrees(world)

    play(database, scenario)


@pytest.mark.parametrize(
    ("names", "how", "expected"),
    [
        (["Grösse", "Colour"], lambda values: values, {("S", "Red"), ("S", "Blue"), ("M", "Red"), ("M", "Blue")}),
        (["Colour", "Size"], lambda values: values[::-1], {("Red", "S"), ("Blue", "S"), ("Red", "M"), ("Blue", "M")}),
        (["Kind"], lambda values: [" ".join(values)], {("S Red",), ("S Blue",), ("M Red",), ("M Blue",)}),
    ],
    ids=["renamed", "reordered", "merged"],
)
def test_options_are_followed_by_structure(database: str, names: list[str], how: Any, expected: Any) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        before = await pairs(world, product)
        await reshaped(world, product, names, how)
        found = await there(world, product)
        assert set(options(found).values()) == expected
        assert [one["name"] for one in found["options"]] == names
        assert await pairs(world, product) == before, "the same variants as ever"
        await agrees(world)

    play(database, scenario)


def test_options_that_are_split_are_followed(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        rows = [{"options": [kind], "sku": kind, "price": "5.00", "inventory": 2} for kind in ("S Red", "M Red")]
        product = await add(world, tee(options=["Kind"], variants=rows))
        before = await pairs(world, product)
        await reshaped(world, product, ["Size", "Colour"], lambda values: values[0].split())
        assert set(options(await there(world, product)).values()) == {("S", "Red"), ("M", "Red")}
        assert await pairs(world, product) == before
        await agrees(world)

    play(database, scenario)


def test_two_thousand_variants_are_made_by_the_platform_itself(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        names = [{"name": "A"}, {"name": "B"}, {"name": "C"}]
        rows = [
            {"options": [f"a{n // 128}", f"b{n // 8 % 16}", f"c{n % 8}"], "sku": f"N{n}", "price": "1.00"}
            for n in range(2048)
        ]
        product = await add(world, tee(options=names, variants=rows))
        found = await listing(world, product)
        assert (found["state"], found["problems"]) == ("live", [])
        assert len((await there(world, product))["variants"]) == 2048
        assert len(await pairs(world, product)) == 2048

    play(database, scenario)
