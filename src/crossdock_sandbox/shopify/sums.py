"""What an order comes to and where it stands: totals, payment and fulfilment status, all derived from its parts.

Not for changing an order: nothing here writes but the cache `order.sums`.
"""

from collections.abc import Iterable
from decimal import Decimal

from crossdock_sandbox.shopify.money import NOTHING, Bag, total
from crossdock_sandbox.shopify.state import Line, Order, TaxLine, Totals

_MONEY_IN = ("SALE", "CAPTURE")


def totals(order: Order) -> Totals:
    if order.sums is None:
        order.sums = _compute(order)
    return order.sums


def _compute(order: Order) -> Totals:
    subtotal = total(line.price.times(line.quantity).minus(line.discount) for line in order.lines)
    shipping = total(one.price.minus(one.discount) for one in order.shipping)
    tax = total(one.price for one in tax_lines(order))
    discounts = total([*(line.discount for line in order.lines), *(one.discount for one in order.shipping)])
    whole = _sum(order, subtotal, shipping, tax).plus(order.tip)
    if order.cancelled_at is not None:
        now_sub = now_ship = now_tax = now_disc = now_whole = NOTHING
    else:
        now_sub = total(_current(order, line) for line in order.lines)
        now_ship = shipping
        now_tax = total(_current_taxes(order))
        now_disc = total([*(_part(order, line, line.discount) for line in order.lines),
                          *(one.discount for one in order.shipping)])  # fmt: skip
        now_whole = _sum(order, now_sub, now_ship, now_tax).plus(order.tip)
    received, refunded, authorized = _paid(order, whole)
    return Totals(
        subtotal, shipping, tax, discounts, whole, now_sub, now_ship, now_tax, now_disc, now_whole, received, refunded,
        authorized, now_whole.minus(received).plus(refunded),
    )  # fmt: skip


def _sum(order: Order, subtotal: Bag, shipping: Bag, tax: Bag) -> Bag:
    whole = subtotal.plus(shipping)
    return whole if order.taxes_included else whole.plus(tax)


def tax_lines(order: Order) -> list[TaxLine]:
    found = [*order.taxes]
    for line in order.lines:
        found += line.taxes
    for shipping in order.shipping:
        found += shipping.taxes
    return found


def merged_taxes(taxes: Iterable[TaxLine]) -> list[TaxLine]:
    """One row per title and rate, as an order shows them."""
    rows: dict[tuple[str, Decimal], TaxLine] = {}
    for tax in taxes:
        key = (tax.title, tax.rate)
        found = rows.get(key)
        rows[key] = TaxLine(
            tax.title, tax.rate, tax.price.plus(found.price) if found else tax.price, tax.channel_liable
        )
    return list(rows.values())


def _part(order: Order, line: Line, amount: Bag) -> Bag:
    """The share of `amount` that the line's current quantity still has."""
    if line.current_quantity == line.quantity:
        return amount
    if line.quantity == 0:
        return NOTHING
    share = Decimal(line.current_quantity) / line.quantity
    return order.currencies.rounded(amount.times(share))


def _current(order: Order, line: Line) -> Bag:
    return line.price.times(line.current_quantity).minus(_part(order, line, line.discount))


def _current_taxes(order: Order) -> list[Bag]:
    found = [tax.price for tax in order.taxes]
    for line in order.lines:
        found += [_part(order, line, tax.price) for tax in line.taxes]
    for shipping in order.shipping:
        found += [tax.price for tax in shipping.taxes]
    return found


def _paid(order: Order, whole: Bag) -> tuple[Bag, Bag, Bag]:
    good = [one for one in order.transactions if one.status == "SUCCESS"]
    if not good and order.stated in ("PAID", "REFUNDED", "PARTIALLY_REFUNDED"):
        return whole, whole if order.stated == "REFUNDED" else NOTHING, NOTHING
    received = total(one.amount for one in good if one.kind in _MONEY_IN)
    refunded = total(one.amount for one in good if one.kind == "REFUND")
    captured = {id(one.parent) for one in good if one.kind in ("CAPTURE", "VOID")}
    authorized = total(one.amount for one in good if one.kind == "AUTHORIZATION" and id(one) not in captured)
    return received, refunded, authorized


def financial_status(order: Order) -> str | None:
    """With neither transactions nor a stated status there is none: null, not PENDING (FACTS section 7)."""
    sums = totals(order)
    good = any(one.status == "SUCCESS" for one in order.transactions)
    if not good and order.stated not in (None, "PENDING"):
        return order.stated
    if sums.refunded.shop > 0:
        return "REFUNDED" if sums.refunded.shop >= sums.received.shop else "PARTIALLY_REFUNDED"
    if sums.received.shop > 0:
        return "PAID" if sums.received.shop >= sums.current_total.shop else "PARTIALLY_PAID"
    if sums.authorized.shop > 0:
        return "AUTHORIZED"
    if any(one.kind == "VOID" for one in order.transactions):
        return "VOIDED"
    if good and sums.total.shop == 0:
        return "PAID"
    if any(one.status == "PENDING" for one in order.transactions):
        return "PENDING"
    return order.stated


def fulfillment_status(order: Order) -> str:
    shipped = sum(line.fulfilled for line in order.lines)
    left = sum(line.unfulfilled for line in order.lines)
    if shipped == 0:
        if order.stated_fulfillment == "FULFILLED":
            return "FULFILLED"
        if any(one.status == "ON_HOLD" for one in order.fulfillment_orders):
            return "ON_HOLD"
        return "UNFULFILLED"
    return "PARTIALLY_FULFILLED" if left else "FULFILLED"


def gateways(order: Order) -> list[str]:
    return list(dict.fromkeys(one.gateway for one in order.transactions if one.gateway))
