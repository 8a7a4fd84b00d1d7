"""Our drafts -> what the Admin API is given: customer, addresses, items, and what makes the price the marketplace's.

Not here: sending it (placing.py), the private note (notes.py).
"""

from decimal import Decimal
from typing import Any
from urllib.parse import quote, unquote

from crossdock.core.money import Money
from crossdock.core.orders import Address, Contact, ShippingLine, TaxLine
from crossdock.core.vendor_order import DraftLine, VendorOrderDraft
from crossdock.platforms.vendure import words

DIGITS = 2  # DefaultMoneyStrategy keeps hundredths of every currency, yen too; catalog.py refuses stores with another


def email_of(reference: str) -> str:
    """The customer's e-mail that an order of ours is found by. Vendure keeps addresses in small letters."""
    return f"{quote(reference, safe='').lower()}@{words.MAIL_DOMAIN}"


def reference_of(email: str) -> str:
    """The reference of an order by its customer's e-mail; "" when it is not ours."""
    name, at, domain = email.partition("@")
    return unquote(name) if at and domain == words.MAIL_DOMAIN else ""


def customer(draft: VendorOrderDraft) -> dict[str, str]:
    """The buyer's name, or the merchant's in its place, and a customer for each order: see words.MAIL_DOMAIN."""
    of: Contact = draft.contact
    return {
        "firstName": of.first_name,
        "lastName": of.last_name,
        "phoneNumber": of.phone,
        "emailAddress": email_of(draft.reference),
    }


def address(of: Address) -> dict[str, str]:
    return {
        "fullName": f"{of.first_name} {of.last_name}".strip(),
        "company": of.company,
        "streetLine1": of.address1,
        "streetLine2": of.address2,
        "city": of.city,
        "province": of.province or of.province_code,
        "postalCode": of.zip,
        "countryCode": of.country_code,
        "phoneNumber": of.phone,
    }


def goods(draft: VendorOrderDraft) -> list[DraftLine]:
    """The lines that are products there."""
    return [line for line in draft.lines if line.variant_id]


def items(draft: VendorOrderDraft) -> dict[str, dict[str, Any]]:
    return {
        f"item{n}": {"productVariantId": line.variant_id, "quantity": line.quantity}
        for n, line in enumerate(goods(draft))
    }


def surcharges(draft: VendorOrderDraft, asked: int) -> list[dict[str, Any]]:
    """What comes on top of `asked`, what the store itself wants for the products: lines without a product, shipping,
    and the difference to what was paid for the products. Together the draft's total, whatever the store's prices and
    taxes are: no price of a line can be set by an app."""
    rows = []
    for line in draft.lines:
        if not line.variant_id:
            rows.append(_row(f"{line.quantity} x {line.title}", _cost(draft, line), line.sku))
    rows += [_row(each.title or words.SHIPPING, _net(draft, each)) for each in draft.shipping_lines]
    rest = minor(draft.total) - asked - sum(int(row["price"]) for row in rows)
    if rest:
        rows.append(_row(words.DIFFERENCE, Decimal(rest).scaleb(-DIGITS)))
    return rows


def minor(of: Money) -> int:
    return int(of.rounded().amount.scaleb(DIGITS))


def money(amount: int, currency: str) -> Money:
    return Money(Decimal(amount).scaleb(-DIGITS), currency)


def _row(description: str, amount: Decimal, sku: str = "") -> dict[str, Any]:
    """Taxes are in what was paid; which they are is the merchant's matter."""
    price = int(amount.scaleb(DIGITS).to_integral_value())
    return {"description": description, "sku": sku, "price": price, "priceIncludesTax": True, "taxRate": 0}


def _cost(draft: VendorOrderDraft, line: DraftLine) -> Decimal:
    return line.unit_price.amount * line.quantity - line.discount.amount + _taxes(draft, line.tax_lines)


def _net(draft: VendorOrderDraft, line: ShippingLine) -> Decimal:
    return line.price.amount - line.discount.amount + _taxes(draft, line.tax_lines)


def _taxes(draft: VendorOrderDraft, taxes: tuple[TaxLine, ...]) -> Decimal:
    if draft.taxes_included:
        return Decimal(0)
    return sum((tax.amount.amount for tax in taxes), Decimal(0))
