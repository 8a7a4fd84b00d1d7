"""One order's time line, and a vendor's narrowed one. Not here: how a page shows it (tests/web/test_order_story.py)."""

import pytest

from crossdock.models import Activity, Attention, VendorOrder
from crossdock.operations.payment import mark_paid
from crossdock.operations.timeline import part_timeline, timeline
from tests.operations import rows

pytestmark = pytest.mark.django_db


def said(part: VendorOrder, what: str, minutes: float, **data: object) -> None:
    Activity.objects.create(
        marketplace=part.marketplace, store_id=part.store_id, order_id=part.order_id, vendor_order_id=part.pk,
        at=rows.later(minutes=minutes), what=what, data=data,
    )  # fmt: skip


def two_parts() -> tuple[VendorOrder, VendorOrder]:
    place = rows.marketplace()
    oak, clay = rows.vendor(place), rows.vendor(place, "Clay & Co")
    rows.store(place, oak)
    rows.store(place, clay)
    order = rows.order(rows.store(place))
    at = {"created_at": rows.later(minutes=1)}
    one = rows.vendor_order(order, oak, state="linked", reason="", remote_id="77", remote_name="#77", **at)
    return one, rows.vendor_order(order, clay, facts=rows.UNPAID, **at)


def test_both_sides_are_told_in_order_of_time() -> None:
    one, two = two_parts()
    said(two, "vendor_order.held", 1, reason="not_paid")
    VendorOrder.objects.filter(pk=one.pk).update(sending_at=rows.later(minutes=2), linked_at=rows.later(minutes=3))
    parcel = rows.parcel(
        one, remote_id="f1", shipped_at=rows.later(minutes=5), tracking={"company": "PostNord", "numbers": ["SE1"]}
    )
    said(one, "parcel.linked", 6, parcel=parcel.pk)
    rows.call(one.store, kind="vendor_order", ref=one.pk, at=rows.later(minutes=2.5), outcome="limited", status=429)
    rows.call(one.store, kind="vendor_order", ref=one.pk, at=rows.later(minutes=2.6))
    Attention.objects.create(
        marketplace=one.marketplace, order=one.order, vendor_order=one, reason="edit_refused",
        opened_at=rows.later(minutes=7), closed_at=rows.later(minutes=9), closed_by="owner",
    )  # fmt: skip
    said(one, "attention.closed_by_person", 9, reason="edit_refused")
    mark_paid(order=one.order, now=rows.later(minutes=8), who="owner")
    told = timeline(order=one.order, parts=list(VendorOrder.objects.select_related("vendor").order_by("pk")))
    assert [each.what for each in reversed(told)] == [
        "order.placed", "order.split", "vendor_order.held", "vendor_order.sent", "call.went_wrong",
        "vendor_order.linked", "parcel.shipped", "parcel.linked", "attention.opened", "order.marked_paid",
        "attention.closed",
    ]  # fmt: skip
    by = {each.what: each for each in told}
    assert by["order.split"].data == {"vendors": ["Clay & Co", "Oak & Iron"]}
    assert by["vendor_order.linked"].data == {"name": "#77"}
    assert by["parcel.linked"].data["numbers"] == ["SE1"]
    assert (by["attention.closed"].who, by["order.marked_paid"].who) == ("owner", "owner")


def test_calls_that_went_wrong_alike_are_one_entry() -> None:
    one, _ = two_parts()
    for number, outcome in enumerate(("limited", "limited", "failed", "limited")):
        rows.call(one.store, kind="vendor_order", ref=one.pk, at=rows.later(minutes=9 + number), outcome=outcome)
    told = [each for each in part_timeline(one) if each.what.endswith("went_wrong")]
    assert [(each.what, each.data["outcome"], each.data.get("times")) for each in told] == [
        ("call.went_wrong", "limited", None),
        ("call.went_wrong", "failed", None),
        ("calls.went_wrong", "limited", 2),
    ]


def test_a_vendor_reads_of_its_own_part_only() -> None:
    one, two = two_parts()
    said(one, "vendor_order.linked", 3, name="#77")
    said(two, "vendor_order.held", 4, reason="not_paid")
    rows.call(two.store, kind="vendor_order", ref=two.pk, outcome="failed", words="theirs")
    mark_paid(order=one.order, now=rows.later(minutes=8), who="owner")
    told = part_timeline(one)
    assert [each.what for each in told] == ["vendor_order.linked", "vendor_order.came"]
    assert {each.vendor_order_id for each in told} == {one.pk}
