"""A bench over the sandbox, in process and in virtual time: for every platform that has a sandbox folder.

Not here: any rule (crossdock.connector.testing), or any platform's name.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crossdock.connector.contract import Connection, Platform, Role, Webhook
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.connector.testing import Goods, Made, Seen
from crossdock_sandbox import dump, platforms
from crossdock_sandbox.control import OPS
from crossdock_sandbox.errors import BadInput, Dropped
from crossdock_sandbox.world import Sandbox

SLOWING = frozenset(("throttle", "rate_limit"))  # what the sandboxes call a store that asks for a pause
TELLING = "oauth"  # the way to be connected in which all sandboxes send webhooks, where they know several ways


class Time:
    """A `Clock` that sleeping moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class SandboxBench:
    """See `crossdock.connector.testing.Bench`. It is the transport too."""

    def __init__(self, platform: Platform) -> None:
        there = platforms.platforms().get(platform.name)
        if there is None:
            raise LookupError(
                f"{platform.title} has no sandbox: write src/crossdock_sandbox/{platform.name}/platform.py "
                "(crossdock_sandbox/platforms.py says how), or name a bench of its own in quality.toml"
            )
        self.platform, self.clock, self.http = platform, Time(), self
        self._slowing = [(where, kind) for where, kinds in there.faults.items() for kind in kinds & SLOWING]
        self.acts = frozenset((*there.ops, *OPS, *(["throttle"] if self._slowing else [])))
        self.cannot: Mapping[str, str] = {}
        self.patience = 1000
        self.sandbox = Sandbox(seed=1, now=self.clock, deliver=self._deliver, sleep=self.clock.sleep)
        self._delivered: dict[str, list[Webhook]] = {}
        self._stores = 0

    async def send(self, request: Request) -> Response:
        try:
            answer = await self.sandbox.handle(request.method, request.url, dict(request.headers), request.body)
        except Dropped as error:
            raise NoAnswer(str(error)) from None
        status, headers, body = answer
        return Response(status, {name.lower(): value for name, value in headers.items()}, body)

    async def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        webhook = Webhook({name.lower(): value for name, value in headers.items()}, body)
        self._delivered.setdefault(url, []).append(webhook)
        return 200

    async def open_store(
        self, role: Role, products: Sequence[Mapping[str, Any]], *, time_zone: str = "", told: bool = False
    ) -> Made:
        self._stores += 1
        name = f"{role}-{self._stores}"
        given: dict[str, Any] = {"platform": self.platform.name, "currency": "USD", "products": list(products)}
        made = await self._create(name, given, [{"app": {"mode": TELLING}}] if told else [], time_zone)
        connection = Connection(self._stores, role, made["domain"], made["base_url"], dict(made["credentials"]))
        goods = {}
        for given_one, product in zip(products, made["products"], strict=True):
            for variant in product["variants"]:
                goods[variant["sku"]] = Goods(product["id"], variant["id"], variant["sku"], str(given_one["title"]))
        return Made(name, connection, goods)

    async def _create(
        self, name: str, given: dict[str, Any], wishes: list[dict[str, Any]], time_zone: str
    ) -> dict[str, Any]:
        """With each wish that the platform's stores know."""
        zones: list[dict[str, Any]] = [{"time_zone": time_zone}, {"site": {"zone": time_zone}}]
        wished = [*wishes, *zones] if time_zone else wishes
        for wish in wished:
            try:
                await self.sandbox.control({"op": "create_store", "store": f"{name}-try", **given, **wish})
                given = {**given, **wish}
            except BadInput:
                continue
        return await self.sandbox.control({"op": "create_store", "store": name, **given})

    async def act(self, store: Made, name: str, **given: Any) -> dict[str, Any]:
        if name == "throttle":
            return await self._throttle(**given)
        return await self.sandbox.control({"op": name, "store": store.name, **given})

    async def _throttle(self, *, on: bool) -> dict[str, Any]:
        rules = [{"where": where, "kind": kind, "rate": 1.0} for where, kind in self._slowing if on]
        return await self.sandbox.control({"op": "faults", "seed": 1, "rules": rules})

    async def orders(self, store: Made, reference: str) -> Sequence[Seen]:
        found = await self.act(store, "find_orders", reference=reference)
        return [self._seen(store, one) for one in found["orders"]]

    async def order(self, store: Made, order_id: str) -> Seen:
        (found,) = [one for one in self._dump(store)["orders"] if one["id"] == order_id]
        return self._seen(store, found)

    def _seen(self, store: Made, order: dict[str, Any]) -> Seen:
        standing = [
            one for one in order.get("fulfillments", ()) if str(one.get("status", "success")).lower() == "success"
        ]
        mails = order.get("mails")
        sent = self._dump(store).get("mails")
        if mails is None and sent is not None:
            mails = len([one for one in sent if one["order_id"] == order["id"] and one["to"] == "customer"])
        return Seen(order["id"], Decimal(order["total"]), order["cancelled_at"] is not None, len(standing), mails)

    async def stock(self, store: Made, variant_id: str) -> int:
        return int(self._dump(store)["inventory"][variant_id])

    def _dump(self, store: Made) -> dict[str, Any]:
        return dump.store(self.sandbox.shops[store.name])

    async def pass_time(self, seconds: float) -> None:
        end = self.clock.now + timedelta(seconds=seconds)
        while (due := self.sandbox.next_due()) is not None and due <= end:
            self.clock.now = max(due, self.clock.now)
            await self.sandbox.settle()
        self.clock.now = max(end, self.clock.now)

    def delivered(self, store: Made) -> Sequence[Webhook]:
        return self._delivered.get(self.hook_address(store), [])

    def hook_address(self, store: Made) -> str:
        return f"https://hub.example/hooks/{self.platform.name}/{store.name}"
