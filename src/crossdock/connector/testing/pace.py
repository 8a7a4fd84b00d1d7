"""Rules about going as fast as a store allows and no faster, and about being told to slow down.

Not here: how the pace is kept (connector/budget.py, connector/pace.py).
"""

import asyncio

from crossdock.connector.contract import Role
from crossdock.connector.errors import RateLimited
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.rules import Broken, expect, refused, rule, same

CALLS = 300
AT_ONCE = 20
ORDERS = 150
LONGEST = 3600.0


@rule("create_order")
async def many_calls_wait_here_and_are_not_refused(bench: Bench) -> None:
    """One after another and many at once: calls wait before they are sent, and none is refused for being too many."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    for _ in range(CALLS // AT_ONCE):
        try:
            await asyncio.gather(*(desk.client.read_vendor_order(made.id) for _ in range(AT_ONCE)))
        except RateLimited as error:
            raise Broken(f"refused for being too many: {error.words}") from error


@rule("create_order")
async def many_orders_are_placed_at_the_stores_pace(bench: Bench) -> None:
    """Where a store takes only so many, RateLimited says how long to wait, for what alone if other calls may go on;
    after that wait the same order goes, and each is there once."""
    desk = await Desk.open(bench, Role.VENDOR)
    references = []
    orders = min(ORDERS, bench.patience)
    for _ in range(orders):
        draft = desk.draft(desk.line(quantity=1))
        references.append(draft.reference)
        try:
            await desk.client.create_order(draft)
        except RateLimited as error:
            expect(0 < error.retry_after <= LONGEST, f"wait {error.retry_after} seconds")
            same("orders while none may go", len(await bench.orders(desk.store, draft.reference)), 0)
            if error.only:
                await desk.client.find_order(draft.reference)
            await bench.pass_time(error.retry_after + 1)
            await desk.client.create_order(draft)
    for reference in references:
        same(f"orders of {reference}", len(await bench.orders(desk.store, reference)), 1)
    same("stock", await desk.stock("MUG-R"), 500 - orders)


@rule("create_order", acts=("throttle",))
async def a_store_that_asks_for_a_pause_gets_it(bench: Bench) -> None:
    """However the platform words it: RateLimited, with how long; nothing was done, and afterwards all goes on."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    draft = desk.draft()
    await desk.act("throttle", on=True)
    slow = await refused(RateLimited, "create_order", desk.client.create_order(draft))
    expect(0 < slow.retry_after <= LONGEST, f"wait {slow.retry_after} seconds")
    same("orders made meanwhile", len(await bench.orders(desk.store, draft.reference)), 0)
    await desk.act("throttle", on=False)
    await bench.pass_time(slow.retry_after)
    await desk.client.read_vendor_order(made.id)
    await desk.client.create_order(draft)
    same("orders in the end", len(await bench.orders(desk.store, draft.reference)), 1)
