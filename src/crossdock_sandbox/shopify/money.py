"""Amounts in two currencies at once (the shop's and the one the buyer saw), and their two spellings.

Not for rates of exchange over time: an order keeps the rate it was made with.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
_PLACES = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "ISK": 0, "PYG": 0, "XAF": 0, "XOF": 0, "UGX": 0, "RWF": 0,
           "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3}  # fmt: skip
_UNITS = {0: Decimal(1), 2: Decimal("0.01"), 3: Decimal("0.001")}


def places(currency: str) -> int:
    """Digits after the point that the currency has."""
    return _PLACES.get(currency, 2)


def rounded(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(_UNITS[places(currency)], ROUND_HALF_UP)


class Bag(NamedTuple):
    """One amount in the shop's currency and in the buyer's."""

    shop: Decimal
    pres: Decimal

    def plus(self, other: "Bag") -> "Bag":
        return Bag(self.shop + other.shop, self.pres + other.pres)

    def minus(self, other: "Bag") -> "Bag":
        return Bag(self.shop - other.shop, self.pres - other.pres)

    def times(self, factor: int | Decimal) -> "Bag":
        return Bag(self.shop * factor, self.pres * factor)


NOTHING = Bag(ZERO, ZERO)


def total(bags: Iterable[Bag]) -> Bag:
    shop = pres = ZERO
    for bag in bags:
        shop += bag.shop
        pres += bag.pres
    return Bag(shop, pres)


class Currencies(NamedTuple):
    """The two currencies of an order and what one unit of the shop's is worth in the buyer's."""

    shop: str
    pres: str
    rate: Decimal = Decimal(1)

    def bag(self, shop_amount: Decimal) -> Bag:
        if self.rate == 1:
            return Bag(shop_amount, shop_amount)
        return Bag(shop_amount, rounded(shop_amount * self.rate, self.pres))

    def rounded(self, bag: Bag) -> Bag:
        return Bag(rounded(bag.shop, self.shop), rounded(bag.pres, self.pres))


def shares(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """`amount` spread by weight in whole units of the currency; the largest remainders get what rounding leaves."""
    whole = sum(weights, ZERO)
    unit = _UNITS[places(currency)]
    if not weights:
        return []
    if whole == 0:
        return [amount, *([ZERO] * (len(weights) - 1))]
    exact = [amount * weight / whole for weight in weights]
    parts = [value.quantize(unit, "ROUND_FLOOR") for value in exact]
    left = int((amount - sum(parts, ZERO)) / unit)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:left]:
        parts[i] += unit
    return parts


def spread(bag: Bag, weights: list[Decimal], currencies: Currencies) -> list[Bag]:
    by_shop = shares(bag.shop, weights, currencies.shop)
    by_pres = shares(bag.pres, weights, currencies.pres)
    return [Bag(a, b) for a, b in zip(by_shop, by_pres, strict=True)]


def graph(amount: Decimal) -> str:
    """GraphQL's spelling: trailing zeros trimmed, at least one digit after the point (FACTS section 2)."""
    text = format(amount, "f")
    if "." not in text:
        return text + ".0"
    text = text.rstrip("0")
    return text + "0" if text.endswith(".") else text


def rest(amount: Decimal, currency: str) -> str:
    """The webhooks' spelling: the currency's full number of digits (FACTS section 2)."""
    return format(amount.quantize(_UNITS[places(currency)]), "f")
