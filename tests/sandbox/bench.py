"""One sandbox in virtual time per test, with a shop whose app can speak to it. Not for expectations."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from crossdock_sandbox.world import Sandbox

ADDRESS = {
    "first_name": "Ann", "last_name": "Lee", "address1": "1 Main St", "city": "Louisville", "zip": "40202",
    "country_code": "US", "province_code": "KY",
}  # fmt: skip


class Bench:
    """A sandbox, its clock, the webhooks it sent, and short ways to ask."""

    def __init__(self, seed: int = 1, **options: Any) -> None:
        self.at = datetime(2026, 11, 22, 10, tzinfo=UTC)
        self.sent: list[tuple[str, dict[str, str], bytes]] = []
        self.status: Any = 200
        self.world = Sandbox(seed, now=lambda: self.at, deliver=self._deliver, sleep=self._sleep, **options)
        self.stores: dict[str, Any] = {}

    async def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.sent.append((url, headers, body))
        if isinstance(self.status, Exception):
            raise self.status
        return int(self.status)

    async def _sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def op(self, name: str, store: str = "harbour", /, **fields: Any) -> dict[str, Any]:
        return await self.world.control({"op": name, "store": store, **fields})

    async def open(self, store: str = "harbour", **fields: Any) -> dict[str, Any]:
        products = [
            {"title": "Mug", "vendor": "Clay & Co", "variants": [{"sku": "MUG", "price": "12.50", "inventory": 10}]},
            {"title": "Tee", "vendor": "Loom", "variants": [{"sku": "TEE-S", "title": "S", "price": "20.00"},
                                                            {"sku": "TEE-M", "title": "M", "price": "21.00"}]},
        ]  # fmt: skip
        made = await self.op("create_store", store, **{"products": products, **fields})
        self.stores[store] = made
        return made

    async def call(
        self, store: str, body: dict[str, Any], *, token: str | None = None, version: str = "2026-10"
    ) -> Any:
        headers = {"X-Shopify-Access-Token": token or self.stores[store]["access_token"]}
        url = f"{self.stores[store]['base_url']}/admin/api/{version}/graphql.json"
        return await self.world.handle("POST", url, headers, json.dumps(body).encode())

    async def ask(self, query: str, store: str = "harbour", /, **variables: Any) -> dict[str, Any]:
        """The whole reply of a GraphQL call."""
        status, _, body = await self.call(store, {"query": query, "variables": variables})
        assert status == 200, (status, body)
        reply: dict[str, Any] = json.loads(body)
        return reply

    async def get(self, query: str, store: str = "harbour", /, **variables: Any) -> Any:
        """The data of a call that must have no errors."""
        reply = await self.ask(query, store, **variables)
        assert "errors" not in reply, reply["errors"]
        return reply["data"]

    async def wait(self, seconds: float) -> None:
        """Let time pass and do what is due, at its own time."""
        until = self.at + timedelta(seconds=seconds)
        await self.world.settle()
        while (due := self.world.next_due()) is not None and due <= until:
            self.at = max(self.at, due)
            await self.world.settle()
        self.at = until

    def variant(self, sku: str, store: str = "harbour") -> str:
        for product in self.stores[store]["products"]:
            for one in product["variants"]:
                if one["sku"] == sku:
                    return str(one["id"])
        raise KeyError(sku)

    async def buy(self, store: str = "harbour", **fields: Any) -> dict[str, Any]:
        lines = fields.pop("lines", [{"variant_id": self.variant("MUG", store), "quantity": 2}])
        return await self.op("place_order", store, **{"lines": lines, "shipping_address": ADDRESS, "customer": {
            "first_name": "Ann", "last_name": "Lee", "email": "ann@buyer.example"}, **fields})  # fmt: skip

    async def order(self, order_id: str, store: str = "harbour") -> dict[str, Any]:
        dumped = await self.op("dump", store)
        return next(one for one in dumped["orders"] if one["id"] == order_id)

    async def subscribe(self, *topics: str, store: str = "harbour", uri: str = "http://127.0.0.1:1/hooks") -> None:
        for topic in topics:
            data = await self.get(
                "mutation($t: WebhookSubscriptionTopic!, $u: String) { webhookSubscriptionCreate(topic: $t,"
                " webhookSubscription: {uri: $u}) { userErrors { field message } } }",
                store, t=topic, u=uri,
            )  # fmt: skip
            errors = data["webhookSubscriptionCreate"]["userErrors"]
            assert errors == [], errors

    def topics(self) -> list[str]:
        return [headers["X-Shopify-Topic"] for _, headers, _ in self.sent]


def gid(kind: str, number: str) -> str:
    return f"gid://shopify/{kind}/{number}"


def money(amount: str, currency: str = "USD") -> dict[str, Any]:
    return {"shopMoney": {"amount": amount, "currencyCode": currency}}
