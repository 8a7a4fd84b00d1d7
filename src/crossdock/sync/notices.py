"""Facts become notices and messages: each tiding to everybody of its audiences who wants it, and to every endpoint that
listens.

What survives a crash: a tiding is written in the transaction of its fact, and goes in the one that writes its notices;
so nothing is told twice and nothing is forgotten. Not here: mails (mails.py), or sending webhooks (hooks_out.py).
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from psycopg import AsyncCursor

from crossdock.core.notices import KINDS, LATE_AFTER_DAYS, OF_ACTIVITIES, OPENED, WEBHOOK_KINDS, kind_of
from crossdock.core.reasons import Reason
from crossdock.sync.db import Pool, named, one, transact

MOST = 500  # tidings in one transaction
LATE_EVERY = timedelta(minutes=30)
LATE_BACK = 7  # days: longer than a hub is away


async def tell(pool: Pool, now: datetime, *, hub_url: str) -> int:
    """Take what there is of tidings, at most MOST; returns how many. One statement: an order's facts cost little."""

    async def take(cursor: AsyncCursor[Any]) -> int:
        await cursor.execute(
            named("tell"), {"most": MOST, "now": now, "hub_url": hub_url, "hooked": list(WEBHOOK_KINDS), **_meant()}
        )
        return int(one(await cursor.fetchone())[0])

    return await transact(pool, take, alone=True)


async def find_late(pool: Pool, now: datetime) -> None:
    """What vendors have had for too long becomes tidings."""
    async with pool.connection() as connection:
        days = {"now": now, "days": LATE_AFTER_DAYS, "back": LATE_BACK}
        await connection.execute(named("find_late"), days)


@cache
def _meant() -> dict[str, list[Any]]:
    """What each fact is told as, and to which audience: columns."""
    facts = [(what, "") for what in OF_ACTIVITIES] + [(OPENED, str(reason)) for reason in Reason]
    rows = [
        (what, reason, str(kind), str(audience), way.email, way.app)
        for what, reason in facts
        if (kind := kind_of(what, reason)) is not None
        for audience, way in KINDS[kind].items()
    ]
    names = ("whats", "of_reasons", "kinds", "audiences", "emails", "apps")
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
