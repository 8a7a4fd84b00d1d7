"""What people do in a WooCommerce shop, as control operations; parcels in each place where a shop keeps them."""

import json
from typing import Any

import pytest

from crossdock_sandbox.errors import BadInput
from tests.sandbox.woo_bench import MUG, TEE, WooBench

POST = {"company": "Post", "numbers": ["T1"], "urls": ["https://post.example/T1"]}


@pytest.fixture
async def bench() -> WooBench:
    made = WooBench()
    await made.begin(ledger=True)
    return made


async def dumped(bench: WooBench, order_id: str) -> dict[str, Any]:
    return await bench.order(order_id)


async def test_a_catalogue_is_opened_as_described(bench: WooBench) -> None:
    assert [[one["sku"] for one in product["variants"]] for product in bench.made["products"]] == [
        ["MUG"], ["TEE-S", "TEE-M"],
    ]  # fmt: skip
    assert bench.made["products"][0]["id"] == bench.variant("MUG")  # a simple product is its own variant
    odd = {"title": "Lamp", "html": "<p>Warm</p>", "tags": ["home"], "product_type": "Lights", "media": [
        "https://v.example/l.jpg"], "variants": [{"sku": "L", "price": "9.00", "compare_at": "12.00", "weight": 500,
                                                  "barcode": "4006381333931"}]}  # fmt: skip
    made = await bench.op("create_product", product=odd)
    shown = await bench.read(f"products/{made['id']}")
    assert (shown["price"], shown["regular_price"], shown["sale_price"], shown["weight"]) == ("9.00", "12.00", "9.00",
                                                                                              "0.5")  # fmt: skip
    assert ([one["name"] for one in shown["categories"]], [one["name"] for one in shown["tags"]]) == (
        ["Lights"], ["home"])  # fmt: skip
    (product,) = [one for one in (await bench.op("dump"))["products"] if one["id"] == made["id"]]
    assert (product["product_type"], product["tags"], product["variants"][0]["weight"]) == ("Lights", ["home"], 500.0)


async def test_staff_change_products(bench: WooBench) -> None:
    mug, tee = (one["id"] for one in bench.made["products"])
    await bench.op("edit_product", product_id=mug, set={"title": "Big & mug", "tags": ["new"], "status": "DRAFT"})
    await bench.op("edit_variant", variant_id=mug, set={"price": "15.00", "sku": "MUG-2", "compare_at": None})
    shown = await bench.read(f"products/{mug}")
    assert (shown["name"], shown["price"], shown["sku"], shown["status"]) == (
        "Big &amp; mug",
        "15.00",
        "MUG-2",
        "draft",
    )
    with pytest.raises(BadInput, match="Invalid or duplicated SKU"):
        await bench.op("edit_variant", variant_id=mug, set={"sku": "tee-s"})
    made = await bench.op("add_variants", product_id=tee, variants=[{"sku": "TEE-L", "options": ["L"], "price": "22.00",
                                                                     "inventory": 3}])  # fmt: skip
    assert (await bench.read(f"products/{tee}"))["attributes"][0]["options"] == ["S", "M", "L"]
    await bench.op("remove_variants", product_id=tee, variant_ids=[made["variants"][0]["id"]])
    assert len((await bench.read(f"products/{tee}"))["variations"]) == 2
    assert (await bench.op("adjust_stock", variant_id=mug, delta=-3)) == {"available": 7}
    await bench.op("empty_catalogue", on=True)
    assert await bench.read("products") == []
    await bench.op("empty_catalogue", on=False)
    await bench.op("delete_product", product_id=mug)
    assert (await bench.read(f"products/{mug}"))["status"] == "trash"


async def test_the_ledger_says_why_and_who(bench: WooBench) -> None:
    mug = bench.variant("MUG")
    bought = await bench.buy()
    await bench.op("edit_lines", order_id=bought["order_id"], quantities={bought["line_ids"][0]: 1})
    await bench.op("cancel_order", order_id=bought["order_id"])
    await bench.op("set_stock", variant_id=mug, available=4)
    await bench.put(f"products/{mug}", {"stock_quantity": 6})
    await bench.post("orders", {"status": "processing", "line_items": [{"product_id": int(mug), "quantity": 1}]})
    rows = [(one["cause"], one["by"], one["from"], one["to"]) for one in (await bench.op("ledger"))["entries"]]
    assert rows[-6:] == [
        ("order", "shopper", 10, 8), ("edit", "staff", 8, 9), ("cancel", "staff", 9, 10), ("staff", "staff", 10, 4),
        ("app", "app", 4, 6), ("order", "app", 6, 5),
    ]  # fmt: skip


async def test_what_answers_and_deliveries_tell_of_stock(bench: WooBench) -> None:
    mug = bench.variant("MUG")
    await bench.hook("product.updated")
    await bench.op("set_stock", variant_id=mug, available=4)
    await bench.wait(2)
    await bench.read(f"products/{mug}")
    told = [one for one in (await bench.op("stock_told"))["entries"] if one["variant_id"] == mug]
    assert [one["how"] for one in told] == ["webhook", "answer"]
    assert told[0]["n"] > told[0]["as_of"]


async def test_a_sold_out_shop_front_sells_nothing(bench: WooBench) -> None:
    lines = [{"variant_id": bench.variant("MUG"), "quantity": 11}]
    assert await bench.op("place_order", lines=lines, refuse_when_short=True) == {"sold_out": [bench.variant("MUG")]}
    assert (await bench.op("place_order", lines=lines))["order_id"]
    assert await bench.stock() == -1


async def test_money_of_an_order_in_the_dump(bench: WooBench) -> None:
    lines = [{"variant_id": bench.variant("MUG"), "quantity": 3, "price": "10.00", "discount": "1.00",
              "tax": [{"title": "VAT", "rate": "0.1", "price": "2.90"}]}]  # fmt: skip
    bought = await bench.buy(lines=lines, shipping=[{"title": "Post", "price": "4.00"}], tip="2.00", note="ring")
    order = await dumped(bench, bought["order_id"])
    assert (order["total"], order["financial_status"], order["note"]) == ("37.90", "PAID", "ring")
    (line,) = order["lines"]
    assert (line["price"], line["discount"], line["taxes"][0]["price"]) == ("10.00", "1.00", "2.90")
    shown = await bench.read(f"orders/{bought['order_id']}")
    assert (shown["total"], shown["total_tax"], shown["billing"]["email"]) == ("37.90", "2.90", "ann@buyer.example")
    await bench.op("refund_order", order_id=bought["order_id"], lines=[{"line_id": line["id"], "quantity": 1}])
    after = await dumped(bench, bought["order_id"])
    assert (after["financial_status"], after["lines"][0]["current_quantity"]) == ("PARTIALLY_REFUNDED", 2)


async def test_staff_change_orders(bench: WooBench) -> None:
    bought = await bench.buy()
    where = f"orders/{bought['order_id']}"
    await bench.op("edit_order", order_id=bought["order_id"], set={
        "email": "new@buyer.example", "note": "leave it", "shipping_address": {"city": "Bern", "country_code": "CH"},
        "attributes": [{"name": "Gift", "value": "yes"}]})  # fmt: skip
    shown = await bench.read(where)
    assert (shown["billing"]["email"], shown["customer_note"], shown["shipping"]["city"]) == (
        "new@buyer.example", "leave it", "Bern")  # fmt: skip
    assert shown["meta_data"][0]["key"] == "Gift"
    added = [{"variant_id": bench.variant("TEE-M"), "quantity": 1}]
    await bench.op("edit_lines", order_id=bought["order_id"], quantities={bought["line_ids"][0]: 4}, add=added)
    assert ((await bench.read(where))["total"], await bench.stock()) == ("71.00", 6)
    await bench.op("set_status", order_id=bought["order_id"], status="failed")
    assert (await dumped(bench, bought["order_id"]))["status"] == "failed"
    with pytest.raises(BadInput, match="is not in store"):
        await bench.op("cancel_order", order_id="999")


@pytest.mark.parametrize("place", ["", "shipment_tracking", "ast", "fulfillments"])
async def test_parcels_where_the_shop_keeps_them(place: str) -> None:
    bench = WooBench()
    await bench.begin(site={"tracking": [place] if place else []})
    bought = await bench.buy(lines=[{"variant_id": bench.variant("MUG"), "quantity": 3}])
    number, line = bought["order_id"], bought["line_ids"][0]
    some = [{"line_id": line, "quantity": 1}]
    first = await bench.op("fulfill_order", order_id=number, lines=some, tracking=POST)
    assert (await bench.read(f"orders/{number}"))["status"] == "processing"
    assert await kept(bench, number, place) == ["T1"]
    await bench.op("update_tracking", fulfillment_id=first["fulfillment_id"], tracking={**POST, "numbers": ["T2"]})
    assert await kept(bench, number, place) == ["T2"]
    await bench.op("fulfill_order", order_id=number)
    assert (await bench.read(f"orders/{number}"))["status"] == "completed"
    with pytest.raises(BadInput, match="nothing of it is left"):
        await bench.op("fulfill_order", order_id=number)
    await bench.op("cancel_fulfillment", fulfillment_id=first["fulfillment_id"])
    assert (await bench.read(f"orders/{number}"))["status"] == "processing"
    assert "T2" not in await kept(bench, number, place)
    states = [(one["status"], one["lines"]) for one in (await dumped(bench, number))["fulfillments"]]
    assert states == [
        ("CANCELLED", [{"line_id": line, "quantity": 1}]),
        ("SUCCESS", [{"line_id": line, "quantity": 2}]),
    ]


async def kept(bench: WooBench, number: str, place: str) -> list[str]:
    """The tracking numbers that an app sees."""
    if place == "fulfillments":
        rows = await bench.read(f"orders/{number}/fulfillments")
        return [one["value"] for row in rows for one in row["meta_data"] if one["key"] == "_tracking_number"]
    if place:
        space = {"shipment_tracking": "wc-shipment-tracking/v3", "ast": "wc-ast/v3"}[place]
        _, _, body = await bench.raw("GET", f"/wp-json/{space}/orders/{number}/shipment-trackings")
        rows = json.loads(body)
        if place == "ast" and rows:
            assert {"item_id", "qty"} <= {*rows[0]["products_list"][0]}
        return [row["tracking_number"] for row in rows]
    details = (await bench.read(f"orders/{number}"))["meta_data"]
    return [one["value"] for one in details if one["key"] == "_tracking_number"]


@pytest.mark.parametrize("space", ["wc-shipment-tracking/v3", "wc-ast/v3"])
async def test_an_app_writes_trackings(space: str) -> None:
    bench = WooBench()
    await bench.begin()
    bought = await bench.buy()
    path = f"/wp-json/{space}/orders/{bought['order_id']}/shipment-trackings"
    body = {"tracking_number": "T9", "custom_tracking_provider": "Post", "custom_tracking_link": "https://p.example/T9"}
    assert (await bench.raw("POST", path, body))[0] == 404  # not installed
    await bench.op("set_site", set={"tracking": ["shipment_tracking", "ast"]})
    assert (await bench.raw("POST", path, body))[0] == 201
    assert (await bench.raw("POST", path, {}))[0] == 400
    index = (await bench.raw("GET", "/wp-json/", headers={}))[2].decode()
    assert space.replace("/", "\\/") in index
    (parcel,) = (await dumped(bench, bought["order_id"]))["fulfillments"]
    assert parcel["tracking"] == {"company": "Post", "numbers": ["T9"], "urls": ["https://p.example/T9"]}
    assert (await bench.raw("DELETE", f"{path}/{parcel['id']}"))[0] == 200
    assert (await dumped(bench, bought["order_id"]))["fulfillments"] == []


async def test_an_app_writes_fulfillments_of_woocommerces_own() -> None:
    bench = WooBench()
    await bench.begin()
    bought = await bench.buy()
    where = f"orders/{bought['order_id']}/fulfillments"
    items = {"key": "_items", "value": [{"item_id": int(bought["line_ids"][0]), "qty": 1}]}
    given = {"status": "fulfilled", "meta_data": [items, {"key": "_tracking_number", "value": "T9"}]}
    assert (await bench.call("POST", where, given))[1]["code"] == "rest_no_route"
    await bench.op("set_site", set={"tracking": ["fulfillments"]})
    assert (await bench.call("GET", "orders/999/fulfillments"))[0] == 404
    status, made = await bench.call("POST", where, given, notify_customer="true")
    assert (status, made["is_fulfilled"]) == (201, True)
    assert (await bench.op("mails"))["mails"][-1]["kind"] == "customer_fulfillment_created"
    # What is not named goes.
    changed = await bench.put(f"{where}/{made['id']}", {"meta_data": [items]})
    assert [one["key"] for one in changed["meta_data"]] == ["_items"]
    (parcel,) = (await dumped(bench, bought["order_id"]))["fulfillments"]
    assert parcel["lines"] == [{"line_id": bought["line_ids"][0], "quantity": 1}]
    assert (await bench.call("DELETE", f"{where}/{made['id']}"))[0] == 200
    assert await bench.read(where) == []
    assert (await bench.call("POST", where, {"status": "fulfilled", "meta_data": []}))[0] == 400


@pytest.mark.parametrize(
    ("given", "words"),
    [({"site": {"zone": "Mars/Base"}}, "zone must be like"), ({"site": {"tracking": ["fax"]}}, "not 'fax'"),
     ({"site": {"colour": 1}}, "unknown field 'colour'"), ({"app": {"permissions": "all"}}, "permissions must be"),
     ({"products": [MUG, MUG]}, "Invalid or duplicated SKU"),
     ({"products": [{**TEE, "options": ["Size", "Colour"]}]}, "options must be 2 values")],
)  # fmt: skip
async def test_bad_input_is_named(given: dict[str, Any], words: str) -> None:
    bench = WooBench()
    with pytest.raises(BadInput, match=words):
        await bench.begin(**given)
    assert bench.world.shops == {}
