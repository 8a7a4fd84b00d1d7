"""The marketplace that is measured: vendors with linked goods, orders of some lines, each line of another vendor."""

import time
from random import Random
from typing import Any

from bench.stage import Stage, now

MERCHANT = "bench-market"
GOODS = 4  # of each vendor


def open_market(stage: Stage, vendors: int) -> tuple[Any, Any]:
    """The stores in the sandbox and the hub that knows them, all connected."""
    import asyncio

    from crossdock.rehearsal import hub
    from crossdock_sandbox.traffic.building import build
    from crossdock_sandbox.traffic.control import HttpControl
    from crossdock_sandbox.traffic.plan import Found, Market, Offer, Shop, Terms

    def offer(shop: str, number: int) -> Offer:
        title, sku = f"Stoneware mug {number} of {shop}", f"{shop}-{number}"
        return Offer(f"{shop}:{number}", shop, title, sku, "24.00", title, sku, shop, Found.LINK, 380)

    names = [f"vendor-{number}" for number in range(1, vendors + 1)]
    shops = tuple(
        Shop(name, name, f"{name}@example.com", tuple(offer(name, good) for good in range(1, GOODS + 1)))
        for name in names
    )
    market = Market(merchant=MERCHANT, name="Market", currency="EUR", shops=shops)

    async def make() -> Any:
        async with HttpControl(stage.sandbox_url) as control:
            return await build(control, market, plan="rehearsal", progress=lambda more: None)

    built = asyncio.run(make())
    joined = hub.join(built, Terms(), slug="bench", now=now())
    stage.wait(lambda: hub.stores_left(joined, now()) == 0, "stores are not connected", every=0.5)
    stage.wait_quiet(("order", "vendor_order", "fulfillment"))
    time.sleep(1.0)
    return built, joined


def orders(built: Any, number: int, lines: int, seed: int = 1) -> list[dict[str, Any]]:
    """Control operations that place them: paid, with a customer, an address, a note and taxes."""
    random = Random(seed)
    shops = built.market.shops
    return [
        _order(built, n, [random.choice(shop.offers) for shop in random.sample(shops, lines)]) for n in range(number)
    ]


def _order(built: Any, number: int, offers: list[Any]) -> dict[str, Any]:
    person = {"first_name": "Astrid", "last_name": "Lindqvist", "email": f"buyer-{number}@example.com"}
    home = {
        "first_name": "Astrid",
        "last_name": "Lindqvist",
        "address1": "Storgatan 14",
        "city": "Uppsala",
        "country_code": "SE",
        "zip": "753 31",
        "phone": "+46701234567",
    }
    return {
        "op": "place_order",
        "store": MERCHANT,
        "lines": [
            {
                "variant_id": built.listings[offer.key].variant,
                "quantity": 1 + number % 2,
                "tax": [{"title": "VAT", "rate": "0.25", "price": "4.80"}],
            }
            for offer in offers
        ],
        "paid": True,
        "customer": person,
        "shipping_address": home,
        "billing_address": home,
        "shipping": [{"title": "Standard", "code": "standard", "price": "9.90"}],
        "note": "Ring twice",
        "gateway": "card",
    }


def shipments(stage: Stage, since: int) -> list[dict[str, Any]]:
    """Control operations by which vendors ship every vendor order whose row is younger than `since`."""
    rows = stage.sql(
        "SELECT v.id, split_part(s.domain, '.', 1), v.remote_id FROM vendor_order v JOIN store s ON s.id = v.store_id "
        "WHERE v.id > %s AND v.remote_id <> '' ORDER BY v.order_id, v.id",
        since,
    )
    return [
        {
            "op": "fulfill_order",
            "store": store,
            "order_id": order_id,
            "tracking": {"company": "PostNord", "numbers": [f"PN{id:09d}SE"], "urls": [f"https://t.example/{id}"]},
        }
        for id, store, order_id in rows
    ]
