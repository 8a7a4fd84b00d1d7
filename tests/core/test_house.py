"""The core stands alone: no Django, no clock, no input or output."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import crossdock.core

FOLDER = Path(crossdock.core.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
OUTSIDE = {"os", "io", "socket", "pathlib", "subprocess", "random", "time", "logging", "asyncio", "structlog", "django"}

_BLOCKED = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("django", "psycopg", "procrastinate"):
            raise ImportError(name)
sys.meta_path.insert(0, Blocked())
for module in sys.argv[1:]:
    __import__("crossdock.core." + module)
"""


def test_the_core_needs_no_django() -> None:
    subprocess.run([sys.executable, "-c", _BLOCKED, *MODULES], check=True, cwd=FOLDER.parents[1])


@pytest.mark.parametrize("module", MODULES)
def test_the_core_asks_no_clock_and_touches_nothing(module: str) -> None:
    tree = ast.parse((FOLDER / f"{module}.py").read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not imported & OUTSIDE
    assert not called & {"now", "utcnow", "today", "monotonic", "perf_counter"}
