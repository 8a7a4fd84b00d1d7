"""Pictures of every screen: `python -m tests.browser.screens OUT [NAME ...]` writes light and dark, desktop and phone.

Not here: what the screens must hold to (test_screens.py).
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from crossdock.host.postgres import Postgres
from tests.browser.served import Screen, Served, served

CHROMIUM = Path("/usr/bin/chromium")
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}
THEMES = ("light", "dark")


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's chromium."""
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"])
        try:
            yield found
        finally:
            found.close()


@contextmanager
def window(
    found: Browser, size: str = "desktop", theme: str = "light", *, scripts: bool = True
) -> Iterator[BrowserContext]:
    """A browser window of that size, on a system of that theme, without a session."""
    width, height = SIZES[size]
    context = found.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        locale="en-GB",
        java_script_enabled=scripts,
    )
    try:
        yield context
    finally:
        context.close()


def visit(page: Page, place: Served, screen: Screen) -> Page:
    """The screen, as the one whose it is sees it."""
    page.context.clear_cookies()
    if screen.session:
        page.context.add_cookies([{"name": place.cookie, "value": screen.session, "url": place.address}])
    page.goto(screen.url)
    return page


def take(place: Served, out: Path, names: list[str]) -> None:
    """One file for each screen, size and theme."""
    wanted = [each for each in place.screens if not names or each.name in names]
    with browser() as found:
        for size in SIZES:
            for theme in THEMES:
                with window(found, size, theme) as context:
                    page = context.new_page()
                    for screen in wanted:
                        visit(page, place, screen)
                        page.screenshot(path=out / f"{screen.name}-{size}-{theme}.png", full_page=True)


def main() -> None:
    out, names = Path(sys.argv[1]), sys.argv[2:]
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="crossdock-screens-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # the database's own user passes through
        with Postgres(home / "postgres", durable=False) as server, served(server.url, home / "data") as place:
            take(place, out, names)


if __name__ == "__main__":
    main()
