"""Group commit: whatever wants keeping while the last commit ran goes into one transaction, in few statements.

What survives a crash: what `keep` returned from is durable; what it had not returned from may or may not be, whole.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg import AsyncCursor

from crossdock.core.notices import told
from crossdock.core.reasons import Reason
from crossdock.sync import dirty, stock_rows
from crossdock.sync.db import Pool, named, transact
from crossdock.sync.effects import Effects, Intended, Key, Note, Settled
from crossdock.sync.points import Points

GATHER = 0.002  # seconds that a busy writer waits for more to keep

Waiting = tuple[Effects, "asyncio.Future[dict[int, Intended]]", str, str]
Intents = dict[tuple[str, int], Intended]  # by statement and row id: rows of different tables share ids


class Writer:
    """One per worker process. `keep` may be called by any number of tasks at once."""

    def __init__(self, pool: Pool, points: Points, clock: Any) -> None:
        self._pool = pool
        self._points = points
        self._clock = clock
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None

    async def keep(self, effects: Effects, *, write: str = "", state: str = "") -> dict[int, Intended]:
        """Make `effects` durable; returns, by row id, the intents that were really made."""
        point = "intent" if effects.send_orders or effects.send_parcels else "result"
        self._points.reach(f"{point}.before_commit", write, state)
        future: asyncio.Future[dict[int, Intended]] = asyncio.get_running_loop().create_future()
        self._waiting.append((effects, future, write, state))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        intended = await future
        self._points.reach(f"{point}.after_commit", write, state)
        return intended

    async def _run(self) -> None:
        many = 0
        while self._waiting:
            if many > 1:
                await asyncio.sleep(GATHER)  # busy: a little later is many at once, and each transaction has its price
            batch, self._waiting = self._waiting, []
            many = len(batch)
            try:
                intended = await self._commit([effects for effects, *_ in batch])
            except Exception as error:  # noqa: BLE001  handed to whom it concerns
                await self._one_by_one(batch, error)
            else:
                for effects, future, *_ in batch:
                    if not future.done():
                        future.set_result(_own(effects, intended))

    async def _one_by_one(self, batch: Sequence[Waiting], error: Exception) -> None:
        """Nothing of the batch was kept: each alone, so that only what cannot be kept fails."""
        for effects, future, *_ in batch:
            try:
                if len(batch) == 1:
                    raise error
                intended = await self._commit([effects])
            except Exception as own:  # noqa: BLE001  handed to its waiter
                if not future.done():
                    future.set_exception(own)
            else:
                if not future.done():
                    future.set_result(_own(effects, intended))

    async def _commit(self, batch: Sequence[Effects]) -> Intents:
        now = self._clock()
        return await transact(self._pool, lambda cursor: write(cursor, batch, now))


async def write(cursor: AsyncCursor[Any], batch: Sequence[Effects], now: datetime) -> Intents:
    """All of `batch` in the caller's transaction. Rows first, keys next, lanes' rows last."""
    marks = [mark for e in batch for mark in e.marks]
    await _lock(cursor, batch)
    intended = await _intents(cursor, batch, now)
    await _states(cursor, "save_vendor_orders", [row for e in batch for row in e.vendor_orders])
    marks += await stock_rows.keep_taken(cursor, [row for e in batch for row in e.taken], now)
    await _states(cursor, "save_parcels", [row for e in batch for row in e.parcels])
    reads = sorted({id for e in batch for id in e.reads})
    if reads:
        await cursor.execute(named("vendor_orders_read"), {"ids": reads, "needed": True})
    fulfilled = sorted({id for e in batch for id in e.fulfilled})
    if fulfilled:
        await cursor.execute(named("close_fulfilled"), {"ids": fulfilled})
        closed = [row[0] for row in await cursor.fetchall()]
        marks += await stock_rows.closed(cursor, closed)
        marks += await stock_rows.shipped_bare(cursor, closed, now)
    opened = [note for e in batch for note in e.opened]
    said, back = await _stores(cursor, batch, now)
    opened += said
    await settle(cursor, [item for e in batch for item in e.settled], now)
    await notes(cursor, "open_attentions", opened, now)
    await notes(cursor, "add_activities", [note for e in batch for note in e.activities], now)
    await dirty.lock_async(cursor, [key.id for e in batch for key in [*e.done, *(a.key for a in e.again)]], marks)
    await _keys(cursor, batch)
    await dirty.mark_async(cursor, marks, now=now)
    if back:
        await cursor.execute(named("bring_forward"), {"store_ids": back, "now": now})
    return intended


async def _lock(cursor: AsyncCursor[Any], batch: Sequence[Effects]) -> None:
    """Every row that is touched in more than one statement, in the order that routing and intake take them too."""
    orders = {row.id for e in batch for row in e.vendor_orders} | {id for e in batch for id in e.send_orders}
    orders |= {id for e in batch for id in (*e.fulfilled, *e.reads)}
    parcels = {row.id for e in batch for row in e.parcels} | {id for e in batch for id in e.send_parcels}
    if len(orders) > 1:
        await cursor.execute(named("lock_vendor_rows"), {"ids": sorted(orders)})
    if len(parcels) > 1:
        await cursor.execute(named("lock_parcels"), {"ids": sorted(parcels)})


async def _intents(cursor: AsyncCursor[Any], batch: Sequence[Effects], now: datetime) -> Intents:
    intended: Intents = {}
    for statement, ids in (
        ("send_orders", [id for e in batch for id in e.send_orders]),
        ("send_parcels", [id for e in batch for id in e.send_parcels]),
    ):
        if ids:
            await cursor.execute(named(statement), {"ids": sorted(ids), "now": now})
            intended |= {(statement, row[0]): Intended(*row) for row in await cursor.fetchall()}
    return intended


def _own(effects: Effects, intended: Intents) -> dict[int, Intended]:
    """What one waiter asked for: a vendor order and a parcel of one commit may have the same id."""
    asked = [("send_orders", id) for id in effects.send_orders] + [("send_parcels", id) for id in effects.send_parcels]
    return {key[1]: intended[key] for key in asked if key in intended}


async def _states(cursor: AsyncCursor[Any], statement: str, rows: Sequence[Any]) -> None:
    if rows:
        ordered = sorted(rows, key=lambda row: row.id)
        fields = rows[0].__struct_fields__
        await cursor.execute(named(statement), {name: [getattr(row, name) for row in ordered] for name in fields})


async def _keys(cursor: AsyncCursor[Any], batch: Sequence[Effects]) -> None:
    await clear(cursor, [key for e in batch for key in e.done])
    again = sorted((item for e in batch for item in e.again), key=lambda item: item.key.id)
    if again:
        await cursor.execute(
            named("again"),
            {
                "ids": [item.key.id for item in again],
                "generations": [item.key.generation for item in again],
                "due_ats": [item.due_at for item in again],
                "reasons": [item.reason for item in again],
                "counts": [int(item.counts) for item in again],
                "anew": [item.anew for item in again],
            },
        )


async def clear(cursor: AsyncCursor[Any], keys: Sequence[Key]) -> None:
    """Keys whose work is kept in this transaction."""
    if keys:
        done = sorted((key.id, key.generation) for key in keys)
        await cursor.execute(
            named("done"), {"ids": [id for id, _ in done], "generations": [generation for _, generation in done]}
        )


async def _stores(cursor: AsyncCursor[Any], batch: Sequence[Effects], now: datetime) -> tuple[list[Note], list[int]]:
    """Pauses, failures and states of stores; returns the items that these open, and the stores that are back."""
    opened: list[Note] = []
    back: list[int] = []
    pauses = sorted(pause for e in batch for pause in e.pauses)
    if pauses:
        untils = dict(pauses)  # the latest of each store: sorted by time within a store
        await cursor.execute(named("pause_stores"), {"ids": list(untils), "untils": list(untils.values())})
    failures = sorted({id for e in batch for id in e.failures})
    if failures:
        await cursor.execute(named("count_failures"), {"ids": failures, "now": now})
        opened += [Note(row[1], Reason.STORE_UNREACHABLE, store_id=row[0]) for row in await cursor.fetchall() if row[2]]
    answered = sorted({id for e in batch for id in e.answered} - set(failures))
    if answered:
        await cursor.execute(named("stores_answered"), {"ids": answered, "now": now})
        back = [id for id, was_away in await cursor.fetchall() if was_away]
        await settle(cursor, [Settled(Reason.STORE_UNREACHABLE, store_id=id) for id in answered], now)
    changes = {change.store_id: change for e in batch for change in e.stores}
    if changes:
        opened += await change_stores(cursor, [changes[id] for id in sorted(changes)], now)
    return opened, back


STORE_REASONS = {
    "needs_reauth": Reason.NEEDS_REAUTHORISATION,
    "uninstalled": Reason.STORE_UNINSTALLED,
    "unreachable": Reason.STORE_UNREACHABLE,
}


async def change_stores(cursor: AsyncCursor[Any], changes: Sequence[Any], now: datetime) -> list[Note]:
    """New connection states; returns the items they open. Said once: a store already so is left."""
    await cursor.execute(
        named("store_state"),
        {
            "ids": [change.store_id for change in changes],
            "states": [change.state for change in changes],
            "words": [change.words for change in changes],
            "versions": [change.version for change in changes],
            "now": now,
        },
    )
    changed = await cursor.fetchall()
    await notes(
        cursor,
        "add_activities",
        [Note(row[1], f"store.{row[2]}", store_id=row[0], data={"words": row[3]}) for row in changed],
        now,
    )
    return [
        Note(row[1], STORE_REASONS[row[2]], store_id=row[0], data={"words": row[3]})
        for row in changed
        if row[2] in STORE_REASONS
    ]


async def notes(cursor: AsyncCursor[Any], statement: str, items: Sequence[Note], now: datetime) -> None:
    """Activities or attention items, many at a time; of two equal items the last one stands."""
    if not items:
        return
    if statement == "open_attentions":
        items = list({(n.marketplace_id, n.store_id, n.order_id, n.vendor_order_id, n.what): n for n in items}.values())
        whats: dict[str, list[Any]] = {"reasons": [str(note.what) for note in items]}
    else:
        whats = {"whats": [str(note.what) for note in items], "tolds": [int(told(note.what)) for note in items]}
    await cursor.execute(
        named(statement),
        {
            "marketplace_ids": [note.marketplace_id for note in items],
            "store_ids": [note.store_id for note in items],
            "order_ids": [note.order_id for note in items],
            "vendor_order_ids": [note.vendor_order_id for note in items],
            **whats,
            "datas": [msgspec.json.encode(note.data).decode() for note in items],
            "now": now,
        },
    )


async def settle(cursor: AsyncCursor[Any], items: Sequence[Any], now: datetime) -> None:
    if items:
        await cursor.execute(
            named("close_attentions"),
            {
                "vendor_order_ids": [item.vendor_order_id for item in items],
                "order_ids": [item.order_id for item in items],
                "store_ids": [item.store_id for item in items],
                "reasons": [str(item.reason) for item in items],
                "now": now,
            },
        )
