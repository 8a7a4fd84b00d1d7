"""Stock figures that come with a catalogue: which of them count, and which levels they make be looked at.

Not here: levels told one by one, or what is offered (stock).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from psycopg import AsyncCursor

from crossdock.sync.db import named
from crossdock.sync.dirty import Mark

Place = tuple[int, str]  # a store and a variant of it
Figure = tuple[int, str, int, datetime]  # store, variant, how many, not older than


async def keep_availables(cursor: AsyncCursor[Any], figures: Sequence[Figure]) -> set[Place]:
    """The variants whose stock is another now."""
    if not figures:
        return set()
    columns = zip(*sorted(figures), strict=True)
    names = ("store_ids", "variant_ids", "availables", "as_ofs")
    await cursor.execute(named("keep_availables"), dict(zip(names, map(list, columns), strict=True)))
    return {(store_id, variant_id) for store_id, variant_id in await cursor.fetchall()}


async def differing(cursor: AsyncCursor[Any], figures: Sequence[Figure]) -> set[Place]:
    """Variants kept with another figure, which may or may not be the newer one: a listing that lags said this, or the
    webhook that would tell was lost. The store is asked."""
    if not figures:
        return set()
    columns = zip(*[figure[:3] for figure in sorted(figures)], strict=True)
    names = ("store_ids", "variant_ids", "availables")
    await cursor.execute(named("differing_availables"), dict(zip(names, map(list, columns), strict=True)))
    return {(store_id, variant_id) for store_id, variant_id in await cursor.fetchall()}


async def want_levels(cursor: AsyncCursor[Any], places: Iterable[Place]) -> list[Mark]:
    ordered = sorted(places)
    if not ordered:
        return []
    parameters = {"store_ids": [store for store, _ in ordered], "variant_ids": [id for _, id in ordered]}
    await cursor.execute(named("want_levels"), parameters)
    return [Mark(store_id, "level", store_id, "vendor_stock") for (store_id,) in await cursor.fetchall()]
