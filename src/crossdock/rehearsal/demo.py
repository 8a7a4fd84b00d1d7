"""The demo: sets its marketplace up in sandbox and hub, and says what happens in it for ever, a few orders a minute;
vendors sell in their own shops too, count their stock, change prices and titles, and offer new goods.

Not here: the goods and people (demo_market.py), doing it (stage.py), or the processes (the command line's).
"""

import asyncio
import heapq
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

from msgspec import Struct

from crossdock.models import Membership, Vendor
from crossdock.operations.choosing import approve_listings, choose_products
from crossdock.operations.people import add_owner, add_person
from crossdock.rehearsal import demo_market, hub, mixing, offering
from crossdock_sandbox.traffic.building import build
from crossdock_sandbox.traffic.control import HttpControl
from crossdock_sandbox.traffic.ledger import Built
from crossdock_sandbox.traffic.plan import (
    Amend,
    Cancel,
    Correct,
    Deliver,
    Edit,
    HandOver,
    Happening,
    Line,
    Market,
    Offer,
    Pay,
    Place,
    Restock,
    Sell,
    Share,
    TakeBack,
    Terms,
)

TERMS = Terms(contact=demo_market.CONTACT)
OWNER, VENDORS_OWNER = "owner", "vendor"
CONNECT_SECONDS = 60.0
BETWEEN_ORDERS = (2.0, 7.0)  # seconds
UNPAID = 0.2
NEVER_PAID = 0.15  # of the unpaid
CANCELLED = 0.06
EDITED = 0.12
MENDED = 0.1
SOLD_BESIDE = 0.5  # vendors' own shops sell about half as often as the marketplace
TAKEN_BACK = 0.1
COUNTED = 0.3
AMENDED = 0.15
PRICES = 0.6  # of what is changed; the rest are titles
FACTOR = "1.15"  # what the marketplace adds to the vendors' prices
NEW_EVERY, APPROVED_AFTER = 40.0, 25.0  # seconds
CARRIERS = ("PostNord", "DHL Express", "La Poste", "GLS")


class Prepared(Struct, frozen=True):
    """The demo ready to trade, and how a person gets in."""

    user: str
    password: str
    vendor: str  # a vendor's log-in, with the same password
    vendor_name: str
    built: Built
    joined: hub.Hub


def prepare(*, sandbox_url: str, seed: int, platforms: Sequence[str] = ()) -> Prepared:
    """Open the stores in the sandbox, the vendors' on `platforms` in turn, make them known to an empty hub, wait until
    it has connected them."""
    built = asyncio.run(_build(sandbox_url, mixing.mixed(demo_market.market(), platforms)))
    now = datetime.now(UTC)
    joined = hub.join(built, TERMS, slug="demo", now=now, linked=False)
    password = secrets.token_urlsafe(9)
    add_owner(marketplace=joined.marketplace, username=OWNER, password=password, now=now, who=hub.WHO)
    first = _add_vendors_owner(joined, built.market.shops[0].key, password, now)
    _wait(lambda: hub.stores_left(joined, datetime.now(UTC)) + offering.catalogues_left(joined))
    offering.set_rules(joined, datetime.now(UTC), factor=FACTOR)
    offering.offer(joined, built, datetime.now(UTC), which=lambda each: not demo_market.is_new(each))
    _wait(lambda: offering.listings_left(joined))
    built.listings.update(offering.found_listings(joined, built))
    return Prepared(OWNER, password, VENDORS_OWNER, first.name, built, joined)


def _add_vendors_owner(joined: hub.Hub, shop: str, password: str, now: datetime) -> Vendor:
    vendor = Vendor.objects.get(pk=joined.vendors[shop])
    add_person(
        marketplace=joined.marketplace,
        username=VENDORS_OWNER,
        password=password,
        role=Membership.Role.VENDOR_OWNER,
        vendor=vendor,
        now=now,
        who=hub.WHO,
    )
    return vendor


def _wait(left: Callable[[], int]) -> None:
    """A store that is slow to connect, or goods that are slow to list, show on the pages as what they are."""
    deadline = time.monotonic() + CONNECT_SECONDS
    while left() and time.monotonic() < deadline:
        time.sleep(0.2)


def hints(prepared: Prepared, address: str) -> Iterator[str]:
    """How to get in, and where to look for what is going on: lines for people."""
    place = f"{address}/m/{prepared.joined.marketplace.slug}"
    yield f"Open {place}/rehearsal/ : the marketplace live, a tour in five steps, and everything that may go wrong"
    yield f"  as the merchant          log in as {prepared.user}, password {prepared.password}"
    yield f"  as a vendor              log in as {prepared.vendor}, the same password: {prepared.vendor_name}'s portal"
    yield "                           (in another browser or a private window: each is logged in once)"
    yield ""
    yield f"  {place}/orders/     orders, split by vendor and pushed; parcels come back"
    yield f"  {place}/listings/   what vendors offer: prices and titles follow; something new now and then, some of it"
    yield "                     waiting for your yes"
    yield f"  {place}/stock/      what may be sold, and why: vendors sell in their own shops too, restock and count\n"


async def newcomers(prepared: Prepared) -> None:
    """One after another, vendors offer something new; of every two, one is approved and one waits for whoever looks."""
    built, joined = prepared.built, prepared.joined
    for number, each in enumerate(filter(demo_market.is_new, built.market.offers)):
        await asyncio.sleep(NEW_EVERY)
        await asyncio.to_thread(_choose, joined, each.shop, built.goods[each.key].product)
        if number % 2 == 0:
            await asyncio.sleep(APPROVED_AFTER)
            await asyncio.to_thread(_approve, joined, each.shop)


def _choose(joined: hub.Hub, shop: str, product: str) -> None:
    vendor = Vendor.objects.get(pk=joined.vendors[shop])
    choose_products(vendor=vendor, product_ids=[product], now=datetime.now(UTC), who=shop)


def _approve(joined: hub.Hub, shop: str) -> None:
    vendor = Vendor.objects.get(pk=joined.vendors[shop])
    approve_listings(marketplace=joined.marketplace, vendor=vendor, now=datetime.now(UTC), who=OWNER)


def on_sale(built: Built) -> tuple[Offer, ...]:
    """What is listed at the merchant's."""
    return tuple(offer for offer in built.market.offers if offer.key in built.listings)


def happenings(offers: tuple[Offer, ...], *, seed: int, start: datetime) -> Iterator[Happening]:
    """What happens from `start` on, by time, without end."""
    random = Random(f"{seed}:demo")
    waiting: list[tuple[datetime, int, Happening]] = []
    number, at = count(), start
    for order in count(1):
        for happening in (*_life(order, at, offers, random), *_shops(order, at, offers, random)):
            heapq.heappush(waiting, (happening.at, next(number), happening))
        at += timedelta(seconds=random.uniform(*BETWEEN_ORDERS))
        while waiting and waiting[0][0] <= at:
            yield heapq.heappop(waiting)[2]


async def _build(sandbox_url: str, market: Market) -> Built:
    async with HttpControl(sandbox_url) as control:
        return await build(control, market, plan="basic", progress=lambda more: None, listed=False)


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
    lines = tuple(Line(offer.key, random.choice((1, 1, 1, 2, 3)), "") for offer in chosen)
    return bought(order, number, at, lines, paid=paid, random=random)


def bought(order: str, number: int, at: datetime, lines: tuple[Line, ...], *, paid: bool, random: Random) -> Place:
    """Somebody buys these `lines`; `number` makes the buyer one of its own."""
    person, home = demo_market.buyer(random.choice(demo_market.BUYERS), number)
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
    return Place(at, order, lines, paid, rest, obeys=True)


def _shops(number: int, at: datetime, offers: tuple[Offer, ...], random: Random) -> Iterator[Happening]:
    """What vendors' people do meanwhile in their own shops."""
    offer, after = random.choice(offers), _clock(at, random)
    if random.random() < SOLD_BESIDE:
        sale = f"own-{number}"
        yield Sell(after(0, 4), sale, offer.shop, offer.key, random.choice((1, 1, 2)))
        if random.random() < TAKEN_BACK:
            yield TakeBack(after(10, 60), f"back-{number}", offer.shop, sale)
    if random.random() < COUNTED:
        yield Restock(after(0, 4), f"count-{number}", offer.shop, offer.key, random.choice((-2, -1, 5, 12)))
    if random.random() < AMENDED:
        yield _amend(number, after(0, 4), offer, random)


def _amend(number: int, at: datetime, offer: Offer, random: Random) -> Amend:
    name = f"amend-{number}"
    if random.random() < PRICES:
        price = Decimal(offer.price) * random.choice((Decimal("0.9"), Decimal("1.05"), Decimal(1)))
        return Amend(at, name, offer.shop, offer.key, variant={"price": f"{price:.2f}"})
    words = random.choice(("", ", new batch", ", last pieces"))
    return Amend(at, name, offer.shop, offer.key, product={"title": f"{offer.title}{words}"})


def _edit(random: Random) -> dict[str, Any]:
    return random.choice(
        (
            {"note": "Please deliver in the afternoon"},
            {"tags": ["priority"]},
            {"phone": f"+46700{random.randrange(10**6):06d}"},
        )
    )


def _parcel(order: str, shop: str, after: Callable[[float, float], datetime], random: Random) -> Iterator[Happening]:
    yield HandOver(after(0, 5), order, shop, 1, Share.LEFT, tracking(random))
    if random.random() < MENDED:
        yield Correct(after(5, 20), order, shop, 1, tracking(random))
    yield Deliver(after(60, 240), order, shop, 1)


def tracking(random: Random) -> dict[str, Any]:
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
