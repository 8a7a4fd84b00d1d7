"""Fulfilment orders, parcels, tracking, holds and moves as Shopify has them (FACTS section 9)."""

from typing import Any

import pytest

from crossdock_sandbox.errors import BadInput
from tests.sandbox.bench import Bench, gid

READ = """query($i: ID!) { order(id: $i) { displayFulfillmentStatus fulfillmentOrders(first: 10) { nodes {
  id status supportedActions { action } assignedLocation { location { id } name }
  lineItems(first: 10) { nodes { id remainingQuantity lineItem { id } } } } } } }"""
SHIP = """mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) {
  fulfillment { id name status trackingInfo { company number url } fulfillmentLineItems(first: 9) { nodes {
    quantity lineItem { id } } } } userErrors { field message } } }"""


async def fulfillment_orders(bench: Bench, order_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await bench.get(READ, i=gid("Order", order_id)))["order"]["fulfillmentOrders"][
        "nodes"
    ]
    return found


async def ship(bench: Bench, *groups: dict[str, Any], **tracking: Any) -> dict[str, Any]:
    data = await bench.get(SHIP, f={"lineItemsByFulfillmentOrder": list(groups), "trackingInfo": tracking})
    payload: dict[str, Any] = data["fulfillmentCreate"]
    return payload


def group(one: dict[str, Any], *rows: tuple[str, int]) -> dict[str, Any]:
    lines = [{"id": row_id, "quantity": quantity} for row_id, quantity in rows]
    return {"fulfillmentOrderId": one["id"], **({"fulfillmentOrderLineItems": lines} if lines else {})}


async def test_fulfilment_orders_appear_after_routing(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("ORDERS_CREATE", "FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE")
    bought = await bench.buy()
    await bench.world.settle()
    assert bench.topics() == ["orders/create"]
    assert await fulfillment_orders(bench, bought["order_id"]) == []
    await bench.wait(1)
    assert bench.topics()[1:] == ["fulfillment_orders/order_routing_complete"]
    (one,) = await fulfillment_orders(bench, bought["order_id"])
    assert one["status"] == "OPEN"
    assert {"action": "CREATE_FULFILLMENT"} in one["supportedActions"]


async def test_parcels_part_by_part(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy(lines=[{"variant_id": bench.variant("MUG"), "quantity": 3},
                                    {"variant_id": bench.variant("TEE-S"), "quantity": 1}])  # fmt: skip
    await bench.wait(1)
    (one,) = await fulfillment_orders(bench, bought["order_id"])
    rows = one["lineItems"]["nodes"]
    first = await ship(bench, group(one, (rows[0]["id"], 2)), company="UPS", numbers=["1Z", "2Z"], urls=["http://t/1"])
    assert first["userErrors"] == []
    assert first["fulfillment"]["name"] == "#1001-F1"
    assert first["fulfillment"]["trackingInfo"] == [
        {"company": "UPS", "number": "1Z", "url": "http://t/1"}, {"company": "UPS", "number": "2Z", "url": None},
    ]  # fmt: skip
    assert (await bench.order(bought["order_id"]))["fulfillment_status"] == "PARTIALLY_FULFILLED"
    (again,) = await fulfillment_orders(bench, bought["order_id"])
    assert again["id"] == one["id"], "the same fulfilment order stays, with less remaining"
    assert [row["remainingQuantity"] for row in again["lineItems"]["nodes"]] == [1, 1]
    await ship(bench, group(one))
    order = await bench.order(bought["order_id"])
    assert order["fulfillment_status"] == "FULFILLED"
    assert [one["status"] for one in order["fulfillment_orders"]] == ["CLOSED"]


async def test_refusals_are_all_or_nothing_and_have_no_code(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy()
    await bench.wait(1)
    (one,) = await fulfillment_orders(bench, bought["order_id"])
    row = one["lineItems"]["nodes"][0]["id"]
    too_many = await ship(bench, group(one, (row, 3)))
    assert too_many["userErrors"] == [
        {"field": ["fulfillment"], "message": "Invalid fulfillment order line item quantity requested."}
    ]
    zero = await ship(bench, group(one, (row, 0)))
    assert zero["userErrors"][0]["message"] == "Quantity must be greater than 0"
    missing = await ship(bench, {"fulfillmentOrderId": gid("FulfillmentOrder", "7")})
    assert missing["userErrors"][0]["message"] == "Fulfillment order does not exist."
    await ship(bench, group(one))
    closed = await ship(bench, group(one))
    number = one["id"].rpartition("/")[2]
    assert closed["userErrors"][0]["message"] == f"Fulfillment order {number} has an unfulfillable status= closed."
    assert len((await bench.order(bought["order_id"]))["fulfillments"]) == 1


async def test_tracking_is_replaced_and_cancelling_is_repeatable(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("FULFILLMENTS_UPDATE")
    bought = await bench.buy()
    parcel = (await bench.op("fulfill_order", order_id=bought["order_id"], tracking={
        "company": "DHL", "numbers": ["A", "B"], "urls": []}))["fulfillment_id"]  # fmt: skip
    change = """mutation($i: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $i,
        trackingInfoInput: $t) { fulfillment { trackingInfo { number } } userErrors { message } } }"""
    done = await bench.get(change, i=gid("Fulfillment", parcel), t={"numbers": ["C"]})
    assert done["fulfillmentTrackingInfoUpdate"]["fulfillment"]["trackingInfo"] == [{"number": "C"}]
    cancel = "mutation($i: ID!) { fulfillmentCancel(id: $i) { fulfillment { status displayStatus } } }"
    for _ in range(2):
        done = await bench.get(cancel, i=gid("Fulfillment", parcel))
        assert done["fulfillmentCancel"]["fulfillment"] == {"status": "CANCELLED", "displayStatus": "CANCELED"}
    order = await bench.order(bought["order_id"])
    assert order["fulfillment_status"] == "UNFULFILLED"
    assert [one["status"] for one in order["fulfillment_orders"]] == ["CLOSED", "OPEN"], (
        "a new fulfilment order takes over"
    )
    await bench.world.settle()
    assert bench.topics() == ["fulfillments/update"] * 2


async def test_holds_and_moves_change_what_can_be_shipped(bench: Bench) -> None:
    made = await bench.open(locations=["Here", "There"])
    bought = await bench.buy()
    await bench.wait(1)
    (one,) = await fulfillment_orders(bench, bought["order_id"])
    await bench.op("hold_fulfillment", order_id=bought["order_id"])
    held = await ship(bench, group(one))
    assert held["userErrors"][0]["message"].endswith("has an unfulfillable status= on_hold.")
    await bench.op("release_fulfillment", order_id=bought["order_id"])
    moved = await bench.op("move_fulfillment", order_id=bought["order_id"], location_id=made["location_ids"][1])
    assert moved["fulfillment_order_ids"] != [one["id"].rpartition("/")[2]]
    stale = await ship(bench, group(one))
    assert stale["userErrors"], "the old id is closed: re-read before fulfilling"
    fresh = next(one for one in await fulfillment_orders(bench, bought["order_id"]) if one["status"] == "OPEN")
    assert (await ship(bench, group(fresh)))["userErrors"] == []


async def test_a_partial_hold_splits_the_fulfilment_order(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy()
    await bench.wait(1)
    (one,) = await fulfillment_orders(bench, bought["order_id"])
    hold = """mutation($i: ID!, $h: FulfillmentOrderHoldInput!) { fulfillmentOrderHold(id: $i, fulfillmentHold: $h) {
        fulfillmentOrder { status } remainingFulfillmentOrder { status } userErrors { message } } }"""
    row = {"id": one["lineItems"]["nodes"][0]["id"], "quantity": 1}
    data = await bench.get(hold, i=one["id"], h={"reason": "OTHER", "fulfillmentOrderLineItems": [row]})
    assert data["fulfillmentOrderHold"]["fulfillmentOrder"]["status"] == "ON_HOLD"
    assert data["fulfillmentOrderHold"]["remainingFulfillmentOrder"]["status"] == "OPEN"
    counts = [sum(row["remainingQuantity"] for row in one["lineItems"]["nodes"])
              for one in await fulfillment_orders(bench, bought["order_id"])]  # fmt: skip
    assert counts == [1, 1]


async def test_lines_of_different_locations_are_different_fulfilment_orders(bench: Bench) -> None:
    made = await bench.open(locations=["Here", "There"])
    await bench.op("set_stock", variant_id=bench.variant("MUG"), location_id=made["location_ids"][1], available=5)
    await bench.op("set_stock", variant_id=bench.variant("MUG"), available=0)
    bought = await bench.buy(lines=[{"variant_id": bench.variant("MUG"), "quantity": 1},
                                    {"variant_id": bench.variant("TEE-S"), "quantity": 1}])  # fmt: skip
    await bench.wait(1)
    found = await fulfillment_orders(bench, bought["order_id"])
    assert len(found) == 2
    both = await ship(bench, *(group(one) for one in found))
    assert "same location" in both["userErrors"][0]["message"]


async def test_without_the_scope_the_list_is_silently_shorter(bench: Bench) -> None:
    await bench.open(app={"scopes": ["write_orders"]})
    bought = await bench.buy()
    await bench.wait(1)
    assert await fulfillment_orders(bench, bought["order_id"]) == []
    assert len((await bench.order(bought["order_id"]))["fulfillment_orders"]) == 1


async def test_a_vendor_cannot_ship_more_than_is_left(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy()
    line = bought["line_ids"][0]
    with pytest.raises(BadInput, match="quantity requested"):
        await bench.op("fulfill_order", order_id=bought["order_id"], lines=[{"line_id": line, "quantity": 3}])
    await bench.op("fulfill_order", order_id=bought["order_id"])
    with pytest.raises(BadInput, match="quantity requested"):
        await bench.op("fulfill_order", order_id=bought["order_id"])


async def test_an_edit_shrinks_what_is_to_be_shipped(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy()
    await bench.wait(1)
    await bench.op("edit_lines", order_id=bought["order_id"], quantities={bought["line_ids"][0]: 1})
    (one,) = await fulfillment_orders(bench, bought["order_id"])
    assert [row["remainingQuantity"] for row in one["lineItems"]["nodes"]] == [1]
