"""Every platform says how far its connector is, in answers that can be looked up; the suite itself is told apart.

Not here: the rules that run (test_contract.py).
"""

from pathlib import Path

import pytest

from crossdock.connector.registry import platforms
from crossdock.connector.testing import quality
from tests.conftest import ROOT
from tests.contract.benches import folder


@pytest.mark.parametrize("name", platforms())
def test_a_platform_answers_every_rule(name: str) -> None:
    flaws = quality.flaws(quality.read(folder(name)), ROOT)
    assert not flaws, "\n".join(flaws)


@pytest.mark.parametrize("name", platforms())
def test_a_platform_holds_the_contract(name: str) -> None:
    assert quality.read(folder(name)).rules["contract-suite"].status == "done"


def test_answers_that_say_nothing_are_found(tmp_path: Path) -> None:
    (tmp_path / "quality.toml").write_text(
        '[rules.stock]\nstatus = "done"\nwhere = "tests/nowhere.py, other.py"\n\n'
        '[rules.item-edits]\nstatus = "todo"\nwhere = "later"\n'
    )
    found = quality.flaws(quality.read(tmp_path), tmp_path)
    assert "rules.stock is done, and tests/nowhere.py is not there" in found
    assert "rules.stock is done, and tests/other.py is not there" in found
    assert "rules.item-edits is todo: say why in `where`" in found
    assert [each for each in found if each.startswith("rules.contract-suite is not answered")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[rules.stock]\nstatus = "fine"\nwhere = "x"\n', "rules"),
        ('[rules.stock]\nstatus = "done"\n', "where"),
        ("rules = 1\n", "rules"),
        ("[rules", "quality.toml"),
    ],
)
def test_answers_that_cannot_be_read_are_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "quality.toml").write_text(text)
    with pytest.raises(ValueError, match=words):
        quality.read(tmp_path)


def test_no_answers_at_all_are_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="rule by rule"):
        quality.read(tmp_path)
