"""Anything happens on both sides in any order, the merchant's webhooks are lost and processes die: no write of the hub
ever offers more than there is right to, and in the end every level is as the formula says.

Not here: what a vendor sells, or whose order it cancels, in the moment before anybody could hear of it: the units are
back on its shelf, and the webhook that says whose they were died at our door (the rehearsal's audit).
"""

import random
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from crossdock.connector.http import Request, Response
from tests.sync.stocks import adjust, buy_there, levels, right, stock, stocked, unheard
from tests.world import Crash, World, at_home, place, play

SKUS = ("V1-A", "V1-B", "V2-A", "V2-B")


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


class Watch:
    """Looks at the stores after every write of stock. A write that raises a level must be right at once. One that
    lowers it may be one of before a death that is made again, and must be followed by one that is right."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.writes = 0
        self.over: list[str] = []
        self.low: dict[str, str] = {}
        self.told = world.http.send
        world.http.send = self.send  # type: ignore[method-assign]  # the transport of this world is ours

    async def send(self, request: Request) -> Response:
        answer = await self.told(request)
        if request.call == "SetQuantities":
            given = msgspec.json.decode(request.body)["variables"]["input"]["quantities"]
            await self._look({str(row["inventoryItemId"]).rpartition("/")[2]: row for row in given}, answer)
        return answer

    async def _look(self, rows: dict[str, Any], answer: Response) -> None:
        payload = msgspec.json.decode(answer.body).get("data", {}).get("inventorySetQuantities") or {}
        if payload.get("userErrors") or not payload:
            return
        late = unheard(self.world)
        free = await right(self.world, "vendor1", unheard=late) | await right(self.world, "vendor2", unheard=late)
        dump = await self.world.dump("market")
        for product in dump["products"]:
            for variant in product["variants"]:
                row = rows.get(variant["inventory_item_id"])
                if row is not None:
                    self.writes += 1
                    there = sum(dump["levels"][variant["id"]].values())
                    found = f"{variant['sku']}: {there} of {free[variant['sku']]} ({row})"
                    self.low.pop(variant["sku"], None)
                    if there > free[variant["sku"]] and row["quantity"] > row["changeFromQuantity"]:
                        self.over.append(found)
                    elif there > free[variant["sku"]]:
                        self.low[variant["sku"]] = found

    async def drain(self) -> None:
        """One, and as many more as processes died in."""
        deaths = -1
        while deaths != self.world.crashes:
            deaths = self.world.crashes
            await self.world.drain()
        self.over += self.low.values()
        self.low.clear()


async def anything(world: World, chance: random.Random) -> None:
    """One thing that somebody does."""
    sku = chance.choice(SKUS)
    store = "vendor" + sku[1]
    match chance.randrange(9):
        case 0 | 1 | 2:
            lines = {sku: chance.randrange(1, 30), chance.choice(SKUS): 1}
            bought = await place(world, lines, paid=chance.random() < 0.8, refuse_when_short=True)
            world.placed += [bought["order_id"]] if "order_id" in bought else []  # type: ignore[attr-defined]
        case 3 | 4:
            await buy_there(world, store, sku, chance.randrange(1, 20))
        case 5:
            await adjust(world, store, sku, chance.randrange(-10, 40))
        case 6 if world.placed:  # type: ignore[attr-defined]
            number = world.placed.pop(chance.randrange(len(world.placed)))  # type: ignore[attr-defined]
            await world.control("cancel_order", store="market", order_id=number, reason="customer")
        case 7:
            theirs = [one for one in await world.orders(store) if one["cancelled_at"] is None]
            if theirs:
                number = chance.choice(theirs)["id"]
                await world.control("cancel_order", store=store, order_id=number, reason="inventory")
        case _:
            world.clock.at += timedelta(seconds=chance.randrange(1, 400))


async def week(world: World, seed: int, deaths: float) -> Watch:
    chance = random.Random(seed)
    world.placed = []  # type: ignore[attr-defined]
    watch = Watch(world)
    lost = {"where": "webhook", "kind": "lose", "rate": 0.3, "store": "market"}
    await world.control("faults", seed=seed, rules=[lost])

    def handler(*point: str) -> None:
        if chance.random() < deaths:
            raise Crash(point)

    world.points.handler = handler
    for _ in range(60):
        await anything(world, chance)
        await world.sandbox.settle()
        if chance.random() < 0.7:
            await watch.drain()
    world.points.handler = None
    await world.control("faults", rules=[])
    for _ in range(3):
        world.clock.at += timedelta(minutes=4)
        await world.sweep()
    return watch


@pytest.mark.parametrize("deaths", [0.0, 0.02])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_write_offers_more_than_there_is_right_to(database: str, seed: int, deaths: float) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        watch = await week(world, seed, deaths)
        assert watch.over == []
        assert watch.writes > 5
        offered = await stock(world, "market")
        free = await right(world, "vendor1") | await right(world, "vendor2")
        wrong = {sku: (offered[sku], free[sku]) for sku in SKUS if max(0, offered[sku]) != free[sku]}
        assert wrong == {}, await levels(world)

    play(database, scenario, seed=seed)
