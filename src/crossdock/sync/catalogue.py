"""Catalogues: what stores say of their products becomes snapshots, and what changed is marked to be looked at.

Newest version wins; two contents of one moment, and products told in part, are read directly. What changes nothing
writes nothing but a newer version. What survives a crash: all of a committed transaction. Not here: whole passes
(catalogue_pass.py), the statements' arrays (catalogue_rows.py), or the rules of stock (stock.sql).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core.catalog import Variant
from crossdock.core.digest import fields_digest, variant_digest
from crossdock.sync import catalogue_rows as rows
from crossdock.sync import catalogue_stock, stock_rows
from crossdock.sync.catalogue_rows import Kept, KeptVariant, Place, SeenProduct
from crossdock.sync.catalogue_stock import Figure
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark


class Changes(Struct):
    """What keeping a batch has changed, gathered for the marks at its end."""

    products: set[Place] = msgspec.field(default_factory=set)  # whose listings are to be looked at
    levels: set[Place] = msgspec.field(default_factory=set)  # variants whose level is to be decided anew
    doubts: dict[Place, int] = msgspec.field(default_factory=dict)  # products to be read, and their marketplace
    found: set[int] = msgspec.field(default_factory=set)  # stores whose variants can be found by new words
    named: set[int] = msgspec.field(default_factory=set)  # merchants' stores where a product names a vendor now


async def keep(cursor: AsyncCursor[Any], seen: Sequence[SeenProduct], *, now: datetime) -> list[Mark]:
    """Keep everything seen, in the caller's transaction; returns what is to be marked at its end."""
    changes = Changes()
    newest = _newest(seen, changes)
    kept = await rows.lock(cursor, list(newest))
    variants = await rows.variants_of(cursor, list(newest))
    plan = [_compared(item, kept.get(place), variants.get(place, {})) for place, item in newest.items()]
    for one in plan:
        if one.doubt:
            changes.doubts[one.item.place] = one.item.marketplace_id
    taken = [one for one in plan if one.take]
    changes.named |= await rows.newly_named(cursor, [one.item for one in taken if one.fields_differ])
    taken = await _keep_products(cursor, taken, kept, changes)
    await _keep_variants(cursor, taken, changes, now)
    await rows.note_versions(cursor, [one.item for one in taken if not one.fields_differ])
    changes.products |= {one.item.place for one in taken if one.differs}
    changes.found |= {one.item.store_id for one in taken if one.renamed}
    figures = await _moved(cursor, taken, variants, changes)
    unsure = await catalogue_stock.differing(cursor, figures)
    settled = [item for item in newest.values() if item.was_read and item.place not in changes.doubts]
    if settled:
        await rows.settle(cursor, [item.place for item in settled], min(item.as_of for item in settled))
    return await marks(cursor, changes, now) + await stock_rows.doubt(cursor, unsure)


def _newest(seen: Iterable[SeenProduct], changes: Changes) -> dict[Place, SeenProduct]:
    """The newest of each product, in the order rows are locked in; two contents of one moment are a doubt."""
    newest: dict[Place, SeenProduct] = {}
    for item in seen:
        other = newest.get(item.place)
        if other is None or item.version > other.version:
            newest[item.place] = item
        elif item.version == other.version and not item.was_read and item.product != other.product:
            changes.doubts[item.place] = item.marketplace_id
    return dict(sorted(newest.items()))


class Compared(Struct, frozen=True):
    """What one observation is worth beside what is kept. `other` are its variants that are not as kept, `lost` those
    kept that it no longer has."""

    item: SeenProduct
    take: bool = False
    doubt: bool = False
    fields_differ: bool = False
    renamed: bool = False
    other: tuple[Variant, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        return self.fields_differ or bool(self.other) or bool(self.lost)


def _compared(item: SeenProduct, kept: Kept | None, variants: dict[str, KeptVariant]) -> Compared:
    if kept is not None and kept.version > item.version:
        return Compared(item)
    if kept is not None and kept.gone_at is not None and not (item.was_read and item.as_of >= kept.gone_at):
        return Compared(item, doubt=True)  # a late word does not bring a deleted product back; the store is asked
    said = _completed(item, variants)
    if said is None or not item.product.whole:
        return Compared(item, doubt=True)
    digests = {variant.id: variant_digest(variant) for variant in said}
    other = tuple(
        variant
        for variant in said
        if (row := variants.get(variant.id)) is None or row.gone or row.digest != digests[variant.id]
    )
    lost = tuple(id for id, row in variants.items() if id not in digests and not row.gone)
    fields = kept is None or kept.gone_at is not None or kept.digest != fields_digest(item.product)
    renamed = kept is not None and kept.title != item.product.title[: rows.LONGEST]
    found = Compared(item, True, False, fields, renamed, other, lost)
    if kept is not None and kept.version == item.version and found.differs and not item.was_read:
        return Compared(item, doubt=True)
    return found


def _completed(item: SeenProduct, known: dict[str, KeptVariant]) -> tuple[Variant, ...] | None:
    """Its variants, with what the store did not say as it is known; None where it is not known either."""
    said, unsaid = item.product.variants, item.product.unsaid
    if not unsaid and item.stock:
        return said
    whole: list[Variant] = []
    for variant in said:
        row = known.get(variant.id)
        if row is None or row.data is None:
            return None
        before = rows.variant_of(row.data)
        whole.append(msgspec.structs.replace(variant, **{name: getattr(before, name) for name in unsaid}))
    return tuple(whole)


async def _keep_products(
    cursor: AsyncCursor[Any], taken: Sequence[Compared], kept: dict[Place, Kept], changes: Changes
) -> list[Compared]:
    """Those that are kept. One that was not known, and that another transaction has kept meanwhile, is read: what its
    variants were compared with was not there."""
    late: set[Place] = set()
    for was_read in (False, True):
        differing = [one.item for one in taken if one.fields_differ and one.item.was_read is was_read]
        made = await rows.keep_products(cursor, differing, was_read=was_read)
        met = [item for item in differing if item.place not in kept and not made.get(item.place)]
        changes.doubts |= {item.place: item.marketplace_id for item in met}
        late |= {item.place for item in met} - made.keys()
    return [one for one in taken if one.item.place not in late]


async def _keep_variants(cursor: AsyncCursor[Any], taken: Sequence[Compared], changes: Changes, now: datetime) -> None:
    changed = [(one.item, variant) for one in taken for variant in one.other]
    lost = [(one.item.store_id, id) for one in taken for id in one.lost]
    for store_id, variant_id, _, found in await rows.keep_variants(cursor, changed):
        changes.levels.add((store_id, variant_id))
        if found:
            changes.found.add(store_id)
    await rows.lose_variants(cursor, lost, now)
    changes.levels.update(lost)


async def _moved(
    cursor: AsyncCursor[Any],
    taken: Sequence[Compared],
    variants: dict[Place, dict[str, KeptVariant]],
    changes: Changes,
) -> list[Figure]:
    """Stock of variants that were known before; that of new ones was kept with them. Returns what was said."""
    figures = [
        (one.item.store_id, variant.id, variant.available, one.item.as_of)
        for one in taken
        if one.item.stock
        for variant in one.item.product.variants
        if variant.available is not None and variant.id in variants.get(one.item.place, {})
    ]
    changes.levels |= await catalogue_stock.keep_availables(cursor, figures)
    return figures


async def doubt(cursor: AsyncCursor[Any], products: Iterable[tuple[int, int, str]], *, now: datetime) -> list[Mark]:
    """(store, marketplace, product): known by their ids only; they will be read."""
    changes = Changes(doubts={(store, product): market for store, market, product in products})
    return await marks(cursor, changes, now)


async def bury(
    cursor: AsyncCursor[Any], products: Sequence[tuple[int, int, str]], *, at_vendor: bool, now: datetime
) -> list[Mark]:
    """(store, marketplace, product): their store says that they are deleted."""
    places = await rows.bury(cursor, products, at_vendor, now)
    changes = Changes(set(places), set(await rows.bury_variants(cursor, places, now)))
    if at_vendor:
        return await marks(cursor, changes, now)
    return await at_merchant(cursor, [(store, product) for store, _, product in products])


async def absent(
    cursor: AsyncCursor[Any],
    products: Sequence[tuple[int, int, str]],
    as_of: datetime,
    *,
    at_vendor: bool,
    now: datetime,
) -> list[Mark]:
    """(store, marketplace, product): asked for and not there. Nothing older leaves a doubt, not a late word of one that
    was known to be deleted either: it would be asked for without end."""
    made = await bury(cursor, products, at_vendor=at_vendor, now=now)
    await rows.settle(cursor, [(store, product) for store, _, product in products], as_of)
    return made


async def at_merchant(cursor: AsyncCursor[Any], places: Sequence[Place]) -> list[Mark]:
    """Products that are gone at the merchant: their listings are looked at."""
    if not places:
        return []
    await cursor.execute(named("want_listings_at_merchant"), rows.places(places))
    return [
        Mark(store_id, "listing", vendor_id, "deleted_at_merchant") for vendor_id, store_id in await cursor.fetchall()
    ]


async def marks(cursor: AsyncCursor[Any], changes: Changes, now: datetime) -> list[Mark]:
    """Listings and levels to be looked at, products to be read, orders that may find their lines."""
    made: list[Mark] = []
    if changes.products:
        await cursor.execute(named("want_listings"), rows.places(changes.products))
        made += [
            Mark(store_id, "listing", vendor_id, "vendor_changed") for vendor_id, store_id in await cursor.fetchall()
        ]
    made += await catalogue_stock.want_levels(cursor, changes.levels)
    made += await _reads(cursor, changes.doubts, now)
    if changes.found:
        made += await rows.waiting_orders(cursor, sorted(changes.found), "variants_recorded")
    if changes.named:
        made += await rows.unassigned_orders(cursor, sorted(changes.named), "vendor_named")
    return made


async def _reads(cursor: AsyncCursor[Any], doubts: dict[Place, int], now: datetime) -> list[Mark]:
    if not doubts:
        return []
    await rows.doubt(cursor, doubts, now)
    stores = sorted({store_id for store_id, _ in doubts})
    await cursor.execute(named("catalogue_sweeps"), {"store_ids": stores})
    return [Mark(store_id, "sweep", id, "read_needed") for store_id, id in await cursor.fetchall()]


async def leave(cursor: AsyncCursor[Any], seen: SeenProduct) -> None:
    """It cannot be kept: no longer asked for."""
    await rows.settle(cursor, [seen.place], seen.as_of)
