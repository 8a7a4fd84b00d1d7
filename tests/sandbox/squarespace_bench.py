"""A Squarespace site in the sandbox on a clock of its own, and short ways to ask it as an app would.

Not a test.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from crossdock_sandbox.world import Sandbox

ORDERS, INVENTORY, PRODUCTS = "/1.0/commerce/orders", "/1.0/commerce/inventory", "/v2/commerce/products"
HOOKS = "/1.0/webhook_subscriptions"
MUG = {"title": "Mug", "variants": [{"sku": "MUG", "price": "10.00", "inventory": 5}]}


class Site:
    """One site of a world; `answer` is (status, decoded body)."""

    def __init__(self, **given: Any) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.world = Sandbox(seed=1, now=lambda: self.now, deliver=self._take, sleep=self._sleep)
        self.given = given

    async def open(self) -> "Site":
        op = {"op": "create_store", "platform": "squarespace", "store": "acme", "products": [MUG]}
        self.made = await self.world.control(op | self.given)
        self.token = self.made["access_token"]
        return self

    @property
    def variant(self) -> str:
        return str(self.made["products"][0]["variants"][0]["id"])

    @property
    def product(self) -> str:
        return str(self.made["products"][0]["id"])

    async def _take(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.came.append((url, headers, body))
        return self.status

    async def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    async def control(self, op: str, **given: Any) -> dict[str, Any]:
        return await self.world.control({"op": op, "store": "acme", **given})

    async def faults(self, *rules: dict[str, Any]) -> None:
        await self.world.control({"op": "faults", "seed": 1, "rules": list(rules)})

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        key: str = "",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> tuple[int, Any]:
        given = {"User-Agent": "Test/1.0", "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        given |= {"Idempotency-Key": key} if key else {}
        url = self.made["base_url"] + path + (f"?{urlencode(query)}" if query else "")
        raw = b"" if body is None else msgspec.json.encode(body)
        status, _, content = await self.world.handle(method, url, given | (headers or {}), raw)
        return status, msgspec.json.decode(content) if content else None

    async def later(self, seconds: float) -> None:
        """Everything due in the next `seconds`, one thing after another."""
        end = self.now + timedelta(seconds=seconds)
        while (due := self.world.next_due()) is not None and due <= end:
            self.now = max(due, self.now)
            await self.world.settle()
        self.now = end

    def order(self, **changed: Any) -> dict[str, Any]:
        """A createOrder body."""
        given = {
            "channelName": "Hub",
            "externalOrderReference": "cd-1-2-3-1",
            "createdOn": "2026-11-22T11:59:00.000Z",
            "priceTaxInterpretation": "EXCLUSIVE",
            "lineItems": [
                {
                    "lineItemType": "PHYSICAL_PRODUCT",
                    "variantId": self.variant,
                    "quantity": 2,
                    "unitPricePaid": self.usd("10.00"),
                }
            ],
            "fulfillments": [],
            "grandTotal": self.usd("20.00"),
        }
        return given | changed

    @staticmethod
    def usd(value: str) -> dict[str, str]:
        return {"currency": "USD", "value": value}

    async def stock(self) -> int:
        _, shape = await self.ask("GET", f"{INVENTORY}/{self.variant}")
        return int(shape["inventory"][0]["quantity"])
