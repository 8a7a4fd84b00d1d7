"""Variants in bulk and options one by one. Not for productSet, nor for stock of variants that are there."""

from typing import Any

import pytest

from tests.sandbox.bench import Bench, gid

CREATE = """mutation($id: ID!, $v: [ProductVariantsBulkInput!]!, $s: ProductVariantsBulkCreateStrategy) {
    productVariantsBulkCreate(productId: $id, variants: $v, strategy: $s) {
        productVariants { id title price sku inventoryQuantity } userErrors { field message code } } }"""
UPDATE = """mutation($id: ID!, $v: [ProductVariantsBulkInput!]!, $p: Boolean) {
    productVariantsBulkUpdate(productId: $id, variants: $v, allowPartialUpdates: $p) {
        productVariants { id title price compareAtPrice barcode sku inventoryPolicy
            inventoryItem { tracked measurement { weight { value unit } } } }
        userErrors { field message code } } }"""
DELETE = """mutation($id: ID!, $v: [ID!]!) { productVariantsBulkDelete(productId: $id, variantsIds: $v) {
    product { id } userErrors { field message code } } }"""
TITLES = "query($id: ID!) { product(id: $id) { options { name values } variants(first: 99) { nodes { title } } } }"


async def tee(bench: Bench, **fields: Any) -> dict[str, Any]:
    """A product with one option, "Title", of S and M."""
    made = await bench.open(**fields)
    found: dict[str, Any] = made["products"][1]
    return {"id": gid("Product", found["id"]), "variants": [gid("ProductVariant", v["id"]) for v in found["variants"]]}


def row(*values: str, names: tuple[str, ...] = ("Title",), **rest: Any) -> dict[str, Any]:
    return {"optionValues": [{"optionName": n, "name": v} for n, v in zip(names, values, strict=True)], **rest}


async def titles(bench: Bench, product_id: str) -> list[str]:
    return [one["title"] for one in (await bench.get(TITLES, id=product_id))["product"]["variants"]["nodes"]]


async def options(bench: Bench, product_id: str) -> list[tuple[str, list[str]]]:
    found = (await bench.get(TITLES, id=product_id))["product"]["options"]
    return [(one["name"], one["values"]) for one in found]


async def test_variants_are_made_with_new_values_and_stock(bench: Bench) -> None:
    product = await tee(bench)
    place = gid("Location", bench.stores["harbour"]["location_id"])
    rows = [row("L", price="9.5", inventoryItem={"sku": "TEE-L", "tracked": True},
                inventoryQuantities=[{"locationId": place, "availableQuantity": 4}]), row("XL")]  # fmt: skip
    found = (await bench.get(CREATE, id=product["id"], v=rows))["productVariantsBulkCreate"]
    assert found["userErrors"] == []
    assert [{**one, "id": ""} for one in found["productVariants"]] == [
        {"id": "", "title": "L", "price": "9.50", "sku": "TEE-L", "inventoryQuantity": 4},
        {"id": "", "title": "XL", "price": "0.00", "sku": "", "inventoryQuantity": 0},
    ]
    assert await titles(bench, product["id"]) == ["S", "M", "L", "XL"]


async def test_a_combination_that_is_there_is_refused_and_nothing_made(bench: Bench) -> None:
    product = await tee(bench)
    found = (await bench.get(CREATE, id=product["id"], v=[row("L"), row("S")]))["productVariantsBulkCreate"]
    assert found["userErrors"] == [{
        "field": ["variants", "1"], "code": "VARIANT_ALREADY_EXISTS",
        "message": "The variant 'S' already exists. Please change at least one option value."}]  # fmt: skip
    assert await options(bench, product["id"]) == [("Title", ["S", "M"])]


async def test_the_default_variant_makes_way_unless_it_is_to_stay(bench: Bench) -> None:
    made = await bench.open()
    mug = gid("Product", made["products"][0]["id"])
    await bench.get(CREATE, id=mug, v=[row("Large")], s="PRESERVE_STANDALONE_VARIANT")
    assert await titles(bench, mug) == ["Default Title", "Large"]
    other = await bench.op("add_product", product={"title": "Cup"})
    cup = gid("Product", other["id"])
    await bench.get(CREATE, id=cup, v=[row("Large")])
    assert await titles(bench, cup) == ["Large"]
    await bench.get(CREATE, id=cup, v=[row("Small")])
    assert await titles(bench, cup) == ["Large", "Small"], "only a default variant makes way by default"


async def test_limits_of_variants(bench: Bench) -> None:
    product = await tee(bench)
    reply = await bench.ask(CREATE, id=product["id"], v=[row(str(n)) for n in range(251)])
    assert reply["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
    for start in range(0, 2000, 250):
        await bench.get(CREATE, id=product["id"], v=[row(f"V{start + n}") for n in range(250)])
        await bench.wait(10)
    found = await bench.get(CREATE, id=product["id"], v=[row(f"W{n}") for n in range(50)])
    assert "maximum of 2048" in found["productVariantsBulkCreate"]["userErrors"][0]["message"]


async def test_big_shops_that_are_not_plus_make_a_thousand_a_day(bench: Bench) -> None:
    product = await tee(bench, plan="basic")
    await bench.op("fill_catalogue", products=25, variants=2000)
    for start in range(0, 1000, 250):
        rows = [row(f"V{start + n}") for n in range(250)]
        assert (await bench.get(CREATE, id=product["id"], v=rows))["productVariantsBulkCreate"]["userErrors"] == []
    status, _, _ = await bench.call("harbour", {"query": CREATE, "variables": {"id": product["id"], "v": [row("XL")]}})
    assert status == 429
    await bench.wait(24 * 3600)
    found = await bench.get(CREATE, id=product["id"], v=[row("XL")])
    assert found["productVariantsBulkCreate"]["userErrors"] == []


async def test_an_update_sets_what_is_given(bench: Bench) -> None:
    product = await tee(bench)
    given = {"id": product["variants"][0], "price": "7", "compareAtPrice": "9.99", "barcode": "4006381333931",
             "inventoryPolicy": "CONTINUE", "inventoryItem": {
                 "sku": "NEW", "tracked": True,
                 "measurement": {"weight": {"value": 1.5, "unit": "KILOGRAMS"}}}}  # fmt: skip
    found = (await bench.get(UPDATE, id=product["id"], v=[given]))["productVariantsBulkUpdate"]
    (variant,) = found["productVariants"]
    assert variant == {
        "id": product["variants"][0], "title": "S", "price": "7.00", "compareAtPrice": "9.99", "sku": "NEW",
        "barcode": "4006381333931", "inventoryPolicy": "CONTINUE",
        "inventoryItem": {"tracked": True, "measurement": {"weight": {"value": 1.5, "unit": "KILOGRAMS"}}}}  # fmt: skip
    given = {"id": product["variants"][0], "compareAtPrice": None, "barcode": ""}
    (variant,) = (await bench.get(UPDATE, id=product["id"], v=[given]))["productVariantsBulkUpdate"]["productVariants"]
    assert (variant["compareAtPrice"], variant["barcode"], variant["price"]) == (None, None, "7.00")


async def test_partial_updates_leave_out_what_is_wrong(bench: Bench) -> None:
    product = await tee(bench)
    rows = [{"id": product["variants"][0], "price": "5"}, {"id": gid("ProductVariant", "9"), "price": "5"},
            {"id": product["variants"][1], "price": "-5"}]  # fmt: skip
    found = (await bench.get(UPDATE, id=product["id"], v=rows))["productVariantsBulkUpdate"]
    assert found["productVariants"] is None
    assert [one["field"] for one in found["userErrors"]] == [["variants", "1", "id"], ["variants", "2", "price"]]
    found = (await bench.get(UPDATE, id=product["id"], v=rows, p=True))["productVariantsBulkUpdate"]
    assert [one["price"] for one in found["productVariants"]] == ["5.00"]
    assert len(found["userErrors"]) == 2


async def test_stock_is_no_part_of_an_update(bench: Bench) -> None:
    product = await tee(bench)
    place = gid("Location", bench.stores["harbour"]["location_id"])
    given = {"id": product["variants"][0], "inventoryQuantities": [{"locationId": place, "availableQuantity": 3}]}
    found = (await bench.get(UPDATE, id=product["id"], v=[given]))["productVariantsBulkUpdate"]
    assert found["userErrors"][0]["code"] == "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE"


async def test_a_value_is_changed_unless_another_variant_has_it(bench: Bench) -> None:
    product = await tee(bench)
    await bench.get(UPDATE, id=product["id"], v=[row("Small", id=product["variants"][0])])
    assert await titles(bench, product["id"]) == ["Small", "M"]
    found = await bench.get(UPDATE, id=product["id"], v=[row("M", id=product["variants"][0])])
    assert found["productVariantsBulkUpdate"]["userErrors"][0]["code"] == "VARIANT_ALREADY_EXISTS"


async def test_variants_are_deleted_but_the_last(bench: Bench) -> None:
    product = await tee(bench)
    found = (await bench.get(DELETE, id=product["id"], v=product["variants"]))["productVariantsBulkDelete"]
    assert found["userErrors"][0]["code"] == "CANNOT_DELETE_LAST_VARIANT"
    found = await bench.get(DELETE, id=product["id"], v=[gid("ProductVariant", bench.variant("MUG"))])
    code = found["productVariantsBulkDelete"]["userErrors"][0]["code"]
    assert code == "AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT"
    await bench.get(DELETE, id=product["id"], v=product["variants"][:1])
    assert await titles(bench, product["id"]) == ["M"]


# -- options --

OPTIONS_CREATE = """mutation($id: ID!, $o: [OptionCreateInput!]!, $s: ProductOptionCreateVariantStrategy) {
    productOptionsCreate(productId: $id, options: $o, variantStrategy: $s) {
        product { options { id name optionValues { id name } } } userErrors { code } } }"""
OPTION_UPDATE = """mutation($id: ID!, $o: OptionUpdateInput!, $a: [OptionValueCreateInput!], $d: [ID!],
        $u: [OptionValueUpdateInput!], $s: ProductOptionUpdateVariantStrategy) {
    productOptionUpdate(productId: $id, option: $o, optionValuesToAdd: $a, optionValuesToDelete: $d,
        optionValuesToUpdate: $u, variantStrategy: $s) { userErrors { code } } }"""
OPTIONS_DELETE = """mutation($id: ID!, $o: [ID!]!, $s: ProductOptionDeleteStrategy) {
    productOptionsDelete(productId: $id, options: $o, strategy: $s) { deletedOptionsIds userErrors { code } } }"""
OPTIONS_REORDER = """mutation($id: ID!, $o: [OptionReorderInput!]!) {
    productOptionsReorder(productId: $id, options: $o) { userErrors { code } } }"""


def named(name: str, *values: str) -> dict[str, Any]:
    return {"name": name, "values": [{"name": one} for one in values]}


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("LEAVE_AS_IS", ["S / Red", "M / Red"]), ("CREATE", ["S / Red", "M / Red", "S / Blue", "M / Blue"])],
)
async def test_an_option_is_added(bench: Bench, strategy: str, expected: list[str]) -> None:
    product = await tee(bench)
    data = await bench.get(OPTIONS_CREATE, id=product["id"], o=[named("Colour", "Red", "Blue")], s=strategy)
    assert data["productOptionsCreate"]["userErrors"] == []
    assert await titles(bench, product["id"]) == expected
    data = await bench.get(OPTIONS_CREATE, id=product["id"], o=[named("Colour", "Red")])
    assert data["productOptionsCreate"]["userErrors"] == [{"code": "OPTION_ALREADY_EXISTS"}]
    data = await bench.get(OPTIONS_CREATE, id=product["id"], o=[named("A", "1"), named("B", "1")])
    assert data["productOptionsCreate"]["userErrors"] == [{"code": "OPTIONS_OVER_LIMIT"}]


async def test_an_option_is_renamed_extended_and_shortened(bench: Bench) -> None:
    product = await tee(bench)
    shop = bench.world.shops["harbour"]
    (option,) = shop.products[int(product["id"].rpartition("/")[2])].options
    small = gid("ProductOptionValue", str(option.values[0].id))
    given = {"id": gid("ProductOption", str(option.id)), "name": "Size"}
    data = await bench.get(OPTION_UPDATE, id=product["id"], o=given, a=[{"name": "L"}], s="MANAGE",
                           u=[{"id": small, "name": "Small"}])  # fmt: skip
    assert data["productOptionUpdate"]["userErrors"] == []
    assert await options(bench, product["id"]) == [("Size", ["Small", "M", "L"])]
    data = await bench.get(OPTION_UPDATE, id=product["id"], o=given, d=[small])
    assert data["productOptionUpdate"]["userErrors"] == [{"code": "OPTION_VALUE_HAS_VARIANTS"}]
    await bench.get(OPTION_UPDATE, id=product["id"], o=given, d=[small], s="MANAGE")
    assert await titles(bench, product["id"]) == ["M", "L"]


async def test_options_are_reordered_and_deleted(bench: Bench) -> None:
    product = await tee(bench)
    await bench.get(OPTIONS_CREATE, id=product["id"], o=[named("Colour", "Red", "Blue")], s="CREATE")
    order = [{"name": "Colour", "values": [{"name": "Blue"}, {"name": "Red"}]}, {"name": "Title"}]
    data = await bench.get(OPTIONS_REORDER, id=product["id"], o=order)
    assert data["productOptionsReorder"]["userErrors"] == []
    assert await titles(bench, product["id"]) == ["Blue / S", "Blue / M", "Red / S", "Red / M"]
    colour = bench.world.shops["harbour"].products[int(product["id"].rpartition("/")[2])].options[0]
    given = [gid("ProductOption", str(colour.id))]
    for strategy, code in (("DEFAULT", "CANNOT_DELETE_OPTION_WITH_MULTIPLE_VALUES"),
                           ("NON_DESTRUCTIVE", "CANNOT_USE_NON_DESTRUCTIVE_STRATEGY")):  # fmt: skip
        data = await bench.get(OPTIONS_DELETE, id=product["id"], o=given, s=strategy)
        assert data["productOptionsDelete"]["userErrors"] == [{"code": code}]
    data = await bench.get(OPTIONS_DELETE, id=product["id"], o=given, s="POSITION")
    assert data["productOptionsDelete"] == {"deletedOptionsIds": given, "userErrors": []}
    assert await titles(bench, product["id"]) == ["S", "M"]
