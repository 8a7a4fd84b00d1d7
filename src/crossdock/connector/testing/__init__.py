"""The contract suite: what every platform must do, as rules that run against a bench, without any test framework.

`RULES` are all of them by name. Give each a fresh `Bench` with `await RULES[name].run(bench)`: it returns, raises
`NotCovered` with the reason why the rule does not apply, or `Broken` with what the platform did instead. `quality.py`
reads how far a connector is. Not here: any store to run against (a bench brings it: tests/contract/sandbox.py).
"""

from importlib import import_module

from crossdock.connector.testing.bench import Bench, Goods, Made, Seen
from crossdock.connector.testing.rules import Broken, NotCovered, Rule, collect

SUBJECTS = "connection catalogue orders edits parcels merchant stock webhooks listings following trouble writes pace"
RULES: dict[str, Rule] = collect(import_module(f"{__name__}.{subject}") for subject in SUBJECTS.split())

__all__ = ["RULES", "Bench", "Broken", "Goods", "Made", "NotCovered", "Rule", "Seen"]
