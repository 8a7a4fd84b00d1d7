"""The whole life of a marketplace, on the pages and in sandbox stores: from the first run to the tracking number.

Not here: what single screens hold to (test_screens.py), or rules in detail (tests/core, tests/sync).
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

import psycopg
import pytest
from django.utils.translation import gettext, override
from playwright.sync_api import Browser, Page

from crossdock.connector.registry import platforms as hubs
from crossdock_sandbox.platforms import default
from crossdock_sandbox.platforms import platforms as sandboxes
from tests.browser import walking
from tests.browser.conftest import _there
from tests.browser.market import MERCHANT, Market, market, until
from tests.browser.screens import CHROMIUM, browser
from tests.browser.test_screens import too_wide, violations
from tests.browser.walking import Person, person
from tests.conftest import copied_database

pytestmark = pytest.mark.slow
PLATFORMS = sorted(hubs().keys() & sandboxes().keys())
SHOPPER = {"first_name": "Astrid", "last_name": "Lind", "email": "astrid@example.com", "phone": "+46700000001"}
HOME = {
    "first_name": "Astrid", "last_name": "Lind", "address1": "Storgatan 1", "city": "Uppsala", "zip": "75331",
    "country_code": "SE",
}  # fmt: skip


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    _there(CHROMIUM, "no chromium (Debian: apt-get install chromium)")
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def place(postgres: str, template_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    copied = copied_database(postgres, template_database)
    with copied as database, market(database, tmp_path_factory.mktemp("walk")) as found:
        found.open_store(MERCHANT, default(), {"OWN-1": "Gift card box", "PAIR-0": "Mug of vendor-0"})
        for number, platform in enumerate(PLATFORMS):
            name = f"vendor-{number}"
            found.open_store(name, platform, {f"PAIR-{number}": f"Mug of {name}", f"NEW-{number}": f"Bowl of {name}"})
        yield found


class Joined(NamedTuple):
    """The marketplace once it trades: its owner's browser, where each vendor's people go, what is sold of each."""

    owner: Person
    vendors: dict[str, str]
    bowls: dict[str, str]


@pytest.fixture(scope="module")
def joined(chrome: Browser, place: Market) -> Iterator[Joined]:
    """First run; each vendor is invited, accepts, connects its store and offers what it wants; the owner approves."""
    with person(chrome, place) as owner:
        walking.sets_up(owner)
        walking.connects(owner, "/m/harbour/connect/", default(), MERCHANT)
        owner.sees("is connected.")
        vendors = {}
        for number, platform in enumerate(PLATFORMS):
            name = f"vendor-{number}"
            with person(chrome, place) as vendor:
                vendors[name] = walking.accepts(vendor, walking.invites(owner, name))
                walking.connects(vendor, f"{vendors[name]}connect/", platform, name)
                vendor.sees("is connected.")
                vendor.waits_for(f"Bowl of {name}", f"{vendors[name]}products/")
                vendor.page.get_by_label(f"Bowl of {name}", exact=True).check()
                vendor.presses("Offer ticked")
                assert vendor.said == []
        for name in vendors:
            owner.waits_for(f"Bowl of {name}", "/m/harbour/listings/?tab=to_approve")
        owner.presses("Approve all")
        sold = {
            name: until(partial(place.variant, MERCHANT, f"Bowl of {name}"), f"a bowl of {name}") for name in vendors
        }
        owner.goes("/m/harbour/listings/?tab=live")
        until(lambda: owner.counts_anew("td .chip.good") == len(vendors), "all bowls live")
        yield Joined(owner, vendors, sold)
        assert owner.said == []


def buys(place: Market, *variants: str, **more: Any) -> tuple[str, str]:
    """Id and name of the order in the merchant's store."""
    lines = [{"variant_id": variant, "quantity": 1} for variant in variants]
    made = place.do("place_order", store=MERCHANT, lines=lines, customer=SHOPPER, shipping_address=HOME, **more)
    return made["order_id"], made["name"]


def opens(who: Person, name: str) -> None:
    """The page of an order, once the hub has it."""
    who.waits_for(name, f"/m/harbour/orders/?q={quote(name)}")
    who.page.get_by_role("link", name=name).first.click()
    who.page.wait_for_url(re.compile(r"/orders/\d+/$"))


def test_what_three_vendors_sell_comes_back_with_three_tracking_numbers(joined: Joined, place: Market) -> None:
    order, name = buys(place, *joined.bowls.values(), paid=True)
    for vendor in joined.vendors:
        part = place.part(vendor, order)
        parcel = {"company": "PostNord", "numbers": [f"TRACK-{vendor}"], "urls": []}
        place.do("fulfill_order", store=vendor, order_id=part["id"], tracking=parcel)
    for vendor in joined.vendors:
        until(partial(place.shipped, order, f"TRACK-{vendor}"), f"the parcel of {vendor}")
    opens(joined.owner, name)
    for vendor in joined.vendors:
        joined.owner.waits_for(f"TRACK-{vendor}")


def test_a_pair_is_confirmed_and_its_orders_are_pushed(joined: Joined, place: Market) -> None:
    owner = joined.owner
    page = owner.goes("/m/harbour/matching/")
    page.locator("#vendor").select_option(label="Vendor-0")
    page.wait_for_url("**vendor=*")
    owner.presses("Look for pairs")
    owner.waits_for("Mug of vendor-0")
    page.get_by_label("Mug of vendor-0 = Mug of vendor-0", exact=True).check()
    owner.presses("Confirm ticked")
    mug = place.variant(MERCHANT, "Mug of vendor-0")
    assert mug
    order, _name = buys(place, mug, paid=True)
    assert [line["title"] for line in place.part("vendor-0", order)["lines"]] == ["Mug of vendor-0"]


def test_with_order_sync_off_a_vendor_ships_by_hand_in_swedish_on_a_phone(
    joined: Joined, place: Market, chrome: Browser, axe: str
) -> None:
    walking.saves_rules(joined.owner, order_sync="off")
    order, name = buys(place, joined.bowls["vendor-1"], paid=True)
    opens(joined.owner, name)
    joined.owner.waits_for("Order sync is off")
    with person(chrome, place, "phone", "sv-SE") as vendor, override("sv"):
        home = joined.vendors["vendor-1"]
        walking.logs_in(vendor, "owner@vendor-1.example")
        for path in ("", "products/", "store/", "activity/", "orders/"):
            is_sound(vendor.goes(f"{home}{path}"), axe)
        vendor.waits_for(name)
        vendor.page.get_by_role("link", name=name).first.click()
        vendor.sees("12,50\N{NO-BREAK SPACE}€")
        vendor.fills(company="DHL", numbers="BY-HAND-1")
        vendor.presses(gettext("Write down the parcel"))
        vendor.sees("BY-HAND-1")
        is_sound(vendor.page, axe)
        assert vendor.said == []
    until(lambda: place.shipped(order, "BY-HAND-1"), "the parcel by hand")
    assert not any(order in str(each.get("reference")) for each in place.orders("vendor-1"))
    walking.saves_rules(joined.owner, order_sync="on")


def is_sound(page: Page, axe: str) -> None:
    assert page.locator("html").get_attribute("lang") == "sv"
    assert [*too_wide(page), *violations(page, axe)] == []


def test_an_unpaid_order_goes_out_once_it_is_marked_as_paid(joined: Joined, place: Market) -> None:
    order, name = buys(place, joined.bowls["vendor-0"], paid=False)
    owner = joined.owner
    opens(owner, name)
    owner.waits_for("Waiting for payment")
    owner.page.locator('button[popovertarget="mark-paid"]').first.click()
    owner.page.locator("#mark-paid button.primary").click()
    place.part("vendor-0", order)
    owner.waits_for("Pushed")


def test_a_cancelled_order_is_cancelled_at_the_vendor(joined: Joined, place: Market) -> None:
    vendor = f"vendor-{PLATFORMS.index(default())}"
    order, name = buys(place, joined.bowls[vendor], paid=True)
    place.part(vendor, order)
    place.do("cancel_order", store=MERCHANT, order_id=order, reason="customer")
    until(lambda: place.part(vendor, order)["cancelled_at"], "the cancellation")
    opens(joined.owner, name)
    joined.owner.waits_for("Cancelled")


def test_what_if_tells_which_orders_would_have_gone_otherwise(joined: Joined, place: Market) -> None:
    order, name = buys(place, joined.bowls["vendor-1"], paid=False)
    owner = joined.owner
    opens(owner, name)
    owner.waits_for("Waiting for payment")
    page = owner.goes("/m/harbour/settings/order-sync/")
    page.locator('[name="paid_only"][value="off"]').check()
    page.locator(".save-bar button").click()
    owner.sees("would have gone otherwise")
    page.get_by_text("For example").click()
    owner.sees(name)
    page.get_by_role("link", name="Leave as it was").click()
    assert not any(order in str(each.get("reference")) for each in place.orders("vendor-1"))


def test_an_order_of_unknown_outcome_is_resolved_by_who_looked(joined: Joined, place: Market) -> None:
    """None of the sandbox's platforms leaves an order so (all can look one up), so its row is made to be."""
    order, name = buys(place, joined.bowls["vendor-0"], paid=True)
    part = place.part("vendor-0", order)
    owner = joined.owner
    opens(owner, name)
    owner.waits_for("Pushed")
    with psycopg.connect(place.database, autocommit=True) as rows:
        rows.execute(
            "UPDATE vendor_order SET state = 'unknown', reason = 'outcome_unknown', remote_id = '', remote_lines = '[]'"
            " WHERE remote_id = %s",
            (part["id"],),
        )
    owner.page.reload()
    owner.sees("Nobody knows whether the order was placed")
    owner.fills(remote_id=part["id"])
    owner.presses("It exists")
    owner.waits_for("Pushed")
    parcel = {"company": "PostNord", "numbers": ["FOUND-AGAIN"], "urls": []}
    place.do("fulfill_order", store="vendor-0", order_id=part["id"], tracking=parcel)
    until(lambda: place.shipped(order, "FOUND-AGAIN"), "the parcel of the order that was found")


def test_keys_alone_log_in_and_look_at_an_order_again(joined: Joined, place: Market, chrome: Browser) -> None:
    _order, name = buys(place, joined.bowls["vendor-0"], paid=True)
    opens(joined.owner, name)
    address = joined.owner.page.url
    with person(chrome, place) as owner:
        page = owner.goes("/login/")
        walking.tabs_to(page, "document.activeElement.name === 'login'")
        page.keyboard.type("olga@harbour.example")
        walking.tabs_to(page, "document.activeElement.name === 'password'")
        page.keyboard.type(walking.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/m/harbour/")
        page.goto(address)
        walking.tabs_to(page, "document.activeElement.textContent.trim() === 'Look at it again'")
        page.keyboard.press("Enter")
        owner.sees("looked at again")
        assert owner.said == []
