"""Facts become notices: each tiding to everybody of its audience who wants it, and to every endpoint that listens.

What survives a crash: a tiding is written in the transaction of its fact, and goes in the one that writes its notices;
so nothing is told twice and nothing is forgotten. Not here: mails (mails.py), or sending webhooks (hooks_out.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.core.notices import KINDS, LATE_AFTER_DAYS, OPENED, Audience, NoticeKind, Way, kind_of
from crossdock.sync import hooks_out
from crossdock.sync.db import Pool, named, transact

MOST = 500  # tidings in one transaction
LATE_EVERY = timedelta(minutes=30)
LATE_BACK = 7  # days: longer than a hub is away


class Tiding(Struct, frozen=True):
    """The columns of statement `take_tidings`."""

    id: int
    marketplace_id: int
    store_id: int | None
    order_id: int | None
    vendor_order_id: int | None
    attention_id: int | None
    at: datetime
    what: str
    data: str

    @property
    def reason(self) -> str:
        return str(msgspec.json.decode(self.data).get("reason", "")) if self.what == OPENED else ""

    @property
    def subject(self) -> str:
        """What of it is told once: an item; a part of an order, for each kind; else every occasion."""
        if self.attention_id is not None:
            return f"attention:{self.attention_id}"
        return f"vendor_order:{self.vendor_order_id}" if self.vendor_order_id is not None else f"tiding:{self.id}"


Wanted = tuple[Tiding, NoticeKind, Audience, Way]


async def tell(pool: Pool, now: datetime, *, hub_url: str) -> int:
    """Take what there is of tidings, at most MOST; returns how many."""

    async def take(cursor: AsyncCursor[Any]) -> int:
        await cursor.execute(named("take_tidings"), {"most": MOST})
        found = sorted((Tiding(*row) for row in await cursor.fetchall()), key=lambda tiding: tiding.id)
        await _add(cursor, _wanted(found))
        await hooks_out.add(cursor, found, now, hub_url=hub_url)
        return len(found)

    return await transact(pool, take)


async def find_late(pool: Pool, now: datetime) -> None:
    """What vendors have had for too long becomes tidings."""
    async with pool.connection() as connection:
        days = {"now": now, "days": LATE_AFTER_DAYS, "back": LATE_BACK}
        await connection.execute(named("find_late"), days)


def _wanted(found: Sequence[Tiding]) -> list[Wanted]:
    wanted: list[Wanted] = []
    for tiding in found:
        kind = kind_of(tiding.what, tiding.reason)
        if kind is not None:
            wanted += [(tiding, kind, audience, way) for audience, way in KINDS[kind].items()]
    return wanted


async def _add(cursor: AsyncCursor[Any], wanted: Sequence[Wanted]) -> None:
    if not wanted:
        return
    tidings = [each[0] for each in wanted]
    await cursor.execute(
        named("add_notices"),
        {
            "marketplace_ids": [tiding.marketplace_id for tiding in tidings],
            "audiences": [str(audience) for _, _, audience, _ in wanted],
            "kinds": [str(kind) for _, kind, _, _ in wanted],
            "subjects": [tiding.subject for tiding in tidings],
            "store_ids": [tiding.store_id for tiding in tidings],
            "order_ids": [tiding.order_id for tiding in tidings],
            "vendor_order_ids": [tiding.vendor_order_id for tiding in tidings],
            "attention_ids": [tiding.attention_id for tiding in tidings],
            "reasons": [tiding.reason for tiding in tidings],
            "datas": [tiding.data for tiding in tidings],
            "ats": [tiding.at for tiding in tidings],
            "emails": [way.email for *_, way in wanted],
            "apps": [way.app for *_, way in wanted],
            "only_if_manual": [tiding.what == "vendor_order.cancelled" for tiding in tidings],
        },
    )
