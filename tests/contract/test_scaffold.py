"""A platform that was just begun fails the contract suite, and every message says what to write where.

In a copy of the sources, in a process of its own. Not here: the scaffold's texts (docs/platforms/template).
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

SCAFFOLD = ROOT / "docs" / "platforms" / "scaffold.py"
TEMPORARY = shutil.ignore_patterns("__pycache__", "*.pyc", "node_modules")
COPIED = ("src", "bench", "tests/contract", "docs/platforms")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sources with a platform "acme" begun in them."""
    root = tmp_path_factory.mktemp("copy")
    for folder in COPIED:
        shutil.copytree(ROOT / folder, root / folder, ignore=TEMPORARY)
    shutil.copy(ROOT / "tests" / "conftest.py", root / "tests" / "conftest.py")
    shutil.copy(ROOT / "pyproject.toml", root / "pyproject.toml")
    begun = run(root, str(root / "docs" / "platforms" / "scaffold.py"), "acme")
    assert begun.returncode == 0, begun.stderr
    assert "src/crossdock/platforms/acme/store.py" in begun.stdout
    return root


def run(root: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env={**os.environ, "PYTHONPATH": f"{root / 'src'}:{root}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_was_begun_fails_and_says_what_to_write(copy: Path) -> None:
    ran = run(
        copy,
        "-m",
        "pytest",
        "tests/contract",
        "-k",
        "acme and not scaffold",
        "-q",
        "--tb=line",
        "-p",
        "no:cacheprovider",
    )
    said = ran.stdout + ran.stderr
    assert ran.returncode == 1, said
    for words in (
        "write check in src/crossdock/platforms/acme/store.py",
        "StoreClient.ensure_subscriptions in src/crossdock/connector/contract.py",
        "write store_domain in src/crossdock/platforms/acme/",
        "capabilities.merchant_role: say why it cannot, or do it",
        "nobody does fulfill_order in such a store",
        "rules.stock is not answered: levels are read",
        "write ways: how its owner lets us into a store, at least one",
        "write address: what a store's address looks like",
        "vendor.order is not answered: say how many calls it takes",
    ):
        assert words in said, said
    assert "Acme declares cancel_order: no (not written yet)" in said
    passed = said.rpartition("failed, ")[2]
    assert " error" not in passed, passed


def test_what_was_begun_is_well_formed(copy: Path) -> None:
    written = [str(path) for path in copy.rglob("*.py") if "acme" in str(path.relative_to(copy))]
    assert len(written) >= 7
    for command in (["check", "--select", "I,F,E"], ["format", "--check", "--diff"]):
        ran = run(copy, "-m", "ruff", *command, "--config", str(copy / "pyproject.toml"), *written)
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize(("name", "words"), [("Acme!", "small letters"), ("", "small letters"), ("acme", "is there")])
def test_a_name_that_cannot_be_is_refused(copy: Path, name: str, words: str) -> None:
    ran = run(copy, str(copy / "docs" / "platforms" / "scaffold.py"), name)
    assert ran.returncode == 1
    assert words in ran.stderr
