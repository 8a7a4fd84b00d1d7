"""The demo: its trade by itself (endless, in time order, the same by seed), and all of it as it is started."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice, pairwise
from pathlib import Path
from urllib.request import urlopen

import pytest

from crossdock.rehearsal import demo, demo_market

SOURCE = Path(__file__).parents[2] / "src"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_five_vendors_with_distinct_goods() -> None:
    market = demo_market.market()
    assert len(market.shops) == 5
    assert len({offer.key for offer in market.offers}) == len({offer.sku for offer in market.offers})
    assert all(shop.key.replace("-", "").isalnum() and shop.key.isascii() for shop in market.shops)


def test_trade_goes_on_in_time_order_with_everything_in_it() -> None:
    offers = demo_market.market().offers
    happenings = list(islice(demo.happenings(offers, seed=1, start=START), 3000))
    assert all(before.at <= after.at for before, after in pairwise(happenings))
    kinds = {type(happening).__name__ for happening in happenings}
    of_orders = {"Place", "Pay", "Edit", "Cancel", "HandOver", "Correct", "Deliver"}
    assert kinds == of_orders | {"Sell", "TakeBack", "Restock", "Amend"}
    assert happenings == list(islice(demo.happenings(offers, seed=1, start=START), 3000))


@pytest.mark.slow
def test_the_demo_shows_pushed_orders_and_parcels_and_stops_clean(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), "CROSSDOCK_DATA": str(tmp_path / "var")}
    command = [sys.executable, "-m", "crossdock", "demo", "--port", "8970"]
    words = tmp_path / "said"
    with words.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said, env=environment) as started:
        try:
            assert until(lambda: "log in as owner, password" in words.read_text()), words.read_text()
            stores = next(word for word in words.read_text().split() if word.startswith("http://"))
            assert until(lambda: orders_and_parcels(stores)), words.read_text()
        finally:
            started.send_signal(signal.SIGINT)
    assert started.returncode == 0, words.read_text()


def until(true: Callable[[], bool], seconds: float = 120) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.5)
    return False


def orders_and_parcels(stores: str) -> bool:
    """Some vendor has an order with our reference, and some order of the merchant's a parcel."""
    with urlopen(f"{stores}/control/dump", timeout=10) as answer:  # noqa: S310  the demo's own sandbox  # noqa: S310  our own address
        dumps = [json.loads(line) for line in answer]
    pushed = any(order["reference"] for dump in dumps for order in dump["orders"])
    merchant = next(dump for dump in dumps if dump["name"] == demo_market.MERCHANT)
    return pushed and any(order["fulfillments"] for order in merchant["orders"])
