"""What is sent to a vendor's shop for an order, and what is made of its answers."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from crossdock.connector.contract import CancelState
from crossdock.connector.errors import Gone, OutcomeUnknown, Rejected
from crossdock.core.money import Money
from crossdock.core.orders import Address, Attribute, Contact, FinancialStatus, ShippingLine, TaxLine
from crossdock.core.vendor_order import DraftLine, OrderChanges, VendorOrderDraft
from tests.platforms.woocommerce.recorded import NOW, Site, query, reply, sample, store

HOME = Address("Ada", "Lovelace", "", "1 Main St", "", "Oakland", "", "CA", "", "US", "94601", "555")


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


def line(id: str = "11", **changed: Any) -> DraftLine:
    given: dict[str, Any] = {
        "line_id": id,
        "title": "Mug",
        "quantity": 2,
        "unit_price": usd("12.50"),
        "discount": usd("0.00"),
        "product_id": "57",
        "variant_id": "57",
    }
    return DraftLine(**(given | changed))


def draft(*lines: DraftLine, **changed: Any) -> VendorOrderDraft:
    given: dict[str, Any] = {
        "reference": "cd-1-2-3-1",
        "order_name": "#1001",
        "placed_at": NOW,
        "currency": "USD",
        "total": usd("25.00"),
        "lines": lines or (line(),),
        "financial_status": FinancialStatus.PAID,
        "contact": Contact("Ada", "Lovelace", "ada@example.com", "555"),
        "shipping_address": HOME,
        "billing_address": HOME,
    }
    return VendorOrderDraft(**(given | changed))


def made(request: Any, **changed: Any) -> dict[str, Any]:
    """The shop's answer to a body, as recorded: the lines as they were sent, the total their sum."""
    sent = msgspec.json.decode(request.body)
    order: dict[str, Any] = sample("orders/create_paid")["response"]["body"] | {"id": 70, "status": sent["status"]}
    pattern = order["line_items"][0]
    order["line_items"] = [
        pattern | each | {"id": 900 + at, "variation_id": each.get("variation_id", 0)}
        for at, each in enumerate(sent["line_items"])
    ]
    order["fee_lines"] = [{"id": 950 + at, **each} for at, each in enumerate(sent["fee_lines"])]
    order["shipping_lines"] = [{"id": 970 + at, **each} for at, each in enumerate(sent["shipping_lines"])]
    parts = [*sent["line_items"], *sent["fee_lines"], *sent["shipping_lines"]]
    order["total"] = str(sum((Decimal(each["total"]) for each in parts), Decimal(0)))
    order["meta_data"] = sent["meta_data"]
    order["created_via"] = sent["created_via"]
    order["date_paid_gmt"] = "2026-11-22T12:00:00" if sent["status"] == "processing" else None
    return order | changed


def shop(**routes: Any) -> Site:
    site = Site()
    site.on("GET", "orders", [])
    site.on("GET", "products/57", {"id": 57, "type": "simple", "status": "publish"})
    site.on("GET", "products/11/variations/27", {"id": 27, "type": "variation", "status": "publish", "parent_id": 11})
    site.on("GET", "settings/general/woocommerce_calc_taxes", {"value": routes.get("taxes", "no")})
    site.on("GET", "products", [{"id": 57, "manage_stock": True, "stock_quantity": 23}])
    site.on("POST", "orders", routes.get("create", made))
    return site


def body_of(site: Site) -> dict[str, Any]:
    body: dict[str, Any] = site.sent("POST")[0]
    return body


def details(body: dict[str, Any]) -> dict[str, Any]:
    return {each["key"]: each["value"] for each in body["meta_data"]}


async def test_an_order_is_placed_so_that_stock_is_taken_and_nobody_is_written_to() -> None:
    site = shop()
    order = await store(site).create_order(draft())
    body = body_of(site)
    assert (body["status"], body["created_via"]) == ("processing", "cd-1-2-3-1")
    assert "set_paid" not in body
    assert "email" not in body["billing"]
    assert details(body)["Marketplace customer e-mail"] == "ada@example.com"
    assert details(body)["_crossdock_reference"] == "cd-1-2-3-1"
    item = body["line_items"][0]
    assert (item["product_id"], item["quantity"], item["subtotal"], item["total"]) == (57, 2, "25.00", "25.00")
    assert "variation_id" not in item
    assert (order.reference, order.total) == ("cd-1-2-3-1", usd("25.00"))
    assert order.line_ids == (("11", "900"),)
    assert order.available == (("57", 23),)
    assert order.financial_status is FinancialStatus.PAID


async def test_what_is_not_paid_takes_stock_too() -> None:
    site = shop()
    await store(site).create_order(draft(financial_status=FinancialStatus.PENDING))
    assert body_of(site)["status"] == "on-hold"


async def test_a_variation_goes_by_its_product() -> None:
    site = shop()
    site.on("GET", "products/27", {"id": 27, "type": "variation", "parent_id": 11})
    site.on("GET", "products/11/variations", [{"id": 27, "manage_stock": "parent", "stock_quantity": 4}])
    for product_id in ("11", ""):
        site.requests.clear()
        order = await store(site).create_order(draft(line(variant_id="27", product_id=product_id)))
        item = body_of(site)["line_items"][0]
        assert (item["product_id"], item["variation_id"]) == (11, 27)
        assert order.available == (("27", 4),)


async def test_a_line_without_a_product_is_a_fee() -> None:
    site = shop()
    order = await store(site).create_order(
        draft(line(), line("12", variant_id="", product_id="", title="Card"), total=usd("50.00"))
    )
    fee = body_of(site)["fee_lines"][0]
    assert (fee["name"], fee["total"]) == ("Card × 2", "25.00")
    assert dict(order.line_ids) == {"11": "900", "12": "950"}


async def test_a_discount_and_shipping() -> None:
    site = shop()
    shipping = (ShippingLine("Flat", usd("7.00"), usd("2.00")),)
    lines = (line(discount=usd("3.00")),)
    order = await store(site).create_order(draft(*lines, shipping_lines=shipping, total=usd("27.00")))
    body = body_of(site)
    assert (body["line_items"][0]["subtotal"], body["line_items"][0]["total"]) == ("25.00", "22.00")
    assert body["shipping_lines"][0]["total"] == "5.00"
    assert order.total == usd("27.00")
    assert site.sent("PUT") == []


@pytest.mark.parametrize(
    ("shop_taxes", "included", "sent"),
    [("no", False, "27.03"), ("no", True, "25.00"), ("yes", False, "25.00"), ("yes", True, "22.97")],
)
async def test_taxes_are_put_on_or_left_to_the_shop(shop_taxes: str, included: bool, sent: str) -> None:
    site = shop(taxes=shop_taxes)
    taxed = line(tax_lines=(TaxLine("MWST", Decimal("0.081"), usd("2.03")),))
    site.on("PUT", "orders/70", lambda request: reply(200, sample("orders/create_paid")["response"]["body"]))
    total = usd("25.00") if included else usd("27.03")
    await store(site).create_order(draft(taxed, total=total, taxes_included=included))
    assert body_of(site)["line_items"][0]["total"] == sent


async def test_a_total_of_the_shops_own_is_made_to_agree() -> None:
    """A negative fee is taxed: the second is what the first should have been."""
    site = shop(create=lambda request: made(request, total="27.03"))

    def adjust(request: Any) -> dict[str, Any]:
        fee = Decimal(msgspec.json.decode(request.body)["fee_lines"][0]["total"])
        total = Decimal("27.03") + (fee * Decimal("1.081")).quantize(Decimal("0.01"))
        there: dict[str, Any] = sample("orders/create_paid")["response"]["body"]
        fees = [{"id": 5, "name": "Marketplace adjustment", "total": str(fee)}]
        return there | {"id": 70, "total": str(total), "fee_lines": fees}

    site.on("PUT", "orders/70", adjust)
    order = await store(site).create_order(draft())
    assert order.total == usd("25.00")
    assert site.sent("PUT") == [
        {"fee_lines": [{"name": "Marketplace adjustment", "total": "-2.03", "tax_status": "none"}]},
        {"fee_lines": [{"id": 5, "total": "-1.88", "tax_status": "none"}]},
    ]


async def test_a_product_that_is_not_there_is_never_sent() -> None:
    site = shop()
    site.on("GET", "products/57", reply(404, {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID."}))
    with pytest.raises(Rejected) as caught:
        await store(site).create_order(draft())
    assert caught.value.code == "not_found"
    assert site.sent("POST") == []


async def test_a_line_that_the_shop_emptied_is_taken_back_with_its_stock() -> None:
    site = shop(create=lambda request: _emptied(made(request)))
    site.on("PUT", "orders/70", sample("orders/update_cancelled")["response"]["body"])
    site.on("DELETE", "orders/70", sample("orders/update_cancelled")["response"]["body"])
    with pytest.raises(Rejected) as caught:
        await store(site).create_order(draft())
    assert caught.value.code == "lines_differ"
    assert site.sent("PUT") == [{"status": "cancelled"}]
    assert [query(each) for each in site.requests if each.method == "DELETE"] == [{"force": "true"}]


def _emptied(order: dict[str, Any]) -> dict[str, Any]:
    order["line_items"][0] |= {"product_id": 0, "variation_id": 0}
    return order


async def test_a_reference_that_is_there_is_not_sent_again() -> None:
    site = shop()
    there = sample("orders/create_paid")["response"]["body"] | {"created_via": "CD-1-2-3-1"}
    site.on("GET", "orders", [there])
    with pytest.raises(Rejected) as caught:
        await store(site).create_order(draft())
    assert caught.value.code == "reference_taken"
    assert site.sent("POST") == []


async def test_a_fresh_order_is_not_looked_for() -> None:
    site = shop()
    await store(site).create_order(msgspec.structs.replace(draft(), fresh=True))
    assert [each.method for each in site.requests if each.url.split("?")[0].endswith("/orders")] == ["POST"]


async def test_an_older_shop_ignores_the_filter_and_the_order_is_found_by_reading() -> None:
    other = sample("orders/create_pending")["response"]["body"]
    ours = other | {"id": 81, "meta_data": [{"id": 1, "key": "_crossdock_reference", "value": "cd-1-2-3-1"}]}
    site = Site()
    site.on("GET", "orders", lambda request: [ours] if "after" in query(request) else [other])
    found = await store(site).find_order("cd-1-2-3-1")
    assert found is not None
    assert found.id == "81"
    assert await store(site).find_order("cd-1-2-3-2") is None


async def test_what_follows_an_edit() -> None:
    site = Site()
    there = sample("orders/create_paid")["response"]["body"]
    there["meta_data"] = [{"id": 1, "key": "_crossdock_attributes", "value": ["Gift", "Old"]}]
    site.on("GET", "orders/66", there)
    site.on("PUT", "orders/66", there)
    changes = OrderChanges(
        email="new@example.com",
        phone="1",
        note="ring",
        tags=("a", "b"),
        attributes=(Attribute("Gift", "yes"),),
        shipping_address=HOME,
    )
    await store(site).update_order("66", changes)
    body = site.sent("PUT")[0]
    assert body["billing"] == {"phone": "1"}
    assert body["customer_note"] == "ring"
    assert body["shipping"]["city"] == "Oakland"
    assert details(body) == {
        "Marketplace customer e-mail": "new@example.com",
        "Marketplace tags": "a, b",
        "Old": None,
        "Gift": "yes",
        "_crossdock_attributes": ["Gift"],
    }


@pytest.mark.parametrize(
    ("name", "writes"),
    [("create_pending", 1), ("create_paid", 0), ("update_completed", 0), ("get_after_full_refund", 0)],
)
async def test_marking_as_paid_is_repeatable(name: str, writes: int) -> None:
    site = Site()
    site.on("GET", "orders/66", sample(f"orders/{name}")["response"]["body"])
    site.on("PUT", "orders/66", sample("orders/create_paid")["response"]["body"])
    assert (await store(site).mark_paid("66")).financial_status.paid
    assert site.sent("PUT") == [{"status": "processing"}] * writes


async def test_cancelling() -> None:
    site = Site()
    cancelled = sample("orders/update_cancelled")["response"]["body"]
    site.on("GET", "orders/66", sample("orders/create_paid")["response"]["body"], cancelled)
    site.on("PUT", "orders/66", cancelled)
    for _ in range(2):
        assert (await store(site).cancel_order("66", reason="other")).state is CancelState.DONE
    assert site.sent("PUT") == [{"status": "cancelled"}]
    site.on("GET", "orders/66", sample("orders/update_completed")["response"]["body"])
    with pytest.raises(Rejected):
        await store(site).cancel_order("66", reason="other")


async def test_an_order_in_the_trash_still_holds_its_stock() -> None:
    thrown = sample("orders/create_paid")["response"]["body"] | {"status": "trash"}
    cancelled = sample("orders/update_cancelled")["response"]["body"]
    site = Site()
    site.on("GET", "orders/66", thrown)
    site.on("PUT", "orders/66", cancelled)
    assert (await store(site).cancel_order("66", reason="other")).state is CancelState.DONE
    assert site.sent("PUT") == [{"status": "cancelled"}]
    site.on("GET", "orders/66", cancelled | {"status": "trash"})
    assert (await store(site).cancel_order("66", reason="other")).state is CancelState.DONE
    assert len(site.sent("PUT")) == 1


async def test_a_draft_of_a_shopper_is_no_order() -> None:
    site = Site()
    site.on("GET", "orders/66", sample("orders/create_checkout_draft")["response"]["body"])
    with pytest.raises(Gone):
        await store(site).read_order("66")


async def test_an_answer_that_cannot_be_read_leaves_the_outcome_open() -> None:
    site = shop(create=reply(201, {"id": "what"}))
    with pytest.raises(OutcomeUnknown):
        await store(site).create_order(draft())
