"""Counts the units that a merchant sold without the vendor having them, and whose doing it was: the hub's or time's.

The definition, with its reasons, is docs/decisions/overselling.md. Not here: reading ledgers into stories (story.py).
"""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

import msgspec
from msgspec import Struct

from crossdock_sandbox.audit.story import ORDER, Change, Story, Told

REACTION = timedelta(seconds=2)  # from being told to having done something about it


class Whose(StrEnum):
    WRITTEN = "written"  # the hub: it had written a level above what it could know it had the right to
    LATE = "late"  # the hub: it had been told for longer than the reaction time
    REACTING = "reacting"  # the window: it had been told, but only just
    UNTOLD = "untold"  # the window: nothing had told it yet


class Case(Struct, frozen=True):
    """Units of one order oversold, and whose doing. `n` is the sale in the ledger; `waited` is how long before the sale
    the vendor's last change was, in seconds."""

    vendor: str
    vendor_variant: str
    merchant_variant: str
    order_id: str
    n: int
    units: int
    whose: Whose
    waited: float


class Oversold(Struct, frozen=True):
    """`sold`: units sold at the merchant; `raced`: units that the marketplace had rightly sold, and the vendor's own
    side then took before the vendor order came. `reactions`: for each time that the vendor's side took what was still
    offered, the seconds from the hub's being told until no more was offered than there was."""

    sold: int = 0
    hub: int = 0
    window: int = 0
    raced: int = 0
    reaction: float = 0.0
    by: dict[str, int] = {}
    cases: tuple[Case, ...] = ()
    reactions: tuple[float, ...] = ()


def count(stories: Iterable[Story], *, reaction: timedelta = REACTION) -> Oversold:
    """All of it, over all pairs."""
    sold = raced = 0
    cases: list[Case] = []
    reactions: list[float] = []
    for story in stories:
        walk = _Walk(story, reaction)
        walk.run()
        sold, raced = sold + walk.units, raced + walk.raced
        cases += walk.cases
        reactions += walk.reactions()
    by = {whose.value: sum(case.units for case in cases if case.whose is whose) for whose in Whose}
    hub = by[Whose.WRITTEN] + by[Whose.LATE]
    return Oversold(
        sold, hub, sum(by.values()) - hub, raced, reaction.total_seconds(), by, tuple(cases), tuple(reactions)
    )


class _Walk:
    """One pair's ledgers, gone through in order. `spare`: units by which the hub's last write was above its right, and
    that have not been sold since."""

    def __init__(self, story: Story, reaction: timedelta) -> None:
        self.story = story
        self.reaction = reaction
        self.level = story.start_level
        self.sold: dict[str, int] = {}
        self.spare = 0
        self.units = 0
        self.raced = 0
        self.cases: list[Case] = []
        self.lowered: list[Change] = []  # by the vendor's side, below what was offered
        self.in_order: list[Change] = []  # after these no more was offered than there was

    def run(self) -> None:
        merged = [(change.n, True, change) for change in self.story.merchant]
        merged += [(change.n, False, change) for change in self.story.vendor]
        for _, is_merchant, change in sorted(merged, key=lambda each: each[0]):
            if is_merchant:
                self._merchant(change)
            else:
                self._vendor(change)
            if self.level <= max(0, self.story.right(self.story.vendor_after(change.n), self.sold)):
                self.in_order.append(change)
            elif not is_merchant and change.delta < 0:
                self.lowered.append(change)

    def reactions(self) -> list[float]:
        """Seconds, of those that the hub was told of and that came in order."""
        found: list[float] = []
        for change in self.lowered:
            told = next((news for news in self.story.told if news.as_of >= change.n), None)
            good = next((each for each in self.in_order if each.n > change.n), None)
            if told and good:
                found.append(max(0.0, round((good.at - told.at).total_seconds(), 3)))
        return found

    def _vendor(self, change: Change) -> None:
        if change.delta < 0 and not self.story.is_ours(change):
            before = self.story.right(self.story.vendor_after(change.n - 1), self.sold)
            after = self.story.right(self.story.vendor_after(change.n), self.sold)
            self.raced += _below(after) - _below(before) if after < before else 0

    def _merchant(self, change: Change) -> None:
        self.level += change.delta
        if change.written:
            self.spare = max(0, self.level - max(0, self._known(change)))
        elif change.order_id is not None:
            if change.cause == ORDER and change.delta < 0:
                self._sale(change)
            self._count(change)

    def _count(self, change: Change) -> None:
        order = change.order_id or ""
        self.sold[order] = self.sold.get(order, 0) - change.delta

    def _sale(self, change: Change) -> None:
        units = -change.delta
        self.units += units
        right = self.story.right(self.story.vendor_after(change.n), self.sold)
        over = _below(right - units) - _below(right)
        if not over:
            return
        written = min(over, self.spare)
        self.spare -= written
        late = min(over - written, max(0, units - max(0, self._known(change)) - written))
        rest = over - written - late
        for whose, part in ((Whose.WRITTEN, written), (Whose.LATE, late), (self._window(change), rest)):
            if part:
                self.cases.append(self._case(change, part, whose))

    def _known(self, change: Change) -> int:
        """The most that the hub could believe it may offer when `change` came: by any news that was its newest at some
        time within the reaction time before. What the merchant had sold is no news: its own level has it."""
        since = change.at - self.reaction
        start = [self.story.born]  # what the vendor had when the pair was made
        for news in self.story.told:
            if news.n >= change.n:
                break
            if news.at <= since:
                start = [news.as_of]
            else:
                start.append(news.as_of)
        return max(self.story.right(self.story.vendor_after(as_of), self.sold) for as_of in start)

    def _window(self, change: Change) -> Whose:
        last = self.story.vendor_after(change.n)
        told: Told | None = next((news for news in self.story.told if news.as_of >= last.n), None)
        return Whose.REACTING if told is not None and told.n < change.n else Whose.UNTOLD

    def _case(self, change: Change, units: int, whose: Whose) -> Case:
        pair = self.story.pair
        before = [each for each in self.story.vendor if each.n < change.n and not self.story.is_ours(each)]
        waited = (change.at - before[-1].at).total_seconds() if before else 0.0
        order = change.order_id or ""
        return Case(
            pair.vendor, pair.vendor_variant, pair.merchant_variant, order, change.n, units, whose, round(waited, 3)
        )


def _below(right: int) -> int:
    return max(0, -right)


def ledger(rows: Iterable[object]) -> tuple[Change, ...]:
    """A store's ledger as it gives it."""
    return msgspec.convert(tuple(rows), tuple[Change, ...], strict=False)
