"""The time line on an order's page, the merchant's and the vendor's. Not here: what is in it (test_timeline.py)."""

import pytest
from django.urls import reverse

from crossdock.models import Activity
from crossdock.operations.payment import mark_paid
from crossdock.operations.timeline import Moment
from crossdock.web.phrases_timeline import MOMENTS, VENDORS
from crossdock.web.story import ICONS, PARCEL, SHOWN, USUAL
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def page(world: World, person: str, name: str) -> str:
    return world.client(person).get(world.address(name)).content.decode()


def test_every_moment_has_words_and_every_icon_is_there() -> None:
    from crossdock.web.parts import icon

    assert set(MOMENTS) == set(Moment)
    assert set(VENDORS) <= set(MOMENTS)
    for name in {*ICONS.values(), PARCEL, USUAL}:
        assert "<svg" in icon(name)


def test_the_page_tells_who_did_what_and_folds_what_is_long(world: World) -> None:
    mark_paid(order=world.order, note="paid by Swish", now=rows.NOW, who="staff")
    for number in range(SHOWN):
        Activity.objects.create(
            marketplace=world.place, order_id=world.order.pk, vendor_order_id=world.held.pk, what="vendor_order.held",
            at=rows.later(hours=-number), data={"reason": "not_paid"},
        )  # fmt: skip
    text = page(world, "owner", "order")
    assert "The order was counted as paid by hand." in text
    assert "“paid by Swish”" in text
    assert "The order was split. Parts of it are for: Oak &amp; Iron" in text
    assert "What happened before" in text
    assert "Marked as paid by hand by staff." in text
    assert "Mark this order as paid?" not in text


def test_a_vendor_reads_its_own_words_and_no_colleague_of_the_merchant(world: World) -> None:
    Activity.objects.create(
        marketplace=world.place, order_id=world.order.pk, vendor_order_id=world.held.pk, at=rows.NOW, who="staff",
        what="vendor_order.held_by_person", data={"reference": world.held.reference},
    )  # fmt: skip
    wrong = rows.call(world.vendor_store, kind="vendor_order", ref=world.held.pk, outcome="failed", status=0)
    mark_paid(order=world.order, note="secret note", now=rows.NOW, who="staff")
    text = page(world, "vendor", "vendor_order")
    assert "The order came." in text
    assert reverse("vendor_log", args=["harbour", world.vendor.pk, wrong.pk]) in text
    assert "the marketplace" in text
    assert "staff" not in text
    assert "secret note" not in text
