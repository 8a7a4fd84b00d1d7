"""Every fault the sandbox knows, in virtual time: a trading day under it ends as a day without it."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crossdock.models import Attention, VendorOrder
from tests.outside import judge, look, of, second_pass, whole
from tests.world import World, at_home, furnish, place, play

GRAPHQL = (
    "throttle",
    "error_before",
    "error_after",
    "timeout_before",
    "timeout_after",
    "drop_before",
    "drop_after",
    "slow",
    "internal_error_after",
)
WEBHOOK = ("lose", "duplicate", "reorder", "late")
LONG = timedelta(hours=3)  # back-off reaches a quarter of an hour
ORDERS = 6


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def rules(kinds: tuple[str, ...], rate: float) -> list[dict[str, Any]]:
    return [{"where": "webhook" if kind in WEBHOOK else "graphql", "kind": kind, "rate": rate} for kind in kinds]


@pytest.mark.parametrize(
    ("kinds", "rate"),
    [
        *(((kind,), 0.3) for kind in (*GRAPHQL, *WEBHOOK)),
        ((*GRAPHQL, *WEBHOOK), 0.05),
    ],
    ids=[*GRAPHQL, *WEBHOOK, "all"],
)
def test_a_day_under_faults_ends_as_one_without(database: str, kinds: tuple[str, ...], rate: float) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("faults", seed=7, rules=rules(kinds, rate))
        await day(world, random.Random(7))
        await world.control("faults", seed=7, rules=[])
        await world.sweep()
        await world.quiet(horizon=LONG)
        counted = world.sandbox.counters
        happened = [kind for kind in kinds if counted[f"faults.{kind}"]]
        assert len(happened) > len(kinds) // 2, "a fault that never happened was not tested"
        await converged(world)

    play(database, scenario)


async def converged(world: World) -> None:
    assert await judge(world) == []
    assert await whole(world) == []
    assert await second_pass(world) == Counter()
    stuck = await world.do(
        lambda: list(VendorOrder.objects.filter(state="unknown").values_list("reference", flat=True))
    )
    assert stuck == []
    needs = await world.do(lambda: sorted(Attention.objects.filter(closed_at=None).values_list("reason", flat=True)))
    assert needs == [], "nobody has to do anything"


async def day(world: World, chance: random.Random) -> None:
    """Orders, payments, edits, cancellations, parcels, tracking corrected, parcels cancelled."""
    placed = [await bought(world, chance, number) for number in range(ORDERS)]
    await world.quiet(horizon=LONG)
    for order in placed[2::2]:
        await world.control("pay_order", store="market", order_id=order["order_id"])
    for number, order in enumerate(placed):
        said = {"note": f"note {number}", "tags": ["gift", f"t{number}"], "phone": f"+4670000000{number}"}
        await world.control("edit_order", store="market", order_id=order["order_id"], set=said)
    await world.control("cancel_order", store="market", order_id=placed[0]["order_id"], reason="customer")
    await world.quiet(horizon=LONG)
    await world.sweep()
    parcels = await shipped(world, chance)
    await world.quiet(horizon=LONG)
    for number, (store, parcel) in enumerate(parcels):
        tracking = {"company": "PostNord", "numbers": [f"NEW{number}", f"MORE{number}"], "urls": []}
        await world.control("update_tracking", store=store, fulfillment_id=parcel, tracking=tracking)
    store, parcel = parcels[0]
    await world.control("cancel_fulfillment", store=store, fulfillment_id=parcel)
    await world.quiet(horizon=LONG)


async def bought(world: World, chance: random.Random, number: int) -> dict[str, Any]:
    skus = chance.sample(["V1-A", "V1-B", "V1-X", "V2-A", "V2-B", "V2-X"], chance.randint(1, 4))
    placed = await place(world, {sku: chance.randint(1, 3) for sku in skus}, paid=bool(number % 2))
    if number == 1:
        await world.control("cancel_order", store="market", order_id=placed["order_id"], reason="customer")
    world.clock.at += timedelta(seconds=chance.random())
    if chance.random() < 0.5:
        await world.quiet(horizon=timedelta(seconds=1))
    return placed


async def shipped(world: World, chance: random.Random) -> list[tuple[str, str]]:
    """Vendors ship what is there: all of it, or one piece first and the rest later."""
    parcels: list[tuple[str, str]] = []
    seen = await look(world)
    for store in ("vendor1", "vendor2"):
        for order in seen[store]:
            if not of(order) or order["cancelled_at"]:
                continue
            number = len(parcels)
            first = [{"line_id": order["lines"][0]["id"], "quantity": 1}]
            tracking = {"company": "PostNord", "numbers": [f"PN{number}"], "urls": []}
            pieces = sum(line["quantity"] for line in order["lines"])
            whole_order = pieces == 1 or chance.random() < 0.5
            made = await world.control(
                "fulfill_order",
                store=store,
                order_id=order["id"],
                tracking=tracking,
                **({} if whole_order else {"lines": first}),
            )
            parcels.append((store, made["fulfillment_id"]))
            if not whole_order:
                rest = {"company": "DHL", "numbers": [f"DH{number}"], "urls": []}
                await world.control("fulfill_order", store=store, order_id=order["id"], tracking=rest)
    return parcels
