"""Idempotency keys that a store refuses: levels are read and written by another, adjustments stay done once."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from tests.sync.stocks import buy_there, levels, set_stock, stock, stocked, writes
from tests.sync.test_stock_by_hand import MANUAL, by_hand, figures
from tests.world import World, at_home, place, play

FIELDS = {"SetQuantities": "inventorySetQuantities", "AdjustQuantities": "inventoryAdjustQuantities"}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def refusing(world: World, call: str, code: str, times: int = 1) -> list[int]:
    """The store refuses the first such calls before anything is done, for their key."""
    left = [times]
    handle = type(world.sandbox).handle

    async def refuse(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Any:
        if left[0] and FIELDS[call].encode() in body:
            left[0] -= 1
            errors = [{"field": None, "message": "The key was used.", "code": code}]
            return 200, {}, msgspec.json.encode({"data": {FIELDS[call]: {"userErrors": errors}}})
        return await handle(world.sandbox, method, url, headers, body)

    world.sandbox.handle = refuse  # type: ignore[method-assign]
    return left


@pytest.mark.parametrize("code", ["IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"])
def test_a_level_whose_key_is_spent_is_read_and_written_by_another(database: str, code: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world)
        left = refusing(world, "SetQuantities", code)
        await set_stock(world, "vendor1", "V1-A", 7)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 7
        assert left == [0]
        assert writes(world) == ["SetQuantities"] * 2
        assert "ReadLevels" in world.http.calls
        assert await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL") == []
        assert {row[3] for row in await levels(world)} == {0}
        await buy_there(world, "vendor1", "V1-A", 1)
        await world.quiet()
        assert (await stock(world, "market"))["V1-A"] == 6

    play(database, scenario)


def test_an_adjustment_whose_key_failed_is_done_once_by_the_next(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await place(world, {"V1-A": 5})
        await world.quiet()
        left = refusing(world, "AdjustQuantities", "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")
        await by_hand(world, 3)
        await world.quiet()
        assert left == [0]
        assert await figures(world) == (97, 95)
        assert await world.sql("SELECT state FROM stock_adjustment") == [("done",)]

    play(database, scenario)


def test_an_adjustment_whose_key_did_something_else_is_a_persons(database: str) -> None:
    async def scenario(world: World) -> None:
        await stocked(world, policy=MANUAL)
        await place(world, {"V1-A": 5})
        await world.quiet()
        refusing(world, "AdjustQuantities", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", 99)
        await by_hand(world, 3)
        await world.quiet()
        assert writes(world) == ["AdjustQuantities"], "never by another key"
        assert await world.sql("SELECT state FROM stock_adjustment") == [("unknown",)]
        opened = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL")
        assert ("adjustment_unknown",) in opened

    play(database, scenario)
