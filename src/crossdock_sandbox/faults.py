"""Faults on demand: rules, each with a random stream of its own, so that the same seed misbehaves the same way.

Not for carrying them out: a fault only says what should go wrong; the server and the deliverer do it.
"""

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from crossdock_sandbox.errors import BadInput

GRAPHQL = frozenset(
    ("throttle", "error_before", "error_after", "timeout_before", "timeout_after", "drop_before", "drop_after", "slow",
     "internal_error_after")
)  # fmt: skip
WEBHOOK = frozenset(("lose", "duplicate", "reorder", "late"))
FILE = frozenset(("drop", "error_before", "slow", "timeout_before", "fail"))  # of bulk operations; fail: it ends FAILED
KINDS = {"graphql": GRAPHQL, "oauth": GRAPHQL - {"throttle", "internal_error_after"}, "webhook": WEBHOOK, "file": FILE}
_SECONDS = {"timeout_before": 60.0, "timeout_after": 60.0, "slow": 2.0, "late": 30.0, "reorder": 2.0, "duplicate": 0.5}


@dataclass(slots=True)
class Rule:
    """One way to go wrong, for the stores and operations that match."""

    where: str
    kind: str
    rate: float
    store: str
    match: str
    seconds: float
    stream: random.Random

    def hits(self, store: str, names: tuple[str, ...]) -> bool:
        """Draws from the stream only for what matches, so that rules do not disturb one another."""
        if self.store != "*" and not fnmatchcase(store, self.store):
            return False
        if self.match != "*" and not any(fnmatchcase(name, self.match) for name in names):
            return False
        return self.stream.random() < self.rate


class Faults:
    """The rules in force. The first that hits decides a call; webhooks may meet several."""

    def __init__(self) -> None:
        self.rules: dict[str, list[Rule]] = {where: [] for where in KINDS}

    def set(self, seed: int, rules: list[dict[str, Any]]) -> None:
        """Replace all rules."""
        fresh: dict[str, list[Rule]] = {where: [] for where in KINDS}
        for index, given in enumerate(rules):
            rule = _rule(seed, index, given)
            fresh[rule.where].append(rule)
        self.rules = fresh

    def call(self, where: str, store: str, names: tuple[str, ...]) -> Rule | None:
        for rule in self.rules[where]:
            if rule.hits(store, names):
                return rule
        return None

    def delivery(self, store: str, topic: str) -> list[Rule]:
        return [rule for rule in self.rules["webhook"] if rule.hits(store, (topic,))]


def _rule(seed: int, index: int, given: dict[str, Any]) -> Rule:
    known = {"store", "where", "match", "kind", "rate", "seconds"}
    if unknown := sorted(set(given) - known):
        raise BadInput(f"rules[{index}]: unknown field {unknown[0]!r}; known: {', '.join(sorted(known))}")
    where, kind = given.get("where"), given.get("kind")
    if where not in KINDS:
        raise BadInput(f"rules[{index}].where must be one of {', '.join(sorted(KINDS))}")
    if kind not in KINDS[where]:
        raise BadInput(f"rules[{index}].kind must be one of {', '.join(sorted(KINDS[where]))} for where={where!r}")
    rate = given.get("rate")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise BadInput(f"rules[{index}].rate must be a number from 0 to 1")
    seconds = given.get("seconds", _SECONDS.get(kind, 0.0))
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise BadInput(f"rules[{index}].seconds must be a number of seconds, 0 or more")
    stream = random.Random(f"{seed}:{index}:{where}:{kind}")
    return Rule(where, kind, float(rate), given.get("store") or "*", given.get("match") or "*", float(seconds), stream)
