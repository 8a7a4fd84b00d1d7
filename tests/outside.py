"""A marketplace judged from outside: the stores' own dumps against one another, the hub's database unread.

Not here: making things happen (world.py), or what a test expects beyond "everything that may go went once".
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.audit.levels import Linked, judge_levels
from tests.world import World

Json = dict[str, Any]
Look = dict[str, list[Json]]  # store -> its orders
WRITES = frozenset(
    {
        "orderCreate",
        "orderUpdate",
        "orderMarkAsPaid",
        "orderCancel",
        "fulfillmentCreate",
        "fulfillmentTrackingInfoUpdate",
        "fulfillmentCancel",
        "webhookSubscriptionCreate",
        "webhookSubscriptionUpdate",
        "webhookSubscriptionDelete",
        "metafieldDefinitionCreate",
        "productSet",
        "productCreate",
        "productUpdate",
        "productDelete",
        "productOptionsCreate",
        "productOptionsReorder",
        "productOptionUpdate",
        "productVariantsBulkCreate",
        "productVariantsBulkUpdate",
        "productVariantsBulkDelete",
        "inventorySetQuantities",
        "inventoryAdjustQuantities",
        "inventoryActivate",
    }
)
FOLLOWS = ("note", "email", "phone", "shipping_address")


async def look(world: World) -> Look:
    """Every store's orders, cancelled ones too."""
    return {name: await world.orders(name) for name in world.shops}


async def pushed(world: World) -> dict[str, Counter[str]]:
    """Per vendor store, which of the merchant's orders are there, how often, and with what: "#1001 V1-A:2 V1-B:1"."""
    seen = await look(world)
    names = {order["id"]: order["name"] for order in seen.pop("market")}
    return {store: Counter(_words(names, order) for order in orders) for store, orders in seen.items()}


def _words(names: dict[str, str], order: Json) -> str:
    lines = sorted(f"{line['sku'] or line['title']}:{line['quantity']}" for line in order["lines"])
    gone = " cancelled" if order["cancelled_at"] else ""
    return f"{names.get(of(order), '?')} {' '.join(lines)}{gone}"


def of(order: Json) -> str:
    """The merchant's order that a vendor order was made for, by our reference; "" for a vendor's own order."""
    parts = (order["reference"] or "").split("-")
    return parts[2] if len(parts) == 5 and parts[0] == "cd" else ""


def writes(world: World) -> Counter[str]:
    """Every write that reached a store so far, whatever became of it."""
    counted = world.sandbox.counters
    return Counter({name: counted[f"op.{name}"] for name in WRITES if counted[f"op.{name}"]})


async def judge(world: World, *, goes: Callable[[Json, str], bool] = lambda order, store: True) -> list[str]:
    """Everything that is wrong with the world, in words; [] = each order is once at each vendor, equal, with its
    parcels. `goes(order, store)`: whether the vendor should have the order at all (a cancelled order may be there,
    cancelled)."""
    seen = await look(world)
    sent: defaultdict[tuple[str, str], list[Json]] = defaultdict(list)
    for store in seen.keys() - {"market"}:
        for order in seen[store]:
            if of(order):
                sent[of(order), store].append(order)
    found = list(_twice(seen))
    for order in seen["market"]:
        for store in seen.keys() - {"market"}:
            theirs = sent.pop((order["id"], store), [])
            found += [f"{order['name']} at {store}: {words}" for words in _vendor(order, store, theirs, goes)]
        found += [f"{order['name']}: {words}" for words in _parcels(order, seen)]
    found += [f"{store} has an order of nobody's: {order}" for order, store in sent]
    return sorted(found)


def _twice(seen: Look) -> Iterator[str]:
    counted = Counter(order["reference"] for orders in seen.values() for order in orders if order["reference"])
    yield from (f"{reference} is there {count} times" for reference, count in counted.items() if count > 1)


def own(order: Json, store: str) -> list[Json]:
    """The vendor's lines of the merchant's order, told by SKU."""
    prefix = f"V{store.removeprefix('vendor')}-"
    return [line for line in order["lines"] if line["sku"].startswith(prefix)]


def _vendor(order: Json, store: str, theirs: list[Json], goes: Callable[[Json, str], bool]) -> Iterator[str]:
    wanted = Counter((line["sku"], line["quantity"], line["price"]) for line in own(order, store))
    if not goes(order, store):
        wanted = Counter()
    there = Counter((line["sku"], line["quantity"], line["price"]) for each in theirs for line in each["lines"])
    if order["cancelled_at"]:
        # a store refuses to cancel what has been shipped: a person decides (Shopify FACTS section 8)
        if any(not each["cancelled_at"] and not each["fulfillments"] for each in theirs):
            yield "the merchant's is cancelled, the vendor's is not"
        if there - wanted:
            yield f"too much: {dict(there - wanted)}"
        return
    if there != wanted:
        yield f"lines {dict(there)}, wanted {dict(wanted)}"
    for each in theirs:
        yield from _equal(order, each)


def _equal(order: Json, each: Json) -> Iterator[str]:
    if each["cancelled_at"]:
        yield "cancelled, but the merchant's is not"
    if (each["financial_status"] == "PAID") != (order["financial_status"] == "PAID"):
        yield f"payment is {each['financial_status']}, the merchant's {order['financial_status']}"
    for name in FOLLOWS:
        if (each[name] or "") != (order[name] or ""):
            yield f"{name} is {each[name]!r}, the merchant's {order[name]!r}"
    if sorted(each["tags"]) != sorted([*order["tags"], "Crossdock"]):
        yield f"tags are {each['tags']}, the merchant's {order['tags']}"
    worth = sum(Decimal(line["price"]) * line["quantity"] for line in each["lines"])
    if Decimal(each["total"]) < worth - sum(Decimal(line["discount"]) for line in each["lines"]):
        yield f"total is {each['total']} for lines worth {worth}"


def _parcels(order: Json, seen: Look) -> Iterator[str]:
    """Each vendor parcel that stands is on the merchant's order once, and nothing besides."""
    there = Counter(_parcel(order, parcel) for parcel in order["fulfillments"] if parcel["status"] == "SUCCESS")
    wanted = Counter(
        _parcel(each, parcel)
        for store in seen.keys() - {"market"}
        for each in seen[store]
        if of(each) == order["id"]
        for parcel in each["fulfillments"]
        if parcel["status"] == "SUCCESS"
    )
    if there - wanted:
        yield f"parcels too many: {sorted((there - wanted).elements())}"
    if wanted - there and not order["cancelled_at"]:  # a cancelled order takes no parcels any more
        yield f"parcels missing: {sorted((wanted - there).elements())}"


def _parcel(order: Json, parcel: Json) -> tuple[Any, ...]:
    skus = {line["id"]: line["sku"] or line["title"] for line in order["lines"]}
    lines = Counter[str]()
    for line in parcel["lines"]:
        lines[skus[line["line_id"]]] += line["quantity"]
    tracking = parcel["tracking"]
    return tuple(sorted(lines.items())), tracking["company"] or "", tuple(tracking["numbers"])


async def whole(world: World) -> list[str]:
    """Per live merchant order whose goods are all vendors': do the vendor orders' totals add up to it?"""
    seen = await look(world)
    wrong = []
    for order in seen["market"]:
        theirs = [each for store in seen.keys() - {"market"} for each in seen[store] if of(each) == order["id"]]
        total = sum((Decimal(each["total"]) for each in theirs), Decimal(0))
        if theirs and not order["cancelled_at"] and total != Decimal(order["total"]):
            wrong.append(f"{order['name']} is {order['total']}, its vendor orders {total}")
    return wrong


async def levels(world: World, *, buffer: int = 0) -> list[str]:
    """Every linked variant whose level at the merchant is not max(0, V - P - buffer), by the dumps alone; which
    variant is whose is the hub's own word."""
    rows = await world.sql(
        "SELECT s.domain, l.vendor_variant_id, l.merchant_variant_id"
        " FROM variant_link l JOIN store s ON s.vendor_id = l.vendor_id WHERE l.ended_at IS NULL"
    )
    names = {f"{name}.myshopify.com": name for name in world.shops}
    linked = [Linked(names[domain], theirs, theirs, ours) for domain, theirs, ours in rows]
    dumps = [await world.sandbox.control({"op": "dump", "store": name}) for name in world.shops]
    stores = msgspec.convert(dumps, list[DumpedStore], strict=False)
    wrong = judge_levels(linked, "market", stores, buffer=buffer)
    return [f"{each.shop} {each.offer}: is {each.has}, should be {each.must}; {each.why}" for each in wrong]


async def second_pass(world: World) -> Counter[str]:
    """The writes that another look at everything makes: none, when the world agrees."""
    before = writes(world)
    await world.sql(
        "INSERT INTO dirty_key (store_id, lane, kind, ref, priority, due_at, generation, attempts, reason, marked_at)"
        " SELECT store_id, store_id %% 8, 'order', id, 0, %(now)s::timestamptz, 1, 0, 'again', %(now)s"
        " FROM merchant_order"
        " UNION ALL SELECT o.store_id, o.store_id %% 8, 'fulfillment', o.id, 2, %(now)s, 1, 0, 'again', %(now)s"
        " FROM merchant_order o"
        " UNION ALL SELECT v.store_id, v.store_id %% 8, 'vendor_order', v.id, 1, %(now)s, 1, 0, 'again', %(now)s"
        " FROM vendor_order v WHERE v.store_id IS NOT NULL"
        " ON CONFLICT DO NOTHING",
        {"now": world.clock()},
    )
    await world.sweep()
    return writes(world) - before
