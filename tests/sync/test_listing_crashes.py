"""Every crash point of a catalogue and its listings: each life dies at one of them and ends in the same world."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sync.listing_world import add, at_vendor, offering, tee
from tests.world import Crash, World, at_home, play

Reached = tuple[str, str, str]


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def life(world: World) -> list[Any]:
    """Products are made, edited, grow, lose a variant, and one goes."""
    await offering(world, rules={"on_delete": "delete"})
    product = await add(world, tee(media=["https://cdn.test/tee.jpg"]))
    await at_vendor(world, "edit_product", product_id=product, set={"title": "Tee 2", "tags": ["new"]})
    shown = next(one for one in (await world.dump("vendor1"))["products"] if one["id"] == product)
    first = shown["variants"][0]["id"]
    await at_vendor(world, "edit_variant", variant_id=first, set={"price": "31.00"})
    new = [{"options": ["L", "Red"], "sku": "T-L-Red", "price": "22.00", "inventory": 3}]
    await at_vendor(world, "add_variants", product_id=product, variants=new)
    await at_vendor(world, "remove_variants", product_id=product, variant_ids=[first])
    other = await add(world, {"title": "Short-lived", "variants": [{"sku": "X", "price": "1.00", "inventory": 1}]})
    await at_vendor(world, "delete_product", product_id=other)
    await world.read_catalogues()
    await world.quiet(horizon=timedelta(hours=1))
    links = await world.sql("SELECT count(*) FROM variant_link WHERE ended_at IS NULL")
    levels = await world.sql("SELECT target FROM level ORDER BY 1")
    states = await world.sql("SELECT product_id, state, reason, taken, problems FROM listing ORDER BY product_id")
    names = {one["id"]: one["title"] for one in (await world.dump("vendor1"))["products"]}
    return [
        sorted((_product(one) for one in (await world.dump("market"))["products"]), key=repr),
        links,
        levels,
        sorted(((names.get(row[0], ""), *row[1:]) for row in states), key=repr),
    ]


def _product(shown: dict[str, Any]) -> dict[str, Any]:
    """A product without its numbers and times."""
    kept = {name: shown[name] for name in ("title", "status", "html", "tags", "product_type", "vendor")}
    rows = [[one["options"], one["sku"], one["price"]] for one in shown["variants"]]
    return kept | {"variants": sorted(rows), "media": len(shown["media"])}


def live(dsn: str, death: Reached | None) -> tuple[list[Any], list[Reached]]:
    """One life that dies the first time that it comes to `death`; how it ends, and every place it comes to."""
    reached: dict[Reached, None] = {}
    left = [] if death is None else [death]

    def handler(name: str, write: str, state: str) -> None:
        point = (name, write, state)
        reached.setdefault(point)
        if point in left:
            left.clear()
            raise Crash(point)

    async def scenario(world: World) -> list[Any]:
        world.points.handler = handler
        return await life(world)

    ended = play(dsn, scenario)
    assert not left, f"never came to {left}"
    return ended, list(reached)


def test_every_crash_ends_in_the_same_world(database: str, new_database: Any) -> None:
    wanted, reached = live(database, None)
    ours = [point for point in reached if _is_ours(point)]
    assert len(ours) > 15
    broken: dict[Reached, Any] = {}
    for death in ours:
        with new_database() as dsn:
            at_home(dsn)
            ended, _ = live(dsn, death)
        if ended != wanted:
            broken[death] = [pair for pair in zip(ended, wanted, strict=True) if pair[0] != pair[1]]
    assert broken == {}


WRITES = ("create_product", "update_product", "update_variants", "add_variants", "remove_variants", "set_options")


def _is_ours(point: Reached) -> bool:
    name, write, _ = point
    return write in (*WRITES, "end_listing", "product", "catalogue", "products") or name.startswith("intake")
