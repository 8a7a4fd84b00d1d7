"""Rules about vendor orders: placed once and whole, found again, read, listed, and what became of them.

Not here: edits, payment, cancellation (edits.py), parcels (parcels.py), requests that go wrong (writes.py).
"""

from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from crossdock.connector.contract import Role
from crossdock.connector.errors import Gone, Rejected
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import Desk, usd
from crossdock.connector.testing.rules import Broken, expect, only, refused, rule, same
from crossdock.core.orders import FinancialStatus, ShippingLine, TaxLine

MANY = 60


@rule("create_order")
async def an_order_is_placed_whole(bench: Bench) -> None:
    """Its total is the draft's to the cent, its lines are paired, its stock is taken, and no mail goes to the buyer."""
    desk = await Desk.open(bench, Role.VENDOR)
    tax = TaxLine("VAT", Decimal("0.2"), usd("3.80"))
    lines = (desk.line(discount=usd("1.00"), tax_lines=(tax,)), desk.line("TEE", 1, "20.00"))
    post = ShippingLine("Post", usd("5.00"), usd("1.00"))
    draft = desk.draft(*lines, shipping_lines=(post,), total=usd("46.80"))
    made = await desk.client.create_order(draft)
    expect(made.id, "the order has no id")
    expect(made.name, "the order has no name that people know")
    same("the reference", made.reference, draft.reference)
    same("the total as answered", made.total, usd("46.80"))
    same("lines that are paired", sorted(ours for ours, _ in made.line_ids), sorted(one.line_id for one in lines))
    same("lines without a variant", made.custom_line_ids, ())
    expect(made.financial_status.paid, f"a paid order is {made.financial_status}")
    await bench.pass_time(5)
    seen = only("orders in the store", await bench.orders(desk.store, draft.reference))
    same("the total in the store", seen.total, Decimal("46.80"))
    same("mails to the buyer", seen.mails or 0, 0)
    same("stock", (await desk.stock("MUG-R"), await desk.stock("TEE")), (498, 399))
    for variant_id, left in made.available:
        same(f"what is left of {variant_id}, as answered", left, await bench.stock(desk.store, variant_id))


@rule("create_order", "custom_lines")
async def lines_without_a_product_go_along(bench: Bench) -> None:
    """A line that has no product there keeps its title, quantity and price."""
    desk = await Desk.open(bench, Role.VENDOR)
    wrap = replace(desk.line(quantity=3, price="2.50"), product_id="", variant_id="", sku="", title="Gift wrap")
    made = await desk.placed(desk.line(), wrap)
    same("the total", made.total, usd("27.50"))
    same("what became custom unasked", made.custom_line_ids, ())
    same("stock", await desk.stock("MUG-R"), 498)


@rule("create_order")
async def an_unpaid_order_is_not_told_as_paid(bench: Bench) -> None:
    """Payment goes along as it is, and reads the same afterwards."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed(financial_status=FinancialStatus.PENDING)
    expect(not made.financial_status.paid, f"an unpaid order is {made.financial_status}")
    read, _ = await desk.client.read_vendor_order(made.id)
    expect(not read.financial_status.paid, f"an unpaid order reads as {read.financial_status}")


@rule("create_order")
async def a_reference_is_used_once(bench: Bench) -> None:
    """The same draft again is the same order or Rejected(reference_taken); stock is taken once."""
    desk = await Desk.open(bench, Role.VENDOR)
    draft = desk.draft()
    made = await desk.client.create_order(draft)
    await bench.pass_time(bench.platform.capabilities.settle_seconds)
    try:
        again = await desk.speak().create_order(draft)
    except Rejected as error:
        same("the code of the refusal", error.code, "reference_taken")
    else:
        same("the order answered the second time", again.id, made.id)
    same("orders in the store", len(await bench.orders(desk.store, draft.reference)), 1)
    same("stock", await desk.stock("MUG-R"), 498)


@rule("create_order", "find_order_by_reference")
async def an_order_is_found_by_its_reference(bench: Bench) -> None:
    """At once, by another process, with and without `since`; another reference finds nothing."""
    desk = await Desk.open(bench, Role.VENDOR)
    since = desk.now - timedelta(hours=1)
    made = await desk.placed()
    for given in (None, since):
        found = await desk.speak().find_order(made.reference, since=given)
        if found is None:
            raise Broken(f"an order is not found by its reference (since={given})")
        same("the order found", (found.id, found.reference, found.total), (made.id, made.reference, made.total))
    for other in ("cd-7-0-0-0", made.reference + "1", made.reference[:-1]):
        same(f"what is found by {other!r}", await desk.client.find_order(other), None)


@rule("create_order")
async def an_order_reads_as_it_was_placed(bench: Bench) -> None:
    """Read, found and answered are the same order with the same pairs of lines."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    read, parcels = await desk.client.read_vendor_order(made.id)
    for name in ("id", "name", "reference", "financial_status", "cancelled_at", "total"):
        same(f"{name}, read", getattr(read, name), getattr(made, name))
    expect(read.line_ids in ((), made.line_ids), f"lines pair as {read.line_ids}, and as {made.line_ids} at first")
    same("parcels of a new order", parcels, ())


@rule("create_order")
async def an_order_that_is_not_there_is_gone(bench: Bench) -> None:
    """Whatever the id looks like."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    for order_id in (desk.absent(made.id), "0", "nonsense", "a/b?c=d"):
        await refused(Gone, f"read_vendor_order({order_id!r})", desk.client.read_vendor_order(order_id))


@rule("create_order", acts=("place_order",))
async def only_our_orders_are_listed(bench: Bench) -> None:
    """All of ours that changed, in pages, and nobody else's."""
    desk = await Desk.open(bench, Role.VENDOR)
    await bench.pass_time(3600)
    since = desk.now
    await desk.act("place_order", lines=[{"variant_id": desk.variant("TEE"), "quantity": 1}])
    made = [(await desk.placed(desk.line(quantity=1))).reference for _ in range(min(MANY, bench.patience))]
    await bench.pass_time(30)
    listed = {order.reference for order, _ in await desk.changed_ours(since)}
    same("orders listed", sorted(listed), sorted(made))
    await bench.pass_time(7200)
    same("orders changed since", await desk.changed_ours(desk.now - timedelta(hours=1)), [])


@rule("create_order", acts=("cancel_order",))
async def what_the_vendor_cancels_is_seen(bench: Bench) -> None:
    """By a read and by the list of what changed."""
    desk = await Desk.open(bench, Role.VENDOR)
    made = await desk.placed()
    await bench.pass_time(3600)
    since = desk.now
    await desk.act("cancel_order", order_id=made.id)
    await bench.pass_time(30)
    read, _ = await desk.client.read_vendor_order(made.id)
    expect(read.cancelled_at, "a cancelled order reads as if it were not")
    listed = [order for order, _ in await desk.changed_ours(since) if order.id == made.id]
    expect(listed and listed[-1].cancelled_at, "a cancellation is not listed")


@rule("create_order")
async def what_the_store_refuses_is_said_in_its_words(bench: Bench) -> None:
    """A line of a variant that is not there is Rejected or goes as a custom line that is told; never silently."""
    desk = await Desk.open(bench, Role.VENDOR)
    line = desk.line(variant_id=desk.absent(desk.variant("MUG-R")))
    draft = desk.draft(line)
    try:
        made = await desk.client.create_order(draft)
    except Rejected as error:
        expect(error.words, "Rejected without words")
        same("orders in the store", len(await bench.orders(desk.store, draft.reference)), 0)
    else:
        same("lines told as custom", made.custom_line_ids, (line.line_id,))
        same("the total", made.total, draft.total)
