"""The floor's webhook route: signature, adaptive group commit of the raw body, 200. Served by uvicorn.

Not here: understanding any of it.
"""

import asyncio
import base64
import hmac
import os
from typing import Any

from psycopg_pool import AsyncConnectionPool

INSERT = "INSERT INTO floor_webhook (topic, body) SELECT * FROM unnest(%s::text[], %b::bytea[])"


class Route:
    def __init__(self) -> None:
        self.pool: Any = None
        self.waiting: list[tuple[str, bytes, asyncio.Future[None]]] = []
        self.task: asyncio.Task[None] | None = None
        self.secrets: dict[str, bytes] = {}

    async def keep(self, topic: str, body: bytes) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((topic, body, future))
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.commit())
        await future

    async def commit(self) -> None:
        while self.waiting:
            batch, self.waiting = self.waiting, []
            async with self.pool.connection() as connection:
                await connection.execute(INSERT, ([topic for topic, _, _ in batch], [body for _, body, _ in batch]))
            for _, _, future in batch:
                future.set_result(None)

    def verified(self, headers: dict[bytes, bytes], body: bytes) -> bool:
        shop = headers[b"x-shopify-shop-domain"].decode().removesuffix(".myshopify.com")
        secret = self.secrets.get(shop) or self.secrets.setdefault(shop, f"secret-of-{shop}".encode())
        given = base64.b64decode(headers[b"x-shopify-hmac-sha256"])
        return hmac.compare_digest(hmac.digest(secret, body, "sha256"), given)


route = Route()


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    body, status = b"".join(parts), 200
    if scope["method"] == "POST":
        headers = dict(scope["headers"])
        if route.verified(headers, body):
            await route.keep(headers[b"x-shopify-topic"].decode(), body)
        else:
            status = 401
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            route.pool = AsyncConnectionPool(
                os.environ["BENCH_DATABASE"], min_size=1, max_size=4, open=False, kwargs={"autocommit": True}
            )
            await route.pool.open(wait=True)
        else:
            await route.pool.close()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
