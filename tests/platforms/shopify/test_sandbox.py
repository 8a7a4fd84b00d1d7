"""The connector against the sandbox in process: one order's whole life in both stores, in virtual time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest

from crossdock.connector.contract import CancelState, Connection, FulfillmentRequest, Kind, Observation, Role, Webhook
from crossdock.connector.errors import AuthFailed, Gone, OutcomeUnknown, RateLimited, Rejected, Unavailable
from crossdock.connector.http import NoAnswer, Request, Response
from crossdock.core.fulfillment import FulfillmentStatus, Tracking
from crossdock.core.money import Money
from crossdock.core.orders import Attribute, FinancialStatus, Order, ShippingLine
from crossdock.core.vendor_order import DraftLine, OrderChanges, VendorOrderDraft
from crossdock.platforms.shopify.platform import PLATFORM
from crossdock.platforms.shopify.store import ShopifyStore
from crossdock_sandbox import dump
from crossdock_sandbox.errors import Dropped
from crossdock_sandbox.world import Sandbox
from tests.platforms.shopify.scripted import draft, line, usd

SECRET = "hush"
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


class Time:
    """A `Clock` that sleeping moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class World:
    """A sandbox with one merchant's and one vendor's store; it is the transport too."""

    def __init__(self) -> None:
        self.time = Time()
        self.delivered: list[tuple[str, Webhook]] = []
        self.sandbox = Sandbox(seed=1, now=self.time, deliver=self._deliver, sleep=self.time.sleep)
        self.made: dict[str, dict[str, Any]] = {}

    async def send(self, request: Request) -> Response:
        try:
            return Response(
                *await self.sandbox.handle(request.method, request.url, dict(request.headers), request.body)
            )
        except Dropped as error:
            raise NoAnswer(str(error)) from None

    async def _deliver(self, url: str, headers: dict[str, str], body: bytes) -> int:
        webhook = Webhook({name.lower(): value for name, value in headers.items()}, body)
        self.delivered.append((urlsplit(url).path, webhook))
        return 200

    async def do(self, op: str, store: str, **given: Any) -> dict[str, Any]:
        return await self.sandbox.control({"op": op, "store": store, **given})

    async def create(self, name: str, role: Role, **given: Any) -> ShopifyStore:
        products = [
            {
                "title": "Mug",
                "vendor": "Acme",
                "variants": [{"sku": "MUG-1", "price": "10.00", "title": "Red", "inventory": 5}],
            },
            {"title": "Tee", "vendor": "Acme", "variants": [{"sku": f"TEE-{n}", "price": "20.00"} for n in range(2)]},
        ]
        app = {"client_id": "id", "client_secret": SECRET, "mode": "token"}
        made = await self.do(
            "create_store", name, platform="shopify", currency="USD", products=products, app=app, **given
        )
        self.made[name] = made
        token = {"mode": "token", "access_token": made["access_token"], "client_id": "id", "client_secret": SECRET}
        return PLATFORM.client(Connection(1, role, made["domain"], made["base_url"], token), self, now=self.time)

    def variant(self, name: str, product: int = 0) -> str:
        return str(self.made[name]["products"][product]["variants"][0]["id"])

    async def pass_time(self, seconds: float) -> None:
        """Everything due in the next `seconds`, one thing after another."""
        end = self.time.now + timedelta(seconds=seconds)
        while (due := self.sandbox.next_due()) is not None and due <= end:
            self.time.now = max(due, self.time.now)
            await self.sandbox.settle()
        self.time.now = end

    async def place(self, name: str, **given: Any) -> dict[str, Any]:
        address = {
            "first_name": "Ada",
            "last_name": "Lovelace",
            "address1": "1 High St",
            "city": "Kent",
            "zip": "CT1 1AA",
        }
        address |= {"country": "United Kingdom", "country_code": "GB", "phone": "+441234"}
        order = {
            "lines": [{"variant_id": self.variant(name), "quantity": 2, "price": "10.00", "discount": "1.00"}],
            "shipping": [{"title": "Post", "price": "5.00"}],
            "customer": {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": ""},
            "shipping_address": address,
            "billing_address": address,
            "note": "ring twice ☎",
            "tags": ["b", "A"],
            "attributes": [{"name": "gift", "value": "yes"}],
            "paid": True,
            "gateway": "bogus",
        }
        return await self.do("place_order", name, **(order | given))

    def seen(self, role: Role, path: str) -> list[Observation]:
        found: list[Observation] = []
        for where, webhook in self.delivered:
            if where == path:
                domain = webhook.headers["x-shopify-shop-domain"]
                PLATFORM.verify(webhook, secrets=["new", SECRET], domain=domain)
                found += PLATFORM.observe(webhook, role=role)
        return found

    async def dump(self, name: str) -> Any:
        return dump.store(self.sandbox.shops[name])


async def test_check_and_catalogue() -> None:
    world = World()
    vendor = await world.create("vendor", Role.VENDOR)
    info = await vendor.check()
    assert (info.domain, info.currency, info.missing_scopes) == ("vendor.myshopify.com", "USD", ())
    variants = (await vendor.list_variants()).items
    assert {each.sku for each in variants} == {"MUG-1", "TEE-0", "TEE-1"}
    (mug,) = [each for each in variants if each.sku == "MUG-1"]
    assert (mug.title, mug.vendor_name, mug.variant_id) == ("Mug", "Acme", world.variant("vendor"))


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
    assert await vendor.find_order("cd-1-2-3-1") == made
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
