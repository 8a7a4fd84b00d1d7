"""Lines of orders as apps send them: products, shipping, fees; made, changed, taken away.

Not for what a status does with them (`acts_orders.py`).
"""

from decimal import Decimal
from typing import Any

from crossdock_sandbox.woocommerce import acts_orders, catalogue, money, show_products
from crossdock_sandbox.woocommerce.call import Call
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.state import Item, Meta, Order, Product

Json = dict[str, Any]
ZERO = Decimal(0)
_CRASH = ("Uncaught TypeError: WC_REST_Orders_Controller::remove_item(): Argument #3 ($item_id) must be of type int, "
          "null given")  # fmt: skip
KINDS = {"line_items": "line", "shipping_lines": "shipping", "fee_lines": "fee"}


def apply(call: Call, order: Order, body: Json) -> bool:
    """Whether anything was named."""
    found = False
    for field, kind in KINDS.items():
        for row in body.get(field) or []:
            if isinstance(row, dict):
                _one(call, order, kind, row)
                found = True
    return found


def _rows(order: Order, kind: str) -> list[Item]:
    return {"line": order.lines, "shipping": order.shipping_lines, "fee": order.fees}[kind]


def _one(call: Call, order: Order, kind: str, row: Json) -> None:
    """Without an id it is appended; quantity 0, or null where the name belongs, takes it away (FACTS, Orders)."""
    name = {"line": "product_id", "shipping": "method_id", "fee": "name"}[kind]
    gone = (name in row and row[name] is None) or ("quantity" in row and row["quantity"] == 0)
    number = row.get("id")
    if not number:
        if gone:
            crash = {"type": 1, "message": _CRASH, "file": "class-wc-rest-orders-controller.php", "line": 219}
            raise RestError("internal_server_error", CRITICAL, 500, error=crash)
        _append(call, order, kind, row)
        return
    item = next((one for one in _rows(order, kind) if one.id == int(number)), None)
    if item is None:
        words = "Order item ID provided is not associated with order."
        raise RestError("woocommerce_rest_invalid_item_id", words, 400)
    if gone:
        acts_orders.adjust(call.world, call.shop, order, item, 0, "app")
        _rows(order, kind).remove(item)
        return
    _change(call, item, row)
    if kind == "line":
        acts_orders.adjust(call.world, call.shop, order, item, item.quantity, "app")


CRITICAL = ('<p>There has been a critical error on this website.</p><p><a href="https://wordpress.org/documentation/'
            'article/faq-troubleshooting/">Learn more about troubleshooting WordPress.</a></p>')  # fmt: skip


def _append(call: Call, order: Order, kind: str, row: Json) -> None:
    if kind == "line":
        item = line_for(call, product_of(call, row), int(row.get("quantity") or 1))
    else:
        item = Item(call.shop.next_id("items"), kind, "")
    _change(call, item, row)
    _rows(order, kind).append(item)
    if kind == "line" and order.id in call.shop.orders:
        acts_orders.adjust(call.world, call.shop, order, item, item.quantity, "app")


def product_of(call: Call, row: Json) -> Product | None:
    """By variation, product or SKU. What is not known makes an empty line (FACTS, Orders)."""
    number = row.get("variation_id") or row.get("product_id")
    if number:
        return call.shop.products.get(int(number))
    if not row.get("sku"):
        raise RestError("woocommerce_rest_required_product_reference", "Product ID or SKU is required.", 400)
    found = call.shop.by_sku.get(str(row["sku"]).lower())
    return call.shop.products.get(found) if found else None


def line_for(call: Call, product: Product | None, quantity: int) -> Item:
    shop = call.shop
    item = Item(shop.next_id("items"), "line", "", quantity, image={"id": 0, "src": ""})
    if product is None:
        return item
    parent = product.parent
    item.name = product.full_name
    item.product_id, item.variation_id = (parent.id, product.id) if parent is not None else (product.id, 0)
    item.subtotal = item.total = money.cent(Decimal(product.price or 0) * quantity)
    images = product.images or (parent.images[:1] if parent is not None else [])
    item.image = {"id": "", "src": ""}
    if images:  # an id in text for a product, a number for a variation (FACTS, Orders)
        number = images[0].id
        item.image = {"id": number if parent is not None else str(number), "src": images[0].src}
    for key, value, _, _ in show_products.chosen_keys(product):
        item.meta.append(Meta(shop.next_id("line meta"), key, value))
    return item


def _change(call: Call, item: Item, row: Json) -> None:
    """`quantity` alone leaves `total` as it is; `price` means nothing (FACTS, Orders)."""
    if "quantity" in row and row["quantity"] is not None:
        item.quantity = int(row["quantity"])
    item.name = str(row.get("name", row.get("method_title", item.name)))
    item.method_id = str(row.get("method_id", item.method_id))
    for field in ("subtotal", "total"):
        if field in row:
            amount = money.read(row[field])
            setattr(item, field, money.cent(amount) if amount is not None else ZERO)
    if item.kind != "line":
        item.subtotal = item.total
    if isinstance(row.get("meta_data"), list):
        catalogue.merge_meta(call.shop, item.meta, row["meta_data"], "line meta")


def tax(call: Call, order: Order) -> None:
    """On top of what the lines say, where the shop has taxes on (FACTS, Orders)."""
    rate = call.shop.site.tax_rate
    if rate is None:
        return
    order.tax_row = order.tax_row or call.shop.next_id("items")
    for item in order.items:
        item.tax = money.cent(item.total * rate / 100)
        item.subtotal_tax = money.cent(item.subtotal * rate / 100)
