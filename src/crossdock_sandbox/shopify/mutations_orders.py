"""Mutations of orders: create, update, cancel, pay, close, delete, edit. Errors in Shopify's words and places.

Not for what then happens to the order (`acts_orders.py`).
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from crossdock_sandbox.shopify import acts_metafields, inputs
from crossdock_sandbox.shopify import acts_orders as acts
from crossdock_sandbox.shopify import acts_stock as stock
from crossdock_sandbox.shopify.acts_orders import Refused
from crossdock_sandbox.shopify.changes import touch
from crossdock_sandbox.shopify.graph import Args, Context, decimal, gid, moment, number_of
from crossdock_sandbox.shopify.money import Bag, Currencies
from crossdock_sandbox.shopify.queries import readable
from crossdock_sandbox.shopify.show import Of, Table
from crossdock_sandbox.shopify.show_orders import Calculated
from crossdock_sandbox.shopify.state import Discount, EditSession, Line, Order
from crossdock_sandbox.shopify.sums import totals
from crossdock_sandbox.shopify.user_errors import user_error

Json = dict[str, Any]


def _refused(payload: str | None, refusal: Refused, errors: str = "userErrors") -> Json:
    found: Json = {errors: [user_error(refusal.message, refusal.field, refusal.code)]}
    if payload:
        found[payload] = None
    return found


# -- orderCreate --


def order_create(_root: Any, args: Args, ctx: Context) -> Json:
    try:
        _limit_dev(ctx)
        order = _build(ctx, args["order"], args.get("options") or {})
    except Refused as refusal:
        return _refused("order", refusal)
    return {"order": order, "userErrors": []}


def _limit_dev(ctx: Context) -> None:
    """Trial and dev stores: five a minute, answered as a userError (FACTS section 3)."""
    if ctx.shop.plan != "dev":
        return
    now = ctx.world.now()
    ctx.shop.creations = [at for at in ctx.shop.creations if now - at < timedelta(minutes=1)]
    if len(ctx.shop.creations) >= 5:
        raise Refused("Too many attempts. Please try again later.", None)
    ctx.shop.creations.append(now)


def _build(ctx: Context, given: Json, options: Json) -> Order:
    world, shop = ctx.world, ctx.shop
    now = world.now()
    currency = given.get("currency") or shop.currency
    presentment = given.get("presentmentCurrency") or currency
    currencies = Currencies(currency, presentment, inputs.rate_of(given, currency, presentment))
    lines = _lines(ctx, given, currencies)
    _check(given)
    behaviour = options.get("inventoryBehaviour") or "BYPASS"
    if behaviour == "DECREMENT_OBEYING_POLICY":
        for line in lines:
            if not stock.can_take(line, line.quantity):
                raise Refused("Unable to reserve inventory.", ["order", "lineItems"], "INVENTORY_CLAIM_FAILED")
    order = acts.new_order(world, shop, currencies=currencies, lines=lines, now=now)
    order.app_made = True
    _details(ctx, order, given)
    if given.get("discountCode"):
        _discount(order, given["discountCode"])
    if given.get("metafields"):
        fields = [inputs.metafield(ctx, one) for one in given["metafields"]]
        acts_metafields.merge(shop, order, fields, ["order", "metafields"])
    _payments(ctx, order, given)
    if behaviour != "BYPASS":
        for line in lines:
            stock.take(world, shop, line, line.quantity, order.id, "app")
    acts.admit(world, shop, order)
    return order


def _lines(ctx: Context, given: Json, currencies: Currencies) -> list[Line]:
    rows = given.get("lineItems") or []
    lines = []
    for one in rows:
        line, _ = inputs.line(ctx, one, currencies)
        if line is None:
            raise Refused("Line items Title can't be blank", ["order", "lineItems"], "INVALID")
        if line.quantity <= 0:
            raise Refused("Line items Quantity must be greater than 0", ["order", "lineItems"], "INVALID")
        lines.append(line)
    if not lines:
        raise Refused("Order Line items is invalid", ["order"], "INVALID")
    return lines


def _check(given: Json) -> None:
    if given.get("customer") and given.get("customerId"):
        raise Refused("Only one of customer and customerId may be given.", ["order", "customerId"],
                      "REDUNDANT_CUSTOMER_FIELDS")  # fmt: skip
    on_lines = any(one.get("taxLines") for one in given.get("lineItems") or ())
    if on_lines and given.get("taxLines"):
        raise Refused("Tax lines can be specified on the order or on the line items, not both.", ["order", "taxLines"],
                      "INVALID")  # fmt: skip


def _details(ctx: Context, order: Order, given: Json) -> None:
    world, now = ctx.world, order.created_at
    order.shipping = [inputs.shipping_line(ctx, one, order.currencies) for one in given.get("shippingLines") or ()]
    order.taxes = [inputs.tax(one, order.currencies, totals(order).subtotal) for one in given.get("taxLines") or ()]
    order.sums = None
    order.taxes_included = bool(given.get("taxesIncluded"))
    order.email, order.phone = given.get("email") or "", given.get("phone") or ""
    order.note, order.po_number = given.get("note") or None, given.get("poNumber")
    order.tags = tags(given.get("tags"))
    order.attributes = [(one["key"], one["value"]) for one in given.get("customAttributes") or ()]
    order.shipping_address = inputs.address(world, given.get("shippingAddress"))
    order.billing_address = inputs.address(world, given.get("billingAddress"))
    order.source_identifier, order.source_url = given.get("sourceIdentifier"), given.get("sourceUrl")
    order.source_name = given.get("sourceName")
    order.accepts_marketing, order.test = bool(given.get("buyerAcceptsMarketing")), bool(given.get("test"))
    order.stated_fulfillment = given.get("fulfillmentStatus")
    if given.get("name"):
        order.name = given["name"]
    if given.get("processedAt"):
        order.processed_at = min(moment(given["processedAt"]), now)  # clamped from 2026-07 (FACTS section 7)
    if given.get("closedAt"):
        order.closed_at = min(moment(given["closedAt"]), now)
    _customer(ctx, order, given)


def _customer(ctx: Context, order: Order, given: Json) -> None:
    chosen = given.get("customer") or {}
    upsert, associate = chosen.get("toUpsert"), chosen.get("toAssociate")
    if upsert:
        order.customer = acts.customer_for(
            ctx.world, ctx.shop, email=upsert.get("email") or "", phone=upsert.get("phone") or "",
            first_name=upsert.get("firstName") or "", last_name=upsert.get("lastName") or "",
        )  # fmt: skip
        order.email = order.email or upsert.get("email") or ""
    elif associate or given.get("customerId"):
        wanted = (associate or {}).get("id") or given.get("customerId")
        known = ctx.shop.emails.get(((associate or {}).get("email") or "").lower())
        found = ctx.shop.customers.get(number_of(wanted, "Customer") if wanted else known or 0)
        if found is None:
            raise Refused("Customer not found", ["order", "customer"], "INVALID")
        order.customer = found
    elif order.email:
        order.customer = acts.customer_for(ctx.world, ctx.shop, email=order.email)
    if order.customer and order.shipping_address:
        order.customer.address = order.shipping_address


def _discount(order: Order, given: Json) -> None:
    fixed, percent = given.get("itemFixedDiscountCode"), given.get("itemPercentageDiscountCode")
    if fixed:
        amount = inputs.bag(fixed.get("amountSet"), order.currencies)
        acts.spread_discount(order, Discount("code", fixed["code"], "fixed_amount", amount.shop, amount), order.lines)
    elif percent:
        value = Decimal(str(percent.get("percentage") or 0))
        amount = acts.percentage_of(order.lines, value, order.currencies)
        acts.spread_discount(order, Discount("code", percent["code"], "percentage", value, amount), order.lines)
    elif given.get("freeShippingDiscountCode"):
        total = sum((one.price.shop for one in order.shipping), Decimal(0))
        amount = order.currencies.bag(total)
        code = given["freeShippingDiscountCode"]["code"]
        acts.free_shipping(order, Discount("code", code, "percentage", Decimal(100), amount, "SHIPPING_LINE"))
    order.sums = None


def _payments(ctx: Context, order: Order, given: Json) -> None:
    """With neither transactions nor financialStatus the order says nothing of payment (FACTS section 7)."""
    order.stated = given.get("financialStatus")
    for one in given.get("transactions") or ():
        amount = inputs.bag(one["amountSet"], order.currencies)
        acts.transaction(ctx.world, order, one.get("kind") or "SALE", one.get("status") or "SUCCESS", amount,
                         one.get("gateway") or "manual")  # fmt: skip


def tags(given: list[str] | None) -> list[str]:
    """Trimmed, without repeats by letter case, sorted (FACTS section 6)."""
    found: dict[str, str] = {}
    for one in given or ():
        for part in one.split(","):
            if part.strip():
                found.setdefault(part.strip().lower(), part.strip())
    return sorted(found.values())


# -- changing --

_CHANGEABLE = ("email", "phone", "note", "tags", "customAttributes", "shippingAddress", "poNumber", "metafields")


def order_update(_root: Any, args: Args, ctx: Context) -> Json:
    given = args["input"]
    order = readable(ctx, number_of(given["id"], "Order"))
    try:
        if order is None:
            raise Refused("Order does not exist", ["id"])
        if not any(name in given for name in _CHANGEABLE):
            raise Refused("No valid update parameters have been provided", None)
        if given.get("metafields"):
            fields = [inputs.metafield(ctx, one) for one in given["metafields"]]
            acts_metafields.merge(ctx.shop, order, fields, ["metafields"])
        change(ctx, order, given)
    except Refused as refusal:
        return _refused("order", refusal)
    touch(ctx.world, ctx.shop, order)
    return {"order": order, "userErrors": []}


def change(ctx: Context, order: Order, given: Json) -> None:
    """The fields given, null included; tags and attributes are replaced."""
    if "email" in given:
        order.email = given["email"] or ""
    if "phone" in given:
        order.phone = given["phone"] or ""
    if "note" in given:
        order.note = given["note"] or None
    if "poNumber" in given:
        order.po_number = given["poNumber"]
    if "tags" in given:
        order.tags = tags(given["tags"])
    if "customAttributes" in given:
        order.attributes = [(one["key"], one.get("value") or "") for one in given["customAttributes"] or ()]
    if given.get("shippingAddress") is not None:
        order.shipping_address = inputs.address(ctx.world, given["shippingAddress"])


def order_cancel(_root: Any, args: Args, ctx: Context) -> Json:
    order = readable(ctx, number_of(args["orderId"], "Order"))
    empty: Json = {"job": None, "jobResult": None, "userErrors": []}
    words = "Order does not exist" if order is None else acts.cancel_error(order)
    if args.get("refund") is not None and args.get("refundMethod") is not None:
        words = "Only one of refund and refundMethod may be given."
    if len(args.get("staffNote") or "") > 255:
        words = "Staff note is too long (maximum is 255 characters)"
    if words or order is None:
        code = "NOT_FOUND" if order is None else "INVALID"
        return {**empty, "orderCancelUserErrors": [user_error(str(words), ["orderId"], code)]}
    method = args.get("refundMethod") or {}
    refund = bool(args.get("refund") or method.get("originalPaymentMethodsRefund"))
    job = acts.cancel_later(ctx.world, ctx.shop, order, reason=args["reason"], restock=args["restock"], refund=refund)
    return {"job": job, "jobResult": job, "orderCancelUserErrors": [], "userErrors": []}


def _on_order(ctx: Context, order_id: str, act: Any) -> Json:
    order = readable(ctx, number_of(order_id, "Order"))
    try:
        if order is None:
            raise Refused("Order does not exist", ["id"])
        act(order)
    except Refused as refusal:
        return _refused("order", refusal)
    return {"order": order, "userErrors": []}


def mark_paid(_root: Any, args: Args, ctx: Context) -> Json:
    return _on_order(ctx, args["input"]["id"], lambda order: acts.mark_paid(ctx.world, ctx.shop, order))


def close(_root: Any, args: Args, ctx: Context) -> Json:
    return _on_order(ctx, args["input"]["id"], lambda order: acts.close(ctx.world, ctx.shop, order, True))


def reopen(_root: Any, args: Args, ctx: Context) -> Json:
    return _on_order(ctx, args["input"]["id"], lambda order: acts.close(ctx.world, ctx.shop, order, False))


def delete(_root: Any, args: Args, ctx: Context) -> Json:
    order = readable(ctx, number_of(args["orderId"], "Order"))
    if order is None:
        return {"deletedId": None, "userErrors": [user_error("Order does not exist", ["orderId"], "NOT_FOUND")]}
    acts.delete(ctx.world, ctx.shop, order)
    return {"deletedId": gid("Order", order.id), "userErrors": []}


def capture(_root: Any, args: Args, ctx: Context) -> Json:
    given = args["input"]
    order = readable(ctx, number_of(given["id"], "Order"))
    parent_id = number_of(given["parentTransactionId"], "OrderTransaction")
    parent = next((one for one in order.transactions if one.id == parent_id), None) if order else None
    if order is None or parent is None or parent.kind != "AUTHORIZATION":
        return {"transaction": None, "userErrors": [user_error("Order transaction cannot be captured", ["id"])]}
    amount = decimal(given["amount"])
    made = acts.transaction(
        ctx.world, order, "CAPTURE", "SUCCESS", order.currencies.bag(amount), parent.gateway, parent
    )
    touch(ctx.world, ctx.shop, order, "ORDERS_PAID")
    return {"transaction": Of(made, order), "userErrors": []}


def change_tags(_root: Any, args: Args, ctx: Context, add: bool) -> Json:
    order = readable(ctx, number_of(args["id"], "Order"))
    if order is None:
        return {"node": None, "userErrors": [user_error("Order does not exist", ["id"])]}
    given = tags(args["tags"])
    low = {one.lower() for one in given}
    order.tags = tags([*order.tags, *given]) if add else [one for one in order.tags if one.lower() not in low]
    touch(ctx.world, ctx.shop, order)
    return {"node": order, "userErrors": []}


# -- order edits --


def _edit(ctx: Context, value: str) -> EditSession:
    kind = "OrderEditSession" if "OrderEditSession" in value else "CalculatedOrder"
    found = ctx.shop.edits.get(number_of(value, kind))
    if found is None:
        raise Refused("The calculated order does not exist.", ["id"])
    return found


def edit_begin(_root: Any, args: Args, ctx: Context) -> Json:
    order = readable(ctx, number_of(args["id"], "Order"))
    try:
        if order is None:
            raise Refused("The order does not exist.", ["id"])
        if order.cancelled_at is not None:
            raise Refused("The order cannot be edited.", ["id"])
    except Refused as refusal:
        return {**_refused("calculatedOrder", refusal), "orderEditSession": None}
    session = EditSession(ctx.world.id(), order)
    ctx.shop.edits[session.id] = session
    return {"calculatedOrder": session, "orderEditSession": session, "userErrors": []}


def _line_payload(name: str, session: EditSession, line: Line) -> Json:
    return {name: Calculated(line, session), "calculatedOrder": session, "orderEditSession": session, "userErrors": []}


def _edit_refused(name: str, refusal: Refused) -> Json:
    return {**_refused(name, refusal), "calculatedOrder": None, "orderEditSession": None}


def edit_quantity(_root: Any, args: Args, ctx: Context) -> Json:
    try:
        session = _edit(ctx, args["id"])
        kind = "LineItem" if "/LineItem/" in args["lineItemId"] else "CalculatedLineItem"
        wanted = number_of(args["lineItemId"], kind)
        line = next((one for one in [*session.order.lines, *session.added] if one.id == wanted), None)
        if line is None:
            raise Refused("The line item does not exist.", ["lineItemId"])
        if args["quantity"] < line.fulfilled:
            raise Refused("The quantity can't be less than what is fulfilled.", ["quantity"])
    except Refused as refusal:
        return _edit_refused("calculatedLineItem", refusal)
    session.quantities[line.id] = args["quantity"]
    session.restock = args.get("restock") is not False
    return _line_payload("calculatedLineItem", session, line)


def edit_add_variant(_root: Any, args: Args, ctx: Context) -> Json:
    try:
        session = _edit(ctx, args["id"])
        variant = ctx.shop.variants.get(number_of(args["variantId"], "ProductVariant"))
        if variant is None:
            raise Refused("The variant does not exist.", ["variantId"])
        if args["quantity"] <= 0:
            raise Refused("Quantity must be greater than 0", ["quantity"])
    except Refused as refusal:
        return _edit_refused("calculatedLineItem", refusal)
    price = session.order.currencies.bag(variant.price)
    line = inputs.catalogue_line(ctx.world, variant, args["quantity"], price)
    session.added.append(line)
    return _line_payload("calculatedLineItem", session, line)


def edit_add_custom(_root: Any, args: Args, ctx: Context) -> Json:
    try:
        session = _edit(ctx, args["id"])
        if args["quantity"] <= 0:
            raise Refused("Quantity must be greater than 0", ["quantity"])
    except Refused as refusal:
        return _edit_refused("calculatedLineItem", refusal)
    price: Bag = session.order.currencies.bag(decimal(args["price"]["amount"]))
    line = Line(ctx.world.id(), args["title"], args["quantity"], args["quantity"], price)
    line.requires_shipping, line.taxable = bool(args.get("requiresShipping")), args.get("taxable") is not False
    session.added.append(line)
    return _line_payload("calculatedLineItem", session, line)


def edit_commit(_root: Any, args: Args, ctx: Context) -> Json:
    try:
        session = _edit(ctx, args["id"])
        archived = session.order.closed_at is not None
        kept = [one for one in session.added if session.quantities.pop(one.id, one.quantity) > 0]
        acts.edit_lines(ctx.world, ctx.shop, session.order, session.quantities, kept, restock=session.restock,
                        by="app")  # fmt: skip
    except Refused as refusal:
        return {**_refused("order", refusal), "successMessages": []}
    ctx.shop.edits.pop(session.id, None)
    said = ["Order updated", *(["Order unarchived"] if archived else [])]
    return {"order": session.order, "successMessages": said, "userErrors": []}


TABLE: Table = {
    "orderCreate": order_create,
    "orderUpdate": order_update,
    "orderCancel": order_cancel,
    "orderMarkAsPaid": mark_paid,
    "orderClose": close,
    "orderOpen": reopen,
    "orderDelete": delete,
    "orderCapture": capture,
    "orderEditBegin": edit_begin,
    "orderEditSetQuantity": edit_quantity,
    "orderEditAddVariant": edit_add_variant,
    "orderEditAddCustomItem": edit_add_custom,
    "orderEditCommit": edit_commit,
    "tagsAdd": lambda r, a, c: change_tags(r, a, c, True),
    "tagsRemove": lambda r, a, c: change_tags(r, a, c, False),
}
