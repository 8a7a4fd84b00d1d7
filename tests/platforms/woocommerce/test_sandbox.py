"""The connector against the sandbox in process: connecting, and one order's whole life in both shops."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from crossdock.connector.contract import CancelState, FulfillmentRequest, Kind, Role
from crossdock.connector.errors import AuthFailed, Gone, OutcomeUnknown, RateLimited, Rejected, Unavailable
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.orders import Attribute, FinancialStatus, Order
from crossdock.core.vendor_order import DraftLine, OrderChanges
from tests.platforms.woocommerce.test_orders import draft, line, usd
from tests.platforms.woocommerce.world import HOOK, World

SITES: list[dict[str, Any]] = [
    {},
    {"tls": True},
    {"tls": True, "strip_authorization": True},
    {"hpos": False, "zone": "America/New_York"},
    {"folder": "blog"},
]


@pytest.mark.parametrize("site", SITES, ids=str)
async def test_however_a_shop_is_hosted(site: dict[str, Any]) -> None:
    world = World(**site)
    info = await (await world.create("vendor", Role.VENDOR)).check()
    assert (info.name, info.currency, info.missing_scopes) == ("vendor", "USD", ())
    order = await world.client(Role.VENDOR, "vendor").create_order(order_for(world))
    assert order.total == usd("20.00")


async def test_keys_that_may_only_read() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR, app={"permissions": "read"})
    assert (await vendor.check()).missing_scopes == ("write",)
    with pytest.raises(AuthFailed):
        await vendor.create_order(order_for(world))


async def test_a_shop_that_is_away() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    await world.do("set_site", "vendor", set={"maintenance": True})
    with pytest.raises(Unavailable):
        await vendor.create_order(order_for(world))
    await world.do("set_site", "vendor", set={"maintenance": False})
    await world.do("revoke_token", "vendor")
    with pytest.raises(AuthFailed):
        await vendor.check()


async def test_a_host_that_counts_calls() -> None:
    world = World(rate_limit=4)
    vendor = await world.create("vendor", Role.VENDOR)
    await vendor.check()
    with pytest.raises(RateLimited):
        await vendor.read_products([world.product("vendor")])


def tee(world: World, **changed: Any) -> DraftLine:
    return line(
        "12",
        title="Tee",
        quantity=1,
        unit_price=usd("20.00"),
        product_id=world.product("vendor", 1),
        variant_id=world.variant("vendor", 1),
        **changed,
    )


def mug(world: World, **changed: Any) -> DraftLine:
    given = {"product_id": world.product("vendor"), "variant_id": world.variant("vendor"), "unit_price": usd("10.00")}
    return line("11", **(given | changed))


def order_for(world: World, *lines: DraftLine, **changed: Any) -> Any:
    return draft(*(lines or (mug(world),)), **({"total": usd("20.00")} | changed))


@pytest.mark.parametrize("hpos", [True, False])
async def test_a_vendor_order_is_what_was_meant(hpos: bool) -> None:
    world = World(hpos=hpos)
    vendor = await world.create("vendor", Role.VENDOR)
    fee = line("13", variant_id="", product_id="", title="Card", quantity=1, unit_price=usd("3.00"))
    order = order_for(
        world,
        mug(world, discount=usd("1.00")),
        tee(world),
        fee,
        total=usd("42.00"),
        attributes=(Attribute("gift", "yes"),),
        note="n",
    )
    made = await vendor.create_order(order)
    assert (made.total, made.reference, made.financial_status) == (usd("42.00"), order.reference, FinancialStatus.PAID)
    assert [mine for mine, _ in made.line_ids] == ["11", "12", "13"]
    assert dict(made.available) == {world.variant("vendor"): 3, world.variant("vendor", 1): 6}
    (there,) = world.dump("vendor")["orders"]
    assert (there["reference"], there["email"], there["note"]) == (order.reference, "", "n")
    assert [mail for mail in world.dump("vendor")["mails"] if mail["to"] == "customer"] == []
    found = await vendor.find_order(order.reference)
    assert found is not None
    assert (found.id, found.line_ids) == (made.id, made.line_ids)
    assert await vendor.find_order("cd-9-9-9-9") is None
    with pytest.raises(Rejected) as caught:
        await vendor.create_order(order)
    assert caught.value.code == "reference_taken"


async def test_an_order_not_paid_takes_stock_and_is_paid_once() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    made = await vendor.create_order(order_for(world, financial_status=FinancialStatus.PENDING))
    assert (made.financial_status, dict(made.available)) == (FinancialStatus.PENDING, {world.variant("vendor"): 3})
    for _ in range(2):
        assert (await vendor.mark_paid(made.id)).financial_status is FinancialStatus.PAID
    assert world.dump("vendor")["inventory"][world.variant("vendor")] == 3


@pytest.mark.parametrize("version", ["10.0.2", "9.8.1"])
async def test_an_order_whose_answer_is_lost_is_found(version: str) -> None:
    world = World(version=version)
    vendor = await world.create("vendor", Role.VENDOR)
    since = world.time.now
    for _ in range(3):
        await world.place("vendor", lines=[{"variant_id": world.variant("vendor", 1), "quantity": 1, "price": "1.00"}])
    world.lose = ["create_order"]
    order = order_for(world)
    assert await vendor.find_order(order.reference, since=since) is None
    with pytest.raises(OutcomeUnknown):
        await vendor.create_order(order)
    found = await vendor.find_order(order.reference, since=since)
    assert found is not None
    assert found.reference == order.reference


@pytest.mark.parametrize("included", [False, True])
async def test_a_shop_with_taxes_of_its_own_asks_what_the_customer_paid(included: bool) -> None:
    world = World(tax_rate="8.1")
    vendor = await world.create("vendor", Role.VENDOR)
    made = await vendor.create_order(order_for(world, taxes_included=included))
    assert made.total == usd("20.00")
    assert (await vendor.read_vendor_order(made.id))[0].total == usd("20.00")


async def test_a_product_that_is_gone_is_never_sent() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    order = order_for(world)
    await world.do("delete_product", "vendor", product_id=world.product("vendor"))
    with pytest.raises(Rejected) as caught:
        await vendor.create_order(order)
    assert caught.value.code == "not_found"
    assert world.dump("vendor")["orders"] == []


async def test_edits_and_the_cancellation_that_gives_stock_back() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    made = await vendor.create_order(order_for(world, attributes=(Attribute("old", "1"),)))
    changes = OrderChanges(
        phone="9", note="new", attributes=(Attribute("gift", "no"),), tags=("x",), email="b@example.com"
    )
    for _ in range(2):
        await vendor.update_order(made.id, changes)
    (there,) = world.dump("vendor")["orders"]
    assert (there["phone"], there["note"], there["email"]) == ("9", "new", "")
    for _ in range(2):
        assert (await vendor.cancel_order(made.id, reason="other")).state is CancelState.DONE
    assert world.dump("vendor")["inventory"][world.variant("vendor")] == 5
    assert (await vendor.read_vendor_order(made.id))[0].cancelled_at is not None
    assert [mail for mail in world.dump("vendor")["mails"] if mail["to"] == "customer"] == []


@pytest.mark.parametrize("hpos", [True, False])
async def test_an_order_reads_as_its_webhook_says(hpos: bool) -> None:
    world = World(hpos=hpos)
    merchant = await world.create("market", Role.MERCHANT)
    await merchant.ensure_subscriptions(HOOK)
    assert (await merchant.ensure_subscriptions(HOOK)).changed == ()
    placed = await world.place("market")
    await world.pass_time(10)
    read = await merchant.read_order(placed["order_id"])
    told = [each.snapshot for each in world.seen(Role.MERCHANT, "market") if each.kind is Kind.ORDER]
    assert read in told
    assert (read.total, read.financial_status) == (usd("24.00"), FinancialStatus.PAID)
    (bought,) = read.lines
    assert (bought.title, bought.quantity, bought.variant_id) == ("Mug & Lid", 2, world.variant("market"))
    assert bought.unit_price * 2 - bought.discount == usd("19.00")
    assert read.shipping_lines[0].price == usd("5.00")
    assert (read.attributes, read.contact.email) == ((Attribute("gift", "yes"),), "ada@example.com")
    assert read.shipping_address is not None
    assert read.shipping_address.city == "Oakland"


async def test_changed_orders_in_pages_refunded_thrown_away_and_drafts() -> None:
    world = World(zone="America/New_York")
    merchant = await world.create("market", Role.MERCHANT)
    early = await world.place("market")
    await world.pass_time(3600)
    since = world.time.now
    placed = [await world.place("market") for _ in range(60)]
    await world.do("draft_order", "market", lines=[{"variant_id": world.variant("market"), "quantity": 1}])
    first, second = placed[0], placed[1]
    refund = [{"line_id": first["line_ids"][0], "quantity": 1}]
    await world.do("refund_order", "market", order_id=first["order_id"], lines=refund)
    await world.do("delete_order", "market", order_id=second["order_id"])
    await world.pass_time(5)
    found: dict[str, Order] = {}
    cursor = ""
    while True:
        page = await merchant.changed_orders(since, cursor)
        found |= {order.id: order for order in page.items}
        cursor = page.cursor
        if not cursor:
            break
    assert set(found) == {each["order_id"] for each in placed}
    assert early["order_id"] not in found
    assert found[first["order_id"]].lines[0].quantity == 1
    assert found[first["order_id"]].financial_status is FinancialStatus.PARTIALLY_REFUNDED
    assert found[second["order_id"]].cancelled_at is not None


@pytest.mark.parametrize("tracking", [[], ["shipment_tracking"], ["ast"], ["fulfillments"]], ids=str)
async def test_a_parcel_travels_from_the_vendors_shop_to_the_merchants(tracking: list[str]) -> None:
    world = World(tracking=tracking)
    vendor, merchant = await world.create("vendor", Role.VENDOR), await world.create("market", Role.MERCHANT)
    placed = await world.place("market")
    made = await vendor.create_order(order_for(world))
    assert (await vendor.read_vendor_order(made.id))[1] == ()
    given = {"company": "DHL", "numbers": ["42"], "urls": ["https://t/42"]}
    await world.do("fulfill_order", "vendor", order_id=made.id, tracking=given)
    since = world.time.now - timedelta(seconds=5)
    page = await vendor.changed_vendor_orders(since)
    while not page.items:
        page = await vendor.changed_vendor_orders(since, page.cursor)
    ((remote, (parcel,)),) = page.items
    assert remote.reference == made.reference
    assert parcel.tracking == Tracking("DHL", ("42",), ("https://t/42",))
    assert parcel.status is FulfillmentStatus.SUCCESS
    known = {theirs: mine for mine, theirs in made.line_ids}
    assert [known[each.line_id] for each in parcel.lines] in ([], ["11"])
    request = FulfillmentRequest(placed["order_id"], ((placed["line_ids"][0], 2),), parcel.tracking)
    written = await merchant.create_fulfillment(request)
    (read,) = await merchant.read_fulfillments(placed["order_id"])
    assert (read.id, read.tracking, read.lines) == (written.id, parcel.tracking, written.lines)
    assert (await merchant.read_order(placed["order_id"])).closed_at is not None
    changed = await merchant.update_tracking(written.id, Tracking("UPS", ("7",)))
    assert changed.tracking.numbers == ("7",)
    for _ in range(2):
        await merchant.cancel_fulfillment(written.id)
    left = [
        each
        for each in await merchant.read_fulfillments(placed["order_id"])
        if each.status is not FulfillmentStatus.CANCELLED
    ]
    assert left == []
    assert (await merchant.read_order(placed["order_id"])).closed_at is None


async def test_what_is_not_there_is_gone() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    with pytest.raises(Gone):
        await vendor.read_vendor_order("999")
    with pytest.raises(Gone):
        await vendor.cancel_order("999", reason="other")
    assert Decimal(world.dump("vendor")["inventory"][world.variant("vendor")]) == 5
