"""When a vendor's listings will be there: vendors take turns, at the pace measured, or guessed by what calls cost."""

from datetime import UTC, datetime, timedelta

import psycopg

from crossdock.sync.catalogue_progress import VendorProgress, estimated, progress
from tests.sync.test_catalogue_rows import dsn, listed  # noqa: F401  the fixture

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def vendor(id: int, coming: int, *, made: int = 0, stale: int = 0) -> VendorProgress:
    return VendorProgress(id, coming, stale, coming, made)


def test_a_small_vendor_is_done_long_before_a_big_one() -> None:
    found = estimated([vendor(1, 900, made=90), vendor(2, 10, made=10)], NOW - timedelta(seconds=50), NOW)
    assert (found.pace, found.measured) == (2.0, True)
    assert [one.seconds_left for one in found.vendors] == [455, 10]
    assert found.seconds_left == 455


def test_until_anything_was_made_the_price_of_calls_says() -> None:
    found = estimated([vendor(1, 100)], None, NOW)
    assert not found.measured
    assert 3 < found.pace < 5
    assert found.vendors[0].seconds_left == round(100 / found.pace)


def test_nothing_coming_takes_no_time() -> None:
    found = estimated([vendor(1, 0)], None, NOW)
    assert (found.seconds_left, found.vendors[0].seconds_left) == (None, None)


def test_it_is_read_from_the_rows(dsn: str) -> None:  # noqa: F811
    listed(dsn, state="wanted")
    with psycopg.connect(dsn) as db, db.cursor() as cursor:
        found = progress(cursor, 1, now=NOW)  # type: ignore[arg-type]  psycopg's, as operations have Django's
    assert [(one.vendor_id, one.coming, one.stale) for one in found.vendors] == [(5, 1, 0)]
