"""Commands that run the hub: up, web, worker, migrate, sandbox. Not here: the demo, or what web and worker do."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from crossdock import environment
from crossdock.cli.children import (
    migrate_tables,
    refuse_taken,
    run_all,
    say_where_mails_go,
    web_process,
    worker_processes,
)
from crossdock.cli.common import open_installation
from crossdock.cli.people import say_first_run

commands = typer.Typer()

Host = Annotated[str | None, typer.Option(help="Address to listen on. Default: CROSSDOCK_HOST, else 127.0.0.1.")]
Port = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Port to listen on. Default: CROSSDOCK_PORT, else 8000.")
]
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
