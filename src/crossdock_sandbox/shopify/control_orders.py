"""Control operations on orders and parcels: the shopper buys, staff change and cancel, the vendor ships."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.shopify import acts_fulfillments as parcels
from crossdock_sandbox.shopify import acts_metafields, inputs
from crossdock_sandbox.shopify import acts_orders as acts
from crossdock_sandbox.shopify import acts_stock as stock
from crossdock_sandbox.shopify.acts_fulfillments import ParcelRefused, Tracking
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch
from crossdock_sandbox.shopify.money import Currencies
from crossdock_sandbox.shopify.mutations_orders import tags
from crossdock_sandbox.shopify.places import country_code, country_name, province_name
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import (
    Address,
    Discount,
    Fulfillment,
    FulfillmentOrder,
    Line,
    Order,
    ShippingLine,
    TaxLine,
)  # fmt: skip
from crossdock_sandbox.shopify.state_catalogue import Metafield, Variant
from crossdock_sandbox.shopify.sums import totals

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]


def _order(shop: Shop, op: Reader) -> Order:
    order = shop.orders.get(op.id("order_id"))
    if order is None:
        raise BadInput(f"{op.where}: order_id {op.given.get('order_id')!r} is not in store {shop.name!r}")
    return order


def _parcel(shop: Shop, op: Reader) -> Fulfillment:
    parcel = shop.fulfillments.get(op.id("fulfillment_id"))
    if parcel is None:
        raise BadInput(f"{op.where}: fulfillment_id {op.given.get('fulfillment_id')!r} is not in store {shop.name!r}")
    return parcel


# -- buying --


def place(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    currencies = _currencies(shop, op.inside("presentment"))
    rows = op.each("lines")
    if not rows:
        raise BadInput("place_order: lines must not be empty")
    lines = [_line(world, shop, row, currencies) for row in rows]
    if op.flag("refuse_when_short", False) and (short := _short([line for line, _ in lines])):
        return {"sold_out": short}
    order = acts.new_order(world, shop, currencies=currencies, lines=[line for line, _ in lines], now=world.now())
    code = op.text("discount_code", None)
    for line, discount in lines:
        if discount:
            kind, title = ("code", code) if code else ("manual", "Discount")
            amount = currencies.bag(discount)
            one = Discount(kind, title, "fixed_amount", discount, amount)
            acts.spread_discount(order, one, [line])
    order.shipping = [_shipping(world, order, one) for one in op.each("shipping")]
    _buyer(world, shop, order, op)
    _said(order, op)
    _pay_at_once(world, order, op)
    op.done()
    for line in order.lines:
        stock.take(world, shop, line, line.quantity, order.id, "shopper")
    acts.admit(world, shop, order)
    return {"order_id": str(order.id), "name": order.name, "line_ids": [str(line.id) for line in order.lines]}


def _short(lines: list[Line]) -> list[str]:
    """Variants of which a shop front would not sell so many: tracked, not to be oversold, and too few of them."""
    wanted: Counter[Variant] = Counter()
    for line in lines:
        if line.variant is not None and line.variant.tracked and line.variant.policy == "DENY":
            wanted[line.variant] += line.quantity
    return [str(variant.id) for variant, quantity in wanted.items() if variant.available < quantity]


def _currencies(shop: Shop, given: Reader | None) -> Currencies:
    if given is None:
        return Currencies(shop.currency, shop.currency)
    found = Currencies(shop.currency, given.text("currency"), given.money("rate"))
    given.done()
    return found


def _line(world: "Sandbox", shop: Shop, row: Reader, currencies: Currencies) -> tuple[Line, Decimal]:
    variant_id = row.id("variant_id", None)
    variant = shop.variants.get(variant_id) if variant_id else None
    if variant_id and variant is None:
        raise BadInput(f"{row.where}: variant_id {variant_id} is not in store {shop.name!r}")
    quantity = row.integer("quantity")
    if quantity < 1:
        raise BadInput(f"{row.where}: quantity must be 1 or more")
    price = row.money("price", variant.price if variant else None)
    if price is None:
        raise BadInput(f"{row.where}: price is needed for a line without variant_id")
    if variant:
        line = inputs.catalogue_line(world, variant, quantity, currencies.bag(price))
        line.title = row.text("title", line.title)
    else:
        line = Line(world.id(), row.text("title"), quantity, quantity, currencies.bag(price))
    line.sku, line.vendor = row.text("sku", line.sku), row.text("vendor", line.vendor)
    line.requires_shipping = row.flag("requires_shipping", line.requires_shipping)
    line.gift_card = row.flag("gift_card", False)
    line.taxes = [_tax(one, currencies) for one in row.each("tax")]
    line.properties = _pairs(row, "properties")
    discount = row.money("discount", Decimal(0))
    row.done()
    return line, discount


def _pairs(op: Reader, name: str) -> list[tuple[str, str]]:
    pairs = []
    for one in op.each(name):
        pairs.append((one.text("name"), one.text("value", "")))
        one.done()
    return pairs


def _tax(given: Reader, currencies: Currencies) -> TaxLine:
    found = TaxLine(given.text("title", "Tax"), given.money("rate", Decimal(0)), currencies.bag(given.money("price")))
    given.done()
    return found


def _shipping(world: "Sandbox", order: Order, given: Reader) -> ShippingLine:
    price = order.currencies.bag(given.money("price"))
    made = ShippingLine(world.id(), given.text("title"), price, given.text("code", None), "shopify")
    discount = given.money("discount", Decimal(0))
    if discount:
        amount = order.currencies.bag(discount)
        one = Discount(
            "manual", "Shipping discount", "fixed_amount", discount, amount, "SHIPPING_LINE", len(order.discounts)
        )
        order.discounts.append(one)
        made.discounts.append((one, amount))
    made.taxes = [_tax(one, order.currencies) for one in given.each("tax")]
    given.done()
    return made


def _buyer(world: "Sandbox", shop: Shop, order: Order, op: Reader) -> None:
    order.shipping_address = _address(world, op.inside("shipping_address"))
    billing = op.inside("billing_address")
    order.billing_address = _address(world, billing) if billing else order.shipping_address
    person = op.inside("customer")
    if person is None:
        return
    email, phone = person.text("email", ""), person.text("phone", "")
    order.email, order.phone = email, phone
    order.customer = acts.customer_for(
        world, shop, email=email, phone=phone, first_name=person.text("first_name", ""),
        last_name=person.text("last_name", ""),
    )  # fmt: skip
    person.done()
    if order.customer and order.shipping_address:
        order.customer.address = order.shipping_address


def _address(world: "Sandbox", given: Reader | None) -> Address | None:
    if given is None:
        return None
    code = given.text("country_code", "") or country_code(given.text("country", ""))
    province = given.text("province_code", "")
    made = Address(
        world.id(), given.text("first_name", ""), given.text("last_name", ""), given.text("company", ""),
        given.text("address1", ""), given.text("address2", ""), given.text("city", ""),
        given.text("province", "") or province_name(code, province), province,
        given.text("country", "") or country_name(code), code, given.text("zip", ""), given.text("phone", ""),
    )  # fmt: skip
    given.text("name", "")
    given.done()
    return made


def _said(order: Order, op: Reader) -> None:
    order.note = op.text("note", None) or None
    order.tags = tags(op.texts("tags"))
    order.attributes = _pairs(op, "attributes")
    order.taxes_included = op.flag("taxes_included", False)
    order.accepts_marketing = op.flag("accepts_marketing", False)
    order.source_identifier = op.text("source_identifier", None)
    order.name = op.text("name", order.name)
    order.test = op.flag("test", False)
    order.processed_at = op.moment("processed_at", order.processed_at)
    tip = op.money("tip", None)
    if tip:
        order.tip = order.currencies.bag(tip)
    order.sums = None


def _pay_at_once(world: "Sandbox", order: Order, op: Reader) -> None:
    """Paid, or waiting: a manual payment leaves a pending transaction, as a checkout does."""
    gateway = op.text("gateway", "shopify_payments")
    whole = totals(order).total
    if op.flag("paid", True):
        acts.transaction(world, order, "SALE", "SUCCESS", whole, gateway)
    elif whole.shop:
        acts.transaction(world, order, "SALE", "PENDING", whole, gateway)


# -- staff --


def _refusable(op: Reader, act: Any) -> Any:
    """The shop's own refusal, as a complaint about the operation."""
    try:
        return act()
    except (Refused, ParcelRefused) as refusal:
        raise BadInput(f"{op.where}: {refusal.message}") from None


def pay(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, gateway = _order(shop, op), op.text("gateway", "manual")
    op.done()
    _refusable(op, lambda: acts.mark_paid(world, shop, order, gateway))
    return {}


def authorize(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, gateway = _order(shop, op), op.text("gateway", "")
    op.done()
    acts.authorize(world, shop, order, gateway)
    return {}


_REASONS = ("CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF")


def cancel(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = _order(shop, op)
    reason = op.text("reason", "OTHER").upper()
    if reason not in _REASONS:
        raise BadInput(f"cancel_order: reason must be one of {', '.join(_REASONS)}, not {reason!r}")
    restock, refund = op.flag("restock", True), op.flag("refund", False)
    op.done()
    words = acts.cancel_error(order)
    if words:
        raise BadInput(f"cancel_order: {words}")
    acts.cancel(world, shop, order, reason=reason, restock=restock, refund=refund)
    return {}


def refund(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Money back, of which `amount` (all that is left, if none is given); what was ordered stays as it is."""
    order = _order(shop, op)
    paid = totals(order)
    left = paid.received.minus(paid.refunded)
    amount = op.money("amount", left.shop)
    op.done()
    if not 0 < amount <= left.shop:
        raise BadInput(f"refund_order: amount must be above 0 and at most {left.shop}")
    part = left.times(amount / left.shop)
    acts.transaction(world, order, "REFUND", "SUCCESS", part, (acts.gateways(order) or ["manual"])[0])
    touch(world, shop, order)
    return {}


def edit(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, given = _order(shop, op), op.inside("set")
    if given is None or not given.given:
        raise BadInput("edit_order: set must name what to change")
    op.done()
    _edit_plain(order, given)
    if given.has("shipping_address"):
        order.shipping_address = _address(world, given.inside("shipping_address"))
    if given.has("metafields"):
        _edit_metafields(world, shop, order, given)
    given.done()
    touch(world, shop, order)
    return {}


def _edit_plain(order: Order, given: Reader) -> None:
    if given.has("email"):
        order.email = given.text("email", "") or ""
    if given.has("phone"):
        order.phone = given.text("phone", "") or ""
    if given.has("note"):
        order.note = given.text("note", None) or None
    if given.has("tags"):
        order.tags = tags(given.texts("tags"))
    if given.has("attributes"):
        order.attributes = _pairs(given, "attributes")
    if given.has("accepts_marketing"):
        order.accepts_marketing = given.flag("accepts_marketing")


def _edit_metafields(world: "Sandbox", shop: Shop, order: Order, given: Reader) -> None:
    now, fields = world.now(), []
    for one in given.each("metafields"):
        kind = one.text("type", "single_line_text_field")
        fields.append(Metafield(world.id(), one.text("namespace"), one.text("key"), kind, one.text("value"), now, now))
        one.done()
    _refusable(given, lambda: acts_metafields.merge(shop, order, fields, ["metafields"]))


def edit_lines(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = _order(shop, op)
    wanted = op.inside("quantities")
    quantities = {}
    for line_id in wanted.given if wanted else ():
        quantities[int(line_id) if str(line_id).isdigit() else 0] = wanted.integer(line_id)  # type: ignore[union-attr]
    added = [_line(world, shop, one, order.currencies)[0] for one in op.each("add")]
    restock = op.flag("restock", True)
    op.done()
    _refusable(op, lambda: acts.edit_lines(world, shop, order, quantities, added, restock=restock))
    return {"line_ids": [str(line.id) for line in order.lines]}


def close(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = _order(shop, op)
    op.done()
    acts.close(world, shop, order, True)
    return {}


def delete(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = _order(shop, op)
    op.done()
    acts.delete(world, shop, order)
    return {}


# -- the vendor --


def _tracking(given: Reader | None) -> Tracking:
    if given is None:
        return Tracking()
    found = Tracking(given.text("company", None), given.texts("numbers"), given.texts("urls"))
    given.done()
    return found


def fulfill(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = _order(shop, op)
    wanted: dict[int, int] | None = None
    if op.has("lines") and op.given["lines"] is not None:
        wanted = {}
        for one in op.each("lines"):
            line_id = one.id("line_id")
            wanted[line_id] = wanted.get(line_id, 0) + one.integer("quantity")
            one.done()
    tracking = _tracking(op.inside("tracking"))
    op.done()
    if order.cancelled_at is not None:
        raise BadInput("fulfill_order: the order is cancelled")
    made = _refusable(op, lambda: parcels.ship_lines(world, shop, order, wanted, tracking))
    return {"fulfillment_id": str(made.id)}


def update_tracking(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    parcel, tracking = _parcel(shop, op), _tracking(op.inside("tracking"))
    op.done()
    parcels.update_tracking(world, shop, parcel, tracking)
    return {}


def cancel_fulfillment(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    parcel = _parcel(shop, op)
    op.done()
    parcels.cancel(world, shop, parcel)
    return {}


def deliver(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    parcel = _parcel(shop, op)
    op.done()
    parcels.deliver(world, shop, parcel)
    return {}


def _open_orders(op: Reader, order: Order, held: bool) -> list[FulfillmentOrder]:
    status = ("ON_HOLD",) if held else ("OPEN", "IN_PROGRESS")
    found = [one for one in order.fulfillment_orders if one.status in status]
    if not found:
        raise BadInput(f"{op.where}: the order has no fulfilment order that is {' or '.join(status)}")
    return found


def hold(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Hold every open fulfilment order of an order."""
    order, reason = _order(shop, op), op.text("reason", "OTHER").upper()
    op.done()
    for one in _open_orders(op, order, held=False):
        _refusable(op, lambda one=one: parcels.hold(world, shop, one, {}, reason=reason, notes=None, handle="control"))
    return {"fulfillment_order_ids": [str(one.id) for one in order.fulfillment_orders]}


def release(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order = _order(shop, op)
    op.done()
    for one in _open_orders(op, order, held=True):
        parcels.release(world, shop, one)
    return {"fulfillment_order_ids": [str(one.id) for one in order.fulfillment_orders]}


def move(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Move what is open to another location; the fulfilment orders' ids change."""
    order = _order(shop, op)
    place_id = op.id("location_id", None)
    op.done()
    place = next((one for one in shop.locations if one.id == place_id), None) if place_id else shop.locations[-1]
    if place is None:
        raise BadInput("move_fulfillment: location_id is unknown")
    moved = [parcels.move(world, shop, one, place, {})[0] for one in _open_orders(op, order, held=False)]
    return {"fulfillment_order_ids": [str(one.id) for one in moved]}


def find(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Orders by our reference (the value of an id metafield), name or source identifier; all of them without any."""
    from crossdock_sandbox.shopify import dump

    reference, name, source = op.text("reference", None), op.text("name", None), op.text("source_identifier", None)
    op.done()
    rows = [
        one for one in shop.orders.values()
        if (reference is None or dump.reference(one) == reference) and (name is None or one.name == name)
        and (source is None or one.source_identifier == source)
    ]  # fmt: skip
    return {"orders": [dump.order(one) for one in rows]}


def age(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Make an order older by days, to meet the 60-day limit without waiting for it."""
    order, days = _order(shop, op), op.integer("days")
    op.done()
    order.created_at -= timedelta(days=days)
    order.processed_at -= timedelta(days=days)
    return {"created_at": order.created_at.isoformat()}


OPS = {
    "place_order": place, "buy": place, "pay_order": pay, "authorize_order": authorize, "cancel_order": cancel,
    "edit_order": edit, "refund_order": refund,
    "edit_lines": edit_lines, "close_order": close, "delete_order": delete, "fulfill_order": fulfill,
    "update_tracking": update_tracking, "cancel_fulfillment": cancel_fulfillment, "deliver_fulfillment": deliver,
    "hold_fulfillment": hold, "release_fulfillment": release, "move_fulfillment": move, "find_orders": find,
    "age_order": age,
}  # fmt: skip
