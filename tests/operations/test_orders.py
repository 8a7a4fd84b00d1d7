"""What people do with orders, and how buyers are forgotten."""

import pytest

from crossdock.core.fulfillment import Tracking
from crossdock.models import (
    Activity,
    Attention,
    DirtyKey,
    MerchantOrder,
    Parcel,
    Store,
    Vendor,
    VendorOrder,
)
from crossdock.operations.opened import open_order
from crossdock.operations.orders import (
    NotInThatState,
    NumberTaken,
    TooMany,
    fulfill_by_hand,
    hold_order,
    left_to_ship,
    release_order,
    resolve_unknown,
    retry_order,
)
from crossdock.operations.privacy import StillNeeded, erase_buyer
from tests.operations import rows

pytestmark = pytest.mark.django_db
BY = {"now": rows.NOW, "who": "owner"}


class World:
    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor: Vendor = rows.vendor(self.place)
        self.shop: Store = rows.store(self.place)
        rows.store(self.place, self.vendor)
        self.order: MerchantOrder = rows.order(self.shop)

    def part(self, **values: object) -> VendorOrder:
        return rows.vendor_order(self.order, self.vendor, **values)  # type: ignore[arg-type]  # row values


@pytest.fixture
def world() -> World:
    return World()


def marks() -> set[tuple[str, int]]:
    return set(DirtyKey.objects.values_list("kind", "ref"))


def fresh(row: VendorOrder) -> VendorOrder:
    return VendorOrder.objects.get(pk=row.pk)


def test_holding_and_releasing_ask_the_rules_again(world: World) -> None:
    row = world.part()
    hold_order(vendor_order=row, **BY)
    assert fresh(row).held_by_person
    assert marks() == {("order", world.order.pk)}
    release_order(vendor_order=row, **BY)
    assert not fresh(row).held_by_person
    assert not fresh(row).released_by_person
    assert list(Activity.objects.filter(order_id=world.order.pk).order_by("id").values_list("what", "who")) == [
        ("vendor_order.held_by_person", "owner"),
        ("vendor_order.released_by_person", "owner"),
    ]


def test_releasing_what_a_limit_keeps_lets_it_pass_the_limits(world: World) -> None:
    row = world.part(facts={"maximum_quantity": 1})
    assert row.reason == "quantity_above_maximum"
    release_order(vendor_order=row, **BY)
    assert fresh(row).released_by_person


@pytest.mark.parametrize("state", ["sending", "linked", "closed", "cancelled", "rejected", "unknown"])
def test_what_was_sent_is_not_held(world: World, state: str) -> None:
    with pytest.raises(NotInThatState):
        hold_order(vendor_order=world.part(state=state), **BY)


def test_a_retry_lifts_refusals_and_leaves_the_unknown_alone(world: World) -> None:
    row = world.part(state="rejected", reason="rejected_by_store", words="no")
    unsure = world.part(state="unknown", reason="outcome_unknown", part=2)
    need = Attention.objects.create(
        marketplace=world.place, order=world.order, vendor_order=row, reason="rejected_by_store", opened_at=rows.NOW
    )
    assert retry_order(order=world.order, **BY) == 1
    assert (fresh(row).state, fresh(row).words, fresh(unsure).state) == ("ready", "", "unknown")
    assert Attention.objects.get(pk=need.pk).closed_by == "owner"
    order, parts = world.order.pk, {("vendor_order", row.pk), ("vendor_order", unsure.pk)}
    assert marks() == {("order", order), ("fulfillment", order), *parts}


def test_an_unknown_order_that_is_there_is_linked_and_read(world: World) -> None:
    row = world.part(state="unknown", digest=b"d")
    resolve_unknown(vendor_order=row, remote_id="4711", **BY)
    found = fresh(row)
    assert (found.state, found.remote_id, found.linked_at, found.read_needed) == ("linked", "4711", rows.NOW, True)
    assert bytes(found.sealed_sent or b"") == bytes(found.sealed or b"")
    assert marks() == {("vendor_order", row.pk)}


def test_an_unknown_order_that_is_not_there_goes_again(world: World) -> None:
    row = world.part(state="unknown", sending_at=rows.NOW, looked_at=rows.NOW)
    resolve_unknown(vendor_order=row, remote_id=None, **BY)
    again = fresh(row)
    assert (again.state, again.sending_at, again.looked_at, again.remote_id) == ("ready", None, None, "")


def test_two_orders_are_never_one_at_the_vendor(world: World) -> None:
    world.part(state="linked", remote_id="4711")
    row = world.part(state="unknown", part=2)
    with pytest.raises(NumberTaken):
        resolve_unknown(vendor_order=row, remote_id="4711", **BY)
    assert fresh(row).state == "unknown"
    with pytest.raises(NotInThatState):
        resolve_unknown(vendor_order=world.part(part=3), remote_id="5", **BY)


def test_a_parcel_by_hand_is_marked_for_the_merchants_order(world: World) -> None:
    row = world.part(facts={"order_sync": False})
    line = f"{world.order.remote_id}01"
    parcel = fulfill_by_hand(vendor_order=row, lines=[(line, 1)], tracking=Tracking("PostNord", ("A1",)), **BY)
    kept = Parcel.objects.get()
    assert (kept.pk, kept.remote_id, kept.state, kept.lines) == (parcel.pk, "hand:1", "ready", [[line, 1]])
    assert kept.tracking == {"company": "PostNord", "numbers": ["A1"]}
    assert marks() == {("fulfillment", world.order.pk)}
    assert left_to_ship(vendor_order=row) == {line: 1}


@pytest.mark.parametrize(
    "lines", [[], [("{line}", 3)], [("{line}", 0)], [("{line}", -1)], [("x", 1)], [("{line}", 2), ("{line}", 1)]]
)
def test_no_more_than_is_left_is_shipped(world: World, lines: list[tuple[str, int]]) -> None:
    row = world.part(facts={"order_sync": False})
    asked = [(name.replace("{line}", f"{world.order.remote_id}01"), count) for name, count in lines]
    with pytest.raises(TooMany):
        fulfill_by_hand(vendor_order=row, lines=asked, tracking=Tracking(), **BY)
    assert not Parcel.objects.exists()


def test_only_orders_by_hand_are_fulfilled_by_hand(world: World) -> None:
    with pytest.raises(NotInThatState):
        fulfill_by_hand(vendor_order=world.part(), lines=[("1", 1)], tracking=Tracking(), **BY)


def test_a_buyer_is_forgotten_but_the_figures_stay(world: World) -> None:
    row = world.part(state="closed", remote_id="1", sealed_sent=b"x")
    erase_buyer(order=world.order, **BY)
    kept, part = MerchantOrder.objects.get(), fresh(row)
    assert (kept.sealed, kept.erased_at, kept.name) == (None, rows.NOW, world.order.name)
    assert (part.sealed, part.sealed_sent, part.total) == (None, None, row.total)
    assert open_order(kept) is None


def test_a_buyer_who_still_waits_is_not_forgotten_by_the_way(world: World) -> None:
    row = world.part(facts=rows.UNPAID)
    with pytest.raises(StillNeeded):
        erase_buyer(order=world.order, **BY)
    assert MerchantOrder.objects.get().sealed is not None
    erase_buyer(order=world.order, unfinished=True, **BY)
    assert fresh(row).state == "cancelled"
