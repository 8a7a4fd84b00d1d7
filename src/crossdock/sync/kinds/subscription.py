"""Kind "subscription": what a store should tell us, kept as desired state; its name, currency and places; its sweeps.

Looked at daily, since platforms drop subscriptions that failed (Shopify FACTS section 10). What survives a crash: every
step may be repeated. Not here: the topics (platforms).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial

import msgspec

from crossdock.connector.contract import Role
from crossdock.core.reasons import Reason
from crossdock.sync.db import named
from crossdock.sync.dirty import Mark
from crossdock.sync.drain import Context
from crossdock.sync.effects import Again, Effects, Key, Note, Settled
from crossdock.sync.kinds.rows import call
from crossdock.sync.stores import Store
from crossdock.sync.what import What

EVERY = timedelta(days=1)
# The merchant's catalogue is for matching, the ids its stock is kept under, and drift; its own edits cause nothing.
SWEEPS = {Role.MERCHANT: ("catalogue",), Role.VENDOR: ("catalogue", "products")}


async def subscription(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    return {key.id: partial(work, context, key) for key in keys}


async def work(context: Context, key: Key) -> None:
    store = await context.stores.get(key.store_id, key.store_version)
    address = hook_address(context.hub_url, store)
    there = await call(context, "ensure_subscriptions", "", store.client.ensure_subscriptions(address))
    if there.keep:
        await context.stores.learn(store.id, there.keep)
    effects = Effects(again=[Again(key, context.clock() + EVERY, "daily", counts=False, anew=True)])
    effects.settled.append(Settled(Reason.STORE_UNREACHABLE, store_id=store.id))
    if there.changed:
        data = {"changed": list(there.changed)}
        effects.activities.append(Note(store.marketplace_id, What.STORE_SUBSCRIBED, store_id=store.id, data=data))
    await _name(context, store)
    effects.marks += [Mark(store.id, "sweep", id, "connected") for id in await _sweeps(context, store)]
    if store.connection.role is Role.VENDOR:
        effects.marks += await _lease(context, store)
    await context.writer.keep(effects, write="ensure_subscriptions")


def hook_address(hub_url: str, store: Store) -> str:
    return f"{hub_url}/hooks/{store.platform.name}/{store.hook_key}"


async def _name(context: Context, store: Store) -> None:
    info = await store.client.check()
    async with context.pool.connection() as connection:
        parameters = {
            "store_id": store.id,
            "name": info.name,
            "currency": info.currency,
            "remote_id": info.id,
            "location_id": info.default_location_id,
            "locations": msgspec.json.encode(info.locations).decode(),
        }
        await connection.execute(named("save_store_info"), parameters)


async def _sweeps(context: Context, store: Store) -> list[int]:
    """Sweeps of the store's catalogue that nothing will look at unless they are marked."""
    async with context.pool.connection() as connection:
        parameters = {"store_id": store.id, "kinds": list(SWEEPS[store.connection.role])}
        cursor = await connection.execute(named("want_sweeps"), parameters)
        return [row[0] for row in await cursor.fetchall()]


async def _lease(context: Context, store: Store) -> list[Mark]:
    """Looked at by a key of the merchant's store, which rests less than the vendor's."""
    async with context.pool.connection() as connection:
        cursor = await connection.execute(named("merchant_store"), {"marketplace_id": store.marketplace_id})
        return [Mark(row[0], "lease", store.id, "connected") for row in await cursor.fetchall()]
