"""One transaction at a time, its statements sent without waiting: all of it is kept, or nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest

from crossdock.sync.db import Pool, make_pool, transact


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = make_pool(database, size=3)
    await pool.open(wait=True)
    async with pool.connection() as connection:
        await connection.execute("CREATE TABLE thing (id int PRIMARY KEY, n int)")
        await connection.execute("INSERT INTO thing VALUES (1, 0), (2, 0)")
    yield pool
    await pool.close()


async def things(pool: Pool) -> list[tuple[Any, ...]]:
    async with pool.connection() as connection:
        return await (await connection.execute("SELECT id, n FROM thing ORDER BY id")).fetchall()


async def test_what_postgresql_ended_is_done_again(pool: Pool) -> None:
    met = asyncio.Barrier(2)

    async def add(first: int, second: int) -> None:
        tries = 0

        async def work(cursor: psycopg.AsyncCursor[Any]) -> None:
            nonlocal tries
            tries += 1
            await cursor.execute("UPDATE thing SET n = n + 1 WHERE id = %s RETURNING id", (first,))
            await cursor.fetchall()
            if tries == 1:
                await met.wait()  # each holds what the other wants
            await cursor.execute("UPDATE thing SET n = n + 1 WHERE id = %s", (second,))

        await transact(pool, work)

    await asyncio.gather(add(1, 2), add(2, 1))
    assert await things(pool) == [(1, 2), (2, 2)]


async def test_a_refused_statement_is_raised_and_nothing_is_kept(pool: Pool) -> None:
    async def work(cursor: psycopg.AsyncCursor[Any]) -> None:
        await cursor.execute("UPDATE thing SET n = 99")
        await cursor.execute("INSERT INTO thing VALUES (1, 5)")
        await cursor.execute("UPDATE thing SET n = 100")

    with pytest.raises(psycopg.errors.UniqueViolation):
        await transact(pool, work)
    assert await things(pool) == [(1, 0), (2, 0)]


async def test_nothing_is_kept_of_work_that_raises(pool: Pool) -> None:
    async def work(cursor: psycopg.AsyncCursor[Any]) -> None:
        await cursor.execute("UPDATE thing SET n = 99")
        raise LookupError

    with pytest.raises(LookupError):
        await transact(pool, work)
    assert await things(pool) == [(1, 0), (2, 0)]
