"""Rules about writes of vendor orders that go wrong at any request: told truly, found again, never done twice.

Not here: reads (trouble.py), stock (stock.py), parcels (parcels.py).
"""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from crossdock.connector.contract import Role
from crossdock.connector.errors import AuthFailed, ConnectorError, OutcomeUnknown, RateLimited, Rejected, Unavailable
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.mishaps import Mishap
from crossdock.connector.testing.rules import Broken, expect, rule, same
from crossdock.core.orders import FinancialStatus

MOST_REQUESTS = 12
NOT_DONE = (Unavailable, RateLimited, AuthFailed)


@rule("create_order", "find_order_by_reference")
async def an_order_whose_answer_was_lost_is_made_once(bench: Bench) -> None:
    """Whichever of its requests goes wrong, and however: OutcomeUnknown unless it is certain; looked up by its
    reference it is found if and only if it is there; sent again when it is not, it is there once."""
    desk = await Desk.open(bench, Role.VENDOR)
    for mishap in Mishap:
        for at in range(1, MOST_REQUESTS):
            draft = desk.draft(desk.line(quantity=1))
            desk.wire.begin(mishap, at)
            error = await _outcome(desk.client.create_order(draft))
            struck = desk.wire.struck
            desk.wire.begin()
            what = f"request {at} met '{mishap}', told as {type(error).__name__ if error else 'success'}"
            await bench.pass_time(error.retry_after if isinstance(error, RateLimited) else 5)
            there = len(await bench.orders(desk.store, draft.reference))
            _told_truly(what, error, there)
            found = await desk.client.find_order(draft.reference)
            same(f"{what}; whether it is found by its reference", found is not None, there == 1)
            if not there:
                await desk.client.create_order(draft)
            same(f"{what}; orders in the end", len(await bench.orders(desk.store, draft.reference)), 1)
            if not struck:
                break
        else:
            raise Broken(f"create_order: more than {MOST_REQUESTS} requests")


def _told_truly(what: str, error: ConnectorError | None, there: int) -> None:
    expect(there <= 1, f"{what}; {there} orders")
    if error is None:
        expect(there == 1, f"{what}; no order")
    elif isinstance(error, NOT_DONE):
        expect(there == 0, f"{what}, and the order is there")
    else:
        expect(isinstance(error, OutcomeUnknown), f"{what} ({error.words})")


@rule("create_order", "cancel_order")
async def a_cancellation_whose_answer_was_lost_is_told_so(bench: Bench) -> None:
    """What is certain not to have happened did not happen; asking again ends in one cancellation."""
    desk = await Desk.open(bench, Role.VENDOR)
    before = await desk.stock("MUG-R")

    async def done(order_id: str) -> bool:
        return (await bench.order(desk.store, order_id)).cancelled

    await _each(desk, "cancel_order", lambda it: desk.client.cancel_order(it, reason="other"), done)
    await bench.pass_time(30)
    same("stock in the end", await desk.stock("MUG-R"), before)


@rule("create_order", "mark_paid")
async def a_payment_whose_answer_was_lost_is_told_so(bench: Bench) -> None:
    """What is certain not to have happened did not happen; saying it again is a success."""
    desk = await Desk.open(bench, Role.VENDOR)

    async def done(order_id: str) -> bool:
        return (await desk.client.read_vendor_order(order_id))[0].financial_status.paid

    await _each(desk, "mark_paid", lambda it: desk.client.mark_paid(it), done)


async def _each(
    desk: Desk,
    what: str,
    write: Callable[[str], Coroutine[Any, Any, object]],
    done: Callable[[str], Awaitable[bool]],
) -> None:
    for mishap in Mishap:
        for at in range(1, MOST_REQUESTS):
            order_id = (await desk.placed(financial_status=FinancialStatus.PENDING)).id
            desk.wire.begin(mishap, at)
            error = await _outcome(write(order_id))
            struck = desk.wire.struck
            desk.wire.begin()
            told = f"{what}: request {at} met '{mishap}', told as {type(error).__name__ if error else 'success'}"
            await desk.bench.pass_time(error.retry_after if isinstance(error, RateLimited) else 30)
            if isinstance(error, NOT_DONE):
                expect(not await done(order_id), f"{told}, and it was done")
            else:
                expect(error is None or isinstance(error, OutcomeUnknown), f"{told} ({error and error.words})")
            await write(order_id)
            await desk.bench.pass_time(30)
            expect(await done(order_id), f"{told}; asked again, it is not done")
            if not struck:
                break
        else:
            raise Broken(f"{what}: more than {MOST_REQUESTS} requests")


async def _outcome(call: Coroutine[Any, Any, object]) -> ConnectorError | None:
    try:
        await call
    except Rejected as error:
        return None if error.code == "reference_taken" else error
    except ConnectorError as error:
        return error
    return None
