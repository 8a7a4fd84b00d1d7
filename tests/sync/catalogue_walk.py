"""What vendors, shoppers, the merchant, its staff and fate do to a marketplace of listed products: one method a step.

Steps that cannot be taken are not. `Bazaar` remembers what a judge cannot see in the stores: what the merchant edited
by hand, and which rules were ever in force. Not here: which steps come when (test_catalogue_random.py), any judgement.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from crossdock.models import Listing, VendorOrder
from crossdock.operations import catalogue_rules, choosing, offering, orders, people, settings, stores, vendors
from crossdock.operations.offering import ListingBusy, NothingHeld
from crossdock.operations.orders import NotInThatState
from crossdock_sandbox.errors import BadInput
from tests.outside import of
from tests.outside_listings import Hand, vendor_id_of
from tests.sync.catalogue_vendors import Staff, goods
from tests.world import ADDRESS, BUYER, Crash, World, connect, credentials

Json = dict[str, Any]
LONG = timedelta(hours=3)  # back-off reaches a quarter of an hour
LISTED = timedelta(minutes=5)  # longer than listings lag
OUTAGE = timedelta(minutes=11)  # longer than any
RULES: Json = {"new_status": "active", "on_delete": "draft", "price_factor": "1", "stock_buffer": 0}


class Bazaar:
    """A merchant, its vendors, and what has happened so far."""

    def __init__(self, world: World, names: tuple[str, ...]) -> None:
        self.world = world
        self.names = names
        self.staff = Staff(world, names)
        self.hand = Hand()
        self.hand.renewed = self.staff.renewed
        self.rules = dict(RULES)
        self.placed: list[str] = []

    async def open(self) -> None:
        """Everything that the vendors have is listed and on sale."""
        world, now = self.world, self.world.clock()
        world.marketplace = await world.do(people.create_marketplace, name="Market", slug="market", now=now)
        own = [{"title": "Our own", "vendor": "Market", "variants": [{"sku": "OWN", "price": "5.00", "inventory": 7}]}]
        await self._shop("market", None, own, {"mode": "token"})
        for number, name in enumerate(self.names, 1):
            world.vendors[name] = await world.do(
                vendors.add_vendor, marketplace=world.marketplace, name=name, email=f"{name}@vendor.test", now=now
            )
            await self._shop(name, world.vendors[name], goods(number), {"mode": "expiring" if number == 1 else "token"})
        await world.do(
            settings.set_order_policy,
            marketplace=world.marketplace,
            vendor=None,
            changes={"order_sync": True, "paid_only": False, "push_unsynced": True, "override_customer": False},
            who="test",
            now=now,
        )
        await self._ruled(**RULES)
        await world.quiet()
        await self._choose_all()
        await world.quiet()

    async def _shop(self, name: str, vendor: Any, products: list[Json], app: Json) -> None:
        world = self.world
        shop = await world.control(
            "create_store", store=name, platform="shopify", currency="EUR", products=products, app=app
        )
        shop["expires_at"] = (world.clock() + timedelta(hours=1)).isoformat()
        world.shops[name] = shop
        world.stores[name] = await world.do(
            stores.connect_store,
            marketplace=world.marketplace,
            vendor=vendor,
            platform="shopify",
            typed_domain=shop["domain"],
            base_url=shop["base_url"],
            credentials=credentials(shop),
            now=world.clock(),
        )

    async def take(self, name: str, *arguments: Any) -> None:
        with suppress(BadInput, NotInThatState, ListingBusy, NothingHeld):  # refused: nothing happened
            await getattr(self.staff if hasattr(self.staff, name) else self, name)(*arguments)

    # -- the merchant, by hand --

    async def _listed(self, at: int) -> Json | None:
        return await self.staff.pick("market", at, lambda one: bool(vendor_id_of(one)))

    async def by_hand(self, at: int, field: str) -> None:
        """A field of a listing; another value each time, so that it is an edit."""
        number = self.staff.next()
        if (product := await self._listed(at)) is None:
            return
        value: Any = f"Ours {number}" if field != "html" else f"<p>Ours {number}</p>"
        if field == "tags":
            value = [*product["tags"], "handmade"]
        await self.world.control("edit_product", store="market", product_id=product["id"], set={field: value})
        self.hand.edit(product["id"], field, value, sure=await self._is_settled(product["id"]))

    async def price_by_hand(self, at: int) -> None:
        number = self.staff.next()
        if (product := await self._listed(at)) is not None:
            variant = product["variants"][at % len(product["variants"])]
            price = f"{1000 + number}.01"
            await self.world.control("edit_variant", store="market", variant_id=variant["id"], set={"price": price})
            self.hand.edit(variant["id"], "price", price, sure=await self._is_settled(product["id"]))
            if variant["id"] in self.hand.own:
                self.hand.own[variant["id"]] = price

    async def _is_settled(self, product_id: str) -> bool:
        """Whether no write of the listing is under way: an edit meanwhile cannot be told from what became of it."""
        rows = await self.world.sql(
            "SELECT written::text FROM listing WHERE merchant_product_id = %s AND state = 'live'", [product_id]
        )
        return bool(rows) and not any(", 2]" in row[0] or '"mark": 2' in row[0] for row in rows)

    async def status_by_hand(self, at: int, status: str) -> None:
        if (product := await self._listed(at)) is not None:
            await self.world.control("edit_product", store="market", product_id=product["id"], set={"status": status})
            self.hand.edit(product["id"], "status", status, sure=False)

    async def delete_by_hand(self, at: int) -> None:
        if (product := await self._listed(at)) is not None:
            await self.world.control("delete_product", store="market", product_id=product["id"])
            self.hand.left((await self.world.dump("market"))["products"])

    async def variant_by_hand(self, at: int) -> None:
        """The merchant deletes a variant of a listing."""
        if (product := await self._listed(at)) is not None and len(product["variants"]) > 1:
            variant = product["variants"][at % len(product["variants"])]
            ids = [variant["id"]]
            sure = await self._is_settled(product["id"])
            await self.world.control("remove_variants", store="market", product_id=product["id"], variant_ids=ids)
            for row in await self.world.sql(
                "SELECT vendor_variant_id FROM variant_link WHERE merchant_variant_id = %s AND ended_at IS NULL", ids
            ):
                self.hand.removed(product["id"], row[0], sure=sure)
            self.hand.left((await self.world.dump("market"))["products"])

    async def own_variant(self, at: int) -> None:
        """The merchant puts a variant of its own on a listing."""
        number = self.staff.next()
        product = await self._listed(at)
        if product is not None and product["options"][0]["name"] != "Title":
            values = [f"Own{number}" for _ in product["options"]]
            row = {"options": values, "sku": "OWN", "price": f"{2000 + number}.02", "inventory": 3}
            made = await self.world.control("add_variants", store="market", product_id=product["id"], variants=[row])
            self.hand.own[made["variants"][0]["id"]] = row["price"]

    async def stock_by_hand(self, at: int, available: int) -> None:
        if (product := await self._listed(at)) is not None:
            variant = product["variants"][at % len(product["variants"])]
            if variant["tracked"]:
                given = {"variant_id": variant["id"], "available": available}
                await self.world.control("set_stock", store="market", **given)

    # -- shoppers --

    async def buy(self, at: int, other: int, quantity: int) -> None:
        products = [one for one in (await self.world.dump("market"))["products"] if one["status"] == "ACTIVE"]
        products.sort(key=lambda one: vendor_id_of(one).zfill(20))
        rows = [variant["id"] for product in products for variant in product["variants"]]
        if not rows:
            return
        lines = [
            {"variant_id": one, "quantity": quantity}
            for one in dict.fromkeys(rows[one % len(rows)] for one in (at, other))
        ]
        order = {"lines": lines, "customer": BUYER, "shipping_address": ADDRESS, "paid": True}
        made = await self.world.control("place_order", store="market", refuse_when_short=True, **order)
        if "order_id" in made:
            self.placed.append(made["order_id"])

    async def buy_there(self, at: int, quantity: int) -> None:
        store = self.staff.vendor(at)
        if (product := await self.staff.pick(store, at // 3)) is not None:
            variant = product["variants"][at % len(product["variants"])]
            lines = [{"variant_id": variant["id"], "quantity": quantity}]
            await self.world.control("place_order", store=store, lines=lines, paid=True, refuse_when_short=True)

    async def cancel(self, at: int) -> None:
        if self.placed:
            number = self.placed[at % len(self.placed)]
            await self.world.control("cancel_order", store="market", order_id=number, reason="customer")

    async def ship(self, at: int) -> None:
        store = self.staff.vendor(at)
        there = [one for one in await self.world.orders(store) if of(one) and not one["cancelled_at"]]
        if there:
            tracking = {"company": "PostNord", "numbers": [f"PN{self.staff.next()}"], "urls": []}
            number = there[at % len(there)]["id"]
            await self.world.control("fulfill_order", store=store, order_id=number, tracking=tracking)

    # -- rules and people --

    async def _ruled(self, **changes: Any) -> None:
        self.rules |= changes
        self.hand.rules(changes)
        await self.world.do(
            catalogue_rules.set_catalogue_policy,
            marketplace=self.world.marketplace,
            vendor=None,
            changes=changes,
            who="test",
            now=self.world.clock(),
        )

    async def rule(self, rule: tuple[str, Any]) -> None:
        await self._ruled(**dict([rule]))

    async def choose(self, at: int) -> None:
        vendor = self.world.vendors[self.staff.vendor(at)]
        over = await self.world.sql("SELECT merchant_product_id FROM listing WHERE state = 'ended'")
        self.hand.unseen({row[0] for row in over})
        await self.world.do(
            choosing.choose_products,
            vendor=vendor,
            now=self.world.clock(),
            who="test",
            everything=True,
            approved=bool(at % 2),
        )
        chosen = "SELECT merchant_product_id FROM listing WHERE state NOT IN ('ended', 'refused')"
        self.hand.kept -= {row[0] for row in await self.world.sql(chosen)}

    async def approve(self) -> None:
        await self.world.do(
            choosing.approve_listings, marketplace=self.world.marketplace, now=self.world.clock(), who="test"
        )

    async def _choose_all(self) -> None:
        for at in range(len(self.names)):
            await self.choose(at)
        await self.approve()

    async def unlist(self, at: int, how: str) -> None:
        """A person offers a product no longer."""
        rows = await self.world.do(lambda: list(Listing.objects.exclude(state__in=["ended", "refused"]).order_by("pk")))
        if rows:
            row = rows[at % len(rows)]
            if how == "keep":
                self.hand.let_go(row.merchant_product_id)
            await self.world.do(offering.remove_listing, listing=row, how=how, now=self.world.clock(), who="test")

    async def give_back(self, at: int) -> None:
        """Everything that the merchant took of a listing is the vendor's again."""
        rows = await self.world.do(lambda: list(Listing.objects.exclude(taken=[]).filter(state="live").order_by("pk")))
        if rows:
            row = rows[at % len(rows)]
            self.hand.give_back(row.merchant_product_id, await self._variants_of(row))
            await self.world.do(offering.give_back, listing=row, fields=[], now=self.world.clock(), who="test")

    async def _variants_of(self, row: Listing) -> set[str]:
        found = await self.staff.pick("market", 0, lambda one: one["id"] == row.merchant_product_id)
        return {one["id"] for one in found["variants"]} if found else set()

    async def pause(self, at: int) -> None:
        """Only a store that is connected can be."""
        store = self.world.stores[self.staff.vendor(at)]
        await self.world.do(store.refresh_from_db)
        if store.state in ("connected", "unreachable"):
            await self.world.do(stores.pause_store, store=store, now=self.world.clock())

    async def resume(self, at: int) -> None:
        store = self.world.stores[self.staff.vendor(at)]
        await self.world.do(store.refresh_from_db)
        if store.state == "paused":
            await self.world.do(stores.resume_store, store=store, now=self.world.clock())

    async def disconnect(self, at: int) -> None:
        """Not the first, whose token that renews itself would be another then."""
        store = self.world.stores[self.names[1 + at % (len(self.names) - 1)]]
        await self.world.do(stores.disconnect_store, store=store, now=self.world.clock())

    async def connect(self, at: int) -> None:
        name = self.staff.vendor(at)
        store = self.world.stores[name]
        await self.world.do(store.refresh_from_db)
        if store.state == "disconnected":
            await connect(self.world, self.names.index(name) + 1)

    # -- fate --

    async def faults(self, rate: float, *kinds: tuple[str, str]) -> None:
        rules = [{"where": where, "kind": kind, "rate": rate} for where, kind in kinds]
        await self.world.control("faults", seed=self.staff.next(), rules=rules)

    async def outage(self, at: int, seconds: int) -> None:
        store = ("market", *self.names)[at % (len(self.names) + 1)]
        await self.world.control("outage", store=store, seconds=seconds)

    async def empty(self, at: int, on: bool) -> None:
        """A vendor's store answers as if it had no products."""
        await self.world.control("empty_catalogue", store=self.staff.vendor(at), on=on)

    async def crash(self, after: int) -> None:
        """The hub dies at the `after`th crash point from here, wherever that is."""
        left = [after]

        def handler(*place: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Crash(place)

        self.world.points.handler = handler

    async def wait(self, seconds: int) -> None:
        await self.world.quiet(horizon=timedelta(seconds=seconds))

    async def sweep(self) -> None:
        await self.world.sweep()

    async def read(self) -> None:
        await self.world.read_catalogues()

    # -- the end --

    async def heal(self) -> None:
        """Fate rests, stores are back, people decide what waits for them; then everything is looked at."""
        self.world.points.handler = None
        await self.faults(0.0)
        for at in range(len(self.names)):
            await self.empty(at, False)
            await self.resume(at)
            await self.connect(at)
        self.world.clock.at += OUTAGE
        await self._look()
        await self._choose_all()
        await self._people()
        await self._look()
        await self._look()  # what is missing at the merchant counts as sold until orders were listed well after that

    async def _look(self) -> None:
        await self.world.quiet(horizon=LONG)
        self.world.clock.at += LISTED
        await self.world.read_catalogues()
        await self.world.quiet(horizon=LONG)

    async def _people(self) -> None:
        """What the brake holds is meant; what was refused may go again."""
        for vendor in self.world.vendors.values():
            with suppress(NothingHeld):
                await self.world.do(offering.release_brake, vendor=vendor, now=self.world.clock(), who="test")
        for row in await self.world.do(lambda: list(Listing.objects.filter(state="rejected"))):
            await self.world.do(offering.retry_listing, listing=row, now=self.world.clock(), who="test")
        for row in await self.world.do(lambda: list(VendorOrder.objects.filter(held_by_person=True))):
            with suppress(NotInThatState):
                await self.world.do(orders.release_order, vendor_order=row, now=self.world.clock(), who="test")
