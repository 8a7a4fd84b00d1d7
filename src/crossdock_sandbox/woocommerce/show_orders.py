"""Orders, refunds and notes in the API's shape. Not for changing them."""

from decimal import Decimal
from typing import Any

from crossdock_sandbox.woocommerce import money
from crossdock_sandbox.woocommerce.call import Call, links
from crossdock_sandbox.woocommerce.show_products import image_url, meta
from crossdock_sandbox.woocommerce.state import Item, Meta, Note, Order, Product, Refund

Json = dict[str, Any]
BILLING = ("first_name", "last_name", "company", "address_1", "address_2", "city", "state", "postcode", "country",
           "email", "phone")  # fmt: skip
SHIPPING = tuple(name for name in BILLING if name != "email")
EDITABLE = ("pending", "on-hold", "auto-draft")


def order(call: Call, it: Order) -> Json:
    shop = call.shop
    total_tax = sum((one.tax for one in it.items), Decimal(0))
    shipping_tax = sum((one.tax for one in it.shipping_lines), Decimal(0))
    times = {"created": it.created_at, "modified": it.modified_at, "completed": it.completed_at, "paid": it.paid_at}
    return {
        "id": it.id,
        "parent_id": 0,
        "status": it.status,
        "currency": it.currency,
        "version": shop.site.version,
        "prices_include_tax": it.prices_include_tax,
        "date_created": shop.local(it.created_at),
        "date_modified": shop.local(it.modified_at),
        "discount_total": money.shown(sum((one.subtotal - one.total for one in it.lines), Decimal(0))),
        "discount_tax": money.shown(sum((one.subtotal_tax - one.tax for one in it.lines), Decimal(0))),
        "shipping_total": money.shown(sum((one.total for one in it.shipping_lines), Decimal(0))),
        "shipping_tax": money.shown(shipping_tax),
        "cart_tax": money.shown(total_tax - shipping_tax),
        "total": money.shown(it.total),
        "total_tax": money.shown(total_tax),
        "customer_id": 0,
        "order_key": it.key,
        "billing": {name: it.billing.get(name, "") for name in BILLING},
        "shipping": {name: it.shipping.get(name, "") for name in SHIPPING},
        "payment_method": it.payment_method,
        "payment_method_title": it.payment_method_title,
        "transaction_id": it.transaction_id,
        "customer_ip_address": "127.0.0.1" if it.created_via == "store-api" else "",
        "customer_user_agent": "",
        "created_via": it.created_via,
        "customer_note": it.customer_note,
        "date_completed": shop.local(it.completed_at),
        "date_paid": shop.local(it.paid_at),
        "cart_hash": "",
        "number": str(it.id),
        "meta_data": meta(it.meta),
        "line_items": [line(call, one) for one in it.lines],
        "tax_lines": _tax_lines(call, it, total_tax, shipping_tax),
        "shipping_lines": [_shipping_line(one) for one in it.shipping_lines],
        "fee_lines": [_fee(one) for one in it.fees],
        "coupon_lines": [],
        "refunds": [{"id": one.id, "reason": one.reason, "total": money.shown(-one.amount)} for one in it.refunds],
        "payment_url": f"{call.address}/checkout/order-pay/{it.id}/?pay_for_order=true&key={it.key}",
        "is_editable": it.status in EDITABLE,
        "needs_payment": it.status in ("pending", "failed") and it.total > 0,
        "needs_processing": needs_processing(call.shop.products, it),
        **{f"date_{name}_gmt": shop.gmt(at) for name, at in times.items()},
        "currency_symbol": money.SYMBOLS.get(it.currency, it.currency),
        "_links": links(call, f"orders/{it.id}", "orders")
        | {"email_templates": [{"embeddable": True, "href": f"{call.api}/orders/{it.id}/actions/email_templates"}]},
    }


def needs_processing(products: dict[int, Product], it: Order) -> bool:
    """Unless everything is virtual and downloadable, or nothing is known (FACTS, Orders)."""
    found = (products.get(one.variation_id or one.product_id) for one in it.lines)
    return any(one is not None and not (one.virtual and one.downloadable) for one in found)


def _tax_lines(call: Call, it: Order, total: Decimal, shipping: Decimal) -> list[Json]:
    rate = call.shop.site.tax_rate
    if rate is None or not it.tax_row:
        return []
    country = it.shipping.get("country") or it.billing.get("country") or call.shop.country
    return [
        {"id": it.tax_row, "rate_code": f"{country}-TAX-1", "rate_id": 1, "label": "Tax", "compound": False,
         "tax_total": money.shown(total - shipping), "shipping_tax_total": money.shown(shipping),
         "rate_percent": money.number(rate), "meta_data": []}
    ]  # fmt: skip


def _taxes(it: Item, *, subtotal: bool = True) -> list[Json]:
    if not (it.tax or it.subtotal_tax):
        return []
    row = {"id": 1, "total": money.shown(it.tax)}
    return [row | ({"subtotal": money.shown(it.subtotal_tax)} if subtotal else {})]


def line(call: Call, it: Item) -> Json:
    product = call.shop.products.get(it.variation_id or it.product_id)
    each = it.total / it.quantity if it.quantity else Decimal(0)
    image = it.image if not it.image["src"] else {**it.image, "src": image_url(call.address, it.image["src"])}
    return {
        "id": it.id,
        "name": it.name,
        "product_id": it.product_id,
        "variation_id": it.variation_id,
        "quantity": it.quantity,
        "tax_class": "",
        "subtotal": money.shown(it.subtotal),
        "subtotal_tax": money.shown(it.subtotal_tax),
        "total": money.shown(it.total),
        "total_tax": money.shown(it.tax),
        "taxes": _taxes(it),
        "meta_data": [_line_meta(product, one) for one in it.meta],
        "sku": product.sku if product is not None else None,
        "price": money.number(each),
        "image": image,
        "parent_name": product.parent.name if product is not None and product.parent is not None else None,
    }


def _line_meta(product: Product | None, it: Meta) -> Json:
    shown = {"id": it.id, "key": it.key, "value": it.value, "display_key": it.key, "display_value": it.value}
    if product is not None and product.parent is not None:
        from crossdock_sandbox.woocommerce.show_products import chosen_keys

        for key, value, name, option in chosen_keys(product):
            if it.key == key and it.value == value:
                shown |= {"display_key": name, "display_value": option}
    return shown


def _shipping_line(it: Item) -> Json:
    return {
        "id": it.id, "method_title": it.name, "method_id": it.method_id, "instance_id": "",
        "total": money.shown(it.total), "total_tax": money.shown(it.tax), "taxes": _taxes(it, subtotal=False),
        "tax_status": "taxable", "meta_data": [_line_meta(None, one) for one in it.meta],
    }  # fmt: skip


def _fee(it: Item) -> Json:
    return {
        "id": it.id, "name": it.name, "tax_class": "", "tax_status": "taxable", "amount": "",
        "total": money.shown(it.total), "total_tax": money.shown(it.tax), "taxes": _taxes(it, subtotal=False),
        "meta_data": [_line_meta(None, one) for one in it.meta],
    }  # fmt: skip


def refund(call: Call, it: Refund, of: Order, *, created: bool = False) -> Json:
    shop = call.shop
    own = f"orders/{of.id}/refunds"
    return {
        "id": it.id,
        "date_created": shop.local(it.created_at),
        "date_created_gmt": shop.gmt(it.created_at),
        "amount": money.shown(it.amount),
        "reason": it.reason,
        "refunded_by": 1,
        "refunded_payment": it.paid_back,
        "meta_data": meta(it.meta),
        "line_items": [line(call, one) for one in it.lines],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": links(call, f"{own}/{it.id}", own, up=f"orders/{of.id}", allow=("GET", "DELETE")),
    }


def note(call: Call, it: Note, of: Order) -> Json:
    shop = call.shop
    own = f"orders/{of.id}/notes"
    return {
        "id": it.id,
        "author": "WooCommerce",
        "date_created": shop.local(it.created_at),
        "date_created_gmt": shop.gmt(it.created_at),
        "note": it.text,
        "customer_note": it.customer,
        "_links": links(call, f"{own}/{it.id}", own, up=f"orders/{of.id}", allow=("GET", "DELETE")),
    }
