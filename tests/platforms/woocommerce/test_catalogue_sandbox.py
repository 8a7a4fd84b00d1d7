"""The connector against the sandbox in process: catalogue, stock, listings, and the webhooks that tell of them."""

from decimal import Decimal
from typing import Any

import pytest

from crossdock.connector.contract import Kind, LevelChange, LevelsRefused, LevelWrite, Role
from crossdock.connector.errors import OutcomeUnknown, Rejected
from crossdock.core.catalog import Product, ProductStatus
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
from tests.platforms.woocommerce.test_listings import REFERENCE, simple, sized, variant
from tests.platforms.woocommerce.world import HOOK, World


async def whole(client: WooCommerceStore) -> dict[str, Product]:
    found: dict[str, Product] = {}
    cursor = ""
    while True:
        page = await client.catalogue(cursor)
        found |= {each.id: each for each in page.products}
        cursor = page.cursor
        if not cursor:
            return found


async def changed(client: WooCommerceStore, since: Any) -> set[str]:
    found: set[str] = set()
    cursor = ""
    while True:
        page = await client.changed_products(since, cursor)
        found |= {each.id for each in page.items}
        cursor = page.cursor
        if not cursor:
            return found


async def test_a_product_reads_the_same_every_way() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    more = [{"title": f"P{n}", "variants": [{"sku": f"P-{n}", "price": "1.00", "inventory": n}]} for n in range(40)]
    for one in more:
        await world.do("add_product", "vendor", product=one)
    found = await whole(vendor)
    assert len(found) == 42
    read = await vendor.read_products(list(found))
    assert {each.id: each for each in read} == found
    mug, tee = found[world.product("vendor")], found[world.product("vendor", 1)]
    assert (mug.title, mug.variants[0].available, mug.variants[0].item_id) == ("Mug & Lid", 5, mug.id)
    assert [(each.options, each.available) for each in tee.variants] == [(("S",), 7), (("M",), 7)]
    assert [(each.name, each.values) for each in tee.options] == [("Size", ("S", "M"))]
    levels = await vendor.read_levels([each.item_id for each in (*mug.variants, *tee.variants)])
    assert [each.available for each in levels] == [5, 7, 7]


async def test_what_changed_since_variations_and_orders_included() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    await world.pass_time(60)
    since = world.time.now
    assert await changed(vendor, since) == set()
    await world.do("set_stock", "vendor", variant_id=world.variant("vendor", 1), available=3)
    assert await changed(vendor, since) == {world.product("vendor", 1)}
    await world.pass_time(60)
    since = world.time.now
    await world.place("vendor")
    assert await changed(vendor, since) == {world.product("vendor")}


async def test_webhooks_name_the_product_to_look_at() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    await vendor.ensure_subscriptions(HOOK)
    await world.do("set_stock", "vendor", variant_id=world.variant("vendor", 1), available=3)
    await world.do("delete_product", "vendor", product_id=world.product("vendor"))
    await world.pass_time(10)
    told = [each for each in world.seen(Role.VENDOR, "vendor") if each.kind is Kind.PRODUCT]
    assert {each.id for each in told if not each.deleted} >= {world.product("vendor", 1)}
    assert [each.id for each in told if each.deleted] == [world.product("vendor")]
    assert await vendor.read_products([world.product("vendor")]) == ()


async def test_stock_at_the_merchant() -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT)
    product, first, second = world.product("market", 1), world.variant("market", 1), world.variant("market", 1, 1)
    small, medium = f"{product}/{first}", f"{product}/{second}"
    rows = [LevelWrite(small, "store", 2, 7), LevelWrite(medium, "store", 0, 7)]
    assert not await merchant.set_levels(rows, key="k")
    assert [each.available for each in await merchant.read_levels([small, medium])] == [2, 0]
    assert await merchant.set_levels(rows, key="k") == LevelsRefused(stale=(0, 1))
    assert not await merchant.adjust_levels([LevelChange(small, "store", -3)], key="k")
    assert world.dump("market")["inventory"][first] == -1


async def test_variations_that_share_a_figure_get_their_own_at_the_merchant() -> None:
    world = World()
    merchant, vendor = await world.create("market", Role.MERCHANT), await world.create("vendor", Role.VENDOR)
    for name in ("market", "vendor"):
        await world.do("share_stock", name, product_id=world.product(name, 1), available=9)
    item = f"{world.product('vendor', 1)}/{world.variant('vendor', 1)}"
    assert [each.available for each in await vendor.read_levels([item])] == [9]
    item = f"{world.product('market', 1)}/{world.variant('market', 1)}"
    assert await merchant.read_levels([item]) == ()
    write = [LevelWrite(item, "store", 4, 0)]
    assert await merchant.set_levels(write, key="k") == LevelsRefused(not_stocked=(0,))
    await merchant.stock_at(item, "store")
    assert not await merchant.set_levels(write, key="k")
    assert [each.available for each in await merchant.read_levels([item])] == [4]


async def written(client: WooCommerceStore, action: ListingAction) -> Product:
    product = await client.write_listing(action)
    assert isinstance(product, Product)
    return product


@pytest.mark.parametrize("action", [simple(), simple(sku=None), sized()], ids=["simple", "without a SKU", "sized"])
@pytest.mark.parametrize("lost", ["create_product", "write_product", "write_variants"])
async def test_a_listing_whose_answer_is_lost_is_made_once(action: CreateProduct, lost: str) -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT)
    world.lose = [lost, lost]
    for _ in range(3):
        try:
            made = await written(merchant, action)
            break
        except OutcomeUnknown:
            continue
    assert await written(merchant, action) == made
    assert await merchant.find_product(REFERENCE) == made
    assert len(world.dump("market")["products"]) == 3
    assert [each.sku for each in made.variants] == [each.sku or "" for each in action.variants]
    assert made.status is ProductStatus.ACTIVE
    assert made.title == action.product.title


async def test_the_life_of_a_listing() -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT)
    made = await written(merchant, sized())
    wish = DesiredProduct(title="Shirt & Co", tags=("New",), product_type="Tops", html="<p>y</p>")
    shown = await written(merchant, UpdateProduct(made.id, wish))
    assert (shown.title, shown.tags, shown.product_type, shown.html) == ("Shirt & Co", ("New",), "Tops", "<p>y</p>")
    prices = DesiredVariant("v1", id=made.variants[0].id, price=Decimal("8.00"), compare_at=Decimal("9.50"))
    (priced,) = (await written(merchant, UpdateVariants(made.id, (prices,)))).variants
    assert (priced.price, priced.compare_at) == (Decimal("8.00"), Decimal("9.50"))
    for _ in range(2):
        (added,) = (await written(merchant, AddVariants(made.id, (variant("v3", "L"),)))).variants
    assert (added.options, added.available, added.item_id) == (("L",), 0, f"{made.id}/{added.id}")
    await written(merchant, RemoveVariants(made.id, (made.variants[1].id,)))
    options = (("Fit", ("Small", "Large")),)
    rows = (variant("v1", "Small", id=made.variants[0].id), variant("v3", "Large", id=added.id))
    shaped = await written(merchant, SetOptions(made.id, options, rows))
    assert {each.id: each.options for each in shaped.variants} == {
        made.variants[0].id: ("Small",),
        added.id: ("Large",),
    }
    assert (await written(merchant, EndListing(made.id))).status is ProductStatus.DRAFT
    await written(merchant, EndListing(made.id, delete=True))
    assert await merchant.read_products([made.id]) == ()
    assert (await written(merchant, sized())).id != made.id


async def test_a_sku_that_is_taken_is_told() -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT)
    action = CreateProduct(REFERENCE, DesiredProduct(title="x"), (), (variant("v1", sku="MUG-1"),))
    with pytest.raises(Rejected, match="MUG-1"):
        await written(merchant, action)


async def test_a_sale_while_a_level_is_written_is_not_undone() -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT)
    item, send = world.product("market"), world.send

    async def late(request: Any) -> Any:
        if request.call == "set_levels":
            await world.place("market")
        return await send(request)

    world.send = late  # type: ignore[method-assign]
    assert not await merchant.set_levels([LevelWrite(item, "store", 9, 5)], key="k")
    assert [each.available for each in await merchant.read_levels([item])] == [7]
