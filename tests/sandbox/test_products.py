"""Products of a shop as an app makes, changes and reads them. Not for productSet, variants in bulk, or stock."""

import pytest

from tests.sandbox.bench import Bench, gid

READ = """query($id: ID!) { product(id: $id) { id title handle vendor status productType descriptionHtml tags
    hasOnlyDefaultVariant options { id name position values optionValues { id name hasVariants } }
    media(first: 10) { nodes { id alt status mediaContentType ... on MediaImage { image { url } } } }
    variants(first: 50) { nodes { id title position price compareAtPrice barcode taxable inventoryPolicy
        selectedOptions { name value } inventoryItem { id sku tracked requiresShipping
            measurement { weight { value unit } } } } } } }"""
CREATE = """mutation($p: ProductCreateInput!, $m: [CreateMediaInput!]) { productCreate(product: $p, media: $m) {
    product { id } userErrors { field message } } }"""
UPDATE = """mutation($p: ProductUpdateInput!, $m: [CreateMediaInput!]) { productUpdate(product: $p, media: $m) {
    product { id title } userErrors { field message } } }"""
DEFINE = """mutation { metafieldDefinitionCreate(definition: {name: "r", namespace: "$app:listing", key: "ref",
    type: "id", ownerType: PRODUCT}) { userErrors { message } } }"""
HAT = {
    "title": "Hat", "tags": ["red", " Blue", "blue", "BLUE"], "descriptionHtml": "<p>Warm</p>", "productType": "Hats",
    "status": "DRAFT", "productOptions": [{"name": "Size", "values": [{"name": "S"}, {"name": "M"}]}],
}  # fmt: skip


async def make(bench: Bench, given: dict[str, object], media: list[dict[str, str]] | None = None) -> str:
    data = await bench.get(CREATE, p=given, m=media)
    assert data["productCreate"]["userErrors"] == []
    return str(data["productCreate"]["product"]["id"])


async def test_a_product_is_made_with_its_options_and_one_variant(bench: Bench) -> None:
    await bench.open()
    product_id = await make(bench, HAT)
    found = (await bench.get(READ, id=product_id))["product"]
    assert (found["title"], found["handle"], found["status"], found["productType"]) == ("Hat", "hat", "DRAFT", "Hats")
    assert found["tags"] == ["Blue", "red"]
    assert found["descriptionHtml"] == "<p>Warm</p>"
    assert not found["hasOnlyDefaultVariant"]
    (option,) = found["options"]
    assert (option["name"], option["position"], option["values"]) == ("Size", 1, ["S"])
    assert [(one["name"], one["hasVariants"]) for one in option["optionValues"]] == [("S", True), ("M", False)]
    (variant,) = found["variants"]["nodes"]
    assert variant["selectedOptions"] == [{"name": "Size", "value": "S"}]
    assert variant["inventoryItem"]["tracked"] is False


async def test_a_product_without_options_has_the_default_one(bench: Bench) -> None:
    await bench.open()
    found = (await bench.get(READ, id=await make(bench, {"title": "Hat"})))["product"]
    assert found["hasOnlyDefaultVariant"]
    assert [(one["name"], one["values"]) for one in found["options"]] == [("Title", ["Default Title"])]
    assert found["variants"]["nodes"][0]["title"] == "Default Title"


async def test_handles_collide_into_numbers(bench: Bench) -> None:
    await bench.open()
    made = [await make(bench, {"title": "Hat"}) for _ in range(3)]
    handles = [(await bench.get(READ, id=one))["product"]["handle"] for one in made]
    assert handles == ["hat", "hat-1", "hat-2"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": " "}, "Title can't be blank"),
        ({"title": "x" * 256}, "Title is too long (maximum is 255 characters)"),
        ({"title": "Hat", "vendor": "x" * 256}, "Vendor is too long (maximum is 255 characters)"),
        ({"title": "Hat", "tags": ["x" * 256]}, "Tags are too long (maximum is 255 characters)"),
        ({"title": "Hat", "descriptionHtml": "x" * 600_000}, "Body (HTML) is too big (maximum is 512 KB)"),
        ({"title": "Hat", "productOptions": [{"name": "A / B", "values": [{"name": "x"}]}]},
         "Option name cannot contain ' / '."),
        ({"title": "Hat", "productOptions": [{"name": str(n), "values": [{"name": "x"}]} for n in range(4)]},
         "Can only specify a maximum of 3 options"),
    ],
)  # fmt: skip
async def test_what_a_product_cannot_be(bench: Bench, given: dict[str, object], words: str) -> None:
    await bench.open()
    data = await bench.get(CREATE, p=given)
    assert [one["message"] for one in data["productCreate"]["userErrors"]] == [words]
    assert len(bench.world.shops["harbour"].products) == 2


async def test_more_than_250_tags_are_refused_before_anything_runs(bench: Bench) -> None:
    await bench.open()
    reply = await bench.ask(CREATE, p={"title": "Hat", "tags": [str(n) for n in range(251)]})
    assert reply["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"


async def test_an_update_sets_what_is_given_and_leaves_the_rest(bench: Bench) -> None:
    await bench.open()
    product_id = await make(bench, HAT)
    data = await bench.get(UPDATE, p={"id": product_id, "title": "Cap", "descriptionHtml": ""})
    assert data["productUpdate"]["userErrors"] == []
    found = (await bench.get(READ, id=product_id))["product"]
    assert (found["title"], found["descriptionHtml"], found["tags"]) == ("Cap", "", ["Blue", "red"])
    data = await bench.get(UPDATE, p={"id": gid("Product", "99"), "title": "Cap"})
    assert data["productUpdate"]["userErrors"][0]["message"] == "Product does not exist"


# -- pictures --


async def test_pictures_are_fetched_a_moment_later(bench: Bench) -> None:
    await bench.open()
    media = [{"originalSource": "https://vendor.example/a/hat.jpg", "mediaContentType": "IMAGE", "alt": "A hat"},
             {"originalSource": "https://vendor.example/missing.jpg", "mediaContentType": "IMAGE"}]  # fmt: skip
    product_id = await make(bench, {"title": "Hat"}, media)
    shown = (await bench.get(READ, id=product_id))["product"]["media"]["nodes"]
    assert [(one["status"], one["image"]) for one in shown] == [("UPLOADED", None), ("UPLOADED", None)]
    await bench.wait(1)
    good, bad = (await bench.get(READ, id=product_id))["product"]["media"]["nodes"]
    assert (good["status"], good["alt"]) == ("READY", "A hat")
    assert "/hat.jpg?v=" in good["image"]["url"]
    assert (bad["status"], bad["image"]) == ("FAILED", None)


async def test_a_picture_without_a_proper_address_is_refused(bench: Bench) -> None:
    await bench.open()
    media = [{"originalSource": "ftp:nowhere", "mediaContentType": "IMAGE"}]
    data = await bench.get(CREATE, p={"title": "Hat"}, m=media)
    assert data["productCreate"]["userErrors"][0]["field"] == ["media", "0", "originalSource"]


async def test_files_are_described_taken_off_and_deleted(bench: Bench) -> None:
    await bench.open(app={"scopes": ["write_products", "write_files"]})
    source = {"originalSource": "https://vendor.example/hat.jpg", "mediaContentType": "IMAGE"}
    product_id = await make(bench, {"title": "Hat"}, [source, source])
    await bench.wait(1)
    first, second = (await bench.get(READ, id=product_id))["product"]["media"]["nodes"]
    assert first["id"] != second["id"], "the same address sent again is a new picture"
    update = "mutation($f: [FileUpdateInput!]!) { fileUpdate(files: $f) { files { id alt } userErrors { code } } }"
    data = await bench.get(update, f=[{"id": first["id"], "alt": "Hat", "referencesToRemove": [product_id]}])
    assert data["fileUpdate"] == {"files": [{"id": first["id"], "alt": "Hat"}], "userErrors": []}
    shown = (await bench.get(READ, id=product_id))["product"]["media"]["nodes"]
    assert [one["id"] for one in shown] == [second["id"]]
    delete = "mutation($i: [ID!]!) { fileDelete(fileIds: $i) { deletedFileIds userErrors { code } } }"
    assert (await bench.get(delete, i=[second["id"]]))["fileDelete"]["deletedFileIds"] == [second["id"]]
    assert (await bench.get(READ, id=product_id))["product"]["media"]["nodes"] == []
    assert (await bench.get(delete, i=[second["id"]]))["fileDelete"]["userErrors"] == [{"code": "FILE_DOES_NOT_EXIST"}]


# -- sales channels --


async def test_what_an_app_makes_is_on_no_sales_channel_until_it_is_put_there(bench: Bench) -> None:
    made = await bench.open(app={"scopes": ["write_products", "write_publications"]})
    data = await bench.get("{ publications(first: 5) { nodes { id name catalog { title } } } }")
    online, till = data["publications"]["nodes"]
    assert (online["name"], online["catalog"]) == ("Online Store", {"title": "Online Store"})
    shown = "query($id: ID!, $on: ID!) { product(id: $id) { publishedAt publishedOnPublication(publicationId: $on) } }"
    staffs = await bench.get(shown, id=gid("Product", made["products"][0]["id"]), on=online["id"])
    assert staffs["product"]["publishedOnPublication"]
    product_id = await make(bench, {"title": "Hat"})
    nowhere = {"publishedAt": None, "publishedOnPublication": False}
    assert (await bench.get(shown, id=product_id, on=online["id"]))["product"] == nowhere
    publish = """mutation($id: ID!, $on: [PublicationInput!]!) { publishablePublish(id: $id, input: $on) {
        userErrors { field message } } }"""
    for channel in (online, online):
        data = await bench.get(publish, id=product_id, on=[{"publicationId": channel["id"]}])
        assert data["publishablePublish"]["userErrors"] == []
    assert (await bench.get(shown, id=product_id, on=online["id"]))["product"]["publishedOnPublication"]
    assert not (await bench.get(shown, id=product_id, on=till["id"]))["product"]["publishedOnPublication"]
    data = await bench.get(publish, id=product_id, on=[{"publicationId": gid("Publication", "9")}])
    assert data["publishablePublish"]["userErrors"][0]["field"] == ["input", "0"]


# -- reading --


async def test_products_are_found_by_identifier(bench: Bench) -> None:
    await bench.open()
    await bench.get(DEFINE)
    fields = [{"namespace": "$app:listing", "key": "ref", "type": "id", "value": "L-1"}]
    product_id = await make(bench, {"title": "Hat", "metafields": fields})
    ask = "query($i: ProductIdentifierInput!) { productByIdentifier(identifier: $i) { id } }"
    custom = {"namespace": "$app:listing", "key": "ref", "value": "L-1"}
    for identifier in ({"id": product_id}, {"handle": "hat"}, {"customId": custom}):
        assert (await bench.get(ask, i=identifier))["productByIdentifier"] == {"id": product_id}
    assert (await bench.get(ask, i={"customId": {**custom, "value": "L-2"}}))["productByIdentifier"] is None
    reply = await bench.ask(ask, i={"customId": {**custom, "key": "other"}})
    assert reply["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    data = await bench.get(CREATE, p={"title": "Other", "metafields": fields})
    assert "unique" in data["productCreate"]["userErrors"][0]["message"]


SWEEP = """query($q: String, $n: Int!, $after: String) { products(first: $n, after: $after, query: $q,
    sortKey: UPDATED_AT) { nodes { title updatedAt } pageInfo { hasNextPage endCursor } } }"""


async def test_changed_products_come_oldest_first_and_a_little_late(bench: Bench) -> None:
    await bench.open()
    await bench.wait(60)
    since = bench.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    product = bench.stores["harbour"]["products"][1]["id"]
    await bench.op("edit_product", product_id=product, set={"title": "Shirt"})
    assert (await bench.get(SWEEP, q=f"updated_at:>='{since}'", n=10))["products"]["nodes"] == []
    await bench.wait(2)
    await bench.op("set_stock", variant_id=bench.variant("MUG"), available=3)
    await bench.wait(2)
    page = (await bench.get(SWEEP, q=f"updated_at:>='{since}'", n=1))["products"]
    assert [one["title"] for one in page["nodes"]] == ["Shirt"]
    page = (await bench.get(SWEEP, q=f"updated_at:>='{since}'", n=1, after=page["pageInfo"]["endCursor"]))["products"]
    assert [one["title"] for one in page["nodes"]] == ["Mug"]
    assert not page["pageInfo"]["hasNextPage"]


async def test_a_deleted_product_is_gone_everywhere(bench: Bench) -> None:
    made = await bench.open()
    product_id = gid("Product", made["products"][0]["id"])
    item = gid("InventoryItem", made["products"][0]["variants"][0]["inventory_item_id"])
    delete = "mutation($id: ID!) { productDelete(input: {id: $id}) { deletedProductId userErrors { message } } }"
    assert (await bench.get(delete, id=product_id))["productDelete"]["deletedProductId"] == product_id
    nodes = await bench.get("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[product_id, item])
    assert nodes == {"nodes": [None, None]}
    await bench.wait(2)
    titles = [one["title"] for one in (await bench.get(SWEEP, n=10))["products"]["nodes"]]
    assert titles == ["Tee"]


async def test_a_broken_api_shows_an_empty_catalogue(bench: Bench) -> None:
    made = await bench.open()
    await bench.wait(2)
    await bench.op("empty_catalogue", on=True)
    assert (await bench.get(SWEEP, n=10))["products"]["nodes"] == []
    product_id = gid("Product", made["products"][0]["id"])
    assert (await bench.get(READ, id=product_id))["product"] is None
    assert len((await bench.op("dump"))["products"]) == 2
    await bench.op("empty_catalogue", on=False)
    assert len((await bench.get(SWEEP, n=10))["products"]["nodes"]) == 2
