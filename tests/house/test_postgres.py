"""The embedded PostgreSQL: kept data, one supervisor a folder, crashes of the server and of the supervisor."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from crossdock.host import binaries, leftovers
from crossdock.host.postgres import AlreadyRunning, Postgres, PostgresError

# Runs a supervisor as the command line would: prints the address, then lives until told otherwise. It can become
# another user, after its imports: a private home may hold this Python.
SUPERVISOR = """
import encodings.ascii, encodings.idna, os, signal, sys, time
from pathlib import Path
from crossdock.host.postgres import Postgres
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
if len(sys.argv) > 2:
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[2]))
server = Postgres(Path(sys.argv[1]), durable=False).start()
print(server.url, server.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that the database's own user reaches: pytest's own are closed to others."""
    home = Path(os.path.realpath(tmp_path_factory.mktemp("pg")))
    for parent in (home, *home.parents):
        if parent.stat().st_uid == os.geteuid() and parent != Path("/") and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    yield home / "postgres"
    assert wait_until(lambda: not servers_of(home)), f"left running: {servers_of(home)}"


def servers_of(home: Path) -> list[str]:
    listed = subprocess.run(["ps", "-eo", "pid,stat,args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if f"{home}/" in line and "postgres" in line and " Z" not in line]


def wait_until(check: Callable[[], object], seconds: float = 15.0) -> bool:
    deadline = time.monotonic() + seconds
    while not check():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def supervisor(folder: Path, *identity: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(folder), *map(str, identity)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )


def first_line(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def end(process: subprocess.Popen[str], word: signal.Signals) -> None:
    process.send_signal(word)
    process.wait(20)
    assert process.stdout is not None
    process.stdout.close()


def test_data_is_kept_between_runs_and_nothing_stays_running(folder: Path) -> None:
    with Postgres(folder) as server, psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
        connection.commit()
        pid = server.pid
        assert (folder / "url").read_text().strip() == server.url
    assert pid is not None
    assert not (folder / "url").exists()
    with Postgres(folder) as server, psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_a_second_supervisor_of_the_same_folder_is_told_whose_it_is(folder: Path) -> None:
    with Postgres(folder, durable=False) as server:
        with pytest.raises(AlreadyRunning, match=str(os.getpid())):
            Postgres(folder).start()
        assert (folder / "url").read_text().strip() == server.url
        assert answers(server.url)


def test_a_killed_server_is_started_again_with_its_data(folder: Path) -> None:
    with Postgres(folder) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        before = server.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        assert wait_until(lambda: server.pid not in (None, before) and answers(server.url))
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
        assert server.restarts == 1


def test_a_killed_supervisor_takes_the_server_along_and_the_next_one_starts(folder: Path) -> None:
    first = supervisor(folder)
    url, pid = first_line(first)
    end(first, signal.SIGKILL)
    with Postgres(folder, durable=False) as server:
        assert server.pid != int(pid)
        assert answers(url)


def test_both_killed_at_once(folder: Path) -> None:
    first = supervisor(folder)
    _, pid = first_line(first)
    os.kill(int(pid), signal.SIGKILL)
    end(first, signal.SIGKILL)
    with Postgres(folder, durable=False) as server:
        assert answers(server.url)


def test_a_pid_file_that_names_a_zombie_is_no_obstacle(folder: Path) -> None:
    with Postgres(folder, durable=False):
        pass
    zombie = subprocess.Popen(["true"])
    assert wait_until(lambda: Path(f"/proc/{zombie.pid}/stat").read_text().split()[2] == "Z")
    (folder / "data" / "postmaster.pid").write_text(f"{zombie.pid}\n{folder / 'data'}\n1\n5432\n{folder / 'run'}\n\n")
    with Postgres(folder, durable=False) as server:
        assert answers(server.url)
    zombie.wait()


def test_a_pid_file_that_names_a_stranger_leaves_the_stranger_alone(folder: Path) -> None:
    with Postgres(folder, durable=False):
        pass
    (folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{folder / 'data'}\n")
    with Postgres(folder, durable=False) as server:
        assert answers(server.url)


def test_a_half_made_cluster_is_made_anew(folder: Path) -> None:
    (folder / "data.new" / "base").mkdir(parents=True)
    with Postgres(folder, durable=False) as server:
        assert answers(server.url)


def test_data_of_another_major_version_is_said_and_left_alone(folder: Path) -> None:
    with Postgres(folder, durable=False):
        pass
    (folder / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(PostgresError, match=r"PostgreSQL 17.*Dump it"):
        Postgres(folder).start()


def test_a_server_that_cannot_start_says_its_own_last_words(folder: Path) -> None:
    with pytest.raises(PostgresError, match="shared_buffers"):
        Postgres(folder, durable=False, settings={"shared_buffers": "nonsense"}).start()


def test_a_long_path_does_not_break_the_socket(folder: Path) -> None:
    with Postgres(folder / ("long-name-" * 12), durable=False) as server:
        assert answers(server.url)
        sockets = Path(unquote(server.url.partition("host=")[2]))
        assert sockets.is_dir()
    assert not sockets.exists()


def test_tcp_wants_a_password(folder: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Postgres(folder, durable=False, port=port) as server:
        assert answers(server.url)
        assert answers(server.tcp_url)
        assert not answers(f"postgresql://crossdock:wrong@127.0.0.1:{port}/crossdock")


def test_emptied_it_is_as_new(folder: Path) -> None:
    with Postgres(folder, durable=False) as server:
        with psycopg.connect(server.url) as connection:
            connection.execute("CREATE TABLE old (n int)")
        server.empty()
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SELECT to_regclass('old')").fetchone() == (None,)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_an_ordinary_user_runs_it_too(folder: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    home = folder.parent / "nobody"
    home.mkdir()
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    process = supervisor(home / "postgres", nobody.pw_uid, nobody.pw_gid)
    try:
        url, pid = first_line(process)
        assert answers(url)
        assert Path(f"/proc/{pid}").stat().st_uid == nobody.pw_uid
    finally:
        end(process, signal.SIGTERM)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
def test_a_private_home_keeps_its_data_where_the_other_user_reaches_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "SHARED_HOME", folder.parent / "shared-home")
    private = folder.parent / "private"
    private.mkdir(mode=0o700)
    with Postgres(private / "postgres", durable=False) as server:
        assert answers(server.url)
        elsewhere = Path((private / "postgres" / "elsewhere").read_text().strip())
        assert (elsewhere / "data" / "PG_VERSION").is_file()
    leftovers.remove_tree(elsewhere)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root copies binaries for another user")
def test_binaries_are_copied_where_the_other_user_cannot_read_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Path(binaries.bin_folder(binaries.owner())).parents[1]
    private = folder.parent / "site"
    private.mkdir(mode=0o700)
    for entry in (original, original.with_name(f"{binaries.PACKAGE}.libs")):
        shutil.copytree(entry, private / entry.name, ignore=shutil.ignore_patterns("pginstall", "include"))
    (record,) = original.parent.glob(f"{binaries.PACKAGE}-*.dist-info")
    (private / record.name).mkdir()
    monkeypatch.setattr(binaries, "SHARED_HOME", folder.parent / "shared-home")
    copied = binaries._copy(private / binaries.PACKAGE, binaries.owner())
    assert copied.is_relative_to(folder.parent / "shared-home")
    assert not binaries._runs(private / binaries.PACKAGE / binaries.INSTALL / "bin", binaries.owner())
