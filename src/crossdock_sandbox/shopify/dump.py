"""A shop's whole state as JSON, for whoever checks from outside. Money are strings, ids are numeric strings."""

from datetime import datetime
from typing import Any

from crossdock_sandbox.shop import Shop
from crossdock_sandbox.shopify import publications
from crossdock_sandbox.shopify.money import Bag, rest
from crossdock_sandbox.shopify.state import Address, Customer, Fulfillment, FulfillmentOrderLine, Line, Order, TaxLine
from crossdock_sandbox.shopify.state_catalogue import Product, Variant
from crossdock_sandbox.shopify.sums import financial_status, fulfillment_status, tax_lines, totals

Json = dict[str, Any]


def store(shop: Shop) -> Json:
    return {
        "name": shop.name,
        "platform": shop.platform,
        "domain": shop.domain,
        "currency": shop.currency,
        "plan": shop.plan,
        "products": [_product(shop, one) for one in shop.products.values()],
        "inventory": {str(one.id): one.available for one in shop.variants.values() if one.tracked},
        "levels": {
            str(one.id): {str(level.location.id): level.available for level in one.levels}
            for one in shop.variants.values()
        },
        "locations": [{"id": str(one.id), "name": one.name} for one in shop.locations],
        "orders": [order(one) for one in shop.orders.values()],
        "webhooks": [{"id": str(one.id), "topic": one.topic, "uri": one.uri} for one in shop.subscriptions.values()],
        "metafield_definitions": [
            {"owner_type": one.owner_type, "namespace": one.namespace, "key": one.key, "type": one.type}
            for one in shop.definitions.values()
        ],
        "counters": dict(shop.counters),
    }


def _product(shop: Shop, it: Product) -> Json:
    return {
        "id": str(it.id),
        "title": it.title,
        "vendor": it.vendor,
        "handle": it.handle,
        "status": it.status,
        "product_type": it.product_type,
        "html": it.html,
        "tags": it.tags,
        "options": [{"name": one.name, "values": [value.name for value in one.values]} for one in it.options],
        "media": [{"id": str(one.id), "url": one.url, "source": one.source, "alt": one.alt, "status": one.status}
                  for one in it.media],
        "metafields": [
            {"namespace": one.namespace, "key": one.key, "type": one.type, "value": one.value} for one in it.metafields
        ],
        "published": publications.on_online_store(shop, it),
        "updated_at": _when(it.updated_at),
        "variants": [_variant(one) for one in it.variants],
    }  # fmt: skip


def _variant(it: Variant) -> Json:
    """`weight` is in grams; `oversell`: sold on when there is none left."""
    return {
        "id": str(it.id),
        "sku": it.sku,
        "barcode": it.barcode,
        "title": it.title,
        "options": [one.name for one in it.values],
        "price": str(it.price),
        "compare_at": None if it.compare_at is None else str(it.compare_at),
        "weight": it.weight,
        "inventory_item_id": str(it.item_id),
        "tracked": it.tracked,
        "oversell": it.policy == "CONTINUE",
        "taxable": it.taxable,
        "requires_shipping": it.requires_shipping,
    }


def reference(it: Order) -> str | None:
    """The value of the order's id-type metafield."""
    return next((one.value for one in it.metafields if one.type == "id"), None)


def order(it: Order) -> Json:
    sums, currency = totals(it), it.currencies.shop
    status = financial_status(it)

    def money(bag: Bag) -> str:
        return rest(bag.shop, currency)

    return {
        "id": str(it.id),
        "name": it.name,
        "reference": reference(it),
        "source_identifier": it.source_identifier,
        "source_name": it.source_name,
        "app_made": it.app_made,
        "created_at": _when(it.created_at),
        "processed_at": _when(it.processed_at),
        "updated_at": _when(it.updated_at),
        "cancelled_at": _when(it.cancelled_at),
        "closed_at": _when(it.closed_at),
        "currency": currency,
        "presentment_currency": it.currencies.pres,
        "financial_status": status,
        "fulfillment_status": fulfillment_status(it),
        "email": it.email,
        "phone": it.phone,
        "note": it.note,
        "po_number": it.po_number,
        "test": it.test,
        "tags": it.tags,
        "attributes": [{"name": name, "value": value} for name, value in it.attributes],
        "metafields": [
            {"namespace": one.namespace, "key": one.key, "type": one.type, "value": one.value} for one in it.metafields
        ],
        "customer": _customer(it.customer),
        "shipping_address": _address(it.shipping_address),
        "billing_address": _address(it.billing_address),
        "taxes_included": it.taxes_included,
        "lines": [_line(one, currency) for one in it.lines],
        "shipping": [
            {"title": one.title, "code": one.code, "price": money(one.price), "discount": money(one.discount),
             "taxes": [_tax(tax, currency) for tax in one.taxes]}
            for one in it.shipping
        ],
        "discount_codes": [
            {"code": one.title, "amount": money(one.amount)} for one in it.discounts if one.kind == "code"
        ],
        "taxes": [_tax(one, currency) for one in tax_lines(it)],
        "subtotal": money(sums.subtotal),
        "total_shipping": money(sums.shipping),
        "total_tax": money(sums.tax),
        "total_discounts": money(sums.discounts),
        "total": money(sums.total),
        "current_total": money(sums.current_total),
        "outstanding": money(sums.outstanding),
        "presentment_total": rest(sums.total.pres, it.currencies.pres),
        "tip": money(it.tip),
        "transactions": [
            {"kind": one.kind, "status": one.status, "amount": money(one.amount), "gateway": one.gateway}
            for one in it.transactions
        ],
        "fulfillments": [_fulfillment(one) for one in it.fulfillments],
        "fulfillment_orders": [
            {"id": str(one.id), "status": one.status, "location_id": str(one.location.id),
             "lines": [_waiting(row) for row in one.lines]}
            for one in it.fulfillment_orders
        ],
    }  # fmt: skip


def _when(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _waiting(row: FulfillmentOrderLine) -> Json:
    return {"id": str(row.id), "line_id": str(row.line.id), "remaining": row.remaining}


def _line(it: Line, currency: str) -> Json:
    return {
        "id": str(it.id),
        "variant_id": str(it.variant.id) if it.variant else None,
        "product_id": str(it.product_id) if it.product_id else None,
        "title": it.title,
        "sku": it.sku,
        "vendor": it.vendor,
        "quantity": it.quantity,
        "current_quantity": it.current_quantity,
        "fulfilled_quantity": it.fulfilled,
        "price": rest(it.price.shop, currency),
        "discount": rest(it.discount.shop, currency),
        "taxes": [_tax(one, currency) for one in it.taxes],
        "properties": [{"name": name, "value": value} for name, value in it.properties],
        "requires_shipping": it.requires_shipping,
        "gift_card": it.gift_card,
    }


def _tax(it: TaxLine, currency: str) -> Json:
    return {"title": it.title, "rate": str(it.rate), "price": rest(it.price.shop, currency)}


def _customer(it: Customer | None) -> Json | None:
    if it is None:
        return None
    return {"first_name": it.first_name, "last_name": it.last_name, "email": it.email, "phone": it.phone}


def _address(it: Address | None) -> Json | None:
    if it is None:
        return None
    names = ("first_name", "last_name", "company", "address1", "address2", "city", "province", "province_code",
             "country", "country_code", "zip", "phone")  # fmt: skip
    return {name: getattr(it, name) for name in names}


def _fulfillment(it: Fulfillment) -> Json:
    return {
        "id": str(it.id),
        "status": it.status,
        "created_at": _when(it.created_at),
        "updated_at": _when(it.updated_at),
        "delivered_at": _when(it.delivered_at),
        "lines": [{"line_id": str(one.line.id), "quantity": one.quantity} for one in it.lines],
        "tracking": {"company": it.company, "numbers": it.numbers, "urls": it.urls},
    }
