"""Rules about reading a catalogue: whole, by pages, what changed since, and the same product by every way.

Not here: stock (stock.py) or writing products (listings.py).
"""

from collections.abc import Sequence
from datetime import timedelta, timezone
from decimal import Decimal
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from crossdock.connector.capabilities import Can
from crossdock.connector.contract import Role
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import MUG, TEE, Desk
from crossdock.connector.testing.rules import expect, only, rule, same
from crossdock.core.catalog import Product, Variant

MANY = 130  # more than a page of any platform we know holds
FAR_EAST = timezone(timedelta(hours=12, minutes=45))
ZONE = "Pacific/Chatham"


@rule("read_catalogue")
async def a_catalogue_is_read_whole(bench: Bench) -> None:
    """Every product and variant comes once, with its price, codes and stock."""
    desk = await Desk.open(bench, Role.VENDOR)
    products, variants, _ = await desk.catalogue()
    same("titles", sorted(one.title for one in products), ["Mug", "Tee"])
    by_sku = {one.sku: one for one in variants}
    same("SKUs", sorted(one.sku for one in variants), ["MUG-B", "MUG-R", "TEE"])
    red = by_sku["MUG-R"]
    same("the id of a variant", red.id, desk.variant("MUG-R"))
    same("the product of a variant", red.product_id, desk.product("MUG-R"))
    found = (red.options, red.price, red.barcode, red.tracked, red.available)
    kept = bench.platform.capabilities.barcodes.can is not Can.NO
    same("a variant", found, (("Red",), Decimal(10), "4006381333931" if kept else "", True, 500))
    same("the options of the only variant of a product", by_sku["TEE"].options, ())
    mug = only("products read", [one for one in products if one.title == "Mug"])
    expect("For tea" in mug.html, f"the description is {mug.html!r}")
    expect(mug.updated_at.tzinfo, "updated_at is not aware")


@rule("read_catalogue")
async def a_big_catalogue_comes_in_pages_that_anyone_continues(bench: Bench) -> None:
    """All of many products come, once each, also when every page is asked for by another process; `as_of` stays."""
    goods = [{"title": f"Thing {n}", "variants": [{"sku": f"T-{n}", "price": "1.00"}]} for n in range(MANY)]
    desk = await Desk.open(bench, Role.VENDOR, *goods)
    products, variants, pages = await desk.catalogue(anew=True)
    same("products", len({one.id for one in products}), MANY)
    same("variants", len({one.id for one in variants}), MANY)
    same("moments of the reading", len({one.as_of for one in pages}), 1)
    expect(all(later.done >= sooner.done for sooner, later in pairwise(pages)), "`done` goes back")
    last = pages[-1]
    expect(last.total in (0, last.done) or last.done <= last.total, f"{last.done} of {last.total}")


@rule("read_catalogue")
async def an_empty_catalogue_ends(bench: Bench) -> None:
    """A store without products gives a last page without any."""
    bare = Desk(bench, await bench.open_store(Role.VENDOR, ()))
    products, variants, _ = await bare.catalogue()
    same("what is in an empty store", (products, variants), ([], []))


@rule("read_catalogue")
async def a_product_reads_the_same_every_way(bench: Bench) -> None:
    """A whole pass, a list of what changed and a direct read give the same product."""
    desk = await Desk.open(bench, Role.VENDOR)
    products, variants, _ = await desk.catalogue()
    changed = await desk.changed_products(desk.now - timedelta(days=1))
    for product_id in (desk.product("MUG-R"), desk.product("TEE")):
        read = only("products read", await desk.client.read_products([product_id]))
        expect(read.whole, "read_products gave a product that is not whole")
        listed = [one for one in changed if one.id == product_id][-1]
        swept = _put_together(product_id, products, variants)
        same("by a pass and by a read", _plain(swept), _plain(read))
        if listed.whole:
            same("by a list and by a read", _plain(listed), _plain(read))


def _put_together(product_id: str, products: Sequence[Product], variants: Sequence[Variant]) -> Product:
    found = only("products read", [one for one in products if one.id == product_id])
    mine = {one.id: one for one in variants if one.product_id in ("", product_id)}
    if found.variants:
        mine = {one.id: one for one in found.variants}
    return replace(found, variants=tuple(mine.values()), whole=True)


def _plain(product: Product) -> Any:
    """A product without the order in which its variants come."""
    rows = sorted(product.variants, key=lambda one: one.id)
    return replace(product, variants=tuple(replace(one, product_id=product.id) for one in rows))


@rule("read_catalogue")
async def what_is_not_there_is_left_out(bench: Bench) -> None:
    """`read_products` gives those that are there; ids that cannot be any are no error."""
    desk = await Desk.open(bench, Role.VENDOR)
    mug = desk.product("MUG-R")
    away = desk.absent(mug)
    found = await desk.client.read_products([away, mug])
    same("products read", [one.id for one in found], [mug])
    same("none asked for", await desk.client.read_products([]), ())


@rule("read_catalogue", acts=("edit_product", "edit_variant", "set_stock", "add_product"))
async def what_changed_since_is_listed(bench: Bench) -> None:
    """Every kind of change is listed with what it made of the product; nothing is missed at the very moment."""
    desk = await Desk.open(bench, Role.VENDOR)
    await bench.pass_time(3600)
    since = desk.now
    await desk.act("edit_product", product_id=desk.product("TEE"), set={"title": "Shirt"})
    await bench.pass_time(30)
    shirt = only("products read", await desk.client.read_products([desk.product("TEE")]))
    listed = [one for one in await desk.changed_products(since) if one.id == shirt.id]
    expect(listed, "a renamed product is not listed")
    same("the title", listed[-1].title, "Shirt")
    expect(
        [one for one in await desk.changed_products(shirt.updated_at) if one.id == shirt.id],
        "a product changed at the very moment asked for is not listed",
    )
    await desk.act("edit_variant", variant_id=desk.variant("MUG-B"), set={"price": "8.00"})
    await bench.pass_time(30)
    mug = only(
        "products read", [one for one in await desk.changed_products(since) if one.id == desk.product("MUG-B")][-1:]
    )
    prices = {one.sku: one.price for one in (await desk.client.read_products([mug.id]))[0].variants}
    same("the price of a variant", prices["MUG-B"], Decimal(8))
    added = await desk.act("add_product", product={"title": "Bowl", "variants": [{"sku": "BOWL", "price": "5"}]})
    await bench.pass_time(30)
    expect([one for one in await desk.changed_products(since) if one.id == added["id"]], "a new one is not listed")


@rule("read_catalogue", acts=("edit_product",))
async def a_list_that_shifts_while_it_is_read_misses_nothing(bench: Bench) -> None:
    """Everything that changed comes, though products change again between two pages, and though another process goes
    on from where the first stopped."""
    goods = [{"title": f"Thing {n}", "variants": [{"sku": f"T-{n}", "price": "1.00"}]} for n in range(MANY)]
    desk = await Desk.open(bench, Role.VENDOR, *goods)
    since = desk.now - timedelta(days=1)
    await bench.pass_time(30)
    found: list[str] = []
    cursor = ""
    for number in range(MANY):
        page = await desk.speak().changed_products(since, cursor)
        found += [one.id for one in page.items]
        cursor = page.cursor
        if not cursor:
            break
        await bench.pass_time(5)
        for product_id in (found[number], desk.product(f"T-{MANY - 1 - number}")):
            await desk.act("edit_product", product_id=product_id, set={"title": f"Changed {number}"})
    same("products that came", len(set(found)), MANY)


@rule("read_catalogue", acts=("edit_product", "place_order"))
async def time_zones_change_nothing(bench: Bench) -> None:
    """A store that keeps its clock elsewhere, asked with a moment written elsewhere, misses no change of the last
    minute and gives moments that agree with ours."""
    desk = await Desk.open(bench, Role.VENDOR, MUG, TEE, time_zone=ZONE)
    await bench.pass_time(3600)
    since = (desk.now - timedelta(seconds=1)).astimezone(FAR_EAST)
    made = await desk.placed()
    await desk.act("edit_product", product_id=desk.product("TEE"), set={"title": "Shirt"})
    await bench.pass_time(30)
    listed = [one for one in await desk.changed_products(since) if one.id == desk.product("TEE")]
    expect(listed, "a change of the last minute is missed")
    away = abs((listed[-1].updated_at - desk.now).total_seconds())
    expect(away < 120, f"a moment is {away:.0f} seconds from ours")
    ours = [order for order, _ in await desk.changed_ours(since) if order.id == made.id]
    expect(ours, "an order of the last minute is missed")
    expect(abs((ours[-1].updated_at - desk.now).total_seconds()) < 120, "an order's moment is not ours")


@rule("read_catalogue", acts=("delete_product",))
async def a_deleted_product_is_gone_from_every_reading(bench: Bench) -> None:
    """It is neither read nor in a whole pass that begins afterwards."""
    desk = await Desk.open(bench, Role.VENDOR)
    tee = desk.product("TEE")
    await desk.act("delete_product", product_id=tee)
    await bench.pass_time(30)
    same("a deleted product, read", await desk.client.read_products([tee]), ())
    products, _, _ = await desk.catalogue()
    expect(tee not in {one.id for one in products}, "a deleted product is in a whole pass")
