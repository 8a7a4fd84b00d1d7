"""Commands that run the hub: up, web, worker, migrate, sandbox, demo. Not here: what web and worker do."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from crossdock import environment
from crossdock.cli.children import (
    free_port,
    migrate_tables,
    ourselves,
    refuse_taken,
    run_all,
    say_where_mails_go,
    web_process,
    worker_processes,
)
from crossdock.cli.common import open_installation, out
from crossdock.cli.people import say_first_run
from crossdock.host.processes import Child, answers

commands = typer.Typer()

Host = Annotated[str | None, typer.Option(help="Address to listen on. Default: CROSSDOCK_HOST, else 127.0.0.1.")]
Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port to listen on. Default: CROSSDOCK_PORT, else 8000.")
]
PLATFORMS = "Platforms of the vendors' stores, in turn: a,b,c. Default: all."
Workers = Annotated[int, typer.Option(min=1, max=64, help="How many worker processes.")]


@commands.command()
def up(host: Host = None, port: Port = None, workers: Workers = 1) -> None:
    """Run everything here: the database (unless DATABASE_URL names one), the pages and the workers.

    Stop it with Ctrl-C. Data is kept in CROSSDOCK_DATA.
    """
    refuse_taken(host, port)
    database = open_installation(join=False)
    migrate_tables()
    say_where_mails_go()
    run_all([web_process(host, port, database), *worker_processes(workers, database)])


@commands.command()
def web(
    host: Host = None,
    port: Port = None,
    first_run: Annotated[bool, typer.Option(hidden=True, help="Say how the first person gets in.")] = True,
) -> None:
    """Run one web process: pages and webhooks."""
    open_installation(log=True)
    if first_run:
        say_first_run()
    import uvicorn

    uvicorn.run(
        "crossdock.asgi:application",
        host=host or environment.host(),
        port=port or environment.port(),
        log_config=None,
        access_log=environment.log_level() == "debug",
        proxy_headers=True,
        lifespan="auto",
        timeout_graceful_shutdown=5,
    )


@commands.command()
def worker() -> None:
    """Run one worker. Any number may run, on any machine that reaches the database."""
    open_installation(log=True)
    from crossdock.sync.engine import new_loop, run_worker
    from crossdock.web.mails import compose

    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(run_worker(compose))


@commands.command()
def migrate() -> None:
    """Bring the database's tables up to date. Safe to run at any time, and again."""
    open_installation()
    migrate_tables()


@commands.command()
def sandbox(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 9100,
    seed: Annotated[int, typer.Option(help="The same seed makes the same ids and the same faults.")] = 1,
) -> None:
    """Run sandbox stores of every platform: they live in memory, with faults on demand."""
    command = [sys.executable, "-m", "crossdock_sandbox", "--port", str(port), "--seed", str(seed)]
    os.execv(sys.executable, command)  # noqa: S606  a shell has no part in it


@commands.command()
def demo(
    port: Port = None,
    workers: Workers = 1,
    seed: Annotated[int, typer.Option(help="The same seed makes the same marketplace and the same orders.")] = 1,
    platforms: Annotated[str, typer.Option(help=PLATFORMS)] = "",
) -> None:
    """Show it all on made-up stores: one merchant, five vendors, steady orders; pages to look at.

    Everything is its own: its database (in CROSSDOCK_DATA/demo) is made anew at each start, because sandbox stores
    live in memory. Stop it with Ctrl-C.
    """
    address, stores = free_port(port or environment.port()), free_port(9100)
    sandbox_url = f"http://127.0.0.1:{stores}"
    for name in [name for name in os.environ if name.startswith(("DATABASE_URL", "CROSSDOCK_"))]:
        if not name.startswith(("CROSSDOCK_DATA", "CROSSDOCK_LOG")):
            del os.environ[name]  # a demo never touches an installation's own database or keys
    os.environ |= {
        "CROSSDOCK_DATA": str(environment.data_folder() / "demo"),
        "CROSSDOCK_URL": f"http://127.0.0.1:{address}",
        "CROSSDOCK_ALLOW_PRIVATE": "1",
        "CROSSDOCK_MAIL_GATHER": "10",
        "CROSSDOCK_SWEEP": "15",  # some platforms tell nothing by themselves, and who looks at a demo does not wait
    }
    os.environ.pop("CROSSDOCK_DATA_FILE", None)
    shoppers = ("demo-shoppers", sandbox_url, "--seed", str(seed), "--platforms", platforms)
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
            *worker_processes(workers, database),
            Child("shoppers", ourselves(*shoppers), {"DATABASE_URL": database}),
        ]
    )


@commands.command(hidden=True)
def demo_shoppers(sandbox_url: str, seed: int = 1, platforms: str = "") -> None:
    """Set up the demo's marketplace, then shop in it until stopped."""
    open_installation()
    from crossdock.rehearsal import demo as play
    from crossdock.rehearsal import mixing

    names = tuple(filter(None, platforms.split(","))) or mixing.vendors()
    prepared = play.prepare(sandbox_url=sandbox_url, seed=seed, platforms=names)
    address = os.environ["CROSSDOCK_URL"]
    out.print(f"\nOpen {address}/ and log in as {prepared.user}, password {prepared.password}\n", highlight=False)
    for line in play.hints(prepared, address):
        out.print(line, markup=False, highlight=False)
    asyncio.run(play.traffic(prepared, sandbox_url=sandbox_url, seed=seed))
