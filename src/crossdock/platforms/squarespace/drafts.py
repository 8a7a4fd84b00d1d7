"""Our drafts -> the body of createOrder. Prices go as they were paid; the totals are ours to add up (FACTS section 3).

Not here: sending them (orders.py).
"""

from collections.abc import Iterable
from datetime import UTC
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from crossdock.core.money import Money, exponent
from crossdock.core.orders import Address, ShippingLine
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.platforms.squarespace import words
from crossdock.platforms.squarespace.mapping import stamp

LONGEST_METHOD = 100
DISCOUNT = "Marketplace discount"
SHIPPING = "Shipping"
NOTE = "Note: "
HIDDEN = "_"  # properties that begin so are apps' own and kept off what buyers are shown


def order_body(draft: VendorOrderDraft) -> dict[str, Any]:
    """CreateOrderRequest of `draft`: the order's lines in its order, then what has no other place than a line of
    nothing. The same draft gives the same body, or the store would refuse its Idempotency-Key (FACTS section 8)."""
    currency = draft.currency
    items = sum((line.unit_price.amount * line.quantity for line in draft.lines), Decimal(0))
    discount = sum((line.discount.amount for line in draft.lines), Decimal(0))
    shipping = sum((line.price.amount - line.discount.amount for line in draft.shipping_lines), Decimal(0))
    given = {
        "channelName": words.CHANNEL if draft.financial_status.paid else words.CHANNEL_UNPAID,
        "externalOrderReference": draft.reference,
        "createdOn": stamp(draft.placed_at.astimezone(UTC)),
        "priceTaxInterpretation": "INCLUSIVE" if draft.taxes_included else "EXCLUSIVE",
        "inventoryBehavior": "DEDUCT",  # the default is to leave stock alone
        "fulfillmentStatus": "PENDING",
        "shopperFulfillmentNotificationBehavior": "SKIP",  # the buyer is the merchant's to write to
        "fulfillments": [],
        "lineItems": [*(_line(line) for line in draft.lines), *_said(draft)],
        "customerEmail": draft.contact.email,
        "billingAddress": _address(draft.billing_address, ""),
        "shippingAddress": _address(draft.shipping_address, draft.contact.phone),
        "shippingLines": _shipping(draft.shipping_lines, Money(shipping, currency)),
        "discountLines": [{"name": DISCOUNT, "amount": _money(Money(discount, currency))}] if discount else [],
        "subtotal": _money(Money(items, currency)),
        "shippingTotal": _money(Money(shipping, currency)),
        "discountTotal": _money(Money(discount, currency)),
        "taxTotal": _money(Money(_taxes(draft), currency)),
        "grandTotal": _money(draft.total),
    }
    kept = {"fulfillments"}  # required, and may be empty
    return {key: value for key, value in given.items() if key in kept or value not in (None, "", [])}


def idempotency_key(what: str) -> str:
    """At most 64 letters, digits and dashes, the same for the same `what` (FACTS section 8)."""
    return str(uuid5(NAMESPACE_URL, f"crossdock:squarespace:{what}"))


def _line(of: DraftLine) -> dict[str, Any]:
    """A title on a line with a variant is refused (FACTS section 3)."""
    given: dict[str, Any] = {"quantity": of.quantity, "unitPricePaid": _money(of.unit_price)}
    if of.variant_id:
        return {"lineItemType": "PHYSICAL_PRODUCT", "variantId": of.variant_id, **given}
    return {"lineItemType": "CUSTOM", "title": of.title, **given}


def _said(draft: VendorOrderDraft) -> list[dict[str, Any]]:
    """The buyer's note, and what a line is to be made like (an engraving): an order has no field for either, and
    without them the wrong thing is made. Lines of nothing after the others."""
    texts = [f"{NOTE}{draft.note}"] if draft.note.strip() else []
    for line in draft.lines:
        shown = [f"{each.name}: {each.value}" for each in line.properties if not each.name.startswith(HIDDEN)]
        texts += [f"{line.title}: {', '.join(shown)}"] if shown else []
    nothing = _money(Money.zero(draft.currency))
    return [{"lineItemType": "CUSTOM", "title": text, "quantity": 1, "unitPricePaid": nothing} for text in texts]


def _shipping(lines: Iterable[ShippingLine], price: Money) -> list[dict[str, Any]]:
    """At most one line."""
    names = list(dict.fromkeys(line.title for line in lines if line.title))
    if not names and not price:
        return []
    return [{"method": (" + ".join(names) or SHIPPING)[:LONGEST_METHOD], "amount": _money(price)}]


def _taxes(draft: VendorOrderDraft) -> Decimal:
    taxes = [tax for line in draft.lines for tax in line.tax_lines]
    taxes += [tax for line in draft.shipping_lines for tax in line.tax_lines]
    return sum((tax.amount.amount for tax in taxes), Decimal(0))


def _address(of: Address | None, phone: str) -> dict[str, str] | None:
    """There is no field for a company: it goes before the second line."""
    if of is None:
        return None
    given = {
        "firstName": of.first_name,
        "lastName": of.last_name,
        "address1": of.address1,
        "address2": ", ".join(part for part in (of.company, of.address2) if part),
        "city": of.city,
        "state": of.province_code or of.province,
        "countryCode": of.country_code,
        "postalCode": of.zip,
        "phone": of.phone or phone,
    }
    return {key: value for key, value in given.items() if value} or None


def _money(of: Money) -> dict[str, str]:
    """Text, with the currency's precision (FACTS section 9)."""
    return {"currency": of.currency, "value": f"{of.rounded().amount:.{exponent(of.currency)}f}"}
