"""The price rule: what a merchant asks for what a vendor asks. Exact decimals, factor, then amount, then rounding.

Not here: exchange rates; none is ever guessed (docs/decisions/listing-fields.md).
"""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum

from crossdock.core.money import exponent, minor_unit

# Wide enough for 18 digits times a factor of 12: nothing is rounded before the rule says so.
_EXACT = Context(prec=60)


class Rounding(StrEnum):
    """Where a price comes to rest. Endings take the nearest price that ends so, the higher of two as near. In
    currencies without decimals an ending is of the last two digits, and whole amounts are all there is."""

    NONE = "none"  # to the currency's smallest unit
    WHOLE = "whole"
    WHOLE_UP = "whole_up"
    WHOLE_DOWN = "whole_down"
    STEP_5 = "step_5"  # to 5 of the smallest unit: 0.05
    STEP_10 = "step_10"
    STEP_50 = "step_50"
    END_99 = "end_99"
    END_95 = "end_95"
    END_90 = "end_90"
    END_50 = "end_50"


_STEPS = {Rounding.STEP_5: 5, Rounding.STEP_10: 10, Rounding.STEP_50: 50}
_ENDS = {Rounding.END_99: 99, Rounding.END_95: 95, Rounding.END_90: 90, Rounding.END_50: 50}
_WHOLE = {
    Rounding.WHOLE: ROUND_HALF_UP,
    Rounding.WHOLE_UP: ROUND_CEILING,
    Rounding.WHOLE_DOWN: ROUND_FLOOR,
}


def usable(price: Decimal | None) -> bool:
    """Whether `price` is one: a number, not below zero."""
    return price is not None and price.is_finite() and price >= 0


def rule(price: Decimal, *, factor: Decimal, amount: Decimal, rounding: Rounding, currency: str) -> Decimal:
    """The merchant's price in `currency`, with exactly its decimals. Never below zero; a free thing stays free of
    rounding."""
    raw = _EXACT.add(_EXACT.multiply(price, factor), amount)
    return rounded(raw, rounding, currency) if raw > 0 else Decimal(0).quantize(minor_unit(currency))


def rounded(price: Decimal, rounding: Rounding, currency: str) -> Decimal:
    """`price` (above zero) brought to rest in `currency`. A price that the rounding would make zero is rounded to the
    smallest unit instead."""
    places = exponent(currency)
    units = _EXACT.scaleb(price, places)
    least = units.to_integral_value(ROUND_HALF_UP)
    if rounding in _WHOLE:
        major = Decimal(10) ** places
        least = (units / major).to_integral_value(_WHOLE[rounding]) * major or least
    elif rounding in _STEPS:
        step = _STEPS[rounding]
        least = (units / step).to_integral_value(ROUND_HALF_UP) * step or least
    elif rounding in _ENDS:
        least = _ending(units, _ENDS[rounding], places)
    return _EXACT.scaleb(least, -places).quantize(minor_unit(currency), context=_EXACT)


def _ending(units: Decimal, end: int, places: int) -> Decimal:
    """The nearest number of units that ends in `end` hundredths of the currency (of a hundred, where it has no
    decimals)."""
    size = Decimal(10) ** max(places, 2)
    tail = Decimal(end) * size / 100
    return max((units - tail) / size, Decimal(0)).to_integral_value(ROUND_HALF_UP) * size + tail
