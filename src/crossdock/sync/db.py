"""The database as the engine uses it: a pool, named statements from sql/*.sql, nothing per row.

Not here: what any statement means (the sql files say it above each).
"""

from collections.abc import Awaitable, Callable
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import structlog
from psycopg import AsyncConnection, AsyncCursor, sql
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg_pool import AsyncConnectionPool

from crossdock.sync.columns import Column

log = structlog.get_logger(__name__)
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


def one(row: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """The row of a statement that always has one."""
    if row is None:
        raise LookupError("a row that the tables always have is not there")
    return row


def make_pool(conninfo: str, *, size: int = 8) -> Pool:
    """An unopened pool. Statements are prepared by the driver once used five times."""
    return AsyncConnectionPool(
        conninfo, min_size=1, max_size=size, open=False, kwargs={"autocommit": True}, configure=_configure
    )


async def _configure(connection: AsyncConnection[tuple[Any, ...]]) -> None:
    connection.adapters.register_dumper(list, Column)


TRIES = 5
T = TypeVar("T")


async def transact(
    pool: Pool, work: Callable[[AsyncCursor[tuple[Any, ...]]], Awaitable[T]], *, alone: bool = False
) -> T:
    """`work` in one transaction (`alone`: it is one statement, which is a transaction by itself). Locks are taken in
    one order everywhere (sql/route.sql), but rows that two transactions insert at once can still meet crosswise:
    PostgreSQL then ends one of them, and it is simply done again.
    """
    for attempt in range(1, TRIES + 1):
        try:
            async with pool.connection() as connection:
                if alone:
                    return await work(connection.cursor())
                async with connection.transaction(), connection.cursor() as cursor:
                    return await work(cursor)
        except (DeadlockDetected, SerializationFailure):
            if attempt == TRIES:
                raise
            log.warning("transaction repeated", attempt=attempt)
    raise AssertionError("the last try returns or raises")
