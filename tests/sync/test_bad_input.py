"""Bad and odd input, from anybody: it is refused or understood, and no order is lost by it."""

import asyncio
import base64
import hmac
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from crossdock.connector.http import Request, Response
from crossdock.hooks import LARGEST
from crossdock.models import Attention
from tests.outside import judge, pushed, second_pass
from tests.world import ADDRESS, World, at_home, furnish, place, play, variants

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


def test_an_order_that_cannot_be_kept_holds_up_no_other_of_a_listing(database: str) -> None:
    """A price beyond every column, between two others: what the sweep lists besides it goes out."""

    async def scenario(world: World) -> None:
        await furnish(world)
        await world.control("faults", seed=1, rules=[LOST])
        await place(world, {"V1-A": 1})
        known = variants(world, "market")["V1-B"][1]
        await place(world, {}, lines=[{"variant_id": known, "quantity": 1, "price": "9" * 19}])
        await place(world, {"V1-B": 1})
        await world.sweep()
        there = (await pushed(world))["vendor1"]
        assert there == {"#1001 V1-A:1": 1, "#1003 V1-B:1": 1}
        needs = Attention.objects.filter(closed_at=None).values_list("reason", flat=True)
        assert await world.do(lambda: list(needs)) == ["unexpected_error"], "a person is told of the one that is left"

    play(database, scenario)
