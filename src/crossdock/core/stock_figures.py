"""A vendor's stock of one variant by location, and what an observation makes of it: newest version wins, and what
cannot be told is said to be in doubt.

Not here: what is offered of it (stock.py), or reading it again (sync/kinds/level_vendor.py).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from crossdock.core.catalog import Level

CLOCKS_DIFFER = timedelta(minutes=2)  # how far a store's clock may be from ours
LOOSE = 1_000_000  # microseconds: an order's answer may be of so much later than its stamp


class Figure(Struct, frozen=True, array_like=True, omit_defaults=True):
    """`available` at one location as of `version` (the store's own stamp). `loose`: it came with an answer to an order,
    whose stamp is that of the order."""

    available: int
    version: int
    loose: bool = False


class Stock(Struct, frozen=True):
    """One variant: its sum, the locations it is known by (none = only the sum is known, as of `at` by our clock), and
    whether it has to be read again."""

    available: int | None
    figures: Mapping[str, Figure]
    at: datetime | None = None
    doubt: bool = False


class Places(Struct, frozen=True):
    """Where a store's stock counts. `chosen` empty = everywhere that is active; `known` empty = not heard yet."""

    known: Mapping[str, bool]  # location id -> active
    chosen: tuple[str, ...] = ()

    @property
    def only(self) -> str:
        """The one location that counts; "" when there are several, or it is not known."""
        counting = [id for id in self.known if self.counts(id)]
        return counting[0] if len(counting) == 1 and len(self.active) == 1 else ""

    @property
    def active(self) -> Collection[str]:
        return [id for id, active in self.known.items() if active]

    def counts(self, location_id: str) -> bool:
        return location_id in self.chosen if self.chosen else self.known.get(location_id, True)


def total(figures: Mapping[str, Figure], places: Places) -> int:
    return sum(figure.available for location, figure in figures.items() if places.counts(location))


def told(stock: Stock, seen: Level, places: Places) -> Stock:
    """`stock` after a webhook that says `seen`."""
    if not stock.figures:
        return _first(stock, seen, places)
    kept = stock.figures.get(seen.location_id)
    figure, doubt = _newest(kept, seen)
    if figure == kept:
        return Stock(stock.available, stock.figures, stock.at, stock.doubt or doubt)
    figures = {**stock.figures, seen.location_id: figure}
    return Stock(total(figures, places), figures, stock.at, stock.doubt or doubt)


def _newest(kept: Figure | None, seen: Level) -> tuple[Figure, bool]:
    """The figure that stands, and whether it is in doubt; of two that cannot be told apart the lesser."""
    new = Figure(seen.available, seen.version)
    if kept is None or kept.available == seen.available:
        version = max(seen.version, kept.version) if kept else seen.version
        return (new if kept is None or version > kept.version else kept), False
    if seen.version < kept.version:
        return kept, False
    if seen.version == kept.version:
        return (new if seen.available < kept.available else kept), True
    if kept.loose and seen.available > kept.available and seen.version <= kept.version + LOOSE:
        return kept, True
    return new, False


def _first(stock: Stock, seen: Level, places: Places) -> Stock:
    """Only a sum was known, or nothing."""
    if not places.counts(seen.location_id):
        return stock
    if places.only != seen.location_id:
        return Stock(stock.available, {}, stock.at, True)
    figures = {seen.location_id: Figure(seen.available, seen.version)}
    if stock.available is None or stock.at is None:
        return Stock(seen.available, figures, stock.at, stock.doubt)
    since = round((seen.version - stock.at.timestamp() * 1_000_000) / 1_000_000)
    if timedelta(seconds=since) < -CLOCKS_DIFFER:
        return stock
    if seen.available > stock.available and timedelta(seconds=since) <= CLOCKS_DIFFER:
        return Stock(stock.available, {}, stock.at, True)
    return Stock(seen.available, figures, stock.at, stock.doubt)


def was_read(stock: Stock, levels: Collection[Level], places: Places, began_at: datetime) -> Stock:
    """`stock` after a direct read of all its locations that began then: it settles doubts, but for what webhooks said
    meanwhile. An item that no location has is not there to be sold."""
    figures: dict[str, Figure] = {}
    for level in levels:
        kept = stock.figures.get(level.location_id)
        newer = kept is not None and not kept.loose and kept.version > level.version
        figures[level.location_id] = kept if newer and kept else Figure(level.available, level.version)
    meanwhile = stock.at is not None and stock.at > began_at
    return Stock(total(figures, places), figures, stock.at, stock.doubt and meanwhile)
