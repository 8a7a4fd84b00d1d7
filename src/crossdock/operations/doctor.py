"""Is this installation well? Checks that read and never mend; each says what it saw, and a cure by code.

Not here: sentences (web/phrases.py), or figures without a judgement (status.py).
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Exists, OuterRef, Q
from msgspec import Struct

from crossdock.models import Attention, DirtyKey, Lane, Parcel, Store, VendorOrder
from crossdock.models.seal import Ring, SealError
from crossdock.operations.looks import late_sweeps
from crossdock.operations.mail_server import try_mail_server
from crossdock.operations.status import workers

SWEEP_LATE = timedelta(hours=1)
KEY_STUCK = timedelta(minutes=10)
KEY_HANGS = timedelta(hours=6)  # a whole pass over a large catalogue is one piece of work
MANY_ATTEMPTS = 5
SENDING_STUCK = timedelta(minutes=15)
MOST_NAMED = 5


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(Struct, frozen=True):
    """One finding. `seen` holds what was found, JSON values only; phrases has the words and the cure for `code`."""

    code: str
    level: Level
    seen: dict[str, Any] = {}


def doctor(*, now: datetime, heartbeat: float = 10) -> tuple[Check, ...]:
    """Every check in order. Without a database, or with one that wants migrating, the rest has no subject."""
    first = _database()
    if first.level is Level.FAIL:
        return (first,)
    tables = _migrations()
    if tables.level is Level.FAIL:
        return (first, tables)
    return (first, tables, *(check for ask in CHECKS for check in ask(now, heartbeat)))


def _database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return Check("database", Level.OK, {"version": cursor.fetchone()[0]})
    except DatabaseError as error:
        return Check("database", Level.FAIL, {"error": str(error).strip().splitlines()[0]})


def _migrations() -> Check:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return Check("migrations", Level.OK)
    names = [f"{migration.app_label}.{migration.name}" for migration, _ in missing[:MOST_NAMED]]
    return Check("migrations", Level.FAIL, {"count": len(missing), "names": names})


def _keys(now: datetime, heartbeat: float) -> Iterator[Check]:
    """Every store's credentials must open: a lost key is noticed here, not at midnight."""
    ring, broken, old = Ring.from_settings(), list[str](), 0
    for domain, sealed in Store.objects.order_by("pk").values_list("domain", "sealed").iterator():
        try:
            ring.open(bytes(sealed))
        except SealError:
            broken.append(domain)
            continue
        old += not ring.is_current(bytes(sealed))
    if broken:
        yield Check("keys", Level.FAIL, {"count": len(broken), "stores": broken[:MOST_NAMED]})
    elif old:
        yield Check("keys", Level.WARN, {"old": old})
    else:
        yield Check("keys", Level.OK)


def _workers(now: datetime, heartbeat: float) -> Iterator[Check]:
    found = workers(now=now, heartbeat=heartbeat)
    alive = sum(worker.alive for worker in found)
    seen = {"alive": alive, "silent": len(found) - alive}
    yield Check("workers", Level.FAIL if not alive else Level.WARN if seen["silent"] else Level.OK, seen)


def _stores(now: datetime, heartbeat: float) -> Iterator[Check]:
    """Stores by state; a store that a person paused or took away is no fault."""
    states = dict(Store.objects.order_by("state").values_list("state").annotate(Count("pk")))
    bad = (Store.State.NEEDS_REAUTH, Store.State.UNINSTALLED, Store.State.UNREACHABLE)
    named = Store.objects.filter(state__in=bad).order_by("pk").values_list("domain", flat=True)[:MOST_NAMED]
    level = Level.WARN if any(states.get(state) for state in bad) else Level.OK
    yield Check("stores", level, {"states": states, "stores": list(named)})


def _subscriptions(now: datetime, heartbeat: float) -> Iterator[Check]:
    """A subscription key that was tried and failed: the store will not tell us of its changes (sweeps still do)."""
    failing = DirtyKey.objects.filter(kind="subscription", attempts__gt=0)
    domains = list(
        Store.objects.filter(pk__in=failing.values("store_id")).values_list("domain", flat=True)[:MOST_NAMED]
    )
    yield Check("subscriptions", Level.WARN if domains else Level.OK, {"count": failing.count(), "stores": domains})


def _sweeps(now: datetime, heartbeat: float) -> Iterator[Check]:
    """A sweep that has not ended for two of its intervals and an hour, of a store that can be spoken to."""
    late = late_sweeps(now, SWEEP_LATE).filter(store__state=Store.State.CONNECTED)
    named = [f"{domain} {kind}" for domain, kind in late.values_list("store__domain", "kind")[:MOST_NAMED]]
    yield Check("sweeps", Level.WARN if named else Level.OK, {"count": late.count(), "sweeps": named})


def _stuck(now: datetime, heartbeat: float) -> Iterator[Check]:
    """Keys that are long due and that nobody works on, that were begun hours ago, or that fail again and again."""
    live = Q(store__state=Store.State.CONNECTED) & (Q(store__paused_until=None) | Q(store__paused_until__lt=now))
    in_hand = Exists(Lane.objects.filter(pk=OuterRef("lane"), awake=True, epoch=OuterRef("lease")))
    late = live & (Q(due_at__lt=now - KEY_STUCK) & ~in_hand | Q(due_at__lt=now - KEY_HANGS))
    stuck = DirtyKey.objects.filter(late | Q(attempts__gte=MANY_ATTEMPTS, due_at__isnull=False))
    named = [f"{kind}:{ref}" for kind, ref in stuck.order_by("marked_at").values_list("kind", "ref")[:MOST_NAMED]]
    yield Check("stuck_keys", Level.FAIL if named else Level.OK, {"count": stuck.count(), "keys": named})


def _unknown(now: datetime, heartbeat: float) -> Iterator[Check]:
    """Writes whose outcome nobody knows: a person has to look."""
    orders = VendorOrder.objects.filter(state=VendorOrder.State.UNKNOWN)
    parcels = Parcel.objects.filter(state=Parcel.State.UNKNOWN).count()
    named = list(orders.order_by("pk").values_list("reference", flat=True)[:MOST_NAMED])
    seen = {"count": orders.count(), "orders": named, "parcels": parcels}
    yield Check("unknown_orders", Level.WARN if named or parcels else Level.OK, seen)


def _sending(now: datetime, heartbeat: float) -> Iterator[Check]:
    """An intent that has been open for long: its outcome was never kept."""
    rows = VendorOrder.objects.filter(state=VendorOrder.State.SENDING, sending_at__lt=now - SENDING_STUCK)
    named = list(rows.order_by("sending_at").values_list("reference", flat=True)[:MOST_NAMED])
    yield Check("sending_orders", Level.WARN if named else Level.OK, {"count": rows.count(), "orders": named})


def _attention(now: datetime, heartbeat: float) -> Iterator[Check]:
    counts = dict(
        Attention.objects.filter(closed_at=None).order_by("reason").values_list("reason").annotate(Count("pk"))
    )
    yield Check("attention", Level.WARN if counts else Level.OK, {"reasons": counts})


def _mail(now: datetime, heartbeat: float) -> Iterator[Check]:
    found = try_mail_server()
    seen = {"where": found.where, "error": found.error}
    if found.refused:
        yield Check("mail_login", Level.FAIL, seen)
    else:
        yield Check("mail", Level.FAIL if found.error else Level.OK, seen)


CHECKS: tuple[Callable[[datetime, float], Iterator[Check]], ...] = (
    _keys,
    _workers,
    _stores,
    _subscriptions,
    _sweeps,
    _stuck,
    _sending,
    _unknown,
    _attention,
    _mail,
)
