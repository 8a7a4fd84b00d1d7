"""A sandbox with clock, transport and a place where its webhooks land, all in one, for the connector's tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from crossdock.connector.contract import Connection, Observation, Role, Webhook
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.platforms.woocommerce.platform import PLATFORM
from crossdock.platforms.woocommerce.store import WooCommerceStore
from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.woocommerce import dump
from crossdock_sandbox.world import Sandbox

HOOK = "http://127.0.0.1:8000/hooks/woocommerce/k"
ADA = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address1": "1 High St",
    "city": "Oakland",
    "zip": "94601",
    "country_code": "US",
    "province_code": "CA",
    "phone": "555",
}


class Time:
    """A `Clock` that sleeping moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class World:
    """A sandbox with WooCommerce shops; it is the transport too. `lose` counts answers to be lost after the work was
    done."""

    def __init__(self, **site: Any) -> None:
        self.site = site
        self.time = Time()
        self.delivered: list[Webhook] = []
        self.sandbox = Sandbox(seed=1, now=self.time, deliver=self._deliver, sleep=self.time.sleep)
        self.made: dict[str, dict[str, Any]] = {}
        self.lose: list[str] = []

    async def send(self, request: Request) -> Response:
        try:
            answer = await self.sandbox.handle(request.method, request.url, dict(request.headers), request.body)
        except Dropped as error:
            raise NoAnswer(str(error)) from None
        if request.call in self.lose and request.method != "GET":
            self.lose.remove(request.call)
            raise NoAnswer("the line went")
        status, headers, body = answer
        return Response(status, {name.lower(): value for name, value in headers.items()}, body)

    async def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        assert url == HOOK
        self.delivered.append(Webhook({name.lower(): value for name, value in headers.items()}, body))
        return 200

    async def do(self, op: str, store: str, **given: Any) -> dict[str, Any]:
        return await self.sandbox.control({"op": op, "store": store, **given})

    async def create(self, name: str, role: Role, **given: Any) -> WooCommerceStore:
        products = [
            {"title": "Mug & Lid", "vendor": "Acme", "variants": [{"sku": "MUG-1", "price": "10.00", "inventory": 5}]},
            {
                "title": "Tee",
                "vendor": "Acme",
                "options": ["Size"],
                "variants": [
                    {"sku": f"TEE-{size}", "price": "20.00", "options": [size], "inventory": 7} for size in ("S", "M")
                ],
            },
        ]
        given = {"currency": "USD", "products": products, "site": self.site} | given
        self.made[name] = await self.do("create_store", name, platform="woocommerce", **given)
        return self.client(role, name)

    def client(self, role: Role, name: str, **more: Any) -> WooCommerceStore:
        """A client for a shop that was made."""
        made = self.made[name]
        base_url = str(made["base_url"])
        if self.site.get("tls"):
            base_url = base_url.replace("http://", "https://", 1)
        keys = {**made["credentials"], **more}
        return PLATFORM.client(Connection(1, role, made["domain"], base_url, keys), self, now=self.time)

    def variant(self, name: str, product: int = 0, variant: int = 0) -> str:
        return str(self.made[name]["products"][product]["variants"][variant]["id"])

    def product(self, name: str, product: int = 0) -> str:
        return str(self.made[name]["products"][product]["id"])

    async def pass_time(self, seconds: float) -> None:
        """Everything due in the next `seconds`, one thing after another."""
        end = self.time.now + timedelta(seconds=seconds)
        while (due := self.sandbox.next_due()) is not None and due <= end:
            self.time.now = max(due, self.time.now)
            await self.sandbox.settle()
        self.time.now = end

    async def place(self, name: str, **given: Any) -> dict[str, Any]:
        order = {
            "lines": [{"variant_id": self.variant(name), "quantity": 2, "price": "10.00", "discount": "1.00"}],
            "shipping": [{"title": "Post", "price": "5.00"}],
            "customer": {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": ""},
            "shipping_address": ADA,
            "billing_address": ADA,
            "note": "ring twice ☎",
            "attributes": [{"name": "gift", "value": "yes"}],
            "paid": True,
        }
        return await self.do("place_order", name, **(order | given))

    def seen(self, role: Role, name: str) -> list[Observation]:
        found: list[Observation] = []
        secret = self.made[name]["credentials"]["client_secret"]
        for webhook in self.delivered:
            PLATFORM.verify(webhook, secrets=["other", secret], domain=self.made[name]["domain"])
            found += PLATFORM.observe(webhook, role=role)
        return found

    def dump(self, name: str) -> Any:
        shop: Any = self.sandbox.shops[name]
        return dump.store(shop)
