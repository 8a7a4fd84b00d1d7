"""What may happen to an order: it is placed, paid, changed, cancelled, closed, deleted.

Shared by shoppers and staff (control operations) and by apps (GraphQL). Not for parcels (`acts_fulfillments.py`) or
stock (`acts_stock.py`).
"""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from crossdock_sandbox.shopify import acts_fulfillments as parcels
from crossdock_sandbox.shopify import acts_stock as stock
from crossdock_sandbox.shopify import telling
from crossdock_sandbox.shopify.changes import index, touch
from crossdock_sandbox.shopify.money import ZERO, Bag, Currencies, spread
from crossdock_sandbox.shopify.shop import Shop
from crossdock_sandbox.shopify.state import Customer, Discount, Job, Line, Order, Transaction
from crossdock_sandbox.shopify.sums import financial_status, gateways, totals

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox


class Refused(Exception):
    """What the shop does not allow; `field` is the path Shopify names."""

    def __init__(self, message: str, field: list[str] | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field, self.code = message, field, code


# -- placing --


def new_order(world: "Sandbox", shop: Shop, *, currencies: Currencies, lines: list[Line], now: datetime) -> Order:
    """An order with a number and a name, not yet in the shop."""
    number = shop.next_number
    shop.next_number += 1
    token = f"{world.id():x}{shop.id:x}"
    return Order(world.id(), number, f"#{number}", token, now, now, now, currencies, lines)


def spread_discount(order: Order, discount: Discount, lines: list[Line]) -> None:
    """A fixed amount over the lines, by their worth; never more than they are worth."""
    worth = [line.price.times(line.quantity).minus(line.discount) for line in lines]
    limit = sum((one.shop for one in worth), ZERO)
    amount = discount.amount
    if amount.shop > limit:
        amount = order.currencies.bag(limit) if order.currencies.rate != 1 else Bag(limit, limit)
    parts = spread(amount, [one.shop for one in worth], order.currencies)
    discount.index = len(order.discounts)
    order.discounts.append(discount)
    for line, part in zip(lines, parts, strict=True):
        if part.shop or part.pres:
            line.discounts.append((discount, part))


def free_shipping(order: Order, discount: Discount) -> None:
    discount.index = len(order.discounts)
    order.discounts.append(discount)
    for one in order.shipping:
        one.discounts.append((discount, one.price))


def admit(world: "Sandbox", shop: Shop, order: Order, *, quiet: bool = False) -> None:
    """Put a finished order into the shop: index it, tell the subscribers, let routing follow in the background."""
    shop.orders[order.id] = order
    shop.names[order.name] = order.id
    if order.customer is not None:
        order.customer.orders += 1
    index(shop, order, order.updated_at)
    topics = ["ORDERS_CREATE", "ORDERS_UPDATED"]
    if financial_status(order) == "PAID":
        topics.append("ORDERS_PAID")
    if not quiet:
        telling.emit(world, shop, [(topic, order) for topic in topics])
    world.later(world.routing_delay, lambda: parcels.route(world, shop, order))


def customer_for(
    world: "Sandbox", shop: Shop, *, email: str, phone: str = "", first_name: str = "", last_name: str = ""
) -> Customer | None:
    """The shop's customer of that e-mail, made when new. Without e-mail and phone there is nobody to know."""
    if not email and not phone and not last_name and not first_name:
        return None
    known = shop.emails.get(email.lower()) if email else None
    if known is not None:
        found = shop.customers[known]
        found.first_name, found.last_name = first_name or found.first_name, last_name or found.last_name
        found.phone = phone or found.phone
        return found
    now = world.now()
    made = Customer(world.id(), first_name, last_name, email, phone, now, now)
    shop.customers[made.id] = made
    if email:
        shop.emails[email.lower()] = made.id
    return made


# -- money --


def transaction(
    world: "Sandbox", order: Order, kind: str, status: str, amount: Bag, gateway: str, parent: Transaction | None = None
) -> Transaction:
    now = world.now()
    made = Transaction(world.id(), kind, status, amount, gateway, now, now, order.test, parent)
    order.transactions.append(made)
    order.sums = None
    return made


def mark_paid(world: "Sandbox", shop: Shop, order: Order, gateway: str = "manual") -> None:
    """Take what is outstanding: capture an authorisation or book a sale."""
    if order.cancelled_at is not None:
        raise Refused("Order cannot be marked as paid.", ["id"])
    outstanding = totals(order).outstanding
    if outstanding.shop <= 0:
        raise Refused("Order cannot be marked as paid.", ["id"])
    authorized = next(
        (one for one in order.transactions if one.kind == "AUTHORIZATION" and one.status == "SUCCESS"), None
    )
    waiting = next((one for one in order.transactions if one.status == "PENDING"), None)
    if authorized is not None:
        transaction(world, order, "CAPTURE", "SUCCESS", outstanding, authorized.gateway, authorized)
    else:
        transaction(world, order, "SALE", "SUCCESS", outstanding, waiting.gateway if waiting else gateway, waiting)
    touch(world, shop, order, "ORDERS_PAID", "ORDER_TRANSACTIONS_CREATE")


def authorize(world: "Sandbox", shop: Shop, order: Order, gateway: str = "") -> None:
    transaction(world, order, "AUTHORIZATION", "SUCCESS", totals(order).outstanding, gateway or "shopify_payments")
    touch(world, shop, order, "ORDER_TRANSACTIONS_CREATE")


# -- cancelling, closing, deleting --


def cancel_error(order: Order) -> str | None:
    if order.cancelled_at is not None:
        return "Cannot cancel an order that has already been canceled"
    return None


def cancel(
    world: "Sandbox", shop: Shop, order: Order, *, reason: str, restock: bool, refund: bool, by: str = "staff"
) -> None:
    """Cancelled and closed; fulfilment orders closed; stock goes back when asked (FACTS section 8)."""
    now = world.now()
    unpaid = totals(order).received.shop == 0
    for line in order.lines:
        left = line.unfulfilled
        if restock and left:
            stock.give_back(world, shop, line, left, order.id, by, "cancel")
        elif left:
            stock.uncommit(line, left)
    for one in order.fulfillment_orders:
        if one.status not in ("CLOSED", "CANCELLED"):
            one.status, one.updated_at = "CLOSED", now
            for row in one.lines:
                row.total, row.remaining = row.total - row.remaining, 0
    for line in order.lines:
        line.current_quantity = min(line.current_quantity, line.fulfilled)
    held = next((one for one in order.transactions if one.kind == "AUTHORIZATION" or one.status == "PENDING"), None)
    if unpaid and held is not None:
        transaction(world, order, "VOID", "SUCCESS", held.amount, held.gateway, held)
    elif refund and not unpaid:
        paid = totals(order)
        transaction(
            world, order, "REFUND", "SUCCESS", paid.received.minus(paid.refunded), (gateways(order) or ["manual"])[0]
        )
    order.cancelled_at = order.closed_at = now
    order.cancel_reason = reason
    touch(world, shop, order, "ORDERS_CANCELLED")


def cancel_later(world: "Sandbox", shop: Shop, order: Order, *, reason: str, restock: bool, refund: bool) -> Job:
    """The mutation's way: a job that does it in the background and keeps what went wrong for whoever asks."""
    job = Job(world.uuid(), order=order)
    shop.jobs[job.id] = job

    def run() -> None:
        job.done = True
        words = cancel_error(order)
        if words:
            job.status, job.errors = "FAILED", [{"field": ["orderId"], "message": words, "code": "INVALID"}]
            return
        cancel(world, shop, order, reason=reason, restock=restock, refund=refund, by="app")
        job.status = "SUCCEEDED"

    world.later(world.job_delay, run)
    return job


def close(world: "Sandbox", shop: Shop, order: Order, closed: bool) -> None:
    """Archive or take back; already so is a silent success (FACTS section 8)."""
    if (order.closed_at is not None) is closed:
        return
    order.closed_at = world.now() if closed else None
    touch(world, shop, order)


def delete(world: "Sandbox", shop: Shop, order: Order) -> None:
    shop.orders.pop(order.id, None)
    if shop.names.get(order.name) == order.id:
        shop.names.pop(order.name)
    if order.change:
        order.change[2] = order.change[0]
    for definition in shop.definitions.values():
        for value in [value for value, owner in definition.values.items() if owner == order.id]:
            del definition.values[value]
    telling.emit(world, shop, [("ORDERS_DELETE", order)])


# -- order edits --


def edit_lines(
    world: "Sandbox", shop: Shop, order: Order, quantities: dict[int, int], added: list[Line], *, restock: bool = True,
    by: str = "staff",
) -> None:  # fmt: skip
    """Set current quantities and add lines. A removed line stays, with `current_quantity` 0 (FACTS section 8)."""
    if order.cancelled_at is not None:
        raise Refused("The order cannot be edited.", ["id"])
    changes: list[tuple[int, int]] = []
    for line_id, quantity in quantities.items():
        line = shop.line(order, line_id)
        if line is None:
            raise Refused("The line item does not exist.", ["lineItemId"])
        if quantity < line.fulfilled:
            raise Refused("The quantity can't be less than what is fulfilled.", ["quantity"])
    for line_id, quantity in quantities.items():
        line = shop.line(order, line_id)
        delta = quantity - line.current_quantity if line else 0
        if line is None or delta == 0:
            continue
        if delta < 0 and restock:
            stock.give_back(world, shop, line, -delta, order.id, by, "edit")
        elif delta > 0:
            stock.take(world, shop, line, delta, order.id, by, "edit")
        line.current_quantity = quantity
        line.quantity = max(line.quantity, quantity)
        parcels.edited(world, shop, order, line, delta)
        changes.append((line.id, delta))
    for line in added:
        order.lines.append(line)
        stock.take(world, shop, line, line.quantity, order.id, by, "edit")
        parcels.edited(world, shop, order, line, line.quantity)
        changes.append((line.id, line.quantity))
    order.edited = True
    order.closed_at = None
    touch(world, shop, order)
    telling.emit(world, shop, [("ORDERS_EDITED", (order, changes))])


def percentage_of(lines: list[Line], percent: Decimal, currencies: Currencies) -> Bag:
    worth = [line.price.times(line.quantity).minus(line.discount) for line in lines]
    shop_part = sum((one.shop for one in worth), ZERO) * percent / 100
    pres_part = sum((one.pres for one in worth), ZERO) * percent / 100
    return currencies.rounded(Bag(shop_part, pres_part))
