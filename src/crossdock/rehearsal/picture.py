"""What the stage shows of a run: stores, their conditions, the latest orders as the stores have them, the counts.

Plain values that travel as JSON. Not here: how they come about (stage.py), or how they look (web/rehearsal).
"""

from enum import StrEnum

from msgspec import Struct


class Step(StrEnum):
    """Where one vendor's part of an order is, by what the stores say."""

    UNPAID = "unpaid"  # waits for payment, as the rules want
    HUB = "hub"  # placed, not yet in the vendor's store
    VENDOR = "vendor"  # in the vendor's store, once
    SHIPPED = "shipped"  # the vendor has sent it; the merchant's order does not say so yet
    DONE = "done"  # the parcel and its tracking are on the merchant's order
    CANCELLED = "cancelled"  # in both stores, or never sent
    CANCELLING = "cancelling"
    REFUSED = "refused"  # the vendor's store has too little of it, and a person is told
    BY_HAND = "by_hand"  # no rule sends it: a person's
    TWICE = "twice"  # what must never be


class Thing(Struct, frozen=True):
    """Something on sale. `key` is the offer's."""

    key: str
    title: str
    price: str


class StoreShown(Struct, frozen=True):
    """`on`: its conditions (script.CONDITIONS)."""

    key: str
    name: str
    platform: str
    on: tuple[str, ...] = ()
    things: tuple[Thing, ...] = ()
    cannot_cancel: bool = False


class PartShown(Struct, frozen=True):
    """`parcels` in the vendor's store, `back` of them on the merchant's order."""

    shop: str
    reference: str
    step: Step
    parcels: int = 0
    back: int = 0


class OrderShown(Struct, frozen=True):
    """`key`: its name within the run. `at`: seconds since it was placed."""

    key: str
    name: str
    remote_id: str
    at: float
    yours: bool
    paid: bool
    cancelled: bool
    lines: tuple[tuple[str, int], ...]
    parts: tuple[PartShown, ...]


class Tally(Struct, frozen=True):
    """Of the whole run. `sent`, `once`, `twice`, `under_way`: vendor orders as the stores have them. `lost`, `doubled`:
    what would have been, by what (order, cancel, parcel, stock). `hits`: faults that really happened, by kind."""

    orders: int = 0
    sent: int = 0
    once: int = 0
    twice: int = 0
    under_way: int = 0
    back: int = 0
    kills: int = 0
    lost: dict[str, int] = {}
    doubled: dict[str, int] = {}
    hits: dict[str, int] = {}


class Picture(Struct, frozen=True):
    """`merchant` first, then vendors' `stores`. `run`: the text of the run's link. `left`: acts still to be played,
    `played` of them done; `seconds` since it began."""

    seed: int
    run: str
    seconds: float
    played: int
    left: int
    full: bool
    trading: bool
    merchant: StoreShown
    stores: tuple[StoreShown, ...]
    orders: tuple[OrderShown, ...]
    tally: Tally
