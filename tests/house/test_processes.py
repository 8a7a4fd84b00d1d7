"""Our processes as one tree: order, readiness, restarts, and that nothing is left however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crossdock.host.processes import Child, ProcessError, Processes

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
# Dies of nothing but SIGKILL.
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = f"""
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", {SLEEPER!r}])
print(child.pid, flush=True)
time.sleep(60)
"""
TREE = f"""
import sys, time
from crossdock.host.processes import Child, Processes, run_until_signal
def python(code): return [sys.executable, "-c", code]
children = [Child("a", python({SLEEPER!r})), Child("b", python({SLEEPER!r}))]
processes = Processes(children, say=lambda name, line: print(name, line, flush=True))
run_until_signal(processes)
print("all stopped", flush=True)
"""


class Lines:
    """What was said, in order."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def __call__(self, name: str, line: str) -> None:
        self.all.append(f"{name}: {line}")


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def wait_until(check: Callable[[], object], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_they_start_in_order_and_stop_in_reverse(tmp_path: Path) -> None:
    told = tmp_path / "told"
    code = (
        "import pathlib, signal, sys, time\n"
        "told = pathlib.Path(sys.argv[1])\n"
        "def tell(word):\n"
        "    with told.open('a') as file: file.write(word + sys.argv[2] + '\\n')\n"
        "def stop(*_):\n"
        "    tell('-'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "tell('+')\n"
        "time.sleep(60)\n"
    )

    def child(name: str) -> Child:
        return Child(
            name,
            [*python(code), str(told), name],
            ready=lambda: told.exists() and f"+{name}" in told.read_text(),
        )

    with Processes([child("a"), child("b"), child("c")], say=Lines()):
        pass
    assert told.read_text().split() == ["+a", "+b", "+c", "-c", "-b", "-a"]


def test_every_line_has_its_name() -> None:
    lines = Lines()
    with Processes([Child("talker", python("print('ett'); print('två')"), restart=True, back_off=[60])], say=lines):
        assert wait_until(lambda: len(lines.all) >= 3)
    assert lines.all[:2] == ["talker: ett", "talker: två"]


def test_a_killed_worker_is_started_again_with_back_off() -> None:
    lines = Lines()
    with Processes([Child("worker", python(SLEEPER), restart=True, back_off=[0.1, 0.3])], say=lines) as processes:
        for _ in range(3):
            before = processes.pids()["worker"]
            assert processes.kill("worker")
            assert wait_until(lambda before=before: processes.pids().get("worker") not in (None, before))
        assert processes.restarts == 3
    assert [line for line in lines.all if "starting again" in line] == [
        "worker: ended with -9; starting again in 0.1 s",
        "worker: ended with -9; starting again in 0.3 s",
        "worker: ended with -9; starting again in 0.3 s",
    ]


def test_the_end_of_one_that_all_need_is_the_end_of_all() -> None:
    children = [Child("helper", python(SLEEPER)), Child("core", python("import time; time.sleep(0.3); exit(7)"))]
    processes = Processes(children, say=Lines()).start()
    helper = processes.pids()["helper"]
    with pytest.raises(ProcessError, match="core ended with 7"):
        processes.wait(10)
    assert not is_alive(helper)
    processes.stop()


def test_one_that_never_gets_ready_stops_those_before_it() -> None:
    ready: list[int] = []
    children = [
        Child("first", python(SLEEPER), ready=lambda: True),
        Child("second", python("exit(3)"), ready=lambda: False),
    ]
    processes = Processes(children, say=lambda name, line: ready.append(1))
    with pytest.raises(ProcessError, match="second ended with 3 before it was ready"):
        processes.start()
    assert processes.pids() == {}


def test_a_command_that_is_not_there_is_said() -> None:
    with pytest.raises(ProcessError, match="ghost cannot be started"):
        Processes([Child("ghost", ["/no/such/command"])], say=Lines()).start()


def test_one_that_does_not_stop_is_killed_after_the_grace() -> None:
    lines = Lines()
    with Processes([Child("stubborn", python(STUBBORN))], say=lines, grace=0.3) as processes:
        assert wait_until(lambda: "stubborn: up" in lines.all)
        pid = processes.pids()["stubborn"]
    assert not is_alive(pid)
    assert lines.all[-1].startswith("stubborn: did not stop within")


def test_what_a_child_started_ends_too() -> None:
    lines = Lines()
    with Processes([Child("parent", python(PARENT))], say=lines):
        assert wait_until(lambda: len(lines.all) == 2)
        (grandchild,) = (int(line.split()[1]) for line in lines.all if line != "parent: up")
    assert wait_until(lambda: not is_alive(grandchild))


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_however_the_supervisor_ends(word: signal.Signals) -> None:
    tree = subprocess.Popen(python(TREE), stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": "src"})
    assert tree.stdout is not None
    assert sorted(tree.stdout.readline().split() for _ in range(2)) == [["a", "up"], ["b", "up"]]
    children = [int(pid) for pid in Path(f"/proc/{tree.pid}/task/{tree.pid}/children").read_text().split()]
    threads = Path(f"/proc/{tree.pid}/task").iterdir()
    children += [int(pid) for thread in threads for pid in (thread / "children").read_text().split()]
    assert len(set(children)) == 2
    tree.send_signal(word)
    said, _ = tree.communicate(timeout=20)
    assert wait_until(lambda: not any(is_alive(pid) for pid in children))
    assert ("all stopped" in said) == (word != signal.SIGKILL)
