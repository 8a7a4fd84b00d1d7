"""The marketplace whose calls are counted, and what happens in it: one vendor on each platform, goods of two variants.

Every happening comes to all vendors at once, `number` times each, while the workers stand still. Not here: counting.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from bench.stage import Stage, now

Json = dict[str, Any]
MERCHANT = "bench-market"
SIZES = ("S", "M")
STOCK = 50
KINDS = ("order", "vendor_order", "fulfillment", "listing", "level", "adjustment")
TRACKING = {"company": "PostNord", "numbers": ["PN000000001SE"], "urls": ["https://t.example/1"]}
MENDED = {"company": "PostNord", "numbers": ["PN000000002SE"], "urls": ["https://t.example/2"]}


class CallsMarket:
    """Its stores in the sandbox and in the hub, connected and read; nothing is listed yet."""

    def __init__(self, stage: Stage, merchant: str, vendors: Sequence[str], number: int) -> None:
        from crossdock.rehearsal import hub, offering
        from crossdock_sandbox.traffic.plan import Terms

        self.stage, self.number = stage, number
        self.built = self._build(merchant, vendors)
        self.joined = hub.join(self.built, Terms(), slug=f"calls-{merchant}", now=now(), linked=False)
        stage.wait(lambda: hub.stores_left(self.joined, now()) == 0, "stores are not connected", every=0.5)
        offering.set_rules(self.joined, now())
        stage.wait(lambda: offering.catalogues_left(self.joined) == 0, "catalogues are not read", every=0.5)
        stage.wait_quiet(KINDS)
        self.shops = self.built.market.shops
        self.stores = dict(stage.sql("SELECT vendor_id, id FROM store WHERE marketplace_id = %s", self._id))

    @property
    def _id(self) -> int:
        return int(self.joined.marketplace.pk)

    def _build(self, merchant: str, vendors: Sequence[str]) -> Any:
        from crossdock_sandbox.traffic.building import build
        from crossdock_sandbox.traffic.control import HttpControl
        from crossdock_sandbox.traffic.plan import Market, Shop

        shops = tuple(
            Shop(f"{name}-of-{merchant}", name, f"{name}@example.com", self._offers(f"{name}-of-{merchant}"), name)
            for name in vendors
        )
        market = Market(f"{MERCHANT}-{merchant}", "Market", "EUR", shops, merchant)

        async def make() -> Any:
            async with HttpControl(self.stage.sandbox_url) as control:
                return await build(control, market, plan="rehearsal", progress=lambda more: None, listed=False)

        return asyncio.run(make())

    def _offers(self, shop: str) -> tuple[Any, ...]:
        from crossdock_sandbox.traffic.plan import Found, Offer

        def offer(number: int, size: str) -> Offer:
            key, title, sku = f"{shop}:{number}:{size}", f"Stoneware mug {number}", f"{shop}-{number}-{size}"
            more = {"stock": STOCK, "product": f"{shop}:{number}", "options": (("Size", size),), "weight": 380}
            return Offer(key, shop, title, sku, "24.00", title, sku, shop, Found.LINK, **more)

        return tuple(offer(number, size) for number in range(self.number) for size in SIZES)

    # -- what happens, as control operations; `which` picks among the goods --

    def goods(self, shop: Any, size: str = SIZES[0]) -> list[Any]:
        """One offer of each product."""
        return [offer for offer in shop.offers if offer.options[0][1] == size]

    def offer_all(self) -> None:
        from crossdock.rehearsal import offering

        offering.offer(self.joined, self.built, now())

    def relink(self) -> None:
        from crossdock.rehearsal import offering

        self.built.listings.update(offering.found_listings(self.joined, self.built))

    def orders(self) -> list[Json]:
        person = {"first_name": "Astrid", "last_name": "Lindqvist", "email": "astrid@example.com"}
        home = {
            "first_name": "Astrid",
            "last_name": "Lindqvist",
            "address1": "Storgatan 14",
            "city": "Uppsala",
            "country_code": "SE",
            "zip": "753 31",
            "phone": "+46701234567",
        }
        return [
            {
                "op": "place_order",
                "store": self.built.market.merchant,
                "lines": [{"variant_id": self.built.listings[offer.key].variant, "quantity": 1}],
                "paid": True,
                "customer": person,
                "shipping_address": home,
                "billing_address": home,
                "note": "Ring twice",
            }
            for shop in self.shops
            for offer in self.goods(shop)
        ]

    def of_orders(self, op: str, **more: Any) -> list[Json]:
        """An operation on each of the merchant's newest orders."""
        wanted = self.number * len(self.shops)
        rows = self.stage.sql(
            "SELECT remote_id FROM merchant_order WHERE marketplace_id = %s ORDER BY id DESC LIMIT %s",
            *(self._id, wanted),
        )
        assert len(rows) == wanted, f"{len(rows)} orders, not {wanted}"
        return [{"op": op, "store": self.built.market.merchant, "order_id": id, **more} for (id,) in rows]

    def of_vendor_orders(self, op: str, **more: Any) -> list[Json]:
        """An operation on each vendor order that can still be shipped."""
        rows = self.stage.sql(
            "SELECT v.vendor_id, v.remote_id FROM vendor_order v WHERE v.marketplace_id = %s AND v.state = 'linked' "
            "ORDER BY v.id",
            self._id,
        )
        shops = {self.joined.vendors[shop.key]: shop.key for shop in self.shops}
        return [{"op": op, "store": shops[vendor], "order_id": id, **more} for vendor, id in rows]

    def of_parcels(self, op: str, ships: list[Json], made: list[Json], **more: Any) -> list[Json]:
        """An operation on each parcel that was just made, where people at the vendor's can do it."""
        from crossdock_sandbox.platforms import platforms

        able = {shop.key for shop in self.shops if op in platforms()[shop.platform].ops}
        return [
            {"op": op, "store": ship["store"], "fulfillment_id": parcel["fulfillment_id"], **more}
            for ship, parcel in zip(ships, made, strict=True)
            if ship["store"] in able
        ]

    def of_goods(self, op: str, *, product: bool = False, **more: Any) -> list[Json]:
        """An operation on one variant of each product, or on the product."""
        return [
            {"op": op, "store": shop.key, **self._named(offer.key, product=product), **more}
            for shop in self.shops
            for offer in self.goods(shop)
        ]

    def _named(self, key: str, *, product: bool) -> dict[str, str]:
        ids = self.built.goods[key]
        return {"product_id": ids.product} if product else {"variant_id": ids.variant}

    # -- whether the hub knows it, and whether the merchant's store has it --

    def list_anew(self, vendor_store: int, kinds: Sequence[str]) -> None:
        """Let the store be listed at once, as it is every few minutes."""
        from crossdock.models import Sweep
        from crossdock.operations.marks import mark_store

        for sweep in Sweep.objects.filter(store=vendor_store, kind__in=kinds):
            mark_store("sweep", sweep.pk, now=now(), reason="asked")

    def listed(self) -> Iterator[tuple[Any, Json, Json, Any]]:
        """Each good's offer, its product and variant as the merchant's store has them, and the stock there."""
        (found,) = self.stage.control([{"op": "dump", "store": self.built.market.merchant}])
        there = {
            str(variant["id"]): (product, variant) for product in found["products"] for variant in product["variants"]
        }
        for shop in self.shops:
            for offer in self.goods(shop):
                product, variant = there[self.built.listings[offer.key].variant]
                yield offer, product, variant, found["inventory"].get(str(variant["id"]))
