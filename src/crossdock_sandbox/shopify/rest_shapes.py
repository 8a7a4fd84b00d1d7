"""Things in REST's shape, as webhook bodies and the few REST answers carry them: snake_case, integer ids, full money.

Not for GraphQL (`resolvers_*.py`), which spells money, ids and times otherwise.
"""

from decimal import Decimal
from typing import Any

import msgspec

from crossdock_sandbox.shopify import rest_catalogue
from crossdock_sandbox.shopify.bulk_state import Bulk
from crossdock_sandbox.shopify.money import Bag, rest
from crossdock_sandbox.shopify.rest_catalogue import app_id, when
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import (
    Address,
    Customer,
    Discount,
    Fulfillment,
    FulfillmentOrder,
    Line,
    Order,
    ShippingLine,
    Subscription,
    TaxLine,
)  # fmt: skip
from crossdock_sandbox.shopify.state_catalogue import Level, Product
from crossdock_sandbox.shopify.sums import (
    financial_status,
    fulfillment_status,
    gateways,
    merged_taxes,
    tax_lines,
    totals,
)

Json = dict[str, Any]


def body(shop: Shop, subscription: Subscription, thing: Any) -> bytes:
    """The bytes of one webhook; `thing` is what its topic is about."""
    shape = _shape(shop, subscription, thing)
    if subscription.include_fields:
        shape = {name: shape[name] for name in subscription.include_fields if name in shape}
    return msgspec.json.encode(shape)


def face(topic: str, thing: Any) -> str:
    """Topics that show a thing alike share their body; the others are shown by themselves."""
    return "order" if isinstance(thing, Order) and topic.startswith("ORDERS_") and topic != "ORDERS_DELETE" else topic


def _shape(shop: Shop, subscription: Subscription, thing: Any) -> Json:
    topic = subscription.topic
    if topic.endswith("_DELETE"):
        return {"id": thing.id}
    if topic == "ORDERS_EDITED":
        return _order_edit(shop, thing[0], thing[1])
    if isinstance(thing, Order):
        return (
            order(shop, thing, subscription.metafield_namespaces)
            if topic.startswith("ORDERS_")
            else _last_payment(thing)
        )
    if isinstance(thing, Fulfillment):
        return fulfillment(thing)
    if isinstance(thing, FulfillmentOrder):
        return {
            "fulfillment_order": {"id": f"gid://shopify/FulfillmentOrder/{thing.id}", "status": thing.status.lower()}
        }
    if isinstance(thing, Level):
        return rest_catalogue.level(thing)
    if isinstance(thing, Product):
        return rest_catalogue.product(thing)
    if isinstance(thing, Bulk):
        return thing.webhook()
    if isinstance(thing, Shop):
        return rest_catalogue.shop_shape(thing)
    return dict(thing)


def _set(bag: Bag, order: Order) -> Json:
    shop, pres, _ = order.currencies
    return {
        "shop_money": {"amount": rest(bag.shop, shop), "currency_code": shop},
        "presentment_money": {"amount": rest(bag.pres, pres), "currency_code": pres},
    }


def order(shop: Shop, it: Order, namespaces: list[str] | None = None) -> Json:
    sums, currency = totals(it), it.currencies.shop
    status = financial_status(it)
    shape: Json = {
        "id": it.id,
        "admin_graphql_api_id": f"gid://shopify/Order/{it.id}",
        "app_id": app_id(shop) if it.app_made else 580111,
        "browser_ip": None,
        "buyer_accepts_marketing": it.accepts_marketing,
        "cancel_reason": it.cancel_reason.lower() if it.cancel_reason else None,
        "cancelled_at": when(it.cancelled_at),
        "cart_token": None,
        "checkout_token": None,
        "client_details": None,
        "closed_at": when(it.closed_at),
        "confirmation_number": it.token[:9].upper(),
        "confirmed": True,
        "contact_email": it.email or None,
        "created_at": when(it.created_at),
        "currency": currency,
        "current_total_additional_fees_set": None,
        "current_total_duties_set": None,
        "customer_locale": None,
        "device_id": None,
        "discount_codes": [_discount_code(one, it) for one in it.discounts if one.kind == "code"],
        "duties_included": False,
        "email": it.email,
        "estimated_taxes": False,
        "financial_status": status.lower() if status else None,
        "fulfillment_status": _status_word(it),
        "landing_site": None,
        "landing_site_ref": None,
        "location_id": None,
        "merchant_business_entity_id": "MTAwMDAwMDA",
        "merchant_of_record_app_id": None,
        "name": it.name,
        "note": it.note,
        "note_attributes": [{"name": name, "value": value} for name, value in it.attributes],
        "number": it.number - 1000,
        "order_number": it.number,
        "order_status_url": f"https://{shop.domain}/{shop.id}/orders/{it.token}/authenticate?key={it.token[:16]}",
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
        "payment_gateway_names": gateways(it),
        "payment_terms": None,
        "phone": it.phone or None,
        "po_number": it.po_number,
        "presentment_currency": it.currencies.pres,
        "processed_at": when(it.processed_at),
        "reference": None,
        "referring_site": None,
        "source_identifier": it.source_identifier,
        "source_name": it.source_name or "web",
        "source_url": it.source_url,
        "tags": ", ".join(it.tags),
        "tax_exempt": False,
        "tax_lines": [_tax(one, it) for one in merged_taxes(tax_lines(it))],
        "taxes_included": it.taxes_included,
        "test": it.test,
        "token": it.token,
        "total_outstanding": rest(sums.outstanding.shop, currency),
        "total_tip_received": rest(it.tip.shop, currency),
        "total_weight": round(sum(line.grams * line.quantity for line in it.lines)),
        "updated_at": when(it.updated_at),
        "user_id": None,
        "billing_address": address(it.billing_address),
        "shipping_address": address(it.shipping_address),
        "customer": customer(it.customer, currency) if it.customer else None,
        "discount_applications": [_discount(one) for one in it.discounts],
        "fulfillments": [fulfillment(one) for one in it.fulfillments],
        "line_items": [line(one, it) for one in it.lines],
        "line_item_groups": [],
        "refunds": [],
        "returns": [],
        "shipping_lines": [_shipping(one, it) for one in it.shipping],
    }
    worth = Bag(*map(sum, zip(*(one.price.times(one.quantity) for one in it.lines), strict=True))) if it.lines else _NIL  # type: ignore[arg-type]
    amounts = (
        ("subtotal_price", sums.subtotal), ("total_discounts", sums.discounts), ("total_line_items_price", worth),
        ("total_price", sums.total), ("total_tax", sums.tax), ("current_subtotal_price", sums.current_subtotal),
        ("current_total_discounts", sums.current_discounts), ("current_total_price", sums.current_total),
        ("current_total_tax", sums.current_tax),
    )  # fmt: skip
    for name, amount in amounts:
        shape[name] = rest(amount.shop, currency)
        shape[f"{name}_set"] = _set(amount, it)
    shape["total_shipping_price_set"] = _set(sums.shipping, it)
    shape["current_shipping_price_set"] = _set(sums.current_shipping, it)
    for name in ("payment", "refund"):
        shape[f"total_cash_rounding_{name}_adjustment_set"] = _set(_NIL, it)
    if namespaces:
        shape["metafields"] = [_metafield(one, it) for one in it.metafields if one.namespace in namespaces]
    return shape


_NIL = Bag(Decimal(0), Decimal(0))


def _status_word(it: Order) -> str | None:
    return {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}.get(fulfillment_status(it))


def line(it: Line, of: Order) -> Json:
    currency, variant = of.currencies.shop, it.variant
    return {
        "id": it.id,
        "admin_graphql_api_id": f"gid://shopify/LineItem/{it.id}",
        "attributed_staffs": [],
        "current_quantity": it.current_quantity,
        "discount_allocations": [_allocation(one, amount, of) for one, amount in it.discounts],
        "duties": [],
        "fulfillable_quantity": it.unfulfilled,
        "fulfillment_service": "manual",
        "fulfillment_status": "fulfilled"
        if it.fulfilled and not it.unfulfilled
        else ("partial" if it.fulfilled else None),
        "gift_card": it.gift_card,
        "grams": round(it.grams),
        "name": f"{it.title} - {it.variant_title}" if it.variant_title else it.title,
        "price": rest(it.price.shop, currency),
        "price_set": _set(it.price, of),
        "product_exists": it.product_id is not None,
        "product_id": it.product_id,
        "properties": [{"name": name, "value": value} for name, value in it.properties],
        "quantity": it.quantity,
        "requires_shipping": it.requires_shipping,
        "sales_line_item_group_id": None,
        "sku": it.sku or None,
        "tax_lines": [_tax(one, of) for one in it.taxes],
        "taxable": it.taxable,
        "title": it.title,
        "total_discount": rest(it.discount.shop, currency),
        "total_discount_set": _set(it.discount, of),
        "variant_id": variant.id if variant else None,
        "variant_inventory_management": "shopify" if variant and variant.tracked else None,
        "variant_title": it.variant_title or None,
        "vendor": it.vendor or None,
    }


def _allocation(discount: Discount, amount: Bag, of: Order) -> Json:
    return {
        "amount": rest(amount.shop, of.currencies.shop),
        "amount_set": _set(amount, of),
        "discount_application_index": discount.index,
    }


def _tax(it: TaxLine, of: Order) -> Json:
    return {
        "channel_liable": it.channel_liable,
        "price": rest(it.price.shop, of.currencies.shop),
        "price_set": _set(it.price, of),
        "rate": float(it.rate),
        "title": it.title,
    }


def _discount(it: Discount) -> Json:
    shape = {
        "target_type": it.target.lower(),
        "type": "discount_code" if it.kind == "code" else "manual",
        "value": str(it.value),
        "value_type": it.value_type,
        "allocation_method": "across",
        "target_selection": "all",
    }
    if it.kind == "code":
        shape["code"] = it.title
    else:
        shape["title"] = shape["description"] = it.title
    return shape


def _discount_code(it: Discount, of: Order) -> Json:
    kind = "shipping" if it.target == "SHIPPING_LINE" else it.value_type
    return {"code": it.title, "amount": rest(it.amount.shop, of.currencies.shop), "type": kind}


def _shipping(it: ShippingLine, of: Order) -> Json:
    currency, net = of.currencies.shop, it.price.minus(it.discount)
    return {
        "id": it.id,
        "carrier_identifier": None,
        "code": it.code,
        "current_discounted_price_set": _set(net, of),
        "discount_allocations": [_allocation(one, amount, of) for one, amount in it.discounts],
        "discounted_price": rest(net.shop, currency),
        "discounted_price_set": _set(net, of),
        "is_removed": False,
        "phone": None,
        "price": rest(it.price.shop, currency),
        "price_set": _set(it.price, of),
        "requested_fulfillment_service_id": None,
        "source": it.source,
        "tax_lines": [_tax(one, of) for one in it.taxes],
        "title": it.title,
    }


def address(it: Address | None) -> Json | None:
    if it is None:
        return None
    return {
        "first_name": it.first_name or None,
        "address1": it.address1 or None,
        "phone": it.phone or None,
        "city": it.city or None,
        "zip": it.zip or None,
        "province": it.province or None,
        "country": it.country or None,
        "last_name": it.last_name or None,
        "address2": it.address2 or None,
        "company": it.company or None,
        "latitude": None,
        "longitude": None,
        "name": it.name,
        "country_code": it.country_code or None,
        "province_code": it.province_code or None,
    }


def customer(it: Customer, currency: str) -> Json:
    place = address(it.address)
    if place is not None and it.address is not None:
        place |= {"id": it.address.id, "customer_id": it.id, "country_name": it.address.country, "default": True}
    return {
        "id": it.id,
        "admin_graphql_api_id": f"gid://shopify/Customer/{it.id}",
        "created_at": when(it.created_at),
        "updated_at": when(it.updated_at),
        "first_name": it.first_name or None,
        "last_name": it.last_name or None,
        "state": "disabled",
        "note": it.note or None,
        "verified_email": True,
        "multipass_identifier": None,
        "tax_exempt": False,
        "email": it.email or None,
        "phone": it.phone or None,
        "currency": currency,
        "tax_exemptions": [],
        "default_address": place,
    }


def fulfillment(it: Fulfillment) -> Json:
    return {
        "id": it.id,
        "admin_graphql_api_id": f"gid://shopify/Fulfillment/{it.id}",
        "created_at": when(it.created_at),
        "destination": address(it.order.shipping_address),
        "email": it.order.email or None,
        "line_items": [line(one.line, it.order) | {"quantity": one.quantity} for one in it.lines],
        "location_id": it.location.id,
        "name": f"{it.order.name}.{it.order.fulfillments.index(it) + 1}",
        "order_id": it.order.id,
        "origin_address": None,
        "receipt": {},
        "service": "manual",
        "shipment_status": "delivered" if it.delivered_at else None,
        "status": it.status.lower(),
        "tracking_company": it.company,
        "tracking_number": it.numbers[0] if it.numbers else None,
        "tracking_numbers": it.numbers,
        "tracking_url": it.urls[0] if it.urls else None,
        "tracking_urls": it.urls,
        "updated_at": when(it.updated_at),
    }


def _last_payment(it: Order) -> Json:
    """order_transactions/create: the newest transaction of the order."""
    one = it.transactions[-1]
    return {
        "id": one.id,
        "order_id": it.id,
        "kind": one.kind.lower(),
        "gateway": one.gateway,
        "status": one.status.lower(),
        "created_at": when(one.created_at),
        "processed_at": when(one.processed_at),
        "test": one.test,
        "parent_id": one.parent.id if one.parent else None,
        "amount": rest(one.amount.shop, it.currencies.shop),
        "currency": it.currencies.shop,
        "admin_graphql_api_id": f"gid://shopify/OrderTransaction/{one.id}",
    }


def _order_edit(shop: Shop, it: Order, changes: list[tuple[int, int]]) -> Json:
    """The delta only (FACTS section 8)."""
    now = when(it.updated_at)
    return {
        "order_edit": {
            "id": it.id + 1,
            "app_id": app_id(shop),
            "created_at": now,
            "committed_at": now,
            "notify_customer": False,
            "order_id": it.id,
            "staff_note": "",
            "user_id": None,
            "line_items": {
                "additions": [{"id": line_id, "delta": delta} for line_id, delta in changes if delta > 0],
                "removals": [{"id": line_id, "delta": -delta} for line_id, delta in changes if delta < 0],
            },
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def _metafield(it: Any, of: Order) -> Json:
    return {
        "id": it.id,
        "namespace": it.namespace,
        "key": it.key,
        "value": it.value,
        "type": it.type,
        "owner_id": of.id,
        "owner_resource": "order",
        "created_at": when(it.created_at),
        "updated_at": when(it.updated_at),
        "admin_graphql_api_id": f"gid://shopify/Metafield/{it.id}",
    }
