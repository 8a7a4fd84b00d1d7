"""Inviting people, accepting, changing roles, leaving: from the pages, with the mails that go out."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from crossdock.models import Activity, Invitation, Marketplace, Membership, User, Vendor
from crossdock.operations.invitations import InvitationGone, InvitationOpen, accept, accept_new, invite
from crossdock.operations.people import LastOwner, WrongRole, add_owner, add_person, change_role, remove_person
from tests.operations import rows

pytestmark = pytest.mark.django_db
PASSWORD = "a heron in the harbour"
Role = Membership.Role


class Place:
    """A marketplace with an owner who is logged in and has just given the password again."""

    def __init__(self) -> None:
        self.place: Marketplace = rows.marketplace()
        self.vendor: Vendor = rows.vendor(self.place)
        self.owner: User = add_owner(
            marketplace=self.place, username="owner", email="owner@example.com", password=PASSWORD, now=rows.NOW
        )
        self.client = sure(self.owner)

    def post(self, name: str, *numbers: int, **values: str) -> str:
        """Send a form and read the page that it leads to."""
        answer = self.client.post(reverse(name, args=[self.place.slug, *numbers]), values, follow=True)
        assert answer.status_code in (200, 422), answer.status_code
        return answer.content.decode()

    def link(self) -> str:
        """The path of the last mail's link."""
        (found,) = re.findall(r"http://127.0.0.1:8000(/invitation/\S+)", str(mail.outbox[-1].body))
        return str(found)


def sure(person: User) -> Client:
    client = Client()
    client.force_login(person)
    client.post("/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def place() -> Place:
    return Place()


def test_somebody_new_comes_by_a_link_that_is_of_use_once(place: Place) -> None:
    assert "went to ada@example.com" in place.post("invite", email=" Ada@Example.com", role="staff")
    sent = mail.outbox[-1]
    assert sent.to == ["ada@example.com"]
    assert "text/html" in [kind for _, kind in sent.alternatives]
    link, visitor = place.link(), Client()
    assert "Harbour" in visitor.get(link).content.decode()
    weak = visitor.post(link, {"name": "Ada", "password": "123"})
    assert weak.status_code == 422
    assert "too short" in weak.content.decode()
    done = visitor.post(link, {"name": "Ada Lind", "password": PASSWORD})
    assert done.status_code == 302
    assert done["Location"] == reverse("dashboard", args=["harbour"])
    assert visitor.get(done["Location"]).status_code == 200
    ada = User.objects.get(email="ada@example.com")
    assert (ada.name, ada.memberships.get().role) == ("Ada Lind", "staff")
    assert ada.emailaddress_set.get().verified
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"name": "Eve", "password": PASSWORD}).status_code == 410
    assert User.objects.filter(name="Eve").count() == 0
    fresh = Client()
    assert fresh.post("/login/", {"login": "ada@example.com", "password": PASSWORD}).status_code == 302
    assert fresh.get(reverse("dashboard", args=["harbour"])).status_code == 200


def test_reading_a_link_accepts_nothing(place: Place) -> None:
    place.post("invite", email="ada@example.com", role="staff")
    place.client.get(place.link())
    assert Invitation.objects.get().accepted_at is None


def test_who_is_known_logs_in_and_accepts(place: Place) -> None:
    other = rows.marketplace("elsewhere")
    known = add_person(
        marketplace=other, username="ada", email="ada@example.com", password=PASSWORD, role=Role.OWNER, now=rows.NOW
    )
    place.post("invite", email="ada@example.com", role="vendor_owner", vendor="oak & iron")
    link, client = place.link(), Client()
    assert f"/login/?next={link}" in client.get(link).content.decode()
    answer = client.post(link, {"name": "Another", "password": PASSWORD})
    assert answer.status_code == 422
    client.force_login(known)
    assert "logged in as ada@example.com" in client.get(link).content.decode()
    done = client.post(link)
    assert done["Location"] == reverse("vendor_home", args=["harbour", place.vendor.pk])
    assert client.get(done["Location"]).status_code == 200
    assert set(known.memberships.values_list("marketplace__slug", "role")) == {
        ("elsewhere", "owner"), ("harbour", "vendor_owner"),
    }  # fmt: skip


def test_a_vendor_can_be_added_with_its_first_person(place: Place) -> None:
    text = place.post("invite", email="new@example.com", role="vendor_owner", vendor="Fresh Clay")
    assert "No vendor is called that" in text
    assert "new@example.com" in text  # what was typed is still there
    assert "went to new@example.com" in place.post(
        "invite", email="new@example.com", role="vendor_owner", vendor="Fresh Clay", new="on"
    )
    assert place.place.vendors.get(name="Fresh Clay").email == "new@example.com"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "nobody", "role": "staff"}, "no e-mail address"),
        ({"email": "", "role": "staff"}, "This field is required"),
        ({"email": "a@example.com", "role": "king"}, "no such role"),
        ({"email": "a@example.com", "role": ""}, "This field is required"),
        ({"email": "owner@example.com", "role": "staff"}, "belongs here already"),
        ({"email": "a@example.com", "role": "vendor_owner", "vendor": ""}, "No vendor is called that"),
    ],
)
def test_bad_input_is_named_and_nothing_is_sent(place: Place, values: dict[str, str], said: str) -> None:
    assert said in place.post("invite", **values)
    assert mail.outbox == []
    assert Invitation.objects.count() == 0


def test_asked_twice_is_asked_once(place: Place) -> None:
    place.post("invite", email="ada@example.com", role="staff")
    assert "was asked already" in place.post("invite", email="ADA@example.com", role="owner")
    assert len(mail.outbox) == 1


def test_sent_again_the_first_link_is_dead(place: Place) -> None:
    place.post("invite", email="ada@example.com", role="staff")
    first, row = place.link(), Invitation.objects.get()
    place.post("invite_again", row.pk)
    assert place.link() != first
    assert Client().get(first).status_code == 410
    assert Client().get(place.link()).status_code == 200


def test_withdrawn_a_link_is_dead_and_cannot_be_sent_again(place: Place) -> None:
    place.post("invite", email="ada@example.com", role="staff")
    row = Invitation.objects.get()
    place.post("withdraw_invitation", row.pk)
    assert Client().get(place.link()).status_code == 410
    assert "was used, withdrawn" in place.post("invite_again", row.pk)
    assert len(mail.outbox) == 1


def test_a_link_is_good_for_a_week(place: Place) -> None:
    asked = invite(marketplace=place.place, email="a@example.com", role=Role.STAFF, now=rows.NOW, who="owner")
    secret, late = asked.link.rstrip("/").rsplit("/", 1)[-1], rows.NOW + timedelta(days=7)
    with pytest.raises(InvitationGone):
        accept(secret=secret, user=place.owner, now=late)
    again = invite(marketplace=place.place, email="a@example.com", role=Role.STAFF, now=late, who="owner")
    assert again.invitation.pk != asked.invitation.pk  # what has expired is no obstacle
    with pytest.raises(InvitationOpen):
        invite(marketplace=place.place, email="a@example.com", role=Role.STAFF, now=late, who="owner")


def test_only_the_hash_of_a_link_is_kept(place: Place) -> None:
    asked = invite(marketplace=place.place, email="a@example.com", role=Role.STAFF, now=rows.NOW, who="owner")
    kept = str(Invitation.objects.filter(pk=asked.invitation.pk).values().get())
    assert asked.link.rstrip("/").rsplit("/", 1)[-1] not in kept


def test_a_mail_that_fails_leaves_a_link_to_hand_over(place: Place, settings: object) -> None:
    settings.EMAIL_BACKEND = "tests.web.broken_mail.Backend"
    text = place.post("invite", email="ada@example.com", role="staff")
    assert "could not be sent" in text
    assert "/invitation/" in text
    assert "not sent" in text


def test_roles_change_and_the_last_owner_stays(place: Place) -> None:
    staff = add_person(marketplace=place.place, username="s", password="pw", role=Role.STAFF, now=rows.NOW)
    mine, theirs = place.owner.memberships.get(), staff.memberships.get()
    assert "Somebody must be left" in place.post("change_role", mine.pk, role="staff")
    assert "Somebody must be left" in place.post("remove_person", mine.pk)
    assert "role was changed" in place.post("change_role", theirs.pk, role="owner")
    assert "no such role" in place.post("change_role", theirs.pk, role="vendor_owner")
    gone = place.client.post(reverse("remove_person", args=["harbour", mine.pk]))
    assert gone["Location"] == "/"
    assert list(place.place.memberships.values_list("user__username", "role")) == [("s", "owner")]
    assert {"person.role_changed", "person.removed"} <= set(Activity.objects.values_list("what", flat=True))


def test_a_merchant_may_leave_a_vendor_without_people_and_the_vendor_may_not(place: Place) -> None:
    person = add_person(
        marketplace=place.place, username="v", password="pw", role=Role.VENDOR_OWNER, vendor=place.vendor, now=rows.NOW
    )
    row = person.memberships.get()
    with pytest.raises(LastOwner):
        remove_person(membership=row, now=rows.NOW, who="v")
    with pytest.raises(WrongRole):
        change_role(membership=row, role=Role.OWNER, now=rows.NOW, who="owner")
    place.post("remove_person", row.pk)
    assert not person.memberships.exists()


def test_who_has_not_just_given_the_password_gives_it_first(place: Place) -> None:
    staff = add_person(marketplace=place.place, username="s", password="pw", role=Role.STAFF, now=rows.NOW)
    client, row = Client(), staff.memberships.get()
    client.force_login(place.owner)
    address = reverse("change_role", args=["harbour", row.pk])
    asked = client.post(address, {"role": "owner"})
    assert asked["Location"].startswith("/reauthenticate/")
    row.refresh_from_db()
    assert row.role == "staff"
    client.post(asked["Location"], {"password": PASSWORD})  # what was asked for is then done
    row.refresh_from_db()
    assert row.role == "owner"


def test_a_vendors_owner_invites_for_that_vendor_only(place: Place) -> None:
    person = add_person(
        marketplace=place.place, username="v", password=PASSWORD, role=Role.VENDOR_OWNER, vendor=place.vendor,
        now=rows.NOW,
    )  # fmt: skip
    client, address = sure(person), reverse("vendor_invite", args=["harbour", place.vendor.pk])
    assert client.post(address, {"email": "b@example.com", "role": "owner"}).status_code == 422
    assert client.post(address, {"email": "b@example.com", "role": "vendor_staff"}).status_code == 302
    asked = Invitation.objects.get()
    assert (asked.vendor, asked.role) == (place.vendor, "vendor_staff")
    made = accept_new(
        secret=place.link().rstrip("/").rsplit("/", 1)[-1], name="B", password=PASSWORD, now=asked.sent_at
    )
    assert made.memberships.get().vendor == place.vendor


def test_an_invitation_of_another_marketplace_is_not_there(place: Place) -> None:
    other = rows.marketplace("elsewhere")
    asked = invite(marketplace=other, email="a@example.com", role=Role.STAFF, now=rows.NOW, who="x")
    for name in ("invite_again", "withdraw_invitation"):
        assert place.client.post(reverse(name, args=["harbour", asked.invitation.pk])).status_code == 404
