"""One seeded place, served for the whole session, and one browser for each file of tests.

Not here: what is asked of the screens. (A browser's own event loop would be in the way of other files' tests, so it
ends with its file.)
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from playwright.sync_api import Browser

from tests.browser.screens import CHROMIUM, browser
from tests.browser.served import Served, served
from tests.conftest import ALL


@pytest.fixture(scope="session")
def place(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The seeded pages."""
    _there(CHROMIUM, "no chromium (Debian: apt-get install chromium)")
    name = f"crossdock_screens_{os.getpid()}"
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    with served(urlsplit(postgres)._replace(path=f"/{name}").geturl(), tmp_path_factory.mktemp("screens")) as found:
        yield found
    with psycopg.connect(postgres, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def chromium(place: Served) -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's own script."""
    file = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
    _there(file, "no axe-core (npm ci --prefix tests/browser --ignore-scripts)")
    return file.read_text(encoding="utf-8")


def _there(file: Path, words: str) -> None:
    if not file.exists():
        pytest.fail(words) if ALL else pytest.skip(words)
