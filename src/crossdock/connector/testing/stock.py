"""Rules about stock: read directly, written on condition, absolutely, or by a difference, once.

Not here: how much to write (core/stock.py).
"""

from collections.abc import Callable, Coroutine
from typing import Any

from crossdock.connector.capabilities import Can
from crossdock.connector.contract import LevelChange, LevelsRefused, LevelWrite, Role
from crossdock.connector.errors import OutcomeUnknown, Rejected, Unsupported
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.mishaps import DONE, Mishap
from crossdock.connector.testing.rules import Broken, NotCovered, expect, only, refused, rule, same

NOTHING = LevelsRefused()


@rule(acts=("set_stock",))
async def stock_is_read_directly(bench: Bench) -> None:
    """What the vendor sets is read at once, by level and by product; what is not there is left out."""
    desk = await Desk.open(bench, Role.VENDOR)
    item, place = await desk.item("MUG-B")
    level = only("levels read", await desk.client.read_levels([item]))
    same("a level", (level.item_id, level.location_id, level.available), (item, place, 7))
    await desk.act("set_stock", variant_id=desk.variant("MUG-B"), available=3)
    level = only("levels read", await desk.client.read_levels([item]))
    same("a level just set", level.available, 3)
    mug = only("products read", await desk.client.read_products([desk.product("MUG-B")]))
    same("stock read with the product", {one.sku: one.available for one in mug.variants}["MUG-B"], 3)
    away = desk.absent(item)
    same("levels of what is not there", [one.item_id for one in await desk.client.read_levels([away, item])], [item])


@rule(acts=("set_stock",))
async def stock_of_many_is_read_at_once(bench: Bench) -> None:
    """Up to 250 items in one reading."""
    rows = [{"title": f"Thing {n}", "variants": [{"sku": f"T-{n}", "price": "1", "inventory": n}]} for n in range(250)]
    desk = await Desk.open(bench, Role.VENDOR, *rows)
    _, variants, _ = await desk.catalogue()
    wanted = {one.item_id or one.id: int(one.sku[2:]) for one in variants}
    same("items", len(wanted), 250)
    found = {one.item_id: one.available for one in await desk.client.read_levels(list(wanted))}
    same("levels", found, wanted)


# -- absolute and on condition, at the merchant's --


@rule(role=Role.MERCHANT)
async def stock_is_set(bench: Bench) -> None:
    """Whatever it was, when it is not said what it was; twice the same is once."""
    desk = await Desk.open(bench, Role.MERCHANT)
    item, place = await desk.item("TEE")
    for key in ("k1", "k2"):
        same("refused", await desk.client.set_levels([LevelWrite(item, place, 42, None)], key=key), NOTHING)
        same("stock", await desk.stock("TEE"), 42)


@rule("stock_compare_and_set", role=Role.MERCHANT)
async def stock_is_set_on_condition_all_or_none(bench: Bench) -> None:
    """Rows that are as they were thought are written together; when one is not, none is, and it is named."""
    desk = await Desk.open(bench, Role.MERCHANT)
    (tee, place), (mug, where) = await desk.item("TEE"), await desk.item("MUG-B")
    right = [LevelWrite(tee, place, 10, 400), LevelWrite(mug, where, 5, 7)]
    same("refused", await desk.client.set_levels(right, key="k1"), NOTHING)
    same("stock", (await desk.stock("TEE"), await desk.stock("MUG-B")), (10, 5))
    stale = [LevelWrite(tee, place, 9, 10), LevelWrite(mug, where, 4, 6)]
    refusal = await desk.client.set_levels(stale, key="k2")
    same("rows that were stale", refusal.stale, (1,))
    same("stock after a refusal", (await desk.stock("TEE"), await desk.stock("MUG-B")), (10, 5))


@rule("stock_compare_and_set", role=Role.MERCHANT, acts=("place_order",))
async def a_sale_in_between_is_not_undone(bench: Bench) -> None:
    """What a shopper bought since stock was read makes the row stale."""
    desk = await Desk.open(bench, Role.MERCHANT)
    item, place = await desk.item("TEE")
    await desk.shopped("TEE", 2)
    refusal = await desk.client.set_levels([LevelWrite(item, place, 390, 400)], key="k1")
    same("rows that were stale", refusal.stale, (0,))
    same("stock", await desk.stock("TEE"), 398)


@rule(role=Role.MERCHANT)
async def rows_that_cannot_be_are_refused(bench: Bench) -> None:
    """Two of one item are Rejected; an item that is not there is named as gone, and nothing is written."""
    desk = await Desk.open(bench, Role.MERCHANT)
    item, place = await desk.item("TEE")
    twice = [LevelWrite(item, place, 1, 400), LevelWrite(item, place, 2, 400)]
    await refused(Rejected, "two rows of one item", desk.client.set_levels(twice, key="k1"))
    away = desk.absent(item)
    rows = [LevelWrite(item, place, 1, 400), LevelWrite(away, place, 1, 3)]
    refusal = await desk.client.set_levels(rows, key="k2")
    expect(1 in refusal.gone or 1 in refusal.not_stocked, f"an item that is not there: {refusal}")
    same("stock", await desk.stock("TEE"), 400)


@rule("idempotent_levels", "stock_compare_and_set", role=Role.MERCHANT, acts=("set_stock",))
async def a_key_sets_once(bench: Bench) -> None:
    """The same call with the same key is answered as at first, and does nothing."""
    desk = await Desk.open(bench, Role.MERCHANT)
    item, place = await desk.item("TEE")
    rows = [LevelWrite(item, place, 10, 400)]
    same("refused", await desk.client.set_levels(rows, key="k1"), NOTHING)
    await desk.act("set_stock", variant_id=desk.variant("TEE"), available=400)
    same("refused the second time", await desk.speak().set_levels(rows, key="k1"), NOTHING)
    same("stock", await desk.stock("TEE"), 400)


@rule(role=Role.MERCHANT)
async def setting_stock_whose_answer_was_lost_tells_so(bench: Bench) -> None:
    """Whichever request of it fails: nothing that was written is told as not done, and the same call again ends where
    it should."""
    desk = await Desk.open(bench, Role.MERCHANT)
    item, place = await desk.item("TEE")
    await _struck(desk, "set_levels", lambda n, was: desk.client.set_levels(
        [LevelWrite(item, place, was - 3, was)], key=f"k{n}"))  # fmt: skip


# -- by a difference, at the vendor's --


@rule("stock_delta")
async def stock_changes_by_a_difference(bench: Bench) -> None:
    """Up and down, several rows at once, nothing else touched."""
    desk = await Desk.open(bench, Role.VENDOR)
    (tee, place), (mug, where) = await desk.item("TEE"), await desk.item("MUG-B")
    rows = [LevelChange(tee, place, -3), LevelChange(mug, where, 2)]
    same("refused", await desk.client.adjust_levels(rows, key="k1"), NOTHING)
    found = (await desk.stock("TEE"), await desk.stock("MUG-B"), await desk.stock("MUG-R"))
    same("stock", found, (397, 9, 500))


@rule("stock_delta", "idempotent_levels")
async def a_key_adjusts_once(bench: Bench) -> None:
    """The same call with the same key does nothing again, also from another process."""
    desk = await Desk.open(bench, Role.VENDOR)
    item, place = await desk.item("TEE")
    for client in (desk.client, desk.speak()):
        same("refused", await client.adjust_levels([LevelChange(item, place, -3)], key="k1"), NOTHING)
    same("stock", await desk.stock("TEE"), 397)
    await desk.client.adjust_levels([LevelChange(item, place, -3)], key="k2")
    same("stock after another key", await desk.stock("TEE"), 394)


@rule("stock_delta")
async def an_adjustment_whose_answer_was_lost_tells_so(bench: Bench) -> None:
    """Whichever request of it fails: nothing that was done is told as not done."""
    desk = await Desk.open(bench, Role.VENDOR)
    item, place = await desk.item("TEE")
    await _struck(desk, "adjust_levels", lambda n, _: desk.client.adjust_levels(
        [LevelChange(item, place, -3)], key=f"k{n}"))  # fmt: skip


Call = Callable[[int, int], Coroutine[Any, Any, LevelsRefused]]


async def _struck(desk: Desk, what: str, write: Call) -> None:
    """Each request of a write that takes three away, in each way that it can go wrong."""
    number = 0
    for mishap in Mishap:
        for at in range(1, 9):
            number, before = number + 1, await desk.stock("TEE")
            desk.wire.begin(mishap, at)
            error: Exception | None = None
            try:
                await write(number, before)
            except Exception as caught:  # noqa: BLE001 (which one it is, is what is looked at)
                error = caught
            struck = desk.wire.struck
            desk.wire.begin()
            await desk.bench.pass_time(60)
            if not struck:
                break
            left = before - await desk.stock("TEE")
            said = f"{what}: request {at} met '{mishap}', told as {type(error).__name__}"
            expect(left in (0, 3), f"{said}; stock went down by {left}")
            expect(left == 0 or error is None or isinstance(error, OutcomeUnknown), f"{said}; it was done")
            expect(left == 3 or error is not None, f"{said}; it was not done")
            expect(mishap not in DONE or error is not None or left == 3, said)
        else:
            raise Broken(f"{what}: more than eight requests")


@rule()
async def what_cannot_be_done_with_stock_is_said(bench: Bench) -> None:
    """What is declared as "no" about stock is Unsupported, and changes nothing."""
    told, desk = bench.platform.capabilities, await Desk.open(bench, Role.VENDOR)
    if told.stock_delta.can is not Can.NO:
        raise NotCovered(f"{bench.platform.title} can change stock by a difference")
    item, place = await desk.item("TEE")
    await refused(Unsupported, "adjust_levels", desk.client.adjust_levels([LevelChange(item, place, 1)], key="k1"))
    same("stock", await desk.stock("TEE"), 400)
