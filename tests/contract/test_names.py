"""No platform is named outside its own folders: a new one is two new folders, and nothing else changes.

What counts is what runs: names, imports, texts and markup in src/. Comments and docstrings may say which platform a
fact is of: the source of an oddity belongs beside what it explains. Tests and docs are for people, and may name what
they are about. Not here: that folders do not import each other (import-linter).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from crossdock.connector.registry import platforms
from tests.conftest import ROOT

SRC = ROOT / "src"
OWN = ("crossdock/platforms", "crossdock_sandbox")
COMMENTS = {".sql": r"--[^\n]*|/\*.*?\*/", ".html": r"<!--.*?-->|\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}",
            ".js": r"//[^\n]*|/\*.*?\*/", ".css": r"/\*.*?\*/"}  # fmt: skip
# What still names one, and why that is right or what would end it.
REASONS = {
    "crossdock/rehearsal/naive.py": "the hub that people write instead of this one: for one platform, by its nature",
    "crossdock/rehearsal/catalogues.py": "file formats, called after the software that exports them",
    "crossdock/cli/rehearse.py": "says which file formats a rehearsal reads",
}


def shared_files() -> list[Path]:
    names = list(platforms())
    own = {SRC / room / name for room in OWN for name in names}
    return sorted(
        path
        for path in SRC.rglob("*")
        if path.suffix in (".py", *COMMENTS) and not own & set(path.parents) and "static/vendor" not in str(path)
    )


def named_in(text: str) -> set[str]:
    return {name for name in platforms() if re.search(name, text, re.IGNORECASE)}


def what_runs(path: Path) -> Iterator[str]:
    """A file without its comments and docstrings, piece by piece."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield re.sub(COMMENTS[path.suffix], "", text, flags=re.DOTALL)
        return
    tree = ast.parse(text)
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
        for field in ("name", "id", "attr", "arg", "module", "asname"):
            if isinstance(value := getattr(node, field, None), str):
                yield value


def test_shared_files_name_no_platform() -> None:
    """What is found wants to be in the platform's folder, or asked of its PLATFORM."""
    found = {str(path.relative_to(SRC)): set().union(*map(named_in, what_runs(path))) for path in shared_files()}
    assert {path: names for path, names in found.items() if names and path not in REASONS} == {}


def test_no_exception_is_left_that_is_not_needed() -> None:
    """One that names no platform any more, or is gone, could hide the next that does."""
    there = {str(path.relative_to(SRC)): path for path in shared_files()}
    stale = [path for path in REASONS if path not in there or not set().union(*map(named_in, what_runs(there[path])))]
    assert not stale, f"take out of REASONS: {', '.join(stale)}"


def test_what_a_file_says_in_code_is_found(tmp_path: Path) -> None:
    name = next(iter(platforms()))
    file = tmp_path / "a.py"
    for text in (
        f"from x.{name} import y",
        f"{name}_id = 1",
        f"x = {name.upper()!r}",
        f"def f({name}): ...",
        f"x.{name}",
    ):
        file.write_text(text)
        assert set().union(*(named_in(each) for each in what_runs(file))) == {name}, text
    for text in (f"# {name}: FACTS section 1", f'"""As {name} does."""'):
        file.write_text(text)
        assert set().union(*(named_in(each) for each in what_runs(file))) == set(), text
