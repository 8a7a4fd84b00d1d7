"""The connector against a sandbox site: placing orders once, finding them, what the vendor ships, cancels, refunds."""

from datetime import timedelta
from decimal import Decimal

import pytest

from crossdock.connector.contract import CancelOutcome, CancelState
from crossdock.connector.errors import AuthFailed, Gone, OutcomeUnknown, RateLimited, Rejected, Unavailable, Unsupported
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.orders import Attribute, FinancialStatus, ShippingLine, TaxLine
from crossdock.core.vendor_order import OrderChanges
from tests.platforms.squarespace.world import World, usd

pytestmark = pytest.mark.asyncio


async def test_an_order_goes_whole_takes_stock_and_mails_nobody() -> None:
    world = World()
    site = await world.create()
    tax = TaxLine("VAT", Decimal("0.2"), usd("4.00"))
    engraved = (Attribute("Engraving", "For Ann"), Attribute("_hidden", "x"))
    draft = world.draft(
        world.line(discount=usd("1.00"), tax_lines=(tax,), properties=engraved),
        world.line("12", variant_id="", title="Gift wrap", quantity=1, unit_price=usd("3.00")),
        shipping_lines=(ShippingLine("Post", usd("5.00"), usd("1.00")), ShippingLine("Island", usd("2.00"), usd("0"))),
        total=usd("32.00"),
        note="ring twice ☎",
    )
    made = await site.create_order(draft)
    (order,) = world.orders
    assert (made.id, made.name, made.reference, made.total) == (order["id"], "1", "cd-1-2-3-1", usd("32.00"))
    assert made.financial_status is FinancialStatus.PAID
    assert [line for line, _ in made.line_ids] == ["11", "12"]
    assert [(line["title"], line["quantity"], line["price"]) for line in order["lines"]] == [
        ("Mug", 2, "10.00"),
        ("Gift wrap", 1, "3.00"),
        ("Note: ring twice ☎", 1, "0.00"),
        ("Mug: Engraving: For Ann", 1, "0.00"),
    ]
    assert (order["shipping"], order["total_discounts"], order["total_tax"], order["total"]) == (
        [{"title": "Post + Island", "price": "6.00", "discount": "0"}], "1.00", "4.00", "32.00",
    )  # fmt: skip
    assert order["email"] == "ada@example.com"
    assert (order["shipping_address"]["address2"], order["shipping_address"]["phone"]) == (
        "Engines Ltd, Flat 2",
        "+441234",
    )
    assert order["mails"] == 0
    assert world.dump["inventory"][world.variant()] == 3


async def test_sending_an_order_again_makes_no_second() -> None:
    """The same draft gives the same answer; another draft of the same reference is told to be there already."""
    world = World()
    site = await world.create()
    first = await site.create_order(world.draft())
    assert (await site.create_order(world.draft())).id == first.id
    with pytest.raises(Rejected) as refused:
        await site.create_order(world.draft(note="new"))
    assert refused.value.code == "reference_taken"
    assert len(world.orders) == 1
    assert world.dump["inventory"][world.variant()] == 3


@pytest.mark.parametrize("kind", ["error_after", "drop_after", "timeout_after", "in_flight"])
async def test_an_order_whose_answer_was_lost_is_found_and_never_made_twice(kind: str) -> None:
    world = World()
    site = await world.create()
    await world.faults({"where": "call", "match": "createOrder", "kind": kind, "rate": 1.0})
    with pytest.raises(OutcomeUnknown):
        await site.create_order(world.draft())
    await world.faults()
    await world.pass_time(5)
    found = await site.find_order("cd-1-2-3-1")
    assert found is not None
    assert found.reference == "cd-1-2-3-1"
    assert len(world.orders) == 1


@pytest.mark.parametrize("kind", ["drop_before", "timeout_before"])
async def test_an_order_that_never_arrived_is_not_found(kind: str) -> None:
    world = World()
    site = await world.create()
    await world.faults({"where": "call", "match": "createOrder", "kind": kind, "rate": 1.0})
    with pytest.raises(OutcomeUnknown):
        await site.create_order(world.draft())
    await world.faults()
    assert await site.find_order("cd-1-2-3-1") is None
    assert world.orders == []


async def test_an_order_is_found_after_the_key_is_forgotten_among_many() -> None:
    world = World()
    site = await world.create(plan="rehearsal")
    made = await site.create_order(world.draft())
    await world.pass_time(50 * 3600)
    await world.do("set_stock", variant_id=world.variant(), available=500)
    for _ in range(60):
        await world.do("place_order", lines=[{"variant_id": world.variant(), "quantity": 1}])
    found = await site.find_order("cd-1-2-3-1")
    assert found is not None
    assert found.id == made.id
    assert await site.find_order("cd-1-2-3-2") is None
    before = world.calls("getOrders")
    recently = world.time.now - timedelta(days=1)
    assert await site.find_order("cd-1-2-3-2", since=recently) is None
    assert world.calls("getOrders") - before == 4  # two pages in three hours, and in the day
    await world.pass_time(100 * 24 * 3600)
    assert await site.find_order("cd-1-2-3-1") is None  # so long ago nobody looks unasked
    assert await site.find_order("cd-1-2-3-1", since=world.time.now - timedelta(days=110)) is not None


async def test_an_order_of_unknown_payment_is_listed_all_the_same() -> None:
    """Left to itself a listing hides some states (FACTS section 3)."""
    world = World()
    site = await world.create(imported_payment="PENDING")
    made = await site.create_order(world.draft())
    assert await site.find_order("cd-1-2-3-1") is not None
    page = await site.changed_vendor_orders(world.time.now - timedelta(minutes=5))
    assert [order.id for order, _ in page.items] == [made.id]


async def test_too_little_stock_refuses_with_the_stores_words() -> None:
    world = World()
    site = await world.create()
    with pytest.raises(Rejected) as refused:
        await site.create_order(world.draft(world.line(quantity=6)))
    assert refused.value.code == "INSUFFICIENT_STOCK"
    assert world.variant() in refused.value.words
    await world.do("set_stock", variant_id=world.variant(), available=6)
    assert (await site.create_order(world.draft(world.line(quantity=6)))).id


async def test_what_an_order_cannot_have_is_refused() -> None:
    world = World()
    site = await world.create()
    with pytest.raises(Rejected) as unknown:
        await site.create_order(world.draft(world.line(variant_id="00000000-0000-4000-8000-000000000000")))
    assert unknown.value.code == "PRODUCT_VARIANT_NOT_FOUND"
    with pytest.raises(Rejected) as currency:
        await site.create_order(world.draft(currency="EUR", reference="cd-1-2-3-2"))
    assert currency.value.code == "CURRENCY_MISMATCH"
    with pytest.raises(Unsupported):
        await site.create_order(world.draft(test=True))
    assert world.orders == []


async def test_a_shipment_is_of_the_whole_order_and_further_ones_join_it() -> None:
    world = World()
    site = await world.create()
    made = await site.create_order(world.draft())
    assert await site.read_fulfillments(made.id) == ()
    await world.do(
        "fulfill_order", order_id=made.id, tracking={"company": "FedEx", "numbers": ["1"], "urls": ["https://f/1"]}
    )
    (parcel,) = await site.read_fulfillments(made.id)
    assert (parcel.status, parcel.lines, parcel.order_id) == (FulfillmentStatus.SUCCESS, (), made.id)
    assert parcel.tracking == Tracking("FedEx", ("1",), ("https://f/1",))
    await world.pass_time(10)
    await world.do("fulfill_order", order_id=made.id, tracking={"company": "UPS", "numbers": ["2"]})
    (more,) = await site.read_fulfillments(made.id)
    assert (more.id, more.created_at, more.tracking.numbers) == (parcel.id, parcel.created_at, ("1", "2"))
    assert more.updated_at > parcel.updated_at
    page = await site.changed_vendor_orders(world.time.now - timedelta(minutes=5))
    assert page.items[0][1] == (more,)


async def test_a_fulfilment_without_shipments_counts() -> None:
    world = World()
    site = await world.create()
    made = await site.create_order(world.draft())
    await world.do("fulfill_order", order_id=made.id)
    (parcel,) = await site.read_fulfillments(made.id)
    assert parcel.tracking == Tracking()
    await world.do("mark_pending", order_id=made.id)
    assert await site.read_fulfillments(made.id) == ()


async def test_the_vendors_own_doings_are_seen() -> None:
    world = World()
    site = await world.create()
    made = await site.create_order(world.draft())
    await world.do("refund_order", order_id=made.id)
    order, _ = await site.read_vendor_order(made.id)
    assert order.financial_status is FinancialStatus.REFUNDED
    await world.do("cancel_order", order_id=made.id)
    order, parcels = await site.read_vendor_order(made.id)
    assert order.cancelled_at is not None
    assert parcels == ()
    assert world.dump["inventory"][world.variant()] == 5


async def test_what_no_app_may_do_says_so_and_what_is_done_instead() -> None:
    world = World()
    site = await world.create()
    made = await site.create_order(world.draft())
    with pytest.raises(Unsupported) as edit:
        await site.update_order(made.id, OrderChanges(email="new@example.com", note="n"))
    assert "e-mail, note" in edit.value.words
    with pytest.raises(Unsupported) as cancel:
        await site.cancel_order(made.id, reason="other")
    assert "cancels it in Squarespace" in cancel.value.instead
    await world.do("cancel_order", order_id=made.id)
    assert await site.cancel_order(made.id, reason="other") == CancelOutcome(CancelState.DONE)


async def test_payment_travels_in_the_channels_name() -> None:
    world = World()
    site = await world.create()
    paid = await site.create_order(world.draft())
    assert (await site.mark_paid(paid.id)).financial_status is FinancialStatus.PAID
    unpaid = await site.create_order(world.draft(reference="cd-1-2-4-1", financial_status=FinancialStatus.PENDING))
    assert unpaid.financial_status is FinancialStatus.PENDING
    assert (await site.read_vendor_order(unpaid.id))[0].financial_status is FinancialStatus.PENDING
    with pytest.raises(Unsupported):
        await site.mark_paid(unpaid.id)


async def test_orders_of_others_are_not_ours() -> None:
    world = World()
    site = await world.create()
    await world.do("place_order", lines=[{"variant_id": world.variant(), "quantity": 1}])
    page = await site.changed_vendor_orders(world.time.now - timedelta(minutes=5))
    assert page.items == ()


async def test_changed_orders_come_in_pages() -> None:
    world = World()
    site = await world.create(plan="rehearsal", products=[{"title": "Mug", "variants": [{"price": "1"}]}])
    start = world.time.now
    for number in range(120):
        await site.create_order(world.draft(reference=f"cd-1-{number}-1-1"))
    found, cursor = [], ""
    while True:
        page = await site.changed_vendor_orders(start, cursor)
        found += [order.reference for order, _ in page.items]
        cursor = page.cursor
        if not cursor:
            break
    assert sorted(found) == sorted(f"cd-1-{number}-1-1" for number in range(120))


async def test_an_order_that_is_not_there_is_gone() -> None:
    world = World()
    site = await world.create()
    for order_id in ("0" * 24, "nonsense", "a/b?c"):
        with pytest.raises(Gone):
            await site.read_vendor_order(order_id)


async def test_a_hundred_orders_an_hour_with_a_key_and_the_rest_wait_their_turn() -> None:
    world = World()
    site = await world.create(products=[{"title": "Mug", "variants": [{"price": "1"}]}])
    for number in range(99):
        await site.create_order(world.draft(reference=f"cd-1-{number}-1-1"))
    with pytest.raises(RateLimited) as limited:
        await site.create_order(world.draft(reference="cd-1-99-1-1"))
    assert limited.value.only == "create_order"
    assert 3000 < limited.value.retry_after <= 3600
    assert await site.find_order("cd-1-0-1-1") is not None  # everything else goes on
    await world.pass_time(limited.value.retry_after)
    await site.create_order(world.draft(reference="cd-1-99-1-1"))
    assert world.sandbox.counters["throttled"] == 0


async def test_with_oauth_there_is_no_such_limit() -> None:
    world = World()
    site = await world.create("oauth", products=[{"title": "Mug", "variants": [{"price": "1"}]}])
    for number in range(120):
        await site.create_order(world.draft(reference=f"cd-1-{number}-1-1"))
    assert len(world.orders) == 120


async def test_calls_keep_the_pace_and_are_never_refused() -> None:
    world = World()
    site = await world.create()
    began = world.time.now
    for _ in range(400):
        await site.find_order("cd-9-9-9-9")
    assert world.sandbox.counters["throttled"] == 0
    assert (world.time.now - began).total_seconds() >= 3 * 400 / 290 * 60 - 120


async def test_a_pause_that_the_site_asks_for_is_a_minute() -> None:
    world = World()
    site = await world.create()
    await world.faults({"where": "call", "match": "getOrder", "kind": "throttle", "rate": 1.0})
    with pytest.raises(RateLimited) as limited:
        await site.read_vendor_order("0" * 24)
    assert (limited.value.retry_after, limited.value.only) == (60.0, "")
    await world.faults()
    began = world.time.now
    assert await site.find_order("x") is None  # waits here, not there
    assert world.time.now - began >= timedelta(seconds=60)


async def test_a_lost_key_an_ended_site_and_an_outage_are_told_apart() -> None:
    world = World()
    site = await world.create()
    await world.do("outage", seconds=30)
    with pytest.raises(Unavailable):
        await site.find_order("x")
    with pytest.raises(OutcomeUnknown):
        await site.create_order(world.draft())
    await world.pass_time(31)
    await world.do("expire", expired=True)
    with pytest.raises(Unavailable):
        await site.find_order("x")
    await world.do("expire", expired=False)
    await world.do("revoke_token")
    with pytest.raises(AuthFailed):
        await site.find_order("x")
