"""Parcels that a WooCommerce vendor takes back: most places for tracking there know no change, only delete and enter
anew, and nothing tells that a parcel is gone. Not here: how each place is read (test_parcels.py)."""

from typing import Any

import pytest

from tests.platforms.woocommerce.test_hub import STEP, furnish
from tests.world import World, at_home, place, play

PLACES: dict[str, list[str]] = {
    "core": ["fulfillments"],
    "lines": ["ast"],
    "numbers": ["shipment_tracking"],
    "none": [],
}
ONE, TWO = ({"company": "DHL", "numbers": [number], "urls": []} for number in ("1111", "2222"))


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


@pytest.mark.parametrize("hooks", ["told", "polled"])
@pytest.mark.parametrize("kept", PLACES)
def test_a_parcel_taken_back_is_taken_back_at_the_merchant(database: str, kept: str, hooks: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, {"tracking": PLACES[kept]}, tracking=PLACES["core"])
        if hooks == "polled":
            await world.control("faults", rules=[{"where": "webhook", "kind": "lose", "rate": 1.0}])
        await place(world, {"V1-A": 2})
        await later(world)
        (order,) = await world.orders("vendor1")
        sent = await world.control("fulfill_order", store="vendor1", order_id=order["id"], tracking=ONE)
        await later(world)
        assert await numbers(world) == [["1111"]]
        await world.control("update_tracking", store="vendor1", tracking=TWO, **sent)
        await later(world)
        assert await numbers(world) == [["2222"]]
        await world.control("cancel_fulfillment", store="vendor1", **sent)
        await later(world)
        assert await numbers(world) == []
        await world.control("fulfill_order", store="vendor1", order_id=order["id"], tracking=ONE)
        await later(world)
        assert await numbers(world) == [["1111"]]
        assert await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL") == []

    play(database, scenario)


async def later(world: World) -> None:
    world.clock.at += STEP
    await world.quiet()
    await world.sweep()


async def numbers(world: World) -> list[list[str]]:
    """Of the parcels on the merchant's order that stand: their tracking numbers."""
    (order,) = await world.orders("market")
    return [parcel["tracking"]["numbers"] for parcel in order["fulfillments"] if parcel["status"] != "cancelled"]
