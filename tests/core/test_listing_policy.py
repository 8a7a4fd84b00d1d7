"""The rules of listings: defaults, overrides, what is refused, and what a price becomes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crossdock.core.listing_policy import (
    Field,
    Follow,
    ListingPolicy,
    NewStatus,
    OnDelete,
    PolicyInvalid,
    check_fields,
    compare_rule,
    merge,
    price_rule,
)
from crossdock.core.listing_price import Rounding
from crossdock.core.money import exponent

MARKETPLACE = {
    "product_sync": True,
    "auto_approve": False,
    "auto_variants": True,
    "inventory_sync": True,
    "fields": {},
    "price_factor": Decimal(1),
    "price_amount": Decimal(0),
    "price_rounding": "none",
    "new_status": "draft",
    "on_delete": "draft",
    "stock_buffer": 0,
    "lease_hours": 24,
}


def test_a_new_marketplaces_row_is_the_default() -> None:
    assert merge(MARKETPLACE) == merge({}) == ListingPolicy()
    policy = ListingPolicy()
    assert all(policy.at_create(field) and policy.at_update(field) for field in Field)
    assert (policy.new_status, policy.on_delete, policy.auto_approve) == (NewStatus.DRAFT, OnDelete.DRAFT, False)


def test_a_vendors_own_rules_win_and_nothing_means_as_the_marketplace() -> None:
    ours = {**MARKETPLACE, "fields": {"title": [True, False], "tags": [False, False]}, "price_factor": "1.2"}
    theirs = {"fields": {"tags": [True, True]}, "auto_variants": False, "price_factor": None, "new_status": "active"}
    policy = merge(ours, theirs)
    assert policy.follow == {Field.TITLE: Follow(True, False), Field.TAGS: Follow(True, True)}
    assert (policy.auto_variants, policy.new_status) == (False, NewStatus.ACTIVE)
    assert (policy.price_factor, policy.own_factor) == (Decimal("1.2"), False)
    assert merge(ours, {"price_factor": "1.1"}).own_factor


@pytest.mark.parametrize(
    ("values", "field", "fix"),
    [
        ({"product_sync": "yes"}, "product_sync", "yes_or_no"),
        ({"price_factor": "0"}, "price_factor", "above_zero"),
        ({"price_factor": "-1"}, "price_factor", "above_zero"),
        ({"price_factor": "1e9"}, "price_factor", "above_zero"),
        ({"price_factor": 1.1}, "price_factor", "number"),
        ({"price_amount": "a lot"}, "price_amount", "number"),
        ({"price_amount": "NaN"}, "price_amount", "number"),
        ({"price_rounding": "up"}, "price_rounding", "one_of"),
        ({"new_status": "published"}, "new_status", "one_of"),
        ({"on_delete": ""}, "on_delete", "one_of"),
        ({"stock_buffer": -1}, "stock_buffer", "whole_number"),
        ({"stock_buffer": True}, "stock_buffer", "whole_number"),
        ({"lease_hours": 0}, "lease_hours", "whole_number"),
        ({"fields": []}, "fields", "two_switches"),
        ({"fields": {"title": True}}, "fields.title", "two_switches"),
        ({"fields": {"title": [True]}}, "fields.title", "two_switches"),
        ({"fields": {"colour": [True, True]}}, "fields.colour", "no_such_field"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_by_name(values: dict[str, object], field: str, fix: str) -> None:
    with pytest.raises(PolicyInvalid) as refused:
        check_fields(values)
    assert (refused.value.field, refused.value.fix) == (field, fix)
    with pytest.raises(PolicyInvalid):
        merge({}, values)


def test_rules_are_read_as_they_are_kept_and_other_columns_pass() -> None:
    given = {"price_factor": "1.25", "price_rounding": "end_99", "vendor_locations": ["1"], "stock_buffer": None}
    assert check_fields(given) == {
        "price_factor": Decimal("1.25"),
        "price_rounding": Rounding.END_99,
        "vendor_locations": ["1"],
        "stock_buffer": None,
    }


@pytest.mark.parametrize(
    ("price", "rounding", "currency", "asked"),
    [
        ("1.0999", "none", "EUR", "1.10"),
        ("1.0949", "none", "EUR", "1.09"),
        ("1.0999", "none", "KWD", "1.100"),
        ("1.0999", "none", "JPY", "1"),
        ("12.30", "whole", "EUR", "12.00"),
        ("12.50", "whole", "EUR", "13.00"),
        ("12.01", "whole_up", "EUR", "13.00"),
        ("12.99", "whole_down", "EUR", "12.00"),
        ("0.30", "whole_down", "EUR", "0.30"),
        ("12.32", "step_5", "EUR", "12.30"),
        ("12.325", "step_5", "CHF", "12.35"),
        ("12.34", "step_10", "EUR", "12.30"),
        ("12.30", "step_50", "EUR", "12.50"),
        ("12.30", "end_99", "EUR", "11.99"),
        ("12.49", "end_99", "EUR", "12.99"),
        ("0.05", "end_99", "EUR", "0.99"),
        ("12.46", "end_95", "EUR", "12.95"),
        ("12.30", "end_90", "EUR", "11.90"),
        ("12.30", "end_50", "EUR", "12.50"),
        ("1234", "end_99", "JPY", "1199"),
        ("1250", "end_90", "JPY", "1290"),
        ("12.300", "end_99", "KWD", "11.990"),
        ("0.001", "none", "EUR", "0.00"),
    ],
)
def test_a_price_comes_to_rest(price: str, rounding: str, currency: str, asked: str) -> None:
    found = price_rule(Decimal(price), ListingPolicy(price_rounding=Rounding(rounding)), currency)
    assert str(found) == asked


def test_factor_then_amount_then_rounding_and_never_below_zero() -> None:
    policy = ListingPolicy(price_factor=Decimal("1.2"), price_amount=Decimal("1.5"), price_rounding=Rounding.END_95)
    assert price_rule(Decimal(10), policy, "EUR") == Decimal("13.95")
    assert price_rule(Decimal(1), replace(policy, price_amount=Decimal(-5)), "EUR") == 0
    assert price_rule(Decimal(0), ListingPolicy(), "EUR") == 0


def test_the_price_before_goes_by_the_same_rule_and_must_be_above() -> None:
    policy = ListingPolicy(price_factor=Decimal("1.2"), price_rounding=Rounding.WHOLE)
    assert compare_rule(Decimal(20), Decimal(12), policy, "EUR") == 24
    assert compare_rule(Decimal(10), Decimal(12), policy, "EUR") is None
    assert compare_rule(None, Decimal(12), policy, "EUR") is None
    assert compare_rule(Decimal("NaN"), Decimal(12), policy, "EUR") is None


@given(
    st.decimals(0, 10**12, places=4),
    st.decimals("0.000001", 1000, places=6),
    st.decimals(-1000, 1000, places=3),
    st.sampled_from(Rounding),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_a_price_is_one_of_its_currency(
    price: Decimal, factor: Decimal, amount: Decimal, rounding: Rounding, currency: str
) -> None:
    policy = ListingPolicy(price_factor=factor, price_amount=amount, price_rounding=rounding)
    asked = price_rule(price, policy, currency)
    raw = price * factor + amount
    assert asked >= 0
    assert asked.as_tuple().exponent == -exponent(currency)
    assert abs(asked - max(raw, Decimal(0))) <= (100 if currency == "JPY" else 1)
    assert price_rule(price + 1, policy, currency) >= asked
