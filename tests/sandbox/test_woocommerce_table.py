"""A shop's index finds what a walk through everything would find, whatever happened in whatever order."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from crossdock_sandbox.woocommerce.table import Table
from tests.sandbox.woo_bench import WooBench

BEGIN = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass
class Thing:
    id: int
    modified_at: datetime
    word: str


@pytest.mark.parametrize("seed", range(5))
def test_any_sequence_of_changes(seed: int) -> None:
    random, table = Random(seed), Table[Thing](lambda one: one.word)
    for step in range(1, 600):
        at = BEGIN + timedelta(seconds=step // 3 - random.choice((0, 0, 0, 50)))  # a clock is set back now and then
        act = random.random()
        if act < 0.3 or not table:
            table[step] = Thing(step, at, random.choice("abc"))
        elif act < 0.4:
            table.pop(random.choice(list(table)))
        else:
            one = random.choice(list(table.values()))
            one.modified_at = at
            table.note(one)
        bound = BEGIN + timedelta(seconds=random.randrange(220))
        walked = [one for one in table.values() if one.modified_at >= bound]
        assert [one for one in table.since(bound) if one.modified_at >= bound] == walked
        assert table.worded("ab") == [one for one in table.values() if one.word in "ab"]


def test_of_what_is_not_there_nothing_is_found() -> None:
    table = Table[Thing](lambda one: one.word)
    assert table.pop(1, None) is None
    assert (table.worded(["a"]), table.of([3]), table.since(BEGIN)) == ([], [], [])


async def test_lists_agree_with_the_shop() -> None:
    """Orders made by apps and shoppers, changed, thrown away and removed."""
    bench = WooBench()
    await bench.begin()
    random = Random(7)
    for number in range(60):
        await bench.wait(random.choice((0, 0, 1)))
        rows = list(bench.shop.orders)
        if random.random() < 0.5 or not rows:
            await bench.post("orders", {"created_via": random.choice(("Ours", "theirs"))})
        else:
            order = random.choice(rows)
            if number % 7 == 0:
                await bench.call("DELETE", f"orders/{order}", force=random.choice(("true", "false")))
            else:
                await bench.put(f"orders/{order}", {"status": random.choice(("processing", "cancelled"))})
    orders = list(bench.shop.orders.values())
    for order in orders:
        after = order.modified_at
        query = {"modified_after": after.strftime("%Y-%m-%dT%H:%M:%S"), "dates_are_gmt": "true", "per_page": 100}
        found = [one["id"] for one in await bench.read("orders", orderby="id", order="asc", **query)]
        assert found == [one.id for one in orders if one.modified_at > after and one.status != "trash"]
    found = [one["id"] for one in await bench.read("orders", created_via="ours", status="trash", per_page=100)]
    assert sorted(found) == [one.id for one in orders if one.created_via == "Ours" and one.status == "trash"]
