"""Orders as snapshots of what a store says: the merchant's order, its lines, its addresses.

Not here: how a platform words them (platforms/*/mapping.py), or what a vendor is sent (vendor_order.py).
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from crossdock.core.money import Money


class FinancialStatus(StrEnum):
    """Payment state of an order; words a platform adds later read as UNKNOWN (never as paid)."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    EXPIRED = "expired"
    UNKNOWN = "unknown"

    @property
    def paid(self) -> bool:
        """Paid in full at some time: refunds afterwards do not make an order unpaid."""
        return self in _PAID


_PAID = frozenset({FinancialStatus.PAID, FinancialStatus.PARTIALLY_REFUNDED, FinancialStatus.REFUNDED})


class Attribute(Struct, frozen=True):
    """A name and value that the shopper or an app attached to an order or line."""

    name: str
    value: str


class Metafield(Struct, frozen=True):
    namespace: str
    key: str
    type: str
    value: str


class Address(Struct, frozen=True, omit_defaults=True):
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    province: str = ""
    province_code: str = ""
    country: str = ""
    country_code: str = ""
    zip: str = ""
    phone: str = ""


class Contact(Struct, frozen=True, omit_defaults=True):
    """Who a store should talk to: the buyer, or the merchant in the buyer's place."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""


class TaxLine(Struct, frozen=True):
    title: str
    rate: Decimal
    amount: Money


class OrderLine(Struct, frozen=True, omit_defaults=True):
    """One line of the merchant's order. `quantity` is what is ordered now (edits applied, removed = 0);
    `ordered_quantity` what was ordered at first. `discount` is the whole line's, allocated order discounts included.
    Ids are the store's own, without decoration; empty when the line has no product."""

    id: str
    title: str
    quantity: int
    ordered_quantity: int
    unit_price: Money
    discount: Money
    variant_title: str = ""
    sku: str = ""
    vendor_name: str = ""
    product_id: str = ""
    variant_id: str = ""
    tax_lines: tuple[TaxLine, ...] = ()
    requires_shipping: bool = True
    taxable: bool = True
    gift_card: bool = False
    properties: tuple[Attribute, ...] = ()


class ShippingLine(Struct, frozen=True, omit_defaults=True):
    """`price` before `discount`, both of the whole line."""

    title: str
    price: Money
    discount: Money
    code: str = ""
    tax_lines: tuple[TaxLine, ...] = ()


class Order(Struct, frozen=True, omit_defaults=True):
    """The merchant's order, whole. All money is in `currency` (the shop's); what the buyer saw in
    `presentment_currency` is kept only as that currency's name and total. `total` is what the order costs now."""

    id: str
    name: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    total: Money
    lines: tuple[OrderLine, ...]
    financial_status: FinancialStatus = FinancialStatus.UNKNOWN
    presentment_currency: str = ""
    presentment_total: Money | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    closed_at: datetime | None = None
    test: bool = False
    contact: Contact = Contact()
    buyer_accepts_marketing: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    metafields: tuple[Metafield, ...] = ()
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping_lines: tuple[ShippingLine, ...] = ()
    taxes_included: bool = False
    tip: Money | None = None
    duties: Money | None = None
    transaction_ids: tuple[str, ...] = ()

    @property
    def paid(self) -> bool:
        return self.financial_status.paid
