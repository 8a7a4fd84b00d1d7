"""Intake: what stores say becomes snapshots and dirty keys, many observations in one transaction.

Newest version wins; the same thing said twice changes nothing. What survives a crash: all of a committed batch. What
was not committed was not answered (webhooks: sent again) or is listed again (sweep). Not here: what is to be done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector.contract import Kind, Observation, Role
from crossdock.core import edits
from crossdock.core.catalog import Level
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.orders import Order
from crossdock.core.reasons import Reason
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.models.seal import Ring
from crossdock.sync import catalogue_observed, dirty, stock_rows, writer
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark
from crossdock.sync.effects import Note, Settled, StoreChange

_encode = msgspec.json.encode
ASKED_AGAIN = timedelta(days=3)  # platforms repeat a delivery for two days
FRESH = timedelta(seconds=30)  # a vendor order linked so lately may have been committed after we looked for it


class Seen(Struct, frozen=True):
    """An observation and the store it came from."""

    store_id: int
    marketplace_id: int
    role: Role
    observation: Observation


class KnownVendorOrder(Struct, frozen=True):
    """As much of a vendor order as facts about it touch."""

    id: int
    order_id: int
    store_id: int
    remote_id: str
    remote_version: int
    remote_lines: list[list[str]]
    state: str
    wants_cancel: bool
    marketplace_id: int
    merchant_store_id: int
    cancelled: bool


def version_of(at: datetime) -> int:
    """Microseconds since 1970: bigger is newer."""
    return int(at.timestamp() * 1_000_000)


async def keep(
    cursor: AsyncCursor[Any],
    seen: Sequence[Seen],
    *,
    ring: Ring,
    now: datetime,
    was_read: bool = False,
    listed: bool = False,
) -> None:
    """Keep everything seen, in the caller's transaction. `was_read`: straight from the store's API just now, so that it
    settles what two webhooks of one moment left open. `listed`: vendor orders come with all their parcels."""
    marks: list[Mark] = []
    asleep: list[int] = []
    orders = [item for item in seen if item.role is Role.MERCHANT and item.observation.kind is Kind.ORDER]
    if orders:
        marks, asleep = await _orders(cursor, orders, ring, now, was_read)
    theirs = [
        item for item in seen if item.role is Role.VENDOR and item.observation.kind in (Kind.ORDER, Kind.FULFILLMENT)
    ]
    if theirs:
        marks += await _vendor_facts(cursor, theirs, now, was_read, listed)
    products = [item for item in seen if item.observation.kind is Kind.PRODUCT]
    if products:
        marks += await catalogue_observed.observe(cursor, products, now)
    marks += await stock_rows.keep_levels(cursor, _levels(seen), now)
    for item in seen:
        if item.observation.kind is Kind.STORE:
            await _store(cursor, item, now)
        elif item.observation.kind is Kind.PRIVACY:
            await _privacy(cursor, item, now)
    await dirty.mark_async(cursor, marks, now=now)
    if asleep:
        await cursor.execute(named("defer_drains"), {"lanes": asleep})


def _levels(seen: Sequence[Seen]) -> list[stock_rows.Told]:
    """What vendors' stores said of their stock; of the merchant's the hub knows better itself."""
    return [
        stock_rows.Told(item.store_id, item.observation.snapshot)
        for item in seen
        if item.role is Role.VENDOR and isinstance(item.observation.snapshot, Level)
    ]


def in_one_statement(seen: Sequence[Seen]) -> bool:
    """Whether `keep` keeps these by a single statement, which needs no transaction around it: whole orders of the
    merchant, each once. Should the process end before a sleeping lane has its job, a worker's tick gives it one."""
    plain = all(
        item.role is Role.MERCHANT and item.observation.kind is Kind.ORDER and item.observation.snapshot is not None
        for item in seen
    )
    return plain and len({(item.store_id, item.observation.id) for item in seen}) == len(seen)


async def _orders(
    cursor: AsyncCursor[Any], seen: Sequence[Seen], ring: Ring, now: datetime, was_read: bool
) -> tuple[list[Mark], list[int]]:
    """Whole snapshots by newest version; ids only as rows that ask to be read."""
    whole: dict[tuple[int, str], Seen] = {}
    bare: dict[tuple[int, str], Seen] = {}
    for item in seen:
        key = (item.store_id, item.observation.id)
        if item.observation.snapshot is None:
            if key not in bare or item.observation.deleted:
                bare[key] = item
        elif key not in whole or item.observation.version > whole[key].observation.version:
            whole[key] = item
        elif _contradicts(item, whole[key]):
            bare.setdefault(key, item)
    asleep: list[int] = []
    changed: list[tuple[int, int]] = []
    if whole:
        asleep = await _keep_orders(cursor, list(whole.values()), ring, now, was_read)
    if bare:
        await cursor.execute(
            named("keep_order_ids"),
            {
                "marketplace_ids": [item.marketplace_id for item in bare.values()],
                "store_ids": [item.store_id for item in bare.values()],
                "remote_ids": [item.observation.id for item in bare.values()],
                "gone": [item.observation.deleted for item in bare.values()],
                "now": now,
            },
        )
        changed = cast(list[tuple[int, int]], await cursor.fetchall())
    return [Mark(store_id, "order", id, "observed") for id, store_id in changed], asleep


def _contradicts(item: Seen, other: Seen) -> bool:
    """Two contents of one moment."""
    one, two = item.observation, other.observation
    return one.version == two.version and one.snapshot != two.snapshot


async def _keep_orders(
    cursor: AsyncCursor[Any], seen: Sequence[Seen], ring: Ring, now: datetime, was_read: bool
) -> list[int]:
    """Keeps and marks; returns the lanes that sleep."""
    orders = [cast(Order, item.observation.snapshot) for item in seen]
    await cursor.execute(
        named("keep_orders"),
        {
            "marketplace_ids": [item.marketplace_id for item in seen],
            "store_ids": [item.store_id for item in seen],
            "remote_ids": [order.id for order in orders],
            "names": [order.name for order in orders],
            "versions": [item.observation.version for item in seen],
            "sealed": [ring.seal(_encode(order)) for order in orders],
            "buyers": [ring.mark(order.contact.email) for order in orders],
            "digests": [edits.order_digest(order) for order in orders],
            "placed_ats": [order.placed_at for order in orders],
            "financial_statuses": [order.financial_status.value for order in orders],
            "cancelled_ats": [order.cancelled_at for order in orders],
            "totals": [order.total.amount for order in orders],
            "currencies": [order.currency for order in orders],
            "was_read": was_read,
            "now": now,
        },
    )
    return [row[0] for row in await cursor.fetchall()]


async def _vendor_facts(
    cursor: AsyncCursor[Any], seen: Sequence[Seen], now: datetime, was_read: bool, listed: bool
) -> list[Mark]:
    """Facts about vendor orders of ours; other orders of the vendor are none of our business and leave no trace."""
    known = await _known(cursor, seen)
    marks: list[Mark] = []
    facts: dict[int, tuple[KnownVendorOrder, Observation]] = {}
    parcels: list[tuple[KnownVendorOrder, Observation]] = []
    strays: set[int] = set()
    for item in seen:
        observation = item.observation
        owner = observation.owner_id if observation.kind is Kind.FULFILLMENT else observation.id
        vendor_order = known.get((item.store_id, owner))
        if vendor_order is None:
            if observation.kind is Kind.FULFILLMENT:
                strays.add(item.store_id)
            continue
        if observation.deleted and observation.kind is Kind.ORDER:
            marks += await _gone(cursor, vendor_order, now)
        elif observation.snapshot is None:
            marks += await _must_read(cursor, [vendor_order], now)
        elif observation.kind is Kind.ORDER:
            if vendor_order.id not in facts or observation.version >= facts[vendor_order.id][1].version:
                facts[vendor_order.id] = (vendor_order, observation)
        else:
            parcels.append((vendor_order, observation))
    marks += await _doubt(cursor, strays, now)
    marks += await _facts(cursor, list(facts.values()), now)
    marks += await _parcels(cursor, parcels, now, was_read)
    if listed and facts:
        marks += await _missing(cursor, list(facts.values()), parcels, now, was_read)
    if was_read:
        ids = [vendor_order.id for vendor_order in known.values()]
        await cursor.execute(named("vendor_orders_read"), {"ids": ids, "needed": False})
    return marks


async def _known(cursor: AsyncCursor[Any], seen: Sequence[Seen]) -> dict[tuple[int, str], KnownVendorOrder]:
    owners = sorted(
        {
            (
                item.store_id,
                item.observation.owner_id if item.observation.kind is Kind.FULFILLMENT else item.observation.id,
            )
            for item in seen
        }
    )
    await cursor.execute(
        named("find_vendor_orders"),
        {"store_ids": [store_id for store_id, _ in owners], "remote_ids": [remote_id for _, remote_id in owners]},
    )
    rows = [KnownVendorOrder(*row) for row in await cursor.fetchall()]
    return {(row.store_id, row.remote_id): row for row in rows}


async def _must_read(cursor: AsyncCursor[Any], known: Sequence[KnownVendorOrder], now: datetime) -> list[Mark]:
    await cursor.execute(named("vendor_orders_read"), {"ids": [row.id for row in known], "needed": True})
    return [Mark(row.store_id, "vendor_order", row.id, "read_needed") for row in known]


async def _doubt(cursor: AsyncCursor[Any], store_ids: set[int], now: datetime) -> list[Mark]:
    """A parcel of an order not known: of the vendor's own, or of ours whose id is not kept yet (a vendor's app that
    ships at once is quicker than our commit). Vendor orders being created there are read once they are linked."""
    if not store_ids:
        return []
    await cursor.execute(named("doubt_fresh_orders"), {"store_ids": sorted(store_ids), "since": now - FRESH})
    return [Mark(store_id, "vendor_order", id, "read_needed") for id, store_id in await cursor.fetchall()]


async def _gone(cursor: AsyncCursor[Any], known: KnownVendorOrder, now: datetime) -> list[Mark]:
    """The vendor deleted its order: unless the customer's order is cancelled anyway, a person must know."""
    note = Note(known.marketplace_id, Reason.VENDOR_ORDER_GONE, known.store_id, known.order_id, known.id)
    if known.state in ("linked", "closed") and not known.wants_cancel:
        await writer.notes(cursor, "open_attentions", [note], now)
    return [Mark(known.store_id, "vendor_order", known.id, "deleted_by_vendor")]


async def _facts(
    cursor: AsyncCursor[Any], facts: Sequence[tuple[KnownVendorOrder, Observation]], now: datetime
) -> list[Mark]:
    if not facts:
        return []
    remotes = [cast(RemoteVendorOrder, observation.snapshot) for _, observation in facts]
    await cursor.execute(
        named("keep_vendor_facts"),
        {
            "ids": [known.id for known, _ in facts],
            "versions": [observation.version for _, observation in facts],
            "cancelled_ats": [remote.cancelled_at for remote in remotes],
            "paids": [remote.financial_status == "paid" for remote in remotes],
        },
    )
    cancelled = [
        known
        for (known, _), remote in zip(facts, remotes, strict=True)
        if remote.cancelled_at and not known.cancelled and known.state in ("linked", "closed")
    ]
    surprises = [known for known in cancelled if not known.wants_cancel]
    items = [Note(k.marketplace_id, Reason.CANCELLED_BY_VENDOR, k.store_id, k.order_id, k.id) for k in surprises]
    await writer.notes(cursor, "open_attentions", items, now)
    activities = [
        Note(k.marketplace_id, "vendor_order.cancelled_by_vendor", k.store_id, k.order_id, k.id) for k in surprises
    ]
    await writer.notes(cursor, "add_activities", activities, now)
    marks = [Mark(known.store_id, "vendor_order", known.id, "cancelled") for known in cancelled]
    return marks + await stock_rows.untake(cursor, [known.id for known in surprises])


class Parcel(Struct, frozen=True):
    """A vendor's fulfilment in the merchant's words: lines by the merchant's ids."""

    known: KnownVendorOrder
    remote_id: str
    version: int
    status: str
    lines: list[list[Any]]
    tracking: dict[str, Any]
    shipped_at: datetime


def _parcel(known: KnownVendorOrder, observation: Observation) -> Parcel | None:
    """None when the parcel has none of our lines (the vendor added goods of its own to the order)."""
    fulfillment = cast(Fulfillment, observation.snapshot)
    ours = {vendor_line: merchant_line for merchant_line, vendor_line in known.remote_lines}
    lines = [[ours[line.line_id], line.quantity] for line in fulfillment.lines if line.line_id in ours]
    if fulfillment.lines and not lines:
        return None
    return Parcel(
        known,
        fulfillment.id,
        observation.version,
        fulfillment.status.value,
        lines,
        msgspec.json.decode(_encode(fulfillment.tracking)),  # as the database gives it back: lists, not tuples
        fulfillment.created_at,
    )


async def _parcels(
    cursor: AsyncCursor[Any], seen: Sequence[tuple[KnownVendorOrder, Observation]], now: datetime, was_read: bool
) -> list[Mark]:
    """Newest version of each parcel; two different contents of one moment make the vendor order be read."""
    newest: dict[tuple[int, str], Parcel] = {}
    doubtful: dict[int, KnownVendorOrder] = {}
    for known, observation in seen:
        parcel = _parcel(known, observation)
        if parcel is None:
            continue
        other = newest.get((known.id, parcel.remote_id))
        if other is not None and other.version == parcel.version and other != parcel:
            doubtful[known.id] = known
        if other is None or parcel.version >= other.version:
            newest[(known.id, parcel.remote_id)] = parcel
    if not newest:
        return []
    if not was_read:
        doubtful |= await _same_moment(cursor, newest)
    changed = await _keep_parcels(cursor, list(newest.values()))
    marks = await _must_read(cursor, list(doubtful.values()), now) if doubtful else []
    stores = {parcel.known.id: parcel.known.merchant_store_id for parcel in newest.values()}
    return marks + [
        Mark(stores[vendor_order_id], "fulfillment", order_id, "parcel_observed")
        for _, order_id, vendor_order_id in changed
    ]


async def _same_moment(cursor: AsyncCursor[Any], newest: dict[tuple[int, str], Parcel]) -> dict[int, KnownVendorOrder]:
    await cursor.execute(named("parcel_versions"), {"vendor_order_ids": sorted({id for id, _ in newest})})
    doubtful: dict[int, KnownVendorOrder] = {}
    for vendor_order_id, remote_id, version, status, lines, tracking in await cursor.fetchall():
        parcel = newest.get((vendor_order_id, remote_id))
        if parcel is None or parcel.version != version:
            continue
        if (parcel.status, parcel.lines or lines, parcel.tracking) != (status, lines, tracking):
            doubtful[vendor_order_id] = parcel.known
    return doubtful


async def _missing(
    cursor: AsyncCursor[Any],
    facts: Sequence[tuple[KnownVendorOrder, Observation]],
    parcels: Sequence[tuple[KnownVendorOrder, Observation]],
    now: datetime,
    was_read: bool,
) -> list[Mark]:
    """Parcels that their vendor orders, listed whole, do not have any more: a vendor that deletes one, as to enter its
    tracking anew, has withdrawn it. A list may lag, so what one lacks is believed of a direct read only."""
    owners = {known.id: (known, observation.version) for known, observation in facts}
    await cursor.execute(
        named("missing_parcels"),
        {
            "vendor_order_ids": list(owners),
            "versions": [version for _, version in owners.values()],
            "listed_ids": [known.id for known, _ in parcels],
            "remote_ids": [observation.id for _, observation in parcels],
        },
    )
    rows = await cursor.fetchall()
    found = {id: owners[id][0] for _, _, id in rows}
    if not was_read:
        return await _must_read(cursor, list(found.values()), now) if found else []
    versions = [owners[id][1] for _, _, id in rows]
    await cursor.execute(named("withdraw_parcels"), {"ids": [id for id, _, _ in rows], "versions": versions})
    return [Mark(found[id].merchant_store_id, "fulfillment", order_id, "parcel_missing") for _, order_id, id in rows]


async def _keep_parcels(cursor: AsyncCursor[Any], parcels: Sequence[Parcel]) -> list[tuple[int, int, int]]:
    await cursor.execute(
        named("keep_parcels"),
        {
            "vendor_order_ids": [parcel.known.id for parcel in parcels],
            "order_ids": [parcel.known.order_id for parcel in parcels],
            "remote_ids": [parcel.remote_id for parcel in parcels],
            "versions": [parcel.version for parcel in parcels],
            "statuses": [parcel.status for parcel in parcels],
            "lines": [_encode(parcel.lines).decode() for parcel in parcels],
            "trackings": [_encode(parcel.tracking).decode() for parcel in parcels],
            "shipped_ats": [parcel.shipped_at for parcel in parcels],
        },
    )
    return cast(list[tuple[int, int, int]], await cursor.fetchall())


async def _store(cursor: AsyncCursor[Any], item: Seen, now: datetime) -> None:
    """The store itself: uninstalled (its token is dead already), or connected again."""
    state = str(item.observation.data.get("state", ""))
    if state:
        words = str(item.observation.data.get("words", ""))
        opened = await writer.change_stores(cursor, [StoreChange(item.store_id, state, words)], now)
        await writer.notes(cursor, "open_attentions", opened, now)
        if state == "connected":
            await writer.settle(cursor, [Settled(Reason.STORE_UNREACHABLE, store_id=item.store_id)], now)


async def _privacy(cursor: AsyncCursor[Any], item: Seen, now: datetime) -> None:
    """A platform asks on a buyer's behalf: a person has to answer."""
    await cursor.execute(
        named("keep_privacy"),
        {
            "store_id": item.store_id,
            "topic": item.observation.topic,
            "remote_id": item.observation.id,
            "data": _encode(item.observation.data).decode(),
            "now": now,
            "again": now - ASKED_AGAIN,
        },
    )
    asked = Note(item.marketplace_id, Reason.PRIVACY_REQUEST, item.store_id)
    await writer.notes(cursor, "open_attentions", [asked], now)
