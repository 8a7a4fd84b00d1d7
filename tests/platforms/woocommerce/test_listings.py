"""Listings written to a merchant's shop: once, repeatable, and nothing lost by the way."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import Role
from crossdock.connector.errors import Gone, OutcomeUnknown, Rejected
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
from crossdock.platforms.woocommerce.store import WooCommerceStore
from tests.platforms.woocommerce.bench import Bench
from tests.platforms.woocommerce.recorded import store

REFERENCE = "cd-listing-1-7"
SIZES = (("Size", ("S", "M")),)
ACTIVE, DRAFT = ProductStatus.ACTIVE, ProductStatus.DRAFT


def shop(bench: Bench) -> WooCommerceStore:
    return store(bench, Role.MERCHANT)  # type: ignore[arg-type]


def variant(of: str, *options: str, **fields: Any) -> DesiredVariant:
    given = {"price": Decimal("10.00"), "sku": f"SKU-{of}", "tracked": True}
    return DesiredVariant(of, options=options, **(given | fields))


def simple(**fields: Any) -> CreateProduct:
    wish = {
        "title": "Mug & Lid",
        "html": "<p>x</p>",
        "status": ACTIVE,
        "tags": ("Kitchen", "A&B"),
        "product_type": "Cups",
    }
    return CreateProduct(REFERENCE, DesiredProduct(**wish), (), (variant("v1", **fields),))


def sized(*more: DesiredVariant) -> CreateProduct:
    rows = (variant("v1", "S"), variant("v2", "M"), *more)
    return CreateProduct(REFERENCE, DesiredProduct(title="Tee", status=ACTIVE), SIZES, rows)


async def written(client: WooCommerceStore, action: ListingAction) -> Product:
    product = await client.write_listing(action)
    assert isinstance(product, Product)
    return product


async def test_a_simple_product() -> None:
    bench = Bench()
    made = await written(shop(bench), simple(compare_at=Decimal("12.00"), grams=Decimal(310), barcode="400-1"))
    only = made.variants[0]
    assert (made.title, made.status, made.product_type, made.tags) == ("Mug & Lid", ACTIVE, "Cups", ("A&B", "Kitchen"))
    assert (only.id, only.sku, only.barcode, only.price, only.compare_at) == (
        made.id,
        "SKU-v1",
        "400-1",
        Decimal("10.00"),
        Decimal("12.00"),
    )
    assert (only.grams, only.tracked, only.available, only.oversell) == (Decimal(310), True, 0, False)
    assert made.whole


async def test_a_product_with_options() -> None:
    bench = Bench()
    made = await written(shop(bench), sized())
    assert [(each.options, each.sku) for each in made.variants] == [(("S",), "SKU-v1"), (("M",), "SKU-v2")]
    assert [(each.name, each.values) for each in made.options] == [("Size", ("S", "M"))]
    assert bench.rows[int(made.id)]["sku"] == ""
    assert all(each.item_id == f"{made.id}/{each.id}" for each in made.variants)


@pytest.mark.parametrize("action", [simple(), simple(sku=None), sized()], ids=["simple", "without a SKU", "sized"])
@pytest.mark.parametrize("lost", ["POST products", "PUT products/n", "POST products/n/variations/batch"])
async def test_a_creation_whose_answer_is_lost_is_made_once(action: CreateProduct, lost: str) -> None:
    bench, client = Bench(), None
    bench.lose = [lost, lost]
    client = shop(bench)
    for _ in range(3):
        try:
            made = await written(client, action)
            break
        except OutcomeUnknown:
            continue
    again = await written(client, action)
    assert again == made
    assert len(made.variants) == len(action.variants)
    assert len([row for row in bench.rows.values() if not row.get("parent_id")]) == 1
    found = await client.find_product(REFERENCE)
    assert found == made


@pytest.mark.parametrize("action", [simple(), simple(sku=None), sized()], ids=["simple", "without a SKU", "sized"])
async def test_one_that_is_said_to_be_fresh_and_is_there_is_found(action: CreateProduct) -> None:
    """The hub forgot it: a backup of before was restored."""
    bench = Bench()
    fresh = msgspec.structs.replace(action, fresh=True)
    made = await written(shop(bench), fresh)
    assert await written(shop(bench), fresh) == made
    assert len([row for row in bench.rows.values() if not row.get("parent_id")]) == 1


async def test_a_stranger_is_not_taken_for_ours() -> None:
    bench = Bench()
    client = shop(bench)
    await written(client, CreateProduct("other", DesiredProduct(title="x"), (), (variant("v1"),)))
    assert await client.find_product(REFERENCE) is None
    with pytest.raises(Rejected, match="SKU-v1"):
        await written(client, simple())
    assert len(bench.rows) == 1


async def test_what_lies_in_the_trash_is_named() -> None:
    bench = Bench()
    client = shop(bench)
    made = await written(client, simple())
    bench.rows[int(made.id)] |= {"status": "trash", "sku": REFERENCE}
    with pytest.raises(Rejected, match="trash"):
        await written(client, simple())


async def test_fields_are_changed_and_others_stay() -> None:
    bench = Bench()
    client = shop(bench)
    made = await written(client, simple())
    bench.terms["categories"].append({"id": 9, "name": "Gifts"})
    bench.rows[int(made.id)]["categories"].append({"id": 9})
    wish = DesiredProduct(title="Cup", product_type="Drinks", tags=("New",), status=DRAFT, vendor_name="Acme")
    for _ in range(2):
        changed = await written(client, UpdateProduct(made.id, wish))
    assert (changed.title, changed.status, changed.tags, changed.vendor_name) == ("Cup", DRAFT, ("New",), "Acme")
    assert [each["name"] for each in bench.show(int(made.id))["categories"]] == ["Drinks", "Gifts"]
    assert (changed.whole, changed.variants) == (False, ())
    assert bench.rows[int(made.id)]["description"] == "<p>x</p>"


async def test_pictures_that_are_there_are_not_fetched_again() -> None:
    bench = Bench()
    client = shop(bench)
    made = await written(client, simple())
    first = await written(client, UpdateProduct(made.id, DesiredProduct(media=(Media("https://v/1.jpg", alt="one"),))))
    both = (first.media[0], Media("https://v/2.jpg"))
    second = await written(client, UpdateProduct(made.id, DesiredProduct(media=both)))
    assert second.media[0].id == first.media[0].id
    assert [each.url for each in second.media] == ["https://v/1.jpg", "https://v/2.jpg"]
    assert second.media[0].alt == "one"


async def test_prices() -> None:
    client = shop(Bench())
    made = await written(client, sized())
    one = made.variants[0]

    async def now(**fields: Any) -> tuple[Decimal | None, Decimal | None]:
        wish = DesiredVariant("v1", id=one.id, **fields)
        (changed,) = (await written(client, UpdateVariants(made.id, (wish,)))).variants
        return changed.price, changed.compare_at

    assert await now(price=Decimal(8), compare_at=Decimal(10)) == (Decimal(8), Decimal(10))
    assert await now(price=Decimal(7)) == (Decimal(7), Decimal(10))
    assert await now(compare_at=Decimal(9)) == (Decimal(7), Decimal(9))
    assert await now(clear_compare_at=True) == (Decimal(7), None)
    assert await now(sku="NEW") == (Decimal(7), None)


async def test_variants_are_added_once_and_taken_off() -> None:
    bench = Bench()
    client = shop(bench)
    made = await written(client, sized())
    for _ in range(2):
        part = await written(client, AddVariants(made.id, (variant("v3", "L"),)))
        assert [each.options for each in part.variants] == [("L",)]
        assert not part.whole
    (whole,) = await client.read_products([made.id])
    assert [each.options for each in whole.variants] == [("S",), ("M",), ("L",)]
    assert whole.options[0].values == ("S", "M", "L")
    for _ in range(2):
        await written(client, RemoveVariants(made.id, (whole.variants[0].id,)))
    (whole,) = await client.read_products([made.id])
    assert [each.options for each in whole.variants] == [("M",), ("L",)]


async def test_a_simple_product_gets_options() -> None:
    client = shop(Bench())
    made = await written(client, simple())
    action = SetOptions(made.id, SIZES, (variant("v1", "S"), variant("v2", "M")), remove=(made.variants[0].id,))
    for _ in range(2):
        shaped = await written(client, action)
    assert [(each.options, each.sku) for each in shaped.variants] == [(("S",), "SKU-v1"), (("M",), "SKU-v2")]


async def test_the_only_variant_cannot_become_one_of_several() -> None:
    client = shop(Bench())
    made = await written(client, simple())
    with pytest.raises(Rejected) as caught:
        await written(client, SetOptions(made.id, SIZES, (variant("v1", "S", id=made.id), variant("v2", "M"))))
    assert caught.value.code == "needs_new_product"


async def test_options_are_renamed_under_the_same_variants() -> None:
    client = shop(Bench())
    made = await written(client, sized())
    small, medium = made.variants
    rows = (variant("v1", "Small", "Red", id=small.id), variant("v3", "Small", "Blue"))
    options = (("Fit", ("Small",)), ("Colour", ("Red", "Blue")))
    shaped = await written(client, SetOptions(made.id, options, rows, remove=(medium.id,)))
    assert {each.id: each.options for each in shaped.variants}[small.id] == ("Small", "Red")
    assert len(shaped.variants) == 2
    with pytest.raises(Rejected) as caught:
        await written(client, SetOptions(made.id, options, rows[:1]))
    assert caught.value.code == "lost_variants"


async def test_the_end_of_a_listing() -> None:
    bench = Bench()
    client = shop(bench)
    made = await written(client, simple())
    for _ in range(2):
        assert (await written(client, EndListing(made.id))).status is DRAFT
    await written(client, EndListing(made.id, delete=True))
    assert bench.rows == {}
    with pytest.raises(Gone):
        await written(client, EndListing(made.id, delete=True))
    with pytest.raises(Gone):
        await written(client, UpdateProduct(made.id, DesiredProduct(title="x")))
