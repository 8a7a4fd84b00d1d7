"""Orders 1.0: list, get, create, fulfil. What the API cannot do (cancel, edit, refund) is not here: staff do it.

Not for reading the body of a creation (`creating.py`).
"""

from datetime import datetime
from typing import TYPE_CHECKING

from crossdock_sandbox.squarespace import creating, limits, paging, reading, show, stock, telling
from crossdock_sandbox.squarespace.call import Call, Done, once
from crossdock_sandbox.squarespace.refusal import absent, conflict, invalid
from crossdock_sandbox.squarespace.shop import Shop
from crossdock_sandbox.squarespace.state import Order, Shipment

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

PATH = "/1.0/commerce/orders"
STATUSES = ("PENDING", "FULFILLED", "CANCELED")
PAYMENTS = ("NOT_CHARGED", "AUTHORIZED", "PAID", "REFUNDED", "PENDING", "FAILED", "REFUND_PENDING", "REFUND_FAILED",
            "PARTIALLY_PAID")  # fmt: skip
SHOWN = PAYMENTS[:4]  # the others are hidden unless asked for (FACTS section 3)
FILTERS = frozenset(("modifiedAfter", "modifiedBefore", "cursor", "fulfillmentStatus", "customerId", "paymentStates"))
HEX = frozenset("0123456789abcdef")


def listed(call: Call) -> Done:
    given = call.query
    paging.known(given, FILTERS)
    paging.alone(given)
    place = 0
    if "cursor" in given:
        carried = paging.opened(given["cursor"], "orders")
        given, place = carried["given"], carried["place"]
    start, end = paging.window(given, both=True)
    status, customer = given.get("fulfillmentStatus"), given.get("customerId")
    if status is not None and status not in STATUSES:
        raise invalid(f"fulfillmentStatus must be one of {', '.join(STATUSES)}.")
    payments = _payments(given.get("paymentStates"))
    orders = call.shop.orders

    def wanted(id: str) -> bool:
        it = orders[id]
        return it.payment in payments and status in (None, it.status) and customer in (None, it.customer_id)

    ids, next_place = call.shop.order_changes.page(start, end, place, wanted)
    following = paging.cursor(kind="orders", given=given, place=next_place) if next_place else ""
    rows = [show.order(call.shop, orders[id]) for id in ids]
    return 200, {"result": rows, "pagination": paging.pagination(PATH, following)}


def _payments(given: str | None) -> frozenset[str]:
    if given is None:
        return frozenset(SHOWN)
    words = frozenset(given.split(","))
    if unknown := sorted(words - set(PAYMENTS)):
        raise invalid(f"paymentStates: {unknown[0]} is not known.")
    return words


def got(call: Call, order_id: str) -> Done:
    return 200, show.order(call.shop, _order(call.shop, order_id))


def created(call: Call) -> Done:
    limits.creations(call.shop, call.key, call.world.now())
    return once(call, "createOrder", lambda: _create(call))


def _create(call: Call) -> Done:
    order, given = creating.order(call)
    deduct = reading.one_of(given, "inventoryBehavior", ("DEDUCT", "SKIP"), "SKIP") == "DEDUCT"
    notify = reading.one_of(given, "shopperFulfillmentNotificationBehavior", ("SEND", "SKIP"), "SEND") == "SEND"
    if deduct:
        if short := stock.short(order.lines):
            call.shop.sold_out.add(order.reference or "")
            raise conflict(f"There is not enough stock of {', '.join(short)}.", "INSUFFICIENT_STOCK")
        stock.take(call.world, call.shop, order.lines, order.id, "app")
        order.deducted = True
    if order.status == "FULFILLED" and notify:
        order.mails += 1
    call.shop.sold_out.discard(order.reference or "")
    admit(call.world, call.shop, order)
    return 201, show.order(call.shop, order)


def admit(world: "Sandbox", shop: Shop, order: Order) -> None:
    """A new order, made by the API or at the shop's front."""
    order.number = str(shop.next_number)
    shop.next_number += 1
    shop.orders[order.id] = order
    order.made_at = world.now()
    shop.touch(order, world.now())
    telling.tell(world, shop, "order.create", {"orderId": order.id})


def fulfilled(call: Call, order_id: str) -> Done:
    order, given = _order(call.shop, order_id), call.body
    shipments = [shipment(one, f"shipments[{at}].") for at, one in enumerate(reading.rows(given, "shipments"))]
    notify = given.get("shouldSendNotification", False)
    if not isinstance(notify, bool):
        raise invalid("shouldSendNotification must be true or false.")
    if order.status == "CANCELED":
        raise conflict("The order is canceled.", None)
    ship(call.world, call.shop, order, shipments, notify=notify)
    return 204, None


def ship(world: "Sandbox", shop: Shop, order: Order, shipments: list[Shipment], *, notify: bool) -> None:
    """The whole order; shipments are appended, whatever was there (FACTS section 3)."""
    order.shipments += shipments
    order.status = "FULFILLED"
    order.fulfilled_on = order.fulfilled_on or world.now()
    order.mails += notify
    shop.touch(order, world.now())
    telling.updated(world, shop, order, "FULFILLED")


def shipment(given: dict[str, object], where: str) -> Shipment:
    url = reading.text(given, "trackingUrl", 2000, where)
    if url is not None and not url.startswith(("https://", "http://")):
        raise invalid(f"{where}trackingUrl must be a URL.")
    shipped: datetime = reading.moment(given, "shipDate", where)
    return Shipment(
        shipped,
        reading.text(given, "carrierName", 100, where, need=True) or "",
        reading.text(given, "service", 100, where, need=True) or "",
        reading.text(given, "trackingNumber", 100, where, need=True),
        url,
    )


def _order(shop: Shop, order_id: str) -> Order:
    if len(order_id) != 24 or not HEX.issuperset(order_id):
        raise invalid("The order id is not valid.")
    order = shop.orders.get(order_id)
    if order is None:
        raise absent("The order was not found.")
    return order
