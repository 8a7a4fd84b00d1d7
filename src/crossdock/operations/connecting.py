"""Connecting a store in the way that its platform has: what is begun, what is believed on return, the test, the row.

What is begun is sealed and kept by the caller (the person's session); it is of use once and for a quarter of an hour.
Nothing is saved before the store has answered with the credentials. Not here: the browser (web), a platform's own
protocol (its connecting.py).
"""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
from asgiref.sync import async_to_sync
from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.connector import registry
from crossdock.connector.capabilities import Ability, Can
from crossdock.connector.connecting import Answer, Begun, Connecting, How, NotBelieved, Way
from crossdock.connector.contract import Connection, Platform, Role, StoreInfo
from crossdock.connector.errors import AuthFailed, ConnectorError
from crossdock.connector.http import Http, PyreqwestHttp
from crossdock.models import Consent, Marketplace, Store, Vendor
from crossdock.models.seal import Ring, SealError
from crossdock.operations.record import Refused
from crossdock.operations.stores import DomainRefused, StoreTaken, UnknownPlatform, connect_store, reauthorize_store
from crossdock.operations.words import in_words

STATE_BYTES = 24
GOOD_FOR = timedelta(minutes=15)
LARGEST_POST = 16 * 1024
TRY_SECONDS = 40.0  # somebody is waiting for the page


class CallbackRefused(Refused):
    """What came back is not the answer to what was begun: another's state, a wrong signature, a no, too late."""

    code = "oauth_refused"


class StoreRefused(Refused):
    """The store does not give us what is needed; `field` names what to mend, the words how."""

    code = "store_refused_code"


class WayRefused(Refused):
    """The platform has no such way, not in this role, or not at an installation like this one."""

    code = "way_refused"


class FieldMissing(Refused):
    """A field of the way is empty or too long."""

    code = "field_missing"


class Offer(Struct, frozen=True):
    """A platform that a store can be connected of, in a role. `able` says whether it may have the role at all."""

    platform: Platform
    connecting: Connecting
    role: Role
    able: Ability

    @property
    def open(self) -> bool:
        return self.able.can is not Can.NO

    def way(self, name: str) -> Way:
        """The way of that name; "" is the first. Raises WayRefused."""
        if not self.connecting.ways:
            raise WayRefused(
                _("No way to connect a store of %(title)s is written yet.") % {"title": self.platform.title},
                field="platform",
            )
        found = next((way for way in self.connecting.ways if not name or way.name == name), None)
        if found is None:
            raise WayRefused(
                _("A store of %(title)s cannot be connected in that way.") % {"title": self.platform.title}, field="way"
            )
        return found


class Pending(Struct, frozen=True):
    """What was begun. Never leaves its seal but here."""

    marketplace_id: int
    vendor_id: int | None
    platform: str
    begun: Begun
    begun_at: datetime


class Step(Struct, frozen=True):
    """Where the owner goes next, "" = nowhere: finish at once. `sealed` is what is pending."""

    address: str
    sealed: bytes


def offers(role: Role) -> list[Offer]:
    """Every platform that a person can connect a store of, by title."""
    found = [_offer(platform, role) for platform in registry.platforms().values()]
    return sorted((offer for offer in found if offer is not None), key=lambda offer: offer.platform.title)


def offer(name: str, role: Role) -> Offer:
    """Raises UnknownPlatform."""
    try:
        found = _offer(registry.platform(name), role)
    except registry.UnknownPlatform as error:
        raise UnknownPlatform(str(error), field="platform") from error
    if found is None:
        raise UnknownPlatform(f"stores of {name} are connected by rehearsals only", field="platform")
    return found


def begin_connecting(
    *,
    marketplace: Marketplace,
    vendor: Vendor | None,
    platform: str,
    way: str,
    typed_domain: str,
    values: Mapping[str, str],
    back: str,
    post: str = "",
    now: datetime,
    base_url: str = "",
) -> Step:
    """Begin to connect a store: `back` is our address for the browser to come back to, `post` the beginning of the one
    for the store's server. Raises UnknownPlatform, WayRefused, DomainRefused, FieldMissing."""
    found = offer(platform, role_of(vendor))
    chosen = found.way(way)
    if not found.open:
        raise WayRefused(in_words(found.able.why), field="platform")
    if chosen.how is How.CONSENT and not (post.startswith("https://") or settings.CROSSDOCK_ALLOW_PRIVATE):
        raise WayRefused(_("Stores send keys to https addresses only, and CROSSDOCK_URL is none."), field="way")
    domain = _domain(found.platform, typed_domain)
    state = secrets.token_urlsafe(STATE_BYTES)
    begun = Begun(
        way=way,
        role=found.role,
        domain=domain,
        base_url=(base_url or _base_url(platform, typed_domain, domain)).rstrip("/"),
        values=_values(chosen, values),
        state=state,
        back=back,
        post=f"{post}{state}" if chosen.how is How.CONSENT else "",
    )
    if chosen.how is How.CONSENT:
        _await_post(state, now)
    pending = Pending(marketplace.pk, vendor.pk if vendor else None, platform, begun, now)
    return Step(found.connecting.begin(begun), Ring.from_settings().seal(msgspec.json.encode(pending)))


def take_post(*, state: str, body: bytes, now: datetime) -> None:
    """What a store's server posted, kept sealed for whoever began. The first one counts. Raises CallbackRefused."""
    if len(body) > LARGEST_POST:
        raise CallbackRefused("that is too much to be keys")
    waiting = Consent.objects.filter(key=_key(state), posted=None, begun_at__gt=now - GOOD_FOR, begun_at__lte=now)
    if waiting.update(posted=Ring.from_settings().seal(body)) != 1:
        raise CallbackRefused("nothing of that name is waited for")


def finish_connecting(
    *, sealed: bytes, query: Mapping[str, str], now: datetime, who: str, http: Http | None = None
) -> Store:
    """Believe what came back or not, get the credentials, try them, connect the store (or give a known one new
    credentials). `http` None: the real one, with what the installation allows.
    Raises CallbackRefused, StoreRefused, StoreTaken."""
    pending = _open(sealed, now)
    found = offer(pending.platform, pending.begun.role)
    answer = Answer(dict(query), _posted(pending.begun))
    try:
        credentials, info = async_to_sync(_try)(found, pending.begun, answer, now, http)
    except NotBelieved as error:
        raise CallbackRefused(str(error)) from error
    except AuthFailed as error:
        way = found.way(pending.begun.way)
        field = way.fields[-1].name if way.fields else ""
        raise StoreRefused(f"{_sentence(error.words)} {in_words(way.mend)}", field=field) from error
    except TimeoutError as error:
        raise StoreRefused(
            _("The store did not answer within %(count)s seconds.") % {"count": f"{TRY_SECONDS:g}"}, field="domain"
        ) from error
    except ConnectorError as error:
        raise StoreRefused(_sentence(error.words), field="domain") from error
    _suits(found, pending.begun, info)
    return _keep(pending, credentials, info, now, who)


def role_of(vendor: Vendor | None) -> Role:
    return Role.VENDOR if vendor else Role.MERCHANT


def _offer(platform: Platform, role: Role) -> Offer | None:
    connecting = registry.connecting(platform.name)
    able = platform.capabilities.vendor_role if role is Role.VENDOR else platform.capabilities.merchant_role
    return Offer(platform, connecting, role, able) if connecting else None


def _domain(platform: Platform, typed: str) -> str:
    try:
        return platform.store_domain(typed)
    except ValueError as error:
        raise DomainRefused(str(error), field="domain") from error


def _base_url(platform: str, typed: str, domain: str) -> str:
    """https, whatever was typed; but http where the operator lets stores be on private addresses. A sandbox's stores
    are all under its own address, each by the first word of its domain."""
    if settings.CROSSDOCK_SANDBOX:
        return f"{settings.CROSSDOCK_SANDBOX}/{platform}/{domain.partition('.')[0]}"
    private = settings.CROSSDOCK_ALLOW_PRIVATE or settings.CROSSDOCK_ALLOW_NETWORKS
    plain = private and urlsplit(typed.strip().lower()).scheme == "http"
    return f"{'http' if plain else 'https'}://{domain}"


def _values(way: Way, given: Mapping[str, str]) -> dict[str, str]:
    values = {field.name: given.get(field.name, "").strip() for field in way.fields}
    for field in way.fields:
        named = {"field": in_words(field.title), "most": field.longest, "mend": in_words(way.mend)}
        if not values[field.name]:
            raise FieldMissing(_("%(field)s is needed. %(mend)s") % named, field=field.name)
        if len(values[field.name]) > field.longest:
            raise FieldMissing(_("%(field)s has %(most)s characters at most.") % named, field=field.name)
    return values


def _await_post(state: str, now: datetime) -> None:
    Consent.objects.filter(begun_at__lt=now - timedelta(days=1)).delete()
    Consent.objects.create(key=_key(state), begun_at=now)


def _posted(begun: Begun) -> bytes:
    """What the store's server posted, once."""
    if not begun.post:
        return b""
    rows: QuerySet[Consent] = Consent.objects.filter(key=_key(begun.state))
    row = rows.first()
    rows.delete()
    return Ring.from_settings().open(bytes(row.posted)) if row is not None and row.posted is not None else b""


def _key(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _open(sealed: bytes, now: datetime) -> Pending:
    try:
        pending = msgspec.json.decode(Ring.from_settings().open(sealed), type=Pending)
    except (SealError, msgspec.MsgspecError) as error:
        raise CallbackRefused(_("Nothing was begun.")) from error
    if not pending.begun_at <= now <= pending.begun_at + GOOD_FOR:
        raise CallbackRefused(_("It was begun too long ago."))
    return pending


async def _try(
    found: Offer, begun: Begun, answer: Answer, now: datetime, http: Http | None
) -> tuple[dict[str, Any], StoreInfo]:
    """Credentials, and what the store says to them."""
    async with asyncio.timeout(TRY_SECONDS), _transport(http) as transport:
        credentials = await found.connecting.finish(begun, answer, transport, now=now)
        connection = Connection(0, begun.role, begun.domain, begun.base_url, credentials)
        return credentials, await found.platform.client(connection, transport, now=_Clock(now)).check()


@asynccontextmanager
async def _transport(given: Http | None) -> AsyncIterator[Http]:
    if given is not None:
        yield given
        return
    allowed = {"allow_private": settings.CROSSDOCK_ALLOW_PRIVATE, "networks": settings.CROSSDOCK_ALLOW_NETWORKS}
    async with PyreqwestHttp(**allowed) as http:
        yield http


def _suits(found: Offer, begun: Begun, info: StoreInfo) -> None:
    """The credentials are of the store that was named, and allow what its role needs."""
    if found.connecting.decides and info.domain and _domain(found.platform, info.domain) != begun.domain:
        raise StoreRefused(
            _("That gives access to %(domain)s. Give that address, or its own keys.") % {"domain": info.domain},
            field="domain",
        )
    if info.missing_scopes:
        way = found.way(begun.way)
        missing = ", ".join(info.missing_scopes)
        field = way.fields[-1].name if way.fields else ""
        said = {"scopes": missing, "mend": in_words(way.mend)}
        raise StoreRefused(_("The store did not allow: %(scopes)s. %(mend)s") % said, field=field)


def _keep(pending: Pending, credentials: dict[str, Any], info: StoreInfo, now: datetime, who: str) -> Store:
    begun = pending.begun
    marketplace = Marketplace.objects.get(pk=pending.marketplace_id)
    vendor = marketplace.vendors.get(pk=pending.vendor_id) if pending.vendor_id else None
    known = Store.objects.filter(marketplace=marketplace, platform=pending.platform, domain=begun.domain).first()
    if known is not None and known.vendor_id != pending.vendor_id:
        raise StoreTaken(_("That store is connected for somebody else."), field="domain")
    if known is not None and known.state != Store.State.DISCONNECTED:
        reauthorize_store(store=known, credentials=credentials, now=now, who=who)
        return known
    return connect_store(
        marketplace=marketplace,
        vendor=vendor,
        platform=pending.platform,
        typed_domain=begun.domain,
        base_url=begun.base_url,
        credentials=credentials,
        name=info.name,
        currency=info.currency,
        now=now,
        who=who,
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


class _Clock:
    """Time from `now` on, for one try."""

    def __init__(self, now: datetime) -> None:
        self._zero = now - timedelta(seconds=time.monotonic())

    def __call__(self) -> datetime:
        return self._zero + timedelta(seconds=time.monotonic())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
