"""What a queue's job costs: the same due keys drained by one Procrastinate job per store and by one per lane.

The keys' own work is left out (they are cleared at once), so that what remains is claiming, jobs and locks. Both ways
run the same code in one worker. Run: python -m bench.lanes
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LANES = 8
DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)
SELECT 'bench', 'bench.drain', %(by)s || lock, %(by)s || lock, jsonb_build_object('by', %(by)s::text, 'number', lock)
FROM unnest(%(numbers)s::bigint[]) AS lock ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING
"""
CLAIM = """
WITH due AS (
    SELECT k.id FROM bench_key k WHERE k.{} = %(number)s AND k.due_at <= now() AND k.lease IS NULL
    ORDER BY k.due_at LIMIT 100 FOR UPDATE OF k SKIP LOCKED
)
UPDATE bench_key k SET lease = 1 FROM due WHERE k.id = due.id RETURNING k.id
"""
TABLE = """
CREATE TABLE bench_key (id bigserial PRIMARY KEY, store bigint, lane bigint, ref bigint, due_at timestamptz, lease int);
CREATE INDEX ON bench_key (store, due_at) WHERE lease IS NULL;
CREATE INDEX ON bench_key (lane, due_at) WHERE lease IS NULL;
"""
MARK = """
INSERT INTO bench_key (store, lane, ref, due_at)
SELECT s, s %% %(lanes)s, k, now() FROM generate_series(1, %(stores)s) AS s, generate_series(1, %(keys)s) AS k
"""


class Bench:
    """One worker, both ways."""

    def __init__(self, database: str, server: int) -> None:
        self.database = database
        self.server = server
        self.left = 0
        self.ended = asyncio.Event()

    async def run(self, stores: Sequence[int], keys: int, rounds: int) -> list[dict[str, Any]]:
        from procrastinate import App, PsycopgConnector

        from crossdock.sync.db import make_pool

        self.pool = make_pool(self.database, size=12)
        await self.pool.open(wait=True)
        await self._execute("DROP TABLE IF EXISTS bench_key")
        for statement in filter(None, TABLE.strip().split(";")):
            await self._execute(statement)
        app = App(connector=PsycopgConnector(conninfo=self.database, min_size=1, max_size=4))
        app.task(name="bench.drain", queue="bench")(self.drain)
        async with app.open_async():
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=["bench"], concurrency=LANES, delete_jobs="always", install_signal_handlers=False
                )
            )
            found = [await self._compare(number, keys, rounds) for number in stores]
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)
        await self.pool.close()
        return found

    async def drain(self, by: str, number: int) -> None:
        """Claim and clear until nothing is left, under the lock of the store or lane."""
        column = "store" if by == "store:" else "lane"
        async with self.pool.connection() as connection:
            await connection.execute("SELECT pg_advisory_lock(99, %(number)s::int)", {"number": number})
            while True:
                cursor = await connection.execute(CLAIM.format(column), {"number": number})
                ids = [row[0] for row in await cursor.fetchall()]
                if not ids:
                    break
                await connection.execute("DELETE FROM bench_key WHERE id = ANY(%(ids)s::bigint[])", {"ids": ids})
                self.left -= len(ids)
            await connection.execute("SELECT pg_advisory_unlock(99, %(number)s::int)", {"number": number})
        if self.left == 0:
            self.ended.set()

    async def _compare(self, stores: int, keys: int, rounds: int) -> dict[str, Any]:
        used: dict[str, list[float]] = {"store:": [], "lane:": []}
        for turn in range(rounds + 1):  # the first is not counted
            for by, measured in used.items():
                cost = await self._once(by, stores, keys)
                if turn:
                    measured.append(cost)
        per_store, per_lane = (statistics.median(used[by]) for by in used)
        return {"stores": stores, "keys": stores * keys, "store_us": round(per_store), "lane_us": round(per_lane)}

    async def _once(self, by: str, stores: int, keys: int) -> float:
        """Microseconds of CPU a key, this process and the database."""
        await self._execute(MARK, {"lanes": LANES, "stores": stores, "keys": keys})
        await self._execute("ANALYZE procrastinate_jobs, bench_key")
        numbers = list(range(1, stores + 1)) if by == "store:" else list(range(LANES))
        self.left, self.ended = stores * keys, asyncio.Event()
        before, server = time.process_time(), self._server()
        await self._execute(DEFER, {"by": by, "numbers": numbers})
        await asyncio.wait_for(self.ended.wait(), 120)
        await asyncio.sleep(0.3)  # the last jobs are told to be done
        used = time.process_time() - before + self._server() - server
        return 1_000_000 * used / (stores * keys)

    async def _execute(self, statement: str, values: dict[str, Any] | None = None) -> None:
        async with self.pool.connection() as connection:
            await connection.execute(statement, values)

    def _server(self) -> float:
        """CPU seconds of the database's processes, ended ones too."""
        from crossdock.rehearsal.cpu import Meter

        return Meter(dict, {"postgres": self.server}).seconds()["postgres"]


def main() -> None:
    parser = argparse.ArgumentParser(description="One job per store against one per lane.")
    parser.add_argument("--stores", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--keys", type=int, default=3, help="of each store")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="crossdock-bench-"))
    home.chmod(0o711)
    os.environ |= {"CROSSDOCK_DATA": str(home), "CROSSDOCK_LOG": "warning"}
    os.environ.pop("DATABASE_URL", None)
    import shutil

    from crossdock.cli.children import migrate_tables
    from crossdock.cli.common import open_installation

    try:
        database = open_installation()
        migrate_tables()
        found = asyncio.run(Bench(database, _postmaster(database)).run(options.stores, options.keys, options.rounds))
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f"{'stores':>8}{'keys':>8}{'a job per store':>18}{'a job per lane':>18}  us of CPU a key, {LANES} lanes")
    for row in found:
        print(f"{row['stores']:8}{row['keys']:8}{row['store_us']:18}{row['lane_us']:18}")
    print(json.dumps(found))


def _postmaster(database: str) -> int:
    import psycopg

    from crossdock.rehearsal.cpu import postmaster_of

    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
    found = postmaster_of(row[0]) if row else None
    assert found is not None, "the database is of this machine"
    return found


if __name__ == "__main__":
    main()
