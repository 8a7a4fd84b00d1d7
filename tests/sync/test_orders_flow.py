"""One order through the whole line and back, as the stores show it."""

from decimal import Decimal
from typing import Any

import pytest

from tests.world import World, at_home, furnish, place, play, variants


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def test_an_order_is_pushed_and_its_parcel_comes_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2, "V1-B": 1, "V2-A": 1})
        await world.quiet()
        (first,) = await world.orders("vendor1")
        (second,) = await world.orders("vendor2")
        assert {line["sku"]: line["quantity"] for line in first["lines"]} == {"V1-A": 2, "V1-B": 1}
        assert {line["variant_id"] for line in second["lines"]} == {variants(world, "vendor2")["V2-A"][1]}
        assert Decimal(first["total"]) + Decimal(second["total"]) == Decimal("37.50")
        assert first["financial_status"] == second["financial_status"] == "PAID"
        await world.control(
            "fulfill_order",
            store="vendor1",
            order_id=first["id"],
            tracking={"company": "PostNord", "numbers": ["PN1"], "urls": []},
        )
        await world.quiet()
        (order,) = await world.orders("market")
        (parcel,) = order["fulfillments"]
        assert parcel["tracking"]["numbers"] == ["PN1"]
        assert sorted(line["quantity"] for line in parcel["lines"]) == [1, 2]

    play(database, scenario)
