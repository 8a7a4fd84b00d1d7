"""Measures the CPU seconds of processes that come and go, by reading /proc twice a second. Linux only.

Not here: which processes there are.
"""

import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
EVERY = 0.5


class Meter(threading.Thread):
    """`pids` says at any time which processes count, by name; `trees` those whose children count too."""

    def __init__(self, pids: Callable[[], Mapping[str, int]], trees: Mapping[str, int]) -> None:
        super().__init__(name="cpu-meter", daemon=True)
        self._pids = pids
        self._trees = trees
        self._ended = threading.Event()
        self._seen: dict[tuple[str, int, int], float] = {}  # (name, pid, start) -> seconds so far
        self._first: dict[str, float] = {}

    def __enter__(self) -> "Meter":
        self._first = self._sample()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(EVERY):
            self._sample()

    def seconds(self) -> dict[str, float]:
        """CPU seconds by name since the meter was started; processes killed meanwhile are counted as last seen."""
        now = self._sample()
        return {name: round(used - self._first.get(name, 0.0), 2) for name, used in now.items()}

    def _sample(self) -> dict[str, float]:
        for name, pid in self._pids().items():
            if (found := _used(pid)) is not None:
                self._seen[name, pid, found[0]] = found[1]
        used: dict[str, float] = {}
        for (name, _, _), seconds in self._seen.items():
            used[name] = used.get(name, 0.0) + seconds
        for name, pid in self._trees.items():
            used[name] = _tree(pid)
        return used


def postmaster_of(backend_pid: int) -> int | None:
    """The server process of a backend, if that is a process of this machine."""
    fields = _fields(backend_pid)
    return int(fields[1]) if fields else None


def _used(pid: int) -> tuple[int, float] | None:
    """(start time, CPU seconds) of one process; None when there is none."""
    fields = _fields(pid)
    return (int(fields[19]), (int(fields[11]) + int(fields[12])) / TICK) if fields else None


def _tree(pid: int) -> float:
    """CPU seconds of a process, its living children and those it has seen end."""
    fields = _fields(pid)
    if not fields:
        return 0.0
    own = sum(int(fields[at]) for at in (11, 12, 13, 14)) / TICK
    return own + sum(_tree(child) for child in _children(pid))


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _fields(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name, which may hold anything; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
