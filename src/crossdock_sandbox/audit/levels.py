"""Once all is quiet: every level of a linked variant at the merchant against its formula, from the stores' own states.

Written apart from the hub's rules, on purpose. Not here: what happened on the way there (oversold.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from crossdock_sandbox.audit.dumps import DumpedOrder, DumpedStore
from crossdock_sandbox.audit.references import order_of
from crossdock_sandbox.traffic.ledger import Built
from crossdock_sandbox.traffic.plan import Found

Units = Counter[tuple[str, str]]  # (merchant's order, vendor's variant) -> units


class WrongLevel(Struct, frozen=True):
    """`has` None: the merchant does not count it."""

    shop: str
    offer: str
    vendor_variant: str
    merchant_variant: str
    has: int | None
    must: int | None
    why: str


class Linked(Struct, frozen=True):
    """A variant of a vendor's and the merchant's that it is; `name` is what it is called in findings."""

    shop: str
    name: str
    theirs: str
    ours: str


def wrong_levels(built: Built, stores: Iterable[DumpedStore], *, buffer: int = 0) -> list[WrongLevel]:
    """Those of the linked offers that stand in `built.listings`."""
    linked = [
        Linked(offer.shop, offer.key, built.goods[offer.key].variant, built.listings[offer.key].variant)
        for offer in built.market.offers
        if offer.found is Found.LINK and offer.key in built.listings
    ]
    return judge_levels(linked, built.market.merchant, stores, buffer=buffer)


def judge_levels(
    linked: Sequence[Linked], merchant: str, stores: Iterable[DumpedStore], *, buffer: int = 0
) -> list[WrongLevel]:
    """Every linked variant whose level at the store `merchant` is not what the formula says."""
    by_name = {store.name: store for store in stores}
    levels, sold = by_name[merchant].inventory, _sold(by_name[merchant].orders)
    found: list[WrongLevel] = []
    for shop in dict.fromkeys(each.shop for each in linked):
        mine = [each for each in linked if each.shop == shop]
        waiting = _waiting(mine, sold, _taken(by_name[shop].orders))
        found += _of_shop(mine, levels, by_name[shop].inventory, waiting, buffer)
    return found


def _of_shop(
    linked: Iterable[Linked],
    levels: Mapping[str, int],
    stock: Mapping[str, int],
    waiting: Mapping[str, int],
    buffer: int,
) -> Iterator[WrongLevel]:
    for each in linked:
        available, has, unsent = stock.get(each.theirs), levels.get(each.ours), waiting.get(each.theirs, 0)
        must = None if available is None else max(0, available - unsent - buffer)
        if has != must:
            why = f"{available} available at the vendor, {unsent} sold and not taken, {buffer} kept back"
            yield WrongLevel(each.shop, each.name, each.theirs, each.ours, has, must, why)


def _sold(orders: Iterable[DumpedOrder]) -> Units:
    """By the merchant's variant; cancelled orders sell nothing."""
    units: Units = Counter()
    for order in orders:
        for line in order.lines if not order.cancelled_at else ():
            units[order.id, line.variant_id or ""] += line.units
    return units


def _taken(orders: Iterable[DumpedOrder]) -> Units:
    """By the vendor's variant; what a cancelled order took was given back."""
    units: Units = Counter()
    for order in orders:
        if (of := order_of(order.reference)) and not order.cancelled_at:
            for line in order.lines:
                units[of, line.variant_id or ""] += line.units
    return units


def _waiting(linked: Iterable[Linked], sold: Units, taken: Units) -> Counter[str]:
    """Units sold at the merchant that the vendor's store has not taken, by the vendor's variant."""
    theirs = {each.ours: each.theirs for each in linked}
    waiting: Counter[str] = Counter()
    for (order, variant), units in sold.items():
        if vendor_variant := theirs.get(variant):
            waiting[vendor_variant] += max(0, units - taken[order, vendor_variant])
    return waiting
