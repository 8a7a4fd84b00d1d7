"""What the page says of the picture: orders with what the hub says of them, stores, counts, the tour.

Not here: markup (templates/web/rehearsal), where things stand (drawing.py).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from crossdock.rehearsal.picture import OrderShown, PartShown, Picture, Step, StoreShown, Tally
from crossdock.rehearsal.script import CONDITIONS
from crossdock.rehearsal.standing import Standing
from crossdock.web import phrases
from crossdock.web import phrases_rehearsal as words

WAITS = (Step.HUB, Step.CANCELLING, Step.BY_HAND, Step.REFUSED)


class SeenPart(Struct, frozen=True):
    """`why`: what the hub says where a part waits; `seconds` until it tries again."""

    vendor: str
    shop: str
    tone: str
    words: Any
    why: str
    seconds: int | None
    may_ship: bool


class SeenOrder(Struct, frozen=True):
    shown: OrderShown
    number: int | None  # the hub's row of it, once the hub knows it
    parts: tuple[SeenPart, ...]

    @property
    def may_cancel(self) -> bool:
        return not self.shown.cancelled

    @property
    def may_retry(self) -> bool:
        """Something of it waits for its next try."""
        return self.number is not None and any(part.seconds is not None for part in self.parts)


class SeenSwitch(Struct, frozen=True):
    what: str
    title: Any
    words: Any
    on: bool


class SeenStore(Struct, frozen=True):
    shown: StoreShown
    platform: str
    switches: tuple[SeenSwitch, ...]


class Count(Struct, frozen=True):
    words: Any
    count: int


class Counts(Struct, frozen=True):
    tally: Tally
    lost: int
    doubled: int
    lost_by: tuple[Count, ...]
    doubled_by: tuple[Count, ...]
    hits: tuple[Count, ...]


class TourStep(Struct, frozen=True):
    number: int
    title: Any
    words: Any
    done: bool
    current: bool


def orders(picture: Picture, hub: Mapping[str, Standing], now: datetime) -> list[SeenOrder]:
    names = {store.key: store.name for store in picture.stores}
    return [_order(order, names, hub, now) for order in picture.orders]


def _order(order: OrderShown, names: Mapping[str, str], hub: Mapping[str, Standing], now: datetime) -> SeenOrder:
    known = [hub[part.reference].order for part in order.parts if part.reference in hub]
    parts = tuple(_part(part, names[part.shop], hub.get(part.reference), now) for part in order.parts)
    return SeenOrder(order, known[0] if known else None, parts)


def _part(part: PartShown, vendor: str, standing: Standing | None, now: datetime) -> SeenPart:
    tone, said = words.STEPS[part.step]
    why, seconds = "", None
    if standing is not None and standing.reason and part.step in WAITS:
        why = str(phrases.reason(standing.reason.partition(":")[0]).title)
        if part.step is Step.HUB:
            tone, said = "wait", words.WAITS
        if standing.due_at is not None:
            seconds = max(0, round((standing.due_at - now).total_seconds()))
    return SeenPart(vendor, part.shop, tone, said, why, seconds, part.step is Step.VENDOR)


def stores(picture: Picture, titles: Mapping[str, str]) -> list[SeenStore]:
    found = (picture.merchant, *picture.stores)
    return [SeenStore(store, titles[store.platform], tuple(_switches(store))) for store in found]


def _switches(store: StoreShown) -> list[SeenSwitch]:
    return [
        SeenSwitch(what, words.CONDITIONS[what].title, words.CONDITIONS[what].sentence, what in store.on)
        for what in CONDITIONS
    ]


def counts(tally: Tally) -> Counts:
    hits: dict[Any, int] = {}
    for kind, count in tally.hits.items():
        title = words.HITS.get(kind)
        if title is not None:
            hits[title] = hits.get(title, 0) + count
    return Counts(
        tally,
        sum(tally.lost.values()),
        sum(tally.doubled.values()),
        tuple(Count(words.LOST[what], count) for what, count in tally.lost.items()),
        tuple(Count(words.DOUBLED[what], count) for what, count in tally.doubled.items()),
        tuple(Count(title, count) for title, count in hits.items()),
    )


def tour(picture: Picture, current: int) -> list[TourStep]:
    done = _done(picture)
    return [
        TourStep(number, phrase.title, phrase.sentence, done[number - 1], number == current)
        for number, phrase in enumerate(words.TOUR, 1)
    ]


def _done(picture: Picture) -> tuple[bool, ...]:
    """What of the tour the run has seen: the first step is to look."""
    yours = [order for order in picture.orders if order.yours]
    arrived = any(part.step in (Step.VENDOR, Step.SHIPPED, Step.DONE) for order in yours for part in order.parts)
    unplugged = any("plug" in store.on for store in picture.stores)
    met = bool(picture.tally.hits.get("outage"))
    back = any(part.step is Step.DONE for order in yours for part in order.parts)
    return True, arrived, met, met and not unplugged and not picture.tally.under_way, back
