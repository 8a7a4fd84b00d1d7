"""The vendors' side: a vendor sees its own and nothing else, ships by hand, chooses products, sees to its store."""

from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from crossdock.core.money import Money
from crossdock.core.orders import Address, Contact, FinancialStatus
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.models import Activity, Listing, Parcel, Store, VendorOrder
from crossdock.models.seal import Ring
from crossdock.operations.people import add_person
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db
PAGES = (
    "vendor_home vendor_orders vendor_order vendor_products vendor_store vendor_history vendor_people vendor_connect"
    " vendor_connect_platform vendor_logs vendor_log"
).split()


@pytest.fixture
def world() -> World:
    return World()


def draft(line_id: str, quantity: int = 3) -> bytes:
    """A vendor order as the override leaves it: the merchant's contact, the buyer's address."""
    line = DraftLine(
        line_id=line_id, title="Oak stool", quantity=quantity,
        unit_price=Money(Decimal("20.00"), "EUR"), discount=Money.zero("EUR"),
    )  # fmt: skip
    made = VendorOrderDraft(
        reference="cd-x", order_name="#1", placed_at=rows.NOW, currency="EUR", total=Money(Decimal("60.00"), "EUR"),
        lines=(line,), financial_status=FinancialStatus.PAID,
        contact=Contact(last_name="Harbour Market", email="desk@harbour.example"),
        shipping_address=Address(first_name="Ada", last_name="Lind", address1="Quay 1", city="Malmö"),
    )  # fmt: skip
    return Ring.from_settings().seal(msgspec.json.encode(made))


def by_hand(world: World, quantity: int = 3) -> VendorOrder:
    of = rows.order(world.shop)
    sealed = draft(f"{of.remote_id}01", quantity)
    return rows.vendor_order(of, world.vendor, state="manual", reason="no_store", sealed=sealed, quantity=quantity)


def at(world: World, name: str, *values: Any) -> str:
    return reverse(name, args=[world.place.slug, world.vendor.pk, *values])


def ship(client: Client, world: World, row: VendorOrder, quantity: str, after: str = "0", **values: str) -> Any:
    form = {f"line-{row.order.remote_id}01": quantity, "after": after, **values}
    return client.post(at(world, "vendor_fulfill", row.pk), form)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_nothing_of_another_vendor(world: World, name: str) -> None:
    theirs = rows.store(world.place, world.other)
    foreign = rows.order(world.shop, 777001)
    rows.vendor_order(foreign, world.other)
    rows.listing(rows.product(theirs, 777, title="Foreign Stool"), merchant=world.shop)
    Activity.objects.create(
        marketplace=world.place, store_id=theirs.pk, at=rows.NOW, what="stores.connected", data={"domains": "777001"}
    )
    add_person(
        marketplace=world.place,
        username="foreign",
        password="pw",
        role="vendor_staff",
        vendor=world.other,
        now=rows.NOW,
    )
    text = world.client("vendor").get(world.address(name)).content.decode()
    for word in ("777001", "Foreign", "foreign", "Clay", theirs.domain):
        assert word not in text


def test_another_vendors_things_are_not_there(world: World) -> None:
    theirs = rows.vendor_order(rows.order(world.shop), world.other, state="manual")
    parcel = rows.parcel(theirs)
    listing = rows.listing(rows.product(rows.store(world.place, world.other), 777), merchant=world.shop)
    client = world.client("vendor")
    assert client.get(at(world, "vendor_order", theirs.pk)).status_code == 404
    for name, number in (
        ("vendor_fulfill", theirs.pk), ("vendor_withdraw_parcel", parcel.pk), ("vendor_take_back", listing.pk),
    ):  # fmt: skip
        assert client.post(at(world, name, number)).status_code == 404
    client.post(at(world, "vendor_choose_products"), {"product": ["777"]})
    assert Listing.objects.filter(vendor=world.vendor, product_id="777").count() == 0


def test_a_buyer_is_shown_as_the_vendor_was_told_and_no_sooner(world: World) -> None:
    client, row = world.client("vendor"), by_hand(world)
    text = unescape(client.get(at(world, "vendor_order", row.pk)).content.decode())
    assert "Quay 1" in text
    assert "desk@harbour.example" in text
    assert "ada@example.com" not in text  # what the merchant's order says
    waits = client.get(at(world, "vendor_order", world.held.pk)).content.decode()
    assert "shown as soon as" in waits
    assert "Ada" not in waits
    lists = (
        client.get(at(world, "vendor_orders")).content.decode() + client.get(at(world, "vendor_home")).content.decode()
    )
    assert "Ada" not in lists


def test_what_was_sent_is_shown_rather_than_what_is_to_be(world: World) -> None:
    of = rows.order(world.shop)
    sent = draft(f"{of.remote_id}01")
    row = rows.vendor_order(of, world.vendor, state="linked", remote_id="5", sealed_sent=sent)
    text = world.client("vendor").get(at(world, "vendor_order", row.pk)).content.decode()
    assert "Quay 1" in text
    assert "Ship it there" in text


def test_an_order_is_shipped_in_two_parcels(world: World) -> None:
    client, row = world.client("vendor_staff"), by_hand(world)
    ship(client, world, row, "2", company="PostNord", numbers="A1, A2")
    page = client.get(at(world, "vendor_order", row.pk)).content.decode()
    assert 'max="1"' in page
    assert "A2" in page
    ship(client, world, row, "1", after="1")
    first, second = Parcel.objects.filter(vendor_order=row).order_by("pk")
    assert (first.tracking["company"], first.tracking["numbers"]) == ("PostNord", ["A1", "A2"])
    assert (first.lines[0][1], second.lines[0][1]) == (2, 1)
    assert "Everything is shipped" in client.get(at(world, "vendor_order", row.pk)).content.decode()
    assert Activity.objects.filter(what="vendor_order.fulfilled_by_hand", who="vendor_staff").count() == 2


def test_sent_twice_a_parcel_is_written_once(world: World) -> None:
    client, row = world.client("vendor"), by_hand(world)
    ship(client, world, row, "1")
    again = ship(client, world, row, "1")
    assert Parcel.objects.filter(vendor_order=row).count() == 1
    assert "noted already" in client.get(again["Location"]).content.decode()


@pytest.mark.parametrize(
    ("quantity", "said"),
    [("4", "less than or equal to 3"), ("-1", "greater than or equal to 0"), ("x", "whole number"), ("0", "how many")],
)
def test_a_wrong_quantity_is_said_beside_its_line_and_nothing_is_written(
    world: World, quantity: str, said: str
) -> None:
    row = by_hand(world)
    answer = ship(world.client("vendor"), world, row, quantity, company="PostNord")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "PostNord" in text
    assert not Parcel.objects.filter(vendor_order=row).exists()


def test_a_parcel_is_taken_back(world: World) -> None:
    client, row = world.client("vendor"), by_hand(world)
    ship(client, world, row, "3")
    parcel = Parcel.objects.get(vendor_order=row)
    for _ in range(2):
        client.post(at(world, "vendor_withdraw_parcel", parcel.pk))
    assert Parcel.objects.get(pk=parcel.pk).status == "cancelled"
    assert 'max="3"' in client.get(at(world, "vendor_order", row.pk)).content.decode()


def test_products_are_proposed_and_taken_back(world: World) -> None:
    client = world.client("vendor")
    assert "Stool 503" in client.get(at(world, "vendor_products") + "?show=not_offered").content.decode()
    client.post(at(world, "vendor_choose_products"), {"product": ["503"]})
    chosen = Listing.objects.get(product_id="503")
    assert (chosen.state, chosen.chosen_by) == ("proposed", "vendor")
    said = client.get(at(world, "vendor_products")).content.decode()
    assert "1 product is proposed" in said
    client.post(at(world, "vendor_choose_products"))
    assert "Nothing was chosen" in client.get(at(world, "vendor_products")).content.decode()
    client.post(at(world, "vendor_take_back", chosen.pk))
    chosen.refresh_from_db()
    assert chosen.state == "ended"


def test_a_store_is_paused_resumed_and_disconnected(world: World) -> None:
    client, store = world.client("vendor"), world.vendor_store
    for name, state in (
        ("vendor_pause_store", Store.State.PAUSED),
        ("vendor_resume_store", Store.State.CONNECTED),
        ("vendor_disconnect_store", Store.State.DISCONNECTED),
    ):
        client.post(at(world, name))
        store.refresh_from_db()
        assert store.state == state
    assert "Connect again" in client.get(at(world, "vendor_store")).content.decode()


def test_without_a_store_there_is_a_way_to_one(world: World) -> None:
    world.vendor_store.delete()
    client = world.client("vendor")
    way = at(world, "vendor_connect")
    for name in ("vendor_home", "vendor_products", "vendor_store"):
        assert way in client.get(at(world, name)).content.decode()
    page = client.get(way).content.decode()
    assert at(world, "vendor_connect_platform", "woocommerce") in page
    assert f"/m/{world.place.slug}/" not in page


def test_a_refused_connection_comes_back_to_the_vendors_own_form(world: World) -> None:
    form = {"way": "keys", "domain": "http://127.0.0.1:1", "consumer_key": "ck_mine", "client_secret": "cs_hidden"}
    answer = world.client("vendor").post(at(world, "vendor_connect_platform", "woocommerce"), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Could not reach the store" in text
    assert f'action="{at(world, "vendor_connect_platform", "woocommerce")}' in text


def test_a_vendors_form_may_lead_to_a_stores_page_of_consent(world: World) -> None:
    answer = world.client("vendor").get(at(world, "vendor_connect_platform", "shopify"))
    (allowed,) = (each for each in answer["Content-Security-Policy"].split("; ") if each.startswith("form-action"))
    assert "https:" in allowed


def test_who_of_the_marketplace_did_something_is_not_named(world: World) -> None:
    for who in ("owner", "vendor", ""):
        Activity.objects.create(
            marketplace=world.place, store_id=world.vendor_store.pk, at=rows.NOW, what="store.paused", who=who
        )
    text = world.client("vendor_staff").get(at(world, "vendor_history")).content.decode()
    assert "the marketplace" in text
    assert "owner" not in text


def test_filters_and_search(world: World) -> None:
    client, row = world.client("vendor"), by_hand(world)

    def listed(query: str) -> set[str]:
        text = client.get(f"{at(world, 'vendor_orders')}?{query}").content.decode()
        return {each.order.name for each in (row, world.held) if f"<b>{each.order.name}</b>" in text}

    assert listed("") == {row.order.name, world.order.name}
    assert listed("show=to_ship") == {row.order.name}
    assert listed("show=waiting") == {world.order.name}
    assert listed(f"q={row.reference}") == {row.order.name}
    assert listed("page=2") == set()
    assert listed("show=odd&page=x") == {row.order.name, world.order.name}


@pytest.mark.parametrize("name", ["vendor_home", "vendor_orders", "vendor_products", "vendor_history", "vendor_people"])
def test_three_of_everything_take_as_many_statements_as_one(
    world: World, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, address = world.client("vendor"), at(world, name)

    def ask() -> None:
        client.get(address)

    by_hand(world)
    _happen(world, "0")
    ask()
    one = _statements(ask)
    for number in "12":
        row = by_hand(world)
        rows.listing(rows.product(world.vendor_store, 600 + int(number)), merchant=world.shop)
        Activity.objects.create(
            marketplace=world.place, vendor_order_id=row.pk, at=rows.NOW, what="vendor_order.linked", who="vendor"
        )
        _happen(world, number)
        add_person(
            marketplace=world.place, username=f"v{number}", password="pw", role="vendor_staff", vendor=world.vendor,
            now=rows.NOW,
        )  # fmt: skip
    with django_assert_num_queries(one):
        ask()


def _happen(world: World, number: str) -> None:
    Activity.objects.create(
        marketplace=world.place, vendor_order_id=world.held.pk, at=rows.NOW, what="vendor_order.held", who=number
    )


def _statements(ask: Callable[[], None]) -> int:
    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)
