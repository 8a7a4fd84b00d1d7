"""The pages, served as they are to people, over a seeded database: one web process of our own, for a whole session.

Not here: what is in the database (seed.py), or what is asked of the pages.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
PATIENCE = 120


class Screen(NamedTuple):
    """One screen: whose (their session's cookie, empty = nobody's), and where."""

    name: str
    session: str
    url: str


class Served(NamedTuple):
    """The address, the name of the session's cookie, and every screen."""

    address: str
    cookie: str
    screens: tuple[Screen, ...]

    def screen(self, name: str) -> Screen:
        return next(each for each in self.screens if each.name == name)


@contextmanager
def served(database: str, data: Path) -> Iterator[Served]:
    """Seeds the empty database and serves it until the end; what the web process says is in `data`/web.log."""
    address = f"http://127.0.0.1:{free_port()}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CROSSDOCK_")}
    environment |= {
        "DATABASE_URL": database,
        "CROSSDOCK_DATA": str(data),
        "CROSSDOCK_URL": address,
        "CROSSDOCK_ALLOW_PRIVATE": "1",
        "DJANGO_SETTINGS_MODULE": "crossdock.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    seeded = _run(["-m", "tests.browser.seed"], environment)
    told = json.loads(seeded.splitlines()[-1])
    command = [sys.executable, "-m", "crossdock", "web", "--port", address.rpartition(":")[2]]
    data.mkdir(exist_ok=True)
    with (data / "web.log").open("w") as said, subprocess.Popen(command, env=environment, cwd=ROOT, stderr=said) as web:
        try:
            wait(f"{address}/static/crossdock/app.css", web)
            yield Served(
                address,
                told["cookie"],
                tuple(
                    Screen(name, told["people"][who], address + path) for name, (who, path) in told["screens"].items()
                ),
            )
        finally:
            web.terminate()


def _run(words: list[str], environment: dict[str, str]) -> str:
    made = subprocess.run(
        [sys.executable, *words], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise RuntimeError(made.stderr)
    return made.stdout


def wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Until a process of ours answers there."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(address, timeout=5):  # noqa: S310  our own address
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"nothing answers at {address}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
