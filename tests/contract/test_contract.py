"""Every rule of the contract suite for every platform that is installed, on its bench: its sandbox, mostly.

Not here: the rules (crossdock.connector.testing) or what the sandbox does (tests/sandbox).
"""

import pytest

from crossdock.connector.registry import platforms
from crossdock.connector.testing import RULES, NotCovered, Rule
from tests.contract.benches import bench_of


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
@pytest.mark.parametrize("name", platforms())
async def test_contract(name: str, rule: Rule) -> None:
    try:
        await rule.run(bench_of(name))
    except NotCovered as why:
        pytest.skip(str(why))
