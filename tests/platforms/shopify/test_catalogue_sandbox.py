"""Reading catalogues and stock against the sandbox in process: by bulk file, by what changed, by webhook, directly.

The same product must read the same whichever way it came: what differs would look like a change.
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import CataloguePage, Kind, LevelChange, LevelsRefused, LevelWrite, Role
from crossdock.connector.errors import Gone, OutcomeUnknown, Rejected, Unavailable
from crossdock.core.catalog import Level, Option, Product, ProductStatus, Variant
from crossdock.core.digest import fields_digest, product_digest, variant_digest
from crossdock.platforms.shopify import bulk
from crossdock.platforms.shopify.store import ShopifyStore
from tests.platforms.shopify.world import World

HOOK = "/hooks/shopify/v"
SHIRT = {
    "title": "Shirt ☀",
    "vendor": "Acme",
    "html": "<p>Soft &amp; warm</p>",
    "tags": ["summer", "Cotton"],
    "product_type": "Shirts",
    "media": ["https://pics.example/1.jpg", {"url": "https://pics.example/2.jpg", "alt": "back"}],
    "options": ["Size", "Colour"],
    "variants": [
        {"sku": "S-1", "price": "19.90", "options": ["S", "Red"], "inventory": 3, "weight": 0.25}
        | {"weight_unit": "KILOGRAMS", "barcode": "4006381333931", "compare_at": "25.00"},
        {"sku": "S-2", "price": "19.90", "options": ["M", "Red"], "inventory": -2, "oversell": True},
        {"sku": "S-2", "price": "20.00", "options": ["M", "Blü"]},
    ],
}


async def opened(*products: dict[str, Any], **given: Any) -> tuple[World, ShopifyStore]:
    """A vendor's store with these products."""
    world = World()
    app = {"client_id": "id", "client_secret": "hush", "mode": "token"}
    world.made["v"] = await world.do("create_store", "v", currency="USD", products=list(products), app=app, **given)
    return world, world.client(Role.VENDOR, "v")


async def whole(world: World, client: ShopifyStore, cursor: str = "", **given: Any) -> list[Product]:
    found: list[Product] = []
    while True:
        page: CataloguePage = await client.catalogue(cursor, **given)
        found += page.products
        cursor = page.cursor
        if not cursor:
            return found
        await world.pass_time(page.wait)


def product_id(world: World, index: int = 0) -> str:
    return str(world.made["v"]["products"][index]["id"])


def ids(world: World, index: int = 0) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = world.made["v"]["products"][index]["variants"]
    return rows


async def test_a_product_reads_the_same_whichever_way_it_comes() -> None:
    world, client = await opened(SHIRT)
    await client.ensure_subscriptions(f"http://127.0.0.1:8000{HOOK}")
    since = world.time.now
    await world.pass_time(5)
    await world.do("edit_product", "v", product_id=product_id(world), set={"title": "Shirt ☂"})
    await world.pass_time(60)
    (direct,) = await client.read_products([product_id(world)])
    assert await whole(world, client) == [direct]
    assert (await client.changed_products(since)).items == (direct,)
    assert direct.options == (Option("Size", ("S", "M"), direct.options[0].id), direct.options[1])
    assert direct.options[1].values == ("Red", "Blü")
    assert (direct.title, direct.tags, direct.html) == ("Shirt ☂", ("Cotton", "summer"), "<p>Soft &amp; warm</p>")
    assert [each.url for each in direct.media] == ["https://pics.example/1.jpg", "https://pics.example/2.jpg"]
    small, medium, blue = direct.variants
    assert small.options == ("S", "Red")
    assert (small.price, small.compare_at, small.grams) == (Decimal("19.9"), Decimal(25), Decimal(250))
    assert (small.barcode, small.available, small.tracked, small.oversell) == ("4006381333931", 3, True, False)
    assert (medium.available, medium.oversell) == (-2, True)
    assert (blue.tracked, blue.grams) == (False, None)

    told = [each.snapshot for each in world.seen(Role.VENDOR, HOOK) if each.kind is Kind.PRODUCT]
    (heard,) = [each for each in told if isinstance(each, Product)]
    assert fields_digest(heard) == fields_digest(direct)
    known = {each.id: each for each in direct.variants}
    filled = [
        msgspec.structs.replace(each, **{name: getattr(known[each.id], name) for name in heard.unsaid})
        for each in heard.variants
    ]
    assert [variant_digest(each) for each in filled] == [variant_digest(each) for each in direct.variants]


async def test_a_product_with_no_options_reads_so_every_way() -> None:
    world, client = await opened({"title": "Mug", "variants": [{"sku": "M", "price": "5", "inventory": 1}]})
    await client.ensure_subscriptions(f"http://127.0.0.1:8000{HOOK}")
    (direct,) = await client.read_products([product_id(world)])
    assert (direct.options, direct.variants[0].options) == ((), ())
    assert await whole(world, client) == [direct]
    await world.do("edit_product", "v", product_id=product_id(world), set={"status": "UNLISTED"})
    await world.pass_time(30)
    heard = world.seen(Role.VENDOR, HOOK)[-1].snapshot
    assert isinstance(heard, Product)
    assert (heard.options, heard.variants[0].options, heard.status) == ((), (), ProductStatus.DRAFT)


async def test_two_thousand_variants_are_read_whole_every_way() -> None:
    rows = [{"sku": f"B{n}", "price": "1", "options": [f"s{n % 100}", f"c{n // 100}"]} for n in range(2048)]
    big = {"title": "Big", "options": ["Size", "Colour"], "variants": rows}
    world, client = await opened(big, SHIRT, plan="plus")
    await client.ensure_subscriptions(f"http://127.0.0.1:8000{HOOK}")
    since = world.time.now
    await world.pass_time(30)
    (direct,) = await client.read_products([product_id(world)])
    assert len(direct.variants) == 2048
    assert len({each.options for each in direct.variants}) == 2048
    in_bulk = {each.id: each for each in await whole(world, client)}
    assert product_digest(in_bulk[direct.id]) == product_digest(direct)
    changed = {each.id: each for each in (await client.changed_products(since)).items}
    assert product_digest(changed[direct.id]) == product_digest(direct)
    await world.do("edit_product", "v", product_id=direct.id, set={"title": "Bigger"})
    await world.pass_time(30)
    heard = world.seen(Role.VENDOR, HOOK)[-1].snapshot
    assert isinstance(heard, Product)
    assert (heard.whole, len(heard.variants)) == (False, 100)


async def test_the_whole_catalogue_in_pieces_from_any_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", 3000)
    world, client = await opened(*[SHIRT | {"title": f"Shirt {n}"} for n in range(30)])
    cursor, cursors, found = "", [], []
    while True:
        page = await client.catalogue(cursor)
        found += page.products
        cursors.append(page.cursor)
        cursor = page.cursor
        if not cursor:
            break
        await world.pass_time(page.wait)
    assert len(found) == 30
    assert all(len(each.variants) == 3 and len(each.media) == 2 for each in found)
    assert (page.done, page.total) == (180, 180)
    await world.pass_time(24 * 3600)
    later = world.client(Role.VENDOR, "v")
    rest = await whole(world, later, cursors[4])
    assert rest == found[len(found) - len(rest) :]
    assert rest


async def test_a_cursor_whose_file_has_lapsed_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "PIECE", 3000)
    world, client = await opened(*[SHIRT | {"title": f"Shirt {n}"} for n in range(30)])
    page = await client.catalogue()
    while not page.products:
        await world.pass_time(page.wait)
        page = await client.catalogue(page.cursor)
    await world.pass_time(8 * 24 * 3600)
    with pytest.raises(Rejected) as error:
        await whole(world, client, page.cursor)
    assert error.value.code == "cursor"


async def test_an_empty_catalogue_reads_as_empty() -> None:
    world, client = await opened()
    assert await whole(world, client) == []
    world, client = await opened(SHIRT)
    await world.do("empty_catalogue", "v", on=True)
    assert await whole(world, client) == []


async def test_five_readings_at_once_and_the_sixth_waits() -> None:
    world, client = await opened(*[SHIRT | {"title": f"Shirt {n}"} for n in range(5)])
    cursors = [(await client.catalogue()).cursor for _ in range(5)]
    sixth = await client.catalogue()
    assert sixth.wait == bulk.BUSY_WAIT
    await world.pass_time(sixth.wait)
    assert len(await whole(world, client, sixth.cursor)) == 5
    assert len(await whole(world, client, cursors[0])) == 5


async def test_files_that_break_off_are_fetched_again() -> None:
    world, client = await opened(SHIRT)
    page = await client.catalogue()
    await world.pass_time(30)
    await world.faults({"where": "file", "kind": "drop", "rate": 1})
    with pytest.raises(Unavailable):
        await client.catalogue(page.cursor)
    await world.faults()
    assert len(await whole(world, client, page.cursor)) == 1


async def test_what_changed_comes_in_pages_oldest_first() -> None:
    world, client = await opened(*[SHIRT | {"title": f"Shirt {n}"} for n in range(25)], plan="plus")
    await world.pass_time(60)
    since = world.time.now
    for index in (24, 3, 11, *range(12, 24)):
        await world.do("edit_product", "v", product_id=product_id(world, index), set={"title": f"New {index}"})
        await world.pass_time(1)
    await world.pass_time(60)
    found: list[Product] = []
    cursor = ""
    while True:
        page = await client.changed_products(since, cursor)
        found += page.items
        cursor = page.cursor
        if not cursor:
            break
    assert [each.title for each in found][:3] == ["New 24", "New 3", "New 11"]
    assert len({each.id for each in found}) == 15


async def test_products_by_id_leave_out_what_is_not_there() -> None:
    world, client = await opened(*[SHIRT | {"title": f"Shirt {n}"} for n in range(45)], plan="plus")
    wanted = [product_id(world, index) for index in range(45)]
    await world.do("delete_product", "v", product_id=wanted[7])
    found = await client.read_products([*wanted, "999999999999", wanted[0]])
    assert [each.id for each in found] == [each for each in wanted if each != wanted[7]]


async def test_stock_of_chosen_locations_is_summed() -> None:
    rows = [{"sku": "A", "levels": [{"location": "East", "available": 5}, {"location": "West", "available": 2}]}]
    world, client = await opened({"title": "Mug", "variants": rows}, locations=["East", "West", "North"])
    east, west, north = world.made["v"]["location_ids"]
    info = await client.check()
    assert info.default_location_id == east
    assert {(each.id, each.name, each.active) for each in info.locations} == {
        (east, "East", True),
        (west, "West", True),
        (north, "North", True),
    }

    def only(products: Any) -> Variant:
        (found,) = products
        variant: Variant = found.variants[0]
        return variant

    id = product_id(world)
    since = world.time.now - timedelta(days=1)
    await world.pass_time(60)
    for locations, expected in (((), 7), ((east,), 5), ((west, north), 2), ((north,), 0)):
        assert only(await client.read_products([id], locations=locations)).available == expected
        assert only(await whole(world, client, locations=locations)).available == expected
        assert only((await client.changed_products(since, locations=locations)).items).available == expected


async def test_levels_are_read_set_and_told() -> None:
    world, client = await opened(SHIRT)
    await client.ensure_subscriptions(f"http://127.0.0.1:8000{HOOK}")
    place = world.made["v"]["location_id"]
    items = [row["inventory_item_id"] for row in ids(world)]
    before = await client.read_levels([*items, "999"])
    assert {(each.item_id, each.available) for each in before} >= {(items[0], 3), (items[1], -2)}
    rows = [LevelWrite(items[0], place, 7, 3), LevelWrite(items[1], place, 1, None)]
    assert not await client.set_levels(rows, key="k1")
    assert not await client.set_levels(rows, key="k1"), "the same key does nothing again"
    assert await client.set_levels(rows, key="k2") == LevelsRefused(stale=(0,))
    assert (await world.dump("v"))["inventory"][ids(world)[0]["id"]] == 7
    await world.pass_time(30)
    told = [each for each in world.seen(Role.VENDOR, HOOK) if each.kind is Kind.LEVEL]
    now = {each.item_id: each for each in await client.read_levels(items)}
    assert told[0].snapshot in now.values(), "a webhook says what a read says"
    assert told[0].id == f"{told[0].snapshot.item_id}:{place}"  # type: ignore[union-attr]


async def test_stock_changes_once_for_a_key() -> None:
    world, client = await opened(SHIRT)
    place = world.made["v"]["location_id"]
    item = ids(world)[0]["inventory_item_id"]
    for _ in range(3):
        assert not await client.adjust_levels([LevelChange(item, place, -5)], key="parcel-1")
    assert [each.available for each in await client.read_levels([item])] == [-2]
    assert not await client.adjust_levels([LevelChange(item, place, 5)], key="parcel-1-back")
    assert [each.available for each in await client.read_levels([item])] == [3]


@pytest.mark.parametrize("kind", ["error_after", "drop_after", "internal_error_after", "timeout_after"])
async def test_a_level_whose_answer_is_lost_is_written_once_with_the_same_key(kind: str) -> None:
    world, client = await opened(SHIRT)
    place = world.made["v"]["location_id"]
    item = ids(world)[0]["inventory_item_id"]
    await world.faults({"where": "graphql", "match": "SetQuantities", "kind": kind, "rate": 1})
    rows = [LevelWrite(item, place, 9, 3)]
    with pytest.raises(OutcomeUnknown):
        await client.set_levels(rows, key="k")
    await world.faults()
    assert not await client.set_levels(rows, key="k")
    assert [each.available for each in await client.read_levels([item])] == [9]


async def test_where_an_item_is_not_stocked_it_can_be() -> None:
    world, client = await opened(SHIRT)
    place = (await world.do("add_location", "v", name="West"))["location_id"]
    item = ids(world)[0]["inventory_item_id"]
    rows = [LevelWrite(item, place, 4, None)]
    assert await client.set_levels(rows, key="a") == LevelsRefused(not_stocked=(0,))
    await client.stock_at(item, place)
    await client.stock_at(item, place)
    assert not await client.set_levels(rows, key="b")
    assert {(each.location_id, each.available) for each in await client.read_levels([item])} == {
        (world.made["v"]["location_id"], 3),
        (place, 4),
    }


async def test_levels_of_unknown_items_and_locations_are_told_apart() -> None:
    world, client = await opened(SHIRT)
    place = world.made["v"]["location_id"]
    item = ids(world)[0]["inventory_item_id"]
    rows = [LevelWrite(item, place, 4, None), LevelWrite("99", place, 4, None)]
    assert await client.set_levels(rows, key="a") == LevelsRefused(gone=(1,))
    rows = [LevelWrite(item, "99", 4, None)]
    assert await client.set_levels(rows, key="b") == LevelsRefused(gone=(0,))
    assert [each.available for each in await client.read_levels([item])] == [3]
    with pytest.raises(Gone):
        await client.stock_at("99", place)


async def test_two_hundred_and_fifty_levels_are_one_call() -> None:
    products = [{"title": f"P{n}", "variants": [{"sku": f"{n}", "inventory": n}]} for n in range(250)]
    world, client = await opened(*products)
    place = world.made["v"]["location_id"]
    items = [ids(world, index)[0]["inventory_item_id"] for index in range(250)]
    assert len(await client.read_levels(items)) == 250
    before = world.sandbox.counters["calls"]
    assert not await client.set_levels([LevelWrite(item, place, 1, n) for n, item in enumerate(items)], key="k")
    assert world.sandbox.counters["calls"] == before + 1
    assert {each.available for each in await client.read_levels(items)} == {1}
    assert isinstance((await client.read_levels(items[:1]))[0], Level)
