"""How long a vendor order takes, from the moment the marketplace's store sends its webhook: at a steady pace.

Both moments are the stores' own: when the order's first webhook left, when the vendor's store was asked and when it had
answered. Run: python -m bench.latency --pace 5 --seconds 30
"""

import argparse
import json
import re
import statistics
import time
from typing import Any

from bench import market
from bench.stage import Stage, opened

REFERENCE = re.compile(rb"cd-\d+-(\d+)-\d+-\d+")


def played(stage: Stage, built: Any, pace: float, seconds: float, lines: int) -> Any:
    """Orders one by one, each at its time; the tape of what came of them."""
    ops = market.orders(built, int(pace * seconds), lines)
    stage.tape()
    start = time.monotonic()
    for number, op in enumerate(ops):
        time.sleep(max(0.0, start + number / pace - time.monotonic()))
        stage.control([op])
    stage.wait_quiet()
    return stage.tape()


def waits(tape: Any) -> tuple[list[float], list[float]]:
    """Milliseconds to the call and to its answer, for every vendor order."""
    left: dict[str, float] = {}
    for delivery in tape.deliveries:
        found = re.match(rb'\{"id":\s*(\d+)', delivery.body)
        topic = delivery.headers.get("X-Shopify-Topic", "")
        if found and topic.startswith("orders/") and f"{market.MERCHANT}." in delivery.headers["X-Shopify-Shop-Domain"]:
            left.setdefault(found[1].decode(), delivery.at)
    asked, there = [], []
    for call in tape.calls:
        if b"orderCreate" in call.body and (found := REFERENCE.search(call.body)):
            asked.append(1000 * (call.at - left[found[1].decode()]))
            there.append(1000 * (call.until - left[found[1].decode()]))
    return asked, there


def quantiles(values: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(values, n=100, method="inclusive")
    return {"p50": round(cuts[49], 1), "p99": round(cuts[98], 1), "most": round(max(values), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description="From webhook to vendor order, at a steady pace.")
    parser.add_argument("--pace", type=float, default=5.0, help="orders a second")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--vendors", type=int, default=20)
    parser.add_argument("--lines", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    with opened(workers=options.workers) as stage:
        built, _ = market.open_market(stage, options.vendors)
        played(stage, built, options.pace, 2.0, options.lines)  # statements prepared, connections open
        asked, there = waits(played(stage, built, options.pace, options.seconds, options.lines))
    wanted = int(options.pace * options.seconds) * options.lines
    assert len(there) == wanted, f"{len(there)} vendor orders, not {wanted}"
    print(f"{wanted} vendor orders at {options.pace:g} orders/s, ms from the webhook's leaving")
    for words, values in (("until the vendor's store is asked", asked), ("until it has answered", there)):
        found = quantiles(values)
        print(f"{words:<36} p50 {found['p50']:7.1f}   p99 {found['p99']:7.1f}   most {found['most']:7.1f}")
    print(
        json.dumps(
            {"pace": options.pace, "vendor_orders": wanted, "asked": quantiles(asked), "there": quantiles(there)}
        )
    )


if __name__ == "__main__":
    main()
