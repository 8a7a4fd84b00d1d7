"""`python -m crossdock_sandbox --port 9100`: the sandbox as a process of its own. State is in memory only."""

import argparse
import asyncio
import contextlib
import gc
import signal
import sys

from crossdock_sandbox.sender import Sender
from crossdock_sandbox.server import serve
from crossdock_sandbox.world import Sandbox


def main(argv: list[str] | None = None) -> int:
    """Run until told to stop. Exit code 0 after SIGINT or SIGTERM."""
    options = _options(argv)
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    asyncio.run(_run(options))
    return 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="crossdock_sandbox", description="Faithful sandbox stores, in memory.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100, help="0 picks a free one (printed)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--routing-delay", type=float, default=0.2, help="seconds until fulfilment orders appear")
    parser.add_argument("--search-lag", type=float, default=2.0, help="seconds until search finds what was written")
    parser.add_argument(
        "--listing-lag", type=float, default=0.5, help="seconds until lists by updated_at show a change"
    )
    parser.add_argument(
        "--retry-scale", type=float, default=1.0, help="1 = webhook retries spread as the platform's own"
    )
    parser.add_argument("--quiet", action="store_true", help="do not print failed deliveries")
    return parser.parse_args(argv)


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


async def _run(options: argparse.Namespace) -> None:
    sender = Sender()
    world = Sandbox(
        options.seed, deliver=sender, routing_delay=options.routing_delay, search_lag=options.search_lag,
        listing_lag=options.listing_lag, retry_scale=options.retry_scale,
        log=None if options.quiet else _say,
    )  # fmt: skip
    server, runner = await serve(world, options.host, options.port)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    # What a shop holds stays, and little of it is in cycles: looking for garbage as often as Python does would cost a
    # third of every call once there are thousands of orders.
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    sys.stdout.write(f"sandbox listening on {world.base_url}\n")
    sys.stdout.flush()
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({waiting, runner}, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    if runner.done():
        runner.result()
    runner.cancel()
    await sender.close()


if __name__ == "__main__":
    sys.exit(main())
