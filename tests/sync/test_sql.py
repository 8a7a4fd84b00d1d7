"""Every named statement parses and plans against the real tables, and is used."""

import re
from pathlib import Path

import psycopg

from crossdock.sync.db import statements

SYNC = Path(__file__).parents[2] / "src" / "crossdock" / "sync"


def numbered(text: str) -> str:
    """The statement with $1, $2 .. for its named parameters."""
    names: list[str] = []

    def number(match: "re.Match[str]") -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    return re.sub(r"%\((\w+)\)s", number, text).replace("%%", "%")


def test_every_statement_fits_the_tables(database: str) -> None:
    wrong: dict[str, str] = {}
    with psycopg.connect(database, autocommit=True) as connection:
        for name, statement in statements().items():
            try:
                connection.execute(f"PREPARE {name}_checked AS {numbered(statement.as_string())}".encode())
            except psycopg.Error as error:
                wrong[name] = str(error)
    assert wrong == {}


def test_every_statement_is_used() -> None:
    code = "".join(file.read_text() for file in [*SYNC.rglob("*.py"), SYNC.parent / "hooks.py"])
    assert [name for name in statements() if f'"{name}"' not in code] == []
