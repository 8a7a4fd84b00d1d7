"""Who is told of what, and what one person has been told: the marketplace's defaults, a person's own choices, reading.

Not here: what is told (core/notices.py), or telling (sync).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.core.notices import KINDS, LATE_AFTER_DAYS, Audience, Channel
from crossdock.models import Mail, Marketplace, Membership, Notice, NoticeChoice, User, Vendor
from crossdock.operations.record import record
from crossdock.operations.settings import BadSetting
from crossdock.operations.what import What

MOST_DAYS = 365
SLOW = timedelta(hours=1)  # a mail that is on its way for longer is in trouble


class Reader(Struct, frozen=True):
    """Whose choices: a person's in one audience; without `user` a vendor's contact address; without both everybody's
    who has not chosen."""

    marketplace: Marketplace
    audience: str
    user: User | None = None
    vendor: Vendor | None = None

    @property
    def everybody(self) -> bool:
        return self.user is None and self.vendor is None

    def rows(self) -> QuerySet[NoticeChoice]:
        return NoticeChoice.objects.filter(
            marketplace=self.marketplace, audience=self.audience, user=self.user, vendor=self.vendor
        )


class Choice(Struct, frozen=True):
    """One kind by one channel: `own` is what was chosen (None = as the default), `on` what is so."""

    kind: str
    channel: str
    own: bool | None
    default: bool

    @property
    def on(self) -> bool:
        return self.default if self.own is None else self.own


def read_choices(*, reader: Reader) -> list[Choice]:
    """Every kind of the audience by every channel."""
    own = {(row.kind, row.channel): row.on for row in reader.rows()}
    general = {} if reader.everybody else _general(reader)
    choices = []
    for kind, audiences in KINDS.items():
        if reader.audience in audiences:
            way = audiences[Audience(reader.audience)]
            for channel in Channel:
                key = (str(kind), str(channel))
                default = general.get(key, getattr(way, channel))
                choices.append(Choice(*key, own=own.get(key), default=default))
    return choices


@transaction.atomic
def set_choices(
    *, reader: Reader, changes: Mapping[tuple[str, str], bool | None], who: str, now: datetime
) -> dict[str, bool | None]:
    """Choose by (kind, channel); None = as the default. Returns what differs. Raises BadSetting."""
    Marketplace.objects.select_for_update().get(pk=reader.marketplace.pk)
    known = {(choice.kind, choice.channel): choice for choice in read_choices(reader=reader)}
    differs: dict[str, bool | None] = {}
    before: dict[str, bool | None] = {}
    for key, on in changes.items():
        name = ".".join(key)
        if key not in known:
            raise BadSetting(_("Nobody there is told of that."), field=name)
        if known[key].own != on:
            before[name], differs[name] = known[key].own, on
            _choose(reader, key, on)
    if differs:
        data = {"audience": reader.audience, "whose": _whose(reader), "before": before, "after": differs}
        record(What.NOTICES_CHANGED, marketplace=reader.marketplace, who=who, now=now, data=data)
    return differs


@transaction.atomic
def set_late_days(*, marketplace: Marketplace, days: Any, who: str, now: datetime) -> None:
    """After how many days a part that was not shipped is late; 0 = never. Raises BadSetting."""
    text = str(days).strip()
    if not text.isascii() or not text.isdecimal() or int(text) > MOST_DAYS:
        raise BadSetting(
            _("A whole number of days from 0 to %(most)s is needed.") % {"most": MOST_DAYS}, field="late_days"
        )
    kept = Marketplace.objects.select_for_update().get(pk=marketplace.pk)
    before = late_days(kept)
    if before != int(text):
        kept.late_days = int(text)
        kept.save(update_fields=["late_days"])
        data = {"before": {"late_days": before}, "after": {"late_days": int(text)}}
        record(What.NOTICES_CHANGED, marketplace=marketplace, who=who, now=now, data=data)
    marketplace.late_days = int(text)


def late_days(marketplace: Marketplace) -> int:
    return LATE_AFTER_DAYS if marketplace.late_days is None else marketplace.late_days


def stop_mails(*, reader: Reader, now: datetime) -> None:
    """No more mails of any kind to this reader: one click in a mail. What waits is not sent."""
    choices = read_choices(reader=reader)
    off = {(choice.kind, choice.channel): False for choice in choices if choice.channel == Channel.EMAIL}
    set_choices(reader=reader, changes=off, who=reader.user.get_username() if reader.user else "", now=now)
    Notice.objects.filter(
        marketplace=reader.marketplace,
        audience=reader.audience,
        user=reader.user,
        vendor=reader.vendor,
        email=Notice.Email.WANTED,
    ).update(email=Notice.Email.DROPPED)


def readers_of(*, user: User) -> list[Reader]:
    """As whom a person is told things: one for each marketplace and vendor of theirs."""
    rows = Membership.objects.filter(user=user).select_related("marketplace", "vendor").order_by("pk")
    return [
        Reader(row.marketplace, Audience.VENDOR if row.vendor_id else Audience.MERCHANT, user, row.vendor)
        for row in rows
    ]


def notices_of(*, user: User) -> QuerySet[Notice]:
    """What a person is shown, newest first: of marketplaces and vendors they still belong to."""
    mine = Membership.objects.filter(user=user)
    here = mine.filter(vendor=None).values("marketplace")
    vendors = mine.exclude(vendor=None).values("vendor")
    return Notice.objects.filter(
        Q(audience=Audience.MERCHANT, marketplace__in=here) | Q(audience=Audience.VENDOR, vendor__in=vendors),
        user=user,
        app=True,
    ).order_by("-id")


def unread(*, user: User, marketplace: Marketplace | None = None) -> int:
    """How many are new and not over by themselves; counted to a hundred."""
    rows = notices_of(user=user).filter(read_at=None, attention__closed_at=None)
    if marketplace is not None:
        rows = rows.filter(marketplace=marketplace)
    return len(rows.values_list("pk", flat=True)[:100])


def mark_read(*, user: User, now: datetime, ids: Sequence[int] | None = None) -> int:
    """These, or all, were read; returns how many were new."""
    rows = Notice.objects.filter(user=user, app=True, read_at=None)
    return (rows if ids is None else rows.filter(pk__in=ids)).update(read_at=now)


class MailRow(Struct, frozen=True):
    """One mail, as lists show it. `trouble`: it failed, or has been on its way for too long."""

    to: str
    notices: int
    state: str
    begun_at: datetime
    attempts: int
    words: str
    trouble: bool


def list_mails(*, marketplace: Marketplace, limit: int, now: datetime) -> list[MailRow]:
    """The last mails, newest first."""
    rows = Mail.objects.filter(marketplace=marketplace).select_related("user", "vendor").order_by("-id")
    return [
        MailRow(
            to=row.user.get_username() if row.user else row.vendor.name if row.vendor else "",
            notices=row.told,
            state=row.state,
            begun_at=row.begun_at,
            attempts=row.attempts,
            words=row.words,
            trouble=row.state == Mail.State.FAILED or (row.state == Mail.State.SENDING and now - row.begun_at > SLOW),
        )
        for row in rows.annotate(told=Count("notices"))[:limit]
    ]


def _general(reader: Reader) -> dict[tuple[str, str], bool]:
    rows = Reader(reader.marketplace, reader.audience).rows()
    return {(row.kind, row.channel): row.on for row in rows}


def _choose(reader: Reader, key: tuple[str, str], on: bool | None) -> None:
    kind, channel = key
    rows = reader.rows().filter(kind=kind, channel=channel)
    if on is None:
        rows.delete()
    elif not rows.update(on=on):
        NoticeChoice.objects.create(
            marketplace=reader.marketplace,
            audience=reader.audience,
            user=reader.user,
            vendor=reader.vendor,
            kind=kind,
            channel=channel,
            on=on,
        )


def _whose(reader: Reader) -> str:
    if reader.user is not None:
        return reader.user.get_username()
    return reader.vendor.name if reader.vendor is not None else ""
