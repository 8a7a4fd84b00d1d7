"""What people do on the pages, step by step: set up, invite, accept, connect, offer, approve, save rules.

Not here: where it is served (market.py), or what is expected of it (test_walk_*.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from crossdock.connector.connecting import Way
from crossdock.connector.registry import connecting
from tests.browser.market import APP, Market, until
from tests.browser.screens import SIZES

PASSWORD = "correct-horse-battery"
SLOW = 30_000  # milliseconds, on a machine that does other things too


class Person:
    """Somebody with a browser. `said`: what their console complains of, which is nothing."""

    def __init__(self, context: BrowserContext, market: Market) -> None:
        context.set_default_timeout(SLOW)
        self.market = market
        self.page: Page = context.new_page()
        self.said: list[str] = []
        self.page.on("console", self._note)

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and message.location.get("url", "").startswith(self.market.address):
            self.said.append(f"{self.page.url}: {message.text}")

    def goes(self, path: str) -> Page:
        self.page.goto(f"{self.market.address}{path}")
        return self.page

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def fills(self, **values: str) -> None:
        """Fields by their names."""
        for name, value in values.items():
            self.page.locator(f'[name="{name}"]').fill(value)

    def sees(self, words: str) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=SLOW)

    def counts_anew(self, what: str) -> int:
        self.page.reload()
        return self.page.locator(what).count()

    def waits_for(self, words: str, path: str = "") -> None:
        """Looks again until the page says so: what workers do takes a moment."""
        self.goes(path) if path else None

        def looked() -> bool:
            if words in self.page.locator("main").inner_text():
                return True
            self.page.reload()
            return False

        until(looked, f"“{words}” on {self.page.url}")


@contextmanager
def person(found: Browser, market: Market, size: str = "desktop", language: str = "en-GB") -> Iterator[Person]:
    """A browser of their own."""
    width, height = SIZES[size]
    context = found.new_context(viewport={"width": width, "height": height}, locale=language)
    try:
        yield Person(context, market)
    finally:
        context.close()


def sets_up(who: Person) -> None:
    """The first person of an installation, led to connecting the marketplace's own store."""
    who.goes(f"/set-up/?code={who.market.code()}")
    who.fills(name="Olga Ozols", email="olga@harbour.example", password=PASSWORD, marketplace="Harbour", currency="EUR")
    who.presses("Begin")
    who.page.wait_for_url("**/m/harbour/connect/")


def logs_in(who: Person, email: str) -> None:
    who.goes("/login/")
    who.fills(login=email, password=PASSWORD)
    who.page.locator("main form button.primary, .card form button.primary").first.click()
    who.page.wait_for_url(re.compile(r"/[mv]/harbour/"))


def tabs_to(page: Page, there: str) -> None:
    """By the keyboard alone, to where that holds."""
    for _ in range(80):
        if page.evaluate(there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no tab leads there: {there}")


def invites(who: Person, vendor: str) -> str:
    """A vendor's owner, the vendor being new. The link that the mail carries."""
    email = f"owner@{vendor}.example"
    who.goes("/m/harbour/people/")
    who.fills(email=email, vendor=vendor.title())
    who.page.locator('[name="role"][value="vendor_owner"]').check()
    who.page.locator('[name="new"]').check()
    who.presses("Send the invitation")
    who.sees(email)
    return who.market.invitation(email)


def accepts(who: Person, link: str) -> str:
    """The address of the vendor's place."""
    who.page.goto(link)
    name = link.rstrip("/").rpartition("/")[2][:6]
    who.fills(name=f"Vera {name}", password=PASSWORD)
    who.page.locator("main button.primary, .card button.primary").first.click()
    who.page.wait_for_url(re.compile(r"/v/harbour/\d+/"))
    found = re.search(r"/v/harbour/\d+/", who.page.url)
    assert found
    return found.group()


def connects(who: Person, choose: str, platform: str, store: str) -> None:
    """By the first way that everything is known for, through the store's own pages of consent."""
    told = who.market.stores[store]
    way, values = _way(platform, told)
    who.goes(choose)
    who.page.locator(f'main a[href*="/connect/{platform}/"]').click()
    form = who.page.locator(f'form[aria-labelledby="way-{way.name}"]')
    form.locator(f"#{way.name}-domain").fill(told["domain"])
    for name, value in values.items():
        form.locator(f"#{way.name}-{name}").fill(value)
    form.locator("button.primary, button").last.click()
    _says_yes(who)


def _way(platform: str, told: dict[str, Any]) -> tuple[Way, dict[str, str]]:
    known: dict[str, str] = {**APP, **told["credentials"]} | (
        {"api_key": told["access_token"]} if "access_token" in told else {}
    )
    found = connecting(platform)
    assert found is not None
    for way in found.ways:
        if all(field.name in known for field in way.fields):
            return way, {field.name: known[field.name] for field in way.fields}
    raise AssertionError(f"no way to connect {platform} is known")


def _says_yes(who: Person) -> None:
    """What the store's own pages ask its owner, until they lead back."""
    for _ in range(4):
        who.page.wait_for_load_state()
        if not who.page.url.startswith(who.market.sandbox):
            return
        who.page.locator("a.wc-auth-approve, button").first.click()


def saves_rules(who: Person, path: str = "/m/harbour/settings/order-sync/", **switches: str) -> None:
    """On or off, by name; what it would do is shown first."""
    who.goes(path)
    for name, value in switches.items():
        who.page.locator(f'[name="{name}"][value="{value}"]').check()
    who.page.locator(".save-bar button").click()
    who.page.locator('button[name="confirmed"][value="yes"]').click()
    who.page.wait_for_load_state()
