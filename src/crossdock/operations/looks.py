"""How often stores are looked at: when each was and will be, and what a changed rule makes of it.

Not here: the rule itself (catalogue_rules.py), or a look (sync/kinds/sweep.py).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    Case,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.models import CataloguePolicy, DirtyKey, Marketplace, Store, Sweep, Vendor
from crossdock.operations.settings import BadSetting
from crossdock.sync.kinds.sweep_catalogue import EVERY

MINUTE = Value(timedelta(minutes=1))
LEASE_HOURS = 24  # where no rule says otherwise, as in sync/sql/lease.sql

# A look that is due later than the rules now want it is due so long after the last one; none is put off, and none that
# waits for another reason is touched.
RETIME = """
UPDATE dirty_key k
SET due_at = LEAST(k.due_at, GREATEST(COALESCE(w.finished_at, %(now)s) + found.every, %(now)s))
FROM sweep w, LATERAL (
    SELECT COALESCE(p.poll_minutes * interval '1 minute', d.poll_minutes * interval '1 minute', %(otherwise)s::interval)
           AS every
    FROM store s
    LEFT JOIN catalogue_policy d ON d.marketplace_id = s.marketplace_id AND d.vendor_id IS NULL
    LEFT JOIN catalogue_policy p ON p.marketplace_id = s.marketplace_id AND p.vendor_id = s.vendor_id
    WHERE s.id = w.store_id AND s.marketplace_id = %(marketplace_id)s
      AND (%(vendor_id)s::bigint IS NULL OR s.vendor_id = %(vendor_id)s::bigint)
) AS found
WHERE k.kind = 'sweep' AND k.store_id = w.store_id AND k.ref = w.id AND k.reason = 'sweep' AND w.kind <> 'catalogue'
"""


class Look(Struct, frozen=True):
    """What is listed of a store ("orders", "vendor_orders", "products", "catalogue"), when that last ended and is next
    due (None = not yet, or in hand now), and what the last one met."""

    kind: str
    last_at: datetime | None
    next_at: datetime | None
    error: str


def looks_at(*, store: Store) -> tuple[Look, ...]:
    """Every kind of look at one store; two queries."""
    sweeps = list(Sweep.objects.filter(store=store).order_by("kind"))
    keys = DirtyKey.objects.filter(store=store, kind="sweep", ref__in=[each.pk for each in sweeps])
    due = dict(keys.values_list("ref", "due_at"))
    spoken_to = store.state in (Store.State.CONNECTED, Store.State.UNREACHABLE)
    return tuple(
        Look(each.kind, each.finished_at, due.get(each.pk) if spoken_to else None, each.last_error) for each in sweeps
    )


def installations() -> int:
    """Minutes between two looks where no rule says otherwise, at least one."""
    return max(1, round(settings.CROSSDOCK_SWEEP / 60))


def late_sweeps(now: datetime, least: timedelta) -> QuerySet[Sweep]:
    """Sweeps that ended longer ago than two of their intervals, and than `least`. Vendor orders are not listed where
    none was ever pushed."""
    rules = CataloguePolicy.objects.filter(marketplace=OuterRef("store__marketplace")).values("poll_minutes")
    minutes = Coalesce(
        Subquery(rules.filter(vendor=OuterRef("store__vendor"))), Subquery(rules.filter(vendor=None)), Value(0)
    )
    span = Case(
        When(kind="catalogue", then=Value(max(least, 2 * EVERY))),
        default=Greatest(Value(least), ExpressionWrapper(2 * MINUTE * minutes, output_field=DurationField())),
        output_field=DurationField(),
    )
    ended = Coalesce("finished_at", "store__created_at")
    resting = Q(kind="vendor_orders", finished_at=None, last_error="")
    return Sweep.objects.exclude(resting).alias(ended=ended, span=span).filter(ended__lt=Value(now) - F("span"))


def retime(marketplace: Marketplace, vendor: Vendor | None, now: datetime) -> None:
    """Inside the caller's transaction: looks that are due later than the rules now want them come sooner."""
    with connection.cursor() as cursor:
        values = {"marketplace_id": marketplace.pk, "vendor_id": vendor.pk if vendor else None, "now": now}
        cursor.execute(RETIME, values | {"otherwise": timedelta(seconds=settings.CROSSDOCK_SWEEP)})


def check_lease(marketplace: Marketplace, vendor: Vendor | None, changes: Mapping[str, Any]) -> None:
    """A store that is well must be heard of within its lease: by a look, or by the whole pass every few hours. Raises
    BadSetting."""
    changed = [rule for rule in ("poll_minutes", "lease_hours") if rule in changes]
    if not changed:
        return
    rows = {row.vendor_id: row for row in CataloguePolicy.objects.filter(marketplace=marketplace)}
    base = _two(rows.get(None), changes if vendor is None else {})
    owners: Sequence[int | None] = [vendor.pk] if vendor else [None, *(each for each in rows if each is not None)]
    for owner in owners:
        own = _two(rows.get(owner), changes if owner == (vendor.pk if vendor else None) else {})
        poll, lease = own[0] or base[0] or installations(), own[1] or base[1] or LEASE_HOURS
        if min(poll, EVERY.total_seconds() / 60) >= lease * 60:
            words = _(
                "Looked at every %(minutes)s minutes, a store would outlive its stock lease of %(hours)s hours between "
                "two looks and go off sale. Look more often, or let the lease be longer."
            )
            raise BadSetting(words % {"minutes": poll, "hours": lease}, field=changed[0])


def _two(row: CataloguePolicy | None, changes: Mapping[str, Any]) -> tuple[int | None, int | None]:
    poll, lease = (row.poll_minutes, row.lease_hours) if row else (None, None)
    return changes.get("poll_minutes", poll), changes.get("lease_hours", lease)
