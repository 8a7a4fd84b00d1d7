"""Stock as stores show it, and the right to offer, counted anew from their dumps. Not here: any expectation."""

from datetime import timedelta
from typing import Any

import msgspec

from crossdock.operations import listings
from crossdock_sandbox.webhooks import Delivery
from tests.world import World, furnish
from tests.world import variants as known

LATER = timedelta(minutes=5)


async def stocked(world: World, **arguments: Any) -> None:
    """A furnished marketplace whose catalogues are read and whose levels are on a basis, some minutes later."""
    await furnish(world, **arguments)
    await world.sweep()
    world.clock.at += LATER
    await world.sweep()
    world.http.calls.clear()


async def stock(world: World, store: str) -> dict[str, int]:
    """SKU -> available, over all locations."""
    return by_sku(await world.dump(store))


def by_sku(dump: dict[str, Any]) -> dict[str, int]:
    return {
        variant["sku"]: sum(dump["levels"][variant["id"]].values())
        for product in dump["products"]
        for variant in product["variants"]
    }


async def right(world: World, store: str, *, unheard: frozenset[str] = frozenset()) -> dict[str, int]:
    """SKU -> what may be offered of it: the vendor's, less what the market sold and its store has no order for.

    `unheard`: the store's orders whose cancellation nobody was told of; they count as taken."""
    theirs, market = await world.dump(store), await world.dump("market")
    free = by_sku(theirs)
    for order in market["orders"]:
        if order["cancelled_at"] is None:
            for line in order["lines"]:
                if line["sku"] in free:
                    free[line["sku"]] -= line["current_quantity"]
    for order in theirs["orders"]:
        counts = order["cancelled_at"] is None or order["id"] in unheard
        if counts and (order.get("source_identifier") or "").startswith("cd-"):
            for line in order["lines"]:
                free[line["sku"]] += line["quantity"]
    return {sku: max(0, count) for sku, count in free.items()}


def unheard(world: World) -> frozenset[str]:
    """Orders, of all stores, of which something is on its way that did not arrive yet."""
    waiting = (what for _, _, what in world.sandbox._queue if isinstance(what, Delivery))  # the witness's own queue
    return frozenset(str(msgspec.json.decode(one.body)["id"]) for one in waiting if one.topic.startswith("orders/"))


async def set_stock(world: World, store: str, sku: str, available: int, **more: Any) -> None:
    await world.control("set_stock", store=store, variant_id=_variant(world, store, sku), available=available, **more)


async def adjust(world: World, store: str, sku: str, delta: int, **more: Any) -> None:
    await world.control("adjust_stock", store=store, variant_id=_variant(world, store, sku), delta=delta, **more)


async def buy_there(world: World, store: str, sku: str, quantity: int) -> None:
    """Somebody buys in the vendor's own shop."""
    lines = [{"variant_id": _variant(world, store, sku), "quantity": quantity}]
    await world.control("place_order", store=store, lines=lines, paid=True)


def _variant(world: World, store: str, sku: str) -> str:
    found = {
        variant["sku"]: variant["id"] for product in world.shops[store]["products"] for variant in product["variants"]
    }
    return str(found[sku])


def writes(world: World) -> list[str]:
    return [call for call in world.http.calls if call in ("SetQuantities", "AdjustQuantities")]


async def levels(world: World) -> list[tuple[Any, ...]]:
    return await world.sql(
        "SELECT merchant_variant_id, merchant_available - (sold - sold_then), target, unexplained, wanted = done,"
        " reason FROM level ORDER BY link_id"
    )


async def more_products(
    world: World, number: int, count: int, *, letter: str = "M", inventory: int = 50, variants: int = 1
) -> list[str]:
    """Products added to a vendor's shop and, equal, to the market's, and linked: their SKUs."""
    skus: list[str] = []
    for index in range(count):
        names = [f"V{number}-{letter}{index}" + (f"-{one}" if variants > 1 else "") for one in range(variants)]
        for store, there in (("market", 0), (f"vendor{number}", inventory)):
            rows = [{"sku": sku, "price": "5.00", "inventory": there, "options": [sku]} for sku in names]
            product = {"title": f"More {names[0]}", "options": [{"name": "Kind", "values": names}], "variants": rows}
            world.shops[store]["products"].append(await world.control("add_product", store=store, product=product))
        skus += names
    ours, theirs = known(world, "market"), known(world, f"vendor{number}")
    links = [listings.NewLink(world.vendors[f"vendor{number}"].pk, *ours[sku], *theirs[sku]) for sku in skus]
    await world.do(
        listings.link_variants, marketplace=world.marketplace, links=links, made_by="test", now=world.clock()
    )
    return skus


async def read_catalogues(world: World) -> None:
    """Whole passes over every store, then quiet."""
    await world.quiet()
    world.clock.at += timedelta(hours=7)
    await world.sweep()
    world.clock.at += LATER
    await world.sweep()
    world.http.calls.clear()
