"""Asking people to come: a link by mail, of use once and for a week; sent again, withdrawn, accepted.

A link holds a secret of which only the hash is kept, so sending it again makes another link and ends the old one. The
mail goes out after the row is there: an invitation whose mail failed is seen, and is sent again. Not here: the pages
(web/people), roles (people.py).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from smtplib import SMTPException

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from msgspec import Struct

from crossdock.models import Invitation, Marketplace, Membership, User, Vendor
from crossdock.operations.people import AlreadyThere, PersonExists, add_membership, check_role
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

GOOD_FOR = timedelta(days=7)
SECRET_BYTES = 24
LONGEST_EMAIL = 254


class BadEmail(Refused):
    """That is no e-mail address."""

    code = "bad_email"


class InvitationOpen(Refused):
    """Somebody with that address was asked already and has not answered; send it again or withdraw it."""

    code = "invitation_open"


class InvitationGone(Refused):
    """The link was used, withdrawn, replaced by a newer one, or is older than a week."""

    code = "invitation_gone"


class WeakPassword(Refused):
    """The password is too short, too common or too like the person; the words say which."""

    code = "weak_password"


class Invited(Struct, frozen=True):
    """An invitation and its link, which nobody can be told again. `failed`: why no mail went out, "" = it did."""

    invitation: Invitation
    link: str
    failed: str


def invite(
    *, marketplace: Marketplace, email: str, role: str, now: datetime, who: str, vendor: Vendor | None = None
) -> Invited:
    """Ask somebody to take a role; `vendor` narrows it. Raises BadEmail, WrongRole, AlreadyThere, InvitationOpen."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    return _send(_made(marketplace, vendor, email, role, secret, now, who), secret, now)


def send_again(*, invitation: Invitation, now: datetime, who: str) -> Invited:
    """Another link for the same invitation, good for another week. Raises InvitationGone once it was answered."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        row = _locked(invitation.pk)
        row.key, row.expires_at, row.sent_at = _key(secret), now + GOOD_FOR, None
        row.save(update_fields=["key", "expires_at", "sent_at"])
        _record(What.INVITATION_SENT_AGAIN, row, now, who)
    return _send(row, secret, now)


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, now: datetime, who: str) -> None:
    """Its link is of no use any more. Raises InvitationGone once it was answered."""
    row = _locked(invitation.pk)
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    _record(What.INVITATION_WITHDRAWN, row, now, who)


def find_invitation(*, secret: str, now: datetime) -> Invitation:
    """The open invitation that a link is of. Raises InvitationGone."""
    found = Invitation.objects.select_related("marketplace", "vendor").filter(key=_key(secret)).first()
    if found is None or not is_open(found, now):
        raise InvitationGone("the link was used or is too old")
    return found


def is_open(invitation: Invitation, now: datetime) -> bool:
    return invitation.accepted_at is None and invitation.withdrawn_at is None and now < invitation.expires_at


def known_person(email: str) -> User | None:
    """Who has that address, as a log-in or as a proved one."""
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user_id")
    return (
        User.objects.filter(pk__in=proved).first()
        or User.objects.filter(email__iexact=email).order_by("pk").first()
        or User.objects.filter(username__iexact=email).first()
    )


@transaction.atomic
def accept(*, secret: str, user: User, now: datetime) -> Membership:
    """Somebody who is logged in takes the role. Raises InvitationGone, AlreadyThere."""
    return _accepted(_locked(find_invitation(secret=secret, now=now).pk), user, now)


@transaction.atomic
def accept_new(*, secret: str, name: str, password: str, now: datetime) -> User:
    """Somebody new takes the role, with a password. The link proves the address. Raises InvitationGone, PersonExists,
    WeakPassword."""
    row = _locked(find_invitation(secret=secret, now=now).pk)
    if known_person(row.email) is not None:
        raise PersonExists(f"{row.email} has a log-in already")
    user = new_person(email=row.email, name=name, password=password, language=row.marketplace.language)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    _accepted(row, user, now)
    return user


def new_person(*, email: str, name: str, password: str, language: str = "", operator: bool = False) -> User:
    """A log-in, of no place yet. Raises WeakPassword, PersonExists."""
    person = User(username=email, email=email, name=name.strip()[:200], language=language, is_superuser=operator)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages), field="password") from error
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise PersonExists(f"{email} has a log-in already", field="email") from error
    return person


def clean_email(typed: str) -> str:
    """Raises BadEmail."""
    email = typed.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise BadEmail(f"{typed[:100]!r} is no e-mail address", field="email") from error
    if len(email) > LONGEST_EMAIL:
        raise BadEmail("that e-mail address is too long", field="email")
    return email


@transaction.atomic
def _made(
    marketplace: Marketplace, vendor: Vendor | None, typed: str, role: str, secret: str, now: datetime, who: str
) -> Invitation:
    check_role(role, vendor)
    email, known = clean_email(typed), known_person(typed.strip())
    if known and Membership.objects.filter(user=known, marketplace=marketplace, vendor=vendor).exists():
        raise AlreadyThere(f"{email} belongs there already", field="email")
    same = Invitation.objects.filter(marketplace=marketplace, vendor=vendor, email=email)
    same.filter(accepted_at=None, withdrawn_at=None, expires_at__lte=now).update(withdrawn_at=now)
    try:
        with transaction.atomic():
            row = Invitation.objects.create(
                marketplace=marketplace,
                vendor=vendor,
                email=email,
                role=role,
                key=_key(secret),
                invited_by=who,
                invited_at=now,
                expires_at=now + GOOD_FOR,
            )
    except IntegrityError as error:
        raise InvitationOpen(f"{email} was asked already", field="email") from error
    _record(What.PERSON_INVITED, row, now, who)
    return row


def _accepted(row: Invitation, user: User, now: datetime) -> Membership:
    made = add_membership(
        marketplace=row.marketplace, user=user, role=row.role, vendor=row.vendor, now=now, who=row.invited_by
    )
    row.accepted_at, row.accepted_by = now, user
    row.save(update_fields=["accepted_at", "accepted_by"])
    _record(What.INVITATION_ACCEPTED, row, now, user.username)
    return made


def _locked(number: int) -> Invitation:
    """An answer counts once. Raises InvitationGone."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("marketplace", "vendor")
    row = rows.get(pk=number)
    if row.accepted_at is not None or row.withdrawn_at is not None:
        raise InvitationGone("it was answered or withdrawn")
    return row


def _send(row: Invitation, secret: str, now: datetime) -> Invited:
    """In the marketplace's language."""
    link = f"{settings.CROSSDOCK_URL}{reverse('invitation', args=[secret])}"
    context = {"invitation": row, "link": link, "days": GOOD_FOR.days}
    with translation.override(row.marketplace.language or settings.LANGUAGE_CODE):
        mail = EmailMultiAlternatives(
            subject=" ".join(render_to_string("mail/invitation_subject.txt", context).split()),
            body=render_to_string("mail/invitation.txt", context),
            to=[row.email],
        )
        mail.attach_alternative(render_to_string("mail/invitation.html", context), "text/html")
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        return Invited(row, link, str(error) or type(error).__name__)
    Invitation.objects.filter(pk=row.pk).update(sent_at=now)
    return Invited(row, link, "")


def _record(what: What, row: Invitation, now: datetime, who: str) -> None:
    data = {"email": row.email, "role": str(row.role), "vendor": row.vendor.name if row.vendor else ""}
    record(what, marketplace=row.marketplace_id, who=who, now=now, data=data)


def _key(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
