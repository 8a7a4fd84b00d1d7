"""Stock calls: what is sent, what each refusal means row by row, and what is never sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crossdock.connector.contract import LevelChange, LevelsRefused, LevelWrite, Role
from crossdock.connector.errors import Gone, OutcomeUnknown, Rejected, Unavailable
from crossdock.connector.http import NoAnswer, NotSent
from crossdock.core.catalog import Level
from tests.platforms.shopify.catalogue import LAST
from tests.platforms.shopify.scripted import Script, data, failed, ok, reply, store, user_error

AT = "2026-11-22T11:59:58Z"
MICROS = int(datetime(2026, 11, 22, 11, 59, 58, tzinfo=UTC).timestamp()) * 1_000_000
ROWS = [LevelWrite("1", "8", 5, 4), LevelWrite("2", "8", 0, None)]


def answered(*errors: dict[str, Any], field: str = "inventorySetQuantities") -> dict[str, Any]:
    return data(**{field: {"inventoryAdjustmentGroup": None, "userErrors": list(errors)}})


def row_error(row: int, code: str | None, words: str = "no") -> dict[str, Any]:
    return user_error(words, "input", "quantities", str(row), "locationId", code=code)


async def test_levels_are_set_together_and_compared() -> None:
    script = Script(answered())
    assert not await store(script, Role.MERCHANT).set_levels(ROWS, key="k")
    assert script.sent[0]["variables"] == {
        "key": "k",
        "input": {
            "name": "available",
            "reason": "correction",
            "quantities": [
                {
                    "inventoryItemId": "gid://shopify/InventoryItem/1",
                    "locationId": "gid://shopify/Location/8",
                    "quantity": 5,
                    "changeFromQuantity": 4,
                },
                {
                    "inventoryItemId": "gid://shopify/InventoryItem/2",
                    "locationId": "gid://shopify/Location/8",
                    "quantity": 0,
                    "changeFromQuantity": None,
                },
            ],
        },
    }


@pytest.mark.parametrize(
    ("errors", "refused"),
    [
        ([row_error(0, "CHANGE_FROM_QUANTITY_STALE")], LevelsRefused(stale=(0,))),
        (
            [row_error(1, "CHANGE_FROM_QUANTITY_STALE"), row_error(0, "CHANGE_FROM_QUANTITY_STALE")],
            LevelsRefused(stale=(0, 1)),
        ),
        ([row_error(1, "ITEM_NOT_STOCKED_AT_LOCATION")], LevelsRefused(not_stocked=(1,))),
        (
            [row_error(1, None, "The specified inventory item is not stocked at the location.")],
            LevelsRefused(not_stocked=(1,)),
        ),
        ([row_error(0, "INVALID_INVENTORY_ITEM"), row_error(1, "INVALID_LOCATION")], LevelsRefused(gone=(0, 1))),
        ([user_error("stale", "input", code="CHANGE_FROM_QUANTITY_STALE")], LevelsRefused(stale=(0, 1))),
    ],
)
async def test_why_nothing_was_written_is_said_by_row(errors: list[dict[str, Any]], refused: LevelsRefused) -> None:
    assert await store(Script(answered(*errors))).set_levels(ROWS, key="k") == refused
    assert refused


@pytest.mark.parametrize(
    ("code", "said"),
    [("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "key_spent"), ("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "key_failed")],
)
async def test_a_key_that_is_spent_is_said_as_such(code: str, said: str) -> None:
    with pytest.raises(Rejected) as error:
        await store(Script(answered(user_error("used", code=code)))).set_levels(ROWS, key="k")
    assert error.value.code == said


@pytest.mark.parametrize("code", ["IDEMPOTENCY_CONCURRENT_REQUEST", "SERVICE_UNAVAILABLE"])
async def test_one_that_is_still_running_leaves_the_outcome_open(code: str) -> None:
    with pytest.raises(OutcomeUnknown):
        await store(Script(answered(user_error("wait", code=code)))).set_levels(ROWS, key="k")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (NoAnswer("time-out"), OutcomeUnknown),
        (reply(502), OutcomeUnknown),
        (ok(failed("Internal", "INTERNAL_SERVER_ERROR", data=None)), OutcomeUnknown),
        (NotSent("refused"), Unavailable),
        (failed("The @idempotent directive is required", "BAD_REQUEST", data=None), Rejected),
        (failed("must include changeFromQuantity", "INVALID_FIELD_ARGUMENTS", data=None), Rejected),
    ],
)
async def test_a_lost_answer_is_told_from_a_refusal(answer: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        await store(Script(answer)).set_levels(ROWS, key="k")


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([LevelWrite("1", "8", -1, 0)], "negative"),
        ([LevelWrite("1", "8", 1, 0), LevelWrite("1", "8", 2, 0)], "duplicate_rows"),
        ([LevelWrite(str(number), "8", 1, 0) for number in range(251)], "too_many_rows"),
    ],
)
async def test_what_shopify_would_refuse_whole_is_not_sent(rows: list[LevelWrite], code: str) -> None:
    script = Script()
    with pytest.raises(Rejected) as error:
        await store(script).set_levels(rows, key="k")
    assert error.value.code == code
    assert not script.requests


async def test_the_same_item_at_two_locations_is_two_rows() -> None:
    script = Script(answered())
    assert not await store(script).set_levels([LevelWrite("1", "8", 1, 0), LevelWrite("1", "9", 1, 0)], key="k")


async def test_a_change_goes_by_its_difference_and_may_go_below_zero() -> None:
    script = Script(answered(field="inventoryAdjustQuantities"))
    assert not await store(script).adjust_levels([LevelChange("1", "8", -3)], key="k")
    (row,) = script.sent[0]["variables"]["input"]["changes"]
    assert (row["delta"], row["changeFromQuantity"]) == (-3, None)
    with pytest.raises(Rejected):
        await store(Script()).adjust_levels([LevelChange("1", "8", -3)] * 2, key="k")


async def test_an_error_of_no_row_is_the_store_s_words() -> None:
    with pytest.raises(Rejected, match="reason") as error:
        await store(
            Script(answered(user_error("The reason is bad", "input", "reason", code="INVALID_REASON")))
        ).set_levels(ROWS, key="k")
    assert error.value.code == "INVALID_REASON"


def level(location: int, available: int) -> dict[str, Any]:
    return {
        "updatedAt": AT,
        "location": {"id": f"gid://shopify/Location/{location}"},
        "quantities": [{"quantity": available}],
    }


async def test_levels_are_read_at_every_location_however_many() -> None:
    first = {"nodes": [level(8, 5)], "pageInfo": {"hasNextPage": True, "endCursor": "c"}}
    item = {"id": "gid://shopify/InventoryItem/1", "inventoryLevels": first}
    more = {"inventoryItem": {"id": item["id"], "inventoryLevels": {"nodes": [level(9, -2)], "pageInfo": LAST}}}
    script = Script(data(nodes=[item, None, {}]), data(**more))
    levels = await store(script).read_levels(["1", "2", "1", "3"])
    assert levels == (Level("1", "8", 5, MICROS), Level("1", "9", -2, MICROS))
    assert len(script.sent[0]["variables"]["ids"]) == 3
    assert await store(Script()).read_levels([]) == ()
    with pytest.raises(Rejected):
        await store(Script()).read_levels([str(number) for number in range(251)])


async def test_stock_is_begun_without_a_quantity() -> None:
    script = Script(data(inventoryActivate={"userErrors": []}))
    await store(script).stock_at("1", "8")
    assert set(script.sent[0]["variables"]) == {"item", "location", "key"}
    gone = user_error("The specified resource could not be found.", "inventoryItemId")
    with pytest.raises(Gone):
        await store(Script(data(inventoryActivate={"userErrors": [gone]}))).stock_at("1", "8")
