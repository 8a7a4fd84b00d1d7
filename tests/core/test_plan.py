"""The difference between what should be and what is, told as calls: each one when it must be, and none twice."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.core.decision import Decision, Hold, Manual, Push
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.orders import FinancialStatus
from crossdock.core.plan import (
    CancelFulfillment,
    CancelOrder,
    CreateFulfillment,
    CreateOrder,
    LookUpFulfillment,
    LookUpOrder,
    MarkPaid,
    ParcelSeen,
    Plan,
    UpdateOrder,
    UpdateTracking,
    VendorOrderSeen,
    brake,
    plan_parcels,
    plan_vendor_order,
)
from crossdock.core.reasons import Reason
from crossdock.core.vendor_order import OrderChanges
from tests.core.test_edits import SENT

PUSH = Push(())
HOLD = Hold((Reason.NOT_PAID,), ())
MANUAL = Manual(Reason.ORDER_SYNC_OFF, ())
STATES = ("held", "ready", "manual", "sending", "linked", "closed", "rejected", "unknown", "cancelled")
PAID = replace(SENT, financial_status=FinancialStatus.PAID)
TRACKING = Tracking("PostNord", ("123",), ("https://track.example/123",))


def seen(state: str = "linked", **more: Any) -> VendorOrderSeen:
    return VendorOrderSeen(state=state, **({"remote_id": "88", "sent": SENT} | more))


@pytest.mark.parametrize("state", ["held", "ready", "manual"])
def test_what_may_go_is_created(state: str) -> None:
    there = VendorOrderSeen(state=state)
    assert plan_vendor_order(PUSH, SENT, there, wants_cancel=False) == Plan((CreateOrder(SENT),))
    assert plan_vendor_order(HOLD, SENT, there, wants_cancel=False) == Plan()
    assert plan_vendor_order(MANUAL, SENT, there, wants_cancel=False) == Plan()
    assert plan_vendor_order(PUSH, SENT, there, wants_cancel=True) == Plan()


@given(st.sampled_from(STATES), st.sampled_from((PUSH, HOLD, MANUAL)), st.booleans(), st.booleans(), st.booleans())
def test_only_an_order_that_was_never_sent_is_created(
    state: str, decision: Decision, cancel: bool, paid: bool, gone: bool
) -> None:
    plan = plan_vendor_order(decision, PAID, seen(state, paid=paid, cancelled=gone), wants_cancel=cancel)
    created = any(isinstance(action, CreateOrder) for action in plan.actions)
    assert created == (state in ("held", "ready", "manual") and decision is PUSH and not cancel)


def test_an_unfinished_create_is_looked_up_first() -> None:
    for cancel in (False, True):
        assert plan_vendor_order(PUSH, SENT, seen("sending"), wants_cancel=cancel) == Plan(
            (LookUpOrder(SENT.reference),)
        )


@pytest.mark.parametrize("state", ["rejected", "unknown", "cancelled"])
def test_where_a_person_decides_nothing_is_done(state: str) -> None:
    assert plan_vendor_order(PUSH, PAID, seen(state), wants_cancel=True) == Plan()


@pytest.mark.parametrize("state", ["linked", "closed"])
def test_an_order_that_is_there_follows_edits_and_payment_whatever_the_rules_say_now(state: str) -> None:
    wanted = replace(PAID, note="new")
    for decision in (PUSH, HOLD, MANUAL):
        plan = plan_vendor_order(decision, wanted, seen(state), wants_cancel=False)
        assert plan == Plan((UpdateOrder("88", OrderChanges(note="new")), MarkPaid("88")))
    assert plan_vendor_order(PUSH, wanted, seen(state, sent=wanted, paid=True), wants_cancel=False) == Plan()


def test_cancelling_asks_once_and_then_asks_after_it() -> None:
    ask = plan_vendor_order(PUSH, PAID, seen(), wants_cancel=True, cancel_reason="customer")
    assert ask == Plan((CancelOrder("88", "customer"),))
    after = plan_vendor_order(PUSH, PAID, seen(cancel_job="j1"), wants_cancel=True, cancel_reason="customer")
    assert after == Plan((CancelOrder("88", "customer", "j1"),))
    assert plan_vendor_order(PUSH, PAID, seen(cancelled=True), wants_cancel=True) == Plan()


def test_a_vendors_own_cancellation_is_shown() -> None:
    plan = plan_vendor_order(PUSH, PAID, seen(cancelled=True), wants_cancel=False)
    assert plan == Plan(attention=(Reason.CANCELLED_BY_VENDOR,))


def parcel(name: str = "f1", **more: Any) -> ParcelSeen:
    given: dict[str, Any] = {
        "state": "ready",
        "status": FulfillmentStatus.SUCCESS,
        "lines": (("1", 2),),
        "tracking": TRACKING,
    }
    return ParcelSeen(parcel=name, **(given | more))


def twin(name: str = "f1", **more: Any) -> ParcelSeen:
    return parcel(name, **({"state": "linked", "merchant_id": f"m-{name}", "sent_tracking": TRACKING} | more))


def test_a_shipped_parcel_is_written_once() -> None:
    assert plan_parcels("77", [parcel()]) == Plan((CreateFulfillment("f1", "77", (("1", 2),), TRACKING),))
    assert plan_parcels("77", [twin()]) == Plan()


@pytest.mark.parametrize("status", [s for s in FulfillmentStatus if s is not FulfillmentStatus.SUCCESS])
def test_what_was_not_shipped_is_not_written(status: FulfillmentStatus) -> None:
    assert plan_parcels("77", [parcel(status=status)]) == Plan()


def test_corrected_tracking_follows() -> None:
    new = Tracking("DHL", ("9",))
    assert plan_parcels("77", [twin(tracking=new)]) == Plan((UpdateTracking("f1", "m-f1", new),))


def test_a_parcel_packed_anew_follows_its_cancelled_one() -> None:
    plan = plan_parcels("77", [parcel("f2"), twin("f1", status=FulfillmentStatus.CANCELLED)])
    assert [type(action) for action in plan.actions] == [CancelFulfillment, CreateFulfillment]


def test_an_unfinished_parcel_is_looked_up_before_any_other_is_written() -> None:
    plan = plan_parcels("77", [parcel("f1", state="sending"), parcel("f2")])
    assert plan == Plan((LookUpFulfillment("f1", "77"),))


@pytest.mark.parametrize("state", ["rejected", "unknown", "cancelled"])
def test_parcels_for_a_person_are_left(state: str) -> None:
    assert plan_parcels("77", [twin(state=state, tracking=Tracking()), parcel("f2", state=state)]) == Plan()


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200))
def test_the_brake_holds_above_three_tenths_of_ten_or_more(lost: int, live: int, more: int) -> None:
    before = live + lost
    assert brake(lost, live, more) == (before >= 10 and (lost + more) / before > 0.3)


@pytest.mark.parametrize(
    ("lost", "live", "more", "too_much"),
    [(0, 10, 3, False), (0, 10, 4, True), (0, 9, 9, False), (2, 8, 1, False), (2, 8, 2, True), (0, 1000, 300, False)],
)
def test_the_brakes_edges(lost: int, live: int, more: int, too_much: bool) -> None:
    assert brake(lost, live, more) is too_much


@given(st.integers(10, 500), st.lists(st.integers(1, 50), max_size=30))
def test_small_steps_do_not_slip_past_the_brake(live: int, steps: list[int]) -> None:
    start, lost = live, 0
    for step in steps:
        step = min(step, live)
        if not brake(lost, live, step):
            lost, live = lost + step, live - step
    assert lost * 10 <= start * 3
