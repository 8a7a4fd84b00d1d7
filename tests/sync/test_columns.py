"""Lists as columns of a statement: what goes in comes out."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL

from crossdock.core.reasons import Reason
from crossdock.sync.columns import Column

NOW = datetime(2026, 3, 1, 12, 30, 5, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("type", "items"),
    [
        (
            "text",
            [
                "plain",
                "",
                "NULL",
                "null",
                " edges ",
                'quo"te',
                "back\\slash",
                "\\",
                '"',
                "{a,b}",
                "tab\t\nline",
                "日本 🌲",
            ],
        ),
        ("text", ["with", None, "nothing"]),
        ("text", [None, None]),
        ("text", []),
        ("bigint", [1, -1, 0, None, 2**62, -(2**62)]),
        ("smallint", [3]),
        ("bool", [True, False, None]),
        ("numeric", [Decimal("0.10"), None, Decimal("-12345678901234567890.123456")]),
        ("timestamptz", [NOW, None]),
        ("bytea", [b"", b'\x00\xff\\"{}', None, b"x" * 10_000]),
        ("bytea", [None]),
        ("bytea", []),
    ],
)
def test_what_goes_in_comes_out(database: str, type: str, items: list[Any]) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.adapters.register_dumper(list, Column)
        for _ in range(7):  # prepared from the sixth time on
            statement = SQL("SELECT * FROM unnest(%(items)s::{}[])").format(SQL(type))
            rows = connection.execute(statement, {"items": items}).fetchall()
            assert [row[0] for row in rows] == items


def test_words_of_an_enumeration_are_words(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.adapters.register_dumper(list, Column)
        row = connection.execute("SELECT %(items)s::text[]", {"items": [Reason.RATE_LIMITED, "x"]}).fetchone()
        assert row == ([str(Reason.RATE_LIMITED), "x"],)


def test_a_nul_is_refused(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.adapters.register_dumper(list, Column)
        with pytest.raises(psycopg.DataError):
            connection.execute("SELECT %(items)s::text[]", {"items": ["a\0b"]})
