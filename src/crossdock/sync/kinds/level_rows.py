"""Levels as their drain holds them: loaded with all that is decided from, as of one moment; and what is decided.

Not here: the calls (level_merchant.py, level_write.py).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core import stock
from crossdock.core.stock import LevelDecision, LevelFacts, LevelSeen, Step, Why
from crossdock.sync.db import named, transact
from crossdock.sync.drain import Context
from crossdock.sync.stores import Store


class LevelRow(Struct):
    """One link's level: the columns of statement `load_levels`."""

    id: int
    vendor_id: int
    store_id: int
    vendor_variant_id: str
    merchant_variant_id: str
    merchant_product_id: str
    wanted: int
    sold: int
    sold_then: int
    unexplained: int
    merchant_available: int | None
    verify: bool
    item_id: str
    location_id: str
    wanted_location: str
    reason: str
    ended: bool
    vendor_available: int | None
    tracked: bool
    oversell: bool
    gone: bool
    figure_at: datetime | None
    doubt: bool
    off_sale: bool
    inventory_sync: bool
    buffer: int
    pending: int
    in_flight: int
    in_flight_at: datetime | None
    unread: bool  # the vendor's store has orders that its figure may not contain yet: it is to be read
    write_key: str
    write_from: int | None
    write_to: int | None
    write_at: datetime | None

    @property
    def expected(self) -> int | None:
        """What the merchant's store has by our books."""
        if self.merchant_available is None:
            return None
        return self.merchant_available - (self.sold - self.sold_then)

    @property
    def moves(self) -> bool:
        """It is offered at another location from now on; here it goes to nothing first."""
        return bool(self.location_id) and self.location_id != self.wanted_location

    @property
    def vendor_has_none(self) -> bool:
        """By the vendor's own figure, whatever was sold here."""
        return self.gone or (self.vendor_available or 0) <= self.buffer

    def decide(self) -> LevelDecision:
        decision = stock.decide_level(
            LevelFacts(
                vendor_available=self.vendor_available,
                pending=self.pending,
                unexplained=self.unexplained,
                buffer=self.buffer,
                inventory_sync=self.inventory_sync,
                linked=not self.ended,
                there=not self.gone,
                on_sale=not self.off_sale,
                tracked=self.tracked,
                oversell=self.oversell,
            )
        )
        if self.moves and decision.target is not None:
            return LevelDecision(0, Why.MOVING, decision.trace)
        return decision

    def step(self, decision: LevelDecision, now: datetime) -> Step:
        seen = LevelSeen(
            expected=self.expected,
            verify=self.verify and self.merchant_available is not None,
            doubt=self.doubt or self.unread,
            figure_at=self.figure_at,
            in_flight=self.in_flight,
            in_flight_at=self.in_flight_at,
        )
        return stock.next_step(decision, seen, now)

    def kept_reason(self, decision: LevelDecision) -> str:
        """A loss stays one while nothing came back."""
        empty = decision.why in (Why.SOLD_OUT, Why.VARIANT_GONE)
        return self.reason if empty and self.reason == Why.VENDOR_EMPTY else decision.why


class Settling(Struct, frozen=True):
    """A level with nothing to write: the columns of statement `levels_settled`."""

    link_ids: int
    wanteds: int
    targets: int | None
    reasons: str
    moves: bool = False


async def load(context: Context, store: Store, ids: Collection[int], location_id: str) -> list[LevelRow]:
    """`location_id`: where the merchant's store keeps stock when no rule says otherwise."""
    if not ids:
        return []
    parameters = {"ids": sorted(ids), "merchant_store_id": store.id}
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("load_levels"), parameters)
        rows = [LevelRow(*row) for row in await cursor.fetchall()]
    for row in rows:
        row.wanted_location = row.wanted_location or location_id
    return rows


async def settle(context: Context, rows: Sequence[Settling]) -> None:
    if rows:
        await transact(context.pool, lambda cursor: keep_settled(cursor, rows))


async def keep_settled(cursor: AsyncCursor[Any], rows: Sequence[Settling]) -> None:
    ordered = sorted(rows, key=lambda row: row.link_ids)
    columns = {name: [getattr(row, name) for row in ordered] for name in Settling.__struct_fields__}
    await cursor.execute(named("levels_settled"), columns)
