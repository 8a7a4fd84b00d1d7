"""Every code by which something is refused stands in the guide, with what it means and the cure.

Not here: the sentences that people see (tests/web/test_phrases.py).
"""

import importlib
import pkgutil
import re
from pathlib import Path

from crossdock import operations
from crossdock.operations.record import Refused

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "guide" / "error-codes.md"


def kinds(kind: type[Refused]) -> set[type[Refused]]:
    return {found for each in kind.__subclasses__() for found in {each, *kinds(each)}}


def test_every_code_of_a_refusal_is_in_the_guide() -> None:
    for module in pkgutil.iter_modules(operations.__path__, f"{operations.__name__}."):
        importlib.import_module(module.name)
    codes = {each.code for each in kinds(Refused) if each.__module__.startswith("crossdock.")} - {Refused.code}
    for file in (ROOT / "src" / "crossdock" / "api").glob("*.py"):
        codes |= set(re.findall(r"(?:Problem|answer)\(\s*\d+,\s*\"(\w+)\"", file.read_text(encoding="utf-8")))
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert codes - {code for code, _ in rows} == set()
    assert len({code for code, _ in rows}) == len(rows)
    assert all(len(words) > 30 for _, words in rows)
