"""Money: a decimal amount in one currency, and its division without losing a cent.

Not here: exchange rates (none are ever guessed) or formatting for people (web).
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import lcm

from msgspec import Struct

# ISO 4217 minor units that differ from two; the list is short and closed.
ZERO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"}
    | {"RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"}
)
THREE_DECIMALS = frozenset(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"))


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were put together."""


def exponent(currency: str) -> int:
    """Digits after the point in `currency` (ISO 4217; two when unknown)."""
    if currency in ZERO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


def minor_unit(currency: str) -> Decimal:
    """The smallest amount of `currency`, e.g. 0.01 EUR."""
    return Decimal(1).scaleb(-exponent(currency))


class Money(Struct, frozen=True, array_like=True):
    """An exact amount. `amount` keeps as many digits as it was given; `rounded` cuts to the minor unit."""

    amount: Decimal
    currency: str

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(Decimal(0), currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int | Decimal) -> "Money":
        return Money(self.amount * times, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return self.amount != 0

    def rounded(self) -> "Money":
        return Money(self.amount.quantize(minor_unit(self.currency), ROUND_HALF_UP), self.currency)

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.amount


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum of `amounts`, zero of `currency` when there is none."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def allocate(amount: Money, weights: Sequence[Decimal | int]) -> tuple[Money, ...]:
    """`amount` divided in proportion to `weights`, in minor units, by largest remainder.

    The parts always sum to `amount` exactly; equal remainders go to the earlier part, a part of weight zero gets
    nothing, and all-zero weights divide evenly. What is finer than the minor unit stays with the heaviest part.
    Raises ValueError for no weights or a negative weight.
    """
    whole = proportions(weights)
    if not amount.amount:
        return (amount,) * len(whole)
    places = exponent(amount.currency)
    units = int(amount.amount.scaleb(places))
    parts = [Decimal(part).scaleb(-places) for part in divide(units, whole)]
    if (rest := amount.amount - Decimal(units).scaleb(-places)) != 0:
        parts[whole.index(max(whole))] += rest
    return tuple(Money(part, amount.currency) for part in parts)


def divide(units: int, weights: Sequence[int]) -> list[int]:
    """`units` (any sign) divided in proportion to non-negative `weights` by largest remainder; exact."""
    total_weight = sum(weights)
    if total_weight == 0:
        weights, total_weight = [1] * len(weights), len(weights)
    if units < 0:
        return [-part for part in divide(-units, weights)]
    parts = [units * weight // total_weight for weight in weights]
    if left := units - sum(parts):
        by_remainder = sorted(range(len(weights)), key=lambda at: -(units * weights[at] % total_weight))
        for at in by_remainder[:left]:
            parts[at] += 1
    return parts


def proportions(weights: Sequence[Decimal | int]) -> list[int]:
    """The same proportions as whole numbers, for dividing several amounts alike. Raises as `allocate`."""
    if not weights:
        raise ValueError("nothing to divide among: no weights")
    if min(weights) < 0:
        raise ValueError("a weight is negative")
    whole = [weight for weight in weights if isinstance(weight, int)]
    if len(whole) == len(weights):
        return whole
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*[bottom for _, bottom in ratios])
    return [top * (common // bottom) for top, bottom in ratios]
