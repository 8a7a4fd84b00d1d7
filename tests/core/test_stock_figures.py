"""A vendor's figures by location: newest wins, what cannot be told apart is in doubt, and never too high meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossdock.core.catalog import Level
from crossdock.core.stock_figures import Figure, Places, Stock, told, total, was_read

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW = round(AT.timestamp() * 1_000_000)
SECOND = 1_000_000
ONE = Places({"a": True})
TWO = Places({"a": True, "b": True})


def known(available: int, version: int = NOW, *, loose: bool = False) -> Stock:
    return Stock(available, {"a": Figure(available, version, loose)}, AT)


def says(available: int, version: int, place: str = "a") -> Level:
    return Level("i", place, available, version)


def test_newer_wins_older_is_ignored_and_the_same_moment_is_in_doubt() -> None:
    assert told(known(5), says(9, NOW + 1), ONE).available == 9
    assert told(known(5), says(9, NOW - 1), ONE) == known(5)
    assert told(known(5), says(5, NOW), ONE) == known(5)
    lower, higher = told(known(5), says(3, NOW), ONE), told(known(5), says(9, NOW), ONE)
    assert (lower.available, lower.doubt) == (3, True)
    assert (higher.available, higher.doubt) == (5, True)


def test_an_answer_to_an_order_may_be_newer_than_its_stamp() -> None:
    after = told(known(5, loose=True), says(6, NOW + SECOND), ONE)
    assert (after.available, after.doubt) == (5, True)
    assert told(known(5, loose=True), says(4, NOW + SECOND), ONE).available == 4
    assert told(known(5, loose=True), says(6, NOW + 2 * SECOND), ONE).available == 6


@pytest.mark.parametrize(
    ("available", "after", "counts", "doubt"),
    [
        (3, -300, 5, False),  # older than the sum, whichever clock is right
        (3, -60, 3, False),
        (9, -60, 5, True),
        (9, 60, 5, True),
        (9, 300, 9, False),
    ],
)
def test_a_sum_of_some_time_and_news_of_its_only_place(available: int, after: int, counts: int, doubt: bool) -> None:
    stock = told(Stock(5, {}, AT), says(available, NOW + after * SECOND), ONE)
    assert (stock.available, stock.doubt) == (counts, doubt)


def test_of_a_sum_over_places_one_place_says_too_little() -> None:
    assert told(Stock(5, {}, AT), says(1, NOW), TWO) == Stock(5, {}, AT, True)
    assert told(Stock(None, {}), says(1, NOW), Places({})) == Stock(None, {}, None, True)
    by_place = Stock(5, {"a": Figure(2, NOW), "b": Figure(3, NOW)}, AT)
    assert told(by_place, says(9, NOW + 1, "b"), TWO).available == 11
    assert told(Stock(5, {}, AT), says(1, NOW, "b"), Places({"a": True, "b": True}, ("a",))) == Stock(5, {}, AT)


def test_places_that_do_not_count() -> None:
    figures = {"a": Figure(2, 1), "b": Figure(3, 1), "c": Figure(4, 1)}
    assert total(figures, Places({})) == 9
    assert total(figures, Places({"a": True, "b": False})) == 6
    assert total(figures, Places({}, ("b",))) == 3
    assert Places({"a": True, "b": False}).only == "a"
    assert Places({"a": True, "b": True}, ("a",)).only == "", "an order's answer is of all places"
    assert Places({}).only == ""


def test_a_read_settles_doubts_but_those_that_came_meanwhile() -> None:
    stock = Stock(5, {"a": Figure(5, NOW)}, AT, True)
    read = was_read(stock, [says(7, NOW)], ONE, AT + timedelta(seconds=1))
    assert (read.available, read.doubt) == (7, False)
    during = was_read(stock, [says(7, NOW)], ONE, AT - timedelta(seconds=1))
    assert (during.available, during.doubt) == (7, True)
    newer = was_read(Stock(4, {"a": Figure(4, NOW + 9)}, AT), [says(7, NOW)], ONE, AT - timedelta(seconds=1))
    assert newer.available == 4
    assert was_read(stock, [], ONE, AT).available == 0, "kept nowhere: there is none"


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 5)), min_size=1, max_size=8), st.randoms())
def test_whatever_the_order_of_arrival_the_newest_stands_or_there_is_doubt(
    history: list[tuple[int, int]], random: object
) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    stock = Stock(None, {})
    for available, version in shuffled:
        stock = told(stock, says(available, NOW + version * SECOND), ONE)
    newest = max(version for _, version in history)
    last = {available for available, version in history if version == newest}
    assert stock.available == min(last)
    assert stock.doubt or len(last) == 1
