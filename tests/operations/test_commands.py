"""The commands that look, as somebody types them."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from crossdock.cli import app
from crossdock.models import DirtyKey, Level, Listing, Marketplace, Store, StoreVariant
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
    assert "Only paid orders are pushed, and this one is not paid (status: Unpaid)." in said
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


def offering() -> Listing:
    """A live listing of two variants, one of them changed in the merchant's store, and a product not offered."""
    place = Marketplace.objects.get()
    theirs, shop = Store.objects.get(vendor__isnull=False), Store.objects.get(vendor=None)
    rows.product(theirs, 502)
    Store.objects.filter(pk=shop.pk).update(
        catalogue_at=rows.later(hours=1), location_id="1", locations=[{"id": "1", "name": "Main", "active": True}]
    )
    made = rows.listing(rows.product(theirs, 501, variants=2), merchant=shop)
    StoreVariant.objects.filter(store=shop, variant_id="750101").update(available=4)
    assert place.pk == made.marketplace_id
    return made


AT = ("--marketplace", "harbour")


def test_offering(terminal: Terminal) -> None:
    live = offering()
    listed = terminal.json("products", "list", *AT, "--not-offered")
    assert [row["product_id"] for row in listed] == ["502"]
    assert terminal.json("products", "choose", "502", "--vendor", "Oak & Iron", "--propose", *AT)["state"] == "proposed"
    assert terminal.json("products", "choose", "999", "--vendor", "Oak & Iron", *AT, code=1)["unknown"] == 1
    assert "name products" in terminal.crossdock("products", "choose", "--vendor", "Oak & Iron", *AT, code=2)
    assert terminal.json("products", "approve", *AT) == {"count": 1}
    tabs = terminal.json("listings", "list", *AT, "--tab", "coming")
    assert [row["state"] for row in tabs] == ["wanted"]
    assert "is not a tab" in terminal.crossdock("listings", "list", *AT, "--tab", "odd", code=2)
    told = terminal.json("listings", "why", str(live.pk))
    assert [one["title"] for one in told["variants"]] == ["S0", "S1"]
    assert "Stool 501" in terminal.crossdock("listings", "why", str(live.pk))
    assert "no listing" in terminal.crossdock("listings", "why", "999999", code=2)
    assert "nothing is" in terminal.crossdock("listings", "give-back", str(live.pk), code=1)
    assert "taken off sale next" in terminal.crossdock("listings", "remove", str(live.pk), "--how", "draft")
    assert "keep, draft, delete" in terminal.crossdock("listings", "remove", str(live.pk), "--how", "odd", code=2)
    progress = terminal.json("catalogue", "progress", *AT)
    assert [(row["vendor"], row["products"]) for row in progress] == [(None, 1), ("Oak & Iron", 2)]
    assert "is read next" in terminal.crossdock("catalogue", "read", *AT, "--vendor", "Oak & Iron")
    assert "holds nothing" in terminal.crossdock("brake", "release", "Oak & Iron", *AT, code=1)


def test_figures_and_their_why(terminal: Terminal) -> None:
    offering()
    terminal.crossdock("settings", "set", "stock_buffer=2", "field.title=create", *AT)
    rows_ = terminal.json("stock", "list", *AT)
    assert [(row["vendor_available"], row["buffer"], row["target"], row["expected"]) for row in rows_] == [
        (10, 2, 8, 10), (10, 2, 8, 10),
    ]  # fmt: skip
    said = " ".join(terminal.crossdock("stock", "why", "SKU-501-0", *AT).split())
    assert "10 at the vendor − 0 sold and not yet taken" in said
    assert "no linked variant" in terminal.crossdock("stock", "why", "odd", *AT, code=1)
    shown = terminal.json("settings")["catalogue_rules"]
    assert (shown[0]["stock_buffer"], shown[0]["field.title"]) == (2, "create")
    assert "price_factor" in terminal.crossdock("settings", "set", "price_factor=0", *AT, code=2)


def test_drift_tells_what_differs_and_marks_it(terminal: Terminal) -> None:
    offering()
    found = terminal.json("drift", "--as-last-seen", *AT, code=1)
    item = found["items"][0]
    assert (item["kind"], item["wanted"], item["seen"], item["why"]) == ("level", "10", "4", "changed_at_merchant")
    assert found["left"] == 1
    assert "Changed in your store" in " ".join(terminal.crossdock("drift", "--as-last-seen", *AT, code=1).split())
    assert terminal.json("drift", "--as-last-seen", "--repair", "--wait", "0", *AT, code=1)["repaired"] == 1
    assert DirtyKey.objects.filter(kind="level").exists()
    Level.objects.update(merchant_available=10, sold=0, sold_then=0)
    StoreVariant.objects.update(available=10)
    assert terminal.json("drift", "--as-last-seen", *AT)["left"] == 0


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
