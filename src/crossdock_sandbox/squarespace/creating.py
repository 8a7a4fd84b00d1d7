"""The body of createOrder, read field by field (FACTS section 3): an order that is not yet anywhere.

Not for what becomes of it (`orders.py`).
"""

from decimal import Decimal
from typing import Any

from crossdock_sandbox.squarespace import orders, reading
from crossdock_sandbox.squarespace.call import Call
from crossdock_sandbox.squarespace.refusal import invalid, missing
from crossdock_sandbox.squarespace.state import Line, Order

MOST_UNITS = 1_000_000
MOST_SHIPMENTS = 100


def order(call: Call) -> tuple[Order, dict[str, Any]]:
    """The order and the body it was read from. Whether the totals add up is not checked: the facts do not say."""
    given, shop = call.body, call.shop
    made = Order(
        id=f"{call.world.id():024x}",
        number="",
        created_on=reading.moment(given, "createdOn"),
        modified_on=call.world.now(),
        lines=_lines(call, given),
        channel_name=reading.text(given, "channelName", 30, need=True),
        reference=reading.text(given, "externalOrderReference", 200, need=True),
        email=_email(given),
        billing=reading.address(given, "billingAddress"),
        shipping=reading.address(given, "shippingAddress"),
        status=reading.one_of(given, "fulfillmentStatus", ("PENDING", "FULFILLED"), "PENDING"),
        payment=shop.imported_payment,
        tax_interpretation=reading.one_of(given, "priceTaxInterpretation", ("EXCLUSIVE", "INCLUSIVE")),
    )
    _sums(made, given, shop.currency)
    _parcels(made, given)
    return made, given


def _lines(call: Call, given: dict[str, Any]) -> list[Line]:
    rows = reading.rows(given, "lineItems")
    if not rows:
        raise missing("lineItems")
    return [_line(call, row, f"lineItems[{at}].") for at, row in enumerate(rows)]


def _line(call: Call, row: dict[str, Any], where: str) -> Line:
    kind = reading.one_of(row, "lineItemType", ("PHYSICAL_PRODUCT", "CUSTOM"))
    quantity = reading.whole(row, "quantity", where, 1, MOST_UNITS)
    price = reading.money(reading.needed(row, "unitPricePaid", where), f"{where}unitPricePaid", call.shop.currency)
    reading.maybe_money(row, "nonSaleUnitPrice", call.shop.currency)
    title = reading.text(row, "title", 200, where)
    if kind == "CUSTOM":
        return Line(f"{call.world.id():024x}", kind, title or "", quantity, price)
    if title is not None:
        raise invalid(f"{where}title must be null for PHYSICAL_PRODUCT.")
    variant = call.shop.variants.get(reading.needed(row, "variantId", where))
    if variant is None:
        raise invalid(f"{where}variantId was not found.", "PRODUCT_VARIANT_NOT_FOUND")
    if variant.product.type != "PHYSICAL":
        raise invalid(f"{where}variantId is not of a physical product.", "OPERATION_NOT_ALLOWED_FOR_PRODUCT_TYPE")
    return Line(
        f"{call.world.id():024x}", kind, variant.product.name, quantity, price, variant,
        list(variant.attributes.items()), variant.sku, variant.product.id,
    )  # fmt: skip


def _email(given: dict[str, Any]) -> str | None:
    email = reading.text(given, "customerEmail", 300)
    if email is not None and "@" not in email:
        raise invalid("customerEmail is not an e-mail address.")
    return email


def _sums(made: Order, given: dict[str, Any], currency: str) -> None:
    shipping = reading.rows(given, "shippingLines")
    if len(shipping) > 1:
        raise invalid("shippingLines must have at most one element.")
    for row in shipping:
        method = reading.text(row, "method", 100, "shippingLines[0].", need=True) or ""
        amount = reading.money(reading.needed(row, "amount", "shippingLines[0]."), "shippingLines[0].amount", currency)
        made.shipping_lines.append((method, amount))
    for row in reading.rows(given, "discountLines"):
        amount = reading.money(reading.needed(row, "amount", "discountLines."), "discountLines.amount", currency)
        name = reading.text(row, "name", 500, "discountLines.") or ""
        made.discounts.append((name, amount, reading.text(row, "promoCode", 500, "discountLines.")))
    made.subtotal = reading.maybe_money(given, "subtotal", currency)
    made.shipping_total = reading.maybe_money(given, "shippingTotal", currency)
    made.discount_total = reading.maybe_money(given, "discountTotal", currency)
    made.tax_total = reading.maybe_money(given, "taxTotal", currency)
    made.total = reading.money(reading.needed(given, "grandTotal"), "grandTotal", currency)
    if made.total < Decimal(0):
        raise invalid("grandTotal must not be negative.")


def _parcels(made: Order, given: dict[str, Any]) -> None:
    if "fulfillments" not in given:
        raise missing("fulfillments")
    rows = reading.rows(given, "fulfillments")
    if len(rows) > MOST_SHIPMENTS:
        raise invalid(f"fulfillments must have at most {MOST_SHIPMENTS} elements.")
    made.shipments = [orders.shipment(row, f"fulfillments[{at}].") for at, row in enumerate(rows)]
    if made.status == "FULFILLED":
        made.fulfilled_on = reading.moment(given, "fulfilledOn")
