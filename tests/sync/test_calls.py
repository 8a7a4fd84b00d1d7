"""The call log: each call and delivery a line, payloads redacted, bounded; nothing waits for it.

Not here: its pages (tests/web/test_log_pages.py).
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from crossdock.connector import payloads
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.models import Call, MerchantOrder
from crossdock.sync import calls
from crossdock.sync.calls import CallLog, Logged
from crossdock.sync.stores import Stores
from tests.world import World, at_home, furnish, place, play

ORDER = {
    "id": 77,
    "email": "ada@example.com",
    "line_items": [{"sku": "V1-A", "quantity": 2, "name": "Engraved for Ada", "properties": [{"value": "for Ada"}]}],
    "shippingAddress": {"id": 5, "status": "1 Main Street"},
    "customer": {"id": 9, "number": "Ada"},
    "access_token": "shpat_secret",
    "phone": 46701234567,
    "zip": 11122,
    "message": "ada@example.com at +46 70 123 45 67 is not valid",
    "paid": True,
}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def test_what_is_shown_is_listed_and_nothing_else() -> None:
    shown = payloads.shown(json.dumps(ORDER).encode())
    for dark in ("ada", "Ada", "Main", "shpat", "46701234567", "11122", "123 45"):
        assert dark not in shown
    found = json.loads(shown)
    assert found["line_items"][0] == {"sku": "V1-A", "quantity": 2, "name": "…", "properties": [{"value": "…"}]}
    assert (found["id"], found["paid"], found["customer"]) == (77, True, "…")


@pytest.mark.parametrize("body", [b"", b"<html>", b'"word"', b"\xff\xfe{", b"7", b"{" * 100_000, b'{"a": "\\ud800"}'])
def test_what_is_no_answer_of_fields_shows_nothing(body: bytes) -> None:
    assert payloads.shown(body) == ""


class Shop:
    """Answers what it is told to; 0 = the line breaks."""

    def __init__(self, status: int, body: bytes = b'{"id": 1}') -> None:
        self.status, self.body = status, body

    async def send(self, request: Request) -> Response:
        if not self.status:
            raise NoAnswer("ReadTimeoutError")
        return Response(self.status, {}, self.body)


async def ask(log: CallLog, status: int, body: bytes = b'{"id": 1}') -> None:
    http = Logged(Shop(status, body), log, 1, 2)
    request = Request("POST", "https://shop.test/orders/7?consumer_secret=hush", {}, b'{"id": 7}', 5.0, "create_order")
    with suppress(NoAnswer):
        await http.send(request)


async def lines(world: World, log: CallLog) -> list[Call]:
    await log.close()
    return await world.do(lambda: list(Call.objects.order_by("id")))


def test_each_outcome_is_told(database: str) -> None:
    async def story(world: World) -> None:
        log = CallLog(world.context.pool, world.clock)
        for status in (200, 422, 429, 503, 0):
            await ask(log, status)
        await ask(log, 200, b'{"errors": [{"message": "no"}]}')
        rows = await lines(world, log)
        assert [row.outcome for row in rows] == ["done", "refused", "limited", "failed", "failed", "refused"]
        assert {row.path for row in rows} == {"/orders/7"}
        assert rows[4].words == "ReadTimeoutError"
        assert rows[0].sent == '{"id":7}'

    play(database, story)


def test_under_load_payloads_are_left_out_first(database: str) -> None:
    async def story(world: World) -> None:
        log = CallLog(world.context.pool, world.clock)
        body = json.dumps({"id": 1, "status": "x" * 20_000}).encode()
        for _ in range(50):
            await ask(log, 200, body)
        await ask(log, 422)
        rows = await lines(world, log)
        assert len(rows) == 51
        assert 0 < sum(bool(row.got) for row in rows[:-1]) < 10
        assert rows[-1].got == '{"id":1}'

    play(database, story)


def test_old_lines_go(database: str) -> None:
    async def story(world: World) -> None:
        log = CallLog(world.context.pool, world.clock)
        await ask(log, 200)
        assert len(await lines(world, log)) == 1
        await calls.forget(world.context.pool, world.clock() + timedelta(days=6))
        assert len(await lines(world, log)) == 1
        await calls.forget(world.context.pool, world.clock() + timedelta(days=8))
        assert await lines(world, log) == []

    play(database, story)


def test_an_orders_calls_name_what_they_were_for(database: str) -> None:
    async def story(world: World) -> None:
        log = CallLog(world.context.pool, world.clock)
        world.context.stores = Stores(world.context.pool, world.ring, world.http, world.clock, world.points, log)
        await furnish(world)
        await place(world, {"V1-A": 1})
        await world.quiet()
        rows = await lines(world, log)
        made = [row for row in rows if row.kind == "vendor_order"]
        assert made
        order = await world.do(lambda: MerchantOrder.objects.get())
        assert order is not None
        text = "".join(row.sent + row.got for row in rows)
        assert "example.com" not in text

    play(database, story)
