"""A vendor on a real Vendure server behind the engine, the merchant on a sandbox store.

Not here: what the engine does with every platform (tests/sync), the connector by itself (test_orders.py).
"""

from datetime import timedelta
from typing import Any

import pytest

from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.connector.testing import NotCovered
from crossdock.operations import listings, stores, vendors
from crossdock.platforms.vendure.platform import PLATFORM
from tests.platforms.vendure.admin import Admin
from tests.platforms.vendure.bench import Store, VendureBench
from tests.world import World, at_home, furnish, place, play

PRODUCT = {"title": "Mug", "variants": [{"sku": "MUG", "price": "10.00", "inventory": 100}]}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


class Shop:
    """The vendor's store in a world, and the way there. `lose`: calls whose answers are lost, each so many times."""

    def __init__(self, world: World, bench: VendureBench) -> None:
        self.world, self.bench = world, bench
        self.lose: dict[str, int] = {}
        self._sandbox = world.http.send
        world.http.send = self.send
        self.keep_time()

    def keep_time(self) -> None:
        """The server's clock and the world's are one: each goes on to where the other is."""
        self.world.clock.at = max(self.world.clock.at, self.bench.clock())
        self.bench.server.offset += max((self.world.clock.at - self.bench.clock()).total_seconds(), 0.0)

    async def send(self, request: Request) -> Response:
        if not request.url.startswith(self.bench.server.url):
            return await self._sandbox(request)
        self.keep_time()
        self.world.http.calls.append(request.call)
        answer = await self.bench.http.send(request)
        if self.lose.get(request.call, 0) and b"mutation" in request.body:
            self.lose[request.call] -= 1
            raise NoAnswer("the line went")
        return answer

    async def join(self) -> None:
        """A marketplace with a vendor on a sandbox store and one on Vendure, whose mug is linked."""
        world = self.world
        await furnish(world, vendors_count=1)
        self.bench.server.stores += 1
        admin = Admin(self.bench.http, self.bench.server.url)
        self.store = await Store.open(f"hub-{self.bench.server.stores}", admin, [PRODUCT], "EUR")
        self.goods = self.store.goods["MUG"]
        ours = await world.control("add_product", store="market", product=PRODUCT)
        world.shops["market"]["products"].append(ours)
        self.mug = str(ours["variants"][0]["id"])
        now = world.clock()
        vendor = await world.do(
            vendors.add_vendor, marketplace=world.marketplace, name="Potter", email="p@vendor.test", now=now
        )
        await world.do(
            stores.connect_store, marketplace=world.marketplace, vendor=vendor, platform=PLATFORM.name,
            typed_domain=self.bench.server.url, base_url=self.bench.server.url,
            credentials={"mode": "session", "access_token": self.store.token, "channel": self.store.channel}, now=now,
        )  # fmt: skip
        link = listings.NewLink(
            vendor_id=vendor.pk, merchant_product_id=ours["id"], merchant_variant_id=self.mug,
            vendor_product_id=self.goods.product_id, vendor_variant_id=self.goods.variant_id,
        )  # fmt: skip
        await world.do(listings.link_variants, marketplace=world.marketplace, links=[link], made_by="test", now=now)
        await world.quiet()

    async def orders(self) -> list[dict[str, Any]]:
        """Every order of the channel, drafts too."""
        document = "{orders{items{id state totalWithTax lines{id quantity} customer{emailAddress}}}}"
        found: list[dict[str, Any]] = (await self.store.admin.ask(document))["orders"]["items"]
        return found

    async def left(self) -> int:
        on_hand, allocated = await self.store.stock(self.goods.variant_id)
        return on_hand - allocated

    async def offered(self) -> int:
        return int((await self.world.dump("market"))["inventory"][self.mug])


@pytest.fixture
def bench() -> VendureBench:
    try:
        return VendureBench(PLATFORM)
    except NotCovered as why:
        pytest.skip(str(why))


async def attention(world: World) -> list[str]:
    return [row[0] for row in await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL ORDER BY id")]


def test_an_order_goes_there_and_its_parcels_come_back(database: str, bench: VendureBench) -> None:
    async def scenario(world: World) -> None:
        shop = Shop(world, bench)
        await shop.join()
        await place(world, {"MUG": 3, "V1-A": 1})
        await world.quiet()
        (order,) = await shop.orders()
        assert (order["state"], order["lines"][0]["quantity"]) == ("PaymentSettled", 3)
        assert order["customer"]["emailAddress"].endswith(".invalid")
        assert await shop.left() == 97
        for number, quantity in (("N1", 1), ("N2", 2)):
            line = {"line_id": order["lines"][0]["id"], "quantity": quantity}
            told = {"company": "DHL", "numbers": [number]}
            await shop.store.fulfill_order(order_id=order["id"], lines=[line], tracking=told)
            world.clock.at += timedelta(minutes=5)
            await world.sweep()
        (bought,) = await world.orders("market")
        parcels = [one for one in bought["fulfillments"] if one["tracking"]["company"] == "DHL"]
        assert [one["tracking"]["numbers"] for one in parcels] == [["N1"], ["N2"]]
        assert [line["quantity"] for one in parcels for line in one["lines"]] == [1, 2]
        assert await attention(world) == []

    play(database, scenario)


def test_what_the_merchant_cancels_or_edits_follows(database: str, bench: VendureBench) -> None:
    async def scenario(world: World) -> None:
        shop = Shop(world, bench)
        await shop.join()
        placed = await place(world, {"MUG": 2})
        await world.quiet()
        await world.control("edit_order", store="market", order_id=placed["order_id"], set={"note": "ring twice"})
        await world.quiet()
        (order,) = await shop.orders()
        document = 'query($id:ID!){order(id:$id){history(options:{filter:{type:{eq:"ORDER_NOTE"}}}){items{data}}}}'
        (note,) = (await shop.store.admin.ask(document, id=order["id"]))["order"]["history"]["items"]
        assert "Note: ring twice" in note["data"]["note"]
        await world.control("cancel_order", store="market", order_id=placed["order_id"], reason="customer")
        await world.quiet()
        assert [one["state"] for one in await shop.orders()] == ["Cancelled"]
        assert await shop.left() == 100
        assert await attention(world) == []

    play(database, scenario)


def test_an_unpaid_order_is_marked_paid_when_it_is(database: str, bench: VendureBench) -> None:
    async def scenario(world: World) -> None:
        shop = Shop(world, bench)
        await shop.join()
        placed = await place(world, {"MUG": 1}, paid=False)
        await world.quiet()
        assert [one["state"] for one in await shop.orders()] == ["ArrangingAdditionalPayment"]
        await world.control("pay_order", store="market", order_id=placed["order_id"])
        await world.quiet()
        assert [one["state"] for one in await shop.orders()] == ["PaymentSettled"]

    play(database, scenario)


def test_what_the_vendor_cancels_is_told(database: str, bench: VendureBench) -> None:
    async def scenario(world: World) -> None:
        shop = Shop(world, bench)
        await shop.join()
        await place(world, {"MUG": 2})
        await world.quiet()
        (order,) = await shop.orders()
        await shop.store.cancel_order(order_id=order["id"])
        world.clock.at += timedelta(minutes=5)
        await world.sweep()
        assert await attention(world) == ["cancelled_by_vendor"]

    play(database, scenario)


@pytest.mark.parametrize("call", ["createDraftOrder", "fillDraftOrder", "createOrder"])
def test_an_answer_that_was_lost_makes_no_second_order(database: str, bench: VendureBench, call: str) -> None:
    async def scenario(world: World) -> None:
        shop = Shop(world, bench)
        await shop.join()
        shop.lose = {call: 1}
        await place(world, {"MUG": 2})
        await world.quiet(horizon=timedelta(hours=1))
        placed = [one for one in await shop.orders() if one["state"] != "Draft"]
        assert [one["state"] for one in placed] == ["PaymentSettled"]
        assert shop.lose == {call: 0}
        assert await shop.left() == 98
        assert await world.sql("SELECT DISTINCT state FROM vendor_order") == [("linked",)]

    play(database, scenario)


def test_stock_sold_there_lowers_what_is_offered_here(database: str, bench: VendureBench) -> None:
    async def scenario(world: World) -> None:
        shop = Shop(world, bench)
        await shop.join()
        await world.read_catalogues()
        assert await shop.offered() == 100
        await shop.store.place_order(lines=[{"variant_id": shop.goods.variant_id, "quantity": 30}])
        await world.sweep()
        assert await shop.offered() == 70
        await place(world, {"MUG": 3})
        await world.quiet()
        await world.sweep()
        assert (await shop.offered(), await shop.left()) == (67, 67)
        await shop.store.set_stock(variant_id=shop.goods.variant_id, available=5)
        await world.sweep()
        assert await shop.offered() == 5

    play(database, scenario)
