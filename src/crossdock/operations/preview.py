"""What if? — what a change of the order rules would do to the orders that wait now, before anybody saves it.

The rules are asked anew (core/decision.py) with what the last decision saw; nothing is read from a store, nothing
is written.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from crossdock.core.decision import Manual, Policy, PolicyOverride, Push, PushFacts, decide, merge
from crossdock.core.orders import FinancialStatus
from crossdock.core.reasons import Remark, Rule
from crossdock.models import Marketplace, OrderPolicy, Vendor, VendorOrder
from crossdock.operations.settings import check_order_policy, read_order_policy

WAITING = (VendorOrder.State.HELD, VendorOrder.State.MANUAL)
NOT_SENT = (*WAITING, VendorOrder.State.READY)
PAID = (FinancialStatus.PAID, FinancialStatus.PARTIALLY_REFUNDED, FinancialStatus.REFUNDED)
MOST_NAMED = 10


class Released(Struct, frozen=True):
    """An order that would go out. No buyer's data."""

    vendor_order_id: int
    order_name: str
    vendor: str
    total: Decimal
    currency: str


class Preview(Struct, frozen=True):
    """`released` go out on saving; `stopped` had been about to; `by_hand` would be made by hand; `named` are the first
    few of those released."""

    released: int
    stopped: int
    by_hand: int
    waiting: int
    value: dict[str, Decimal]
    named: tuple[Released, ...]


def preview_order_policy(
    *, marketplace: Marketplace, changes: Mapping[str, Any], vendor: Vendor | None = None
) -> Preview:
    """What saving `changes` would do. Raises settings.BadSetting."""
    clean = check_order_policy(marketplace=marketplace, vendor=vendor, changes=changes)
    rules = policies(marketplace=marketplace, vendor=vendor, clean=clean)
    rows = VendorOrder.objects.filter(marketplace=marketplace, state__in=NOT_SENT).order_by("pk")
    if vendor is not None:
        rows = rows.filter(vendor=vendor)
    count, value, named = Counter[str](), defaultdict[str, Decimal](Decimal), list[Released]()
    for row in rows.select_related("vendor", "order").defer("sealed", "sealed_sent", "order__sealed").iterator():
        outcome = _outcome(row, rules.get(row.vendor_id, rules[None]))
        count[outcome] += 1
        if outcome == "released":
            value[row.currency] += row.total
            if len(named) < MOST_NAMED:
                named.append(Released(row.pk, row.order.name, row.vendor.name, row.total, row.currency))
    return Preview(count["released"], count["stopped"], count["by_hand"], count["waiting"], dict(value), tuple(named))


def policies(
    *, marketplace: Marketplace, vendor: Vendor | None = None, clean: Mapping[str, Any] | None = None
) -> dict[int | None, Policy]:
    """The rules of each vendor that has its own, and (None) of all others; with `clean` in place of the marketplace's,
    or of `vendor`'s."""
    clean = clean or {}
    own = read_order_policy(marketplace=marketplace)
    base = Policy(**_values(own, clean if vendor is None else {}, blank=""))
    found: dict[int | None, Policy] = {None: base}
    for row in OrderPolicy.objects.filter(marketplace=marketplace, vendor__isnull=False):
        found[row.vendor_id] = merge(base, PolicyOverride(**_values(row, {}, blank=None)))
    if vendor is not None:
        mine = read_order_policy(marketplace=marketplace, vendor=vendor)
        found[vendor.pk] = merge(base, PolicyOverride(**_values(mine, clean, blank=None)))
    return found


def facts_of(row: VendorOrder, policy: Policy) -> PushFacts:
    """What the last decision saw, under `policy`. A rule the trace lacks counts as passed."""
    seen = {fact["rule"]: fact.get("seen", {}) for fact in row.trace}
    passed = {fact["rule"]: fact["passed"] for fact in row.trace}
    marked = seen.get(Remark.MARKED_PAID, {})
    status = FinancialStatus(seen.get(Rule.PAID, {}).get("status", FinancialStatus.UNKNOWN))
    return PushFacts(
        connecting_active=passed.get(Rule.CONNECTING, True),
        add_on_active=passed.get(Rule.ADD_ON, True),
        order_sync=policy.order_sync,
        vendor_active=passed.get(Rule.VENDOR, True),
        catalogue_read=passed.get(Rule.CATALOGUE_READ, True),
        vendor_has_store=passed.get(Rule.VENDOR_STORE, True),
        store_state=seen.get(Rule.STORE_CONNECTED, {}).get("state", "connected"),
        cancelled=seen.get(Rule.NOT_CANCELLED, {}).get("cancelled", False),
        paid_only=policy.paid_only,
        financial_status=status,
        paid=status in PAID,
        push_unsynced=policy.push_unsynced,
        lines_linked=seen.get(Rule.LINKED, {}).get("linked", 0),
        lines_unlinked=seen.get(Rule.LINKED, {}).get("unlinked", 0),
        total=row.total,
        quantity=row.quantity,
        minimum_value=policy.minimum_value,
        maximum_value=policy.maximum_value,
        minimum_quantity=policy.minimum_quantity,
        maximum_quantity=policy.maximum_quantity,
        held_by_person=row.held_by_person,
        released_by_person=row.released_by_person,
        marked_paid_by=marked.get("by", ""),
        marked_paid_at=datetime.fromisoformat(marked["at"]) if marked else None,
    )


def _outcome(row: VendorOrder, policy: Policy) -> str:
    decision = decide(facts_of(row, policy))
    if isinstance(decision, Push):
        return "released" if row.state in WAITING else "ready"
    if row.state not in WAITING:
        return "stopped"
    return "by_hand" if isinstance(decision, Manual) else "waiting"


def _values(row: OrderPolicy, clean: Mapping[str, Any], *, blank: str | None) -> dict[str, Any]:
    values = {field: clean.get(field, getattr(row, field)) for field in Policy.__struct_fields__}
    texts = ("merchant_name", "merchant_email", "merchant_phone")
    return values | {field: values[field] or blank for field in texts}
