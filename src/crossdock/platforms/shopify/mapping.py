"""Shopify's GraphQL shapes -> ours: orders, vendor orders, parcels.

Not here: webhook bodies, which keep the old REST shape (bodies.py), or what we write (drafts.py).
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from crossdock.core.fulfillment import FulfilledLine, Fulfillment, Tracking
from crossdock.core.money import Money
from crossdock.core.orders import Address, Attribute, Contact, Metafield, Order, OrderLine, ShippingLine, TaxLine
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.platforms.shopify import wire, words
from crossdock.platforms.shopify.ids import number

LINE_PROPERTY = "_crossdock_line"  # a leading underscore keeps it off what buyers are shown

# Metafields of these types point at objects of their own store; they mean nothing in another.
_POINTING = "_reference"


def order(of: wire.MerchantOrder, lines: Iterable[wire.Line]) -> Order:
    """The merchant's order; `lines` are all of them, paged ones included."""
    presentment = of.current_total_price_set.presentment_money
    return Order(
        id=number(of.id),
        name=of.name,
        placed_at=utc(of.processed_at),
        updated_at=utc(of.updated_at),
        currency=of.currency_code,
        total=money(of.current_total_price_set),
        lines=tuple(map(order_line, lines)),
        financial_status=words.financial(of.display_financial_status),
        presentment_currency=of.presentment_currency_code or of.currency_code,
        presentment_total=Money(presentment.amount, presentment.currency_code) if presentment else None,
        cancelled_at=maybe_utc(of.cancelled_at),
        cancel_reason=(of.cancel_reason or "").lower(),
        closed_at=maybe_utc(of.closed_at),
        test=of.test,
        contact=_contact(of),
        buyer_accepts_marketing=of.customer_accepts_marketing,
        note=of.note or "",
        tags=tags(of.tags),
        attributes=_attributes(of.custom_attributes),
        metafields=metafields((each.namespace, each.key, each.type, each.value) for each in of.metafields.nodes)
        if of.metafields
        else (),
        shipping_address=_address(of.shipping_address),
        billing_address=_address(of.billing_address),
        shipping_lines=tuple(map(_shipping, of.shipping_lines.nodes)) if of.shipping_lines else (),
        taxes_included=of.taxes_included,
        tip=_unless_zero(of.total_tip_received_set),
        duties=_unless_zero(of.current_total_duties_set),
    )


def order_line(of: wire.Line) -> OrderLine:
    return OrderLine(
        id=number(of.id),
        title=of.title,
        quantity=of.current_quantity,  # `quantity` keeps removed ones (FACTS section 8)
        ordered_quantity=of.quantity,
        unit_price=money(of.original_unit_price_set),
        discount=_allocated(of.discount_allocations, of.original_unit_price_set.shop_money.currency_code),
        variant_title=variant_title(of.variant_title),
        sku=of.sku or "",
        vendor_name=of.vendor or "",
        product_id=number(of.product.id) if of.product else "",
        variant_id=number(of.variant.id) if of.variant else "",
        tax_lines=_taxes(of.tax_lines),
        requires_shipping=of.requires_shipping,
        taxable=of.taxable,
        gift_card=of.is_gift_card,
        properties=_attributes(of.custom_attributes),
    )


def vendor_order(of: wire.VendorOrder, lines: Iterable[wire.OurLine]) -> RemoteVendorOrder:
    """A vendor order; `lines` are all of them. The reference is empty for other people's orders."""
    return RemoteVendorOrder(
        id=number(of.id),
        name=of.name,
        reference=of.reference.value if of.reference else "",
        updated_at=utc(of.updated_at),
        financial_status=words.financial(of.display_financial_status),
        cancelled_at=maybe_utc(of.cancelled_at),
        closed_at=maybe_utc(of.closed_at),
        total=money(of.total_price_set) if of.total_price_set else None,
        line_ids=tuple(
            (pair.value, number(line.id))
            for line in lines
            for pair in line.custom_attributes
            if pair.key == LINE_PROPERTY and pair.value
        ),
    )


def parcel(of: wire.Parcel, lines: Iterable[wire.ParcelLine]) -> Fulfillment:
    """A parcel; `lines` are all of them. Its name is left out: reads and webhooks word it differently."""
    return Fulfillment(
        id=number(of.id),
        order_id=number(of.order.id),
        status=words.fulfillment(of.status),
        created_at=utc(of.created_at),
        updated_at=utc(of.updated_at),
        lines=tuple(FulfilledLine(number(line.line_item.id), line.quantity or 0) for line in lines),
        tracking=tracking(
            [row.company for row in of.tracking_info],
            [row.number for row in of.tracking_info],
            [row.url for row in of.tracking_info],
        ),
    )


def tracking(companies: Iterable[str | None], numbers: Iterable[str | None], urls: Iterable[str | None]) -> Tracking:
    """One company, many numbers: Shopify gives a row per number, each naming the same carrier (FACTS section 9)."""
    return Tracking(
        company=next((company for company in companies if company), ""),
        numbers=tuple(number for number in numbers if number),
        urls=tuple(url for url in urls if url),
    )


def money(of: wire.Bag) -> Money:
    return Money(of.shop_money.amount, of.shop_money.currency_code)


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def maybe_utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None


def micros(at: datetime) -> int:
    """Microseconds since 1970, which order what was seen of one thing. Shopify's updated_at has whole seconds only."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def tags(of: Iterable[str]) -> tuple[str, ...]:
    """Sorted, as Shopify gives them back whatever order they were written in (FACTS section 6)."""
    return tuple(sorted((tag for tag in of if tag), key=str.casefold))


def metafields(of: Iterable[tuple[str, str, str, str]]) -> tuple[Metafield, ...]:
    """Those that another store can understand, in a stable order."""
    usable = [Metafield(*each) for each in of if not each[2].endswith(_POINTING)]
    return tuple(sorted(usable, key=lambda each: (each.namespace, each.key)))


def variant_title(of: str | None) -> str:
    return "" if of is None or of == "Default Title" else of


def _contact(of: wire.MerchantOrder) -> Contact:
    person = of.customer or wire.Person()
    return Contact(person.first_name or "", person.last_name or "", of.email or "", of.phone or "")


def _shipping(of: wire.Shipping) -> ShippingLine:
    return ShippingLine(
        title=of.title,
        price=money(of.original_price_set),
        discount=_allocated(of.discount_allocations, of.original_price_set.shop_money.currency_code),
        code=of.code or "",
        tax_lines=_taxes(of.tax_lines),
    )


def _taxes(of: Iterable[wire.Tax]) -> tuple[TaxLine, ...]:
    return tuple(TaxLine(tax.title, tax.rate or Decimal(0), money(tax.price_set)) for tax in of)


def _allocated(of: Iterable[wire.Allocation], currency: str) -> Money:
    return Money(sum((each.allocated_amount_set.shop_money.amount for each in of), Decimal(0)), currency)


def _attributes(of: Iterable[wire.Pair]) -> tuple[Attribute, ...]:
    return tuple(Attribute(pair.key, pair.value or "") for pair in of)


def _address(of: wire.Address | None) -> Address | None:
    if of is None:
        return None
    return Address(
        first_name=of.first_name or "",
        last_name=of.last_name or "",
        company=of.company or "",
        address1=of.address1 or "",
        address2=of.address2 or "",
        city=of.city or "",
        province=of.province or "",
        province_code=of.province_code or "",
        country=of.country or "",
        country_code=of.country_code or "",
        zip=of.zip or "",
        phone=of.phone or "",
    )


def _unless_zero(of: wire.Bag | None) -> Money | None:
    return money(of) if of is not None and of.shop_money.amount else None
