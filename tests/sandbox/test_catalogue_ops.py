"""What staff do to a catalogue through control operations, the ledger of stock, and the shop front that refuses."""

import json
from typing import Any

import pytest

from crossdock_sandbox.errors import BadInput
from tests.sandbox.bench import Bench, gid

HAT = {
    "title": "Hat", "html": "<p>Warm</p>", "tags": ["wool", "Red"], "product_type": "Hats", "status": "DRAFT",
    "media": ["https://v.example/1.jpg", {"url": "https://v.example/2.jpg", "alt": "Side"}],
    "options": [{"name": "Size", "values": ["S", "M"]}, {"name": "Colour", "values": ["Red"]}],
    "variants": [
        {"sku": "H-S", "options": ["S", "Red"], "price": "10", "compare_at": "12.50", "weight": 0.2,
         "weight_unit": "KILOGRAMS", "levels": [{"location": "Here", "available": 3}, {"location": "There",
                                                                                     "available": 4}]},
        {"sku": "H-M", "options": ["M", "Red"], "inventory": 0, "oversell": True},
    ],
}  # fmt: skip


async def hats(bench: Bench, **fields: Any) -> dict[str, Any]:
    made = await bench.open(locations=[{"name": "Here"}, {"name": "There"}], products=[HAT], **fields)
    found: dict[str, Any] = made["products"][0]
    return found


async def dumped(bench: Bench) -> dict[str, Any]:
    found: dict[str, Any] = (await bench.op("dump"))["products"][0]
    return found


async def test_a_shop_opens_with_whole_products(bench: Bench) -> None:
    made = await hats(bench)
    found = await dumped(bench)
    assert {name: found[name] for name in ("title", "html", "tags", "product_type", "status", "options")} == {
        "title": "Hat", "html": "<p>Warm</p>", "tags": ["Red", "wool"], "product_type": "Hats", "status": "DRAFT",
        "options": [{"name": "Size", "values": ["S", "M"]}, {"name": "Colour", "values": ["Red"]}]}  # fmt: skip
    assert [(one["url"], one["alt"], one["status"]) for one in found["media"]] == [
        ("https://v.example/1.jpg", "", "READY"), ("https://v.example/2.jpg", "Side", "READY")]  # fmt: skip
    small, medium = found["variants"]
    assert (small["title"], small["price"], small["compare_at"], small["weight"], small["tracked"]) == (
        "S / Red", "10", "12.50", 200.0, True)  # fmt: skip
    assert medium["oversell"]
    shop = await bench.op("dump")
    here, there = (one["id"] for one in shop["locations"])
    assert shop["inventory"] == {small["id"]: 7, medium["id"]: 0}
    assert shop["levels"] == {small["id"]: {here: 3, there: 4}, medium["id"]: {here: 0}}
    assert made["variants"][0]["sku"] == "H-S"


async def test_staff_edit_products_and_variants(bench: Bench) -> None:
    made = await hats(bench)
    before = await dumped(bench)
    await bench.op("edit_product", product_id=made["id"], set={
        "title": "Cap", "tags": ["b", "a"], "status": "ACTIVE", "vendor": "Loom", "html": "",
        "media": ["https://v.example/2.jpg", "https://v.example/3.jpg"]})  # fmt: skip
    await bench.op("edit_variant", variant_id=made["variants"][0]["id"], set={
        "price": "11.5", "compare_at": None, "sku": "C-S", "barcode": "1", "tracked": False, "oversell": True,
        "options": ["XS", "Red"]})  # fmt: skip
    after = await dumped(bench)
    assert (after["title"], after["tags"], after["status"], after["vendor"], after["html"]) == (
        "Cap", ["a", "b"], "ACTIVE", "Loom", "")  # fmt: skip
    assert [one["id"] == before["media"][1]["id"] for one in after["media"]] == [True, False]
    first = after["variants"][0]
    assert (first["price"], first["compare_at"], first["sku"], first["title"]) == ("11.5", None, "C-S", "XS / Red")
    assert (first["tracked"], first["oversell"]) == (False, True)


async def test_variants_come_and_go(bench: Bench) -> None:
    made = await hats(bench)
    added = await bench.op("add_variants", product_id=made["id"], variants=[{"options": ["L", "Red"], "inventory": 2}])
    await bench.op("remove_variants", product_id=made["id"], variant_ids=[made["variants"][0]["id"]])
    assert [one["title"] for one in (await dumped(bench))["variants"]] == ["M / Red", "L / Red"]
    left = [made["variants"][1]["id"], added["variants"][0]["id"]]
    with pytest.raises(BadInput, match="keeps one variant"):
        await bench.op("remove_variants", product_id=made["id"], variant_ids=left)


async def test_options_are_set_anew_as_staff_like(bench: Bench) -> None:
    made = await hats(bench)
    small, medium = (one["id"] for one in made["variants"])
    shop = bench.world.shops["harbour"]
    options = [one.id for one in shop.products[int(made["id"])].options]
    await bench.op("set_options", product_id=made["id"], options=[{"name": "Colour", "values": ["Red", "Blue"]},
                                                                  {"name": "Fit", "values": ["Small", "Medium"]}],
                   variants=[{"id": medium, "options": ["Red", "Medium"]}, {"id": small, "options": ["Red", "Small"]},
                             {"id": None, "options": ["Blue", "Small"], "inventory": 1}])  # fmt: skip
    found = await dumped(bench)
    assert [one["title"] for one in found["variants"]] == ["Red / Medium", "Red / Small", "Blue / Small"]
    assert [one["id"] for one in found["variants"][:2]] == [medium, small]
    assert [one.id for one in shop.products[int(made["id"])].options] == options[::-1], "renamed options keep their ids"
    await bench.op("set_options", product_id=made["id"], options=["Fit"], variants=[{"id": small, "options": ["One"]}])
    assert [(one["id"], one["title"]) for one in (await dumped(bench))["variants"]] == [(small, "One")]


async def test_odd_operations_are_named(bench: Bench) -> None:
    made = await hats(bench)
    for name, fields, words in (
        ("edit_product", {"product_id": made["id"], "set": {"colour": "x"}}, "unknown field 'colour'"),
        ("edit_product", {"product_id": "9", "set": {}}, "product_id is unknown"),
        ("add_variants", {"product_id": made["id"], "variants": [{"options": ["S"]}]}, "options must be 2 values"),
        ("set_options", {"product_id": made["id"], "options": ["A"], "variants": []}, "variants must not be empty"),
        ("set_stock", {"variant_id": "9", "available": 1}, "variant_id is unknown"),
        ("ledger", {}, "without ledger: true"),
        ("add_product", {}, "product is needed"),
    ):
        with pytest.raises(BadInput, match=words):
            await bench.op(name, **fields)


async def test_stock_is_set_and_adjusted_by_place(bench: Bench) -> None:
    made = await hats(bench)
    variant = made["variants"][0]["id"]
    there = (await bench.op("dump"))["locations"][1]["id"]
    assert await bench.op("adjust_stock", variant_id=variant, delta=-5) == {"available": -2}
    assert await bench.op("set_stock", variant_id=variant, location_id=there, available=9) == {"available": 9}
    loft = (await bench.op("add_location", name="Loft"))["location_id"]
    await bench.op("set_stock", variant_id=variant, location_id=loft, available=1)
    assert (await bench.op("dump"))["inventory"][variant] == 8


async def test_a_shop_front_sells_no_more_than_there_is(bench: Bench) -> None:
    made = await hats(bench)
    small, medium = (one["id"] for one in made["variants"])

    async def buy(variant: str, quantity: int) -> dict[str, Any]:
        return await bench.op("buy", lines=[{"variant_id": variant, "quantity": quantity}], refuse_when_short=True)

    assert "order_id" in await buy(small, 6)
    assert await buy(small, 2) == {"sold_out": [small]}
    assert "order_id" in await buy(medium, 5), "sold on when there is none left"
    lines = [{"variant_id": small, "quantity": 1}] * 2
    assert await bench.op("place_order", lines=lines, refuse_when_short=True) == {"sold_out": [small]}
    assert len((await bench.op("dump"))["orders"]) == 2


# -- the ledger --

ADJUST = """mutation($in: InventoryAdjustQuantitiesInput!) {
    inventoryAdjustQuantities(input: $in) @idempotent(key: "k") { userErrors { code } } }"""


async def test_the_ledger_has_every_change_in_order_over_all_shops(bench: Bench) -> None:
    made = await bench.open(ledger=True)
    await bench.open("other", ledger=True)
    mug = bench.variant("MUG")
    bought = await bench.buy(lines=[{"variant_id": mug, "quantity": 4}])
    await bench.buy("other", lines=[{"variant_id": bench.variant("MUG", "other"), "quantity": 1}])
    await bench.op("adjust_stock", variant_id=mug, delta=2)
    item = gid("InventoryItem", made["products"][0]["variants"][0]["inventory_item_id"])
    change = {"inventoryItemId": item, "locationId": gid("Location", made["location_id"]), "delta": -3,
              "changeFromQuantity": None}  # fmt: skip
    await bench.get(ADJUST, **{"in": {"name": "available", "reason": "correction", "changes": [change]}})
    await bench.op("edit_order", order_id=bought["order_id"], set={"note": "no stock in this"})
    await bench.op("cancel_order", order_id=bought["order_id"], reason="customer")
    await bench.op("delete_product", product_id=made["products"][0]["id"])
    rows = (await bench.op("ledger"))["entries"]
    told = [(row["from"], row["to"], row["cause"], row["by"], row["order_id"]) for row in rows]
    assert told == [
        (0, 10, "created", "staff", None),
        (10, 6, "order", "shopper", bought["order_id"]),
        (6, 8, "staff", "staff", None),
        (8, 5, "app", "app", None),
        (5, 9, "cancel", "staff", bought["order_id"]),
        (9, 0, "deleted", "staff", None),
    ]
    others = (await bench.op("ledger", "other"))["entries"]
    numbers = [row["n"] for row in rows] + [row["n"] for row in others]
    assert len(set(numbers)) == len(numbers)
    assert rows[1]["n"] < others[1]["n"] < rows[2]["n"], "the order of things across shops"
    assert (await bench.op("ledger", after=rows[3]["n"]))["entries"] == rows[4:]


async def test_an_apps_order_is_in_the_ledger_when_it_takes_stock(bench: Bench) -> None:
    await bench.open(ledger=True)
    create = """mutation($o: OrderCreateOrderInput!, $p: OrderCreateOptionsInput) {
        orderCreate(order: $o, options: $p) { order { id } userErrors { code } } }"""
    order = {"lineItems": [{"variantId": gid("ProductVariant", bench.variant("MUG")), "quantity": 3}]}
    data = await bench.get(create, o=order, p={"inventoryBehaviour": "DECREMENT_OBEYING_POLICY"})
    last = (await bench.op("ledger"))["entries"][-1]
    assert (last["from"], last["to"], last["cause"], last["by"]) == (10, 7, "order", "app")
    assert gid("Order", last["order_id"]) == data["orderCreate"]["order"]["id"]
    await bench.get(create, o=order)
    assert (await bench.op("ledger"))["entries"][-1] == last, "by default an app's order takes nothing"


# -- what is told of it --


async def test_webhooks_of_products_and_stock(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("PRODUCTS_CREATE", "PRODUCTS_UPDATE", "PRODUCTS_DELETE", "INVENTORY_LEVELS_UPDATE")
    made = await bench.op("add_product", product={**HAT, "variants": [
        {"options": ["S", "Red"], "inventory": 1, "sku": "H-S"}]})  # fmt: skip
    await bench.op("adjust_stock", variant_id=made["variants"][0]["id"], delta=4)
    await bench.op("edit_variant", variant_id=made["variants"][0]["id"], set={"price": "3"})
    await bench.op("delete_product", product_id=made["id"])
    await bench.wait(1)
    assert sorted(bench.topics()) == [
        "inventory_levels/update", "products/create", "products/delete", *["products/update"] * 2]  # fmt: skip
    bodies = {headers["X-Shopify-Topic"]: json.loads(body) for _, headers, body in bench.sent}
    told = bodies["products/create"]
    assert (told["id"], told["tags"], told["body_html"], told["status"]) == (
        int(made["id"]), "Red, wool", "<p>Warm</p>", "draft")  # fmt: skip
    assert [(one["name"], one["values"]) for one in told["options"]] == [("Size", ["S"]), ("Colour", ["Red"])]
    (variant,) = told["variants"]
    assert (variant["option1"], variant["option2"], variant["option3"]) == ("S", "Red", None)
    assert [one["src"] for one in told["images"]] == ["https://v.example/1.jpg", "https://v.example/2.jpg"]
    assert bodies["inventory_levels/update"]["available"] == 5
    assert bodies["products/delete"] == {"id": int(made["id"])}


async def test_a_webhook_has_the_first_hundred_variants_and_all_ids(bench: Bench) -> None:
    rows = [{"title": f"V{n}"} for n in range(150)]
    made = await bench.open(products=[{"title": "Wide", "variants": rows}])
    await bench.subscribe("PRODUCTS_UPDATE")
    await bench.op("edit_product", product_id=made["products"][0]["id"], set={"title": "Wider"})
    await bench.wait(1)
    body = json.loads(bench.sent[0][2])
    assert (len(body["variants"]), len(body["variant_gids"])) == (100, 150)
    assert [one["position"] for one in body["variants"][:3]] == [1, 2, 3]
