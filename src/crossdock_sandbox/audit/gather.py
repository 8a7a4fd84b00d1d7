"""Puts together the stories of all linked pairs: from what every store dumps, its ledger, and what the hub was told.

Not here: telling one (story.py), or judging it (oversold.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.audit.references import order_of
from crossdock_sandbox.audit.story import Change, Pair, Story, Told
from crossdock_sandbox.traffic.ledger import Built
from crossdock_sandbox.traffic.plan import Found


def stories(
    built: Built, stores: Iterable[DumpedStore], ledgers: Mapping[str, Iterable[Change]], told: Iterable[Told]
) -> Iterator[Story]:
    """Of every linked offer that is counted at both stores. `ledgers` by store."""
    by_name = {store.name: store for store in stores}
    merchant = by_name[built.market.merchant]
    sold = _by_variant(ledgers.get(merchant.name, ()))
    news: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for each in told:
        news[each.store, each.variant_id].append(each)
    for shop in built.market.shops:
        store = by_name[shop.key]
        changes = _by_variant(ledgers.get(shop.key, ()))
        ours = {order.id: of for order in store.orders if (of := order_of(order.reference))}
        for offer in shop.offers:
            listing = built.listings.get(offer.key)
            if offer.found is not Found.LINK or listing is None:
                continue
            variant = built.goods[offer.key].variant
            if variant not in store.inventory or listing.variant not in merchant.inventory:
                continue
            ends = store.inventory[variant], merchant.inventory[listing.variant]
            pair = Pair(listing.variant, shop.key, variant, *ends)
            yield Story(
                pair,
                merchant=sold.get(listing.variant, ()),
                vendor=changes.get(variant, ()),
                told=news.get((shop.key, variant), ()),
                of=ours,
            )


def _by_variant(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.variant_id].append(change)
    return found
