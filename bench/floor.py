"""The floor: the deliveries of a tape received durably by a bare route, and its calls made bare, one commit for many.

The same bodies, the same number, the same HTTP client, the same database. What sends the deliveries and answers the
calls is not counted. Not here: the hub.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import msgspec
from msgspec import Struct
from pyreqwest.client import ClientBuilder

from bench.stage import PYTHONPATH, ROOT, Stage

AT_ONCE = 64  # deliveries and calls under way, as the sandbox does


class Floor(Struct):
    """CPU seconds."""

    web: float
    calls: float
    postgres: float
    webhooks: int
    made: int

    @property
    def total(self) -> float:
        return self.web + self.calls + self.postgres


def measure(stage: Stage, tape: Any) -> Floor:
    """Both halves, one after the other."""
    stage.sql("DROP TABLE IF EXISTS floor_webhook, floor_call")
    stage.sql("CREATE TABLE floor_webhook (id bigserial PRIMARY KEY, topic text NOT NULL, body bytea NOT NULL)")
    stage.sql("ALTER TABLE floor_webhook ALTER body SET STORAGE EXTERNAL")
    stage.sql("CREATE TABLE floor_call (id bigserial PRIMARY KEY, store text NOT NULL, remote text NOT NULL)")
    web, before = _receive(stage, tape)
    calls, made = _call(stage, tape)
    rows = stage.sql("SELECT (SELECT count(*) FROM floor_webhook), (SELECT count(*) FROM floor_call)")
    assert rows == [(len(tape.deliveries), made)], f"{rows} of {len(tape.deliveries)} and {made}"
    return Floor(web, calls, stage.cpu()["postgres"] - before, len(tape.deliveries), made)


def _receive(stage: Stage, tape: Any) -> tuple[float, float]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", "bench.floor_app:app", "--port", str(port), "--no-access-log"]
    process = _start([*command, "--loop", "uvloop", "--http", "httptools"], {"BENCH_DATABASE": stage.database})
    try:
        _wait(lambda: _answers(port))
        before, postgres = _used(process.pid), stage.cpu()["postgres"]
        asyncio.run(_deliver(f"http://127.0.0.1:{port}", tape.deliveries))
        return _used(process.pid) - before, postgres
    finally:
        process.terminate()
        process.wait(20)


def _call(stage: Stage, tape: Any) -> tuple[float, int]:
    """CPU seconds of the caller, from its first call to its last commit, and how many calls it made."""
    port, file = _free_port(), stage.home / "floor-tape"
    file.write_bytes(msgspec.msgpack.encode(tape))
    answering = _start([sys.executable, "-m", "bench.floor_answers", str(port), str(file)], {})
    try:
        _wait(lambda: _answers(port))
        command = [sys.executable, "-m", "bench.floor_calls", str(port), str(file), stage.database]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"PYTHONPATH": PYTHONPATH}, capture_output=True, text=True, check=True
        )
        found = msgspec.json.decode(done.stdout)
        return float(found["cpu"]), int(found["calls"])
    finally:
        answering.terminate()
        answering.wait(20)


async def _deliver(address: str, deliveries: list[Any]) -> None:
    client = ClientBuilder().no_proxy().build()
    waiting = iter(deliveries)

    async def one_after_another() -> None:
        for each in waiting:
            request = client.post(address).headers(each.headers).body_bytes(each.body).build()
            assert (await request.send()).status == 200

    async with client:
        await asyncio.gather(*[one_after_another() for _ in range(AT_ONCE)])


def _start(command: list[str], extra: dict[str, str]) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **extra, "PYTHONPATH": PYTHONPATH}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)


def _used(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=1):
            return True
    except OSError:
        return False


def _wait(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not done():
        if time.monotonic() > deadline:
            raise SystemExit("the floor's process did not start")
        time.sleep(0.05)


def _free_port() -> int:
    from crossdock.cli.children import free_port

    return free_port(9400)
