"""A site's whole state in the shape that the audit reads (`audit/dumps.py`).

Not for answers of the API (`show.py`). Discounts of an order are its own here, not its lines'.
"""

from typing import Any

from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Address, Line, Order, Product, Variant

Json = dict[str, Any]
PAYMENTS = {"NOT_CHARGED": "pending", "PAID": "paid", "REFUNDED": "refunded", "AUTHORIZED": "authorized"}


def store(shop: Shop) -> Json:
    return {
        "name": shop.name,
        "platform": shop.platform,
        "domain": shop.domain,
        "currency": shop.currency,
        "plan": shop.plan,
        "products": [_product(one) for one in shop.products.values()],
        "inventory": {one.id: one.quantity for one in shop.variants.values() if not one.unlimited},
        "orders": [order(shop, one) for one in shop.orders.values()],
        "webhooks": [
            {"id": one.id, "topic": topic, "uri": one.url}
            for one in shop.subscriptions.values()
            for topic in one.topics
        ],
        "sold_out": sorted(shop.sold_out),
        "counters": dict(shop.counters),
    }


def _product(it: Product) -> Json:
    return {
        "id": it.id,
        "title": it.name,
        "status": "ACTIVE" if it.visible else "DRAFT",
        "type": it.type,
        "html": it.description,
        "tags": it.tags,
        "options": [{"name": name, "values": _values(it, name)} for name in it.attributes],
        "media": [{"id": one.id, "url": one.url, "alt": one.alt} for one in it.images],
        "updated_at": it.modified_on.isoformat(),
        "variants": [_variant(one) for one in it.variants],
    }


def _values(it: Product, name: str) -> list[str]:
    return list(dict.fromkeys(one.attributes[name] for one in it.variants if name in one.attributes))


def _variant(it: Variant) -> Json:
    return {
        "id": it.id,
        "sku": it.sku,
        "barcode": it.gtin,
        "title": " / ".join(it.attributes.values()),
        "options": list(it.attributes.values()),
        "price": str(it.asked),
        "compare_at": str(it.price) if it.on_sale else None,
        "inventory_item_id": it.id,
        "tracked": not it.unlimited,
    }


def order(shop: Shop, it: Order) -> Json:
    return {
        "id": it.id,
        "name": it.number,
        "reference": it.reference,
        "channel_name": it.channel_name,
        "discounts_in": "order",
        "taxes_in": "order",
        "app_made": it.channel_name is not None,
        "created_at": (it.made_at or it.created_on).isoformat(),
        "placed_at": it.created_on.isoformat(),
        "updated_at": it.modified_on.isoformat(),
        "cancelled_at": it.modified_on.isoformat() if it.status == "CANCELED" else None,
        "currency": shop.currency,
        "financial_status": PAYMENTS.get(it.payment, it.payment.lower()),
        "fulfillment_status": it.status,
        "email": it.email,
        "phone": None,  # only addresses have one
        "shipping_address": _address(it.shipping),
        "billing_address": _address(it.billing),
        "taxes_included": it.tax_interpretation == "INCLUSIVE",
        "lines": [_line(one) for one in it.lines],
        "shipping": [{"title": name, "price": str(price), "discount": "0"} for name, price in it.shipping_lines],
        "discounts": [{"name": name, "amount": str(amount)} for name, amount, _ in it.discounts],
        "total_discounts": str(it.discount_total),
        "total_tax": str(it.tax_total),
        "total": str(it.total),
        "stock_taken": it.deducted,
        "mails": it.mails,
        "fulfillments": _fulfillments(it),
    }


def _line(it: Line) -> Json:
    return {
        "id": it.id,
        "variant_id": it.variant.id if it.variant else None,
        "title": it.title,
        "sku": it.sku,
        "quantity": it.quantity,
        "price": str(it.unit_price),
        "discount": "0",
    }


def _fulfillments(it: Order) -> list[Json]:
    """One of the whole order, with all its numbers: shipments know no lines (FACTS section 3)."""
    if it.status != "FULFILLED":
        return []
    tracking = {
        "company": it.shipments[0].carrier if it.shipments else None,
        "numbers": [one.number for one in it.shipments if one.number],
        "urls": [one.url for one in it.shipments if one.url],
    }
    lines = [{"line_id": one.id, "quantity": one.quantity} for one in it.lines]
    return [{"id": it.id, "status": "SUCCESS", "lines": lines, "tracking": tracking}]


def _address(it: Address | None) -> Json | None:
    if it is None:
        return None
    names = {"first_name": "firstName", "last_name": "lastName", "address1": "address1", "address2": "address2",
             "city": "city", "province_code": "state", "country_code": "countryCode", "zip": "postalCode",
             "phone": "phone"}  # fmt: skip
    return {ours: it.get(theirs) for ours, theirs in names.items()}
