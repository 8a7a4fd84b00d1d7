"""Rows of catalogues and the arrays of sql/catalogue.sql: one function a statement, nothing decided.

Not here: which observation counts (catalogue.py, catalogue_pass.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core.catalog import Product, Variant
from crossdock.core.digest import fields_digest, variant_digest
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark

Place = tuple[int, str]  # a store and an id of it
LONGEST = 500  # characters of a searched column: an index row has a limit; the whole is in `data`
ALREADY = datetime(1970, 1, 1, tzinfo=UTC)  # of a product of which no more than its id is known

_encode = msgspec.json.encode
variant_of = msgspec.json.Decoder(Variant).decode
product_of = msgspec.json.Decoder(Product).decode


class SeenProduct(Struct, frozen=True):
    """One product as its store told it. `as_of`: it is not older than this, by our clock. `was_read`: straight from the
    store's API just now. `stock`: the figures in it count (a webhook's do not: they
    are of an unknown moment, and a variant that it tells first is read)."""

    store_id: int
    marketplace_id: int
    product: Product
    version: int
    as_of: datetime
    was_read: bool = False
    stock: bool = False

    @property
    def place(self) -> Place:
        return (self.store_id, self.product.id)


class Kept(Struct, frozen=True):
    """A product's row."""

    store_id: int
    product_id: str
    version: int
    digest: int
    title: str
    gone_at: datetime | None
    read_needed: bool
    seen_at: datetime


class KeptVariant(Struct, frozen=True):
    """A variant's row."""

    store_id: int
    product_id: str
    variant_id: str
    digest: int
    gone: bool
    data: bytes | None


def places(of: Iterable[Place], name: str = "product_ids") -> dict[str, Any]:
    """Columns of stores and ids, in the order that rows are locked in."""
    ordered = sorted(of)
    return {"store_ids": [store_id for store_id, _ in ordered], name: [id for _, id in ordered]}


async def lock(cursor: AsyncCursor[Any], of: Sequence[Place]) -> dict[Place, Kept]:
    if not of:
        return {}
    await cursor.execute(named("lock_products"), places(of))
    return {(row[0], row[1]): Kept(*row) for row in await cursor.fetchall()}


async def variants_of(cursor: AsyncCursor[Any], of: Sequence[Place]) -> dict[Place, dict[str, KeptVariant]]:
    found: defaultdict[Place, dict[str, KeptVariant]] = defaultdict(dict)
    if of:
        await cursor.execute(named("kept_variants"), places(of))
        for row in [KeptVariant(*row) for row in await cursor.fetchall()]:
            found[row.store_id, row.product_id][row.variant_id] = row
    return found


async def keep_products(cursor: AsyncCursor[Any], seen: Sequence[SeenProduct], *, was_read: bool) -> dict[Place, bool]:
    """Returns those that were kept, and whether they are new."""
    if not seen:
        return {}
    bare = [msgspec.structs.replace(item.product, variants=(), whole=True, unsaid=()) for item in seen]
    await cursor.execute(
        named("keep_products"),
        {
            "store_ids": [item.store_id for item in seen],
            "marketplace_ids": [item.marketplace_id for item in seen],
            "product_ids": [product.id for product in bare],
            "titles": [product.title[:LONGEST] for product in bare],
            "statuses": [product.status.value for product in bare],
            "versions": [item.version for item in seen],
            "digests": [fields_digest(product) for product in bare],
            "datas": [_encode(product) for product in bare],
            "seen_ats": [item.as_of for item in seen],
            "was_read": was_read,
        },
    )
    return {(store_id, product_id): new for store_id, product_id, new in await cursor.fetchall()}


async def note_versions(cursor: AsyncCursor[Any], seen: Sequence[SeenProduct]) -> None:
    if seen:
        columns = places(item.place for item in seen)
        versions = {item.place: item.version for item in seen}
        ordered = zip(columns["store_ids"], columns["product_ids"], strict=True)
        await cursor.execute(named("products_same"), columns | {"versions": [versions[place] for place in ordered]})


async def settle(cursor: AsyncCursor[Any], of: Sequence[Place], began_at: datetime) -> None:
    """A direct read that began then has answered what was in doubt."""
    await cursor.execute(named("products_read"), places(of) | {"began_at": began_at})


async def keep_variants(
    cursor: AsyncCursor[Any], seen: Sequence[tuple[SeenProduct, Variant]]
) -> list[tuple[int, str, bool, bool]]:
    """Returns store, variant, whether it is new, whether it can be found by other words than before."""
    if not seen:
        return []
    await cursor.execute(
        named("keep_variants"),
        {
            "store_ids": [item.store_id for item, _ in seen],
            "marketplace_ids": [item.marketplace_id for item, _ in seen],
            "product_ids": [item.product.id for item, _ in seen],
            "variant_ids": [variant.id for _, variant in seen],
            "skus": [variant.sku[:LONGEST] for _, variant in seen],
            "suffixes": [f" - {variant.title}"[:LONGEST] if variant.title else "" for _, variant in seen],
            "barcodes": [variant.barcode[:LONGEST] for _, variant in seen],
            "item_ids": [variant.item_id for _, variant in seen],
            "trackeds": [variant.tracked for _, variant in seen],
            "oversells": [variant.oversell for _, variant in seen],
            "digests": [variant_digest(variant) for _, variant in seen],
            "datas": [_encode(msgspec.structs.replace(variant, available=None)) for _, variant in seen],
            "availables": [variant.available for _, variant in seen],
            "level_ats": [item.as_of for item, _ in seen],
            "seen_ats": [item.as_of for item, _ in seen],
        },
    )
    return [(row[0], row[1], row[2], row[3]) for row in await cursor.fetchall()]


async def lose_variants(cursor: AsyncCursor[Any], lost: Sequence[Place], now: datetime) -> None:
    if lost:
        await cursor.execute(named("lose_variants"), places(lost, "variant_ids") | {"now": now})


async def doubt(cursor: AsyncCursor[Any], of: Mapping[Place, int], now: datetime) -> None:
    """Products to be read, and the marketplace of each."""
    columns = places(of)
    ordered = zip(columns["store_ids"], columns["product_ids"], strict=True)
    markets = [of[place] for place in ordered]
    await cursor.execute(
        named("doubt_products"),
        columns
        | {"marketplace_ids": markets, "datas": [_placeholder(id) for id in columns["product_ids"]], "now": now},
    )


async def bury(
    cursor: AsyncCursor[Any], products: Sequence[tuple[int, int, str]], unknown_too: bool, now: datetime
) -> list[Place]:
    """(store, marketplace, product) that are deleted; returns those that were not known to be."""
    if not products:
        return []
    await cursor.execute(
        named("bury_products"),
        {
            "store_ids": [store_id for store_id, _, _ in products],
            "marketplace_ids": [marketplace_id for _, marketplace_id, _ in products],
            "product_ids": [id for _, _, id in products],
            "datas": [_placeholder(id) for _, _, id in products],
            "unknown_too": unknown_too,
            "now": now,
        },
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def bury_variants(cursor: AsyncCursor[Any], products: Sequence[Place], now: datetime) -> list[Place]:
    if not products:
        return []
    await cursor.execute(named("bury_variants"), places(products) | {"now": now})
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def waiting_orders(cursor: AsyncCursor[Any], store_ids: Sequence[int], reason: str) -> list[Mark]:
    """Orders that may find lines in these vendors' catalogues now."""
    await cursor.execute(named("waiting_orders"), {"store_ids": list(store_ids)})
    return [Mark(store_id, "order", id, reason) for store_id, id in await cursor.fetchall()]


async def newly_named(cursor: AsyncCursor[Any], seen: Sequence[SeenProduct]) -> set[int]:
    """The merchants' stores in which one of these, not yet kept, names a vendor that it did not name before. What the
    hub listed itself is left out: its lines are linked."""
    asked = {item.place: name for item in seen if (name := item.product.vendor_name.strip())}
    if not asked:
        return set()
    columns = places(asked)
    ordered = zip(columns["store_ids"], columns["product_ids"], strict=True)
    await cursor.execute(named("newly_named"), columns | {"names": [asked[place] for place in ordered]})
    return {
        store_id
        for store_id, name, data in await cursor.fetchall()
        if data is None or product_of(bytes(data)).vendor_name.strip() != name
    }


async def unassigned_orders(cursor: AsyncCursor[Any], store_ids: Sequence[int], reason: str) -> list[Mark]:
    """Orders of these merchants' stores with lines that are nobody's."""
    await cursor.execute(named("unassigned_orders"), {"store_ids": list(store_ids)})
    return [Mark(store_id, "order", id, reason) for store_id, id in await cursor.fetchall()]


def _placeholder(product_id: str) -> bytes:
    return _encode(Product(product_id, "", ALREADY))
