"""Listings whose product at the merchant, as its catalogue was last read, is not as it should be or as it was left:
they are read before anything is decided of them.

Without it a look that finds nothing new of the vendor would ask nothing of the merchant, and see no edit by hand. Not
here: which are looked at (sync/drift.py marks them), what is done then (core/listing_plan.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace
from psycopg import AsyncCursor

from crossdock.connector.contract import Role
from crossdock.core.catalog import Product, Variant
from crossdock.core.drift import Cause
from crossdock.core.drift_listing import edits, touched
from crossdock.core.listing_case import ListingPlan
from crossdock.sync import catalogue, dirty
from crossdock.sync.catalogue_rows import SeenProduct, product_of, variant_of
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Note
from crossdock.sync.intake import version_of
from crossdock.sync.kinds.listing_desired import case_of, plan_of
from crossdock.sync.kinds.listing_rows import ListingRow, Merchant
from crossdock.sync.stores import Store
from crossdock.sync.what import What

MOST = 20  # fields that an activity names


async def astray(
    context: Context,
    store: Store,
    here: Merchant,
    rows: Iterable[ListingRow],
    plans: Mapping[int, ListingPlan],
    *,
    full: bool,
) -> list[ListingRow]:
    """Of those whose `plans`, made without the merchant's product, find nothing to do: those that want it read."""
    idle = [row for row in rows if row.merchant_product_id and not _busy(plans[row.id])]
    if not idle:
        return []
    async with context.pool.connection() as connection, connection.cursor() as cursor:
        there = await as_last_read(cursor, here.store_id, sorted({row.merchant_product_id for row in idle}))
    return [
        row
        for row in idle
        if (product := there.get(row.merchant_product_id)) is not None
        and _differ(plan_of(store, here, row, product, full=full), plans[row.id])
    ]


def _busy(plan: ListingPlan) -> bool:
    return plan.needs_read or plan.ends or bool(plan.actions)


def _differ(by_snapshot: ListingPlan, without: ListingPlan) -> bool:
    """Whether the merchant's product says more than what is known of it by what was written."""
    if by_snapshot.actions or by_snapshot.links or by_snapshot.parted:
        return True
    return (by_snapshot.taken, by_snapshot.written) != (without.taken, without.written)


async def as_last_read(cursor: AsyncCursor[Any], store_id: int, product_ids: Sequence[str]) -> dict[str, Product]:
    """The merchant's products as last read or written; those that are not known whole are left out."""
    await cursor.execute(named("merchant_snapshots"), {"store_id": store_id, "product_ids": list(product_ids)})
    found = {product_id: product_of(data) for product_id, data in await cursor.fetchall()}
    columns = {"store_ids": [store_id] * len(found), "product_ids": list(found)}
    await cursor.execute(named("load_vendor_variants"), columns)
    variants: defaultdict[str, list[Variant]] = defaultdict(list)
    for _, product_id, data in await cursor.fetchall():
        variants[product_id].append(variant_of(data))
    return {id: replace(product, variants=tuple(variants[id])) for id, product in found.items()}


def note(
    store: Store, here: Merchant, row: ListingRow, product: Product, plan: ListingPlan, *, put_right: bool
) -> Note | None:
    """What was edited by hand, and with `put_right` what is written because it was not as it should be."""
    found = edits(case_of(store, here, row, product), plan)
    edited = [each.field for each in found if each.why is Cause.EDITED_BY_HAND]
    written = touched(plan.actions) if put_right else []
    if not (edited or written):
        return None
    data = {"listing": row.id, "product": product.title, "edited": edited[:MOST], "written": written[:MOST]}
    return Note(row.marketplace_id, What.LISTING_DRIFT, store_id=row.store_id, data=data)


async def keep(context: Context, store: Store, products: Sequence[Product]) -> None:
    """What was read is what is known: were it not kept, it would be read at every look."""
    if not products or store.connection.role is not Role.MERCHANT:
        return
    now = context.clock()
    seen = [
        SeenProduct(store.id, store.marketplace_id, product, version_of(product.updated_at), now, True, True)
        for product in products
    ]

    async def write(cursor: AsyncCursor[Any]) -> None:
        await dirty.mark_async(cursor, await catalogue.keep(cursor, seen, now=now), now=now)

    await transact(context.pool, write)
