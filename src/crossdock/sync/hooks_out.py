"""Webhooks that we send, signed as Standard Webhooks says: sending messages, trying again, giving up.

What survives a crash: a message is there before it is sent, under one id for ever; one that was sent and not noted goes
again under that id, by which the receiver knows it. Not here: a fact becoming a message (notices.py),
or endpoints as people keep them (operations).
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from psycopg import AsyncCursor
from standardwebhooks import Webhook

from crossdock.connector.http import Http, NoAnswer, NotSent, Request
from crossdock.models.seal import Ring
from crossdock.sync import writer
from crossdock.sync.db import Pool, named, transact
from crossdock.sync.effects import Note
from crossdock.sync.what import What

MOST, EACH = 40, 8  # messages at once, and of one endpoint
TIMEOUT = 15.0
# The schedule that standardwebhooks.com names: about three days in all.
LATER = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
DISABLE_AFTER = timedelta(days=4)
GONE = 410  # the endpoint wants no more


class Message(Struct, frozen=True):
    """One message to be tried: the columns of statement `deliveries_due`."""

    id: int
    endpoint_id: int
    marketplace_id: int
    key: str
    kind: str
    body: str
    attempts: int
    url: str
    sealed: bytes
    old_until: datetime | None


class Try(Struct, frozen=True):
    """How one try went; `status` 0 = no answer, `words` then says why. Never what the endpoint answered."""

    at: datetime
    status: int
    words: str
    ms: int

    @property
    def taken(self) -> bool:
        return 200 <= self.status < 300


async def deliver(pool: Pool, http: Http, ring: Ring, clock: Callable[[], datetime]) -> int:
    """Try what is due, at most MOST at once; returns how many."""
    async with pool.connection() as connection:
        cursor = await connection.execute(named("deliveries_due"), {"now": clock(), "most": MOST, "each": EACH})
        messages = [Message(*row) for row in await cursor.fetchall()]
    if messages:
        tries = await asyncio.gather(*(_try(http, ring, message, clock) for message in messages))
        await transact(pool, lambda cursor: _keep(cursor, messages, tries, clock()))
    return len(messages)


def sign(secrets: Sequence[str], key: str, at: datetime, body: str) -> str:
    """One signature a secret: while secrets are changed, the receiver may know either."""
    return " ".join(Webhook(secret).sign(key, at, body) for secret in secrets)


def secrets_of(message: Message, ring: Ring, now: datetime) -> list[str]:
    known: list[str] = msgspec.json.decode(ring.open(message.sealed))
    return known if message.old_until is not None and now < message.old_until else known[:1]


async def _try(http: Http, ring: Ring, message: Message, clock: Callable[[], datetime]) -> Try:
    at = clock()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": sign(secrets_of(message, ring, at), message.key, at, message.body),
    }
    request = Request("POST", message.url, headers, message.body.encode(), TIMEOUT, "webhook out")
    began = time.monotonic()
    try:
        answer = await http.send(request)
    except (NotSent, NoAnswer) as error:
        return Try(at, 0, str(error)[:200], _since(began))
    return Try(at, answer.status, "", _since(began))


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)


async def _keep(cursor: AsyncCursor[Any], messages: Sequence[Message], tries: Sequence[Try], now: datetime) -> None:
    fates = [_fate(message, one, now) for message, one in zip(messages, tries, strict=True)]
    await cursor.execute(
        named("keep_tries"),
        {
            "ids": [message.id for message in messages],
            "states": [state for state, _ in fates],
            "due_ats": [due_at for _, due_at in fates],
            "tries": [msgspec.json.encode(one).decode() for one in tries],
            "now": now,
        },
    )
    good = {message.endpoint_id for message, one in zip(messages, tries, strict=True) if one.taken}
    bad = {message.endpoint_id for message in messages} - good
    await cursor.execute(named("endpoints_answered"), {"good": sorted(good), "bad": sorted(bad), "now": now})
    gone = {m.endpoint_id for m, one in zip(messages, tries, strict=True) if one.status == GONE}
    await cursor.execute(named("disable_endpoints"), {"gone": sorted(gone), "since": now - DISABLE_AFTER})
    disabled = await cursor.fetchall()
    notes = [Note(row[1], What.WEBHOOK_DISABLED, data={"endpoint": row[0], "host": host(row[2])}) for row in disabled]
    await writer.notes(cursor, "add_activities", notes, now)


def host(url: str) -> str:
    """What may be said of an address: its path may be a secret."""
    return urlsplit(url).hostname or ""


def _fate(message: Message, one: Try, now: datetime) -> tuple[str, datetime | None]:
    """The message's state after this try, and when it is tried again."""
    if one.taken:
        return "delivered", None
    if message.attempts >= len(LATER):
        return "failed", None
    return "waiting", now + LATER[message.attempts]
