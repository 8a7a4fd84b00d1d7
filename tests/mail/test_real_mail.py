"""Notices through a real mail server: once, in text and HTML; with the server away and back; with a sender that dies
between the server's yes and its own commit, and with two workers. Not here: who is told of what (tests/sync)."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crossdock.models import Mail, Vendor
from crossdock.operations.stores import disconnect_store
from tests.mail.catcher import Catcher, hub_environment
from tests.operations import rows
from tests.world import at_home


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


@pytest.fixture
def catcher(tmp_path: Path) -> Iterator[Catcher]:
    found = Catcher(tmp_path)
    found.start()
    yield found
    found.stop()


def happen(name: str = "Oak & Iron") -> None:
    """A vendor without people, told at its address that its store was disconnected."""
    place = rows.marketplace()
    vendor = rows.vendor(place, name)
    Vendor.objects.filter(pk=vendor.pk).update(email="orders@oak.test")
    disconnect_store(store=rows.store(place, vendor), now=rows.NOW, who="owner")


def send(database: str, catcher: Catcher, data: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.mail.sender", *words],
        env=hub_environment(database, data, DJANGO_SETTINGS_MODULE="crossdock.settings", **catcher.environment()),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def sent(database: str, catcher: Catcher, data: Path) -> str:
    process = send(database, catcher, data)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said


def test_a_mail_arrives_once_in_text_and_html(database: str, catcher: Catcher, tmp_path: Path) -> None:
    happen()
    assert "1 to send" in sent(database, catcher, tmp_path)
    assert "0 to send" in sent(database, catcher, tmp_path)
    (mail,) = catcher.mails()
    assert mail["to"] == "orders@oak.test"
    assert mail["from"] == "Hub <hub@hub.test>"
    assert mail["message-id"].startswith(f"<{Mail.objects.get().key}@")
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "was disconnected" in text.get_content()
    assert "was disconnected" in html.get_content()
    assert "List-Unsubscribe" in mail


def test_a_server_that_is_away_gets_it_when_it_is_back(database: str, catcher: Catcher, tmp_path: Path) -> None:
    happen()
    catcher.stop()
    assert "1 to send" in sent(database, catcher, tmp_path)
    row = Mail.objects.get()
    assert (row.state, row.attempts) == (Mail.State.SENDING, 1)
    assert row.words == "ConnectionRefusedError"
    catcher.start()
    assert "0 to send" in sent(database, catcher, tmp_path)  # it waits a minute
    Mail.objects.update(due_at=rows.NOW)
    sent(database, catcher, tmp_path)
    assert len(catcher.mails()) == 1
    assert Mail.objects.get().state == Mail.State.SENT


def test_a_sender_killed_after_the_server_took_it_sends_the_same_mail_again(
    database: str, catcher: Catcher, tmp_path: Path
) -> None:
    """What docs/decisions/notices.md chose: twice under one Message-ID rather than never."""
    happen()
    process = send(database, catcher, tmp_path, "stall")
    assert process.stdout is not None
    assert process.stdout.readline() == "1 to send\n"
    assert process.stdout.readline() == "taken\n"
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    process.stdout.close()
    assert Mail.objects.get().state == Mail.State.SENDING
    assert "1 to send" in sent(database, catcher, tmp_path)
    assert "0 to send" in sent(database, catcher, tmp_path)
    first, second = catcher.mails()
    assert first["message-id"] == second["message-id"]
    assert first["date"] == second["date"]
    assert first["subject"] == second["subject"]
    assert Mail.objects.get().state == Mail.State.SENT


def test_two_workers_send_once_and_one_goes_on_for_the_other(database: str, catcher: Catcher, tmp_path: Path) -> None:
    environment = hub_environment(database, tmp_path, **catcher.environment())
    command = [sys.executable, "-m", "crossdock", "worker"]
    with (tmp_path / "workers.log").open("wb") as log:
        workers = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for _ in range(2)]
    try:
        happen()
        wait_for(lambda: len(catcher.mails()) == 1, tmp_path)
        workers[0].send_signal(signal.SIGKILL)
        place = rows.marketplace("quay")
        vendor = rows.vendor(place, "Salt")
        Vendor.objects.filter(pk=vendor.pk).update(email="hello@salt.test")
        disconnect_store(store=rows.store(place, vendor), now=rows.NOW, who="owner")
        wait_for(lambda: len(catcher.mails()) == 2, tmp_path)
        assert [mail["to"] for mail in catcher.mails()] == ["orders@oak.test", "hello@salt.test"]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(30)


def wait_for(check: Any, folder: Path) -> None:
    deadline = time.monotonic() + 90
    while not check():
        assert time.monotonic() < deadline, (folder / "workers.log").read_text()[-4000:]
        time.sleep(0.3)
