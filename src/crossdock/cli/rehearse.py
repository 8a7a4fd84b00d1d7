"""Commands that rehearse: replay. Starts the processes and shows progress; what is played is in crossdock.rehearsal.

Exit codes: 0 all stores are as they must be, 1 they are not, 2 wrong folder or use, 3 something does not answer.
"""

import atexit
import os
import shutil
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crossdock.cli.children import free_port, migrate_tables, web_process, worker_processes
from crossdock.cli.common import Exit, err, fail, open_installation, out, print_json
from crossdock.host.processes import Child, ProcessError, Processes, answers

if TYPE_CHECKING:
    from crossdock.rehearsal.catalogues import Goods
    from crossdock.rehearsal.olist import Olist
    from crossdock.rehearsal.replay import Options

commands = typer.Typer()

AGAIN_AT_ONCE = (0.2,)  # a worker that we killed ourselves needs no back-off
LAST_WORDS = 40
CATALOGUE = (
    "The hub lists the vendors' goods itself: a product file or a folder of them (Shopify's or WooCommerce's CSV) to "
    "dress them in, or olist: as they are in FOLDER."
)
PLATFORMS = "Platforms of the vendors' stores, in turn: a,b,c. Default: one."
MERCHANT = "Platform of the merchant's store."
STOCK_RATE = 20.0
RATE = (
    "At most so many happenings a second, evenly. Default: with --stock 20, so that a race lasts longer than a call; "
    "otherwise no limit."
)
REACTION = (
    "Seconds from being told to having acted, after which an oversold unit is the hub's. Default: 2; with faults 10; "
    "with kills 15."
)


@commands.command()
def replay(
    folder: Annotated[Path, typer.Argument(help="Folder of the marketplace's files (orders.csv.gz, ...).")],
    orders: Annotated[int | None, typer.Option(min=1, help="Only the first N whole orders. Default: all.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed plays the same orders and faults.")] = 1,
    workers: Annotated[int, typer.Option(min=1, max=32, help="How many worker processes.")] = 1,
    faults: Annotated[bool, typer.Option("--faults", help="Lost, late and doubled webhooks; failing calls.")] = False,
    kill: Annotated[bool, typer.Option("--kill", help="kill -9 a random worker every few seconds.")] = False,
    speed: Annotated[str, typer.Option(help="auto: as fast as the hub keeps up; or a factor of real time.")] = "auto",
    order_sync: Annotated[bool, typer.Option(help="Enable order sync.")] = True,
    paid_only: Annotated[bool, typer.Option(help="Push only if the order is paid.")] = True,
    unsynced: Annotated[bool, typer.Option(help="Push orders for unsynced products.")] = False,
    override: Annotated[bool, typer.Option(help="Override customer info with merchant details.")] = False,
    catalogue: Annotated[str, typer.Option(help=CATALOGUE)] = "",
    stock: Annotated[
        int | None, typer.Option(min=1, help="Units of each thing on average; both sides sell it.")
    ] = None,
    platforms: Annotated[str, typer.Option(help=PLATFORMS)] = "",
    merchant: Annotated[str, typer.Option(help=MERCHANT)] = "",
    rate: Annotated[float | None, typer.Option(min=0.1, help=RATE)] = None,
    reaction: Annotated[float | None, typer.Option(min=0, help=REACTION)] = None,
    patience: Annotated[float, typer.Option(min=1, help="Seconds without any progress, then it is told so.")] = 300,
    database: Annotated[str, typer.Option(help="An empty PostgreSQL database; default: one of its own.")] = "",
    logs: Annotated[Path | None, typer.Option(help="Write what the processes say to this file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="End with one JSON object on the last line.")] = False,
) -> None:
    """Play a real marketplace's orders through sandbox stores and the hub, then check every store from outside.

    Everything is its own (database, stores, web, workers) and gone afterwards. Exit code 1 if anything deviates.
    """
    factor = _factor(speed)
    from crossdock.rehearsal import mixing
    from crossdock.rehearsal.faults import hub_settings, reaction_time

    names = _platforms(platforms, merchant)
    files = _read(folder)
    goods = _goods(catalogue)
    with _interruptible():
        url = _own_installation(
            database,
            hub_settings(
                orders=orders,
                faults=faults,
                kill=kill,
                stock=stock is not None,
                polls=mixing.polls((*names, *filter(None, [merchant]))),
            ),
        )
        from crossdock.rehearsal import replay as rehearsing
        from crossdock_sandbox.traffic.plan import Terms

        terms = Terms(
            order_sync=order_sync,
            paid_only=paid_only,
            push_unsynced=unsynced,
            override=override,
            contact=rehearsing.MERCHANTS_OWN,
        )
        options = rehearsing.Options(
            files=files,
            terms=terms,
            orders=orders,
            seed=seed,
            faults=faults,
            kill=kill,
            speed=factor,
            patience=patience,
            goods=goods,
            stock=stock,
            rate=STOCK_RATE if rate is None and stock is not None else rate,
            reaction=reaction_time(faults=faults, kill=kill) if reaction is None else reaction,
            platforms=names,
            merchant=merchant,
        )
        _play(options, _Stage(url, workers, options, logs), json=json)


class _Stage:
    """The processes of one replay. What they say is kept to the last lines, for when one fails, and in `logs`."""

    def __init__(self, url: str, workers: int, options: "Options", logs: Path | None) -> None:
        stores, address = free_port(0), int(os.environ["CROSSDOCK_URL"].rpartition(":")[2])
        self.sandbox_url = f"http://127.0.0.1:{stores}"
        sandbox = [sys.executable, "-m", "crossdock_sandbox", "--port", str(stores), "--seed", str(options.seed)]
        hands = [replace(child, back_off=AGAIN_AT_ONCE) for child in worker_processes(workers, url)]
        self._workers = [child.name for child in hands]
        children = [
            Child("sandbox", sandbox, ready=answers(f"{self.sandbox_url}/control/health")),
            web_process("127.0.0.1", address, url, "--no-first-run"),
            *hands,
        ]
        self._file = logs.open("w", encoding="utf-8") if logs else None
        self.last_words: deque[str] = deque(maxlen=LAST_WORDS)
        self.processes = Processes(children, say=self._hear)

    def workers(self) -> list[str]:
        return self._workers

    def pids(self) -> dict[str, int]:
        return self.processes.pids()

    def kill(self, name: str) -> bool:
        return self.processes.kill(name)

    def restarts(self) -> int:
        return self.processes.restarts

    def _hear(self, name: str, line: str) -> None:
        self.last_words.append(f"{name} | {line}")
        if self._file:
            self._file.write(f"{name} | {line}\n")


class _Bars:
    """Progress bars on standard error, so that standard output stays for the outcome."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.progress = Progress(*columns, console=err)

    def stage(self, words: str, total: int) -> Callable[[int], None]:
        task = self.progress.add_task(words, total=total)
        return lambda steps: self.progress.advance(task, steps)


def _play(options: "Options", stage: _Stage, *, json: bool) -> None:
    from crossdock.rehearsal.replay import replay as rehearse
    from crossdock.rehearsal.report import summary
    from crossdock_sandbox.traffic.control import ControlFailed

    bars = _Bars()
    try:
        with bars.progress, stage.processes:
            report = rehearse(options, stage, bars)
    except (ProcessError, ControlFailed, TimeoutError, OSError) as error:
        for line in stage.last_words:
            err.print(line, markup=False, highlight=False, soft_wrap=True)
        fail(f"The replay could not be carried through: {error}", Exit.NOT_REACHABLE)
    for line in summary(report):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    if json:
        print_json(report.as_json())
    if not report.passed:
        raise typer.Exit(int(Exit.PROBLEMS))


def _read(folder: Path) -> "Olist":
    from crossdock.rehearsal.olist import WrongFolder, read

    try:
        return read(folder)
    except WrongFolder as error:
        fail(str(error), Exit.WRONG_USE)


def _platforms(words: str, merchant: str) -> tuple[str, ...]:
    from crossdock.rehearsal import mixing

    names = tuple(name.strip() for name in words.split(",") if name.strip())
    try:
        mixing.check(names, merchant)
    except mixing.CannotPlay as error:
        fail(str(error), Exit.WRONG_USE)
    return names


def _goods(source: str) -> "tuple[Goods, ...] | None":
    """None: the hub is not to list anything; empty: the files' own products, undressed."""
    from crossdock.rehearsal import catalogues
    from crossdock.rehearsal.olist import WrongFolder

    if source in ("", "olist"):
        return () if source else None
    try:
        return tuple(catalogues.read(Path(source)))
    except WrongFolder as error:
        fail(str(error), Exit.WRONG_USE)


def _own_installation(database: str, settings: dict[str, str]) -> str:
    """An installation for this replay alone, its folder removed at the end; the address of its database."""
    home = Path(tempfile.mkdtemp(prefix="crossdock-replay-"))
    home.chmod(0o711)  # the embedded database's own user passes through
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # registered first: runs after the database has stopped
    for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "CROSSDOCK_"))]:
        if not name.startswith("CROSSDOCK_LOG"):
            del os.environ[name]  # a replay never touches an installation's own database or keys
    os.environ |= {
        "CROSSDOCK_DATA": str(home),
        "CROSSDOCK_URL": f"http://127.0.0.1:{free_port(0)}",
        "CROSSDOCK_ALLOW_PRIVATE": "1",
        **({"DATABASE_URL": database} if database else {}),
        **settings,
    }
    url = open_installation()
    migrate_tables()
    return url


def _factor(speed: str) -> float | None:
    if speed == "auto":
        return None
    try:
        factor = float(speed)
    except ValueError:
        factor = 0.0
    if not 0 < factor < float("inf"):
        fail(f"--speed is auto or a number above zero, not {speed!r}", Exit.WRONG_USE)
    return factor


@contextmanager
def _interruptible() -> Iterator[None]:
    """TERM and a closed terminal end a replay as Ctrl-C does: with everything stopped."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {word: signal.signal(word, interrupt) for word in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for word, handler in before.items():
            signal.signal(word, handler)
