"""What happened to the stock of one linked pair of variants, from both stores' ledgers, in the one order of their `n`.

Not here: any judgement (oversold.py). docs/decisions/overselling.md says what the words mean.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import datetime

from msgspec import Struct

ORDER, CREATED = "order", "created"
APP = "app"  # a cause, and who


class Change(Struct, frozen=True, rename={"was": "from", "now": "to"}):
    """One change of `available`, as a store keeps it. `n` counts over all stores. `cause`: order, cancel, app, staff,
    edit, ..; `order_id` is the store's own."""

    n: int
    at: datetime
    variant_id: str
    was: int
    now: int
    cause: str
    store: str = ""
    location_id: str = ""
    order_id: str | None = None
    by: str | None = None

    @property
    def delta(self) -> int:
        return self.now - self.was

    @property
    def written(self) -> bool:
        """An app set it, other than by an order."""
        return self.order_id is None and APP in (self.cause, self.by)


class Told(Struct, frozen=True):
    """An app was told a variant's stock as it was after change `as_of`: by a webhook that was answered 2xx, or in an
    answer to a call that was sent whole. `n` and `at` are when."""

    n: int
    at: datetime
    variant_id: str
    as_of: int
    store: str = ""
    how: str = "webhook"


class Pair(Struct, frozen=True):
    """A merchant's variant and the vendor's that it is. `vendor_end`, `merchant_end`: what both had in the end."""

    merchant_variant: str
    vendor: str
    vendor_variant: str
    vendor_end: int
    merchant_end: int


class Vendor(Struct, frozen=True):
    """The vendor's side after some change: what it has, and what of each merchant's order its store has taken."""

    n: int
    available: int
    taken: Mapping[str, int]


class Story:
    """One pair's. `of` gives the merchant's order that a vendor order is for, by the vendor order's id; a vendor's own
    orders are not in it."""

    def __init__(
        self,
        pair: Pair,
        *,
        merchant: Iterable[Change],
        vendor: Iterable[Change],
        told: Iterable[Told],
        of: Mapping[str, str],
    ) -> None:
        self.pair = pair
        self.merchant = sorted(merchant, key=lambda change: change.n)
        self.vendor = sorted(vendor, key=lambda change: change.n)
        self.of = of
        self.sides = self._sides()
        self._at = [side.n for side in self.sides]
        self.told = self._news(told)
        self.born = max((change.n for change in self.vendor if change.cause == CREATED), default=0)
        self.start_level = pair.merchant_end - sum(change.delta for change in self.merchant)

    def vendor_after(self, n: int) -> Vendor:
        """The vendor's side as it was after change `n` (of whichever store)."""
        return self.sides[bisect_right(self._at, n) - 1]

    def is_ours(self, change: Change) -> bool:
        """A vendor's change that the marketplace's own order made."""
        return (change.order_id or "") in self.of

    def right(self, side: Vendor, sold: Mapping[str, int]) -> int:
        """What the merchant may still offer: the vendor's available, less what is sold and not taken, and with what the
        vendor's store holds for orders that the merchant has cancelled, where it does come back; may be negative."""
        end = self.sides[-1].taken
        right = side.available
        for order, units in sold.items():
            right -= max(0, units - side.taken.get(order, 0))
        for order, units in side.taken.items():
            right += max(0, units - max(sold.get(order, 0), end.get(order, 0)))
        return right

    def _sides(self) -> list[Vendor]:
        available = self.pair.vendor_end - sum(change.delta for change in self.vendor)
        taken: dict[str, int] = {}
        sides = [Vendor(0, available, {})]
        for change in self.vendor:
            available += change.delta
            if order := self.of.get(change.order_id or ""):
                taken = {**taken, order: taken.get(order, 0) - change.delta}
            sides.append(Vendor(change.n, available, taken))
        return sides

    def _news(self, told: Iterable[Told]) -> list[Told]:
        """Only what was newer than all that had been told before."""
        news: list[Told] = []
        for each in sorted(told, key=lambda each: each.n):
            if not news or each.as_of > news[-1].as_of:
                news.append(each)
        return news


def trail(story: Story) -> list[str]:
    """What both stores kept of it, and what was told, in order: lines for people."""
    rows = [(change.n, change.at, _words("merchant", change)) for change in story.merchant]
    rows += [(change.n, change.at, _words("vendor", change)) for change in story.vendor]
    rows += [(news.n, news.at, f"told by {news.how}, as of {news.as_of}") for news in story.told]
    pair = f"{story.pair.vendor} {story.pair.vendor_variant} = {story.pair.merchant_variant}"
    return [f"{pair}: {n} {at:%H:%M:%S.%f} {words}" for n, at, words in sorted(rows)]


def _words(whose: str, change: Change) -> str:
    return f"{whose} {change.was} -> {change.now} {change.cause} {change.order_id or ''}".rstrip()
