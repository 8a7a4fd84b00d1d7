"""Control operations: what they answer, what they refuse and in which words; the same seed is the same world."""

import json
from typing import Any

import pytest

from crossdock_sandbox.errors import BadInput
from crossdock_sandbox.world import Sandbox
from tests.sandbox.bench import Bench


def buying(line: dict[str, Any]) -> dict[str, Any]:
    return {"op": "place_order", "store": "harbour", "lines": [line]}


@pytest.mark.parametrize(
    ("op", "words"),
    [
        ({}, "op None is unknown"),
        ({"op": "dance"}, "op 'dance' is unknown; known: "),
        ({"op": "place_order"}, "store is needed"),
        ({"op": "place_order", "store": "nobody"}, "store 'nobody' does not exist"),
        ({"op": "place_order", "store": "harbour", "lines": []}, "lines must not be empty"),
        (buying({"title": "x", "quantity": 1}), "lines[0]: price is needed"),
        (buying({"title": "x", "quantity": "1", "price": "1"}), "quantity must be"),
        (buying({"title": "x", "quantity": 0, "price": "1"}), "1 or more"),
        (buying({"title": "x", "quantity": 1, "price": "NaN"}), "price must be"),
        (buying({"variant_id": "5", "quantity": 1}), "variant_id 5 is not in"),
        ({"op": "place_order", "store": "harbour", "lines": [{"title": "x", "quantity": 1, "price": "1", "colour": 1}]},
         "unknown field 'colour'"),
        ({"op": "pay_order", "store": "harbour", "order_id": "7"}, "order_id '7' is not in store 'harbour'"),
        ({"op": "pay_order", "store": "harbour", "order_id": "#7"}, "order_id must be an id in digits"),
        ({"op": "set_plan", "store": "harbour", "plan": "gold"}, "plan must be one of"),
        ({"op": "create_store", "store": "harbour"}, "is there already"),
        ({"op": "create_store", "store": "a b"}, "letters, digits and dashes"),
        ({"op": "create_store", "store": "x", "products": [{"variants": []}]}, "products[0]: title is needed"),
        ({"op": "create_store", "store": "x", "app": {"mode": "magic"}}, "app: mode must be one of"),
        ({"op": "outage", "store": "harbour", "seconds": "5"}, "seconds must be a number"),
        ({"op": "edit_order", "store": "harbour", "order_id": "ORDER", "set": {"colour": 1}}, "unknown field 'colour'"),
        ({"op": "cancel_order", "store": "harbour", "order_id": "ORDER", "reason": "whim"}, "reason must be one of"),
    ],
)  # fmt: skip
async def test_bad_input_is_named(bench: Bench, op: dict[str, Any], words: str) -> None:
    await bench.open()
    bought = await bench.buy()
    before = json.dumps((await bench.op("dump"))["orders"])
    given = {key: bought["order_id"] if value == "ORDER" else value for key, value in op.items()}
    with pytest.raises(BadInput) as error:
        await bench.world.control(given)
    assert words in str(error.value)
    assert json.dumps((await bench.op("dump"))["orders"]) == before


async def test_a_batch_answers_each_on_its_own(bench: Bench) -> None:
    await bench.open()
    ops = [{"op": "pending"}, {"op": "dance"}, {"op": "find_orders", "store": "harbour"}]
    status, _, body = await bench.world.handle("POST", "/control/batch", {}, json.dumps({"ops": ops}).encode())
    results = json.loads(body)["results"]
    assert status == 200
    assert results[0] == {"webhooks": 0, "jobs": 0}
    assert "unknown" in results[1]["error"]
    assert results[2] == {"orders": []}


async def test_looking_from_outside(bench: Bench) -> None:
    await bench.open()
    await bench.open("clay")
    bought = await bench.buy()

    async def look(path: str) -> tuple[int, bytes]:
        status, _, body = await bench.world.handle("GET", path, {})
        return status, body

    assert json.loads((await look("/control/stores"))[1]) == {"stores": ["harbour", "clay"]}
    one = json.loads((await look("/control/stores/harbour"))[1])
    assert one["orders"][0]["id"] == bought["order_id"]
    assert (await look("/control/stores/nobody"))[0] == 404
    rows = [json.loads(row) for row in (await look("/control/dump"))[1].splitlines()]
    assert [row["name"] for row in rows] == ["harbour", "clay"]
    assert json.loads((await look("/control/health"))[1])["ok"] is True
    assert json.loads((await look("/control/counters"))[1])["calls"] == 0
    assert (await look("/control/elsewhere"))[0] == 404
    assert (await bench.world.handle("POST", "/control", {}, b"{not json"))[0] == 400
    assert (await bench.world.handle("DELETE", "/control", {}, b""))[0] == 405


async def test_ids_are_big_and_never_shared(bench: Bench) -> None:
    first, second = await bench.open(), await bench.open("clay")
    ids = [
        one["id"] for made in (first, second) for product in made["products"] for one in [product, *product["variants"]]
    ]
    assert len(set(ids)) == len(ids)
    assert all(int(one) > 2**40 for one in ids)


async def test_the_same_seed_is_the_same_world() -> None:
    async def life(seed: int) -> str:
        bench = Bench(seed)
        await bench.open()
        await bench.subscribe("ORDERS_CREATE", "ORDERS_UPDATED", "ORDERS_PAID")
        for _ in range(5):
            await bench.buy()
            await bench.wait(1)
        return json.dumps([await bench.op("dump"), [(headers, body.decode()) for _, headers, body in bench.sent]])

    assert await life(3) == await life(3)
    assert await life(3) != await life(4)


async def test_reset_empties_the_world(bench: Bench) -> None:
    await bench.open()
    await bench.world.control({"op": "reset"})
    assert bench.world.shops == {}
    assert isinstance(bench.world, Sandbox)
