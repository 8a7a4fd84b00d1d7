"""What may be offered, and what is done about the level that is there."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from crossdock.core.stock import (
    FEW,
    MOST,
    LevelDecision,
    LevelFacts,
    LevelSeen,
    Read,
    Settled,
    StockRule,
    Wait,
    Why,
    Write,
    decide_level,
    is_loss,
    next_step,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ages = st.integers(-20, 200)
counts = st.integers(0, 60)
facts = st.builds(
    LevelFacts,
    vendor_available=st.none() | ages,
    pending=counts,
    unexplained=counts,
    buffer=st.integers(-3, 20),
    inventory_sync=st.booleans(),
    linked=st.booleans(),
    there=st.booleans(),
    on_sale=st.booleans(),
    tracked=st.booleans(),
    oversell=st.booleans(),
)


@given(facts)
def test_never_more_than_the_vendor_has_less_what_is_spoken_for(known: LevelFacts) -> None:
    target = decide_level(known).target
    if target is None:
        return
    free = (known.vendor_available or 0) - known.pending - known.unexplained - max(0, known.buffer)
    assert 0 <= target <= max(0, free)
    if known.linked and known.there and known.on_sale:
        assert target == max(0, free)


@given(facts, st.sampled_from(["pending", "unexplained", "buffer"]), st.integers(1, 10))
def test_more_spoken_for_never_offers_more(known: LevelFacts, field: str, more: int) -> None:
    before = decide_level(known).target
    after = decide_level(structs.replace(known, **{field: getattr(known, field) + more})).target
    assert (before is None) == (after is None)
    assert before is None or after is None or after <= before


@given(facts, st.integers(1, 10))
def test_an_order_that_the_vendor_took_changes_nothing(known: LevelFacts, units: int) -> None:
    if known.vendor_available is None:
        return
    waiting = structs.replace(known, pending=known.pending + units)
    taken = structs.replace(known, vendor_available=known.vendor_available - units)
    assert decide_level(waiting).target == decide_level(taken).target


@given(facts)
def test_a_decision_says_why(known: LevelFacts) -> None:
    decision = decide_level(known)
    assert all(fact.passed for fact in decision.trace[:-1])
    assert (decision.why == "") == (decision.target is not None and decision.target > 0)
    assert {fact.rule for fact in decision.trace} <= set(StockRule)


def test_the_reasons() -> None:
    assert decide_level(LevelFacts(vendor_available=5)).target == 5
    for changed, target, why in (
        ({"inventory_sync": False}, None, Why.INVENTORY_SYNC_OFF),
        ({"tracked": False}, None, Why.UNTRACKED),
        ({"vendor_available": None}, None, Why.VENDOR_UNKNOWN),
        ({"linked": False}, 0, Why.LINK_ENDED),
        ({"there": False}, 0, Why.VARIANT_GONE),
        ({"on_sale": False}, 0, Why.OFF_SALE),
        ({"pending": 5}, 0, Why.SOLD_OUT),
        ({"vendor_available": -4}, 0, Why.SOLD_OUT),
        ({"vendor_available": 10**12}, MOST, ""),
    ):
        decided = decide_level(structs.replace(LevelFacts(vendor_available=5), **changed))  # type: ignore[arg-type]
        assert (decided.target, decided.why) == (target, why)


def step(target: int | None, expected: int | None, **seen: object) -> object:
    decision = LevelDecision(target, "", ())
    return next_step(decision, LevelSeen(expected=expected, **seen), NOW)  # type: ignore[arg-type]


def test_steps() -> None:
    assert step(None, 5) == Settled()
    assert step(5, None) == Read()
    assert step(5, 5) == Settled()
    assert step(5, 5, verify=True) == Read()
    assert step(3, 5) == Write(5, 3)
    assert step(7, 5) == Write(5, 7)
    assert step(0, -2) == Settled(), "nothing is offered either way"
    assert step(2, -2) == Write(-2, 2)


def test_raising_waits_for_certainty_and_lowering_does_not() -> None:
    assert step(7, 5, doubt=True) == Wait(None)
    assert step(3, 5, doubt=True) == Write(5, 3)
    lately = NOW - timedelta(milliseconds=400)
    assert step(7, 5, figure_at=lately) == Wait(lately + timedelta(seconds=1))
    assert step(3, 5, figure_at=lately) == Write(5, 3)


def test_an_order_of_ours_being_placed_explains_a_lower_figure_for_a_moment() -> None:
    lately = NOW - timedelta(milliseconds=400)
    assert step(3, 5, in_flight=2, in_flight_at=lately) == Wait(lately + timedelta(seconds=1))
    assert step(2, 5, in_flight=2, in_flight_at=lately) == Write(5, 2)
    assert step(3, 5, in_flight=2, in_flight_at=NOW - timedelta(seconds=1)) == Write(5, 3)


def test_selling_out_is_no_loss() -> None:
    assert is_loss(FEW + 1, 0, gone=False)
    assert not is_loss(FEW, 0, gone=False)
    assert is_loss(1, 0, gone=True)
    assert not is_loss(0, 0, gone=True)
    assert not is_loss(50, 1, gone=True)
