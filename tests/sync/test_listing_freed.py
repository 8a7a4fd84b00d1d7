"""A variant that its vendor has no more stays in its place for open orders, and goes with the last of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from crossdock.core.fulfillment import Tracking
from crossdock.models import VendorOrder
from crossdock.operations import orders
from tests.sync.listing_world import add, agrees, at_market, at_vendor, offering, options, pairs, tee, there
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def held_and_removed(world: World, **policy: Any) -> tuple[str, str, str]:
    """One piece is ordered of a variant, the order stays with us, and the vendor removes the variant: the product, the
    merchant's variant and the order."""
    await offering(world)
    names = ", ".join(f"{name} = {value}" for name, value in policy.items())
    await world.sql(f"UPDATE order_policy SET {names}")  # noqa: S608  our own
    product = await add(world, tee())
    vendors, ours = next(iter((await pairs(world, product)).items()))
    lines = [{"variant_id": ours, "quantity": 1}]
    order = await at_market(world, "place_order", lines=lines, paid=False)
    await at_vendor(world, "remove_variants", product_id=product, variant_ids=[vendors])
    assert ours in options(await there(world, product)), "kept for the order"
    assert vendors not in await pairs(world, product)
    levels = (await world.dump("market"))["levels"]
    assert sum(levels[ours].values()) == 0
    return product, ours, order["order_id"]


def test_it_goes_when_its_order_is_cancelled(database: str) -> None:
    async def scenario(world: World) -> None:
        product, ours, order = await held_and_removed(world, paid_only=True)
        await at_market(world, "cancel_order", order_id=order)
        assert ours not in options(await there(world, product))
        assert len(options(await there(world, product))) == 3
        await agrees(world)

    play(database, scenario)


def test_it_goes_when_its_order_was_shipped_by_hand(database: str) -> None:
    """Nothing can leave the stock of a variant that is not there: the order is over all the same."""

    async def scenario(world: World) -> None:
        product, ours, _ = await held_and_removed(world, order_sync=False)

        def ship() -> Any:
            row = VendorOrder.objects.get()
            lines = list(orders.left_to_ship(vendor_order=row).items())
            tracking = Tracking("Post", ("1",))
            return orders.fulfill_by_hand(
                vendor_order=row, lines=lines, tracking=tracking, now=world.clock(), who="test"
            )

        await world.do(ship)
        await world.quiet()
        assert await world.sql("SELECT state FROM vendor_order") == [("closed",)]
        assert ours not in options(await there(world, product))
        await agrees(world)

    play(database, scenario)
