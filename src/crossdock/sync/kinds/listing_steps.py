"""The steps of one listing, each carried out at the merchant and kept: intent first, answer at once.

What survives a crash: what was about to be written is in `written` before the call, so that it is not taken for the
merchant's own edit; a product that is being made is found by its reference. Not here: which steps (core), which
listings and when (listing.py).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from psycopg import AsyncCursor

from crossdock.connector.contract import Operation
from crossdock.core.catalog import Product
from crossdock.core.listing import CreateProduct, EndListing, ListingAction, RemoveVariants, SetOptions, UpdateProduct
from crossdock.core.listing_case import ListingPlan
from crossdock.core.reasons import Reason
from crossdock.sync import catalogue, dirty, stock_rows, writer
from crossdock.sync import catalogue_rows as snapshots
from crossdock.sync.catalogue_rows import SeenProduct
from crossdock.sync.db import named, one, transact
from crossdock.sync.dirty import Mark
from crossdock.sync.drain import Context
from crossdock.sync.effects import Note, Settled
from crossdock.sync.intake import version_of
from crossdock.sync.kinds import listing_asks
from crossdock.sync.kinds import listing_rows as rows
from crossdock.sync.kinds.listing_desired import columns, learn
from crossdock.sync.kinds.listing_rows import LinkRow, ListingRow, Merchant
from crossdock.sync.kinds.rows import call
from crossdock.sync.stores import Store
from crossdock.sync.what import What

MERCHANT_DELETED = "merchant_deleted"
POLL = timedelta(seconds=2)  # between two questions after what the platform works on by itself


def name_of(action: ListingAction) -> str:
    """As the crash points and the log call it: "create_product"."""
    return str(action.__struct_config__.tag)


async def keep_plan(
    context: Context, here: Merchant, row: ListingRow, plan: ListingPlan, note: Note | None = None
) -> bool:
    """What is about to be written, and what was found out by looking, before any call. False when a person was
    quicker."""
    name = name_of(plan.actions[0]) if plan.actions else ""
    idle = not plan.actions and not plan.ends
    for column, value in columns(plan).items():
        setattr(row, column, value)
    if any(isinstance(action, CreateProduct) for action in plan.actions):
        row.state = "sending"
    elif row.state == "rejected":
        row.state = "live" if row.merchant_product_id else "wanted"
    if not plan.ends:
        row.reason, row.words = "", ""
    context.points.reach("intent.before_commit", name, row.was)
    now = context.clock()

    async def write(cursor: AsyncCursor[Any]) -> bool:
        if not await rows.save(cursor, row, done=idle, now=now):
            return False
        if listing_asks.differs(row):
            await listing_asks.keep(cursor, row, now)
        joined = await rows.join(cursor, row, plan.links, now)
        marks = await stock_rows.ensure_levels(cursor, here.marketplace_id, joined)
        if plan.parted:
            marks += await want_levels(cursor, here, await rows.part(cursor, row, plan.parted, now))
        if note is not None:
            await writer.notes(cursor, "add_activities", [note], now)
        await dirty.mark_async(cursor, marks, now=now)
        return True

    saved = await transact(context.pool, write)
    rows.kept(row)
    context.points.reach("intent.after_commit", name, row.was)
    return saved


async def perform(context: Context, store: Store, row: ListingRow, action: ListingAction) -> Product | None:
    """None: the platform works on it by itself."""
    answered = await call(context, name_of(action), row.state, store.client.write_listing(action))
    return await _product(context, row, action, answered)


async def ask(context: Context, store: Store, row: ListingRow) -> tuple[ListingAction, Product] | None:
    """What became of what the platform works on by itself; None = it is still at it."""
    step = row.step
    if step is None:
        return None
    answered = await call(context, "finish_listing", row.state, store.client.finish_listing(step.operation))
    product = await _product(context, row, step.action, answered)
    if product is None:
        return None
    row.operation = None
    return step.action, product


async def _product(
    context: Context, row: ListingRow, action: ListingAction, answered: Product | Operation
) -> Product | None:
    if isinstance(answered, Product):
        return answered
    now = context.clock()
    row.working(action, answered, now + POLL)
    await transact(context.pool, lambda cursor: rows.save(cursor, row, done=False, now=now))
    return None


async def keep(
    context: Context,
    store: Store,
    here: Merchant,
    row: ListingRow,
    action: ListingAction,
    product: Product,
    *,
    done: bool,
) -> None:
    """The answer, whole: the listing, its links, their levels, the merchant's snapshot."""
    name, now = name_of(action), context.clock()
    pairs = learn(store, here, row, action, product)
    first = row.live_at is None and isinstance(action, CreateProduct)
    _there(row, product, first, context)
    row.links = (*row.links, *(LinkRow(row.id, *pair, ended=False, open=False) for pair in pairs))
    context.points.reach("result.before_commit", name, row.was)

    async def write(cursor: AsyncCursor[Any]) -> None:
        if not await rows.save(cursor, row, done=done, now=now):
            return
        marks = await _levels(cursor, here, row, action, pairs, context)
        marks += await _snapshot(cursor, here, action, product, context)
        if first:
            data = {"listing": row.id, "product": product.title, "variants": len(product.variants)}
            note = Note(row.marketplace_id, What.LISTING_MADE, store_id=row.store_id, data=data)
            await writer.notes(cursor, "add_activities", [note], now)
        await dirty.mark_async(cursor, marks, now=now)

    await transact(context.pool, write)
    rows.kept(row)
    context.points.reach("result.after_commit", name, row.was)


def _there(row: ListingRow, product: Product, first: bool, context: Context) -> None:
    row.merchant_product_id = product.id or row.merchant_product_id
    row.operation = None
    if row.state in ("wanted", "sending", "rejected"):
        row.state, row.reason, row.words = "live", "", ""
    if first:
        row.live_at = context.clock()


async def _levels(
    cursor: AsyncCursor[Any],
    here: Merchant,
    row: ListingRow,
    action: ListingAction,
    pairs: Sequence[tuple[str, str]],
    context: Context,
) -> list[Mark]:
    """Links that are new, and those of variants that went."""
    joined = await rows.join(cursor, row, pairs, context.clock())
    marks = await stock_rows.ensure_levels(cursor, here.marketplace_id, joined)
    gone: Sequence[str] = ()
    if isinstance(action, RemoveVariants):
        gone = action.variant_ids
    elif isinstance(action, SetOptions):
        gone = action.remove
    if gone:
        await rows.part(cursor, row, gone, context.clock())
        await drop_levels(cursor, here.marketplace_id, gone)
    return marks


async def drop_levels(cursor: AsyncCursor[Any], marketplace_id: int, variant_ids: Sequence[str]) -> None:
    if variant_ids:
        parameters = {"marketplace_id": marketplace_id, "merchant_variant_ids": list(variant_ids)}
        await cursor.execute(named("drop_levels"), parameters)


async def forget_absent(context: Context, here: Merchant, row: ListingRow, present: Product) -> None:
    """Variants that were taken off, and whose removal was not heard of, have no stock any more."""
    there = {variant.id for variant in present.variants}
    absent = [link.merchant_variant_id for link in row.links if link.ended and link.merchant_variant_id not in there]
    if absent:
        await transact(context.pool, lambda cursor: drop_levels(cursor, here.marketplace_id, absent))


async def want_levels(cursor: AsyncCursor[Any], here: Merchant, variant_ids: Sequence[str]) -> list[Mark]:
    if not variant_ids:
        return []
    parameters = {"marketplace_id": here.marketplace_id, "merchant_variant_ids": list(variant_ids)}
    await cursor.execute(named("want_merchant_levels"), parameters)
    found = await cursor.fetchall()
    return [Mark(here.store_id, "level", here.store_id, "listing_ended")] if found else []


async def _snapshot(
    cursor: AsyncCursor[Any], here: Merchant, action: ListingAction, product: Product, context: Context
) -> list[Mark]:
    """What the merchant's store answered is what is known of its product: stock is kept under ids that are in it."""
    now = context.clock()
    if isinstance(action, EndListing) and action.delete:
        return []
    version = version_of(product.updated_at)
    seen = SeenProduct(here.store_id, here.marketplace_id, product, version, now, was_read=True, stock=True)
    if product.whole:
        return await catalogue.keep(cursor, [seen], now=now)
    if isinstance(action, UpdateProduct | EndListing):
        await snapshots.keep_products(cursor, [seen], was_read=False)
    elif isinstance(action, RemoveVariants):
        await snapshots.lose_variants(cursor, [(here.store_id, id) for id in action.variant_ids], now)
    else:
        await snapshots.keep_variants(cursor, [(seen, variant) for variant in product.variants])
    return []


async def refused(context: Context, row: ListingRow, words: str) -> None:
    """The merchant's store said no: a person has to look; the vendor's next change tries again."""
    row.state, row.reason, row.words, row.operation = "rejected", Reason.LISTING_REFUSED.value, words, None
    now = context.clock()

    async def write(cursor: AsyncCursor[Any]) -> None:
        if await rows.save(cursor, row, done=True, now=now):
            await cursor.execute(named("listings_refused"), {"vendor_id": row.vendor_id})
            count = one(await cursor.fetchone())[0]
            data = {"listing": row.id, "product": row.product_id, "words": words[:500], "count": count}
            item = Note(row.marketplace_id, Reason.LISTING_REFUSED, store_id=row.store_id, data=data)
            await writer.notes(cursor, "open_attentions", [item], now)
            said = Note(row.marketplace_id, What.LISTING_REFUSED, store_id=row.store_id, data=data)
            await writer.notes(cursor, "add_activities", [said], now)

    await transact(context.pool, write)


async def deleted(context: Context, here: Merchant, row: ListingRow) -> None:
    """Somebody deleted the product in the merchant's store: it is not made again by itself."""
    row.state, row.reason, row.operation, row.ended_at = "ended", MERCHANT_DELETED, None, context.clock()
    now = context.clock()

    async def write(cursor: AsyncCursor[Any]) -> None:
        if await rows.save(cursor, row, done=True, now=now):
            parted = await rows.part(cursor, row, None, now)
            await drop_levels(cursor, here.marketplace_id, parted)
            data = {"listing": row.id, "product": row.product_id, "merchant_product": row.merchant_product_id}
            item = Note(row.marketplace_id, Reason.LISTING_DELETED, store_id=row.store_id, data=data)
            await writer.notes(cursor, "open_attentions", [item], now)
            await listing_asks.keep(cursor, row, now)
            said = Note(row.marketplace_id, What.LISTING_DELETED, store_id=row.store_id, data=data)
            await writer.notes(cursor, "add_activities", [said], now)

    await transact(context.pool, write)


async def settle(context: Context, row: ListingRow) -> None:
    """It is refused no more; where nothing of the vendor's is, the item closes."""
    now = context.clock()

    async def write(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("listings_refused"), {"vendor_id": row.vendor_id})
        if not one(await cursor.fetchone())[0]:
            await writer.settle(cursor, [Settled(Reason.LISTING_REFUSED, store_id=row.store_id)], now)

    await transact(context.pool, write)
