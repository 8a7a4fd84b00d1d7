"""Webhook bodies -> ours. They keep Shopify's old REST shape: numbers as ids, money as strings, snake_case.

Only the fields we use are decoded, leniently. Not here: whether a delivery is believed (webhooks.py).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import Struct

from crossdock.core.fulfillment import FulfilledLine, Fulfillment
from crossdock.core.money import Money
from crossdock.core.orders import Address, Attribute, Contact, Order, OrderLine, ShippingLine, TaxLine
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.platforms.shopify import mapping, words
from crossdock.platforms.shopify.mapping import LINE_PROPERTY, maybe_utc, utc

ZERO = Decimal(0)


class _Amount(Struct):
    amount: Decimal
    currency_code: str


class _Bag(Struct):
    shop_money: _Amount
    presentment_money: _Amount | None = None


class _Allocation(Struct):
    amount: Decimal


class _Tax(Struct):
    title: str
    price: Decimal
    rate: Decimal | None = None


class _Line(Struct):
    id: int
    title: str
    quantity: int
    price: Decimal
    current_quantity: int | None = None
    variant_title: str | None = None
    sku: str | None = None
    vendor: str | None = None
    product_id: int | None = None
    variant_id: int | None = None
    requires_shipping: bool = True
    taxable: bool = True
    gift_card: bool = False
    properties: Any = None
    discount_allocations: list[_Allocation] | None = None
    tax_lines: list[_Tax] | None = None


class _Shipping(Struct):
    price: Decimal
    title: str | None = None
    code: str | None = None
    is_removed: bool = False
    discount_allocations: list[_Allocation] | None = None
    tax_lines: list[_Tax] | None = None


class _Address(Struct):
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    zip: str | None = None
    phone: str | None = None


class _Person(Struct):
    first_name: str | None = None
    last_name: str | None = None


class _Field(Struct):
    namespace: str
    key: str
    value: Any
    type: str = ""


class _Order(Struct):
    id: int
    name: str
    updated_at: datetime
    created_at: datetime
    currency: str
    total_price: Decimal
    line_items: list[_Line]
    processed_at: datetime | None = None
    current_total_price: Decimal | None = None
    current_total_price_set: _Bag | None = None
    current_total_duties_set: _Bag | None = None
    total_tip_received: Decimal | None = None
    presentment_currency: str | None = None
    financial_status: str | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    test: bool = False
    taxes_included: bool = False
    buyer_accepts_marketing: bool = False
    email: str | None = None
    phone: str | None = None
    note: str | None = None
    tags: str | None = None
    note_attributes: Any = None
    metafields: list[_Field] | None = None
    customer: _Person | None = None
    shipping_address: _Address | None = None
    billing_address: _Address | None = None
    shipping_lines: list[_Shipping] | None = None


class _OurLine(Struct):
    id: int
    properties: Any = None


class _VendorOrder(Struct):
    id: int
    name: str
    updated_at: datetime
    source_identifier: str
    currency: str
    total_price: Decimal
    line_items: list[_OurLine]
    financial_status: str | None = None
    cancelled_at: datetime | None = None
    closed_at: datetime | None = None


class _ParcelLine(Struct):
    id: int
    quantity: int


class _Parcel(Struct):
    id: int
    order_id: int
    status: str
    created_at: datetime
    updated_at: datetime
    line_items: list[_ParcelLine]
    tracking_company: str | None = None
    tracking_number: str | None = None
    tracking_numbers: list[str | None] | None = None
    tracking_url: str | None = None
    tracking_urls: list[str | None] | None = None


_ORDER = msgspec.json.Decoder(_Order, strict=False)
_VENDOR_ORDER = msgspec.json.Decoder(_VendorOrder, strict=False)
_PARCEL = msgspec.json.Decoder(_Parcel, strict=False)


def order(body: bytes) -> Order:
    """The merchant's order. Raises msgspec.MsgspecError for a body that is not one."""
    of = _ORDER.decode(body)
    currency = of.currency
    total = of.current_total_price if of.current_total_price is not None else of.total_price
    shown = of.current_total_price_set.presentment_money if of.current_total_price_set else None
    person = of.customer or _NOBODY
    duties = of.current_total_duties_set
    return Order(
        id=str(of.id),
        name=of.name,
        placed_at=utc(of.processed_at or of.created_at),
        updated_at=utc(of.updated_at),
        currency=currency,
        total=Money(total, currency),
        lines=tuple([_line(line, currency) for line in of.line_items]),
        financial_status=words.financial(of.financial_status),
        presentment_currency=of.presentment_currency or currency,
        presentment_total=Money(shown.amount, shown.currency_code) if shown else None,
        cancelled_at=maybe_utc(of.cancelled_at),
        cancel_reason=(of.cancel_reason or "").lower(),
        closed_at=maybe_utc(of.closed_at),
        test=of.test,
        contact=Contact(person.first_name or "", person.last_name or "", of.email or "", of.phone or ""),
        buyer_accepts_marketing=of.buyer_accepts_marketing,
        note=of.note or "",
        tags=mapping.tags(tag.strip() for tag in of.tags.split(",")) if of.tags else (),
        attributes=_pairs(of.note_attributes),
        metafields=mapping.metafields(
            (each.namespace, each.key, each.type, _text(each.value)) for each in of.metafields
        )
        if of.metafields
        else (),
        shipping_address=_address(of.shipping_address),
        billing_address=_address(of.billing_address),
        shipping_lines=tuple([_shipping(each, currency) for each in of.shipping_lines or () if not each.is_removed]),
        taxes_included=of.taxes_included,
        tip=Money(of.total_tip_received, currency) if of.total_tip_received else None,
        duties=Money(duties.shop_money.amount, currency) if duties and duties.shop_money.amount else None,
    )


def vendor_order(body: bytes) -> RemoteVendorOrder:
    """An order of ours in a vendor's store, told by source_identifier. Raises msgspec.MsgspecError for any other."""
    of = _VENDOR_ORDER.decode(body)
    return RemoteVendorOrder(
        id=str(of.id),
        name=of.name,
        reference=of.source_identifier,
        updated_at=utc(of.updated_at),
        financial_status=words.financial(of.financial_status),
        cancelled_at=maybe_utc(of.cancelled_at),
        closed_at=maybe_utc(of.closed_at),
        total=Money(of.total_price, of.currency),
        line_ids=tuple(
            (pair.value, str(line.id))
            for line in of.line_items
            for pair in _pairs(line.properties)
            if pair.name == LINE_PROPERTY
        ),
    )


def parcel(body: bytes) -> Fulfillment:
    """A parcel of either store. Raises msgspec.MsgspecError for a body that is not one."""
    of = _PARCEL.decode(body)
    return Fulfillment(
        id=str(of.id),
        order_id=str(of.order_id),
        status=words.fulfillment(of.status),
        created_at=utc(of.created_at),
        updated_at=utc(of.updated_at),
        lines=tuple(FulfilledLine(str(line.id), line.quantity) for line in of.line_items),
        tracking=mapping.tracking(
            [of.tracking_company], of.tracking_numbers or [of.tracking_number], of.tracking_urls or [of.tracking_url]
        ),
    )


def _line(of: _Line, currency: str) -> OrderLine:
    return OrderLine(
        id=str(of.id),
        title=of.title,
        quantity=of.quantity if of.current_quantity is None else of.current_quantity,
        ordered_quantity=of.quantity,
        unit_price=Money(of.price, currency),
        discount=_allocated(of.discount_allocations, currency),
        variant_title=mapping.variant_title(of.variant_title),
        sku=of.sku or "",
        vendor_name=of.vendor or "",
        product_id=str(of.product_id) if of.product_id else "",
        variant_id=str(of.variant_id) if of.variant_id else "",
        tax_lines=_taxes(of.tax_lines, currency),
        requires_shipping=of.requires_shipping,
        taxable=of.taxable,
        gift_card=of.gift_card,
        properties=_pairs(of.properties) if of.properties else (),
    )


def _shipping(of: _Shipping, currency: str) -> ShippingLine:
    return ShippingLine(
        title=of.title or "",
        price=Money(of.price, currency),
        discount=_allocated(of.discount_allocations, currency),
        code=of.code or "",
        tax_lines=_taxes(of.tax_lines, currency),
    )


def _allocated(of: list[_Allocation] | None, currency: str) -> Money:
    return Money(sum([each.amount for each in of], ZERO) if of else ZERO, currency)


def _taxes(of: list[_Tax] | None, currency: str) -> tuple[TaxLine, ...]:
    return tuple([TaxLine(tax.title, tax.rate or ZERO, Money(tax.price, currency)) for tax in of]) if of else ()


def _pairs(of: Any) -> tuple[Attribute, ...]:
    """[{"name", "value"}] as Shopify writes it; apps have been seen to leave an object or odd values."""
    if isinstance(of, dict):
        return tuple(Attribute(str(name), _text(value)) for name, value in of.items())
    if not isinstance(of, list):
        return ()
    return tuple(
        Attribute(str(each["name"]), _text(each.get("value")))
        for each in of
        if isinstance(each, dict) and "name" in each
    )


def _text(of: Any) -> str:
    if of is None:
        return ""
    return of if isinstance(of, str) else msgspec.json.encode(of).decode()


def _address(of: _Address | None) -> Address | None:
    if of is None:
        return None
    return Address(*[getattr(of, name) or "" for name in _ADDRESS_FIELDS])


_ADDRESS_FIELDS = Address.__struct_fields__
_NOBODY = _Person()
