"""Marketplaces and the people who run them.

Not here: log-in itself (Django's accounts), or what a page shows to whom (web/access.py).
"""

from datetime import datetime

from django.db import transaction

from crossdock.models import Marketplace, Membership, OrderPolicy, User, Vendor
from crossdock.operations.catalogue_rules import create_catalogue_policy
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What


class SlugTaken(Refused):
    """Another marketplace of this installation has that short name."""

    code = "slug_taken"


class PersonExists(Refused):
    """That user name is somebody's."""

    code = "person_exists"


@transaction.atomic
def create_marketplace(*, name: str, slug: str, now: datetime, who: str = "") -> Marketplace:
    """A marketplace with the careful rules. Orders: sync on, paid orders only, linked lines only, buyers' own data.
    Catalogue: what vendors choose is approved first and begins as a draft."""
    if Marketplace.objects.filter(slug=slug).exists():
        raise SlugTaken(f"the short name {slug!r} is taken", field="slug")
    marketplace = Marketplace.objects.create(name=name, slug=slug, created_at=now)
    OrderPolicy.objects.create(
        marketplace=marketplace,
        order_sync=True,
        paid_only=True,
        push_unsynced=False,
        override_customer=False,
        updated_at=now,
    )
    create_catalogue_policy(marketplace=marketplace, now=now)
    record(What.MARKETPLACE_CREATED, marketplace=marketplace, who=who, now=now, data={"slug": slug})
    return marketplace


@transaction.atomic
def add_owner(
    *, marketplace: Marketplace, username: str, password: str, now: datetime, email: str = "", who: str = ""
) -> User:
    """A person who may do everything in this marketplace."""
    return add_person(
        marketplace=marketplace,
        username=username,
        password=password,
        email=email,
        role=Membership.Role.OWNER,
        now=now,
        who=who,
    )


@transaction.atomic
def add_person(
    *,
    marketplace: Marketplace,
    username: str,
    password: str,
    role: str,
    now: datetime,
    email: str = "",
    vendor: Vendor | None = None,
    who: str = "",
) -> User:
    """A person with one role; `vendor` narrows it to that vendor's data. Raises PersonExists."""
    if User.objects.filter(username__iexact=username).exists():
        raise PersonExists(f"the user name {username!r} is taken", field="username")
    user = User.objects.create_user(username=username, email=email, password=password)
    Membership.objects.create(user=user, marketplace=marketplace, vendor=vendor, role=role)
    record(What.PERSON_ADDED, marketplace=marketplace, who=who, now=now, data={"username": username, "role": str(role)})
    return user
