"""Listings from the vendor's product to the merchant's: made once, following the rules, its own edits kept."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sync.listing_world import (
    add,
    agrees,
    at_market,
    at_vendor,
    listing,
    offering,
    options,
    pairs,
    ruled,
    tee,
    there,
)
from tests.world import World, at_home, furnish, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def test_a_vendors_products_are_made_once_with_stock_and_links(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee(media=["https://cdn.test/tee.jpg?v=1"]))
        made = await there(world, product)
        assert (made["title"], made["status"], made["html"]) == ("Tee", "ACTIVE", "<p>Soft.</p>")
        assert (made["product_type"], made["tags"]) == ("Shirts", ["cotton"])
        assert sorted(options(made).values()) == [("M", "Blue"), ("M", "Red"), ("S", "Blue"), ("S", "Red")]
        assert {one["sku"] for one in made["variants"]} == {"T-S-Red", "T-S-Blue", "T-M-Red", "T-M-Blue"}
        assert {one["price"] for one in made["variants"]} == {"20.00"}
        assert len(await pairs(world, product)) == 4
        stock = await world.sql("SELECT DISTINCT merchant_available, target FROM level WHERE target IS NOT NULL")
        assert (5, 5) in stock
        assert len((await world.dump("market"))["products"]) == 3 + 3 + 1, "each once, beside those that were there"
        await agrees(world)

    play(database, scenario)


def test_the_vendors_edits_flow_by_the_rules(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world, rules={"fields": {"description": [True, False]}, "price_factor": "1.5"})
        product = await add(world, tee())
        change = {"title": "Tee deluxe", "html": "<p>Softer.</p>", "tags": ["cotton", "new"], "product_type": "Tops"}
        await at_vendor(world, "edit_product", product_id=product, set=change)
        found = await there(world, product)
        assert (found["title"], found["tags"], found["product_type"]) == ("Tee deluxe", ["cotton", "new"], "Tops")
        assert found["html"] == "<p>Soft.</p>", "at creation only"
        variant = next(iter(await pairs(world, product)))
        await at_vendor(world, "edit_variant", variant_id=variant, set={"price": "30.00", "sku": "NEW", "weight": 250})
        await world.sweep()  # a delivery does not tell weights
        mine = (await pairs(world, product))[variant]
        found = await there(world, product)
        (changed,) = [one for one in found["variants"] if one["id"] == mine]
        assert (changed["price"], changed["sku"], changed["weight"]) == ("45.00", "NEW", 250.0)
        assert {one["price"] for one in found["variants"] if one["id"] != mine} == {"30.00"}
        await agrees(world)

    play(database, scenario)


def test_one_price_is_one_call(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        variant = next(iter(await pairs(world, product)))
        before = len(world.http.calls)
        await at_vendor(world, "edit_variant", variant_id=variant, set={"price": "21.00"})
        made = [call for call in world.http.calls[before:] if call not in ("ReadItemLevels", "SetLevels")]
        assert made == ["ReadProducts", "UpdateVariants"]

    play(database, scenario)


def test_what_the_merchant_edited_is_the_merchants_until_it_is_given_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        mine = (await there(world, product))["id"]
        await at_market(world, "edit_product", product_id=mine, set={"title": "Our own tee"})
        await at_vendor(world, "edit_product", product_id=product, set={"title": "Theirs", "product_type": "Tops"})
        found = await there(world, product)
        assert (found["title"], found["product_type"]) == ("Our own tee", "Tops")
        assert (await listing(world, product))["taken"] == ["title"]
        from crossdock.models import Listing
        from crossdock.operations import offering as offers

        row = await world.do(lambda: Listing.objects.get(product_id=product))
        await world.do(offers.give_back, listing=row, fields=["title"], now=world.clock(), who="test")
        await world.quiet()
        assert (await there(world, product))["title"] == "Theirs"
        await agrees(world)

    play(database, scenario)


def test_media_are_not_sent_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee(media=["https://cdn.test/a.jpg?v=1", "https://cdn.test/b.jpg?v=1"]))
        before = [one["id"] for one in (await there(world, product))["media"]]
        assert len(before) == 2
        media = ["https://cdn.test/a.jpg?v=2", "https://cdn.test/b.jpg?v=2", "https://cdn.test/c.jpg?v=1"]
        await at_vendor(world, "edit_product", product_id=product, set={"media": media})
        after = [one["id"] for one in (await there(world, product))["media"]]
        assert after[:2] == before
        assert len(after) == 3
        await agrees(world)

    play(database, scenario)


def test_a_listing_that_the_store_refuses_says_so_and_is_tried_after_the_next_change(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee(options=["Size / Cut", "Colour"]))
        found = await listing(world, product)
        if found["state"] == "rejected":
            assert found["words"]
            opened = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL")
            assert ("listing_refused",) in opened
        good = [{"name": "Size"}, {"name": "Colour"}]
        rows = [{"id": one["id"], "options": one["options"]} for one in await at_variants(world, product)]
        await at_vendor(world, "set_options", product_id=product, options=good, variants=rows)
        assert (await listing(world, product))["state"] == "live"
        opened = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL")
        assert ("listing_refused",) not in opened

    async def at_variants(world: World, product: str) -> list[dict[str, Any]]:
        dump = await world.dump("vendor1")
        return list(next(one for one in dump["products"] if one["id"] == product)["variants"])

    play(database, scenario)


def test_sync_switched_off_writes_nothing_and_on_again_catches_up(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        await ruled(world, product_sync=False)
        await at_vendor(world, "edit_product", product_id=product, set={"title": "Later"})
        assert (await there(world, product))["title"] == "Tee"
        await ruled(world, product_sync=True)
        assert (await there(world, product))["title"] == "Later"

    play(database, scenario)


def test_a_lost_webhook_is_made_up_for(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee())
        world.hub_is_down = True
        await at_vendor(world, "edit_product", product_id=product, set={"title": "Unheard"})
        world.hub_is_down = False
        await world.sweep()
        assert (await there(world, product))["title"] == "Unheard"

    play(database, scenario)


def test_orders_of_a_listed_product_find_their_vendor(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await ruled(world, new_status="active")
        product = await add(world, tee())
        mine = (await pairs(world, product)).popitem()[1]
        from tests.world import ADDRESS, BUYER

        lines = [{"variant_id": mine, "quantity": 2}]
        await world.control(
            "place_order", store="market", lines=lines, customer=BUYER, shipping_address=ADDRESS, paid=True
        )
        await world.quiet()
        (sent,) = await world.orders("vendor1")
        assert sum(line["quantity"] for line in sent["lines"]) == 2

    play(database, scenario)
