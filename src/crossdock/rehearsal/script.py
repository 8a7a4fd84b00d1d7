"""A run of the rehearsal as data: its seed and what people did, with the moment of each; and as the text of a link.

Not here: doing any of it (stage.py). Knows neither stores nor hub, so that pages may use it.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence

import msgspec
from msgspec import Struct

CONDITIONS = ("plug", "slow", "throttle", "cut", "lose", "double")
MOST_ACTS = 200
MOST_LINES = 12
MOST_PIECES = 9999
LONGEST = 64 << 10  # bytes of a link's text once unpacked: a link is typed by anybody
LAST = 6 * 3600 * 1000  # milliseconds into a run: later acts are not kept


class BadLink(ValueError):
    """The text of a link is no run."""


class Order(Struct, frozen=True, tag="order"):
    """A shopper buys: (offer, pieces)."""

    lines: tuple[tuple[str, int], ...]
    paid: bool = True


class Pay(Struct, frozen=True, tag="pay"):
    """The merchant marks an order as paid. `order` is its name within the run: you-1, demo-3."""

    order: str


class Cancel(Struct, frozen=True, tag="cancel"):
    order: str


class Ship(Struct, frozen=True, tag="ship"):
    """A vendor sends its part of an order, with tracking."""

    order: str
    shop: str


class Stock(Struct, frozen=True, tag="stock"):
    """A vendor has so many pieces now."""

    offer: str
    pieces: int


class Switch(Struct, frozen=True, tag="switch"):
    """One of CONDITIONS begins or ends at a store."""

    store: str
    what: str
    on: bool


class Kill(Struct, frozen=True, tag="kill"):
    """kill -9 a worker."""


class Trade(Struct, frozen=True, tag="trade"):
    """Steady orders go on, or rest."""

    on: bool


Act = Order | Pay | Cancel | Ship | Stock | Switch | Kill | Trade


class Done(Struct, frozen=True, array_like=True):
    """An act, so many milliseconds after the run began."""

    at: int
    act: Act


class Run(Struct, frozen=True, array_like=True):
    seed: int
    acts: tuple[Done, ...] = ()


def written(run: Run) -> str:
    """The run as text that fits into an address."""
    packed = zlib.compress(msgspec.json.encode(run), 9)
    return base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def read(text: str) -> Run:
    """The run of a link, its acts by time. Raises BadLink."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacked = zlib.decompressobj().decompress(packed, LONGEST)
        run = msgspec.json.decode(unpacked, type=Run)
    except (binascii.Error, ValueError, zlib.error) as error:
        raise BadLink(str(error)) from error
    if len(run.acts) > MOST_ACTS or not all(0 <= done.at <= LAST and sound(done.act) for done in run.acts):
        raise BadLink("too many acts, or one that cannot be meant")
    return Run(run.seed, in_order(run.acts))


def in_order(acts: Sequence[Done]) -> tuple[Done, ...]:
    return tuple(sorted(acts, key=lambda done: done.at))


def sound(act: Act) -> bool:
    """Whether its figures can be meant; whether its things are there is the stage's to say."""
    if isinstance(act, Order):
        return 0 < len(act.lines) <= MOST_LINES and all(0 < pieces <= MOST_PIECES for _, pieces in act.lines)
    if isinstance(act, Stock):
        return 0 <= act.pieces <= MOST_PIECES
    return not isinstance(act, Switch) or act.what in CONDITIONS
