"""Control operations on orders, with the same names and fields as elsewhere: shoppers buy, staff change and cancel.

Not for parcels (`control_parcels.py`). What other platforms' orders have and these have not (tags, another currency) is
read and dropped.
"""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.woocommerce import acts_orders, catalogue, control_parcels, dump, money, order_items
from crossdock_sandbox.woocommerce.call import Call
from crossdock_sandbox.woocommerce.params import ORDER_STATUSES
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Item, Meta, Order, Product
from crossdock_sandbox.woocommerce.telling import tell

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
ZERO = Decimal(0)
_ADDRESS = {"first_name": "first_name", "last_name": "last_name", "company": "company", "address1": "address_1",
            "address2": "address_2", "city": "city", "province_code": "state", "zip": "postcode",
            "country_code": "country", "phone": "phone"}  # fmt: skip
order_of = control_parcels.order_of


# -- buying --


def place(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """At the shop front, by the block checkout: order.updated is told before order.created (FACTS, Webhooks)."""
    rows = op.each("lines")
    if not rows:
        raise BadInput("place_order: lines must not be empty")
    bought = [(_variant(shop, row), row) for row in rows]
    if op.flag("refuse_when_short", False) and (short := _short(bought)):
        return {"sold_out": short}
    included = op.flag("taxes_included", False)
    lines = [_line(world, shop, product, row, included=included) for product, row in bought]
    order = acts_orders.new_order(world, shop, "store-api")
    order.lines, order.prices_include_tax = lines, included
    order.shipping_lines = [_shipping(shop, row) for row in op.each("shipping")]
    _buyer(order, op)
    _said(world, shop, order, op)
    paid, gateway = op.flag("paid", True), op.text("gateway", "")
    op.done()
    order.payment_method = gateway or ("stripe" if paid else "bacs")
    order.payment_method_title = order.payment_method.title()
    if any(item.tax for item in order.items):
        order.tax_row = shop.next_id("items")
    shop.orders[order.id] = order
    if paid:
        acts_orders.pay(world, shop, order, f"pay_{order.id}", by="shopper")
    else:
        status = "processing" if gateway == "cod" else "on-hold"
        acts_orders.move(world, shop, order, status, by="shopper")
    tell(world, shop, "order.created", order.id)
    return {"order_id": str(order.id), "name": f"#{order.id}", "line_ids": [str(line.id) for line in order.lines]}


def _variant(shop: Shop, row: Reader) -> Product | None:
    number = row.id("variant_id", None)
    found = shop.products.get(number) if number else None
    if number and (found is None or found.kind == "variable"):
        raise BadInput(f"{row.where}: variant_id {number} is not in store {shop.name!r}")
    return found


def _short(bought: list[tuple[Product | None, Reader]]) -> list[str]:
    """Variants of which a shop front would not sell so many."""
    wanted: Counter[Product] = Counter()
    for product, row in bought:
        holder = product.holder if product is not None else None
        if product is not None and holder is not None and holder.backorders == "no":
            wanted[product] += row.integer("quantity")
    return [str(one.id) for one, quantity in wanted.items() if one.holder and (one.holder.stock or 0) < quantity]


def _line(world: "Sandbox", shop: Shop, product: Product | None, row: Reader, *, included: bool) -> Item:
    quantity = row.integer("quantity")
    if quantity < 1:
        raise BadInput(f"{row.where}: quantity must be 1 or more")
    price = row.money("price", Decimal(product.price or 0) if product is not None else None)
    if price is None:
        raise BadInput(f"{row.where}: price is needed for a line without variant_id")
    item = order_items.line_for(Call(world, shop, "", "GET"), product, quantity)
    item.name = row.text("title", item.name) if product is not None else row.text("title")
    discount = row.money("discount", ZERO)
    item.tax = item.subtotal_tax = _tax(row)
    item.subtotal = price * quantity - (item.tax if included else ZERO)
    item.total = item.subtotal - discount
    for one in row.each("properties"):
        item.meta.append(Meta(shop.next_id("line meta"), one.text("name"), one.text("value", "")))
    for ignored in ("sku", "vendor"):
        row.text(ignored, "")
    for ignored in ("requires_shipping", "gift_card"):
        row.flag(ignored, False)
    row.done()
    return item


def _tax(row: Reader) -> Decimal:
    total = ZERO
    for one in row.each("tax"):
        one.text("title", "Tax")
        one.money("rate", ZERO)
        total += one.money("price")
        one.done()
    return total


def _shipping(shop: Shop, row: Reader) -> Item:
    item = Item(shop.next_id("items"), "shipping", row.text("title"), method_id=row.text("code", None) or "flat_rate")
    item.tax = _tax(row)
    item.subtotal = item.total = row.money("price") - row.money("discount", ZERO)
    row.done()
    return item


def _buyer(order: Order, op: Reader) -> None:
    order.shipping = address(op.inside("shipping_address"))
    billing = op.inside("billing_address")
    order.billing = address(billing) if billing is not None else dict(order.shipping)
    person = op.inside("customer")
    if person is None:
        return
    order.billing["email"] = person.text("email", "")
    for name in ("first_name", "last_name", "phone"):
        given = person.text(name, "")
        order.billing[name] = given or order.billing.get(name, "")
    person.done()


def address(given: Reader | None) -> dict[str, str]:
    if given is None:
        return {}
    made = {theirs: given.text(ours, "") or "" for ours, theirs in _ADDRESS.items()}
    made["country"] = made["country"] or given.text("country", "")
    made["state"] = made["state"] or given.text("province", "")
    for ignored in ("name", "country", "province"):
        given.text(ignored, "")
    given.done()
    return made


def _said(world: "Sandbox", shop: Shop, order: Order, op: Reader) -> None:
    order.customer_note = op.text("note", None) or ""
    _attributes(shop, order, op)
    if tip := op.money("tip", None):
        order.fees.append(Item(shop.next_id("items"), "fee", "Tip", subtotal=tip, total=tip))
    op.texts("tags")
    for ignored in ("discount_code", "source_identifier", "name"):
        op.text(ignored, None)
    for ignored in ("accepts_marketing", "test"):
        op.flag(ignored, False)
    op.inside("presentment")
    order.created_at = op.moment("processed_at", order.created_at).replace(microsecond=0)


def _attributes(shop: Shop, order: Order, op: Reader) -> None:
    for one in op.each("attributes"):
        order.meta.append(Meta(shop.next_id("order meta"), one.text("name"), one.text("value", "")))
        one.done()


# -- staff --


def pay(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = order_of(shop, op)
    op.text("gateway", "")
    op.done()
    if order.paid_at is not None:
        raise BadInput("pay_order: the order is paid already")
    if order.status == "processing":  # cash on delivery came
        order.paid_at = world.now().replace(microsecond=0)
        acts_orders.touch(world, shop, order)
    acts_orders.pay(world, shop, order, by="staff")
    return {}


def set_status(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Any status, as staff can set it."""
    order, status = order_of(shop, op), op.one_of("status", ORDER_STATUSES)
    op.done()
    acts_orders.move(world, shop, order, status, by="staff")
    return {"status": order.status}


def authorize(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Money promised, not taken: on hold until it is."""
    order = order_of(shop, op)
    op.text("gateway", "")
    op.done()
    acts_orders.move(world, shop, order, "on-hold", by="staff")
    return {}


def cancel(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = order_of(shop, op)
    op.text("reason", "")
    restock, refund_too = op.flag("restock", True), op.flag("refund", False)
    op.done()
    if order.status in ("cancelled", "trash"):
        raise BadInput("cancel_order: Cannot cancel an order that is cancelled already")
    if refund_too and order.left_to_refund > 0:
        acts_orders.refund(world, shop, order, order.left_to_refund, "", [], restock=False, by="staff")
    if not restock:
        order.stock_reduced = False
    acts_orders.move(world, shop, order, "cancelled", by="staff")
    return {}


def refund(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """`lines`: [{line_id, quantity, amount}], or only `amount`."""
    order, rows = order_of(shop, op), []
    for one in op.each("lines"):
        line = _item(order, one)
        pieces = one.integer("quantity")
        rows.append((line, pieces, one.money("amount", money.cent(line.total / line.quantity * pieces))))
        one.done()
    amount = op.money("amount", sum((total for _, _, total in rows), ZERO))
    restock = op.flag("restock", True)
    op.done()
    if amount > order.left_to_refund:
        raise BadInput(f"refund_order: amount must be at most {order.left_to_refund}")
    made = acts_orders.refund(world, shop, order, amount, "", rows, restock=restock, by="staff")
    return {"refund_id": str(made.id)}


def _item(order: Order, op: Reader) -> Item:
    number = op.id("line_id")
    found = next((one for one in order.lines if one.id == number), None)
    if found is None:
        raise BadInput(f"{op.where}: line_id {number} is not on the order")
    return found


def edit(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, given = order_of(shop, op), op.inside("set")
    if given is None or not given.given:
        raise BadInput("edit_order: set must name what to change")
    op.done()
    for name in ("email", "phone"):
        if given.has(name):
            order.billing[name] = given.text(name, "") or ""
    if given.has("note"):
        order.customer_note = given.text("note", None) or ""
    if given.has("shipping_address"):
        order.shipping = address(given.inside("shipping_address"))
    if given.has("attributes"):
        order.meta = [one for one in order.meta if one.key.startswith("_")]
        _attributes(shop, order, given)
    for row in given.each("metafields"):
        key = f"{row.text('namespace')}.{row.text('key')}"
        row.text("type", "")
        catalogue.merge_meta(shop, order.meta, [{"key": key, "value": row.text("value")}], "order meta")
        row.done()
    given.texts("tags")
    given.flag("accepts_marketing", False)
    given.done()
    acts_orders.touch(world, shop, order)
    return {}


def edit_lines(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """As staff do: totals follow."""
    order, wanted = order_of(shop, op), op.inside("quantities")
    for number in wanted.given if wanted is not None else ():
        line = next((one for one in order.lines if str(one.id) == str(number)), None)
        if line is None or wanted is None:
            raise BadInput(f"edit_lines: line {number} is not on the order")
        _resize(world, shop, order, line, wanted.integer(number))
    for row in op.each("add"):
        item = _line(world, shop, _variant(shop, row), row, included=order.prices_include_tax)
        order.lines.append(item)
        acts_orders.adjust(world, shop, order, item, item.quantity, "staff")
    op.flag("restock", True)
    op.done()
    acts_orders.touch(world, shop, order)
    return {"line_ids": [str(line.id) for line in order.lines]}


def _resize(world: "Sandbox", shop: Shop, order: Order, line: Item, quantity: int) -> None:
    acts_orders.adjust(world, shop, order, line, quantity, "staff")
    if not quantity:
        order.lines.remove(line)
        return
    for name in ("subtotal", "total", "subtotal_tax", "tax"):
        setattr(line, name, money.cent(getattr(line, name) * quantity / line.quantity))
    line.quantity = quantity


def delete(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """To the trash; `force` empties it too, which nobody is told."""
    order, force = order_of(shop, op), op.flag("force", False)
    op.done()
    if order.status != "trash":
        acts_orders.trash(world, shop, order)
    if force:
        del shop.orders[order.id]
    return {}


def draft(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """A shopper came as far as the checkout (FACTS, Lists)."""
    rows = op.each("lines")
    lines = [_line(world, shop, _variant(shop, row), row, included=False) for row in rows]
    op.done()
    order = acts_orders.new_order(world, shop, "store-api")
    order.lines, order.status = lines, "checkout-draft"
    acts_orders.admit(world, shop, order)
    return {"order_id": str(order.id)}


def find(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Orders by our reference or name; all of them without any."""
    reference, name = op.text("reference", None), op.text("name", None)
    op.text("source_identifier", None)
    op.done()
    rows = [one for one in shop.orders.values() if one.status not in acts_orders.DRAFTS]
    if reference is not None:
        rows = [one for one in rows if dump.reference(one) == reference]
    return {"orders": [dump.order(shop, one) for one in rows if name is None or f"#{one.id}" == name]}


def age(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, days = order_of(shop, op), op.integer("days")
    op.done()
    order.created_at -= timedelta(days=days)
    return {"created_at": order.created_at.isoformat()}


OPS = {
    "place_order": place, "buy": place, "pay_order": pay, "authorize_order": authorize, "cancel_order": cancel,
    "edit_order": edit, "edit_lines": edit_lines, "refund_order": refund, "set_status": set_status,
    "delete_order": delete, "draft_order": draft, "find_orders": find, "age_order": age, **control_parcels.OPS,
}  # fmt: skip
