"""A real Vendure server in a process of its own, one for the whole session, started when it is first wanted.

Its clock runs ahead as tests let time pass: each request says by how much. Not here: stores in it
(tests/platforms/vendure/bench.py).
"""

import atexit
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Any

from crossdock.connector.testing import NotCovered
from tests.conftest import ALL

HERE = Path(__file__).parent / "vendure"
START_SECONDS = 180.0
NAME = PASSWORD = "superadmin"


def why_not() -> str:
    """Why there can be no server here; "" when there can. The full suite wants one."""
    if shutil.which("node") is None:
        return "a real Vendure server wants Node.js"
    if not (HERE / "node_modules" / "@vendure" / "core").is_dir():
        return "no Vendure server is installed: npm ci --prefix tests/stores/vendure --ignore-scripts"
    return ""


class Server:
    """`offset`: seconds by which its clock is ahead; it never goes back."""

    def __init__(self, port: int, process: "subprocess.Popen[bytes]", log: IO[Any]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.offset = 0.0
        self.stores = 0
        self._process, self._log = process, log

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        if self._process.stdin:
            self._process.stdin.close()


_running: list[Server] = []


def server() -> Server:
    """The one of this session. Raises NotCovered where it cannot be, LookupError where it must."""
    if not _running:
        if why := why_not():
            raise LookupError(why) if ALL else NotCovered(why)
        _running.append(_start())
        atexit.register(_running[0].stop)
    return _running[0]


def _start() -> Server:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tempfile.TemporaryFile()  # noqa: SIM115 (closed by Server.stop)
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), "STORE_PORT": str(port)}
    process = subprocess.Popen(
        ["node", "server.js"],
        cwd=HERE,
        env=environment,
        stdin=subprocess.PIPE,  # closed when this process ends, however it does
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    started = Server(port, process, log)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        said = _said(log)
        if "READY" in said.split():
            return started
        if process.poll() is not None:
            raise RuntimeError(f"the Vendure server ended: {said[-2000:]}")
        time.sleep(0.2)
    started.stop()
    raise RuntimeError("the Vendure server did not get ready")


def _said(log: IO[Any]) -> str:
    return os.pread(log.fileno(), 200_000, 0).decode(errors="replace")
