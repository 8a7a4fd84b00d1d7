"""WooCommerce's orders: what statuses do to stock and mails, what is accepted that should not be, refunds, search.

What real answers show is in test_woocommerce_recorded.py.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.test_woocommerce_recorded import compare, recorded
from tests.sandbox.woo_bench import WooBench


@pytest.fixture
async def bench() -> WooBench:
    made = WooBench()
    await made.begin()
    return made


def line(bench: WooBench, quantity: int = 2, sku: str = "MUG") -> dict[str, Any]:
    return {"product_id": int(bench.variant(sku)), "quantity": quantity}


@pytest.mark.parametrize(
    ("walk", "left"),
    [
        (["processing"], 8),
        (["on-hold"], 8),
        (["completed"], 8),
        (["pending"], 10),
        (["failed"], 10),
        (["on-hold", "processing", "completed"], 8),
        (["processing", "cancelled"], 10),
        (["processing", "cancelled", "processing"], 8),
        (["processing", "pending"], 10),
        (["processing", "failed"], 8),
        (["processing", "refunded"], 8),
    ],
)
async def test_what_a_status_does_to_stock(bench: WooBench, walk: list[str], left: int) -> None:
    made = await bench.post("orders", {"line_items": [line(bench)]})
    for status in walk:
        await bench.put(f"orders/{made['id']}", {"status": status})
    assert await bench.stock() == left


async def test_the_trash_and_deleting_give_nothing_back(bench: WooBench) -> None:
    for query in ({}, {"force": "true"}):
        made = await bench.post("orders", {"status": "processing", "line_items": [line(bench)]})
        assert (await bench.call("DELETE", f"orders/{made['id']}", **query))[0] == 200
    assert await bench.stock() == 6
    assert (await bench.call("GET", f"orders/{made['id']}"))[0] == 404


async def test_overselling_and_nonsense_are_accepted(bench: WooBench) -> None:
    made = await bench.post("orders", {"status": "processing", "line_items": [line(bench, 50)]})
    assert (made["total"], await bench.stock()) == ("625.00", -40)
    odd = await bench.post("orders", {"line_items": [{"product_id": 999_999, "quantity": 3}]})
    assert (odd["total"], odd["line_items"][0]["product_id"]) == ("0.00", 0)


async def test_set_paid_is_processing_or_completed(bench: WooBench) -> None:
    good = await bench.op("create_product", product={"title": "Song", "variants": [
        {"sku": "SONG", "price": "1.00", "requires_shipping": False}]})  # fmt: skip
    song = {"product_id": int(good["id"]), "quantity": 1}
    for lines, status in (([line(bench)], "processing"), ([song], "completed"), ([], "completed")):
        made = await bench.post("orders", {"set_paid": True, "status": "on-hold", "line_items": lines})
        assert (made["status"], made["date_paid"] is None) == (status, False)


async def test_quantity_moves_stock_and_not_the_total(bench: WooBench) -> None:
    made = await bench.post("orders", {"status": "processing", "line_items": [line(bench)]})
    (row,) = made["line_items"]
    changed = await bench.put(f"orders/{made['id']}", {"line_items": [{"id": row["id"], "quantity": 5}]})
    assert (changed["total"], await bench.stock()) == ("25.00", 5)
    more = await bench.put(f"orders/{made['id']}", {"line_items": [line(bench, 1)]})
    assert (len(more["line_items"]), await bench.stock()) == (2, 4)
    less = await bench.put(f"orders/{made['id']}", {"line_items": [{"id": row["id"], "quantity": 0}]})
    assert (len(less["line_items"]), await bench.stock()) == (1, 9)


async def test_details_are_merged_by_key_and_null_deletes(bench: WooBench) -> None:
    made = await bench.post("orders", {"meta_data": [{"key": "a", "value": {"b": [1]}}, {"key": "c", "value": "d"}]})
    where = f"orders/{made['id']}"
    given = [{"key": "a", "value": "z"}, {"key": "c", "value": None}, {"key": "_transaction_id", "value": "T-1"}]
    changed = await bench.put(where, {"meta_data": given})
    assert [(one["key"], one["value"]) for one in changed["meta_data"]] == [("a", "z")]
    assert changed["transaction_id"] == "T-1"


async def test_created_via_is_the_filter_and_stays(bench: WooBench) -> None:
    long = "cd-" + "7" * 120
    made = await bench.post("orders", {"created_via": long})
    assert made["created_via"] == long[:100]
    assert (await bench.put(f"orders/{made['id']}", {"created_via": "x"}))["created_via"] == long[:100]
    await bench.post("orders", {"created_via": "other"})
    assert [one["id"] for one in await bench.read("orders", created_via=long[:100].upper())] == [made["id"]]
    assert len(await bench.read("orders", created_via=f"{long[:100]},other")) == 2
    await bench.op("set_site", set={"version": "9.8.5"})
    assert len(await bench.read("orders", created_via="nobody")) == 2
    await bench.op("set_site", set={"version": "10.0.2", "hpos": False})
    assert (await bench.post("orders", {"created_via": long}))["created_via"] == long


@pytest.mark.parametrize(("word", "hpos", "posts"), [("PAY-7", 1, 0), ("Acme", 1, 1), ("ring", 0, 1), ("meta", 0, 0)])
async def test_search_depends_on_where_orders_are_kept(bench: WooBench, word: str, hpos: int, posts: int) -> None:
    await bench.post("orders", {"transaction_id": "PAY-7", "customer_note": "ring twice", "billing": {
        "company": "Acme"}, "meta_data": [{"key": "k", "value": "meta"}]})  # fmt: skip
    assert len(await bench.read("orders", search=word)) == hpos
    await bench.op("set_site", set={"hpos": False})
    assert len(await bench.read("orders", search=word)) == posts


async def test_mails_that_the_shop_sends_by_itself(bench: WooBench) -> None:
    buyer = {"email": "ann@buyer.example"}
    made = await bench.post("orders", {"set_paid": True, "billing": buyer, "line_items": [line(bench)]})
    where = f"orders/{made['id']}"
    await bench.post(f"{where}/notes", {"note": "On its way", "customer_note": True})
    await bench.put(where, {"status": "completed"})
    await bench.post(f"{where}/refunds", {"api_refund": False, "amount": "1.00"})
    quiet = await bench.post("orders", {"set_paid": True, "line_items": [line(bench)]})
    mails = (await bench.op("mails"))["mails"]
    assert [one["kind"] for one in mails if one["to"] == "customer"] == [
        "customer_processing_order", "customer_note", "customer_completed_order", "customer_partially_refunded_order",
    ]  # fmt: skip
    assert {one["kind"] for one in mails if one["order_id"] == str(quiet["id"])} == {"new_order"}


async def test_refunds_restock_lines_and_end_in_refunded(bench: WooBench) -> None:
    made = await bench.post("orders", {"status": "processing", "line_items": [line(bench, 4)]})
    (row,) = made["line_items"]
    part = {"api_refund": False, "line_items": [{"id": row["id"], "quantity": 1, "refund_total": 12.5}]}
    await bench.post(f"orders/{made['id']}/refunds", part)
    assert await bench.stock() == 7
    await bench.post(f"orders/{made['id']}/refunds", {**part, "api_restock": False})
    assert await bench.stock() == 7
    await bench.post(f"orders/{made['id']}/refunds", {"api_refund": False})  # 0.00
    status, refused = await bench.call("POST", f"orders/{made['id']}/refunds", {"amount": "25.01", "api_refund": False})
    assert (status, refused["data"]) == (500, 500)
    await bench.post(f"orders/{made['id']}/refunds", {"amount": "25.00", "api_refund": False})
    after = await bench.read(f"orders/{made['id']}")
    assert (after["status"], after["total"], len(after["refunds"])) == ("refunded", "50.00", 4)
    assert await bench.stock() == 7


async def test_an_order_out_of_the_trash(bench: WooBench) -> None:
    made = await bench.post("orders", {"line_items": [line(bench)]})
    await bench.call("DELETE", f"orders/{made['id']}")
    assert await bench.read("orders") == []
    assert [one["id"] for one in await bench.read("orders", status="trash")] == [made["id"]]
    assert (await bench.put(f"orders/{made['id']}", {"status": "pending"}))["status"] == "pending"


async def test_an_order_with_taxes_is_as_recorded(shared: Path) -> None:
    bench = WooBench()
    await bench.begin(site={"tax_rate": "8.1", "prices_include_tax": True})
    theirs = recorded(shared, "orders/created_with_tax")["response"]["body"]
    ours = await bench.post("orders", {"set_paid": True, "billing": {"country": "CH", "email": "a@b.test"}, "shipping":
                                       {"country": "CH"}, "line_items": [{**line(bench, 1), "total": "20.00",
                                                                          "subtotal": "20.00"}]})  # fmt: skip
    for name in ("total", "total_tax", "cart_tax", "shipping_total", "prices_include_tax", "discount_total"):
        assert ours[name] == theirs[name], name
    assert {*ours["line_items"][0]["taxes"][0]} == {*theirs["line_items"][0]["taxes"][0]}
    assert {*ours["tax_lines"][0]} == {*theirs["tax_lines"][0]}
    assert ours["tax_lines"][0]["tax_total"] == theirs["tax_lines"][0]["tax_total"]


async def test_a_shoppers_order_is_as_recorded(bench: WooBench, shared: Path) -> None:
    theirs = recorded(shared, "orders/storefront_get")["response"]["body"]
    bought = await bench.buy(note="ring twice", paid=False, gateway="cod")
    ours = await bench.read(f"orders/{bought['order_id']}")
    assert {*ours} == {*theirs}
    for name in ("status", "created_via", "customer_note", "customer_ip_address", "needs_processing", "date_paid"):
        assert ours[name] == theirs[name], name
    kinds = [
        field for field, words in compare("", theirs["line_items"][0], ours["line_items"][0]) if "was not" in words
    ]
    assert kinds == []


async def test_unpaid_is_on_hold_until_it_is_paid(bench: WooBench) -> None:
    bought = await bench.buy(paid=False)
    order = await bench.read(f"orders/{bought['order_id']}")
    assert (order["status"], order["date_paid"], await bench.stock()) == ("on-hold", None, 8)
    await bench.op("pay_order", order_id=bought["order_id"])
    assert (await bench.read(f"orders/{bought['order_id']}"))["status"] == "processing"
    await bench.op("cancel_order", order_id=bought["order_id"], reason="customer")
    assert await bench.stock() == 10


async def test_cash_on_delivery_is_paid_when_it_is_completed(bench: WooBench) -> None:
    bought = await bench.buy(paid=False, gateway="cod")
    assert (await bench.order(bought["order_id"]))["financial_status"] == "PENDING"
    await bench.op("fulfill_order", order_id=bought["order_id"])
    assert (await bench.order(bought["order_id"]))["financial_status"] == "PAID"


async def test_unpaid_orders_of_the_checkout_expire(bench: WooBench) -> None:
    rows = [await bench.post("orders", {"created_via": via}) for via in ("checkout", "cd-1")]
    await bench.wait(3_601)
    assert [(await bench.read(f"orders/{row['id']}"))["status"] for row in rows] == ["cancelled", "pending"]
