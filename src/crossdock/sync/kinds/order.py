"""Kind "order": route an order of the merchant's store. Local: makes, changes or drops vendor orders; speaks to a store
only to read an order of which no more than its id is known.

What survives a crash: all of a batch or nothing of it; routing again gives the same. Not here: the rules (core).
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector.contract import Kind, Observation, Role
from crossdock.connector.errors import Gone
from crossdock.core import edits, routing, vendor_order
from crossdock.core.decision import Decision, Hold, Manual, Push, PushFacts, decide
from crossdock.core.orders import Order
from crossdock.core.reasons import Reason
from crossdock.core.vendor_order import ExistingPart, MerchantShare, Part, PartPlan, VendorOrderDraft
from crossdock.models.seal import Ring
from crossdock.sync import catalogue, dirty, intake, stock_rows, writer
from crossdock.sync.db import named, transact
from crossdock.sync.dirty import Mark
from crossdock.sync.drain import Context
from crossdock.sync.effects import Effects, Key, Note, Settled
from crossdock.sync.kinds import order_facts, order_refunds, order_stock
from crossdock.sync.kinds.order_facts import VendorFacts
from crossdock.sync.what import What

_order_of = msgspec.json.Decoder(Order).decode
_draft_of = msgspec.json.Decoder(VendorOrderDraft).decode
_encode = msgspec.json.encode

APART, LONGEST_SKU = "\x1f", 100
OPEN = ("held", "ready", "manual")
SECOND_LOOK = timedelta(seconds=20)  # longer than a page of a catalogue takes to commit
FOR_VARIANTS = (Reason.LINES_NOT_LINKED, Reason.CATALOGUE_NOT_READ)
WHATS = {
    "held": What.VENDOR_ORDER_HELD,
    "ready": What.VENDOR_ORDER_READY,
    "manual": What.VENDOR_ORDER_MANUAL,
    "cancelled": What.VENDOR_ORDER_NOT_SENT,
}


class Loaded(Struct, frozen=True):
    """An order's row."""

    id: int
    store_id: int
    marketplace_id: int
    remote_id: str
    read_needed: bool
    sealed: bytes | None
    digest: bytes | None
    gone: bool
    share: Any
    had_unassigned: bool
    first: bool
    marked_paid_at: datetime | None
    marked_paid_by: str
    changed: bool  # since it was last routed


class PartRow(Struct, frozen=True):
    """A vendor order that there is already."""

    id: int
    order_id: int
    vendor_id: int
    part: int
    state: str
    reason: str
    sealed: bytes | None
    held_by_person: bool
    released_by_person: bool
    store_id: int | None
    wanted_paid: bool
    wanted_cancel: bool
    has_parcels: bool

    @property
    def frozen(self) -> bool:
        """It was sent, or may have been, or goods left by hand."""
        return self.state not in OPEN or self.has_parcels


class Case(Struct, frozen=True):
    """One order to be routed, with what it has already."""

    loaded: Loaded
    order: Order
    rows: Mapping[tuple[int, int], PartRow]
    existing: tuple[ExistingPart, ...]


class NewRow(Struct, frozen=True):
    """A vendor order as routing wants it: the columns of statement `save_vendor_parts`."""

    marketplace_id: int
    order_id: int
    vendor_id: int
    store_id: int | None
    part: int
    reference: str
    state: str
    reason: str
    trace: str
    sealed: bytes
    digest: bytes
    total: Any
    currency: str
    quantity: int
    skus: str
    wants_cancel: bool
    wants_paid: bool


class Outcome(Struct, frozen=True):
    """One order routed. `unread`: the merchant's products that could say whose a line is, and were never read."""

    case: Case
    plan: PartPlan
    share: MerchantShare
    rows: tuple[NewRow, ...]
    drop: tuple[int, ...]
    unread: frozenset[str] = frozenset()


async def order(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    """Route the claimed orders in one transaction; the work that is left is reading those known only by id."""
    works = await transact(context.pool, lambda cursor: _route_all(context, cursor, keys))
    context.points.reach("route.after_commit")
    return works


async def _route_all(
    context: Context, cursor: AsyncCursor[Any], keys: Sequence[Key]
) -> dict[int, Callable[[], Awaitable[None]]]:
    by_ref = {key.ref: key for key in keys}
    works: dict[int, Callable[[], Awaitable[None]]] = {}
    await cursor.execute(named("load_orders"), {"ids": sorted(by_ref)})
    ready: list[Loaded] = []
    for row in [Loaded(*row) for row in await cursor.fetchall()]:
        if row.read_needed and not row.gone:
            key = by_ref[row.id]
            works[key.id] = partial(read, context, key, row)
        elif row.sealed is not None:
            ready.append(row)
    outcomes = await route(cursor, ready, context.ring)
    marks = await keep(cursor, outcomes, context.clock())
    done = [key for key in keys if key.id not in works]
    await dirty.lock_async(cursor, [key.id for key in done], marks)
    await writer.clear(cursor, done)
    await dirty.mark_async(cursor, marks, now=context.clock())
    context.points.reach("route.before_commit")
    return works


async def read(context: Context, key: Key, row: Loaded) -> None:
    """Ask the merchant's store for the order; what it says is kept like any observation and routed by a new mark. What
    was heard meanwhile may be newer than the answer: then it is read again."""
    store = await context.stores.get(key.store_id, key.store_version)
    try:
        found = await store.client.read_order(row.remote_id)
        seen = Observation(Kind.ORDER, found.id, intake.version_of(found.updated_at), found)
    except Gone:
        seen = Observation(Kind.ORDER, row.remote_id, deleted=True)
    kept = intake.Seen(key.store_id, row.marketplace_id, Role.MERCHANT, seen)

    async def keep_read(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("load_orders"), {"ids": [row.id]})
        settles = not await dirty.marked_since(cursor, key.id, key.generation)
        await intake.keep(cursor, [kept], ring=context.ring, now=context.clock(), was_read=settles)
        context.points.reach("intake.before_commit", "read", "order")

    await transact(context.pool, keep_read)
    context.points.reach("intake.after_commit", "read", "order")
    mark = Mark(key.store_id, "order", key.ref, "was_read")
    await context.writer.keep(Effects(done=[key], marks=[mark]), write="read", state="order")


async def route(cursor: AsyncCursor[Any], loaded: Sequence[Loaded], ring: Ring) -> list[Outcome]:
    """Split, decide and draft each order (pure, after a handful of statements for all of them)."""
    cases = await _cases(cursor, loaded, ring)
    wanted = [(case.loaded.marketplace_id, routing.wanted(case.order)) for case in cases]
    facts = await order_facts.load(cursor, wanted)
    splits = [
        routing.split(case.order, facts.links_of(m, want), facts.found_of(m, want))
        for case, (m, want) in zip(cases, wanted, strict=True)
    ]
    vendors = await order_facts.vendors(cursor, _vendor_ids(cases, splits))
    return [
        _decide(case, split, vendors, ring, facts.unread(case.loaded.marketplace_id, split))
        for case, split in zip(cases, splits, strict=True)
    ]


async def _cases(cursor: AsyncCursor[Any], loaded: Sequence[Loaded], ring: Ring) -> list[Case]:
    rows: defaultdict[int, dict[tuple[int, int], PartRow]] = defaultdict(dict)
    if loaded:
        await cursor.execute(named("lock_vendor_orders"), {"order_ids": [row.id for row in loaded]})
        found = await cursor.fetchall()
        shipped = await _with_parcels(cursor, [row[0] for row in found])
        for row in [PartRow(*(*row, row[0] in shipped)) for row in found]:
            rows[row.order_id][row.vendor_id, row.part] = row
    return [
        Case(row, _order_of(ring.open(row.sealed or b"")), rows[row.id], _existing(rows[row.id], ring))
        for row in loaded
    ]


async def _with_parcels(cursor: AsyncCursor[Any], ids: Sequence[int]) -> set[int]:
    if not ids:
        return set()
    await cursor.execute(named("with_parcels"), {"ids": ids})
    return {row[0] for row in await cursor.fetchall()}


def _existing(rows: Mapping[tuple[int, int], PartRow], ring: Ring) -> tuple[ExistingPart, ...]:
    parts = []
    for row in rows.values():
        if row.sealed is not None:
            draft = _draft_of(ring.open(row.sealed))
            parts.append(ExistingPart(row.vendor_id, row.part, row.frozen, draft.lines, draft.shipping_lines))
    return tuple(parts)


def _vendor_ids(cases: Sequence[Case], splits: Sequence[routing.Routing]) -> dict[int, set[int]]:
    ids: defaultdict[int, set[int]] = defaultdict(set)
    for case, split in zip(cases, splits, strict=True):
        ids[case.loaded.marketplace_id].update(line.vendor_id for line in split.lines if line.vendor_id is not None)
        ids[case.loaded.marketplace_id].update(row.vendor_id for row in case.rows.values())
    return ids


def _decide(
    case: Case, split: routing.Routing, vendors: Mapping[int, VendorFacts], ring: Ring, unread: frozenset[str]
) -> Outcome:
    before = msgspec.convert(case.loaded.share, MerchantShare) if case.loaded.share else None
    plan = vendor_order.plan_parts(
        case.order,
        split,
        case.existing,
        lambda id: vendors[id].policy.push_unsynced,
        before,
        lambda id: vendors[id].most_lines,
    )
    drafts = vendor_order.drafts(
        case.order, plan, case.loaded.marketplace_id, lambda id: vendors[id].policy, case.existing
    )
    rows = tuple(
        _row(case, part, drafts.by_part[part.vendor_id, part.part], vendors[part.vendor_id], ring)
        for part in plan.parts
    )
    wanted = {(part.vendor_id, part.part) for part in plan.parts}
    drop = tuple(row.id for place, row in case.rows.items() if place not in wanted and not row.frozen)
    return Outcome(case, plan, drafts.share, rows, drop, unread)


def _row(case: Case, part: Part, draft: VendorOrderDraft, vendor: VendorFacts, ring: Ring) -> NewRow:
    before = case.rows.get((part.vendor_id, part.part))
    quantity = sum(line.quantity for line in draft.lines)
    over = case.order.cancelled_at is not None or case.loaded.gone
    decided = decide(_facts(case, part, draft, vendor, before, quantity, over))
    state, reason = _state(decided, over)
    if before is not None and before.frozen:
        state, reason = before.state, before.reason
    return NewRow(
        marketplace_id=case.loaded.marketplace_id,
        order_id=case.loaded.id,
        vendor_id=part.vendor_id,
        store_id=vendor.store_id,
        part=part.part,
        reference=draft.reference,
        state=state,
        reason=reason,
        trace=_encode(decided.trace).decode(),
        sealed=ring.seal(_encode(draft)),
        digest=edits.digest(draft),
        total=draft.total.amount,
        currency=draft.currency,
        quantity=quantity,
        skus=_skus(draft),
        wants_cancel=case.order.cancelled_at is not None,
        wants_paid=case.order.paid,
    )


def _skus(draft: VendorOrderDraft) -> str:
    """By which people find it in lists: in lower case, as an array's text between unit separators."""
    found = {line.sku.strip().lower()[:LONGEST_SKU] for line in draft.lines}
    return APART.join(sorted(found - {""}))


def _facts(
    case: Case,
    part: Part,
    draft: VendorOrderDraft,
    vendor: VendorFacts,
    before: PartRow | None,
    quantity: int,
    over: bool,
) -> PushFacts:
    linked = sum(1 for line in part.lines if line.linked)
    return PushFacts(
        connecting_active=vendor.connecting_active,
        add_on_active=vendor.add_on_active,
        order_sync=vendor.policy.order_sync,
        vendor_has_store=vendor.store_id is not None and vendor.store_state != "disconnected",
        store_state=vendor.store_state,
        cancelled=over,
        paid_only=vendor.policy.paid_only,
        financial_status=case.order.financial_status,
        paid=case.order.paid,
        push_unsynced=vendor.policy.push_unsynced,
        lines_linked=linked,
        lines_unlinked=len(part.lines) - linked,
        total=draft.total.amount,
        quantity=quantity,
        vendor_active=vendor.active,
        catalogue_read=vendor.catalogue_read,
        minimum_value=vendor.policy.minimum_value,
        maximum_value=vendor.policy.maximum_value,
        minimum_quantity=vendor.policy.minimum_quantity,
        maximum_quantity=vendor.policy.maximum_quantity,
        held_by_person=before is not None and before.held_by_person,
        released_by_person=before is not None and before.released_by_person,
        marked_paid_at=case.loaded.marked_paid_at,
        marked_paid_by=case.loaded.marked_paid_by,
    )


def _state(decided: Decision, over: bool) -> tuple[str, str]:
    if over:
        return "cancelled", Reason.ORDER_CANCELLED
    match decided:
        case Push():
            return "ready", ""
        case Hold(reasons=reasons):
            return "held", reasons[0]
        case Manual(reason=reason):
            return "manual", reason


async def keep(cursor: AsyncCursor[Any], outcomes: Sequence[Outcome], now: datetime) -> list[Mark]:
    """All outcomes by a handful of statements; returns the marks for vendor orders that have something to do."""
    if not outcomes:
        return []
    drop = sorted(id for outcome in outcomes for id in outcome.drop)
    if drop:
        await cursor.execute(named("drop_vendor_parts"), {"ids": drop})
    rows = sorted(
        (row for outcome in outcomes for row in outcome.rows), key=lambda row: (row.order_id, row.vendor_id, row.part)
    )
    kept: dict[tuple[int, int, int], tuple[Any, ...]] = {}
    if rows:
        columns = {name: [getattr(row, name) for row in rows] for name in NewRow.__struct_fields__}
        await cursor.execute(named("save_vendor_parts"), columns | {"now": now})
        kept = {(row[1], row[2], row[3]): row for row in await cursor.fetchall()}
    await cursor.execute(
        named("orders_routed"),
        {
            "ids": [outcome.case.loaded.id for outcome in outcomes],
            "digests": [outcome.case.loaded.digest for outcome in outcomes],
            "shares": [_encode(outcome.share).decode() for outcome in outcomes],
            "unassigned": [bool(outcome.plan.missing) for outcome in outcomes],
        },
    )
    await _say(cursor, outcomes, kept, now)
    marks = [Mark(row[4], "vendor_order", row[0], "routed") for row in kept.values() if row[6] and row[4] is not None]
    marks += [*_look_twice(outcomes, now), *await _ask(cursor, outcomes, now)]
    return marks + await _count(cursor, outcomes, kept, now)


def _look_twice(outcomes: Sequence[Outcome], now: datetime) -> list[Mark]:
    """An order that begins to wait for its lines' variants is routed once more a little later: a catalogue that was
    committed while it was routed neither was in what it was decided by, nor saw it wait."""
    return [
        Mark(outcome.case.loaded.store_id, "order", outcome.case.loaded.id, "second_look", now + SECOND_LOOK)
        for outcome in outcomes
        if outcome.case.loaded.first
        and not outcome.case.order.cancelled_at
        and (outcome.plan.missing or any(row.reason in FOR_VARIANTS for row in outcome.rows))
    ]


async def _ask(cursor: AsyncCursor[Any], outcomes: Sequence[Outcome], now: datetime) -> list[Mark]:
    """Products that could say whose a line is are read, and their orders routed again then."""
    unread = {
        (outcome.case.loaded.store_id, outcome.case.loaded.marketplace_id, product_id)
        for outcome in outcomes
        for product_id in outcome.unread
    }
    return await catalogue.doubt(cursor, sorted(unread), now=now) if unread else []


async def _count(
    cursor: AsyncCursor[Any],
    outcomes: Sequence[Outcome],
    kept: Mapping[tuple[int, int, int], tuple[Any, ...]],
    now: datetime,
) -> list[Mark]:
    """What is sold moves the levels' books."""
    before = [outcome.case.loaded.id for outcome in outcomes if not outcome.case.loaded.first]
    stores = {outcome.case.loaded.marketplace_id: outcome.case.loaded.store_id for outcome in outcomes}
    return await stock_rows.count_sold(cursor, before, order_stock.sold_lines(outcomes, kept), stores, now)


async def _say(
    cursor: AsyncCursor[Any],
    outcomes: Sequence[Outcome],
    kept: Mapping[tuple[int, int, int], tuple[Any, ...]],
    now: datetime,
) -> None:
    """Activities for what changed; items for lines without a vendor and for items edited after the push."""
    activities: list[Note] = []
    opened: list[Note] = []
    settled: list[Settled] = []
    for outcome in outcomes:
        activities += [*_at_the_merchant(outcome.case), *_activities(outcome, kept)]
        loaded = outcome.case.loaded
        if outcome.plan.missing and not outcome.case.order.cancelled_at:
            data = {"lines": list(outcome.plan.missing)}
            opened.append(Note(loaded.marketplace_id, Reason.LINES_UNASSIGNED, order_id=loaded.id, data=data))
        elif loaded.had_unassigned:
            settled.append(Settled(Reason.LINES_UNASSIGNED, order_id=loaded.id))
        opened += _edited(outcome, kept)
        edited = {(item.vendor_id, item.part) for item in outcome.plan.edited}
        settled += [
            Settled(Reason.ITEMS_EDITED, vendor_order_id=row.id)
            for place, row in outcome.case.rows.items()
            if row.frozen and place not in edited
        ]
    await writer.notes(cursor, "open_attentions", opened, now)
    await writer.settle(cursor, settled, now)
    await writer.notes(cursor, "add_activities", activities, now)
    await order_refunds.tell(cursor, list(map(_refundable, outcomes)), now)


def _refundable(outcome: Outcome) -> order_refunds.Seen:
    edited = frozenset(item.vendor_id for item in outcome.plan.edited)
    loaded = outcome.case.loaded
    return order_refunds.Seen(loaded.id, loaded.marketplace_id, outcome.case.order, edited)


def _at_the_merchant(case: Case) -> list[Note]:
    """What the merchant's store told of an order that had parts already: it was paid, cancelled, or else edited."""
    rows = case.rows.values()
    if not rows or not case.loaded.changed:
        return []
    whats = []
    if case.order.paid and not any(row.wanted_paid for row in rows):
        whats.append(What.ORDER_PAID)
    if case.order.cancelled_at is not None and not any(row.wanted_cancel for row in rows):
        whats.append(What.ORDER_CANCELLED)
    return [
        Note(case.loaded.marketplace_id, what, case.loaded.store_id, case.loaded.id)
        for what in whats or [What.ORDER_EDITED]
    ]


def _activities(outcome: Outcome, kept: Mapping[tuple[int, int, int], tuple[Any, ...]]) -> list[Note]:
    said: list[Note] = []
    for row in outcome.rows:
        before = outcome.case.rows.get((row.vendor_id, row.part))
        new = before is None or (not before.frozen and (before.state, before.reason) != (row.state, row.reason))
        at_once = before is None and row.state == "ready"  # the next thing that happens to it says enough
        if new and not at_once and row.state in WHATS:
            id = kept[row.order_id, row.vendor_id, row.part][0]
            data = {"reason": row.reason, "reference": row.reference}
            said.append(Note(row.marketplace_id, WHATS[row.state], row.store_id, row.order_id, id, data))
    return said


def _edited(outcome: Outcome, kept: Mapping[tuple[int, int, int], tuple[Any, ...]]) -> list[Note]:
    loaded = outcome.case.loaded
    opened: list[Note] = []
    for item in outcome.plan.edited:
        row = outcome.case.rows.get((item.vendor_id, item.part))
        if row is not None:
            data = {"lines": msgspec.to_builtins(item.changes)}
            opened.append(Note(loaded.marketplace_id, Reason.ITEMS_EDITED, row.store_id, loaded.id, row.id, data))
    return opened
