"""Logging in and out, passwords, second factors, sessions, a person's own settings, and the first run."""

import re
import time
from collections.abc import Iterator
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crossdock.models import Marketplace, Membership, User
from crossdock.operations.first_run import setup_code
from crossdock.operations.people import add_owner, add_person
from tests.operations import rows

pytestmark = pytest.mark.django_db
PASSWORD = "a heron in the harbour"


@pytest.fixture(autouse=True)
def _back_to_english() -> Iterator[None]:
    """Pages leave their reader's language on; the next page puts its own on, the next test may not."""
    with translation.override("en"):
        yield


@pytest.fixture
def owner() -> User:
    place = rows.marketplace()
    return add_owner(marketplace=place, username="owner", email="o@example.com", password=PASSWORD, now=rows.NOW)


def logged_in(login: str = "owner") -> Client:
    client = Client()
    answer = client.post("/login/", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302, unescape(answer.content.decode())
    return client


@pytest.mark.parametrize("login", ["owner", "o@example.com", "O@Example.com"])
def test_logging_in_by_name_or_address_and_out(owner: User, login: str) -> None:
    client = Client()
    wrong = client.post("/login/", {"login": login, "password": "no"})
    assert "not correct" in wrong.content.decode()
    client.post("/login/", {"login": login, "password": PASSWORD})
    assert client.get("/")["Location"] == reverse("dashboard", args=["harbour"])
    client.post("/logout/")
    assert client.get(reverse("dashboard", args=["harbour"])).status_code == 302


def test_guessing_is_stopped_even_with_the_right_password(owner: User) -> None:
    client = Client()
    for _ in range(6):
        said = client.post("/login/", {"login": "owner", "password": "no"}).content.decode()
    assert "Too many failed login attempts" in said
    assert client.post("/login/", {"login": "owner", "password": PASSWORD}).status_code == 200


def test_nobody_signs_up(owner: User) -> None:
    form = {"email": "eve@example.com", "password1": PASSWORD}
    assert "By invitation" in Client().post("/signup/", form).content.decode()
    assert User.objects.count() == 1


def test_a_forgotten_password_is_reset_by_mail_and_strangers_learn_nothing(owner: User) -> None:
    visitor = Client()
    for address in ("o@example.com", "nobody@example.com"):
        assert visitor.post("/password/reset/", {"email": address}).status_code == 302
    (sent,) = mail.outbox
    (link,) = re.findall(r"http://\S+(/password/reset/key/\S+)", str(sent.body))
    form = visitor.get(link, follow=True)
    new = "another heron altogether"
    visitor.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert Client().post("/login/", {"login": "owner", "password": new}).status_code == 302
    assert Client().post("/login/", {"login": "owner", "password": PASSWORD}).status_code == 200


def test_another_address_counts_once_it_is_proved(owner: User) -> None:
    owner.username = "o@example.com"
    owner.save()
    client = logged_in("o@example.com")
    client.post("/reauthenticate/", {"password": PASSWORD})
    client.post("/email/", {"action_add": "", "email": "new@example.com"})
    owner.refresh_from_db()
    assert owner.email == "o@example.com"
    (link,) = re.findall(r"http://\S+(/confirm-email/\S+)", str(mail.outbox[-1].body))
    client.post(link)
    owner.refresh_from_db()
    assert (owner.email, owner.username) == ("new@example.com", "new@example.com")
    assert Client().post("/login/", {"login": "o@example.com", "password": PASSWORD}).status_code == 200


def test_a_second_factor_is_asked_for_and_sealed(owner: User) -> None:
    client = logged_in()
    client.post("/reauthenticate/", {"password": PASSWORD})
    page = client.get("/2fa/totp/activate/").content.decode()
    assert '<button class="primary">Switch on</button>' in page
    (secret,) = set(re.findall(r'value="([A-Z2-7]{32})"', page))
    client.post("/2fa/totp/activate/", {"code": _code(secret)})
    kept = Authenticator.objects.get(user=owner, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    codes = client.get("/2fa/recovery-codes/").content.decode()
    assert codes
    other = Client()
    asked = other.post("/login/", {"login": "owner", "password": PASSWORD})
    assert asked["Location"].startswith("/2fa/authenticate/")
    assert other.get(reverse("dashboard", args=["harbour"])).status_code == 302
    (spare,) = re.findall(r"\b\d{8}\b", codes)[:1]
    assert other.post("/2fa/authenticate/", {"code": spare}).status_code == 302
    assert other.get(reverse("dashboard", args=["harbour"])).status_code == 200
    third = Client()
    third.post("/login/", {"login": "owner", "password": PASSWORD})
    assert third.post("/2fa/authenticate/", {"code": spare}).status_code == 200  # a spare code is of use once


def _code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_other_sessions_are_seen_and_ended(owner: User) -> None:
    here, there = logged_in(), logged_in()
    assert here.get("/sessions/").content.decode().count("127.0.0.1") == 2
    here.post("/sessions/")
    assert there.get("/you/").status_code == 302
    assert here.get("/you/").status_code == 200


def test_a_persons_settings_count_at_once_and_in_another_browser(owner: User) -> None:
    client = logged_in()
    chosen = {"name": "Olle", "language": "sv", "time_zone": "Europe/Stockholm", "theme": "dark"}
    answer = client.post("/you/", chosen)
    assert answer.cookies["crossdock_theme"].value == "dark"
    owner.refresh_from_db()
    assert (owner.name, owner.language, owner.time_zone, owner.theme) == tuple(chosen.values())
    assert '<html lang="sv"' in client.get("/you/").content.decode()
    assert '<html lang="sv"' in logged_in().get("/you/").content.decode()
    assert client.post("/you/", chosen | {"time_zone": "Mars/Base"}).status_code == 422
    assert '<html lang="en"' in Client().get("/login/").content.decode()


def test_who_belongs_to_several_places_can_switch(owner: User) -> None:
    other = rows.marketplace("elsewhere")
    vendor = rows.vendor(other, "Oak & Iron")
    Membership.objects.create(user=owner, marketplace=other, vendor=vendor, role="vendor_owner")
    text = unescape(logged_in().get("/you/").content.decode())
    assert reverse("dashboard", args=["harbour"]) in text
    assert reverse("vendor_home", args=["elsewhere", vendor.pk]) in text


def test_who_belongs_nowhere_is_told(owner: User) -> None:
    owner.memberships.all().delete()
    assert logged_in().get("/").status_code == 403


FIRST = {
    "name": "Ada Lind", "email": "ada@example.com", "password": PASSWORD, "marketplace": "Harbour & Hill",
    "slug": "", "currency": "sek", "time_zone": "Europe/Stockholm", "language": "sv",
}  # fmt: skip


def test_a_new_installation_is_set_up_by_who_sees_its_console() -> None:
    visitor = Client()
    assert visitor.get("/")["Location"] == "/set-up/"
    wrong = visitor.post("/set-up/", FIRST | {"code": "AAAA-BBBB-CCCC-DDDD"})
    assert wrong.status_code == 422
    assert "not the code" in wrong.content.decode()
    assert User.objects.count() == 0
    done = visitor.post("/set-up/", FIRST | {"code": setup_code().lower().replace("-", " ")})
    place = Marketplace.objects.get()
    assert (place.name, place.slug, place.currency, place.language) == ("Harbour & Hill", "harbour-hill", "SEK", "sv")
    assert done["Location"] == reverse("connect", args=["harbour-hill"])
    assert visitor.get(done["Location"]).status_code == 200
    ada = User.objects.get()
    assert ada.is_superuser
    assert ada.memberships.get().role == "owner"


def test_an_installation_is_set_up_once() -> None:
    code = {"code": setup_code()}
    first, second = Client(), Client()
    first.post("/set-up/", FIRST | code)
    late = second.post("/set-up/", FIRST | code | {"email": "eve@example.com", "slug": "eve"})
    assert late["Location"] == "/"
    assert second.get("/")["Location"].startswith("/login/")
    assert User.objects.get().email == "ada@example.com"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "nobody", "valid email"),
        ("password", "123", "too short"),
        ("slug", "Not This!", "cannot be"),
        ("currency", "1", "cannot be"),
        ("marketplace", "", "required"),
        ("marketplace", "漢字", "cannot be"),
    ],
)
def test_a_bad_first_form_makes_nothing_and_keeps_what_was_typed(field: str, value: str, said: str) -> None:
    answer = Client().post("/set-up/", FIRST | {"code": setup_code(), "language": "", field: value})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert said in text
    assert "Ada Lind" in text
    assert PASSWORD not in text
    assert (User.objects.count(), Marketplace.objects.count()) == (0, 0)


def test_an_owner_makes_another_marketplace_and_staff_does_not(owner: User) -> None:
    client = logged_in()
    taken = client.post("/marketplaces/new/", {"marketplace": "Harbour", "slug": "harbour"})
    assert "short name is taken" in taken.content.decode()
    made = client.post("/marketplaces/new/", {"marketplace": "Hill", "slug": "", "currency": "", "time_zone": ""})
    assert made["Location"] == reverse("connect", args=["hill"])
    add_person(
        marketplace=Marketplace.objects.get(slug="hill"), username="s", password=PASSWORD, role="staff", now=rows.NOW
    )
    assert logged_in("s").get("/marketplaces/new/").status_code == 403
