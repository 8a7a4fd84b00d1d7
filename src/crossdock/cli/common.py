"""What commands share: exit codes, the way to the database, how values and lines are printed."""

import atexit
import os
import sys
import time
from enum import IntEnum
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import psycopg
import typer
from rich.console import Console

from crossdock import environment, logs
from crossdock.host.binaries import MissingBinaries
from crossdock.host.postgres import AlreadyRunning, Postgres, PostgresError

out = Console()
err = Console(stderr=True)


class Exit(IntEnum):
    OK = 0
    PROBLEMS = 1
    WRONG_USE = 2
    NOT_REACHABLE = 3


def fail(words: str, code: Exit) -> NoReturn:
    """Say why on standard error, and end."""
    err.print(words, style="red", markup=False, highlight=False)
    raise typer.Exit(int(code))


def print_json(value: Any) -> None:
    """One JSON value on one line of standard output. Structs, dates and decimals are understood."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()


def open_installation(*, serve: bool = True, join: bool = True, fresh: bool = False, log: bool = False) -> str:
    """Make settings, rows and the database usable in this process; returns the database's address.

    The database is the one named by DATABASE_URL, else the embedded one: as another process runs it (unless `join` is
    off) or, with `serve`, run by this process until it ends. `fresh`: the embedded one, emptied first.
    `log`: at the level that is set; commands for people log warnings only."""
    try:
        data = environment.data_folder()
        url = _emptied(data) if fresh else environment.read("DATABASE_URL") or _embedded(data, serve=serve, join=join)
        logs.configure(environment.log_level() if log else "warning", as_json=environment.log_as_json())
        os.environ["DATABASE_URL"] = url
        os.environ.pop("DATABASE_URL_FILE", None)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crossdock.settings")
        import django

        django.setup()
    except environment.BadSetting as error:
        fail(str(error), Exit.WRONG_USE)
    except (PostgresError, MissingBinaries) as error:
        fail(str(error), Exit.NOT_REACHABLE)
    return _answering(url)


def _emptied(data: Path) -> str:
    server = _serve(data)
    server.empty()
    return server.url


def _serve(data: Path) -> Postgres:
    server = Postgres(data / "postgres", say=lambda words: err.print(words, markup=False)).start()
    atexit.register(server.stop)
    return server


def _embedded(data: Path, *, serve: bool, join: bool) -> str:
    running = data / "postgres" / "url"
    try:
        if serve:
            return _serve(data).url
    except AlreadyRunning:
        if not join:
            raise
        _wait_for(running)
    if not running.is_file():
        raise PostgresError("The embedded database is not running. Start it with: crossdock up")
    return running.read_text(encoding="utf-8").strip()


def _wait_for(file: Path) -> None:
    """Its supervisor may be starting this moment."""
    deadline = time.monotonic() + 10
    while not file.is_file() and time.monotonic() < deadline:
        time.sleep(0.1)


def _answering(url: str) -> str:
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        where = psycopg.conninfo.conninfo_to_dict(url)
        fail(
            f"The database {where.get('dbname')} at {where.get('host', 'this machine')} does not answer: {error}",
            Exit.NOT_REACHABLE,
        )
    return url
