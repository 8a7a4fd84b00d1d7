"""The embedded PostgreSQL: started, watched, restarted after a crash, stopped. Not here: its binaries and folders
(binaries.py), or whose file a lock is (leftovers.py).

One supervisor per data folder. Data is kept; whatever way this process ends, the server ends with it.
"""

import fcntl
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg

from crossdock.host import leftovers
from crossdock.host.binaries import Identity, bin_folder, identity, owner, reachable_home, short_socket_folder
from crossdock.host.death import die_with_parent

DATABASE = "crossdock"
SETTINGS: Mapping[str, str] = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "synchronous_commit": "on",
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",  # our statements are short; compiling them costs more than it saves
    "autovacuum_naptime": "10s",  # dirty keys come and go by the thousand
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
}
START_SECONDS = 60.0
STOP_SECONDS = 30.0
BACK_OFF = (0.1, 0.5, 2.0, 5.0)
LOG_BYTES = 10_000_000


class PostgresError(Exception):
    """The embedded PostgreSQL cannot do what was asked; the message says why and what to do."""


class AlreadyRunning(PostgresError):
    """Another supervisor runs the server of this data folder."""

    def __init__(self, folder: Path, pid: str) -> None:
        super().__init__(
            f"The database in {folder} is already run by process {pid or 'unknown'}. "
            "Stop that one first, or set CROSSDOCK_DATA to another folder."
        )


class Postgres:
    """`folder` is ours alone. `port`: also listen on 127.0.0.1 with a password. `durable=False` only for tests."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        durable: bool = True,
        settings: Mapping[str, str] | None = None,
        say: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.folder = folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = port
        self.restarts = 0
        self._durable = durable
        self._settings = {**SETTINGS, **(settings or {})}
        self._say = say
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._failure: BaseException | None = None
        self._owner = owner()
        self._bin = Path()
        self._home = reachable_home(self.folder, self._owner)
        self._sockets = short_socket_folder(self._home, self._owner)

    @property
    def url(self) -> str:
        """What clients connect with, over the socket: the operating system's user decides who may."""
        return self.url_of(DATABASE)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    def url_of(self, database: str) -> str:
        port = "" if self.port is None else f"&port={self.port}"
        return f"postgresql://{DATABASE}@/{database}?host={quote(str(self._sockets), safe='')}{port}"

    @property
    def tcp_url(self) -> str:
        if self.port is None:
            raise PostgresError("it does not listen on TCP: give it a port")
        return f"postgresql://{DATABASE}:{self._password()}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> "Postgres":
        """Bring it up, or raise. Returns when clients can connect."""
        self._take_lock()
        try:
            self._prepare()
            self._keeper = threading.Thread(target=self._keep, name="postgres-keeper", daemon=True)
            self._keeper.start()
            if not self._ready.wait(START_SECONDS):
                raise PostgresError(f"PostgreSQL was not ready after {START_SECONDS:.0f} s. {self._last_log()}")
            if self._failure:
                raise self._failure
            self._create_database()
            self._write_url()
        except BaseException:
            self.stop()
            raise
        return self

    def empty(self) -> None:
        """Throw away everything in the database."""
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {DATABASE}")

    def stop(self) -> None:
        """Fast shutdown: sessions are cut, everything committed is on disk. Safe to call twice."""
        self._stopping.set()
        if self._lock is not None:
            (self.folder / "url").unlink(missing_ok=True)
        if self._keeper:
            self._keeper.join(STOP_SECONDS + 15)
            self._keeper = None
        if self._lock is not None:  # not ours to tidy while another supervisor has the folder
            if self._sockets.parent != self._home:
                leftovers.remove_tree(self._sockets)
            os.close(self._lock)
            self._lock = None

    def __enter__(self) -> "Postgres":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _take_lock(self) -> None:
        """Held by the open file: the kernel lets it go however this process ends."""
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(lock, 20).decode("ascii", "replace").strip()
            os.close(lock)
            raise AlreadyRunning(self.folder, pid) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode("ascii"), 0)
        self._lock = lock

    def _prepare(self) -> None:
        self._bin = bin_folder(self._owner)
        self._sockets = short_socket_folder(self._home, self._owner)  # again: a stop may have removed it
        leftovers.end_old_server(self._data, self._sockets, STOP_SECONDS)  # a cluster is only made when none is served
        if not (self._data / "PG_VERSION").is_file():
            self._initialize()
        self._check_version()

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _initialize(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a kill leaves nothing half made."""
        draft, secret = self._home / "data.new", self._home / "password"
        leftovers.remove_tree(draft)
        secret.unlink(missing_ok=True)
        with os.fdopen(os.open(secret, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
            file.write(os.urandom(24).hex())
        self._give(secret)
        done = subprocess.run(
            [
                *(str(self._bin / "initdb"), "-D", str(draft), "-U", DATABASE, "--pwfile", str(secret)),
                *("--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C"),
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums"),
                *(() if self._durable else ("--no-sync",)),
            ],
            capture_output=True,
            cwd="/",
            env=_environment(),
            check=False,
            **self._identity(),
        )
        if done.returncode:
            leftovers.remove_tree(draft)
            raise PostgresError(f"initdb failed in {self._home}: {done.stderr.decode(errors='replace').strip()}")
        draft.rename(self._data)

    def _check_version(self) -> None:
        made_by = (self._data / "PG_VERSION").read_text(encoding="ascii").strip()
        words = subprocess.run([str(self._bin / "postgres"), "--version"], capture_output=True, text=True, check=True)
        runs = re.search(r"\d+", words.stdout)
        if runs is None or runs.group() != made_by:
            raise PostgresError(
                f"The data in {self._data} is of PostgreSQL {made_by}, the binaries are {words.stdout.strip()}. "
                "Dump it with the old version and load it into a new folder, or set DATABASE_URL."
            )

    def _keep(self) -> None:
        """The thread that owns the server: the kernel ties a child's life to the thread that started it."""
        failures = 0
        while not self._stopping.is_set():
            try:
                leftovers.end_old_server(self._data, self._sockets, STOP_SECONDS)
                process = self._process = self._launch()
                self._wait_ready(process)
                self._ready.set()
                self._watch(process)
            except (OSError, PostgresError, subprocess.SubprocessError) as error:
                self._end(self._process)
                if not self._ready.is_set():
                    self._failure = error
                    self._ready.set()
                    return
                self._say(f"postgres: {error}")
            if self._stopping.is_set():
                return
            self.restarts += 1
            self._say("postgres: the server died; starting it again")
            self._stopping.wait(BACK_OFF[min(failures, len(BACK_OFF) - 1)])
            failures += 1

    def _watch(self, process: subprocess.Popen[bytes]) -> None:
        while process.poll() is None:
            if self._stopping.wait(0.1):
                self._end(process)
                return

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {**self._settings, "unix_socket_permissions": "0700"}
        if self.port is not None:
            settings |= {"listen_addresses": "127.0.0.1"}
        if not self._durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._log().open("ab") as log:
            return subprocess.Popen(
                [
                    *(str(self._bin / "postgres"), "-D", str(self._data)),
                    *("-k", str(self._sockets), "-p", str(self.port or 5432), *options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops clients first
                preexec_fn=die_with_parent(signal.SIGINT),
                **self._identity(),
            )

    def _wait_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while process.poll() is None and not self._stopping.is_set():
            try:
                psycopg.connect(self.url_of("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise PostgresError(f"PostgreSQL does not answer. {self._last_log()}") from None
                time.sleep(0.03)
        if not self._stopping.is_set():
            raise PostgresError(f"PostgreSQL did not start. {self._last_log()}")

    def _end(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is None:
            return
        for word, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if process.poll() is not None:
                return
            process.send_signal(word)
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue

    def _create_database(self) -> None:
        with psycopg.connect(self.url_of("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if known is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _write_url(self) -> None:
        """For other commands of the same installation: they find the running server by this file."""
        draft = self.folder / "url.new"
        draft.write_text(self.url + "\n", encoding="utf-8")
        draft.rename(self.folder / "url")

    def _identity(self) -> Identity:
        return identity(self._owner)

    def _give(self, path: Path) -> None:
        if self._owner.switch:
            os.chown(path, self._owner.uid, self._owner.gid)

    def _password(self) -> str:
        return (self._home / "password").read_text(encoding="ascii").strip()

    def _log(self) -> Path:
        log = self._home / "log"
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(self._home / "log.old")
        return log

    def _last_log(self) -> str:
        try:
            lines = self._log().read_text(encoding="utf-8", errors="replace").splitlines()[-5:]
        except FileNotFoundError:
            return "It wrote no log."
        return f"The end of {self._home / 'log'}:\n" + "\n".join(lines)


def _environment() -> dict[str, str]:
    """Nothing of ours: PG* variables would change what the server and initdb do, others may be secrets."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
