"""Anything that shoppers, vendors, the merchant, fate and crashes do, in any order; then it heals and all agrees."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import strategies as st

from crossdock.models import VendorOrder
from crossdock.operations import orders, settings, stores
from crossdock.operations.orders import NotInThatState
from crossdock_sandbox.errors import BadInput
from tests.outside import judge, of, second_pass, whole
from tests.world import Crash, World, at_home, furnish, link, place, play

VENDORS = ("vendor1", "vendor2")
SKUS = [f"V{number}-{letter}" for number in (1, 2) for letter in "ABX"]
SWITCHES = ("order_sync", "paid_only", "push_unsynced")
CALLS = (
    "throttle error_before error_after timeout_before timeout_after drop_before drop_after slow internal_error_after"
)
KINDS = {"graphql": CALLS.split(), "webhook": ["lose", "duplicate", "reorder", "late"]}
FAULTS = [(where, kind) for where, kinds in KINDS.items() for kind in kinds]
LONG = timedelta(hours=3)  # back-off reaches a quarter of an hour
ANY = st.integers(0, 99)  # which of those that there are

step = st.one_of(
    st.tuples(st.just("buy"), st.lists(st.sampled_from(SKUS), min_size=1, max_size=4, unique=True), st.booleans()),
    st.tuples(st.just("buy"), st.lists(st.sampled_from(SKUS), min_size=1, max_size=4, unique=True), st.booleans()),
    st.tuples(st.just("pay"), ANY),
    st.tuples(st.just("edit"), ANY, st.sampled_from(["note", "tags", "email", "phone", "shipping_address"]), ANY),
    st.tuples(st.just("cancel"), ANY),
    st.tuples(st.just("ship"), ANY, st.booleans()),
    st.tuples(st.just("ship"), ANY, st.booleans()),
    st.tuples(st.just("track"), ANY),
    st.tuples(st.just("unship"), ANY),
    st.tuples(st.just("switch"), st.sampled_from(SWITCHES), st.sampled_from(["", *VENDORS]), st.booleans()),
    st.tuples(st.just("link"), st.sampled_from([1, 2])),
    st.tuples(st.just("pause"), st.sampled_from(VENDORS)),
    st.tuples(st.just("resume"), st.sampled_from(VENDORS)),
    st.tuples(st.just("hold"), ANY),
    st.tuples(st.just("release"), ANY),
    st.tuples(st.just("faults"), st.lists(st.sampled_from(FAULTS), max_size=3), st.sampled_from([0.1, 0.5])),
    st.tuples(st.just("outage"), st.sampled_from(["market", *VENDORS]), st.sampled_from([5, 600])),
    st.tuples(st.just("crash"), st.integers(1, 40)),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 30, 600, 4000])),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 30, 600, 4000])),
    st.tuples(st.just("sweep")),
)


class Trade:
    """What has happened in a world so far, and how each step is taken. Steps that cannot be taken are not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.placed: list[str] = []
        self.parcels: list[tuple[str, str]] = []
        self.count = 0

    async def take(self, name: str, *arguments: Any) -> None:
        with suppress(BadInput, NotInThatState):  # refused by the store or by the hub: nothing happened
            await getattr(self, f"_{name}")(*arguments)

    async def _buy(self, skus: list[str], paid: bool) -> None:
        self.count += 1
        made = await place(self.world, dict.fromkeys(skus, 1 + self.count % 3), paid=paid)
        self.placed.append(made["order_id"])

    async def _at_market(self, op: str, at: int, **more: Any) -> None:
        if self.placed:
            order_id = self.placed[at % len(self.placed)]
            await self.world.control(op, store="market", order_id=order_id, **more)

    async def _pay(self, at: int) -> None:
        await self._at_market("pay_order", at)

    async def _cancel(self, at: int) -> None:
        await self._at_market("cancel_order", at, reason="customer")

    async def _edit(self, at: int, field: str, number: int) -> None:
        value: Any = f"{field} {number}"
        if field == "tags":
            value = [f"t{number}", "gift"]
        elif field == "email":
            value = f"n{number}@buyer.test"
        elif field == "phone":
            value = f"+467{number:08}"
        elif field == "shipping_address":
            value = {"last_name": "Ny", "address1": f"Gatan {number}", "city": "Luleå", "country_code": "SE"}
        await self._at_market("edit_order", at, set={field: value})

    async def _ship(self, at: int, everything: bool) -> None:
        there = [
            (vendor, order)
            for vendor in VENDORS
            for order in await self.world.orders(vendor)
            if of(order) and not order["cancelled_at"] and order["fulfillment_status"] != "FULFILLED"
        ]
        if not there:
            return
        vendor, order = there[at % len(there)]
        self.count += 1
        tracking = {"company": "PostNord", "numbers": [f"PN{self.count}"], "urls": []}
        line = next((one for one in order["lines"] if one["fulfilled_quantity"] < one["quantity"]), order["lines"][0])
        piece = {} if everything else {"lines": [{"line_id": line["id"], "quantity": 1}]}
        made = await self.world.control("fulfill_order", store=vendor, order_id=order["id"], tracking=tracking, **piece)
        self.parcels.append((vendor, made["fulfillment_id"]))

    async def _track(self, at: int) -> None:
        if self.parcels:
            vendor, parcel = self.parcels[at % len(self.parcels)]
            self.count += 1
            tracking = {"company": "DHL", "numbers": [f"DH{self.count}"], "urls": []}
            await self.world.control("update_tracking", store=vendor, fulfillment_id=parcel, tracking=tracking)

    async def _unship(self, at: int) -> None:
        if self.parcels:
            vendor, parcel = self.parcels[at % len(self.parcels)]
            await self.world.control("cancel_fulfillment", store=vendor, fulfillment_id=parcel)

    async def _switch(self, name: str, vendor: str, on: bool | None) -> None:
        await self.world.do(
            settings.set_order_policy,
            marketplace=self.world.marketplace,
            vendor=self.world.vendors.get(vendor),
            changes={name: on},
            who="test",
            now=self.world.clock(),
        )

    async def _link(self, number: int) -> None:
        await link(self.world, number, ("X",))

    async def _pause(self, vendor: str) -> None:
        await self.world.do(stores.pause_store, store=self.world.stores[vendor], now=self.world.clock())

    async def _resume(self, vendor: str) -> None:
        await self.world.do(stores.resume_store, store=self.world.stores[vendor], now=self.world.clock())

    async def _hold(self, at: int) -> None:
        await self._person(orders.hold_order, at)

    async def _release(self, at: int) -> None:
        await self._person(orders.release_order, at)

    async def _person(self, operation: Callable[..., None], at: int) -> None:
        rows = await self.world.do(lambda: list(VendorOrder.objects.order_by("pk")))
        if rows:
            row = rows[at % len(rows)]
            await self.world.do(operation, vendor_order=row, now=self.world.clock(), who="test")

    async def _faults(self, kinds: list[tuple[str, str]], rate: float) -> None:
        rules = [{"where": where, "kind": kind, "rate": rate} for where, kind in kinds]
        await self.world.control("faults", seed=self.count, rules=rules)

    async def _outage(self, store: str, seconds: int) -> None:
        await self.world.control("outage", store=store, seconds=seconds)

    async def _crash(self, after: int) -> None:
        """The hub dies at the `after`th crash point from here, wherever that is."""
        left = [after]

        def handler(*place: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Crash(place)

        self.world.points.handler = handler

    async def _wait(self, seconds: int) -> None:
        await self.world.quiet(horizon=timedelta(seconds=seconds))

    async def _sweep(self) -> None:
        await self.world.sweep()

    async def heal(self) -> None:
        """Faults end, stores are resumed, people let go of what they held, every rule lets orders pass."""
        self.world.points.handler = None
        await self._faults([], 0.0)
        for vendor in VENDORS:
            await self._resume(vendor)
        for name, on in (("order_sync", True), ("paid_only", False), ("push_unsynced", True)):
            for vendor in ("", *VENDORS):
                await self._switch(name, vendor, on)
        for row in await self.world.do(lambda: list(VendorOrder.objects.filter(held_by_person=True))):
            with suppress(NotInThatState):  # it was cancelled while it was held
                await self.world.do(orders.release_order, vendor_order=row, now=self.world.clock(), who="test")
        await self.world.quiet(horizon=LONG)
        await self.world.sweep()
        await self.world.quiet(horizon=LONG)


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield


async def live(world: World, script: list[tuple[Any, ...]]) -> None:
    await furnish(world)
    trade = Trade(world)
    for taken in script:
        await trade.take(*taken)
    await trade.heal()
    assert await judge(world) == []
    assert await whole(world) == []
    assert await second_pass(world) == Counter()
    unsure = VendorOrder.objects.filter(state__in=["unknown", "sending", "ready", "held", "manual"])
    assert await world.do(lambda: list(unsure.values_list("reference", "state"))) == []


EXAMPLES = max(6, hypothesis.settings.default.max_examples // 12)


@hypothesis.settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(script=st.lists(step, min_size=6, max_size=30))
def test_whatever_happens_it_ends_well(
    new_database: Callable[[], AbstractContextManager[str]], script: list[tuple[Any, ...]]
) -> None:
    with new_database() as dsn:
        at_home(dsn)
        play(dsn, lambda world: live(world, script))
