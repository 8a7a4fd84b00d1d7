"""How each GraphQL type shows the shop's state: one table per type, field by field.

Not for root fields (`queries.py`, `mutations_*.py`). A field without an entry reads the attribute of its own name.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from crossdock_sandbox.shop import Shop
from crossdock_sandbox.shopify import listings
from crossdock_sandbox.shopify.graph import (
    CONNECTION, EDGE, MONEY, MONEY_SET, PAGE_INFO, Context, Money, MoneySet, Page, gid, page, when,
)  # fmt: skip
from crossdock_sandbox.shopify.money import NOTHING, Bag, graph
from crossdock_sandbox.shopify.rest_shapes import app_id
from crossdock_sandbox.shopify.state import (
    Address, Discount, Fulfillment, FulfillmentOrder, Item, Level, Line, Metafield, Order, Product, ShippingLine, TaxLine,
    Transaction, Variant,
)  # fmt: skip
from crossdock_sandbox.shopify.sums import financial_status, fulfillment_status, gateways, merged_taxes, tax_lines, totals

Table = dict[str, Callable[[Any, dict[str, Any], Context], Any]]


class Of:
    """A part of an order together with the order, whose currencies it is shown in."""

    __slots__ = ("it", "order")

    def __init__(self, it: Any, order: Order) -> None:
        self.it, self.order = it, order

    @property
    def gql(self) -> str:
        return str(self.it.gql)


def _bag(order: Order, bag: Bag) -> MoneySet:
    return MoneySet(bag, order.currencies)


def _numbered(kind: str) -> Table:
    return {
        "id": lambda o, _a, _c: gid(kind, o.id),
        "legacyResourceId": lambda o, _a, _c: str(o.id),
        "createdAt": lambda o, _a, _c: when(o.created_at),
        "updatedAt": lambda o, _a, _c: when(o.updated_at),
    }


def _sums(name: str) -> Callable[[Order, Any, Any], MoneySet]:
    return lambda o, _a, _c: _bag(o, getattr(totals(o), name))


def _amount(name: str) -> Callable[[Order, Any, Any], str]:
    return lambda o, _a, _c: graph(getattr(totals(o), name).shop)


def _lines(order: Order, args: dict[str, Any]) -> Page:
    return page([Of(one, order) for one in order.lines], args, lambda one: one.it.id)


def _metafields(owner: Any, args: dict[str, Any], _ctx: Context) -> Page:
    rows: list[Metafield] = owner.metafields
    if args.get("namespace"):
        rows = [one for one in rows if one.namespace == _space(args["namespace"], _ctx)]
    if args.get("keys"):
        rows = [one for one in rows if one.key in args["keys"] or f"{one.namespace}.{one.key}" in args["keys"]]
    return page(rows, args, lambda one: one.id)


def _metafield(owner: Any, args: dict[str, Any], ctx: Context) -> Metafield | None:
    space = _space(args.get("namespace"), ctx)
    return next((one for one in owner.metafields if one.namespace == space and one.key == args["key"]), None)


def _space(given: str | None, ctx: Context) -> str:
    return namespace(ctx.shop, given)


def namespace(shop: Shop, given: str | None) -> str:
    """`$app` and no namespace at all mean the app's own (FACTS section 6)."""
    if not given or given == "$app":
        return f"app--{app_id(shop)}"
    return f"app--{app_id(shop)}--{given[5:]}" if given.startswith("$app:") else given


def _first(rows: list[Any], args: dict[str, Any]) -> list[Any]:
    return rows if args.get("first") is None else rows[: args["first"]]


def _app(_o: Any, _a: Any, ctx: Context) -> dict[str, Any] | None:
    return {"id": gid("App", app_id(ctx.shop)), "name": "Crossdock"}


def _merchant_errors(o: Order) -> list[str]:
    return ["The order has been cancelled"] if o.cancelled_at else []


ORDER: Table = {
    **_numbered("Order"),
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
    "fulfillmentOrders": lambda o, a, _c: page(o.fulfillment_orders, a, lambda one: one.id),
    "fulfillments": lambda o, a, _c: _first(o.fulfillments, a),
    "fulfillmentsCount": lambda o, _a, _c: {"count": len(o.fulfillments), "precision": "EXACT"},
    "fullyPaid": lambda o, _a, _c: financial_status(o) == "PAID",
    "lineItems": lambda o, a, _c: _lines(o, a),
    "merchantEditable": lambda o, _a, _c: not _merchant_errors(o),
    "merchantEditableErrors": lambda o, _a, _c: _merchant_errors(o),
    "metafield": _metafield,
    "metafields": _metafields,
    "netPaymentSet": lambda o, _a, _c: _bag(o, totals(o).received.minus(totals(o).refunded)),
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
    "totalTipReceivedSet": lambda o, _a, _c: _bag(o, o.tip),
    "transactions": lambda o, a, _c: _first([Of(one, o) for one in o.transactions], a),
    "unpaid": lambda o, _a, _c: totals(o).outstanding.shop > 0,
}


def _line(get: Callable[[Line], Any]) -> Callable[[Of, Any, Any], Any]:
    return lambda o, _a, _c: get(o.it)


def _line_bag(get: Callable[[Line], Bag]) -> Callable[[Of, Any, Any], MoneySet]:
    return lambda o, _a, _c: _bag(o.order, get(o.it))


def _net(line: Line) -> Bag:
    return line.price.times(line.quantity).minus(line.discount)


def _per_unit(of: Of) -> MoneySet:
    line: Line = of.it
    if not line.quantity:
        return _bag(of.order, line.price)
    return _bag(of.order, of.order.currencies.rounded(_net(line).times(Decimal(1) / line.quantity)))


def _share(of: Of, bag: Bag) -> MoneySet:
    line: Line = of.it
    if not line.quantity:
        return _bag(of.order, NOTHING)
    return _bag(of.order, of.order.currencies.rounded(bag.times(Decimal(line.unfulfilled) / line.quantity)))


def _allocations(of: Of) -> list[tuple[Discount, Bag, Order]]:
    return [(discount, amount, of.order) for discount, amount in of.it.discounts]


LINE: Table = {
    "id": lambda o, _a, _c: gid("LineItem", o.it.id),
    "currentQuantity": _line(lambda one: one.current_quantity),
    "customAttributes": _line(lambda one: one.properties),
    "discountAllocations": lambda o, _a, _c: _allocations(o),
    "discountedTotalSet": lambda o, a, _c: _bag(
        o.order, _net(o.it) if a.get("withCodeDiscounts") else _without_codes(o.it)
    ),
    "discountedUnitPriceSet": lambda o, _a, _c: _bag(o.order, _unit_without_codes(o)),
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
    "taxLines": lambda o, a, _c: [Of(one, o.order) for one in _first(o.it.taxes, a)],
    "taxable": _line(lambda one: one.taxable),
    "title": _line(lambda one: one.title),
    "totalDiscountSet": _line_bag(lambda one: one.discount),
    "unfulfilledDiscountedTotalSet": lambda o, _a, _c: _share(o, _net(o.it)),
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
    "priceSet": lambda o, _a, _c: _bag(o.order, o.it.price),
    "rate": lambda o, _a, _c: float(o.it.rate),
    "ratePercentage": lambda o, _a, _c: float(o.it.rate * 100),
    "source": lambda _o, _a, _c: None,
    "title": lambda o, _a, _c: o.it.title,
}
SHIPPING: Table = {
    "id": lambda o, _a, _c: gid("ShippingLine", o.it.id),
    "carrierIdentifier": lambda _o, _a, _c: None,
    "code": lambda o, _a, _c: o.it.code,
    "currentDiscountedPriceSet": lambda o, _a, _c: _bag(o.order, o.it.price.minus(o.it.discount)),
    "custom": lambda o, _a, _c: o.it.source is None,
    "deliveryCategory": lambda _o, _a, _c: None,
    "discountAllocations": lambda o, _a, _c: _allocations(o),
    "discountedPriceSet": lambda o, _a, _c: _bag(o.order, o.it.price.minus(o.it.discount)),
    "isRemoved": lambda _o, _a, _c: False,
    "originalPriceSet": lambda o, _a, _c: _bag(o.order, o.it.price),
    "phone": lambda _o, _a, _c: None,
    "price": lambda o, _a, _c: graph(o.it.price.shop),
    "shippingRateHandle": lambda _o, _a, _c: None,
    "source": lambda o, _a, _c: o.it.source,
    "taxLines": lambda o, _a, _c: [Of(one, o.order) for one in o.it.taxes],
    "title": lambda o, _a, _c: o.it.title,
}
ALLOCATION: Table = {
    "allocatedAmountSet": lambda o, _a, _c: _bag(o[2], o[1]),
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
    "amountSet": lambda o, _a, _c: _bag(o.order, o.it.amount),
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
    "totalUnsettledSet": lambda o, _a, _c: _bag(o.order, o.it.amount if _capturable(o.it) else NOTHING),
}


def _capturable(one: Transaction) -> bool:
    return one.kind == "AUTHORIZATION" and one.status == "SUCCESS"


def _or_none(name: str) -> Callable[[Any, Any, Any], Any]:
    return lambda o, _a, _c: getattr(o, name) or None


ADDRESS: Table = {
    "id": lambda o, _a, _c: gid("MailingAddress", o.id) + "?model_name=Address",
    **{name: _or_none(attribute) for name, attribute in (
        ("address1", "address1"), ("address2", "address2"), ("city", "city"), ("company", "company"),
        ("country", "country"), ("countryCode", "country_code"), ("countryCodeV2", "country_code"),
        ("firstName", "first_name"), ("lastName", "last_name"), ("name", "name"), ("phone", "phone"),
        ("province", "province"), ("provinceCode", "province_code"), ("zip", "zip"))},
    "coordinatesValidated": lambda _o, _a, _c: False,
    "formatted": lambda o, _a, _c: [part for part in (o.name, o.address1, o.address2, f"{o.city} {o.zip}".strip(), o.country)
                                    if part],
    "formattedArea": lambda o, _a, _c: ", ".join(part for part in (o.city, o.province_code, o.country) if part) or None,
    "latitude": lambda _o, _a, _c: None,
    "longitude": lambda _o, _a, _c: None,
    "timeZone": lambda _o, _a, _c: None,
    "email": lambda _o, _a, _c: None,
}  # fmt: skip
CUSTOMER: Table = {
    **_numbered("Customer"),
    "defaultAddress": lambda o, _a, _c: o.address,
    "defaultEmailAddress": lambda o, _a, _c: {"emailAddress": o.email} if o.email else None,
    "defaultPhoneNumber": lambda o, _a, _c: {"phoneNumber": o.phone} if o.phone else None,
    "displayName": lambda o, _a, _c: f"{o.first_name} {o.last_name}".strip() or o.email,
    "email": _or_none("email"),
    "firstName": _or_none("first_name"),
    "lastName": _or_none("last_name"),
    "locale": lambda _o, _a, _c: "en",
    "note": _or_none("note"),
    "numberOfOrders": lambda o, _a, _c: str(o.orders),
    "phone": _or_none("phone"),
    "state": lambda _o, _a, _c: "DISABLED",
    "taxExempt": lambda _o, _a, _c: False,
    "verifiedEmail": lambda _o, _a, _c: True,
}
METAFIELD: Table = {
    **_numbered("Metafield"),
    "compareDigest": lambda o, _a, _c: f"{abs(hash((o.id, o.value))):x}",
    "definition": lambda o, _a, c: c.shop.definitions.get((o.owner_type, o.namespace, o.key)),
    "jsonValue": lambda o, _a, _c: _json_value(o),
    "ownerType": lambda o, _a, _c: o.owner_type,
}


def _json_value(one: Metafield) -> Any:
    if one.type.startswith("number_integer"):
        return int(one.value)
    return json.loads(one.value) if one.type == "json" or one.type.startswith("list.") else one.value


DEFINITION: Table = {
    "id": lambda o, _a, _c: gid("MetafieldDefinition", o.id),
    "access": lambda _o, _a, _c: {"admin": "PUBLIC_READ_WRITE", "storefront": "NONE"},
    "capabilities": lambda o, _a, _c: {
        "adminFilterable": {"eligible": True, "enabled": False},
        "uniqueValues": {"eligible": True, "enabled": o.unique},
    },
    "metafieldsCount": lambda o, _a, _c: len(o.values),
    "ownerType": lambda o, _a, _c: o.owner_type,
    "pinnedPosition": lambda _o, _a, _c: None,
    "type": lambda o, _a, _c: {"category": "ID" if o.type == "id" else "TEXT", "name": o.type},
    "validationStatus": lambda _o, _a, _c: "ALL_VALID",
}


# -- parcels --


def _tracking(parcel: Fulfillment, args: dict[str, Any]) -> list[dict[str, Any]]:
    """`numbers` and `urls` make one row each (FACTS section 9)."""
    rows = max(len(parcel.numbers), len(parcel.urls), 1 if parcel.company else 0)
    out = [
        {
            "company": parcel.company,
            "number": parcel.numbers[i] if i < len(parcel.numbers) else None,
            "url": parcel.urls[i] if i < len(parcel.urls) else None,
        }
        for i in range(rows)
    ]
    return _first(out, args)


def _display(parcel: Fulfillment) -> str:
    if parcel.status == "CANCELLED":
        return "CANCELED"
    return "DELIVERED" if parcel.delivered_at else "FULFILLED"


FULFILLMENT: Table = {
    **_numbered("Fulfillment"),
    "deliveredAt": lambda o, _a, _c: when(o.delivered_at),
    "displayStatus": lambda o, _a, _c: _display(o),
    "estimatedDeliveryAt": lambda _o, _a, _c: None,
    "fulfillmentLineItems": lambda o, a, _c: page([Of(one, o.order) for one in o.lines], a, lambda one: one.it.id),
    "fulfillmentOrders": lambda o, a, _c: page(o.orders, a, lambda one: one.id),
    "inTransitAt": lambda _o, _a, _c: None,
    "requiresShipping": lambda o, _a, _c: any(one.line.requires_shipping for one in o.lines),
    "totalQuantity": lambda o, _a, _c: sum(one.quantity for one in o.lines),
    "trackingInfo": lambda o, a, _c: _tracking(o, a),
}
FULFILLMENT_LINE: Table = {
    "id": lambda o, _a, _c: gid("FulfillmentLineItem", o.it.id),
    "discountedTotalSet": lambda o, _a, _c: _part(o, _net(o.it.line)),
    "lineItem": lambda o, _a, _c: Of(o.it.line, o.order),
    "originalTotalSet": lambda o, _a, _c: _bag(o.order, o.it.line.price.times(o.it.quantity)),
    "quantity": lambda o, _a, _c: o.it.quantity,
}


def _part(of: Of, bag: Bag) -> MoneySet:
    share = Decimal(of.it.quantity) / (of.it.line.quantity or 1)
    return _bag(of.order, of.order.currencies.rounded(bag.times(share)))


def _actions(one: FulfillmentOrder) -> list[dict[str, Any]]:
    by_status = {
        "OPEN": ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", "SPLIT"],
        "IN_PROGRESS": ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE"],
        "ON_HOLD": ["RELEASE_HOLD", "HOLD", "MOVE"],
    }
    return [{"action": action, "externalUrl": None} for action in by_status.get(one.status, [])]


FULFILLMENT_ORDER: Table = {
    **_numbered("FulfillmentOrder"),
    "assignedLocation": lambda o, _a, _c: o.location,
    "destination": lambda o, _a, _c: o.order.shipping_address,
    "fulfillAt": lambda o, _a, _c: when(o.created_at),
    "fulfillBy": lambda _o, _a, _c: None,
    "fulfillmentHolds": lambda o, _a, _c: o.holds,
    "fulfillments": lambda o, a, _c: page([one for one in o.order.fulfillments if o in one.orders], a, lambda one: one.id),
    "lineItems": lambda o, a, _c: page([Of(one, o.order) for one in o.lines], a, lambda one: one.it.id),
    "orderId": lambda o, _a, _c: gid("Order", o.order.id),
    "orderName": lambda o, _a, _c: o.order.name,
    "orderProcessedAt": lambda o, _a, _c: when(o.order.processed_at),
    "requestStatus": lambda _o, _a, _c: "UNSUBMITTED",
    "supportedActions": lambda o, _a, _c: _actions(o),
}
FULFILLMENT_ORDER_LINE: Table = {
    "id": lambda o, _a, _c: gid("FulfillmentOrderLineItem", o.it.id),
    "inventoryItemId": lambda o, _a, _c: gid("InventoryItem", o.it.line.variant.item_id) if o.it.line.variant else None,
    "lineItem": lambda o, _a, _c: Of(o.it.line, o.order),
    "productTitle": lambda o, _a, _c: o.it.line.title,
    "remainingQuantity": lambda o, _a, _c: o.it.remaining,
    "requiresShipping": lambda o, _a, _c: o.it.line.requires_shipping,
    "sku": lambda o, _a, _c: o.it.line.sku or None,
    "totalQuantity": lambda o, _a, _c: o.it.total,
    "variant": lambda o, _a, c: o.it.line.variant,
    "variantTitle": lambda o, _a, _c: o.it.line.variant_title or None,
    "vendor": lambda o, _a, _c: o.it.line.vendor or None,
    "weight": lambda o, _a, _c: {"unit": "GRAMS", "value": o.it.line.grams},
}
ASSIGNED_LOCATION: Table = {
    **{name: (lambda _o, _a, _c: None) for name in ("address1", "address2", "city", "phone", "province", "zip")},
    "countryCode": lambda o, _a, _c: o.country,
    "location": lambda o, _a, _c: o,
}
HOLD: Table = {
    "id": lambda o, _a, _c: gid("FulfillmentHold", o.id),
    "displayReason": lambda o, _a, _c: o.reason.replace("_", " ").capitalize(),
    "heldByRequestingApp": lambda _o, _a, _c: True,
    "reasonNotes": lambda o, _a, _c: o.notes,
}

# -- catalogue --


def _option_values(product: Product) -> list[str]:
    return [one.title for one in product.variants]


PRODUCT: Table = {
    **_numbered("Product"),
    "description": lambda o, _a, _c: o.html,
    "descriptionHtml": lambda o, _a, _c: o.html,
    "hasOnlyDefaultVariant": lambda o, _a, _c: _option_values(o) == ["Default Title"],
    "isGiftCard": lambda _o, _a, _c: False,
    "metafield": _metafield,
    "metafields": _metafields,
    "options": lambda o, _a, _c: [{"id": gid("ProductOption", o.id), "name": "Title", "position": 1,
                                   "values": _option_values(o)}],
    "productType": lambda o, _a, _c: o.product_type,
    "publishedAt": lambda o, _a, _c: when(o.created_at),
    "totalInventory": lambda o, _a, _c: sum(one.available for one in o.variants if one.tracked),
    "tracksInventory": lambda o, _a, _c: any(one.tracked for one in o.variants),
    "variants": lambda o, a, _c: page(o.variants, a, lambda one: one.id),
    "variantsCount": lambda o, _a, _c: {"count": len(o.variants), "precision": "EXACT"},
}  # fmt: skip
VARIANT: Table = {
    **_numbered("ProductVariant"),
    "availableForSale": lambda o, _a, _c: not o.tracked or o.policy == "CONTINUE" or o.available > 0,
    "barcode": _or_none("barcode"),
    "compareAtPrice": lambda o, _a, _c: None if o.compare_at is None else f"{o.compare_at:.2f}",
    "displayName": lambda o, _a, _c: f"{o.product.title} - {o.title}",
    "inventoryItem": lambda o, _a, _c: Item(o),
    "inventoryPolicy": lambda o, _a, _c: o.policy,
    "inventoryQuantity": lambda o, _a, _c: o.available,
    "metafield": lambda _o, _a, _c: None,
    "metafields": lambda _o, a, _c: page([], a, lambda one: one.id),
    "position": lambda o, _a, _c: o.product.variants.index(o) + 1,
    "price": lambda o, _a, _c: f"{o.price:.2f}",
    "selectedOptions": lambda o, _a, _c: [{"name": "Title", "value": o.title}],
    "sku": lambda o, _a, _c: o.sku,
}
ITEM: Table = {
    "id": lambda o, _a, _c: gid("InventoryItem", o.variant.item_id),
    "legacyResourceId": lambda o, _a, _c: str(o.variant.item_id),
    "createdAt": lambda o, _a, _c: when(o.variant.created_at),
    "updatedAt": lambda o, _a, _c: when(o.variant.updated_at),
    "duplicateSkuCount": lambda _o, _a, _c: 0,
    "inventoryLevel": lambda o, a, _c: next(
        (one for one in o.variant.levels if gid("Location", one.location.id) == a["locationId"]), None
    ),
    "inventoryLevels": lambda o, a, _c: page(o.variant.levels, a, lambda one: one.id),
    "locationsCount": lambda o, _a, _c: {"count": len(o.variant.levels), "precision": "EXACT"},
    "measurement": lambda o, _a, _c: {
        "id": gid("InventoryItemMeasurement", o.variant.item_id), "weight": {"unit": "GRAMS", "value": o.variant.weight},
    },
    "requiresShipping": lambda o, _a, _c: o.variant.requires_shipping,
    "sku": lambda o, _a, _c: o.variant.sku,
    "tracked": lambda o, _a, _c: o.variant.tracked,
    "unitCost": lambda _o, _a, _c: None,
}  # fmt: skip


def _quantities(level: Level, names: list[str]) -> list[dict[str, Any]]:
    known = ("available", "on_hand", "committed", "incoming", "reserved")
    return [
        {"id": gid("InventoryQuantity", f"{level.id}") + f"?inventory_item_id={level.variant.item_id}&name={name}",
         "name": name, "quantity": getattr(level, name) if name in known else 0, "updatedAt": when(level.updated_at)}
        for name in names
    ]  # fmt: skip


LEVEL: Table = {
    "id": lambda o, _a, _c: f"{gid('InventoryLevel', o.id)}?inventory_item_id={o.variant.item_id}",
    "canDeactivate": lambda o, _a, _c: len(o.variant.levels) > 1,
    "createdAt": lambda o, _a, _c: when(o.variant.created_at),
    "updatedAt": lambda o, _a, _c: when(o.updated_at),
    "isActive": lambda _o, _a, _c: True,
    "item": lambda o, _a, _c: Item(o.variant),
    "quantities": lambda o, a, _c: _quantities(o, a["names"]),
}
LOCATION: Table = {
    **_numbered("Location"),
    "updatedAt": lambda o, _a, _c: when(o.created_at),
    "activatable": lambda o, _a, _c: not o.active,
    "address": lambda o, _a, _c: {
        "address1": None, "address2": None, "city": None, "country": o.country, "countryCode": o.country,
        "formatted": [o.country], "latitude": None, "longitude": None, "phone": None, "province": None,
        "provinceCode": None, "zip": None,
    },
    "deactivatable": lambda o, _a, _c: o.active,
    "fulfillsOnlineOrders": lambda _o, _a, _c: True,
    "hasActiveInventory": lambda _o, _a, _c: True,
    "hasUnfulfilledOrders": lambda _o, _a, _c: True,
    "isActive": lambda o, _a, _c: o.active,
    "isFulfillmentService": lambda _o, _a, _c: False,
    "isPrimary": lambda o, _a, c: o is c.shop.location,
    "shipsInventory": lambda _o, _a, _c: True,
}  # fmt: skip

# -- the shop and the app --


def version(handle: str) -> dict[str, Any]:
    return {"displayName": handle, "handle": handle, "supported": True}


class HttpEndpoint:
    gql = "WebhookHttpEndpoint"

    def __init__(self, url: str) -> None:
        self.url = url


SUBSCRIPTION: Table = {
    **_numbered("WebhookSubscription"),
    "apiVersion": lambda o, _a, _c: version(o.api_version),
    "callbackUrl": lambda o, _a, _c: o.uri,
    "endpoint": lambda o, _a, _c: HttpEndpoint(o.uri),
    "includeFields": lambda o, _a, _c: o.include_fields,
    "metafieldNamespaces": lambda o, _a, _c: o.metafield_namespaces,
}


def _shop_address(shop: Shop) -> dict[str, Any]:
    names = ("address1", "address2", "city", "company", "firstName", "lastName", "phone", "province", "provinceCode", "zip")
    return {**dict.fromkeys(names), "id": gid("ShopAddress", shop.id), "name": shop.title, "country": shop.country,
            "countryCodeV2": shop.country, "coordinatesValidated": False}  # fmt: skip


SHOP: Table = {
    "id": lambda o, _a, _c: gid("Shop", o.id),
    "name": lambda o, _a, _c: o.title,
    "billingAddress": lambda o, _a, _c: _shop_address(o),
    "shopAddress": lambda o, _a, _c: _shop_address(o),
    "contactEmail": lambda o, _a, _c: o.email,
    "createdAt": lambda o, _a, _c: when(o.created_at),
    "updatedAt": lambda o, _a, _c: when(o.created_at),
    "currencyCode": lambda o, _a, _c: o.currency,
    "enabledPresentmentCurrencies": lambda o, _a, _c: [o.currency],
    "fulfillmentOrders": lambda o, a, _c: page(
        [one for one in o.fulfillment_orders.values() if a.get("includeClosed") or one.status != "CLOSED"], a,
        lambda one: one.id,
    ),
    "ianaTimezone": lambda _o, _a, _c: "Etc/UTC",
    "locations": lambda o, a, _c: page(o.locations, a, lambda one: one.id),
    "metafield": _metafield,
    "metafields": _metafields,
    "myshopifyDomain": lambda o, _a, _c: o.domain,
    "orders": lambda _o, a, c: listings.orders(c, a),
    "plan": lambda o, _a, _c: {
        "displayName": {"basic": "Basic", "dev": "Developer Preview"}.get(o.plan, "Shopify Plus"),
        "publicDisplayName": {"basic": "Basic", "dev": "Development"}.get(o.plan, "Plus"),
        "partnerDevelopment": o.plan == "dev", "shopifyPlus": o.plan in ("plus", "rehearsal"),
    },
    "primaryDomain": lambda o, _a, _c: {"host": o.domain, "id": gid("Domain", o.id), "sslEnabled": True,
                                        "url": f"https://{o.domain}"},
    "products": lambda _o, a, c: listings.products(c, a),
    "productVariants": lambda _o, a, c: listings.variants(c, a),
    "resourceLimits": lambda o, _a, _c: {
        "locationLimit": 200, "maxProductOptions": 3, "maxProductVariants": 2048, "redirectLimitReached": False,
        "skuResourceLimits": {"available": 0, "quantityAvailable": 0, "quantityLimit": None, "quantityUsed": 0},
    },
    "shopOwnerName": lambda o, _a, _c: o.title,
    "taxShipping": lambda _o, _a, _c: False,
    "taxesIncluded": lambda _o, _a, _c: False,
    "timezoneAbbreviation": lambda _o, _a, _c: "UTC",
    "timezoneOffset": lambda _o, _a, _c: "+0000",
    "timezoneOffsetMinutes": lambda _o, _a, _c: 0,
    "unitSystem": lambda _o, _a, _c: "METRIC_SYSTEM",
    "url": lambda o, _a, _c: f"https://{o.domain}",
    "weightUnit": lambda _o, _a, _c: "KILOGRAMS",
}  # fmt: skip


def scopes(shop: Shop) -> list[dict[str, str]]:
    return [{"handle": one, "description": one.replace("_", " ").capitalize()} for one in shop.app.scopes]


INSTALLATION: Table = {
    "id": lambda o, _a, _c: gid("AppInstallation", o.id),
    "accessScopes": lambda o, _a, _c: scopes(o),
    "app": lambda o, _a, _c: o,
    "launchUrl": lambda o, _a, _c: f"https://{o.domain}/admin/apps/{o.app.client_id}",
    "uninstallUrl": lambda _o, _a, _c: None,
}
APP: Table = {
    "id": lambda o, _a, _c: gid("App", app_id(o)),
    "apiKey": lambda o, _a, _c: o.app.client_id,
    "description": lambda _o, _a, _c: None,
    "developerName": lambda _o, _a, _c: "Crossdock",
    "embedded": lambda _o, _a, _c: False,
    "handle": lambda _o, _a, _c: "crossdock",
    "title": lambda _o, _a, _c: "Crossdock",
    "webhookApiVersion": lambda _o, _a, _c: "2026-10",
}
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
    "totalPriceSet": lambda o, _a, _c: _bag(o.order, totals(o.order).current_total),
    "totalOutstandingSet": lambda o, _a, _c: _bag(o.order, totals(o.order).outstanding),
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
    "originalUnitPriceSet": lambda o, _a, _c: _bag(o.edit.order, o.line.price),
    "restockable": lambda o, _a, _c: o.line.claimed is not None,
}
CHANGE: Table = {
    "item": lambda o, _a, _c: Item(o["variant"]),
    "ledgerDocumentUri": lambda _o, _a, _c: None,
    "quantityAfterChange": lambda _o, _a, _c: None,
}

TYPES: dict[str, Table] = {
    "*Connection": CONNECTION, "*Edge": EDGE, "PageInfo": PAGE_INFO, "MoneyBag": MONEY_SET, "MoneyV2": MONEY,
    "Order": ORDER, "LineItem": LINE, "TaxLine": TAX, "ShippingLine": SHIPPING, "DiscountAllocation": ALLOCATION,
    "DiscountCodeApplication": DISCOUNT, "ManualDiscountApplication": DISCOUNT, "OrderTransaction": TRANSACTION,
    "MailingAddress": ADDRESS, "FulfillmentOrderDestination": ADDRESS, "Customer": CUSTOMER, "Metafield": METAFIELD,
    "MetafieldDefinition": DEFINITION, "Fulfillment": FULFILLMENT, "FulfillmentLineItem": FULFILLMENT_LINE,
    "FulfillmentOrder": FULFILLMENT_ORDER, "FulfillmentOrderLineItem": FULFILLMENT_ORDER_LINE,
    "FulfillmentOrderAssignedLocation": ASSIGNED_LOCATION, "FulfillmentHold": HOLD, "Product": PRODUCT,
    "ProductVariant": VARIANT, "InventoryItem": ITEM, "InventoryLevel": LEVEL, "Location": LOCATION,
    "WebhookSubscription": SUBSCRIPTION, "Shop": SHOP, "AppInstallation": INSTALLATION, "App": APP, "Job": JOB,
    "OrderCancelJobResult": CANCEL_RESULT, "CalculatedOrder": CALCULATED, "CalculatedLineItem": CALCULATED_LINE,
    "InventoryChange": CHANGE,
    "Attribute": {"key": lambda o, _a, _c: o[0], "value": lambda o, _a, _c: o[1]},
    "OrderEditSession": {"id": lambda o, _a, _c: gid("OrderEditSession", o.id)},
}  # fmt: skip
