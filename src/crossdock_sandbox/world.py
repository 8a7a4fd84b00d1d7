"""The sandbox: every shop, one clock, one source of chance, and the queue of what happens later.

Nothing here knows a platform's rules. In process it runs on any clock; `server.py` runs it on the real one.
"""

import asyncio
import heapq
import random
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from crossdock_sandbox import control, front, webhooks
from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.faults import Faults
from crossdock_sandbox.files import FilePart
from crossdock_sandbox.shop import Shop
from crossdock_sandbox.stock_told import StockTold

Answer = tuple[int, dict[str, str], bytes]
Act = Callable[[], None]


async def _nowhere(_url: str, _headers: dict[str, str], _body: bytes) -> int:
    """Where webhooks go when nobody says otherwise."""
    return 200


class Sandbox:
    """Shops and time. `now` gives aware times; `deliver` takes a webhook (address, headers, body): a status."""

    def __init__(
        self, seed: int = 1, now: Callable[[], datetime] | None = None, deliver: webhooks.Deliver | None = None,
        sleep: Callable[[float], Awaitable[None]] | None = None, *, base_url: str = "http://127.0.0.1:9100",
        routing_delay: float = 0.2, job_delay: float = 0.1, webhook_delay: float = 0.0, search_lag: float = 2.0,
        listing_lag: float = 0.5, retry_scale: float = 1.0, log: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        self.now = now or (lambda: datetime.now(UTC))
        self.deliver = deliver or _nowhere
        self.sleep = sleep or asyncio.sleep
        self.log = log or (lambda _words: None)
        self.base_url = base_url
        self.routing_delay, self.job_delay, self.webhook_delay = routing_delay, job_delay, webhook_delay
        self.search_lag, self.listing_lag = timedelta(seconds=search_lag), timedelta(seconds=listing_lag)
        self.retry_scale = retry_scale
        self.seed = seed
        self.woken: Callable[[], None] = lambda: None  # called when something new is due; the server sets it
        self.reset()

    def reset(self) -> None:
        """An empty world, with the same seed."""
        self.shops: dict[str, Shop] = {}
        self.faults = Faults()
        self.counters: Counter[str] = Counter()
        self.random = random.Random(self.seed)
        self._next_id = 1 << 41
        self._queue: list[tuple[datetime, int, Act | webhooks.Delivery]] = []
        self._order = 0
        self._stock_changes = 0
        self.told = StockTold()
        self.running = 0  # deliveries under way
        self.waiting_webhooks = 0

    # -- identity and chance --

    def id(self) -> int:
        """A fresh number, unlike any other here, beyond what 2^40 holds."""
        self._next_id += self.random.randrange(1, 4096)
        return self._next_id

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def stock_change(self) -> int:
        """The number of a change of stock, counted over all shops."""
        self._stock_changes += 1
        return self._stock_changes

    @property
    def stock_changes(self) -> int:
        """The number of the last change of stock."""
        return self._stock_changes

    def tell(self, shop: Shop, variants: frozenset[int], as_of: int, how: str) -> None:
        """An app knows these variants' stock now, as it was after change `as_of`."""
        self.told.note(shop.name, self.stock_change(), self.now(), variants, as_of, how)

    def secret(self, prefix: str) -> str:
        return f"{prefix}{self.random.getrandbits(128):032x}"

    # -- time --

    def later(self, seconds: float, act: Act) -> None:
        """Do `act` when `seconds` have passed."""
        self._push(seconds, act)

    def post(self, seconds: float, delivery: webhooks.Delivery) -> None:
        self.waiting_webhooks += 1
        self._push(seconds, delivery)

    def _push(self, seconds: float, what: Act | webhooks.Delivery) -> None:
        self._order += 1
        heapq.heappush(self._queue, (self.now() + timedelta(seconds=seconds), self._order, what))
        self.woken()

    def next_due(self) -> datetime | None:
        return self._queue[0][0] if self._queue else None

    def take_due(self) -> list[webhooks.Delivery]:
        """Run the background work that is due, and hand out the deliveries that are."""
        now, out = self.now(), []
        while self._queue and self._queue[0][0] <= now:
            what = heapq.heappop(self._queue)[2]
            if isinstance(what, webhooks.Delivery):
                self.waiting_webhooks -= 1
                out.append(what)
            else:
                what()
        return out

    async def settle(self) -> None:
        """Everything that is due now, and what that makes due, one after another."""
        while self._queue and self._queue[0][0] <= self.now():
            for delivery in self.take_due():
                await webhooks.attempt(self, delivery)

    def pending(self) -> dict[str, int]:
        return {"webhooks": self.waiting_webhooks + self.running, "jobs": len(self._queue) - self.waiting_webhooks}

    # -- being spoken to --

    async def handle(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """One HTTP request. May raise `errors.Dropped` when a fault cuts the connection."""
        status, marks, content = await self.answer(method, url, {k.lower(): v for k, v in headers.items()}, body)
        if not isinstance(content, FilePart):
            return status, marks, content
        if content.cut:
            raise Dropped("connection cut half-way")
        return status, marks, content.file.read(content.start, content.end)

    async def answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes | FilePart]:
        """The same for a server: header names in lower case; a file is handed out as such, to be sent in pieces."""
        return await front.answer(self, method, url, headers, body)

    async def control(self, op: dict[str, Any]) -> dict[str, Any]:
        """One control operation; raises `errors.BadInput` for what cannot be obeyed."""
        return control.run(self, op)
