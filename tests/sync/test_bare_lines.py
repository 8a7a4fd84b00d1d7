"""Lines that a vendor's store makes without their variant: no stock was taken by them, and a person is told."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from crossdock.models import Attention
from crossdock.operations import orders
from tests.sync.stocks import set_stock, stock, stocked
from tests.world import World, at_home, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def bare(world: World) -> str:
    """Four pieces of a variant are ordered, and the vendor's store makes the line a custom one: the order there."""
    await stocked(world)
    handle = type(world.sandbox).handle

    async def without(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Any:
        if b"orderCreate" in body:
            request = msgspec.json.decode(body)
            for line in request["variables"]["order"]["lineItems"]:
                line.pop("variantId", None)
            body = msgspec.json.encode(request)
        return await handle(world.sandbox, method, url, headers, body)

    world.sandbox.handle = without  # type: ignore[method-assign]
    await place(world, {"V1-A": 4})
    await world.quiet()
    del world.sandbox.handle
    (made,) = await world.orders("vendor1")
    assert (await stock(world, "vendor1"))["V1-A"] == 100, "nothing was taken"
    return str(made["id"])


async def asked(world: World) -> list[Any]:
    rows = await world.sql("SELECT reason, data FROM attention WHERE closed_at IS NULL")
    return [data["lines"] for reason, data in rows if reason == "line_without_variant"]


async def free(world: World) -> int:
    await set_stock(world, "vendor1", "V1-B", 99)
    await world.sql("UPDATE level SET wanted = wanted + 1")
    await world.quiet()
    return (await stock(world, "market"))["V1-A"]


def test_it_is_said_and_its_units_are_not_offered_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await bare(world)
        ((line,),) = await asked(world)
        assert (line["sku"], line["quantity"]) == ("V1-A", 4)
        assert await free(world) == 96

    play(database, scenario)


def test_it_closes_by_itself_when_the_order_is_shipped(database: str) -> None:
    async def scenario(world: World) -> None:
        order = await bare(world)
        await set_stock(world, "vendor1", "V1-A", 96)  # the vendor sees to it
        await world.control("fulfill_order", store="vendor1", order_id=order)
        await world.quiet()
        assert await asked(world) == []
        assert await world.sql("SELECT state FROM vendor_order") == [("closed",)]
        assert await free(world) == 96, "counted once"

    play(database, scenario)


def test_it_closes_by_itself_when_the_order_is_cancelled(database: str) -> None:
    async def scenario(world: World) -> None:
        await bare(world)
        (order,) = await world.orders("market")
        await world.control("cancel_order", store="market", order_id=order["id"])
        await world.quiet()
        assert await asked(world) == []
        assert await free(world) == 100

    play(database, scenario)


def test_a_person_has_seen_to_it(database: str) -> None:
    async def scenario(world: World) -> None:
        await bare(world)
        await set_stock(world, "vendor1", "V1-A", 96)
        await world.quiet()
        assert await free(world) == 92, "its units count until somebody says that they are off"
        item = await world.do(lambda: Attention.objects.get(reason="line_without_variant"))
        await world.do(orders.close_attention, attention=item, now=world.clock(), who="test")
        await world.quiet()
        assert await free(world) == 96

    play(database, scenario)
