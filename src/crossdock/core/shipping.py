"""Shipping lines divided among the parts of an order and the merchant, to the minor unit.

Not here: which lines a part has (vendor_order.py). A part that was sent keeps its share for ever; the rest is divided
over the rest.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from msgspec import Struct

from crossdock.core.money import Money, allocate, proportions
from crossdock.core.orders import OrderLine, ShippingLine, TaxLine

ShippingLines = tuple[ShippingLine, ...]


class Weight(Struct, frozen=True):
    """What a bin has to ship: its value after discounts, and its pieces for when everything is free."""

    value: Decimal
    quantity: int


def weigh(lines: Iterable[OrderLine]) -> Weight:
    """Only lines that are shipped weigh; a line discounted below zero weighs nothing."""
    value, quantity = Decimal(0), 0
    for line in lines:
        if line.requires_shipping:
            quantity += line.quantity
            value += max(line.unit_price.amount * line.quantity - line.discount.amount, Decimal(0))
    return Weight(value, quantity)


def divide(lines: ShippingLines, bins: Sequence[Weight]) -> tuple[ShippingLines, ...]:
    """`lines` for each bin, by value, else by pieces. A bin with nothing to ship gets none; so does each bin when
    nothing ships at all (shipping is then the merchant's)."""
    ships = [bool(weight.quantity) for weight in bins]
    if sum(ships) <= 1:
        return tuple([lines if one else () for one in ships])
    by_value = any(weight.value for weight in bins)
    weights = proportions([weight.value if by_value else weight.quantity for weight in bins])
    shares = [_divide_line(line, weights) for line in lines]
    return tuple(tuple(share[at] for share in shares) if ships[at] else () for at in range(len(bins)))


def rest(lines: ShippingLines, taken: Iterable[ShippingLines]) -> ShippingLines:
    """What is left of `lines` after what sent parts took; never below zero (the merchant bears what an edit took away).

    A taken line is set against the line of the same code and title, else against the one at its place.
    """
    left = list(lines)
    for part in taken:
        free = list(range(len(left)))
        for place, line in enumerate(part):
            if (at := _match(left, free, line, place)) is not None:
                free.remove(at)
                left[at] = _minus(left[at], line)
    return tuple(left)


def net(lines: ShippingLines, *, taxes_included: bool) -> Decimal:
    """What the lines cost: after discount, with tax unless it is included."""
    cost = Decimal(0)
    for line in lines:
        cost += line.price.amount - line.discount.amount
        if not taxes_included:
            for tax in line.tax_lines:
                cost += tax.amount.amount
    return cost


def _divide_line(line: ShippingLine, weights: Sequence[int]) -> list[ShippingLine]:
    """Net price and discount are divided apart, so that no share is discounted below zero."""
    nets = allocate(line.price - line.discount, weights)
    discounts = allocate(line.discount, weights)
    taxes = [_divide_tax(tax, weights) for tax in line.tax_lines]
    return [
        ShippingLine(line.title, cost + discount, discount, line.code, tuple(tax[at] for tax in taxes))
        for at, (cost, discount) in enumerate(zip(nets, discounts, strict=True))
    ]


def _divide_tax(tax: TaxLine, weights: Sequence[int]) -> list[TaxLine]:
    return [TaxLine(tax.title, tax.rate, share) for share in allocate(tax.amount, weights)]


def _match(left: Sequence[ShippingLine], free: Sequence[int], line: ShippingLine, place: int) -> int | None:
    for at in free:
        if (left[at].code, left[at].title) == (line.code, line.title):
            return at
    return place if place in free else None


def _minus(line: ShippingLine, taken: ShippingLine) -> ShippingLine:
    cost = _floor(line.price - line.discount, taken.price - taken.discount)
    discount = _floor(line.discount, taken.discount)
    gone = {(tax.title, tax.rate): tax.amount for tax in taken.tax_lines}
    zero = Money.zero(line.price.currency)
    taxes = tuple(
        TaxLine(tax.title, tax.rate, _floor(tax.amount, gone.pop((tax.title, tax.rate), zero)))
        for tax in line.tax_lines
    )
    return ShippingLine(line.title, cost + discount, discount, line.code, taxes)


def _floor(have: Money, taken: Money) -> Money:
    left = have - taken
    return left if left.amount > 0 else Money.zero(left.currency)
