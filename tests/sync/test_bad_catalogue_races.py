"""Catalogues that change or say odd things while they are read: products that go between reading and writing, answers
without variants, films among the pictures, other currencies.

Not here: odd products as such (test_bad_catalogue.py), or stores that fail (test_faults.py).
"""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from crossdock.connector.http import Request, Response
from crossdock.operations import catalogue_rules
from tests.sync.listing_world import Shown, add, agrees, at_vendor, listing, offer, offering, pairs, tee, there, twin
from tests.sync.test_bad_catalogue import goods, one, sold
from tests.world import World, _vendor, at_home, connect, play


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def after(world: World, call: str, op: str, **arguments: Any) -> None:
    """Somebody does something right after the next answer to `call`."""
    send = world.http.send
    waiting = [call]

    async def sending(request: Request) -> Response:
        response = await send(request)
        if request.call in waiting:
            waiting.remove(request.call)
            await world.control(op, **arguments)
        return response

    world.http.send = sending  # type: ignore[method-assign]


def test_the_merchants_product_goes_between_reading_and_writing(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product, beside = await add(world, tee()), await add(world, tee(title="Beside"))
        after(world, "ReadProducts", "delete_product", store="market", product_id=(await there(world, product))["id"])
        for each in (product, beside):
            await world.control("edit_product", store="vendor1", product_id=each, set={"product_type": "Tops"})
        await world.quiet()
        row = await listing(world, product)
        assert (row["state"], row["reason"]) == ("ended", "merchant_deleted")
        assert await pairs(world, product) == {}
        assert await world.sql("SELECT reason FROM attention WHERE closed_at IS NULL") == [("listing_deleted",)]
        assert (await there(world, beside))["product_type"] == "Tops"
        await agrees(world)

    play(database, scenario)


def test_the_vendors_product_goes_while_it_is_made(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        product, beside = await sold(world, tee()), await sold(world, tee(title="Beside"))
        await world.quiet()
        after(world, "MakeProduct", "delete_product", store="vendor1", product_id=product)
        await offer(world)
        await world.read_catalogues()
        row, made = await listing(world, product), await twin(world, product)
        assert (row["state"], row["reason"]) == ("ended", "vendor_deleted")
        assert made is None or made["status"] == "DRAFT"
        assert (await there(world, beside))["status"] == "ACTIVE"
        await agrees(world)

    play(database, scenario)


def of_product(title: str, change: Callable[[Shown], None]) -> Callable[[Request, Response], Response]:
    """The vendor's answers about the product of that title are changed on their way."""

    def tamper(request: Request, response: Response) -> Response:
        if "/vendor1/" not in request.url or title.encode() not in response.body or request.method != "POST":
            return response
        answer = msgspec.json.decode(response.body)
        for found in products(answer, title):
            change(found)
        return Response(response.status, response.headers, msgspec.json.encode(answer))

    return tamper


def products(of: Any, title: str) -> Iterator[Shown]:
    if isinstance(of, dict):
        if of.get("title") == title and "variants" in of:
            yield of
        for each in of.values():
            yield from products(each, title)
    elif isinstance(of, list):
        for each in of:
            yield from products(each, title)


async def unheard(world: World, product: Shown) -> str:
    """A product whose delivery is lost, so that it is listed."""
    world.hub_is_down = True
    made = await sold(world, product)
    await world.sandbox.settle()
    world.hub_is_down = False
    return made


def test_a_product_without_variants_is_told_and_holds_up_no_other(database: str) -> None:
    """No shop can have one; an answer may."""

    def hollow(product: Shown) -> None:
        product["variants"]["nodes"] = []

    async def scenario(world: World) -> None:
        await offering(world)
        world.http.tamper = of_product("Hollow", hollow)
        product, beside = await unheard(world, goods("Hollow")), await sold(world, goods("Whole"))
        await world.sweep()
        await offer(world)
        row = await listing(world, product)
        assert (row["state"], [each["code"] for each in row["problems"]]) == ("wanted", ["no_variants"])
        assert await twin(world, beside) is not None
        world.http.tamper = lambda request, response: response
        await at_vendor(world, "edit_product", product_id=product, set={"product_type": "Tops"})
        await world.read_catalogues()
        assert (await listing(world, product))["state"] == "live"

    play(database, scenario)


def test_films_and_models_are_said_not_to_be_carried(database: str) -> None:
    def filmed(product: Shown) -> None:
        for node, kind in zip(product["media"]["nodes"][1:], ("VIDEO", "MODEL_3D"), strict=True):
            del node["image"]
            node["mediaContentType"] = kind

    async def scenario(world: World) -> None:
        await offering(world)
        world.http.tamper = of_product("Film", filmed)
        media = [f"https://cdn.test/{number}.jpg" for number in range(3)]
        product = await unheard(world, goods("Film", media=media))
        await world.sweep()
        await offer(world)
        row = await listing(world, product)
        assert row["problems"] == [
            {"code": "media_kind", "field": "media", "seen": {"count": 2, "kinds": ["model_3d", "video"]}}
        ]
        assert len((await there(world, product))["media"]) == 1
        assert row["state"] == "live"

    play(database, scenario)


def test_a_vendor_with_another_currency_waits_for_its_factor(database: str) -> None:
    async def scenario(world: World) -> None:
        await offering(world)
        await _vendor(world, 3, "USD")
        await connect(world, 3)
        await world.quiet()
        await offer(world, 3)
        rows = await world.sql(
            "SELECT state, problems FROM listing WHERE vendor_id = %s", [world.vendors["vendor3"].pk]
        )
        for state, problems in rows:
            assert (state, problems[0]["code"]) == ("wanted", "currency_differs")
            assert problems[0]["seen"] == {"vendor": "USD", "merchant": "EUR"}
        assert len(rows) == 3
        await world.do(
            catalogue_rules.set_catalogue_policy,
            marketplace=world.marketplace,
            vendor=world.vendors["vendor3"],
            changes={"price_factor": "0.9"},
            who="test",
            now=world.clock(),
        )
        await world.quiet()
        prices = {
            variant["sku"]: variant["price"]
            for product in (await world.dump("market"))["products"]
            for variant in product["variants"]
        }
        assert {sku: price for sku, price in prices.items() if sku.startswith("V3")} == {
            "V3-A": "9.00", "V3-B": "2.25", "V3-X": "6.30"
        }  # fmt: skip
        await agrees(world)

    play(database, scenario)


@pytest.mark.parametrize(("currency", "price", "asked"), [("JPY", "1001", "1101.00"), ("KWD", "1.25", "1.38")])
def test_currencies_without_decimals_and_with_three(database: str, currency: str, price: str, asked: str) -> None:
    """1001 yen and ten per cent are 1101, not 1101.1; 1.375 dinars are written so (the sandbox keeps two places)."""

    async def scenario(world: World) -> None:
        await offering(world, rules={"price_factor": "1.1"}, currency=currency)
        product = await sold(world, goods("Cup", one(price=price)))
        await world.quiet()
        await offer(world)
        assert [each["price"] for each in (await there(world, product))["variants"]] == [asked]
        assert (await listing(world, product))["problems"] == []
        await agrees(world)

    play(database, scenario)
