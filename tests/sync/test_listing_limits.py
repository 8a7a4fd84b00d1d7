"""A platform's daily limit of new variants: making waits and says until when; updates, prices and endings go on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from crossdock_sandbox.shopify import inputs_catalogue as limits
from tests.sync.listing_world import add, agrees, at_vendor, listing, offering, options, tee, there, twin
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merchant's shop is a big one that makes no more variants today."""
    monkeypatch.setattr(limits, "BIG_SHOP", 0)
    monkeypatch.setattr(limits, "MADE_A_DAY", 0)
    await world.control("set_plan", store="market", plan="basic")


async def asks(world: World) -> bool:
    opened = await world.sql("SELECT reason, data ->> 'until' FROM attention WHERE closed_at IS NULL")
    return any(reason == "new_variants_limited" and until for reason, until in opened)


def test_only_what_makes_variants_waits_for_the_daily_limit(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        known, ends = await add(world, tee()), await add(world, tee(title="Other"))
        await full(world, monkeypatch)
        new = await add(world, tee(title="New"))
        assert await twin(world, new) is None
        assert await asks(world)
        large = [{"options": ["L", "Red"], "sku": "T-L-Red", "price": "22.00", "inventory": 3}]
        await at_vendor(world, "add_variants", product_id=known, variants=large)
        assert [one["why"] for one in (await listing(world, known))["not_offered"]] == ["daily_limit"]
        calls = len(world.http.calls)
        first = next(one for one in (await world.dump("vendor1"))["products"] if one["id"] == known)["variants"][0]
        await at_vendor(world, "edit_variant", variant_id=first["id"], set={"price": "31.00"})
        await at_vendor(world, "edit_product", product_id=known, set={"title": "Goes on"})
        await at_vendor(world, "delete_product", product_id=ends)
        shown = await there(world, known)
        assert shown["title"] == "Goes on"
        assert {one["price"] for one in shown["variants"]} == {"31.00", "20.00"}
        assert (await listing(world, ends))["state"] == "ended"
        assert not {"SetProduct", "AddVariants"} & set(world.http.calls[calls:]), "not asked for before its time"
        monkeypatch.setattr(limits, "MADE_A_DAY", 1_000)
        world.clock.at += timedelta(minutes=61)
        await world.quiet()
        assert len(options(await there(world, new))) == 4
        assert ("L", "Red") in options(await there(world, known)).values()
        assert not await asks(world)
        await agrees(world)

    play(database, scenario)


def test_a_limit_that_stays_is_said_once(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        await full(world, monkeypatch)
        new = await add(world, tee(title="New"))
        for _ in range(3):
            world.clock.at += timedelta(minutes=61)
            await world.quiet()
        assert await twin(world, new) is None
        assert await world.sql("SELECT count(*) FROM attention WHERE reason = 'new_variants_limited'") == [(1,)]

    play(database, scenario)
