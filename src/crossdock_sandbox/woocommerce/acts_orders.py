"""What happens to an order whoever asks for it: statuses and what follows from them, stock, mails, notes, refunds.

Not for what the API's fields mean (`orders.py`) nor for the staff's ways (`control_orders.py`).
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from crossdock_sandbox.woocommerce import catalogue, show_orders, stock
from crossdock_sandbox.woocommerce.shop import Shop
from crossdock_sandbox.woocommerce.state import Item, Mail, Meta, Note, Order, Refund
from crossdock_sandbox.woocommerce.telling import tell

if TYPE_CHECKING:
    from crossdock_sandbox.world import Sandbox

TAKES = ("processing", "on-hold", "completed")  # lowers stock, once
GIVES_BACK = ("cancelled", "pending")  # only these: not failed, refunded, or the trash (FACTS, Orders)
HOLD = 3_600.0  # seconds that unpaid orders hold stock
DRAFTS = ("checkout-draft", "auto-draft", "draft")
NAMES = {"pending": "Pending payment", "processing": "Processing", "on-hold": "On hold", "completed": "Completed",
         "cancelled": "Cancelled", "refunded": "Refunded", "failed": "Failed", "checkout-draft": "Draft",
         "auto-draft": "Draft"}  # fmt: skip
# Which mails a shop sends by itself when an order comes to be so: to the customer, to the admin.
_CUSTOMER = {"processing": "customer_processing_order", "on-hold": "customer_on_hold_order",
             "completed": "customer_completed_order", "failed": "customer_failed_order"}  # fmt: skip


def new_order(world: "Sandbox", shop: Shop, created_via: str) -> Order:
    now = world.now().replace(microsecond=0)
    key = f"wc_order_{world.random.getrandbits(64):013x}"[:22]
    via = created_via[:100] if shop.site.hpos else created_via  # FACTS, Idempotent create
    made = Order(shop.next_id("posts"), key, "pending", shop.currency, now, now, via)
    made.prices_include_tax = shop.site.prices_include_tax
    return made


def admit(world: "Sandbox", shop: Shop, order: Order) -> None:
    """It is there now. Unpaid for an hour, it is cancelled if it says that it came by the checkout (FACTS, Orders)."""
    shop.orders[order.id] = order
    tell(world, shop, "order.created", order.id)
    if order.created_via == "checkout":
        world.later(HOLD, lambda: _expire(world, shop, order))


def _expire(world: "Sandbox", shop: Shop, order: Order) -> None:
    if order.status == "pending":
        move(world, shop, order, "cancelled")


def touch(world: "Sandbox", shop: Shop, order: Order) -> None:
    """Any write moves `date_modified` and is told; of a draft nothing is told as changed."""
    _changed(world, shop, order)
    if order.status not in DRAFTS:
        tell(world, shop, "order.updated", order.id)


def _changed(world: "Sandbox", shop: Shop, order: Order) -> None:
    order.modified_at = world.now().replace(microsecond=0)
    shop.orders.note(order)


def note(world: "Sandbox", shop: Shop, order: Order, text: str, *, customer: bool = False) -> Note:
    """Does not move the order's `date_modified` (FACTS, Products)."""
    made = Note(shop.next_id("notes"), text, customer, world.now().replace(microsecond=0))
    order.notes.append(made)
    if customer:
        mail(world, shop, order, "customer_note")
    return made


def mail(world: "Sandbox", shop: Shop, order: Order, kind: str) -> None:
    """To the customer where there is an address, to the admin otherwise."""
    to = "customer" if kind.startswith("customer_") else "admin"
    address = order.billing.get("email", "") if to == "customer" else shop.email
    if address:
        shop.mails.append(Mail(kind, to, address, order.id, world.now()))


# -- statuses --


def move(world: "Sandbox", shop: Shop, order: Order, status: str, by: str = "app") -> None:
    """To another status, and all that follows. Tells of it; the caller need not."""
    before = order.status
    if before == status:
        return
    order.status = status
    now = world.now().replace(microsecond=0)
    paid = (
        ("completed",) if order.payment_method == "cod" else ("processing", "completed")
    )  # cash: when it is handed over
    if status in paid and order.paid_at is None:
        order.paid_at = now
    if status == "completed":
        order.completed_at = now
    order.cancelled_at = now if status == "cancelled" else None if before == "cancelled" else order.cancelled_at
    if status in TAKES:
        lower(world, shop, order, by)
    if status in GIVES_BACK:
        give_back(world, shop, order, by)
    if before in DRAFTS and status not in DRAFTS:
        _changed(world, shop, order)
        tell(world, shop, "order.created", order.id)  # a second time (FACTS, Webhooks)
    elif before != "trash":  # brought back from the trash: nobody is told
        touch(world, shop, order)
    else:
        _changed(world, shop, order)
    if before not in DRAFTS and before != "trash":
        note(world, shop, order, f"Order status changed from {NAMES[before]} to {NAMES[status]}.")
    tell(world, shop, f"action.woocommerce_order_status_{status}", order.id)
    _mails(world, shop, order, before)


def _mails(world: "Sandbox", shop: Shop, order: Order, before: str) -> None:
    fresh = before in ("pending", "failed", "cancelled", *DRAFTS)
    if order.status in ("processing", "on-hold", "completed") and fresh:
        mail(world, shop, order, "new_order")
    if order.status in ("cancelled", "failed") and before in ("processing", "on-hold", "pending"):
        mail(world, shop, order, f"{order.status}_order")
    kind = _CUSTOMER.get(order.status)
    if kind is not None and (fresh or order.status == "completed" or before == "on-hold"):
        mail(world, shop, order, kind)


def pay(world: "Sandbox", shop: Shop, order: Order, transaction_id: str = "", by: str = "app") -> None:
    """Processing, or completed where nothing needs processing (FACTS, Orders)."""
    if order.status not in ("on-hold", "pending", "failed", "cancelled"):
        return
    order.transaction_id = transaction_id or order.transaction_id
    order.paid_at = world.now().replace(microsecond=0)
    status = "processing" if show_orders.needs_processing(shop.products, order) else "completed"
    move(world, shop, order, status, by)


# -- stock --


def lower(world: "Sandbox", shop: Shop, order: Order, by: str) -> None:
    """Once. There is no check: it may go below zero (FACTS, Orders)."""
    if order.stock_reduced:
        return
    order.stock_reduced = True
    moved = []
    for line in order.lines:
        if words := _take(world, shop, order, line, line.quantity, by):
            moved.append(words)
            mark(shop, line, "_reduced_stock", line.quantity)
        if (product := shop.products.get(line.variation_id or line.product_id)) is not None:
            (product.parent or product).total_sales += line.quantity
    if moved:
        note(world, shop, order, f"Stock levels reduced: {', '.join(moved)}")


def _take(world: "Sandbox", shop: Shop, order: Order, line: Item, quantity: int, by: str, cause: str = "order") -> str:
    """What changed in words; empty: nobody counts it."""
    product = shop.products.get(line.variation_id or line.product_id)
    holder = product.holder if product is not None else None
    if product is None or holder is None or not quantity:
        return ""
    before = holder.stock or 0
    stock.move(world, shop, holder, before - quantity, cause, by, order.id)
    catalogue.touch(world, shop, holder, by_order=True)
    name = f"{product.full_name} ({product.sku or f'#{product.id}'})"
    mark_ = '<span class="description"></span>' if product.parent is not None else ""
    return f"{name}{mark_} {before}&rarr;{holder.stock}"


def give_back(world: "Sandbox", shop: Shop, order: Order, by: str) -> None:
    if not order.stock_reduced:
        return
    order.stock_reduced = False
    moved = []
    for line in order.lines:
        if line.reduced and (words := _take(world, shop, order, line, -line.reduced, by, "cancel")):
            moved.append(words)
        mark(shop, line, "_reduced_stock", 0)
    if moved:
        note(world, shop, order, f"Stock levels increased: {', '.join(moved)}")


def adjust(world: "Sandbox", shop: Shop, order: Order, line: Item, quantity: int, by: str) -> None:
    """A line's pieces changed while the order holds stock (FACTS, Orders)."""
    if order.status not in TAKES:
        return
    more = quantity - line.reduced
    if more and _take(world, shop, order, line, more, by, "edit"):
        mark(shop, line, "_reduced_stock", quantity)


def mark(shop: Shop, line: Item, key: str, pieces: int) -> None:
    """Pieces in a line's metadata; 0 takes the mark away."""
    value = str(pieces) if pieces else None
    catalogue.merge_meta(shop, line.meta, [{"key": key, "value": value}], "line meta")


# -- money back --


def refund(
    world: "Sandbox", shop: Shop, order: Order, amount: Decimal, reason: str,
    lines: list[tuple[Item, int, Decimal]], *, restock: bool, by: str = "app",
) -> Refund:  # fmt: skip
    """Money back for pieces of lines, or only money. Refunded in full, the order is `refunded` by itself."""
    now = world.now().replace(microsecond=0)
    made = Refund(shop.next_id("posts"), amount, reason, now, False, [])
    for line, pieces, total in lines:
        row = Item(
            shop.next_id("items"), "line", line.name, -pieces, line.product_id, line.variation_id, -total, -total
        )
        row.image = line.image
        row.meta = [Meta(shop.next_id("line meta"), "_refunded_item_id", str(line.id))]
        made.lines.append(row)
        if restock and pieces:
            _restock(world, shop, order, line, pieces, by)
    order.refunds.append(made)
    if order.left_to_refund <= 0 and order.status != "refunded":
        mail(world, shop, order, "customer_refunded_order")
        move(world, shop, order, "refunded", by)
    else:
        mail(world, shop, order, "customer_partially_refunded_order")
        touch(world, shop, order)
    return made


def _restock(world: "Sandbox", shop: Shop, order: Order, line: Item, pieces: int, by: str) -> None:
    back = min(pieces, line.reduced)
    if back and _take(world, shop, order, line, -back, by, "refund"):
        before = int(line.meta_value("_restock_refunded_items") or 0)
        mark(shop, line, "_reduced_stock", line.reduced - back)
        mark(shop, line, "_restock_refunded_items", before + back)


def trash(world: "Sandbox", shop: Shop, order: Order) -> None:
    """Stock stays where it is (FACTS, Orders)."""
    order.status_before, order.status = order.status, "trash"
    _changed(world, shop, order)
    tell(world, shop, "order.deleted", order.id)
