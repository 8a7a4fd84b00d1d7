"""Every named crash point, in every write kind and every state it is reached in: the next drain ends in the same world.

Enumerated, not sampled: a first life records each (point, write, state) that is reached; then one life each dies there.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crossdock.sync.points import POINTS
from tests.world import Crash, World, at_home, furnish, place, play

Reached = tuple[str, str, str]


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def life(world: World) -> dict[str, Any]:
    """Everything that is written anywhere happens once: orders, payment, edit, cancellation, parcels, tracking, and a
    token that wants renewing."""
    await furnish(world)
    unpaid = await place(world, {"V1-A": 2, "V1-B": 1, "V2-A": 1, "V2-X": 1}, paid=False)
    await world.quiet()
    await world.control("pay_order", store="market", order_id=unpaid["order_id"])
    await world.quiet()
    edit = {"note": "Ring twice", "tags": ["gift"], "email": "new@buyer.test"}
    await world.control("edit_order", store="market", order_id=unpaid["order_id"], set=edit)
    await world.quiet()
    await _parcels(world)
    regretted = await place(world, {"V1-B": 3})
    await world.quiet()
    await world.control("cancel_order", store="market", order_id=regretted["order_id"], reason="customer")
    await world.quiet()
    world.clock.at += timedelta(minutes=58)  # the first vendor's token has an hour to live
    await place(world, {"V1-A": 1})
    await world.quiet()
    await world.sweep()
    return {store: fingerprint(await world.dump(store)) for store in ("market", "vendor1", "vendor2")}


async def _parcels(world: World) -> None:
    (sent,) = await world.orders("vendor1")
    lines = [{"line_id": line["id"], "quantity": 1} for line in sent["lines"]]
    tracking = {"company": "PostNord", "numbers": ["PN1"], "urls": []}
    first = await world.control(
        "fulfill_order", store="vendor1", order_id=sent["id"], lines=lines[:1], tracking=tracking
    )
    await world.quiet()
    await world.control("fulfill_order", store="vendor1", order_id=sent["id"], tracking=tracking | {"numbers": ["PN2"]})
    await world.quiet()
    await world.control(
        "update_tracking",
        store="vendor1",
        fulfillment_id=first["fulfillment_id"],
        tracking=tracking | {"numbers": ["PN1-corrected"]},
    )
    await world.quiet()
    await world.control("cancel_fulfillment", store="vendor1", fulfillment_id=first["fulfillment_id"])
    await world.quiet()


def fingerprint(dump: dict[str, Any]) -> list[Any]:
    """A store without its numbers and times."""
    return sorted((_order(order) for order in dump["orders"]), key=repr)


def _order(order: dict[str, Any]) -> dict[str, Any]:
    skus = {line["id"]: line["sku"] for line in order["lines"]}
    parcels = [
        (
            parcel["status"],
            sorted((skus[line["line_id"]], line["quantity"]) for line in parcel["lines"]),
            parcel["tracking"],
        )
        for parcel in order["fulfillments"]
    ]
    same = ("financial_status", "fulfillment_status", "email", "note", "tags", "total", "current_total")
    return {name: order[name] for name in same} | {
        "cancelled": order["cancelled_at"] is not None,
        "lines": sorted((line["sku"], line["quantity"], line["price"]) for line in order["lines"]),
        "parcels": sorted(parcels, key=repr),
    }


def live(dsn: str, deaths: tuple[Reached, ...]) -> tuple[dict[str, Any], list[Reached]]:
    """A life that dies once at each of `deaths`, in that order; how it ended, and every place it came to."""
    reached: dict[Reached, None] = {}
    left = list(deaths)

    def handler(*place: str) -> None:
        point: Reached = (place[0], place[1], place[2])
        reached.setdefault(point)
        if left and point == left[0]:
            del left[0]
            raise Crash(point)

    async def scenario(world: World) -> dict[str, Any]:
        world.points.handler = handler
        return await life(world)

    ended = play(dsn, scenario)
    assert not left, f"never came to {left}"
    return ended, list(reached)


def test_every_crash_point_ends_in_the_same_world(database: str, new_database: Any, capsys: Any) -> None:
    """Also the places that only a recovery comes to: there the process dies a second time."""
    wanted, reached = live(database, ())
    known = set(reached)
    lives: list[tuple[Reached, ...]] = [(point,) for point in reached]
    broken: dict[tuple[Reached, ...], Any] = {}
    for deaths in lives:  # grows while it is walked
        with new_database() as dsn:
            at_home(dsn)
            ended, places = live(dsn, deaths)
        if ended != wanted:
            broken[deaths] = {store: ended[store] for store in ended if ended[store] != wanted[store]}
        lives += [(*deaths, point) for point in places if point not in known]
        known.update(places)
    assert {name for name, _, _ in known} == set(POINTS), "a named point that no life reaches is not tested"
    with capsys.disabled():
        print(f"\n{len(lives)} deaths, at each crash point in every write kind and state it is reached in:")
        for deaths in lives:
            print("  " + " then ".join("/".join(part or "-" for part in point) for point in deaths))
    assert broken == {}
