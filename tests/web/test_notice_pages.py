"""Pages of notices and webhooks as people see them: their own list and choices, the marketplace's, endpoints, messages.

Not here: telling itself (tests/sync).
"""

import re
from typing import Any

import msgspec
import pytest
from django.test import Client
from standardwebhooks import Webhook

from crossdock.core.notices import Audience
from crossdock.models import (
    Activity,
    Attention,
    Marketplace,
    Membership,
    Notice,
    NoticeChoice,
    User,
    Vendor,
    WebhookDelivery,
    WebhookEndpoint,
)
from crossdock.models.seal import Ring
from crossdock.operations.notices import Reader, read_choices
from crossdock.operations.people import add_person
from crossdock.sync.mails import Letter
from crossdock.web.mails import token
from tests.operations import rows

HOOKS = "/m/harbour/settings/webhooks/"
TAB = "/m/harbour/settings/notifications/"


@pytest.fixture
def place(db: None) -> Marketplace:
    return rows.marketplace()


def logged_in(place: Marketplace, name: str = "ola", role: str = "owner", vendor: Vendor | None = None) -> Client:
    user = add_person(
        marketplace=place, username=name, password="long-enough-1", role=role, vendor=vendor, now=rows.NOW
    )
    client = Client()
    client.force_login(user)
    return client


def notice(place: Marketplace, name: str, **values: Any) -> Notice:
    defaults = {"audience": "merchant", "kind": "needs_attention", "subject": f"tiding:{Notice.objects.count()}"}
    user = User.objects.get(username=name)
    return Notice.objects.create(marketplace=place, user=user, at=rows.NOW, **(defaults | values))


def test_a_person_sees_what_is_new_and_goes_where_it_leads(place: Marketplace) -> None:
    client = logged_in(place)
    vendor, shop = rows.vendor(place), rows.store(place)
    part = rows.vendor_order(rows.order(shop, 1001), vendor)
    about = {"kind": "order_refused", "order": part.order, "vendor_order": part, "reason": "rejected_by_store"}
    one = notice(place, "ola", **about)
    page = client.get("/notices/").content.decode()
    assert "#1001" in page
    assert "Oak &amp; Iron" in page
    gone = client.get(f"/notices/{one.pk}/")
    assert gone["location"] == f"/m/harbour/orders/{part.order_id}/"
    one.refresh_from_db()
    assert one.read_at is not None
    notice(place, "ola")
    client.post("/notices/read/")
    assert not Notice.objects.filter(read_at=None).exists()


def test_nobody_sees_anothers_nor_of_a_place_left(place: Marketplace) -> None:
    ola, eva = logged_in(place), logged_in(place, "eva")
    one = notice(place, "ola")
    assert eva.get(f"/notices/{one.pk}/").status_code == 404
    Membership.objects.filter(user__username="ola").delete()
    assert ola.get(f"/notices/{one.pk}/").status_code == 404
    assert "Nothing yet" in ola.get("/notices/").content.decode()
    assert Client().get("/notices/").status_code == 302


def test_what_closed_by_itself_is_marked_so(place: Marketplace) -> None:
    client = logged_in(place)
    item = Attention.objects.create(
        marketplace=place, reason="store_unreachable", opened_at=rows.NOW, closed_at=rows.NOW, closed_by="hub"
    )
    notice(place, "ola", kind="store_disconnected", attention=item, reason=item.reason)
    assert "Over by itself" in client.get("/notices/").content.decode()


def test_the_list_costs_the_same_whatever_is_in_it(place: Marketplace, django_assert_max_num_queries: Any) -> None:
    client = logged_in(place)
    shop, vendor = rows.store(place), rows.vendor(place)
    for _ in range(5):
        part = rows.vendor_order(rows.order(shop), vendor)
        notice(place, "ola", kind="order_refused", order=part.order, vendor_order=part, store=shop)
    with django_assert_max_num_queries(12):
        assert client.get("/notices/").status_code == 200


def test_a_person_chooses_and_goes_back_to_as_usual(place: Marketplace) -> None:
    client = logged_in(place)
    field = "order_refused.email"
    assert client.get("/notices/settings/").status_code == 200
    for _ in range(2):
        client.post("/notices/settings/1/save/", {field: "off", "moon.rose": "on", "order_refused.app": "purple"})
    (row,) = NoticeChoice.objects.all()
    assert (row.kind, row.channel, row.on, row.user.username) == ("order_refused", "email", False, "ola")
    assert Activity.objects.filter(what="notices.changed").count() == 1
    client.post("/notices/settings/1/save/", {field: "inherit"})
    assert not NoticeChoice.objects.exists()
    assert client.post("/notices/settings/2/save/", {field: "off"}).status_code == 404


def test_the_marketplace_says_what_is_usual(place: Marketplace) -> None:
    client = logged_in(place)
    assert "Unusually much change held" in client.get(TAB).content.decode()
    client.post(f"{TAB}save/", {"audience": "vendor", "order_received.email": "off"})
    choices = {(one.kind, one.channel): one.on for one in read_choices(reader=Reader(place, Audience.VENDOR))}
    assert choices["order_received", "email"] is False
    client.post(f"{TAB}save/", {"late_days": "9"})
    assert Marketplace.objects.get().late_days == 9
    refused = client.post(f"{TAB}save/", {"late_days": "soon"})
    assert refused.status_code == 422
    assert "0 means never" in refused.content.decode()
    reads = logged_in(place, "rea", "read_only")
    assert reads.get(TAB).status_code == 200
    assert reads.post(f"{TAB}save/", {"late_days": "3"}).status_code == 403


def letter(place: Marketplace, *, user: User | None = None, vendor: Vendor | None = None) -> Letter:
    return Letter(
        id=1, key="k", attempts=0, begun_at=rows.NOW, audience="vendor" if vendor else "merchant",
        vendor_id=vendor.pk if vendor else None, user_id=user.pk if user else None, marketplace_id=place.pk,
        slug=place.slug, marketplace_name=place.name, address="a@b.example", name="A", language="", time_zone="",
    )  # fmt: skip


def test_one_click_stops_the_mails_of_whom_it_was_sent_to(place: Marketplace) -> None:
    vendor = rows.vendor(place)
    Vendor.objects.update(email="orders@oak.test")
    address = f"/notices/stop/{token(letter(place, vendor=vendor))}/"
    client = Client(enforce_csrf_checks=True)
    assert "Stop these mails" in client.get(address).content.decode()
    assert not NoticeChoice.objects.exists()  # looking at a link is not clicking
    for _ in range(2):
        answer = client.post(address, {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    reader = Reader(place, Audience.VENDOR, None, vendor)
    assert not any(one.on for one in read_choices(reader=reader) if one.channel == "email")
    assert all(one.on for one in read_choices(reader=Reader(place, Audience.VENDOR)) if one.channel == "email")
    assert client.post(f"{address[:-2]}x/").status_code == 404


def test_an_endpoint_from_its_secret_to_its_end(place: Marketplace) -> None:
    client = logged_in(place)
    assert "No system is told yet" in client.get(HOOKS).content.decode()
    form = {"url": "https://shop.test/hooks", "description": "Books", "kinds": ["vendor_order.linked"]}
    page = client.post(f"{HOOKS}add/", form).content.decode()
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page)
    row = WebhookEndpoint.objects.get()
    assert Ring.from_settings().open(row.sealed) == msgspec.json.encode([secret])
    assert Webhook(secret)
    assert "whsec_" not in client.get(f"{HOOKS}{row.pk}/").content.decode()
    again = client.post(f"{HOOKS}add/", form)
    assert again.status_code == 422
    assert "already" in again.content.decode()
    new = client.post(f"{HOOKS}{row.pk}/rotate/").content.decode()
    assert secret not in new
    assert "whsec_" in new
    wrong = client.post(f"{HOOKS}{row.pk}/change/", {**form, "url": "nowhere"})
    assert wrong.status_code == 422
    client.post(f"{HOOKS}{row.pk}/change/", {**form, "kinds": []})
    row.refresh_from_db()
    assert row.kinds == []
    client.post(f"{HOOKS}{row.pk}/try/")
    sent = WebhookDelivery.objects.get()
    assert "webhook.test" in client.get(f"{HOOKS}messages/{sent.pk}/").content.decode()
    WebhookDelivery.objects.update(state="failed", attempts=9, due_at=rows.later(days=1))
    client.post(f"{HOOKS}messages/{sent.pk}/replay/")
    sent.refresh_from_db()
    assert (sent.state, sent.attempts) == ("waiting", 0)
    client.post(f"{HOOKS}{row.pk}/switch/", {"active": "no"})
    row.refresh_from_db()
    assert row.state == "paused"
    client.post(f"{HOOKS}{row.pk}/remove/")
    assert not WebhookEndpoint.objects.exists()
    assert "whsec_" not in " ".join(str(each.data) for each in Activity.objects.all())


def test_another_marketplaces_endpoint_is_not_there(place: Marketplace) -> None:
    client = logged_in(place)
    client.post(f"{HOOKS}add/", {"url": "https://shop.test/hooks"})
    row = WebhookEndpoint.objects.get()
    stranger = logged_in(rows.marketplace("quay"), "sam")
    assert stranger.get(HOOKS).status_code == 404
    assert stranger.get(f"/m/quay/settings/webhooks/{row.pk}/").status_code == 404
    assert stranger.post(f"/m/quay/settings/webhooks/{row.pk}/remove/").status_code == 404
    reads = logged_in(place, "rea", "read_only")
    assert reads.post(f"{HOOKS}add/", {"url": "https://x.test"}).status_code == 403
