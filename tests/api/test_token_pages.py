"""API tokens on their page and on the command line: made, shown once, revoked; what was wrong is said.

Not here: what tokens open (test_tokens_reach.py).
"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from crossdock.models import Activity, ApiToken
from crossdock.operations.tokens import SCOPES
from crossdock.web.phrases_tokens import SCOPES as WORDS
from tests.api.calls import ApiWorld, Calls

pytestmark = pytest.mark.django_db


def owner(world: ApiWorld) -> Client:
    """Who has just given the password."""
    client = world.client("owner")
    client.post("/reauthenticate/", {"password": "pw"})
    return client


def test_a_token_is_made_shown_once_and_revoked() -> None:
    world = ApiWorld()
    client, place = owner(world), world.place.slug
    given = {"name": "warehouse", "scopes": ["orders:read"], "lasts": "90", "vendor": ""}
    shown = client.post(reverse("add_token", args=[place]), given).content.decode()
    (secret,) = re.findall(r"cdk_[\w-]{40,}", shown)
    assert Calls(secret).get("/orders").status_code == 200
    listed = client.get(reverse("tokens", args=[place])).content.decode()
    assert secret not in listed
    assert "warehouse" in listed
    row = ApiToken.objects.get(name="warehouse")
    assert row.expires_at is not None
    client.post(reverse("remove_token", args=[place, row.pk]))
    assert Calls(secret).get("/orders").status_code == 401
    assert [each.what for each in Activity.objects.order_by("-pk")[:2]] == ["token.revoked", "token.made"]


def test_what_is_wrong_is_said_and_what_was_typed_stays() -> None:
    world = ApiWorld()
    given = {"name": "warehouse", "lasts": "", "vendor": str(world.vendor.pk), "scopes": ["webhooks:read"]}
    said = owner(world).post(reverse("add_token", args=[world.place.slug]), given)
    assert said.status_code == 422
    page = said.content.decode()
    assert "It cannot have" in page
    assert 'value="warehouse"' in page
    assert f'<option value="{world.vendor.pk}" selected>' in page
    assert not ApiToken.objects.filter(name="warehouse").exists()


def test_who_has_not_just_given_the_password_is_asked_for_it() -> None:
    world = ApiWorld()
    asked = world.client("owner").get(reverse("tokens", args=[world.place.slug]))
    assert asked["Location"].startswith("/reauthenticate/")


def test_every_scope_has_words() -> None:
    assert list(WORDS) == SCOPES
