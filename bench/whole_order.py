"""CPU of an order's whole life, against the floor: the same webhooks kept and the same calls made with nothing around.

One order: its webhooks, a vendor order for each line's vendor, the parcels' webhooks, tracking written back. Stages run
one after another, so that CPU can be told by stage and process; the sandbox's is not counted. Run:
python -m bench.whole_order --orders 500 --vendors 20 --workers 1 --rounds 3
"""

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench import floor, market
from bench.stage import Stage, opened

COUNTED = ("web", "worker", "postgres")
Used = dict[str, float]


class Round:
    """One round's CPU seconds and seconds, by stage."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.cpu: dict[str, Used] = {}
        self.seconds: dict[str, float] = {}

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        before, start = self.stage.cpu(), time.monotonic()
        yield
        after = self.stage.cpu()
        self.seconds[name] = time.monotonic() - start
        self.cpu[name] = {process: after.get(process, 0.0) - before.get(process, 0.0) for process in COUNTED}

    def of(self, process: str) -> float:
        return sum(used[process] for used in self.cpu.values())

    @property
    def total(self) -> float:
        return sum(self.of(process) for process in COUNTED)


def ours(stage: Stage, built: Any, number: int, lines: int, seed: int) -> Round:
    """One round of orders through the hub, stage by stage."""
    newest = stage.sql("SELECT COALESCE(max(id), 0) FROM vendor_order")[0][0]
    places = market.orders(built, number, lines, seed)
    played = Round(stage)
    stage.pause()
    with played.measured("intake of orders"):
        stage.control(places)
        stage.wait_delivered()
    _close_stores(stage, closed=True)
    with played.measured("route"):
        stage.go_on()
        stage.wait(lambda: _dirty(stage, "order") == 0, "orders are not routed")
    _close_stores(stage, closed=False)
    with played.measured("push"):
        stage.wait_quiet()
    shipments = market.shipments(stage, newest)
    assert len(shipments) == number * lines, f"{len(shipments)} vendor orders, not {number * lines}"
    stage.pause()
    with played.measured("intake of parcels"):
        stage.control(shipments)
        stage.wait_delivered()
    with played.measured("parcels"):
        stage.go_on()
        stage.wait_quiet()
    _check(stage, newest, number * lines)
    return played


def _close_stores(stage: Stage, *, closed: bool) -> None:
    """Vendors' stores are not spoken to while `closed`: then a drain only routes."""
    until = "now() + interval '1 hour'" if closed else "NULL"
    stage.sql(f"UPDATE store SET paused_until = {until} WHERE vendor_id IS NOT NULL")  # noqa: S608  two words of ours


def _dirty(stage: Stage, kind: str) -> int:
    return int(stage.sql("SELECT count(*) FROM dirty_key WHERE kind = %s", kind)[0][0])


def _check(stage: Stage, newest: int, wanted: int) -> None:
    """Every vendor order is there, shipped, and its parcel is on the customer's order."""
    rows = stage.sql(
        "SELECT v.state, p.state, count(*) FROM vendor_order v LEFT JOIN parcel p ON p.vendor_order_id = v.id "
        "WHERE v.id > %s GROUP BY 1, 2",
        newest,
    )
    assert rows == [("closed", "linked", wanted)], f"wanted {wanted} closed and linked, found {rows}"


def idle(stage: Stage, seconds: float = 5.0) -> Used:
    """CPU milliseconds a second when there is nothing to do."""
    before = stage.cpu()
    time.sleep(seconds)
    after = stage.cpu()
    return {process: 1000 * (after[process] - before[process]) / seconds for process in COUNTED}


@contextmanager
def spied(stage: Stage, spy: str, number: int) -> Iterator[None]:
    """Let a sampling profiler write what web and worker do: <process>-<round>.txt, one line a stack."""
    running = [
        subprocess.Popen(
            [
                *(
                    spy,
                    "record",
                    "-p",
                    str(pid),
                    "-f",
                    "raw",
                    "-r",
                    "200",
                    "--nonblocking",
                    "-o",
                    f"{name.replace(' ', '')}-{number}.txt",
                )
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name, pid in stage.pids().items()
        if spy and name != "sandbox"
    ]
    try:
        yield
    finally:
        for process in running:
            process.send_signal(2)
            process.wait(30)


def main() -> None:
    options = _options()
    rounds: list[Round] = []
    floors: list[floor.Floor] = []
    with opened(workers=options.workers) as stage:
        built, _ = market.open_market(stage, options.vendors)
        resting = idle(stage)
        if options.warm:
            ours(stage, built, options.warm, options.lines, 0)
        for number in range(1, options.rounds + 1):
            stage.tape()
            with spied(stage, options.spy, number):
                rounds.append(ours(stage, built, options.orders, options.lines, number))
            tape = stage.tape()
            if not options.no_floor:
                stage.pause()
                floors.append(floor.measure(stage, tape))
                stage.go_on()
            print(f"round {number}: {_round_words(rounds, floors, options.orders)}", flush=True)
    _tell(options, rounds, floors, resting)


def _round_words(rounds: list[Round], floors: list[floor.Floor], orders: int) -> str:
    words = f"ours {1000 * rounds[-1].total / orders:.2f} ms an order"
    if floors:
        words += f", floor {1000 * floors[-1].total / orders:.2f} ms, ratio {rounds[-1].total / floors[-1].total:.1f}"
    return words


def _tell(options: argparse.Namespace, rounds: list[Round], floors: list[floor.Floor], resting: Used) -> None:
    def each(value: Callable[[Round], float]) -> float:
        return round(1000 * statistics.median(value(one) for one in rounds) / options.orders, 3)

    stages = list(rounds[0].cpu)
    print(f"\nCPU, ms an order (median of {len(rounds)}; {options.orders} orders of {options.lines} lines, "
          f"{options.vendors} vendors, {options.workers} workers)")  # fmt: skip
    print(f"{'':<20}{''.join(f'{process:>10}' for process in COUNTED)}{'all':>10}{'orders/s':>10}")
    for name in stages:
        row = [each(lambda one, p=p, n=name: one.cpu[n][p]) for p in COUNTED]
        pace = options.orders / statistics.median(one.seconds[name] for one in rounds)
        print(f"{name:<20}{''.join(f'{ms:10.3f}' for ms in row)}{sum(row):10.3f}{pace:10.0f}")
    row = [each(lambda one, p=p: one.of(p)) for p in COUNTED]
    seconds = statistics.median(sum(one.seconds.values()) for one in rounds)
    total = each(lambda one: one.total)
    print(f"{'whole life':<20}{''.join(f'{ms:10.3f}' for ms in row)}{total:10.3f}{options.orders / seconds:10.0f}")
    found: dict[str, Any] = {"orders": options.orders, "lines": options.lines, "vendors": options.vendors}
    found |= {"workers": options.workers, "rounds": options.rounds, "ms": dict(zip(COUNTED, row, strict=True))}
    found |= {"ms_all": total, "stages": {n: each(lambda one, n=n: sum(one.cpu[n].values())) for n in stages}}
    found |= {"idle_ms_per_s": {name: round(ms, 1) for name, ms in resting.items()}}
    if floors:
        found |= _tell_floor(options, rounds, floors)
    print(f"idle: {', '.join(f'{name} {ms:.1f}' for name, ms in resting.items())} ms of CPU a second")
    print(json.dumps(found))


def _tell_floor(options: argparse.Namespace, rounds: list[Round], floors: list[floor.Floor]) -> dict[str, Any]:
    ms = {
        name: round(1000 * statistics.median(getattr(one, name) for one in floors) / options.orders, 3)
        for name in ("web", "calls", "postgres", "total")
    }
    ratios = sorted(mine.total / bare.total for mine, bare in zip(rounds, floors, strict=True))
    ratio = round(statistics.median(ratios), 2)
    print(f"{'floor':<20}{ms['web']:10.3f}{ms['calls']:10.3f}{ms['postgres']:10.3f}{ms['total']:10.3f}")
    print(f"webhooks an order {floors[0].webhooks / options.orders:.1f}, calls {floors[0].made / options.orders:.1f}; "
          f"ours is {ratio} times the floor ({ratios[0]:.1f} to {ratios[-1]:.1f})")  # fmt: skip
    return {"floor_ms": ms, "ratio": ratio, "ratios": [round(one, 2) for one in ratios]}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="CPU of an order's whole life, against the floor.")
    parser.add_argument("--orders", type=int, default=500, help="in each round")
    parser.add_argument("--lines", type=int, default=2, help="of an order, each of another vendor")
    parser.add_argument("--vendors", type=int, default=20)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm", type=int, default=100, help="orders before the first round")
    parser.add_argument("--no-floor", action="store_true")
    parser.add_argument("--spy", default="", help="py-spy, to write stacks of web and workers")
    return parser.parse_args()


if __name__ == "__main__":
    main()
