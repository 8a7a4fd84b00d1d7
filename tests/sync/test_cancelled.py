"""An order cancelled or deleted on its way: what had not left never does, what had left is cancelled at the vendor."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crossdock.models import MerchantOrder
from crossdock_sandbox import control
from tests.outside import judge, second_pass
from tests.sync.test_release import STRICT, agrees, bought, busy, idle, rule, vendor_order
from tests.world import World, at_home, furnish, place, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


# -- cancelled on the way --


async def cancel(world: World, placed: dict[str, Any]) -> None:
    await world.control("cancel_order", store="market", order_id=placed["order_id"], reason="customer")
    await world.quiet()


async def state(world: World, placed: dict[str, Any]) -> str:
    return str((await vendor_order(world, placed)).state)


def test_cancelled_while_held_never_goes(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        placed = await bought(world, {"V1-A": 1}, paid=False)
        assert await state(world, placed) == "held"
        await cancel(world, placed)
        await rule(world, paid_only=False)
        assert await state(world, placed) == "cancelled"
        assert await world.orders("vendor1") == []

    play(database, scenario)


def test_cancelled_while_ready_never_goes(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await busy(world, "vendor1")
        placed = await bought(world, {"V1-A": 1})
        assert await state(world, placed) == "ready"
        await cancel(world, placed)
        await idle(world, "vendor1")
        assert await state(world, placed) == "cancelled"
        assert await world.orders("vendor1") == []

    play(database, scenario)


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after", "throttle"])
def test_cancelled_while_sending_ends_cancelled(database: str, kind: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        fault = {"store": "vendor1", "where": "graphql", "match": "orderCreate", "kind": kind, "rate": 1, "seconds": 5}
        await world.control("faults", seed=1, rules=[fault])
        placed = await place(world, {"V1-A": 1})
        world.points.handler = _cancel_at_intent(world, placed)
        await world.quiet(horizon=timedelta(seconds=2))
        world.points.handler = None
        await world.control("faults", seed=1, rules=[])
        await world.quiet()
        assert await state(world, placed) == "cancelled"
        theirs = await world.orders("vendor1")
        assert all(order["cancelled_at"] for order in theirs)
        assert len(theirs) == (1 if kind == "timeout_after" else 0), "an order that is cancelled is not created anew"
        assert await judge(world) == []
        assert await second_pass(world) == Counter()

    play(database, scenario)


def _cancel_at_intent(world: World, placed: dict[str, Any]) -> Any:
    """The shopper regrets it at the very moment that the intent is kept."""
    done: list[bool] = []

    def handler(name: str, write: str, state: str) -> None:
        if name == "intent.after_commit" and not done:
            done.append(True)
            cancelled = {"op": "cancel_order", "store": "market", "order_id": placed["order_id"], "reason": "customer"}
            control.run(world.sandbox, cancelled)

    return handler


def test_cancelled_when_linked_is_cancelled_at_the_vendor(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await bought(world, {"V1-A": 1, "V2-A": 1})
        await cancel(world, placed)
        for vendor in ("vendor1", "vendor2"):
            (theirs,) = await world.orders(vendor)
            assert theirs["cancelled_at"]
            assert (await vendor_order(world, placed, vendor)).state == "cancelled"
        await agrees(world)

    play(database, scenario)


def test_an_order_deleted_by_the_merchant_before_it_went_never_goes(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        placed = await bought(world, {"V1-A": 1}, paid=False)
        await world.control("delete_order", store="market", order_id=placed["order_id"])
        await world.quiet()
        await rule(world, paid_only=False)
        row = await world.do(MerchantOrder.objects.get, remote_id=placed["order_id"])
        assert row.gone_at is not None
        assert await state(world, placed) == "cancelled"
        assert await world.orders("vendor1") == []

    play(database, scenario)
