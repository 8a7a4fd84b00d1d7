"""Order rules and add-ons: what is refused, what is kept, what is marked."""

from decimal import Decimal
from typing import Any

import pytest

from crossdock.models import Activity, DirtyKey, Marketplace, PolicyChange
from crossdock.operations.add_ons import set_add_on
from crossdock.operations.preview import preview_order_policy
from crossdock.operations.settings import (
    BadSetting,
    NothingToRevert,
    read_order_policy,
    revert_policy_change,
    set_order_policy,
)
from tests.operations import rows

pytestmark = pytest.mark.django_db


def change(place: Marketplace, **changes: Any) -> PolicyChange | None:
    return set_order_policy(marketplace=place, changes=changes, who="owner", now=rows.NOW)


def test_a_new_marketplace_has_the_careful_rules() -> None:
    policy = read_order_policy(marketplace=rows.marketplace())
    switches = (policy.order_sync, policy.paid_only, policy.push_unsynced, policy.override_customer)
    assert switches == (True, True, False, False)


def test_a_change_is_kept_with_who_before_and_after() -> None:
    place = rows.marketplace()
    made = change(place, paid_only=False, minimum_value="12.50", order_sync=True)
    assert made is not None
    assert (made.who, made.before, made.after) == (
        "owner",
        {"paid_only": True, "minimum_value": None},
        {"paid_only": False, "minimum_value": "12.500"},
    )
    assert read_order_policy(marketplace=place).minimum_value == Decimal("12.5")
    assert Activity.objects.filter(what="order_policy.changed").count() == 1


def test_a_change_of_nothing_leaves_no_trace() -> None:
    place = rows.marketplace()
    assert change(place, paid_only=True) is None
    assert not PolicyChange.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"paid_only": None}, "paid_only"),
        ({"order_sync": "yes"}, "order_sync"),
        ({"colour": "red"}, "colour"),
        ({"minimum_value": "-1"}, "minimum_value"),
        ({"minimum_value": "NaN"}, "minimum_value"),
        ({"minimum_value": "1,000"}, "minimum_value"),
        ({"maximum_value": "much"}, "maximum_value"),
        ({"maximum_quantity": "0"}, "maximum_quantity"),
        ({"maximum_quantity": "2.5"}, "maximum_quantity"),
        ({"minimum_quantity": "4", "maximum_quantity": "3"}, "minimum_quantity"),
        ({"merchant_email": "nobody"}, "merchant_email"),
        ({"merchant_name": "x" * 201}, "merchant_name"),
        ({"minimum_value": "10", "maximum_value": "5"}, "minimum_value"),
        ({"override_customer": True}, "merchant_email"),
    ],
)
def test_an_odd_value_is_refused_by_field(changes: dict[str, Any], field: str) -> None:
    place = rows.marketplace()
    with pytest.raises(BadSetting) as refused:
        change(place, **changes)
    assert refused.value.field == field
    assert not PolicyChange.objects.exists()


def test_a_vendor_may_leave_a_rule_open_and_inherits_the_contact() -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    change(place, merchant_email="shop@example.com")
    set_order_policy(marketplace=place, vendor=vendor, changes={"override_customer": True}, who="o", now=rows.NOW)
    set_order_policy(marketplace=place, vendor=vendor, changes={"override_customer": None}, who="o", now=rows.NOW)
    assert read_order_policy(marketplace=place, vendor=vendor).override_customer is None


def test_a_change_marks_every_order_that_waits_and_no_other() -> None:
    place = rows.marketplace()
    vendor, shop = rows.vendor(place), rows.store(place)
    rows.store(place, vendor)
    waiting, gone = rows.order(shop), rows.order(shop)
    rows.vendor_order(waiting, vendor, facts=rows.UNPAID)
    rows.vendor_order(gone, vendor, state="linked", remote_id="9")
    DirtyKey.objects.all().delete()
    change(place, paid_only=False)
    assert list(DirtyKey.objects.values_list("store_id", "kind", "ref")) == [(shop.pk, "order", waiting.pk)]


def test_an_amount_may_have_its_point_as_a_comma() -> None:
    place = rows.marketplace()
    change(place, minimum_value=" 25,5 ")
    assert read_order_policy(marketplace=place).minimum_value == Decimal("25.5")


def test_reverting_puts_the_old_values_back_unless_they_changed_again() -> None:
    place = rows.marketplace()
    first = change(place, paid_only=False, minimum_value="5")
    assert first is not None
    revert_policy_change(change=PolicyChange.objects.get(pk=first.pk), who="owner", now=rows.NOW)
    assert read_order_policy(marketplace=place).paid_only is True
    with pytest.raises(NothingToRevert):
        revert_policy_change(change=PolicyChange.objects.get(pk=first.pk), who="owner", now=rows.NOW)


def test_an_add_on_is_kept_only_while_off() -> None:
    place = rows.marketplace()
    set_add_on(marketplace=place, add_on="order_push:shopify", on=False, who="owner", now=rows.NOW)
    assert Marketplace.objects.get().add_ons == {"order_push:shopify": False}
    set_add_on(marketplace=place, add_on="order_push:shopify", on=True, who="owner", now=rows.NOW)
    assert Marketplace.objects.get().add_ons == {}
    with pytest.raises(BadSetting):
        set_add_on(marketplace=place, add_on="tea", on=True, who="owner", now=rows.NOW)


def test_the_preview_counts_exactly_what_the_change_would_release() -> None:
    place = rows.marketplace()
    vendor, shop = rows.vendor(place), rows.store(place)
    rows.store(place, vendor)
    unpaid, unlinked = rows.order(shop), rows.order(shop)
    rows.vendor_order(unpaid, vendor, facts=rows.UNPAID)
    rows.vendor_order(unlinked, vendor, facts={"lines_linked": 0, "lines_unlinked": 1})
    rows.vendor_order(rows.order(shop), vendor, facts=rows.UNPAID | {"lines_unlinked": 1})
    told = preview_order_policy(marketplace=place, changes={"paid_only": False})
    assert (told.released, told.waiting, told.value) == (1, 2, {"EUR": Decimal("40.000")})
    assert [each.order_name for each in told.named] == [unpaid.name]
    both = preview_order_policy(marketplace=place, changes={"paid_only": False, "push_unsynced": True})
    assert (both.released, both.waiting) == (3, 0)


def test_the_preview_tells_what_would_be_stopped_or_made_by_hand() -> None:
    place = rows.marketplace()
    vendor, shop = rows.vendor(place), rows.store(place)
    rows.store(place, vendor)
    rows.vendor_order(rows.order(shop), vendor)
    rows.vendor_order(rows.order(shop), vendor, facts=rows.UNPAID)
    told = preview_order_policy(marketplace=place, changes={"order_sync": False})
    assert (told.released, told.stopped, told.by_hand) == (0, 1, 1)


def test_a_vendors_own_rule_wins_in_the_preview() -> None:
    place = rows.marketplace()
    vendor, other, shop = rows.vendor(place), rows.vendor(place, "Other"), rows.store(place)
    rows.store(place, vendor)
    set_order_policy(marketplace=place, vendor=vendor, changes={"paid_only": True}, who="o", now=rows.NOW)
    rows.vendor_order(rows.order(shop), vendor, facts=rows.UNPAID)
    rows.vendor_order(rows.order(shop), other, facts=rows.UNPAID)
    assert preview_order_policy(marketplace=place, changes={"paid_only": False}).released == 1
