"""Short replays of real orders through real processes: stores, hub, workers, and the audit at the end."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
SECONDS = 420
SOURCE = Path(__file__).parents[2] / "src"


def replay(folder: Path, *options: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, the JSON object of the last line, and what was said for people."""
    command = [sys.executable, "-m", "crossdock", "replay", str(folder), "--json", *options]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=SECONDS, check=False)
    lines = done.stdout.strip().splitlines()
    told = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    summary = "\n".join(lines[:-1] if told else lines)
    return done.returncode, told, summary[-6000:] + done.stderr[-2000:]


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data" / "olist"


@pytest.mark.parametrize(
    "options",
    [
        ("--orders", "40"),
        ("--orders", "40", "--no-order-sync"),
        ("--orders", "40", "--no-paid-only", "--unsynced", "--override", "--seed", "2"),
    ],
    ids=" ".join,
)
def test_all_stores_are_as_they_must_be(folder: Path, options: tuple[str, ...]) -> None:
    code, told, said = replay(folder, *options)
    assert code == 0, said
    assert (told["deviations"], told["duplicates"], told["lost"], told["unknown"]) == ([], 0, 0, 0)
    assert told["orders"] >= 40
    assert (told["vendor_orders"] > 30) == ("--no-order-sync" not in options)


@pytest.mark.parametrize(("merchant", "rules"), [("shopify", "--unsynced"), ("woocommerce", "--override")])
def test_vendors_on_several_platforms(folder: Path, merchant: str, rules: str) -> None:
    """A cancellation that a platform lets no app carry out is with a person, who has been told."""
    mixed = ("--platforms", "shopify,woocommerce,squarespace", "--merchant", merchant)
    code, told, said = replay(folder, "--orders", "50", "--no-paid-only", rules, *mixed)
    assert code == 0, said
    assert (told["deviations"], told["duplicates"], told["lost"], told["unknown"]) == ([], 0, 0, 0)
    assert told["vendor_orders"] > 40


def test_a_platform_that_cannot_be_the_merchants_is_refused(folder: Path) -> None:
    code, told, said = replay(folder, "--merchant", "squarespace")
    assert (code, told) == (2, {})
    assert "cannot be a merchant's platform" in said


def test_under_faults_and_kills_nothing_is_doubled_or_lost(folder: Path) -> None:
    code, told, said = replay(folder, "--orders", "40", "--faults", "--kill", "--workers", "2")
    assert code == 0, said
    assert (told["deviations"], told["duplicates"], told["lost"]) == ([], 0, 0)
    assert told["converged"]
    assert sum(told["sandbox"]["faults"].values()) > 10, "the faults were not felt"


@pytest.fixture(scope="module")
def catalogues(shared: Path) -> str:
    return str(shared / "data" / "catalogues")


def oversold(told: dict[str, Any]) -> tuple[Any, ...]:
    return told["hub_oversold"], told["levels_wrong"], told["listings_wrong"], told["deviations"]


def test_both_sides_race_for_the_last_units_of_listed_goods(folder: Path, catalogues: str) -> None:
    code, told, said = replay(folder, "--orders", "25", "--catalogue", catalogues, "--stock", "2")
    assert code == 0, said
    assert oversold(told) == (0, [], [], [])
    assert told["oversold"]["sold"] > 20
    assert told["played"]["sold_out"] > 0, "there was no race"
    assert told["played"]["sell"] > 5
    assert told["naive_hub_oversold"] + told["naive_window_oversold"] >= told["window_oversold"]


def test_under_faults_and_kills_the_hub_oversells_nothing(folder: Path) -> None:
    options = ("--orders", "25", "--catalogue", "olist", "--stock", "2", "--faults", "--kill", "--workers", "2")
    code, told, said = replay(folder, *options)
    assert code == 0, said
    assert oversold(told) == (0, [], [], [])


def test_a_wrong_catalogue_is_named(folder: Path, tmp_path: Path) -> None:
    code, told, said = replay(folder, "--catalogue", str(tmp_path))
    assert (code, told) == (2, {})
    assert "no products" in " ".join(said.split())


def test_a_wrong_folder_is_named(tmp_path: Path) -> None:
    code, told, said = replay(tmp_path)
    assert (code, told) == (2, {})
    assert "orders.csv.gz" in said
