"""What may be switched on at a store of a rehearsal, as rules and operations of the sandbox.

Not here: which are on (stage.py). Rates below one draw from a stream that the seed makes, call by call.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]
FOR_EVER = 10 * 365 * 86_400.0  # seconds
SLOW_SECONDS, PAUSE_SECONDS = 3.0, 2.0
HALF = 0.5

# Condition -> the faults that make it, wherever a platform has them; the first that hits decides a call.
FAULTS: dict[str, tuple[Json, ...]] = {
    "cut": tuple({"where": where, "kind": "drop_after", "rate": HALF} for where in ("call", "graphql")),
    "throttle": (
        {"where": "graphql", "kind": "throttle", "rate": HALF},
        {"where": "call", "kind": "throttle", "rate": HALF, "seconds": PAUSE_SECONDS},
        {"where": "call", "kind": "rate_limit", "rate": HALF, "seconds": PAUSE_SECONDS},
    ),
    "slow": tuple(
        {"where": where, "kind": "slow", "rate": 1, "seconds": SLOW_SECONDS} for where in ("call", "graphql")
    ),
    "lose": ({"where": "webhook", "kind": "lose", "rate": 1},),
    "double": ({"where": "webhook", "kind": "duplicate", "rate": 1},),
}


def ops(on: Mapping[str, frozenset[str]], *, seed: int, stores: tuple[str, ...]) -> list[Json]:
    """Operations that make exactly these conditions hold: `on` by store."""
    made = [{"op": "faults", "seed": seed, "rules": list(_rules(on))}]
    return made + [
        {"op": "outage", "store": store, "seconds": FOR_EVER if "plug" in on.get(store, ()) else 0.0}
        for store in stores
    ]


def _rules(on: Mapping[str, frozenset[str]]) -> Iterator[Json]:
    for what, faults in FAULTS.items():
        for store in sorted(on):
            if what in on[store]:
                yield from ({**fault, "store": store} for fault in faults)
