"""How orders, their lines, money, discounts, payments and edits read in GraphQL: one table per type."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from crossdock_sandbox.shopify.graph import Context, Money, MoneySet, Page, gid, page, when
from crossdock_sandbox.shopify.money import NOTHING, Bag, graph
from crossdock_sandbox.shopify.rest_catalogue import app_id
from crossdock_sandbox.shopify.show import Of, Table, bag_of, first, metafield, metafields, numbered
from crossdock_sandbox.shopify.state import Discount, Line, Order, Transaction
from crossdock_sandbox.shopify.sums import (
    financial_status,
    fulfillment_status,
    gateways,
    merged_taxes,
    tax_lines,
    totals,
)


def _sums(name: str) -> Callable[[Order, Any, Any], MoneySet]:
    return lambda o, _a, _c: bag_of(o, getattr(totals(o), name))


def _amount(name: str) -> Callable[[Order, Any, Any], str]:
    return lambda o, _a, _c: graph(getattr(totals(o), name).shop)


def _lines(order: Order, args: dict[str, Any]) -> Page:
    return page([Of(one, order) for one in order.lines], args, lambda one: one.it.id)


def _app(_o: Any, _a: Any, ctx: Context) -> dict[str, Any] | None:
    return {"id": gid("App", app_id(ctx.shop)), "name": "Crossdock"}


def _merchant_errors(o: Order) -> list[str]:
    return ["The order has been cancelled"] if o.cancelled_at else []


def _sees(ctx: Context) -> bool:
    """Without the scope the list of fulfilment orders is silently shorter (FACTS section 9)."""
    return any(one.endswith("_merchant_managed_fulfillment_orders") for one in ctx.shop.app.scopes)


ORDER: Table = {
    **numbered("Order"),
    "app": lambda o, a, c: _app(o, a, c) if o.app_made else None,
    "billingAddress": lambda o, _a, _c: o.billing_address,
    "billingAddressMatchesShippingAddress": lambda o, _a, _c: o.billing_address is o.shipping_address,
    "canMarkAsPaid": lambda o, _a, _c: o.cancelled_at is None and totals(o).outstanding.shop > 0,
    "canNotifyCustomer": lambda o, _a, _c: bool(o.email),
    "cancelReason": lambda o, _a, _c: o.cancel_reason,
    "cancelledAt": lambda o, _a, _c: when(o.cancelled_at),
    "capturable": lambda o, _a, _c: totals(o).authorized.shop > 0,
    "closed": lambda o, _a, _c: o.closed_at is not None,
    "closedAt": lambda o, _a, _c: when(o.closed_at),
    "confirmationNumber": lambda o, _a, _c: o.token[:9].upper(),
    "confirmed": lambda _o, _a, _c: True,
    "currencyCode": lambda o, _a, _c: o.currencies.shop,
    "presentmentCurrencyCode": lambda o, _a, _c: o.currencies.pres,
    "currentCartDiscountAmountSet": _sums("current_discounts"),
    "currentShippingPriceSet": _sums("current_shipping"),
    "currentSubtotalLineItemsQuantity": lambda o, _a, _c: sum(one.current_quantity for one in o.lines),
    "currentSubtotalPriceSet": _sums("current_subtotal"),
    "currentTaxLines": lambda o, _a, _c: [Of(one, o) for one in merged_taxes(tax_lines(o))],
    "currentTotalDiscountsSet": _sums("current_discounts"),
    "currentTotalPriceSet": _sums("current_total"),
    "currentTotalTaxSet": _sums("current_tax"),
    "customAttributes": lambda o, _a, _c: o.attributes,
    "customerAcceptsMarketing": lambda o, _a, _c: o.accepts_marketing,
    "customerLocale": lambda _o, _a, _c: None,
    "discountApplications": lambda o, a, _c: page([Of(one, o) for one in o.discounts], a, lambda one: one.it.index + 1),
    "discountCode": lambda o, _a, _c: next((one.title for one in o.discounts if one.kind == "code"), None),
    "discountCodes": lambda o, _a, _c: [one.title for one in o.discounts if one.kind == "code"],
    "displayAddress": lambda o, _a, _c: o.shipping_address or o.billing_address,
    "displayFinancialStatus": lambda o, _a, _c: financial_status(o),
    "displayFulfillmentStatus": lambda o, _a, _c: fulfillment_status(o),
    "email": lambda o, _a, _c: o.email or None,
    "estimatedTaxes": lambda _o, _a, _c: False,
    "fulfillable": lambda o, _a, _c: any(one.unfulfilled for one in o.lines),
    "fulfillmentOrders": lambda o, a, c: page(o.fulfillment_orders if _sees(c) else [], a, lambda one: one.id),
    "fulfillments": lambda o, a, _c: first(o.fulfillments, a),
    "fulfillmentsCount": lambda o, _a, _c: {"count": len(o.fulfillments), "precision": "EXACT"},
    "fullyPaid": lambda o, _a, _c: financial_status(o) == "PAID",
    "lineItems": lambda o, a, _c: _lines(o, a),
    "merchantEditable": lambda o, _a, _c: not _merchant_errors(o),
    "merchantEditableErrors": lambda o, _a, _c: _merchant_errors(o),
    "metafield": metafield,
    "metafields": metafields,
    "netPaymentSet": lambda o, _a, _c: bag_of(o, totals(o).received.minus(totals(o).refunded)),
    "originalTotalPriceSet": _sums("total"),
    "paymentGatewayNames": lambda o, _a, _c: gateways(o),
    "phone": lambda o, _a, _c: o.phone or None,
    "poNumber": lambda o, _a, _c: o.po_number,
    "processedAt": lambda o, _a, _c: when(o.processed_at),
    "refundable": lambda o, _a, _c: totals(o).received.shop > totals(o).refunded.shop,
    "requiresShipping": lambda o, _a, _c: any(one.requires_shipping for one in o.lines),
    "restockable": lambda o, _a, _c: any(one.unfulfilled for one in o.lines),
    "retailLocation": lambda _o, _a, _c: None,
    "returnStatus": lambda _o, _a, _c: "NO_RETURN",
    "shippingAddress": lambda o, _a, _c: o.shipping_address,
    "shippingLine": lambda o, _a, _c: Of(o.shipping[0], o) if o.shipping else None,
    "shippingLines": lambda o, a, _c: page([Of(one, o) for one in o.shipping], a, lambda one: one.it.id),
    "sourceIdentifier": lambda o, _a, _c: o.source_identifier,
    "sourceName": lambda o, _a, _c: o.source_name or "web",
    "subtotalLineItemsQuantity": lambda o, _a, _c: sum(one.quantity for one in o.lines),
    "subtotalPriceSet": _sums("subtotal"),
    "subtotalPrice": _amount("subtotal"),
    "taxExempt": lambda _o, _a, _c: False,
    "taxLines": lambda o, _a, _c: [Of(one, o) for one in merged_taxes(tax_lines(o))],
    "taxesIncluded": lambda o, _a, _c: o.taxes_included,
    "totalCapturableSet": _sums("authorized"),
    "totalDiscountsSet": _sums("discounts"),
    "totalDiscounts": _amount("discounts"),
    "totalOutstandingSet": _sums("outstanding"),
    "totalPriceSet": _sums("total"),
    "totalPrice": _amount("total"),
    "totalReceivedSet": _sums("received"),
    "totalReceived": _amount("received"),
    "totalRefundedSet": _sums("refunded"),
    "totalRefunded": _amount("refunded"),
    "totalShippingPriceSet": _sums("shipping"),
    "totalShippingPrice": _amount("shipping"),
    "totalTaxSet": _sums("tax"),
    "totalTax": _amount("tax"),
    "totalTipReceivedSet": lambda o, _a, _c: bag_of(o, o.tip),
    "transactions": lambda o, a, _c: first([Of(one, o) for one in o.transactions], a),
    **{name: (lambda _o, _a, _c: None) for name in ("currentTotalDutiesSet", "currentTotalAdditionalFeesSet",
                                                    "originalTotalDutiesSet", "originalTotalAdditionalFeesSet")},
    "unpaid": lambda o, _a, _c: totals(o).outstanding.shop > 0,
}  # fmt: skip


def _line(get: Callable[[Line], Any]) -> Callable[[Of, Any, Any], Any]:
    return lambda o, _a, _c: get(o.it)


def _line_bag(get: Callable[[Line], Bag]) -> Callable[[Of, Any, Any], MoneySet]:
    return lambda o, _a, _c: bag_of(o.order, get(o.it))


def net(line: Line) -> Bag:
    return line.price.times(line.quantity).minus(line.discount)


def _per_unit(of: Of) -> MoneySet:
    line: Line = of.it
    if not line.quantity:
        return bag_of(of.order, line.price)
    return bag_of(of.order, of.order.currencies.rounded(net(line).times(Decimal(1) / line.quantity)))


def _share(of: Of, bag: Bag) -> MoneySet:
    line: Line = of.it
    if not line.quantity:
        return bag_of(of.order, NOTHING)
    return bag_of(of.order, of.order.currencies.rounded(bag.times(Decimal(line.unfulfilled) / line.quantity)))


def _allocations(of: Of) -> list[tuple[Discount, Bag, Order]]:
    return [(discount, amount, of.order) for discount, amount in of.it.discounts]


LINE: Table = {
    "id": lambda o, _a, _c: gid("LineItem", o.it.id),
    "currentQuantity": _line(lambda one: one.current_quantity),
    "customAttributes": _line(lambda one: one.properties),
    "discountAllocations": lambda o, _a, _c: _allocations(o),
    "discountedTotalSet": lambda o, a, _c: bag_of(
        o.order, net(o.it) if a.get("withCodeDiscounts") else _without_codes(o.it)
    ),
    "discountedUnitPriceSet": lambda o, _a, _c: bag_of(o.order, _unit_without_codes(o)),
    "discountedUnitPriceAfterAllDiscountsSet": lambda o, _a, _c: _per_unit(o),
    "fulfillableQuantity": _line(lambda one: one.unfulfilled),
    "fulfillmentStatus": _line(lambda one: "fulfilled" if not one.unfulfilled else "unfulfilled"),
    "isGiftCard": _line(lambda one: one.gift_card),
    "merchantEditable": _line(lambda one: one.unfulfilled > 0),
    "name": _line(lambda one: f"{one.title} - {one.variant_title}" if one.variant_title else one.title),
    "nonFulfillableQuantity": _line(lambda one: one.quantity - one.unfulfilled),
    "originalTotalSet": _line_bag(lambda one: one.price.times(one.quantity)),
    "originalUnitPriceSet": _line_bag(lambda one: one.price),
    "product": lambda o, _a, c: c.shop.products.get(o.it.product_id) if o.it.product_id else None,
    "quantity": _line(lambda one: one.quantity),
    "refundableQuantity": _line(lambda one: one.current_quantity),
    "requiresShipping": _line(lambda one: one.requires_shipping),
    "restockable": _line(lambda one: one.claimed is not None),
    "sku": _line(lambda one: one.sku or None),
    "taxLines": lambda o, a, _c: [Of(one, o.order) for one in first(o.it.taxes, a)],
    "taxable": _line(lambda one: one.taxable),
    "title": _line(lambda one: one.title),
    "totalDiscountSet": _line_bag(lambda one: one.discount),
    "unfulfilledDiscountedTotalSet": lambda o, _a, _c: _share(o, net(o.it)),
    "unfulfilledOriginalTotalSet": lambda o, _a, _c: _share(o, o.it.price.times(o.it.quantity)),
    "unfulfilledQuantity": _line(lambda one: one.unfulfilled),
    "variant": lambda o, _a, c: o.it.variant if o.it.variant and o.it.variant.id in c.shop.variants else None,
    "variantTitle": _line(lambda one: one.variant_title or None),
    "vendor": _line(lambda one: one.vendor or None),
    "weight": _line(lambda one: {"unit": "GRAMS", "value": one.grams}),
}


def _without_codes(line: Line) -> Bag:
    """The line's own discounts only: a code's share is shown apart unless it is asked for."""
    bag = line.price.times(line.quantity)
    for discount, amount in line.discounts:
        if discount.kind != "code":
            bag = bag.minus(amount)
    return bag


def _unit_without_codes(of: Of) -> Bag:
    line: Line = of.it
    if not line.quantity:
        return line.price
    return of.order.currencies.rounded(_without_codes(line).times(Decimal(1) / line.quantity))


TAX: Table = {
    "channelLiable": lambda o, _a, _c: o.it.channel_liable,
    "price": lambda o, _a, _c: graph(o.it.price.shop),
    "priceSet": lambda o, _a, _c: bag_of(o.order, o.it.price),
    "rate": lambda o, _a, _c: float(o.it.rate),
    "ratePercentage": lambda o, _a, _c: float(o.it.rate * 100),
    "source": lambda _o, _a, _c: None,
    "title": lambda o, _a, _c: o.it.title,
}
SHIPPING: Table = {
    "id": lambda o, _a, _c: gid("ShippingLine", o.it.id),
    "carrierIdentifier": lambda _o, _a, _c: None,
    "code": lambda o, _a, _c: o.it.code,
    "currentDiscountedPriceSet": lambda o, _a, _c: bag_of(o.order, o.it.price.minus(o.it.discount)),
    "custom": lambda o, _a, _c: o.it.source is None,
    "deliveryCategory": lambda _o, _a, _c: None,
    "discountAllocations": lambda o, _a, _c: _allocations(o),
    "discountedPriceSet": lambda o, _a, _c: bag_of(o.order, o.it.price.minus(o.it.discount)),
    "isRemoved": lambda _o, _a, _c: False,
    "originalPriceSet": lambda o, _a, _c: bag_of(o.order, o.it.price),
    "phone": lambda _o, _a, _c: None,
    "price": lambda o, _a, _c: graph(o.it.price.shop),
    "shippingRateHandle": lambda _o, _a, _c: None,
    "source": lambda o, _a, _c: o.it.source,
    "taxLines": lambda o, _a, _c: [Of(one, o.order) for one in o.it.taxes],
    "title": lambda o, _a, _c: o.it.title,
}
ALLOCATION: Table = {
    "allocatedAmountSet": lambda o, _a, _c: bag_of(o[2], o[1]),
    "discountApplication": lambda o, _a, _c: Of(o[0], o[2]),
}


class Percentage:
    gql = "PricingPercentageValue"

    def __init__(self, percentage: float) -> None:
        self.percentage = percentage


class Fixed(Money):
    gql = "MoneyV2"


def _discount_value(of: Of) -> Any:
    discount: Discount = of.it
    if discount.value_type == "percentage":
        return Percentage(float(discount.value))
    return Fixed(discount.amount.shop, of.order.currencies.shop)


DISCOUNT: Table = {
    "allocationMethod": lambda _o, _a, _c: "ACROSS",
    "code": lambda o, _a, _c: o.it.title,
    "title": lambda o, _a, _c: o.it.title,
    "description": lambda o, _a, _c: o.it.title,
    "index": lambda o, _a, _c: o.it.index,
    "targetSelection": lambda _o, _a, _c: "ALL",
    "targetType": lambda o, _a, _c: o.it.target,
    "value": lambda o, _a, _c: _discount_value(o),
}
TRANSACTION: Table = {
    "id": lambda o, _a, _c: gid("OrderTransaction", o.it.id),
    "amountSet": lambda o, _a, _c: bag_of(o.order, o.it.amount),
    "amountV2": lambda o, _a, _c: Money(o.it.amount.shop, o.order.currencies.shop),
    "createdAt": lambda o, _a, _c: when(o.it.created_at),
    "errorCode": lambda _o, _a, _c: None,
    "formattedGateway": lambda o, _a, _c: o.it.gateway,
    "gateway": lambda o, _a, _c: o.it.gateway or None,
    "kind": lambda o, _a, _c: o.it.kind,
    "manualPaymentGateway": lambda o, _a, _c: o.it.gateway == "manual",
    "manuallyCapturable": lambda o, _a, _c: _capturable(o.it),
    "order": lambda o, _a, _c: o.order,
    "parentTransaction": lambda o, _a, _c: Of(o.it.parent, o.order) if o.it.parent else None,
    "paymentId": lambda _o, _a, _c: None,
    "processedAt": lambda o, _a, _c: when(o.it.processed_at),
    "status": lambda o, _a, _c: o.it.status,
    "test": lambda o, _a, _c: o.it.test,
    "totalUnsettledSet": lambda o, _a, _c: bag_of(o.order, o.it.amount if _capturable(o.it) else NOTHING),
}


def _capturable(one: Transaction) -> bool:
    return one.kind == "AUTHORIZATION" and one.status == "SUCCESS"


JOB: Table = {
    "id": lambda o, _a, _c: gid("Job", o.id),
    "query": lambda _o, _a, c: c.shop,
}
CANCEL_RESULT: Table = {"id": lambda o, _a, _c: gid("OrderCancelJobResult", o.id)}
CALCULATED: Table = {
    "id": lambda o, _a, _c: gid("CalculatedOrder", o.id),
    "originalOrder": lambda o, _a, _c: o.order,
    "lineItems": lambda o, a, _c: page([Calculated(line, o) for line in o.order.lines], a, lambda one: one.line.id),
    "addedLineItems": lambda o, a, _c: page([Calculated(line, o) for line in o.added], a, lambda one: one.line.id),
    "totalPriceSet": lambda o, _a, _c: bag_of(o.order, totals(o.order).current_total),
    "totalOutstandingSet": lambda o, _a, _c: bag_of(o.order, totals(o.order).outstanding),
    "subtotalLineItemsQuantity": lambda o, _a, _c: sum(
        o.quantities.get(line.id, line.current_quantity) for line in [*o.order.lines, *o.added]
    ),
}


class Calculated:
    """A line as it would be after the edit: the LineItem's number under another name (FACTS section 8)."""

    __slots__ = ("edit", "line")

    def __init__(self, line: Line, edit: Any) -> None:
        self.line, self.edit = line, edit


CALCULATED_LINE: Table = {
    "id": lambda o, _a, _c: gid("CalculatedLineItem", o.line.id),
    "quantity": lambda o, _a, _c: o.edit.quantities.get(o.line.id, o.line.current_quantity),
    "editableQuantity": lambda o, _a, _c: o.line.unfulfilled,
    "title": lambda o, _a, _c: o.line.title,
    "sku": lambda o, _a, _c: o.line.sku or None,
    "variant": lambda o, _a, _c: o.line.variant,
    "originalUnitPriceSet": lambda o, _a, _c: bag_of(o.edit.order, o.line.price),
    "restockable": lambda o, _a, _c: o.line.claimed is not None,
}
