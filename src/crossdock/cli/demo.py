"""The command that shows it all on made-up stores: demo. Not here: the stores, their trade and the page's stage, which
are crossdock.rehearsal's.
"""

import asyncio
import os
import signal
import sys
from functools import partial
from types import FrameType
from typing import Annotated

import typer

from crossdock import environment
from crossdock.cli.children import (
    free_port,
    migrate_tables,
    ourselves,
    run_all,
    say_where_mails_go,
    web_process,
    worker_processes,
)
from crossdock.cli.common import open_installation, out
from crossdock.host.processes import Child, Processes, answers

commands = typer.Typer()

PLATFORMS = "Platforms of the vendors' stores, in turn: a,b,c. Default: all."
AGAIN_AT_ONCE = (0.2,)  # a worker that somebody killed on the page needs no back-off
SETTINGS = {
    "CROSSDOCK_ALLOW_PRIVATE": "1",
    "CROSSDOCK_MAIL_GATHER": "10",
    # Some platforms tell nothing by themselves, and who looks at a demo does not wait: everything is looked for sooner.
    "CROSSDOCK_SWEEP": "15",
    "CROSSDOCK_HEARTBEAT": "2",
    "CROSSDOCK_SETTLE": "3",
}


@commands.command()
def demo(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port to listen on. Default: CROSSDOCK_PORT, else 8000.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many worker processes.")] = 1,
    seed: Annotated[int, typer.Option(help="The same seed makes the same marketplace and the same orders.")] = 1,
    platforms: Annotated[str, typer.Option(help=PLATFORMS)] = "",
) -> None:
    """Show it all on made-up stores: one merchant, five vendors, steady orders; pages to look at.

    Everything is its own: its database (in CROSSDOCK_DATA/demo) is made anew at each start, because sandbox stores
    live in memory. Its page Rehearsal shows the stores live, and lets you act in them. Stop it with Ctrl-C.
    """
    address, stores, stage = free_port(port or environment.port()), free_port(9100), free_port(9101)
    sandbox_url = f"http://127.0.0.1:{stores}"
    for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "CROSSDOCK_"))]:
        if not name.startswith(("CROSSDOCK_DATA", "CROSSDOCK_LOG")):
            del os.environ[name]  # a demo never touches an installation's own database or keys
    os.environ |= SETTINGS | {
        "CROSSDOCK_DATA": str(environment.data_folder() / "demo"),
        "CROSSDOCK_URL": f"http://127.0.0.1:{address}",
        "CROSSDOCK_REHEARSAL": f"http://127.0.0.1:{stage}",
        "CROSSDOCK_SANDBOX": sandbox_url,
    }
    os.environ.pop("CROSSDOCK_DATA_FILE", None)
    shoppers = ("demo-shoppers", sandbox_url, "--seed", str(seed), "--platforms", platforms, "--port", str(stage))
    database = open_installation(fresh=True)
    migrate_tables()
    say_where_mails_go()
    run_all(
        [
            Child(
                "stores",
                [sys.executable, "-m", "crossdock_sandbox", "--port", str(stores), "--seed", str(seed)],
                ready=answers(f"{sandbox_url}/control/health"),
            ),
            web_process("127.0.0.1", address, database, "--no-first-run"),
            *worker_processes(workers, database, back_off=AGAIN_AT_ONCE),
            Child("shoppers", ourselves(*shoppers), {"DATABASE_URL": database}),
        ],
        begun=_kill_when_asked,
    )


@commands.command(hidden=True)
def demo_shoppers(sandbox_url: str, seed: int = 1, platforms: str = "", port: int = 9101) -> None:
    """Set up the demo's marketplace, then shop in it until stopped."""
    open_installation()
    from crossdock.rehearsal import demo as play
    from crossdock.rehearsal import mixing, stage_server

    names = tuple(filter(None, platforms.split(","))) or mixing.vendors()
    prepared = play.prepare(sandbox_url=sandbox_url, seed=seed, platforms=names)
    out.print()
    for line in play.hints(prepared, os.environ["CROSSDOCK_URL"]):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    kill = partial(os.kill, os.getppid(), signal.SIGUSR1)
    asyncio.run(stage_server.perform(prepared, sandbox_url=sandbox_url, seed=seed, port=port, kill=kill))


def _kill_when_asked(processes: Processes) -> None:
    """The stage, a child of this process, asks by SIGUSR1: the workers in turn."""
    killed = 0

    def kill(number: int, frame: FrameType | None) -> None:
        nonlocal killed
        workers = [name for name in processes.pids() if name.startswith("worker")]
        if workers:
            processes.kill(workers[killed % len(workers)])
            killed += 1

    signal.signal(signal.SIGUSR1, kill)
