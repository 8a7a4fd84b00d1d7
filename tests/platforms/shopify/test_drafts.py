"""What a draft becomes in a vendor's store, and how it is changed afterwards."""

from decimal import Decimal
from typing import Any

import pytest

from crossdock.connector.errors import Rejected, Unsupported
from crossdock.core.orders import Address, Attribute, Contact, FinancialStatus, ShippingLine, TaxLine
from crossdock.core.vendor_order import OrderChanges
from tests.platforms.shopify.scripted import Script, data, draft, line, sent_order, store, usd, user_error, vendor_order


async def test_lines_discounts_shipping_and_taxes_go_as_they_were_paid() -> None:
    tax = TaxLine("VAT", Decimal("0.2"), usd("1.50"))
    order = await sent_order(
        line("11", discount=usd("1.00"), tax_lines=(tax,), properties=(Attribute("engraving", "A ❤"),)),
        line("12", discount=usd("0.50"), variant_id="", sku="S-1", title="Odd thing"),
        shipping_lines=(ShippingLine("Post", usd("5.00"), usd("2.00"), "POST", (tax,)),),
        tags=("a", "b"),
        note="n",
        attributes=(Attribute("gift", "yes"),),
        transaction_ids=("t1", "t2"),
        shipping_address=Address("Ada", "L", country_code="GB", country="United Kingdom", province="Kent", zip="CT1"),
    )
    first, second = order["lineItems"]
    assert first["variantId"] == "gid://shopify/ProductVariant/77"
    assert first["priceSet"] == {"shopMoney": {"amount": "10.00", "currencyCode": "USD"}}
    assert first["taxLines"] == [
        {"title": "VAT", "rate": "0.2", "priceSet": {"shopMoney": {"amount": "1.50", "currencyCode": "USD"}}}
    ]
    assert first["properties"] == [{"name": "engraving", "value": "A ❤"}, {"name": "_crossdock_line", "value": "11"}]
    assert "variantId" not in second
    assert (second["title"], second["sku"]) == ("Odd thing", "S-1")
    assert order["discountCode"]["itemFixedDiscountCode"]["amountSet"]["shopMoney"]["amount"] == "1.50"
    assert order["shippingLines"][0]["priceSet"]["shopMoney"]["amount"] == "3.00"
    assert order["customAttributes"] == [
        {"key": "gift", "value": "yes"},
        {"key": "Marketplace order", "value": "#1001"},
        {"key": "Marketplace transactions", "value": "t1, t2"},
    ]
    assert order["shippingAddress"] == {
        "firstName": "Ada",
        "lastName": "L",
        "countryCode": "GB",
        "province": "Kent",
        "zip": "CT1",
    }
    assert order["customer"] == {"toUpsert": {"email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace"}}


@pytest.mark.parametrize(
    ("contact", "customer"),
    [
        (Contact("Ada", "", "a@b.c", "+44"), {"toUpsert": {"email": "a@b.c", "firstName": "Ada"}}),
        (Contact("", "", "", "+44"), {"toUpsert": {"phone": "+44"}}),
        (Contact("Ada"), {"toUpsert": {"firstName": "Ada"}}),
        (Contact(), None),
    ],
)
async def test_who_the_order_is_for(contact: Contact, customer: Any) -> None:
    order = await sent_order(contact=contact)
    assert order.get("customer") == customer
    assert order.get("phone", "") == contact.phone


async def test_more_lines_than_one_call_takes_are_refused_before_it() -> None:
    script = Script()
    with pytest.raises(Rejected) as error:
        await store(script).create_order(draft(*(line(str(number)) for number in range(251))))
    assert error.value.code == "too_many_lines"
    assert script.requests == []


async def test_an_update_keeps_our_own_details_and_says_what_cannot_be_told() -> None:
    pairs = [{"key": "gift", "value": "no"}, {"key": "Marketplace order", "value": "#1001"}]
    updated = data(orderUpdate={"order": vendor_order(), "userErrors": []})
    script = Script(data(order={"customAttributes": pairs}), updated)
    changes = OrderChanges(attributes=(Attribute("gift", "yes"),), email="", buyer_accepts_marketing=True)
    with pytest.raises(Unsupported, match="consent"):
        await store(script).update_order("501", changes)
    given = script.sent[1]["variables"]["input"]
    assert given["customAttributes"] == [
        {"key": "gift", "value": "yes"},
        {"key": "Marketplace order", "value": "#1001"},
    ]
    assert given["email"] is None
    assert "note" not in given


async def test_marking_paid_twice_is_marking_once() -> None:
    refused = data(orderMarkAsPaid={"order": None, "userErrors": [user_error("Order cannot be marked as paid.", "id")]})
    zero = {"totalOutstandingSet": {"shopMoney": {"amount": "0.0", "currencyCode": "USD"}}}
    paid = await store(Script(refused, data(order=vendor_order() | zero))).mark_paid("501")
    assert paid.financial_status is FinancialStatus.PAID
    owing = vendor_order(displayFinancialStatus="PENDING") | {
        "totalOutstandingSet": {"shopMoney": {"amount": "20.0", "currencyCode": "USD"}}
    }
    with pytest.raises(Rejected, match="cannot be marked"):
        await store(Script(refused, data(order=owing))).mark_paid("501")


def sold(number: int, merchant_line: str, variant: dict[str, Any] | None) -> dict[str, Any]:
    pair = {"key": "_crossdock_line", "value": merchant_line}
    return {"id": f"gid://shopify/LineItem/{number}", "customAttributes": [pair], "variant": variant}


def left(variant: int, quantity: int, tracked: bool = True) -> dict[str, Any]:
    gid = f"gid://shopify/ProductVariant/{variant}"
    return {"id": gid, "inventoryQuantity": quantity, "inventoryItem": {"tracked": tracked}}


async def test_the_answer_tells_what_is_left_and_which_lines_lost_their_variant() -> None:
    lines = [
        sold(91, "11", left(77, -1)),
        sold(92, "12", left(77, -1)),
        sold(93, "13", left(78, 9, tracked=False)),
        sold(94, "14", None),
        sold(95, "15", None),
    ]
    page = {"nodes": lines, "pageInfo": {"hasNextPage": False, "endCursor": None}}
    script = Script(data(orderCreate={"order": vendor_order(lineItems=page), "userErrors": []}))
    drafted = draft(*(line(str(number)) for number in (11, 12, 13, 14)), line("15", variant_id=""))
    made = await store(script).create_order(drafted)
    assert made.available == (("77", -1),), "an untracked variant has no stock to speak of"
    assert made.custom_line_ids == ("14",), "15 was meant to be one"
    assert script.sent[0]["variables"]["lines"] == 5
