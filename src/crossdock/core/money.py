"""Money: a decimal amount in one currency, and its division without losing a cent.

Not here: exchange rates (none are ever guessed) or formatting for people (web).
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Sequence

from msgspec import Struct

# ISO 4217 minor units that differ from two; the list is short and closed.
ZERO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()
)
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


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

    The parts always sum to `amount` exactly; equal remainders go to the earlier part. All-zero weights divide
    evenly. Raises ValueError for no weights or a negative weight.
    """
    raise NotImplementedError  # filled by the core helper
