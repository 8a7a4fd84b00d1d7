"""Stock of a shop that knows no compare-and-set: read, compared, written as a difference, looked at again."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import LevelChange, LevelsRefused, LevelWrite, Role
from crossdock.connector.errors import OutcomeUnknown, Rejected
from crossdock.connector.http import Request
from crossdock.core.catalog import Level
from tests.platforms.woocommerce.recorded import Site, query, store

STAMP = "2026-11-22T00:00:00"


class Shelf:
    """Products (and variations of product 11) with what is left; understands differences unless told not to."""

    def __init__(self, left: dict[int, int | None], *, deltas: bool = True) -> None:
        self.left = left
        self.deltas = deltas
        self.meanwhile: Callable[[], None] = lambda: None
        self.site = Site()
        for path in ("products", "products/11/variations"):
            self.site.on("GET", path, self.list)
            self.site.on("POST", f"{path}/batch", self.batch)
        for id in left:
            self.site.on("GET", f"products/{id}", lambda request, id=id: self.row(id))
            self.site.on(
                "PUT", f"products/{id}", lambda request, id=id: self.put(id, msgspec.json.decode(request.body))
            )

    def row(self, id: int) -> dict[str, Any]:
        left = self.left[id]
        return {"id": id, "manage_stock": left is not None, "stock_quantity": left, "date_modified_gmt": STAMP}

    def list(self, request: Request) -> list[dict[str, Any]]:
        wanted = [int(id) for id in query(request)["include"].split(",")]
        assert len(wanted) <= 100
        return [self.row(id) for id in wanted if id in self.left]

    def batch(self, request: Request) -> dict[str, Any]:
        self.meanwhile()
        rows = msgspec.json.decode(request.body)["update"]
        assert len(rows) <= 100
        return {"update": [self.put(row["id"], row) for row in rows]}

    def put(self, id: int, body: dict[str, Any]) -> dict[str, Any]:
        if id not in self.left:
            return {"id": id, "error": {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."}}
        now = self.left[id]
        if "stock_quantity" in body:
            self.left[id] = body["stock_quantity"]
        elif "inventory_delta" in body and self.deltas and now is not None:
            self.left[id] = now + body["inventory_delta"]
        return self.row(id)


def given(request: Request) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(request.body)
    return found


def write(item: str, quantity: int, was: int | None) -> LevelWrite:
    return LevelWrite(item, "store", quantity, was)


async def test_levels_are_written_and_read_back() -> None:
    shelf = Shelf({57: 5, 27: 3})
    client = store(shelf.site, Role.MERCHANT)
    assert not await client.set_levels([write("57", 9, 5), write("11/27", 0, 3)], key="k")
    assert shelf.left == {57: 9, 27: 0}
    levels = await client.read_levels(["57", "11/27", "404"])
    assert [(each.item_id, each.available) for each in levels] == [("57", 9), ("11/27", 0)]


async def test_nothing_is_written_where_one_is_not_as_it_was() -> None:
    shelf = Shelf({57: 5, 58: 7, 59: None})
    rows = [write("57", 9, 5), write("58", 9, 8), write("59", 1, None), write("60", 1, 1)]
    refused = await store(shelf.site, Role.MERCHANT).set_levels(rows, key="k")
    assert refused == LevelsRefused(stale=(1,), not_stocked=(2,), gone=(3,))
    assert shelf.left == {57: 5, 58: 7, 59: None}


async def test_a_sale_between_read_and_write_is_not_undone() -> None:
    shelf = Shelf({57: 5})
    shelf.meanwhile = lambda: shelf.left.update({57: 4})
    assert not await store(shelf.site, Role.MERCHANT).set_levels([write("57", 9, 5)], key="k")
    assert shelf.left == {57: 8}


async def test_a_shop_that_takes_no_difference_is_told_the_figure() -> None:
    shelf = Shelf({57: 5, 58: 2}, deltas=False)
    client = store(shelf.site, Role.MERCHANT)
    assert not await client.set_levels([write("57", 9, 5), write("58", 2, 2)], key="k")
    assert shelf.left == {57: 9, 58: 2}
    assert not await client.adjust_levels([LevelChange("57", "store", -4)], key="k")
    assert shelf.left[57] == 5


async def test_whatever_it_is_now() -> None:
    shelf = Shelf({57: 5})
    assert not await store(shelf.site, Role.MERCHANT).set_levels([write("57", 2, None)], key="k")
    assert shelf.left == {57: 2}


async def test_a_change_by_so_much() -> None:
    shelf = Shelf({57: 1, 58: None})
    client = store(shelf.site)
    assert not await client.adjust_levels([LevelChange("57", "store", -3)], key="k")
    assert shelf.left[57] == -2
    refused = await client.adjust_levels([LevelChange("58", "store", 1), LevelChange("60", "store", 1)], key="k")
    assert refused == LevelsRefused(not_stocked=(0,), gone=(1,))


async def test_a_row_that_fails_leaves_the_outcome_open() -> None:
    shelf = Shelf({57: 5, 58: 5})

    def lose() -> None:
        shelf.left.pop(58, None)

    shelf.meanwhile = lose
    with pytest.raises(OutcomeUnknown):
        await store(shelf.site, Role.MERCHANT).set_levels([write("57", 1, 5), write("58", 1, 5)], key="k")


async def test_counting_begins_with_none_and_only_once() -> None:
    shelf = Shelf({57: None, 58: 4})
    client = store(shelf.site, Role.MERCHANT)
    for item in ("57", "57", "58"):
        await client.stock_at(item, "store")
    assert shelf.left == {57: 0, 58: 4}


async def test_many_go_a_hundred_at_a_time() -> None:
    shelf = Shelf(dict.fromkeys(range(1, 251), 5))
    client = store(shelf.site, Role.MERCHANT)
    assert not await client.set_levels([write(str(id), 6, 5) for id in range(1, 251)], key="k")
    assert set(shelf.left.values()) == {6}
    assert len(await client.read_levels([str(id) for id in range(1, 251)])) == 250


async def test_one_item_twice_is_refused() -> None:
    with pytest.raises(Rejected):
        await store(Shelf({57: 5}).site).set_levels([write("57", 6, 5), write("57", 7, 5)], key="k")


async def test_what_a_vendor_does_not_count_is_not_said() -> None:
    shelf = Shelf({57: 5, 58: None})
    assert await store(shelf.site).read_levels(["57", "58"]) == (Level("57", "store", 5, 1795305600000000),)
