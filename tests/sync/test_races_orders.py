"""What two transactions do to one order at once. A test holds one of them open until the other waits for it, or lets it
happen between a store's answer and its being kept."""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from msgspec import Struct

from crossdock.connector.http import Request, Response
from crossdock.models import Store, Vendor, VendorOrder
from crossdock.operations import listings, orders, settings, stores, vendors
from crossdock.sync import stock_rows
from crossdock.sync.db import named, transact
from crossdock.sync.dirty import LANES, Mark, mark_async
from crossdock.sync.drain import Drainer
from crossdock.sync.kinds import KINDS
from crossdock.sync.stock_rows import Sold
from tests.sync.test_keys_waiting import blocked
from tests.world import World, at_home, furnish, place, play

BY_HAND = """
INSERT INTO parcel (vendor_order_id, order_id, remote_id, remote_version, status, lines, tracking, shipped_at, state,
                    reason, words, merchant_id, attempt)
SELECT v.id, v.order_id, 'hand:1', 0, 'success', '[["1", 1]]', '{}', now(), 'linked', '', '', 'there', 0
FROM vendor_order v
"""
MARKED = "UPDATE dirty_key SET generation = generation + 1, marked_at = due_at"


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def meanwhile(world: World, call: str, *queries: str) -> None:
    """Once, between the store's answer to `call` and its being kept."""

    def tamper(request: Request, response: Response) -> Response:
        if request.call == call:
            world.http.tamper = lambda request, response: response
            with psycopg.connect(world.dsn, autocommit=True) as session:
                for query in queries:
                    session.execute(query)
        return response

    world.http.tamper = tamper


async def changed_policy(world: World, **changes: Any) -> None:
    arguments = {"marketplace": world.marketplace, "changes": changes, "who": "test", "now": world.clock()}
    await world.do(settings.set_order_policy, **arguments)


def test_a_parcel_written_by_hand_while_its_order_is_routed_keeps_it_from_leaving(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy={"order_sync": False})
        await place(world, {"V1-A": 2})
        await world.quiet()
        await changed_policy(world, order_sync=True)
        async with world.context.pool.connection() as session, session.transaction():
            await session.execute("SELECT FROM vendor_order FOR UPDATE")
            await session.execute(BY_HAND)
            routing = asyncio.create_task(world.quiet())
            await blocked(world)
        await routing
        assert await world.sql("SELECT state FROM vendor_order") == [("manual",)]
        assert await world.orders("vendor1") == []

    play(database, scenario)


def test_an_order_is_routed_by_rules_that_are_being_changed(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2})
        async with world.context.pool.connection() as session, session.transaction():
            await session.execute("SELECT FROM marketplace FOR NO KEY UPDATE")
            await session.execute("UPDATE order_policy SET order_sync = false")
            routing = asyncio.create_task(world.quiet())
            await blocked(world)
        await routing
        assert await world.sql("SELECT state FROM vendor_order") == [("manual",)]

    play(database, scenario)


CHANGES: dict[str, Callable[[World], None]] = {
    "rules": lambda world: _policy(world),
    "vendor": lambda world: vendors.set_vendor_active(
        vendor=Vendor.objects.get(name="Vendor 1"), active=False, now=world.clock()
    ),
    "vendors": lambda world: _nothing(vendors.add_vendor(marketplace=world.marketplace, name="New", now=world.clock())),
    "link": lambda world: _nothing(
        listings.unlink_variants(marketplace=world.marketplace, merchant_variant_ids=["1"], now=world.clock())
    ),
    "resumed": lambda world: stores.resume_store(store=_store(world), now=world.clock()),
    "disconnected": lambda world: stores.disconnect_store(store=_store(world), now=world.clock()),
}


def _policy(world: World) -> None:
    settings.set_order_policy(marketplace=world.marketplace, changes={"paid_only": True}, who="test", now=world.clock())


def _store(world: World) -> Store:
    return Store.objects.get(pk=world.stores["vendor1"].pk)


def _nothing(_: object) -> None:
    pass


def test_who_changes_how_orders_are_routed_waits_for_those_being_routed(database: str) -> None:
    """Those are decided by what was before, and are not there yet for whom the change marks."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2})
        await world.quiet()
        ((order,),) = await world.sql("SELECT id FROM merchant_order")
        for change in CHANGES.values():
            async with world.context.pool.connection() as session, session.transaction():
                await session.execute(named("load_orders"), {"ids": [order]})
                changing = asyncio.create_task(world.do(change, world=world))
                await blocked(world)
            await changing

    play(database, scenario)


def test_an_order_held_by_a_person_does_not_leave_before_it_is_routed(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2})
        await world.sandbox.settle()
        await drained(world, "market")
        assert await world.sql("SELECT state FROM vendor_order") == [("ready",)]
        row = await world.do(VendorOrder.objects.get)
        await world.do(orders.hold_order, vendor_order=row, now=world.clock(), who="test")
        await drained(world, "vendor1")
        await world.quiet()
        assert await world.sql("SELECT state, reason FROM vendor_order") == [("held", "held_by_person")]
        assert await world.orders("vendor1") == []

    play(database, scenario)


async def drained(world: World, store: str) -> None:
    drainer = Drainer(world.context, world.stores[store].pk % LANES, KINDS)
    await drainer.start()
    while await drainer.step():
        await drainer.quiet()


class Doubt(Struct):
    """How one kind of key comes to ask a store again."""

    kind: str
    store: str
    call: str
    doubted: str
    doubts: str


DOUBTS = [
    Doubt(
        "order",
        "market",
        "ReadOrder",
        "UPDATE merchant_order SET read_needed = true",
        "SELECT id, read_needed FROM merchant_order",
    ),
    Doubt(
        "vendor_order",
        "vendor1",
        "ReadVendorOrder",
        "UPDATE vendor_order SET read_needed = true",
        "SELECT id, read_needed FROM vendor_order",
    ),
]


@pytest.mark.parametrize("of", DOUBTS, ids=lambda of: of.kind)
def test_a_doubt_that_comes_up_while_an_order_is_read_is_read_too(database: str, of: Doubt) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2})
        await world.quiet()
        await world.sql(of.doubted)
        ((id, _),) = await world.sql(of.doubts)
        async with world.context.pool.connection() as session, session.transaction(), session.cursor() as cursor:
            await mark_async(cursor, [Mark(world.stores[of.store].pk, of.kind, id, "test")], now=world.clock())
        meanwhile(world, of.call, of.doubted, MARKED)
        world.http.calls.clear()
        await world.quiet()
        assert world.http.calls.count(of.call) == 2
        assert await world.sql(of.doubts) == [(id, False)]

    play(database, scenario)


def test_a_parcel_that_is_back_while_it_is_taken_off_is_written_anew(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2})
        await world.quiet()
        (order,) = await world.orders("vendor1")
        tracking = {"company": "PostNord", "numbers": ["PN1"], "urls": []}
        made = await world.control("fulfill_order", store="vendor1", order_id=order["id"], tracking=tracking)
        await world.quiet()
        again = "UPDATE parcel SET status = 'success', remote_version = remote_version + 3600000000"
        meanwhile(world, "CancelFulfillment", again, MARKED)
        await world.control("cancel_fulfillment", store="vendor1", fulfillment_id=made["fulfillment_id"])
        await world.quiet()
        assert await world.sql("SELECT state, status FROM parcel") == [("linked", "success")]
        (order,) = await world.orders("market")
        assert sorted(parcel["status"] for parcel in order["fulfillments"]) == ["CANCELLED", "SUCCESS"]

    play(database, scenario)


def test_what_was_told_to_a_vendor_is_kept_though_its_last_parcel_closed_the_order_meanwhile(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await place(world, {"V1-A": 2})
        await world.quiet()
        meanwhile(world, "UpdateOrder", "UPDATE vendor_order SET state = 'closed'")
        await world.control("edit_order", store="market", order_id=placed["order_id"], set={"note": "Ring"})
        await world.quiet()
        assert "UpdateOrder" in world.http.calls
        assert await world.sql("SELECT state, sent_digest = digest FROM vendor_order") == [("closed", True)]

    play(database, scenario)


def test_what_a_read_counts_as_taken_while_its_order_is_routed_stays_taken(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2})
        await world.quiet()
        await world.sql("UPDATE sold_line SET taken = 0, sent = 2")
        ((order, *line),) = await world.sql(
            "SELECT order_id, marketplace_id, line_id, merchant_variant_id, vendor_order_id FROM sold_line"
        )
        row = Sold(order, *line, 3, 2, elsewhere=False)
        stores_of = {world.marketplace.pk: world.stores["market"].pk}
        async with world.context.pool.connection() as session, session.transaction():
            await session.execute("UPDATE sold_line SET taken = sent")
            counting = asyncio.create_task(
                transact(
                    world.context.pool,
                    lambda cursor: stock_rows.count_sold(cursor, [order], [row], stores_of, world.clock()),
                )
            )
            await blocked(world)
        await counting
        assert await world.sql("SELECT units, taken FROM sold_line") == [(3, 2)]

    play(database, scenario)
