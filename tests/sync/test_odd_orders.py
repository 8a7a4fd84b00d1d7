"""Odd orders: very large, in odd currencies, of vendors that vanish, of people with odd names. None is lost."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from crossdock.models import VendorOrder
from crossdock.operations import stores, vendors
from tests.outside import judge, look, own, pushed, whole
from tests.sync.test_bad_input import agrees, buy, reasons
from tests.world import ADDRESS, World, at_home, credentials, furnish, place, play, variants

LOST = {"where": "webhook", "kind": "lose", "rate": 1}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


# -- large --


def many(world: World, count: int, skus: list[str]) -> list[dict[str, Any]]:
    known = variants(world, "market")
    return [{"variant_id": known[skus[at % len(skus)]][1], "quantity": 1 + at % 2} for at in range(count)]


def test_500_lines_of_several_vendors(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await buy(world, many(world, 500, ["V1-A", "V2-B", "V2-X", "V1-B"]), shipping=[{"title": "P", "price": "7.77"}])
        (first,) = await world.orders("vendor1")
        (second,) = await world.orders("vendor2")
        assert len(first["lines"]) == len(second["lines"]) == 250
        assert await whole(world) == []
        await agrees(world)

    play(database, scenario)


def test_500_lines_of_one_vendor_go_out_as_two_orders(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await buy(world, many(world, 500, ["V1-A"]), shipping=[{"title": "P", "price": "7.77"}])
        theirs = sorted(await world.orders("vendor1"), key=lambda order: str(order["reference"]))  # placed side by side
        assert [len(order["lines"]) for order in theirs] == [250, 250]
        assert [order["reference"].rpartition("-")[2] for order in theirs] == ["1", "2"]
        assert await whole(world) == []
        for number, order in enumerate(theirs):
            tracking = {"company": "Truck", "numbers": [f"T{number}"], "urls": []}
            await world.control("fulfill_order", store="vendor1", order_id=order["id"], tracking=tracking)
            await world.quiet()
        (order,) = await world.orders("market")
        assert order["fulfillment_status"] == "FULFILLED"
        assert sorted(parcel["tracking"]["numbers"][0] for parcel in order["fulfillments"]) == ["T0", "T1"]
        await agrees(world)
        await world.control("edit_order", store="market", order_id=placed["order_id"], set={"note": "both"})
        await world.quiet()
        assert [order["note"] for order in await world.orders("vendor1")] == ["both", "both"]

    play(database, scenario)


# -- money --


def test_zero_price_and_free_shipping(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        known = variants(world, "market")
        free = {"variant_id": known["V1-A"][1], "quantity": 2, "price": "0.00"}
        given = {"variant_id": known["V2-A"][1], "quantity": 1, "price": "10.00", "discount": "10.00"}
        await buy(world, [free], shipping=[{"title": "Free", "price": "0.00"}])
        await buy(world, [free, given], shipping=[{"title": "Post", "price": "5.00", "discount": "5.00"}])
        await buy(world, [free], shipping=[])
        assert [order["total"] for order in await world.orders("vendor1")] == ["0.00"] * 3
        assert [order["total"] for order in await world.orders("vendor2")] == ["0.00"]
        assert {order["financial_status"] for order in await world.orders("vendor1")} == {"PAID"}
        assert await whole(world) == []
        await agrees(world)

    play(database, scenario)


def test_the_buyer_saw_another_currency(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        tax = [{"title": "VAT", "rate": "0.25", "price": "2.51"}]
        known = variants(world, "market")
        lines = [
            {"variant_id": known["V1-A"][1], "quantity": 1, "tax": tax},
            {"variant_id": known["V2-A"][1], "quantity": 3, "discount": "0.07"},
        ]
        await buy(world, lines, presentment={"currency": "SEK", "rate": "11.37"})
        (order,) = await world.orders("market")
        assert order["presentment_currency"] == "SEK"
        for store in ("vendor1", "vendor2"):
            (theirs,) = await world.orders(store)
            assert theirs["currency"] == "EUR"
        assert await whole(world) == []
        await agrees(world)

    play(database, scenario)


@pytest.mark.parametrize(
    ("currency", "price", "shipping", "discount", "tax"),
    [("JPY", "1000", "501", "33", "91"), ("KWD", "1.005", "0.501", "0.007", "0.051")],
)
def test_currencies_without_and_with_three_decimals(
    database: str, currency: str, price: str, shipping: str, discount: str, tax: str
) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, vendors_count=3, currency=currency)
        known = variants(world, "market")
        lines = [
            {
                "variant_id": known[f"V{number}-A"][1],
                "quantity": number,
                "price": price,
                "discount": discount,
                "tax": [{"title": "VAT", "rate": "0.1", "price": tax}],
            }
            for number in (1, 2, 3)
        ]
        charge = {"title": "Post", "price": shipping, "tax": [{"title": "VAT", "rate": "0.1", "price": tax}]}
        await buy(world, lines, shipping=[charge])
        assert await whole(world) == []
        unit = Decimal(1).scaleb(0 if currency == "JPY" else -3)
        for store in ("vendor1", "vendor2", "vendor3"):
            (theirs,) = await world.orders(store)
            assert theirs["currency"] == currency
            assert Decimal(theirs["total"]) % unit == 0
            assert theirs["financial_status"] == "PAID"
        assert await reasons(world) == []
        await agrees(world)

    play(database, scenario)


def test_tips_and_gift_cards_are_the_merchants_own(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        known = variants(world, "market")["V1-A"][1]
        card = {"title": "Gift card", "quantity": 1, "price": "50.00", "gift_card": True, "requires_shipping": False}
        await buy(world, [{"variant_id": known, "quantity": 1}, card], tip="3.00")
        await buy(world, [card | {"variant_id": None}])
        (theirs,) = await world.orders("vendor1")
        assert [line["sku"] for line in theirs["lines"]] == ["V1-A"]
        assert theirs["total"] == "15.00"
        (first, second) = await world.orders("market")
        assert (first["total"], second["total"]) == ("68.00", "55.00")
        assert await reasons(world) == []
        await agrees(world)

    play(database, scenario)


# -- vendors that vanish --


def test_a_vendor_taken_out_after_the_order_was_placed(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await buy(world, many(world, 2, ["V1-A", "V2-A"]))
        await world.do(vendors.set_vendor_active, vendor=world.vendors["vendor1"], active=False, now=world.clock())
        (theirs,) = await world.orders("vendor1")
        tracking = {"company": "PostNord", "numbers": ["PN1"], "urls": []}
        await world.control("fulfill_order", store="vendor1", order_id=theirs["id"], tracking=tracking)
        await place(world, {"V1-A": 1, "V2-A": 1})
        await world.quiet()
        assert [words for words in await judge(world) if "vendor2" in words or "parcel" in words] == []
        row = await world.do(VendorOrder.objects.get, vendor=world.vendors["vendor1"], order__name="#1002")
        assert (row.state, row.reason) == ("held", "vendor_gone")

    play(database, scenario)


def test_a_vendors_shop_uninstalled_then_connected_again(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        sent = await buy(world, many(world, 1, ["V1-A"]))
        await world.control("uninstall", store="vendor1")
        await world.control("edit_order", store="market", order_id=sent["order_id"], set={"note": "after"})
        await place(world, {"V1-B": 1, "V2-A": 1})
        await world.quiet()
        assert (await pushed(world))["vendor2"] == {"#1002 V2-A:1": 1}
        assert "store_uninstalled" in await reasons(world)
        row = await world.do(VendorOrder.objects.get, vendor=world.vendors["vendor1"], order__name="#1002")
        assert (row.state, row.reason) == ("held", "store_not_connected")
        await reinstall(world, "vendor1")
        assert await reasons(world) == []
        await agrees(world)

    play(database, scenario)


async def reinstall(world: World, store: str) -> None:
    shop = await world.control("install", store=store)
    world.shops[store] |= shop
    await world.do(
        stores.reauthorize_store,
        store=world.stores[store],
        credentials=credentials(world.shops[store] | {"refresh_token": ""}),
        now=world.clock(),
    )
    await world.quiet()


def test_an_uninstall_that_nobody_told_of(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("faults", seed=1, rules=[LOST | {"store": "vendor1"}])
        await world.control("uninstall", store="vendor1")
        await place(world, {"V1-B": 1})
        await world.quiet()
        assert await reasons(world) == ["needs_reauthorisation"]
        await reinstall(world, "vendor1")
        assert (await pushed(world))["vendor1"] == {"#1001 V1-B:1": 1}
        assert await reasons(world) == []

    play(database, scenario)


@pytest.mark.parametrize("told", [True, False])
def test_a_vendor_order_that_the_vendor_deleted(database: str, told: bool) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        placed = await buy(world, many(world, 2, ["V1-A", "V2-A"]))
        if not told:
            await world.control("faults", seed=1, rules=[LOST])
        (theirs,) = await world.orders("vendor1")
        await world.control("delete_order", store="vendor1", order_id=theirs["id"])
        await world.quiet()
        await world.control("faults", seed=1, rules=[])
        await world.control("edit_order", store="market", order_id=placed["order_id"], set={"note": "still there?"})
        await world.quiet()
        assert await reasons(world) == ["vendor_order_gone"]
        assert await world.orders("vendor1") == [], "what the vendor deleted is not made again unasked"
        assert (await world.orders("vendor2"))[0]["note"] == "still there?"
        await world.control("cancel_order", store="market", order_id=placed["order_id"], reason="customer")
        await world.quiet()
        assert await reasons(world) == []
        assert await world.keys() == [key for key in await world.keys() if key[0] == "subscription"]

    play(database, scenario)


# -- people --


def test_emoji_and_right_to_left_names(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        buyer = {"first_name": "🦊 נועה", "last_name": "القحطاني‏", "email": "noa@buyer.test", "phone": "+972501234567"}
        address = ADDRESS | {
            "first_name": "🦊 נועה",
            "last_name": "القحطاني‏",
            "address1": "الرחוב 1 👨‍👩‍👧‍👦",
            "city": "תל אביב",
        }
        line = {"variant_id": None, "title": "קפה ☕️ Ünïcode", "vendor": "Vendor 1", "price": "3.00", "quantity": 1}
        engraved = [{"name": "הקדשה", "value": "מזל טוב 🎉"}]
        await buy(
            world,
            [line | {"properties": engraved}, {"variant_id": variants(world, "market")["V2-A"][1], "quantity": 1}],
            customer=buyer,
            shipping_address=address,
            note="✨ לצלצל פעמיים ✨",
            tags=["متجر", "🎁"],
        )
        (order,) = await world.orders("market")
        (theirs,) = await world.orders("vendor1")
        assert theirs["shipping_address"] == order["shipping_address"]
        assert theirs["customer"]["first_name"] == buyer["first_name"]
        assert theirs["note"] == order["note"]
        assert theirs["lines"][0]["title"] == line["title"]
        assert engraved[0] in theirs["lines"][0]["properties"]
        assert sorted(theirs["tags"]) == sorted([*order["tags"], "Crossdock"])

    play(database, scenario)


@pytest.mark.parametrize(
    "buyer",
    [
        None,
        {"first_name": "", "last_name": "", "email": "", "phone": "+46701234567"},
        {"first_name": "Mail", "last_name": "Only", "email": "mail@buyer.test", "phone": ""},
        {"first_name": "Name", "last_name": "Only", "email": "", "phone": ""},
    ],
)
def test_buyers_without_an_address_or_a_way_to_reach_them(database: str, buyer: Any) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await buy(world, many(world, 2, ["V1-A", "V2-A"]), customer=buyer, shipping_address=None, shipping=[])
        seen = await look(world)
        for store in ("vendor1", "vendor2"):
            (theirs,) = seen[store]
            assert theirs["shipping_address"] is None
            assert len(theirs["lines"]) == len(own(seen["market"][0], store))
        assert await whole(world) == []
        await agrees(world)

    play(database, scenario)
