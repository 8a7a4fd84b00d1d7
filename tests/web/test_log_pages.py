"""Logs: narrowed as asked, an order's lines on both sides, the vendor's own only, and looking again.

Not here: how lines come about (tests/sync/test_calls.py), who may (test_permissions.py).
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crossdock.models import Activity, Call, DirtyKey, MerchantOrder
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = World()
    Call.objects.all().delete()
    return made


def shown(client: Client, world: World, query: str = "", name: str = "logs", *more: Any) -> list[str]:
    answer = client.get(f"{reverse(name, args=[world.place.slug, *more])}?{query}")
    assert answer.status_code == 200
    return [each.row.call for each in answer.context["rows"]]


def test_every_filter_narrows_and_odd_values_narrow_nothing(world: World) -> None:
    now, client = datetime.now(UTC), world.client("owner")
    rows.call(world.shop, call="a", at=now - timedelta(days=2), kind="sweep")
    rows.call(world.shop, call="b", at=now, came=True, kind="order")
    rows.call(world.vendor_store, call="c", at=now, outcome="failed", status=0, kind="level", ref=world.vendor_store.pk)
    assert shown(client, world) == ["c", "b", "a"]
    assert shown(client, world, f"store={world.shop.pk}") == ["b", "a"]
    assert shown(client, world, "way=in") == ["b"]
    assert shown(client, world, "way=out") == ["c", "a"]
    assert shown(client, world, "kind=level") == ["c"]
    assert shown(client, world, "outcome=wrong") == ["c"]
    assert shown(client, world, "span=day") == ["c", "b"]
    assert shown(client, world, "store=x&way=up&kind=0&outcome=-&span=year&before=no") == ["c", "b", "a"]


def test_an_orders_lines_are_found_on_both_sides(world: World) -> None:
    client = world.client("owner")
    part = rows.vendor_order(world.order, world.other, state="linked", remote_id="9001", store=world.vendor_store)
    rows.call(world.shop, call="told", came=True, kind="order", remote_id=world.order.remote_id)
    rows.call(world.shop, call="parcel", kind="fulfillment", ref=world.order.pk)
    rows.call(world.vendor_store, call="made", kind="vendor_order", ref=part.pk)
    rows.call(world.vendor_store, call="shipped", came=True, kind="fulfillment", remote_id="9001")
    rows.call(world.vendor_store, call="other", kind="level", ref=world.vendor_store.pk)
    rows.call(world.vendor_store, call="foreign", came=True, kind="order", remote_id="9002")
    assert shown(client, world, f"q={world.order.remote_id}") == ["shipped", "made", "parcel", "told"]
    assert shown(client, world, "q=no-such-order") == []


def test_pages_go_on_from_the_last_line(world: World) -> None:
    client = world.client("owner")
    for number in range(51):
        rows.call(world.shop, call=str(number))
    first = client.get(reverse("logs", args=[world.place.slug]))
    assert len(first.context["rows"]) == 50
    rows.call(world.shop, call="meanwhile")
    assert shown(client, world, f"before={first.context['next']}") == ["0"]


def test_a_vendor_sees_its_own_stores_lines_only(world: World) -> None:
    theirs = rows.store(world.place, world.other)
    mine, foreign = rows.call(world.vendor_store, call="mine"), rows.call(theirs, call="foreign")
    rows.call(world.shop, call="merchants")
    client = world.client("vendor")
    assert shown(client, world, "", "vendor_logs", world.vendor.pk) == ["mine"]
    assert shown(client, world, f"store={theirs.pk}", "vendor_logs", world.vendor.pk) == []
    for row, status in ((mine, 200), (foreign, 404)):
        answer = client.get(reverse("vendor_log", args=[world.place.slug, world.vendor.pk, row.pk]))
        assert answer.status_code == status


def test_another_marketplaces_line_is_not_there(world: World) -> None:
    row = rows.call(rows.store(rows.marketplace("other-place")))
    for name in ("log", "replay_log"):
        address = reverse(name, args=[world.place.slug, row.pk])
        assert world.client("owner").post(address).status_code == 404


def test_payloads_are_shown_as_they_were_kept(world: World) -> None:
    row = rows.call(world.shop, sent='{"title":"<b>…"}', got='{"cut')
    text = world.client("owner").get(reverse("log", args=[world.place.slug, row.pk])).content.decode()
    assert "&lt;b&gt;…" in text
    assert "{&quot;cut" in text


@pytest.mark.parametrize("kind", ["vendor_order", "told", "vendors_told", "sweep", "level"])
def test_looking_again_marks_what_the_line_was_about(world: World, kind: str) -> None:
    part = rows.vendor_order(world.order, world.other, state="linked", remote_id="9001", store=world.vendor_store)
    row, wanted = {
        "vendor_order": (rows.call(world.vendor_store, kind="vendor_order", ref=part.pk), ("vendor_order", part.pk)),
        "told": (
            rows.call(world.shop, came=True, kind="order", remote_id=world.order.remote_id), ("order", world.order.pk),
        ),
        "vendors_told": (
            rows.call(world.vendor_store, came=True, kind="fulfillment", remote_id="9001"), ("vendor_order", part.pk),
        ),
        "sweep": (rows.call(world.vendor_store, came=True, kind="nothing"), ("sweep", None)),
        "level": (
            rows.call(world.vendor_store, kind="level", ref=world.vendor_store.pk), ("level", world.vendor_store.pk),
        ),
    }[kind]  # fmt: skip
    answer = world.client("owner").post(reverse("replay_log", args=[world.place.slug, row.pk]))
    assert answer.status_code == 302
    keys = DirtyKey.objects.filter(kind=wanted[0])
    assert (keys if wanted[1] is None else keys.filter(ref=wanted[1])).exists()
    if kind == "told":
        assert MerchantOrder.objects.get(pk=world.order.pk).read_needed
    assert Activity.objects.filter(what="call.replayed", store_id=row.store_id, who="owner").count() == 1


def test_what_is_gone_cannot_be_looked_at_again(world: World) -> None:
    row = rows.call(world.shop, kind="order", ref=999_999)
    answer = world.client("owner").post(reverse("replay_log", args=[world.place.slug, row.pk]), follow=True)
    assert "not there any more" in answer.content.decode()
    assert not Activity.objects.filter(what="call.replayed").exists()
