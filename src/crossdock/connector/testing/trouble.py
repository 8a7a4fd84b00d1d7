"""Rules about reads that go wrong: which error they become, whichever request it was.

Not here: writes (writes.py), credentials (connection.py).
"""

from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from crossdock.connector.contract import Role, StoreInfo
from crossdock.connector.errors import AuthFailed, ConnectorError, RateLimited, Unavailable
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.mishaps import Mishap
from crossdock.connector.testing.rules import Broken, expect, refused, rule

Read = Callable[[], Coroutine[Any, Any, object]]
MOST_REQUESTS = 12
MEANING: dict[Mishap, type[ConnectorError]] = {
    Mishap.UNSENT: Unavailable,
    Mishap.NEVER: Unavailable,
    Mishap.LOST: Unavailable,
    Mishap.BROKEN: Unavailable,
    Mishap.GARBLED: Unavailable,
    Mishap.BUSY: RateLimited,
    Mishap.LOCKED: AuthFailed,
}


@rule("create_order")
async def reads_of_a_vendors_store_that_fail_are_told_by_kind(bench: Bench) -> None:
    """No answer, half an answer, a gateway's page: Unavailable. Too many: RateLimited, with how long to wait. Not
    authorised: AuthFailed. Nothing else, and no answer made up."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    since = desk.now - timedelta(hours=1)
    item, _ = await desk.item("TEE")
    client = desk.client
    await _all(
        desk,
        {
            "check": client.check,
            "read_vendor_order": lambda: client.read_vendor_order(made.id),
            "find_order": lambda: client.find_order(made.reference, since=since),
            "changed_vendor_orders": lambda: client.changed_vendor_orders(since),
            "read_fulfillments": lambda: client.read_fulfillments(made.id),
            "catalogue": client.catalogue,
            "changed_products": lambda: client.changed_products(since),
            "read_products": lambda: client.read_products([desk.product("TEE")]),
            "read_levels": lambda: client.read_levels([item]),
        },
    )


@rule(role=Role.MERCHANT, acts=("place_order",))
async def reads_of_a_merchants_store_that_fail_are_told_by_kind(bench: Bench) -> None:
    """The same where the merchant sells."""
    desk = await Desk.open(bench, Role.MERCHANT)
    made = (await desk.shopped())["order_id"]
    since = desk.now - timedelta(hours=1)
    client = desk.client
    await _all(
        desk,
        {
            "check": client.check,
            "read_order": lambda: client.read_order(made),
            "changed_orders": lambda: client.changed_orders(since),
            "read_fulfillments": lambda: client.read_fulfillments(made),
            "find_product": lambda: client.find_product("cd-7-1-1"),
        },
    )


async def _all(desk: Desk, reads: dict[str, Read]) -> None:
    for name, read in reads.items():
        for mishap in Mishap:
            for at in range(1, MOST_REQUESTS):
                desk.wire.begin(mishap, at)
                if not await _one(desk, f"{name}: request {at} met '{mishap}'", read, mishap):
                    break
            else:
                raise Broken(f"{name}: more than {MOST_REQUESTS} requests")
    desk.wire.begin()


async def _one(desk: Desk, what: str, read: Read, mishap: Mishap) -> bool:
    """Whether the request that goes wrong was sent at all."""
    kind = MEANING[mishap]
    try:
        answer = await read()
    except kind as error:
        expect(desk.wire.struck, f"{what}: {error.words} without cause")
        expect(error.words, f"{what}: no words")
        if isinstance(error, RateLimited):
            expect(0 < error.retry_after <= 3600, f"{what}: wait {error.retry_after} seconds")
            await desk.bench.pass_time(error.retry_after)
        return True
    except ConnectorError as error:
        raise Broken(f"{what}: {type(error).__name__} ({error.words}), wanted {kind.__name__}") from error
    if isinstance(answer, StoreInfo) and answer.missing_scopes and mishap is Mishap.LOCKED:
        return True  # one call refused tells that something is not allowed
    if desk.wire.felt:
        raise Broken(f"{what}: answered {answer!r}, wanted {kind.__name__}")
    return desk.wire.struck


@rule(acts=("outage",))
async def a_store_that_is_down_is_unavailable(bench: Bench) -> None:
    """And is there again afterwards, without anything having to be made anew."""
    desk = await Desk.open(bench, Role.VENDOR)
    await desk.act("outage", seconds=30)
    await refused(Unavailable, "check", desk.client.check())
    await refused(Unavailable, "read_products", desk.client.read_products([desk.product("TEE")]))
    await bench.pass_time(31)
    await desk.client.check()
