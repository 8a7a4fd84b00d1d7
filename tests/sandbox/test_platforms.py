"""The house of the sandbox: platforms are found, found by address, and named nowhere but in their own folders."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import crossdock_sandbox
from crossdock_sandbox import platforms
from crossdock_sandbox.audit.dumps import DumpedStore
from crossdock_sandbox.errors import BadInput
from tests.sandbox.bench import Bench

HOUSE = Path(crossdock_sandbox.__file__).parent
NAMES = tuple(platforms.platforms())
MUG = {"title": "Mug", "variants": [{"sku": "MUG", "price": "12.50", "inventory": 10}]}
# What every store can do, whatever it is.
EVERYWHERE = set(
    "place_order cancel_order fulfill_order find_orders add_product delete_product edit_product edit_variant set_stock"
    " adjust_stock".split()
)


def test_no_platform_is_named_outside_its_own_folder() -> None:
    found = []
    for path in HOUSE.rglob("*.py"):
        words = path.read_text(encoding="utf-8")
        own = path.relative_to(HOUSE).parts[0]
        found += [f"{path.relative_to(HOUSE)} names {name}" for name in NAMES
                  if name != own and re.search(name, words, re.IGNORECASE)]  # fmt: skip
    assert found == []


@pytest.mark.parametrize("name", NAMES)
async def test_a_store_of_each_platform(name: str) -> None:
    bench = Bench()
    made = await bench.op("create_store", platform=name, products=[MUG], ledger=True)
    assert made["base_url"] == f"{bench.world.base_url}/{name}/harbour"
    assert {*made} >= {"domain", "credentials", "products"}
    bench.stores["harbour"] = made
    bought = await bench.buy()
    dumped = msgspec.convert(await bench.op("dump"), DumpedStore, strict=False)
    (order,) = dumped.orders
    assert (order.id, order.name, order.total, order.payment) == (bought["order_id"], bought["name"], 25, "paid")
    assert [(line.sku, line.quantity, line.net) for line in order.lines] == [("MUG", 2, 25)]
    assert dumped.inventory == {bench.variant("MUG"): 8}
    (entry,) = [one for one in (await bench.op("ledger"))["entries"] if one["cause"] == "order"]
    assert (entry["from"], entry["to"], entry["by"], entry["order_id"]) == (10, 8, "shopper", bought["order_id"])
    assert set(platforms.platforms()[name].ops) >= EVERYWHERE


@pytest.mark.parametrize("name", NAMES)
async def test_a_shop_is_down_for_a_while(name: str) -> None:
    bench = Bench()
    made = await bench.op("create_store", platform=name)
    await bench.op("outage", seconds=30)
    path = {"shopify": "/admin/api/2026-10/graphql.json", "woocommerce": "/wp-json/"}.get(name, "/1.0/commerce/orders")
    for status in (True, False):
        answer = await bench.world.handle("GET", f"{made['base_url']}{path}", {"User-Agent": "test"})
        assert (answer[0] >= 500) is status
        await bench.wait(31)


async def test_addresses_of_nobody() -> None:
    bench = Bench()
    await bench.open()
    for url in ("/shopify/nobody/admin/x", "/woocommerce/harbour/wp-json/", "/nothing/harbour/x", "/", "/shopify"):
        assert (await bench.world.handle("GET", url, {}))[0] == 404


async def test_an_act_of_another_platform_is_refused() -> None:
    bench = Bench()
    await bench.open()
    with pytest.raises(BadInput, match="set_site' is not for stores of platform 'shopify'"):
        await bench.op("set_site", set={})
    with pytest.raises(BadInput, match="platform must be one of"):
        await bench.op("create_store", "other", platform="magento")


async def test_faults_are_known_by_place() -> None:
    bench = Bench()

    async def faults(**rule: Any) -> None:
        await bench.world.control({"op": "faults", "rules": [{"rate": 1, **rule}]})

    await faults(where="call", kind="maintenance")
    await faults(where="graphql", kind="throttle")
    with pytest.raises(BadInput, match="kind must be one of"):
        await faults(where="call", kind="lose")
    with pytest.raises(BadInput, match="where must be one of"):
        await faults(where="moon", kind="slow")
