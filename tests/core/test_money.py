"""Money keeps every unit of every currency."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.core.money import CurrencyMismatch, Money, allocate, exponent, minor_unit, total

currencies = st.sampled_from(("EUR", "JPY", "KWD", "XXX"))
weights = st.lists(
    st.one_of(st.integers(0, 10**9), st.decimals(0, 10**6, places=3), st.just(0)), min_size=1, max_size=12
)


@given(st.integers(-(10**12), 10**12), currencies, weights)
def test_parts_sum_to_the_whole_and_are_whole_units(units: int, currency: str, weights: list[Decimal | int]) -> None:
    whole = Money(Decimal(units) * minor_unit(currency), currency)
    parts = allocate(whole, weights)
    assert total(parts, currency) == whole
    assert all(part == part.rounded() for part in parts)


@given(st.integers(-(10**12), 10**12), currencies, weights)
def test_each_part_is_within_a_unit_of_its_due(units: int, currency: str, weights: list[Decimal | int]) -> None:
    parts = allocate(Money(Decimal(units) * minor_unit(currency), currency), weights)
    weight = sum(weights)
    for part, own in zip(parts, weights, strict=True):
        due = Decimal(units) * own / weight if weight else Decimal(units) / len(weights)
        assert abs(part.amount / minor_unit(currency) - due) < 1


@given(st.integers(-(10**9), 10**9), weights)
def test_who_weighs_nothing_gets_nothing(units: int, weights: list[Decimal | int]) -> None:
    parts = allocate(Money(Decimal(units), "JPY"), weights)
    if any(weights):
        assert all(not part for part, own in zip(parts, weights, strict=True) if own == 0)


@given(st.decimals(-(10**6), 10**6, places=5), weights)
def test_what_is_finer_than_a_unit_is_not_lost(amount: Decimal, weights: list[Decimal | int]) -> None:
    parts = allocate(Money(amount, "EUR"), weights)
    assert total(parts, "EUR") == Money(amount, "EUR")
    assert sum(part != part.rounded() for part in parts) <= 1


def test_equal_remainders_go_to_the_earlier_part() -> None:
    parts = allocate(Money(Decimal("1.00"), "EUR"), [1, 1, 1])
    assert [str(part.amount) for part in parts] == ["0.34", "0.33", "0.33"]


def test_a_refund_is_divided_like_the_payment() -> None:
    paid = allocate(Money(Decimal("10.01"), "EUR"), [3, 5, 7])
    assert allocate(Money(Decimal("-10.01"), "EUR"), [3, 5, 7]) == tuple(-part for part in paid)


def test_without_any_weight_the_division_is_even() -> None:
    assert [part.amount for part in allocate(Money(Decimal(5), "JPY"), [0, 0])] == [3, 2]


@pytest.mark.parametrize("weights", [[], [1, -1], [Decimal("-0.01")]])
def test_senseless_weights_are_refused(weights: list[Decimal | int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        allocate(Money(Decimal(1), "EUR"), weights)


def test_currencies_never_mix() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(Decimal(1), "EUR") + Money(Decimal(1), "SEK")


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("KRW", 0), ("EUR", 2), ("KWD", 3), ("???", 2)])
def test_digits_after_the_point(currency: str, digits: int) -> None:
    assert exponent(currency) == digits
