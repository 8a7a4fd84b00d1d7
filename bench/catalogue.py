"""A first sync, and a pass over a catalogue in which nothing changed: budget, calls, CPU and memory.

python -m bench.catalogue --variants 100000 --plan plus --sweep-variants 1000000

The budget is the sandbox's: FACTS section 3, in real time ("rehearsal" has none to speak of, for CPU and memory alone).
The least calls of a first sync of P products of 10 variants: P to make them (productSet; nothing writes two products),
as many to put them on the online store where that is allowed (publishablePublish; these stores do not), and one for
every 250 levels (FACTS section 5). Of a pass: one
to begin it, one to ask whether it is done, and one for every 4 MB of its file (FACTS section 11).
"""

import argparse
import json
import subprocess
import sys
from math import ceil
from typing import Any

import msgspec

from bench import catalogue_runs as runs
from bench.catalogue_watch import COUNTED, Found

PLANS = ("basic", "advanced", "plus", "rehearsal")
LEVELS, PIECE = 250, 4 * 1024 * 1024 / 1e6
AIM = 60.0  # CPU seconds for a million variants in which nothing changed (DESIGN section 8)


def measure_first(variants: int, plan: str, *, workers: int = 1, latency: float = 0.0) -> dict[str, Any]:
    """Read, made, stock set; then read again, with listings that could be marked."""
    products = ceil(variants / runs.VARIANTS)
    with runs.market(plan, products, workers=workers, latency=latency) as (stage, joined, read):
        made = runs.first_sync(stage, joined)
        agreed = runs.levels_agree(stage)
        again, wrote = runs.sweep(stage)
    _tell(f"reading {products * runs.VARIANTS:,} variants for the first time (plan {plan})", read, _least_pass(read))
    words = f"listing them: {products:,} products made, {agreed:,} levels set (plan {plan})"
    _tell(words, made, _least_made(products, made))
    _tell("reading them again, nothing changed", again, _least_pass(again))
    _tell_wrote(wrote)
    found = {"read": read, "made": made, "again": again}
    return {"variants": variants, "plan": plan, "wrote": wrote} | _plain(found)


def measure_sweep(variants: int, plan: str, *, workers: int = 1) -> dict[str, Any]:
    """A catalogue of which nothing was chosen, read twice."""
    products = ceil(variants / runs.VARIANTS)
    with runs.market(plan, products, workers=workers) as (stage, _, read):
        again, wrote = runs.sweep(stage)
    _tell(f"reading {products * runs.VARIANTS:,} variants for the first time (plan {plan})", read, _least_pass(read))
    _tell("reading them again, nothing changed", again, _least_pass(again))
    _tell_wrote(wrote)
    ours = sum(again.cpu[name] for name in COUNTED)
    million = 1e6 * ours / (products * runs.VARIANTS)
    print(f"  {ours:.1f} CPU seconds of ours: {million:.0f} for a million variants (aim: {AIM:.0f})")
    return {"variants": variants, "plan": plan, "wrote": wrote} | _plain({"read": read, "again": again})


def _plain(found: dict[str, Found]) -> dict[str, Any]:
    return {name: msgspec.to_builtins(one) for name, one in found.items()}


def _least_made(products: int, made: Found) -> int:
    return products * (2 if "Publish" in made.calls else 1) + ceil(products * runs.VARIANTS / LEVELS)


def _least_pass(found: Found) -> int:
    return 2 + ceil(found.megabytes / PIECE)


def _tell(words: str, found: Found, least: int) -> None:
    calls = sum(found.calls.values())
    print(f"\n{words}")
    print(f"  {found.seconds:.1f} s; {calls:,} calls, {calls / max(1, least):.2f} times the least ({least:,})")
    print(f"  calls: {', '.join(f'{name} {number:,}' for name, number in found.calls.items())}")
    print(
        f"  budget: {found.points:,} points of {found.rate:,.0f} a second; {_share(found)}; {found.throttled} throttled"
    )
    cpu = ", ".join(f"{name} {found.cpu.get(name, 0.0):.1f}" for name in (*COUNTED, "sandbox"))
    print(f"  CPU seconds: {cpu}")
    first, early, late = found.worker_mb
    print(f"  a worker's memory: {first:.0f} MB, then at most {early:.0f} in the first half, {late:.0f} in the second")


def _share(found: Found) -> str:
    """Of what came in; where the budget was ever what work waited for, from then on."""
    if found.share is not None:
        return f"{100 * found.share:.1f} % of it in the {found.waited:.0f} s since work waited for it"
    return f"{100 * found.points / (found.rate * found.seconds or 1):.1f} % of it, work never waited for it"


def _tell_wrote(wrote: runs.Wrote) -> None:
    print(f"  rows written: {'none' if wrote.nothing else ', '.join(f'{n} {c}' for n, c in wrote.items() if c)}")


def main() -> None:
    options = _options()
    if options.variants and options.sweep_variants:  # an installation of its own each: a process has one
        for name in ("--sweep-variants", "--variants"):
            subprocess.run([sys.executable, "-m", "bench.catalogue", *sys.argv[1:], name, "0"], check=True)
    elif options.variants:
        found = measure_first(options.variants, options.plan, workers=options.workers, latency=options.latency)
        _show(found, options.json)
    elif options.sweep_variants:
        _show(measure_sweep(options.sweep_variants, "rehearsal", workers=options.workers), options.json)


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Catalogues: a first sync, and a pass in which nothing changed.")
    parser.add_argument("--variants", type=int, default=2_000, help="to be listed; 0 = none")
    parser.add_argument("--sweep-variants", type=int, default=20_000, help="only read, twice; 0 = none")
    parser.add_argument("--plan", choices=PLANS, default="plus", help="of the stores of the first sync")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that stores take more for every answer")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="all figures as JSON behind the text")
    return parser.parse_args()


if __name__ == "__main__":
    main()
