"""What goes wrong in a rehearsal with faults: everything that a platform and a network do to a hub, at once; and the
hub's settings that make up for it in a rehearsal's compressed time.

Not here: carrying it out (the sandbox).
"""

from typing import Any

LATE_SECONDS = 5.0
PAUSE_SECONDS = 2.0  # that a store asks for: a minute of its own would be hours of a rehearsal's time
TIMEOUT_SECONDS = 60.0  # longer than any client waits

RULES: tuple[dict[str, Any], ...] = (
    {"where": "call", "kind": "error_before", "rate": 0.01},
    {"where": "call", "kind": "error_after", "rate": 0.01},
    {"where": "call", "kind": "timeout_before", "rate": 0.001, "seconds": TIMEOUT_SECONDS},
    {"where": "call", "kind": "timeout_after", "rate": 0.002, "seconds": TIMEOUT_SECONDS},
    {"where": "call", "kind": "drop_before", "rate": 0.005},
    {"where": "call", "kind": "drop_after", "rate": 0.01},
    {"where": "call", "kind": "slow", "rate": 0.01, "seconds": 0.5},
    {"where": "call", "kind": "throttle", "rate": 0.01, "seconds": PAUSE_SECONDS},
    {"where": "call", "kind": "rate_limit", "rate": 0.01, "seconds": PAUSE_SECONDS},
    {"where": "call", "kind": "in_flight", "rate": 0.01, "seconds": 1.0},
    {"where": "call", "kind": "maintenance", "rate": 0.005},
    {"where": "call", "kind": "database", "rate": 0.005},
    {"where": "call", "kind": "blocked", "rate": 0.005},
    {"where": "call", "kind": "fatal_after", "rate": 0.01},
    {"where": "call", "kind": "notice", "rate": 0.02},
    {"where": "graphql", "kind": "throttle", "rate": 0.02},
    {"where": "graphql", "kind": "error_before", "rate": 0.01},
    {"where": "graphql", "kind": "error_after", "rate": 0.01},
    {"where": "graphql", "kind": "internal_error_after", "rate": 0.005},
    {"where": "graphql", "kind": "timeout_before", "rate": 0.001, "seconds": TIMEOUT_SECONDS},
    {"where": "graphql", "kind": "timeout_after", "rate": 0.002, "seconds": TIMEOUT_SECONDS},
    {"where": "graphql", "kind": "drop_before", "rate": 0.005},
    {"where": "graphql", "kind": "drop_after", "rate": 0.01},
    {"where": "graphql", "kind": "slow", "rate": 0.01, "seconds": 0.5},
    {"where": "webhook", "kind": "lose", "rate": 0.2},
    {"where": "webhook", "kind": "duplicate", "rate": 0.1},
    {"where": "webhook", "kind": "reorder", "rate": 0.1},
    {"where": "webhook", "kind": "late", "rate": 0.05, "seconds": LATE_SECONDS},
)


def switch_on(seed: int) -> dict[str, Any]:
    """The control operation that makes all of it happen from now on."""
    return {"op": "faults", "seed": seed, "rules": list(RULES)}


def switch_off(seed: int) -> dict[str, Any]:
    return {"op": "faults", "seed": seed, "rules": []}


def hub_settings(
    *, orders: int | None, faults: bool, kill: bool, stock: bool = False, polls: bool = False
) -> dict[str, str]:
    """Settings of the installation. Weeks pass in minutes, so the hub looks for lost events more often than it would;
    a write that the sandbox answered with an error is there at once or never. Few stores can be swept oftener. With
    stock, too: units that a store misses and no order explains are offered again after a sweep. `polls`: some stores
    tell nothing of themselves, so that only sweeps find it."""
    settings = {"CROSSDOCK_HEARTBEAT": "2"} if kill else {}
    if faults or stock or polls:
        settings |= {"CROSSDOCK_SWEEP": _every(orders, polls=polls), "CROSSDOCK_BRAKE_SECONDS": "60"}
    if faults:
        settings |= {"CROSSDOCK_SETTLE": "3"}
    return settings


def _every(orders: int | None, *, polls: bool) -> str:
    """Seconds between sweeps of a store: so that all of them together leave the hub some rest. Stores that are listed
    instead of telling cost it more."""
    if orders is None or orders > 500:
        return "60"
    return "20" if polls and orders > 100 else "8"


def reaction_time(*, faults: bool, kill: bool) -> float:
    """Seconds that a hub may take from being told to having acted: it repeats a call that failed after a pause, and a
    killed worker's lane is taken over when it has been silent for some heartbeats."""
    return 15.0 if kill else 10.0 if faults else 2.0
