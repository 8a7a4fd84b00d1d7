"""WooCommerce's lists and products: times that bound them, pages, filters, stock shared or not counted, SKUs."""

from typing import Any

import pytest

from tests.sandbox.woo_bench import WooBench


@pytest.fixture
async def bench() -> WooBench:
    made = WooBench()
    await made.begin()
    return made


async def test_modified_after_is_exclusive_and_z_with_the_flag_is_wrong(bench: WooBench) -> None:
    """10:00 GMT is 11:00 at the site."""
    await bench.wait(60)
    mug = bench.variant("MUG")
    await bench.put(f"products/{mug}", {})

    async def found(after: str, **more: str) -> list[str]:
        return [str(one["id"]) for one in await bench.read("products", modified_after=after, **more)]

    assert await found("2026-11-22T10:00:59", dates_are_gmt="true") == [mug]
    assert await found("2026-11-22T10:01:00", dates_are_gmt="true") == []
    assert await found("2026-11-22T11:00:59") == [mug]
    assert await found("2026-11-22T10:00:59Z") == [mug]
    assert await found("2026-11-22T10:00:59Z", dates_are_gmt="true") == []
    assert await found("2026-11-22T11:00:59+01:00") == [mug]
    status, refused = await bench.call("GET", "products", modified_after="yesterday")
    assert (status, refused["data"]["params"]) == (400, {"modified_after": "Invalid date."})


async def test_what_moves_a_time(bench: WooBench) -> None:
    made = await bench.post("orders", {"line_items": [{"product_id": int(bench.variant("MUG")), "quantity": 1}]})
    where, before = f"orders/{made['id']}", made["date_modified_gmt"]
    await bench.wait(5)
    await bench.post(f"{where}/notes", {"note": "hello"})
    assert (await bench.read(where))["date_modified_gmt"] == before
    await bench.put(where, {"status": "processing"})
    product = await bench.read(f"products/{bench.variant('MUG')}")
    assert (await bench.read(where))["date_modified_gmt"] == product["date_modified_gmt"] > before


async def test_default_lists(bench: WooBench) -> None:
    await bench.op("draft_order", lines=[])
    await bench.post("orders", {})
    assert sorted(one["status"] for one in await bench.read("orders")) == ["checkout-draft", "pending"]
    assert len(await bench.read("orders", status="pending,processing")) == 1
    status, refused = await bench.call("GET", "orders", status="wc-completed")
    assert (status, refused["code"]) == (400, "rest_invalid_param")
    assert len(await bench.read("orders", colour="red", meta_key="x")) == 2  # unknown ones are ignored
    await bench.put(f"products/{bench.variant('MUG')}", {"status": "draft"})
    assert len(await bench.read("products")) == 2


async def test_skus_find_variations_as_well(bench: WooBench) -> None:
    found = await bench.read("products", sku="tee-s, MUG")
    assert sorted((one["sku"], one["type"]) for one in found) == [("MUG", "simple"), ("TEE-S", "variation")]
    assert [one["sku"] for one in await bench.read("products", search_sku="TEE")] == ["TEE-S", "TEE-M"]
    (tee,) = await bench.read("products", type="variable")
    rows = await bench.read(f"products/{tee['id']}/variations", orderby="id", order="asc")
    assert [one["sku"] for one in rows] == ["TEE-S", "TEE-M"]


async def test_stock_that_is_not_counted_or_shared(bench: WooBench) -> None:
    (tee,) = await bench.read("products", type="variable")
    small, middle = (f"products/{tee['id']}/variations/{bench.variant(sku)}" for sku in ("TEE-S", "TEE-M"))
    assert (await bench.put(middle, {"stock_quantity": 7}))["stock_quantity"] is None  # not managed: ignored with 200
    await bench.op("share_stock", product_id=str(tee["id"]), available=9)
    assert [(await bench.read(one))["stock_quantity"] for one in (small, middle)] == [9, 9]
    assert (await bench.put(small, {"stock_quantity": 1}))["manage_stock"] == "parent"
    assert (await bench.read(small))["stock_quantity"] == 9
    order = {"status": "processing", "line_items": [{"product_id": tee["id"], "variation_id":
                                                     int(bench.variant("TEE-S")), "quantity": 4}]}  # fmt: skip
    await bench.post("orders", order)
    assert (await bench.read(middle))["stock_quantity"] == 5
    own = await bench.put(small, {"manage_stock": True, "stock_quantity": 2})
    assert (own["manage_stock"], own["stock_quantity"], (await bench.read(middle))["stock_quantity"]) == (True, 2, 5)


async def test_backorders_and_the_status_of_stock(bench: WooBench) -> None:
    where = f"products/{bench.variant('MUG')}"
    for given, status in (({"stock_quantity": 0}, "outofstock"), ({"backorders": "notify"}, "onbackorder"),
                          ({"stock_quantity": 1}, "instock")):  # fmt: skip
        assert (await bench.put(where, given))["stock_status"] == status
    assert (await bench.put(where, {"manage_stock": False}))["stock_quantity"] is None


@pytest.mark.parametrize("sku", ["MUG", "mug", "TEE-S"])
async def test_a_sku_is_taken_once(bench: WooBench, sku: str) -> None:
    status, refused = await bench.call("POST", "products", {"name": "x", "sku": sku})
    assert (status, refused["code"]) == (400, "product_invalid_sku")
    assert str(refused["data"]["resource_id"]) == bench.variant(sku.upper())
    assert len(await bench.read("products")) == 2


async def test_an_empty_body_makes_a_product(bench: WooBench) -> None:
    status, _, body = await bench.raw("POST", "/wp-json/wc/v3/products", b"name=x", {
        **bench.basic, "Content-Type": "text/plain"})  # fmt: skip
    assert status == 201
    assert b'"name":"Product"' in body
    made = await bench.post("products", {"name": "A & B", "global_unique_id": "ABC 12", "regular_price": "cheap"})
    assert (made["name"], made["global_unique_id"], made["regular_price"]) == ("A &amp; B", "12", "")


async def test_pages_shift_while_things_are_made(bench: WooBench) -> None:
    """Newest first by default: what was on page one slides to page two."""
    for _ in range(3):
        await bench.post("orders", {})
        await bench.wait(1)
    first = await bench.read("orders", per_page=2)
    await bench.post("orders", {})
    second = await bench.read("orders", per_page=2, page=2)
    assert second[0]["id"] == first[1]["id"]


async def test_the_link_header_repeats_secrets(bench: WooBench) -> None:
    await bench.post("orders", {})
    await bench.post("orders", {})
    given: dict[str, Any] = {"consumer_key": bench.made["consumer_key"], "per_page": 1,
                             "consumer_secret": bench.made["consumer_secret"]}  # fmt: skip
    status, headers, _ = await bench.raw("GET", "/wp-json/wc/v3/orders", headers={}, **given)
    assert status == 200
    assert bench.made["consumer_secret"] in headers["Link"]


async def test_terms_are_found_and_made(bench: WooBench) -> None:
    made = await bench.post("products/categories", {"name": "Bowls & more"})
    status, refused = await bench.call("POST", "products/categories", {"name": "bowls & more"})
    assert (status, refused["code"], refused["data"]["resource_id"]) == (400, "term_exists", made["id"])
    found = await bench.read("products/categories", search="bowls")
    assert [one["id"] for one in found] == [made["id"]]
    product = await bench.post("products", {"name": "Bowl", "categories": [{"id": made["id"]}], "images": [
        {"src": "https://vendor.example/bowl.jpg"}]})  # fmt: skip
    assert product["categories"][0]["id"] == made["id"]
    assert [one["id"] for one in await bench.read("products", category=str(made["id"]))] == [product["id"]]
    (picture,) = product["images"]
    kept = await bench.put(f"products/{product['id']}", {"images": [{"id": picture["id"]}]})
    assert [one["id"] for one in kept["images"]] == [picture["id"]]
    fresh = await bench.put(f"products/{product['id']}", {"images": [{"src": "https://vendor.example/bowl.jpg"}]})
    assert fresh["images"][0]["id"] != picture["id"]


async def test_settings_and_state(bench: WooBench) -> None:
    assert (await bench.read("settings/general/woocommerce_currency"))["value"] == "USD"
    assert (await bench.read("data/currencies/current"))["code"] == "USD"
    assert (await bench.call("GET", "settings/general/nothing"))[0] == 404
    state = await bench.read("system_status")
    assert (state["environment"]["version"], state["settings"]["HPOS_enabled"]) == ("10.0.2", True)
