"""Compares one vendor order with what it must be: lines, money, payment, buyer, note, tags, additional details.

Not here: whether it must be at all, how often, and its parcels (audit.py, parcels.py). Each function yields words.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from crossdock_sandbox.audit.dumps import ZERO, DumpedAddress, DumpedLine, DumpedOrder
from crossdock_sandbox.audit.expected import ExpectedLine, ExpectedOrder, ExpectedPart, custom_key
from crossdock_sandbox.traffic.plan import Terms

OUR_TAG = "crossdock"
OUR_DETAIL = "Marketplace order"  # tells the vendor the customer's order number
REFERENCE_TYPE = "id"  # of a metafield
PHONE_TAIL = 8
CENT = Decimal("0.01")
# How a customer paid is between customer and merchant.
PAYMENT_METHODS = frozenset({"credit_card", "boleto", "voucher", "debit_card"})
ADDRESS = ("address1", "address2", "city", "province_code", "country_code", "zip")
PAID = frozenset({"paid", "partially_refunded", "refunded"})
UNPAID = {"pending": frozenset({"pending"}), "authorized": frozenset({"authorized", "pending"})}


def differences(vendor_order: DumpedOrder, part: ExpectedPart, expected: ExpectedOrder, terms: Terms) -> Iterator[str]:
    """Everything in which `vendor_order` is not what it must be, in words."""
    yield from _lines(vendor_order, part)
    yield from _money(vendor_order, part, expected.order)
    yield from _payment(vendor_order, expected.order)
    yield from _buyer(vendor_order, expected.order, terms)
    yield from _words(vendor_order, expected.order, terms)
    if terms.override:
        yield from _leaks(vendor_order, expected.order)


def line_key(line: DumpedLine) -> str:
    return line.variant_id or custom_key(line.title)


def _lines(vendor_order: DumpedOrder, part: ExpectedPart) -> Iterator[str]:
    has = sorted((line_key(line), line.quantity, line.net, line.tax) for line in vendor_order.lines)
    wanted = sorted(part.lines, key=lambda line: (line.key, line.quantity, line.net, line.tax))
    if [(key, quantity) for key, quantity, *_ in has] != [(line.key, line.quantity) for line in wanted]:
        yield f"lines are {_listed(has)}, should be {_listed((line.key, line.quantity) for line in wanted)}"
        return
    for (key, _, net, tax), line in zip(has, wanted, strict=True):
        if abs(net - line.net) > _slack(line):
            yield f"line {key} costs {net}, the customer paid {line.net}"
        if tax != line.tax:
            yield f"line {key} has tax {tax}, the customer paid {line.tax}"


def _slack(line: ExpectedLine) -> Decimal:
    """A store that knows only a discount of the whole order divides it over the lines to the cent in its own way; what
    the lines cost together is compared to the cent below."""
    return CENT if line.discounted else ZERO


def _listed(lines: Iterator[tuple[str, int]] | list[tuple[str, int, Decimal, Decimal]]) -> str:
    return "; ".join(f"{line[1]} x {line[0]}" for line in lines) or "none"


def _money(vendor_order: DumpedOrder, part: ExpectedPart, order: DumpedOrder) -> Iterator[str]:
    if vendor_order.currency != order.currency:
        yield f"currency is {vendor_order.currency}, should be {order.currency}"
        return
    wanted = sum((line.net for line in part.lines), ZERO)
    has = sum((line.net for line in vendor_order.lines), ZERO)
    if has != wanted:
        yield f"goods cost {has}, the customer paid {wanted}"
    if abs(vendor_order.shipping_net - part.shipping) > CENT * max(1, len(order.shipping)):
        yield f"shipping is {vendor_order.shipping_net}, its share is {part.shipping:.4f}"
    if vendor_order.taxes_included != order.taxes_included:
        yield f"taxes are {'in' if vendor_order.taxes_included else 'ex'}cluded, the other way round at the customer's"
    total = has + vendor_order.shipping_net + (ZERO if order.taxes_included else _tax(vendor_order))
    if vendor_order.total != total:
        yield f"total is {vendor_order.total}, its parts make {total}"
    if vendor_order.tip:
        yield f"has a tip of {vendor_order.tip}, which is the merchant's"


def _tax(order: DumpedOrder) -> Decimal:
    of_shipping = sum((tax.price for line in order.shipping for tax in line.taxes), ZERO)
    return sum((line.tax for line in order.lines), ZERO) + of_shipping


def _payment(vendor_order: DumpedOrder, order: DumpedOrder) -> Iterator[str]:
    allowed = PAID if order.payment in PAID else UNPAID.get(order.payment, frozenset({order.payment}))
    if vendor_order.payment not in allowed:
        yield f"payment is {vendor_order.payment or 'not said'}, the customer's order is {order.payment}"
    for transaction in vendor_order.transactions:
        if (transaction.gateway or "") in PAYMENT_METHODS:
            yield f"tells how the customer paid: {transaction.gateway}"


def _buyer(vendor_order: DumpedOrder, order: DumpedOrder, terms: Terms) -> Iterator[str]:
    contact = terms.contact if terms.override else {}
    email, phone = contact.get("email", order.email), contact.get("phone", order.phone)
    if (vendor_order.email or "") != (email or ""):
        yield f"e-mail is {vendor_order.email!r}, should be {email!r}"
    if _digits(vendor_order.phone) != _digits(phone):
        yield f"phone is {vendor_order.phone!r}, should be {phone!r}"
    name = contact.get("name", _full_name(order))
    if _full_name(vendor_order) != name:
        yield f"customer is {_full_name(vendor_order)!r}, should be {name!r}"
    shipping_phone = contact.get("phone", order.shipping_address.phone if order.shipping_address else "")
    yield from _address(
        "shipping", vendor_order.shipping_address, order.shipping_address, shipping_phone, keep_name=True
    )
    billing_phone = contact.get("phone", order.billing_address.phone if order.billing_address else "")
    yield from _address(
        "billing", vendor_order.billing_address, order.billing_address, billing_phone, keep_name=not terms.override
    )


def _address(
    which: str, has: DumpedAddress | None, wanted: DumpedAddress | None, phone: str | None, *, keep_name: bool
) -> Iterator[str]:
    if (has is None) != (wanted is None):
        yield f"{which} address is {'missing' if has is None else 'there, and should not be'}"
    if has is None or wanted is None:
        return
    for field in (*ADDRESS, *(("first_name", "last_name", "company") if keep_name else ())):
        mine, theirs = getattr(has, field) or "", getattr(wanted, field) or ""
        if mine != theirs:
            yield f"{which} address has {field} {mine!r}, should be {theirs!r}"
    if _digits(has.phone) != _digits(phone):
        yield f"{which} address has phone {has.phone!r}, should be {phone!r}"


def _full_name(order: DumpedOrder) -> str:
    customer = order.customer
    return f"{customer.first_name or ''} {customer.last_name or ''}".strip() if customer else ""


def _words(vendor_order: DumpedOrder, order: DumpedOrder, terms: Terms) -> Iterator[str]:
    secrets = _secrets(order) if terms.override else _Secrets("", frozenset())
    note = "" if secrets.within(order.note or "") else order.note or ""
    if (vendor_order.note or "") != note:
        yield f"note is {vendor_order.note!r}, should be {note!r}"
    has = {tag.casefold() for tag in vendor_order.tags} - {OUR_TAG}
    wanted = {tag.casefold() for tag in order.tags if not secrets.within(tag)} - {OUR_TAG}
    if has != wanted:
        yield f"tags are {sorted(has)}, should be {sorted(wanted)}"
    ours = (OUR_DETAIL, order.name)
    details = sorted(each for each in ((a.name, a.value) for a in vendor_order.attributes) if each != ours)
    told = [each for each in order.attributes if not secrets.within(each.name) and not secrets.within(each.value)]
    if details != (wanted_details := sorted((each.name, each.value) for each in told)):
        yield f"additional details are {details}, should be {wanted_details}"
    fields, wanted_fields = _metafields(vendor_order, secrets), _metafields(order, secrets)
    if fields != wanted_fields:
        yield f"metafields are {fields}, should be {wanted_fields}"


def _metafields(order: DumpedOrder, secrets: "_Secrets") -> list[tuple[str, str, str]]:
    """Without the reference, and without what gives the buyer away."""
    told = (each for each in order.metafields if each.type != REFERENCE_TYPE and not secrets.within(each.value))
    return sorted((each.namespace, each.key, each.value) for each in told)


class _Secrets(Struct, frozen=True):
    """The buyer's e-mail and the ends of the phone numbers (digits only)."""

    email: str
    phones: frozenset[str]

    def within(self, text: str) -> bool:
        if self.email and self.email in text.casefold():
            return True
        digits = _digits(text)
        return any(phone in digits for phone in self.phones)


def _secrets(order: DumpedOrder) -> _Secrets:
    addresses = [each for each in (order.shipping_address, order.billing_address) if each]
    phones = (_digits(each)[-PHONE_TAIL:] for each in (order.phone, *(address.phone for address in addresses)))
    return _Secrets((order.email or "").casefold(), frozenset(filter(None, phones)))


def _leaks(vendor_order: DumpedOrder, order: DumpedOrder) -> Iterator[str]:
    """With the override on, the buyer's e-mail and phone must be nowhere at the vendor."""
    secrets = _secrets(order)
    for text in _texts(msgspec.to_builtins(vendor_order)):
        if secrets.within(text):
            yield f"the buyer's e-mail or phone is in {text!r} although the override is on"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _digits(text: str | None) -> str:
    return "".join(character for character in text or "" if character.isdecimal())
