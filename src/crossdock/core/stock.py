"""How much of a variant the merchant may offer, and what to do about the level that the merchant's store has.

Not here: where the figures come from (sync/stock_*.py), whose observation of them counts (stock_figures.py), or writing
(sync/kinds/level*.py). Why each rule is as it is: docs/decisions/stock.md.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from crossdock.core.reasons import Fact, Trace

MOST = 1_000_000_000  # Shopify takes no more of one item (FACTS section 5); nobody has
FEW = 5  # so many units sell within a moment; more gone at once was not sold one by one
OURS_ARRIVES = timedelta(seconds=1)  # an order being placed lowers the vendor's figure before we hear its answer
NEWS_ARRIVES = timedelta(seconds=1)  # units that come back to the vendor wait so long for news of why


class Why(StrEnum):
    """Why a level is not simply what the vendor has; kept with the level."""

    INVENTORY_SYNC_OFF = "inventory_sync_off"  # nothing is written
    UNTRACKED = "untracked"  # the vendor does not count it: nothing is written
    VENDOR_UNKNOWN = "vendor_unknown"  # the vendor's figure was never heard: nothing is written yet
    LINK_ENDED = "link_ended"
    VARIANT_GONE = "variant_gone"
    OFF_SALE = "off_sale"  # the vendor's store was not heard of for longer than its lease
    VENDOR_EMPTY = "vendor_empty"  # the vendor's own figure took the whole listing off sale: a loss for the brake
    SOLD_OUT = "sold_out"
    MERCHANT_GONE = "merchant_gone"  # the merchant's store has no such item
    LOCATION_GONE = "location_gone"  # the merchant's store has no such location: no figure is written
    MOVING = "moving"  # offered at another location from now on


class StockRule(StrEnum):
    """The questions of a level's decision, in the order they are asked; `Fact.rule` is one of them."""

    INVENTORY_SYNC = "inventory_sync"
    LINKED = "variant_linked"
    THERE = "variant_there"
    ON_SALE = "store_on_sale"
    TRACKED = "stock_tracked"
    FIGURE = "vendor_figure"
    OFFER = "offer"


class LevelFacts(Struct, frozen=True, kw_only=True):
    """What is known of one link. `vendor_available` is the vendor's figure (None = never heard; may be negative);
    `pending` units are sold at the merchant and not yet taken from that figure; `unexplained` units are missing at the
    merchant without an order that says why."""

    vendor_available: int | None
    pending: int = 0
    unexplained: int = 0
    buffer: int = 0
    inventory_sync: bool = True
    linked: bool = True
    there: bool = True
    on_sale: bool = True
    tracked: bool = True
    oversell: bool = False


class LevelDecision(Struct, frozen=True):
    """`target` is what the merchant's level should be; None = the hub writes none. `why` is a Why, "" when the level
    is what the vendor has."""

    target: int | None
    why: str
    trace: Trace


def decide_level(facts: LevelFacts) -> LevelDecision:
    """What the merchant's level should be: never above `vendor_available - pending - unexplained - buffer`."""
    trace: list[Fact] = []
    for rule, passed, target, why in (
        (StockRule.INVENTORY_SYNC, facts.inventory_sync, None, Why.INVENTORY_SYNC_OFF),
        (StockRule.LINKED, facts.linked, 0, Why.LINK_ENDED),
        (StockRule.THERE, facts.there, 0, Why.VARIANT_GONE),
        (StockRule.ON_SALE, facts.on_sale, 0, Why.OFF_SALE),
        (StockRule.TRACKED, facts.tracked, None, Why.UNTRACKED),
        (StockRule.FIGURE, facts.vendor_available is not None, None, Why.VENDOR_UNKNOWN),
    ):
        trace.append(Fact(rule, passed))
        if not passed:
            return LevelDecision(target, why, tuple(trace))
    target = offer(facts)
    seen = {
        "vendor": facts.vendor_available,
        "pending": facts.pending,
        "unexplained": facts.unexplained,
        "buffer": facts.buffer,
        "oversell": facts.oversell,
        "target": target,
    }
    trace.append(Fact(StockRule.OFFER, target > 0, seen))
    return LevelDecision(target, "" if target else Why.SOLD_OUT, tuple(trace))


def offer(facts: LevelFacts) -> int:
    """The formula (PRODUCT section 4). A variant that is sold on without stock has its level all the same: the listing
    says that it is sold on."""
    free = (facts.vendor_available or 0) - facts.pending - facts.unexplained - max(0, facts.buffer)
    return min(MOST, max(0, free))


class LevelSeen(Struct, frozen=True, kw_only=True):
    """The merchant's side. `expected` is what its level is by our books (None = never read); `verify`: read it before
    anything is decided. `doubt`: the vendor's figure is to be read again; `figure_at`: when it last changed.
    `in_flight` units are in vendor orders being placed this moment, the latest since `in_flight_at`."""

    expected: int | None
    verify: bool = False
    doubt: bool = False
    figure_at: datetime | None = None
    in_flight: int = 0
    in_flight_at: datetime | None = None


class Settled(Struct, frozen=True):
    """Nothing to write."""


class Read(Struct, frozen=True):
    """Ask the merchant's store first."""


class Wait(Struct, frozen=True):
    """Look again then; None = once the vendor's figure is certain."""

    until: datetime | None


class Write(Struct, frozen=True):
    was: int
    to: int


Step = Settled | Read | Wait | Write


def next_step(decision: LevelDecision, seen: LevelSeen, now: datetime) -> Step:
    """Lowering goes at once, unless an order of ours that is being placed explains it. Raising waits while the vendor's
    figure is in doubt, and a moment for news of why it rose (a vendor that cancels our order restocks first)."""
    if decision.target is None:
        return Settled()
    if seen.expected is None or seen.verify:
        return Read()
    if decision.target == max(0, seen.expected):
        return Settled()  # below zero the merchant has oversold by itself: there is nothing to take away
    if decision.target < seen.expected:
        ours = seen.in_flight_at + OURS_ARRIVES if seen.in_flight_at else now
        explained = seen.expected - decision.target <= seen.in_flight
        return Wait(ours) if explained and now < ours else Write(seen.expected, decision.target)
    if seen.doubt:
        return Wait(None)
    if seen.figure_at is not None and now < seen.figure_at + NEWS_ARRIVES:
        return Wait(seen.figure_at + NEWS_ARRIVES)
    return Write(seen.expected, decision.target)


def is_loss(before: int, after: int, gone: bool) -> bool:
    """Whether the vendor's figure took a whole listing off sale in a way that sales do not: `before` and `after` are
    the units of the listing that are offered; `gone`: its variants are no longer there at all."""
    return after == 0 and before > 0 and (gone or before > FEW)
