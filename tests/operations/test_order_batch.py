"""One act on many orders, each once; and views of the list. Not here: the acts on one order (test_orders.py)."""

import pytest

from crossdock.models import Activity, Membership, OrderBatch, OrderView, VendorOrder
from crossdock.operations.order_batch import MOST, BadBatch, act_on_orders
from crossdock.operations.order_views import (
    BadView,
    TooManyViews,
    ViewNameTaken,
    change_view,
    keep_view,
    open_with,
    opens_with,
    views_of,
)
from crossdock.operations.people import add_owner, add_person
from tests.operations import rows

pytestmark = pytest.mark.django_db


class World:
    def __init__(self) -> None:
        self.place = rows.marketplace()
        vendor, shop = rows.vendor(self.place), rows.store(self.place)
        rows.store(self.place, vendor)
        self.parts = [rows.vendor_order(rows.order(shop), vendor, facts=rows.UNPAID) for _ in range(2)]
        self.sent = rows.vendor_order(rows.order(shop), vendor, state="linked", remote_id="5")
        self.orders = [row.order_id for row in (*self.parts, self.sent)]

    def act(self, act: str, orders: list[int] | None = None, key: str = "k1") -> list[object]:
        chosen = self.orders if orders is None else orders
        batch = act_on_orders(marketplace=self.place, act=act, orders=chosen, key=key, now=rows.NOW, who="owner")
        return [batch.results[str(number)] for number in batch.orders]


@pytest.fixture
def world() -> World:
    return World()


def test_each_order_has_its_own_result(world: World) -> None:
    assert world.act("hold") == [
        {"code": "done", "count": 1},
        {"code": "done", "count": 1},
        {"code": "nothing_to_hold"},
    ]
    assert set(VendorOrder.objects.filter(held_by_person=True)) == set(world.parts)
    assert world.act("release", key="k2")[2] == {"code": "nothing_to_release"}
    assert not VendorOrder.objects.filter(held_by_person=True).exists()
    assert world.act("mark_paid", [world.orders[0]], "k3") == [{"code": "done", "count": 1}]
    assert world.act("mark_paid", world.orders[:1], "k4") == [{"code": "paid_already"}]
    VendorOrder.objects.filter(pk=world.sent.pk).update(state="rejected")
    assert world.act("push", [world.orders[2]], "k5") == [{"code": "done", "count": 1}]


def test_the_same_form_twice_is_once_and_goes_on_where_it_was_left(world: World) -> None:
    first = world.act("hold")
    assert world.act("hold") == first
    assert Activity.objects.filter(what="vendor_order.held_by_person").count() == 2
    batch = OrderBatch.objects.get()
    done = str(world.orders[0])
    OrderBatch.objects.update(results={done: batch.results[done]})  # as after a crash
    VendorOrder.objects.filter(pk=world.parts[1].pk).update(held_by_person=False)
    assert world.act("hold") == first
    assert Activity.objects.filter(what="vendor_order.held_by_person").count() == 3


def test_what_is_not_there_or_too_much_is_refused(world: World) -> None:
    foreign = rows.order(rows.store(rows.marketplace("other")))
    assert world.act("push", [foreign.pk]) == [{"code": "no_such_order"}]
    for act, orders in (("fly", [1]), ("hold", []), ("hold", list(range(1, MOST + 2)))):
        with pytest.raises(BadBatch):
            world.act(act, orders, "k9")
    with pytest.raises(BadBatch):
        world.act("hold", key="")


def test_views_are_ones_own_until_they_are_shared(world: World) -> None:
    owner = add_owner(marketplace=world.place, username="owner", password="pw", now=rows.NOW)
    staff = add_person(
        marketplace=world.place, username="staff", password="pw", role=Membership.Role.STAFF, now=rows.NOW
    )
    at = {"marketplace": world.place, "now": rows.NOW}
    mine = keep_view(user=owner, name=" Late   ones ", query={"show": "failed"}, shared=False, **at)
    assert mine.name == "Late ones"
    assert list(views_of(marketplace=world.place, user=staff)) == []
    open_with(marketplace=world.place, user=staff, view=mine)
    assert opens_with(marketplace=world.place, user=staff) is None
    change_view(view=mine, name="Late", shared=True, query={"show": "waiting"})
    assert opens_with(marketplace=world.place, user=staff) == mine
    keep_view(user=staff, name="Late", query={}, shared=False, **at)
    with pytest.raises(ViewNameTaken):
        keep_view(user=owner, name="Late", query={}, shared=False, **at)
    with pytest.raises(BadView):
        keep_view(user=owner, name=" ", query={}, shared=False, **at)
    OrderView.objects.bulk_create(
        OrderView(marketplace=world.place, user=owner, name=f"v{number}", made_at=rows.NOW) for number in range(29)
    )
    with pytest.raises(TooManyViews):
        keep_view(user=owner, name="one more", query={}, shared=False, **at)
    mine.delete()
    assert opens_with(marketplace=world.place, user=staff) is None
