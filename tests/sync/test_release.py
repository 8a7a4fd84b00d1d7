"""What waits goes out when what it waited for comes, and nothing else does: seen in the stores' own dumps."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crossdock.core.fulfillment import Tracking
from crossdock.models import MerchantOrder, VendorOrder
from crossdock.operations import add_ons, orders, payment, settings, stores, vendors
from tests.outside import judge, look, own, pushed, second_pass, whole
from tests.world import ADDRESS, BUYER, World, at_home, connect, furnish, link, place, play

STRICT = {"paid_only": True, "push_unsynced": False}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def rule(world: World, vendor: str = "", **changes: Any) -> None:
    """The merchant changes a rule (or one vendor's), and what that releases goes."""
    await world.do(
        settings.set_order_policy,
        marketplace=world.marketplace,
        vendor=world.vendors.get(vendor),
        changes=changes,
        who="test",
        now=world.clock(),
    )
    await world.quiet()


async def bought(world: World, skus: dict[str, int], **more: Any) -> dict[str, Any]:
    placed = await place(world, skus, **more)
    await world.quiet()
    return placed


async def vendor_order(world: World, placed: dict[str, Any], vendor: str = "vendor1", part: int = 1) -> VendorOrder:
    return await world.do(
        VendorOrder.objects.get,
        order__remote_id=placed["order_id"],
        vendor=world.vendors[vendor],
        part=part,
    )  # type: ignore[no-any-return]


class Watch:
    """What came to the vendors' stores since the last look; what was there must be untouched."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.words: dict[str, Counter[str]] = {}
        self.orders: dict[str, Any] = {}

    async def new(self) -> dict[str, list[str]]:
        """Per store, the orders that are new, e.g. {"vendor1": ["#1001 V1-A:1"]}; asserts that nothing else is."""
        words, seen = await pushed(self.world), await look(self.world)
        untouched = {each["id"]: each for store, there in seen.items() if store != "market" for each in there}
        for id, order in self.orders.items():
            assert untouched[id] == order, "an order that was there already was touched"
        new = {store: sorted((there - self.words.get(store, Counter())).elements()) for store, there in words.items()}
        self.words, self.orders = words, untouched
        creates = self.world.http.calls.count("CreateOrder")
        assert creates == len(untouched), "an order was created more than once"
        return {store: there for store, there in new.items() if there}


async def agrees(world: World, **more: Any) -> None:
    assert await judge(world, **more) == []
    assert await second_pass(world) == Counter()


async def busy(world: World, vendor: str, hours: int = 1) -> None:
    """The vendor's platform asks for a pause: what is ready for it stays ready."""
    until = world.clock() + timedelta(hours=hours)
    await world.sql("UPDATE store SET paused_until = %s WHERE id = %s", [until, world.stores[vendor].pk])


async def idle(world: World, vendor: str) -> None:
    await world.sql("UPDATE store SET paused_until = NULL WHERE id = %s", [world.stores[vendor].pk])
    await world.quiet()


# -- the rules --


def test_an_unpaid_order_goes_when_it_is_marked_paid(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        unpaid = await bought(world, {"V1-A": 1, "V2-B": 2}, paid=False)
        await bought(world, {"V1-B": 1}, paid=False)
        authorised = await bought(world, {"V2-A": 1}, paid=False)
        await world.control("authorize_order", store="market", order_id=authorised["order_id"])
        await world.quiet()
        assert await watch.new() == {}
        await world.control("pay_order", store="market", order_id=unpaid["order_id"])
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"], "vendor2": ["#1001 V2-B:2"]}
        assert await whole(world) == []
        await agrees(world, goes=lambda order, store: order["name"] == "#1001")

    play(database, scenario)


def test_an_order_counted_as_paid_by_hand_goes_with_its_true_payment(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        placed = await bought(world, {"V1-A": 1, "V2-B": 2}, paid=False)
        order = (await vendor_order(world, placed)).order_id
        row = await world.do(MerchantOrder.objects.get, pk=order)
        await busy(world, "vendor1")
        await busy(world, "vendor2")
        await world.do(payment.mark_paid, order=row, now=world.clock(), who="test")
        await world.do(payment.take_back_paid, order=row, now=world.clock(), who="test")
        await idle(world, "vendor1")
        await idle(world, "vendor2")
        assert await watch.new() == {}  # what was about to go waits again
        await world.do(payment.mark_paid, order=row, now=world.clock(), who="test")
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"], "vendor2": ["#1001 V2-B:2"]}
        (theirs,) = await world.orders("vendor1")
        assert theirs["financial_status"] == "PENDING"
        await world.control("pay_order", store="market", order_id=placed["order_id"])
        await world.quiet()
        (theirs,) = await world.orders("vendor1")
        assert theirs["financial_status"] == "PAID"
        said = "SELECT what FROM activity WHERE order_id = %s AND vendor_order_id IS NULL ORDER BY id"
        marked, taken = ("order.marked_paid",), ("order.mark_taken_back",)
        assert await world.sql(said, [order]) == [marked, taken, marked, ("order.paid",)]
        await world.control("cancel_order", store="market", order_id=placed["order_id"])
        await world.quiet()
        assert (await world.sql(said, [order]))[-1] == ("order.cancelled",)

    play(database, scenario)


def test_paid_only_switched_off_releases_unpaid_orders_with_their_true_status(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        await bought(world, {"V1-A": 1}, paid=False)
        await bought(world, {"V1-X": 1}, paid=False)  # waits for a link as well
        await rule(world, paid_only=False)
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"]}
        (order,) = await world.orders("vendor1")
        assert order["financial_status"] == "PENDING"

    play(database, scenario)


def test_sync_switched_on_releases_what_nobody_has_shipped_by_hand(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy={"order_sync": False})
        watch = Watch(world)
        by_hand = await bought(world, {"V1-A": 2})
        await bought(world, {"V1-B": 1, "V2-A": 1})
        row = await vendor_order(world, by_hand)
        await world.do(
            orders.fulfill_by_hand,
            vendor_order=row,
            lines=[(by_hand["line_ids"][0], 1)],
            tracking=Tracking(company="Bike", numbers=("H1",)),
            now=world.clock(),
            who="test",
        )
        await world.quiet()
        assert await watch.new() == {}
        await rule(world, order_sync=True)
        assert await watch.new() == {"vendor1": ["#1002 V1-B:1"], "vendor2": ["#1002 V2-A:1"]}
        first = (await world.orders("market"))[0]
        assert [parcel["tracking"]["numbers"] for parcel in first["fulfillments"]] == [["H1"]]
        assert await second_pass(world) == Counter()

    play(database, scenario)


def test_sync_switched_off_stops_what_had_not_left(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        watch = Watch(world)
        await busy(world, "vendor1")
        await bought(world, {"V1-A": 1, "V2-A": 1})
        assert await watch.new() == {"vendor2": ["#1001 V2-A:1"]}
        await rule(world, order_sync=False)
        await idle(world, "vendor1")
        assert await watch.new() == {}
        await rule(world, order_sync=True)
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"]}
        await agrees(world)

    play(database, scenario)


def test_a_product_linked_later_goes_out_alone_as_the_next_part(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        await bought(world, {"V1-A": 1, "V1-X": 2})
        await bought(world, {"V1-X": 1})
        await bought(world, {"V2-X": 1})
        await bought(world, {"V1-X": 3}, paid=False)
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"]}
        await link(world, 1, ("X",))
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-X:2", "#1002 V1-X:1"]}
        parts = sorted(order["reference"].rpartition("-")[2] for order in await world.orders("vendor1"))
        assert parts == ["1", "1", "2"]
        shipped = sum(Decimal(row["price"]) for order in await world.orders("vendor1") for row in order["shipping"])
        assert shipped == Decimal("10.00")  # 5.00 of each order, its parts' shares together
        await agrees(world, goes=lambda order, store: order["name"] in ("#1001", "#1002"))

    play(database, scenario)


def test_lines_linked_before_anything_left_go_together(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        placed = await bought(world, {"V1-A": 1, "V1-X": 2}, paid=False)
        await link(world, 1, ("X",))
        await world.quiet()
        assert await watch.new() == {}
        await world.control("pay_order", store="market", order_id=placed["order_id"])
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1 V1-X:2"]}
        await agrees(world)

    play(database, scenario)


def test_unsynced_switched_on_releases_lines_without_a_link(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        await bought(world, {"V1-A": 1, "V1-X": 1})
        await bought(world, {"V2-X": 1}, paid=False)
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"]}
        await rule(world, push_unsynced=True)
        assert await watch.new() == {"vendor1": ["#1001 V1-X:1"]}
        await agrees(world, goes=lambda order, store: order["name"] == "#1001")

    play(database, scenario)


def test_a_vendors_own_rule_is_its_alone(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        await bought(world, {"V1-A": 1, "V2-A": 1}, paid=False)
        assert await watch.new() == {}
        await rule(world, "vendor2", paid_only=False)
        assert await watch.new() == {"vendor2": ["#1001 V2-A:1"]}
        await rule(world, "vendor2", paid_only=None)
        await bought(world, {"V2-B": 1}, paid=False)
        assert await watch.new() == {}
        await agrees(world, goes=lambda order, store: (order["name"], store) == ("#1001", "vendor2"))

    play(database, scenario)


@pytest.mark.parametrize(
    ("limit", "wide"),
    [({"maximum_value": "20"}, "40"), ({"maximum_quantity": 2}, 3), ({"minimum_value": "40"}, "30")],
)
def test_a_limit_moved_releases_what_it_held(database: str, limit: dict[str, Any], wide: Any) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT | limit)
        watch = Watch(world)
        await bought(world, {"V1-A": 3})  # 30.00 and 5.00 shipping
        await bought(world, {"V2-A": 3}, paid=False)
        assert await watch.new() == {}
        await rule(world, **dict.fromkeys(limit, wide))
        assert await watch.new() == {"vendor1": ["#1001 V1-A:3"]}
        await agrees(world, goes=lambda order, store: order["name"] == "#1001")

    play(database, scenario)


# -- connections and switches --


def test_a_store_connected_later_gets_what_waited_for_it(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, vendors_count=3, policy=STRICT, unconnected=[2, 3])
        watch = Watch(world)
        await bought(world, {"V1-A": 1, "V2-A": 1, "V3-A": 1})
        await bought(world, {"V2-B": 1}, paid=False)
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"]}
        await connect(world, 2)
        await world.quiet()
        assert await watch.new() == {"vendor2": ["#1001 V2-A:1"]}
        await connect(world, 3)
        await world.quiet()
        assert await watch.new() == {"vendor3": ["#1001 V3-A:1"]}
        await agrees(world, goes=lambda order, store: order["name"] == "#1001")

    play(database, scenario)


def test_a_paused_store_gets_nothing_until_it_is_resumed(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        watch = Watch(world)
        await world.do(stores.pause_store, store=world.stores["vendor1"], now=world.clock())
        placed = await bought(world, {"V1-A": 1, "V2-A": 1})
        await world.control("edit_order", store="market", order_id=placed["order_id"], set={"note": "Ring twice"})
        assert await watch.new() == {"vendor2": ["#1001 V2-A:1"]}
        watch.orders.clear()  # the note follows
        await world.quiet()
        await world.do(stores.resume_store, store=world.stores["vendor1"], now=world.clock())
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"]}
        await agrees(world)

    play(database, scenario)


def test_a_paused_stores_orders_catch_up_when_it_is_resumed(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await bought(world, {"V1-A": 1})
        await world.do(stores.pause_store, store=world.stores["vendor1"], now=world.clock())
        await world.control("edit_order", store="market", order_id=placed["order_id"], set={"note": "Ring twice"})
        await world.quiet()
        assert (await world.orders("vendor1"))[0]["note"] != "Ring twice"
        await world.do(stores.resume_store, store=world.stores["vendor1"], now=world.clock())
        await world.quiet()
        await agrees(world)

    play(database, scenario)


def test_an_add_on_switched_on_again_releases_its_orders(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        watch = Watch(world)
        switch = {"marketplace": world.marketplace, "add_on": "order_push:shopify", "who": "test"}
        await world.do(add_ons.set_add_on, on=False, now=world.clock(), **switch)
        await bought(world, {"V1-A": 1, "V2-A": 1})
        assert await watch.new() == {}
        await world.do(add_ons.set_add_on, on=True, now=world.clock(), **switch)
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"], "vendor2": ["#1001 V2-A:1"]}
        await agrees(world)

    play(database, scenario)


def test_a_vendor_taken_out_gets_nothing_until_it_is_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        watch = Watch(world)
        await busy(world, "vendor1")
        await bought(world, {"V1-A": 1})  # about to leave
        await world.do(vendors.set_vendor_active, vendor=world.vendors["vendor1"], active=False, now=world.clock())
        await world.quiet()
        await idle(world, "vendor1")
        await bought(world, {"V1-B": 1, "V2-A": 1})
        assert await watch.new() == {"vendor2": ["#1002 V2-A:1"]}
        await world.do(vendors.set_vendor_active, vendor=world.vendors["vendor1"], active=True, now=world.clock())
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1", "#1002 V1-B:1"]}
        await agrees(world)

    play(database, scenario)


# -- people --


def test_held_by_a_person_until_released(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        watch = Watch(world)
        held = await bought(world, {"V1-A": 1, "V2-A": 1}, paid=False)
        row = await vendor_order(world, held)
        await world.do(orders.hold_order, vendor_order=row, now=world.clock(), who="test")
        await world.control("pay_order", store="market", order_id=held["order_id"])
        await world.quiet()
        assert await watch.new() == {"vendor2": ["#1001 V2-A:1"]}
        await world.do(orders.release_order, vendor_order=row, now=world.clock(), who="test")
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:1"]}
        await agrees(world)

    play(database, scenario)


def test_a_person_lets_one_order_pass_a_limit(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT | {"maximum_quantity": 1})
        watch = Watch(world)
        passing = await bought(world, {"V1-A": 2})
        await bought(world, {"V1-A": 3})
        row = await vendor_order(world, passing)
        await world.do(orders.release_order, vendor_order=row, now=world.clock(), who="test")
        await world.quiet()
        assert await watch.new() == {"vendor1": ["#1001 V1-A:2"]}

    play(database, scenario)


# -- what the vendor is told of the customer --


def test_override_tells_the_merchants_contact_and_the_buyers_address(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(
            world,
            policy={
                "override_customer": True,
                "merchant_name": "Nordic Market",
                "merchant_email": "orders@market.test",
                "merchant_phone": "+4680000",
            },
        )
        await bought(world, {"V1-A": 2, "V1-X": 1})
        (theirs,) = await world.orders("vendor1")
        assert theirs["email"] == "orders@market.test"
        assert theirs["phone"] == "+4680000"
        assert theirs["customer"]["email"] == "orders@market.test"
        assert BUYER["email"] not in str(theirs)
        address = theirs["shipping_address"]
        assert {name: address[name] for name in ("address1", "city", "zip", "country_code")} == {
            name: ADDRESS[name] for name in ("address1", "city", "zip", "country_code")
        }
        (order,) = await world.orders("market")
        assert [(line["sku"], line["quantity"]) for line in theirs["lines"]] == [
            (line["sku"], line["quantity"]) for line in own(order, "vendor1")
        ]
        assert await whole(world) == []
        await rule(world, override_customer=False)
        await bought(world, {"V1-B": 1})
        second = (await world.orders("vendor1"))[1]
        assert (second["email"], second["phone"]) == (BUYER["email"], BUYER["phone"])
        assert second["customer"]["first_name"] == BUYER["first_name"]
        assert second["shipping_address"] == (await world.orders("market"))[1]["shipping_address"]

    play(database, scenario)


def test_an_order_that_begins_to_wait_is_looked_at_twice(database: str) -> None:
    """As if the link had been committed while the order was routed: its mark did not see the order wait."""

    async def scenario(world: World) -> None:
        await furnish(world, policy=STRICT)
        await place(world, {"V1-X": 1})
        await world.sandbox.settle()
        await world.drain()
        second = await world.sql("SELECT due_at, reason FROM dirty_key WHERE kind = 'order'")
        assert [row[1] for row in second] == ["second_look"]
        await link(world, 1, "X")
        await world.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'order'", [second[0][0]])
        await world.quiet()
        assert len(await world.orders("vendor1")) == 1
        assert await world.sql("SELECT count(*) FROM dirty_key WHERE kind = 'order'") == [(0,)]

    play(database, scenario)
