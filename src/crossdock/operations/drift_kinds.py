"""How each kind is compared for drift: levels, orders, vendor orders, parcels; what differs, since when, and why.

Told from rows, without asking a store. Not here: products (drift_products.py), reading anew, or repair (drift.py).
"""

from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Max, Q

from crossdock.core.drift import Cause, Kind
from crossdock.core.reasons import Reason
from crossdock.core.stock import Why
from crossdock.models import DirtyKey, Marketplace, MerchantOrder, Parcel, Store, VendorOrder
from crossdock.operations.drift_difference import CHUNK, Compared, Difference, chunks
from crossdock.operations.drift_products import compare_products
from crossdock.operations.offering import is_held
from crossdock.operations.plans import plan_parcels, plan_vendor_order
from crossdock.operations.stock_story import StockFigure, figures
from crossdock.sync.db import named

ORDERS_SINCE = timedelta(days=60)  # older vendor orders are history
OPEN = ("linked", "sending", "ready", "unknown", "rejected")


def compare(*, marketplace: Marketplace, now: datetime) -> dict[Kind, Compared]:
    """Every kind, in the order in which they matter."""
    return {
        Kind.LEVEL: _levels(marketplace),
        Kind.ORDER: _orders(marketplace, now),
        Kind.VENDOR_ORDER: _vendor_orders(marketplace, now),
        Kind.FULFILLMENT: _parcels(marketplace),
        Kind.PRODUCT: compare_products(marketplace),
    }


def _levels(marketplace: Marketplace) -> Compared:
    found = Compared(0, [])
    strays = _strays(marketplace)
    held = {vendor.name for vendor in marketplace.vendors.filter(brake_at__isnull=False) if is_held(vendor)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT link_id FROM level WHERE marketplace_id = %s ORDER BY link_id", [marketplace.pk])
        ids = [row[0] for row in cursor.fetchall()]
    for some in chunks(ids, CHUNK):
        for figure, row, _ in figures(marketplace=marketplace, ids=some):
            found.checked += 1
            if row.reason == Why.MERCHANT_GONE:
                continue  # there is nothing to write to
            item = _level(figure, strays.get(figure.link_id), held, nowhere=row.reason == Why.LOCATION_GONE)
            if item is not None:
                found.items.append(item)
    return found


def _strays(marketplace: Marketplace) -> dict[int, int]:
    """By link, what the merchant's store was last seen to have, where that is not what our books say."""
    store = Store.objects.filter(marketplace=marketplace, vendor=None).first()
    if store is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(named("stray_levels"), {"store_id": store.pk})
        return {link: seen for link, _, seen in cursor.fetchall()}


def _level(figure: StockFigure, stray: int | None, held: set[str], *, nowhere: bool) -> Difference | None:
    if figure.target is None:
        return None
    is_now = stray if stray is not None else figure.expected
    if is_now is not None and max(0, is_now) == figure.target:
        return None
    if nowhere:
        why, meant = Cause.NEEDS_PERSON, True
    elif figure.vendor in held and figure.target == 0:
        why, meant = Cause.HELD_BY_BRAKE, True
    elif stray is not None:
        why, meant = Cause.CHANGED_AT_MERCHANT, False
    else:
        why, meant = (Cause.EVENT_LOST if figure.settled else Cause.ON_ITS_WAY), False
    return Difference(
        kind=Kind.LEVEL,
        ref=figure.link_id,
        name=figure.title or figure.sku or figure.merchant_variant_id,
        vendor=figure.vendor,
        field="available",
        wanted=str(figure.target),
        seen="-" if is_now is None else str(is_now),
        since=figure.written_at or figure.read_at,
        why=why,
        meant=meant,
    )


def _orders(marketplace: Marketplace, now: datetime) -> Compared:
    """Orders that are not as they were when it was last decided what becomes of them."""
    recent = MerchantOrder.objects.filter(marketplace=marketplace, seen_at__gt=now - ORDERS_SINCE, erased_at=None)
    found = Compared(recent.count(), [])
    changed = Q(read_needed=True) | Q(digest__isnull=False) & (Q(routed_digest=None) | ~Q(routed_digest=F("digest")))
    rows = list(recent.filter(changed, gone_at=None).defer("sealed").order_by("pk"))
    keys = DirtyKey.objects.filter(kind="order", ref__in=[row.pk for row in rows])
    marked = set(keys.values_list("store_id", "ref"))
    found.items += [
        Difference(
            kind=Kind.ORDER,
            ref=row.pk,
            name=row.name,
            vendor="",
            field="order",
            wanted="routed as it is now",
            seen="to be read" if row.read_needed else "routed as it was" if row.routed_digest else "not routed",
            since=row.seen_at,
            why=Cause.ON_ITS_WAY if (row.store_id, row.pk) in marked else Cause.EVENT_LOST,
        )
        for row in rows
    ]
    return found


def _vendor_orders(marketplace: Marketplace, now: datetime) -> Compared:
    found = Compared(0, [])
    rows = VendorOrder.objects.filter(marketplace=marketplace, state__in=OPEN, created_at__gt=now - ORDERS_SINCE)
    for row in rows.select_related("order", "vendor").defer("order__sealed").order_by("pk").iterator(CHUNK):
        found.checked += 1
        planned = plan_vendor_order(row=row)
        calls = [action["action"] for action in planned.actions]
        by_vendor = Reason.CANCELLED_BY_VENDOR in planned.attention
        if not calls and not by_vendor and row.state in ("linked", "ready"):
            continue
        why, meant = _why_order(row.state, planned.marked, by_vendor)
        found.items.append(
            Difference(
                kind=Kind.VENDOR_ORDER,
                ref=row.pk,
                name=row.order.name,
                vendor=row.vendor.name,
                field=", ".join(calls) or "state",
                wanted="as the merchant's order",
                seen=row.state,
                since=row.linked_at or row.created_at,
                why=why,
                meant=meant,
            )
        )
    return found


def _why_order(state: str, marked: bool, by_vendor: bool) -> tuple[Cause, bool]:
    if by_vendor:
        return Cause.CANCELLED_BY_VENDOR, True
    if state in ("unknown", "rejected"):
        return Cause.NEEDS_PERSON, True
    return (Cause.ON_ITS_WAY if marked else Cause.EVENT_LOST), False


def _parcels(marketplace: Marketplace) -> Compared:
    open_ones = (
        Q(state__in=("ready", "sending", "rejected", "unknown"))
        | Q(state="linked", status__in=("cancelled", "failed"))
        | Q(state="linked") & ~Q(sent_tracking=F("tracking"))
    )
    rows = Parcel.objects.filter(vendor_order__marketplace=marketplace)
    found = Compared(rows.count(), [])
    ids = rows.filter(open_ones).order_by("order_id").values_list("order_id", flat=True).distinct()
    for order in MerchantOrder.objects.filter(pk__in=ids).defer("sealed").order_by("pk").iterator(CHUNK):
        planned = plan_parcels(order=order)
        stuck = rows.filter(order=order, state__in=("rejected", "unknown")).order_by("pk").first()
        calls = [action["action"] for action in planned.actions]
        if not calls and stuck is None:
            continue
        why, meant = _why_order("" if calls else "rejected", planned.marked, by_vendor=False)
        found.items.append(
            Difference(
                kind=Kind.FULFILLMENT,
                ref=order.pk,
                name=order.name,
                vendor="",
                field=", ".join(calls) or "parcel",
                wanted="as the vendors' parcels",
                seen=stuck.state if stuck and not calls else "",
                since=rows.filter(order=order).aggregate(at=Max("shipped_at"))["at"],
                why=why,
                meant=meant,
            )
        )
    return found
