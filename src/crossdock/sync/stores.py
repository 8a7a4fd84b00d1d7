"""Stores as the drain speaks to them: credentials opened, a client each, tokens renewed one at a time per store.

What survives a crash: credentials are kept in the same breath as they are got; platforms keep the old refresh token
valid until the new one is used (Shopify FACTS section 1). Not here: what is said to a store (kinds/).
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct
from psycopg import AsyncConnection

from crossdock.connector import registry
from crossdock.connector.contract import Clock, Connection, Platform, Role, StoreClient
from crossdock.connector.http import Http
from crossdock.models.seal import Ring
from crossdock.sync.calls import CallLog, Heard, Logged
from crossdock.sync.db import Pool, named
from crossdock.sync.points import Points

Session = AsyncConnection[tuple[Any, ...]]
RENEW_EARLY = timedelta(minutes=5)


class Store(Struct):
    """One store, ready to be spoken to. `version` is its row's; a changed row is loaded again."""

    id: int
    marketplace_id: int
    vendor_id: int | None
    platform: Platform
    hook_key: str
    renew_at: datetime | None
    version: int
    connection: Connection
    client: StoreClient


class Stores:
    """A worker's stores, by id."""

    def __init__(
        self, pool: Pool, ring: Ring, http: Http, clock: Clock, points: Points, calls: CallLog | None = None
    ) -> None:
        self._pool = pool
        self._calls = calls
        self._ring = ring
        self._http = http
        self._clock = clock
        self._points = points
        self._known: dict[int, Store] = {}
        self._lines: dict[int, Http] = {}
        self._renewing: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def get(self, store_id: int, version: int | None = None) -> Store:
        """The store, its token fresh. `version` is what the claim saw of its row. Raises the connector's errors."""
        store = self._known.get(store_id)
        if store is None or (version is not None and store.version != version):
            store = await self._load(store_id, store)
        if self._wants_renewal(store):
            async with self._renewing[store_id]:  # one task of this process; the others then find it renewed
                store = self._known[store_id]
                if self._wants_renewal(store):
                    store = await self._renew(store)
        return store

    async def learn(self, store_id: int, fields: Mapping[str, Any]) -> None:
        """Keep these with the credentials that there are now: others may have been renewed meanwhile."""
        async with self._pool.connection() as connection, connection.transaction():
            await connection.execute(named("lock_store"), {"store_id": store_id})
            store = await self._read(connection, store_id, None)
            sealed = self._ring.seal(msgspec.json.encode(store.connection.credentials | dict(fields)))
            parameters = {"store_id": store_id, "sealed": sealed, "renew_at": store.renew_at}
            await connection.execute(named("save_credentials"), parameters)
            await self._read(connection, store_id, None)

    def _wants_renewal(self, store: Store) -> bool:
        return store.renew_at is not None and store.renew_at - RENEW_EARLY <= self._clock()

    async def _load(self, store_id: int, before: Store | None) -> Store:
        async with self._pool.connection() as connection:
            return await self._read(connection, store_id, before)

    async def _read(self, connection: Session, store_id: int, before: Store | None) -> Store:
        cursor = await connection.execute(named("load_store"), {"store_id": store_id})
        row = await cursor.fetchone()
        if row is None:
            raise LookupError(f"store {store_id} is not there")
        id, marketplace_id, vendor_id, platform, domain, base_url, sealed, hook_key, renew_at, _, version = row
        told = Connection(
            store_id=id,
            role=Role.MERCHANT if vendor_id is None else Role.VENDOR,
            domain=domain,
            base_url=base_url,
            credentials=msgspec.json.decode(self._ring.open(sealed)),
        )
        if before is not None and before.connection == told:  # only its state changed: the client keeps its budget
            before.version, before.renew_at = version, renew_at
            return before
        found = registry.platform(platform)
        client = found.client(told, self._line(marketplace_id, id), now=self._clock)
        store = Store(id, marketplace_id, vendor_id, found, hook_key, renew_at, version, told, client)
        self._known[store_id] = store
        return store

    def _line(self, marketplace_id: int, id: int) -> Http:
        """The same for as long as we live: platforms keep by it what they learned of a store, such as its budget."""
        if id not in self._lines:
            http = self._http if self._calls is None else Logged(self._http, self._calls, marketplace_id, id)
            self._lines[id] = Heard(http)
        return self._lines[id]

    async def _renew(self, store: Store) -> Store:
        """New credentials, kept at once. Another process renewing them now is waited for: an expired token in use would
        park the store for a person. One session does it all, so that waiting never wants a second one of the pool."""
        async with self._pool.connection() as connection:
            async with connection.transaction():
                await connection.execute(named("lock_store"), {"store_id": store.id})
                fresh = await self._read(connection, store.id, store)
                if not self._wants_renewal(fresh):
                    return fresh
                renewed = await fresh.client.renew()
                self._points.reach("renew.after_call", "renew")
                if renewed is None:
                    return fresh
                sealed = self._ring.seal(msgspec.json.encode(renewed.credentials))
                await connection.execute(
                    named("save_credentials"),
                    {"store_id": store.id, "sealed": sealed, "renew_at": renewed.expires_at},
                )
            return await self._read(connection, store.id, None)
