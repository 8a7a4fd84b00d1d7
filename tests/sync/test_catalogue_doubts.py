"""Products that webhooks tell only in part are read by themselves, each once in a while however often it is told of."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sync.listing_world import add, at_vendor, offering, tee, there
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def large() -> dict[str, Any]:
    rows = [{"options": [f"k{n}"], "sku": f"K{n}", "price": "1.00", "inventory": 50} for n in range(120)]
    return tee(title="Large", options=[{"name": "Kind", "values": [f"k{n}" for n in range(120)]}], variants=rows)


def reads(world: World, since: int) -> int:
    calls = Counter(world.http.calls[since:])
    return calls["ReadProducts"] + calls["ReadProduct"] + calls["Products"]


def test_a_large_product_that_sells_is_not_read_for_each_order(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, large())
        variant = (await world.dump("vendor1"))["products"][-1]["variants"][0]["id"]
        before = len(world.http.calls)
        for _ in range(40):  # twenty seconds of orders, two a second
            lines = [{"variant_id": variant, "quantity": 1}]
            await world.control("place_order", store="vendor1", lines=lines, paid=True)
            next_at = world.clock.at + timedelta(seconds=0.5)
            await world.quiet(horizon=timedelta(seconds=0.4))
            world.clock.at = max(next_at, world.clock.at)
        assert 1 <= reads(world, before) <= 6, Counter(world.http.calls[before:])
        await at_vendor(world, "edit_variant", variant_id=variant, set={"price": "9.00"})
        assert "9.00" in {one["price"] for one in (await there(world, product))["variants"]}, "the last word is read"

    play(database, scenario)
