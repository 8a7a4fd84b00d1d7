"""A mail server that is not ours: takes mail by SMTP and gives it out by IMAP, in a process of its own (mail-devel)."""

import imaplib
import os
import signal
import socket
import subprocess
import sys
import time
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

USER, PASSWORD = "catcher", "pw-of-the-catcher"


class Catcher:
    """One server on ports of its own; what it took is lost when it stops."""

    def __init__(self, folder: Path) -> None:
        self.smtp, self.imap = free_port(), free_port()
        self._log = folder / "catcher.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = f"--host 127.0.0.1 --user {USER} --password {PASSWORD} --no-http"
        ports = f"--smtp-port {self.smtp} --imap-port {self.imap}"
        command = [str(Path(sys.executable).with_name("mail_devel")), *words.split(), *ports.split()]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not (answers(self.smtp) and answers(self.imap)):
            assert time.monotonic() < deadline, self._log.read_text()
            assert self._process.poll() is None, self._log.read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def mails(self) -> list[EmailMessage]:
        """Everything it took, oldest first."""
        with imaplib.IMAP4("127.0.0.1", self.imap, timeout=20) as box:
            box.login(USER, PASSWORD)
            box.select("INBOX", readonly=True)
            numbers = box.search(None, "ALL")[1][0].split()
            raw = [box.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in numbers]
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(part[1]) for part in raw if isinstance(part, tuple)]

    def environment(self) -> dict[str, str]:
        """What makes the hub send by it."""
        return {
            "CROSSDOCK_SMTP_HOST": "127.0.0.1",
            "CROSSDOCK_SMTP_PORT": str(self.smtp),
            "CROSSDOCK_SMTP_TLS": "none",
            "CROSSDOCK_SMTP_USER": USER,
            "CROSSDOCK_SMTP_PASSWORD": PASSWORD,
            "CROSSDOCK_MAIL_FROM": "Hub <hub@hub.test>",
            "CROSSDOCK_MAIL_GATHER": "0",
        }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def hub_environment(database: str, data: Path, **more: str) -> dict[str, str]:
    """Of a process of the hub, on this test's database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CROSSDOCK_", "DATABASE_"))}
    keys = {name: os.environ[name] for name in ("CROSSDOCK_KEYS",) if name in os.environ}
    return {**kept, **keys, "PYTHONPATH": "src:.", "DATABASE_URL": database, "CROSSDOCK_DATA": str(data), **more}
