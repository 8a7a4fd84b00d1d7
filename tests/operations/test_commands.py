"""The commands that look, as somebody types them."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from crossdock.cli import app
from crossdock.models import DirtyKey
from tests.operations import rows


class Terminal:
    """Runs commands in this process, on the test's own database."""

    def __init__(self) -> None:
        self.runner = CliRunner(env={"COLUMNS": "160"})

    def crossdock(self, *words: str, code: int = 0) -> str:
        done = self.runner.invoke(app, list(words))
        assert done.exit_code == code, done.output
        return done.output

    def json(self, *words: str, code: int = 0) -> Any:
        done = self.runner.invoke(app, [*words, "--json"])
        assert done.exit_code == code, done.output
        assert done.stdout.count("\n") == 1
        return json.loads(done.stdout)


@pytest.fixture
def terminal(db: None) -> Terminal:
    place = rows.marketplace()
    vendor, shop = rows.vendor(place), rows.store(place)
    rows.store(place, vendor)
    held, pushed, refused = rows.order(shop, 1001), rows.order(shop, 1002), rows.order(shop, 1003)
    rows.vendor_order(held, vendor, facts=rows.UNPAID)
    rows.vendor_order(pushed, vendor, state="linked", remote_id="9", remote_name="#9", linked_at=rows.NOW)
    rows.vendor_order(refused, vendor, state="rejected", reason="rejected_by_store", words="variant is gone")
    DirtyKey.objects.all().delete()
    return Terminal()


def test_looking_around(terminal: Terminal) -> None:
    told = terminal.json("status")
    assert told["vendor_orders"] == {"held": 1, "linked": 1, "rejected": 1}
    assert "Waiting" in terminal.crossdock("status")

    listed = terminal.json("orders", "--state", "held", "--state", "rejected")
    assert [row["order_name"] for row in listed] == ["#1003", "#1001"]
    assert terminal.json("orders", "--vendor", "nobody") == []
    assert len(terminal.json("orders", "--limit", "1", "--page", "2")) == 1
    assert "is not a state" in terminal.crossdock("orders", "--state", "odd", code=2)
    assert "is not a time" in terminal.crossdock("orders", "--since", "yesterday", code=2)
    assert "No marketplace" in terminal.crossdock("status", "--marketplace", "odd", code=2)


def test_asking_why(terminal: Terminal) -> None:
    said = terminal.crossdock("why", "#1001")
    assert "Waiting for payment" in said
    assert "Only paid orders are pushed, and this one is not paid (status: pending)." in said
    assert "The store's words: variant is gone" in terminal.crossdock("why", "1003")
    told = terminal.json("why", "1001")
    assert told["vendor_orders"][0]["releases"] == ["order_paid"]
    assert told["vendor_orders"][0]["words_of_releases"][0].startswith("The order is paid")
    assert "The hub has not seen this order" in terminal.crossdock("why", "#77", code=1)
    assert terminal.json("why", "#77", code=1)["order"] is None
    planned = terminal.json("plan", "order:#1001")
    assert [key["reasons"] for key in planned] == [[], ["paid"], []]
    assert "is not a key" in terminal.crossdock("plan", "moon", code=2)


def test_deciding(terminal: Terminal) -> None:
    assert terminal.json("retry", "#1003")["refusals_lifted"] == 1
    assert "nothing is called" in terminal.crossdock("retry", "#77", code=1)
    said = terminal.crossdock("settings", "set", "paid_only=off", "--marketplace", "harbour", "--dry-run")
    assert "Released: 1" in said
    made = terminal.json("settings", "set", "paid_only=off", "maximum_quantity=3", "--marketplace", "harbour")
    assert made["changed"] == {"paid_only": False, "maximum_quantity": 3}
    assert "minimum_value" in terminal.crossdock(
        "settings", "set", "minimum_value=x", "--marketplace", "harbour", code=2
    )
    shown = terminal.json("settings")
    assert shown["order_rules"][0]["paid_only"] is False
    url = next(each for each in shown["installation"] if each["name"] == "DATABASE_URL")
    assert url["value"] == "(set, hidden)"
    assert os.environ["DATABASE_URL"] not in terminal.crossdock("settings")


def test_the_doctor_ends_with_1_when_something_fails(terminal: Terminal) -> None:
    checks = {check["code"]: check for check in terminal.json("doctor", code=1)}
    assert checks["workers"]["level"] == "fail"
    assert checks["workers"]["cure"]
    assert checks["database"]["level"] == "ok"
    assert "Workers" in terminal.crossdock("doctor", code=1)


def test_a_database_that_does_not_answer_is_said_with_3() -> None:
    nowhere = os.environ | {"DATABASE_URL": "postgresql:///crossdock?host=/nonexistent", "PYTHONPATH": "src"}
    words = [sys.executable, "-m", "crossdock", "status"]
    done = subprocess.run(words, capture_output=True, text=True, env=nowhere, check=False, timeout=120)
    assert done.returncode == 3
    assert "does not answer" in done.stderr
