"""The demo: sets its marketplace up in sandbox and hub, then trades in it for ever, a few orders a minute.

Not here: the goods and people (demo_market.py), or the processes (the command line's).
"""

import asyncio
import heapq
import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from msgspec import Struct

from crossdock.operations.people import add_owner
from crossdock.rehearsal import demo_market, hub
from crossdock_sandbox.traffic.building import build
from crossdock_sandbox.traffic.control import HttpControl
from crossdock_sandbox.traffic.ledger import Built
from crossdock_sandbox.traffic.plan import (
    Cancel,
    Correct,
    Deliver,
    Edit,
    HandOver,
    Happening,
    Line,
    Offer,
    Pay,
    Place,
    Share,
    Terms,
)
from crossdock_sandbox.traffic.player import Pace, Player

TERMS = Terms(contact=demo_market.CONTACT)
OWNER = "owner"
CONNECT_SECONDS = 60.0
BETWEEN_ORDERS = (2.0, 7.0)  # seconds
UNPAID = 0.2
NEVER_PAID = 0.15  # of the unpaid
CANCELLED = 0.06
EDITED = 0.12
MENDED = 0.1
CARRIERS = ("PostNord", "DHL Express", "La Poste", "GLS")


class Prepared(Struct, frozen=True):
    """The demo ready to trade, and how a person gets in."""

    user: str
    password: str
    built: Built
    joined: hub.Hub


def prepare(*, sandbox_url: str, seed: int) -> Prepared:
    """Open the stores in the sandbox, make them known to an empty hub, wait until it has connected them."""
    built = asyncio.run(_build(sandbox_url))
    now = datetime.now(UTC)
    joined = hub.join(built, TERMS, slug="demo", now=now)
    password = secrets.token_urlsafe(9)
    add_owner(marketplace=joined.marketplace, username=OWNER, password=password, now=now, who=hub.WHO)
    deadline = time.monotonic() + CONNECT_SECONDS
    while hub.stores_left(joined, datetime.now(UTC)) and time.monotonic() < deadline:
        time.sleep(0.2)  # a store that is slow to connect shows on the pages as what it is
    return Prepared(OWNER, password, built, joined)


async def traffic(prepared: Prepared, *, sandbox_url: str, seed: int) -> None:
    """Orders for ever, or until cancelled."""
    async with HttpControl(sandbox_url) as control:
        await player(control, prepared, seed).play()


def player(control: Any, prepared: Prepared, seed: int) -> Player:
    """What trades: in real time, starting at once."""
    return Player(
        control,
        prepared.built,
        TERMS,
        happenings(prepared.built.market.offers, seed=seed, start=datetime.now(UTC)),
        reference=prepared.joined.reference,
        clock=time.time,
        sleep=asyncio.sleep,
        pace=Pace(factor=1.0),
    )


def happenings(offers: tuple[Offer, ...], *, seed: int, start: datetime) -> Iterator[Happening]:
    """What happens from `start` on, by time, without end."""
    random = Random(f"{seed}:demo")
    waiting: list[tuple[datetime, int, Happening]] = []
    number, at = count(), start
    for order in count(1):
        for happening in _life(order, at, offers, random):
            heapq.heappush(waiting, (happening.at, next(number), happening))
        at += timedelta(seconds=random.uniform(*BETWEEN_ORDERS))
        while waiting and waiting[0][0] <= at:
            yield heapq.heappop(waiting)[2]


async def _build(sandbox_url: str) -> Built:
    async with HttpControl(sandbox_url) as control:
        return await build(control, demo_market.market(), plan="basic", progress=lambda more: None)


def _life(number: int, at: datetime, offers: tuple[Offer, ...], random: Random) -> Iterator[Happening]:
    order = f"demo-{number}"
    chosen = random.sample(offers, random.choice((1, 1, 1, 2, 2, 3)))
    unpaid = random.random() < UNPAID
    yield _place(order, number, at, chosen, paid=not unpaid, random=random)
    after = _clock(at, random)
    if unpaid:
        if random.random() < NEVER_PAID:
            return
        yield Pay(after(8, 40), order)
    if random.random() < EDITED:
        yield Edit(after(3, 15), order, _edit(random))
    if random.random() < CANCELLED:
        yield Cancel(after(4, 20), order, random.choice(("customer", "inventory", "fraud")))
        return
    for shop in dict.fromkeys(offer.shop for offer in chosen):
        yield from _parcel(order, shop, _clock(after(15, 60), random), random)


def _place(order: str, number: int, at: datetime, chosen: list[Offer], *, paid: bool, random: Random) -> Place:
    person, home = demo_market.buyer(random.choice(demo_market.BUYERS), number)
    lines = tuple(Line(offer.key, random.choice((1, 1, 1, 2, 3)), offer.price) for offer in chosen)
    rest: dict[str, Any] = {
        "customer": person,
        "shipping_address": home,
        "billing_address": home,
        "shipping": [{"title": "Standard", "code": "standard", "price": random.choice(("0.00", "4.90", "9.90"))}],
        "note": random.choice(demo_market.NOTES),
        "tags": random.choice(([], [], ["newsletter"], ["returning"])),
        "attributes": [],
        "gateway": random.choice(("card", "invoice")) if paid else "invoice",
    }
    return Place(at, order, lines, paid, rest)


def _edit(random: Random) -> dict[str, Any]:
    return random.choice(
        (
            {"note": "Please deliver in the afternoon"},
            {"tags": ["priority"]},
            {"phone": f"+46700{random.randrange(10**6):06d}"},
        )
    )


def _parcel(order: str, shop: str, after: Callable[[float, float], datetime], random: Random) -> Iterator[Happening]:
    yield HandOver(after(0, 5), order, shop, 1, Share.LEFT, _tracking(random))
    if random.random() < MENDED:
        yield Correct(after(5, 20), order, shop, 1, _tracking(random))
    yield Deliver(after(60, 240), order, shop, 1)


def _tracking(random: Random) -> dict[str, Any]:
    number = f"HP{random.randrange(10**9):09d}SE"
    url = f"https://track.example.com/{number}"
    return {"company": random.choice(CARRIERS), "numbers": [number], "urls": [url]}


def _clock(at: datetime, random: Random) -> Callable[[float, float], datetime]:
    """Says a time so many seconds after `at`, each time later than before."""
    now = at

    def later(least: float, most: float) -> datetime:
        nonlocal now
        now += timedelta(seconds=random.uniform(least, most))
        return now

    return later
