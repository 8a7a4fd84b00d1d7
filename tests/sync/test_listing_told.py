"""What is told beforehand is what is done: What if?, `plan` and a listing's page against the engine; variants that a
person asks for.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from crossdock.models import Listing
from crossdock.operations import catalogue_preview, offering, plans
from crossdock.operations.listing_story import next_step, tell_listing
from tests.sync.listing_world import add, agrees, at_market, at_vendor, listing, options, ruled, tee, there
from tests.sync.listing_world import offering as offering_all
from tests.world import World, at_home, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def _row(product: str) -> Listing:
    return Listing.objects.select_related("vendor", "store", "marketplace").get(product_id=product)


def test_what_a_price_rule_was_said_to_do_is_done(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering_all(world)
        product = await add(world, tee())
        kept = await there(world, product)
        mine = kept["variants"][0]["id"]
        await at_market(world, "edit_variant", variant_id=mine, set={"price": "99.00"})
        await at_vendor(world, "edit_product", product_id=product, set={"title": "Tee deluxe"})  # so it is read again
        changes = {"price_factor": "1.5", "price_rounding": "end_99"}
        told = await world.do(
            catalogue_preview.preview_catalogue_policy, marketplace=world.marketplace, changes=changes
        )
        before = {
            one["id"]: one["price"] for each in (await world.dump("market"))["products"] for one in each["variants"]
        }
        await ruled(world, **changes)
        after = {
            one["id"]: one["price"] for each in (await world.dump("market"))["products"] for one in each["variants"]
        }
        changed = [id for id in after if after[id] != before.get(id)]
        assert told.fields == {"price": len(changed)}
        said = next(each for each in told.named if each.product == "Tee deluxe")
        assert (said.before, said.after) == ("20.00", "29.99")
        assert {after[one["id"]] for one in kept["variants"]} == {"99.00", "29.99"}
        again = await world.do(
            catalogue_preview.preview_catalogue_policy, marketplace=world.marketplace, changes=changes
        )
        assert not again.differs

    play(database, scenario)


def test_the_plan_of_a_vendors_change_is_what_is_written(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering_all(world)
        product = await add(world, tee())
        await world.do(
            offering.take, listing=await world.do(_row, product=product), fields=["title"], now=world.clock(), who="o"
        )
        await world.control(
            "edit_product", store="vendor1", product_id=product, set={"title": "New", "html": "<p>New.</p>"}
        )
        await world.sql("UPDATE listing SET wanted = wanted + 1 WHERE product_id = %s", [product])
        row = await world.do(_row, product=product)
        (planned,) = await world.do(plans.plan_key, text=f"listing:{row.vendor_id}", now=world.clock())
        assert planned.actions == (), "the change was not heard of yet"
        await world.quiet()
        assert (await there(world, product))["html"] == "<p>New.</p>"
        following = await world.do(next_step, listing=row)
        assert following.writes == ()
        told = await world.do(tell_listing, listing=await world.do(_row, product=product))
        assert [field.field for field in told.fields if field.taken] == ["title"]
        assert not any(field.edited for field in told.fields)
        assert not any(field.edited for one in told.variants for field in one.fields)

    play(database, scenario)


def test_a_variant_that_is_asked_for_is_added_to_the_merchants(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering_all(world, rules={"auto_variants": False})
        product = await add(world, tee())
        new = [{"options": ["L", colour], "price": "21.00", "inventory": 5} for colour in ("Red", "Blue")]
        await at_vendor(world, "add_variants", product_id=product, variants=new)
        waiting = (await listing(world, product))["not_offered"]
        assert [each["why"] for each in waiting] == ["not_automatic", "not_automatic"]
        row = await world.do(_row, product=product)
        asked = [waiting[0]["vendor_variant_id"]]
        await world.do(offering.offer_variants, listing=row, vendor_variant_ids=asked, now=world.clock(), who="o")
        await world.quiet()
        assert len((await listing(world, product))["not_offered"]) == 1
        assert [row for row in options(await there(world, product)).values() if row[0] == "L"] in (
            [("L", "Red")],
            [("L", "Blue")],
        )
        await agrees(world)
        assert (await listing(world, product))["taken"] == [], "it is there: nothing is asked for any more"

    play(database, scenario)
