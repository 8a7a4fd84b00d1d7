"""WooCommerce's orders -> ours: the merchant's order, a vendor order.

Not here: products (mapping_products.py), parcels (parcels.py). Line totals are net of tax whatever the shop's prices
are entered as (recorded created_with_tax), so taxes are never included.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any

import msgspec

from crossdock.core.money import Money, minor_unit
from crossdock.core.orders import Address, Attribute, Contact, Order, OrderLine, ShippingLine, TaxLine
from crossdock.core.vendor_order import RemoteVendorOrder
from crossdock.platforms.woocommerce import wire, words

REFERENCE = "_crossdock_reference"
LINE = "_crossdock_line"
REFUNDED_ITEM = "_refunded_item_id"
EPOCH = datetime.fromtimestamp(0, UTC)
# Details that are settings of the order, not said by anybody.
INTERNAL = frozenset({"is_vat_exempt"})


def order(of: wire.Order, refunds: Iterable[wire.Refund] = ()) -> Order:
    """The merchant's order; `refunds` are all of them, whole."""
    refunds = tuple(refunds)
    back, refunded = refunded_units(refunds), sum((words.amount(each.amount) for each in refunds), Decimal(0))
    total, shipping, billing = words.amount(of.total), person(of.shipping), person(of.billing)
    rates = {str(rate.rate_id): rate for rate in of.tax_lines}
    modified_at = modified(of)
    return Order(
        id=str(of.id),
        name=f"#{of.number or of.id}",
        placed_at=words.gmt(of.date_created_gmt) or modified_at,
        updated_at=modified_at,
        currency=of.currency,
        total=Money(total - refunded, of.currency),
        lines=tuple(order_line(line, back.get(str(line.id), 0), of.currency, rates) for line in of.line_items),
        financial_status=words.financial(of.status, paid=bool(of.date_paid_gmt), refunded=refunded, total=total),
        cancelled_at=modified_at if of.status in words.CANCELLED else None,
        cancel_reason=of.status if of.status in words.CANCELLED else "",
        closed_at=words.gmt(of.date_completed_gmt) if of.status == "completed" else None,
        contact=Contact(billing.first_name or "", billing.last_name or "", billing.email or "", _text(billing.phone)),
        note=of.customer_note or "",
        attributes=attributes(of.meta_data),
        shipping_address=address(shipping) or (address(billing) if billing.address_1 else None),
        billing_address=address(billing),
        shipping_lines=tuple(shipping_line(each, of.currency, rates) for each in of.shipping_lines),
        taxes_included=False,
        transaction_ids=(of.transaction_id,) if of.transaction_id else (),
    )


def order_line(of: wire.Line, back: int, currency: str, rates: Mapping[str, wire.TaxRate]) -> OrderLine:
    """The price of a piece is the line's divided, rounded up to the currency's unit; the discount takes up the rest, so
    that price times quantity less discount is exactly what the line cost."""
    ordered = max(int(of.quantity), 0)
    subtotal, total = words.amount(of.subtotal), words.amount(of.total)
    price = piece(subtotal, ordered, currency)
    left = max(ordered - back, 0)
    discount = price * ordered - total
    return OrderLine(
        id=str(of.id),
        title=words.plain(of.parent_name or of.name),
        quantity=left,
        ordered_quantity=ordered,
        unit_price=Money(price, currency),
        discount=Money(share(discount, left, ordered, currency), currency),
        variant_title=variant_title(of),
        sku=_text(of.sku),
        product_id=str(of.product_id or ""),
        variant_id=of.variant_id,
        tax_lines=taxes(of.taxes, currency, rates, (left, ordered)),
        taxable=bool(of.taxes),
        properties=properties(of),
    )


def piece(whole: Decimal, pieces: int, currency: str) -> Decimal:
    """Three pieces for 10.00 cost 3.34 each (and two cents discount)."""
    if pieces <= 0:
        return whole
    exact = whole / pieces
    unit = minor_unit(currency)
    rounded = exact.quantize(unit, ROUND_CEILING)
    return rounded if exact.normalize() != rounded.normalize() else exact.quantize(unit)


def share(whole: Decimal, left: int, ordered: int, currency: str) -> Decimal:
    """What of an amount falls to the pieces that were not refunded."""
    if left == ordered or not ordered:
        return whole
    return (whole * left / ordered).quantize(minor_unit(currency))


def vendor_order(of: wire.Order) -> RemoteVendorOrder:
    """A vendor order. The reference is empty for other people's orders."""
    total, modified_at = words.amount(of.total), modified(of)
    refunded = sum((abs(words.amount(each.total)) for each in of.refunds), Decimal(0))
    return RemoteVendorOrder(
        id=str(of.id),
        name=f"#{of.number or of.id}",
        reference=reference(of),
        updated_at=modified_at,
        financial_status=words.financial(of.status, paid=bool(of.date_paid_gmt), refunded=refunded, total=total),
        cancelled_at=modified_at if of.status in words.CANCELLED else None,
        closed_at=words.gmt(of.date_completed_gmt) if of.status == "completed" else None,
        total=Money(total, of.currency),
        line_ids=(*_pairs(of.line_items), *_pairs(of.fee_lines)),
    )


def reference(of: wire.Order) -> str:
    """Ours is in a detail of the order; `created_via` has it too, and is what it is found by."""
    return words.meta_text(of.meta(REFERENCE))


def refunded_units(refunds: Iterable[wire.Refund]) -> dict[str, int]:
    """Pieces that were refunded, by the order's line (recorded refund_line_restock: negative quantities)."""
    back: dict[str, int] = {}
    for refund in refunds:
        for line in refund.line_items:
            found = next((each.value for each in line.meta_data if each.key == REFUNDED_ITEM), None)
            if found is not None:
                back[str(found)] = back.get(str(found), 0) + abs(int(line.quantity))
    return back


def modified(of: wire.Order) -> datetime:
    return words.gmt(of.date_modified_gmt) or words.gmt(of.date_created_gmt) or EPOCH


def person(of: wire.Person | list[Any]) -> wire.Person:
    """PHP writes an empty object as a list."""
    return of if isinstance(of, wire.Person) else wire.Person()


def address(of: wire.Person) -> Address | None:
    """None when nothing is in it. A state is a code where the country has codes, else what was typed."""
    state = of.state or ""
    code = state if len(state) <= 5 and state.upper() == state else ""
    made = Address(
        first_name=of.first_name or "",
        last_name=of.last_name or "",
        company=of.company or "",
        address1=of.address_1 or "",
        address2=of.address_2 or "",
        city=of.city or "",
        province="" if code else state,
        province_code=code,
        country_code=of.country or "",
        zip=_text(of.postcode),
        phone=_text(of.phone),
    )
    return None if msgspec.structs.replace(made, phone="", country_code="", province_code="") == Address() else made


def attributes(of: Iterable[wire.Meta]) -> tuple[Attribute, ...]:
    """What people can see: keys with an underscore belong to plugins."""
    seen = [
        Attribute(each.key, value)
        for each in of
        if each.key and not each.key.startswith("_") and each.key not in INTERNAL
        if (value := words.meta_text(each.value))
    ]
    return tuple(sorted(seen, key=lambda each: (each.name, each.value)))


def variant_title(of: wire.Line) -> str:
    """A variation's line is named "Hoodie - Red, No", its parent "Hoodie"."""
    name, parent = words.plain(of.name), words.plain(of.parent_name)
    return name.removeprefix(f"{parent} - ") if parent and name.startswith(f"{parent} - ") else ""


def properties(of: wire.Line) -> tuple[Attribute, ...]:
    """What was said of the line, without the words of the variation itself."""
    title = variant_title(of).split(", ")
    return tuple(
        Attribute(each.key, value)
        for each in of.meta_data
        if each.key and not each.key.startswith(("_", "pa_"))
        if (value := words.meta_text(each.value)) and words.plain(words.meta_text(each.display_value)) not in title
    )


def shipping_line(of: wire.Shipping, currency: str, rates: Mapping[str, wire.TaxRate]) -> ShippingLine:
    return ShippingLine(
        title=words.plain(of.method_title),
        price=Money(words.amount(of.total), currency),
        discount=Money.zero(currency),
        code=of.method_id or "",
        tax_lines=taxes(of.taxes, currency, rates),
    )


def taxes(
    of: Iterable[wire.ItemTax], currency: str, rates: Mapping[str, wire.TaxRate], left: tuple[int, int] = (1, 1)
) -> tuple[TaxLine, ...]:
    """`left`: how many pieces of how many are still ordered."""
    found = []
    for each in of:
        if each.total in (None, ""):
            continue
        rate = rates.get(str(each.id), wire.TaxRate())
        percent = words.amount(rate.rate_percent)
        money = Money(share(words.amount(each.total), *left, currency), currency)
        found.append(TaxLine(words.plain(rate.label), percent / 100, money))
    return tuple(found)


def _pairs(of: Iterable[wire.Line | wire.Fee]) -> Iterable[tuple[str, str]]:
    for line in of:
        mine = next((words.meta_text(each.value) for each in line.meta_data if each.key == LINE), "")
        if mine:
            yield mine, str(line.id)


def _text(of: wire.Figure) -> str:
    return "" if of is None else str(of)
