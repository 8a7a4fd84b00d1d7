"""A whole pass over a store's catalogue: each page beside what is kept, and at its end what was not seen any more.

Pages only read where nothing changed. What survives a crash: a page together with the sweep's cursor. What was seen is
kept in a table that a crash of the database empties; a pass that misses its rows begins again. Not here: reading pages
(kinds/sweep_catalogue.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector.contract import CataloguePage
from crossdock.core.catalog import Product, Variant
from crossdock.core.digest import fields_digest, variant_digest
from crossdock.sync import catalogue, catalogue_stock, drift
from crossdock.sync import catalogue_rows as rows
from crossdock.sync.catalogue import Changes
from crossdock.sync.catalogue_rows import Place, SeenProduct
from crossdock.sync.db import named, one
from crossdock.sync.dirty import Mark

# The table of what was seen has no useful statistics (it fills and empties): looking each row up in it would take
# hours.
BY_HASH, AS_USUAL = "SET LOCAL enable_nestloop = off", "SET LOCAL enable_nestloop = on"


class Pass(Struct, frozen=True):
    """One pass. `as_of`: nothing in it is older. `first`: the store's catalogue was never read to its end."""

    sweep_id: int
    store_id: int
    marketplace_id: int
    at_vendor: bool
    as_of: datetime
    first: bool


async def begin(cursor: AsyncCursor[Any], sweep_id: int) -> None:
    await cursor.execute(named("pass_begins"), {"sweep_id": sweep_id})


async def keep_page(
    cursor: AsyncCursor[Any], whole: Pass, page: CataloguePage, *, now: datetime
) -> tuple[int, list[Mark]]:
    """Returns how many objects it had, and what is to be marked."""
    changes = Changes()
    variants = [(product.id, variant) for product in page.products for variant in product.variants]
    variants += [(variant.product_id, variant) for variant in page.variants]
    await _products(cursor, whole, page.products, changes)
    await _variants(cursor, whole, variants, changes)
    if whole.first:
        changes.found.clear()  # once, at its end
        changes.named.clear()
    marks = await catalogue.marks(cursor, changes, now)
    if not whole.at_vendor:
        marks += await drift.changed(cursor, changes.products)
    return len(page.products) + len(variants), marks


async def _products(cursor: AsyncCursor[Any], whole: Pass, products: Sequence[Product], changes: Changes) -> None:
    if not products:
        return
    digests = [fields_digest(product) for product in products]
    columns = {
        "sweep_id": whole.sweep_id,
        "store_id": whole.store_id,
        "product_ids": [product.id for product in products],
        "versions": [_version(product) for product in products],
        "digests": digests,
    }
    await cursor.execute(named("pass_products"), columns)
    other = [number - 1 for (number,) in await cursor.fetchall()]
    if not other:
        return
    kept = await rows.lock(cursor, [(whole.store_id, products[at].id) for at in other])
    taken: list[SeenProduct] = []
    same: list[SeenProduct] = []
    for at in other:
        item = _seen(whole, products[at])
        row = kept.get(item.place)
        if row is not None and row.gone_at is not None and row.gone_at > whole.as_of:
            changes.doubts[item.place] = whole.marketplace_id
        elif row is not None and row.version > item.version:
            continue  # told of a later moment already
        elif row is not None and row.gone_at is None and row.digest == digests[at]:
            same.append(item)
        elif row is not None and row.gone_at is None and row.version == item.version:
            changes.doubts[item.place] = whole.marketplace_id
        else:
            taken.append(item)
            if row is not None and row.title != item.product.title[: rows.LONGEST]:
                changes.found.add(whole.store_id)
    changes.named |= await rows.newly_named(cursor, taken)
    await rows.keep_products(cursor, taken, was_read=False)
    await rows.note_versions(cursor, same)
    changes.products |= {item.place for item in taken}


async def _variants(
    cursor: AsyncCursor[Any], whole: Pass, variants: Sequence[tuple[str, Variant]], changes: Changes
) -> None:
    if not variants:
        return
    columns = {
        "sweep_id": whole.sweep_id,
        "store_id": whole.store_id,
        "as_of": whole.as_of,
        "product_ids": [product_id for product_id, _ in variants],
        "variant_ids": [variant.id for _, variant in variants],
        "digests": [variant_digest(variant) for _, variant in variants],
        "availables": [variant.available for _, variant in variants],
    }
    await cursor.execute(named("pass_variants"), columns)
    found = await cursor.fetchall()
    other = [variants[number - 1] for number, differs, _ in found if differs]
    moved = [variants[number - 1][1] for number, _, stock in found if stock]
    await _take(cursor, whole, other, changes)
    figures = [(whole.store_id, v.id, v.available, whole.as_of) for v in moved if v.available is not None]
    changes.levels |= await catalogue_stock.keep_availables(cursor, figures)


async def _take(cursor: AsyncCursor[Any], whole: Pass, other: Sequence[tuple[str, Variant]], changes: Changes) -> None:
    """Variants that are not as kept; of a product that was told of since the pass began, the store is asked."""
    if not other:
        return
    kept = await rows.lock(cursor, sorted({(whole.store_id, product_id) for product_id, _ in other}))
    taken: list[tuple[SeenProduct, Variant]] = []
    for product_id, variant in other:
        place = (whole.store_id, product_id)
        row = kept.get(place)
        if row is not None and max(row.seen_at, row.gone_at or row.seen_at) > whole.as_of:
            changes.doubts[place] = whole.marketplace_id
        else:
            taken.append((_seen(whole, Product(product_id, "", whole.as_of)), variant))
            changes.products.add(place)
    for store_id, variant_id, _, found in await rows.keep_variants(cursor, taken):
        changes.levels.add((store_id, variant_id))
        if found:
            changes.found.add(store_id)


async def finish(
    cursor: AsyncCursor[Any], whole: Pass, *, seen: int, began_at: datetime, now: datetime
) -> list[Mark] | None:
    """What was not seen is gone from now on. None when the database has lost what was seen: begin again."""
    await cursor.execute(named("pass_seen"), {"sweep_id": whole.sweep_id})
    if one(await cursor.fetchone())[0] != seen:
        return None
    columns = {"sweep_id": whole.sweep_id, "store_id": whole.store_id, "as_of": whole.as_of, "now": now}
    changes = Changes()
    await cursor.execute(BY_HASH)
    await cursor.execute(named("lose_products"), columns)
    lost: list[Place] = [(whole.store_id, product_id) for (product_id,) in await cursor.fetchall()]
    changes.products.update(lost)
    await cursor.execute(named("lose_unseen_variants"), columns)
    for product_id, variant_id in await cursor.fetchall():
        changes.products.add((whole.store_id, product_id))
        changes.levels.add((whole.store_id, variant_id))
    await cursor.execute(AS_USUAL)
    if whole.first and whole.at_vendor:
        changes.found.add(whole.store_id)
        await cursor.execute(named("unread_listings"), {"store_id": whole.store_id})
        changes.products.update((whole.store_id, product_id) for (product_id,) in await cursor.fetchall())
    if whole.first and not whole.at_vendor:
        changes.named.add(whole.store_id)
    await cursor.execute(named("pass_ended"), {"store_id": whole.store_id, "began_at": began_at})
    await begin(cursor, whole.sweep_id)
    marks = await catalogue.marks(cursor, changes, now)
    if whole.at_vendor:
        return marks
    gone = await catalogue.at_merchant(cursor, lost)
    changed = await drift.changed(cursor, changes.products - set(lost))
    return marks + gone + changed + await drift.stray(cursor, whole.store_id)


def _seen(whole: Pass, product: Product) -> SeenProduct:
    bare = msgspec.structs.replace(product, variants=())
    return SeenProduct(whole.store_id, whole.marketplace_id, bare, _version(product), whole.as_of, stock=True)


def _version(product: Product) -> int:
    return int(product.updated_at.timestamp() * 1_000_000)
