"""Whose name, e-mail and phone a vendor's order carries, and which free text may go along: the customer override.

Not here: whether the override is on (decision.Policy). The choice is explained in docs/decisions/customer-override.md.
"""

from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from crossdock.core.decision import Policy
from crossdock.core.orders import Address, Attribute, Contact, Metafield, Order

TAG = "Crossdock"
# National and international spellings of one number share their last digits.
_PHONE_TAIL = 8
_PHONE_LEAST = 6


class Passed(Struct, frozen=True):
    """The order-level fields of a vendor order."""

    contact: Contact
    shipping_address: Address | None
    billing_address: Address | None
    buyer_accepts_marketing: bool
    note: str
    tags: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    metafields: tuple[Metafield, ...]


class Secrets(Struct, frozen=True):
    """The buyer's e-mail and the ends of the buyer's phone numbers, as text must not show them."""

    emails: tuple[str, ...]
    phones: tuple[str, ...]

    def within(self, text: str) -> bool:
        """Whether `text` gives one of them away; careful rather than exact."""
        folded = text.casefold()
        if any(email in folded for email in self.emails):
            return True
        digits = "".join(filter(str.isdecimal, text)) if self.phones else ""
        return any(phone in digits for phone in self.phones)


def passed(order: Order, policy: Policy) -> Passed:
    """What the vendor is told of the buyer and of the order as a whole."""
    if policy.override_customer:
        return _overridden(order, policy)
    return Passed(
        contact=order.contact,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        buyer_accepts_marketing=order.buyer_accepts_marketing,
        note=order.note,
        tags=_tags(order.tags),
        attributes=order.attributes,
        metafields=_sorted(order.metafields),
    )


def secrets(order: Order) -> Secrets:
    """What an override keeps from the vendor."""
    addresses = [address for address in (order.shipping_address, order.billing_address) if address]
    phones = [order.contact.phone, *(address.phone for address in addresses)]
    email = order.contact.email.strip().casefold()
    return Secrets((email,) if email else (), tuple({tail for phone in phones if (tail := _tail(phone))}))


def clean(attributes: Iterable[Attribute], hidden: Secrets) -> tuple[Attribute, ...]:
    """The attributes that give nothing away."""
    return tuple(
        attribute
        for attribute in attributes
        if not hidden.within(attribute.name) and not hidden.within(attribute.value)
    )


def _overridden(order: Order, policy: Policy) -> Passed:
    hidden = secrets(order)
    return Passed(
        # A company's name in one field: Shopify refuses an address without a last name (FACTS section 8).
        contact=Contact(last_name=policy.merchant_name, email=policy.merchant_email, phone=policy.merchant_phone),
        shipping_address=order.shipping_address and replace(order.shipping_address, phone=policy.merchant_phone),
        billing_address=order.billing_address and _merchants(order.billing_address, policy),
        buyer_accepts_marketing=False,  # the buyer's consent is not the merchant's
        note="" if hidden.within(order.note) else order.note,
        tags=_tags(tag for tag in order.tags if not hidden.within(tag)),
        attributes=clean(order.attributes, hidden),
        metafields=tuple(field for field in _sorted(order.metafields) if not hidden.within(field.value)),
    )


def _merchants(address: Address, policy: Policy) -> Address:
    return replace(address, first_name="", last_name=policy.merchant_name, company="", phone=policy.merchant_phone)


def _tail(phone: str) -> str:
    digits = "".join(filter(str.isdecimal, phone))[-_PHONE_TAIL:]
    return digits if len(digits) >= _PHONE_LEAST else ""


def _tags(tags: Iterable[str]) -> tuple[str, ...]:
    """With ours; in one order and without doubles, as stores keep them (FACTS section 6)."""
    once = {tag.casefold(): tag for tag in tags if tag}
    once.setdefault(TAG.casefold(), TAG)
    return tuple([once[key] for key in sorted(once)])


def _sorted(metafields: tuple[Metafield, ...]) -> tuple[Metafield, ...]:
    if len(metafields) < 2:
        return metafields
    return tuple(sorted(metafields, key=attrgetter("namespace", "key")))
