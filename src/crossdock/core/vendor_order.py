"""What a vendor's order contains: lines at the price the customer paid, with its share of shipping, discount and tax.

Not here: whether it may go (decision.py), which lines are whose (routing.py), how a platform is told (platforms/).
"""

from datetime import datetime

from msgspec import Struct

from crossdock.core.money import Money
from crossdock.core.orders import Address, Attribute, Contact, FinancialStatus, Metafield, ShippingLine, TaxLine


class DraftLine(Struct, frozen=True, omit_defaults=True):
    """A line to place at the vendor. `line_id` is the merchant's order line. Without `variant_id` it is a custom line.
    The line costs `unit_price * quantity - discount` (plus `tax_lines` where taxes are not included)."""

    line_id: str
    title: str
    quantity: int
    unit_price: Money
    discount: Money
    product_id: str = ""
    variant_id: str = ""
    sku: str = ""
    tax_lines: tuple[TaxLine, ...] = ()
    requires_shipping: bool = True
    taxable: bool = True
    properties: tuple[Attribute, ...] = ()


class VendorOrderDraft(Struct, frozen=True, omit_defaults=True):
    """The vendor order as it should be. `reference` is ours, unique for ever; `order_name` the merchant's order number.
    `total` = lines - discounts + shipping (after its discount) + taxes unless included. Never payment-method details."""

    reference: str
    order_name: str
    placed_at: datetime
    currency: str
    total: Money
    lines: tuple[DraftLine, ...]
    financial_status: FinancialStatus
    contact: Contact
    shipping_address: Address | None = None
    billing_address: Address | None = None
    shipping_lines: tuple[ShippingLine, ...] = ()
    taxes_included: bool = False
    buyer_accepts_marketing: bool = False
    note: str = ""
    tags: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    metafields: tuple[Metafield, ...] = ()
    transaction_ids: tuple[str, ...] = ()
    test: bool = False


class RemoteVendorOrder(Struct, frozen=True, omit_defaults=True):
    """A vendor order as the vendor's store says it is. `line_ids` pairs our merchant line ids with the store's."""

    id: str
    name: str
    reference: str
    updated_at: datetime
    financial_status: FinancialStatus = FinancialStatus.UNKNOWN
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None
    total: Money | None = None
    line_ids: tuple[tuple[str, str], ...] = ()  # (merchant line id, vendor line id)


class OrderChanges(Struct, frozen=True, omit_defaults=True):
    """Order-level fields that follow an edit (PRODUCT section 1.7); None = leave as it is. Absolute values, so that
    sending them twice is sending them once."""

    email: str | None = None
    phone: str | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None
    attributes: tuple[Attribute, ...] | None = None
    metafields: tuple[Metafield, ...] | None = None
    shipping_address: Address | None = None
    buyer_accepts_marketing: bool | None = None
