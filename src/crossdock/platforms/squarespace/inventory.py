"""Stock of one site: read it, change it by so much. There is no compare-and-set, and one place only (FACTS section 4).

Not here: how much to write (core).
"""

from collections.abc import Sequence
from typing import Any

from crossdock.connector.contract import LevelChange, LevelsRefused
from crossdock.connector.errors import Gone, Rejected
from crossdock.core.catalog import Level
from crossdock.platforms.squarespace import mapping, wire
from crossdock.platforms.squarespace import mapping_products as shapes
from crossdock.platforms.squarespace.client import STOCK, Api, path
from crossdock.platforms.squarespace.drafts import idempotency_key

SOME_PATH, ADJUST_PATH = "/1.0/commerce/inventory/{}", "/1.0/commerce/inventory/adjustments"
ADJUST = "adjustInventory"
IDS_AT_ONCE = MOST_ROWS = 50
NOT_TRACKED = "STOCK_NOT_TRACKED"


async def read_levels(api: Api, item_ids: Sequence[str]) -> tuple[Level, ...]:
    """Stock that is counted, as of when it was asked for: nothing says when it changed. Unlimited items have none."""
    version = mapping.micros(api.now())
    return tuple([shapes.level(each, version) for each in await _items(api, item_ids) if not each.is_unlimited])


async def adjust_levels(api: Api, rows: Sequence[LevelChange], *, key: str) -> LevelsRefused:
    """All or none; a used key does nothing again (FACTS section 4). What is unlimited has nothing to change."""
    if len(rows) > MOST_ROWS:
        words = f"{len(rows)} rows in one call; Squarespace takes at most {MOST_ROWS}"
        raise Rejected(words, code="too_many_rows", call=ADJUST)
    if len({row.item_id for row in rows}) < len(rows):
        raise Rejected("two rows are of one item", code="duplicate_rows", call=ADJUST)
    body = _operations(rows)
    if not body:
        return LevelsRefused()
    try:
        await api.tell(ADJUST, "POST", ADJUST_PATH, body, key=idempotency_key(f"stock:{key}"))
    except Rejected as error:
        return await _refused(api, rows, error, key)
    except Gone:
        return await _gone(api, rows, Rejected("an item is not there", call=ADJUST))
    return LevelsRefused()


async def _refused(api: Api, rows: Sequence[LevelChange], error: Rejected, key: str) -> LevelsRefused:
    """Why nothing was written. Where some are unlimited, the others are sent without them, once for the key too."""
    if error.code == NOT_TRACKED:
        counted = {each.variant_id for each in await _items(api, _ids(rows)) if not each.is_unlimited}
        left = [row for row in rows if row.item_id in counted]
        if len(left) < len(rows):
            return await adjust_levels(api, left, key=f"{key}:counted")
    if error.status == 400:
        return await _gone(api, rows, error)
    raise error


async def _gone(api: Api, rows: Sequence[LevelChange], error: Rejected) -> LevelsRefused:
    """Rows whose item is not there; when all are, it was refused for something else."""
    there = {each.variant_id for each in await _items(api, _ids(rows))}
    gone = tuple(index for index, row in enumerate(rows) if row.item_id not in there)
    if not gone:
        raise error
    return LevelsRefused(gone=gone)


def _operations(rows: Sequence[LevelChange]) -> dict[str, Any]:
    more = [{"variantId": row.item_id, "quantity": row.delta} for row in rows if row.delta > 0]
    less = [{"variantId": row.item_id, "quantity": -row.delta} for row in rows if row.delta < 0]
    given = {"incrementOperations": more, "decrementOperations": less}
    return {name: operations for name, operations in given.items() if operations}


def _ids(rows: Sequence[LevelChange]) -> list[str]:
    return [row.item_id for row in rows]


async def _items(api: Api, item_ids: Sequence[str]) -> list[wire.Stock]:
    wanted = list(dict.fromkeys(item_ids))
    found: list[wire.Stock] = []
    for at in range(0, len(wanted), IDS_AT_ONCE):
        found += await _some(api, wanted[at : at + IDS_AT_ONCE])
    return found


async def _some(api: Api, ids: list[str]) -> list[wire.Stock]:
    """One that is unknown refuses the whole call (FACTS section 4): it is cut in halves until it is found."""
    try:
        where = path(SOME_PATH, ",".join(ids))
        return (await api.get("getSpecificInventoryItems", where, wire.Inventory, priority=STOCK)).inventory
    except (Gone, Rejected) as error:
        if isinstance(error, Rejected) and error.status != 400:
            raise
        if len(ids) == 1:
            return []
        half = len(ids) // 2
        return await _some(api, ids[:half]) + await _some(api, ids[half:])
