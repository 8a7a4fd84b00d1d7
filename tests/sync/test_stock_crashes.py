"""Death at every point of stock's life, and every fault of its calls: the world ends the same.

Not here: deaths on the way of an order (test_crashes.py).
"""

from datetime import timedelta
from typing import Any

import pytest

from crossdock.core.fulfillment import Tracking
from crossdock.models import VendorOrder
from crossdock.operations import orders
from tests.sync.stocks import adjust, buy_there, right, set_stock, stock, stocked
from tests.world import Crash, World, at_home, place, play

Reached = tuple[str, str, str]
SETTLED = timedelta(minutes=1)
BACKED_OFF = timedelta(hours=3)  # calls that fail more often than not have keys wait long for their next try
OURS = ("set_levels", "read_levels", "adjust_levels")


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def life(world: World) -> dict[str, Any]:
    """Everything that writes or reads stock happens once: sales on both sides, an unseen one, restock, by hand."""
    await buy_there(world, "vendor1", "V1-A", 7)
    await world.quiet()
    await place(world, {"V1-A": 3, "V2-A": 2})
    await world.quiet()
    await set_stock(world, "market", "V2-B", 60)
    await adjust(world, "vendor2", "V2-B", 5)
    await world.quiet()
    await world.sql("UPDATE store_variant SET level_doubt = true WHERE available IS NOT NULL")
    await world.sql(
        "INSERT INTO dirty_key (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)"
        " SELECT id, id %% 8, 'level', id, 3, %s, 1, 0, 'test', %s FROM store WHERE vendor_id IS NOT NULL",
        [world.clock.at, world.clock.at],
    )
    await world.quiet()
    await by_hand(world)
    await world.quiet()
    world.clock.at += SETTLED
    await world.sweep()
    world.clock.at += SETTLED
    await world.sweep()
    await world.quiet(horizon=BACKED_OFF)
    there = {store: await stock(world, store) for store in ("market", "vendor1", "vendor2")}
    return {**there, "sold": await world.sql("SELECT units, taken, sent FROM sold_line ORDER BY units, sent")}


async def by_hand(world: World) -> None:
    await world.sql("UPDATE order_policy SET order_sync = false WHERE vendor_id IS NULL")
    await place(world, {"V1-B": 4})
    await world.quiet()

    def ship() -> None:
        row = VendorOrder.objects.get(state="manual")
        lines = list(orders.left_to_ship(vendor_order=row).items())
        orders.fulfill_by_hand(vendor_order=row, lines=lines, tracking=Tracking(), now=world.clock(), who="test")

    await world.do(ship)


def live(dsn: str, deaths: tuple[Reached, ...], rules: list[dict[str, Any]] | None = None) -> Any:
    reached: dict[Reached, None] = {}
    left = list(deaths)

    def handler(*point: str) -> None:
        here: Reached = (point[0], point[1], point[2])
        if here[1] in OURS:
            reached.setdefault(here)
        if left and here == left[0]:
            del left[0]
            raise Crash(here)

    async def scenario(world: World) -> dict[str, Any]:
        await stocked(world)
        world.points.handler = handler
        if rules:
            await world.control("faults", seed=3, rules=rules)
        ended = await life(world)
        offered = ended["market"]
        for store in ("vendor1", "vendor2"):
            free = await right(world, store)
            hand = 4 if store == "vendor1" else 0  # shipped by hand: its store has taken them without an order
            number = store.removeprefix("vendor")
            assert {sku: offered[sku] for sku in free if not sku.endswith("X")} == {
                f"V{number}-A": free[f"V{number}-A"],
                f"V{number}-B": free[f"V{number}-B"] + hand,
            }
        return ended

    ended = play(dsn, scenario)
    assert not left, f"never came to {left}"
    return ended, list(reached)


def test_death_at_every_point_ends_in_the_same_world(database: str, new_database: Any, capsys: Any) -> None:
    wanted, reached = live(database, ())
    known = set(reached)
    lives: list[tuple[Reached, ...]] = [(point,) for point in reached]
    broken: dict[tuple[Reached, ...], Any] = {}
    for deaths in lives:  # grows while it is walked
        with new_database() as dsn:
            at_home(dsn)
            ended, places = live(dsn, deaths)
        if ended != wanted:
            broken[deaths] = ended
        lives += [(*deaths, point) for point in places if point not in known]
        known.update(places)
    with capsys.disabled():
        print(f"\n{len(lives)} deaths on the way of stock:")
        for deaths in lives:
            print("  " + " then ".join("/".join(part or "-" for part in point) for point in deaths))
    assert broken == {}, wanted


def test_every_fault_of_a_call_ends_in_the_same_world(database: str, new_database: Any) -> None:
    wanted, _ = live(database, ())
    broken: dict[str, Any] = {}
    for kind in ("drop_after", "timeout_after", "error_after", "drop_before", "error_before", "throttle"):
        rules = [
            {"where": "graphql", "kind": kind, "rate": 0.6, "match": call}
            for call in ("inventorySetQuantities", "inventoryAdjustQuantities", "nodes")
        ]
        with new_database() as dsn:
            at_home(dsn)
            ended, _ = live(dsn, (), rules)
        if ended != wanted:
            broken[kind] = ended
    assert broken == {}, wanted


def test_what_changed_while_a_call_was_open_is_looked_at_after_it_is_made_again(database: str) -> None:
    """The call made again carries what was decided before; it does not settle what came since."""

    async def scenario(world: World) -> None:
        await stocked(world)
        before = (await stock(world, "market"))["V1-A"]
        cut = {"where": "graphql", "kind": "drop_after", "rate": 1.0, "match": "inventorySetQuantities"}
        await world.control("faults", seed=1, rules=[cut])
        await adjust(world, "vendor1", "V1-A", 5)
        await world.quiet(horizon=timedelta(seconds=3))
        assert await world.sql("SELECT count(*) FROM level WHERE write_key <> ''") == [(1,)]
        await world.control("faults", rules=[])
        world.clock.at += timedelta(seconds=1)
        await adjust(world, "vendor1", "V1-A", 3)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == before + 8

    play(database, scenario)
