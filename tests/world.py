"""A marketplace in virtual time: sandbox stores in process, the hub's own engine, a real database.

Nothing here is a mock: requests go to the sandbox as bytes, webhooks to the intake route's own code, drains are the
engine's. Only the transport and the clock are replaced. Not here: any expectation (the tests').
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.db import connections
from psycopg.conninfo import conninfo_to_dict

from crossdock.connector.contract import Webhook
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.hooks import Hooks, Refusal
from crossdock.models.seal import Ring
from crossdock.operations import listings, people, settings, stores, vendors
from crossdock.sync.db import Pool, make_pool
from crossdock.sync.dirty import LANES
from crossdock.sync.drain import Context, Drainer
from crossdock.sync.kinds import KINDS
from crossdock.sync.points import Points
from crossdock.sync.stores import Stores
from crossdock.sync.writer import Writer
from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.world import Sandbox

START = datetime(2026, 11, 22, 12, tzinfo=UTC)
HUB = "https://hub.test"
SOON = timedelta(minutes=10)  # what is due later than this (daily looks, sweeps) is left for the test to ask for


class Crash(BaseException):
    """The process dies here. Not an Exception: nothing of the hub may catch it."""


class VirtualClock:
    """Time that passes only when somebody waits for it."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        until = self.at + timedelta(seconds=max(seconds, 0.001))  # a sleep shorter than the clock's step passes no time
        await asyncio.sleep(0)
        self.at = max(self.at, until)


class SandboxHttp:
    """The connector's transport, straight into the sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.calls: list[str] = []
        self.tamper: Callable[[Request, Response], Response] = lambda request, response: response

    async def send(self, request: Request) -> Response:
        self.calls.append(request.call)
        try:
            status, headers, body = await self.sandbox.handle(
                request.method, request.url, dict(request.headers), request.body
            )
        except Dropped as dropped:
            raise NoAnswer(str(dropped)) from None
        lower = {name.lower(): value for name, value in headers.items()}
        return self.tamper(request, Response(status, lower, body))

    async def close(self) -> None:
        pass


class World:
    """One merchant, some vendors, a hub. Made by the `world` fixture."""

    def __init__(self, dsn: str, *, seed: int = 1) -> None:
        self.dsn = dsn
        self.clock = VirtualClock()
        self.sandbox = Sandbox(seed=seed, now=self.clock, deliver=self._deliver, sleep=self.clock.sleep)
        self.http = SandboxHttp(self.sandbox)
        self.points = Points()
        self.ring = Ring.from_settings()
        self.marketplace: Any = None
        self.shops: dict[str, dict[str, Any]] = {}
        self.vendors: dict[str, Any] = {}
        self.stores: dict[str, Any] = {}
        self.hub_is_down = False
        self.crashes = 0
        self.heard: list[tuple[str, dict[str, str], bytes]] = []  # every delivery so far: address, headers, body
        self._pool: Pool | None = None
        self._hooks: Hooks | None = None

    # -- the hub --

    async def open(self) -> None:
        self._pool = make_pool(self.dsn, size=6)
        await self._pool.open(wait=True)
        self.restart()

    async def close(self) -> None:
        assert self._pool is not None
        await self._pool.close()

    def restart(self) -> None:
        """A new process: nothing in memory is left of the old one."""
        assert self._pool is not None
        self._hooks = Hooks(self._pool, self.ring, self.points, self.clock)
        writer = Writer(self._pool, self.points, self.clock)
        known = Stores(self._pool, self.ring, self.http, self.clock, self.points)
        self.context = Context(self._pool, self.ring, self.clock, self.points, writer, known, HUB)

    async def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.heard.append((url, headers, body))
        if self.hub_is_down:
            return 503
        assert self._hooks is not None
        lower = {name.lower(): value for name, value in headers.items()}
        try:
            await self._hooks.take(url.removeprefix(HUB), Webhook(lower, body))
        except Refusal as refusal:
            return refusal.status
        except Crash:
            self.restart()
            raise ConnectionError("the hub died") from None
        return 200

    async def post(
        self, url: str, headers: dict[str, str], body: bytes, *, method: str = "POST", pieces: int = 1
    ) -> tuple[int, str]:
        """A delivery through the ASGI route itself, its body in `pieces`: the status and words it is answered with."""
        assert self._hooks is not None
        size = -(-len(body) // pieces) or 1
        parts = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
        messages = [
            {"type": "http.request", "body": part, "more_body": number < len(parts)}
            for number, part in enumerate(parts, 1)
        ]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": url.removeprefix(HUB), "headers": raw}
        await self._hooks(scope, receive, send)
        return sent[0]["status"], sent[1]["body"].decode()

    async def drain(self) -> int:
        """Every lane until nothing is due now; how many keys were worked. A crash costs what was in hand, no more."""
        try:
            return await self._drain()
        except Crash:
            self.crashes += 1
            self.restart()
            return 1

    async def _drain(self) -> int:
        worked = 0
        for lane in range(LANES):
            drainer = Drainer(self.context, lane, KINDS)
            await drainer.start()
            try:
                while claimed := await drainer.step():
                    worked += claimed
                    await drainer.quiet()
            finally:
                await drainer.stop()
        return worked

    async def quiet(self, *, horizon: timedelta = SOON, most: int = 500) -> None:
        """Let everything happen that is due within `horizon`, in the order of time, until nothing is."""
        end = self.clock.at + horizon
        for _ in range(most):
            await self.sandbox.settle()
            if await self.drain():
                continue
            coming = [at for at in (self.sandbox.next_due(), await self.next_key()) if at is not None]
            if not coming or min(coming) > end:
                return
            self.clock.at = max(self.clock.at, min(coming))
        raise AssertionError(f"not quiet after {most} rounds: {await self.keys()}")

    async def next_key(self) -> datetime | None:
        rows = await self.sql(
            "SELECT min(GREATEST(k.due_at, COALESCE(s.paused_until, k.due_at))) FROM dirty_key k"
            " JOIN store s ON s.id = k.store_id WHERE s.state IN ('connected', 'unreachable')"
            " AND (k.kind NOT IN ('lease', 'sweep', 'subscription') OR k.reason IN ('preparing', 'read_needed'))"
        )
        return rows[0][0]  # type: ignore[no-any-return]

    async def keys(self) -> list[tuple[Any, ...]]:
        return await self.sql(
            "SELECT kind, ref, due_at, attempts, reason FROM dirty_key WHERE kind NOT IN ('lease', 'sweep')"
        )

    async def sweep(self) -> None:
        """Every store listed again, a little later (listings lag writes), then quiet."""
        self.clock.at += timedelta(seconds=5)
        await self.sql("UPDATE dirty_key SET due_at = %s WHERE kind = 'sweep'", [self.clock.at])
        await self.quiet()

    async def read_catalogues(self) -> None:
        """Every store's whole catalogue read again, a little later, then quiet."""
        self.clock.at += timedelta(seconds=5)
        await self.sql("UPDATE sweep SET since = NULL WHERE kind = 'catalogue'")
        await self.sweep()

    async def sql(self, query: str, parameters: "Sequence[Any] | dict[str, Any]" = ()) -> list[tuple[Any, ...]]:
        assert self._pool is not None
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query, parameters)  # type: ignore[arg-type]
            return await cursor.fetchall() if cursor.description else []

    # -- people --

    async def do(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        """One operation, as a page or a command would call it."""

        def run() -> Any:
            try:
                return operation(**arguments)
            finally:
                connections.close_all()

        return await asyncio.to_thread(run)

    async def control(self, op: str, **arguments: Any) -> dict[str, Any]:
        """One thing that a shopper, a vendor or fate does."""
        return await self.sandbox.control({"op": op} | arguments)

    async def dump(self, store: str) -> dict[str, Any]:
        return msgspec.json.decode(msgspec.json.encode(await self.control("dump", store=store)))  # type: ignore[no-any-return]

    async def orders(self, store: str) -> list[dict[str, Any]]:
        return list((await self.dump(store))["orders"])


def at_home(dsn: str) -> None:
    """Django's operations work on this test's database."""
    name = str(conninfo_to_dict(dsn)["dbname"])
    connections.close_all()
    connections["default"].settings_dict["NAME"] = name


async def furnish(
    world: World,
    *,
    vendors_count: int = 2,
    policy: dict[str, Any] | None = None,
    unconnected: Sequence[int] = (),
    currency: str = "EUR",
) -> None:
    """A merchant "market" and vendors "vendor1".. with two linked products each and one ("-X") that is not linked.
    `unconnected` vendors have a shop that the hub does not know; see `connect`."""
    now = world.clock()
    world.marketplace = await world.do(people.create_marketplace, name="Market", slug="market", now=now)
    await _merchant(world, vendors_count, currency)
    for number in range(1, vendors_count + 1):
        await _vendor(world, number, currency)
        if number not in unconnected:
            await connect(world, number)
        await link(world, number, ("A", "B"))
    rules = {"order_sync": True, "paid_only": False, "push_unsynced": True, "override_customer": False} | (policy or {})
    await world.do(
        settings.set_order_policy, marketplace=world.marketplace, vendor=None, changes=rules, who="test", now=now
    )
    await world.quiet()


def _products(number: int) -> list[dict[str, Any]]:
    return [
        {
            "title": f"Thing {number}{letter}",
            "vendor": f"Vendor {number}",
            "variants": [{"sku": f"V{number}-{letter}", "price": price, "inventory": 100}],
        }
        for letter, price in (("A", "10.00"), ("B", "2.50"), ("X", "7.00"))
    ]


async def _merchant(world: World, vendors_count: int, currency: str) -> None:
    products = [product for number in range(1, vendors_count + 1) for product in _products(number)]
    shop = await world.control("create_store", store="market", platform="shopify", currency=currency, products=products)
    world.shops["market"] = shop
    world.stores["market"] = await world.do(
        stores.connect_store,
        marketplace=world.marketplace,
        vendor=None,
        platform="shopify",
        typed_domain=shop["domain"],
        base_url=shop["base_url"],
        credentials=credentials(shop),
        now=world.clock(),
    )


async def _vendor(world: World, number: int, currency: str) -> None:
    name, now = f"vendor{number}", world.clock()
    app = {"mode": "expiring"} if number == 1 else {"mode": "token"}
    shop = await world.control(
        "create_store", store=name, platform="shopify", currency=currency, products=_products(number), app=app
    )
    shop["expires_at"] = (now + timedelta(hours=1)).isoformat()
    world.shops[name] = shop
    vendor = await world.do(
        vendors.add_vendor, marketplace=world.marketplace, name=f"Vendor {number}", email=f"{name}@vendor.test", now=now
    )
    world.vendors[name] = vendor


async def connect(world: World, number: int) -> None:
    """A vendor connects its shop."""
    name = f"vendor{number}"
    shop = world.shops[name]
    world.stores[name] = await world.do(
        stores.connect_store,
        marketplace=world.marketplace,
        vendor=world.vendors[name],
        platform="shopify",
        typed_domain=shop["domain"],
        base_url=shop["base_url"],
        credentials=credentials(shop),
        now=world.clock(),
    )


def credentials(shop: dict[str, Any]) -> dict[str, Any]:
    """What the store's owner gives us: an old fixed token, or one that expires and its refresh token."""
    given = {name: shop[name] for name in ("access_token", "client_id", "client_secret")}
    if not shop.get("refresh_token"):
        return given | {"mode": "token"}
    return given | {"mode": "expiring", "refresh_token": shop["refresh_token"], "expires_at": shop["expires_at"]}


def variants(world: World, store: str) -> dict[str, tuple[str, str]]:
    """SKU -> (product id, variant id)."""
    return {
        variant["sku"]: (product["id"], variant["id"])
        for product in world.shops[store]["products"]
        for variant in product["variants"]
    }


async def link(world: World, number: int, letters: Sequence[str]) -> None:
    """Join the merchant's and the vendor's variants of these letters."""
    ours, theirs = variants(world, "market"), variants(world, f"vendor{number}")
    links = [
        listings.NewLink(
            vendor_id=world.vendors[f"vendor{number}"].pk,
            merchant_product_id=ours[sku][0],
            merchant_variant_id=ours[sku][1],
            vendor_product_id=theirs[sku][0],
            vendor_variant_id=theirs[sku][1],
        )
        for sku in (f"V{number}-{letter}" for letter in letters)
    ]
    await world.do(
        listings.link_variants, marketplace=world.marketplace, links=links, made_by="test", now=world.clock()
    )


BUYER = {"first_name": "Åsa", "last_name": "Öberg", "email": "asa@buyer.test", "phone": "+46701234567"}
ADDRESS = {
    "first_name": "Åsa",
    "last_name": "Öberg",
    "address1": "Storgatan 1",
    "city": "Umeå",
    "zip": "90325",
    "country_code": "SE",
    "phone": "+46701234567",
}


async def place(world: World, skus: dict[str, int], **more: Any) -> dict[str, Any]:
    """A shopper buys: SKU -> quantity."""
    known = variants(world, "market")
    lines = [{"variant_id": known[sku][1], "quantity": quantity} for sku, quantity in skus.items()]
    order = {
        "lines": lines,
        "shipping": [{"title": "Post", "price": "5.00"}],
        "customer": BUYER,
        "shipping_address": ADDRESS,
        "paid": True,
    }
    return await world.control("place_order", store="market", **(order | more))


def refuse(world: World, store: str, words: str) -> None:
    """The store says no to every order from now on, with these words; "" = no longer."""
    handle = type(world.sandbox).handle

    async def refusing(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Any:
        if words and f"/{store}/" in url and b"orderCreate" in body:
            world.sandbox.counters["op.orderCreate"] += 1
            answer = {"order": None, "userErrors": [{"field": ["order"], "message": words}]}
            return 200, {}, msgspec.json.encode({"data": {"orderCreate": answer}})
        return await handle(world.sandbox, method, url, headers, body)

    world.sandbox.handle = refusing  # type: ignore[method-assign]


def play(dsn: str, scenario: Callable[[World], Coroutine[Any, Any, Any]], *, seed: int = 1) -> Any:
    """Run a scenario in a world of its own."""

    async def run() -> Any:
        world = World(dsn, seed=seed)
        await world.open()
        try:
            return await scenario(world)
        finally:
            await world.close()

    return asyncio.run(run())
