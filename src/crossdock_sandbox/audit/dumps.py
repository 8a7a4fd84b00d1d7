"""The state of a store as the sandbox dumps it, typed. Fields that the audit does not read are left out.

Not here: any judgement (compare.py, parcels.py).
"""

from decimal import Decimal
from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

ZERO = Decimal(0)


class Where(StrEnum):
    """Where an order that an app made keeps its discounts, or its taxes."""

    LINES = "lines"
    ORDER = "order"  # one sum
    PRICES = "prices"  # in what the lines cost


class Tax(Struct, frozen=True):
    price: Decimal
    title: str = ""


class DumpedLine(Struct, frozen=True):
    id: str
    title: str
    quantity: int
    price: Decimal
    current_quantity: int | None = None
    variant_id: str | None = None
    sku: str | None = None
    discount: Decimal = ZERO
    taxes: tuple[Tax, ...] = ()
    requires_shipping: bool = True

    @property
    def net(self) -> Decimal:
        return self.price * self.quantity - self.discount

    @property
    def units(self) -> int:
        """What of it still stands after edits."""
        return self.quantity if self.current_quantity is None else self.current_quantity

    @property
    def tax(self) -> Decimal:
        return sum((tax.price for tax in self.taxes), ZERO)


class DumpedFee(Struct, frozen=True):
    title: str
    price: Decimal


class DumpedShipping(Struct, frozen=True):
    title: str
    price: Decimal
    discount: Decimal = ZERO
    taxes: tuple[Tax, ...] = ()

    @property
    def net(self) -> Decimal:
        return self.price - self.discount


class DumpedAddress(Struct, frozen=True):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province_code: str | None = None
    country_code: str | None = None
    zip: str | None = None
    phone: str | None = None


class DumpedCustomer(Struct, frozen=True):
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None


class Named(Struct, frozen=True):
    name: str
    value: str


class DumpedMetafield(Struct, frozen=True):
    """Of type "id": the reference by which an app finds its order again."""

    namespace: str
    key: str
    value: str
    type: str = ""


class DumpedTransaction(Struct, frozen=True):
    kind: str
    status: str
    amount: Decimal
    gateway: str | None = None


class DumpedTracking(Struct, frozen=True):
    company: str | None = None
    numbers: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()


class FulfilledLine(Struct, frozen=True):
    line_id: str
    quantity: int


class DumpedFulfillment(Struct, frozen=True):
    id: str
    status: str
    lines: tuple[FulfilledLine, ...]
    tracking: DumpedTracking = DumpedTracking()

    @property
    def stands(self) -> bool:
        return self.status.casefold() == "success"


class DumpedOrder(Struct, frozen=True):
    id: str
    name: str
    currency: str
    total: Decimal
    lines: tuple[DumpedLine, ...]
    created_at: str
    reference: str | None = None
    cancelled_at: str | None = None
    financial_status: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    attributes: tuple[Named, ...] = ()
    metafields: tuple[DumpedMetafield, ...] = ()
    customer: DumpedCustomer | UnsetType | None = UNSET  # unset: the store's orders have none
    shipping_address: DumpedAddress | None = None
    billing_address: DumpedAddress | None = None
    taxes_included: bool = False
    shipping: tuple[DumpedShipping, ...] = ()
    tip: Decimal | None = None
    transactions: tuple[DumpedTransaction, ...] = ()
    fulfillments: tuple[DumpedFulfillment, ...] = ()
    fees: tuple[DumpedFee, ...] = ()
    discounts_in: Where = Where.LINES
    taxes_in: Where = Where.LINES
    total_discounts: Decimal = ZERO
    total_tax: Decimal = ZERO
    channel_name: str | None = None

    @property
    def not_sold(self) -> Decimal:
        """What the customer paid besides goods and shipping: a tip, fees."""
        return (self.tip or ZERO) + sum((fee.price for fee in self.fees), ZERO)

    @property
    def payment(self) -> str:
        """The payment state in one spelling; empty when the store says none."""
        return (self.financial_status or "").casefold()

    @property
    def shipping_net(self) -> Decimal:
        return sum((line.net for line in self.shipping), ZERO)


class DumpedVariant(Struct, frozen=True):
    id: str
    title: str = ""
    sku: str | None = None
    barcode: str | None = None
    price: Decimal = ZERO
    compare_at: Decimal | None = None
    tracked: bool = False


class DumpedProduct(Struct, frozen=True):
    id: str
    title: str
    variants: tuple[DumpedVariant, ...] = ()
    html: str | None = None
    product_type: str | None = None
    tags: tuple[str, ...] = ()
    status: str | None = None


class DumpedMail(Struct, frozen=True):
    address: str
    order_id: str


class DumpedStore(Struct, frozen=True):
    """`inventory`: what is available of each tracked variant, at all locations; `mails`: what the store wrote by
    itself; `sold_out`: references of orders that it refused since it had too little."""

    name: str
    orders: tuple[DumpedOrder, ...] = ()
    products: tuple[DumpedProduct, ...] = ()
    inventory: dict[str, int] = {}
    mails: tuple[DumpedMail, ...] = ()
    sold_out: tuple[str, ...] = ()
