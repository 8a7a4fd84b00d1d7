"""A shop's whole state in the shape that the audit reads. Money are texts, ids are numbers in texts."""

from datetime import datetime
from decimal import ROUND_UP, Decimal
from html import unescape
from typing import Any

from crossdock_sandbox.woocommerce import stock
from crossdock_sandbox.woocommerce.control_products import GRAMS, variants
from crossdock_sandbox.woocommerce.money import CENT, shown
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Item, Meta, Order, Product

Json = dict[str, Any]
# `created_via` of orders that no app made under a name of its own.
OWN_WAYS = ("", "checkout", "store-api", "admin", "rest-api")
_STATUS = {"publish": "ACTIVE", "draft": "DRAFT", "pending": "DRAFT", "private": "ARCHIVED", "trash": "TRASH"}


def store(shop: Shop) -> Json:
    goods = [one for one in shop.products.values() if one.parent is None and one.status != "trash"]
    every = [each for one in goods for each in variants(one)]
    counted = {str(one.id): figure for one in every if (figure := stock.available(one)) is not None}
    return {
        "name": shop.name,
        "platform": shop.platform,
        "domain": shop.domain,
        "currency": shop.currency,
        "products": [_product(shop, one) for one in goods],
        "inventory": counted,
        "levels": {number: {"0": figure} for number, figure in counted.items()},
        "locations": [{"id": "0", "name": "Stock"}],
        "orders": [order(shop, one) for one in shop.orders.values()
                   if one.status not in ("checkout-draft", "auto-draft", "trash")],
        "webhooks": [{"id": str(one.id), "topic": one.topic, "uri": one.address, "status": one.status}
                     for one in shop.webhooks.values()],
        "mails": [{"kind": one.kind, "to": one.to, "address": one.address, "order_id": str(one.order_id)}
                  for one in shop.mails],
        "counters": dict(shop.counters),
    }  # fmt: skip


def _names(shop: Shop, kind: str, numbers: list[int]) -> list[str]:
    rows = shop.terms.get(kind, {})
    return [rows[one].name for one in numbers if one in rows]


def _product(shop: Shop, it: Product) -> Json:
    kinds = [one for one in _names(shop, "categories", it.categories) if one != "Uncategorized"]
    return {
        "id": str(it.id),
        "title": unescape(it.name),
        "vendor": next(iter(_names(shop, "brands", it.brands)), ""),
        "handle": it.slug,
        "status": _STATUS.get(it.status, it.status.upper()),
        "product_type": next(iter(kinds), ""),
        "html": it.plain.get("description", ""),
        "tags": _names(shop, "tags", it.tags),
        "options": [{"name": one.name, "values": one.options} for one in it.attributes if one.variation],
        "media": [{"id": str(one.id), "url": one.src, "alt": one.alt} for one in it.images],
        "metafields": _details(it.meta),
        "updated_at": it.modified_at.isoformat(),
        "variants": [_variant(shop, one) for one in variants(it)],
    }


def _variant(shop: Shop, it: Product) -> Json:
    return {
        "id": str(it.id),
        "sku": it.sku,
        "barcode": it.gtin,
        "title": it.options,
        "options": [option for _, option in it.choices],
        "price": it.price or "0",
        "compare_at": it.regular if it.sale else None,
        "weight": float(it.weight or 0) * GRAMS.get(shop.site.weight_unit, 1.0),
        "tracked": it.holder is not None,
        "oversell": it.backorders != "no",
        "requires_shipping": not it.virtual,
        "stock_status": (it.holder or it).stock_status,
    }


def _details(rows: list[Meta]) -> list[Json]:
    """Metadata; its values may be anything, so they are shown as text."""
    return [{"namespace": "", "key": one.key, "type": "meta", "value": str(one.value)} for one in rows]


def reference(it: Order) -> str | None:
    return None if it.created_via in OWN_WAYS else it.created_via


def order(shop: Shop, it: Order) -> Json:
    """`status` is the shop's own word; the two other states are in the words that all platforms' dumps use."""
    return {
        "id": str(it.id),
        "name": f"#{it.id}",
        "reference": reference(it),
        "status": it.status,
        "created_via": it.created_via,
        "created_at": it.created_at.isoformat(),
        "updated_at": it.modified_at.isoformat(),
        "cancelled_at": _when(it.cancelled_at),
        "currency": it.currency,
        "financial_status": _payment(it),
        "fulfillment_status": "FULFILLED" if it.status == "completed" else "UNFULFILLED",
        "email": it.billing.get("email", ""),
        "phone": it.billing.get("phone", ""),
        "note": it.customer_note or None,
        "tags": [],
        "attributes": [{"name": one.key, "value": str(one.value)} for one in it.meta if not one.key.startswith("_")],
        "metafields": _details(it.meta),
        "customer": {name: it.billing.get(name, "") for name in ("first_name", "last_name", "email", "phone")},
        "shipping_address": _address(it.shipping),
        "billing_address": _address(it.billing),
        "taxes_included": False,
        "taxes_in": "prices" if shop.site.tax_rate is None and reference(it) else "lines",
        "lines": [_line(shop, it, one) for one in it.lines],
        "fees": [{"title": one.name, "price": shown(one.total)} for one in it.fees],
        "shipping": [{"title": one.name, "code": one.method_id, "price": shown(one.total), "taxes": _taxes(one)}
                     for one in it.shipping_lines],
        "total": shown(it.total),
        "outstanding": shown(Decimal(0) if it.paid_at else it.total),
        "refunded": shown(sum((one.amount for one in it.refunds), Decimal(0))),
        "transaction_id": it.transaction_id,
        "fulfillments": _parcels(it),
    }  # fmt: skip


def _when(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _payment(it: Order) -> str:
    if it.status == "refunded":
        return "REFUNDED"
    if it.paid_at is None:
        return "PENDING"
    return "PARTIALLY_REFUNDED" if it.refunds else "PAID"


def _taxes(it: Item) -> list[Json]:
    return [{"title": "Tax", "rate": "0", "price": shown(it.tax)}] if it.tax else []


def _line(shop: Shop, of: Order, it: Item) -> Json:
    """Price and discount so that price times pieces less discount is the line's total."""
    product = shop.products.get(it.variation_id or it.product_id)
    price = (it.subtotal / it.quantity).quantize(CENT, ROUND_UP) if it.quantity else it.subtotal
    back = sum(-line.quantity for one in of.refunds for line in one.lines
               if str(line.meta_value("_refunded_item_id")) == str(it.id))  # fmt: skip
    return {
        "id": str(it.id),
        "variant_id": str(it.variation_id or it.product_id) if it.product_id else None,
        "product_id": str(it.product_id) if it.product_id else None,
        "title": unescape(it.name),
        "sku": product.sku if product is not None else None,
        "quantity": it.quantity,
        "current_quantity": it.quantity - back,
        "price": str(price),
        "discount": str(price * it.quantity - it.total),
        "taxes": _taxes(it),
        "properties": [{"name": one.key, "value": str(one.value)} for one in it.meta],
        "requires_shipping": product is None or not product.virtual,
    }


def _address(it: dict[str, str]) -> Json | None:
    names = {"first_name": "first_name", "last_name": "last_name", "company": "company", "address1": "address_1",
             "address2": "address_2", "city": "city", "province_code": "state", "country_code": "country",
             "zip": "postcode", "phone": "phone"}  # fmt: skip
    return {ours: it.get(theirs, "") for ours, theirs in names.items()} if any(it.values()) else None


def _parcels(it: Order) -> list[Json]:
    """What staff sent; then what an app wrote into fulfillments of WooCommerce's own or into a plugin's list. The
    latter has no lines."""
    made = [_sent(str(one.id), one.lines, one.company, one.numbers, one.urls, cancelled=one.cancelled)
            for one in it.sent]  # fmt: skip
    known = {one.parcel.id for one in it.sent if one.parcel is not None}
    for parcel in it.parcels:
        if parcel.id not in known and parcel.deleted_at is None:
            value = {one.key: one.value for one in parcel.meta}
            lines = [(int(row["item_id"]), int(row["qty"])) for row in value.get("_items") or []]
            numbers = [each for each in str(value.get("_tracking_number") or "").split(", ") if each]
            urls = [str(value["_tracking_url"])] if value.get("_tracking_url") else []
            company = str(value.get("_shipping_provider") or "")
            made.append(_sent(f"{parcel.id}", lines, company, numbers, urls))
    rows = {row.id for one in it.sent for row in one.rows}
    made += [_sent(one.id, [], one.custom_provider or one.provider, [one.number], [one.link] if one.link else [])
             for one in it.trackings if one.id not in rows]  # fmt: skip
    return made


def _sent(
    number: str, lines: list[tuple[int, int]], company: str, numbers: list[str], urls: list[str], *,
    cancelled: bool = False,
) -> Json:  # fmt: skip
    return {
        "id": number,
        "status": "CANCELLED" if cancelled else "SUCCESS",
        "lines": [{"line_id": str(line), "quantity": pieces} for line, pieces in lines],
        "tracking": {"company": company or None, "numbers": numbers, "urls": urls},
    }
