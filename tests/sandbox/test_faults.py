"""Faults: each goes wrong as it says, as often as it says, the same way for the same seed; and is counted."""

from typing import Any

import pytest

from crossdock_sandbox.errors import BadInput, Dropped
from tests.sandbox.bench import Bench, money

CREATE = {
    "query": "mutation C($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } userErrors { code } } }",
    "variables": {"o": {"lineItems": [{"title": "x", "quantity": 1, "priceSet": money("1")}]}},
}


async def faults(bench: Bench, *rules: dict[str, Any], seed: int = 1) -> None:
    await bench.world.control({"op": "faults", "seed": seed, "rules": list(rules)})


async def orders(bench: Bench) -> int:
    return len((await bench.op("dump"))["orders"])


@pytest.mark.parametrize(
    ("kind", "done"), [("error_before", 0), ("error_after", 1), ("drop_before", 0), ("drop_after", 1),
                       ("timeout_before", 0), ("timeout_after", 1), ("throttle", 0),
                       ("internal_error_after", 1), ("slow", 1)]
)  # fmt: skip
async def test_a_call_fails_before_or_after_the_work(bench: Bench, kind: str, done: int) -> None:
    await bench.open()
    await faults(bench, {"where": "graphql", "match": "orderCreate", "kind": kind, "rate": 1.0})
    start = bench.at
    try:
        status, _, body = await bench.call("harbour", CREATE)
    except Dropped:
        status, body = 0, b""
    assert await orders(bench) == done
    assert bench.world.counters[f"faults.{kind}"] == 1
    wanted = {"error_before": 502, "error_after": 502, "throttle": 200, "internal_error_after": 200, "slow": 200}
    assert status == wanted.get(kind, 0)
    assert (b"THROTTLED" in body) is (kind == "throttle")
    assert (b"INTERNAL_SERVER_ERROR" in body) is (kind == "internal_error_after")
    assert ((bench.at - start).total_seconds() > 0) is (kind in ("timeout_before", "timeout_after", "slow"))
    assert (await bench.call("harbour", {"query": "{ shop { name } }"}))[0] == 200, "only what matches"


async def test_a_rate_is_met_and_the_seed_decides(bench: Bench) -> None:
    async def pattern(seed: int) -> list[int]:
        one = Bench()
        await one.open(plan="rehearsal")
        await faults(one, {"where": "graphql", "kind": "error_before", "rate": 0.2}, seed=seed)
        return [(await one.call("harbour", {"query": "{ shop { name } }"}))[0] for _ in range(500)]

    first = await pattern(1)
    assert first == await pattern(1)
    assert first != await pattern(2)
    assert 60 <= first.count(502) <= 140


async def test_webhooks_are_lost_doubled_late_and_out_of_order(bench: Bench) -> None:
    await bench.open()
    await bench.subscribe("ORDERS_CREATE")
    await faults(bench, {"where": "webhook", "match": "orders/*", "kind": "lose", "rate": 1.0})
    await bench.buy()
    await bench.wait(10)
    assert bench.sent == []
    await faults(bench, {"where": "webhook", "kind": "duplicate", "rate": 1.0})
    await bench.buy()
    await bench.wait(10)
    assert len({headers["X-Shopify-Webhook-Id"] for _, headers, _ in bench.sent}) == 1
    assert len(bench.sent) == 2
    bench.sent.clear()
    await faults(bench, {"where": "webhook", "kind": "late", "rate": 1.0, "seconds": 100})
    await bench.buy()
    await bench.wait(99)
    assert bench.sent == []
    assert bench.world.pending()["webhooks"] == 1
    await bench.wait(2)
    assert len(bench.sent) == 1
    bench.sent.clear()
    await faults(bench, {"where": "webhook", "kind": "reorder", "rate": 1.0, "seconds": 50})
    made = [(await bench.buy())["name"] for _ in range(6)]
    await bench.wait(60)
    arrived = [next(name for name in made if f'"{name}"'.encode() in body) for _, _, body in bench.sent]
    assert sorted(arrived) == sorted(made)
    assert arrived != made
    counted = (await bench.world.control({"op": "counters"}))["webhooks"]
    assert (counted["lost"], counted["duplicated"], counted["late"], counted["reordered"]) == (1, 1, 1, 6)


async def test_rules_may_name_stores_and_replace_each_other(bench: Bench) -> None:
    await bench.open()
    await bench.open("clay")
    await faults(bench, {"store": "cl*", "where": "graphql", "kind": "error_before", "rate": 1})
    assert (await bench.call("harbour", {"query": "{ shop { name } }"}))[0] == 200
    assert (await bench.call("clay", {"query": "{ shop { name } }"}))[0] == 502
    await faults(bench)
    assert (await bench.call("clay", {"query": "{ shop { name } }"}))[0] == 200


async def test_an_outage_ends(bench: Bench) -> None:
    await bench.open()
    await bench.op("outage", seconds=60)
    assert (await bench.call("harbour", {"query": "{ shop { name } }"}))[0] == 503
    await bench.wait(61)
    assert (await bench.call("harbour", {"query": "{ shop { name } }"}))[0] == 200


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"where": "mail", "kind": "lose", "rate": 1}, "rules[0].where"),
        ({"where": "graphql", "kind": "lose", "rate": 1}, "rules[0].kind"),
        ({"where": "graphql", "kind": "slow", "rate": 2}, "rules[0].rate"),
        ({"where": "graphql", "kind": "slow", "rate": 1, "seconds": -1}, "rules[0].seconds"),
        ({"where": "graphql", "kind": "slow", "rate": 1, "size": 1}, "'size'"),
    ],
)
async def test_bad_rules_are_named(bench: Bench, rule: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput) as error:
        await faults(bench, rule)
    assert words in str(error.value)


async def test_a_platform_draws_only_for_its_own_faults(bench: Bench) -> None:
    """Rules for another platform neither hit a store nor change what hits it."""

    async def pattern(*rules: dict[str, Any]) -> list[int]:
        one = Bench()
        made = await one.op("create_store", platform="woocommerce", plan="rehearsal")
        await faults(one, {"where": "call", "kind": "error_before", "rate": 0.3}, *rules)
        url = f"{made['base_url']}/wp-json/wc/v3/products"
        return [(await one.world.handle("GET", url, {}))[0] for _ in range(100)]

    alone = await pattern()
    assert set(alone) == {401, 502}
    assert await pattern({"where": "call", "kind": "in_flight", "rate": 1.0}) == alone
    assert set(await pattern({"where": "call", "kind": "database", "rate": 1.0})) == {500, 502}
