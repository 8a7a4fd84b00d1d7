"""Stock of one store, read. It is set absolutely and without a condition there, which is not enough to change it.

Not here: what a level is (mapping_products.py).
"""

from collections.abc import Sequence

from crossdock.core.catalog import Level
from crossdock.platforms.vendure import documents, wire
from crossdock.platforms.vendure import mapping_products as shapes
from crossdock.platforms.vendure.client import Api

IDS_AT_ONCE = 100  # the Admin API lists a thousand at most (adminListQueryLimit), a host may have made it less


async def read_levels(api: Api, item_ids: Sequence[str]) -> tuple[Level, ...]:
    """Stock that is counted, as of when it was asked for: its moments are too coarse to put observations in order."""
    version = int(api.now().timestamp() * 1_000_000)
    wanted = list(dict.fromkeys(item_ids))
    found: list[Level] = []
    for at in range(0, len(wanted), IDS_AT_ONCE):
        some = wanted[at : at + IDS_AT_ONCE]
        options = {"filter": {"id": {"in": some}}, "take": len(some)}
        rows = await api.read("getStock", documents.LEVELS, wire.Variants, options=options)
        for each in rows.product_variants.items:
            if each.id in some and shapes.tracked(each, rows.global_settings):
                found += shapes.levels(each, rows.global_settings, version)
    return tuple(found)
