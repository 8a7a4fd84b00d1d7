"""What if? — the orders of the last days decided again, by the rules as they are and as they would be.

A piece at a time, newest first, each piece continuing the one before, so that any number of orders can be replayed
and shown on the way. The rules are core's (core/decision.py), over what was kept of each order; nothing is read from a
store and nothing is written. Not here: what saving would do to the orders that wait now (preview.py).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from msgspec import Struct

from crossdock.core.decision import Decision, Hold, Manual, Policy, Push, decide
from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Reason
from crossdock.models import Activity, Marketplace, Vendor, VendorOrder
from crossdock.operations.preview import facts_of, policies
from crossdock.operations.settings import BadSetting, check_order_policy
from crossdock.sync.what import What

PIECE = 1000
MOST_NAMED = 20
MOST_DAYS = 365


class Way(StrEnum):
    """How an order goes: at once, once it was paid, not until something else changes, or by a person's hand."""

    AT_ONCE = "at_once"
    ONCE_PAID = "once_paid"
    WAITS = "waits"
    BY_HAND = "by_hand"


class Otherwise(Struct, frozen=True):
    """An order that would have gone otherwise. No buyer's data."""

    order_id: int
    order_name: str
    vendor: str
    total: Decimal
    currency: str
    before: Way
    after: Way
    reason: str


class Group(Struct, frozen=True):
    """How many would have gone `after` in place of `before`, for this `reason`: what stops them then, or what no
    longer does."""

    before: Way
    after: Way
    reason: str
    count: int


class Replay(Struct, frozen=True):
    """How far a replay has come: everything that its next piece needs. `before_id`: it goes on below that vendor
    order. `expected`: so many there were when it began. `details`: so many would have carried other details of who
    ordered."""

    marketplace_id: int
    vendor_id: int | None
    changes: dict[str, Any]
    since: datetime
    expected: int
    looked: int = 0
    before_id: int | None = None
    done: bool = False
    details: int = 0
    groups: tuple[Group, ...] = ()
    named: tuple[Otherwise, ...] = ()

    @property
    def differing(self) -> int:
        return sum(group.count for group in self.groups)


def begin_replay(
    *, marketplace: Marketplace, changes: Mapping[str, Any], days: Any, now: datetime, vendor: Vendor | None = None
) -> Replay:
    """A replay that has not looked at anything yet. Raises BadSetting."""
    clean = check_order_policy(marketplace=marketplace, vendor=vendor, changes=changes)
    since = now - timedelta(days=_days(days))
    rows = VendorOrder.objects.filter(marketplace=marketplace, created_at__gte=since)
    if vendor is not None:
        rows = rows.filter(vendor=vendor)
    plain = {field: str(value) if isinstance(value, Decimal) else value for field, value in clean.items()}
    return Replay(marketplace.pk, vendor.pk if vendor else None, plain, since, rows.count())


def go_on(replay: Replay, *, marketplace: Marketplace, vendor: Vendor | None = None, most: int = PIECE) -> Replay:
    """The next piece, added to what was found before. Raises BadSetting when the rules have changed meanwhile so that
    the change cannot be."""
    if replay.done:
        return replay
    clean = check_order_policy(marketplace=marketplace, vendor=vendor, changes=replay.changes)
    now_rules = policies(marketplace=marketplace)
    then_rules = policies(marketplace=marketplace, vendor=vendor, clean=clean)
    rows = _piece(replay, most)
    waited = _waited(rows)
    counts = Counter({(group.before, group.after, group.reason): group.count for group in replay.groups})
    named, details = list(replay.named), replay.details
    for row in rows:
        now, then = (rules.get(row.vendor_id, rules[None]) for rules in (now_rules, then_rules))
        found = _compare(row, now, then, row.pk in waited)
        if found is not None:
            counts[found.before, found.after, found.reason] += 1
            named += [found] if len(named) < MOST_NAMED else []
        details += _told(now) != _told(then)
    return msgspec.structs.replace(
        replay,
        looked=replay.looked + len(rows),
        before_id=rows[-1].pk if rows else replay.before_id,
        done=len(rows) < most,
        details=details,
        groups=tuple(Group(*key, count) for key, count in counts.most_common()),
        named=tuple(named),
    )


def _days(given: Any) -> int:
    text = str(given).strip()
    if not text.isdecimal() or not 1 <= int(text[:9]) <= MOST_DAYS:
        raise BadSetting(_("A whole number of days from 1 to %(most)s is needed.") % {"most": MOST_DAYS}, field="days")
    return int(text[:9])


def _piece(replay: Replay, most: int) -> list[VendorOrder]:
    rows = VendorOrder.objects.filter(marketplace_id=replay.marketplace_id, created_at__gte=replay.since)
    if replay.vendor_id is not None:
        rows = rows.filter(vendor=replay.vendor_id)
    if replay.before_id is not None:
        rows = rows.filter(pk__lt=replay.before_id)
    rows = rows.select_related("vendor", "order").defer("sealed", "sealed_sent", "order__sealed")
    return list(rows.order_by("-pk")[:most])


def _waited(rows: Sequence[VendorOrder]) -> frozenset[int]:
    """Those that had waited for their payment: they are paid now, and were not when they came."""
    found = Activity.objects.filter(
        order_id__in={row.order_id for row in rows}, what=What.VENDOR_ORDER_HELD, data__reason=Reason.NOT_PAID
    )
    return frozenset(id for id in found.values_list("vendor_order_id", flat=True) if id is not None)


def _compare(row: VendorOrder, now: Policy, then: Policy, waited: bool) -> Otherwise | None:
    before, was = _way(row, now, waited)
    after, becomes = _way(row, then, waited)
    if before is after and (after is not Way.WAITS or was == becomes):
        return None
    reason = becomes or was
    return Otherwise(row.order_id, row.order.name, row.vendor.name, row.total, row.currency, before, after, reason)


def _way(row: VendorOrder, policy: Policy, waited: bool) -> tuple[Way, str]:
    """How an order goes by these rules, and what stops it, if anything does."""
    facts = facts_of(row, policy)
    end = decide(facts)
    if not isinstance(end, Push) or not waited:
        return _end(end)
    first = decide(
        msgspec.structs.replace(facts, paid=False, financial_status=FinancialStatus.PENDING, marked_paid_at=None)
    )
    return (Way.AT_ONCE, "") if isinstance(first, Push) else (Way.ONCE_PAID, Reason.NOT_PAID)


def _end(decision: Decision) -> tuple[Way, str]:
    match decision:
        case Push():
            return Way.AT_ONCE, ""
        case Hold(reasons=reasons):
            return Way.WAITS, reasons[0]
        case Manual(reason=reason):
            return Way.BY_HAND, reason


def _told(policy: Policy) -> tuple[str, ...] | None:
    """Whose details vendors get: the merchant's, or (None) the buyer's own."""
    if not policy.override_customer:
        return None
    return policy.merchant_name, policy.merchant_email, policy.merchant_phone
