"""The command line as a stranger meets it: help, exit codes, and running the hub until it is told to stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
import typer
from typer.testing import CliRunner

from crossdock.cli import app

COMMANDS = (
    "up web worker migrate sandbox demo replay status orders why plan retry doctor settings"
    " products listings links stock catalogue brake drift notices tokens connect people invite whatif"
    " privacy mark-paid"
).split()


def crossdock(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crossdock", *words],
        capture_output=True,
        text=True,
        env=own_environment(**environment),
        check=False,
        timeout=120,
    )


def own_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CROSSDOCK_", "DATABASE_"))}
    return {**kept, "PYTHONPATH": "src", **more}


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("installation")
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/") and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    yield folder
    assert wait_until(lambda: not running_in(folder)), running_in(folder)


def running_in(folder: Path) -> list[str]:
    """Processes, zombies aside, that have this installation's folder in their arguments or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes() + (entry / "environ").read_bytes()
            except OSError:
                continue
            if os.fsencode(folder) in words and int(entry.name) != os.getpid():
                found.append(f"{entry.name} {words[:80]!r}")
    return found


def wait_until(check: Callable[[], object], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = CliRunner().invoke(app, [command, "--help"])
    assert done.exit_code == 0
    (known,) = (
        one
        for one in typer.main.get_command(app).commands.values()
        if one.name == command  # type: ignore[attr-defined]
    )
    assert known.help
    assert len(known.help) > 20


def test_no_command_is_left_out() -> None:
    known = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert {name for name, one in known.items() if not one.hidden} == set(COMMANDS)


def test_wrong_use_is_exit_2() -> None:
    assert CliRunner().invoke(app, ["up", "--workers", "0"]).exit_code == 2
    assert CliRunner().invoke(app, ["dance"]).exit_code == 2


def test_an_odd_setting_is_exit_2_and_said_in_one_line(tmp_path: Path) -> None:
    done = crossdock("migrate", CROSSDOCK_DATA=str(tmp_path), CROSSDOCK_PORT="http")
    assert done.returncode == 2
    assert "CROSSDOCK_PORT: 'http' is not a port" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_a_database_that_does_not_answer_is_exit_3_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://me:hunter2@127.0.0.1:1/none"
    done = crossdock("migrate", CROSSDOCK_DATA=str(tmp_path), DATABASE_URL=url)
    assert done.returncode == 3
    assert "does not answer" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_looking_at_an_installation_that_does_not_run_is_exit_3(tmp_path: Path) -> None:
    done = crossdock("status", CROSSDOCK_DATA=str(tmp_path))
    assert done.returncode == 3
    assert "crossdock up" in done.stderr


def test_migrate_can_be_said_twice(data: Path) -> None:
    for _ in range(2):
        done = crossdock("migrate", CROSSDOCK_DATA=str(data))
        assert (done.returncode, done.stdout) == (0, ""), done.stderr


@pytest.mark.parametrize("word", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_up_serves_pages_and_leaves_nothing_behind(data: Path, word: signal.Signals) -> None:
    port = free_port()
    log = (data / "said").open("w+")
    hub = subprocess.Popen(
        [sys.executable, "-m", "crossdock", "up", "--port", str(port), "--workers", "2"],
        stdout=log,
        stderr=log,
        env=own_environment(CROSSDOCK_DATA=str(data), CROSSDOCK_URL=f"http://127.0.0.1:{port}"),
        start_new_session=True,
    )
    try:
        assert wait_until(lambda: answers(port) or hub.poll() is not None, 120)
        assert hub.poll() is None, (data / "said").read_text()
        assert wait_until(lambda: len(running_in(data)) >= 4)  # itself, web, two workers
        status = crossdock("status", "--json", CROSSDOCK_DATA=str(data))
        assert status.returncode in (0, 1), status.stderr
        second = crossdock("up", "--port", str(free_port()), CROSSDOCK_DATA=str(data))
        assert second.returncode == 3, second.stderr
        assert f"process {hub.pid}" in " ".join(second.stderr.split())
    finally:
        hub.send_signal(word)
        code = hub.wait(30)
        log.close()
    assert code == (0 if word != signal.SIGKILL else -signal.SIGKILL), (data / "said").read_text()
    assert wait_until(lambda: not running_in(data)), running_in(data)


def test_a_port_that_something_else_has_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = crossdock("up", "--port", str(taken.getsockname()[1]), CROSSDOCK_DATA=str(tmp_path))
    assert done.returncode == 2
    assert "Cannot listen on 127.0.0.1" in done.stderr


@pytest.mark.slow
def test_the_demo_shows_a_page_and_stops_clean(data: Path) -> None:
    log = (data / "said").open("w+")
    demo = subprocess.Popen(
        [sys.executable, "-m", "crossdock", "demo", "--port", str(free_port())],
        stdout=log,
        stderr=log,
        env=own_environment(CROSSDOCK_DATA=str(data)),
        start_new_session=True,
    )
    try:
        said = data / "said"
        assert wait_until(lambda: "log in as" in said.read_text() or demo.poll() is not None, 120), said.read_text()
        assert demo.poll() is None, said.read_text()
        (address,) = re.findall(r"Open http://127.0.0.1:(\d+)/", said.read_text())
        assert answers(int(address))
        pushed = lambda: " pushed" in crossdock("status", CROSSDOCK_DATA=str(data / "demo")).stdout  # noqa: E731
        assert wait_until(pushed, 60)
    finally:
        demo.send_signal(signal.SIGINT)
        code = demo.wait(40)
        log.close()
    assert code == 0, said.read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/", timeout=2) as answer:
            return bool(answer.status == 200)
    except HTTPError as error:
        return error.code < 500
    except (URLError, OSError):
        return False
