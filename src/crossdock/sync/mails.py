"""Notices by e-mail: gathered into one mail per person, the intent committed, then sent.

What survives a crash: a mail is `sending` before the server is spoken to and `sent` once it took it. A sender that dies
between the two leaves `sending`, and the next one sends it again under the same Message-ID: a mail may come twice where
the alternative is that it never came (docs/decisions/notices.md). Not here: words (the composer is the faces').
"""

import asyncio
import smtplib
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.sync.db import Pool, named, transact

log = structlog.get_logger(__name__)

PAUSE = 10  # times the gathering: how long the next mail to the same person waits
MOST = 20  # mails over one connection
LATER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
GIVE_UP = timedelta(days=4)  # as mail servers do (RFC 5321, 4.5.4.1)


class Item(Struct, frozen=True):
    """One notice of a mail: the columns of statement `mail_items`, without the mail's number."""

    kind: str
    reason: str
    at: datetime
    data: str
    order_id: int | None
    order_name: str
    vendor_order_id: int | None
    vendor_order_state: str
    total: Decimal | None
    currency: str
    vendor_name: str
    store_domain: str
    attention_id: int | None


class Letter(Struct, frozen=True):
    """What a mail tells whom. `user_id` None: the contact address of vendor `vendor_id`."""

    id: int
    key: str
    attempts: int
    begun_at: datetime
    audience: str
    vendor_id: int | None
    user_id: int | None
    marketplace_id: int
    slug: str
    marketplace_name: str
    address: str
    name: str
    language: str
    time_zone: str
    items: tuple[Item, ...] = ()


class Composed(Struct, frozen=True):
    """A letter in words. `unsubscribe`: the address that one click of a mail program posts to."""

    subject: str
    text: str
    html: str
    unsubscribe: str


Compose = Callable[[Letter], Composed]


class Sending(Struct, frozen=True):
    """How mails are sent here."""

    compose: Compose
    sender: str
    hub_url: str
    gather: float
    rate: int


async def begin(pool: Pool, sending: Sending, now: datetime) -> None:
    """Drop what is over, and make mails of what has waited long enough."""

    async def make(cursor: AsyncCursor[Any]) -> None:
        await cursor.execute(named("begin_alone"))
        await cursor.execute(named("drop_notices"))
        waits = {"now": now, "gather": sending.gather, "pause": sending.gather * PAUSE}
        await cursor.execute(named("begin_mails"), waits)

    await transact(pool, make)


async def due(pool: Pool, sending: Sending, now: datetime) -> list[Letter]:
    """Letters to be sent now, as many as the rate allows."""
    async with pool.connection() as connection:
        cursor = await connection.execute(named("mails_due"), {"now": now, "rate": sending.rate, "most": MOST})
        letters = [Letter(*row) for row in await cursor.fetchall()]
        if not letters:
            return []
        cursor = await connection.execute(named("mail_items"), {"ids": [letter.id for letter in letters]})
        items: defaultdict[int, list[Item]] = defaultdict(list)
        for row in await cursor.fetchall():
            items[row[0]].append(Item(*row[1:]))
    return [replace(letter, tuple(items[letter.id])) for letter in letters]


def replace(letter: Letter, items: tuple[Item, ...]) -> Letter:
    fields = {name: getattr(letter, name) for name in letter.__struct_fields__}
    return Letter(**fields | {"items": items})


async def send(pool: Pool, sending: Sending, letters: Sequence[Letter], clock: Callable[[], datetime]) -> bool:
    """Send these over one connection; False when the server could not be spoken to, and there is no use in more."""
    backend = get_connection()
    try:
        for letter in letters:
            try:
                message = await asyncio.to_thread(compose, sending, letter)
                await asyncio.to_thread(_hand_over, backend, message)
            except (OSError, smtplib.SMTPException) as error:  # SMTPException is an OSError; named for the reader
                if not await _failed(pool, letter, error, clock()):
                    return False
            else:
                async with pool.connection() as connection:
                    await connection.execute(named("mail_sent"), {"id": letter.id, "now": clock()})
                log.info("mail sent", mail=letter.id, notices=len(letter.items))
    finally:
        await asyncio.to_thread(_close, backend)
    return True


def compose(sending: Sending, letter: Letter) -> EmailMultiAlternatives:
    """The mail itself: text and HTML, the same Message-ID each time it is made."""
    words = sending.compose(letter)
    message = EmailMultiAlternatives(
        subject=" ".join(words.subject.split()),
        body=words.text,
        from_email=sending.sender,
        to=[letter.address],
        headers={
            "Message-ID": f"<{letter.key}@{urlsplit(sending.hub_url).hostname}>",
            "Date": format_datetime(letter.begun_at),
            "Auto-Submitted": "auto-generated",  # RFC 3834: nobody's holiday notice answers
            "List-Unsubscribe": f"<{words.unsubscribe}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",  # RFC 8058
        },
    )
    message.attach_alternative(words.html, "text/html")
    return message


def _hand_over(backend: BaseEmailBackend, message: EmailMultiAlternatives) -> None:
    """Raises what the server said. A connection that stays open carries the next one too."""
    backend.open()
    backend.send_messages([message])


def _close(backend: BaseEmailBackend) -> None:
    try:
        backend.close()
    except (OSError, smtplib.SMTPException):
        log.debug("the mail server left first")


async def _failed(pool: Pool, letter: Letter, error: OSError, now: datetime) -> bool:
    """Refused for good, or later again; True when the next mail may fare better."""
    words, final = said(error)
    over = now - letter.begun_at > GIVE_UP
    log.warning("mail not sent", mail=letter.id, error=words, final=final or over)
    async with pool.connection() as connection:
        if final or over:
            await connection.execute(named("mail_failed"), {"id": letter.id, "words": words})
        else:
            later = now + LATER[min(letter.attempts, len(LATER) - 1)]
            again = {"id": letter.id, "due_at": later, "words": words}
            await connection.execute(named("mail_again"), again)
    return isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)


def said(error: OSError) -> tuple[str, bool]:
    """The server's words without addresses, and whether it will never have this mail: a lasting refusal (5xx) of the
    recipient or of what is in it. That it will not have us is ours to mend, so the mail waits."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [int(code) for code, _ in error.recipients.values()]
        return f"recipient refused: {codes[0] if codes else '-'}", bool(codes) and min(codes) >= 500
    if isinstance(error, smtplib.SMTPDataError):
        return f"content refused: {error.smtp_code}", error.smtp_code >= 500
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}", False
    return type(error).__name__, False
