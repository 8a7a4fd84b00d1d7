"""Which keys to mark when a person touches an order. Not here: marking itself (sync/dirty.py)."""

from datetime import datetime

from django.db import connection, transaction

from crossdock.models import Marketplace, MerchantOrder, Store, Sweep, VendorOrder
from crossdock.sync import dirty


def hold_routing(marketplace_id: int) -> None:
    """The first step of what changes how orders are routed. Those that are being routed as it was before are waited
    for, and so found where the change marks orders; the next are routed when it is committed."""
    Marketplace.objects.select_for_update(no_key=True).get(pk=marketplace_id)


def mark_routing(order: MerchantOrder, *, now: datetime, reason: str) -> None:
    """Decide again what becomes of the order's lines."""
    _mark(dirty.Mark(order.store_id, "order", order.pk, reason), now)


def mark_vendor_order(row: VendorOrder, *, now: datetime, reason: str) -> None:
    """Look at one vendor order again, at its store."""
    if row.store_id is not None:
        _mark(dirty.Mark(row.store_id, "vendor_order", row.pk, reason), now)


def mark_parcels(order: MerchantOrder, *, now: datetime, reason: str) -> None:
    """Look at all parcels of the order again, at the merchant's store."""
    _mark(dirty.Mark(order.store_id, "fulfillment", order.pk, reason), now)


def mark_store(kind: str, ref: int, *, now: datetime, reason: str) -> None:
    """Look at something of a store again: its subscription, levels, a sweep; or at the listings of a vendor."""
    _mark(dirty.Mark(store_of(kind, ref), kind, ref, reason), now)


def store_of(kind: str, ref: int) -> int:
    """The store that a key speaks to: a vendor's listings are in the merchant's."""
    if kind == "listing":
        return Store.objects.get(marketplace__vendors=ref, vendor=None).pk
    return Sweep.objects.get(pk=ref).store_id if kind == "sweep" else ref


def _mark(mark: dirty.Mark, now: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        dirty.mark(cursor, [mark], now=now)
