"""Who goes first when a store's budget is short: orders, then stock, listings, catalogue."""

import asyncio
from typing import Any

from crossdock.connector.contract import LevelWrite, Role
from crossdock.connector.http import Request, Response
from crossdock.core.listing import DesiredProduct, UpdateProduct
from tests.platforms.shopify.world import World


async def test_orders_go_before_stock_before_listings_before_the_catalogue() -> None:
    world = World()
    client = await world.create("m", Role.MERCHANT, plan="basic")
    placed = await world.place("m")
    product = str(world.made["m"]["products"][0]["id"])
    item = str(world.made["m"]["products"][0]["variants"][0]["inventory_item_id"])
    place = str(world.made["m"]["location_id"])
    await client.check()  # the budget is known now
    client.graph.state.budget.lost(await client.graph.state.budget.take(1940.0))  # and spent by somebody
    calls: list[str] = []
    send, sleep = world.send, world.time.sleep

    async def seen(request: Request) -> Response:
        calls.append(request.call)
        return await send(request)

    async def nap(seconds: float) -> None:
        await asyncio.sleep(0)
        await sleep(seconds)

    world.send, world.time.sleep = seen, nap  # type: ignore[method-assign]
    waiting: list[Any] = [
        client.changed_products(world.time.now),
        client.changed_products(world.time.now),
        client.write_listing(UpdateProduct(product, DesiredProduct(title="New"))),
        client.set_levels([LevelWrite(item, place, 4, None)], key="k"),
        client.read_order(placed["order_id"]),
    ]
    await asyncio.gather(*waiting)
    assert calls == ["ReadOrder", "SetQuantities", "UpdateProduct", "ChangedProducts", "ChangedProducts"]
    assert world.sandbox.counters["throttled"] == 0
