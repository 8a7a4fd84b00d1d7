"""Keys for the API: making, revoking and checking them, and how much each may ask.

Not here: which endpoint wants which scope (api), or what is answered twice (api/once.py).
"""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.models import ApiToken, Marketplace, Vendor
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What

SCOPES = (
    "orders:read orders:write buyers:read catalogue:read catalogue:write vendors:read vendors:write"
    " settings:read settings:write webhooks:read webhooks:write activity:read privacy:read privacy:write"
).split()
# What a vendor's own token may have: the rest is the marketplace's.
VENDOR_SCOPES = tuple(scope for scope in SCOPES if scope.partition(":")[0] not in ("settings", "webhooks", "privacy"))
START = "cdk_"
SECRET_BYTES = 32
PREFIX = len(START) + 6
LONGEST_NAME = 100
MOST_TOKENS = 100
PER_MINUTE = 600  # asked evenly, ten a second
BURST = 120.0
# One statement finds the token, notes its use and takes from its bucket what a request costs; with an empty bucket
# nothing is taken, and what is left stays below one.
USE = """
UPDATE api_token SET
    bucket = b.filled - CASE WHEN b.filled >= 1 THEN 1 ELSE 0 END,
    bucket_at = GREATEST(%(now)s, api_token.bucket_at), last_used_at = %(now)s
FROM (SELECT t.id, LEAST(%(burst)s, t.bucket + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - t.bucket_at)) * %(rate)s)
             AS filled
      FROM api_token t WHERE t.key = %(key)s FOR UPDATE) b
WHERE api_token.id = b.id AND api_token.revoked_at IS NULL
  AND (api_token.expires_at IS NULL OR api_token.expires_at > %(now)s)
RETURNING api_token.id, b.filled >= 1, api_token.bucket
"""


class BadToken(Refused):
    """A token cannot be as asked; `field` says which part."""

    code = "bad_token"


class Used(Struct, frozen=True):
    """A token that was shown. `allowed` False: it asked too often, and may again in `wait` seconds; `left` requests are
    in its bucket, which is full again in `reset` seconds."""

    token: ApiToken
    allowed: bool
    left: int
    wait: int
    reset: int


@transaction.atomic
def make_token(
    *,
    marketplace: Marketplace,
    name: str,
    scopes: Iterable[str],
    now: datetime,
    who: str,
    vendor: Vendor | None = None,
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """A new token and what its holder sends, which is shown now and never again. Raises BadToken."""
    Marketplace.objects.select_for_update().get(pk=marketplace.pk)
    wanted, title = _clean(marketplace, vendor, name, scopes, expires_at, now)
    secret = START + secrets.token_urlsafe(SECRET_BYTES)
    made = ApiToken.objects.create(
        marketplace=marketplace, vendor=vendor, name=title, key=_key(secret), prefix=secret[:PREFIX], scopes=wanted,
        made_by=who, made_at=now, expires_at=expires_at, bucket=BURST, bucket_at=now,
    )  # fmt: skip
    _say(What.TOKEN_MADE, made, now, who)
    return made, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, now: datetime, who: str) -> None:
    """It opens nothing from now on. Done twice it is done once."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
        _say(What.TOKEN_REVOKED, token, now, who)


def list_tokens(*, marketplace: Marketplace) -> QuerySet[ApiToken]:
    """Those that were not revoked, newest first."""
    return ApiToken.objects.filter(marketplace=marketplace, revoked_at=None).select_related("vendor").order_by("-id")


def use_token(*, secret: str, now: datetime) -> Used | None:
    """The token that `secret` is of, and whether it may ask now; None for one that is unknown, revoked or expired."""
    rate = PER_MINUTE / 60
    with connection.cursor() as cursor:
        cursor.execute(USE, {"key": _key(secret), "now": now, "burst": BURST, "rate": rate})
        found = cursor.fetchone()
    if found is None:
        return None
    number, allowed, left = found
    token = ApiToken.objects.select_related("marketplace", "vendor").get(pk=number)
    wait = 0 if allowed else ceil((1 - left) / rate)
    return Used(token, allowed, int(left), wait, ceil((BURST - left) / rate))


def _clean(
    marketplace: Marketplace,
    vendor: Vendor | None,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
    now: datetime,
) -> tuple[list[str], str]:
    title, asked = name.strip(), set(scopes)
    if not title or len(title) > LONGEST_NAME:
        raise BadToken(_("Say what it is for, in 1 to %(most)s characters.") % {"most": LONGEST_NAME}, field="name")
    known = SCOPES if vendor is None else VENDOR_SCOPES
    unknown = sorted(asked - set(known))
    if unknown or not asked:
        what = _("It cannot have %(scope)s.") % {"scope": unknown[0]} if unknown else _("Choose what it may do.")
        raise BadToken(what, field="scopes")
    if vendor is not None and vendor.marketplace_id != marketplace.pk:
        raise BadToken(_("That vendor is not of this marketplace."), field="vendor")
    if expires_at is not None and expires_at <= now + timedelta(minutes=1):
        raise BadToken(_("It would have expired already."), field="expires_at")
    if list_tokens(marketplace=marketplace).count() >= MOST_TOKENS:
        raise BadToken(_("There are %(most)s tokens already; revoke one.") % {"most": MOST_TOKENS}, field="name")
    return [scope for scope in SCOPES if scope in asked], title


def _key(secret: str) -> str:
    """Tokens are long and random, so one round of a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _say(what: What, token: ApiToken, now: datetime, who: str) -> None:
    data = {"name": token.name, "prefix": token.prefix, "scopes": token.scopes}
    record(what, marketplace=token.marketplace_id, who=who, now=now, data=data)
