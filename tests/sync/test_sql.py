"""Every named statement parses and plans against the real tables, says what it is for, and is used."""

import re
from pathlib import Path

import psycopg
import pytest

from crossdock.sync.db import statements

SYNC = Path(__file__).parents[2] / "src" / "crossdock" / "sync"


@pytest.mark.parametrize("name", sorted(statements()))
def test_a_statement_fits_the_tables(name: str, database: str) -> None:
    text = statements()[name].as_string().replace("%%", "%")
    names: list[str] = []

    def number(match: "re.Match[str]") -> str:
        if match[1] not in names:
            names.append(match[1])
        return f"${names.index(match[1]) + 1}"

    prepared = re.sub(r"%\((\w+)\)s", number, text)
    with psycopg.connect(database) as connection:
        connection.execute(f"PREPARE checked AS {prepared}".encode())


def test_every_statement_is_used() -> None:
    code = "".join(file.read_text() for file in [*SYNC.rglob("*.py"), SYNC.parent / "hooks.py"])
    unused = [name for name in statements() if f'"{name}"' not in code]
    assert unused == []
