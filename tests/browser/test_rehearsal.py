"""The rehearsal as a newcomer meets it, in the demo as it is started: orders arrive, whatever is done to stores,
messages and workers, and the counts say so.

Not here: the stage by itself (tests/rehearsal/test_stage.py), or who may see the page (tests/web/test_rehearsal.py).
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import CHROMIUM, _there
from tests.browser.screens import browser, window
from tests.browser.test_screens import SERIOUS

ROOT = Path(__file__).parents[2]
SET_UP = 180.0  # seconds
PATIENCE = 90_000  # milliseconds: the next pass over a store, and another try after a pause
FIRST = "Northwick Ceramics"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The demo's address and its password."""
    _there(CHROMIUM, "no chromium (Debian: apt-get install chromium)")
    folder = tmp_path_factory.mktemp("demo")
    folder.chmod(0o711)  # the database's own user passes through
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CROSSDOCK_")}
    environment |= {"PYTHONPATH": str(ROOT / "src"), "CROSSDOCK_DATA": str(folder / "var")}
    words = folder / "said"
    command = [sys.executable, "-m", "crossdock", "demo", "--port", "8971"]
    with words.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said, env=environment) as started:
        try:
            yield _told(words, started)
        finally:
            started.send_signal(signal.SIGINT)
            started.wait(60)


def _told(words: Path, started: "subprocess.Popen[bytes]") -> tuple[str, str]:
    deadline = time.monotonic() + SET_UP
    while time.monotonic() < deadline and started.poll() is None:
        found = re.search(r"Open (\S+/rehearsal/)[\s\S]* log in as owner, password (\S+)", words.read_text())
        if found:
            return found[1], found[2]
        time.sleep(0.5)
    raise AssertionError(words.read_text())


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.mark.slow
def test_whatever_goes_wrong_every_order_arrives_once(chromium: Browser, demo: tuple[str, str], axe: str) -> None:
    address, password = demo
    said: list[str] = []
    with window(chromium) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        _log_in(page, address, password)
        _press(page, "Let the other shoppers rest")
        _two_vendors_get_their_parts(page, address)
        _a_plug_is_pulled(page, address)
        _messages_are_lost_and_a_worker_dies(page)
        _a_parcel_comes_back(page)
        expect(_count(page, "there twice")).to_have_text("0")
        assert int(_count(page, "would have been lost").inner_text()) >= 2
        assert said == []
        assert list(_flaws(page, axe)) == []
        _its_link_offers_to_play_it(page)
        _it_is_sound_on_a_phone_at_night(chromium, context, address, axe)


def _log_in(page: Page, address: str, password: str) -> None:
    page.goto(address)
    page.get_by_label("User name").or_(page.locator("input[name=login]")).first.fill("owner")
    page.locator("input[name=password]").fill(password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/rehearsal/**")
    expect(page.get_by_role("heading", name="The marketplace now")).to_be_visible(timeout=PATIENCE)


def _press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    expect(page.locator("#said .say")).to_be_visible()


def _yours(page: Page) -> Locator:
    """The latest order of one's own."""
    return page.locator("table.rehearsed tbody tr").filter(has_text="yours").first


def _count(page: Page, words: str) -> Locator:
    return page.locator(".tally div").filter(has_text=words).locator("dd").first


def _two_vendors_get_their_parts(page: Page, address: str) -> None:
    page.goto(f"{address}?tour=2")
    _press(page, "Order from two vendors")
    expect(_yours(page).get_by_text("In the vendor's store")).to_have_count(2, timeout=PATIENCE)


def _a_plug_is_pulled(page: Page, address: str) -> None:
    page.goto(f"{address}?tour=3")
    _press(page, f"Unplug {FIRST}")
    _press(page, "Order from it")
    expect(_yours(page)).to_contain_text("Waits at Crossdock", timeout=PATIENCE)
    expect(_yours(page)).to_contain_text("tried again in")
    page.goto(f"{address}?tour=4")
    _press(page, f"Plug {FIRST} in")
    expect(_yours(page)).to_contain_text("In the vendor's store", timeout=PATIENCE)


def _messages_are_lost_and_a_worker_dies(page: Page) -> None:
    merchant = page.locator(".stores li").first
    merchant.get_by_role("button", name="Messages lost").click()
    expect(merchant.get_by_text("None of its webhooks arrives.")).to_be_visible(timeout=PATIENCE)
    before = _yours(page).locator("td").first.inner_text()
    _press(page, "Place the order")
    expect(_yours(page).locator("td").first).not_to_have_text(before, timeout=PATIENCE)
    page.locator("form").filter(has_text="kill -9").get_by_role("button", name="Kill a worker").click()
    expect(page.locator("#said")).to_contain_text("A worker was killed")
    expect(_yours(page).get_by_text("In the vendor's store")).to_have_count(2, timeout=PATIENCE)


def _a_parcel_comes_back(page: Page) -> None:
    _yours(page).get_by_role("button", name=f"Ship as {FIRST}").click()
    expect(_yours(page)).to_contain_text("Shipped; tracking is on the order", timeout=PATIENCE)


def _its_link_offers_to_play_it(page: Page) -> None:
    page.reload()
    page.locator("#run-link").click()
    page.wait_for_url("**run=**")
    page.get_by_text("What happens in it").click()
    expect(page.get_by_text("A worker is killed.")).to_be_visible()
    page.get_by_role("button", name="Play it here").click()
    page.wait_for_url("**/rehearsal/")
    expect(page.get_by_text(re.compile("playing: [0-9]+ acts? to go"))).to_be_visible()


def _it_is_sound_on_a_phone_at_night(chromium: Browser, entered: BrowserContext, address: str, axe: str) -> None:
    with window(chromium, "phone", "dark") as context:
        context.add_cookies(entered.cookies())
        page = context.new_page()
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        assert list(_flaws(page, axe)) == []


def _flaws(page: Page, axe: str) -> Iterator[str]:
    page.evaluate(axe)
    for each in page.evaluate("axe.run()")["violations"]:
        if each["impact"] in SERIOUS:
            yield f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}"
