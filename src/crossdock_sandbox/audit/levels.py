"""Once all is quiet: every level of a linked variant at the merchant against its formula, from the stores' own states.

Written apart from the hub's rules, on purpose. Not here: what happened on the way there (oversold.py).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from crossdock_sandbox.audit.dumps import DumpedOrder, DumpedStore
from crossdock_sandbox.audit.references import order_of
from crossdock_sandbox.traffic.ledger import Built
from crossdock_sandbox.traffic.plan import Found, Offer

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


def wrong_levels(built: Built, stores: Iterable[DumpedStore], *, buffer: int = 0) -> list[WrongLevel]:
    """Those of the linked offers that stand in `built.listings`."""
    by_name = {store.name: store for store in stores}
    merchant = by_name[built.market.merchant]
    sold = _sold(merchant.orders)
    found: list[WrongLevel] = []
    for shop in built.market.shops:
        vendor = by_name[shop.key]
        taken = _taken(vendor.orders)
        linked = (offer for offer in shop.offers if offer.found is Found.LINK and offer.key in built.listings)
        found += _of_shop(built, linked, merchant, vendor, (sold, taken), buffer)
    return found


def _of_shop(
    built: Built,
    offers: Iterable[Offer],
    merchant: DumpedStore,
    vendor: DumpedStore,
    units: tuple[Units, Units],
    buffer: int,
) -> Iterator[WrongLevel]:
    waiting = _waiting(built, *units)
    for offer in offers:
        theirs, ours = built.goods[offer.key].variant, built.listings[offer.key].variant
        available, has = vendor.inventory.get(theirs), merchant.inventory.get(ours)
        must = None if available is None else max(0, available - waiting[theirs] - buffer)
        if has != must:
            why = f"{available} available at the vendor, {waiting[theirs]} sold and not taken, {buffer} kept back"
            yield WrongLevel(vendor.name, offer.key, theirs, ours, has, must, why)


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


def _waiting(built: Built, sold: Units, taken: Units) -> Mapping[str, int]:
    """Units sold at the merchant that the vendor's store has not taken, by the vendor's variant."""
    theirs = {ids.variant: built.goods[key].variant for key, ids in built.listings.items()}
    waiting: Counter[str] = Counter()
    for (order, variant), units in sold.items():
        vendor_variant = theirs.get(variant)
        if vendor_variant is not None:
            waiting[vendor_variant] += max(0, units - taken[order, vendor_variant])
    return waiting
