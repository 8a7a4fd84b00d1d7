"""All that is kept of a buyer, as one JSON value for the buyer: the only way by which it leaves unsealed as a whole.

It is made for whoever asked and kept nowhere; that it was made, and by whom, is. Not here: who may (web, api, cli).
"""

from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from crossdock.models import Activity, Attention, Marketplace, MerchantOrder, Parcel, VendorOrder
from crossdock.models.seal import SealError
from crossdock.operations.buyers import MOST, orders_of_buyer
from crossdock.operations.opened import open_draft, open_order
from crossdock.operations.record import record
from crossdock.operations.what import What


@transaction.atomic
def export_buyer(*, marketplace: Marketplace, buyer: str, now: datetime, who: str) -> dict[str, Any]:
    """The orders of a buyer (an e-mail address or an order) with all that was sent to vendors of them, as JSON
    values. Raises NoSuchBuyer, UnclearBuyer."""
    return _exported(marketplace, list(orders_of_buyer(marketplace=marketplace, text=buyer)[:MOST]), now, who)


@transaction.atomic
def export_orders(*, marketplace: Marketplace, orders: list[MerchantOrder], now: datetime, who: str) -> dict[str, Any]:
    """The same of given orders, as a platform's request names them."""
    return _exported(marketplace, orders, now, who)


def _exported(marketplace: Marketplace, orders: list[MerchantOrder], now: datetime, who: str) -> dict[str, Any]:
    ids = [row.pk for row in orders]
    parts = _by_order(VendorOrder.objects.filter(order__in=ids).select_related("vendor").order_by("pk"))
    parcels = _by_order(Parcel.objects.filter(order__in=ids).order_by("pk"))
    history = _by_order(Activity.objects.filter(order_id__in=ids).order_by("pk"))
    items = _by_order(Attention.objects.filter(order__in=ids).order_by("pk"))
    told = [
        _order(row)
        | {
            "sent_to_vendors": [_part(each) for each in parts.get(row.pk, [])],
            "parcels": [_parcel(each) for each in parcels.get(row.pk, [])],
            "history": [_plain(each, "at", "who", "what", "data") for each in history.get(row.pk, [])],
            "attention": [_plain(each, "opened_at", "closed_at", "reason", "data") for each in items.get(row.pk, [])],
        }
        for row in orders
    ]
    record(What.PRIVACY_EXPORTED, marketplace=marketplace, who=who, now=now, data={"orders": len(orders)})
    return {"marketplace": marketplace.name, "made_at": now.isoformat(), "made_by": who, "orders": told}


def _by_order(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.order_id, []).append(row)
    return found


def _order(row: MerchantOrder) -> dict[str, Any]:
    kept = _plain(
        row, "name", "remote_id", "placed_at", "seen_at", "cancelled_at", "marked_paid_at", "marked_paid_note"
    )
    return kept | {"store": row.store.domain, "data": _opened(lambda: open_order(row))}


def _part(row: VendorOrder) -> dict[str, Any]:
    kept = _plain(row, "reference", "state", "remote_id", "remote_name", "created_at", "linked_at", "words")
    sent = _opened(lambda: open_draft(row, sent=row.sealed_sent is not None))
    return kept | {"vendor": row.vendor.name, "was_sent": row.sealed_sent is not None, "data": sent}


def _parcel(row: Parcel) -> dict[str, Any]:
    return _plain(row, "remote_id", "status", "shipped_at", "tracking")


def _plain(row: Any, *names: str) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins({name: getattr(row, name) for name in names})
    return {name: value for name, value in values.items() if value not in (None, "")}


def _opened(read: Any) -> Any:
    """What is sealed, as JSON values; None where its key is lost."""
    try:
        return msgspec.to_builtins(read())
    except SealError:
        return None
