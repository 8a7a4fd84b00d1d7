"""Rules about webhooks: subscribed once, believed only when signed, never a stumbling block, and quiet about our own.

Not here: what the engine makes of an observation (sync/intake.py).
"""

from collections.abc import Sequence

from msgspec.structs import replace

from crossdock.connector.capabilities import Can
from crossdock.connector.contract import Kind, Observation, Role, Webhook, WebhookRefused
from crossdock.connector.testing.bench import Bench, Made
from crossdock.connector.testing.desk import Desk
from crossdock.connector.testing.parcels import ROUTING, TRACKED
from crossdock.connector.testing.rules import Broken, NotCovered, expect, only, rule, same
from crossdock.core.catalog import Product
from crossdock.core.edits import order_digest
from crossdock.core.fulfillment import Fulfillment
from crossdock.core.orders import Order
from crossdock.core.vendor_order import OrderChanges, RemoteVendorOrder

ODD = (b"", b"{", b"[]", b"null", b"0", b'"x"', b"{}", b'{"id": null}', b'{"id": {"id": [1]}}', b'{"id": -1}',
       b"\xff\xfe", b"[" * 5_000, b'{"id": "\\u0000"}', b"<html></html>",
       b'{"id": 9999999999999999999999, "updated_at": "never"}')  # fmt: skip


class Post:
    """The deliveries of one store, believed as the engine would believe them."""

    def __init__(self, desk: Desk, role: Role, secrets: Sequence[str]) -> None:
        self.desk, self.role, self.secrets = desk, role, tuple(secrets)

    @classmethod
    async def open(cls, bench: Bench, role: Role) -> "Post":
        """A store that tells us things; NotCovered when it tells nothing as it is connected."""
        store = await bench.open_store(role, (_mug(), _tee()), told=True)
        desk = Desk(bench, store)
        subscribed = await desk.client.ensure_subscriptions(bench.hook_address(store))
        if not subscribed.topics:
            raise NotCovered(f"{bench.platform.title}: nothing to subscribe to as a {role} as the bench connects it")
        kept = {**store.connection.credentials, **subscribed.keep}
        desk.store = replace(store, connection=replace(store.connection, credentials=kept))
        desk.client = desk.speak(desk.wire)
        secrets = [kept.get("client_secret", ""), *kept.get("webhook_secrets", ())]
        return cls(desk, role, [str(one) for one in secrets if one])

    def believed(self, webhook: Webhook, secrets: Sequence[str] | None = None) -> bool:
        given = self.secrets if secrets is None else secrets
        try:
            self.desk.bench.platform.verify(webhook, secrets=given, domain=self.desk.store.connection.domain)
        except WebhookRefused:
            return False
        return True

    async def new(self, since: int) -> list[Webhook]:
        """What came after the first `since` deliveries, a while later."""
        await self.desk.bench.pass_time(60)
        return list(self.desk.bench.delivered(self.desk.store))[since:]

    @property
    def count(self) -> int:
        return len(self.desk.bench.delivered(self.desk.store))

    def seen(self, webhooks: Sequence[Webhook]) -> list[Observation]:
        found: list[Observation] = []
        for webhook in webhooks:
            expect(self.believed(webhook), f"a true delivery is refused: {_topic(webhook)}")
            found += self.desk.bench.platform.observe(webhook, role=self.role)
        return found


def _mug() -> dict[str, object]:
    return {"title": "Mug", "variants": [{"sku": "MUG-R", "price": "10.00", "inventory": 500}]}


def _tee() -> dict[str, object]:
    return {"title": "Tee", "variants": [{"sku": "TEE", "price": "20.00", "inventory": 400}]}


def _topic(webhook: Webhook) -> str:
    return ", ".join(value for name, value in webhook.headers.items() if "topic" in name) or "no topic"


@rule()
async def subscribing_is_repeatable(bench: Bench) -> None:
    """The second time finds everything there and writes nothing; another address of ours takes the place of the
    first; taking back twice is once. Where webhooks are declared as "no", nothing is subscribed."""
    await _subscribes(bench, Role.VENDOR)


@rule(role=Role.MERCHANT)
async def subscribing_a_merchants_store_is_repeatable(bench: Bench) -> None:
    """The same where the merchant sells."""
    await _subscribes(bench, Role.MERCHANT)


async def _subscribes(bench: Bench, role: Role) -> None:
    store: Made = await bench.open_store(role, (), told=True)
    desk = Desk(bench, store)
    address = bench.hook_address(store)
    first = await desk.client.ensure_subscriptions(address)
    cannot = bench.platform.capabilities.webhooks.can is Can.NO
    expect(not (cannot and first.topics), "webhooks are declared as impossible, and subscribed")
    kept = {**store.connection.credentials, **first.keep}
    desk.store = replace(store, connection=replace(store.connection, credentials=kept))
    again = await desk.speak().ensure_subscriptions(address)
    same("what the second time changed", again.changed, ())
    same("topics the second time", sorted(again.topics), sorted(first.topics))
    moved = await desk.speak().ensure_subscriptions(f"{address}/moved")
    same("topics at another address", sorted(moved.topics), sorted(first.topics))
    expect(moved.changed or not first.topics, "another address changed nothing")
    for _ in range(2):
        await desk.speak().remove_subscriptions()


@rule("create_order", "webhooks", acts=("fulfill_order",))
async def deliveries_are_believed_only_when_signed(bench: Bench) -> None:
    """As sent: yes, also when an older secret is tried first. With another body, another signature, none, or other
    secrets: no."""
    post = await Post.open(bench, Role.VENDOR)
    made = await post.desk.placed()
    await bench.pass_time(ROUTING)
    await post.desk.act("fulfill_order", order_id=made.id, tracking=TRACKED)
    webhooks = [one for one in await post.new(0) if post.seen([one])]
    expect(webhooks, "nothing was delivered of an order that was shipped")
    webhook = webhooks[-1]
    expect(post.believed(webhook, ["another", *post.secrets]), "refused when an older secret comes first")
    for other in ([], [""], ["another"], [post.secrets[0] + "0"], ["é" * 5]):
        expect(not post.believed(webhook, other), f"believed with the secrets {other!r}")
    for body in (webhook.body + b" ", webhook.body[:-1], b""):
        expect(not post.believed(replace(webhook, body=body)), "a body that was tampered with is believed")
    for name, value in webhook.headers.items():
        if "signature" in name or "hmac" in name:
            rest = {key: each for key, each in webhook.headers.items() if key != name}
            expect(not post.believed(replace(webhook, headers=rest)), f"believed without {name}")
            for forged in ("", "x", value[:-2], value[::-1], "é"):
                told = replace(webhook, headers={**rest, name: forged})
                expect(not post.believed(told), f"believed with {name}: {forged!r}")


@rule("create_order", "webhooks", acts=("fulfill_order",))
async def what_happens_to_our_order_is_told_by_its_key(bench: Bench) -> None:
    """What the vendor ships is observed as the order, or as a parcel of it, under the ids that reads give; a snapshot
    that is whole says what a read says."""
    post = await Post.open(bench, Role.VENDOR)
    made = await post.desk.placed()
    await bench.pass_time(ROUTING)
    before = post.count
    await post.desk.act("fulfill_order", order_id=made.id, tracking=TRACKED)
    seen = post.seen(await post.new(before))
    about = [one for one in seen if made.id in (one.id if one.kind is Kind.ORDER else "", one.owner_id)]
    expect(about, f"a parcel was told as {[(one.kind.value, one.id) for one in seen]}, the order is {made.id}")
    order, parcels = await post.desk.client.read_vendor_order(made.id)
    for one in about:
        expect(one.version >= 0 and one.deleted is False, f"an odd observation: {one.kind}")
        if isinstance(one.snapshot, Fulfillment):
            same("the parcel as told", one.snapshot, {each.id: each for each in parcels}.get(one.snapshot.id))
        elif isinstance(one.snapshot, RemoteVendorOrder):
            same("the order's reference as told", one.snapshot.reference, order.reference)


@rule("create_order", "webhooks", "edit_note")
async def echoes_of_our_own_edits_say_what_we_know(bench: Bench) -> None:
    """A delivery that our own write caused observes nothing but what a read gives: no cancellation, no other total, no
    strange order."""
    post = await Post.open(bench, Role.VENDOR)
    made = await post.desk.placed()
    await post.desk.client.update_order(made.id, OrderChanges(note="ring twice"))
    read, parcels = await post.desk.client.read_vendor_order(made.id)
    for one in post.seen(await post.new(0)):
        expect(one.kind in (Kind.ORDER, Kind.NOTHING, Kind.LEVEL, Kind.PRODUCT), f"an echo told as {one.kind}")
        if one.kind is Kind.ORDER:
            same("the order of an echo", one.id, made.id)
        if isinstance(one.snapshot, RemoteVendorOrder):
            told = one.snapshot
            found = (told.id, told.reference, told.cancelled_at, told.financial_status, told.total)
            same("an echo", found, (read.id, read.reference, None, read.financial_status, read.total))
    same("parcels", parcels, ())


@rule("webhooks", role=Role.MERCHANT, acts=("place_order",))
async def a_customers_order_is_told_at_once(bench: Bench) -> None:
    """By its id; a whole snapshot is what a read gives."""
    post = await Post.open(bench, Role.MERCHANT)
    made = await post.desk.shopped()
    seen = [one for one in post.seen(await post.new(0)) if one.kind is Kind.ORDER and one.id == made["order_id"]]
    expect(seen, "an order was placed, and nothing told of it")
    read = await post.desk.client.read_order(made["order_id"])
    for one in seen:
        if isinstance(one.snapshot, Order):
            same("the order told, without its moments", order_digest(one.snapshot), order_digest(read))


@rule("webhooks", "read_catalogue", acts=("edit_product", "delete_product"))
async def what_the_vendor_does_to_products_is_told_or_listed(bench: Bench) -> None:
    """A change comes by webhook with the id that reads give, or at least by the list of what changed; a product that
    is told as whole is what a read gives in all that it says."""
    post = await Post.open(bench, Role.VENDOR)
    desk = post.desk
    await bench.pass_time(600)
    since, before, tee = desk.now, post.count, desk.product("TEE")
    await desk.act("edit_product", product_id=tee, set={"title": "Shirt"})
    seen = [one for one in post.seen(await post.new(before)) if one.kind is Kind.PRODUCT]
    read = only("products read", await desk.client.read_products([tee]))
    for one in seen:
        same("the product told", one.id, tee)
        if isinstance(one.snapshot, Product):
            told = one.snapshot
            same("its title as told", told.title, "Shirt")
            same("its variants as told", {each.id for each in told.variants}, {each.id for each in read.variants})
    expect(seen or [one for one in await desk.changed_products(since) if one.id == tee], "a change is not seen")
    before = post.count
    await desk.act("delete_product", product_id=tee)
    for one in post.seen(await post.new(before)):
        if one.kind is Kind.PRODUCT:
            expect(one.deleted or one.snapshot is None, "a deleted product is told as if it were there")


@rule("create_order", "webhooks", acts=("fulfill_order",))
async def odd_deliveries_never_raise(bench: Bench) -> None:
    """Whatever a body holds, with the headers of a true delivery, with odd ones and with none."""
    post = await Post.open(bench, Role.VENDOR)
    made = await post.desk.placed()
    await bench.pass_time(ROUTING)
    await post.desk.act("fulfill_order", order_id=made.id, tracking=TRACKED)
    true = await post.new(0)
    headers = [one.headers for one in {_topic(each): each for each in true}.values()]
    headers += [{}, dict.fromkeys(true[-1].headers, "\x00é")]
    for given in headers:
        for body in (*ODD, true[-1].body):
            for role in Role:
                _harmless(bench, Webhook(given, body), role)


def _harmless(bench: Bench, webhook: Webhook, role: Role) -> None:
    try:
        seen = bench.platform.observe(webhook, role=role)
    except Exception as error:
        raise Broken(f"observe raised {type(error).__name__} for {webhook.body[:60]!r}") from error
    for one in seen:
        told = bool(one.id) or one.kind in (Kind.NOTHING, Kind.STORE, Kind.PRIVACY)
        expect(told, f"{webhook.body[:60]!r} gave {one.kind} without an id")
    try:
        bench.platform.verify(webhook, secrets=("a", "b"), domain="x.example")
    except WebhookRefused:
        return
    except Exception as error:
        raise Broken(f"verify raised {type(error).__name__} for {webhook.body[:60]!r}") from error
    raise Broken(f"verify believed {webhook.body[:60]!r}")
