"""The commands about people, as somebody types them; and the code of the first run."""

import re

import pytest
from django.core import mail
from django.test import Client

from crossdock.cli.people import say_first_run
from crossdock.models import Activity, Invitation, Marketplace
from crossdock.operations.first_run import setup_code
from crossdock.operations.people import add_owner
from tests.operations import rows
from tests.operations.test_commands import Terminal

pytestmark = pytest.mark.django_db
PLACE = ("--marketplace", "harbour")


@pytest.fixture
def place() -> Marketplace:
    return rows.marketplace()


def test_inviting_shows_the_link_and_again_another(place: Marketplace) -> None:
    terminal = Terminal()
    told = terminal.json("invite", "Ada@example.com", "--role", "owner", *PLACE)
    assert told["failed"] == ""
    path = told["link"].removeprefix("http://127.0.0.1:8000")
    assert Client().get(path).status_code == 200
    again = terminal.crossdock("invite", "ada@example.com", "--role", "owner", *PLACE)
    assert "The mail is sent." in again
    assert re.findall(r"http://\S+/invitation/\S+", again) != [told["link"]]
    assert Client().get(path).status_code == 410
    assert len(mail.outbox) == 2
    assert str(Activity.objects.filter(what="person.invited").get().who).startswith("cli")


def test_a_vendors_person_is_asked_for_that_vendor(place: Marketplace) -> None:
    vendor, terminal = rows.vendor(place), Terminal()
    terminal.crossdock("invite", "v@example.com", "--role", "vendor_owner", *PLACE, "--vendor", "oak & iron")
    assert Invitation.objects.get().vendor == vendor
    assert "no role" in terminal.crossdock("invite", "w@example.com", "--role", "vendor_owner", *PLACE, code=2)
    assert "no vendor" in terminal.crossdock("invite", "w@x.se", "--role", "staff", *PLACE, "--vendor", "x", code=2)


def test_people_are_listed_get_roles_and_leave(place: Marketplace) -> None:
    terminal = Terminal()
    assert "Nobody can log in yet" in terminal.crossdock("people")
    add_owner(marketplace=place, username="ada", email="ada@example.com", password="pw", now=rows.NOW)
    add_owner(marketplace=place, username="olle", password="pw", now=rows.NOW)
    assert [row["username"] for row in terminal.json("people")] == ["ada", "olle"]
    terminal.crossdock("people", "role", "ADA@example.com", "staff", *PLACE)
    assert "somebody must be left" in terminal.crossdock("people", "remove", "olle", *PLACE, code=2)
    terminal.crossdock("people", "remove", "ada", *PLACE)
    assert [row["username"] for row in terminal.json("people", *PLACE)] == ["olle"]
    assert "Nobody called 'ada'" in terminal.crossdock("people", "remove", "ada", *PLACE, code=2)


def test_the_console_shows_the_code_until_somebody_can_log_in(
    place: Marketplace, capsys: pytest.CaptureFixture[str]
) -> None:
    say_first_run()
    assert setup_code() in capsys.readouterr().out
    add_owner(marketplace=place, username="ada", password="pw", now=rows.NOW)
    say_first_run()
    assert capsys.readouterr().out == ""
