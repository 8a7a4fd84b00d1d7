"""Levels that the merchant's store has no place for: the item is gone, or the location where its stock is kept.

The first is no news; without the second no figure is written any more and the store sells on old ones, so a person is
told. What survives a crash: nothing need to; a level that is not settled is tried again. Not here: writing
(level_write.py), reading (level_read.py).
"""

from collections import Counter
from collections.abc import Sequence

from crossdock.core.reasons import Reason
from crossdock.core.stock import Why
from crossdock.sync.drain import Context
from crossdock.sync.effects import Effects, Note
from crossdock.sync.kinds.level_rows import LevelRow, Settling, settle
from crossdock.sync.stores import Store


async def settle_gone(context: Context, store: Store, rows: Sequence[LevelRow]) -> None:
    """The store is asked which locations it has: what is known of them is up to a day old."""
    if not rows:
        return
    places = {row.id: row.location_id or row.wanted_location for row in rows if row.item_id}
    there = {one.id for one in (await store.client.check()).locations if one.active} if any(places.values()) else set()
    away = Counter(place for place in places.values() if place and there and place not in there)
    settled = [
        Settling(row.id, row.wanted, None, Why.LOCATION_GONE if places.get(row.id) in away else Why.MERCHANT_GONE)
        for row in rows
    ]
    await settle(context, settled)
    notes = [
        Note(store.marketplace_id, Reason.LOCATION_GONE, store_id=store.id, data={"location": place, "count": count})
        for place, count in sorted(away.items())
    ]
    if notes:
        await context.writer.keep(Effects(opened=notes))
