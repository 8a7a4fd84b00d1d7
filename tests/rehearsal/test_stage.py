"""The stage in a sandbox of this process: the same run makes the same, conditions hold and end, acts are refused with
reasons, and where a part of an order is follows from what the stores say.

Not here: the hub, which is not asked (tests/browser/test_rehearsal.py has all of it), links (test_script.py).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from crossdock.models import Marketplace
from crossdock.rehearsal import demo_market, script
from crossdock.rehearsal.hub import Hub
from crossdock.rehearsal.looks import Part
from crossdock.rehearsal.naive import InProcess
from crossdock.rehearsal.picture import Step
from crossdock.rehearsal.showing import picture
from crossdock.rehearsal.stage import Refused, Stage
from crossdock_sandbox.traffic.building import build
from crossdock_sandbox.traffic.ledger import PlayedOrder
from crossdock_sandbox.world import Sandbox

MUG, BEANIE = "northwick-ceramics:1", "fjord-wool:3"
QUIET = script.Done(0, script.Trade(False))


@pytest.fixture
async def stages() -> AsyncIterator[Callable[[], Any]]:
    """Makes a stage in a fresh sandbox, and ends them all."""
    made: list[Stage] = []

    async def make(run: script.Run) -> Stage:
        sandbox = Sandbox(1)
        control = InProcess(sandbox)
        built = await build(control, demo_market.market(), plan="basic", progress=lambda more: None)
        joined = Hub(Marketplace(pk=1), {shop.key: at for at, shop in enumerate(built.market.shops, 1)})
        stage = Stage(control, built, joined, kill=lambda: None)
        await stage.begin(run)
        made.append(stage)
        return stage

    yield make
    for stage in made:
        await stage.end()


async def until(stage: Stage, true: Callable[[], bool]) -> None:
    """Lets the stage play and look until it is so."""
    keeping = asyncio.create_task(stage.keep())
    deadline = time.monotonic() + 20
    try:
        while not true():
            assert time.monotonic() < deadline, stage.shoppers.ledger
            await asyncio.sleep(0.05)
            await stage.looks.look(time.time())
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _orders(stage: Stage) -> list[Any]:
    (found,) = await stage.control.batch([{"op": "find_orders", "store": stage.built.market.merchant}])
    return [
        (each["email"], each["phone"], each["note"], [(line["sku"], line["quantity"]) for line in each["lines"]])
        for each in found["orders"]
    ]


async def test_the_same_run_makes_the_same_orders(stages: Callable[[script.Run], Any]) -> None:
    order = script.Order(((MUG, 2), (BEANIE, 1)))
    run = script.Run(5, (QUIET, script.Done(0, order), script.Done(150, order)))
    both = []
    for stage in (await stages(run), await stages(script.read(script.written(run)))):
        await until(stage, lambda here=stage: len(here.shoppers.ledger.orders) >= 2)
        both.append([each for each in await _orders(stage) if each[0].startswith("buyer-900")])
    assert both[0] == both[1]
    assert [lines for *_, lines in both[0]] == [[("NC-001", 2), ("FW-003", 1)]] * 2


async def test_an_order_waits_for_payment_then_goes_on(stages: Callable[[script.Run], Any]) -> None:
    stage = await stages(script.Run(1, (QUIET,)))
    await stage.act(script.Order(((MUG, 1),), paid=False))
    await until(stage, lambda: "you-1" in stage.looks.orders)
    (shown,) = [each for each in picture(stage).orders if each.yours]
    assert [part.step for part in shown.parts] == [Step.UNPAID]
    await stage.act(script.Pay("you-1"))
    await until(stage, lambda: stage.shoppers.ledger.orders["you-1"].paid)
    (shown,) = [each for each in picture(stage).orders if each.yours]
    assert [part.step for part in shown.parts] == [Step.HUB]
    assert [act.act for act in script.read(picture(stage).run).acts][-1] == script.Pay("you-1")


async def test_conditions_hold_until_they_end_or_another_run_begins(stages: Callable[[script.Run], Any]) -> None:
    stage = await stages(script.Run(1, (QUIET,)))
    world = stage.control.sandbox
    mugs = world.shops["northwick-ceramics"]
    await stage.act(script.Switch("northwick-ceramics", "plug", True))
    await stage.act(script.Switch("fjord-wool", "lose", True))
    assert mugs.closed(world.now())
    assert [rule.store for rule in world.faults.rules["webhook"]] == ["fjord-wool"]
    await stage.act(script.Switch("northwick-ceramics", "plug", False))
    assert not mugs.closed(world.now())
    await stage.act(script.Switch("northwick-ceramics", "plug", True))
    await stage.begin(script.Run(2))
    assert not mugs.closed(world.now())
    assert not world.faults.rules["webhook"]
    assert picture(stage).stores[0].on == ()


async def test_lost_messages_are_counted_as_what_nobody_would_have_heard(stages: Callable[[script.Run], Any]) -> None:
    stage = await stages(script.Run(1, (QUIET,)))
    await until(stage, lambda: not stage.shoppers.trading)
    await stage.act(script.Switch(stage.built.market.merchant, "lose", True))
    await stage.act(script.Order(((MUG, 1), (BEANIE, 1))))
    await until(stage, lambda: any(key.startswith("you-") for key in stage.looks.orders))
    assert picture(stage).tally.lost["order"] == 2


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (script.Order((("no-such:1", 1),)), "not_listed"),
        (script.Order(()), "odd"),
        (script.Order(((MUG, 0),)), "odd"),
        (script.Pay("you-7"), "no_order"),
        (script.Ship("you-7", "fjord-wool"), "no_order"),
        (script.Switch("no-such", "plug", True), "no_store"),
        (script.Switch("fjord-wool", "burn", True), "odd"),
        (script.Stock("no-such:1", 3), "not_listed"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(
    stages: Callable[[script.Run], Any], act: script.Act, code: str
) -> None:
    stage = await stages(script.Run(1, (QUIET,)))
    with pytest.raises(Refused, match=code):
        await stage.act(act)
    assert stage.run.acts == (QUIET,)


def _part(**seen: Any) -> Part:
    part = Part("mugs", seen.pop("sent", True))
    for name, value in seen.items():
        setattr(part, name, value)
    return part


@pytest.mark.parametrize(
    ("seen", "order", "step"),
    [
        ({}, {"paid": False}, Step.UNPAID),
        ({}, {}, Step.HUB),
        ({"sent": False}, {}, Step.BY_HAND),
        ({"there": 1}, {}, Step.VENDOR),
        ({"there": 2}, {}, Step.TWICE),
        ({"there": 2}, {"cancelled": True}, Step.TWICE),
        ({"there": 1, "parcels": 1}, {}, Step.SHIPPED),
        ({"there": 1, "parcels": 1, "back": 1}, {}, Step.DONE),
        ({"sold_out": True}, {}, Step.REFUSED),
        ({"there": 1}, {"cancelled": True}, Step.CANCELLING),
        ({"there": 1, "cancelled": True}, {"cancelled": True}, Step.CANCELLED),
        ({}, {"cancelled": True}, Step.CANCELLED),
    ],
)
def test_where_a_part_is_follows_from_the_stores(seen: dict[str, Any], order: dict[str, Any], step: Step) -> None:
    played = PlayedOrder(**({"key": "you-1", "order_id": "1", "name": "#1", "offers": {}, "paid": True} | order))
    assert _part(**seen).step(played, cannot_cancel=False) is step


def test_a_platform_that_lets_no_app_cancel_leaves_it_to_a_person_who_is_told() -> None:
    played = PlayedOrder(key="you-1", order_id="1", name="#1", offers={}, paid=True, cancelled=True)
    assert _part(there=1).step(played, cannot_cancel=True) is Step.CANCELLED
