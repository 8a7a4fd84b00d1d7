"""Connecting a Shopify store through its owner's consent: where to send the owner, and what to believe on return.

What is pending between the two is sealed and kept by the caller (the person's session); it is of use once.
Not here: the browser (web), the protocol (platforms/shopify/auth.py).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from msgspec import Struct

from crossdock.connector.contract import Role
from crossdock.connector.errors import ConnectorError
from crossdock.connector.http import PyreqwestHttp
from crossdock.models import Marketplace, Store, Vendor
from crossdock.models.seal import Ring, SealError
from crossdock.operations.record import Refused
from crossdock.operations.stores import DomainRefused, StoreTaken, connect_store, reauthorize_store
from crossdock.platforms.shopify import auth, scopes
from crossdock.platforms.shopify.platform import PLATFORM

STATE_BYTES = 24
GOOD_FOR = timedelta(minutes=15)


class CallbackRefused(Refused):
    """What came back is not the answer to what was begun: another's state, a wrong signature, too late."""

    code = "oauth_refused"


class StoreRefused(Refused):
    """The store did not exchange the code for credentials."""

    code = "store_refused_code"


class Pending(Struct, frozen=True):
    """What was begun. Never leaves its seal but here."""

    marketplace_id: int
    vendor_id: int | None
    domain: str
    base_url: str
    client_id: str
    client_secret: str
    state: str
    begun_at: datetime


def begin_shopify(
    *,
    marketplace: Marketplace,
    vendor: Vendor | None,
    typed_domain: str,
    client_id: str,
    client_secret: str,
    redirect_uri: str,
    now: datetime,
    base_url: str = "",
) -> tuple[str, bytes]:
    """The address to send the store's owner to, and what is pending, sealed. Raises DomainRefused."""
    try:
        domain = PLATFORM.store_domain(typed_domain)
    except ValueError as error:
        raise DomainRefused(str(error), field="domain") from error
    pending = Pending(
        marketplace_id=marketplace.pk,
        vendor_id=vendor.pk if vendor else None,
        domain=domain,
        base_url=base_url or f"https://{domain}",
        client_id=client_id,
        client_secret=client_secret,
        state=secrets.token_urlsafe(STATE_BYTES),
        begun_at=now,
    )
    wanted = scopes.WANTED[Role.VENDOR if vendor else Role.MERCHANT]
    address = auth.authorize_url(
        pending.base_url, client_id=client_id, scopes=wanted, redirect_uri=redirect_uri, state=pending.state
    )
    return address, Ring.from_settings().seal(msgspec.json.encode(pending))


def finish_shopify(*, sealed: bytes, params: Mapping[str, str], now: datetime, who: str, allow_private: bool) -> Store:
    """Believe the callback or not, get the credentials, connect the store (or give a known one new credentials).
    Raises CallbackRefused, StoreRefused, StoreTaken."""
    pending = _open(sealed, now)
    try:
        shop, code = auth.verify_callback(params, secret=pending.client_secret, state=pending.state)
    except auth.CallbackRefused as error:
        raise CallbackRefused(str(error)) from error
    if shop != pending.domain:
        raise CallbackRefused("another store answered")
    try:
        credentials = async_to_sync(_exchange)(pending, code, now, allow_private)
    except ConnectorError as error:
        raise StoreRefused(error.words) from error
    return _keep(pending, credentials, now, who)


def _open(sealed: bytes, now: datetime) -> Pending:
    try:
        pending = msgspec.json.decode(Ring.from_settings().open(sealed), type=Pending)
    except (SealError, msgspec.MsgspecError) as error:
        raise CallbackRefused("nothing was begun") from error
    if not pending.begun_at <= now <= pending.begun_at + GOOD_FOR:
        raise CallbackRefused("it was begun too long ago")
    return pending


async def _exchange(pending: Pending, code: str, now: datetime, allow_private: bool) -> dict[str, Any]:
    async with PyreqwestHttp(allow_private=allow_private) as http:
        return await auth.exchange_code(
            http,
            pending.base_url,
            client_id=pending.client_id,
            client_secret=pending.client_secret,
            code=code,
            now=now,
        )


def _keep(pending: Pending, credentials: dict[str, Any], now: datetime, who: str) -> Store:
    marketplace = Marketplace.objects.get(pk=pending.marketplace_id)
    vendor = marketplace.vendors.get(pk=pending.vendor_id) if pending.vendor_id else None
    known = Store.objects.filter(marketplace=marketplace, platform=PLATFORM.name, domain=pending.domain).first()
    if known is not None and known.vendor_id != pending.vendor_id:
        raise StoreTaken("that store is connected for somebody else", field="domain")
    if known is not None:
        reauthorize_store(store=known, credentials=credentials, now=now, who=who)
        return known
    return connect_store(
        marketplace=marketplace,
        vendor=vendor,
        platform=PLATFORM.name,
        typed_domain=pending.domain,
        base_url=pending.base_url,
        credentials=credentials,
        now=now,
        who=who,
    )
