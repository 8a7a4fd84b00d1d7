"""The list of orders: its steps, views and acts on many, as people use them without a script."""

import re
from typing import Any

import pytest
from django.urls import reverse

from crossdock.models import OrderBatch, OrderView, VendorOrder
from crossdock.web.merchant.orders_list import ON_A_PAGE
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


def names(text: str) -> list[str]:
    return re.findall(r"<b>(#\d+)</b>", text)


def at(name: str, *values: Any) -> str:
    return reverse(name, args=["harbour", *values])


def test_the_pages_of_the_list_lead_there_and_back(world: World) -> None:
    for _ in range(ON_A_PAGE + 3):
        rows.order(world.shop)
    client = world.client("reader")
    first = client.get(at("orders")).content.decode()
    older = re.search(r'href="(\?[^"]*)" rel="next"', first)
    assert older
    assert 'rel="prev"' not in first
    second = client.get(at("orders") + older[1]).content.decode()
    assert len(names(first)) == ON_A_PAGE
    assert not set(names(first)) & set(names(second))
    newer = re.search(r'href="(\?[^"]*)" rel="prev"', second)
    assert newer
    assert names(client.get(at("orders") + newer[1]).content.decode()) == names(first)


def test_ticked_orders_are_acted_on_once_and_each_says_what_became_of_it(world: World) -> None:
    client = world.client("staff")
    text = client.get(at("orders")).content.decode()
    key = re.search(r'name="key" value="(\w+)"', text)
    assert key
    sent = {"key": key[1], "act": "hold", "order": [world.order.pk]}
    answers = [client.post(at("act_on_orders"), sent) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    said = client.get(answers[0]["Location"]).content.decode()
    assert "Done: 1 of 1" in said
    assert "Held. Parts: 1" in said
    assert VendorOrder.objects.get(pk=world.held.pk).held_by_person
    assert OrderBatch.objects.count() == 2
    nothing = client.post(at("act_on_orders"), {"key": "x", "act": "hold", "show": "waiting"}, follow=True)
    assert "Tick at least one order" in nothing.content.decode()
    assert nothing.redirect_chain[-1][0].endswith("?view=0&show=waiting")
    assert 'type="checkbox" name="order"' not in world.client("reader").get(at("orders")).content.decode()


def test_a_view_is_kept_changed_opened_with_and_removed(world: World) -> None:
    client = world.client("owner")
    made = client.post(at("add_order_view"), {"name": "Unpaid", "payment": "unpaid", "shared": "on", "first": "on"})
    view = OrderView.objects.get(name="Unpaid")
    assert (view.query, view.shared) == ({"payment": "unpaid"}, True)
    assert client.get(at("orders"))["Location"] == made["Location"]
    assert client.get(at("orders") + "?view=0").status_code == 200
    assert "Unpaid" in world.client("reader").get(at("orders")).content.decode()
    client.post(at("change_order_view", view.pk), {"name": "Old unpaid", "refilter": "on", "span": "week"})
    view.refresh_from_db()
    assert (view.name, view.query, view.shared) == ("Old unpaid", {"span": "week"}, False)
    assert world.client("staff").post(at("remove_order_view", view.pk)).status_code == 404
    client.post(at("first_order_view"), {"view": ""})
    assert client.get(at("orders")).status_code == 200
    client.post(at("remove_order_view", view.pk))
    assert not OrderView.objects.filter(pk=view.pk).exists()


def test_a_reader_keeps_views_for_itself_only(world: World) -> None:
    world.client("reader").post(at("add_order_view"), {"name": "Mine", "show": "failed", "shared": "on"})
    assert not OrderView.objects.get(name="Mine").shared
