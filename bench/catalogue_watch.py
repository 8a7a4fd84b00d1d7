"""Watches a stage while something is measured: CPU and memory by process, and what a store's budget had and spent.

Not here: what is done meanwhile, or what is told of it (catalogue.py).
"""

import json
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from msgspec import Struct

from bench.catalogue_stores import Spent
from bench.stage import Stage

EVERY = 1.0  # seconds between two looks
LOW = 0.1  # of a bucket: below it the budget is what work waits for
COUNTED = ("web", "worker", "postgres")


class Look(Struct, frozen=True):
    """`at` seconds since the beginning; a store's calls and points until then, what its bucket had; MB of a worker."""

    at: float
    calls: int
    points: int
    level: float
    worker_mb: float


class Found(Struct, frozen=True):
    """What was seen. `share`: how much of the budget that came in was spent, from when work first waited for it (None =
    it never did), which was for `waited` seconds. `calls` by document."""

    seconds: float
    cpu: dict[str, float]
    points: int
    rate: float
    throttled: int
    calls: dict[str, int]
    megabytes: float
    share: float | None
    waited: float
    worker_mb: tuple[float, float, float]  # at the beginning, the most in the first half, the most in the second


class Watch(threading.Thread):
    """`with Watch(stage, store) as watch: ...; watch.found()`. The store's work ends when the block does."""

    def __init__(self, stage: Stage, store: str) -> None:
        super().__init__(name="catalogue-watch", daemon=True)
        self._stage, self._store = stage, store
        self._ended = threading.Event()
        self._looks: list[Look] = []
        self._cpu: dict[str, float] = {}
        self._seconds = 0.0

    def __enter__(self) -> "Watch":
        self._first = spent(self._stage, self._store)
        self._cpu = self._stage.cpu()
        self._start = time.monotonic()
        self._look()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()
        self._look()
        self._seconds = self._looks[-1].at
        now = self._stage.cpu()
        self._cpu = {name: round(now.get(name, 0.0) - self._cpu.get(name, 0.0), 2) for name in (*COUNTED, "sandbox")}
        self._last = spent(self._stage, self._store)

    def run(self) -> None:
        while not self._ended.wait(EVERY):
            self._look()

    def found(self) -> Found:
        first, last, looks = self._first, self._last, self._looks
        points = last.points - first.points
        calls = {name: number - first.calls.get(name, 0) for name, number in sorted(last.calls.items())}
        share, waited = _steady(looks, last)
        half = len(looks) // 2
        return Found(
            seconds=round(self._seconds, 1),
            cpu=self._cpu,
            points=points,
            rate=last.rate,
            throttled=last.throttled - first.throttled,
            calls={name: number for name, number in calls.items() if number},
            megabytes=round((last.bytes - first.bytes) / 1e6, 1),
            share=share,
            waited=waited,
            worker_mb=(
                looks[0].worker_mb,
                max(look.worker_mb for look in looks[: half + 1]),
                max(look.worker_mb for look in looks[half:]),
            ),
        )

    def _look(self) -> None:
        of = spent(self._stage, self._store)
        memory = max((_rss(pid) for pid in self._stage.workers()), default=0.0)
        self._looks.append(
            Look(round(time.monotonic() - self._start, 2), sum(of.calls.values()), of.points, of.level, memory)
        )


def _steady(looks: list[Look], last: Spent) -> tuple[float | None, float]:
    """The share spent of what came in, from when the bucket was first low to the end of the work; and how long that
    was."""
    low = next((look for look in looks if look.calls and look.level < LOW * last.size), None)
    if low is None or looks[-1].at - low.at < 3 * EVERY:
        return None, 0.0
    seconds = looks[-1].at - low.at
    return round((looks[-1].points - low.points) / (last.rate * seconds), 3), round(seconds, 1)


def spent(stage: Stage, store: str) -> Spent:
    with urlopen(f"{stage.sandbox_url}/control/spent", timeout=60) as answer:  # noqa: S310  an address of our own making
        counts: Mapping[str, dict[str, Any]] = json.load(answer)
    return Spent(**counts.get(store, {}))


def _rss(pid: int) -> float:
    """Megabytes of memory that a process has."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
    return round(int(found[0]) / 1024, 1) if found else 0.0
