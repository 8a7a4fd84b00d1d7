"""The hub's processes as the command line starts them, and the small things around a start. Not here: any command."""

import socket
import sys
from collections.abc import Callable, Sequence

from rich.text import Text

from crossdock import environment
from crossdock.cli.common import Exit, err, fail, out
from crossdock.host.processes import BACK_OFF, Child, ProcessError, Processes, answers, run_until_signal

STYLES = ("cyan", "green", "magenta", "yellow", "blue")


def free_port(wanted: int) -> int:
    """`wanted`, or one that the system says is free when something else has it. 0: any; two rehearsals that begin at
    once would otherwise both find the same one free, and take it from each other when they start."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refuse_taken(host: str | None, port: int | None) -> None:
    """End with words when something else listens where the web process is to: it would look as if it were ours."""
    address, number = host or environment.host(), port or environment.port()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, number))
        except OSError as error:
            fail(f"Cannot listen on {address} port {number} ({error.strerror}). Use --host or --port.", Exit.WRONG_USE)


def migrate_tables() -> None:
    from django.core.management import call_command

    with err.status("Bringing the tables up to date"):
        call_command("migrate", verbosity=0, interactive=False)


def say_where_mails_go() -> None:
    """Only when nobody would get them."""
    from django.conf import settings

    if not settings.CROSSDOCK_MAIL.host:
        words = f"No mail server is named (CROSSDOCK_SMTP_HOST): mails are written into {settings.EMAIL_FILE_PATH}"
        out.print(words, highlight=False, markup=False, soft_wrap=True)


def web_process(host: str | None, port: int | None, database: str, *words: str) -> Child:
    address, number = host or environment.host(), port or environment.port()
    return Child(
        "web",
        ourselves("web", "--host", address, "--port", str(number), *words),
        {"DATABASE_URL": database},
        ready=answers(f"http://{_reachable(address)}:{number}/"),
        restart=True,
    )


def worker_processes(number: int, database: str, back_off: Sequence[float] = BACK_OFF) -> list[Child]:
    return [
        Child(f"worker {n}", ourselves("worker"), {"DATABASE_URL": database}, restart=True, back_off=back_off)
        for n in range(1, number + 1)
    ]


def ourselves(*words: str) -> list[str]:
    return [sys.executable, "-m", "crossdock", *words]


def _reachable(address: str) -> str:
    """An address that listens everywhere is asked on loopback."""
    if address in ("0.0.0.0", "::", ""):  # noqa: S104  compared, not listened on
        return "127.0.0.1"
    return f"[{address}]" if ":" in address else address


def run_all(children: list[Child], *, begun: Callable[[Processes], None] = lambda processes: None) -> None:
    """Until a signal. `begun` is told of the processes before the first one starts."""
    width = max(len(child.name) for child in children)
    styles = {child.name: STYLES[n % len(STYLES)] for n, child in enumerate(children)}

    def say(name: str, line: str) -> None:
        out.print(Text(f"{name:<{width}} | ", style=styles.get(name, "")) + Text(line), highlight=False, soft_wrap=True)

    processes = Processes(children, say=say)
    begun(processes)
    try:
        run_until_signal(processes)
    except ProcessError as error:
        fail(str(error), Exit.PROBLEMS)
