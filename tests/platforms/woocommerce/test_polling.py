"""Vendors whose shops tell nothing: webhooks entirely dead, or dead and the host's clock and zone off as well. Polling
alone brings everything within two intervals, and reads only what changed.
"""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from crossdock.connector.http import Request, Response
from crossdock.operations import people, settings, stores, vendors
from tests.platforms.woocommerce.test_hub import RULES
from tests.sync.conftest import _plain_log  # noqa: F401  worlds log plainly
from tests.world import World, at_home, link, place, play, variants

INTERVAL = timedelta(minutes=5)
MANY = 40
LISTS = ("changed_products", "changed_orders")
SITES: dict[str, dict[str, Any]] = {
    "webhooks dead": {},
    "clock behind": {"clock_off": -1260.0, "zone": "Pacific/Kiritimati"},
    "clock ahead": {"clock_off": 1260.0, "zone": "America/St_Johns"},
    "orders as posts": {"clock_off": -1260.0, "zone": "Asia/Kathmandu", "hpos": False},
}


@pytest.fixture(autouse=True)
def _home(database: str, django_db_blocker: Any) -> Any:
    with django_db_blocker.unblock():
        at_home(database)
        yield


def goods(letters: str, more: int = 0) -> list[dict[str, Any]]:
    names = [*letters, *(f"more-{number}" for number in range(more))]
    return [
        {"title": f"Thing {name}", "variants": [{"sku": f"V1-{name}", "price": "10.00", "inventory": 100}]}
        for name in names
    ]


class Rows:
    """How many rows of products and orders the vendor's shop was asked for, in lists of what changed."""

    def __init__(self, world: World) -> None:
        self.counted = 0
        world.http.tamper = self._look

    def _look(self, request: Request, response: Response) -> Response:
        if request.call in LISTS and "/vendor1/" in request.url and response.status == 200:
            self.counted += len(msgspec.json.decode(response.body))
        return response


async def connect(world: World, name: str, vendor: Any, letters: str, more: int, site: dict[str, Any]) -> None:
    """Over TLS: OAuth's timestamps, on plain http, would be refused where a clock is off."""
    site = {"tracking": ["fulfillments"], "tls": True} | site
    given = {"platform": "woocommerce", "currency": "EUR", "products": goods(letters, more), "site": site}
    shop = world.shops[name] = await world.control("create_store", store=name, **given)
    world.stores[name] = await world.do(
        stores.connect_store,
        marketplace=world.marketplace,
        vendor=vendor,
        platform="woocommerce",
        typed_domain=shop["domain"],
        base_url=shop["base_url"].replace("http://", "https://"),
        credentials=shop["credentials"],
        now=world.clock(),
    )


async def furnish(world: World, site: dict[str, Any]) -> None:
    """A merchant and one vendor with many products, two of them linked, of which nothing is ever told."""
    now = world.clock()
    dead = {"where": "webhook", "kind": "lose", "rate": 1, "store": "vendor1"}
    await world.control("faults", seed=1, rules=[dead])
    world.marketplace = await world.do(people.create_marketplace, name="Market", slug="market", now=now)
    await connect(world, "market", None, "AB", 0, {})
    vendor = await world.do(vendors.add_vendor, marketplace=world.marketplace, name="V", email="v@v.test", now=now)
    world.vendors["vendor1"] = vendor
    await connect(world, "vendor1", vendor, "AB", MANY, site)
    await link(world, 1, "AB")
    policy = {"marketplace": world.marketplace, "vendor": None, "who": "test", "now": now}
    await world.do(settings.set_order_policy, changes=RULES, **policy)
    await world.quiet()
    await world.sweep()
    world.clock.at += timedelta(hours=2)
    await world.sweep()


async def interval(world: World) -> None:
    world.clock.at += INTERVAL
    await world.sweep()


async def levels(world: World, store: str) -> dict[str, int]:
    dump = await world.dump(store)
    return {each["sku"]: dump["inventory"][each["id"]] for product in dump["products"] for each in product["variants"]}


@pytest.mark.parametrize("name", SITES)
def test_polling_alone_brings_everything_and_reads_only_what_changed(database: str, name: str) -> None:
    async def scenario(world: World) -> None:
        await furnish(world, SITES[name])
        rows = Rows(world)
        await place(world, {"V1-A": 2, "V1-B": 1})
        await world.quiet()
        (order,) = await world.orders("vendor1")
        world.restart()  # a process that has learned nothing of the shop yet
        given = {"company": "DHL", "numbers": ["42"], "urls": ["https://t/42"]}
        world.clock.at += INTERVAL
        await world.control("fulfill_order", store="vendor1", order_id=order["id"], tracking=given)
        _, variant = variants(world, "vendor1")["V1-B"]
        await world.control("set_stock", store="vendor1", variant_id=variant, available=7)
        await interval(world)
        await interval(world)
        (bought,) = await world.orders("market")
        (parcel,) = bought["fulfillments"]
        assert (bought["status"], parcel["tracking"]["numbers"]) == ("completed", ["42"])
        shown = await levels(world, "market")
        assert (shown["V1-A"], shown["V1-B"]) == (98, 7)
        assert 0 < rows.counted < MANY / 2, "everything was read again"
        assert (await world.dump("vendor1"))["counters"]["calls"] > 0
        assert not [each for each in world.heard if "vendor1" in str(each[1])]

    play(database, scenario)
