"""Bad and odd input, from anybody: it is refused or understood, and no order is lost by it."""

import asyncio
import base64
import hmac
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.connector.http import Request, Response
from crossdock.hooks import LARGEST
from crossdock.models import Attention, VendorOrder
from crossdock.operations import stores, vendors
from tests.outside import judge, look, own, pushed, second_pass, whole
from tests.world import ADDRESS, World, at_home, credentials, furnish, place, play, variants

LOST = {"where": "webhook", "kind": "lose", "rate": 1}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


async def agrees(world: World) -> None:
    assert await judge(world) == []
    assert await second_pass(world) == Counter()


async def reasons(world: World) -> list[str]:
    return await world.do(lambda: sorted(Attention.objects.filter(closed_at=None).values_list("reason", flat=True)))  # type: ignore[no-any-return]


async def buy(world: World, lines: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """An order of lines given one by one."""
    placed = await place(world, {}, lines=lines, **more)
    await world.quiet()
    return placed


# -- deliveries --


def signed(world: World, store: str, body: bytes, headers: dict[str, str]) -> dict[str, str]:
    secret = world.shops[store]["client_secret"].encode()
    signature = base64.b64encode(hmac.digest(secret, body, "sha256")).decode()
    return headers | {"X-Shopify-Hmac-Sha256": signature}


def delivery(world: World, topic: str, store: str = "market") -> tuple[str, dict[str, str], bytes]:
    """The last delivery of this topic that the store made."""
    domain = world.shops[store]["domain"]
    return next(
        (url, headers, body)
        for url, headers, body in reversed(world.heard)
        if headers["X-Shopify-Topic"] == topic and headers["X-Shopify-Shop-Domain"] == domain
    )


Spoil = Callable[[World, str, dict[str, str], bytes], tuple[str, dict[str, str], bytes, int]]


def _unsigned(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, {name: value for name, value in headers.items() if "Hmac" not in name}, body, 401


def _not_base64(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, headers | {"X-Shopify-Hmac-Sha256": "§§§"}, body, 401


def _tampered(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, headers, body.replace(b"10.00", b"99.00"), 401


def _of_another_secret(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    signature = base64.b64encode(hmac.digest(b"guessed", body, "sha256")).decode()
    return url, headers | {"X-Shopify-Hmac-Sha256": signature}, body, 401


def _of_another_store(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, headers | {"X-Shopify-Shop-Domain": world.shops["vendor1"]["domain"]}, body, 401


def _to_nobody(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url.rpartition("/")[0] + "/nobody", headers, body, 404


def _to_another_platform(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url.replace("/shopify/", "/squarespace/"), headers, body, 404


def _cut_short(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, signed(world, "market", body[:200], headers), body[:200], 200


def _not_json(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, signed(world, "market", b"<html>", headers), b"<html>", 200


def _empty(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, signed(world, "market", b"", headers), b"", 200


def _without_an_id(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, signed(world, "market", b'{"name": "#1001"}', headers), b'{"name": "#1001"}', 200


def _of_no_topic(world: World, url: str, headers: dict[str, str], body: bytes) -> Any:
    return url, {name: value for name, value in headers.items() if "Topic" not in name}, body, 200


SPOILT: tuple[Spoil, ...] = (
    _unsigned,
    _not_base64,
    _tampered,
    _of_another_secret,
    _of_another_store,
    _to_nobody,
    _to_another_platform,
    _cut_short,
    _not_json,
    _empty,
    _without_an_id,
    _of_no_topic,
)


def test_deliveries_not_to_be_believed_change_nothing_and_lose_nothing(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        answered: dict[str, int] = {}
        wanted: dict[str, int] = {}
        for spoil in SPOILT:
            await place(world, {"V1-A": 1})
            url, headers, body, wanted[spoil.__name__] = spoil(world, *await caught(world))
            answered[spoil.__name__], _ = await world.post(url, headers, body)
        assert answered == wanted
        await world.quiet()
        assert await world.orders("vendor1") == []
        await world.sweep()
        names = [order["name"] for order in await world.orders("market")]
        assert (await pushed(world))["vendor1"] == {f"{name} V1-A:1": 1 for name in names}
        assert len(names) == len(SPOILT)
        await agrees(world)

    play(database, scenario)


async def caught(world: World) -> tuple[str, dict[str, str], bytes]:
    """The order's webhook, on its way to a hub that is not there; the store gives up."""
    world.hub_is_down = True
    await world.sandbox.settle()
    world.hub_is_down = False
    world.sandbox._queue.clear()
    world.sandbox.waiting_webhooks = 0
    return delivery(world, "orders/create")


def test_an_oversized_delivery_is_refused(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        url, headers, body = await caught(world)
        body += b" " * LARGEST
        headers = signed(world, "market", body, headers)
        for declared in ({}, {"Content-Length": str(len(body))}, {"Content-Length": "1"}, {"Content-Length": "-"}):
            for pieces in (1, 7):
                assert (await world.post(url, headers | declared, body, pieces=pieces))[0] == 413
        await world.sweep()
        assert (await pushed(world))["vendor1"] == {"#1001 V1-A:1": 1}

    play(database, scenario)


def test_only_posts_are_deliveries_and_pieces_make_one_body(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        url, headers, body = await caught(world)
        assert (await world.post(url, headers, body, method="GET"))[0] == 405
        assert (await world.post(url, headers, body, pieces=9))[0] == 200
        assert (await world.post(url, headers, body))[0] == 200
        await world.quiet()
        assert (await pushed(world))["vendor1"] == {"#1001 V1-A:1": 1}

    play(database, scenario)


def test_what_is_not_an_order_as_we_know_it_is_read_from_the_store(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        url, headers, body = await caught(world)
        odd = msgspec.json.encode(msgspec.json.decode(body) | {"line_items": "many", "total_price": None})
        assert (await world.post(url, signed(world, "market", odd, headers), odd))[0] == 200
        await world.quiet()
        assert (await pushed(world))["vendor1"] == {"#1001 V1-A:1": 1}
        await agrees(world)

    play(database, scenario)


def test_one_delivery_that_cannot_be_kept_holds_up_no_other(database: str) -> None:
    """A number too large for the database among good ones: its sender is told to send again, the others are kept."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1})
        url, headers, body = await caught(world)
        shape = msgspec.json.decode(body)
        odd = msgspec.json.encode(shape | {"id": 1, "total_price": "9" * 40, "current_total_price": "9" * 40})
        answers = await asyncio.gather(
            world.post(url, headers, body), world.post(url, signed(world, "market", odd, headers), odd)
        )
        assert [status for status, _ in answers] == [200, 503]
        await world.quiet()
        assert (await pushed(world))["vendor1"] == {"#1001 V1-A:1": 1}

    play(database, scenario)


# -- odd words from a platform --


def test_unknown_words_and_further_fields_of_a_delivery(database: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world)
        await place(world, {"V1-A": 1, "V1-X": 1})
        url, headers, body = await caught(world)
        shape = msgspec.json.decode(body)
        shape |= {"financial_status": "half_paid", "cancel_reason": "vibes", "new_field": {"a": [1, {"b": None}]}}
        shape["line_items"] = [line | {"sustainability": {"score": 9}} for line in shape["line_items"]]
        odd = msgspec.json.encode(shape)
        assert (await world.post(url, signed(world, "market", odd, headers), odd))[0] == 200
        await world.quiet()
        (theirs,) = await world.orders("vendor1")
        assert theirs["financial_status"] == "PENDING", "what is not known to be paid is not said to be"
        await world.control("edit_order", store="market", order_id=str(shape["id"]), set={"note": "true again"})
        await world.quiet()
        await agrees(world)

    play(database, scenario)


def test_unknown_words_and_further_fields_of_an_answer(database: str) -> None:
    def spoil(request: Request, response: Response) -> Response:
        body = response.body.replace(b'"displayFinancialStatus":"PAID"', b'"displayFinancialStatus":"HALF_PAID"')
        body = body.replace(b'{"data":{', b'{"weather":"fine","data":{"tomorrow":[1,2],', 1)
        return Response(response.status, response.headers, body)

    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("faults", seed=1, rules=[LOST])
        await place(world, {"V1-A": 1})
        world.http.tamper = spoil
        await world.sweep()
        assert (await pushed(world))["vendor1"] == {"#1001 V1-A:1": 1}
        assert (await world.orders("vendor1"))[0]["financial_status"] == "PENDING"

    play(database, scenario)


@pytest.mark.parametrize("by", ["webhook", "sweep"])
def test_nul_characters(database: str, by: str) -> None:
    """JSON may carry them, PostgreSQL text may not."""

    async def scenario(world: World) -> None:
        await furnish(world)
        if by == "sweep":
            await world.control("faults", seed=1, rules=[LOST])
        line = {"variant_id": None, "title": "Odd\0 thing", "sku": "V1\0-Q", "vendor": "Vendor 1\0", "price": "3.00"}
        known = variants(world, "market")["V1-A"][1]
        await buy(
            world,
            [line | {"quantity": 1}, {"variant_id": known, "quantity": 1}],
            note="a\0b",
            name="#10\0" + "01",
            tags=["x\0y"],
            customer={"first_name": "Å\0sa", "last_name": "\0", "email": "asa@buyer.test", "phone": ""},
            shipping_address=ADDRESS | {"city": "Ume\0å"},
        )
        await world.sweep()
        (theirs,) = await world.orders("vendor1")
        assert sorted(line["title"] for line in theirs["lines"]) == ["Odd thing", "Thing 1A"]
        assert theirs["note"] == "ab"
        assert theirs["shipping_address"]["city"] == "Umeå"
        assert await second_pass(world) == Counter()

    play(database, scenario)


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
        theirs = await world.orders("vendor1")
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
