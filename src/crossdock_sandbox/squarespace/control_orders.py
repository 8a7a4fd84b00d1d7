"""What shoppers and staff do to orders, as control operations. Staff may do what the API cannot: cancel, refund, edit.

Not for what apps do (`orders.py`).
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.squarespace import dump, orders, stock, telling
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Address, Line, Order, Shipment

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
ADDRESS = {"first_name": "firstName", "last_name": "lastName", "address1": "address1", "address2": "address2",
           "city": "city", "province": "state", "country_code": "countryCode", "zip": "postalCode",
           "phone": "phone"}  # fmt: skip
CARRIER = "Other"


def _order(shop: Shop, op: Reader) -> Order:
    order = shop.orders.get(op.text("order_id"))
    if order is None:
        raise BadInput(f"{op.where}: order_id {op.given.get('order_id')!r} is not in store {shop.name!r}")
    return order


def _place(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """A shopper buys at the site's own front."""
    rows = op.each("lines")
    if not rows:
        raise BadInput("place_order: lines must not be empty")
    lines = [_line(world, shop, row) for row in rows]
    refuse, paid = op.flag("refuse_when_short", False), op.flag("paid", True)
    person, shipping = op.inside("customer"), _address(op.inside("shipping_address"))
    billing = _address(op.inside("billing_address")) or shipping
    email = person.text("email", "") if person else ""
    post = [(one.text("title"), one.money("price")) for one in op.each("shipping")]
    op.done()
    if (short := stock.short(lines)) and refuse:
        return {"sold_out": short}
    if short:
        raise BadInput(f"place_order: not enough stock of {', '.join(short)}")
    now = world.now()
    order = Order(f"{world.id():024x}", "", now, now, lines, email=email or None, billing=billing, shipping=shipping)
    order.payment = "PAID" if paid else "PENDING"
    order.shipping_lines = post
    order.subtotal = sum((one.unit_price * one.quantity for one in lines), Decimal(0))
    order.shipping_total = sum((price for _, price in post), Decimal(0))
    order.total = order.subtotal + order.shipping_total
    stock.take(world, shop, lines, order.id, "shopper")
    order.deducted = True
    orders.admit(world, shop, order)
    return {"order_id": order.id, "name": order.number, "line_ids": [one.id for one in lines]}


def _line(world: "Sandbox", shop: Shop, row: Reader) -> Line:
    variant = shop.variants.get(row.text("variant_id"))
    if variant is None:
        raise BadInput(f"{row.where}: variant_id is not in store {shop.name!r}")
    quantity, price = row.integer("quantity"), row.money("price", variant.asked)
    row.done()
    return Line(f"{world.id():024x}", "PHYSICAL_PRODUCT", variant.product.name, quantity, price, variant,
                list(variant.attributes.items()), variant.sku, variant.product.id)  # fmt: skip


def _address(given: Reader | None) -> Address | None:
    return None if given is None else {theirs: given.text(ours, "") or None for ours, theirs in ADDRESS.items()}


def _cancel(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, restock = _order(shop, op), op.flag("restock", True)
    op.text("reason", "")
    op.done()
    if order.status == "CANCELED":
        raise BadInput("cancel_order: the order is canceled already")
    order.status = "CANCELED"
    if restock and order.deducted:
        stock.give_back(world, shop, order.lines, order.id)
    order.deducted = False
    return _told(world, shop, order, "CANCELED")


def _refund(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = _order(shop, op)
    order.refunded = op.money("amount", order.total)
    op.done()
    order.payment = "REFUNDED"
    return _told(world, shop, order, "REFUNDED")


def _mark_pending(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Staff take a fulfilment back; the shipments stay with the order."""
    order = _order(shop, op)
    op.done()
    order.status, order.fulfilled_on = "PENDING", None
    return _told(world, shop, order, "MARKED_PENDING")


def _fulfill(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """The whole order, whichever `lines` are named: a site knows no parts. Several numbers are several shipments."""
    order, given = _order(shop, op), op.inside("tracking")
    company, numbers, urls = "", [], []
    if given is not None:
        company, numbers, urls = given.text("company", "") or "", given.texts("numbers"), given.texts("urls")
        given.done()
    op.items("lines")
    notify = op.flag("notify", False)
    op.done()
    if order.status == "CANCELED":
        raise BadInput("fulfill_order: the order is cancelled")
    shipments = [
        Shipment(world.now(), company or CARRIER, "Standard", number, urls[at] if at < len(urls) else None)
        for at, number in enumerate(numbers)
    ]
    orders.ship(world, shop, order, shipments, notify=notify)
    return {"fulfillment_id": order.id}


def _edit(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, given = _order(shop, op), op.inside("set")
    op.done()
    if given is None or not given.has("email"):
        raise BadInput("edit_order: set must have email")
    order.email = given.text("email", "") or None
    given.done()
    return _told(world, shop, order, "EMAIL_UPDATED")


def _told(world: "Sandbox", shop: Shop, order: Order, what: str) -> Json:
    shop.touch(order, world.now())
    telling.updated(world, shop, order, what)
    return {}


def _find(_world: "Sandbox", shop: Shop, op: Reader) -> Json:
    reference, name = op.text("reference", None), op.text("name", None)
    op.done()
    found = [
        one for one in shop.orders.values()
        if reference in (None, one.reference) and name in (None, one.number)
    ]  # fmt: skip
    return {"orders": [dump.order(shop, one) for one in found], "sold_out": reference in shop.sold_out}


OPS = {
    "place_order": _place, "buy": _place, "cancel_order": _cancel, "refund_order": _refund, "edit_order": _edit,
    "fulfill_order": _fulfill, "mark_pending": _mark_pending, "find_orders": _find,
}  # fmt: skip
