"""A naive hub, for comparison: whatever a vendor's store says of its stock it copies to the merchant's, and of every
paid order it makes vendor orders. No accounting of what is sold and not yet taken; nothing else either.

It runs in this process, in virtual time, against a sandbox of its own, and never fails. Not here: judging it.
"""

import heapq
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from crossdock_sandbox.traffic.building import build
from crossdock_sandbox.traffic.ledger import Built, Ledger
from crossdock_sandbox.traffic.plan import Found, Happening, Market, Terms
from crossdock_sandbox.traffic.player import Pace, Player
from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
START = datetime(2026, 1, 5, tzinfo=UTC)
HERE = "https://naive.example"
DELAY = 0.25  # seconds from a webhook to each write that follows it: a good day of a busy hub
HEARD = {"orders/create", "orders/paid"}

SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) { userErrors { message } } }"""
DEFINE = """mutation { metafieldDefinitionCreate(definition: {name: "Reference", namespace: "naive", key: "reference",
  type: "id", ownerType: ORDER}) { userErrors { message } } }"""
READ = """query($after: String) { locations(first: 1) { nodes { id } }
  productVariants(first: 250, after: $after) {
    nodes { id inventoryItem { id } } pageInfo { hasNextPage endCursor } } }"""
SET = """mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { message } } }"""
CREATE = """mutation($order: OrderCreateOrderInput!) {
  orderCreate(order: $order, options: {inventoryBehaviour: DECREMENT_IGNORING_POLICY}) {
    order { id } userErrors { message } } }"""
CANCEL = """mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true) {
  orderCancelUserErrors { message } } }"""


class Clock:
    """Time that passes only when somebody waits for it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()


class NaiveHub:
    """`built` with every linked listing standing in `sandbox`."""

    def __init__(self, sandbox: Sandbox, built: Built, clock: Clock, delay: float) -> None:
        self.sandbox = sandbox
        self.built = built
        self.clock = clock
        self.delay = timedelta(seconds=delay)
        self.todo: list[tuple[datetime, int, Callable[[], Awaitable[None]]]] = []
        self.number = count()
        self.location = ""
        self.items: dict[str, str] = {}  # a vendor's item -> the merchant's
        self.sellers: dict[str, tuple[str, str]] = {}  # the merchant's variant -> vendor's store and variant
        self.sent: dict[tuple[str, str], str] = {}  # order, vendor's store -> vendor order

    async def start(self) -> None:
        """Learn which item is whose, subscribe."""
        merchant = self.built.market.merchant
        ours = await self._items(merchant)
        linked = [offer for offer in self.built.market.offers if offer.found is Found.LINK]
        for shop in self.built.market.shops:
            theirs = await self._items(shop.key)
            for offer in (each for each in linked if each.shop == shop.key):
                ids, listing = self.built.goods[offer.key], self.built.listings[offer.key]
                self.items[theirs[ids.variant]] = ours[listing.variant]
                self.sellers[listing.variant] = (shop.key, ids.variant)
            await self._ask(shop.key, DEFINE)
            await self._subscribe(shop.key, "INVENTORY_LEVELS_UPDATE")
        for topic in ("ORDERS_CREATE", "ORDERS_PAID", "ORDERS_CANCELLED"):
            await self._subscribe(merchant, topic)

    async def hear(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """A webhook: what it asks for is done a little later."""
        told: Json = json.loads(body)
        topic = headers["X-Shopify-Topic"]
        if topic == "inventory_levels/update":
            self._soon(lambda: self._copy(told))
        elif topic in HEARD and told["financial_status"] == "paid":
            self._soon(lambda: self._push(told))
        elif topic == "orders/cancelled":
            self._soon(lambda: self._cancel(told))
        return 200

    def next_due(self) -> datetime | None:
        return self.todo[0][0] if self.todo else None

    async def work(self) -> None:
        while self.todo and self.todo[0][0] <= self.clock():
            await heapq.heappop(self.todo)[2]()

    def _soon(self, act: Callable[[], Awaitable[None]]) -> None:
        heapq.heappush(self.todo, (self.clock() + self.delay, next(self.number), act))

    async def _copy(self, told: Json) -> None:
        item = self.items.get(str(told["inventory_item_id"]))
        if item is None or told["available"] is None:
            return
        row = {
            "inventoryItemId": f"gid://shopify/InventoryItem/{item}",
            "locationId": self.location,
            "quantity": max(0, told["available"]),
            "changeFromQuantity": None,
        }
        given = {"name": "available", "reason": "correction", "quantities": [row]}
        await self._ask(self.built.market.merchant, SET, input=given, key=f"naive-{next(self.number)}")

    async def _push(self, order: Json) -> None:
        parts: dict[str, list[Json]] = {}
        for line in order["line_items"]:
            store, variant = self.sellers.get(str(line["variant_id"]), ("", ""))
            gid = f"gid://shopify/ProductVariant/{variant}"
            parts.setdefault(store, []).append({"variantId": gid, "quantity": line["quantity"]})
        for store, lines in parts.items():
            if store and (str(order["id"]), store) not in self.sent:
                await self._create(str(order["id"]), store, lines)

    async def _create(self, order: str, store: str, lines: list[Json]) -> None:
        value = f"cd-0-{order}-{self.vendor_number(store)}-1"
        reference = {"namespace": "naive", "key": "reference", "type": "id", "value": value}
        given = {"lineItems": lines, "metafields": [reference], "financialStatus": "PAID"}
        answer = await self._ask(store, CREATE, order=given)
        if made := answer["orderCreate"]["order"]:
            self.sent[order, store] = made["id"]

    async def _cancel(self, order: Json) -> None:
        for (of, store), vendor_order in list(self.sent.items()):
            if of == str(order["id"]):
                await self._ask(store, CANCEL, id=vendor_order)

    def vendor_number(self, store: str) -> int:
        return 1 + [shop.key for shop in self.built.market.shops].index(store)

    async def _items(self, store: str) -> dict[str, str]:
        """Items by variant."""
        found: dict[str, str] = {}
        after, more = None, True
        while more:
            answer = await self._ask(store, READ, after=after)
            page = answer["productVariants"]
            found |= {_number(node["id"]): _number(node["inventoryItem"]["id"]) for node in page["nodes"]}
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
            if store == self.built.market.merchant:
                self.location = answer["locations"]["nodes"][0]["id"]
        return found

    async def _subscribe(self, store: str, topic: str) -> None:
        await self._ask(store, SUBSCRIBE, topic=topic, uri=f"{HERE}/{store}")

    async def _ask(self, store: str, query: str, **variables: Any) -> Json:
        opened = self.built.stores[store]
        headers = {"X-Shopify-Access-Token": opened.credentials["access_token"], "Content-Type": "application/json"}
        body = json.dumps({"query": query, "variables": variables}).encode()
        url = f"{opened.base_url}/admin/api/2026-10/graphql.json"
        _, _, answer = await self.sandbox.handle("POST", url, headers, body)
        data: Json = json.loads(answer)["data"]
        return data


class InProcess:
    """The control API of a sandbox in this process."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def batch(self, ops: Sequence[Json]) -> list[Json]:
        return json.loads((await self.sandbox.handle("POST", "/control/batch", {}, _body(ops)))[2])["results"]  # type: ignore[no-any-return]


async def play(
    market: Market, terms: Terms, happenings: Sequence[Happening], *, seed: int, pace: Pace, delay: float = DELAY
) -> tuple[Sandbox, Built, Ledger]:
    """The happenings at a `pace` of virtual time; the stores as they are then."""
    clock = Clock()
    stage = _Stage(clock)
    sandbox = Sandbox(seed, clock, stage.deliver, stage.sleep)
    control = InProcess(sandbox)
    built = await build(control, market, plan="rehearsal", progress=lambda more: None, ledger=True)
    stage.sandbox, stage.hub = sandbox, NaiveHub(sandbox, built, clock, delay)
    await stage.hub.start()
    await stage.sleep(5)
    player = Player(
        control,
        built,
        terms,
        happenings,
        reference=lambda order, shop: f"cd-0-{order}-{stage.hub_number(shop)}-1",
        clock=clock.seconds,
        sleep=stage.sleep,
        pace=pace,
    )
    ledger = await player.play()
    await stage.sleep(60)
    return sandbox, built, ledger


class _Stage:
    """Passes the time: the sandbox's and the hub's work is done at its own moment."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.sandbox: Sandbox | None = None
        self.hub: NaiveHub | None = None

    def hub_number(self, shop: str) -> int:
        return self.hub.vendor_number(shop) if self.hub else 0

    async def deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        return await self.hub.hear(url, headers, body) if self.hub else 200

    async def sleep(self, seconds: float) -> None:
        until = self.clock.at + timedelta(seconds=seconds)
        while self.sandbox and self.hub:
            due = min((at for at in (self.sandbox.next_due(), self.hub.next_due()) if at), default=None)
            if due is None or due > until:
                break
            self.clock.at = max(self.clock.at, due)
            await self.sandbox.settle()
            await self.hub.work()
        self.clock.at = until


def _number(gid: str) -> str:
    return gid.rpartition("/")[2]


def _body(ops: Sequence[Json]) -> bytes:
    return json.dumps({"ops": list(ops)}).encode()
