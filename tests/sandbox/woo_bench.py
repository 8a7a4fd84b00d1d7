"""A WooCommerce shop in virtual time per test, and short ways to ask its API. Not for expectations."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

from crossdock_sandbox.world import Sandbox
from tests.sandbox.bench import ADDRESS, Bench

MUG = {"title": "Mug", "vendor": "Clay & Co", "variants": [{"sku": "MUG", "price": "12.50", "inventory": 10}]}
TEE = {"title": "Tee", "options": ["Size"], "variants": [
    {"sku": "TEE-S", "options": ["S"], "price": "20.00", "inventory": 5},
    {"sku": "TEE-M", "options": ["M"], "price": "21.00"}]}  # fmt: skip


class WooBench(Bench):
    """`get`, `post`, `put` speak to the shop `harbour` over https with its keys."""

    world: Sandbox
    made: dict[str, Any]

    async def begin(self, **fields: Any) -> dict[str, Any]:
        self.made = await self.op("create_store", platform="woocommerce", **{"products": [MUG, TEE], **fields})
        self.stores["harbour"] = self.made
        return self.made

    @property
    def shop(self) -> Any:
        return self.world.shops["harbour"]

    @property
    def basic(self) -> dict[str, str]:
        pair = f"{self.made['consumer_key']}:{self.made['consumer_secret']}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    async def raw(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, *,
        root: str = "https://harbour.woocommerce.example", **query: Any,
    ) -> tuple[int, dict[str, str], bytes]:  # fmt: skip
        sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        kind = {"Content-Type": "application/json"} if body is not None else {}
        url = f"{root}{path}" + (f"?{urlencode(query, doseq=True)}" if query else "")
        return await self.world.handle(method, url, {**kind, **(self.basic if headers is None else headers)}, sent)

    async def call(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, Any]:  # type: ignore[override]
        status, _, text = await self.raw(method, f"/wp-json/wc/v3/{path}", body, **query)
        return status, json.loads(text)

    async def read(self, path: str, **query: Any) -> Any:
        status, body = await self.call("GET", path, **query)
        assert status == 200, body
        return body

    async def post(self, path: str, body: Any) -> Any:
        status, made = await self.call("POST", path, body)
        assert status in (200, 201), made
        return made

    async def put(self, path: str, body: Any, **query: Any) -> Any:
        status, made = await self.call("PUT", path, body, **query)
        assert status == 200, made
        return made

    async def stock(self, sku: str = "MUG") -> int | None:
        (found,) = await self.read("products", sku=sku)
        figure: int | None = found["stock_quantity"]
        return figure

    async def hook(self, topic: str, secret: str = "s3cret") -> Any:
        """A webhook; its ping has been sent and forgotten."""
        made = await self.post("webhooks", {"topic": topic, "delivery_url": "http://127.0.0.1:1/h", "secret": secret})
        await self.wait(0)
        self.sent.clear()
        return made


__all__ = ["ADDRESS", "WooBench"]
