"""Stock as an app sets, adjusts and begins to keep it. Not for stock that orders take (test_orders.py)."""

import json
from typing import Any

import pytest

from tests.sandbox.bench import Bench, gid

SET = """mutation($in: InventorySetQuantitiesInput!, $key: String!) {
    inventorySetQuantities(input: $in) @idempotent(key: $key) {
        inventoryAdjustmentGroup { changes { name delta quantityAfterChange } }
        userErrors { field message code } } }"""
ADJUST = """mutation($in: InventoryAdjustQuantitiesInput!, $key: String!) {
    inventoryAdjustQuantities(input: $in) @idempotent(key: $key) {
        inventoryAdjustmentGroup { changes { name delta } } userErrors { field code } } }"""
ACTIVATE = """mutation($item: ID!, $place: ID!, $n: Int, $key: String!) {
    inventoryActivate(inventoryItemId: $item, locationId: $place, available: $n) @idempotent(key: $key) {
        inventoryLevel { id quantities(names: ["available"]) { quantity } } userErrors { field message } } }"""


class Items:
    """A shop of two locations whose mug is kept at the first, and short ways to name things."""

    def __init__(self, bench: Bench, made: dict[str, Any]) -> None:
        self.bench = bench
        self.mug, self.tee = (gid("InventoryItem", one["variants"][0]["inventory_item_id"]) for one in made["products"])
        self.here, self.there = (gid("Location", one) for one in made["location_ids"])

    def row(self, quantity: int, was: int | None, *, item: str = "", place: str = "") -> dict[str, Any]:
        return {"inventoryItemId": item or self.mug, "locationId": place or self.here, "quantity": quantity,
                "changeFromQuantity": was}  # fmt: skip

    async def set(self, *rows: dict[str, Any], key: str = "k1", version: str = "2026-10") -> dict[str, Any]:
        given = {"name": "available", "reason": "correction", "quantities": list(rows)}
        body = {"query": SET, "variables": {"in": given, "key": key}}
        status, _, answer = await self.bench.call("harbour", body, version=version)
        assert status == 200
        found: dict[str, Any] = json.loads(answer)["data"]["inventorySetQuantities"]
        return found

    async def adjust(self, delta: int, key: str, was: int | None = None) -> dict[str, Any]:
        change = {"inventoryItemId": self.mug, "locationId": self.here, "delta": delta, "changeFromQuantity": was}
        given = {"name": "available", "reason": "correction", "changes": [change]}
        found: dict[str, Any] = (await self.bench.get(ADJUST, **{"in": given, "key": key}))["inventoryAdjustQuantities"]
        return found

    async def levels(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = (await self.bench.op("dump"))["levels"]
        return found

    async def mugs(self) -> int:
        return sum((await self.levels())[self.bench.variant("MUG")].values())


@pytest.fixture
async def items(bench: Bench) -> Items:
    return Items(bench, await bench.open(locations=[{"name": "Here"}, {"name": "There"}]))


async def test_setting_echoes_paired_rows(items: Items) -> None:
    found = await items.set(items.row(7, 10))
    assert found["inventoryAdjustmentGroup"]["changes"] == [
        {"name": "available", "delta": -3, "quantityAfterChange": None},
        {"name": "on_hand", "delta": -3, "quantityAfterChange": None},
    ]
    assert await items.mugs() == 7


async def test_one_stale_row_refuses_the_whole_call_and_is_named(items: Items) -> None:
    found = await items.set(items.row(5, None, item=items.tee), items.row(7, 9))
    assert found["inventoryAdjustmentGroup"] is None
    (error,) = found["userErrors"]
    assert (error["code"], error["field"]) == (
        "CHANGE_FROM_QUANTITY_STALE", ["input", "quantities", "1", "changeFromQuantity"])  # fmt: skip
    assert await items.mugs() == 10


async def test_a_target_below_zero_is_refused_though_orders_may_lead_there(items: Items) -> None:
    assert (await items.set(items.row(-1, None)))["userErrors"][0]["code"] == "INVALID_QUANTITY_NEGATIVE"
    await items.adjust(-12, "k2")
    assert await items.mugs() == -2
    assert (await items.set(items.row(0, -2), key="k3"))["userErrors"] == []


@pytest.mark.parametrize(("version", "code"), [("2026-07", "ITEM_NOT_STOCKED_AT_LOCATION"), ("2026-10", None)])
async def test_an_item_must_be_kept_at_the_location_first(items: Items, version: str, code: str | None) -> None:
    found = await items.set(items.row(4, None, place=items.there), version=version)
    assert found["userErrors"] == [{
        "field": ["input", "quantities", "0", "locationId"], "code": code,
        "message": "The specified inventory item is not stocked at the location."}]  # fmt: skip
    data = await items.bench.get(ACTIVATE, item=items.mug, place=items.there, key="a")
    assert data["inventoryActivate"]["inventoryLevel"]["quantities"] == [{"quantity": 0}]
    assert (await items.set(items.row(4, 0, place=items.there), key="k2", version=version))["userErrors"] == []
    assert await items.mugs() == 14
    data = await items.bench.get(ACTIVATE, item=items.mug, place=items.there, n=9, key="b")
    assert "already active" in data["inventoryActivate"]["userErrors"][0]["message"]


async def test_unknown_items_and_locations_are_named(items: Items) -> None:
    rows = [items.row(1, None, item=gid("InventoryItem", "9")), items.row(1, None, place=gid("Location", "9")),
            items.row(1, None), items.row(1, None)]  # fmt: skip
    assert [one["code"] for one in (await items.set(*rows))["userErrors"]] == [
        "INVALID_INVENTORY_ITEM", "INVALID_LOCATION", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR"]  # fmt: skip


async def test_the_same_key_does_the_same_work_once(items: Items) -> None:
    await items.adjust(-3, "once")
    again = await items.adjust(-3, "once")
    assert again["userErrors"] == []
    assert await items.mugs() == 7
    other = await items.adjust(-4, "once")
    assert other["userErrors"] == [{"field": None, "code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}]
    await items.bench.wait(24 * 3600)
    await items.adjust(-3, "once")
    assert await items.mugs() == 4, "a key is kept for a day"


async def test_a_key_that_failed_is_spent(items: Items) -> None:
    assert (await items.set(items.row(7, 9)))["userErrors"][0]["code"] == "CHANGE_FROM_QUANTITY_STALE"
    await items.adjust(-1, "other")
    found = await items.set(items.row(7, 9))
    assert found["userErrors"][0]["code"] == "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"
    assert (await items.set(items.row(7, 9), key="k2"))["userErrors"] == []


async def test_no_change_gives_no_group(items: Items) -> None:
    found = await items.set(items.row(10, 10))
    assert found == {"inventoryAdjustmentGroup": None, "userErrors": []}
    assert await items.adjust(0, "zero") == {"inventoryAdjustmentGroup": None, "userErrors": []}


async def test_at_most_250_rows(items: Items) -> None:
    given = {"name": "available", "reason": "correction", "quantities": [items.row(1, None)] * 251}
    reply = await items.bench.ask(SET, **{"in": given, "key": "k"})
    assert reply["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
