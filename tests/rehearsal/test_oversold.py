"""The audit of overselling, on ledgers written by hand: whose doing each oversold unit was."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from crossdock_sandbox.audit.oversold import Oversold, Whose, count, ledger
from crossdock_sandbox.audit.story import Change, Pair, Story, Told

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
OURS = {"v1": "m1", "v2": "m2", "v3": "m3"}  # vendor orders that are for the merchant's


class Book:
    """Two ledgers of one pair, written line by line; a second passes where nothing else is said."""

    def __init__(self, vendor: int, merchant: int) -> None:
        self.has = {"vendor": vendor, "merchant": merchant}
        self.rows: dict[str, list[Change]] = {"vendor": [], "merchant": []}
        self.news: list[Told] = []
        self.n, self.at = 0, START

    def change(self, store: str, delta: int, cause: str, order: str | None = None, after: float = 1.0) -> "Book":
        self._next(after)
        was = self.has[store]
        self.has[store] = was + delta
        self.rows[store].append(Change(self.n, self.at, store[0], was, was + delta, cause, store, "1", order))
        return self

    def sells(self, units: int, order: str, after: float = 1.0) -> "Book":
        return self.change("merchant", -units, "order", order, after)

    def cancels(self, units: int, order: str) -> "Book":
        return self.change("merchant", units, "cancel", order)

    def hub_writes(self, level: int, after: float = 1.0) -> "Book":
        return self.change("merchant", level - self.has["merchant"], "app", after=after)

    def vendor_takes(self, units: int, order: str, after: float = 1.0) -> "Book":
        return self.change("vendor", -units, "order", order, after)

    def vendor_sells(self, units: int, after: float = 1.0) -> "Book":
        return self.change("vendor", -units, "order", "own", after)

    def vendor_cancels(self, units: int, order: str) -> "Book":
        return self.change("vendor", units, "cancel", order)

    def restocks(self, units: int) -> "Book":
        return self.change("vendor", units, "staff")

    def tells(self, as_of: int | None = None, after: float = 0.1) -> "Book":
        """The hub is told the vendor's stock as of a change, the last one where none is named."""
        self._next(after)
        self.news.append(Told(self.n, self.at, "v", self.rows["vendor"][-1].n if as_of is None else as_of))
        return self

    def judged(self) -> Oversold:
        pair = Pair("m", "vendor", "v", self.has["vendor"], self.has["merchant"])
        story = Story(pair, merchant=self.rows["merchant"], vendor=self.rows["vendor"], told=self.news, of=OURS)
        return count([story], reaction=timedelta(seconds=2))

    def _next(self, after: float) -> None:
        self.n, self.at = self.n + 1, self.at + timedelta(seconds=after)


def whose(found: Oversold) -> dict[str, int]:
    return {name: units for name, units in found.by.items() if units}


# sales that are right


def test_what_the_vendor_has_may_be_sold() -> None:
    found = Book(3, 3).sells(2, "m1").vendor_takes(2, "v1").tells().sells(1, "m2").vendor_takes(1, "v2").judged()
    assert (found.sold, found.hub, found.window, found.raced) == (3, 0, 0, 0)


def test_a_restock_that_was_told_may_be_offered_at_once() -> None:
    found = Book(0, 0).restocks(5).tells().hub_writes(5, after=0.1).sells(5, "m1", after=0.1).judged()
    assert (found.hub, found.window) == (0, 0)


def test_what_the_merchant_cancelled_may_be_sold_again_before_the_vendor_has_it_back() -> None:
    book = Book(1, 1).sells(1, "m1").vendor_takes(1, "v1").tells().cancels(1, "m1").sells(1, "m2")
    found = book.vendor_cancels(1, "v1").vendor_takes(1, "v2").judged()
    assert (found.hub, found.window, found.raced) == (0, 0, 0)


def test_what_the_vendor_never_gives_back_may_not_be_sold_again() -> None:
    book = Book(1, 1).sells(1, "m1").vendor_takes(1, "v1").tells(after=0.1).cancels(1, "m1")
    assert book.sells(1, "m2", after=5).judged().hub == 1


def test_news_that_came_late_and_old_is_no_news() -> None:
    """The hub knew 0 when it was told, late, of an earlier 3: it may not offer 3."""
    book = Book(3, 3).restocks(0).vendor_sells(3).tells().hub_writes(0).tells(as_of=1).hub_writes(3, after=5)
    assert whose(book.sells(1, "m1").judged()) == {"written": 1}


# the window


def test_a_sale_at_the_vendor_that_nothing_told_yet() -> None:
    found = Book(1, 1).vendor_sells(1).sells(1, "m1", after=0.3).judged()
    assert (found.hub, found.window, whose(found)) == (0, 1, {"untold": 1})
    assert found.cases[0].waited == 0.3


def test_told_too_late_for_that_sale() -> None:
    assert whose(Book(1, 1).vendor_sells(1).sells(1, "m1", after=9).tells().judged()) == {"untold": 1}


def test_told_but_only_just() -> None:
    assert whose(Book(1, 1).vendor_sells(1).tells().sells(1, "m1", after=1.9).judged()) == {"reacting": 1}


def test_a_level_written_right_by_what_was_told_is_the_window_s() -> None:
    book = Book(0, 0).restocks(2).tells().vendor_sells(2).hub_writes(2).sells(2, "m1")
    assert whose(book.judged()) == {"untold": 2}


def test_only_the_units_that_are_missing_count() -> None:
    found = Book(4, 4).vendor_sells(3).sells(3, "m1").judged()
    assert (found.sold, found.window) == (3, 2)


# the hub


def test_told_for_longer_than_the_reaction_time() -> None:
    found = Book(1, 1).vendor_sells(1).tells().sells(1, "m1", after=2.1).judged()
    assert (found.hub, whose(found)) == (1, {"late": 1})


def test_a_copy_of_the_vendor_s_stock_over_what_is_sold_and_not_taken() -> None:
    """What a hub without accounting does: the vendor restocks while an order is on its way to it."""
    book = Book(1, 1).sells(1, "m1").restocks(1).tells().hub_writes(2, after=0.1)
    found = book.sells(2, "m2", after=0.1).judged()
    assert (found.hub, found.window, whose(found)) == (1, 0, {"written": 1})


def test_rightful_sales_do_not_use_up_what_was_written_too_high() -> None:
    book = Book(3, 3).sells(2, "m1").hub_writes(3).sells(1, "m2").sells(1, "m3")
    assert [(case.order_id, case.whose, case.units) for case in book.judged().cases] == [("m3", Whose.WRITTEN, 1)]


def test_a_write_that_puts_it_right_ends_the_excess() -> None:
    book = Book(2, 2).sells(2, "m1").hub_writes(2).hub_writes(0)
    assert book.judged().hub == 0


def test_written_too_high_and_a_vendor_s_sale_untold_are_told_apart() -> None:
    """Right to 2, written 3, the vendor sells 2 more that nothing told: one unit the hub's, two the window's."""
    book = Book(3, 3).sells(1, "m1").hub_writes(3).vendor_sells(2).sells(3, "m2", after=0.2)
    assert whose(book.judged()) == {"written": 1, "untold": 2}


def test_units_are_counted_once() -> None:
    book = Book(1, 1).vendor_sells(1).tells().hub_writes(1, after=3).sells(1, "m1", after=3)
    assert (whose(book.judged()), book.judged().hub) == ({"written": 1}, 1)


def test_how_long_it_took_to_put_right_what_was_told() -> None:
    book = Book(3, 3).vendor_sells(2).tells(after=0.5).hub_writes(1, after=0.75)
    assert book.judged().reactions == (0.75,)
    assert Book(3, 3).vendor_sells(2).hub_writes(1).tells().judged().reactions == (0.0,)


# neither


def test_what_the_vendor_s_shop_sold_from_under_a_sale_is_neither() -> None:
    found = Book(1, 1).sells(1, "m1").vendor_sells(1).vendor_takes(1, "v1").tells().judged()
    assert (found.hub, found.window, found.raced) == (0, 0, 1)


def test_a_merchant_s_own_hand_is_not_the_hub() -> None:
    book = Book(0, 0).change("merchant", 1, "staff").sells(1, "m1", after=0.5)
    assert book.judged().by["written"] == 0


def test_a_ledger_as_a_store_gives_it() -> None:
    row = {"n": 7, "at": "2026-03-01T12:00:00+00:00", "store": "s", "variant_id": "1", "location_id": "2",
           "from": 3, "to": 1, "cause": "order", "order_id": "9"}  # fmt: skip
    (change,) = ledger([row])
    assert (change.delta, change.order_id, change.at) == (-2, "9", START)


@pytest.mark.parametrize("seconds", [0.0, 2.0, 10.0])
def test_a_longer_reaction_time_never_makes_more_of_it_the_hub_s(seconds: float) -> None:
    book = Book(1, 1).vendor_sells(1).tells().sells(1, "m1", after=2.1)
    pair = Pair("m", "vendor", "v", book.has["vendor"], book.has["merchant"])
    story = Story(pair, merchant=book.rows["merchant"], vendor=book.rows["vendor"], told=book.news, of=OURS)
    found = count([story], reaction=timedelta(seconds=seconds))
    assert found.hub + found.window == 1
    assert found.hub == (1 if seconds < 2.1 else 0)


def test_no_pair_nothing_sold() -> None:
    empty: Sequence[Story] = ()
    assert count(empty).sold == 0
