"""The hub as it runs in earnest, for measuring: a database of its own, the web process, workers, sandbox stores.

Also its CPU seconds by process, pausing of workers, and waiting until nothing is under way. Not here: what is measured.
"""

import asyncio
import atexit
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).parent.parent
PYTHONPATH = f"{ROOT / 'src'}{os.pathsep}{ROOT}"
PATIENCE = 120.0  # seconds without an end, then something is wrong
WORK = ("order", "vendor_order", "fulfillment")


class Stage:
    """Open it with `opened`. `home` is removed at the end."""

    def __init__(self, home: Path, database: str, processes: Any, sandbox_url: str) -> None:
        self.home = home
        self.database = database
        self.sandbox_url = sandbox_url
        self._processes = processes
        self._connection = psycopg.connect(database, autocommit=True)
        self._meter = self._make_meter()

    def pids(self) -> dict[str, int]:
        pids: dict[str, int] = self._processes.pids()
        return pids

    def workers(self) -> list[int]:
        return [pid for name, pid in self.pids().items() if name.startswith("worker")]

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far: web, worker (all of them), postgres, sandbox."""
        used: dict[str, float] = {}
        for name, seconds in self._meter.seconds().items():
            kind = name.partition(" ")[0]
            used[kind] = used.get(kind, 0.0) + seconds
        return used

    def pause(self) -> None:
        """Workers stand still; their sessions and locks stay theirs."""
        for pid in self.workers():
            os.kill(pid, signal.SIGSTOP)

    def go_on(self) -> None:
        for pid in self.workers():
            os.kill(pid, signal.SIGCONT)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []

    def control(self, ops: Sequence[dict[str, Any]], *, size: int = 50) -> list[dict[str, Any]]:
        """Control operations at the sandbox, `size` in a request; a refused one ends the benchmark."""
        from crossdock_sandbox.traffic.control import HttpControl

        async def ask() -> list[dict[str, Any]]:
            async with HttpControl(self.sandbox_url) as control:
                results: list[dict[str, Any]] = []
                for start in range(0, len(ops), size):
                    results += await control.batch(ops[start : start + size])
            return results

        results = asyncio.run(ask())
        refused = [result["error"] for result in results if "error" in result]
        if refused:
            raise SystemExit(f"the sandbox refused {len(refused)} of {len(ops)} operations: {refused[0]}")
        return results

    def tape(self) -> Any:
        """Everything that was delivered and called since the last time."""
        import msgspec

        from bench.tape import Tape

        file = self.home / "tape"
        self._post("/control/tape", {"to": str(file)})
        return msgspec.msgpack.decode(file.read_bytes(), type=Tape)

    def wait_delivered(self) -> None:
        self.wait(lambda: self._undelivered() == 0, "webhooks are not delivered")

    def wait_quiet(self, kinds: Sequence[str] = WORK) -> None:
        """Nothing of `kinds` is dirty and no webhook is under way, twice in a row."""
        calm = 0

        def quiet() -> bool:
            nonlocal calm
            rows = self.sql("SELECT count(*) FROM dirty_key WHERE kind = ANY(%s)", list(kinds))
            calm = calm + 1 if rows[0][0] == 0 and self._undelivered() == 0 else 0
            return calm == 2

        self.wait(quiet, "keys stay dirty")

    def wait(self, done: Callable[[], bool], words: str, *, every: float = 0.1, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not done():
            if time.monotonic() > deadline:
                raise SystemExit(f"{words} after {patience:.0f} s: {self._what_waits()}")
            time.sleep(every)

    def close(self) -> None:
        self._connection.close()

    def _undelivered(self) -> int:
        (found,) = self.control([{"op": "pending"}])
        return int(found["webhooks"]) + int(found["jobs"])

    def _what_waits(self) -> list[tuple[Any, ...]]:
        return self.sql("SELECT kind, reason, count(*) FROM dirty_key GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 10")

    def _post(self, path: str, value: dict[str, Any]) -> None:
        import json
        from urllib.request import Request, urlopen

        body = json.dumps(value).encode()
        with urlopen(Request(self.sandbox_url + path, body), timeout=60):  # noqa: S310  an address of our own making
            pass

    def _make_meter(self) -> Any:
        from crossdock.rehearsal.cpu import Meter, postmaster_of

        postmaster = postmaster_of(self.sql("SELECT pg_backend_pid()")[0][0])
        assert postmaster is not None, "the database is of this machine"
        meter = Meter(self.pids, {"postgres": postmaster})
        meter.__enter__()
        return meter


@contextmanager
def opened(
    *, workers: int, extra: dict[str, str] | None = None, sandbox: Sequence[str] = ("bench.tape",)
) -> Iterator[Stage]:
    """Start everything; stop and remove everything at the end. `sandbox`: the module that serves the stores, and its
    options."""
    home = Path(tempfile.mkdtemp(prefix="crossdock-bench-"))
    home.chmod(0o711)  # the embedded database's own user passes through
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    _own_environment(home, extra or {})
    from crossdock.cli.children import free_port, migrate_tables, web_process, worker_processes
    from crossdock.cli.common import open_installation
    from crossdock.host.processes import Child, Processes, answers

    address, shops = free_port(8300), free_port(9300)
    os.environ["CROSSDOCK_URL"] = f"http://127.0.0.1:{address}"
    database = open_installation()
    migrate_tables()
    sandbox_url = f"http://127.0.0.1:{shops}"
    command = [sys.executable, "-m", *sandbox, "--port", str(shops)]
    children = [
        Child("sandbox", command, {"PYTHONPATH": PYTHONPATH}, ready=answers(f"{sandbox_url}/control/health")),
        web_process("127.0.0.1", address, database),
        *worker_processes(workers, database),
    ]
    with Processes(children, say=_say) as processes:
        stage = Stage(home, database, processes, sandbox_url)
        try:
            yield stage
        finally:
            stage.go_on()
            stage.close()


def _own_environment(home: Path, extra: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "CROSSDOCK_"))]:
        del os.environ[name]
    os.environ |= {
        "CROSSDOCK_DATA": str(home),
        "CROSSDOCK_ALLOW_PRIVATE": "1",
        "CROSSDOCK_LOG": "warning",
        "CROSSDOCK_HEARTBEAT": "120",  # a paused worker is not taken for dead
        "CROSSDOCK_SWEEP": "3600",  # listing stores is not an order's cost
        **extra,
    }


def _say(name: str, line: str) -> None:
    if "sandbox" not in name:
        sys.stderr.write(f"{name} | {line}\n")


def now() -> datetime:
    return datetime.now(UTC)
