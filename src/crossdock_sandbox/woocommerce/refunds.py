"""Refunds and notes of an order, as apps make them. Not for what they do to the order (`acts_orders.py`)."""

from decimal import Decimal
from typing import Any

from crossdock_sandbox.woocommerce import acts_orders, lists, money, params, show_orders
from crossdock_sandbox.woocommerce.call import Call, Reply
from crossdock_sandbox.woocommerce.errors import RestError
from crossdock_sandbox.woocommerce.orders import found
from crossdock_sandbox.woocommerce.state import Item, Order

Json = dict[str, Any]
SORTS: dict[str, Any] = {"date": lambda one: (one.created_at, one.id), "id": lambda one: one.id}


def listing(call: Call) -> Reply:
    lists.checked(call, ("date", "id", "include", "title", "slug", "modified"))
    order = found(call)
    return lists.page(call, list(order.refunds), lambda one: show_orders.refund(call, one, order), SORTS)


def get(call: Call) -> Reply:
    order = found(call)
    it = next((one for one in order.refunds if one.id == call.ids[1]), None)
    if it is None:
        raise RestError("woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404)
    return Reply(show_orders.refund(call, it, order))


def create(call: Call) -> Reply:
    """Errors are 500 with a bare number, though they are the caller's (FACTS, Errors)."""
    order, body = found(call), call.body
    params.check(body, params.REFUND)
    lines = _lines(order, body)
    given = money.read(body["amount"]) if "amount" in body else None
    amount = given if given is not None else sum((total for _, _, total in lines), Decimal(0))
    if amount < 0 or amount > order.left_to_refund:
        raise _failed("Invalid refund amount.")
    if params.truth(body.get("api_refund", True)):
        raise _failed("The payment gateway for this order does not support automatic refunds.")
    made = acts_orders.refund(
        call.world, call.shop, order, money.cent(amount), str(body.get("reason", "")), lines,
        restock=params.truth(body.get("api_restock", True)),
    )  # fmt: skip
    # The real thing's address, with its route's pattern in it.
    where = rf"{call.api}/orders/(?P<order_id>[\d]+)/refunds/{made.id}"
    return Reply(show_orders.refund(call, made, order), 201, {"Location": where})


def _failed(words: str) -> RestError:
    return RestError("woocommerce_rest_cannot_create_order_refund", words, 500, bare=True)


def _lines(order: Order, body: Json) -> list[tuple[Item, int, Decimal]]:
    found_ = []
    for row in body.get("line_items") or []:
        item = next((one for one in order.lines if one.id == int(row.get("id") or 0)), None)
        if item is not None:
            total = money.read(row.get("refund_total", 0)) or Decimal(0)
            found_.append((item, int(row.get("quantity") or 0), money.cent(total)))
    return found_


# -- notes --


def notes(call: Call) -> Reply:
    order, kind = found(call), call.query.get("type", "any")
    rows = [one for one in order.notes if kind == "any" or one.customer is (kind == "customer")]
    return Reply([show_orders.note(call, one, order) for one in rows])


def add_note(call: Call) -> Reply:
    order = found(call)
    params.check(call.body, params.NOTE)
    if not call.body.get("note"):
        raise RestError("rest_missing_callback_param", "Missing parameter(s): note", 400, params=["note"])
    customer = params.truth(call.body.get("customer_note", False))
    made = acts_orders.note(call.world, call.shop, order, str(call.body["note"]), customer=customer)
    where = f"{call.api}/orders/{order.id}/notes/{made.id}"
    return Reply(show_orders.note(call, made, order), 201, {"Location": where})


def delete_note(call: Call) -> Reply:
    order = found(call)
    it = next((one for one in order.notes if one.id == call.ids[1]), None)
    if it is None:
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    if not call.flag("force"):
        raise RestError("woocommerce_rest_trash_not_supported", "Order notes do not support trashing.", 501)
    order.notes.remove(it)
    return Reply(show_orders.note(call, it, order))
