"""A sandbox site with clock, transport and a place where its webhooks land, all in one, for the connector's tests."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crossdock.connector.contract import Connection, Observation, Role, Webhook
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.core.money import Money
from crossdock.core.orders import Address, Contact, FinancialStatus
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.platforms.squarespace.platform import PLATFORM
from crossdock.platforms.squarespace.store import SquarespaceStore
from crossdock_sandbox import dump
from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.world import Sandbox

SITE = "acme"
HOOK = "https://hub.example/hooks/squarespace/k"
MUG = {
    "title": "Mug",
    "html": "<p>For tea</p>",
    "options": ["Colour"],
    "variants": [
        {"sku": "MUG-R", "price": "10.00", "options": ["Red"], "inventory": 5, "barcode": "4006381333931"},
        {"sku": "MUG-B", "price": "9.00", "compare_at": "12.00", "options": ["Blue"], "inventory": 0},
        {"sku": "MUG-G", "price": "10.00", "options": ["Green"], "tracked": False},
    ],
    "media": [{"url": "https://images.example/mug.jpg", "alt": "A mug"}],
    "tags": ["b", "A"],
}


class Time:
    """A `Clock` that sleeping moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.slept = 0.0

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        self.now += timedelta(seconds=seconds)


class World:
    """A sandbox with one site; it is the transport too."""

    def __init__(self) -> None:
        self.time = Time()
        self.delivered: list[Webhook] = []
        self.sent: list[Request] = []
        self.sandbox = Sandbox(seed=1, now=self.time, deliver=self._deliver, sleep=self.time.sleep)

    async def send(self, request: Request) -> Response:
        self.sent.append(request)
        try:
            return Response(
                *await self.sandbox.handle(request.method, request.url, dict(request.headers), request.body)
            )
        except Dropped as error:
            raise NoAnswer(str(error)) from None

    async def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.delivered.append(Webhook({name.lower(): value for name, value in headers.items()}, body))
        return 200

    async def do(self, op: str, **given: Any) -> dict[str, Any]:
        return await self.sandbox.control({"op": op, "store": SITE, **given})

    async def faults(self, *rules: dict[str, Any]) -> None:
        """From now on these, instead of those before."""
        await self.sandbox.control({"op": "faults", "seed": 1, "rules": list(rules)})

    async def create(self, mode: str = "api_key", products: Any = (MUG,), **given: Any) -> SquarespaceStore:
        self.made = await self.do(
            "create_store", platform="squarespace", products=list(products), app={"mode": mode}, **given
        )
        self.credentials = dict(self.made["credentials"])
        return self.client()

    def client(self, base_url: str = "") -> SquarespaceStore:
        where = base_url or self.made["base_url"]
        connection = Connection(1, Role.VENDOR, self.made["domain"], where, self.credentials)
        return PLATFORM.client(connection, self, now=self.time)

    def variant(self, at: int = 0) -> str:
        return str(self.made["products"][0]["variants"][at]["id"])

    @property
    def product(self) -> str:
        return str(self.made["products"][0]["id"])

    async def pass_time(self, seconds: float) -> None:
        """Everything due in the next `seconds`, one thing after another."""
        end = self.time.now + timedelta(seconds=seconds)
        while (due := self.sandbox.next_due()) is not None and due <= end:
            self.time.now = max(due, self.time.now)
            await self.sandbox.settle()
        self.time.now = end

    def seen(self) -> list[Observation]:
        found: list[Observation] = []
        for webhook in self.delivered:
            secrets = ["not hex", *self.credentials.get("webhook_secrets", [])]
            PLATFORM.verify(webhook, secrets=secrets, domain=self.made["domain"])
            found += PLATFORM.observe(webhook, role=Role.VENDOR)
        return found

    def calls(self, name: str) -> int:
        return self.sandbox.counters[f"op.{name}"]

    @property
    def dump(self) -> Any:
        return dump.store(self.sandbox.shops[SITE])

    @property
    def orders(self) -> list[Any]:
        found: list[Any] = self.dump["orders"]
        return found

    def draft(self, *lines: DraftLine, **changed: Any) -> VendorOrderDraft:
        given = {
            "reference": "cd-1-2-3-1",
            "order_name": "#1001",
            "placed_at": self.time.now - timedelta(minutes=1),
            "currency": "USD",
            "total": usd("20.00"),
            "lines": lines or (self.line(),),
            "financial_status": FinancialStatus.PAID,
            "contact": Contact("Ada", "Lovelace", "ada@example.com", "+441234"),
            "shipping_address": Address(
                "Ada", "Lovelace", "Engines Ltd", "1 High St", "Flat 2", "Kent", "Kent", "KEN", "UK", "GB", "CT1 1AA"
            ),
        }
        return VendorOrderDraft(**(given | changed))

    def line(self, line_id: str = "11", **changed: Any) -> DraftLine:
        given = {
            "line_id": line_id,
            "title": "Mug",
            "quantity": 2,
            "unit_price": usd("10.00"),
            "discount": usd("0.00"),
            "variant_id": self.variant(),
        }
        return DraftLine(**(given | changed))


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")
