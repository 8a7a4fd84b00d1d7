"""Webhook intake: a bare ASGI route. Find the store, verify the raw bytes, keep what was said, answer 200 when durable.

Whatever arrives while a commit runs goes into the next one, so a flood costs few commits. A sender that got no 200
sends again; a sender that gives up is made up for by the sweep. Not here: what is done about it (sync).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog
from django.conf import settings
from msgspec import Struct
from psycopg import AsyncCursor

from crossdock.connector import registry
from crossdock.connector.contract import Kind, Observation, Platform, Role, Webhook, WebhookRefused
from crossdock.models.seal import Ring
from crossdock.sync import calls, intake
from crossdock.sync.calls import CallLog
from crossdock.sync.db import Pool, make_pool, named, transact
from crossdock.sync.intake import Seen
from crossdock.sync.points import Points

log = structlog.get_logger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

Waiting = tuple[Sequence[Seen], "asyncio.Future[None]"]

PREFIX = "/hooks/"
LARGEST = 8 * 1024 * 1024  # bytes; an order of 500 lines is about 1 MB
FRESH = 30.0  # seconds a store's secrets are believed without asking the database


class HookStore(Struct, frozen=True):
    """A store as its webhooks see it."""

    id: int
    marketplace_id: int
    role: Role
    platform: Platform
    domain: str
    secrets: tuple[str, ...]
    loaded_at: float


class Refusal(Exception):
    """The answer to a delivery that is not kept."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Hooks:
    """The route. Opened and closed with the web process."""

    def __init__(
        self,
        pool: Pool | None = None,
        ring: Ring | None = None,
        points: Points | None = None,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._pool = pool
        self._now = now or (lambda: datetime.now(UTC))
        self._ring = ring
        self._points = points or Points()
        self._stores: dict[str, HookStore] = {}
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._calls: CallLog | None = None

    async def open(self) -> None:
        self._ring = self._ring or Ring.from_settings()
        if self._pool is None:
            self._pool = make_pool(settings.CROSSDOCK_DATABASE, size=4)
            await self._pool.open(wait=True)
            self._calls = CallLog(self._pool, self._now)

    def _opened(self) -> tuple[Pool, Ring]:
        if self._pool is None or self._ring is None:
            raise RuntimeError("hooks are opened before they serve")
        return self._pool, self._ring

    async def close(self) -> None:
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
        if self._calls is not None:
            await self._calls.close()
        if self._pool is not None:
            await self._pool.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            if scope["method"] != "POST":
                raise Refusal(405, "deliveries are POSTed")
            body = await _body(scope, receive)
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
            await self.take(scope["path"], Webhook(headers, body))
            status, words = 200, ""
        except Refusal as refusal:
            status, words = refusal.status, refusal.words
        except Exception:
            log.exception("webhook not kept")
            status, words = 503, "not kept; send it again"
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": words.encode()})

    async def take(self, path: str, webhook: Webhook) -> None:
        """Verify and keep one delivery; returns when it is durable. Raises Refusal."""
        platform, _, hook_key = path.removeprefix(PREFIX).partition("/")
        store = await self._store(platform, hook_key)
        try:
            store = await self._verified(store, hook_key, webhook)
        except Refusal as refusal:
            self._log(store, (), webhook, refusal.words)
            raise
        observations = store.platform.observe(webhook, role=store.role)
        seen = [
            Seen(store.id, store.marketplace_id, store.role, observation)
            for observation in observations
            if observation.kind is not Kind.NOTHING
        ]
        for observation in observations:
            if observation.kind is Kind.NOTHING and observation.data:
                log.warning("webhook not understood", store=store.id, topic=observation.topic, **observation.data)
        if seen:
            await self._keep(seen)
        self._log(store, observations, webhook)

    def _log(self, store: HookStore, seen: Sequence[Observation], webhook: Webhook, refused: str = "") -> None:
        """One line of the call log; a delivery about several objects is logged under the first."""
        if self._calls is not None:
            first = next(iter(seen), Observation(Kind.NOTHING, ""))
            name, id = first.topic or f"{first.kind.value} told", first.owner_id or first.id
            ids = (store.marketplace_id, store.id)
            told = {"topic": name, "kind": first.kind.value, "remote_id": id, "refused": refused}
            calls.delivery(self._calls, ids, body=webhook.body, **told)

    async def _store(self, platform: str, hook_key: str, *, anew: bool = False) -> HookStore:
        known = self._stores.get(hook_key)
        if known is None or anew or known.loaded_at < time.monotonic() - FRESH:
            known = await self._load(hook_key)
            if known is not None:
                self._stores[hook_key] = known
        if known is None or known.platform.name != platform:
            self._stores.pop(hook_key, None)
            raise Refusal(404, "no store has this address")
        return known

    async def _load(self, hook_key: str) -> HookStore | None:
        pool, ring = self._opened()
        async with pool.connection() as connection:
            cursor = await connection.execute(named("hook_store"), {"hook_key": hook_key})
            row = await cursor.fetchone()
        if row is None:
            return None
        id, marketplace_id, vendor_id, platform, domain, sealed = row
        credentials = msgspec.json.decode(ring.open(sealed))
        own = [credentials.get("client_secret", ""), *credentials.get("old_secrets", [])]
        own += credentials.get("webhook_secrets", [])
        return HookStore(
            id,
            marketplace_id,
            Role.MERCHANT if vendor_id is None else Role.VENDOR,
            registry.platform(platform),
            domain,
            tuple(secret for secret in own if secret),
            time.monotonic(),
        )

    async def _verified(self, store: HookStore, hook_key: str, webhook: Webhook) -> HookStore:
        """A signature that fails is tried once more with secrets read anew: they may have just been changed."""
        try:
            store.platform.verify(webhook, secrets=store.secrets, domain=store.domain)
        except WebhookRefused:
            if store.loaded_at > time.monotonic() - 1:
                raise Refusal(401, "the signature does not fit") from None
            store = await self._store(store.platform.name, hook_key, anew=True)
            try:
                store.platform.verify(webhook, secrets=store.secrets, domain=store.domain)
            except WebhookRefused:
                raise Refusal(401, "the signature does not fit") from None
        return store

    async def _keep(self, seen: Sequence[Seen]) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((seen, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._commit())
        await future

    async def _commit(self) -> None:
        """Group commit without a timer: what came in while the last one ran."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._write([item for group, _ in batch for item in group])
            except Exception as error:  # noqa: BLE001  told to the sender, who sends again
                await self._one_by_one(batch, error)
            except BaseException as error:  # noqa: BLE001  the process is ending: nobody is left waiting
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
                return
            else:
                for _, future in batch:
                    if not future.done():
                        future.set_result(None)

    async def _one_by_one(self, batch: Sequence[Waiting], error: Exception) -> None:
        """One of them cannot be kept: the others are; its sender is told to send again."""
        for seen, future in batch:
            try:
                if len(batch) == 1:
                    raise error
                await self._write(seen)
            except Exception as own:  # noqa: BLE001  told to the sender, who sends again
                if not future.done():
                    future.set_exception(own)
            else:
                if not future.done():
                    future.set_result(None)

    async def _write(self, seen: Sequence[Seen]) -> None:
        pool, ring = self._opened()

        async def keep(cursor: AsyncCursor[Any]) -> None:
            await intake.keep(cursor, seen, ring=ring, now=self._now())
            self._points.reach("intake.before_commit", "webhook")

        await transact(pool, keep, alone=intake.in_one_statement(seen))
        self._points.reach("intake.after_commit", "webhook")


async def _body(scope: Scope, receive: Receive) -> bytes:
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if declared.isdigit() and int(declared) > LARGEST:
        raise Refusal(413, f"larger than {LARGEST} bytes")
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "the sender went away")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST:
            raise Refusal(413, f"larger than {LARGEST} bytes")
        if not message.get("more_body"):
            return b"".join(parts)
