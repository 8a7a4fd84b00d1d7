"""A vendor on Squarespace behind the engine: what it can do goes through, what it cannot becomes Needs attention."""

from datetime import timedelta
from typing import Any

import pytest

from crossdock.operations import listings, stores, vendors
from crossdock.operations.health import vendors_health
from crossdock.operations.status import status
from tests.sync.conftest import _plain_log  # noqa: F401  worlds log plainly
from tests.sync.test_notices import post, tell, wait
from tests.world import Crash, World, at_home, furnish, place, play

SITE = "site"


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def join(world: World, mode: str = "oauth", **given: Any) -> None:
    """A marketplace with a Shopify vendor and one on Squarespace, whose mug is linked."""
    await furnish(world, vendors_count=1)
    product = {"title": "Mug", "variants": [{"sku": "MUG", "price": "10.00", "inventory": 100}]}
    shop = await world.control(
        "create_store",
        store=SITE,
        platform="squarespace",
        currency="EUR",
        products=[product],
        app={"mode": mode},
        **given,
    )
    world.shops[SITE] = shop
    now = world.clock()
    ours = await world.control("add_product", store="market", product=product)
    world.shops["market"]["products"].append(ours)
    vendor = await world.do(
        vendors.add_vendor, marketplace=world.marketplace, name="Site", email="site@vendor.test", now=now
    )
    world.vendors[SITE] = vendor
    world.stores[SITE] = await world.do(
        stores.connect_store, marketplace=world.marketplace, vendor=vendor, platform="squarespace",
        typed_domain=shop["domain"], base_url=shop["base_url"], credentials=shop["credentials"], now=now,
    )  # fmt: skip
    theirs = shop["products"][0]
    link = listings.NewLink(
        vendor_id=vendor.pk, merchant_product_id=ours["id"], merchant_variant_id=ours["variants"][0]["id"],
        vendor_product_id=theirs["id"], vendor_variant_id=theirs["variants"][0]["id"],
    )  # fmt: skip
    await world.do(listings.link_variants, marketplace=world.marketplace, links=[link], made_by="test", now=now)
    await world.quiet()


def variant(world: World) -> str:
    return str(world.shops[SITE]["products"][0]["variants"][0]["id"])


async def mug(world: World, store: str) -> str:
    products = (await world.dump(store))["products"]
    return str(next(one["id"] for product in products for one in product["variants"] if one["sku"] == "MUG"))


async def attention(world: World) -> list[str]:
    rows = await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL ORDER BY id")
    return [row[0] for row in rows]


async def level(world: World) -> int:
    """What the merchant's store offers of the mug."""
    return int((await world.dump("market"))["inventory"][await mug(world, "market")])


@pytest.mark.parametrize("mode", ["oauth", "api_key"])
def test_an_order_goes_there_and_its_parcel_comes_back(database: str, mode: str) -> None:
    """With an API key nothing is told: listing finds it."""

    async def scenario(world: World) -> None:
        await join(world, mode)
        assert bool((await world.dump(SITE))["webhooks"]) is (mode == "oauth")
        await place(world, {"MUG": 2, "V1-A": 1})
        await world.quiet()
        (order,) = await world.orders(SITE)
        assert (order["lines"][0]["quantity"], order["channel_name"], order["mails"]) == (2, "Crossdock", 0)
        assert (await world.dump(SITE))["inventory"][variant(world)] == 98
        for number in ("A1", "A2"):
            tracking = {"company": "DHL", "numbers": [number], "urls": []}
            await world.control("fulfill_order", store=SITE, order_id=order["id"], tracking=tracking)
            await world.quiet()
            await world.sweep()
        (merchants,) = await world.orders("market")
        (parcel,) = merchants["fulfillments"]
        assert [line["quantity"] for line in parcel["lines"]] == [2]
        assert parcel["tracking"]["numbers"] == ["A1", "A2"]
        assert await attention(world) == []
        assert world.sandbox.counters["throttled"] == 0

    play(database, scenario)


def test_a_whole_parcel_whose_writer_died_is_found_by_what_was_left(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world)
        await place(world, {"MUG": 2})
        await world.quiet()
        (order,) = await world.orders(SITE)

        def die(*point: str) -> None:
            if point[:2] == ("result.before_commit", "create_fulfillment"):
                world.points.handler = None
                raise Crash(point)

        world.points.handler = die
        tracking = {"company": "DHL", "numbers": ["42"], "urls": []}
        await world.control("fulfill_order", store=SITE, order_id=order["id"], tracking=tracking)
        await world.quiet()
        assert world.crashes == 1
        assert world.http.calls.count("FulfillmentOrders") == 1, "it was written once, and not tried again"
        assert await world.sql("SELECT state, reason FROM parcel") == [("linked", "")]
        (bought,) = await world.orders("market")
        assert len(bought["fulfillments"]) == 1

    play(database, scenario)


def test_what_the_merchant_cancels_or_edits_becomes_a_persons(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world)
        placed = await place(world, {"MUG": 2})
        await world.quiet()
        await world.control("edit_order", store="market", order_id=placed["order_id"], set={"email": "new@buyer.test"})
        await world.quiet()
        assert await attention(world) == ["edit_refused"]
        await world.control("cancel_order", store="market", order_id=placed["order_id"], reason="customer")
        await world.quiet()
        assert "cancel_refused" in await attention(world)
        rows = await world.sql("SELECT words FROM vendor_order WHERE reason = 'cancel_refused'")
        assert "Squarespace lets no app cancel" in rows[0][0]
        (order,) = await world.orders(SITE)
        assert (order["cancelled_at"], order["email"]) == (None, "asa@buyer.test")
        await tell(world)
        await wait(world, seconds=61)
        (letter,) = [one for one in await post(world) if one.to == ["site@vendor.test"]]
        assert "it was cancelled, and your store did not take that. Cancel it there" in letter.body

    play(database, scenario)


def test_what_the_vendor_cancels_is_told(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world)
        await place(world, {"MUG": 2})
        await world.quiet()
        (order,) = await world.orders(SITE)
        await world.control("cancel_order", store=SITE, order_id=order["id"])
        await world.quiet()
        assert await attention(world) == ["cancelled_by_vendor"]

    play(database, scenario)


def test_an_answer_that_was_lost_makes_no_second_order(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world)
        rules = [{"where": "call", "match": "createOrder", "kind": kind, "rate": 0.4}
                 for kind in ("error_after", "drop_before", "in_flight", "timeout_after")]  # fmt: skip
        await world.control("faults", seed=1, rules=rules)
        for _ in range(12):
            await place(world, {"MUG": 1})
        await world.quiet(horizon=timedelta(hours=2))
        orders = await world.orders(SITE)
        assert len(orders) == len({order["reference"] for order in orders}) == 12
        assert (await world.dump(SITE))["inventory"][variant(world)] == 88
        states = await world.sql("SELECT DISTINCT state FROM vendor_order")
        assert states == [("linked",)]

    play(database, scenario)


def test_stock_sold_there_lowers_what_is_offered_here(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world)
        await world.read_catalogues()
        assert await level(world) == 100
        line = {"variant_id": variant(world), "quantity": 30}
        await world.control("place_order", store=SITE, lines=[line])
        await world.sweep()
        assert await level(world) == 70
        await place(world, {"MUG": 3})
        await world.quiet()
        await world.sweep()
        assert await level(world) == 67
        assert (await world.dump(SITE))["inventory"][variant(world)] == 67

    play(database, scenario)


def test_the_101st_order_of_an_hour_waits_and_nothing_else_does(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world, "api_key")
        for store in ("market", SITE):
            await world.control("adjust_stock", store=store, variant_id=await mug(world, store), delta=100)
        for _ in range(101):
            await place(world, {"MUG": 1})
        await world.quiet(horizon=timedelta(minutes=20))
        assert len(await world.orders(SITE)) == 99
        assert world.sandbox.counters["throttled"] == 0
        rows = await world.sql("SELECT count(*) FROM vendor_order WHERE state = 'ready'")
        assert rows == [(2,)]
        (queue,) = (await world.do(status, now=world.clock())).queues
        assert (queue.domain, queue.orders) == ("site.squarespace.com", 2)
        assert timedelta(minutes=50) < queue.next_at - world.clock() < timedelta(minutes=61)
        shown = await world.do(vendors_health, marketplace=world.marketplace, now=world.clock())
        assert {one.name: (one.queued, one.next_at) for one in shown} == {
            "Vendor 1": (0, None),
            "Site": (2, queue.next_at),
        }
        await world.sweep()
        await world.quiet(horizon=timedelta(minutes=70))
        assert len(await world.orders(SITE)) == 101
        assert await attention(world) == []

    play(database, scenario)


def test_tokens_are_renewed_and_the_webhooks_secret_outlives_them(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world)
        await world.quiet(horizon=timedelta(minutes=45))
        world.clock.at += timedelta(minutes=45)
        await place(world, {"MUG": 1})
        await world.quiet()
        (order,) = await world.orders(SITE)
        await world.control("fulfill_order", store=SITE, order_id=order["id"])
        await world.quiet()
        (merchants,) = await world.orders("market")
        assert len(merchants["fulfillments"]) == 1
        assert await attention(world) == []

    play(database, scenario)


def test_an_uninstalled_site_asks_for_its_owner(database: str) -> None:
    async def scenario(world: World) -> None:
        await join(world)
        await world.control("uninstall", store=SITE)
        await world.quiet()
        rows = await world.sql("SELECT state FROM store WHERE platform = 'squarespace'")
        assert rows == [("uninstalled",)]

    play(database, scenario)
