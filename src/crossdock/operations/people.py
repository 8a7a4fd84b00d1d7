"""Marketplaces and the people who run them: made, given roles, taken away.

Not here: how somebody is asked to come (invitations.py), log-in itself (allauth), what a page shows to whom
(web/access.py).
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction

from crossdock.models import Marketplace, Membership, OrderPolicy, User, Vendor
from crossdock.operations.catalogue_rules import create_catalogue_policy
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

Role = Membership.Role
MERCHANTS = (Role.OWNER, Role.STAFF, Role.READ_ONLY)
VENDORS = (Role.VENDOR_OWNER, Role.VENDOR_STAFF)
OWNERS = (Role.OWNER, Role.VENDOR_OWNER)
THEMES = ("", "light", "dark")
SHORT_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SHORT_NAME = 60


class SlugTaken(Refused):
    """Another marketplace of this installation has that short name."""

    code = "slug_taken"


class PersonExists(Refused):
    """That user name or e-mail address is somebody's."""

    code = "person_exists"


class AlreadyThere(Refused):
    """The person belongs to that marketplace, or to that vendor of it, already."""

    code = "already_there"


class LastOwner(Refused):
    """Somebody must be left who may do everything."""

    code = "last_owner"


class WrongRole(Refused):
    """There is no such role there: the merchant's people and vendors' people have different ones."""

    code = "wrong_role"


class BadDetail(Refused):
    """A name, short name, currency, language or time zone that cannot be meant; the words name the cure."""

    code = "bad_detail"


@transaction.atomic
def create_marketplace(
    *,
    name: str,
    slug: str,
    now: datetime,
    who: str = "",
    owner: User | None = None,
    currency: str = "",
    time_zone: str = "",
    language: str = "",
) -> Marketplace:
    """A marketplace with the careful rules, and its `owner`. Orders: sync on, paid orders only, linked lines only,
    buyers' own data. Catalogue: what vendors choose is approved first and begins as a draft. Raises SlugTaken,
    BadDetail."""
    _check_marketplace(name, slug, currency, time_zone, language)
    if Marketplace.objects.filter(slug=slug).exists():
        raise SlugTaken(f"the short name {slug!r} is taken", field="slug")
    marketplace = Marketplace.objects.create(
        name=name, slug=slug, created_at=now, currency=currency, time_zone=time_zone, language=language
    )
    OrderPolicy.objects.create(
        marketplace=marketplace,
        order_sync=True,
        paid_only=True,
        push_unsynced=False,
        override_customer=False,
        tell_refunds=True,
        updated_at=now,
    )
    create_catalogue_policy(marketplace=marketplace, now=now)
    record(What.MARKETPLACE_CREATED, marketplace=marketplace, who=who, now=now, data={"slug": slug})
    if owner is not None:
        add_membership(marketplace=marketplace, user=owner, role=Role.OWNER, now=now, who=who)
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
        role=Role.OWNER,
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
    name: str = "",
    vendor: Vendor | None = None,
    who: str = "",
) -> User:
    """A new person with one role; `vendor` narrows it to that vendor's data. Raises PersonExists."""
    if User.objects.filter(username__iexact=username).exists():
        raise PersonExists(f"the user name {username!r} is taken", field="username")
    user = User.objects.create_user(username=username, email=email, password=password, name=name)
    if email:  # whoever may make a log-in vouches for its address
        EmailAddress.objects.create(user=user, email=user.email.lower(), primary=True, verified=True)
    add_membership(marketplace=marketplace, user=user, role=role, vendor=vendor, now=now, who=who)
    return user


@transaction.atomic
def add_membership(
    *, marketplace: Marketplace, user: User, role: str, now: datetime, vendor: Vendor | None = None, who: str = ""
) -> Membership:
    """A role for somebody who is known. Raises AlreadyThere, WrongRole."""
    check_role(role, vendor)
    try:
        with transaction.atomic():
            made = Membership.objects.create(user=user, marketplace=marketplace, vendor=vendor, role=role)
    except IntegrityError as error:
        raise AlreadyThere(f"{user.username} belongs there already", field="email") from error
    _record(What.PERSON_ADDED, made, now, who)
    return made


@transaction.atomic
def change_role(*, membership: Membership, role: str, now: datetime, who: str) -> None:
    """Give a person another role in the same place. Raises WrongRole, LastOwner."""
    row = _locked(membership)
    check_role(role, row.vendor)
    if row.role == role:
        return
    _keep_an_owner(row)
    row.role = role
    row.save(update_fields=["role"])
    _record(What.ROLE_CHANGED, row, now, who)


@transaction.atomic
def remove_person(*, membership: Membership, now: datetime, who: str, even_last: bool = False) -> None:
    """Take a person out of a place; the log-in and what the person did stay. `even_last`: the merchant may leave a
    vendor without anybody. Raises LastOwner."""
    row = _locked(membership)
    if row.vendor_id is None or not even_last:
        _keep_an_owner(row)
    _record(What.PERSON_REMOVED, row, now, who)
    row.delete()


@transaction.atomic
def set_person(*, user: User, name: str, language: str, time_zone: str, theme: str) -> None:
    """A person's own name and how pages and mails are to be. Raises BadDetail."""
    _check_language(language)
    _check_zone(time_zone)
    if theme not in THEMES:
        raise BadDetail(f"there is no theme {theme!r}", field="theme")
    user.name, user.language, user.time_zone, user.theme = name.strip()[:200], language, time_zone, theme
    user.save(update_fields=["name", "language", "time_zone", "theme"])


def check_role(role: str, vendor: Vendor | None) -> None:
    """Raises WrongRole unless people of `vendor` (None: of the merchant) may have it."""
    if role not in (MERCHANTS if vendor is None else VENDORS):
        raise WrongRole(f"there is no role {role!r} there", field="role")


def _locked(membership: Membership) -> Membership:
    """With every owner of its marketplace, so that two owners cannot take each other's place away at once."""
    list(Membership.objects.select_for_update().filter(marketplace=membership.marketplace_id, role__in=OWNERS))
    return Membership.objects.select_related("user", "vendor").get(pk=membership.pk)


def _keep_an_owner(row: Membership) -> None:
    if row.role not in OWNERS:
        return
    others = Membership.objects.filter(marketplace=row.marketplace_id, vendor=row.vendor_id, role=row.role)
    if not others.exclude(pk=row.pk).exists():
        raise LastOwner("somebody must be left who may do everything", field="role")


def _record(what: What, row: Membership, now: datetime, who: str) -> None:
    data = {"username": row.user.username, "role": str(row.role), "vendor": row.vendor.name if row.vendor else ""}
    record(what, marketplace=row.marketplace_id, who=who, now=now, data=data)


def _check_marketplace(name: str, slug: str, currency: str, time_zone: str, language: str) -> None:
    if not name.strip():
        raise BadDetail("a marketplace needs a name", field="name")
    if len(slug) > LONGEST_SHORT_NAME or not SHORT_NAME.fullmatch(slug):
        raise BadDetail("small letters, digits and single hyphens, 60 at most", field="slug")
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        raise BadDetail("three capital letters, such as EUR", field="currency")
    _check_language(language)
    _check_zone(time_zone)


def _check_language(language: str) -> None:
    if language and language not in dict(settings.LANGUAGES):
        raise BadDetail(f"there is no language {language!r}", field="language")


def _check_zone(time_zone: str) -> None:
    try:
        ZoneInfo(time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadDetail(f"there is no time zone {time_zone!r}", field="time_zone") from error
