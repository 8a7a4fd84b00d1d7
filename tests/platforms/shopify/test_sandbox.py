"""The connector against the sandbox in process: one order's whole life in both stores, in virtual time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from crossdock.connector.contract import CancelState, Connection, FulfillmentRequest, Kind, Role
from crossdock.connector.errors import AuthFailed, Gone, OutcomeUnknown, RateLimited, Rejected, Unavailable
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.money import Money
from crossdock.core.orders import Attribute, FinancialStatus, Order, ShippingLine
from crossdock.core.vendor_order import DraftLine, OrderChanges, VendorOrderDraft
from crossdock.platforms.shopify import auth
from crossdock.platforms.shopify.platform import PLATFORM
from crossdock.platforms.shopify.scopes import WANTED
from crossdock.platforms.shopify.store import ShopifyStore
from tests.platforms.shopify.scripted import draft, line, usd
from tests.platforms.shopify.world import SECRET, World

# Without the two refunded ones, which are stated beside a sale: Shopify keeps what is stated (OrderCreateOrderInput),
# the sandbox goes by the transactions.
STATED = [
    FinancialStatus.PENDING,
    FinancialStatus.AUTHORIZED,
    FinancialStatus.PARTIALLY_PAID,
    FinancialStatus.PAID,
    FinancialStatus.VOIDED,
    FinancialStatus.EXPIRED,
]


async def test_check() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    info = await vendor.check()
    assert (info.domain, info.currency, info.missing_scopes) == ("vendor.myshopify.com", "USD", ())
    assert [(each.id, each.active) for each in info.locations] == [(info.default_location_id, True)]


async def test_without_the_scope_for_locations_the_test_says_so_and_goes_on() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    await world.do("set_scopes", "vendor", scopes=["write_orders", "read_products"])
    info = await vendor.check()
    assert set(info.missing_scopes) >= {"read_locations", "write_inventory", "read_inventory"}
    assert (info.default_location_id, info.locations) == ("", ())


async def test_an_order_reads_as_its_webhook_says() -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT)
    await merchant.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/m")
    assert (await merchant.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/m")).changed == ()
    placed = await world.place("market")
    await world.do(
        "edit_order",
        "market",
        order_id=placed["order_id"],
        set={"metafields": [_metafield("custom"), _metafield("other")]},
    )
    await world.pass_time(10)
    read = await merchant.read_order(placed["order_id"])
    told = [each.snapshot for each in world.seen(Role.MERCHANT, "/hooks/shopify/m") if each.kind is Kind.ORDER]
    assert told
    assert read in told
    assert read.total == usd("24.00")
    assert read.financial_status is FinancialStatus.PAID
    assert (read.lines[0].quantity, read.lines[0].discount, read.lines[0].variant_id) == (
        2,
        usd("1.00"),
        world.variant("market"),
    )
    assert read.tags == ("A", "b")
    assert [each.namespace for each in read.metafields] == ["custom"]


async def test_changed_orders_in_pages_and_long_orders_whole() -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT, plan="rehearsal")
    since = world.time.now
    many = [{"variant_id": world.variant("market"), "quantity": 1, "price": "1.00"} for _ in range(120)]
    for number in range(60):
        await world.place("market", lines=many if number == 7 else many[:1])
        await world.pass_time(1)
    await world.pass_time(60)
    found: list[Order] = []
    cursor = ""
    while True:
        page = await merchant.changed_orders(since, cursor)
        found += page.items
        cursor = page.cursor
        if not cursor:
            break
    assert len({each.id for each in found}) == 60
    assert sorted(len(each.lines) for each in found)[-1] == 120
    assert [each.updated_at for each in found] == sorted(each.updated_at for each in found)


def _metafield(namespace: str) -> dict[str, str]:
    return {"namespace": namespace, "key": "k1", "type": "single_line_text_field", "value": "v"}


def order_for(world: World, **changed: Any) -> VendorOrderDraft:
    lines: tuple[DraftLine, ...] = (
        line("11", variant_id=world.variant("vendor"), discount=usd("1.00")),
        line("12", variant_id="", title="Custom", sku="C-1", quantity=1, unit_price=usd("3.00")),
    )
    given = {
        "total": usd("26.50"),
        "shipping_lines": (ShippingLine("Post", usd("5.00"), usd("0.50")),),
        "attributes": (Attribute("gift", "yes"),),
        "note": "n",
        "tags": ("marketplace",),
    }
    return draft(*lines, **(given | changed))


async def connected() -> tuple[World, ShopifyStore]:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR, plan="plus")
    await vendor.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/v")
    return world, vendor


@pytest.mark.parametrize("status", STATED)
async def test_a_vendor_order_is_what_was_meant(status: FinancialStatus) -> None:
    world, vendor = await connected()
    made = await vendor.create_order(order_for(world, financial_status=status))
    assert made.total == usd("26.50")
    assert made.financial_status is status
    assert made.reference == "cd-1-2-3-1"
    assert [each for each, _ in made.line_ids] == ["11", "12"]
    (order,) = (await world.dump("vendor"))["orders"]
    assert order["reference"] == "cd-1-2-3-1"
    assert order["source_identifier"] == "cd-1-2-3-1"
    assert Decimal(order["total"]) == Decimal("26.50")
    assert order["email"] == "ada@example.com"
    assert order["customer"]["first_name"] == "Ada"
    assert {(each["name"], each["value"]) for each in order["attributes"]} == {
        ("gift", "yes"),
        ("Marketplace order", "#1001"),
    }
    assert (await world.dump("vendor"))["inventory"][world.variant("vendor")] == 3


async def test_a_reference_is_made_once_and_found() -> None:
    world, vendor = await connected()
    assert await vendor.find_order("cd-1-2-3-1") is None
    made = await vendor.create_order(order_for(world))
    assert made.available == ((world.variant("vendor"), 3),)
    assert made.custom_line_ids == ()
    assert await vendor.find_order("cd-1-2-3-1") == msgspec.structs.replace(made, available=())
    with pytest.raises(Rejected) as error:
        await vendor.create_order(order_for(world))
    assert error.value.code == "reference_taken"
    assert len((await world.dump("vendor"))["orders"]) == 1


@pytest.mark.parametrize("kind", ["error_after", "internal_error_after", "drop_after"])
async def test_a_lost_answer_is_found_afterwards(kind: str) -> None:
    world, vendor = await connected()
    await world.sandbox.control(
        {"op": "faults", "seed": 1, "rules": [{"where": "graphql", "match": "*rder*reate*", "kind": kind, "rate": 1}]}
    )
    with pytest.raises(OutcomeUnknown):
        await vendor.create_order(order_for(world))
    await world.sandbox.control({"op": "faults", "seed": 1, "rules": []})
    assert await vendor.find_order("cd-1-2-3-1") is not None


async def test_an_update_follows_and_keeps_our_details() -> None:
    world, vendor = await connected()
    made = await vendor.create_order(order_for(world))
    changes = OrderChanges(email="new@example.com", note="", tags=("z",), attributes=(Attribute("gift", "no"),))
    await vendor.update_order(made.id, changes)
    await vendor.update_order(made.id, changes)
    (order,) = (await world.dump("vendor"))["orders"]
    assert (order["email"], order["note"] or "", order["tags"]) == ("new@example.com", "", ["z"])
    assert {(each["name"], each["value"]) for each in order["attributes"]} == {
        ("gift", "no"),
        ("Marketplace order", "#1001"),
    }


async def test_marking_paid_and_cancelling() -> None:
    world, vendor = await connected()
    made = await vendor.create_order(order_for(world, financial_status=FinancialStatus.PENDING))
    for _ in range(2):
        assert (await vendor.mark_paid(made.id)).financial_status is FinancialStatus.PAID
    asked = await vendor.cancel_order(made.id, reason="customer")
    await world.pass_time(5)
    if asked.state is CancelState.PENDING:
        asked = await vendor.cancel_order(made.id, reason="customer", job=asked.job)
    assert asked.state is CancelState.DONE
    assert (await vendor.cancel_order(made.id, reason="customer")).state is CancelState.DONE
    remote, _ = await vendor.read_vendor_order(made.id)
    assert remote.cancelled_at is not None
    assert (await world.dump("vendor"))["inventory"][world.variant("vendor")] == 5
    (seen,) = [
        each for each in world.seen(Role.VENDOR, "/hooks/shopify/v") if each.kind is Kind.ORDER and each.snapshot
    ]
    assert seen.id == made.id


async def test_a_vendor_s_parcel_is_told_and_carried_to_the_merchant_s_order() -> None:
    world, vendor = await connected()
    merchant = await world.create("market", Role.MERCHANT, plan="plus")
    placed = await world.place("market")
    made = await vendor.create_order(order_for(world))
    tracking = {"company": "UPS", "numbers": ["1Z1", "1Z2"], "urls": ["https://u/1", "https://u/2"]}
    remote_line = dict(made.line_ids)["11"]
    await world.pass_time(5)
    await world.do(
        "fulfill_order", "vendor", order_id=made.id, lines=[{"line_id": remote_line, "quantity": 1}], tracking=tracking
    )
    await world.pass_time(5)
    (seen,) = [each for each in world.seen(Role.VENDOR, "/hooks/shopify/v") if each.kind is Kind.FULFILLMENT]
    (parcel,) = await vendor.read_fulfillments(made.id)
    assert seen.snapshot == parcel
    assert (seen.owner_id, parcel.tracking) == (
        made.id,
        Tracking("UPS", ("1Z1", "1Z2"), ("https://u/1", "https://u/2")),
    )
    assert [(each.line_id, each.quantity) for each in parcel.lines] == [(remote_line, 1)]

    line_id = placed["line_ids"][0]
    request = FulfillmentRequest(placed["order_id"], ((line_id, 1),), parcel.tracking)
    first = await merchant.create_fulfillment(request)
    assert first.status is FulfillmentStatus.SUCCESS
    assert [(each.line_id, each.quantity) for each in first.lines] == [(line_id, 1)]
    second = await merchant.create_fulfillment(request)
    with pytest.raises(Rejected) as error:
        await merchant.create_fulfillment(request)
    assert error.value.code == "quantity"
    corrected = await merchant.update_tracking(first.id, Tracking("DHL", ("D1",)))
    assert corrected.tracking == Tracking("DHL", ("D1",), corrected.tracking.urls)
    for _ in range(2):
        await merchant.cancel_fulfillment(second.id)
    statuses = {each.id: each.status for each in await merchant.read_fulfillments(placed["order_id"])}
    assert statuses == {first.id: FulfillmentStatus.SUCCESS, second.id: FulfillmentStatus.CANCELLED}
    await world.pass_time(5)
    assert (await merchant.create_fulfillment(request)).status is FulfillmentStatus.SUCCESS


async def test_before_routing_a_parcel_waits() -> None:
    world = World()
    merchant = await world.create("market", Role.MERCHANT)
    placed = await world.place("market")
    request = FulfillmentRequest(placed["order_id"], ((placed["line_ids"][0], 2),))
    with pytest.raises(Unavailable) as error:
        await merchant.create_fulfillment(request)
    assert error.value.call == "routing"
    await world.pass_time(5)
    await merchant.create_fulfillment(request)


async def test_a_sweep_sees_our_orders_with_their_parcels_and_nobody_else_s() -> None:
    world, vendor = await connected()
    since = world.time.now
    made = await vendor.create_order(order_for(world))
    await world.place("vendor")
    await world.pass_time(5)
    await world.do(
        "fulfill_order", "vendor", order_id=made.id, tracking={"company": "UPS", "numbers": ["1Z"], "urls": []}
    )
    await world.pass_time(60)
    page = await vendor.changed_vendor_orders(since)
    ((remote, parcels),) = page.items
    assert (remote.id, remote.reference, page.cursor) == (made.id, "cd-1-2-3-1", "")
    assert parcels[0].tracking.numbers == ("1Z",)


async def test_what_is_not_there_is_gone() -> None:
    _, vendor = await connected()
    for ask in (vendor.read_order, vendor.read_vendor_order, vendor.read_fulfillments):
        with pytest.raises(Gone):
            await ask("1")


async def test_a_revoked_token_asks_for_a_person() -> None:
    world, vendor = await connected()
    await world.do("revoke_token", "vendor")
    with pytest.raises(AuthFailed):
        await vendor.check()


async def test_a_development_store_s_sixth_order_waits() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR, plan="dev")
    await vendor.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/v")
    for number in range(5):
        await vendor.create_order(order_for(world, reference=f"cd-1-2-3-{number}"))
    with pytest.raises(RateLimited) as error:
        await vendor.create_order(order_for(world, reference="cd-1-2-3-6"))
    assert error.value.retry_after == 12.0


async def test_a_flood_of_reads_is_never_throttled() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR, plan="basic")
    await vendor.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/v")
    for _ in range(200):
        await vendor.find_order("cd-1-2-3-1")
    counters = await world.sandbox.control({"op": "counters"})
    assert counters.get("throttled", 0) == 0
    assert world.time.now - datetime(2026, 11, 22, 12, tzinfo=UTC) < timedelta(seconds=(200 * 18 - 2000) / 100 * 1.1)


async def test_money_of_other_currencies() -> None:
    for currency, amount in (("JPY", "1500"), ("KWD", "1.234")):
        world = World()
        made = await world.do("create_store", "vendor", platform="shopify", currency=currency, products=[], plan="plus")
        token = {"mode": "token", "access_token": made["access_token"]}
        vendor = PLATFORM.client(
            Connection(1, Role.VENDOR, made["domain"], made["base_url"], token), world, now=world.time
        )
        await vendor.ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/v")
        price = Money(Decimal(amount), currency)
        odd = line("11", variant_id="", unit_price=price, discount=Money.zero(currency), quantity=1)
        created = await vendor.create_order(draft(odd, currency=currency, total=price))
        assert created.total == price


async def test_tokens_that_expire_are_renewed_and_their_end_asks_for_a_person() -> None:
    world = World()
    app = {"client_id": "id", "client_secret": SECRET, "mode": "expiring"}
    made = await world.do("create_store", "vendor", platform="shopify", currency="USD", products=[], app=app)
    kept = {
        "mode": "expiring",
        "client_id": "id",
        "client_secret": SECRET,
        "access_token": made["access_token"],
        "refresh_token": made["refresh_token"],
    }
    world.time.now += timedelta(hours=2)
    old = PLATFORM.client(_connection(made, kept), world, now=world.time)
    with pytest.raises(AuthFailed):
        await old.check()
    renewed = await old.renew()
    assert renewed is not None
    fresh = PLATFORM.client(_connection(made, renewed.credentials), world, now=world.time)
    assert (await fresh.check()).name
    again = await fresh.renew()
    assert again is not None
    assert again.credentials["refresh_token"] != renewed.credentials["refresh_token"]
    world.time.now += timedelta(days=91)
    with pytest.raises(AuthFailed):
        await PLATFORM.client(_connection(made, again.credentials), world, now=world.time).renew()


async def test_client_credentials_need_no_token_to_begin_with() -> None:
    world = World()
    app = {"client_id": "id", "client_secret": SECRET, "mode": "client_credentials"}
    made = await world.do("create_store", "vendor", platform="shopify", currency="USD", products=[], app=app)
    kept = {"mode": "client_credentials", "client_id": "id", "client_secret": SECRET}
    renewed = await PLATFORM.client(_connection(made, kept), world, now=world.time).renew()
    assert renewed is not None
    await PLATFORM.client(_connection(made, renewed.credentials), world, now=world.time).check()


async def test_the_code_grant_from_the_owner_s_click_to_the_first_call() -> None:
    world = World()
    app = {"client_id": "id", "client_secret": SECRET, "mode": "expiring"}
    made = await world.do("create_store", "vendor", platform="shopify", currency="USD", products=[], app=app)
    url = auth.authorize_url(
        made["base_url"],
        client_id="id",
        scopes=WANTED[Role.VENDOR],
        redirect_uri="http://127.0.0.1:8000/connect/shopify/callback",
        state="nonce",
    )
    status, headers, _ = await world.sandbox.handle("GET", url, {}, b"")
    assert status == 302
    params = dict(parse_qsl(urlsplit({name.lower(): value for name, value in headers.items()}["location"]).query))
    shop, code = auth.verify_callback(params, secret=SECRET, state="nonce")
    assert shop == made["domain"]
    given = {"client_id": "id", "client_secret": SECRET, "code": code, "now": world.time.now}
    kept = await auth.exchange_code(world, made["base_url"], **given)
    info = await PLATFORM.client(_connection(made, kept), world, now=world.time).check()
    assert info.missing_scopes == ()
    with pytest.raises(AuthFailed):
        await auth.exchange_code(world, made["base_url"], **given)


async def test_an_uninstalled_app_hears_of_it_and_is_shut_out() -> None:
    world, vendor = await connected()
    await world.do("uninstall", "vendor")
    await world.pass_time(5)
    told = world.seen(Role.VENDOR, "/hooks/shopify/v")
    assert [(each.kind, each.data) for each in told] == [(Kind.STORE, {"state": "uninstalled"})]
    with pytest.raises(AuthFailed):
        await vendor.check()


def _connection(made: dict[str, Any], credentials: dict[str, Any]) -> Connection:
    return Connection(1, Role.VENDOR, made["domain"], made["base_url"], credentials)
