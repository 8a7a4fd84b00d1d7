"""A vendor order is made once, whatever becomes of the call that makes it; what cannot be told is a person's to say."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from crossdock.connector.capabilities import no
from crossdock.connector.errors import Rejected
from crossdock.models import Attention, MerchantOrder, VendorOrder
from crossdock.operations import orders
from crossdock.operations.opened import open_draft
from crossdock.platforms.shopify.platform import CAPABILITIES, PLATFORM
from crossdock.sync.kinds.vendor_order import REFERENCE_TAKEN
from crossdock.sync.stores import Stores
from tests.outside import judge, pushed, second_pass, writes
from tests.world import World, at_home, furnish, place, play, refuse

ONE = {"vendor1": {"#1001 V1-A:1": 1}, "vendor2": {}}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def faults(world: World, *rules: dict[str, Any]) -> None:
    common = {"where": "graphql", "rate": 1, "store": "vendor1"}
    await world.control("faults", seed=1, rules=[common | rule for rule in rules])


async def row(world: World, name: str = "#1001") -> VendorOrder:
    return await world.do(VendorOrder.objects.get, order__name=name)  # type: ignore[no-any-return]


async def needs(world: World) -> list[str]:
    return await world.do(lambda: list(Attention.objects.filter(closed_at=None).values_list("reason", flat=True)))  # type: ignore[no-any-return]


async def settled(world: World) -> None:
    assert await judge(world) == []
    assert await second_pass(world) == Counter()
    assert await needs(world) == []


@pytest.mark.parametrize("kind", ["timeout_after", "drop_after", "error_after", "internal_error_after"])
def test_made_but_not_answered_is_found_and_not_made_again(database: str, kind: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await faults(world, {"kind": kind, "match": "orderCreate"})
        await place(world, {"V1-A": 1})
        await world.quiet()
        assert writes(world)["orderCreate"] == 1
        assert await pushed(world) == ONE
        assert (await row(world)).state == "linked"
        await faults(world)
        await settled(world)

    play(database, scenario)


@pytest.mark.parametrize("kind", ["timeout_before", "drop_before", "error_before"])
def test_not_made_is_proven_absent_before_it_is_made_again(database: str, kind: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await faults(world, {"kind": kind, "match": "orderCreate"})
        await place(world, {"V1-A": 1})
        await world.quiet(horizon=timedelta(seconds=20))
        sent = await row(world)
        assert (sent.state, await world.orders("vendor1")) == ("sending", [])
        await faults(world)
        await world.quiet()
        linked = await row(world)
        assert linked.linked_at - sent.sending_at >= timedelta(seconds=CAPABILITIES.settle_seconds)
        assert writes(world)["orderCreate"] == 2
        assert await pushed(world) == ONE
        await settled(world)

    play(database, scenario)


def test_a_look_up_that_fails_is_looked_up_again_not_made_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await faults(
            world,
            {"kind": "timeout_after", "match": "orderCreate"},
            {"kind": "error_before", "match": "orderByIdentifier"},
        )
        await place(world, {"V1-A": 1})
        await world.quiet(horizon=timedelta(minutes=30))
        assert ((await row(world)).state, writes(world)["orderCreate"]) == ("sending", 1)
        await faults(world)
        await world.quiet(horizon=timedelta(hours=1))
        assert writes(world)["orderCreate"] == 1
        await settled(world)

    play(database, scenario)


def test_two_creates_of_one_reference_make_one_order(database: str) -> None:
    """The store itself refuses the twin: what saves us when a process was taken for dead and was not."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        draft = await world.do(open_draft, row=await row(world))
        store = await world.context.stores.get(world.stores["vendor1"].pk)
        with pytest.raises(Rejected) as refused:
            await store.client.create_order(draft)
        assert refused.value.code == REFERENCE_TAKEN
        assert await pushed(world) == ONE

    play(database, scenario)


def test_a_drain_that_meets_its_own_order_there_links_it(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        made = (await row(world)).remote_id
        await world.sql("UPDATE vendor_order SET state = 'ready', remote_id = '', linked_at = NULL")
        await world.sql(
            "INSERT INTO dirty_key"
            " (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)"
            " SELECT store_id, store_id %% 8, 'vendor_order', id, 1, %(now)s, 1, 0, 'test', %(now)s FROM vendor_order",
            {"now": world.clock()},
        )
        await world.quiet()
        found = await row(world)
        assert (found.state, found.remote_id) == ("linked", made)
        assert await pushed(world) == ONE
        await settled(world)

    play(database, scenario)


def test_refused_by_the_store_waits_for_a_person_who_may_try_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        bad = {"variant_id": None, "title": "Thing", "vendor": "Vendor 1", "sku": "", "price": "1.00", "quantity": 1}
        await place(world, {}, lines=[bad | {"properties": [{"name": "size", "value": "x"}]}])
        refuse(world, "vendor1", "the store is out of paper")
        await world.quiet()
        refused = await row(world)
        assert (refused.state, refused.reason) == ("rejected", "rejected_by_store")
        assert "out of paper" in refused.words
        assert await needs(world) == ["rejected_by_store"]
        creates = writes(world)["orderCreate"]
        await world.sweep()
        assert writes(world)["orderCreate"] == creates, "nobody asks a store again that said no"
        refuse(world, "vendor1", "")
        order = await world.do(MerchantOrder.objects.get)
        assert await world.do(orders.retry_order, order=order, now=world.clock(), who="test") == 1
        await world.quiet()
        assert (await pushed(world))["vendor1"] == {"#1001 Thing:1": 1}
        assert await needs(world) == []

    play(database, scenario)


# -- platforms that cannot look up --


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform like Shopify, without a way to find an order by our reference."""
    cannot = replace(CAPABILITIES, find_order_by_reference=no("orders cannot be found by a reference"))
    monkeypatch.setattr(PLATFORM, "capabilities", cannot)


async def unknown(world: World, kind: str) -> VendorOrder:
    await furnish(world)
    await faults(world, {"kind": kind, "match": "orderCreate"})
    await place(world, {"V1-A": 1})
    await world.quiet()
    await faults(world)
    await world.sweep()
    left = await row(world)
    assert (left.state, left.reason, left.words) == (
        "unknown",
        "outcome_unknown",
        "orders cannot be found by a reference",
    )
    assert await needs(world) == ["outcome_unknown"]
    assert writes(world)["orderCreate"] == 1, "what may be there is not made again unasked"
    return left


@pytest.mark.usefixtures("blind")
def test_a_person_says_that_the_unknown_order_is_there(database: str) -> None:
    async def scenario(world: World) -> None:
        left = await unknown(world, "timeout_after")
        (theirs,) = await world.orders("vendor1")
        await world.do(
            orders.resolve_unknown,
            vendor_order=left,
            remote_id=theirs["id"],
            remote_name=theirs["name"],
            now=world.clock(),
            who="test",
        )
        await world.quiet()
        tracking = {"company": "PostNord", "numbers": ["PN1"], "urls": []}
        await world.control("fulfill_order", store="vendor1", order_id=theirs["id"], tracking=tracking)
        await world.quiet()
        assert writes(world)["orderCreate"] == 1
        await settled(world)

    play(database, scenario)


@pytest.mark.usefixtures("blind")
def test_a_person_says_that_the_unknown_order_is_not_there(database: str) -> None:
    async def scenario(world: World) -> None:
        left = await unknown(world, "timeout_before")
        await world.do(orders.resolve_unknown, vendor_order=left, remote_id=None, now=world.clock(), who="test")
        await world.quiet()
        assert await pushed(world) == ONE
        await settled(world)

    play(database, scenario)


# -- parcels --


@pytest.mark.parametrize("kind", ["timeout_after", "drop_before", "error_after", "internal_error_after"])
def test_a_parcel_whose_writing_was_not_answered_is_there_once(database: str, kind: str) -> None:
    """Two parcels alike in lines, told apart by their numbers."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2})
        await world.quiet()
        await faults(world, {"kind": kind, "match": "fulfillmentCreate", "store": "market", "rate": 0.5})
        (theirs,) = await world.orders("vendor1")
        line = theirs["lines"][0]["id"]
        for number in ("PN1", "PN2"):
            tracking = {"company": "PostNord", "numbers": [number], "urls": []}
            lines = [{"line_id": line, "quantity": 1}]
            await world.control("fulfill_order", store="vendor1", order_id=theirs["id"], lines=lines, tracking=tracking)
        await world.quiet(horizon=timedelta(hours=1))
        (order,) = await world.orders("market")
        assert sorted(parcel["tracking"]["numbers"] for parcel in order["fulfillments"]) == [["PN1"], ["PN2"]]
        await settled(world)

    play(database, scenario)


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_parcel_corrected_while_its_writing_was_not_answered_is_there_once(database: str, kind: str) -> None:
    """What was sent is looked for, not what it should be by now; pieces are left that a twin could be made of."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 3})
        await world.quiet()
        await faults(world, {"kind": kind, "match": "fulfillmentCreate", "store": "market"})
        (theirs,) = await world.orders("vendor1")
        tracking = {"company": "PostNord", "numbers": ["PN1"], "urls": []}
        lines = [{"line_id": theirs["lines"][0]["id"], "quantity": 1}]
        made = await world.control(
            "fulfill_order", store="vendor1", order_id=theirs["id"], lines=lines, tracking=tracking
        )
        await world.quiet(horizon=timedelta(seconds=0))
        await faults(world)
        await world.control(
            "update_tracking",
            store="vendor1",
            fulfillment_id=made["fulfillment_id"],
            tracking=tracking | {"numbers": ["PN1-corrected"]},
        )
        await world.quiet()
        (order,) = await world.orders("market")
        assert [parcel["tracking"]["numbers"] for parcel in order["fulfillments"]] == [["PN1-corrected"]]
        await settled(world)

    play(database, scenario)


# -- tokens --


def test_many_orders_after_a_quiet_night_renew_the_token_once(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        world.clock.at += timedelta(hours=5)
        for _ in range(15):
            await place(world, {"V1-A": 1})
        before = world.sandbox.counters["oauth"]
        await world.quiet()
        assert world.sandbox.counters["oauth"] == before + 1
        assert world.sandbox.counters["unauthorized"] == 0
        assert len(await world.orders("vendor1")) == 15
        await settled(world)

    play(database, scenario)


def test_two_processes_renew_the_token_once(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        world.clock.at += timedelta(hours=5)
        known = world.context.stores
        other = Stores(world.context.pool, world.ring, world.http, world.clock, world.points)
        before = world.sandbox.counters["oauth"]
        id = world.stores["vendor1"].pk
        both = await asyncio.gather(known.get(id), other.get(id))
        assert world.sandbox.counters["oauth"] == before + 1
        assert both[0].connection == both[1].connection
        assert both[0].renew_at is not None
        assert both[0].renew_at > world.clock()

    play(database, scenario)
