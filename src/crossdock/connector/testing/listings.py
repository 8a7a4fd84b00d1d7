"""Rules about writing products into the merchant's store: made once, changed only as told, taken off sale.

Not here: what a listing should be (core/listing*.py).
"""

from contextlib import suppress
from decimal import Decimal

from crossdock.connector.contract import Operation, Role
from crossdock.connector.errors import ConnectorError, Gone, OutcomeUnknown
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.mishaps import Mishap
from crossdock.connector.testing.rules import Broken, expect, only, refused, rule, same
from crossdock.core.catalog import Product, ProductStatus
from crossdock.core.listing import (
    AddVariants,
    CreateProduct,
    DesiredProduct,
    DesiredVariant,
    EndListing,
    ListingAction,
    RemoveVariants,
    UpdateProduct,
    UpdateVariants,
)

POLLS = 20
MOST_REQUESTS = 30
BOWL = DesiredProduct(title="Bowl", html="<p>For soup</p>", status=ProductStatus.ACTIVE, tags=("clay", "new"))


def _create(reference: str, place: str, *, sku: str = "BOWL", fresh: bool = False) -> CreateProduct:
    return CreateProduct(
        reference=reference,
        product=BOWL,
        options=(("Size", ("S", "M")),),
        variants=(
            DesiredVariant("v1", options=("S",), sku=f"{sku}-S", price=Decimal("5.00"), tracked=True),
            DesiredVariant("v2", options=("M",), sku=f"{sku}-M", price=Decimal("6.00"), tracked=True),
        ),
        location_id=place,
        fresh=fresh,
    )


async def carried_out(desk: Desk, action: ListingAction) -> Product:
    """What the store has afterwards, whatever work it does by itself."""
    answer = await desk.client.write_listing(action)
    for _ in range(POLLS):
        if isinstance(answer, Product):
            return answer
        if not isinstance(answer, Operation):
            raise Broken(f"write_listing answered {answer!r}")
        await desk.bench.pass_time(2)
        answer = await desk.client.finish_listing(answer)
    raise Broken("an operation does not end")


async def _begin(bench: Bench) -> tuple[Desk, str]:
    desk = await Desk.open(bench, Role.MERCHANT)
    return desk, (await desk.client.check()).default_location_id


async def _read(desk: Desk, product_id: str) -> Product:
    await desk.bench.pass_time(2)
    return only("products read", await desk.client.read_products([product_id]))


@rule("write_listings", role=Role.MERCHANT)
async def a_product_is_made_once_for_its_reference(bench: Bench) -> None:
    """Made, found by its reference, and made equal instead of made again."""
    desk, place = await _begin(bench)
    same("what is found before", await desk.client.find_product("cd-7-1-1"), None)
    made = await carried_out(desk, _create("cd-7-1-1", place, fresh=True))
    expect(made.whole, "a product just made is not told whole")
    read = await _read(desk, made.id)
    same("its title and status", (read.title, read.status), ("Bowl", ProductStatus.ACTIVE))
    same("its tags", sorted(read.tags), ["clay", "new"])
    rows = {one.sku: (one.options, one.price, one.tracked) for one in read.variants}
    wanted = {"BOWL-S": (("S",), Decimal(5), True), "BOWL-M": (("M",), Decimal(6), True)}
    same("its variants", rows, wanted)
    found = await desk.speak().find_product("cd-7-1-1")
    same("what is found", found.id if found else None, made.id)
    again = await carried_out(desk, _create("cd-7-1-1", place))
    same("made again", again.id, made.id)
    same("its variants made again", {one.id for one in again.variants}, {one.id for one in read.variants})
    other = await carried_out(desk, _create("cd-7-1-2", place, sku="DISH"))
    expect(other.id != made.id, "another reference gave the same product")


@rule("write_listings", role=Role.MERCHANT)
async def a_product_whose_answer_was_lost_is_made_once(bench: Bench) -> None:
    """Whichever request goes wrong, the same call again ends in one product."""
    desk, place = await _begin(bench)
    number = 0
    for mishap in Mishap:
        for at in range(1, MOST_REQUESTS):
            number += 1
            action = _create(f"cd-7-9-{number}", place, sku=f"BOWL{number}")
            desk.wire.begin(mishap, at)
            error: ConnectorError | None = None
            try:
                await carried_out(desk, action)
            except ConnectorError as caught:
                error = caught
            struck = desk.wire.struck
            desk.wire.begin()
            await bench.pass_time(60)
            made = await carried_out(desk, action)
            await bench.pass_time(5)
            everything, _, _ = await desk.catalogue()
            there = {one.id for one in everything if one.title == "Bowl"}
            what = f"request {at} met '{mishap}', told as {type(error).__name__ if error else 'success'}"
            same(f"{what}; products", len(there), number)
            found = await desk.client.find_product(action.reference)
            same(f"{what}; found by its reference", found.id if found else None, made.id)
            if not struck:
                break
        else:
            raise Broken(f"CreateProduct: more than {MOST_REQUESTS} requests")


@rule("write_listings", role=Role.MERCHANT)
async def only_what_is_given_changes(bench: Bench) -> None:
    """Product fields and variants, one by one; the others, and the other products, stay; twice the same is once."""
    desk, place = await _begin(bench)
    made = await carried_out(desk, _create("cd-7-1-1", place))
    before = await _read(desk, made.id)
    small = next(one for one in before.variants if one.sku == "BOWL-S")
    steps: tuple[ListingAction, ...] = (
        UpdateProduct(made.id, DesiredProduct(title="Dish")),
        UpdateVariants(made.id, (DesiredVariant("v1", id=small.id, price=Decimal("5.50")),)),
    )
    for step in (*steps, *steps):
        await carried_out(desk, step)
    after = await _read(desk, made.id)
    same("its fields", (after.title, after.html, sorted(after.tags)), ("Dish", before.html, sorted(before.tags)))
    rows = {one.sku: (one.id, one.price) for one in after.variants}
    was = {one.sku: one.id for one in before.variants}
    same("its variants", rows, {"BOWL-S": (small.id, Decimal("5.5")), "BOWL-M": (was["BOWL-M"], Decimal(6))})
    mug = only("products read", await desk.client.read_products([desk.product("MUG-R")]))
    same("another product", (mug.title, len(mug.variants)), ("Mug", 2))


@rule("write_listings", role=Role.MERCHANT)
async def variants_come_and_go(bench: Bench) -> None:
    """Added and removed, each repeatable; those that stay keep their ids."""
    desk, place = await _begin(bench)
    made = await carried_out(desk, _create("cd-7-1-1", place))
    kept = {one.sku: one.id for one in (await _read(desk, made.id)).variants}
    large = DesiredVariant("v3", options=("L",), sku="BOWL-L", price=Decimal("7.00"), tracked=True)
    for _ in range(2):
        await carried_out(desk, AddVariants(made.id, (large,), place))
        rows = {one.sku: one.id for one in (await _read(desk, made.id)).variants}
        same("the variants", sorted(rows), ["BOWL-L", "BOWL-M", "BOWL-S"])
        same("those that were there", {sku: rows[sku] for sku in kept}, kept)
    for _ in range(2):
        await carried_out(desk, RemoveVariants(made.id, (kept["BOWL-M"],)))
        rows = {one.sku: one.id for one in (await _read(desk, made.id)).variants}
        same("the variants", sorted(rows), ["BOWL-L", "BOWL-S"])


@rule("write_listings", role=Role.MERCHANT)
async def a_listing_ends_as_told(bench: Bench) -> None:
    """As a draft it is not on sale; deleted it is gone, and changing it then is Gone; ending twice is once."""
    desk, place = await _begin(bench)
    made = await carried_out(desk, _create("cd-7-1-1", place))
    for _ in range(2):
        await carried_out(desk, EndListing(made.id))
        same("its status", (await _read(desk, made.id)).status, ProductStatus.DRAFT)
    for _ in range(2):
        with suppress(Gone):  # a result: it is not there
            await carried_out(desk, EndListing(made.id, delete=True))
    await bench.pass_time(5)
    same("a deleted product", await desk.client.read_products([made.id]), ())
    gone = UpdateProduct(made.id, DesiredProduct(title="Dish"))
    await refused(Gone, "changing what is gone", desk.client.write_listing(gone))


@rule("write_listings", role=Role.MERCHANT)
async def a_change_whose_answer_was_lost_is_told_so(bench: Bench) -> None:
    """What was done is not told as not done."""
    desk, place = await _begin(bench)
    made = await carried_out(desk, _create("cd-7-1-1", place))
    number = 0
    for mishap in (Mishap.LOST, Mishap.NEVER, Mishap.BROKEN, Mishap.UNSENT):
        for at in range(1, MOST_REQUESTS):
            number += 1
            title = f"Dish {number}"
            desk.wire.begin(mishap, at)
            error: ConnectorError | None = None
            try:
                await desk.client.write_listing(UpdateProduct(made.id, DesiredProduct(title=title)))
            except ConnectorError as caught:
                error = caught
            struck = desk.wire.struck
            desk.wire.begin()
            await bench.pass_time(30)
            done = (await _read(desk, made.id)).title == title
            what = f"request {at} met '{mishap}', told as {type(error).__name__ if error else 'success'}"
            expect(not done or error is None or isinstance(error, OutcomeUnknown), f"{what}; it was done")
            expect(done or error is not None, f"{what}; it was not done")
            if not struck:
                break
