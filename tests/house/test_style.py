"""What linters cannot say: a file opens by saying what it is for, stays readable, and names no machine."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 500  # aim at 450
TABLES = {
    "src/crossdock_sandbox/shopify/resolvers.py": "one table: every GraphQL type and its fields",
}
FILES = sorted(
    path
    for folder in ("src", "tests", "bench", "docs")
    for path in (ROOT / folder).rglob("*.py")
    if "node_modules" not in path.parts and path.name != "0001_initial.py"
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_says_what_it_is_for_and_stays_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if not text.strip():
        return
    assert ast.get_docstring(ast.parse(text)), "it opens with one to four lines that say what it is for"
    assert name_of(path) in TABLES or len(text.splitlines()) <= LONGEST, "split it by thing"


def test_no_file_names_this_machine_or_a_package_index() -> None:
    """Committed files are for every machine. (The words are put together here so that this file may hold them.)"""
    words = ["py" + "pi.org", "registry." + "npmjs", "python" + "hosted", "/" + "root/", "/" + "work/"]
    pattern = re.compile("|".join(map(re.escape, words)))
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = []
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if path.is_file() and path.suffix not in (".gz", ".png", ".mo"):
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {match.group()}" for match in pattern.finditer(text)]
    assert found == []
