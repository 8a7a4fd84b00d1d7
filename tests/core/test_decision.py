"""The rules of an order push: their order, their trace, and what each one makes of a vendor order."""

import json
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.core.decision import Hold, Manual, Policy, PolicyOverride, Push, PushFacts, decide, merge
from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Reason, Release, Rule, Trace


def facts(**more: Any) -> PushFacts:
    given: dict[str, Any] = {
        "add_on_active": True,
        "order_sync": True,
        "vendor_has_store": True,
        "store_state": "connected",
        "cancelled": False,
        "paid_only": True,
        "financial_status": FinancialStatus.PAID,
        "paid": True,
        "push_unsynced": False,
        "lines_linked": 2,
        "lines_unlinked": 0,
        "total": Decimal("40.00"),
        "quantity": 2,
    }
    return PushFacts(**(given | more))


any_facts = st.builds(
    PushFacts,
    store_state=st.sampled_from(("connected", "needs_reauth", "unreachable", "paused", "uninstalled", "disconnected")),
    financial_status=st.sampled_from(FinancialStatus),
    lines_linked=st.integers(0, 3),
    lines_unlinked=st.integers(0, 3),
    total=st.decimals(0, 100, places=2),
    quantity=st.integers(0, 20),
    connecting_active=st.booleans(),
    vendor_active=st.booleans(),
    catalogue_read=st.booleans(),
    minimum_value=st.none() | st.decimals(0, 100, places=2),
    maximum_value=st.none() | st.decimals(0, 100, places=2),
    minimum_quantity=st.none() | st.integers(0, 20),
    maximum_quantity=st.none() | st.integers(0, 20),
    held_by_person=st.booleans(),
    released_by_person=st.booleans(),
)

UNPAID = {"paid": False, "financial_status": FinancialStatus.PENDING}


def test_an_ordinary_paid_linked_order_goes() -> None:
    assert isinstance(decide(facts()), Push)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"connecting_active": False}, Reason.CONNECTING_OFF),
        ({"add_on_active": False}, Reason.ADD_ON_INACTIVE),
        ({"order_sync": False}, Reason.ORDER_SYNC_OFF),
        ({"vendor_has_store": False, "store_state": ""}, Reason.VENDOR_HAS_NO_STORE),
    ],
)
def test_by_hand(change: dict[str, Any], reason: Reason) -> None:
    decision = decide(facts(**change))
    assert isinstance(decision, Manual)
    assert decision.reason is reason
    assert len([fact for fact in decision.trace if not fact.passed]) == 1


@pytest.mark.parametrize(
    ("change", "reason", "release"),
    [
        ({"vendor_active": False}, Reason.VENDOR_GONE, Release.RESTORE_VENDOR),
        ({"store_state": "needs_reauth"}, Reason.STORE_NOT_CONNECTED, Release.RECONNECT_STORE),
        ({"store_state": "uninstalled"}, Reason.STORE_NOT_CONNECTED, Release.RECONNECT_STORE),
        ({"store_state": "paused"}, Reason.STORE_NOT_CONNECTED, Release.RECONNECT_STORE),
        ({"cancelled": True}, Reason.ORDER_CANCELLED, Release.NOTHING),
        (UNPAID, Reason.NOT_PAID, Release.ORDER_PAID),
        ({"lines_unlinked": 1}, Reason.LINES_NOT_LINKED, Release.LINK_LINES),
        (
            {"lines_unlinked": 1, "push_unsynced": True, "catalogue_read": False},
            Reason.CATALOGUE_NOT_READ,
            Release.CATALOGUE_READ,
        ),
        ({"minimum_value": Decimal("40.01")}, Reason.ORDER_BELOW_MINIMUM, Release.CHANGE_LIMIT),
        ({"maximum_value": Decimal("39.99")}, Reason.ORDER_ABOVE_MAXIMUM, Release.CHANGE_LIMIT),
        ({"minimum_quantity": 3}, Reason.QUANTITY_BELOW_MINIMUM, Release.CHANGE_LIMIT),
        ({"maximum_quantity": 1}, Reason.QUANTITY_ABOVE_MAXIMUM, Release.CHANGE_LIMIT),
        ({"held_by_person": True}, Reason.HELD_BY_PERSON, Release.PERSON_RELEASES),
    ],
)
def test_waits(change: dict[str, Any], reason: Reason, release: Release) -> None:
    decision = decide(facts(**change))
    assert isinstance(decision, Hold)
    assert decision.reasons == (reason,)
    assert [fact.release for fact in decision.trace if not fact.passed] == [release]


@pytest.mark.parametrize(
    "change",
    [
        {**UNPAID, "paid_only": False},
        {"lines_linked": 0, "lines_unlinked": 2, "push_unsynced": True},
        {"minimum_value": Decimal("40"), "maximum_value": Decimal("40"), "maximum_quantity": 2},
        {"store_state": "unreachable"},
        {"maximum_quantity": 1, "minimum_value": Decimal(99), "released_by_person": True},
        {"financial_status": FinancialStatus.REFUNDED},
    ],
)
def test_goes(change: dict[str, Any]) -> None:
    assert isinstance(decide(facts(**change)), Push)


@pytest.mark.parametrize("change", [UNPAID, {"lines_unlinked": 1}, {"cancelled": True}, {"held_by_person": True}])
def test_a_persons_release_lifts_limits_only(change: dict[str, Any]) -> None:
    assert isinstance(decide(facts(**change, released_by_person=True)), Hold)


def test_the_first_failing_rule_decides() -> None:
    assert decide(facts(order_sync=False, **UNPAID)).reason is Reason.ORDER_SYNC_OFF  # type: ignore[union-attr]
    held = decide(facts(**UNPAID, lines_unlinked=1, held_by_person=True))
    assert isinstance(held, Hold)
    assert held.reasons == (Reason.NOT_PAID, Reason.LINES_NOT_LINKED, Reason.HELD_BY_PERSON)
    assert held.reason is Reason.NOT_PAID


@given(any_facts)
def test_every_rule_is_in_the_trace_in_order(one: PushFacts) -> None:
    decision = decide(one)
    assert [fact.rule for fact in decision.trace] == list(Rule)
    assert all(bool(fact.release) != fact.passed for fact in decision.trace)
    assert isinstance(decision, Push) == all(fact.passed for fact in decision.trace)


@given(any_facts)
def test_a_trace_is_plain_json(one: PushFacts) -> None:
    trace = decide(one).trace
    assert [json.loads(json.dumps(fact.seen)) for fact in trace] == [fact.seen for fact in trace]
    assert msgspec.json.decode(msgspec.json.encode(trace), type=Trace) == trace


@given(any_facts)
def test_deciding_again_decides_the_same(one: PushFacts) -> None:
    assert decide(one) == decide(one)


def test_a_vendors_rules_go_over_the_marketplaces() -> None:
    market = Policy(order_sync=True, paid_only=True, merchant_email="a@b.example", minimum_value=Decimal(5))
    assert merge(market, None) is market
    assert merge(market, PolicyOverride()) == market
    own = merge(market, PolicyOverride(paid_only=False, maximum_quantity=3))
    assert own == Policy(paid_only=False, merchant_email="a@b.example", minimum_value=Decimal(5), maximum_quantity=3)
