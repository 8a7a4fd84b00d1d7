"""Listing actions against scripted answers: what is sent, what a refusal means, and what is never deleted."""

from decimal import Decimal
from typing import Any

import pytest

from crossdock.connector.contract import Operation, Role
from crossdock.connector.errors import Gone, OutcomeUnknown, RateLimited, Rejected
from crossdock.connector.http import NoAnswer
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
from tests.platforms.shopify import catalogue as made
from tests.platforms.shopify.scripted import Script, data, failed, reply, store, user_error

SIZES = (("Size", ("S", "M")),)
HEAD = {"id": "gid://shopify/Product/7", "title": "Mug", "updatedAt": "2026-11-22T12:00:00Z"}
NONE: dict[str, Any] = {"userErrors": []}


def found(product: dict[str, Any] | None = None) -> dict[str, Any]:
    return data(productByIdentifier=product)


def was_set(product: dict[str, Any] | None, *errors: dict[str, Any], **more: Any) -> dict[str, Any]:
    return data(productSet={"product": product, "userErrors": list(errors), **more})


def variants_written(field: str, *variants: dict[str, Any], errors: Any = ()) -> dict[str, Any]:
    rows = None if errors else list(variants)
    return data(**{field: {"product": HEAD, "productVariants": rows, "userErrors": list(errors)}})


def ids(*numbers: int) -> dict[str, Any]:
    nodes = [{"id": f"gid://shopify/ProductVariant/{number}"} for number in numbers]
    return data(product={"variants": {"nodes": nodes, "pageInfo": made.LAST}})


def wanted(*values: str, **fields: Any) -> DesiredVariant:
    return DesiredVariant("v", options=values, **fields)


def create(*variants: DesiredVariant, options: Any = SIZES, **fields: Any) -> CreateProduct:
    return CreateProduct("cdl-1-2", DesiredProduct(title="Mug", **fields), options, variants, "8")


def granted(*handles: str) -> dict[str, Any]:
    return data(currentAppInstallation={"accessScopes": [{"handle": handle} for handle in handles]})


async def write(script: Script, action: ListingAction) -> Any:
    """Without the right to publish."""
    script.answers.append(granted())
    return await store(script, Role.MERCHANT).write_listing(action)


async def test_a_product_is_made_in_one_write_by_its_reference() -> None:
    script = Script(found(), was_set(made.product(7, made.variant(71, "S"), made.variant(72, "M"))))
    variants = (
        wanted("S", sku="A", price=Decimal("1.50"), grams=Decimal("250.5"), tracked=True, oversell=False),
        wanted("M", barcode="4006381333931", compare_at=Decimal("3"), oversell=True),
    )
    action = create(
        *variants,
        html="<p>é</p>",
        tags=("a", "b"),
        status=ProductStatus.DRAFT,
        vendor_name="Acme",
        media=(Media("https://v.example/1.jpg", alt="front"),),
    )
    answer = await write(script, action)
    assert isinstance(answer, Product)
    assert answer.whole
    assert [each.id for each in answer.variants] == ["71", "72"]
    sent = script.sent[1]["variables"]
    assert sent["identifier"] == {"customId": {"namespace": "$app:crossdock", "key": "reference", "value": "cdl-1-2"}}
    given = sent["input"]
    assert given["metafields"] == [
        {"namespace": "$app:crossdock", "key": "reference", "type": "id", "value": "cdl-1-2"}
    ]
    assert given["productOptions"] == [{"name": "Size", "position": 1, "values": [{"name": "S"}, {"name": "M"}]}]
    assert given["files"] == [{"originalSource": "https://v.example/1.jpg", "contentType": "IMAGE", "alt": "front"}]
    assert (given["status"], given["tags"], given["vendor"]) == ("DRAFT", ["a", "b"], "Acme")
    assert "productType" not in given
    small, medium = given["variants"]
    assert small["inventoryItem"] == {
        "sku": "A",
        "tracked": True,
        "measurement": {"weight": {"value": 250.5, "unit": "GRAMS"}},
    }
    assert (small["price"], small["inventoryPolicy"]) == ("1.50", "DENY")
    assert small["inventoryQuantities"] == [
        {"locationId": "gid://shopify/Location/8", "name": "available", "quantity": 0}
    ]
    assert (medium["compareAtPrice"], medium["inventoryPolicy"], medium["barcode"]) == (
        "3",
        "CONTINUE",
        "4006381333931",
    )
    assert "id" not in small


async def test_a_product_without_options_has_the_one_that_stands_for_none() -> None:
    script = Script(found(), was_set(made.product()))
    answer = await write(script, create(wanted(), options=()))
    assert (answer.options, answer.variants[0].options) == ((), ())
    given = script.sent[1]["variables"]["input"]
    assert given["productOptions"] == [{"name": "Title", "position": 1, "values": [{"name": "Default Title"}]}]
    assert given["variants"][0]["optionValues"] == [{"optionName": "Title", "name": "Default Title"}]


async def test_a_product_with_no_variants_is_left_to_shopify_s_one() -> None:
    script = Script(found(), was_set(made.product()))
    await write(script, create(options=()))
    assert {"variants", "productOptions"}.isdisjoint(script.sent[1]["variables"]["input"])


async def test_creating_again_makes_equal_and_deletes_nothing() -> None:
    there = made.product(
        7,
        made.variant(71, "S"),
        made.variant(79, "Huge"),
        options=[{"id": "gid://shopify/ProductOption/1", "name": "Size", "values": ["S", "Huge"]}],
        media={"nodes": [made.medium()], "pageInfo": made.LAST},
    )
    script = Script(found(there), was_set(made.product(7)))
    await write(script, create(wanted("S"), wanted("M"), media=(Media("https://v.example/1.jpg"),)))
    sent = script.sent[1]["variables"]
    assert sent["identifier"] == {"id": "gid://shopify/Product/7"}
    given = sent["input"]
    assert [row.get("id", "new").rpartition("/")[2] for row in given["variants"]] == ["71", "new", "79"]
    assert [each["name"] for each in given["productOptions"][0]["values"]] == ["S", "M", "Huge"]
    assert {"metafields", "files"}.isdisjoint(given), "a list that is given replaces what is there"
    assert "inventoryQuantities" not in given["variants"][0], "its stock may be in use"


async def test_creating_again_leaves_other_options_alone() -> None:
    there = made.product(
        7,
        made.variant(71, "S", "Red"),
        options=[
            {"id": "gid://shopify/ProductOption/1", "name": "Size", "values": ["S"]},
            {"id": "gid://shopify/ProductOption/2", "name": "Colour", "values": ["Red"]},
        ],
    )
    script = Script(found(there), was_set(there))
    answer = await write(script, create(wanted("S")))
    assert {"variants", "productOptions"}.isdisjoint(script.sent[1]["variables"]["input"])
    assert len(answer.options) == 2


@pytest.mark.parametrize(("variants", "files"), [(51, 0), (1, 11)])
async def test_a_large_product_is_left_to_shopify_and_asked_after(variants: int, files: int) -> None:
    operation = {"id": "gid://shopify/ProductSetOperation/3", "status": "CREATED"}
    running = data(productOperation={"status": "ACTIVE", "product": {"id": "gid://shopify/Product/7"}, **NONE})
    done = data(productOperation={"status": "COMPLETE", "product": {"id": "gid://shopify/Product/7"}, **NONE})
    script = Script(
        found(), was_set(None, productSetOperation=operation), running, done, granted(), data(nodes=[made.product(7)])
    )
    client = store(script, Role.MERCHANT)
    rows = [wanted(f"s{number}") for number in range(variants)]
    media = tuple(Media(f"https://v.example/{number}.jpg") for number in range(files))
    started = await client.write_listing(create(*rows, options=(("Size", ("x",)),), media=media))
    assert started == Operation("new-3", "")
    assert "synchronous: false" in script.sent[1]["query"]
    going = await client.finish_listing(started)
    assert going == Operation("new-3", "7")
    assert isinstance(going, Operation)
    product = await client.finish_listing(going)
    assert isinstance(product, Product)
    assert product.id == "7"


async def test_errors_of_an_operation_are_told_at_its_end() -> None:
    errors = [user_error("Variant options are not unique", "input", "variants", "3", code="INVALID_VARIANT")]
    script = Script(data(productOperation={"status": "COMPLETE", "product": None, "userErrors": errors}))
    with pytest.raises(Rejected, match=r"input\.variants\.3") as error:
        await store(script).finish_listing(Operation("3"))
    assert error.value.code == "INVALID_VARIANT"
    with pytest.raises(OutcomeUnknown):
        await store(Script(data(productOperation=None))).finish_listing(Operation("3"))


async def test_an_update_says_only_what_is_given() -> None:
    script = Script(data(productUpdate={"product": made.product(7), **NONE}))
    answer = await write(script, UpdateProduct("7", DesiredProduct(title="New", tags=())))
    assert script.sent[0]["variables"] == {"product": {"id": "gid://shopify/Product/7", "title": "New", "tags": []}}
    assert (answer.whole, answer.variants) == (False, ())


async def test_media_that_are_there_go_by_their_ids() -> None:
    script = Script(was_set(made.product(7, media={"nodes": [made.medium(31)], "pageInfo": made.LAST})))
    media = (Media("https://v.example/1.jpg", "31"), Media("", "5", kind="video"), Media("https://v.example/2.jpg"))
    answer = await write(script, UpdateProduct("7", DesiredProduct(media=media, title="T")))
    given = script.sent[0]["variables"]["input"]
    assert given == {
        "title": "T",
        "files": [
            {"id": "gid://shopify/MediaImage/31"},
            {"id": "gid://shopify/Video/5"},
            {"originalSource": "https://v.example/2.jpg", "contentType": "IMAGE"},
        ],
    }
    assert [each.id for each in answer.media] == ["31"]


async def test_a_price_change_is_one_call() -> None:
    script = Script(variants_written("productVariantsBulkUpdate", made.variant(71, "S", price="2.0")))
    row = DesiredVariant("v", "71", price=Decimal("2"), clear_compare_at=True)
    answer = await write(script, UpdateVariants("7", (row,)))
    assert script.sent[0]["variables"]["variants"] == [
        {"id": "gid://shopify/ProductVariant/71", "price": "2", "compareAtPrice": None}
    ]
    assert (answer.id, answer.whole, answer.variants[0].price) == ("7", False, Decimal("2"))


async def test_many_variants_go_two_hundred_and_fifty_at_a_time() -> None:
    script = Script(*[variants_written("productVariantsBulkUpdate", made.variant(1, "S"))] * 3)
    rows = tuple(DesiredVariant("v", str(number), sku="x") for number in range(501))
    await write(script, UpdateVariants("7", rows))
    assert [len(sent["variables"]["variants"]) for sent in script.sent] == [250, 250, 1]


async def test_a_variant_that_is_gone_does_not_hold_up_the_others() -> None:
    gone = user_error("Product variant does not exist", "variants", "0", "id", code="PRODUCT_VARIANT_DOES_NOT_EXIST")
    script = Script(
        variants_written("productVariantsBulkUpdate", errors=[gone]),
        ids(72),
        variants_written("productVariantsBulkUpdate", made.variant(72, "M")),
    )
    rows = (DesiredVariant("v", "71", sku="a"), DesiredVariant("w", "72", sku="b"))
    answer = await write(script, UpdateVariants("7", rows))
    assert [each.id for each in answer.variants] == ["72"]
    assert [row["id"] for row in script.sent[2]["variables"]["variants"]] == ["gid://shopify/ProductVariant/72"]


OPTIONS = data(product={"options": [{"name": "Size"}]})


async def test_variants_are_added_beside_those_that_are_there() -> None:
    script = Script(OPTIONS, variants_written("productVariantsBulkCreate", made.variant(73, "L")))
    answer = await write(script, AddVariants("7", (wanted("L", price=Decimal("1")),), "8"))
    assert [each.options for each in answer.variants] == [("L",)]
    assert script.sent[1]["variables"]["variants"] == [
        {
            "optionValues": [{"optionName": "Size", "name": "L"}],
            "price": "1",
            "inventoryQuantities": [{"locationId": "gid://shopify/Location/8", "availableQuantity": 0}],
        }
    ]
    assert "PRESERVE_STANDALONE_VARIANT" in script.sent[1]["query"]


@pytest.mark.parametrize("code", ["VARIANT_ALREADY_EXISTS", "VARIANT_ALREADY_EXISTS_CHANGE_OPTION_VALUE", None])
async def test_variants_that_a_lost_answer_made_are_not_made_again(code: str | None) -> None:
    words = "The variant 'M' already exists. Please change at least one option value."
    script = Script(
        OPTIONS,
        variants_written("productVariantsBulkCreate", errors=[user_error(words, "variants", "0", code=code)]),
        data(nodes=[made.product(7, made.variant(71, "S"), made.variant(72, "M"))]),
        variants_written("productVariantsBulkCreate", made.variant(73, "L")),
    )
    answer = await write(script, AddVariants("7", (wanted("M"), wanted("L"))))
    assert [each.id for each in answer.variants] == ["72", "73"]
    assert len(script.sent[3]["variables"]["variants"]) == 1


async def test_a_combination_that_does_not_fit_the_options_is_not_sent() -> None:
    with pytest.raises(Rejected, match="2 values for 1 options"):
        await write(Script(OPTIONS), AddVariants("7", (wanted("L", "Red"),)))


async def test_removing_what_is_gone_is_done() -> None:
    strange = user_error(
        "At least one variant does not belong to the product",
        "variantsIds",
        code="AT_LEAST_ONE_VARIANT_DOES_NOT_BELONG_TO_THE_PRODUCT",
    )
    refused = data(productVariantsBulkDelete={"product": None, "userErrors": [strange]})
    script = Script(refused, ids(71, 72), data(productVariantsBulkDelete={"product": HEAD, **NONE}))
    answer = await write(script, RemoveVariants("7", ("72", "79")))
    assert script.sent[2]["variables"]["variants"] == ["gid://shopify/ProductVariant/72"]
    assert (answer.id, answer.variants) == ("7", ())
    script = Script(refused, ids(71))
    await write(script, RemoveVariants("7", ("79",)))
    assert len(script.requests) == 2


async def test_options_are_set_with_every_variant_named() -> None:
    script = Script(ids(71, 72, 79), was_set(made.product(7, made.variant(71, "Small", "Red"))))
    options = (("Grösse", ("Small", "Large")), ("Colour", ("Red",)))
    variants = (
        DesiredVariant("v", "71", ("Small", "Red")),
        DesiredVariant("w", "72", ("Large", "Red")),
        DesiredVariant("x", "80", ("Gone", "Red")),
        DesiredVariant("y", "", ("New", "Red"), sku="N"),
    )
    await write(script, SetOptions("7", options, variants, remove=("79",)))
    given = script.sent[1]["variables"]["input"]
    assert set(given) == {"productOptions", "variants"}
    assert [row.get("id", "new").rpartition("/")[2] for row in given["variants"]] == ["71", "72", "new"]
    assert given["variants"][0]["optionValues"] == [
        {"optionName": "Grösse", "name": "Small"},
        {"optionName": "Colour", "name": "Red"},
    ]


async def test_a_variant_that_came_between_is_not_deleted() -> None:
    script = Script(ids(71, 72))
    with pytest.raises(Rejected, match="72") as error:
        await write(script, SetOptions("7", SIZES, (DesiredVariant("v", "71", ("S",)),)))
    assert error.value.code == "lost_variants"
    assert len(script.requests) == 1


async def test_an_end_is_to_draft_or_away_and_gone_is_ended() -> None:
    script = Script(data(productUpdate={"product": made.product(7, status="DRAFT"), **NONE}))
    assert (await write(script, EndListing("7"))).status is ProductStatus.DRAFT
    assert script.sent[0]["variables"] == {"product": {"id": "gid://shopify/Product/7", "status": "DRAFT"}}
    deleted = data(productDelete={"deletedProductId": "gid://shopify/Product/7", **NONE})
    missing = data(productDelete={"deletedProductId": None, "userErrors": [user_error("Product does not exist", "id")]})
    assert (await write(Script(deleted), EndListing("7", delete=True))).id == "7"
    assert (await write(Script(missing), EndListing("7", delete=True))).id == "7"
    missing = data(productUpdate={"product": None, "userErrors": [user_error("Product does not exist", "id")]})
    assert (await write(Script(missing), EndListing("7"))).id == "7"


@pytest.mark.parametrize(
    "action",
    [
        UpdateProduct("7", DesiredProduct(title="x")),
        UpdateVariants("7", (DesiredVariant("v", "71", sku="x"),)),
        RemoveVariants("7", ("71",)),
    ],
)
async def test_a_product_that_is_gone_is_gone(action: ListingAction) -> None:
    fields = ("productUpdate", "productVariantsBulkUpdate", "productVariantsBulkDelete")
    payload = {"product": None, "userErrors": [user_error("Product does not exist", "productId")]}
    with pytest.raises(Gone):
        await write(Script(data(**dict.fromkeys(fields, payload))), action)


@pytest.mark.parametrize(
    "action", [AddVariants("7", (wanted("L"),)), SetOptions("7", SIZES, (DesiredVariant("v", "71", ("S",)),))]
)
async def test_a_product_that_is_gone_before_it_is_written_is_gone(action: ListingAction) -> None:
    with pytest.raises(Gone):
        await write(Script(data(product=None)), action)


async def test_the_store_s_words_name_the_field() -> None:
    errors = [user_error("Title is too long (maximum is 255 characters)", "title")]
    with pytest.raises(Rejected, match="title: Title is too long"):
        await write(
            Script(data(productUpdate={"product": None, "userErrors": errors})),
            UpdateProduct("7", DesiredProduct(title="x" * 256)),
        )


async def test_the_daily_limit_of_new_variants_stops_nothing_else() -> None:
    with pytest.raises(RateLimited) as error:
        await write(Script(OPTIONS, reply(429)), AddVariants("7", (wanted("L"),)))
    assert (error.value.only, error.value.retry_after) == ("new_variants", 3600.0)
    with pytest.raises(RateLimited) as other:
        await write(Script(reply(429, retry_after="4")), UpdateVariants("7", (DesiredVariant("v", "71", sku="x"),)))
    assert (other.value.only, other.value.retry_after) == ("", 4.0)


async def test_a_creation_whose_answer_is_lost_is_asked_again_by_its_reference() -> None:
    script = Script(found(), NoAnswer("time-out"))
    with pytest.raises(OutcomeUnknown):
        await write(script, create(wanted("S")))
    script = Script(found(made.product(7, made.variant(71, "S"))), was_set(made.product(7, made.variant(71, "S"))))
    assert (await write(script, create(wanted("S")))).id == "7"


async def test_a_reading_that_fails_after_the_write_leaves_the_outcome_open() -> None:
    more = {"nodes": [made.variant(71, "S")], "pageInfo": {"hasNextPage": True, "endCursor": "c"}}
    script = Script(found(), was_set(made.product(7, variants=more)), NoAnswer("time-out"))
    with pytest.raises(OutcomeUnknown):
        await write(script, create(wanted("S")))


WHERE = [("1", "Point of Sale"), ("2", "Online Store"), ("3", None)]
PUBLICATIONS = data(
    publications={
        "nodes": [
            {"id": f"gid://shopify/Publication/{id}", "catalog": {"title": title} if title else None}
            for id, title in WHERE
        ]
    }
)


async def test_a_new_product_is_put_on_the_online_store_where_we_may() -> None:
    published = data(publishablePublish={"userErrors": []})
    script = Script(
        *(found(), was_set(made.product(7)), granted("write_publications"), PUBLICATIONS, published),
        *(found(), was_set(made.product(8)), published),
    )
    client = store(script, Role.MERCHANT)
    await client.write_listing(create(wanted("S")))
    await client.write_listing(create(wanted("S")))
    on = [{"publicationId": "gid://shopify/Publication/2"}]
    assert script.sent[4]["variables"] == {"id": "gid://shopify/Product/7", "on": on}
    assert script.sent[7]["variables"] == {"id": "gid://shopify/Product/8", "on": on}
    assert not script.answers


@pytest.mark.parametrize(
    "answers",
    [
        [granted("write_products")],
        [granted("write_publications"), data(publications={"nodes": []})],
        [granted("write_publications"), failed("Access denied", "ACCESS_DENIED", data={"publications": None})],
        [
            granted("write_publications"),
            PUBLICATIONS,
            data(publishablePublish={"userErrors": [user_error("Publication does not exist", "input")]}),
        ],
    ],
)
async def test_a_product_that_cannot_be_published_is_there_all_the_same(answers: list[Any]) -> None:
    script = Script(found(), was_set(made.product(7)), *answers)
    answer = await store(script, Role.MERCHANT).write_listing(create(wanted("S")))
    assert isinstance(answer, Product)
    assert answer.id == "7"
    assert not script.answers


async def test_only_what_is_new_is_published() -> None:
    done = data(productOperation={"status": "COMPLETE", "product": {"id": "gid://shopify/Product/7"}, **NONE})
    script = Script(done, data(nodes=[made.product(7)]))
    await store(script).finish_listing(Operation("3"))
    assert not script.answers
