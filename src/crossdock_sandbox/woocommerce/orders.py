"""Orders: list, read, create, change, delete, many at once. Not for what statuses do (`acts_orders.py`)."""

from collections.abc import Callable
from typing import Any

from crossdock_sandbox.woocommerce import acts_orders, catalogue, lists, order_items, params, show_orders
from crossdock_sandbox.woocommerce.call import Call, Reply
from crossdock_sandbox.woocommerce.errors import RestError, invalid, unknown
from crossdock_sandbox.woocommerce.state import Order

Json = dict[str, Any]
Test = Callable[[Order], bool]
SORTS: dict[str, Callable[[Order], Any]] = {
    "date": lambda one: (one.created_at, one.id),
    "modified": lambda one: (one.modified_at, one.id),
    "id": lambda one: one.id,
    "title": lambda one: one.id,
    "slug": lambda one: one.id,
}
_TEXTS = ("currency", "customer_note", "payment_method", "payment_method_title", "transaction_id")
# Metadata of these keys changes the real field (FACTS, Orders).
_INTERNAL = {"_transaction_id": "transaction_id", "_payment_method": "payment_method", "_order_currency": "currency",
             "_payment_method_title": "payment_method_title"}  # fmt: skip


def found(call: Call, status: int = 404) -> Order:
    it = call.shop.orders.get(call.ids[0])
    if it is None:
        raise unknown("shop_order", status)
    return it


def listing(call: Call) -> Reply:
    lists.checked(call, ("date", "id", "include", "title", "slug", "modified"))
    rows = lists.passing(_candidates(call), [_status(call), *_tests(call), *lists.tests(call)])
    wanted = params.listed(call.query.get("status", "any"))
    defaults = {"status": wanted, "dp": 2, "context": "view"}
    return lists.page(call, rows, lambda one: show_orders.order(call, one), SORTS, defaults=defaults)


def _candidates(call: Call) -> list[Order]:
    """All that can be in the list, in the order of creation."""
    orders = call.shop.orders
    vias = _vias(call)
    return lists.candidates(call, orders) if vias is None else orders.worded(vias)


def _vias(call: Call) -> set[str] | None:
    """What `created_via` asks for; older versions ignore it."""
    if not call.query.get("created_via") or not call.shop.since(9, 9):
        return None
    return {each.strip().lower() for each in ",".join(params.listed(call.query["created_via"])).split(",")}


def _status(call: Call) -> Test:
    wanted = params.listed(call.query.get("status", "any"))
    known = ("any", "trash", *params.ORDER_STATUSES)
    for place, word in enumerate(wanted):
        if word not in known:
            words = f"status[{place}] is not one of {params.spoken(known)}."
            raise invalid({"status": ("rest_not_in_enum", words, None)})
    if "any" in wanted:
        return lambda one: one.status not in ("trash", "auto-draft")
    return lambda one: one.status in wanted


def _tests(call: Call) -> list[Test]:
    query, shop = call.query, call.shop
    tests: list[Test] = []
    if word := str(query.get("search", "")).lower():
        tests.append(lambda one: _searched(one, word, hpos=shop.site.hpos))
    if query.get("product"):
        number = params.numbers(query["product"], "product")[0]
        tests.append(lambda one: any(number in (line.product_id, line.variation_id) for line in one.lines))
    return tests


def _searched(order: Order, word: str, *, hpos: bool) -> bool:
    """Depends on where orders are kept (FACTS, Idempotent create); metadata is in neither."""
    texts = [str(order.id), *order.billing.values(), *order.shipping.values(), *(one.name for one in order.lines)]
    texts.append(order.transaction_id if hpos else order.customer_note)
    return any(word in text.lower() for text in texts)


def get(call: Call) -> Reply:
    return Reply(show_orders.order(call, found(call)))


def create(call: Call) -> Reply:
    """No idempotency: the same twice makes two (FACTS, Idempotent create)."""
    body, world, shop = call.body, call.world, call.shop
    if body.get("id"):
        raise RestError("woocommerce_rest_shop_order_exists", "Cannot create existing shop_order.", 400)
    params.check(body, params.ORDER)
    order = acts_orders.new_order(world, shop, str(body.get("created_via") or "rest-api"))
    try:
        order_items.apply(call, order, body)
    except RestError:
        shop.ids["posts"] -= 1
        raise
    _coupons(call, order, body)
    _fields(call, order, body)
    order_items.tax(call, order)
    if body.get("status") in acts_orders.DRAFTS:
        order.status = str(body["status"])
    acts_orders.admit(world, shop, order)
    _status_of(call, order, body)
    return Reply(show_orders.order(call, order), 201, {"Location": f"{call.api}/orders/{order.id}"})


def _coupons(call: Call, order: Order, body: Json) -> None:
    """There are none: the refusal leaves a draft behind (FACTS, Errors)."""
    codes = [str(row.get("code", "")) for row in body.get("coupon_lines") or [] if isinstance(row, dict)]
    if not codes:
        return
    order.status = "auto-draft"
    call.shop.orders[order.id] = order
    words = f"Coupon &quot;{codes[0]}&quot; cannot be applied because it does not exist."
    raise RestError("woocommerce_rest_invalid_coupon", words, 400, new_draft_order_id=order.id)


def _status_of(call: Call, order: Order, body: Json) -> None:
    """`set_paid` overrides what status the same request asks for (FACTS, Orders)."""
    if body.get("status"):
        acts_orders.move(call.world, call.shop, order, str(body["status"]))
    if params.truth(body.get("set_paid", False)):
        acts_orders.pay(call.world, call.shop, order, str(body.get("transaction_id") or ""))


def update(call: Call) -> Reply:
    params.check(call.body, params.ORDER)
    order, body = found(call, 400), call.body
    changed = order_items.apply(call, order, body)
    _coupons(call, order, body)
    _fields(call, order, body)
    if changed:
        order_items.tax(call, order)
    if order.status != "trash":
        acts_orders.touch(call.world, call.shop, order)
    needs = order.status in ("pending", "failed") and order.total > 0
    if body.get("status"):
        acts_orders.move(call.world, call.shop, order, str(body["status"]))
    if params.truth(body.get("set_paid", False)) and (needs or order.status in ("on-hold", "cancelled")):
        acts_orders.pay(call.world, call.shop, order, str(body.get("transaction_id") or ""))
    return Reply(show_orders.order(call, order))


def _fields(call: Call, order: Order, body: Json) -> None:
    for name in _TEXTS:
        if name in body:
            setattr(order, name, str(body[name]))
    for name, known in (("billing", show_orders.BILLING), ("shipping", show_orders.SHIPPING)):
        if isinstance(given := body.get(name), dict):
            kept = getattr(order, name)
            kept.update({field: str(value) for field, value in given.items() if field in known})
    rows = [row for row in body.get("meta_data") or [] if isinstance(row, dict)]
    for row in rows:
        if (field := _INTERNAL.get(str(row.get("key")))) is not None:
            setattr(order, field, str(row.get("value") or ""))
    catalogue.merge_meta(call.shop, order.meta, [row for row in rows if row.get("key") not in _INTERNAL], "order meta")


def delete(call: Call) -> Reply:
    """The answer shows the state before; stock is not given back (FACTS, Orders)."""
    order = found(call)
    shown = show_orders.order(call, order)
    if call.flag("force"):
        del call.shop.orders[order.id]  # nobody is told (FACTS, Webhooks)
    elif order.status == "trash":
        raise RestError("woocommerce_rest_already_trashed", "The order has already been deleted.", 410)
    else:
        acts_orders.trash(call.world, call.shop, order)
    return Reply(shown)


def batch(call: Call) -> Reply:
    return lists.batch(call, create, update, delete, {})
