"""The database as the engine uses it: a pool, named statements from sql/*.sql, nothing per row.

Not here: what any statement means (the sql files say it above each).
"""

from functools import cache
from importlib import resources
from typing import Any

from psycopg import AsyncConnection, sql
from psycopg_pool import AsyncConnectionPool

Pool = AsyncConnectionPool[AsyncConnection[tuple[Any, ...]]]


@cache
def statements() -> dict[str, sql.SQL]:
    """Every named statement: `-- name: x` starts one; the comment lines below it describe it."""
    found: dict[str, sql.SQL] = {}
    folder = resources.files("crossdock.sync") / "sql"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            for piece in file.read_text().split("-- name: ")[1:]:
                name, _, body = piece.partition("\n")
                if name.strip() in found:
                    raise ValueError(f"two statements are named {name.strip()}")
                found[name.strip()] = sql.SQL(body.strip())
    return found


def named(name: str) -> sql.SQL:
    return statements()[name]


def make_pool(conninfo: str, *, size: int = 8) -> Pool:
    """An unopened pool. Statements are prepared by the driver once used five times."""
    return AsyncConnectionPool(conninfo, min_size=1, max_size=size, open=False, kwargs={"autocommit": True})
