"""Control operations on parcels: what staff hand over, and how the shop says so with what it has.

With WooCommerce's own fulfillments a parcel has lines; one plugin keeps lines too, the other only numbers; without any
it is a note and the order's details. When everything is sent, the order is completed.
"""

from typing import TYPE_CHECKING, Any

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.reading import Reader
from crossdock_sandbox.woocommerce import acts_orders, catalogue, tracking
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Meta, Order, Parcel, Sent

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]


def order_of(shop: Shop, op: Reader) -> Order:
    order = shop.orders.get(op.id("order_id"))
    if order is None:
        raise BadInput(f"{op.where}: order_id {op.given.get('order_id')!r} is not in store {shop.name!r}")
    return order


def _sent(shop: Shop, op: Reader) -> tuple[Order, Sent]:
    number = op.id("fulfillment_id")
    for order in shop.orders.values():
        for one in order.sent:
            if one.id == number:
                return order, one
    raise BadInput(f"{op.where}: fulfillment_id {op.given.get('fulfillment_id')!r} is not in store {shop.name!r}")


def left(order: Order) -> dict[int, int]:
    """Pieces of each line that are neither sent nor refunded."""
    found = {line.id: line.quantity for line in order.lines}
    for refund in order.refunds:
        for line in refund.lines:
            found[int(line.meta_value("_refunded_item_id") or 0)] += line.quantity
    for one in order.sent:
        for line_id, pieces in one.lines if not one.cancelled else ():
            found[line_id] = found.get(line_id, 0) - pieces
    return {line_id: pieces for line_id, pieces in found.items() if pieces > 0}


def fulfill(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, there = order_of(shop, op), left(order_of(shop, op))
    wanted = there
    if op.has("lines") and op.given["lines"] is not None:
        wanted = {}
        for one in op.each("lines"):
            line_id = one.id("line_id")
            wanted[line_id] = wanted.get(line_id, 0) + one.integer("quantity")
            one.done()
    company, numbers, urls = _tracking(op.inside("tracking"))
    op.done()
    if order.status in ("cancelled", "refunded", "trash"):
        raise BadInput(f"fulfill_order: the order is {order.status}")
    if not wanted or any(pieces > there.get(line_id, 0) for line_id, pieces in wanted.items()):
        raise BadInput("fulfill_order: nothing of it is left to send")
    now = world.now().replace(microsecond=0)
    made = Sent(shop.next_id("sent"), list(wanted.items()), company, numbers, urls, now)
    order.sent.append(made)
    _say(world, shop, order, made)
    if left(order):
        acts_orders.touch(world, shop, order)
    else:
        acts_orders.move(world, shop, order, "completed", by="staff")
    return {"fulfillment_id": str(made.id)}


def _tracking(given: Reader | None) -> tuple[str, list[str], list[str]]:
    if given is None:
        return "", [], []
    found = given.text("company", None) or "", given.texts("numbers"), given.texts("urls")
    given.done()
    return found


def _say(world: "Sandbox", shop: Shop, order: Order, it: Sent) -> None:
    """Write it down where this shop does."""
    url = it.urls[0] if it.urls else ""
    if "fulfillments" in shop.site.tracking:
        given = {
            "_items": [{"item_id": line, "qty": pieces} for line, pieces in it.lines],
            "_tracking_number": ", ".join(it.numbers),
            "_shipping_provider": it.company,
            "_tracking_url": url,
        }
        meta = [Meta(shop.next_id("parcel meta"), key, value) for key, value in given.items() if value]
        it.parcel = Parcel(shop.next_id("parcels"), "fulfilled", True, it.at, meta)
        order.parcels.append(it.parcel)
    elif shop.site.tracking:
        for number in it.numbers or [""]:
            row = tracking.keep(world, shop, order, number, it.company, url)
            if "ast" in shop.site.tracking:
                row.goods = it.lines
            it.rows.append(row)
    elif it.numbers:
        rows = [{"key": "_tracking_number", "value": it.numbers[0]}, {"key": "_tracking_provider", "value": it.company},
                {"key": "_tracking_url", "value": url}]  # fmt: skip
        catalogue.merge_meta(shop, order.meta, rows, "order meta")
        words = f"Shipped with {it.company or 'a carrier'}, {', '.join(it.numbers)}"
        acts_orders.note(world, shop, order, words, customer=True)


def _unsay(world: "Sandbox", shop: Shop, order: Order, it: Sent) -> None:
    if it.parcel is not None:
        it.parcel.deleted_at = world.now().replace(microsecond=0)
    order.trackings = [one for one in order.trackings if one not in it.rows]
    if it.rows:
        tracking.in_details(shop, order)
    elif it.parcel is None:
        keys = ("_tracking_number", "_tracking_provider", "_tracking_url")
        catalogue.merge_meta(shop, order.meta, [{"key": key, "value": None} for key in keys], "order meta")
    it.rows, it.parcel = [], None


def update_tracking(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, it = _sent(shop, op)
    company, numbers, urls = _tracking(op.inside("tracking"))
    op.done()
    there = it.parcel
    _unsay(world, shop, order, it)
    it.company, it.numbers, it.urls = company, numbers, urls
    _say(world, shop, order, it)
    if there is not None and it.parcel is not None:  # edited where it is
        order.parcels.remove(it.parcel)
        there.meta, there.deleted_at, it.parcel = it.parcel.meta, None, there
        there.updated_at = world.now().replace(microsecond=0)
    acts_orders.touch(world, shop, order)
    return {}


def cancel_fulfillment(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    order, it = _sent(shop, op)
    op.done()
    it.cancelled = True
    _unsay(world, shop, order, it)
    if order.status == "completed":
        acts_orders.move(world, shop, order, "processing", by="staff")
    else:
        acts_orders.touch(world, shop, order)
    return {}


def deliver(world: "Sandbox", shop: Shop, op: Reader) -> Json:
    """Nothing in the shop says so."""
    _, it = _sent(shop, op)
    op.done()
    it.delivered_at = world.now()
    return {}


OPS = {
    "fulfill_order": fulfill, "update_tracking": update_tracking, "cancel_fulfillment": cancel_fulfillment,
    "deliver_fulfillment": deliver,
}  # fmt: skip
