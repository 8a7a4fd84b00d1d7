"""What would be done next for a key, told from rows: no store is asked, nothing done.

Not here: doing it (sync), or how listings and stock are planned from rows (plans_catalogue.py). What a plan shows names
fields, never buyers' data.
"""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.core import plan as core
from crossdock.core.decision import decide
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.models import DirtyKey, MerchantOrder, Parcel, Store, Sweep, VendorOrder
from crossdock.operations import marks, plans_catalogue
from crossdock.operations.find import find_orders
from crossdock.operations.opened import open_draft
from crossdock.operations.preview import facts_of, policies
from crossdock.operations.record import Refused

OF_STORES = ("level", "adjustment", "lease", "subscription")  # their number is the store's
KINDS = ("order", "vendor_order", "fulfillment", "listing", *OF_STORES, "sweep")


class NoSuchKey(Refused):
    """Not a key, or nothing is called that."""

    code = "no_such_key"


class PlannedKey(Struct, frozen=True):
    """What the next look at one key would do. `actions` are the calls, in order; empty = the world agrees, or it waits
    (`reasons`). Those of listings and levels have what they would write, the first few hundred; `state` says of how
    many. `due_at` None with `marked` = parked; not `marked` = nobody is going to look."""

    key: str
    state: str
    marked: bool
    due_at: datetime | None
    attempts: int
    waits_for: str
    reasons: tuple[str, ...]
    actions: tuple[dict[str, Any], ...]
    attention: tuple[str, ...]


def read_key(*, text: str) -> tuple[str, int]:
    """Kind and row of "vendor_order:12", "order:#1001", "listing:7" (a vendor), "level:1" (a store), "sweep:3". Raises
    NoSuchKey."""
    kind, colon, ref = text.partition(":")
    if not colon or kind not in KINDS or not ref:
        raise NoSuchKey(f"{text!r} is not a key; write {', '.join(f'{name}:…' for name in KINDS)}")
    if kind in ("order", "fulfillment"):
        found = find_orders(text=ref) or find_orders(text=f"id:{ref}")
        if found:
            return kind, found[0].pk
    elif ref.isdigit() and _there(kind, int(ref)):
        return kind, int(ref)
    raise NoSuchKey(f"nothing is called {text!r}")


def plan_key(*, text: str, now: datetime) -> tuple[PlannedKey, ...]:
    """The plan of one key; for an order also those of its vendor orders and parcels. Raises NoSuchKey."""
    kind, ref = read_key(text=text)
    if kind == "vendor_order":
        return (plan_vendor_order(row=VendorOrder.objects.select_related("order").get(pk=ref)),)
    if kind == "fulfillment":
        return (plan_parcels(order=MerchantOrder.objects.get(pk=ref)),)
    if kind == "order":
        return plan_order(order=MerchantOrder.objects.get(pk=ref))
    key = _planned(kind, ref, "", marks.store_of(kind, ref), (), core.Plan())
    if kind not in plans_catalogue.TELLS:
        return (key,)
    told = plans_catalogue.TELLS[kind](ref, now)
    return (msgspec.structs.replace(key, state=told.state, reasons=told.reasons, actions=told.actions),)


def plan_order(*, order: MerchantOrder) -> tuple[PlannedKey, ...]:
    """The order's own key, then its vendor orders', then its parcels'."""
    stale = order.digest != order.routed_digest or order.read_needed
    own = _planned("order", order.pk, "to be routed" if stale else "routed", order.store_id, (), core.Plan())
    rows = VendorOrder.objects.filter(order=order).select_related("order").order_by("vendor_id", "part")
    return (own, *(plan_vendor_order(row=row) for row in rows), plan_parcels(order=order))


def plan_vendor_order(*, row: VendorOrder) -> PlannedKey:
    rules = policies(marketplace=row.marketplace)
    decision = decide(facts_of(row, rules.get(row.vendor_id, rules[None])))
    draft = open_draft(row)
    if draft is None:
        return _planned("vendor_order", row.pk, row.state, row.store_id, (), core.Plan())
    seen = core.VendorOrderSeen(
        state=row.state,
        remote_id=row.remote_id,
        sent=open_draft(row, sent=True),
        paid=row.remote_paid,
        cancelled=row.remote_cancelled_at is not None,
        cancel_job=row.cancel_job,
    )
    plan = core.plan_vendor_order(decision, draft, seen, wants_cancel=row.wants_cancel)
    reasons = tuple(fact.rule for fact in decision.trace if not fact.passed)
    return _planned("vendor_order", row.pk, row.state, row.store_id, reasons, plan)


def plan_parcels(*, order: MerchantOrder) -> PlannedKey:
    rows = Parcel.objects.filter(order=order).order_by("id")
    plan = core.plan_parcels(order.remote_id, [_parcel_seen(row) for row in rows])
    return _planned("fulfillment", order.pk, f"parcels: {len(rows)}", order.store_id, (), plan)


def _parcel_seen(row: Parcel) -> core.ParcelSeen:
    return core.ParcelSeen(
        parcel=row.remote_id,
        state=row.state,
        status=FulfillmentStatus(row.status),
        lines=tuple((line_id, quantity) for line_id, quantity in row.lines),
        tracking=msgspec.convert(row.tracking, Tracking),
        merchant_id=row.merchant_id,
        sent_tracking=msgspec.convert(row.sent_tracking, Tracking) if row.sent_tracking is not None else None,
    )


def _planned(
    kind: str, ref: int, state: str, store_id: int | None, reasons: tuple[str, ...], plan: core.Plan
) -> PlannedKey:
    key = DirtyKey.objects.filter(store_id=store_id or 0, kind=kind, ref=ref).first()
    return PlannedKey(
        key=f"{kind}:{ref}",
        state=state,
        marked=key is not None,
        due_at=key.due_at if key else None,
        attempts=key.attempts if key else 0,
        waits_for=key.reason if key else "",
        reasons=reasons,
        actions=tuple(map(shown, plan.actions)),
        attention=tuple(plan.attention),
    )


def shown(action: core.Action) -> dict[str, Any]:
    """An action without buyers' data: a draft as figures, changes as the names of fields."""
    told: dict[str, Any] = {"action": type(action).__struct_config__.tag}
    for name in type(action).__struct_fields__:
        value = getattr(action, name)
        if name == "draft":
            told |= {"reference": value.reference, "lines": len(value.lines), "total": str(value.total.amount)}
            told |= {"currency": value.currency, "financial_status": value.financial_status}
        elif name == "changes":
            told["fields"] = [field for field in value.__struct_fields__ if getattr(value, field) is not None]
        else:
            told[name] = msgspec.to_builtins(value)
    return told


def _there(kind: str, ref: int) -> bool:
    if kind == "vendor_order":
        return VendorOrder.objects.filter(pk=ref).exists()
    if kind == "listing":
        return Store.objects.filter(marketplace__vendors=ref, vendor=None).exists()
    return (Store if kind in OF_STORES else Sweep)._default_manager.filter(pk=ref).exists()
