"""Pages: what they say, what is done from them, how many statements they take.

Not here: who may (test_permissions.py).
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from crossdock.models import (
    Activity,
    Attention,
    Listing,
    MerchantOrder,
    Vendor,
    VendorOrder,
)
from crossdock.operations.catalogue_rules import read_catalogue_policy, set_catalogue_policy
from crossdock.operations.settings import read_order_policy, set_order_policy
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


PAGES = (
    "dashboard", "orders", "order", "attention", "order_sync", "vendors",
    "listings", "listing", "stock", "stock_figure", "catalogue", "catalogue_settings",
    "matching", "links", "map", "settings_home", "logs", "log",
)  # fmt: skip
CHANGES = (
    "retry", "hold", "release", "resolve", "fulfill", "close_attention", "save_order_sync", "revert", "add_vendor",
    "pause_store", "resume_store", "decide_listings", "choose_products", "remove_listing", "retry_listing",
    "listing_fields", "read_store", "release_brake", "save_catalogue_settings", "revert_catalogue",
    "look_for_pairs", "decide_pairs", "import_links", "unlink", "link_again", "save_map", "offer_variants",
    "withdraw_parcel", "replay_log", "mark_paid", "take_back_paid", "act_on_orders",
)  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_never_made_by_reading(world: World, name: str) -> None:
    assert world.client("owner").get(world.address(name)).status_code == 405


@pytest.mark.parametrize("name", [*PAGES, "connect", "connect_platform", "export_links"])
def test_a_page_names_nothing_of_another_marketplace(world: World, name: str) -> None:
    other = World.__new__(World)
    other.place = rows.marketplace("other-place")
    vendor, shop = rows.vendor(other.place, "Foreign Vendor"), rows.store(other.place)
    foreign = rows.order(shop, 777001)
    rows.vendor_order(foreign, vendor)
    rows.listing(rows.product(rows.store(other.place, vendor), 777, title="Foreign Stool"), merchant=shop)
    text = world.client("owner").get(world.address(name)).getvalue().decode()
    assert "777001" not in text
    assert "Foreign" not in text


def test_another_marketplaces_order_is_not_there(world: World) -> None:
    other = rows.marketplace("other-place")
    foreign = rows.order(rows.store(other))
    address = reverse("order", args=[world.place.slug, foreign.pk])
    assert world.client("owner").get(address).status_code == 404


def test_lists_show_no_buyer_and_the_orders_page_does(world: World) -> None:
    client = world.client("owner")
    for name in ("dashboard", "orders", "attention", "vendors"):
        assert "Ada" not in client.get(world.address(name)).content.decode()
    text = client.get(world.address("order")).content.decode()
    assert "Ada" in text
    assert "ada@example.com" in text


def test_the_orders_page_says_why_in_words(world: World) -> None:
    text = world.client("owner").get(world.address("order")).content.decode()
    assert "Waiting for payment" in text
    assert "Only paid orders are pushed, and this one is not paid (status: Unpaid)." in text
    assert "The order is paid, or “Push only if the order is paid” is switched off." in text


def test_a_names_markup_is_shown_as_it_is(world: World) -> None:
    world.vendor.name = "<script>alert(1)</script>"
    world.vendor.save()
    for name in PAGES:
        assert "<script>alert" not in world.client("owner").get(world.address(name)).getvalue().decode()


def test_live_pieces_are_pieces(world: World) -> None:
    client = world.client("owner")
    for name in ("dashboard", "orders"):
        piece = client.get(world.address(name), headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in piece
        assert world.order.name in piece


def test_a_live_piece_after_the_log_in_ended_leads_to_the_log_in(world: World) -> None:
    answer = world.client("nobody").get(world.address("dashboard"), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/login/"


@pytest.mark.parametrize("name", PAGES)
def test_three_of_everything_take_as_many_statements_as_one(
    world: World, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = world.client("owner")
    client.get(world.address(name))
    one = _statements(lambda: client.get(world.address(name)))
    for number in range(2):
        vendor = rows.vendor(world.place, f"Vendor {number}")
        theirs = rows.store(world.place, vendor)
        rows.listing(rows.product(theirs, 600 + number, variants=3), merchant=world.shop)
        set_catalogue_policy(marketplace=world.place, changes={"lease_hours": 30 + number}, who="x", now=rows.NOW)
        set_catalogue_policy(marketplace=world.place, vendor=vendor, changes={"stock_buffer": 2}, who="x", now=rows.NOW)
        more = rows.order(world.shop)
        extra = rows.vendor_order(more, vendor, facts=rows.UNPAID)
        rows.vendor_order(world.order, vendor, facts=rows.UNPAID)
        Attention.objects.create(
            marketplace=world.place, order=more, vendor_order=extra, reason="edit_refused", opened_at=rows.NOW
        )
        set_order_policy(marketplace=world.place, changes={"maximum_quantity": number + 20}, who="x", now=rows.NOW)
        set_order_policy(marketplace=world.place, vendor=vendor, changes={"paid_only": True}, who="x", now=rows.NOW)
    with django_assert_num_queries(one):
        client.get(world.address(name))


def _statements(ask: Callable[[], Any]) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as seen:
        ask()
    return len(seen)


def test_filters_and_search_narrow_the_list(world: World) -> None:
    client, address = world.client("owner"), world.address("orders")
    pushed = rows.order(world.shop)
    rows.vendor_order(pushed, world.vendor, state="linked", remote_id="5", reason="")

    def listed(query: str) -> set[str]:
        text = client.get(f"{address}?{query}").content.decode()
        return {row.name for row in (world.order, pushed) if f"<b>{row.name}</b>" in text}

    assert listed("") == {world.order.name, pushed.name}
    assert listed("show=pushed") == {pushed.name}
    assert listed("show=waiting") == {world.order.name}
    assert listed(f"q={pushed.remote_id}") == {pushed.name}
    assert listed(f"q={world.held.reference}") == {world.order.name}
    assert listed(f"vendor={world.vendor.pk}") == {world.order.name, pushed.name}
    assert listed(f"before={world.order.pk}") == set()
    assert listed("show=odd&page=x&vendor=y") == {world.order.name, pushed.name}


def test_saving_first_says_what_it_would_release_and_changes_nothing(world: World) -> None:
    client = world.client("owner")
    form = {"order_sync": "on", "paid_only": "off", "push_unsynced": "off", "override_customer": "off"}
    said = client.post(world.address("save_order_sync"), form).content.decode()
    assert "1 order goes out at once" in said
    assert world.order.name in said
    assert read_order_policy(marketplace=world.place).paid_only is True
    saved = client.post(world.address("save_order_sync"), form | {"confirmed": "yes"})
    assert saved.status_code == 302
    assert read_order_policy(marketplace=world.place).paid_only is False
    assert Activity.objects.filter(what="order_policy.changed", who="owner").count() == 1


def test_an_odd_value_is_named_beside_its_field(world: World) -> None:
    answer = world.client("owner").post(world.address("save_order_sync"), {"minimum_value": "much"})
    assert answer.status_code == 422
    assert "An amount such as 25.00 is needed" in answer.content.decode()


def test_a_vendors_rules_leave_open_what_they_do_not_say(world: World) -> None:
    form = {"vendor": str(world.vendor.pk), "paid_only": "off", "order_sync": "inherit", "confirmed": "yes"}
    world.client("owner").post(world.address("save_order_sync"), form)
    own = read_order_policy(marketplace=world.place, vendor=world.vendor)
    assert (own.paid_only, own.order_sync) == (False, None)
    assert read_order_policy(marketplace=world.place).paid_only is True


def test_hold_release_and_retry(world: World) -> None:
    client = world.client("owner")
    client.post(world.address("hold"))
    assert VendorOrder.objects.get(pk=world.held.pk).held_by_person
    client.post(world.address("release"))
    assert not VendorOrder.objects.get(pk=world.held.pk).held_by_person
    VendorOrder.objects.update(state="rejected")
    client.post(world.address("retry"))
    assert VendorOrder.objects.get(pk=world.held.pk).state == "ready"


def test_resolving_an_unknown_order_both_ways(world: World) -> None:
    client = world.client("owner")
    VendorOrder.objects.update(state="unknown")
    client.post(world.address("resolve"), {"exists": "yes", "remote_id": "not a number"})
    assert VendorOrder.objects.get().state == "unknown"
    client.post(world.address("resolve"), {"exists": "yes", "remote_id": "4711"})
    found = VendorOrder.objects.get()
    assert (found.state, found.remote_id) == ("linked", "4711")
    VendorOrder.objects.update(state="unknown", remote_id="")
    client.post(world.address("resolve"), {"exists": "no"})
    assert VendorOrder.objects.get().state == "ready"


def test_fulfilling_by_hand_in_two_parcels(world: World) -> None:
    client = world.client("owner")
    VendorOrder.objects.update(state="manual", reason="order_sync_off")
    line = f"line-{world.order.remote_id}01"
    assert "Fulfil by hand" in client.get(world.address("order")).content.decode()
    client.post(world.address("fulfill"), {line: "1", "company": "PostNord", "numbers": "A1, A2"})
    client.post(world.address("fulfill"), {line: "2"})  # one too many
    row = VendorOrder.objects.get()
    assert row.parcels.count() == 1
    assert "Hold</button>" not in client.get(world.address("order")).content.decode()
    client.post(world.address("fulfill"), {line: "1"})
    parcels = list(row.parcels.order_by("id"))
    assert [parcel.remote_id for parcel in parcels] == ["hand:1", "hand:2"]
    assert parcels[0].tracking == {"company": "PostNord", "numbers": ["A1", "A2"]}


def test_assets_are_cached_and_stay_in_their_folder() -> None:
    client = Client()
    answer = client.get("/static/crossdock/app.css")
    assert client.get("/static/crossdock/app.css", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/static/django_htmx/htmx-2.min.js").status_code == 200
    for path in ("nothing.css", "../settings.py", "crossdock/../../access.py", "crossdock/"):
        assert client.get(f"/static/{path}").status_code in (400, 404)


def test_the_guides_pages_lead_to_pages_that_are_there(world: World) -> None:
    client = world.client("owner")
    first = client.get("/guide/").content.decode()
    found = set(re.findall(r'href="/guide/([a-z-]+)/"', first))
    assert len(found) >= 8
    for name in found:
        assert client.get(f"/guide/{name}/").status_code == 200
    assert client.get("/guide/no-such-page/").status_code == 404


def test_an_order_whose_key_is_lost_still_has_its_page(world: World) -> None:
    VendorOrder.objects.update(sealed=b"sealed with a key that is gone")
    MerchantOrder.objects.update(sealed=b"so is this")
    text = world.client("owner").get(world.address("order")).content.decode()
    assert "Waiting for payment" in text
    assert "Ada" not in text


def _listed(world: World, tab: str) -> str:
    return world.client("owner").get(f"{world.address('listings')}?tab={tab}").content.decode()


def test_proposals_are_approved_and_refused_by_ticking(world: World) -> None:
    assert "Stool 502" in _listed(world, "to_approve")
    client = world.client("owner")
    client.post(world.address("decide_listings"), {"listing": [world.proposed.pk, "x"], "answer": "approve"})
    world.proposed.refresh_from_db()
    assert world.proposed.state == "wanted"
    assert "Stool 502" in _listed(world, "coming")
    assert "Stool 503" in _listed(world, "not_offered")
    client.post(world.address("choose_products"), {"product": [f"{world.vendor.pk}:503", "odd", "9:"]})
    assert Listing.objects.get(product_id="503").state == "wanted"


def test_another_marketplaces_products_cannot_be_chosen(world: World) -> None:
    other = rows.marketplace("other-place")
    foreign = rows.vendor(other, "Foreign")
    rows.product(rows.store(other, foreign), 901)
    answer = world.client("owner").post(world.address("choose_products"), {"product": [f"{foreign.pk}:901"]})
    assert answer.status_code == 404
    assert not Listing.objects.filter(product_id="901").exists()


def test_a_listings_fields_are_taken_and_given_back(world: World) -> None:
    client = world.client("owner")
    client.post(world.address("listing_fields"), {"field": ["title", "price:50100"], "to": "merchant"})
    world.listing.refresh_from_db()
    assert world.listing.taken == ["title", "price:50100"]
    assert "yours" in client.get(world.address("listing")).content.decode()
    client.post(world.address("listing_fields"), {"field": ["title"], "to": "vendor"})
    world.listing.refresh_from_db()
    assert world.listing.taken == ["price:50100"]
    client.post(world.address("remove_listing"), {"how": "odd"})
    client.post(world.address("remove_listing"), {"how": "draft"})
    world.listing.refresh_from_db()
    assert world.listing.ending == "draft"


def test_a_stock_figure_says_why(world: World) -> None:
    text = world.client("owner").get(world.address("stock_figure")).content.decode()
    assert "10 at the vendor − 0 sold and not yet taken − 0 missing without an order − 1 buffer = 9 to offer." in text


def test_the_brake_is_shown_and_released(world: World) -> None:
    Vendor.objects.filter(pk=world.vendor.pk).update(brake_at=rows.later(days=-2))
    client = world.client("owner")
    assert "They are meant" in client.get(world.address("stock")).content.decode()
    client.post(world.address("release_brake"))
    assert "They are meant" not in client.get(world.address("stock")).content.decode()


def test_catalogue_rules_are_saved_and_put_back(world: World) -> None:
    client = world.client("owner")
    form = {"price_factor": "1.3", "auto_approve": "on", "field-title": "create", "new_status": "active"}
    said = client.post(world.address("save_catalogue_settings"), form).content.decode()
    assert "Only for what comes" in said
    assert read_catalogue_policy(marketplace=world.place).price_factor == 1
    assert '<option value="create" selected>' in said
    assert client.post(world.address("save_catalogue_settings"), form | {"confirmed": "yes"}).status_code == 302
    own = read_catalogue_policy(marketplace=world.place)
    assert (str(own.price_factor.normalize()), own.auto_approve, own.fields) == ("1.3", True, {"title": [True, False]})
    wrong = client.post(world.address("save_catalogue_settings"), {"price_factor": "0"})
    assert wrong.status_code == 422
    assert "A factor is above zero" in wrong.content.decode()
    for tab in ("product", "variant", "inventory", "frequency"):
        for vendor in ("", f"?vendor={world.vendor.pk}"):
            assert client.get(reverse("catalogue_settings", args=[world.place.slug, tab]) + vendor).status_code == 200
    assert client.get(reverse("catalogue_settings", args=[world.place.slug, "odd"])).status_code == 404
    client.post(world.address("revert_catalogue"))
    assert read_catalogue_policy(marketplace=world.place).stock_buffer == 0


def test_links_go_out_as_a_file_and_come_back(world: World) -> None:
    client = world.client("owner")
    out = client.get(world.address("export_links")).getvalue()
    assert b"50100" in out
    said = client.post(world.address("import_links"), {"file": SimpleUploadedFile("l.csv", out), "dry_run": "yes"})
    assert "2 rows: 0 links, 2 as before, 0 wrong." in said.content.decode()
    assert client.post(world.address("import_links")).status_code == 302
