"""Faults on demand: rules, each with a random stream of its own, so that the same seed misbehaves the same way.

Not for carrying them out: a fault only says what should go wrong; `misfortune.py` and the deliverer do it.
"""

import random
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.platforms import platforms

CALL = frozenset(
    ("error_before", "error_after", "timeout_before", "timeout_after", "drop_before", "drop_after", "slow")
)
WEBHOOK = frozenset(("lose", "duplicate", "reorder", "late"))
KINDS = {"call": CALL, "oauth": CALL, "webhook": WEBHOOK}  # what every platform has
_SECONDS = {"timeout_before": 60.0, "timeout_after": 60.0, "slow": 2.0, "late": 30.0, "reorder": 2.0, "duplicate": 0.5}


@cache
def kinds() -> dict[str, frozenset[str]]:
    """Where a fault may be, and which there: the house's and what the platforms have besides."""
    found = dict(KINDS)
    for platform in platforms().values():
        for where, names in platform.faults.items():
            found[where] = found.get(where, frozenset()) | names
    return found


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
        self.rules: dict[str, list[Rule]] = {where: [] for where in kinds()}

    def set(self, seed: int, rules: list[dict[str, Any]]) -> None:
        """Replace all rules."""
        fresh: dict[str, list[Rule]] = {where: [] for where in kinds()}
        for index, given in enumerate(rules):
            rule = _rule(seed, index, given)
            fresh[rule.where].append(rule)
        self.rules = fresh

    def call(self, where: str, store: str, names: tuple[str, ...], *, platform: str = "") -> Rule | None:
        """`platform`: only what it has is drawn for it, so that one platform's rules do not disturb another's."""
        has = _has(platform, where) if platform else None
        for rule in self.rules[where]:
            if (has is None or rule.kind in has) and rule.hits(store, names):
                return rule
        return None

    def delivery(self, store: str, topic: str) -> list[Rule]:
        return [rule for rule in self.rules["webhook"] if rule.hits(store, (topic,))]


@cache
def _has(platform: str, where: str) -> frozenset[str]:
    return KINDS.get(where, frozenset()) | platforms()[platform].faults.get(where, frozenset())


def _rule(seed: int, index: int, given: dict[str, Any]) -> Rule:
    known = {"store", "where", "match", "kind", "rate", "seconds"}
    if unknown := sorted(set(given) - known):
        raise BadInput(f"rules[{index}]: unknown field {unknown[0]!r}; known: {', '.join(sorted(known))}")
    where, kind = given.get("where"), given.get("kind")
    if where not in kinds():
        raise BadInput(f"rules[{index}].where must be one of {', '.join(sorted(kinds()))}")
    if kind not in kinds()[where]:
        raise BadInput(f"rules[{index}].kind must be one of {', '.join(sorted(kinds()[where]))} for where={where!r}")
    rate = given.get("rate")
    if isinstance(rate, bool) or not isinstance(rate, int | float) or not 0 <= rate <= 1:
        raise BadInput(f"rules[{index}].rate must be a number from 0 to 1")
    seconds = given.get("seconds", _SECONDS.get(kind, 0.0))
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
        raise BadInput(f"rules[{index}].seconds must be a number of seconds, 0 or more")
    stream = random.Random(f"{seed}:{index}:{where}:{kind}")
    return Rule(where, kind, float(rate), given.get("store") or "*", given.get("match") or "*", float(seconds), stream)
