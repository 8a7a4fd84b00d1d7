"""Parcels: read from wherever a vendor's shop keeps them, written so that each is there once."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import FulfillmentRequest, Role
from crossdock.connector.errors import Gone, Rejected
from crossdock.connector.http import Request
from crossdock.core.fulfillment import FulfilledLine, Fulfillment, FulfillmentStatus, Tracking
from tests.platforms.woocommerce.recorded import Site, reply, sample, store

POST = Tracking("Swiss Post", ("99.1",), ("https://post.example/99.1",))


class Desk:
    """A shop with one order, 66: two mugs (line 1) and a hoodie (line 2); it keeps details and a plugin's rows."""

    def __init__(self, plugin: str = "", *, core: bool = False, status: str = "processing") -> None:
        self.order: dict[str, Any] = sample("orders/create_paid")["response"]["body"] | {"status": status}
        self.rows: list[dict[str, Any]] = []
        self.core: list[dict[str, Any]] = []
        self.site = Site()
        self.site.on("GET", "/wp-json/", {"namespaces": ["wc/v3", *([plugin] if plugin else [])]})
        self.site.on("GET", "orders/66", lambda request: self.order)
        self.site.on("PUT", "orders/66", self.put)
        self.site.on("POST", "orders/66/notes", {"id": 1})
        path = f"/wp-json/{plugin}/orders/66/shipment-trackings"
        self.site.on("GET", path, lambda request: self.rows)
        self.site.on("POST", path, self.track)
        for number in range(5):
            self.site.on("DELETE", f"{path}/t{number}", lambda request, number=number: self.untrack(f"t{number}"))
        if core:
            self.site.on("GET", "orders/0/fulfillments", reply(404, {"code": "woocommerce_rest_order_invalid_id"}))
            self.site.on("GET", "orders/66/fulfillments", lambda request: self.core)
            self.site.on("POST", "orders/66/fulfillments", self.fulfil)
            self.site.on("PUT", "orders/66/fulfillments/5", self.change)

    def put(self, request: Request) -> dict[str, Any]:
        body = msgspec.json.decode(request.body)
        kept = {each["key"]: each for each in self.order["meta_data"]}
        kept |= {each["key"]: each for each in body.pop("meta_data", [])}
        self.order = self.order | body | {"meta_data": list(kept.values())}
        return self.order

    def track(self, request: Request) -> dict[str, Any]:
        row = msgspec.json.decode(request.body) | {"tracking_id": f"t{len(self.rows)}"}
        self.rows.append(row)
        return row

    def untrack(self, id: str) -> dict[str, Any]:
        self.rows = [row for row in self.rows if row["tracking_id"] != id]
        return {"tracking_id": id}

    def fulfil(self, request: Request) -> dict[str, Any]:
        row = msgspec.json.decode(request.body) | {"id": 5, "date_updated": "2026-11-22 12:00:00"}
        self.core.append(row)
        return row

    def change(self, request: Request) -> dict[str, Any]:
        """What is not named goes."""
        self.core[0] |= msgspec.json.decode(request.body)
        return self.core[0]


def request(*lines: tuple[str, int], **changed: Any) -> FulfillmentRequest:
    return FulfillmentRequest("66", lines, POST, **changed)


def goods(of: Fulfillment) -> list[tuple[str, int]]:
    return [(line.line_id, line.quantity) for line in of.lines]


@pytest.mark.parametrize("plugin", ["", "wc-shipment-tracking/v3", "wc-ast/v3"])
async def test_parcels_are_written_in_part_and_the_last_completes_the_order(plugin: str) -> None:
    desk = Desk(plugin)
    client = store(desk.site, Role.MERCHANT)
    first = await client.create_fulfillment(request(("1", 1)))
    assert (first.status, first.tracking, goods(first)) == (FulfillmentStatus.SUCCESS, POST, [("1", 1)])
    assert desk.order["status"] == "processing"
    with pytest.raises(Rejected) as caught:
        await client.create_fulfillment(request(("1", 2)))
    assert caught.value.code == "quantity"
    await client.create_fulfillment(request(("1", 1), ("2", 1)))
    assert desk.order["status"] == "completed"
    there = await client.read_fulfillments("66")
    assert [goods(each) for each in there] == [[("1", 1)], [("1", 1), ("2", 1)]]
    assert first.id in {each.id for each in there}
    assert [row["tracking_number"] for row in desk.rows] == (["99.1"] if plugin else [])


async def test_tracking_is_replaced_and_a_parcel_withdrawn() -> None:
    desk = Desk("wc-ast/v3")
    client = store(desk.site, Role.MERCHANT)
    made = await client.create_fulfillment(request(("1", 2), ("2", 1)))
    for _ in range(2):
        changed = await client.update_tracking(made.id, Tracking("DHL", ("42",)))
        assert changed.tracking == Tracking("DHL", ("42",))
    assert [row["tracking_number"] for row in desk.rows] == ["42"]
    for _ in range(2):
        await client.cancel_fulfillment(made.id)
    assert (await client.read_fulfillments("66"))[0].status is FulfillmentStatus.CANCELLED
    assert (desk.order["status"], desk.rows) == ("processing", [])
    assert goods(await client.create_fulfillment(request(("1", 2)))) == [("1", 2)]
    with pytest.raises(Gone):
        await client.update_tracking("66-nosuch", POST)


async def test_nothing_is_shipped_of_a_cancelled_order_or_of_no_line() -> None:
    with pytest.raises(Rejected):
        await store(Desk(status="cancelled").site, Role.MERCHANT).create_fulfillment(request(("1", 1)))
    for lines in ((), (("9", 1),)):
        with pytest.raises(Rejected):
            await store(Desk().site, Role.MERCHANT).create_fulfillment(request(*lines))


async def test_woocommerces_own_fulfillments() -> None:
    desk = Desk(core=True)
    client = store(desk.site, Role.MERCHANT)
    made = await client.create_fulfillment(request(("1", 2)))
    assert (goods(made), made.tracking, made.id) == ([("1", 2)], POST, "66-5")
    assert goods((await client.read_fulfillments("66"))[0]) == [("1", 2)]
    with pytest.raises(Rejected):
        await client.create_fulfillment(request(("1", 1)))
    changed = await client.update_tracking(made.id, Tracking("DHL", ("42",)))
    assert (goods(changed), changed.tracking) == ([("1", 2)], Tracking("DHL", ("42",)))
    assert goods((await client.read_fulfillments("66"))[0]) == [("1", 2)]
    with pytest.raises(Gone):
        await client.update_tracking("66-6", POST)


async def test_a_vendors_completed_order_is_one_parcel_of_everything() -> None:
    desk = Desk(status="completed")
    assert (await store(desk.site).read_vendor_order("66"))[1][0].lines == ()
    desk.order["status"] = "processing"
    assert await store(desk.site).read_fulfillments("66") == ()


@pytest.mark.parametrize("plugin", ["wc-shipment-tracking/v3", "wc-ast/v3"])
async def test_a_vendors_trackings_that_name_no_lines_are_one_parcel(plugin: str) -> None:
    desk = Desk(plugin)
    desk.rows = [
        {"tracking_id": "a", "tracking_provider": "DHL", "tracking_number": "1", "tracking_link": "https://t/1"},
        {"tracking_id": "b", "custom_tracking_provider": "Bike &amp; Co", "tracking_number": "2"},
    ]
    (parcel,) = await store(desk.site).read_fulfillments("66")
    assert parcel.tracking == Tracking("DHL", ("1", "2"), ("https://t/1",))
    assert parcel.lines == ()


async def test_a_vendors_trackings_that_name_lines_are_parcels() -> None:
    desk = Desk("wc-ast/v3")
    desk.rows = [{"tracking_id": "a", "tracking_number": "1", "products_list": [{"item_id": "1", "qty": "2"}]}]
    (parcel,) = await store(desk.site).read_fulfillments("66")
    assert parcel.lines == (FulfilledLine("1", 2),)


async def test_a_number_that_somebody_left_in_the_orders_details() -> None:
    desk = Desk()
    desk.order["meta_data"].append({"id": 9, "key": "_tracking_number", "value": "77"})
    (parcel,) = await store(desk.site).read_fulfillments("66")
    assert parcel.tracking.numbers == ("77",)


async def test_refunded_pieces_are_not_left_to_ship() -> None:
    desk = Desk()
    desk.order["refunds"] = [{"id": 68, "total": "-12.50"}]
    desk.site.on("GET", "orders/66/refunds", [sample("orders/refund_line_restock")["response"]["body"]])
    client = store(desk.site, Role.MERCHANT)
    with pytest.raises(Rejected):
        await client.create_fulfillment(request(("1", 2)))
    await client.create_fulfillment(request(("1", 1), ("2", 1)))
    assert desk.order["status"] == "completed"
    assert (await client.read_order("66")).total.amount == Decimal("64.00")
