"""The rehearsal's page: not there without a stage; who may see it and act; what it says; without scripts; its cost.

The stage is the real one, over sandbox stores in a thread of this process. Not here: the hub (tests/browser).
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import DjangoAssertNumQueries

from crossdock.cli.children import free_port
from crossdock.models import Marketplace, VendorOrder
from crossdock.rehearsal import demo_market, script
from crossdock.rehearsal.hub import Hub
from crossdock.rehearsal.naive import InProcess
from crossdock.rehearsal.stage import Stage
from crossdock.rehearsal.stage_server import serve
from crossdock.web.rehearsal import client
from crossdock_sandbox.traffic.building import build
from crossdock_sandbox.world import Sandbox
from tests.operations import rows
from tests.web.places import World

pytestmark = pytest.mark.django_db

MUG, BEANIE = "northwick-ceramics:1", "fjord-wool:3"
NOWHERE = "http://127.0.0.1:9"
MOST_QUERIES = 9


@pytest.fixture(scope="module")
def stage() -> Iterator[str]:
    """The address of a stage whose other shoppers rest."""
    loop, port, ready = asyncio.new_event_loop(), free_port(0), threading.Event()

    async def perform() -> None:
        control = InProcess(Sandbox(1))
        built = await build(control, demo_market.market(), plan="basic", progress=lambda more: None)
        joined = Hub(Marketplace(pk=1), {shop.key: at for at, shop in enumerate(built.market.shops, 1)})
        stage = Stage(control, built, joined, kill=lambda: None)
        await stage.begin(script.Run(1))
        await stage.act(script.Trade(False))
        tasks = [asyncio.create_task(serve(stage, port)), asyncio.create_task(_look(stage))]
        ready.set()
        try:
            await asyncio.gather(*tasks)
        finally:
            await stage.end()

    running: list[asyncio.Task[None]] = []

    def run() -> None:
        running.append(loop.create_task(perform()))
        with_end = asyncio.gather(*running, return_exceptions=True)
        loop.run_until_complete(with_end)
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(30)
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(running[0].cancel)
    thread.join(10)


async def _look(stage: Stage) -> None:
    """As `keep`, but for the hub's log: its rows are this thread's test's."""
    while True:
        await stage.looks.look(time.time())
        await asyncio.sleep(0.05)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def there(settings: Any, stage: str) -> None:
    settings.ROOT_URLCONF = "tests.web.rehearsal_urls"
    settings.CROSSDOCK_REHEARSAL = stage


def _at(world: World, name: str = "rehearsal") -> str:
    return reverse(name, args=[world.place.slug])


def _text(world: World, person: str = "owner", query: str = "") -> str:
    return world.client(person).get(_at(world) + query).content.decode()


def _orders() -> tuple[Any, ...]:
    """None while the stage does not answer."""
    there = client.look()
    return tuple(there.orders) if there else ()


def _until(true: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 20
    while not (found := true()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def _act(world: World, **form: Any) -> str:
    """What the page says to it, without scripts."""
    answer = world.client("owner").post(_at(world, "rehearse"), form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_installation_without_a_stage_has_no_such_address(world: World) -> None:
    with pytest.raises(NoReverseMatch):
        _at(world)
    assert world.client("owner").get(f"/m/{world.place.slug}/rehearsal/").status_code == 404
    assert "Rehearsal" not in world.client("owner").get(f"/m/{world.place.slug}/").content.decode()


WHO = "owner staff reader vendor other_vendor stranger nobody".split()


MATRIX = {
    "rehearsal": ("200 200 200 404 404 404 302", "405 405 405 404 404 404 302"),
    "rehearse": ("405 405 403 404 404 404 302", "302 302 403 404 404 404 302"),
    "begin_rehearsal": ("405 405 403 404 404 404 302", "302 302 403 404 404 404 302"),
}


@pytest.mark.usefixtures("there")
def test_only_the_merchants_people_see_it_and_who_may_change_acts(world: World) -> None:
    clients = [world.client(who) for who in WHO]
    for name, written in MATRIX.items():
        address = _at(world, name)
        found = [[getattr(each, how)(address).status_code for each in clients] for how in ("get", "post")]
        assert tuple(" ".join(map(str, row)) for row in found) == written, name


def test_while_the_stores_are_set_up_it_says_so(world: World, settings: Any) -> None:
    settings.ROOT_URLCONF, settings.CROSSDOCK_REHEARSAL = "tests.web.rehearsal_urls", NOWHERE
    assert "The stores are being set up" in _text(world)
    assert "does not answer at the moment" in _act(world, act="kill")
    begun = world.client("owner").post(_at(world, "begin_rehearsal"), {"seed": "3"}, follow=True)
    assert "does not answer at the moment" in begun.content.decode()
    piece = world.client("owner").get(_at(world) + "?piece=orders", headers={"HX-Request": "true"})
    assert piece.status_code == 503


@pytest.mark.usefixtures("there")
def test_an_order_shows_where_it_is_and_what_the_hub_says_of_it(world: World) -> None:
    said = _act(world, act="order", paid="1", **{f"pieces:{MUG}": "2", f"pieces:{BEANIE}": "", "pieces:x": "0"})
    assert "Ordered. Watch it go to its vendors." in said
    order = _until(lambda: next(iter(_orders()), None))
    assert order.lines == (("Stoneware Mug, Oat", 2),)
    assert "On its way to the vendor" in _text(world)
    rows.vendor_order(world.order, world.other, reference=order.parts[0].reference, reason="store_not_connected")
    text = _text(world)
    assert "Waits at Crossdock" in text
    assert reverse("order", args=[world.place.slug, world.order.pk]) in text
    assert "Tried again at once" in _act(world, act=f"retry:{world.order.pk}")


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"act": "order"}, "Choose at least one thing"),
    ({"act": "order", f"pieces:{MUG}": "many"}, "Choose at least one thing"),
    ({"act": "order", "pieces:no-such:1": "1"}, "not listed in the marketplace"),
    ({"act": "ship:fjord-wool", "order": "you-99"}, "not part of this run"),
    ({"act": "pay", "order": ""}, "not part of this run"),
    ({"act": "switch:plug:1", "store": "no-such"}, "no such store"),
    ({"act": "switch:burn:1", "store": "fjord-wool"}, "That is no act"),
    ({"act": "stock", "offer": MUG, "pieces": "-1"}, "Choose at least one thing"),
    ({"act": "dance"}, "That is no act"),
    ({"act": "retry:999999"}, "not part of this run"),
    ({"act": "retry:x"}, "not part of this run"),
    ({}, "That is no act"),
)


@pytest.mark.usefixtures("there")
def test_what_cannot_be_done_is_said(world: World) -> None:
    owner = world.client("owner")
    for form, words in REFUSED:
        said = owner.post(_at(world, "rehearse"), form, headers={"HX-Request": "true"}).content.decode()
        assert words in said, form


@pytest.mark.usefixtures("there")
def test_a_switch_shows_as_pressed_and_ends(world: World) -> None:
    _act(world, act="switch:plug:1", store="fjord-wool")
    assert "Nobody answers there." in _text(world, query="?piece=orders")
    assert 'value="switch:plug:0" aria-pressed="true"' in _text(world)
    _act(world, act="switch:plug:0", store="fjord-wool")
    assert 'value="switch:plug:0"' not in _text(world)


@pytest.mark.usefixtures("there")
def test_who_only_reads_is_offered_no_acts(world: World) -> None:
    text = _text(world, "reader")
    assert "The marketplace now" in text
    assert "rehearsal/act/" not in text
    assert "Begin a new run" not in text


@pytest.mark.usefixtures("there")
def test_a_link_is_told_in_words_and_played(world: World) -> None:
    acts = (script.Done(0, script.Trade(False)), script.Done(61_000, script.Switch("fjord-wool", "lose", True)))
    text = script.written(script.Run(77, acts))
    shown = _text(world, query=f"?run={text}")
    assert "It has the seed 77 and 2 acts" in shown
    assert "Fjord &amp; Wool: Messages lost, on." in shown
    assert "1:01" in shown
    assert "That link holds no run" in _text(world, query="?run=broken")
    world.client("owner").post(_at(world, "begin_rehearsal"), {"run": text})
    assert "playing: " in _until(lambda: "playing: " in _text(world) and _text(world))
    refused = world.client("owner").post(_at(world, "begin_rehearsal"), {"seed": "much"}, follow=True)
    assert "A seed is a whole number" in refused.content.decode()
    world.client("owner").post(_at(world, "begin_rehearsal"), {"seed": "1"})
    _act(world, act="trade:0")


@pytest.mark.usefixtures("there")
def test_it_costs_the_same_however_many_orders_there_are(
    world: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    owner: Client = world.client("owner")
    for count in (1, 3):
        for _ in range(count):
            owner.post(_at(world, "rehearse"), {"act": "order", f"pieces:{MUG}": "1", f"pieces:{BEANIE}": "1"})
        orders = _until(lambda enough=count: len(found := _orders()) >= enough and found)
        for order in orders:
            for part in order.parts:
                if not VendorOrder.objects.filter(reference=part.reference).exists():
                    rows.vendor_order(rows.order(world.shop), world.vendor, reference=part.reference)
        with django_assert_max_num_queries(MOST_QUERIES):
            owner.get(_at(world))
