"""Kind "level": the merchant's stock made what the books say, for all its vendors; or a vendor's stock read where it
is in doubt. The store's role says which; its key is its own number.

What survives a crash: an intent with its key is committed before a call; the same call again ends it (level_write.py).
Not here: what is offered (core/stock.py), or the books (stock_rows.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from crossdock.connector.contract import Role
from crossdock.sync.drain import Context
from crossdock.sync.effects import Key
from crossdock.sync.kinds import level_merchant, level_vendor


async def level(context: Context, keys: Sequence[Key]) -> dict[int, Callable[[], Awaitable[None]]]:
    return {key.id: partial(work, context, key) for key in keys}


async def work(context: Context, key: Key) -> None:
    store = await context.stores.get(key.store_id, key.store_version)
    if store.connection.role is Role.VENDOR:
        await level_vendor.work(context, store, key)
    else:
        await level_merchant.work(context, store, key)
