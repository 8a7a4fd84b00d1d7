"""Recorded orders read as ours: sums, statuses, refunds, taxes, names."""

from decimal import Decimal

import msgspec
import pytest

from crossdock.core.money import Money
from crossdock.core.orders import Attribute, FinancialStatus
from crossdock.platforms.woocommerce import mapping, wire
from tests.platforms.woocommerce.recorded import body, folder


def read(name: str) -> wire.Order:
    return msgspec.json.decode(body(f"orders/{name}"), type=wire.Order)


def usd(text: str) -> Money:
    return Money(Decimal(text), "USD")


def test_a_paid_order_with_a_variation() -> None:
    order = mapping.order(read("create_paid"))
    mug, hoodie = order.lines
    assert (order.id, order.name, order.currency, order.total) == ("66", "#66", "USD", usd("76.50"))
    assert order.financial_status is FinancialStatus.PAID
    assert (mug.title, mug.variant_title, mug.product_id, mug.variant_id) == ("Enamel Mug & Lid", "", "57", "57")
    assert (hoodie.title, hoodie.variant_title, hoodie.variant_id) == ("Hoodie", "Red, No", "27")
    assert hoodie.properties == ()
    assert mug.unit_price * mug.quantity - mug.discount == usd("25.00")
    assert order.shipping_lines[0].price == usd("7.00")
    assert order.note == "Leave at the door, please."
    assert order.shipping_address
    assert order.shipping_address.city == "Zürich"
    assert order.shipping_address.province_code == "ZH"
    assert order.placed_at.isoformat() == "2026-11-22T00:14:46+00:00"
    assert order.transaction_ids == ("PAY-77001",)


def test_cash_on_delivery_is_processing_and_not_paid() -> None:
    order = mapping.order(read("storefront_get"))
    assert order.financial_status is FinancialStatus.PENDING
    assert order.attributes == ()


def test_a_price_that_cannot_be_divided_still_sums_up() -> None:
    line = mapping.order(read("create_third_price")).lines[0]
    assert line.quantity == 3
    assert line.unit_price == usd("3.34")
    assert line.unit_price * line.quantity - line.discount == usd("10.00")


def test_an_own_price_is_a_discount() -> None:
    of = read("create_price_override")
    line, there = mapping.order(of).lines[0], of.line_items[0]
    assert line.unit_price * line.quantity == usd(str(there.subtotal))
    assert line.unit_price * line.quantity - line.discount == usd(str(there.total))


def test_taxes_are_on_top_even_where_prices_include_them() -> None:
    order = mapping.order(read("created_with_tax"))
    tax = order.lines[0].tax_lines[0]
    assert order.taxes_included is False
    assert (tax.title, tax.rate, tax.amount) == ("MWST", Decimal("0.081"), usd("1.62"))
    assert order.lines[0].unit_price + tax.amount == order.total == usd("21.62")


def test_refunds_take_pieces_and_money() -> None:
    whole = read("get_after_partial_refund")
    refunds = msgspec.json.decode(body("orders/refunds_list"), type=list[wire.Refund])
    first = [each for each in refunds if each.line_items]
    order = mapping.order(whole, first)
    mug = order.lines[0]
    assert (mug.ordered_quantity, mug.quantity) == (2, 1)
    assert order.total == usd("64.00")
    assert order.financial_status is FinancialStatus.PARTIALLY_REFUNDED
    assert mapping.order(read("get_after_full_refund"), refunds).financial_status is FinancialStatus.REFUNDED


@pytest.mark.parametrize("name", ["update_cancelled", "get_trashed"])
def test_cancelled_and_thrown_away_are_cancelled(name: str) -> None:
    assert mapping.order(read(name)).cancelled_at is not None
    assert mapping.vendor_order(read(name)).cancelled_at is not None


def test_completed_is_closed() -> None:
    order = mapping.vendor_order(read("update_completed"))
    assert order.closed_at is not None
    assert order.financial_status is FinancialStatus.PAID


def test_a_line_without_a_product_names_none() -> None:
    line = mapping.order(read("create_unknown_product")).lines[0]
    assert (line.product_id, line.variant_id) == ("", "")


def test_details_are_what_people_see() -> None:
    of = msgspec.structs.replace(
        read("create_paid"),
        meta_data=[
            wire.Meta(key="_hidden", value="x"),
            wire.Meta(key="Gift message", value="Hi"),
            wire.Meta(key="is_vat_exempt", value="no"),
            wire.Meta(key="blob", value={"a": 1}),
            wire.Meta(key="Floor", value=3),
        ],
    )
    assert mapping.order(of).attributes == (Attribute("Floor", "3"), Attribute("Gift message", "Hi"))


def test_every_recorded_order_is_understood() -> None:
    for path in sorted((folder() / "orders").glob("*.json")):
        told = msgspec.json.decode(path.read_bytes()).get("response", {}).get("body")
        for each in told if isinstance(told, list) else [told]:
            if isinstance(each, dict) and "line_items" in each and "order_key" in each:
                order = mapping.order(msgspec.convert(each, wire.Order))
                for line, said in zip(order.lines, each["line_items"], strict=True):
                    cost = line.unit_price * line.ordered_quantity - line.discount
                    assert cost.amount == Decimal(said["total"]), path.name
