"""Levels written to the merchant's store, up to 250 a call, all or none: intent, call, result.

What survives a crash: the intent, with its key and rows, is committed before the call. A call whose end is not known is
made again with the same key and rows, unless the vendor has less by now: then the store is read instead. Not here: what
to write (level_merchant.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector.capabilities import Can
from crossdock.connector.contract import LevelsRefused, LevelWrite
from crossdock.connector.errors import AuthFailed, Gone, RateLimited, Rejected, Unavailable, Unsupported
from crossdock.core.reasons import Reason
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.effects import Effects, Note
from crossdock.sync.kinds.level_gone import settle_gone
from crossdock.sync.kinds.level_read import stocked
from crossdock.sync.kinds.level_rows import LevelRow, Settling, load, settle
from crossdock.sync.kinds.rows import call
from crossdock.sync.stores import Store

NAMES = UUID("6e3c8a1e-9d0f-5c1b-8a55-0c7d8f1f2b44")
AGAIN = "again"
KEY_FAILED = "key_failed"  # a connector's codes for a key that does nothing any more (contract, set_levels)
KEY_SPENT = ("key_spent", KEY_FAILED)
KEY_LIVES = timedelta(hours=20)  # how long a store surely knows a key (Shopify: a day)


class Planned(Struct, frozen=True):
    """A level to be written."""

    row: LevelRow
    was: int
    to: int
    reason: str

    @property
    def hot(self) -> bool:
        """It was not as our books had it when it was read just now: it may be moving."""
        return self.row.unexplained > 0 or self.row.in_flight > 0


async def write(context: Context, store: Store, planned: Sequence[Planned]) -> None:
    """One call; a refusal of the whole is narrowed down to the rows that are refused."""
    key = _key(context, store, planned)
    await _intend(context, planned, key)
    rows = [(one.row, LevelWrite(one.row.item_id, one.row.location_id, one.to, one.was)) for one in planned]
    try:
        await _call(context, store, rows, key, "intended")
    except (RateLimited, Unavailable, AuthFailed):
        await _release(context, [one.row for one in planned], key)
        raise
    except (Rejected, Unsupported, Gone) as error:
        spent = isinstance(error, Rejected) and error.code in KEY_SPENT
        given = [one.row for one in planned]
        await _release(context, given, key, verify=given if spent else ())
        if spent:  # nothing was done by it: a little later it is read, decided anew, and written by another key
            raise Unavailable(error.words, call=error.call) from None
        if len(planned) == 1:
            await _refuse(context, store, planned[0].row, error.words)
            return
        half = len(planned) // 2
        await write(context, store, planned[:half])
        await write(context, store, planned[half:])


def _key(context: Context, store: Store, planned: Sequence[Planned]) -> str:
    """Never the same twice: a store answers a key that it knows as it did the first time."""
    rows = [(one.row.id, one.was, one.to, one.row.wanted, one.row.sold) for one in planned]
    return str(uuid5(NAMES, f"{store.id} {context.clock().isoformat()} {rows}"))


async def _intend(context: Context, planned: Sequence[Planned], key: str) -> None:
    parameters = {
        "link_ids": [one.row.id for one in planned],
        "wases": [one.was for one in planned],
        "tos": [one.to for one in planned],
        "solds": [one.row.sold for one in planned],
        "thens": [one.row.sold_then for one in planned],
        "reasons": [one.reason for one in planned],
        "key": key,
        "now": context.clock(),
    }
    await _keep(context, "intent", "send_levels", parameters)


async def _call(
    context: Context, store: Store, rows: Sequence[tuple[LevelRow, LevelWrite]], key: str, state: str
) -> None:
    asked = store.client.set_levels([row for _, row in rows], key=key)
    refused = await call(context, "set_levels", state, asked)
    if refused:
        await _not_written(context, store, rows, refused, key)
        return
    parameters = {
        "link_ids": [row.id for row, _ in rows],
        "wanteds": [_settled(row, state) for row, _ in rows],
        "key": key,
        "now": context.clock(),
    }
    await _keep(context, "result", "levels_written", parameters)


def _settled(row: LevelRow, state: str) -> int:
    """Up to which `wanted` the write settles the level: one that moves is not done with here, and one made again was
    decided before whatever came since."""
    return 0 if state == AGAIN else row.wanted - int(row.moves)


async def _not_written(
    context: Context, store: Store, rows: Sequence[tuple[LevelRow, LevelWrite]], refused: LevelsRefused, key: str
) -> None:
    """Nothing was: what is not stocked there is begun, what is gone is left, and where one was stale all are read: a
    store may name the first that it stumbles over (Shopify), and a read of many is one call."""
    stale = [row for row, _ in rows] if refused.stale else [rows[index][0] for index in refused.not_stocked]
    gone = [rows[index][0] for index in refused.gone]
    await stocked(store, [(rows[index][1].item_id, rows[index][1].location_id) for index in refused.not_stocked])
    await _release(context, [row for row, _ in rows], key, verify=stale)
    await settle_gone(context, store, gone)


async def _release(context: Context, rows: Sequence[LevelRow], key: str, verify: Sequence[LevelRow] = ()) -> None:
    parameters = {"key": key, "link_ids": [row.id for row in rows], "verify": [row.id for row in verify]}
    await _keep(context, "result", "levels_not_written", parameters)


async def _refuse(context: Context, store: Store, row: LevelRow, words: str) -> None:
    """The store does not take this figure: a person is told, and the next change tries again."""
    await settle(context, [Settling(row.id, row.wanted, None, Reason.STOCK_REFUSED)])
    data = {"variant": row.merchant_variant_id, "words": words}
    note = Note(store.marketplace_id, Reason.STOCK_REFUSED, store_id=store.id, data=data)
    await context.writer.keep(Effects(opened=[note]))


async def _keep(context: Context, point: str, statement: str, parameters: dict[str, Any]) -> None:
    context.points.reach(f"{point}.before_commit", "set_levels", statement)

    async def keep(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named(statement), parameters)

    await transact(context.pool, keep)
    context.points.reach(f"{point}.after_commit", "set_levels", statement)


async def resume(context: Context, store: Store, location_id: str) -> None:
    """Calls that were begun and whose end is not known."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("open_writes"), {"marketplace_id": store.marketplace_id})
        ids = [row[0] for row in await cursor.fetchall()]
    calls: defaultdict[str, list[LevelRow]] = defaultdict(list)
    for row in await load(context, store, ids, location_id):
        calls[row.write_key].append(row)
    for key, rows in calls.items():
        await _again(context, store, key, rows)


async def _again(context: Context, store: Store, key: str, rows: Sequence[LevelRow]) -> None:
    parameters = {"key": key, "link_ids": [row.id for row in rows]}
    repeatable = store.platform.capabilities.idempotent_levels.can is not Can.NO
    if not repeatable or any(_outdated(context, row) for row in rows):
        await _keep(context, "result", "levels_unsure", parameters)
        return
    writes = [(row, LevelWrite(row.item_id, row.location_id, row.write_to or 0, row.write_from)) for row in rows]
    try:
        await _call(context, store, writes, key, AGAIN)
    except (Rejected, Unsupported, Gone) as error:
        if isinstance(error, Rejected) and error.code == KEY_FAILED:
            await _release(context, rows, key, verify=rows)  # nothing was done the first time either
        else:
            await _keep(context, "result", "levels_unsure", parameters)


def _outdated(context: Context, row: LevelRow) -> bool:
    """Made again now it would offer more than there is, or the store may have forgotten the key."""
    if row.write_at is None or context.clock() - row.write_at > KEY_LIVES:
        return True
    target = row.decide().target
    raises = (row.write_to or 0) > (row.write_from or 0)
    sold = row.sold - row.sold_then
    return raises and target is not None and target + sold < (row.write_to or 0)
