"""Drift: both sides of every link compared, as last seen or after everything was read anew; and repair by the same
controller that works all the time: what differs is marked, and looked at.

Not here: how each kind is compared (drift_kinds.py), or the check after each reading (sync/drift.py).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from msgspec import Struct

from crossdock.core.drift import Cause, Kind
from crossdock.models import Activity, DirtyKey, Marketplace, MerchantOrder, Store, Sweep, VendorOrder
from crossdock.operations import drift_kinds, marks, wanted
from crossdock.operations.drift_difference import Difference
from crossdock.operations.record import record
from crossdock.operations.what import What
from crossdock.sync import dirty
from crossdock.sync.db import named
from crossdock.sync.what import What as Done

REASON = "drift"
ASKED = "asked_by_person"  # sync/kinds/sweep_catalogue.py begins a whole pass for it
SWEPT = ("catalogue", "orders", "vendor_orders")
REPAIRED = ("order", "vendor_order", "fulfillment", "level", "listing")
NOTED = (Cause.EDITED_BY_HAND, Cause.NOT_FETCHED)
MOST_SEEN_TO = 1000
AGAIN = 1.0  # seconds between two looks at how far it is


class SeenTo(Struct, frozen=True):
    """A listing that was not as it should be when its store was read, and was seen to at once: what was edited by hand
    is the merchant's from then on, the rest was written."""

    at: datetime
    name: str
    edited: tuple[str, ...]
    written: tuple[str, ...]


class Drift(Struct, frozen=True):
    """What was compared and what differs. `left` are those that are still to be put right: what a person or a rule
    means to be so is told, not counted. `unread` stores could not be read anew; `repaired` were marked; `seen_to` are
    those that the reading itself found."""

    at: datetime
    fresh: bool
    checked: dict[str, int]
    counts: dict[str, int]
    items: tuple[Difference, ...]
    left: int
    unread: tuple[str, ...] = ()
    repaired: int = 0
    seen_to: tuple[SeenTo, ...] = ()


class Watch(Struct, frozen=True):
    """How to wait: the clock, a way to let time pass, what to tell meanwhile, and for how long at most."""

    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    say: Callable[[int, int], None]  # of how many stores so many were read
    most: timedelta = timedelta(minutes=30)


def find_drift(
    *,
    marketplace: Marketplace,
    now: datetime,
    unread: Sequence[str] = (),
    fresh: bool = False,
    repaired: int = 0,
    since: datetime | None = None,
) -> Drift:
    """Compare as last seen. Nothing is written. `since`: when the reading began."""
    found = drift_kinds.compare(marketplace=marketplace, now=now)
    items = [item for one in found.values() for item in one.items]
    return Drift(
        at=now,
        fresh=fresh,
        checked={kind.value: one.checked for kind, one in found.items()},
        counts=dict(Counter(item.kind for item in items)),
        items=tuple(items),
        left=sum(not item.meant for item in items),
        unread=tuple(unread),
        repaired=repaired,
        seen_to=_seen_to(marketplace, since) if since is not None else (),
    )


def _seen_to(marketplace: Marketplace, since: datetime) -> tuple[SeenTo, ...]:
    rows = Activity.objects.filter(marketplace=marketplace, what=Done.LISTING_DRIFT.value, at__gte=since)
    return tuple(
        SeenTo(row.at, str(row.data["product"]), tuple(row.data["edited"]), tuple(row.data["written"]))
        for row in rows.order_by("pk")[:MOST_SEEN_TO]
    )


def read_anew(*, marketplace: Marketplace, who: str, watch: Watch) -> tuple[str, ...]:
    """Have every store's orders and catalogue read, and wait for it. Returns the domains that could not be read."""
    asked_at = watch.clock()
    stores = ask(marketplace=marketplace, now=asked_at, who=who)
    until = asked_at + watch.most
    while True:
        unread = _unread(stores, asked_at)
        watch.say(len(stores) - len(unread), len(stores))
        if not unread or watch.clock() >= until:
            away = Store.objects.filter(marketplace=marketplace).exclude(pk__in=stores).values_list("domain", flat=True)
            return (*unread, *away)
        watch.sleep(AGAIN)


@transaction.atomic
def ask(*, marketplace: Marketplace, now: datetime, who: str) -> list[int]:
    """Mark every reading of the connected stores as due. Returns the stores."""
    connected = Store.objects.filter(marketplace=marketplace, state=Store.State.CONNECTED).order_by("pk")
    stores = list(connected.values_list("pk", flat=True))
    Sweep.objects.bulk_create([Sweep(store_id=pk, kind="catalogue") for pk in stores], ignore_conflicts=True)
    rows = Sweep.objects.filter(store__in=stores, kind__in=SWEPT).values_list("store_id", "pk")
    with connection.cursor() as cursor:
        dirty.mark(cursor, [dirty.Mark(store, "sweep", pk, ASKED) for store, pk in rows], now=now)
    record(What.CATALOGUE_ASKED, marketplace=marketplace, who=who, now=now, data={"stores": len(stores)})
    return stores


@transaction.atomic
def repair(*, marketplace: Marketplace, found: Drift, now: datetime, who: str) -> int:
    """Mark what differs and is not meant to be so, and what was edited by hand, which is taken note of. Returns how
    many are to be put right."""
    todo = [item for item in found.items if not item.meant]
    looks = [item for item in found.items if item.kind == Kind.PRODUCT and (not item.meant or item.why in NOTED)]
    listing_ids = sorted({item.ref for item in looks})
    link_ids = sorted({item.ref for item in todo if item.kind == Kind.LEVEL})
    shipped = {item.ref for item in todo if item.kind == Kind.FULFILLMENT}
    routed = {item.ref for item in todo if item.kind == Kind.ORDER}
    vendor_orders = sorted({item.ref for item in todo if item.kind == Kind.VENDOR_ORDER})
    VendorOrder.objects.filter(pk__in=vendor_orders).exclude(remote_id="").update(read_needed=True)
    with connection.cursor() as cursor:
        cursor.execute(named("verify_levels"), {"ids": link_ids})
    wanted.want(marketplace_id=marketplace.pk, listing_ids=listing_ids, levels=True, link_ids=link_ids, now=now,
                reason=REASON)  # fmt: skip
    for row in VendorOrder.objects.filter(pk__in=vendor_orders).order_by("store_id", "pk"):
        marks.mark_vendor_order(row, now=now, reason=REASON)
    for order in MerchantOrder.objects.filter(pk__in=shipped | routed).order_by("pk").defer("sealed"):
        if order.pk in routed:
            marks.mark_routing(order, now=now, reason=REASON)
        if order.pk in shipped:
            marks.mark_parcels(order, now=now, reason=REASON)
    if todo:
        record(What.DRIFT_REPAIRED, marketplace=marketplace, who=who, now=now, data={"count": len(todo)})
    return len(todo)


def wait_for_repair(*, marketplace: Marketplace, watch: Watch) -> bool:
    """Until nothing of it is due any more. False when time ran out."""
    until = watch.clock() + watch.most
    stores = Store.objects.filter(marketplace=marketplace).values("pk")
    while True:
        now = watch.clock()
        due = DirtyKey.objects.filter(store__in=stores, kind__in=REPAIRED, due_at__lte=now).count()
        if not due:
            return True
        if now >= until:
            return False
        watch.sleep(AGAIN)


def _unread(stores: Sequence[int], since: datetime) -> list[str]:
    """Domains whose orders or catalogue were not read, from the beginning, since then."""
    waiting = Sweep.objects.filter(store__in=stores, kind__in=SWEPT).select_related("store")
    found = set()
    for row in waiting:
        read_at = row.store.catalogue_at if row.kind == "catalogue" else row.since
        if row.store.state != Store.State.CONNECTED or read_at is None or read_at < since:
            found.add(row.store.domain)
    return sorted(found)
