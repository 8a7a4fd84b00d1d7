"""Orders as Shopify has them: created by apps, bought by shoppers, changed, cancelled, found again (FACTS 7, 8)."""

from datetime import timedelta
from typing import Any

import pytest

from crossdock_sandbox.errors import BadInput
from tests.sandbox.bench import ADDRESS, Bench, gid, money

CREATE = """
mutation Create($order: OrderCreateOrderInput!, $options: OrderCreateOptionsInput) {
  orderCreate(order: $order, options: $options) {
    order {
      id name displayFinancialStatus sourceIdentifier processedAt tags note
      totalPriceSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }
      totalTaxSet { shopMoney { amount } }
      totalDiscountsSet { shopMoney { amount } }
      lineItems(first: 10) { nodes { id title quantity variant { id } customAttributes { key value }
        discountAllocations { allocatedAmountSet { shopMoney { amount } } } } }
      customer { firstName email }
      shippingAddress { country countryCodeV2 province }
    }
    userErrors { field message code }
  }
}"""


async def create(bench: Bench, options: dict[str, Any] | None = None, **order: Any) -> dict[str, Any]:
    order.setdefault("lineItems", [{"title": "Bowl", "quantity": 1, "priceSet": money("10.00")}])
    data = await bench.get(CREATE, order=order, options=options)
    payload: dict[str, Any] = data["orderCreate"]
    return payload


async def test_an_app_creates_an_order_with_catalogue_and_custom_lines(bench: Bench) -> None:
    await bench.open()
    made = await create(
        bench,
        lineItems=[
            {"variantId": gid("ProductVariant", bench.variant("MUG")), "quantity": 2, "priceSet": money("11.00"),
             "taxLines": [{"title": "VAT", "rate": "0.1", "priceSet": money("2.20")}],
             "properties": [{"name": "_line", "value": "7"}]},
            {"title": "Engraving", "quantity": 1, "priceSet": money("5.00")},
        ],
        shippingLines=[{"title": "Standard", "priceSet": money("4.00")}],
        shippingAddress={"firstName": "Ann", "lastName": "Lee", "countryCode": "US", "provinceCode": "KY"},
        customer={"toUpsert": {"email": "a@b.example", "firstName": "Ann"}},
        sourceIdentifier="cd-1", tags=["b", "A ", "a"],
    )  # fmt: skip
    assert made["userErrors"] == []
    order = made["order"]
    assert order["totalPriceSet"]["shopMoney"] == {"amount": "33.2", "currencyCode": "USD"}
    assert [line["variant"] is None for line in order["lineItems"]["nodes"]] == [False, True]
    assert order["lineItems"]["nodes"][0]["customAttributes"] == [{"key": "_line", "value": "7"}]
    assert order["tags"] == ["A", "b"]
    assert order["customer"] == {"firstName": "Ann", "email": "a@b.example"}
    assert order["shippingAddress"] == {"country": "United States", "countryCodeV2": "US", "province": "Kentucky"}


async def test_without_transactions_or_status_the_financial_status_is_null(bench: Bench) -> None:
    await bench.open()
    assert (await create(bench))["order"]["displayFinancialStatus"] is None
    assert (await create(bench, financialStatus="PENDING"))["order"]["displayFinancialStatus"] == "PENDING"
    sale = {"kind": "SALE", "status": "SUCCESS", "gateway": "g", "amountSet": money("10.00")}
    assert (await create(bench, transactions=[sale]))["order"]["displayFinancialStatus"] == "PAID"
    part = {**sale, "amountSet": money("4.00")}
    assert (await create(bench, transactions=[part]))["order"]["displayFinancialStatus"] == "PARTIALLY_PAID"
    hold = {**sale, "kind": "AUTHORIZATION"}
    assert (await create(bench, transactions=[hold]))["order"]["displayFinancialStatus"] == "AUTHORIZED"


async def test_one_discount_code_is_spread_over_the_lines_to_the_cent(bench: Bench) -> None:
    await bench.open()
    made = await create(
        bench,
        lineItems=[{"title": f"L{n}", "quantity": 1, "priceSet": money("10.00")} for n in range(3)],
        discountCode={"itemFixedDiscountCode": {"code": "X", "amountSet": money("10.00")}},
    )
    parts = [line["discountAllocations"][0]["allocatedAmountSet"]["shopMoney"]["amount"]
             for line in made["order"]["lineItems"]["nodes"]]  # fmt: skip
    assert sorted(parts) == ["3.33", "3.33", "3.34"]
    assert made["order"]["totalPriceSet"]["shopMoney"]["amount"] == "20.0"


async def test_an_id_metafield_is_unique_once_it_is_defined_and_found_directly(bench: Bench) -> None:
    await bench.open()
    field = {"namespace": "$app:crossdock", "key": "reference", "type": "id", "value": "cd-1"}
    find = """query($v: String!) { orderByIdentifier(identifier: {customId:
        {namespace: "$app:crossdock", key: "reference", value: $v}}) { id name
        metafield(namespace: "$app:crossdock", key: "reference") { value type } } }"""
    reply = await bench.ask(find, v="cd-1")
    assert reply["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    defined = await bench.get(
        'mutation { metafieldDefinitionCreate(definition: {name: "r", namespace: "$app:crossdock", key: "reference",'
        ' type: "id", ownerType: ORDER}) { createdDefinition { id } userErrors { code } } }'
    )  # fmt: skip
    assert defined["metafieldDefinitionCreate"]["userErrors"] == []
    first = await create(bench, metafields=[field])
    again = await create(bench, metafields=[field])
    assert again["order"] is None
    assert again["userErrors"][0]["field"] == ["order", "metafields", "0", "value"]
    assert "unique" in again["userErrors"][0]["message"]
    found = (await bench.get(find, v="cd-1"))["orderByIdentifier"]
    assert found["id"] == first["order"]["id"]
    assert found["metafield"] == {"value": "cd-1", "type": "id"}
    assert (await bench.get(find, v="cd-2"))["orderByIdentifier"] is None
    assert (await bench.op("find_orders", reference="cd-1"))["orders"][0]["reference"] == "cd-1"


async def test_refusals_of_order_create_change_nothing(bench: Bench) -> None:
    await bench.open()
    none = await create(bench, lineItems=[])
    assert none["userErrors"] == [{"field": ["order"], "message": "Order Line items is invalid", "code": "INVALID"}]
    unknown = await create(bench, lineItems=[{"variantId": gid("ProductVariant", "999"), "quantity": 1}])
    assert unknown["userErrors"][0]["message"] == "Line items Title can't be blank"
    short = await create(
        bench, {"inventoryBehaviour": "DECREMENT_OBEYING_POLICY"},
        lineItems=[{"variantId": gid("ProductVariant", bench.variant("MUG")), "quantity": 11}],
    )  # fmt: skip
    assert short["userErrors"][0]["code"] == "INVENTORY_CLAIM_FAILED"
    dumped = await bench.op("dump")
    assert dumped["orders"] == []
    assert dumped["inventory"][bench.variant("MUG")] == 10


async def test_stock_is_taken_only_when_asked_and_comes_back(bench: Bench) -> None:
    await bench.open()
    line = {"variantId": gid("ProductVariant", bench.variant("MUG")), "quantity": 12}
    stock = lambda dumped: dumped["inventory"][bench.variant("MUG")]  # noqa: E731
    await create(bench, lineItems=[line])
    assert stock(await bench.op("dump")) == 10, "BYPASS is the default (FACTS section 7)"
    made = await create(bench, {"inventoryBehaviour": "DECREMENT_IGNORING_POLICY"}, lineItems=[line])
    assert stock(await bench.op("dump")) == -2
    await bench.op("cancel_order", order_id=made["order"]["id"].rpartition("/")[2], restock=True)
    assert stock(await bench.op("dump")) == 10


async def test_processed_at_in_the_future_is_clamped(bench: Bench) -> None:
    await bench.open()
    made = await create(bench, processedAt="2031-01-01T00:00:00Z")
    assert made["order"]["processedAt"] == "2026-11-22T10:00:00Z"
    made = await create(bench, processedAt="2018-01-01T00:00:00Z")
    assert made["order"]["processedAt"] == "2018-01-01T00:00:00Z"


async def test_presentment_money_is_kept_beside_the_shops(bench: Bench) -> None:
    await bench.open()
    price = {"shopMoney": {"amount": "10.00", "currencyCode": "USD"},
             "presentmentMoney": {"amount": "1500", "currencyCode": "JPY"}}  # fmt: skip
    made = await create(bench, currency="USD", presentmentCurrency="JPY",
                        lineItems=[{"title": "x", "quantity": 2, "priceSet": price}])  # fmt: skip
    assert made["order"]["totalPriceSet"]["presentmentMoney"] == {"amount": "3000.0", "currencyCode": "JPY"}
    bought = await bench.buy(presentment={"currency": "KWD", "rate": "0.307"}, lines=[
        {"title": "x", "quantity": 1, "price": "9.99"}])  # fmt: skip
    assert (await bench.order(bought["order_id"]))["presentment_total"] == "3.067"


async def test_search_lags_and_ignores_unknown_filters_while_direct_reads_do_not(bench: Bench) -> None:
    await bench.open()
    made = await create(bench, sourceIdentifier="cd-9", tags=["crossdock"])
    search = "query($q: String!) { orders(first: 10, query: $q) { nodes { id } } }"
    assert (await bench.get(search, q="source_identifier:cd-9"))["orders"]["nodes"] == []
    assert (await bench.get("query($i: ID!) { order(id: $i) { id } }", i=made["order"]["id"]))["order"]
    await bench.wait(3)
    for query in ("source_identifier:cd-9", "tag:crossdock", "name:1001", "source_identifier:'cd-9' AND tag:crossdock"):
        assert [one["id"] for one in (await bench.get(search, q=query))["orders"]["nodes"]] == [made["order"]["id"]], (
            query
        )
    assert (await bench.get(search, q="source_identifier:cd"))["orders"]["nodes"] == []
    reply = await bench.ask(search, q="colour:red")
    assert len(reply["data"]["orders"]["nodes"]) == 1
    assert reply["extensions"]["search"][0]["warnings"][0]["field"] == "colour"


async def test_listing_by_change_is_resumable_and_misses_nothing(bench: Bench) -> None:
    await bench.open()
    ids = []
    for number in range(7):
        ids.append((await bench.buy(note=str(number)))["order_id"])
        await bench.wait(2)
    await bench.op("edit_order", order_id=ids[0], set={"note": "later"})
    await bench.wait(2)
    listing = """query($q: String!, $after: String) { orders(first: 3, after: $after, query: $q, sortKey: UPDATED_AT)
        { nodes { id note } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None
    while True:
        page = (await bench.get(listing, q="updated_at:>='2026-11-22T10:00:02Z'", after=after))["orders"]
        seen += [one["id"].rpartition("/")[2] for one in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [*ids[1:], ids[0]]


async def test_a_change_during_the_lag_is_listed_at_its_old_place_not_lost(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy()
    await bench.wait(1)
    await bench.op("edit_order", order_id=bought["order_id"], set={"note": "x"})
    listing = "{ orders(first: 5, sortKey: UPDATED_AT) { nodes { note } } }"
    assert (await bench.get(listing))["orders"]["nodes"] == [{"note": "x"}]


async def test_orders_older_than_sixty_days_need_a_scope(bench: Bench) -> None:
    await bench.open(app={"scopes": ["write_orders"]})
    bought = await bench.buy()
    await bench.op("age_order", order_id=bought["order_id"], days=61)
    query = "query($i: ID!) { order(id: $i) { id } }"
    assert (await bench.get(query, i=gid("Order", bought["order_id"])))["order"] is None
    await bench.op("set_scopes", scopes=["write_orders", "read_all_orders"])
    assert (await bench.get(query, i=gid("Order", bought["order_id"])))["order"]


UPDATE = (
    "mutation($i: OrderInput!) { orderUpdate(input: $i) { order { note tags email } userErrors { field message } } }"
)


async def test_order_update_changes_what_it_may(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy(tags=["x"])
    order = gid("Order", bought["order_id"])
    none = await bench.get(UPDATE, i={"id": order})
    assert none["orderUpdate"]["userErrors"][0]["message"] == "No valid update parameters have been provided"
    done = await bench.get(UPDATE, i={"id": order, "note": "n", "tags": ["y"], "email": "new@b.example",
                                      "shippingAddress": {"lastName": "Moved", "countryCode": "DE"}})  # fmt: skip
    assert done["orderUpdate"]["order"] == {"note": "n", "tags": ["y"], "email": "new@b.example"}
    assert (await bench.order(bought["order_id"]))["shipping_address"]["country"] == "Germany"
    missing = await bench.get(UPDATE, i={"id": gid("Order", "5"), "note": "n"})
    assert missing["orderUpdate"]["userErrors"] == [{"field": ["id"], "message": "Order does not exist"}]
    coded = await bench.ask(UPDATE.replace("field message", "field message code"), i={"id": order})
    assert coded["errors"][0]["extensions"]["code"] == "undefinedField", "UserError has no code (FACTS section 2)"


CANCEL = """mutation($id: ID!) { orderCancel(orderId: $id, reason: OTHER, restock: true) {
  job { id done } jobResult { id status errors { message } } orderCancelUserErrors { field message code } } }"""


async def test_cancelling_is_asynchronous_and_irreversible(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy(paid=False)
    order = gid("Order", bought["order_id"])
    first = (await bench.get(CANCEL, id=order))["orderCancel"]
    second = (await bench.get(CANCEL, id=order))["orderCancel"]
    assert first["job"]["done"] is False
    assert (await bench.order(bought["order_id"]))["cancelled_at"] is None
    await bench.wait(1)
    job = """query($j: ID!, $r: ID!) { job(id: $j) { done }
        node(id: $r) { ... on OrderCancelJobResult { status errors { message } } } }"""
    done = await bench.get(job, j=first["job"]["id"], r=first["jobResult"]["id"])
    assert done["job"]["done"]
    assert done["node"]["status"] == "SUCCEEDED"
    late = await bench.get(job, j=second["job"]["id"], r=second["jobResult"]["id"])
    assert late["node"]["status"] == "FAILED", "what goes wrong later shows only in jobResult (FACTS section 8)"
    after = await bench.order(bought["order_id"])
    assert after["current_total"] == "0.00"
    assert after["financial_status"] == "VOIDED"
    assert {one["status"] for one in after["fulfillment_orders"]} <= {"CLOSED"}
    refused = (await bench.get(CANCEL, id=order))["orderCancel"]["orderCancelUserErrors"]
    assert refused[0]["message"] == "Cannot cancel an order that has already been canceled"


async def test_paying_twice_is_refused(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy(paid=False, gateway="boleto")
    assert (await bench.order(bought["order_id"]))["financial_status"] == "PENDING"
    pay = """mutation($i: ID!) { orderMarkAsPaid(input: {id: $i}) {
        order { displayFinancialStatus } userErrors { message } } }"""
    done = await bench.get(pay, i=gid("Order", bought["order_id"]))
    assert done["orderMarkAsPaid"]["order"]["displayFinancialStatus"] == "PAID"
    again = await bench.get(pay, i=gid("Order", bought["order_id"]))
    assert again["orderMarkAsPaid"]["userErrors"][0]["message"] == "Order cannot be marked as paid."


BEGIN = """mutation($i: ID!) { orderEditBegin(id: $i) {
  calculatedOrder { id lineItems(first: 5) { nodes { id quantity } } } userErrors { message } } }"""
TO_ZERO = """mutation($i: ID!, $l: ID!) { orderEditSetQuantity(id: $i, lineItemId: $l, quantity: 0) {
  calculatedLineItem { quantity } userErrors { message } } }"""
COMMIT = """mutation($i: ID!) { orderEditCommit(id: $i) { order { currentTotalPriceSet { shopMoney { amount } }
  lineItems(first: 5) { nodes { quantity currentQuantity } } } userErrors { message } } }"""


async def test_an_order_edit_keeps_the_removed_line(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy(lines=[{"variant_id": bench.variant("MUG"), "quantity": 2},
                                    {"variant_id": bench.variant("TEE-S"), "quantity": 1}])  # fmt: skip
    order = gid("Order", bought["order_id"])
    begun = (await bench.get(BEGIN, i=order))["orderEditBegin"]
    session, lines = begun["calculatedOrder"]["id"], begun["calculatedOrder"]["lineItems"]["nodes"]
    assert lines[0]["id"].rpartition("/")[2] == bought["line_ids"][0]
    await bench.get(TO_ZERO, i=session, l=lines[0]["id"])
    assert (await bench.order(bought["order_id"]))["lines"][0]["current_quantity"] == 2, "nothing before the commit"
    done = await bench.get(COMMIT, i=session)
    edited = done["orderEditCommit"]["order"]
    assert edited["lineItems"]["nodes"][0] == {"quantity": 2, "currentQuantity": 0}
    assert edited["currentTotalPriceSet"]["shopMoney"]["amount"] == "20.0"


async def test_a_dev_store_takes_five_orders_a_minute(bench: Bench) -> None:
    await bench.open(plan="dev")
    answers = [await create(bench) for _ in range(6)]
    assert [one["userErrors"] for one in answers[:5]] == [[]] * 5
    assert answers[5]["userErrors"][0]["message"] == "Too many attempts. Please try again later."
    await bench.wait(61)
    assert (await create(bench))["userErrors"] == []


async def test_what_a_shopper_buys_adds_up(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy(
        lines=[{"variant_id": bench.variant("MUG"), "quantity": 3, "discount": "1.00",
                "tax": [{"title": "VAT", "rate": "0.2", "price": "7.30"}]},
               {"title": "Gift", "quantity": 1, "price": "0.00", "gift_card": True, "properties": [
                   {"name": "for", "value": "שלום 🎁"}]}],
        shipping=[{"title": "Post", "price": "5.00", "discount": "2.00",
                   "tax": [{"title": "VAT", "rate": "0.2", "price": "0.60"}]}],
        tip="1.50", attributes=[{"name": "gift", "value": "yes"}], note="ring twice", name="HP-1",
        accepts_marketing=True,
    )  # fmt: skip
    order = await bench.order(bought["order_id"])
    assert order["total"] == "48.90"
    assert order["total_discounts"] == "3.00"
    assert order["total_tax"] == "7.90"
    assert (order["name"], order["financial_status"], order["note"]) == ("HP-1", "PAID", "ring twice")
    assert order["lines"][1]["properties"] == [{"name": "for", "value": "שלום 🎁"}]
    assert order["shipping_address"]["last_name"] == ADDRESS["last_name"]


async def test_editing_lines_changes_what_is_owed(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy()
    await bench.op("edit_lines", order_id=bought["order_id"], quantities={bought["line_ids"][0]: 1},
                   add=[{"title": "Extra", "quantity": 1, "price": "30.00"}])  # fmt: skip
    order = await bench.order(bought["order_id"])
    assert order["current_total"] == "42.50"
    assert order["financial_status"] == "PARTIALLY_PAID"
    with pytest.raises(BadInput, match="line item does not exist"):
        await bench.op("edit_lines", order_id=bought["order_id"], quantities={"1": 1})


async def test_time_is_only_the_clocks(bench: Bench) -> None:
    await bench.open()
    bought = await bench.buy()
    bench.at += timedelta(days=3)
    await bench.op("close_order", order_id=bought["order_id"])
    assert (await bench.order(bought["order_id"]))["closed_at"] == "2026-11-25T10:00:00+00:00"
