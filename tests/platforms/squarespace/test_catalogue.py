"""Catalogue and stock of a sandbox site, read and changed by the connector."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from crossdock.connector.contract import LevelChange
from crossdock.connector.errors import OutcomeUnknown, Rejected
from crossdock.core.catalog import Media, Option, Product, ProductStatus
from crossdock.platforms.squarespace.store import SquarespaceStore
from tests.platforms.squarespace.world import MUG, World

pytestmark = pytest.mark.asyncio


async def whole(site: SquarespaceStore) -> dict[str, Product]:
    """A whole pass; each page from its cursor alone."""
    found: dict[str, Product] = {}
    cursor = ""
    while True:
        page = await site.catalogue(cursor)
        found |= {each.id: each for each in page.products}
        cursor = page.cursor
        if not cursor:
            return found


async def test_a_product_is_read_whole() -> None:
    world = World()
    site = await world.create()
    mug = (await whole(site))[world.product]
    assert (mug.title, mug.status, mug.html, mug.tags) == ("Mug", ProductStatus.ACTIVE, "<p>For tea</p>", ("A", "b"))
    assert mug.options == (Option("Colour", ("Red", "Blue", "Green")),)
    assert mug.media == (Media("https://images.example/mug.jpg", mug.media[0].id, "A mug"),)
    red, blue, green = mug.variants
    assert (red.options, red.sku, red.barcode, red.price, red.compare_at) == (
        ("Red",), "MUG-R", "4006381333931", Decimal("10.00"), None,
    )  # fmt: skip
    assert (red.available, red.tracked, red.item_id) == (5, True, red.id)
    assert (blue.price, blue.compare_at, blue.available) == (Decimal("9.00"), Decimal("12.00"), 0)
    assert (green.available, green.tracked) == (None, False)


async def test_a_product_reads_the_same_every_way() -> None:
    world = World()
    site = await world.create()
    mug = (await whole(site))[world.product]
    assert await site.read_products([world.product]) == (mug,)
    page = await site.changed_products(world.time.now)
    assert page.items == (mug,)


async def test_only_what_an_app_can_order_is_read() -> None:
    world = World()
    kinds = ["SERVICE", "GIFT_CARD", "DIGITAL"]
    products = [{"title": kind, "type": kind, "variants": [] if kind == "DIGITAL" else [{}]} for kind in kinds]
    site = await world.create(products=[MUG, *products])
    assert list(await whole(site)) == [world.product]
    every = [str(each["id"]) for each in world.made["products"]]
    assert [each.id for each in await site.read_products(every)] == [world.product]


async def test_hidden_products_are_drafts_and_a_missing_option_is_empty() -> None:
    world = World()
    site = await world.create(products=[{"title": "Mug", "status": "DRAFT", "options": ["Size"], "variants": [{}]}])
    mug = (await whole(site))[world.product]
    assert mug.status is ProductStatus.DRAFT
    assert (mug.options, mug.variants[0].options) == ((Option("Size", ("",)),), ("",))


async def test_a_catalogue_that_moves_while_it_is_read_loses_nothing() -> None:
    world = World()
    many = [{"title": f"Mug {number}", "variants": [{"price": "1"}]} for number in range(130)]
    site = await world.create(products=many)
    await world.pass_time(3600)
    first = await site.catalogue()
    assert (len(first.products), first.done) == (50, 50)
    await world.pass_time(30)
    await world.do("edit_product", product_id=world.product, set={"title": "New"})
    found = {each.id: each for each in first.products}
    cursor = first.cursor
    while cursor:
        page = await world.client().catalogue(cursor)  # any process goes on
        assert page.as_of == first.as_of
        found |= {each.id: each for each in page.products}
        cursor = page.cursor
    assert len(found) == 130
    assert found[world.product].title == "New"


async def test_a_place_that_is_not_known_any_more_says_so() -> None:
    world = World()
    site = await world.create()
    for cursor in ("odd", '{"as_of":"2026-11-22T12:00:00Z","began_at":"2026-11-22T12:00:00Z","at":"odd"}'):
        with pytest.raises(Rejected) as refused:
            await site.catalogue(cursor)
        assert refused.value.code == "cursor"


async def test_a_change_of_stock_alone_is_seen() -> None:
    """Whether it moves modifiedOn is not known (FACTS section 5); here it does not."""
    world = World()
    site = await world.create()
    await world.pass_time(3600)
    await world.do("adjust_stock", variant_id=world.variant(), delta=-2)
    page = await site.changed_products(world.time.now - timedelta(minutes=2))
    assert page.items[0].variants[0].available == 3


async def test_products_that_are_not_there_are_left_out() -> None:
    world = World()
    many = [{"title": f"Mug {number}", "variants": [{"price": "1"}]} for number in range(60)]
    site = await world.create(products=many)
    ids = [str(each["id"]) for each in world.made["products"]]
    await world.do("delete_product", product_id=ids[7])
    found = await site.read_products([*ids, "none"])
    assert sorted(each.id for each in found) == sorted({*ids} - {ids[7]})


async def test_levels_are_read_by_the_hundred_and_unknown_ones_left_out() -> None:
    world = World()
    many = [{"title": f"Mug {number}", "variants": [{"inventory": number}]} for number in range(120)]
    site = await world.create(products=many)
    ids = [str(each["variants"][0]["id"]) for each in world.made["products"]]
    levels = await site.read_levels([*ids, "none"])
    assert {level.item_id: level.available for level in levels} == {id: at for at, id in enumerate(ids)}
    assert {level.location_id for level in levels} == {(await site.check()).default_location_id}


async def test_stock_is_changed_once_for_a_key() -> None:
    world = World()
    site = await world.create()
    rows = [LevelChange(world.variant(), "site", -2), LevelChange(world.variant(1), "site", 4)]
    for _ in range(2):
        assert not await site.adjust_levels(
            rows, key="any key: longer than sixty-four letters, and with odd ones / too"
        )
    assert [world.dump["inventory"][world.variant(at)] for at in range(2)] == [3, 4]


@pytest.mark.parametrize("kind", ["error_after", "drop_after", "in_flight"])
async def test_a_change_of_stock_whose_answer_was_lost_is_made_once(kind: str) -> None:
    world = World()
    site = await world.create()
    await world.faults({"where": "call", "match": "adjust*", "kind": kind, "rate": 1.0})
    rows = [LevelChange(world.variant(), "site", -2)]
    with pytest.raises(OutcomeUnknown):
        await site.adjust_levels(rows, key="k")
    await world.faults()
    await world.pass_time(5)
    assert not await site.adjust_levels(rows, key="k")
    assert world.dump["inventory"][world.variant()] == 3


async def test_what_is_not_counted_needs_no_change_and_the_rest_is_made() -> None:
    world = World()
    site = await world.create()
    rows = [LevelChange(world.variant(2), "site", -1), LevelChange(world.variant(), "site", -1)]
    assert not await site.adjust_levels(rows, key="k")
    assert world.dump["inventory"] == {world.variant(): 4, world.variant(1): 0}


async def test_an_item_that_is_gone_is_named_and_too_little_refuses() -> None:
    world = World()
    site = await world.create()
    rows = [LevelChange(world.variant(), "site", -1), LevelChange("none", "site", -1)]
    assert (await site.adjust_levels(rows, key="a")).gone == (1,)
    with pytest.raises(Rejected) as short:
        await site.adjust_levels([LevelChange(world.variant(), "site", -6)], key="b")
    assert short.value.code == "INSUFFICIENT_STOCK"
    for odd in ([rows[0]] * 2, [LevelChange(str(at), "site", 1) for at in range(51)]):
        with pytest.raises(Rejected):
            await site.adjust_levels(odd, key="c")
    assert world.dump["inventory"][world.variant()] == 5


async def test_a_products_snapshot_can_be_kept() -> None:
    world = World()
    site = await world.create()
    mug = (await whole(site))[world.product]
    assert msgspec.json.decode(msgspec.json.encode(mug), type=Product) == mug
