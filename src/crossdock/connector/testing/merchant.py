"""Rules about orders of the merchant's store: read whole, listed when they change.

Not here: vendor orders (orders.py), parcels on the merchant's order (parcels.py).
"""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from crossdock.connector.contract import Role
from crossdock.connector.errors import Gone
from crossdock.connector.testing.bench import Bench
from crossdock.connector.testing.desk import ADDRESS, Desk, usd
from crossdock.connector.testing.rules import expect, only, refused, rule, same

MANY = 60


@rule(role=Role.MERCHANT, acts=("place_order",))
async def a_customers_order_is_read_whole(bench: Bench) -> None:
    """Lines, discounts, shipping, buyer and addresses; the parts make the total."""
    desk = await Desk.open(bench, Role.MERCHANT)
    line = {"variant_id": desk.variant("MUG-R"), "quantity": 2, "price": "10.00", "discount": "1.00"}
    made = await desk.shopped(lines=[line], note="ring twice ☎")
    order = await desk.client.read_order(made["order_id"])
    same("its total", order.total, usd("24.00"))
    read = only("lines", order.lines)
    same("the id of its line", read.id, made["line_ids"][0])
    found = (read.variant_id, read.product_id, read.sku, read.quantity, read.unit_price, read.discount)
    wanted = (desk.variant("MUG-R"), desk.product("MUG-R"), "MUG-R", 2, usd("10.00"), usd("1.00"))
    same("its line", found, wanted)
    same("its shipping", sum((one.price.amount for one in order.shipping_lines), Decimal(0)), Decimal(5))
    same("its buyer", (order.contact.first_name, order.contact.email), ("Ada", "ada@example.com"))
    same("its note", order.note, "ring twice ☎")
    expect(order.paid, f"a paid order is {order.financial_status}")
    expect(order.shipping_address, "it has no address")
    if order.shipping_address:
        to = order.shipping_address
        same("its address", (to.address1, to.zip, to.country_code), ("1 High St", ADDRESS["zip"], "US"))
    expect(abs((order.placed_at - desk.now).total_seconds()) < 120, "when it was placed is not now")


@rule(role=Role.MERCHANT, acts=("place_order",))
async def a_customers_order_that_is_not_there_is_gone(bench: Bench) -> None:
    """Whatever the id looks like."""
    desk = await Desk.open(bench, Role.MERCHANT)
    made = (await desk.shopped())["order_id"]
    for order_id in (desk.absent(made), "0", "nonsense", "a/b?c=d"):
        await refused(Gone, f"read_order({order_id!r})", desk.client.read_order(order_id))


@rule(role=Role.MERCHANT, acts=("place_order",))
async def customers_orders_are_listed_in_pages(bench: Bench) -> None:
    """All that changed, each as it reads alone; none that did not change."""
    desk = await Desk.open(bench, Role.MERCHANT)
    await bench.pass_time(3600)
    since = desk.now
    made = [(await desk.shopped(quantity=1))["order_id"] for _ in range(MANY)]
    listed = await desk.changed_orders(since)
    same("orders listed", sorted({one.id for one in listed}), sorted(made))
    same("an order, listed and read", listed[-1], await desk.client.read_order(listed[-1].id))
    await bench.pass_time(7200)
    same("orders changed since", await desk.changed_orders(desk.now - timedelta(hours=1)), [])


@rule(role=Role.MERCHANT, acts=("place_order", "pay_order", "cancel_order", "edit_order"))
async def what_becomes_of_a_customers_order_is_seen(bench: Bench) -> None:
    """Paid, edited, cancelled: by the list of what changed and by a read."""
    desk = await Desk.open(bench, Role.MERCHANT)
    made = (await desk.shopped(paid=False))["order_id"]
    expect(not (await desk.client.read_order(made)).paid, "an unpaid order reads as paid")
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("pay_order", {}),
        ("edit_order", {"set": {"note": "leave at the door"}}),
        ("cancel_order", {}),
    )
    for name, given in steps:
        await bench.pass_time(3600)
        since = desk.now
        await desk.act(name, order_id=made, **given)
        await bench.pass_time(30)
        expect([one for one in await desk.changed_orders(since) if one.id == made], f"{name}: not listed as changed")
    order = await desk.client.read_order(made)
    expect(order.cancelled_at, "a cancelled order reads as if it were not")
    same("its note", order.note, "leave at the door")
