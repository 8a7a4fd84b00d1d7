"""Why? answers from rows alone what became of an order: told of orders that a real world brought there."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from crossdock.connector.capabilities import no
from crossdock.operations import stores
from crossdock.operations.explain import Explanation, VendorOrderFacts, why
from crossdock.platforms.shopify.platform import CAPABILITIES, PLATFORM
from tests.world import World, at_home, furnish, place, play, refuse


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def ask(world: World, asked: str = "#1001") -> Explanation:
    return await world.do(why, asked=asked, marketplace=world.marketplace)  # type: ignore[no-any-return]


async def only(world: World, asked: str = "#1001") -> VendorOrderFacts:
    (told,) = (await ask(world, asked)).vendor_orders
    return told


async def buy(world: World, skus: dict[str, int], **more: Any) -> dict[str, Any]:
    placed = await place(world, skus, **more)
    await world.quiet()
    return placed


def rules(told: VendorOrderFacts) -> dict[str, bool]:
    return {fact["rule"]: fact["passed"] for fact in told.trace}


def test_held_names_the_rule_that_decided_and_all_that_would_release_it(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy={"paid_only": True, "push_unsynced": False})
        await buy(world, {"V1-X": 2}, paid=False)
        told = await only(world)
        assert (told.vendor, told.state, told.reason) == ("Vendor 1", "held", "not_paid")
        assert told.releases == ("order_paid", "link_lines")
        assert [rule for rule, passed in rules(told).items() if not passed] == ["paid", "linked"]
        (seen,) = [fact["seen"] for fact in told.trace if fact["rule"] == "paid"]
        assert seen == {"status": "pending", "required": True}
        assert told.waits == ()
        (line,) = told.lines
        assert (line.sku, line.quantity, line.found) == ("V1-X", 2, "sku_or_title")

    play(database, scenario)


def test_manual_says_that_somebody_ships_by_hand(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy={"order_sync": False})
        await buy(world, {"V1-A": 1})
        told = await only(world)
        assert (told.state, told.reason, told.releases) == ("manual", "order_sync_off", ("switch_on_order_sync",))

    play(database, scenario)


def test_unknown_says_that_a_person_must_look(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cannot = replace(CAPABILITIES, find_order_by_reference=no("orders cannot be found by a reference"))
    monkeypatch.setattr(PLATFORM, "capabilities", cannot)

    async def scenario(world: World) -> None:
        await furnish(world)
        fault = {"where": "graphql", "kind": "timeout_after", "match": "orderCreate", "rate": 1}
        await world.control("faults", seed=1, rules=[fault])
        await buy(world, {"V1-A": 1})
        told = await only(world)
        assert (told.state, told.reason, told.remote_id) == ("unknown", "outcome_unknown", "")
        assert told.words == "orders cannot be found by a reference"
        assert told.sending_at is not None
        explained = await ask(world)
        assert [(need.reason, need.vendor_order_id) for need in explained.attention] == [("outcome_unknown", told.id)]

    play(database, scenario)


def test_rejected_gives_the_stores_own_words(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        refuse(world, "vendor1", "the store is out of paper")
        await buy(world, {"V1-A": 1})
        told = await only(world)
        assert (told.state, told.reason) == ("rejected", "rejected_by_store")
        assert "out of paper" in told.words
        explained = await ask(world)
        assert [need.reason for need in explained.attention] == ["rejected_by_store"]
        assert explained.attention[0].data["words"] == told.words

    play(database, scenario)


def test_pushed_tells_where_it_is_its_parcels_and_whose_name_it_carries(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await buy(world, {"V1-A": 1, "V1-X": 1})
        (theirs,) = await world.orders("vendor1")
        tracking = {"company": "PostNord", "numbers": ["PN1"], "urls": []}
        await world.control("fulfill_order", store="vendor1", order_id=theirs["id"], tracking=tracking)
        await world.quiet()
        for asked in ("#1001", "1001", placed["order_id"], theirs["id"], theirs["reference"]):
            told = await only(world, asked)
            assert (told.state, told.remote_id, told.remote_name) == ("closed", theirs["id"], theirs["name"])
        assert all(rules(told).values())
        assert told.releases == ()
        assert told.contact == "buyer"
        assert {line.sku: line.found for line in told.lines} == {"V1-A": "link", "V1-X": "sku_or_title"}
        (parcel,) = told.parcels
        assert (parcel.state, parcel.tracking["numbers"]) == ("linked", ["PN1"])
        assert told.store is not None
        assert told.store.state == "connected"
        assert {pull.kind for pull in told.store.pulls} >= {"vendor_orders"}
        assert all(pull.next_at is not None for pull in told.store.pulls)

    play(database, scenario)


def test_cancelled_says_so_whether_it_had_gone_or_not(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy={"paid_only": True})
        gone = await buy(world, {"V1-A": 1})
        kept = await buy(world, {"V1-A": 1}, paid=False)
        for placed in (gone, kept):
            await world.control("cancel_order", store="market", order_id=placed["order_id"], reason="customer")
        await world.quiet()
        for name, there in (("#1001", True), ("#1002", False)):
            explained = await ask(world, name)
            assert explained.order is not None
            assert explained.order.cancelled_at is not None
            (told,) = explained.vendor_orders
            assert (told.state, told.reason, bool(told.remote_id)) == ("cancelled", "order_cancelled", there)

    play(database, scenario)


def test_an_order_that_waits_for_a_store_says_when_it_is_tried_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("outage", store="vendor1", seconds=3600)
        await buy(world, {"V1-A": 1})
        told = await only(world)
        assert told.state in ("ready", "sending")
        (wait,) = told.waits
        assert wait.due_at is not None
        assert wait.due_at > world.clock()
        assert wait.reason in ("unavailable", "looking_up")

    play(database, scenario)


def test_a_name_that_is_not_known_tells_how_the_merchants_store_was_last_read(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await buy(world, {"V1-A": 1})
        await world.do(stores.pause_store, store=world.stores["market"], now=world.clock())
        explained = await ask(world, "#4711")
        assert (explained.asked, explained.order, explained.vendor_orders) == ("#4711", None, ())
        (store,) = explained.stores
        assert (store.domain, store.state) == (world.shops["market"]["domain"], "paused")
        (pull,) = store.pulls
        assert pull.kind == "orders"
        assert pull.last_at is not None

    play(database, scenario)
