"""Compares one vendor order with what it must be: lines, money, payment, buyer, note, tags, additional details.

Not here: whether it must be at all, how often, and its parcels (audit.py, parcels.py). Each function yields words.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct, UnsetType

from crossdock_sandbox.audit.dumps import ZERO, DumpedAddress, DumpedLine, DumpedOrder, Where
from crossdock_sandbox.audit.expected import ExpectedLine, ExpectedOrder, ExpectedPart, custom_key
from crossdock_sandbox.audit.told import Told, plain
from crossdock_sandbox.traffic.plan import Terms

OUR_TAG = "crossdock"
OUR_DETAIL = "Marketplace order"  # tells the vendor the customer's order number
NO_METAFIELDS = frozenset({"id", "meta"})  # the reference; details, where a platform knows no other metafields
# What a platform that lets no app change it may not carry at all.
PLACELESS = frozenset({"tags", "attributes", "metafields", "phone"})
UNPAID_CHANNEL = "not paid"  # part of a channel's name
PHONE_TAIL = 8
CENT = Decimal("0.01")
# How a customer paid is between customer and merchant.
PAYMENT_METHODS = frozenset({"credit_card", "boleto", "voucher", "debit_card"})
ADDRESS = ("address1", "address2", "city", "province_code", "country_code", "zip")
PAID = frozenset({"paid", "partially_refunded", "refunded"})
UNPAID = {"pending": frozenset({"pending"}), "authorized": frozenset({"authorized", "pending"})}


def differences(
    vendor_order: DumpedOrder, part: ExpectedPart, expected: ExpectedOrder, terms: Terms, told: Told
) -> Iterator[str]:
    """Everything in which `vendor_order` is not what it must be, in words."""
    seen = plain(vendor_order, expected.order.metafields)
    judge = _Judge(seen, part, expected, told)
    yield from _lines(seen, part, expected.order)
    yield from _money(seen, part, expected.order)
    yield from _payment(seen, judge)
    yield from _buyer(seen, judge, terms)
    yield from _words(seen, judge, terms)
    if terms.override:
        yield from _leaks(vendor_order, expected.order)


def line_key(line: DumpedLine) -> str:
    return line.variant_id or custom_key(line.title)


class _Judge:
    """Whether a field that is not the customer's may be so: where a platform lets no app change it, and a person has
    been told of the change."""

    def __init__(self, seen: DumpedOrder, part: ExpectedPart, expected: ExpectedOrder, told: Told) -> None:
        self.cannot = part.cannot
        self.order = expected.order
        self.played = expected.played
        self.made_at = datetime.fromisoformat(seen.created_at).timestamp()
        self.told = (seen.reference or "") in told.edits

    def excused(self, field: str, *, empty: bool) -> bool:
        """`empty`: the vendor order has nothing there. What a platform lets no app change it may have no place for."""
        if f"edit_{field}" not in self.cannot:
            return False
        if self.played.edited.get(field, 0.0) > self.made_at:
            return self.told
        return (empty and field in PLACELESS) or (field in self.played.edited and self.told)

    def unpaid_is_told(self) -> bool:
        return self.told or self.played.paid_at <= self.made_at


def _cost(line: ExpectedLine, seen: DumpedOrder, order: DumpedOrder) -> Decimal:
    """What a line must come to, where the store keeps discounts and taxes as it does."""
    before = line.discount if seen.discounts_in is Where.ORDER else ZERO
    return line.net + before + (line.tax if _taxes_in_prices(seen, order) else ZERO)


def _taxes_in_prices(seen: DumpedOrder, order: DumpedOrder) -> bool:
    return seen.taxes_in is Where.PRICES and not order.taxes_included


def _lines(seen: DumpedOrder, part: ExpectedPart, order: DumpedOrder) -> Iterator[str]:
    has = sorted((line_key(line), line.quantity, line.net, line.tax) for line in seen.lines)
    rows = [(line.key, line.quantity, _cost(line, seen, order), line.tax, line.discount) for line in part.lines]
    wanted = sorted(rows)
    if [(key, quantity) for key, quantity, *_ in has] != [(key, quantity) for key, quantity, *_ in wanted]:
        yield f"lines are {_listed(has)}, should be {_listed(wanted)}"
        return
    for (key, _, net, tax), (_, _, cost, due, discount) in zip(has, wanted, strict=True):
        if abs(net - cost) > _slack(seen, discount):
            yield f"line {key} costs {net}, the customer paid {cost}"
        if seen.taxes_in is Where.LINES and tax != due:
            yield f"line {key} has tax {tax}, the customer paid {due}"


def _slack(seen: DumpedOrder, discount: Decimal) -> Decimal:
    """A store that knows only a discount of the whole order divides it over the lines to the cent in its own way; what
    the lines cost together is compared to the cent below."""
    return CENT if discount and seen.discounts_in is Where.LINES else ZERO


def _listed(lines: Iterable[tuple[Any, ...]]) -> str:
    return "; ".join(f"{line[1]} x {line[0]}" for line in lines) or "none"


def _money(seen: DumpedOrder, part: ExpectedPart, order: DumpedOrder) -> Iterator[str]:
    if seen.currency != order.currency:
        yield f"currency is {seen.currency}, should be {order.currency}"
        return
    wanted = sum((line.net for line in part.lines), ZERO)
    taxes = sum((line.tax for line in part.lines), ZERO)
    if _taxes_in_prices(seen, order):
        wanted += taxes
    has = sum((line.net for line in seen.lines), ZERO)
    has -= seen.total_discounts if seen.discounts_in is Where.ORDER else ZERO
    if has != wanted:
        yield f"goods cost {has}, the customer paid {wanted}"
    if seen.taxes_in is Where.ORDER and seen.total_tax != taxes:
        yield f"tax is {seen.total_tax}, the customer paid {taxes}"
    if abs(seen.shipping_net - part.shipping) > CENT * max(1, len(order.shipping)):
        yield f"shipping is {seen.shipping_net}, its share is {part.shipping:.4f}"
    if seen.taxes_in is not Where.PRICES and seen.taxes_included != order.taxes_included:
        yield f"taxes are {'in' if seen.taxes_included else 'ex'}cluded, the other way round at the customer's"
    total = has + seen.shipping_net + (ZERO if order.taxes_included else _tax(seen))
    if seen.total != total:
        yield f"total is {seen.total}, its parts make {total}"
    if seen.tip:
        yield f"has a tip of {seen.tip}, which is the merchant's"


def _tax(seen: DumpedOrder) -> Decimal:
    if seen.taxes_in is Where.ORDER:
        return seen.total_tax
    of_shipping = sum((tax.price for line in seen.shipping for tax in line.taxes), ZERO)
    return sum((line.tax for line in seen.lines), ZERO) + of_shipping


def _payment(seen: DumpedOrder, judge: _Judge) -> Iterator[str]:
    order = judge.order
    if seen.channel_name is not None:  # an order brought in has no payment: its channel's name tells
        paid = UNPAID_CHANNEL not in seen.channel_name
        if paid and order.payment not in PAID:
            yield f"channel {seen.channel_name!r} says paid, the customer's order is {order.payment}"
        if not paid and order.payment in PAID and not judge.unpaid_is_told():
            yield f"channel {seen.channel_name!r} says unpaid, the customer's order is {order.payment}"
        return
    allowed = PAID if order.payment in PAID else UNPAID.get(order.payment, frozenset({order.payment}))
    if seen.payment not in allowed:
        yield f"payment is {seen.payment or 'not said'}, the customer's order is {order.payment}"
    for transaction in seen.transactions:
        if (transaction.gateway or "") in PAYMENT_METHODS:
            yield f"tells how the customer paid: {transaction.gateway}"


def _buyer(seen: DumpedOrder, judge: _Judge, terms: Terms) -> Iterator[str]:
    order = judge.order
    contact = terms.contact if terms.override else {}
    email, phone = contact.get("email", order.email), contact.get("phone", order.phone)
    if (seen.email or "") != (email or "") and not judge.excused("email", empty=not seen.email):
        yield f"e-mail is {seen.email!r}, should be {email!r}"
    if _digits(seen.phone) != _digits(phone) and not judge.excused("phone", empty=not seen.phone):
        yield f"phone is {seen.phone!r}, should be {phone!r}"
    name = contact.get("name", _full_name(order))
    if _full_name(seen) != name:
        yield f"customer is {_full_name(seen)!r}, should be {name!r}"
    home, bill = order.shipping_address, order.billing_address
    phones = [contact["phone"]] if "phone" in contact else [home.phone if home else ""]
    found = list(_address("shipping", seen.shipping_address, home, phones, keep_name=True))
    if not judge.excused("shipping_address", empty=seen.shipping_address is None):
        yield from found
    # the contact's phone is the billing address's where a platform keeps but one; that does not follow an edit
    phones = [contact["phone"]] if "phone" in contact else [bill.phone if bill else "", phone]
    if "phone" in judge.played.edited and seen.billing_address:
        phones.append(seen.billing_address.phone)
    yield from _address("billing", seen.billing_address, bill, phones, keep_name=not terms.override)


def _address(
    which: str,
    has: DumpedAddress | None,
    wanted: DumpedAddress | None,
    phones: Sequence[str | None],
    *,
    keep_name: bool,
) -> Iterator[str]:
    """`phones`: any of them."""
    if (has is None) != (wanted is None):
        yield f"{which} address is {'missing' if has is None else 'there, and should not be'}"
    if has is None or wanted is None:
        return
    for field in (*ADDRESS, *(("first_name", "last_name", "company") if keep_name else ())):
        mine, theirs = getattr(has, field) or "", getattr(wanted, field) or ""
        if mine != theirs:
            yield f"{which} address has {field} {mine!r}, should be {theirs!r}"
    if _digits(has.phone) not in map(_digits, phones):
        yield f"{which} address has phone {has.phone!r}, should be {phones[0]!r}"


def _full_name(order: DumpedOrder) -> str:
    """Of the customer; of who pays, where a store's orders have no customer."""
    who = order.billing_address if isinstance(order.customer, UnsetType) else order.customer
    return f"{who.first_name or ''} {who.last_name or ''}".strip() if who else ""


def _words(seen: DumpedOrder, judge: _Judge, terms: Terms) -> Iterator[str]:
    order = judge.order
    secrets = _secrets(order) if terms.override else _Secrets("", frozenset())
    note = "" if secrets.within(order.note or "") else order.note or ""
    if (seen.note or "") != note and not judge.excused("note", empty=not seen.note):
        yield f"note is {seen.note!r}, should be {note!r}"
    has = {tag.casefold() for tag in seen.tags} - {OUR_TAG}
    wanted = {tag.casefold() for tag in order.tags if not secrets.within(tag)} - {OUR_TAG}
    if has != wanted and not judge.excused("tags", empty=not has):
        yield f"tags are {sorted(has)}, should be {sorted(wanted)}"
    ours = (OUR_DETAIL, order.name)
    details = sorted(each for each in ((a.name, a.value) for a in seen.attributes) if each != ours)
    told = [each for each in order.attributes if not secrets.within(each.name) and not secrets.within(each.value)]
    wanted_details = sorted((each.name, each.value) for each in told)
    if details != wanted_details and not judge.excused("attributes", empty=not details):
        yield f"additional details are {details}, should be {wanted_details}"
    fields, wanted_fields = _metafields(seen, secrets), _metafields(order, secrets)
    if fields != wanted_fields and not judge.excused("metafields", empty=not fields):
        yield f"metafields are {fields}, should be {wanted_fields}"


def _metafields(order: DumpedOrder, secrets: "_Secrets") -> list[tuple[str, str, str]]:
    """Without the reference, without details (which are compared as such), and without what gives the buyer away."""
    told = (each for each in order.metafields if each.type not in NO_METAFIELDS and not secrets.within(each.value))
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
