"""Connecting, pausing and disconnecting the stores of merchant and vendors.

Not here: speaking to a store (sync, platforms), or the browser's way through a platform's consent (oauth.py).
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import IntegrityError, connection, transaction
from msgspec import Struct

from crossdock.connector import registry
from crossdock.models import Attention, DirtyKey, Marketplace, Store, Sweep, Vendor
from crossdock.models.seal import Ring
from crossdock.operations import wanted
from crossdock.operations.marks import hold_routing
from crossdock.operations.record import Refused, record
from crossdock.operations.what import What
from crossdock.sync import dirty

BATCH = 1000
HOOK_KEY_BYTES = 18
# What is re-listed of a store, by whether it is the merchant's.
SWEEPS = {True: ("orders",), False: ("vendor_orders",)}
PROBLEMS_OF_CONNECTION = ("needs_reauthorisation", "store_unreachable", "store_uninstalled", "store_not_connected")


class NewStore(Struct, frozen=True):
    """A store to connect; `vendor_id` None = the merchant's own. Empty `base_url` = the platform's own address."""

    platform: str
    typed_domain: str
    credentials: dict[str, Any]
    vendor_id: int | None = None
    base_url: str = ""
    name: str = ""
    currency: str = ""


class UnknownPlatform(Refused):
    """No folder of that name under platforms/."""

    code = "unknown_platform"


class DomainRefused(Refused):
    """What was typed is not a store's domain; the words name the fix."""

    code = "domain_refused"


class StoreTaken(Refused):
    """The store is connected to this marketplace already, or its vendor (or the merchant) has a store."""

    code = "store_taken"


def connect_store(
    *,
    marketplace: Marketplace,
    vendor: Vendor | None,
    platform: str,
    typed_domain: str,
    credentials: Mapping[str, Any],
    now: datetime,
    base_url: str = "",
    name: str = "",
    currency: str = "",
    who: str = "",
) -> Store:
    """Connect one store. Raises UnknownPlatform, DomainRefused, StoreTaken."""
    new = NewStore(
        platform=platform,
        typed_domain=typed_domain,
        credentials=dict(credentials),
        vendor_id=vendor.pk if vendor else None,
        base_url=base_url,
        name=name,
        currency=currency,
    )
    return connect_stores(marketplace=marketplace, stores=[new], now=now, who=who)[0]


@transaction.atomic
def connect_stores(
    *, marketplace: Marketplace, stores: Sequence[NewStore], now: datetime, who: str = ""
) -> list[Store]:
    """Connect many stores, all or none, in the order given: credentials sealed, webhooks and sweeps asked for.
    A store of the same domain that was disconnected is taken up again. Raises UnknownPlatform, DomainRefused,
    StoreTaken."""
    ring = Ring.from_settings()
    hold_routing(marketplace.pk)
    rows = [_row(marketplace, new, ring, now) for new in stores]
    made = _save(marketplace, rows)
    _begin(made, now)
    data = {"count": len(made), "domains": [store.domain for store in made[:5]]}
    only = made[0].pk if len(made) == 1 else None
    record(What.STORES_CONNECTED, marketplace=marketplace, who=who, now=now, data=data, store_id=only)
    return made


@transaction.atomic
def pause_store(*, store: Store, now: datetime, who: str = "") -> None:
    """Send nothing to this store until it is resumed; what is to be done waits."""
    _set_state(store, Store.State.PAUSED, now)
    record(What.STORE_PAUSED, marketplace=store.marketplace_id, who=who, now=now, store_id=store.pk)


@transaction.atomic
def resume_store(*, store: Store, now: datetime, who: str = "") -> None:
    """Take up a paused store again, with everything that waited for it."""
    hold_routing(store.marketplace_id)
    _set_state(store, Store.State.CONNECTED, now)
    _wake(store, now)
    record(What.STORE_RESUMED, marketplace=store.marketplace_id, who=who, now=now, store_id=store.pk)


@transaction.atomic
def disconnect_store(*, store: Store, now: datetime, who: str = "") -> None:
    """Forget the store's credentials and speak to it no more. Its orders and history stay."""
    hold_routing(store.marketplace_id)
    nothing = _seal(Ring.from_settings(), {})
    Store.objects.filter(pk=store.pk).update(sealed=nothing, renew_at=None)
    _set_state(store, Store.State.DISCONNECTED, now)
    _mark_orders(store.marketplace_id, store.vendor_id, now)
    record(What.STORE_DISCONNECTED, marketplace=store.marketplace_id, who=who, now=now, store_id=store.pk)


@transaction.atomic
def reauthorize_store(*, store: Store, credentials: Mapping[str, Any], now: datetime, who: str = "") -> None:
    """New credentials for a store: it is connected again, and what waited goes on."""
    hold_routing(store.marketplace_id)
    platform = registry.platform(store.platform)
    Store.objects.filter(pk=store.pk).update(
        sealed=_seal(Ring.from_settings(), credentials), renew_at=platform.expires_at(credentials), failures=0
    )
    _set_state(store, Store.State.CONNECTED, now)
    _wake(store, now)
    record(What.STORE_REAUTHORISED, marketplace=store.marketplace_id, who=who, now=now, store_id=store.pk)


def _row(marketplace: Marketplace, new: NewStore, ring: Ring, now: datetime) -> Store:
    try:
        platform = registry.platform(new.platform)
    except registry.UnknownPlatform as error:
        raise UnknownPlatform(str(error), field="platform") from error
    try:
        domain = platform.store_domain(new.typed_domain)
    except ValueError as error:
        raise DomainRefused(str(error), field="domain") from error
    return Store(
        marketplace=marketplace,
        vendor_id=new.vendor_id,
        platform=new.platform,
        domain=domain,
        base_url=(new.base_url or f"https://{domain}").rstrip("/"),
        name=new.name,
        currency=new.currency,
        state=Store.State.CONNECTED,
        state_at=now,
        sealed=_seal(ring, new.credentials),
        renew_at=platform.expires_at(new.credentials),
        hook_key=secrets.token_urlsafe(HOOK_KEY_BYTES),
        created_at=now,
    )


def _seal(ring: Ring, credentials: Mapping[str, Any]) -> bytes:
    return ring.seal(msgspec.json.encode(dict(credentials)))


def _save(marketplace: Marketplace, rows: list[Store]) -> list[Store]:
    """Insert the new ones, take up the disconnected ones again (same row, so that their history stays theirs)."""
    away = Store.objects.filter(
        marketplace=marketplace, state=Store.State.DISCONNECTED, domain__in=[row.domain for row in rows]
    )
    known = {(store.platform, store.domain, store.vendor_id): store.pk for store in away}
    for row in rows:
        row.pk = known.get((row.platform, row.domain, row.vendor_id))
    returning = [row for row in rows if row.pk is not None]
    try:
        with transaction.atomic():
            Store.objects.bulk_create([row for row in rows if row.pk is None], batch_size=BATCH)
    except IntegrityError as error:
        raise StoreTaken("the store, or its vendor's place, is taken", field="domain") from error
    for row in returning:
        row.save(force_update=True)
    return rows


def _begin(stores: Sequence[Store], now: datetime) -> None:
    """Ask for webhooks and for the sweeps of `stores`."""
    sweeps = [Sweep(store=store, kind=kind, since=now) for store in stores for kind in SWEEPS[store.vendor_id is None]]
    Sweep.objects.bulk_create(sweeps, batch_size=BATCH, ignore_conflicts=True)
    kept = Sweep.objects.filter(store__in=[store.pk for store in stores]).values_list("store_id", "pk")
    marks = [dirty.Mark(store.pk, "subscription", store.pk, "connected") for store in stores]
    marks += [dirty.Mark(store_id, "sweep", sweep_id, "connected") for store_id, sweep_id in kept]
    with connection.cursor() as cursor:
        dirty.mark(cursor, marks, now=now)
    only = stores[0].vendor_id if len(stores) == 1 else None
    for marketplace_id in {store.marketplace_id for store in stores}:
        _mark_orders(marketplace_id, only, now)
    for store in stores:
        if store.vendor_id is None:  # what was chosen before there was a store to list it in
            wanted.mark_stale(marketplace_id=store.marketplace_id, now=now, reason="connected")


def _set_state(store: Store, state: Store.State, now: datetime) -> None:
    store.state, store.state_at, store.state_words, store.paused_until = state, now, "", None
    store.save(update_fields=["state", "state_at", "state_words", "paused_until"])


def _wake(store: Store, now: datetime) -> None:
    """Everything parked for this store is due; orders that waited for it are decided again; old complaints close."""
    keys = DirtyKey.objects.filter(store=store).values_list("kind", "ref")
    marks = [dirty.Mark(store.pk, kind, ref, "store_resumed") for kind, ref in {*keys, ("subscription", store.pk)}]
    with connection.cursor() as cursor:
        dirty.mark(cursor, marks, now=now)
    Attention.objects.filter(store=store, closed_at=None, reason__in=PROBLEMS_OF_CONNECTION).update(
        closed_at=now, closed_by="hub"
    )
    _mark_orders(store.marketplace_id, store.vendor_id, now)


def _mark_orders(marketplace_id: int, vendor_id: int | None, now: datetime) -> None:
    with connection.cursor() as cursor:
        dirty.mark_orders(
            cursor,
            marketplace_id=marketplace_id,
            vendor_id=vendor_id,
            states=dirty.NOT_SENT,
            now=now,
            reason="store_changed",
        )
