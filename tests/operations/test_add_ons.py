"""Add-ons: what is kept of a switch, what one vendor may have otherwise, and what each still needs."""

from typing import Any

import pytest

from crossdock.models import Activity, DirtyKey, Marketplace, Vendor
from crossdock.operations.add_ons import Need, order_needs, read_add_ons, set_add_on
from crossdock.operations.catalogue_rules import read_catalogue_policy, set_catalogue_policy
from crossdock.operations.settings import BadSetting, NothingToRevert, read_order_policy, set_order_policy
from crossdock.operations.settings_history import put_back, settings_history
from tests.operations import rows

pytestmark = pytest.mark.django_db
CONNECTING = "vendor_store_connect"


def switch(place: Marketplace, add_on: str, on: bool | None, vendor: Vendor | None = None) -> None:
    set_add_on(marketplace=place, vendor=vendor, add_on=add_on, on=on, who="owner", now=rows.NOW)


def state(place: Marketplace, name: str, vendor: Vendor | None = None) -> tuple[bool, bool, set[Need]]:
    """On, ready, what is missing."""
    found = {each.name: each for each in read_add_ons(marketplace=place, vendor=vendor)}[name]
    return found.on, found.ready, {each.need for each in found.needs if not each.met}


def test_an_empty_marketplace_is_told_what_is_missing() -> None:
    place = rows.marketplace()
    assert state(place, CONNECTING) == (True, False, {Need.MERCHANT_STORE, Need.VENDOR_STORES})
    assert {each.need for each in order_needs(marketplace=place) if not each.met} >= {Need.MERCHANT_STORE}
    rows.store(place)
    rows.store(place, rows.vendor(place))
    assert state(place, CONNECTING) == (True, True, set())
    assert state(place, "order_push:shopify") == (True, True, set())
    assert state(place, "locations")[2] == {Need.PLACES}


def test_a_need_is_met_by_the_rules_that_hold_for_that_vendor() -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    rows.store(place)
    rows.store(place, vendor)
    set_order_policy(marketplace=place, vendor=vendor, changes={"order_sync": False}, who="o", now=rows.NOW)
    assert state(place, "order_push:shopify")[1] is True
    assert state(place, "order_push:shopify", vendor) == (True, False, {Need.ORDER_SYNC})


def test_one_vendor_may_have_it_otherwise_and_go_back() -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    switch(place, CONNECTING, False)
    switch(place, CONNECTING, True, vendor)
    assert (state(place, CONNECTING)[0], state(place, CONNECTING, vendor)[0]) == (False, True)
    switch(place, CONNECTING, None, vendor)
    assert Vendor.objects.get().add_ons == {}
    assert state(place, CONNECTING, vendor)[0] is False


def test_switching_twice_is_done_once() -> None:
    place = rows.marketplace()
    waiting = rows.order(rows.store(place))
    rows.vendor_order(waiting, rows.vendor(place), facts={"connecting_active": False})
    for _ in range(2):
        switch(place, CONNECTING, False)
    assert Activity.objects.filter(what="add_on.switched").count() == 1
    assert DirtyKey.objects.filter(kind="order", ref=waiting.pk).count() == 1


@pytest.mark.parametrize(
    ("add_on", "on", "own"), [("tea", True, False), (CONNECTING, None, False), ("locations", False, True)]
)
def test_what_cannot_be_is_refused_by_field(add_on: str, on: Any, own: bool) -> None:
    place = rows.marketplace()
    with pytest.raises(BadSetting) as refused:
        switch(place, add_on, on, rows.vendor(place) if own else None)
    assert refused.value.field == "add_on"


def test_every_change_of_settings_is_listed_and_put_back() -> None:
    place = rows.marketplace()
    vendor = rows.vendor(place)
    set_order_policy(marketplace=place, changes={"paid_only": False}, who="o", now=rows.NOW)
    set_catalogue_policy(marketplace=place, vendor=vendor, changes={"stock_buffer": 3}, who="o", now=rows.NOW)
    switch(place, CONNECTING, False)
    switch(place, CONNECTING, True, vendor)
    own, theirs, goods, orders = settings_history(marketplace=place, limit=10)
    assert [each.vendor for each in (own, theirs, goods, orders)] == [vendor.name, "", vendor.name, ""]
    assert [each.id for each in settings_history(marketplace=place, limit=10, add_ons_of=vendor)] == [own.id]
    assert [each.id for each in settings_history(marketplace=place, limit=10, add_ons_of=True)] == [theirs.id]
    assert [each.id for each in settings_history(marketplace=place, limit=2, page=2)] == [goods.id, orders.id]
    for each in (own, theirs, goods, orders):
        put_back(activity=Activity.objects.get(pk=each.id), who="o", now=rows.NOW)
    assert read_order_policy(marketplace=place).paid_only is True
    assert read_catalogue_policy(marketplace=place, vendor=vendor).stock_buffer is None
    assert (Marketplace.objects.get().add_ons, Vendor.objects.get().add_ons) == ({}, {})
    for each in (own, theirs, goods, orders):
        with pytest.raises(NothingToRevert):
            put_back(activity=Activity.objects.get(pk=each.id), who="o", now=rows.NOW)
