"""Every screen in a browser: nothing that the content policy stops, no error in the console, nothing wider than the
screen, nothing that axe finds serious; by keyboard alone, and without scripts.

Not here: what the pages say (tests/web).
"""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.browser.screens import visit, window
from tests.browser.served import Served

SERIOUS = ("serious", "critical")
# What depends on the theme or the width; the rest of axe's rules find the same in every window.
OF_LOOK = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
MISSING = "missing"  # the screen that says that there is none answers 404, which consoles call an error


@pytest.mark.slow
@pytest.mark.parametrize(("size", "theme", "rules"), [("desktop", "light", ()), ("phone", "dark", OF_LOOK)])
def test_every_screen_is_sound(
    chromium: Browser, place: Served, axe: str, size: str, theme: str, rules: tuple[str, ...]
) -> None:
    found: dict[str, list[str]] = {}
    said: list[str] = []
    with window(chromium, size, theme) as context:
        page = context.new_page()
        page.on("console", lambda message: _note(message, said))
        for screen in place.screens:
            said.clear()
            visit(page, place, screen)
            problems = [*said, *too_wide(page), *violations(page, axe, rules)]
            if problems and not (screen.name == MISSING and problems == said):
                found[screen.name] = problems
    assert found == {}


def _note(message: ConsoleMessage, said: list[str]) -> None:
    if message.type in ("error", "warning"):
        said.append(message.text)


def too_wide(page: Page) -> Iterator[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"{wide} px wider than the screen"


def violations(page: Page, axe: str, rules: tuple[str, ...] = ()) -> Iterator[str]:
    page.evaluate(axe)
    wanted = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    told: dict[str, Any] = page.evaluate("wanted => axe.run(wanted)", wanted)
    for each in told["violations"]:
        if each["impact"] in SERIOUS:
            yield f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}"


@pytest.fixture
def page(chromium: Browser, place: Served) -> Iterator[Page]:
    with window(chromium) as context:
        yield visit(context.new_page(), place, place.screen("dashboard"))


def _focus(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_the_first_key_leads_past_the_navigation(page: Page) -> None:
    page.keyboard.press("Tab")
    assert _focus(page) == "To the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_keys_alone_open_a_page_and_a_menu(page: Page) -> None:
    for _ in range(4):
        page.keyboard.press("Tab")
    assert _focus(page) == "Orders"
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/")
    page.locator(".menu.up > summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Log out").is_visible()
    page.keyboard.press("Escape")
    assert not page.get_by_text("Log out").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_phones_menu_opens_by_key_too(chromium: Browser, place: Served) -> None:
    with window(chromium, "phone") as context:
        page = visit(context.new_page(), place, place.screen("dashboard"))
        assert not page.get_by_role("link", name="Orders", exact=True).is_visible()
        page.locator("#menu-box").focus()
        page.keyboard.press("Space")
        page.get_by_role("link", name="Orders", exact=True).click()
        page.wait_for_url("**/orders/")


def test_without_scripts_a_vendor_is_added_and_the_theme_is_kept(chromium: Browser, place: Served) -> None:
    with window(chromium, scripts=False) as context:
        page = visit(context.new_page(), place, place.screen("new-vendors"))
        page.get_by_role("button", name="Add a vendor").click()
        page.get_by_label("Name").fill("Clay & Co")
        page.get_by_role("button", name="Add", exact=True).click()
        assert page.get_by_role("link", name="Clay & Co").is_visible()
        page.locator(".menu.up > summary").click()
        page.get_by_role("button", name="Dark").click()
        assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_form_is_sent_once_however_often_it_is_pressed(page: Page, place: Served) -> None:
    page.goto(place.screen("settings-orders").url)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.evaluate("const b = document.querySelector('#rules button'); b.click(); b.click()")
    page.get_by_text("Nothing differs from what is saved.").wait_for()
    assert len(sent) == 1
