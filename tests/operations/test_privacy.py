"""A buyer's rights: found by address though sealed, exported to whoever asked, forgotten everywhere, and for good."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from psycopg import sql

from crossdock.models import Activity, Attention, MerchantOrder, Parcel, PrivacyRequest, VendorOrder
from crossdock.models.seal import Ring
from crossdock.operations.buyers import NoSuchBuyer, orders_of_buyer
from crossdock.operations.opened import open_order
from crossdock.operations.privacy import (
    StillNeeded,
    erase_buyer,
    erase_buyers,
    set_retention,
    waiting_erasures,
    what_expires,
)
from crossdock.operations.privacy_export import export_buyer
from crossdock.operations.privacy_requests import AlreadyAnswered, answer_privacy_request, list_requests
from crossdock.operations.settings import BadSetting
from tests.operations import rows

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"now": rows.NOW, "who": "olga"}


class World:
    def __init__(self) -> None:
        self.place = rows.marketplace()
        self.vendor = rows.vendor(self.place)
        self.shop = rows.store(self.place)
        self.vendor_store = rows.store(self.place, self.vendor)

    def order(self, state: str = "closed", **values: Any) -> MerchantOrder:
        made = rows.order(self.shop, **values)
        rows.vendor_order(made, self.vendor, state=state, remote_id=f"v{made.pk}")
        return made


@pytest.fixture
def world() -> World:
    return World()


def email_of(order: MerchantOrder) -> str:
    found = open_order(order)
    assert found is not None
    return found.contact.email


def test_a_buyers_orders_are_found_by_address_in_any_spelling(world: World) -> None:
    one, two = world.order(), world.order()
    found = orders_of_buyer(marketplace=world.place, text=f" {email_of(one).upper()} ")
    assert {row.pk for row in found} == {one.pk, two.pk}
    assert [row.pk for row in orders_of_buyer(marketplace=world.place, text=one.name)] == [one.pk]
    with pytest.raises(NoSuchBuyer):
        orders_of_buyer(marketplace=world.place, text="nobody@example.com")
    with pytest.raises(NoSuchBuyer):
        orders_of_buyer(marketplace=rows.marketplace("elsewhere"), text=email_of(one))


def test_a_mark_tells_nothing_and_is_found_after_the_keys_changed() -> None:
    old, new = Ring([b"1" * 32]), Ring([b"2" * 32, b"1" * 32])
    assert old.mark("A@b.se") == old.mark(" a@B.se") != new.mark("a@b.se")
    assert old.mark("a@b.se") in new.marks("a@b.se")
    assert (len(old.mark("a@b.se")), old.mark(" ")) == (16, b"")


def test_all_of_a_buyer_leaves_as_one_value_and_it_is_written_down_who_asked(world: World) -> None:
    order = world.order()
    email = email_of(order)
    told = export_buyer(marketplace=world.place, buyer=email, **BY)
    text = json.dumps(told)
    assert (email in text, len(told["orders"]), told["orders"][0]["name"]) == (True, 1, order.name)
    assert told["orders"][0]["sent_to_vendors"][0]["data"]
    kept = Activity.objects.get(what="privacy.exported")
    assert (kept.who, kept.data) == ("olga", {"orders": 1})


def test_nothing_of_a_buyer_is_left_in_any_table(world: World) -> None:
    """Every text and every JSON value of every table is looked through, and what is sealed is gone."""
    order = world.order()
    part = VendorOrder.objects.get(order=order)
    words = f"no such customer {email_of(order)}"
    VendorOrder.objects.update(words=words, sealed_sent=b"x")
    MerchantOrder.objects.update(marked_paid_note=words)
    rows.parcel(part, words=words)
    Attention.objects.create(
        marketplace=world.place, order=order, vendor_order=part, reason="edit_refused", data={"words": words},
        opened_at=rows.NOW,
    )  # fmt: skip
    data = {"words": words, "reference": "cd-1"}
    Activity.objects.create(marketplace=world.place, order_id=order.pk, at=rows.NOW, what="x", data=data)
    for about in ({"kind": "order", "ref": order.pk}, {"kind": "vendor_order", "ref": part.pk}):
        rows.call(world.shop, words=words, sent=json.dumps(data), got=json.dumps(data), **about)
    rows.call(world.shop, came=True, kind="order", remote_id=order.remote_id, got=json.dumps(data))
    secret = email_of(order)
    assert holding(secret)
    erase_buyer(order=order, **BY)
    assert holding(secret) == []
    kept = MerchantOrder.objects.get()
    assert (kept.sealed, kept.buyer, kept.total, kept.erased_at) == (None, None, order.total, rows.NOW)
    assert VendorOrder.objects.filter(sealed=None, sealed_sent=None).count() == 1
    assert Activity.objects.filter(what="buyer.erased", order_id=order.pk).count() == 1


def holding(secret: str) -> list[str]:
    """Tables and columns in which `secret` stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'jsonb', 'character varying')"
        )
        for table, column in cursor.fetchall():
            look = sql.SQL("SELECT count(*) FROM {} WHERE {}::text ILIKE %s")
            cursor.execute(look.format(sql.Identifier(table), sql.Identifier(column)), [f"%{secret}%"])
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_a_buyer_whose_order_is_not_done_is_forgotten_later(world: World) -> None:
    done, shipping = world.order(), world.order("linked")
    with pytest.raises(StillNeeded):
        erase_buyer(order=shipping, **BY)
    first, again = (erase_buyers(orders=[done, shipping], **BY) for _ in range(2))
    assert (first.erased, first.later) == (1, 1)
    assert (again.erased, again.later) == (0, 1)
    assert list(waiting_erasures(marketplace=world.place)) == [shipping]
    assert MerchantOrder.objects.get(pk=shipping.pk).sealed is not None
    assert Activity.objects.filter(what="privacy.erase_later").count() == 1


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_what_is_on_its_way_is_always_waited_for(world: World, state: str) -> None:
    with pytest.raises(StillNeeded):
        erase_buyer(order=world.order(state), unfinished=True, **BY)


def test_days_are_tried_before_they_count(world: World) -> None:
    world.order(placed_at=rows.NOW - timedelta(days=40))
    world.order("linked", placed_at=rows.NOW - timedelta(days=40))
    world.order()
    would = what_expires(marketplace=world.place, days=30, now=rows.NOW)
    assert (would.erased, would.waiting) == (1, 1)
    set_retention(marketplace=world.place, days=30, **BY)
    set_retention(marketplace=world.place, days=30, **BY)
    assert Activity.objects.get(what="privacy.retention_changed").data == {"before": 0, "after": 30}
    with pytest.raises(BadSetting):
        set_retention(marketplace=world.place, days=5000, **BY)


def test_a_platforms_requests_are_answered_once(world: World) -> None:
    order, waits, other = world.order(), world.order("linked"), world.order()
    ids = [order.remote_id, waits.remote_id, "404"]
    asked = request(world, "erase", order_ids=ids)
    Attention.objects.create(marketplace=world.place, store=world.shop, reason="privacy_request", opened_at=rows.NOW)
    found = answer_privacy_request(request=asked, **BY)
    assert (found.erased, found.later) == (1, 1)
    assert MerchantOrder.objects.get(pk=other.pk).erased_at is None
    assert Attention.objects.get().closed_by == "olga"
    with pytest.raises(AlreadyAnswered):
        answer_privacy_request(request=asked, **BY)
    assert list(list_requests(marketplace=world.place)) == [asked]


def test_a_vendors_store_names_its_own_orders_and_not_the_merchants(world: World) -> None:
    order, other = world.order(), world.order()
    asked = request(world, "erase", store=world.vendor_store, order_ids=[f"v{order.pk}", other.remote_id])
    assert answer_privacy_request(request=asked, **BY).erased == 1
    gone = request(world, "erase_store", store=world.vendor_store)
    assert answer_privacy_request(request=gone, **BY).erased == 0
    assert MerchantOrder.objects.get(pk=other.pk).erased_at is None


def test_what_was_shipped_stays_told(world: World) -> None:
    order = world.order()
    parcel = rows.parcel(VendorOrder.objects.get(order=order), words="no")
    erase_buyer(order=order, **BY)
    assert Parcel.objects.get(pk=parcel.pk).tracking == parcel.tracking


def request(world: World, asks: str, **values: Any) -> PrivacyRequest:
    store, ids = values.get("store", world.shop), values.get("order_ids", [])
    return PrivacyRequest.objects.create(
        store=store, topic=asks, remote_id="1", data={"asks": asks, "order_ids": ids}, received_at=rows.NOW
    )
