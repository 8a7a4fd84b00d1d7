"""How often a store is looked at follows the rules: the vendor's own, the marketplace's, else the installation's."""

from datetime import timedelta
from typing import Any

import pytest

from crossdock.operations.catalogue_rules import set_catalogue_policy
from tests.world import World, at_home, furnish, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def next_looks(world: World) -> dict[str, list[timedelta]]:
    rows = await world.sql(
        "SELECT CASE WHEN s.vendor_id IS NULL THEN 'market' ELSE 'vendors' END, k.due_at FROM dirty_key k"
        " JOIN store s ON s.id = k.store_id JOIN sweep w ON w.id = k.ref"
        " WHERE k.kind = 'sweep' AND w.kind <> 'catalogue' ORDER BY s.id, w.kind"
    )
    found: dict[str, list[timedelta]] = {}
    for whose, due_at in rows:
        found.setdefault(whose, []).append(due_at - world.clock())
    return found


def test_the_next_look_is_as_the_rules_say(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, vendors_count=1)
        await world.sweep()
        default = world.context.sweep_every
        looks = await next_looks(world)
        assert {*looks["market"], *looks["vendors"]} == {default}
        place, vendor = world.marketplace, world.vendors["vendor1"]
        for whose, minutes in ((None, 60), (vendor, 2)):
            wanted: dict[str, Any] = {"changes": {"poll_minutes": minutes}, "vendor": whose}
            await world.do(set_catalogue_policy, marketplace=place, who="test", now=world.clock(), **wanted)
        await world.sweep()
        looks = await next_looks(world)
        assert {*looks["market"]} == {timedelta(hours=1)}
        assert {*looks["vendors"]} == {timedelta(minutes=2)}

    play(database, scenario)
