"""Everything that happened to an order on both sides, in order of time: from the history, the parts, parcels, calls
that went wrong, and what needed a person. A fixed number of statements.

Not here: sentences (web/phrases_timeline.py), or why an order is where it is (explain.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Q, QuerySet
from msgspec import Struct
from msgspec.structs import replace

from crossdock.models import Activity, Attention, Call, MerchantOrder, Parcel, VendorOrder
from crossdock.operations.calls import WRONG
from crossdock.operations.orders import BY_HAND
from crossdock.operations.what import What
from crossdock.sync.what import What as Done

MOST = 300  # of the history, newest first
MOST_CALLS = 30
MOST_NEEDS = 100
LINKING = (Done.VENDOR_ORDER_LINKED, Done.VENDOR_ORDER_FOUND, What.UNKNOWN_RESOLVED)


class Moment(StrEnum):
    """`Entry.what` of what the history itself has no line for."""

    PLACED = "order.placed"
    SPLIT = "order.split"
    CAME = "vendor_order.came"
    SENT = "vendor_order.sent"
    LINKED = "vendor_order.linked"
    SHIPPED = "parcel.shipped"
    OPENED = "attention.opened"
    CLOSED = "attention.closed"
    CALL_WRONG = "call.went_wrong"
    CALLS_WRONG = "calls.went_wrong"


class Entry(Struct, frozen=True):
    """One thing that happened. `vendor_order_id` None: on the merchant's side, or to the whole order. `data` holds
    codes, ids and figures; of parcels `company`, `numbers`, `quantity`. `call`: its line in the log."""

    at: datetime
    what: str
    vendor_order_id: int | None = None
    who: str = ""
    data: dict[str, Any] = {}
    call: int | None = None


def timeline(*, order: MerchantOrder, parts: Sequence[VendorOrder]) -> list[Entry]:
    """Of a whole order, newest first."""
    found = [Entry(order.placed_at, Moment.PLACED)] if order.placed_at else []
    found += _split(parts)
    history = Activity.objects.filter(marketplace=order.marketplace_id, order_id=order.pk)
    keys = Q(kind="vendor_order", ref__in=[part.pk for part in parts]) | Q(kind="fulfillment", ref=order.pk)
    calls = Call.objects.filter(keys, marketplace_id=order.marketplace_id)
    return _in_order(found, parts, history, Attention.objects.filter(order=order), calls)


def part_timeline(part: VendorOrder) -> list[Entry]:
    """Of one vendor's part, as that vendor may read it: nothing of the order's other parts, or of the merchant's own
    store."""
    history = Activity.objects.filter(marketplace=part.marketplace_id, vendor_order_id=part.pk, order_id=part.order_id)
    calls = Call.objects.filter(kind="vendor_order", ref=part.pk, store_id=part.store_id or 0)
    came = [Entry(part.created_at, Moment.CAME, part.pk)]
    return _in_order(came, [part], history, Attention.objects.filter(vendor_order=part), calls)


def _in_order(
    found: list[Entry],
    parts: Sequence[VendorOrder],
    history: QuerySet[Activity],
    needs: QuerySet[Attention],
    calls: QuerySet[Call],
) -> list[Entry]:
    parcels = list(Parcel.objects.filter(vendor_order__in=[part.pk for part in parts]).order_by("pk"))
    told = list(history.order_by("-id")[:MOST])
    found += _told(told, parcels) + _pushed(parts, told) + _shipped(parcels)
    found += _needed(needs.order_by("-id")[:MOST_NEEDS])
    found += _went_wrong(calls.filter(outcome__in=WRONG).order_by("-id")[:MOST_CALLS])
    told_in_order = sorted(enumerate(found), key=lambda pair: (pair[1].at, pair[0]), reverse=True)
    return _once([each for _, each in told_in_order])


def _once(entries: Iterable[Entry]) -> list[Entry]:
    """Calls that went wrong in the same way, one after another, are one entry: the last, with how many times."""
    kept: list[Entry] = []
    for each in entries:
        before = kept[-1] if kept else None
        if each.what == Moment.CALL_WRONG and before is not None and _same_call(before, each):
            times = before.data.get("times", 1) + 1
            kept[-1] = replace(before, what=Moment.CALLS_WRONG, data=before.data | {"times": times})
        else:
            kept.append(each)
    return kept


def _same_call(one: Entry, other: Entry) -> bool:
    """`one` may stand for several already."""
    plain = {name: value for name, value in one.data.items() if name != "times"}
    wrong = one.what in (Moment.CALL_WRONG, Moment.CALLS_WRONG)
    return wrong and (one.vendor_order_id, plain) == (other.vendor_order_id, other.data)


def _split(parts: Sequence[VendorOrder]) -> list[Entry]:
    """Parts that were made at one moment are one entry."""
    made: dict[datetime, list[str]] = defaultdict(list)
    for part in parts:
        made[part.created_at].append(part.vendor.name)
    return [Entry(at, Moment.SPLIT, data={"vendors": sorted(set(names))}) for at, names in made.items()]


def _told(rows: Sequence[Activity], parcels: Sequence[Parcel]) -> list[Entry]:
    """The history's own lines, oldest first; what attention says better itself is left to it."""
    of = {parcel.pk: _parcel(parcel) for parcel in parcels}
    return [
        Entry(row.at, row.what, row.vendor_order_id, row.who, of.get(row.data.get("parcel", 0), {}) | row.data)
        for row in reversed(rows)
        if row.what != What.ATTENTION_CLOSED
    ]


def _pushed(parts: Sequence[VendorOrder], told: Sequence[Activity]) -> list[Entry]:
    """The last sending of each part; and that it is there, where the history no longer says so."""
    known = {row.vendor_order_id for row in told if row.what in LINKING}
    sent = [
        Entry(part.sending_at, Moment.SENT, part.pk, data={"attempt": part.attempt})
        for part in parts
        if part.sending_at
    ]
    there = [
        Entry(part.linked_at, Moment.LINKED, part.pk, data={"name": part.remote_name or part.remote_id})
        for part in parts
        if part.linked_at and part.pk not in known
    ]
    return sent + there


def _shipped(parcels: Sequence[Parcel]) -> list[Entry]:
    """What vendors' stores tell; what was written by hand stands in the history."""
    return [
        Entry(parcel.shipped_at, Moment.SHIPPED, parcel.vendor_order_id, data=_parcel(parcel))
        for parcel in parcels
        if not parcel.remote_id.startswith(BY_HAND)
    ]


def _parcel(parcel: Parcel) -> dict[str, Any]:
    tracking = parcel.tracking or {}
    quantity = sum(count for _, count in parcel.lines)
    return {
        "company": tracking.get("company", ""),
        "numbers": list(tracking.get("numbers", ())),
        "quantity": quantity,
    }


def _needed(rows: Iterable[Attention]) -> list[Entry]:
    found = []
    for row in rows:
        data = {"reason": row.reason}
        found.append(Entry(row.opened_at, Moment.OPENED, row.vendor_order_id, data=data))
        if row.closed_at is not None:
            found.append(Entry(row.closed_at, Moment.CLOSED, row.vendor_order_id, row.closed_by, data))
    return found


def _went_wrong(rows: Iterable[Call]) -> list[Entry]:
    return [
        Entry(
            row.at,
            Moment.CALL_WRONG,
            row.ref if row.kind == "vendor_order" else None,
            data={"call": row.call, "outcome": row.outcome, "words": row.words},
            call=row.pk,
        )
        for row in rows
    ]
