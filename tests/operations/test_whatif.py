"""What if?: the last days' orders decided again; just those that would have gone otherwise are told."""

from typing import Any

import pytest

from crossdock.models import Activity, Marketplace, VendorOrder
from crossdock.operations.settings import BadSetting, set_order_policy
from crossdock.operations.whatif import MOST_NAMED, Replay, Way, begin_replay, go_on
from tests.operations import rows

pytestmark = pytest.mark.django_db


class Shop:
    def __init__(self) -> None:
        self.place: Marketplace = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        self.shop = rows.store(self.place)
        rows.store(self.place, self.vendor)

    def sold(self, *, facts: dict[str, Any] | None = None, **values: Any) -> VendorOrder:
        return rows.vendor_order(rows.order(self.shop), self.vendor, facts=facts, **values)

    def replay(self, *, days: int = 30, most: int = 1000, vendor: Any = None, **changes: Any) -> Replay:
        begun = begin_replay(marketplace=self.place, vendor=vendor, changes=changes, days=days, now=rows.later(days=1))
        while not begun.done:
            begun = go_on(begun, marketplace=self.place, vendor=vendor, most=most)
        return begun


def groups(found: Replay) -> list[tuple[Way, Way, str, int]]:
    return [(each.before, each.after, each.reason, each.count) for each in found.groups]


def test_orders_that_were_pushed_would_have_waited() -> None:
    shop = Shop()
    for number in range(3):
        shop.sold(state="linked", remote_id=f"9{number}")
    found = shop.replay(minimum_value="50")
    assert groups(found) == [(Way.AT_ONCE, Way.WAITS, "order_below_minimum", 3)]
    assert groups(shop.replay(order_sync=False)) == [(Way.AT_ONCE, Way.BY_HAND, "order_sync_off", 3)]
    assert groups(shop.replay(minimum_value="10")) == []
    assert VendorOrder.objects.filter(state="linked").count() == 3


def test_an_order_that_waited_for_its_payment_would_have_gone_at_once() -> None:
    shop = Shop()
    paid = shop.sold(state="linked", remote_id="91")
    Activity.objects.create(
        marketplace=shop.place, order_id=paid.order_id, vendor_order_id=paid.pk, at=rows.NOW,
        what="vendor_order.held", data={"reason": "not_paid"},
    )  # fmt: skip
    shop.sold(state="linked", remote_id="92")
    assert groups(shop.replay(paid_only=False)) == [(Way.ONCE_PAID, Way.AT_ONCE, "not_paid", 1)]


def test_piece_by_piece_says_the_same_as_at_once() -> None:
    shop = Shop()
    for number in range(7):
        shop.sold(facts=rows.UNPAID if number % 2 else {"quantity": 1}, quantity=number + 1)
    whole, pieces = (shop.replay(paid_only=False, maximum_quantity=4, most=most) for most in (1000, 2))
    assert (whole.looked, whole.expected) == (7, 7)
    assert (pieces.looked, sorted(pieces.groups, key=str)) == (7, sorted(whole.groups, key=str))
    assert {each.order_name for each in pieces.named} == {each.order_name for each in whole.named}


def test_only_the_days_and_the_vendor_that_were_asked_for() -> None:
    shop = Shop()
    shop.sold(created_at=rows.later(days=-40))
    other = rows.vendor(shop.place, "Clay & Co")
    rows.vendor_order(rows.order(shop.shop), other)
    mine = shop.sold()
    found = shop.replay(vendor=shop.vendor, order_sync=False)
    assert (found.looked, [each.order_id for each in found.named]) == (1, [mine.order_id])
    assert shop.replay(order_sync=False, days=60).looked == 3


def test_other_details_of_who_ordered_are_counted() -> None:
    shop = Shop()
    shop.sold()
    found = shop.replay(override_customer=True, merchant_email="shop@example.com")
    assert (found.details, found.groups) == (1, ())


def test_a_vendors_own_rules_stay_its_own() -> None:
    shop = Shop()
    shop.sold()
    set_order_policy(marketplace=shop.place, vendor=shop.vendor, changes={"maximum_quantity": 5}, who="o", now=rows.NOW)
    assert groups(shop.replay(maximum_quantity=1)) == []


def test_few_are_named_and_all_are_counted() -> None:
    shop = Shop()
    of = rows.order(shop.shop)
    for part in range(1, MOST_NAMED + 3):
        rows.vendor_order(of, shop.vendor, part=part)
    found = shop.replay(order_sync=False)
    assert (len(found.named), found.differing) == (MOST_NAMED, MOST_NAMED + 2)


@pytest.mark.parametrize("days", ["0", "366", "many", "-1", "1.5", ""])
def test_odd_days_are_refused(days: str) -> None:
    shop = Shop()
    with pytest.raises(BadSetting) as refused:
        begin_replay(marketplace=shop.place, changes={"paid_only": False}, days=days, now=rows.NOW)
    assert refused.value.field == "days"
