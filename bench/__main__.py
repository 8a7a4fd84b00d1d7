"""All benchmarks in short form, one after another: python -m bench [--long]. Each also runs alone, with options."""

import subprocess
import sys

SHORT = (
    ("bench.core_rules",),
    ("bench.whole_order", "--orders", "200", "--rounds", "2"),
    ("bench.latency", "--seconds", "10"),
    ("bench.lanes", "--rounds", "1"),
    ("bench.matching", "--seeds", "2"),
    ("bench.catalogue", "--variants", "2000", "--sweep-variants", "20000"),
    ("bench.calls", "--number", "5"),
)
LONG = (
    ("bench.core_rules",),
    ("bench.whole_order", "--orders", "1000", "--rounds", "3"),
    ("bench.whole_order", "--orders", "1000", "--rounds", "3", "--workers", "2"),
    ("bench.latency", "--seconds", "60"),
    ("bench.lanes", "--rounds", "5"),
    ("bench.matching", "--seeds", "30", "--variants", "100000"),
    ("bench.catalogue", "--variants", "100000", "--sweep-variants", "1000000"),
    ("bench.calls", "--number", "50"),
)


def main() -> int:
    for words in LONG if "--long" in sys.argv else SHORT:
        print(f"\n$ python -m {' '.join(words)}", flush=True)
        done = subprocess.run([sys.executable, "-m", *words], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
