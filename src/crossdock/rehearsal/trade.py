"""Scarce goods: gives every linked offer a small stock, and adds to a marketplace's happenings what makes that a race:
rushes of shoppers for the last units, the vendors' own shops selling the same, restocks, counts, changed products.

All by seed. Not here: playing it (crossdock_sandbox.traffic), or judging it (crossdock_sandbox.audit).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from msgspec.structs import replace

from crossdock.rehearsal.market import offer_key
from crossdock.rehearsal.olist import Header
from crossdock_sandbox.traffic.plan import Amend, Found, Happening, Market, Offer, Place, Restock, Sell, TakeBack

RUSHED = 0.3  # of the orders: many want what it bought, at once
SOLD_BESIDE = 0.35  # of the lines: the vendor's own shop sells the same at that moment
SOLD_LATER = 0.2
TAKEN_BACK = 0.15  # of the vendors' own sales
RESTOCKED = 0.5  # of the offers, now and then
COUNTED_LESS = 0.15
AMENDED = 0.25
LEAD = timedelta(days=1)


def stocked(market: Market, average: int, *, seed: int) -> Market:
    """Every linked offer with 1 to 2 x average - 1 units; what is not linked is not counted."""

    def one(offer: Offer) -> Offer:
        if offer.found is not Found.LINK:
            return offer
        return replace(offer, stock=Random(f"{seed}:stock:{offer.key}").randint(1, max(1, 2 * average - 1)))

    shops = (replace(shop, offers=tuple(map(one, shop.offers))) for shop in market.shops)
    return replace(market, shops=tuple(shops))


def rushes(orders: Sequence[Header], market: Market, average: int, *, seed: int) -> list[Header]:
    """Orders for one unit each, seconds after an order of `orders`, as many as there are units or a little more."""
    linked = {offer.key for offer in market.offers if offer.found is Found.LINK}
    made: list[Header] = []
    for order in orders:
        random = Random(f"{seed}:rush:{order.id}")
        wanted = [item for item in order.items if offer_key(item) in linked]
        if wanted and random.random() < RUSHED:
            item = wanted[0]
            made += [_follower(order, number, item, random) for number in range(random.randint(2, 2 * average + 2))]
    return made


def _follower(order: Header, number: int, item: Any, random: Random) -> Header:
    at = order.purchased_at + timedelta(seconds=random.uniform(0.5, 40))
    fate = "canceled" if random.random() < 0.2 else "delivered"
    shipped = at + timedelta(hours=random.uniform(3, 60))
    return replace(
        order,
        id=f"r{number}-{order.id}",  # its beginning is in what is made up for an order
        status=fate,
        purchased_at=at,
        approved_at=at,
        carrier_at=shipped if fate == "delivered" else None,
        delivered_at=shipped + timedelta(days=2) if fate == "delivered" else None,
        items=(item,),
        payment_types=("credit_card",),
    )


def with_trade(happenings: Iterable[Happening], market: Market, average: int, *, seed: int) -> list[Happening]:
    """All that happens, shoppers served only from what the shop shows, and the vendors' own trade beside it."""
    offers = {offer.key: offer for offer in market.offers if offer.found is Found.LINK}
    found: list[Happening] = []
    for happening in happenings:
        if isinstance(happening, Place):
            found.append(replace(happening, obeys=True))
            found += _beside(happening, offers, seed)
        else:
            found.append(happening)
    times = [happening.at for happening in found]
    if times:
        for offer in offers.values():
            found += _shop_life(offer, min(times), max(times), average, seed)
    return sorted(found, key=lambda happening: happening.at)


def _beside(place: Place, offers: dict[str, Offer], seed: int) -> Iterator[Happening]:
    for number, line in enumerate(place.lines):
        offer = offers.get(line.offer)
        if offer is None:
            continue
        random = Random(f"{seed}:beside:{place.order}:{number}")
        name = f"own:{place.order}:{number}"
        if random.random() < SOLD_BESIDE:
            at = place.at + timedelta(seconds=random.uniform(-2, 2))
            yield from _sale(offer, name, at, random.choice((1, 1, 1, 2)), random)
        if random.random() < SOLD_LATER:
            at = place.at + timedelta(hours=random.uniform(1, 24 * 20))
            yield from _sale(offer, f"{name}:later", at, 1, random)


def _sale(offer: Offer, name: str, at: datetime, quantity: int, random: Random) -> Iterator[Happening]:
    yield Sell(at, name, offer.shop, offer.key, quantity)
    if random.random() < TAKEN_BACK:
        yield TakeBack(at + timedelta(hours=random.uniform(1, 48)), f"{name}:back", offer.shop, name)


def _shop_life(offer: Offer, first: datetime, last: datetime, average: int, seed: int) -> Iterator[Happening]:
    random = Random(f"{seed}:life:{offer.key}")
    span = (last - first).total_seconds()

    def some_time() -> datetime:
        return first + timedelta(seconds=random.uniform(0, span))

    if random.random() < RESTOCKED:
        for number in range(random.randint(1, 3)):
            name, more = f"stock:{offer.key}:{number}", random.randint(1, 2 * average)
            yield Restock(some_time(), name, offer.shop, offer.key, more)
    if random.random() < COUNTED_LESS:
        yield Restock(some_time(), f"count:{offer.key}", offer.shop, offer.key, -1)
    if random.random() < AMENDED:
        yield _amended(offer, some_time(), random)


def _amended(offer: Offer, at: datetime, random: Random) -> Amend:
    name = f"amend:{offer.key}"
    if random.random() < 0.5:
        price = Decimal(offer.price) * random.choice((Decimal("0.8"), Decimal("0.95"), Decimal("1.15")))
        return Amend(at, name, offer.shop, offer.key, variant={"price": f"{max(price, Decimal('0.5')):.2f}"})
    return Amend(at, name, offer.shop, offer.key, product={"title": f"{offer.title} – {random.choice(NEWER)}"})


NEWER = ("new", "2.0", "edición ✨", "طبعة")
