"""How parcels and fulfilment orders read in GraphQL: one table per type."""

from decimal import Decimal
from typing import Any

from crossdock_sandbox.shopify.graph import MoneySet, gid, page, when
from crossdock_sandbox.shopify.money import Bag
from crossdock_sandbox.shopify.show import Of, Table, bag_of, first, numbered
from crossdock_sandbox.shopify.show_orders import net
from crossdock_sandbox.shopify.state import Fulfillment, FulfillmentOrder


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
    return first(out, args)


def _display(parcel: Fulfillment) -> str:
    if parcel.status == "CANCELLED":
        return "CANCELED"
    return "DELIVERED" if parcel.delivered_at else "FULFILLED"


FULFILLMENT: Table = {
    **numbered("Fulfillment"),
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
    "discountedTotalSet": lambda o, _a, _c: _part(o, net(o.it.line)),
    "lineItem": lambda o, _a, _c: Of(o.it.line, o.order),
    "originalTotalSet": lambda o, _a, _c: bag_of(o.order, o.it.line.price.times(o.it.quantity)),
    "quantity": lambda o, _a, _c: o.it.quantity,
}


def _part(of: Of, bag: Bag) -> MoneySet:
    share = Decimal(of.it.quantity) / (of.it.line.quantity or 1)
    return bag_of(of.order, of.order.currencies.rounded(bag.times(share)))


def _actions(one: FulfillmentOrder) -> list[dict[str, Any]]:
    by_status = {
        "OPEN": ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD", "SPLIT"],
        "IN_PROGRESS": ["CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE"],
        "ON_HOLD": ["RELEASE_HOLD", "HOLD", "MOVE"],
    }
    return [{"action": action, "externalUrl": None} for action in by_status.get(one.status, [])]


FULFILLMENT_ORDER: Table = {
    **numbered("FulfillmentOrder"),
    "assignedLocation": lambda o, _a, _c: o.location,
    "destination": lambda o, _a, _c: o.order.shipping_address,
    "fulfillAt": lambda o, _a, _c: when(o.created_at),
    "fulfillBy": lambda _o, _a, _c: None,
    "fulfillmentHolds": lambda o, _a, _c: o.holds,
    "fulfillments": lambda o, a, _c: page(
        [one for one in o.order.fulfillments if o in one.orders], a, lambda one: one.id
    ),
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
