"""The doctor tries the mail server: not there, not letting us in, well. Not here: mails (test_real_mail.py)."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crossdock.operations.mail_server import try_mail_server
from tests.mail.catcher import PASSWORD, USER, Catcher

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    made = Catcher(tmp_path)
    made.start()
    yield made
    made.stop()


def server(settings: Any, port: int, password: str = PASSWORD) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = USER, password


def test_a_server_that_is_there_is_well(settings: Any, catcher: Catcher) -> None:
    server(settings, catcher.smtp)
    found = try_mail_server()
    assert (found.where, found.error) == (f"127.0.0.1:{catcher.smtp}", "")


def test_a_wrong_password_is_told_from_a_server_that_is_not_there(settings: Any, catcher: Catcher) -> None:
    server(settings, catcher.smtp, password="wrong")
    found = try_mail_server()
    assert found.refused
    assert found.error
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        server(settings, free.getsockname()[1])
        found = try_mail_server()
    assert (found.refused, bool(found.error)) == (False, True)


def test_files_need_no_server(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = "crossdock.mail_files.EmailBackend", str(tmp_path)
    assert try_mail_server().where == str(tmp_path)
