"""Makes a tape's calls with nothing around: POST, read the answer, keep a row for each, a hundred in a commit.

A process of its own; prints its CPU seconds. Not here: what a call or an answer means.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import uvloop
from pyreqwest.client import ClientBuilder

from bench.tape import Tape

AT_ONCE = 50
COMMIT = 100
INSERT = "INSERT INTO floor_call (store, remote) SELECT * FROM unnest(%s::text[], %s::text[])"
UNWANTED = ("host", "content-length", "user-agent", "accept-encoding")


async def run(port: int, calls: list[tuple[dict[str, str], bytes]], database: str) -> float:
    connection = await psycopg.AsyncConnection.connect(database, autocommit=True)
    client = ClientBuilder().no_proxy().default_cookie_store(False).build()
    url = f"http://127.0.0.1:{port}/"
    waiting = iter(calls)
    done: list[str] = []
    lock = asyncio.Lock()

    async def commit() -> None:
        async with lock:
            batch, done[:] = list(done), []
            if batch:
                await connection.execute(INSERT, (["store"] * len(batch), batch))

    async def one_after_another() -> None:
        for headers, body in waiting:
            response: Any = await client.post(url).headers(headers).body_bytes(body).build().send()
            answer = await response.bytes()
            done.append(str(len(answer)))
            if len(done) >= COMMIT:
                await commit()

    start = time.process_time()
    await asyncio.gather(*[one_after_another() for _ in range(AT_ONCE)])
    await commit()
    used = time.process_time() - start
    await connection.close()
    return used


def main() -> None:
    tape = msgspec.msgpack.decode(Path(sys.argv[2]).read_bytes(), type=Tape)
    calls = [
        ({name: value for name, value in call.headers.items() if name not in UNWANTED} | {"x-call": str(n)}, call.body)
        for n, call in enumerate(tape.calls)
    ]
    used = asyncio.run(run(int(sys.argv[1]), calls, sys.argv[3]))
    print(json.dumps({"cpu": used, "calls": len(calls)}))


if __name__ == "__main__":
    uvloop.install()
    main()
