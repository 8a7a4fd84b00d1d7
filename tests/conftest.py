"""What every test stands on: a PostgreSQL of its own, no network but this machine, Hypothesis profiles, shared data.

Not here: rows and worlds (factories and tests/world.py).
"""

import ipaddress
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest

from crossdock.host.postgres import Postgres

ROOT = Path(__file__).parents[1]
ALL = os.environ.get("CROSSDOCK_TEST_ALL") == "1"

# Settings read the environment once, at import: everything they need is known before Django is set up. The server
# itself starts with the first test that wants a database.
_HOME = Path(tempfile.mkdtemp(prefix="crossdock-test-"))
_HOME.chmod(0o711)  # the database's own user passes through
for _name in [name for name in os.environ if name.startswith("CROSSDOCK_")]:
    if _name not in ("CROSSDOCK_TEST_ALL", "CROSSDOCK_SHARED"):
        del os.environ[_name]  # a developer's own installation does not reach the tests
os.environ.pop("COLUMNS", None)  # nor does the terminal's width: a test that minds says its own
_GIVEN = os.environ.get("DATABASE_URL")
_SERVER = Postgres(_HOME / "postgres", durable=False)
_OURS = {
    "DJANGO_SETTINGS_MODULE": "crossdock.settings",
    "DATABASE_URL": _GIVEN or _SERVER.url,
    "CROSSDOCK_DATA": str(_HOME),
    "CROSSDOCK_ALLOW_PRIVATE": "1",
}
os.environ |= _OURS

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=15)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=300, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if ALL else "dev"))


class NetworkRefused(BaseException):
    """A test tried to leave this machine. Not an Exception: code that swallows errors must not swallow this one."""


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # 0.3 s a log-in otherwise


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Processes that run tests for this one have a home and a server of their own: they inherit nothing of ours."""
    for name in _OURS:
        del os.environ[name]
    if _GIVEN:
        os.environ["DATABASE_URL"] = _GIVEN


def pytest_unconfigure(config: pytest.Config) -> None:
    _SERVER.stop()
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True, scope="session")
def _stay_on_this_machine() -> Iterator[None]:
    """Python's sockets only; our HTTP client's are native, so its pinning of addresses has tests of its own."""
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        patch.setattr(socket.socket, name, _local_only(getattr(socket.socket, name)))
    yield
    patch.undo()


def _local_only(connect: Callable[..., Any]) -> Callable[..., Any]:
    def checked(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            raise NetworkRefused(f"a test tried to reach {address}")
        return connect(self, address)

    return checked


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _back_home() -> Iterator[None]:
    """Worlds point Django at a database of their own (tests/world.py, at_home); afterwards it is pointed back."""
    from django.db import connections

    before = connections["default"].settings_dict["NAME"]
    yield
    if connections["default"].settings_dict["NAME"] != before:
        connections.close_all()
        connections["default"].settings_dict["NAME"] = before


@pytest.fixture(scope="session")
def postgres() -> str:
    """Address of the test server's own database; the server runs from here to the end of the session."""
    if _GIVEN:
        return _GIVEN
    if _SERVER.pid is None:
        _SERVER.start()
    return _SERVER.url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: str) -> None:
    """pytest-django makes the test database after this."""


@pytest.fixture(scope="session")
def template_database(postgres: str, django_db_blocker: Any) -> str:
    """Name of a migrated, empty database that nobody is connected to. Made by itself: pytest-django makes its own only
    when a test of the session is marked for it."""
    from django.core.management import call_command
    from django.db import connection

    name = (
        f"crossdock_template_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"  # processes share a server they are given
    )
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name}")
        admin.execute(f"CREATE DATABASE {name}")
    with django_db_blocker.unblock():
        connection.close()
        before = connection.settings_dict["NAME"]
        connection.settings_dict["NAME"] = name
        try:
            call_command("migrate", verbosity=0, interactive=False)
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before
    return name


@pytest.fixture
def database(new_database: "Callable[[], AbstractContextManager[str]]") -> Iterator[str]:
    """Address of a migrated database of this test's own, for tests that run other processes or commit by themselves."""
    with new_database() as address:
        yield address


@pytest.fixture
def new_database(postgres: str, template_database: str) -> "Callable[[], AbstractContextManager[str]]":
    """Makes as many such databases as a test wants, one after another."""
    return lambda: copied_database(postgres, template_database)


@contextmanager
def copied_database(postgres: str, template_database: str) -> Iterator[str]:
    name = f"crossdock_{os.urandom(6).hex()}"
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template_database} STRATEGY file_copy")
    yield urlsplit(postgres)._replace(path=f"/{name}").geturl()
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data beside the repository; without it the test is skipped, or fails in a full run."""
    folder = Path(os.environ.get("CROSSDOCK_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        words = f"no reference data at {folder} (set CROSSDOCK_SHARED)"
        pytest.fail(words) if ALL else pytest.skip(words)
    return folder
