"""What vendors' stores must contain, worked out from the ledger, the listings and the merchant's own orders.

Written apart from the hub's rules, on purpose: two readings of the same promise. Not here: what they do contain.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from crossdock_sandbox.audit.dumps import ZERO, DumpedLine, DumpedOrder
from crossdock_sandbox.traffic.ledger import Built, PlayedOrder
from crossdock_sandbox.traffic.plan import Found, Offer, Terms


class Must(StrEnum):
    """What must be found at the vendor for one order: exactly one vendor order, none, or either a cancelled one or
    none (a cancelled order may have been cancelled before the hub got to it)."""

    BE = "be"
    NOT_BE = "not_be"
    BE_CANCELLED_OR_NOT_BE = "be_cancelled_or_not_be"


class ExpectedLine(Struct, frozen=True):
    """`key` tells lines apart at the vendor: its variant's id, or the title of a line of no catalogue."""

    key: str
    sku: str
    quantity: int
    net: Decimal
    tax: Decimal
    discount: Decimal


class ExpectedPart(Struct, frozen=True):
    """One vendor's part of one order. `why`: the reason where nothing must be there. `shipping`: the fair share of the
    customer's shipping, not rounded. `keys`: the key of each of the order's line ids that goes out. `cannot`: what the
    vendor's store lets no app do."""

    shop: str
    must: Must
    why: str
    lines: tuple[ExpectedLine, ...]
    keys: dict[str, str]
    shipping: Decimal
    cannot: frozenset[str] = frozenset()


class ExpectedOrder(Struct, frozen=True):
    """`all_out`: every line is in a part that goes out, so that the parts' totals make up the customer's."""

    played: PlayedOrder
    order: DumpedOrder
    parts: tuple[ExpectedPart, ...]
    all_out: bool


class Expecting:
    """The rules of one rehearsal, ready to be asked about each order."""

    def __init__(self, built: Built, terms: Terms) -> None:
        self.terms = terms
        self.goods = built.goods
        self.cannot = {shop.key: shop.cannot for shop in built.market.shops}
        self.offers = {offer.key: offer for offer in built.market.offers}

    def order(self, played: PlayedOrder, order: DumpedOrder) -> ExpectedOrder:
        """What one order must have become, by vendor."""
        lines = [(line, self.offers[played.offers[line.id]]) for line in order.lines if line.id in played.offers]
        shops = dict.fromkeys(offer.shop for _, offer in lines if offer.found is not Found.NOBODY)
        bins = self._bins(lines, shops)
        parts = tuple(self._part(shop, lines, _fair_share(order, bins, shop), played) for shop in shops)
        all_out = len(lines) == len(order.lines) and all(self.terms.goes_out(offer.found) for _, offer in lines)
        return ExpectedOrder(played, order, parts, all_out)

    def _part(
        self, shop: str, lines: Sequence[tuple[DumpedLine, Offer]], shipping: Decimal, played: PlayedOrder
    ) -> ExpectedPart:
        out = [(line, offer) for line, offer in lines if offer.shop == shop and self.terms.goes_out(offer.found)]
        must, why = self._must(played, bool(out))
        return ExpectedPart(
            shop=shop,
            must=must,
            why=why,
            lines=tuple(self._line(line, offer) for line, offer in out),
            keys={line.id: self._key(line, offer) for line, offer in out},
            shipping=shipping,
            cannot=self.cannot[shop],
        )

    def _must(self, played: PlayedOrder, anything: bool) -> tuple[Must, str]:
        if not self.terms.order_sync:
            return Must.NOT_BE, "order sync is off"
        if not anything:
            return Must.NOT_BE, "no line is linked"
        if self.terms.paid_only and not (played.paid_first if played.cancelled else played.paid):
            return Must.NOT_BE, "it was never paid"
        if played.cancelled:
            return Must.BE_CANCELLED_OR_NOT_BE, "it is cancelled"
        return Must.BE, ""

    def _line(self, line: DumpedLine, offer: Offer) -> ExpectedLine:
        return ExpectedLine(
            key=self._key(line, offer),
            sku=line.sku or "",
            quantity=line.quantity,
            net=line.net,
            tax=line.tax,
            discount=line.discount,
        )

    def _key(self, line: DumpedLine, offer: Offer) -> str:
        custom = offer.found is Found.VENDOR_NAME
        return custom_key(line.title) if custom else self.goods[offer.key].variant

    def _bins(
        self, lines: Sequence[tuple[DumpedLine, Offer]], shops: Iterable[str]
    ) -> dict[str, tuple[Decimal, Decimal]]:
        """(value, pieces) to ship, of each shop's outgoing lines under its key, and of all the rest under ""."""
        bins = dict.fromkeys([*shops, ""], (ZERO, ZERO))
        for line, offer in lines:
            if line.requires_shipping:
                shop = offer.shop if self.terms.order_sync and self.terms.goes_out(offer.found) else ""
                value, pieces = bins[shop]
                bins[shop] = (value + max(line.net, ZERO), pieces + line.quantity)
        return bins


def custom_key(title: str) -> str:
    return f"custom:{title}"


def _fair_share(order: DumpedOrder, bins: dict[str, tuple[Decimal, Decimal]], shop: str) -> Decimal:
    """By the value of what is shipped, or by pieces when all of it is free."""
    measure = 0 if any(value for value, _ in bins.values()) else 1
    whole = sum((weight[measure] for weight in bins.values()), ZERO)
    return order.shipping_net * bins[shop][measure] / whole if whole else ZERO
