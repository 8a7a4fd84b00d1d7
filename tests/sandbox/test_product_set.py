"""productSet: lists that are given replace, rows match by id or option values, large ones run in the background."""

from typing import Any

import pytest

from tests.sandbox.bench import Bench, gid

SET = """mutation($i: ProductSetIdentifiers, $in: ProductSetInput!, $s: Boolean) {
    productSet(identifier: $i, input: $in, synchronous: $s) {
        product { id title tags options { id name values optionValues { id name } }
            variants(first: 100) { nodes { id title sku price inventoryQuantity inventoryItem { tracked } } }
            media(first: 10) { nodes { id } } metafields(first: 10) { nodes { key value } } }
        productSetOperation { id status } userErrors { field message code } } }"""
DEFINE = """mutation { metafieldDefinitionCreate(definition: {name: "r", namespace: "$app:listing", key: "ref",
    type: "id", ownerType: PRODUCT}) { userErrors { message } } }"""
CUSTOM = {"customId": {"namespace": "$app:listing", "key": "ref", "value": "L-1"}}
DEFAULT = [{"name": "Title", "values": [{"name": "Default Title"}]}]


def options(**given: list[str]) -> list[dict[str, Any]]:
    return [{"name": name, "values": [{"name": one} for one in values]} for name, values in given.items()]


def row(sku: str = "", /, *, id: str | None = None, **values: str) -> dict[str, Any]:
    made: dict[str, Any] = {"optionValues": [{"optionName": name, "name": one} for name, one in values.items()]}
    return {**made, **({"sku": sku} if sku else {}), **({"id": id} if id else {})}


async def put(bench: Bench, given: dict[str, Any], identifier: Any = None, **rest: Any) -> dict[str, Any]:
    data = await bench.get(SET, **{"in": given, "i": identifier, "s": True, **rest})
    found: dict[str, Any] = data["productSet"]
    return found


async def good(bench: Bench, given: dict[str, Any], identifier: Any = None) -> dict[str, Any]:
    found = await put(bench, given, identifier)
    assert found["userErrors"] == []
    product: dict[str, Any] = found["product"]
    return product


async def hat(bench: Bench) -> dict[str, Any]:
    return await good(bench, {"title": "Hat", "productOptions": options(Size=["S", "M", "L"]),
                              "variants": [row(f"H-{one}", Size=one) for one in "SML"]})  # fmt: skip


def ids(product: dict[str, Any]) -> dict[str, str]:
    return {one["title"]: one["id"] for one in product["variants"]["nodes"]}


async def test_a_custom_id_makes_the_product_once(bench: Bench) -> None:
    await bench.open()
    await bench.get(DEFINE)
    first = await good(bench, {"title": "Hat"}, CUSTOM)
    again = await good(bench, {"title": "Cap"}, CUSTOM)
    assert again["id"] == first["id"]
    assert again["title"] == "Cap"
    assert again["metafields"]["nodes"] == [{"key": "ref", "value": "L-1"}]
    assert [one["title"] for one in (await bench.op("dump"))["products"]] == ["Mug", "Tee", "Cap"]


async def test_a_custom_id_needs_its_definition(bench: Bench) -> None:
    await bench.open()
    reply = await bench.ask(SET, **{"in": {"title": "Hat"}, "i": CUSTOM})
    assert reply["errors"][0]["extensions"]["code"] == "NOT_FOUND"


async def test_lists_replace_and_scalars_stay(bench: Bench) -> None:
    await bench.open()
    made = await good(bench, {"title": "Hat", "vendor": "Loom", "tags": ["a", "b"]})
    await good(bench, {"tags": ["c"]}, {"id": made["id"]})
    dumped = (await bench.op("dump"))["products"][-1]
    assert (dumped["title"], dumped["vendor"], dumped["tags"]) == ("Hat", "Loom", ["c"])


async def test_variants_left_out_are_deleted(bench: Bench) -> None:
    await bench.open()
    made = await hat(bench)
    given = {"productOptions": options(Size=["S", "M"]), "variants": [row(Size="M"), row(Size="S")]}
    after = await good(bench, given, {"id": made["id"]})
    assert [one["title"] for one in after["variants"]["nodes"]] == ["M", "S"]
    assert ids(after) == {name: ids(made)[name] for name in ("M", "S")}, "rows match by option values"
    assert [one["sku"] for one in after["variants"]["nodes"]] == ["H-M", "H-S"], "what a row leaves out stays"
    assert after["options"][0]["values"] == ["S", "M"]
    assert int(ids(made)["L"].rpartition("/")[2]) not in bench.world.shops["harbour"].variants


async def test_options_are_renamed_and_reordered_by_id(bench: Bench) -> None:
    await bench.open()
    both = options(Size=["S"], Colour=["Red", "Blue"])
    made = await good(bench, {"title": "Hat", "productOptions": both, "variants": [
        row("R", Size="S", Colour="Red"), row("B", Size="S", Colour="Blue")]})  # fmt: skip
    size, colour = made["options"]
    named = [{"id": colour["id"], "name": "Shade", "values": [{"id": one["id"], "name": one["name"].upper()}
                                                            for one in colour["optionValues"]]},
             {"id": size["id"], "name": "Size", "values": [{"name": "S"}]}]  # fmt: skip
    rows = [row(id=ids(made)["S / Red"], Shade="RED", Size="S"), row(id=ids(made)["S / Blue"], Shade="BLUE", Size="S")]
    after = await good(bench, {"productOptions": named, "variants": rows}, {"id": made["id"]})
    assert [(one["id"], one["name"], one["values"]) for one in after["options"]] == [
        (colour["id"], "Shade", ["RED", "BLUE"]), (size["id"], "Size", ["S"])]  # fmt: skip
    assert ids(after) == {"RED / S": ids(made)["S / Red"], "BLUE / S": ids(made)["S / Blue"]}


async def test_an_option_is_added_and_taken_away_without_losing_variants(bench: Bench) -> None:
    await bench.open()
    made = await hat(bench)
    size = {"id": made["options"][0]["id"], "name": "Size", "values": [{"name": n} for n in "SML"]}
    rows = [row(id=one["id"], Size=one["title"], Colour="Red") for one in made["variants"]["nodes"]]
    split = await good(
        bench, {"productOptions": [size, *options(Colour=["Red"])], "variants": rows}, {"id": made["id"]}
    )
    assert [one["title"] for one in split["variants"]["nodes"]] == ["S / Red", "M / Red", "L / Red"]
    rows = [row(id=one["id"], Size=one["title"]) for one in made["variants"]["nodes"]]
    merged = await good(bench, {"productOptions": [size], "variants": rows}, {"id": made["id"]})
    assert ids(merged) == ids(made)


async def test_stock_is_set_where_it_is_kept(bench: Bench) -> None:
    shop = await bench.open(locations=["Here", "There"])
    here, there = (gid("Location", one) for one in shop["location_ids"])

    def stocked(place: str, quantity: int) -> dict[str, Any]:
        quantities = [{"locationId": place, "name": "available", "quantity": quantity}]
        item = {"sku": "HAT", "tracked": True}
        return {"title": "Hat", "productOptions": DEFAULT, "variants": [
            {**row(Title="Default Title"), "inventoryItem": item, "inventoryQuantities": quantities}]}  # fmt: skip

    made = await good(bench, stocked(there, 7))
    assert made["variants"]["nodes"][0] | {"id": ""} == {
        "id": "", "title": "Default Title", "sku": "HAT", "price": "0.00", "inventoryQuantity": 7,
        "inventoryItem": {"tracked": True}}  # fmt: skip
    assert (await good(bench, stocked(there, 2), {"id": made["id"]}))["variants"]["nodes"][0]["inventoryQuantity"] == 2
    refused = await put(bench, stocked(here, 5), {"id": made["id"]})
    assert refused["userErrors"][0]["field"] == ["input", "variants", "0", "inventoryQuantities"]


async def test_files_given_replace_those_that_are_there(bench: Bench) -> None:
    await bench.open()
    files = [{"originalSource": f"https://vendor.example/{name}.jpg"} for name in "ab"]
    made = await good(bench, {"title": "Hat", "files": files})
    first, second = (one["id"] for one in made["media"]["nodes"])
    await bench.wait(1)
    new = {"originalSource": "https://vendor.example/c.jpg"}
    after = await good(bench, {"files": [{"id": second}, new]}, {"id": made["id"]})
    assert [one["id"] == second for one in after["media"]["nodes"]] == [True, False]
    assert first not in [one["id"] for one in after["media"]["nodes"]]
    same = await good(bench, {"title": "Hat!"}, {"id": made["id"]})
    assert len(same["media"]["nodes"]) == 2, "files left out stay"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"productOptions": options(Size=["S"])}, "VARIANTS_INPUT_MISSING"),
        ({"variants": [row(Size="S")]}, "PRODUCT_OPTIONS_INPUT_MISSING"),
        ({"productOptions": options(Size=["S"]), "variants": []}, "INVALID_INPUT"),
        ({"productOptions": options(Size=["S", "S"]), "variants": [row(Size="S")]}, "DUPLICATED_OPTION_VALUE"),
        ({"productOptions": [*options(Size=["S"]), *options(size=["S"])], "variants": [row(Size="S")]},
         "DUPLICATED_OPTION_NAME"),
        ({"productOptions": options(**{one: ["1"] for one in "ABCD"}), "variants": [row(A="1")]}, "OPTIONS_OVER_LIMIT"),
        ({"productOptions": options(Size=["S"]), "variants": [row(Size="M")]}, "OPTION_VALUE_DOES_NOT_EXIST"),
        ({"productOptions": options(Size=["S"]), "variants": [row(Colour="S")]}, "OPTION_DOES_NOT_EXIST"),
        ({"productOptions": options(Size=["S"]), "variants": [row(Size="S"), row(Size="S")]}, "INVALID_VARIANT"),
        ({"productOptions": options(Size=["S"]), "variants": [row(id=gid("ProductVariant", "9"), Size="S")]},
         "PRODUCT_VARIANT_DOES_NOT_EXIST"),
        ({"productOptions": options(Size=["S"]), "variants": [{**row(Size="S"), "price": "-1"}]}, "INVALID_VARIANT"),
    ],
)  # fmt: skip
async def test_a_refusal_changes_nothing(bench: Bench, given: dict[str, Any], code: str) -> None:
    await bench.open()
    made = await hat(bench)
    before = await bench.op("dump")
    refused = await put(bench, {"title": "Other", **given}, {"id": made["id"]})
    assert [one["code"] for one in refused["userErrors"]] == [code]
    assert (await bench.op("dump"))["products"] == before["products"]


async def test_the_words_for_a_combination_given_twice(bench: Bench) -> None:
    await bench.open()
    given = {"title": "Hat", "productOptions": options(Size=["S"], Colour=["Red"]),
             "variants": [row(Size="S", Colour="Red")] * 2}  # fmt: skip
    words = (await put(bench, given))["userErrors"][0]["message"]
    assert words == "The variant 'S / Red' already exists. Please change at least one option value."


async def test_identifier_and_id_together_are_refused(bench: Bench) -> None:
    made = await bench.open()
    product_id = gid("Product", made["products"][0]["id"])
    refused = await put(bench, {"id": product_id, "title": "x"}, {"id": product_id})
    assert refused["userErrors"][0]["code"] == "ID_NOT_ALLOWED"
    refused = await put(bench, {"title": "x"}, {"id": gid("Product", "9")})
    assert refused["userErrors"][0]["code"] == "PRODUCT_DOES_NOT_EXIST"


OPERATION = """query($id: ID!) { productOperation(id: $id) { status product { id variantsCount { count } }
    ... on ProductSetOperation { id userErrors { code } } } }"""


async def test_a_large_product_is_set_in_the_background(bench: Bench) -> None:
    await bench.open()
    names = [f"V{n}" for n in range(2048)]
    given = {"title": "Hat", "productOptions": options(Kind=names), "variants": [row(Kind=one) for one in names]}
    begun = await put(bench, given, s=False)
    assert (begun["product"], begun["productSetOperation"]["status"]) == (None, "CREATED")
    operation = begun["productSetOperation"]["id"]
    await bench.wait(1)
    done = (await bench.get(OPERATION, id=operation))["productOperation"]
    assert (done["status"], done["product"]["variantsCount"]["count"], done["userErrors"]) == ("COMPLETE", 2048, [])
    too_many = {**given, "variants": [*given["variants"], row(Kind="V0")]}
    reply = await bench.ask(SET, **{"in": too_many, "s": False})
    assert reply["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


async def test_errors_of_background_work_are_the_operations(bench: Bench) -> None:
    await bench.open()
    begun = await put(bench, {"title": "Hat", "productOptions": options(Size=["S"])}, s=False)
    assert begun["userErrors"] == []
    await bench.wait(1)
    done = (await bench.get(OPERATION, id=begun["productSetOperation"]["id"]))["productOperation"]
    assert (done["status"], done["product"], done["userErrors"]) == (
        "COMPLETE", None, [{"code": "VARIANTS_INPUT_MISSING"}])  # fmt: skip


async def test_the_input_is_paid_for(bench: Bench) -> None:
    await bench.open()
    small = (await bench.ask(SET, **{"in": {"title": "Hat"}}))["extensions"]["cost"]["requestedQueryCost"]
    files = [{"originalSource": "https://vendor.example/a.jpg"}] * 10
    given = {"title": "Hat", "files": files, "productOptions": DEFAULT, "variants": [row(Title="Default Title")]}
    large = (await bench.ask(SET, **{"in": given}))["extensions"]["cost"]["requestedQueryCost"]
    assert large == small + 20  # 10 x 1.9 + 0.2, rounded up
