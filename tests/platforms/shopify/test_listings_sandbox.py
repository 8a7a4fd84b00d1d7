"""Listings written against the sandbox in process: what the store holds afterwards, whatever was lost on the way."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import Operation, Role
from crossdock.connector.errors import Gone, OutcomeUnknown, RateLimited, Rejected
from crossdock.core.catalog import Media, Product, ProductStatus
from crossdock.core.listing import (
    AddVariants,
    CreateProduct,
    DesiredProduct,
    DesiredVariant,
    EndListing,
    ListingAction,
    RemoveVariants,
    SetOptions,
    UpdateProduct,
    UpdateVariants,
)
from crossdock.platforms.shopify.store import ShopifyStore
from tests.platforms.shopify.world import World

SIZES = (("Size", ("S", "M")),)
LOST = ["error_after", "drop_after", "internal_error_after", "timeout_after"]


async def opened(**given: Any) -> tuple[World, ShopifyStore]:
    """A merchant's store with the definition that references need."""
    world = World()
    client = await world.create("m", Role.MERCHANT, **({"plan": "plus"} | given))
    await client.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/m")
    return world, client


def wanted(*values: str, **fields: Any) -> DesiredVariant:
    return DesiredVariant("v" + "".join(values), options=values, **fields)


def creation(world: World, *variants: DesiredVariant, options: Any = SIZES, **fields: Any) -> CreateProduct:
    rows = variants or (wanted("S", sku="A", price=Decimal("9.90"), tracked=True), wanted("M", tracked=True))
    given = {"title": "Mug", "html": "<p>A mug</p>", "tags": ("b", "a")} | fields
    return CreateProduct("cdl-1-7", DesiredProduct(**given), options, rows, world.made["m"]["location_id"])


async def written(world: World, client: ShopifyStore, action: ListingAction) -> Product:
    """The action carried out, whatever that takes of time."""
    answer = await client.write_listing(action)
    while isinstance(answer, Operation):
        await world.pass_time(1)
        answer = await client.finish_listing(answer)
    return answer


async def held(world: World, product_id: str) -> dict[str, Any]:
    (found,) = [each for each in (await world.dump("m"))["products"] if each["id"] == product_id]
    return dict(found)


async def count(world: World) -> int:
    return len((await world.dump("m"))["products"])


async def test_a_product_is_made_as_it_was_meant() -> None:
    world, client = await opened()
    product = await written(
        world,
        client,
        creation(
            world,
            wanted("S", sku="A", price=Decimal("9.90"), compare_at=Decimal(12), grams=Decimal(250), tracked=True),
            wanted("M", barcode="4006381333931", oversell=True, tracked=False),
            vendor_name="Acme",
            product_type="Mugs",
            status=ProductStatus.ACTIVE,
            media=(Media("https://pics.example/1.jpg", alt="front"), Media("https://pics.example/2.jpg")),
        ),
    )
    assert product.whole
    there = await held(world, product.id)
    assert (there["title"], there["vendor"], there["product_type"]) == ("Mug", "Acme", "Mugs")
    assert (there["status"], there["tags"], there["html"]) == ("ACTIVE", ["a", "b"], "<p>A mug</p>")
    assert [(each["source"], each["alt"]) for each in there["media"]] == [
        ("https://pics.example/1.jpg", "front"),
        ("https://pics.example/2.jpg", ""),
    ]
    assert [each.id for each in product.media] == [each["id"] for each in there["media"]]
    small, medium = there["variants"]
    assert (small["options"], small["sku"], small["price"], small["weight"]) == (["S"], "A", "9.90", 250.0)
    assert (small["compare_at"], small["tracked"], medium["tracked"], medium["oversell"]) == (
        "12.00",
        True,
        False,
        True,
    )
    assert [each.options for each in product.variants] == [("S",), ("M",)]
    assert {each.available for each in product.variants} == {0}
    assert await client.find_product("cdl-1-7") == (await client.read_products([product.id]))[0]
    assert await client.find_product("cdl-1-8") is None


@pytest.mark.parametrize("fresh", [False, True])
@pytest.mark.parametrize("kind", LOST)
async def test_a_product_whose_answer_is_lost_is_made_once(kind: str, fresh: bool) -> None:
    world, client = await opened()
    before = await count(world)
    await world.faults({"where": "graphql", "match": "productSet", "kind": kind, "rate": 1})
    with pytest.raises(OutcomeUnknown):
        await client.write_listing(msgspec.structs.replace(creation(world), fresh=fresh))
    await world.faults()
    product = await written(world, client, creation(world, wanted("S", price=Decimal(11)), wanted("M")))
    assert await count(world) == before + 1
    assert product.variants[0].price == Decimal(11), "made equal to what is meant now"


@pytest.mark.parametrize("fresh", [False, True])
async def test_creating_again_keeps_the_merchant_s_own_variants_and_stock(fresh: bool) -> None:
    """Also where we believe that it is the first time: a database may have been put back to an older day."""
    world, client = await opened()
    product = await written(world, client, creation(world, media=(Media("https://pics.example/1.jpg"),)))
    await world.do("set_stock", "m", variant_id=product.variants[0].id, available=5)
    await world.do("add_variants", "m", product_id=product.id, variants=[{"options": ["XL"], "sku": "OWN"}])
    before = await count(world)
    action = creation(world, wanted("S"), wanted("M"), wanted("L"), media=(Media("https://pics.example/1.jpg"),))
    again = await written(world, client, msgspec.structs.replace(action, fresh=fresh))
    assert again.id == product.id
    assert await count(world) == before
    assert {each.options: each.sku for each in again.variants} == {("S",): "A", ("M",): "", ("L",): "", ("XL",): "OWN"}
    assert again.variants[0].available == 5
    assert [each.id for each in again.media] == [each.id for each in product.media]


@pytest.mark.parametrize("media", [(), (Media("https://pics.example/1.jpg"),)])
async def test_a_product_whose_reference_was_never_sent_is_not_looked_for(media: tuple[Media, ...]) -> None:
    world, client = await opened()
    product = await written(world, client, msgspec.structs.replace(creation(world, media=media), fresh=True))
    assert world.sandbox.counters["op.productByIdentifier"] == 0
    assert await client.find_product("cdl-1-7") == (await client.read_products([product.id]))[0]
    assert len(product.media) == len(media)
    action = creation(world, title="", media=media)
    refusal = msgspec.structs.replace(action, reference="cdl-1-8", fresh=True)
    with pytest.raises(Rejected, match="blank"):
        await client.write_listing(refusal)


async def test_two_thousand_variants_are_made_and_restructured_in_the_background() -> None:
    world, client = await opened()
    options = (("Size", tuple(f"s{n}" for n in range(128))), ("Colour", tuple(f"c{n}" for n in range(16))))
    rows = [wanted(size, colour, sku=f"{size}{colour}") for size in options[0][1] for colour in options[1][1]]
    action = creation(world, *rows, options=options)
    started = await client.write_listing(action)
    assert isinstance(started, Operation)
    product = await written(world, client, action)
    assert len(product.variants) == 2048
    assert len((await held(world, product.id))["variants"]) == 2048
    turned = tuple(
        DesiredVariant(each.id, each.id, (each.options[1], each.options[0] + "!")) for each in product.variants
    )
    renamed = (("Farbe", options[1][1]), ("Größe", tuple(f"{size}!" for size in options[0][1])))
    after = await written(world, client, SetOptions(product.id, renamed, turned))
    assert {each.id for each in after.variants} == {each.id for each in product.variants}
    assert [each.name for each in after.options] == ["Farbe", "Größe"]
    assert after.variants[1].options == ("c1", "s0!")


async def test_fields_and_media_are_changed_alone() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world, media=(Media("https://pics.example/1.jpg"),)))
    await world.pass_time(60)
    (now,) = await client.read_products([product.id])
    kept = now.media[0]
    answer = await written(world, client, UpdateProduct(product.id, DesiredProduct(title="New", tags=("x",))))
    assert (answer.title, answer.tags, answer.whole) == ("New", ("x",), False)
    assert answer.media == (kept,)
    media = (Media("https://pics.example/2.jpg"), Media(kept.url, kept.id))
    answer = await written(world, client, UpdateProduct(product.id, DesiredProduct(media=media)))
    assert answer.media[1].id == kept.id
    there = await held(world, product.id)
    assert [each["source"] for each in there["media"]] == ["https://pics.example/2.jpg", "https://pics.example/1.jpg"]
    assert (there["title"], len(there["variants"])) == ("New", 2)
    answer = await written(world, client, UpdateProduct(product.id, DesiredProduct(media=())))
    assert (answer.media, (await held(world, product.id))["media"]) == ((), [])


async def test_a_price_change_is_one_call_of_little_cost() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    calls, level = world.sandbox.counters["calls"], world.sandbox.shops["m"].bucket(world.time.now)
    row = DesiredVariant("v", product.variants[0].id, price=Decimal("8.50"))
    answer = await written(world, client, UpdateVariants(product.id, (row,)))
    assert world.sandbox.counters["calls"] == calls + 1
    assert level - world.sandbox.shops["m"].bucket(world.time.now) <= 14
    assert [(each.id, each.price) for each in answer.variants] == [(row.id, Decimal("8.5"))]
    assert (await held(world, product.id))["variants"][0]["price"] == "8.50"


async def test_every_field_of_a_variant_can_be_changed_and_cleared() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    variant = product.variants[0].id
    full = DesiredVariant(
        "v", variant, sku="N", barcode="123", price=Decimal(7), compare_at=Decimal(9), grams=Decimal("12.5"),
        tracked=False, oversell=True,
    )  # fmt: skip
    after = (await written(world, client, UpdateVariants(product.id, (full,)))).variants[0]
    assert (after.sku, after.barcode, after.price, after.compare_at) == ("N", "123", Decimal(7), Decimal(9))
    assert (after.grams, after.tracked, after.oversell) == (Decimal("12.5"), False, True)
    bare = DesiredVariant("v", variant, sku="", barcode="", clear_compare_at=True, tracked=True, oversell=False)
    after = (await written(world, client, UpdateVariants(product.id, (bare,)))).variants[0]
    assert (after.sku, after.barcode, after.compare_at) == ("", "", None)
    assert (after.tracked, after.oversell, after.price) == (True, False, Decimal(7))


@pytest.mark.parametrize("kind", LOST)
async def test_variants_whose_answer_is_lost_are_added_once(kind: str) -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    action = AddVariants(product.id, (wanted("L", sku="L"), wanted("XL", sku="XL")), world.made["m"]["location_id"])
    await world.faults({"where": "graphql", "match": "AddVariants", "kind": kind, "rate": 1})
    with pytest.raises(OutcomeUnknown):
        await client.write_listing(action)
    await world.faults()
    answer = await written(world, client, action)
    assert [(each.options, each.sku) for each in answer.variants] == [(("L",), "L"), (("XL",), "XL")]
    assert [each["options"] for each in (await held(world, product.id))["variants"]] == [["S"], ["M"], ["L"], ["XL"]]


async def test_three_hundred_variants_are_added_in_two_calls_and_removed_in_two() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    rows = tuple(wanted(f"x{number}") for number in range(300))
    made = await written(world, client, AddVariants(product.id, rows))
    assert len(made.variants) == 300
    await written(world, client, RemoveVariants(product.id, tuple(each.id for each in made.variants)))
    assert len((await held(world, product.id))["variants"]) == 2


@pytest.mark.parametrize("kind", LOST)
async def test_removing_twice_is_removing_once(kind: str) -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    action = RemoveVariants(product.id, (product.variants[1].id,))
    await world.faults({"where": "graphql", "match": "RemoveVariants", "kind": kind, "rate": 1})
    with pytest.raises(OutcomeUnknown):
        await client.write_listing(action)
    await world.faults()
    await written(world, client, action)
    assert [each["options"] for each in (await held(world, product.id))["variants"]] == [["S"]]
    with pytest.raises(Rejected):
        await written(world, client, RemoveVariants(product.id, (product.variants[0].id,)))


async def test_a_variant_deleted_by_the_merchant_is_left_out_of_an_update() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    await world.do("remove_variants", "m", product_id=product.id, variant_ids=[product.variants[0].id])
    rows = tuple(DesiredVariant("v", each.id, sku="N") for each in product.variants)
    answer = await written(world, client, UpdateVariants(product.id, rows))
    assert [each.id for each in answer.variants] == [product.variants[1].id]


async def test_options_are_split_merged_and_given_up_without_losing_a_variant() -> None:
    world, client = await opened()
    product = await written(
        world, client, creation(world, wanted("Red M"), wanted("Red L"), options=(("T", ("Red M",)),))
    )
    first, second = (each.id for each in product.variants)
    for options, values in (
        ((("Colour", ("Red",)), ("Size", ("M", "L"))), (("Red", "M"), ("Red", "L"))),
        (
            (("Size", ("L", "M")), ("Colour", ("Red",)), ("Cut", ("Slim", "Wide"))),
            (("M", "Red", "Slim"), ("L", "Red", "Wide")),
        ),
        ((("Kind", ("a", "b")),), (("a",), ("b",))),
    ):
        rows = tuple(DesiredVariant("v", id, value) for id, value in zip((first, second), values, strict=True))
        after = await written(world, client, SetOptions(product.id, options, rows))
        assert {each.id: each.options for each in after.variants} == dict(zip((first, second), values, strict=True))
        assert [each.name for each in after.options] == [name for name, _ in options]
    only = (DesiredVariant("v", first, ()),)
    after = await written(world, client, SetOptions(product.id, (), only, remove=(second,)))
    assert (after.options, [(each.id, each.options) for each in after.variants]) == ((), [(first, ())])


async def test_a_variant_that_came_between_is_refused_not_deleted() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    await world.do("add_variants", "m", product_id=product.id, variants=[{"options": ["XL"]}])
    rows = tuple(DesiredVariant("v", each.id, (each.options[0] + "!",)) for each in product.variants)
    with pytest.raises(Rejected) as error:
        await written(world, client, SetOptions(product.id, (("Size", ("S!", "M!")),), rows))
    assert error.value.code == "lost_variants"
    assert len((await held(world, product.id))["variants"]) == 3


async def test_an_ended_listing_is_a_draft_or_away_and_ending_twice_is_ending_once() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world, status=ProductStatus.ACTIVE))
    for _ in range(2):
        assert (await written(world, client, EndListing(product.id))).status is ProductStatus.DRAFT
    assert (await held(world, product.id))["status"] == "DRAFT"
    before = await count(world)
    for _ in range(2):
        await written(world, client, EndListing(product.id, delete=True))
    assert await count(world) == before - 1
    await written(world, client, EndListing(product.id))


async def test_a_product_that_the_merchant_deleted_is_gone() -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    await world.do("delete_product", "m", product_id=product.id)
    variant = product.variants[0].id
    for action in (
        UpdateProduct(product.id, DesiredProduct(title="x")),
        UpdateProduct(product.id, DesiredProduct(media=())),
        UpdateVariants(product.id, (DesiredVariant("v", variant, sku="x"),)),
        AddVariants(product.id, (wanted("L"),)),
        RemoveVariants(product.id, (variant,)),
        SetOptions(product.id, SIZES, (DesiredVariant("v", variant, ("S",)),)),
    ):
        with pytest.raises(Gone):
            await client.write_listing(action)
    assert await client.find_product("cdl-1-7") is None


@pytest.mark.parametrize(
    ("action", "field"),
    [
        (UpdateProduct("7", DesiredProduct(title="")), "title"),
        (UpdateProduct("7", DesiredProduct(title="x" * 256)), "title"),
        (UpdateProduct("7", DesiredProduct(tags=tuple(f"t{n}" for n in range(251)))), "maximum allowed of 250"),
        (UpdateProduct("7", DesiredProduct(html="<p>" + "ü" * 300_000)), "descriptionHtml"),
        (UpdateProduct("7", DesiredProduct(product_type="x" * 256)), "productType"),
        (AddVariants("7", (wanted("S"), wanted("L"))), None),
        (AddVariants("7", (wanted("L"), wanted("L", sku="2"))), None),
        (UpdateVariants("7", (DesiredVariant("v", "1", price=Decimal(-1)),)), "price"),
    ],
)
async def test_what_the_store_refuses_is_said_with_its_field(action: Any, field: str | None) -> None:
    world, client = await opened()
    product = await written(world, client, creation(world))
    action = msgspec.structs.replace(action, product_id=product.id)
    if isinstance(action, UpdateVariants):
        rows = (msgspec.structs.replace(action.variants[0], id=product.variants[0].id),)
        action = msgspec.structs.replace(action, variants=rows)
    if field is None:  # doubles are one; what is there already is no error
        answer = await written(world, client, action)
        assert ("L",) in {each.options for each in answer.variants}
        return
    with pytest.raises(Rejected, match=field):
        await client.write_listing(action)
    assert (await held(world, product.id))["title"] == "Mug"


async def test_too_many_variants_or_options_are_refused_whole() -> None:
    world, client = await opened()
    before = await count(world)
    options = (("Size", tuple(f"s{n}" for n in range(2049))),)
    rows = [wanted(value) for value in options[0][1]]
    with pytest.raises(Rejected):
        await written(world, client, creation(world, *rows, options=options))
    four = tuple((name, ("x",)) for name in "ABCD")
    with pytest.raises(Rejected):
        await written(world, client, creation(world, wanted("x", "x", "x", "x"), options=four))
    assert await count(world) == before


async def test_huge_and_odd_texts_arrive_as_they_are() -> None:
    world, client = await opened()
    html = "<p>" + "ü☂ " * 80_000 + "</p>"
    product = await written(world, client, creation(world, title="Größe ☂ <b>", html=html, tags=("Ünï", "a b")))
    assert product.html == html
    assert product.title == "Größe ☂ <b>"
    assert product.tags == ("a b", "Ünï")


async def test_a_flood_of_listing_writes_is_never_throttled() -> None:
    world, client = await opened(plan="basic")
    for number in range(60):
        action = CreateProduct(f"cdl-{number}", DesiredProduct(title=f"P{number}"), SIZES, (wanted("S"), wanted("M")))
        await written(world, client, action)
    assert world.sandbox.counters["throttled"] == 0


@pytest.mark.slow  # a store of 50,000 variants
async def test_the_daily_limit_of_a_large_store_is_no_reason_to_stop_orders() -> None:
    rows = [{"sku": f"{n}", "options": [f"a{n % 1000}", f"b{n // 1000}"]} for n in range(2000)]
    big = [{"title": f"Big {n}", "options": ["A", "B"], "variants": rows} for n in range(25)]
    world = World()
    app = {"client_id": "id", "client_secret": "hush", "mode": "token"}
    world.made["m"] = await world.do("create_store", "m", plan="basic", currency="USD", products=big, app=app)
    client = world.client(Role.MERCHANT, "m")
    options = (("Size", tuple(f"s{n}" for n in range(600))),)
    await client.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/m")
    made = await written(world, client, creation(world, *[wanted(value) for value in options[0][1]], options=options))
    assert len(made.variants) == 600
    more = tuple(wanted(f"x{number}") for number in range(480))
    with pytest.raises(RateLimited) as error:
        await client.write_listing(AddVariants(made.id, more))
    assert error.value.only == "new_variants"
