"""A whole installation for walks: an empty database, the web process, a worker, and sandbox stores to connect.

Not here: what people do in a browser (walking.py).
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, TypeVar
from urllib.request import Request, urlopen

from msgspec import Struct

from tests.browser.served import ROOT, free_port, wait

Found = TypeVar("Found")
PATIENCE = 60.0
MERCHANT = "harbour"
APP = {"client_id": "an-app", "client_secret": "its-secret"}
CODE = re.compile(r"enter this code: (\S+)")
LINK = re.compile(r"http://\S+/invitation/\S+")
# Small times: nobody waits for what a store does not tell by itself.
SETTINGS = {
    "CROSSDOCK_ALLOW_PRIVATE": "1",
    "CROSSDOCK_SWEEP": "3",
    "CROSSDOCK_HEARTBEAT": "1",
    "CROSSDOCK_SETTLE": "2",
    "CROSSDOCK_MAIL_GATHER": "1",
}


class Market(Struct, frozen=True):
    """Where it is served, where its sandbox is, its database and data, and what the sandbox said of each store."""

    address: str
    sandbox: str
    database: str
    data: Path
    stores: dict[str, dict[str, Any]]

    def do(self, op: str, **more: Any) -> dict[str, Any]:
        """What shoppers and vendors do in their stores."""
        return _ask(f"{self.sandbox}/control", {"op": op, **more})

    def open_store(self, name: str, platform: str, titles: dict[str, str]) -> None:
        """With goods of 12.50 each: sku -> title."""
        variant = {"price": "12.50", "inventory": 40, "weight": 300}
        goods = [{"title": title, "variants": [{"sku": sku, **variant}]} for sku, title in titles.items()]
        shop = {"name": name.title(), "currency": "EUR", "products": goods, "email": f"office@{name}.example"}
        for app in ({**APP, "mode": "oauth"}, {**APP, "mode": "expiring"}, APP):
            try:
                self.stores[name] = self.do("create_store", store=name, platform=platform, app=app, **shop)
            except OSError:  # a mode that the platform has not
                continue
            return
        raise AssertionError(f"{platform} opens no store")

    def orders(self, store: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.do("dump", store=store)["orders"]
        return found

    def variant(self, store: str, title: str) -> str | None:
        """The first variant of the product of that title, once it is there."""
        products = self.do("dump", store=store)["products"]
        return next((str(each["variants"][0]["id"]) for each in products if each["title"] == title), None)

    def part(self, store: str, order: str) -> dict[str, Any]:
        """The vendor's order that came of the merchant's order of that id, once it is there."""

        def came() -> dict[str, Any] | None:
            return next((each for each in self.orders(store) if order in str(each.get("reference"))), None)

        return until(came, f"order {order} in {store}")

    def shipped(self, order: str, number: str) -> bool:
        """Whether the merchant's order has a parcel of that tracking number."""
        found = next(each for each in self.orders(MERCHANT) if each["id"] == order)
        parcels = [each for each in found["fulfillments"] if str(each["status"]).lower() == "success"]
        return any(number in each["tracking"]["numbers"] for each in parcels)

    def code(self) -> str:
        """The one that the console shows at the first start."""
        return until(lambda: CODE.search((self.data / "web.log").read_text()), "the code").group(1)

    def invitation(self, email: str) -> str:
        """The link that was sent there."""

        def sent() -> re.Match[str] | None:
            for file in sorted((self.data / "mails").glob("*.eml"), reverse=True):
                mail = message_from_bytes(file.read_bytes(), policy=policy.default)
                body = mail.get_body(("plain",))
                if email in str(mail["To"]) and body is not None and (found := LINK.search(body.get_content())):
                    return found
            return None

        return until(sent, f"the invitation of {email}").group()


def until(look: Callable[[], Found | None], what: str, seconds: float = PATIENCE) -> Found:
    """What `look` finds, as soon as it does."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"it did not come: {what}"
        time.sleep(0.15)
    return found


@contextmanager
def market(database: str, data: Path) -> Iterator[Market]:
    """Over a migrated, empty database. What the processes say is in `data`."""
    address, sandbox = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CROSSDOCK_")}
    environment |= SETTINGS | {
        "DATABASE_URL": database,
        "CROSSDOCK_DATA": str(data),
        "CROSSDOCK_URL": address,
        "CROSSDOCK_SANDBOX": sandbox,
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
    }
    data.mkdir(exist_ok=True)
    with ExitStack() as running:
        for name, words in {
            "stores": ("crossdock_sandbox", "--quiet", "--port", sandbox.rpartition(":")[2]),
            "web": ("crossdock", "web", "--port", address.rpartition(":")[2]),
            "worker": ("crossdock", "worker"),
        }.items():
            said = running.enter_context((data / f"{name}.log").open("w"))
            process = running.enter_context(_started(words, environment, said))
            if name == "stores":
                wait(f"{sandbox}/control/health", process)
            if name == "web":
                wait(f"{address}/static/crossdock/app.css", process)
        yield Market(address, sandbox, database, data, {})


@contextmanager
def _started(words: tuple[str, ...], environment: dict[str, str], said: Any) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=said, stderr=said) as process:
        try:
            yield process
        finally:
            process.terminate()


def _ask(address: str, body: dict[str, Any]) -> dict[str, Any]:
    asked = Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310  loopback
    with urlopen(asked, timeout=20) as answer:  # noqa: S310  loopback
        found: dict[str, Any] = json.load(answer)
    return found
