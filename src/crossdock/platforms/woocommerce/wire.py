"""Answers about orders as WooCommerce words them (wc/v3), only the fields that are read. Lenient where PHP is.

Not here: products (wire_products.py), or what the fields mean (mapping.py).
"""

from typing import Any

from msgspec import Struct

Figure = str | int | float | None
Text = str | None


class Meta(Struct):
    id: int = 0
    key: str = ""
    value: Any = None
    display_value: Any = None


class Person(Struct):
    first_name: Text = ""
    last_name: Text = ""
    company: Text = ""
    address_1: Text = ""
    address_2: Text = ""
    city: Text = ""
    state: Text = ""
    postcode: Figure = ""
    country: Text = ""
    phone: Figure = ""
    email: Text = ""


class ItemTax(Struct):
    id: Figure = 0
    total: Figure = ""


class Line(Struct):
    id: int
    name: Text = ""
    product_id: int | None = 0
    variation_id: int | None = 0
    quantity: int | float = 0
    subtotal: Figure = ""
    total: Figure = ""
    total_tax: Figure = ""
    taxes: list[ItemTax] = []
    meta_data: list[Meta] = []
    sku: Figure = None
    parent_name: Text = None

    @property
    def variant_id(self) -> str:
        """The variation, or the product where it has none; empty for a line of no product."""
        return str(self.variation_id or self.product_id or "")


class TaxRate(Struct):
    rate_id: Figure = 0
    label: Text = ""
    rate_percent: Figure = None


class Shipping(Struct):
    id: int
    method_title: Text = ""
    method_id: Text = ""
    total: Figure = ""
    taxes: list[ItemTax] = []


class Fee(Struct):
    id: int
    name: Text = ""
    total: Figure = ""
    total_tax: Figure = ""
    meta_data: list[Meta] = []


class RefundHead(Struct):
    id: int
    total: Figure = ""


class Order(Struct):
    id: int
    status: str
    currency: str = ""
    number: Figure = ""
    created_via: Text = ""
    customer_note: Text = ""
    transaction_id: Text = ""
    date_created_gmt: Text = None
    date_modified_gmt: Text = None
    date_completed_gmt: Text = None
    date_paid_gmt: Text = None
    total: Figure = ""
    billing: Person | list[Any] = []
    shipping: Person | list[Any] = []
    meta_data: list[Meta] = []
    line_items: list[Line] = []
    tax_lines: list[TaxRate] = []
    shipping_lines: list[Shipping] = []
    fee_lines: list[Fee] = []
    refunds: list[RefundHead] = []

    def meta(self, key: str) -> Any:
        return next((each.value for each in self.meta_data if each.key == key), None)


class RefundLine(Struct):
    quantity: int | float = 0
    meta_data: list[Meta] = []


class Refund(Struct):
    id: int
    amount: Figure = ""
    line_items: list[RefundLine] = []


class Problem(Struct):
    """The body of an error. `data` may be a bare number (FACTS, Errors)."""

    code: str = ""
    message: str = ""
    data: Any = None

    @property
    def resource_id(self) -> str:
        found = self.data.get("resource_id") if isinstance(self.data, dict) else None
        return str(found or "")
