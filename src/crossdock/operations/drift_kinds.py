"""How each kind is compared for drift: products, levels, vendor orders, parcels; what differs, since when, and why.

Told from rows, without asking a store. Not here: reading anew, or repair (drift.py).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q
from msgspec import Struct

from crossdock.core.drift import Cause, Kind
from crossdock.core.reasons import Reason
from crossdock.models import Listing, Marketplace, MerchantOrder, Parcel, Store, VendorOrder
from crossdock.operations.listing_field_story import FieldStory
from crossdock.operations.listing_story import ListingStory, tell_listings
from crossdock.operations.offering import is_held
from crossdock.operations.plans import plan_parcels, plan_vendor_order
from crossdock.operations.stock_story import StockFigure, figures
from crossdock.sync.db import named

CHUNK = 500
ORDERS_SINCE = timedelta(days=60)  # older vendor orders are history
OPEN = ("linked", "sending", "ready", "unknown", "rejected")


class Difference(Struct, frozen=True):
    """One thing that is not on both sides as it should be. `meant`: a person or a rule means it to be so. No buyer's
    data: of orders only which calls would be made."""

    kind: str
    ref: int
    name: str
    vendor: str
    field: str
    wanted: str
    seen: str
    since: datetime | None
    why: str
    meant: bool = False


class Compared(Struct):
    checked: int
    items: list[Difference]


def compare(*, marketplace: Marketplace, now: datetime) -> dict[Kind, Compared]:
    """Every kind, in the order in which they matter."""
    return {
        Kind.LEVEL: _levels(marketplace),
        Kind.VENDOR_ORDER: _vendor_orders(marketplace, now),
        Kind.FULFILLMENT: _parcels(marketplace),
        Kind.PRODUCT: _products(marketplace),
    }


def _levels(marketplace: Marketplace) -> Compared:
    found = Compared(0, [])
    strays = _strays(marketplace)
    held = {vendor.name for vendor in marketplace.vendors.filter(brake_at__isnull=False) if is_held(vendor)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT link_id FROM level WHERE marketplace_id = %s ORDER BY link_id", [marketplace.pk])
        ids = [row[0] for row in cursor.fetchall()]
    for some in _chunks(ids):
        for figure, _, _ in figures(marketplace=marketplace, ids=some):
            found.checked += 1
            item = _level(figure, strays.get(figure.link_id), held)
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


def _level(figure: StockFigure, stray: int | None, held: set[str]) -> Difference | None:
    if figure.target is None:
        return None
    is_now = stray if stray is not None else figure.expected
    if is_now is not None and max(0, is_now) == figure.target:
        return None
    if figure.vendor in held and figure.target == 0:
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
                since=None,
                why=why,
                meant=meant,
            )
        )
    return found


def _products(marketplace: Marketplace) -> Compared:
    found = Compared(0, [])
    rows = Listing.objects.filter(marketplace=marketplace, state=Listing.State.LIVE)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for some in _chunks(ids):
        listed = list(rows.filter(pk__in=some).select_related("marketplace", "vendor").order_by("pk"))
        for told in tell_listings(listings=listed):
            found.checked += 1
            found.items += _product(told)
    return found


def _product(told: ListingStory) -> Iterator[Difference]:
    if told.merchant_gone:
        yield _differs(told, "product", "there", "deleted", Cause.DELETED_AT_MERCHANT, meant=False)
        return
    of_variants = ((f"{field.field}:{one.vendor_variant_id}", field) for one in told.variants for field in one.fields)
    every = ((field.field, field) for field in told.fields)
    for name, field in [*every, *of_variants]:
        if field.taken or field.written is None or not field.edited:
            continue
        yield _differs(told, name, field.written, field.merchant, Cause.EDITED_BY_HAND, meant=True)
    if told.waits:
        yield _differs(told, "listing", "looked at", "waits", Cause.ON_ITS_WAY, meant=False)
    elif lagging := [name for name, field in _followed(told) if field.vendor != field.sent]:
        yield _differs(told, ", ".join(lagging), "as the vendor's", "older", Cause.EVENT_LOST, meant=False)


def _followed(told: ListingStory) -> Iterator[tuple[str, FieldStory]]:
    """Fields that follow the vendor as they are, without a rule in between."""
    for field in told.fields:
        if field.at_update and not field.taken and field.sent is not None and field.field in ("title", "product_type"):
            yield field.field, field


def _differs(told: ListingStory, field: str, wanted: str, seen: str, why: Cause, *, meant: bool) -> Difference:
    return Difference(
        kind=Kind.PRODUCT,
        ref=told.id,
        name=told.title,
        vendor=told.vendor,
        field=field,
        wanted=wanted,
        seen=seen,
        since=told.written_at,
        why=why,
        meant=meant,
    )


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
