"""Why? — what became of an order and what would change it, told from rows alone: nothing is asked of any store.

Not here: sentences (web/phrases.py), buyers' data, or opening what is sealed (contents.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from msgspec import Struct

from crossdock.models import (
    Attention,
    DirtyKey,
    Marketplace,
    MerchantOrder,
    Parcel,
    Store,
    Sweep,
    VendorOrder,
)
from crossdock.operations.contents import Contents, LineFacts, contents
from crossdock.operations.find import find_orders
from crossdock.operations.orders import BY_HAND

ORDER_SWEEPS = ("orders", "vendor_orders")  # what is read of catalogues explains no order


class Waits(Struct, frozen=True):
    """A key that is still to be worked: when, how often it was tried, why it waits. `due_at` None = until marked."""

    kind: str
    due_at: datetime | None
    attempts: int
    reason: str


class Pull(Struct, frozen=True):
    """The re-listing of a store's changed objects: when it last ended, when it comes next, what went wrong."""

    kind: str
    last_at: datetime | None
    next_at: datetime | None
    last_error: str


class StoreFacts(Struct, frozen=True):
    id: int
    domain: str
    platform: str
    state: str
    state_words: str
    state_at: datetime
    paused_until: datetime | None
    pulls: tuple[Pull, ...]


class ParcelFacts(Struct, frozen=True):
    id: int
    by_hand: bool
    remote_id: str
    state: str
    status: str
    reason: str
    words: str
    shipped_at: datetime
    linked_at: datetime | None
    tracking: dict[str, Any]
    lines: list[Any]


class Need(Struct, frozen=True):
    """Something a person must look at."""

    id: int
    reason: str
    data: dict[str, Any]
    opened_at: datetime
    vendor_order_id: int | None


class VendorOrderFacts(Struct, frozen=True):
    """One vendor order. `trace` is the last decision, rule by rule; `releases` what would let it go."""

    id: int
    reference: str
    part: int
    vendor: str
    state: str
    reason: str
    words: str
    total: Decimal
    currency: str
    quantity: int
    remote_id: str
    remote_name: str
    sending_at: datetime | None
    linked_at: datetime | None
    remote_cancelled_at: datetime | None
    attempt: int
    trace: list[dict[str, Any]]
    releases: tuple[str, ...]
    store: StoreFacts | None
    parcels: tuple[ParcelFacts, ...]
    waits: tuple[Waits, ...]
    lines: tuple[LineFacts, ...]
    contact: str


class OrderFacts(Struct, frozen=True):
    id: int
    marketplace: str
    name: str
    remote_id: str
    placed_at: datetime | None
    seen_at: datetime
    financial_status: str
    marked_paid_at: datetime | None
    marked_paid_by: str
    marked_paid_note: str
    cancelled_at: datetime | None
    gone_at: datetime | None
    erased_at: datetime | None
    total: Decimal | None
    currency: str
    share: dict[str, Any] | None
    waits: tuple[Waits, ...]
    store: StoreFacts


class Explanation(Struct, frozen=True):
    """`order` None: the hub has never seen it; `stores` then tells how the merchants' stores are and were last read.
    `others` are the ids of further orders that the question may mean."""

    asked: str
    order: OrderFacts | None
    vendor_orders: tuple[VendorOrderFacts, ...] = ()
    attention: tuple[Need, ...] = ()
    others: tuple[int, ...] = ()
    stores: tuple[StoreFacts, ...] = ()


def why(*, asked: str, marketplace: Marketplace | None = None) -> Explanation:
    """What there is to know of the order that `asked` means (see find.py), or why it may not have been seen."""
    found = find_orders(text=asked, marketplace=marketplace)
    if not found:
        return Explanation(asked=asked, order=None, stores=merchants_stores(marketplace=marketplace))
    told = explain(order=found[0], asked=asked)
    return Explanation(
        asked=asked,
        order=told.order,
        vendor_orders=told.vendor_orders,
        attention=told.attention,
        others=tuple(other.pk for other in found[1:]),
    )


def explain(*, order: MerchantOrder, asked: str = "") -> Explanation:
    """The same for one known order, in a fixed number of statements."""
    rows = list(VendorOrder.objects.filter(order=order).select_related("vendor").order_by("vendor_id", "part"))
    parcels = _by(Parcel.objects.filter(order=order).order_by("id"), "vendor_order_id")
    stores = _stores({order.store_id, *(row.store_id for row in rows if row.store_id)})
    waits = _waits(order, rows)
    inside = contents(order=order, rows=rows)
    return Explanation(
        asked=asked or order.name,
        order=_order_facts(order, stores[order.store_id], waits["order", order.pk] + waits["fulfillment", order.pk]),
        vendor_orders=tuple(
            _vendor_order_facts(
                row,
                stores.get(row.store_id or 0),
                parcels[row.pk],
                waits["vendor_order", row.pk],
                inside.get(row.pk, Contents()),
            )
            for row in rows
        ),
        attention=tuple(
            Need(each.pk, each.reason, each.data, each.opened_at, each.vendor_order_id)
            for each in Attention.objects.filter(order=order, closed_at=None).order_by("id")
        ),
    )


def merchants_stores(*, marketplace: Marketplace | None = None) -> tuple[StoreFacts, ...]:
    """The merchants' stores (of one marketplace): their state, and when their orders were last listed."""
    rows = Store.objects.filter(vendor=None)
    if marketplace is not None:
        rows = rows.filter(marketplace=marketplace)
    return tuple(_stores(set(rows.values_list("pk", flat=True))).values())


def _stores(ids: set[int]) -> dict[int, StoreFacts]:
    sweeps = list(Sweep.objects.filter(store__in=ids, kind__in=ORDER_SWEEPS).order_by("kind"))
    keys = DirtyKey.objects.filter(store__in=ids, kind="sweep", ref__in=[sweep.pk for sweep in sweeps])
    due = dict(keys.values_list("ref", "due_at"))
    pulls: dict[int, list[Pull]] = defaultdict(list)
    for sweep in sweeps:
        pulls[sweep.store_id].append(Pull(sweep.kind, sweep.finished_at, due.get(sweep.pk), sweep.last_error))
    return {
        store.pk: StoreFacts(
            store.pk,
            store.domain,
            store.platform,
            store.state,
            store.state_words,
            store.state_at,
            store.paused_until,
            tuple(pulls[store.pk]),
        )
        for store in Store.objects.filter(pk__in=ids).order_by("pk")
    }


def _waits(order: MerchantOrder, rows: Sequence[VendorOrder]) -> dict[tuple[str, int], tuple[Waits, ...]]:
    own = DirtyKey.objects.filter(store_id=order.store_id, kind__in=["order", "fulfillment"], ref=order.pk)
    theirs = DirtyKey.objects.filter(
        store__in=[row.store_id for row in rows if row.store_id], kind="vendor_order", ref__in=[row.pk for row in rows]
    )
    waits: dict[tuple[str, int], tuple[Waits, ...]] = defaultdict(tuple)
    for key in [*own, *theirs]:
        waits[key.kind, key.ref] += (Waits(key.kind, key.due_at, key.attempts, key.reason),)
    return waits


def _order_facts(order: MerchantOrder, store: StoreFacts, waits: tuple[Waits, ...]) -> OrderFacts:
    return OrderFacts(
        id=order.pk,
        marketplace=order.marketplace.slug,
        name=order.name,
        remote_id=order.remote_id,
        placed_at=order.placed_at,
        seen_at=order.seen_at,
        financial_status=order.financial_status,
        marked_paid_at=order.marked_paid_at,
        marked_paid_by=order.marked_paid_by,
        marked_paid_note=order.marked_paid_note,
        cancelled_at=order.cancelled_at,
        gone_at=order.gone_at,
        erased_at=order.erased_at,
        total=order.total,
        currency=order.currency,
        share=order.merchant_share,
        waits=waits,
        store=store,
    )


def _vendor_order_facts(
    row: VendorOrder,
    store: StoreFacts | None,
    parcels: Sequence[Parcel],
    waits: tuple[Waits, ...],
    inside: Contents,
) -> VendorOrderFacts:
    return VendorOrderFacts(
        id=row.pk,
        reference=row.reference,
        part=row.part,
        vendor=row.vendor.name,
        state=row.state,
        reason=row.reason,
        words=row.words,
        total=row.total,
        currency=row.currency,
        quantity=row.quantity,
        remote_id=row.remote_id,
        remote_name=row.remote_name,
        sending_at=row.sending_at,
        linked_at=row.linked_at,
        remote_cancelled_at=row.remote_cancelled_at,
        attempt=row.attempt,
        trace=row.trace,
        releases=tuple(fact["release"] for fact in row.trace if not fact["passed"] and fact.get("release")),
        store=store,
        parcels=tuple(map(_parcel_facts, parcels)),
        waits=waits,
        lines=inside.lines,
        contact=inside.contact,
    )


def _parcel_facts(parcel: Parcel) -> ParcelFacts:
    return ParcelFacts(
        id=parcel.pk,
        by_hand=parcel.remote_id.startswith(BY_HAND),
        remote_id=parcel.remote_id,
        state=parcel.state,
        status=parcel.status,
        reason=parcel.reason,
        words=parcel.words,
        shipped_at=parcel.shipped_at,
        linked_at=parcel.linked_at,
        tracking=parcel.tracking,
        lines=parcel.lines,
    )


def _by(rows: Iterable[Parcel], field: str) -> dict[int, list[Parcel]]:
    grouped: dict[int, list[Parcel]] = defaultdict(list)
    for row in rows:
        grouped[getattr(row, field)].append(row)
    return grouped
