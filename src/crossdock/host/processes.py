"""Our own processes as one tree: started in order, watched, restarted, stopped in reverse. Not here: which ones.

However the supervisor ends, nothing it started stays: the kernel kills each child when the keeper's thread is gone.
"""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import FrameType, TracebackType
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from msgspec import Struct

from crossdock.host.death import die_with_parent

READY_SECONDS = 60.0
GRACE_SECONDS = 10.0
BACK_OFF = (0.2, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0  # a child that lived this long starts its back-off anew


class ProcessError(Exception):
    """A process did not start, or one that all others need has ended."""


class Child(Struct, frozen=True):
    """One process. `ready` is asked until it says yes before the next one starts. `restart`: start it again when it
    dies; otherwise its end is the end of all."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = {}
    ready: Callable[[], bool] | None = None
    restart: bool = False
    back_off: Sequence[float] = BACK_OFF


class _Running:
    """One child's present process, and how its restarts went."""

    __slots__ = ("child", "due", "failures", "process", "reader", "since")

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: subprocess.Popen[bytes] | None = None
        self.reader: threading.Thread | None = None
        self.since = 0.0
        self.due = 0.0
        self.failures = 0


class Processes:
    """`say(name, line)` gets every line that a child prints, and our own words under the child's name."""

    def __init__(self, children: Sequence[Child], *, say: Callable[[str, str], None], grace: float = GRACE_SECONDS):
        self._running = [_Running(child) for child in children]
        self._say = say
        self._grace = grace
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._ended = threading.Event()
        self._failure: ProcessError | None = None
        self._keeper: threading.Thread | None = None
        self.restarts = 0

    def start(self) -> "Processes":
        """Start all, in order. Returns when the last one is ready; raises, with all stopped, when one is not."""
        self._keeper = threading.Thread(target=self._keep, name="process-keeper", daemon=True)
        self._keeper.start()
        self._settled.wait()
        if self._failure:
            self.stop()
            raise self._failure
        return self

    def stop(self) -> None:
        """End all, last one first: asked, then killed after the grace. Safe to call twice."""
        self._stopping.set()
        if self._keeper:
            self._keeper.join()
            self._keeper = None

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until all has ended by itself. False: the seconds are over. Raises why it ended."""
        if not self._ended.wait(seconds):
            return False
        if self._failure:
            raise self._failure
        return True

    def pids(self) -> dict[str, int]:
        return {
            one.child.name: one.process.pid
            for one in self._running
            if one.process is not None and one.process.poll() is None
        }

    def kill(self, name: str) -> bool:
        """kill -9, for rehearsals. False: it was not running."""
        pid = self.pids().get(name)
        if pid is None:
            return False
        _signal_group(pid, signal.SIGKILL)
        return True

    def __enter__(self) -> "Processes":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _keep(self) -> None:
        try:
            for one in self._running:
                self._launch(one)
                self._wait_ready(one)
            self._settled.set()
            while not self._stopping.wait(0.05):
                for one in self._running:
                    self._tend(one)
        except ProcessError as error:
            self._failure = error
        finally:
            self._stop_all()
            self._settled.set()
            self._ended.set()

    def _launch(self, one: _Running) -> None:
        if self._stopping.is_set():
            return
        try:
            process = subprocess.Popen(
                list(one.child.command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **one.child.environment},
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops in order
                preexec_fn=die_with_parent(signal.SIGKILL),
            )
        except OSError as error:
            raise ProcessError(f"{one.child.name} cannot be started: {error}") from error
        one.process, one.since = process, time.monotonic()
        one.reader = threading.Thread(target=self._read, args=(one.child.name, process), daemon=True)
        one.reader.start()

    def _read(self, name: str, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101  opened above as a pipe
        with process.stdout:
            for line in process.stdout:
                self._say(name, line.decode(errors="replace").rstrip())

    def _wait_ready(self, one: _Running) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while one.child.ready is not None and one.process is not None and not self._stopping.is_set():
            if one.process.poll() is not None:
                raise ProcessError(f"{one.child.name} ended with {one.process.returncode} before it was ready")
            if one.child.ready():
                return
            if time.monotonic() > deadline:
                raise ProcessError(f"{one.child.name} was not ready after {READY_SECONDS:.0f} s")
            time.sleep(0.05)

    def _tend(self, one: _Running) -> None:
        now = time.monotonic()
        if one.process is not None and one.process.poll() is not None:
            code = one.process.returncode
            if not one.child.restart:
                raise ProcessError(f"{one.child.name} ended with {code}")
            one.failures = 0 if now - one.since > STEADY_SECONDS else one.failures
            one.due = now + one.child.back_off[min(one.failures, len(one.child.back_off) - 1)]
            one.failures += 1
            one.process = None
            self._say(one.child.name, f"ended with {code}; starting again in {one.due - now:.1f} s")
        if one.process is None and now >= one.due:
            self.restarts += 1
            self._launch(one)

    def _stop_all(self) -> None:
        for one in reversed(self._running):
            if one.process is None:
                continue
            _signal_group(one.process.pid, signal.SIGTERM)
            try:
                one.process.wait(self._grace)
            except subprocess.TimeoutExpired:
                self._say(one.child.name, f"did not stop within {self._grace:.0f} s: killed")
            _signal_group(one.process.pid, signal.SIGKILL)  # what it may have started itself
            one.process.wait()
            if one.reader:
                one.reader.join(1.0)


def answers(url: str) -> Callable[[], bool]:
    """A readiness check: something speaks HTTP there."""

    def check() -> bool:
        try:
            with urlopen(url, timeout=2.0):  # noqa: S310  an address of our own making
                return True
        except HTTPError:
            return True
        except (URLError, OSError):
            return False

    return check


def run_until_signal(processes: Processes) -> None:
    """Start, then wait for Ctrl-C, TERM or a closed terminal; a second Ctrl-C does not wait for anything."""
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        if asked.is_set():
            os._exit(130)  # the kernel kills the children
        asked.set()

    before = {word: signal.signal(word, ask) for word in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        with processes:
            while not asked.is_set() and not processes.wait(0.2):
                pass
    finally:
        for word, handler in before.items():
            signal.signal(word, handler)


def _signal_group(pid: int, word: signal.Signals) -> None:
    with suppress(ProcessLookupError):  # it has ended, and nothing it started is left
        os.killpg(pid, word)
