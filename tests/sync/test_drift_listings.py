"""Drift of listings: each kind of field disturbed behind the hub's back is found, told why, and put right or taken note
of; a second look finds nothing.

Not here: levels, orders and parcels (test_drift.py).
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import pytest

from crossdock.operations.drift import Drift
from tests.sync.listing_world import Shown, add, agrees, listing, offering, pairs, tee, there
from tests.sync.test_drift import found, marks_lost, read_anew, repaired
from tests.world import World, at_home, play

Disturb = Callable[[World, str, str], Awaitable[Any]]  # the store and the product there that somebody changes


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def edited(**changes: Any) -> Disturb:
    async def disturb(world: World, store: str, product: str) -> None:
        await world.control("edit_product", store=store, product_id=product, set=changes)

    return disturb


def of_variant(**changes: Any) -> Disturb:
    async def disturb(world: World, store: str, product: str) -> None:
        variant = (await shown(world, store, product))["variants"][0]["id"]
        await world.control("edit_variant", store=store, variant_id=variant, set=changes)

    return disturb


async def one_more(world: World, store: str, product: str) -> None:
    rows = [{"options": ["L", "Red"], "sku": "T-L-Red", "price": "22.00", "inventory": 3}]
    await world.control("add_variants", store=store, product_id=product, variants=rows)


async def one_less(world: World, store: str, product: str) -> None:
    gone = (await shown(world, store, product))["variants"][-1]["id"]
    await world.control("remove_variants", store=store, product_id=product, variant_ids=[gone])


async def other_options(world: World, store: str, product: str) -> None:
    rows = [
        {"id": one["id"], "options": one["options"][::-1]} for one in (await shown(world, store, product))["variants"]
    ]
    await world.control("set_options", store=store, product_id=product, options=["Colour", "Size"], variants=rows)


async def deleted(world: World, store: str, product: str) -> None:
    await world.control("delete_product", store=store, product_id=product)


async def shown(world: World, store: str, product: str) -> Shown:
    return next(one for one in (await world.dump(store))["products"] if one["id"] == product)


LOST: dict[str, tuple[Disturb, list[str]]] = {
    "title": (edited(title="Theirs"), ["title"]),
    "description": (edited(html="<p>Other.</p>"), ["description"]),
    "type": (edited(product_type="Tops"), ["product_type"]),
    "tags": (edited(tags=["linen"]), ["tags"]),
    "pictures": (edited(media=["https://cdn.test/b.jpg"]), ["media"]),
    "status": (edited(status="DRAFT"), ["status"]),
    "price": (of_variant(price="21.00"), ["price"]),
    "price before": (of_variant(compare_at="30.00"), ["compare_at"]),
    "codes": (of_variant(sku="N-1", barcode="4006381333931"), ["barcode", "sku"]),
    "weight": (of_variant(weight=120), ["weight"]),
    "counting": (of_variant(oversell=True), ["oversell"]),
    "a variant more": (one_more, ["added"]),
    "a variant less": (one_less, ["removed"]),
    "options": (other_options, ["options"]),
    "nothing": (edited(), []),
}
BY_HAND: dict[str, tuple[Disturb, list[str]]] = {
    "title": (edited(title="Ours"), ["title"]),
    "description": (edited(html="<p>Ours.</p>"), ["description"]),
    "type": (edited(product_type="Ours"), ["product_type"]),
    "a tag away": (edited(tags=["cotton"]), ["tags"]),
    "a tag more": (edited(tags=["cotton", "soft", "ours"]), []),
    "a picture away": (edited(media=[]), ["media"]),
    "on sale no more": (edited(status="DRAFT"), []),
    "price": (of_variant(price="99.00"), ["price"]),
    "price before": (of_variant(compare_at="120.00"), ["compare_at"]),
    "codes": (of_variant(sku="OURS", barcode="5901234123457"), ["barcode", "sku"]),
    "weight": (of_variant(weight=120), []),  # the vendor says none
    "counting": (of_variant(tracked=False), ["tracked"]),
    "a variant more": (one_more, []),
    "a variant less": (one_less, ["variant"]),
    "options": (other_options, ["options"]),
}


async def goods(world: World, names: Mapping[str, Any]) -> dict[str, str]:
    """A product of the vendor's for each, listed, and all read once."""
    await offering(world)
    made = {name: await add(world, tee(title=name, tags=["cotton", "soft"], media=["https://cdn.test/a.jpg"]))
            for name in names}  # fmt: skip
    await read_anew(world)
    return made


async def unmarked(world: World) -> None:
    """Every catalogue is read whole, and nobody is told to look at what it changed: the marks are lost."""
    async with marks_lost(world, "listing"):
        await world.read_catalogues()
    await world.sql("UPDATE listing SET done = wanted")


async def told(world: World, of: Drift, made: Mapping[str, str]) -> dict[str, list[str]]:
    """The fields told of each product."""
    names = {(await listing(world, product))["id"]: name for name, product in made.items()}
    fields: dict[str, list[str]] = {name: [] for name in made}
    for item in of.items:
        assert item.since is not None
        fields[names[item.ref]].append(item.field.partition(":")[0])
    return {name: sorted(each) for name, each in fields.items()}


def test_a_vendors_changes_that_nobody_looked_at_are_found_and_made_good(database: str) -> None:
    async def scenario(world: World) -> None:
        made = await goods(world, LOST)
        for name, product in made.items():
            await LOST[name][0](world, "vendor1", product)
        await unmarked(world)
        before = await found(world)
        assert await told(world, before, made) == {name: fields for name, (_, fields) in LOST.items()}
        assert {(item.why, item.meant) for item in before.items} == {("event_lost", False)}
        assert before.left == len(before.items)
        price = next(item for item in before.items if item.field.startswith("price"))
        assert (price.wanted, price.seen) == ("21.00", "20.00")
        assert (await repaired(world, before)).items == ()
        await agrees(world)

    play(database, scenario)


@pytest.mark.parametrize("heard", [False, True], ids=["by the command", "by the hub's own reading"])
def test_edits_by_hand_are_found_told_and_kept(database: str, heard: bool) -> None:
    async def scenario(world: World) -> None:
        made = await goods(world, BY_HAND)
        twins = {name: (await there(world, product))["id"] for name, product in made.items()}
        for name, product in twins.items():
            await BY_HAND[name][0](world, "market", product)
        kept = {name: plain(await there(world, product)) for name, product in made.items()}
        if heard:
            await world.read_catalogues()
            noted = await world.sql(
                "SELECT data -> 'edited', data -> 'written' FROM activity WHERE what = 'listing.drift'"
            )
            fields = sorted(sorted(field.partition(":")[0] for field in edits) for edits, _ in noted)
            assert fields == sorted(fields for _, fields in BY_HAND.values() if fields)
            assert [written for _, written in noted if written] == []
        else:
            await unmarked(world)
            before = await found(world)
            assert await told(world, before, made) == {name: fields for name, (_, fields) in BY_HAND.items()}
            assert {(item.why, item.meant) for item in before.items} == {("edited_by_hand", True)}
            assert before.left == 0, "nothing is to be put right: they are the merchant's"
            await repaired(world, before)
        assert (await found(world)).items == (), "taken note of"
        assert {name: plain(await there(world, product)) for name, product in made.items()} == kept
        await agrees(world)

    play(database, scenario)


def plain(product: Shown) -> Shown:
    return {name: product[name] for name in ("title", "html", "tags", "status", "variants", "options")}


def test_a_product_deleted_behind_our_back_is_told_and_ends(database: str) -> None:
    async def scenario(world: World) -> None:
        made = await goods(world, {"gone": None, "there": None})
        world.hub_is_down = True  # nobody hears of it
        await deleted(world, "market", (await there(world, made["gone"]))["id"])
        await world.sandbox.settle()
        world.hub_is_down = False
        await unmarked(world)
        before = await found(world)
        assert [(item.why, item.meant) for item in before.items] == [("deleted_at_merchant", False)]
        assert (await repaired(world, before)).items == ()
        row = await listing(world, made["gone"])
        assert (row["state"], row["reason"]) == ("ended", "merchant_deleted")
        assert await pairs(world, made["gone"]) == {}
        await agrees(world)

    play(database, scenario)


def test_a_picture_that_could_not_be_fetched_is_told_until_the_vendor_gives_another(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product = await add(world, tee(media=["https://cdn.test/missing/a.jpg", "https://cdn.test/b.jpg"]))
        assert (await listing(world, product))["problems"] == [], "it is fetched later"
        await world.read_catalogues()
        (problem,) = (await listing(world, product))["problems"]
        assert (problem["code"], problem["seen"]) == (
            "media_missing", {"count": 1, "which": ["https://cdn.test/missing/a.jpg"]}
        )  # fmt: skip
        await agrees(world)
        assert (await listing(world, product))["problems"] == [problem], "told as long as it is so"
        media = ["https://cdn.test/a.jpg", "https://cdn.test/b.jpg"]
        await world.control("edit_product", store="vendor1", product_id=product, set={"media": media})
        await world.quiet()
        await world.read_catalogues()
        assert [one["status"] for one in (await there(world, product))["media"]] == ["READY", "READY"]
        assert (await listing(world, product))["problems"] == []
        assert (await found(world)).items == ()

    play(database, scenario)
