"""Order lines of a shop name no vendor: whose an unlinked one is, the merchant's catalogue says; or a person is told.

Not here: the rule itself (tests/core/test_routing.py).
"""

from typing import Any

import pytest

from tests.platforms.woocommerce.test_hub import furnish
from tests.world import World, at_home, place, play, variants


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def own(title: str, vendor: str, sku: str) -> dict[str, Any]:
    rest = {"vendor": vendor} if vendor else {}
    return {"title": title, "variants": [{"sku": sku, "price": "7.00"}]} | rest


async def open_items(world: World) -> list[str]:
    rows = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL ORDER BY reason")
    return [reason for (reason,) in rows]


async def add(world: World, *products: dict[str, Any]) -> None:
    for product in products:
        made = await world.control("add_product", store="market", product=product)
        world.shops["market"]["products"].append(made)


async def at_vendor(world: World) -> list[list[str]]:
    """What is on each of the vendor's orders: its own goods, then fees, which stand for goods that it has not."""
    orders = await world.orders("vendor1")
    return [[each["title"] for each in (*order["lines"], *order["fees"])] for order in orders]


def test_the_catalogue_says_whose_it_is(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await add(world, own("Vase", "V", "OWN-1"), own("Lamp", "Someone", "OWN-2"))
        await world.read_catalogues()
        await place(world, {"V1-A": 1, "OWN-1": 2, "OWN-2": 1})
        await world.quiet()
        assert await at_vendor(world) == [["Thing A", "Vase × 2"]]
        assert await open_items(world) == ["lines_unassigned"], "the lamp is nobody's, and somebody is told"

    play(database, scenario)


def test_it_may_be_said_later_than_the_order(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await add(world, own("Vase", "", "OWN-1"))
        await world.read_catalogues()
        await place(world, {"OWN-1": 1})
        await world.quiet()
        assert await at_vendor(world) == []
        assert await open_items(world) == ["lines_unassigned"]
        product = variants(world, "market")["OWN-1"][0]
        await world.control("edit_product", store="market", product_id=product, set={"vendor": "V"})
        await world.read_catalogues()
        assert await at_vendor(world) == [["Vase"]]
        assert await open_items(world) == []

    play(database, scenario)


def test_a_product_that_was_never_read_is_asked_for_at_once(database: str) -> None:
    """Nobody waits for the merchant's catalogue to be read again, which is every few hours."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await add(world, own("Vase", "V", "OWN-1"), own("Lamp", "", "OWN-2"))
        await place(world, {"OWN-1": 1, "OWN-2": 1})
        await world.quiet()
        assert await at_vendor(world) == [["Vase"]]
        assert await open_items(world) == ["lines_unassigned"]
        before = len(world.http.calls)
        await place(world, {"OWN-2": 1})
        await world.quiet()
        assert "read_products" not in world.http.calls[before:], "what is known is not asked for again"

    play(database, scenario)


def test_a_product_that_is_gone_is_asked_for_once(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await add(world, own("Vase", "V", "OWN-1"))
        product = variants(world, "market")["OWN-1"][0]
        await place(world, {"OWN-1": 1})
        await world.control("delete_product", store="market", product_id=product, force=True)
        await world.quiet()
        await world.sweep()
        assert await at_vendor(world) == []
        assert await open_items(world) == ["lines_unassigned"]
        assert world.http.calls.count("read_products") == 1

    play(database, scenario)
