"""A sandbox with clock, transport and a place where its webhooks land, all in one, for the connector's tests."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from crossdock.connector.contract import Connection, Observation, Role, Webhook
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.platforms.shopify.platform import PLATFORM
from crossdock.platforms.shopify.store import ShopifyStore
from crossdock_sandbox import dump
from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.world import Sandbox

SECRET = "hush"


class Time:
    """A `Clock` that sleeping moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class World:
    """A sandbox with one merchant's and one vendor's store; it is the transport too."""

    def __init__(self) -> None:
        self.time = Time()
        self.delivered: list[tuple[str, Webhook]] = []
        self.sandbox = Sandbox(seed=1, now=self.time, deliver=self._deliver, sleep=self.time.sleep)
        self.made: dict[str, dict[str, Any]] = {}

    async def send(self, request: Request) -> Response:
        try:
            return Response(
                *await self.sandbox.handle(request.method, request.url, dict(request.headers), request.body)
            )
        except Dropped as error:
            raise NoAnswer(str(error)) from None

    async def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        webhook = Webhook({name.lower(): value for name, value in headers.items()}, body)
        self.delivered.append((urlsplit(url).path, webhook))
        return 200

    async def do(self, op: str, store: str, **given: Any) -> dict[str, Any]:
        return await self.sandbox.control({"op": op, "store": store, **given})

    async def faults(self, *rules: dict[str, Any]) -> None:
        """From now on these, instead of those before."""
        await self.sandbox.control({"op": "faults", "seed": 1, "rules": list(rules)})

    async def create(self, name: str, role: Role, **given: Any) -> ShopifyStore:
        products = [
            {
                "title": "Mug",
                "vendor": "Acme",
                "variants": [{"sku": "MUG-1", "price": "10.00", "title": "Red", "inventory": 5}],
            },
            {"title": "Tee", "vendor": "Acme", "variants": [{"sku": f"TEE-{n}", "price": "20.00"} for n in range(2)]},
        ]
        app = {"client_id": "id", "client_secret": SECRET, "mode": "token"}
        made = await self.do(
            "create_store", name, platform="shopify", currency="USD", products=products, app=app, **given
        )
        self.made[name] = made
        return self.client(role, name)

    def client(self, role: Role, name: str) -> ShopifyStore:
        """A client for a store that was made."""
        made = self.made[name]
        token = {"mode": "token", "access_token": made["access_token"], "client_id": "id", "client_secret": SECRET}
        return PLATFORM.client(Connection(1, role, made["domain"], made["base_url"], token), self, now=self.time)

    def variant(self, name: str, product: int = 0) -> str:
        return str(self.made[name]["products"][product]["variants"][0]["id"])

    async def pass_time(self, seconds: float) -> None:
        """Everything due in the next `seconds`, one thing after another."""
        end = self.time.now + timedelta(seconds=seconds)
        while (due := self.sandbox.next_due()) is not None and due <= end:
            self.time.now = max(due, self.time.now)
            await self.sandbox.settle()
        self.time.now = end

    async def place(self, name: str, **given: Any) -> dict[str, Any]:
        address = {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "address1": "1 High St",
            "city": "Kent",
            "zip": "CT1 1AA",
        }
        address |= {"country": "United Kingdom", "country_code": "GB", "phone": "+441234"}
        order = {
            "lines": [{"variant_id": self.variant(name), "quantity": 2, "price": "10.00", "discount": "1.00"}],
            "shipping": [{"title": "Post", "price": "5.00"}],
            "customer": {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": ""},
            "shipping_address": address,
            "billing_address": address,
            "note": "ring twice ☎",
            "tags": ["b", "A"],
            "attributes": [{"name": "gift", "value": "yes"}],
            "paid": True,
            "gateway": "bogus",
        }
        return await self.do("place_order", name, **(order | given))

    def seen(self, role: Role, path: str) -> list[Observation]:
        found: list[Observation] = []
        for where, webhook in self.delivered:
            if where == path:
                domain = webhook.headers["x-shopify-shop-domain"]
                PLATFORM.verify(webhook, secrets=["new", SECRET], domain=domain)
                found += PLATFORM.observe(webhook, role=role)
        return found

    async def dump(self, name: str) -> Any:
        return dump.store(self.sandbox.shops[name])
