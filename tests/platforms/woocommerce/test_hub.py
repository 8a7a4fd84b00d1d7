"""The hub's own engine between WooCommerce shops: orders and parcels, stock, listings, a lost answer.

Not here: what the engine does with every other platform (tests/sync).
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crossdock.connector.http import NoAnswer, Request
from crossdock.models import MerchantOrder, VendorOrder
from crossdock.operations import catalogue_rules, choosing, people, settings, stores, vendors
from crossdock.operations.marks import mark_routing
from tests.world import World, at_home, link, place, play, variants

STEP = timedelta(seconds=5)
RULES = {"order_sync": True, "paid_only": False, "push_unsynced": True, "override_customer": False}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def products(letters: str) -> list[dict[str, Any]]:
    return [
        {"title": f"Thing {letter}", "variants": [{"sku": f"V1-{letter}", "price": "10.00", "inventory": 100}]}
        for letter in letters
    ]


TEE = {
    "title": "Tee & Co",
    "options": ["Size"],
    "variants": [{"sku": f"TEE-{size}", "price": "20.00", "options": [size], "inventory": 7} for size in "SM"],
}


async def furnish(world: World, theirs: dict[str, Any] | None = None, **site: Any) -> None:
    """A merchant and one vendor, both with WooCommerce, the vendor's site as `theirs` says; two products linked."""
    now = world.clock()
    world.marketplace = await world.do(people.create_marketplace, name="Market", slug="market", now=now)
    await connect(world, "market", None, products("ABX"), site)
    vendor = await world.do(vendors.add_vendor, marketplace=world.marketplace, name="V", email="v@v.test", now=now)
    world.vendors["vendor1"] = vendor
    await connect(world, "vendor1", vendor, [*products("AB"), TEE], theirs or site)
    await link(world, 1, "AB")
    policy = {"marketplace": world.marketplace, "vendor": None, "who": "test", "now": now}
    await world.do(settings.set_order_policy, changes=RULES, **policy)
    await world.quiet()


async def connect(world: World, name: str, vendor: Any, goods: list[dict[str, Any]], site: dict[str, Any]) -> None:
    given = {"platform": "woocommerce", "currency": "EUR", "products": goods, "site": site}
    shop = world.shops[name] = await world.control("create_store", store=name, **given)
    world.stores[name] = await world.do(
        stores.connect_store,
        marketplace=world.marketplace,
        vendor=vendor,
        platform="woocommerce",
        typed_domain=shop["domain"],
        base_url=shop["base_url"],
        credentials=shop["credentials"],
        now=world.clock(),
    )


def lose(world: World, call: str, times: int = 1) -> None:
    """The next answers to this call are lost after its work was done."""
    send: Callable[[Request], Any] = world.http.send
    left = [times]

    async def losing(request: Request) -> Any:
        answer = await send(request)
        if request.call == call and request.method != "GET" and left[0]:
            left[0] -= 1
            raise NoAnswer("the line went")
        return answer

    world.http.send = losing  # type: ignore[method-assign]


def test_an_order_is_pushed_and_its_parcel_comes_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 2, "V1-B": 1})
        await world.quiet()
        (order,) = await world.orders("vendor1")
        assert {line["sku"]: line["quantity"] for line in order["lines"]} == {"V1-A": 2, "V1-B": 1}
        assert Decimal(order["total"]) == Decimal("35.00")
        given = {"company": "DHL", "numbers": ["42"], "urls": ["https://t/42"]}
        await world.control("fulfill_order", store="vendor1", order_id=order["id"], tracking=given)
        world.clock.at += STEP
        await world.quiet()
        await world.sweep()
        (bought,) = await world.orders("market")
        assert bought["status"] == "completed"
        assert [mail for mail in (await world.dump("vendor1"))["mails"] if mail["to"] == "customer"] == []

    play(database, scenario)


def test_an_order_whose_answer_is_lost_is_there_once(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, hpos=False)
        lose(world, "create_order")
        await place(world, {"V1-A": 1})
        await world.quiet()
        assert len(await world.orders("vendor1")) == 1
        assert await world.sql("SELECT state FROM vendor_order") == [("linked",)]

    play(database, scenario)


def test_a_hub_that_forgot_what_it_sent_sends_nothing_twice(database: str) -> None:
    """A backup of before was restored: only an order that was placed a moment ago is not looked for."""

    async def scenario(world: World) -> None:
        await furnish(world)
        listed = world.sandbox.counters["op.orders.list"]
        await place(world, {"V1-A": 1})
        await world.quiet()
        assert world.sandbox.counters["op.orders.list"] == listed
        await world.do(VendorOrder.objects.all().delete)
        world.clock.at += timedelta(seconds=20)
        order = await world.do(MerchantOrder.objects.get)
        await world.do(mark_routing, order=order, now=world.clock(), reason="test")
        await world.quiet()
        assert len(await world.orders("vendor1")) == 1
        assert await world.sql("SELECT state, attempt FROM vendor_order") == [("linked", 1)]

    play(database, scenario)


def test_a_cancelled_order_gives_its_stock_back(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await place(world, {"V1-A": 3})
        await world.quiet()
        vendor_id = variants(world, "vendor1")["V1-A"][1]
        assert (await world.dump("vendor1"))["inventory"][vendor_id] == 97
        await world.control("cancel_order", store="market", order_id=placed["order_id"])
        world.clock.at += STEP
        await world.quiet()
        await world.sweep()
        assert (await world.dump("vendor1"))["inventory"][vendor_id] == 100
        (order,) = await world.orders("vendor1")
        assert order["status"] == "cancelled"

    play(database, scenario)


def test_the_vendors_stock_is_offered_at_the_merchant(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await world.read_catalogues()
        ours, theirs = variants(world, "market"), variants(world, "vendor1")
        changes = {"store": "vendor1", "variant_id": theirs["V1-A"][1], "available": 4}
        await world.control("set_stock", **changes)
        world.clock.at += STEP
        await world.quiet()
        await world.sweep()
        assert (await world.dump("market"))["inventory"][ours["V1-A"][1]] == 4
        await place(world, {"V1-A": 1})
        await world.quiet()
        await world.sweep()
        assert (await world.dump("market"))["inventory"][ours["V1-A"][1]] == 3
        assert (await world.dump("vendor1"))["inventory"][theirs["V1-A"][1]] == 3

    play(database, scenario)


@pytest.mark.parametrize("lost", ["", "write_variants"])
def test_a_vendors_products_are_listed_and_followed(database: str, lost: str) -> None:
    """Two of them are in the merchant's shop already, under the same SKU: they are told, and leave nothing behind."""

    async def scenario(world: World) -> None:
        await furnish(world)
        if lost:
            lose(world, lost)
        rules = {"marketplace": world.marketplace, "vendor": None, "who": "test", "now": world.clock()}
        await world.do(catalogue_rules.set_catalogue_policy, changes={"new_status": "active"}, **rules)
        await world.read_catalogues()
        chosen = {"vendor": world.vendors["vendor1"], "now": world.clock(), "who": "test"}
        await world.do(choosing.choose_products, everything=True, approved=True, **chosen)
        await world.quiet()
        await world.sweep()
        (tee,) = [one for one in (await world.dump("market"))["products"] if one["title"] == "Tee & Co"]
        assert [one["sku"] for one in tee["variants"]] == ["TEE-S", "TEE-M"]
        stock = (await world.dump("market"))["inventory"]
        assert [stock[one["id"]] for one in tee["variants"]] == [7, 7]
        theirs = world.shops["vendor1"]["products"][-1]
        change = {"variant_id": theirs["variants"][0]["id"], "set": {"price": "25.00"}}
        await world.control("edit_variant", store="vendor1", **change)
        world.clock.at += STEP
        await world.quiet()
        await world.sweep()
        (tee,) = [one for one in (await world.dump("market"))["products"] if one["title"] == "Tee & Co"]
        assert Decimal(tee["variants"][0]["price"]) == Decimal("25.00")
        states = await world.sql("SELECT state, count(*), max(words) FROM listing GROUP BY state ORDER BY state")
        assert [(state, count) for state, count, _ in states] == [("live", 1), ("rejected", 2)]
        assert "the SKU V1-B is used by another product" in states[1][2]
        titles = sorted(one["title"] for one in (await world.dump("market"))["products"])
        assert titles == ["Tee & Co", "Thing A", "Thing B", "Thing X"]

    play(database, scenario)
