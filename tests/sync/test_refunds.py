"""Money given back at the merchant: vendors that have a part of it are told once, where they are to be told at all."""

from collections.abc import Iterator
from typing import Any

import pytest

from crossdock.models import Attention
from crossdock.operations.orders import close_attention
from crossdock.operations.settings import set_order_policy
from tests.world import World, at_home, furnish, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def items(world: World) -> list[tuple[str, str]]:
    """Open ones: the vendor, and how much was given back."""
    return await world.sql(
        "SELECT n.name, a.data ->> 'status' FROM attention a JOIN vendor_order v ON v.id = a.vendor_order_id"
        " JOIN vendor n ON n.id = v.vendor_id WHERE a.reason = 'refunded' AND a.closed_at IS NULL ORDER BY n.name"
    )


async def act(world: World, op: str, **given: Any) -> None:
    await world.control(op, store="market", **given)
    await world.sweep()


async def close(world: World) -> None:
    def every() -> None:
        for one in Attention.objects.filter(reason="refunded", closed_at=None):
            close_attention(attention=one, now=world.clock(), who="olga")

    await world.do(every)


def test_each_refund_is_told_once_to_who_has_a_part(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        order = (await place(world, {"V1-A": 1, "V2-A": 1}))["order_id"]
        await world.quiet()
        assert await items(world) == []
        await act(world, "refund_order", order_id=order, amount="5.00")
        assert [status for _, status in await items(world)] == ["partially_refunded"] * 2
        await close(world)
        await act(world, "edit_order", order_id=order, set={"note": "ring twice"})
        assert await items(world) == [], "the same refund is not told twice"
        await act(world, "refund_order", order_id=order)
        assert [status for _, status in await items(world)] == ["refunded"] * 2
        await act(world, "cancel_order", order_id=order)
        assert await items(world) == [], "its vendors have the cancellation"

    play(database, scenario)


def test_one_vendor_may_not_be_told(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await world.do(
            set_order_policy,
            marketplace=world.marketplace,
            vendor=world.vendors["vendor1"],
            changes={"tell_refunds": False},
            who="olga",
            now=world.clock(),
        )
        order = (await place(world, {"V1-A": 1, "V2-A": 1}))["order_id"]
        await world.quiet()
        await act(world, "refund_order", order_id=order)
        (told,) = await items(world)
        assert told[0] == world.vendors["vendor2"].name

    play(database, scenario)
