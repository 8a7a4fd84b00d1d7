"""GraphQL's manners: error shapes, cost and buckets, versions, tokens (FACTS sections 1 to 4)."""

import json
from typing import Any

import pytest

from tests.sandbox.bench import Bench, gid, money


async def only_error(bench: Bench, query: str, **variables: Any) -> dict[str, Any]:
    reply = await bench.ask(query, **variables)
    assert len(reply["errors"]) == 1, reply
    error: dict[str, Any] = reply["errors"][0]
    return error


async def test_error_shapes(bench: Bench) -> None:
    await bench.open()
    update = "mutation U($input: OrderInput!) { orderUpdate(input: $input) { userErrors { message } } }"
    error = await only_error(bench, update, input={"note": "x"})
    words = "Variable $input of type OrderInput! was provided invalid value for id (Expected value to not be null)"
    assert error["message"] == words
    assert error["extensions"]["code"] == "INVALID_VARIABLE"
    assert error["extensions"]["problems"] == [{"path": ["id"], "explanation": "Expected value to not be null"}]
    error = await only_error(bench, update, input={"id": "x", "colour": 1})
    assert error["extensions"]["problems"] == [
        {"path": ["colour"], "explanation": "Field is not defined on OrderInput"}
    ]
    cases = {
        "{ shop { colour } }": "undefinedField",
        "{ shop { name { x } } }": "selectionMismatch",
        "{ shop { primaryDomain } }": "selectionMismatch",
        "{ order { id } }": "missingRequiredArguments",
        '{ order(id: "x", name: "y") { id } }': "argumentNotAccepted",
        "query($x: ID) { shop { name } }": "variableNotUsed",
        "{ shop { name @other } }": "undefinedDirective",
        "{ shop { name ": "SYNTAX_ERROR",
    }
    for query, code in cases.items():
        assert (await only_error(bench, query))["extensions"]["code"] == code, query
    bad = await only_error(bench, '{ order(id: "gid://shopify/Order/0") { id } }')
    assert (bad["message"], bad["extensions"]["code"]) == ("invalid id", "RESOURCE_NOT_FOUND")
    assert await bench.get('{ order(id: "gid://shopify/Order/1") { id } }') == {"order": None}


@pytest.mark.parametrize(
    "query",
    [
        '{ orders(first: 1, query: "updated_at:>soon", sortKey: UPDATED_AT) { nodes { id } } }',
        '{ orders(first: 1, query: "created_at:<=2026-99-99") { nodes { id } } }',
        '{ orders(first: 1, query: "((((") { nodes { id } } }',
        '{ order(id: "gid://shopify/Order/") { id } }',
        '{ node(id: "gid://shopify/Order/abc") { id } }',
        '{ node(id: "5") { id } }',
        '{ job(id: "gid://shopify/Job/x") { done } }',
        '{ nodes(ids: ["gid://shopify/Unheard/1"]) { id } }',
        'mutation { orderCapture(input: {id: "gid://shopify/Order/1", parentTransactionId: "gid://shopify/OrderTransaction/1",'
        ' amount: "x"}) { userErrors { message } } }',
        'mutation { orderCreate(order: {processedAt: "never", lineItems: []}) { userErrors { message } } }',
        'mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: {uri: "http://[::1"})'
        " { userErrors { message } } }",
        'mutation { metafieldsSet(metafields: [{ownerId: "gid://shopify/Order/x", key: "k", value: "v"}])'
        " { userErrors { message } } }",
    ],
)
async def test_odd_literals_are_answered(bench: Bench, query: str) -> None:
    await bench.open()
    reply = await bench.ask(query)
    assert "data" in reply or reply["errors"][0]["extensions"]["code"]


async def test_arrays_hold_two_hundred_and_fifty(bench: Bench) -> None:
    await bench.open()
    create = "mutation($o: OrderCreateOrderInput!) { orderCreate(order: $o) { order { id } userErrors { message } } }"
    line = {"title": "x", "quantity": 1, "priceSet": money("1")}
    reply = await bench.ask(create, o={"lineItems": [line] * 251})
    words = "The input array size of 251 is greater than the maximum allowed of 250."
    assert reply["errors"][0]["message"] == words
    assert reply["errors"][0]["extensions"]["code"] == "MAX_INPUT_SIZE_EXCEEDED"
    assert "data" not in reply
    assert (await bench.get(create, o={"lineItems": [line] * 250}))["orderCreate"]["order"]


async def test_the_rest_is_served_beside_an_access_error(bench: Bench) -> None:
    await bench.open(app={"scopes": ["read_products"]})
    reply = await bench.ask("{ shop { name } orders(first: 1) { nodes { id } } }")
    assert reply["data"] == {"shop": {"name": "harbour"}, "orders": None}
    error = reply["errors"][0]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert error["extensions"]["documentation"] == "https://shopify.dev/api/usage/access-scopes"
    assert error["path"] == ["orders"]


@pytest.mark.parametrize(
    ("size", "price"), [(1, 3), (2, 3), (3, 4), (5, 5), (10, 6), (20, 7), (50, 9), (100, 11), (200, 12), (250, 13)]
)
async def test_a_connection_is_priced_by_its_size(bench: Bench, size: int, price: int) -> None:
    """The measured row of FACTS section 3."""
    await bench.open()
    for query in (
        f"{{ orders(first: {size}) {{ nodes {{ id }} }} }}",
        "query($n: Int) { orders(first: $n) { nodes { id } } }",
    ):
        cost = (await bench.ask(query, **({"n": size} if "$n" in query else {})))["extensions"]["cost"]
        assert cost["requestedQueryCost"] == price
        assert cost["actualQueryCost"] == price, "an empty connection is charged in full"


async def test_costs_of_mutations_counts_and_nesting(bench: Bench) -> None:
    await bench.open()
    prices = {
        "mutation { orderCreate(order: {}) { order { id } userErrors { message } } }": 10,
        "{ productsCount { count precision } }": 10,
        "{ shop { name } }": 1,
        '{ order(id: "gid://shopify/Order/1") { totalPriceSet { shopMoney { amount } } } }': 1,
        "{ orders(first: 10) { nodes { lineItems(first: 10) { nodes { id } } } } }": 2 + 4 * (1 + 6),
        "{ orders(first: 10) { nodes { id } edges { node { id } } pageInfo { hasNextPage } } }": 2 + 4 * 2,
    }
    for query, price in prices.items():
        assert (await bench.ask(query))["extensions"]["cost"]["requestedQueryCost"] == price, query


async def test_a_partly_filled_page_is_charged_its_share(bench: Bench) -> None:
    await bench.open()
    for _ in range(5):
        await bench.buy()
    await bench.wait(1)
    cost = (await bench.ask("{ orders(first: 10) { nodes { id } } }"))["extensions"]["cost"]
    assert (cost["requestedQueryCost"], cost["actualQueryCost"]) == (6, 4)


DEAR = "{ orders(first: 250) { nodes { lineItems(first: 20) { nodes { id variant { id product { id } } } } } } }"


async def test_the_bucket_empties_throttles_with_http_200_and_fills_again(bench: Bench) -> None:
    await bench.open(plan="basic")
    reply = await bench.ask(DEAR)
    asked = reply["extensions"]["cost"]["requestedQueryCost"]
    assert asked == 2 + 11 * (1 + 2 + 5 * 3)
    calls = 0
    while "errors" not in reply:
        reply = await bench.ask(DEAR)
        calls += 1
        assert calls < 50
    assert reply["errors"][0]["message"] == "Throttled"
    assert reply["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert "data" not in reply
    status = reply["extensions"]["cost"]["throttleStatus"]
    assert (status["maximumAvailable"], status["restoreRate"]) == (2000.0, 100.0)
    assert reply["extensions"]["cost"]["actualQueryCost"] is None
    assert bench.world.counters["throttled"] == 1
    await bench.wait((asked - status["currentlyAvailable"]) / 100 + 0.1)
    assert "errors" not in await bench.ask(DEAR)


async def test_one_request_may_cost_a_thousand_whatever_the_plan(bench: Bench) -> None:
    await bench.open()
    reply = await bench.ask(DEAR.replace("first: 20", "first: 250").replace("variant { id product { id } }", DEEP))
    error = reply["errors"][0]
    assert error["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert error["extensions"]["maxCost"] == 1000
    assert error["extensions"]["cost"] > 1000
    assert "exceeds the single query max cost limit (1000)" in error["message"]


DEEP = "variant { product { variants(first: 250) { nodes { product { id } } } } }"


async def test_versions_fall_forward(bench: Bench) -> None:
    await bench.open()
    for asked, served in (("2026-10", "2026-10"), ("2026-07", "2026-07"), ("2024-10", "2026-01")):
        status, headers, _ = await bench.call("harbour", {"query": "{ shop { name } }"}, version=asked)
        assert status == 200
        assert headers["X-Shopify-API-Version"] == served


async def test_a_bad_token_is_a_string_not_a_list(bench: Bench) -> None:
    await bench.open()
    status, _, body = await bench.call("harbour", {"query": "{ shop { name } }"}, token="no")
    assert status == 401
    assert json.loads(body)["errors"].startswith("[API] Invalid API key or access token")
    await bench.op("uninstall")
    assert (await bench.call("harbour", {"query": "{ shop { name } }"}))[0] == 401


async def test_host_header_and_path_prefix_reach_the_same_shop(bench: Bench) -> None:
    made = await bench.open()
    headers = {"Host": "harbour.myshopify.com", "X-Shopify-Access-Token": made["access_token"]}
    body = b'{"query": "{ shop { myshopifyDomain } }"}'
    status, _, reply = await bench.world.handle("POST", "/admin/api/2026-10/graphql.json", headers, body)
    assert (status, json.loads(reply)["data"]["shop"]["myshopifyDomain"]) == (200, "harbour.myshopify.com")
    assert (await bench.world.handle("POST", "/shopify/nobody/admin/api/2026-10/graphql.json", headers, body))[0] == 404


async def test_pages_want_a_size_and_go_both_ways(bench: Bench) -> None:
    await bench.open()
    assert (await only_error(bench, "{ orders { nodes { id } } }"))[
        "message"
    ] == "you must provide one of first or last"
    query = (
        "query($a: String, $b: String, $f: Int, $l: Int) { productVariants(first: $f, last: $l, after: $a, before: $b)"
    )
    query += " { edges { cursor node { sku } } pageInfo { hasNextPage hasPreviousPage } } }"
    first = (await bench.get(query, f=2))["productVariants"]
    assert [one["node"]["sku"] for one in first["edges"]] == ["MUG", "TEE-S"]
    assert first["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}
    rest = (await bench.get(query, f=2, a=first["edges"][1]["cursor"]))["productVariants"]
    assert [one["node"]["sku"] for one in rest["edges"]] == ["TEE-M"]
    back = (await bench.get(query, l=1, b=first["edges"][1]["cursor"]))["productVariants"]
    assert [one["node"]["sku"] for one in back["edges"]] == ["MUG"]
    assert (await only_error(bench, query, f=2, a="junk"))["extensions"]["code"] == "BAD_REQUEST"


# -- what 2026-04 made compulsory --

SET = """mutation($i: InventorySetQuantitiesInput!, $k: String!) {
  inventorySetQuantities(input: $i) @idempotent(key: $k) {
  inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } } userErrors { field message code } } }"""


def quantity(bench: Bench, made: dict[str, Any], number: int, **more: Any) -> dict[str, Any]:
    item = made["products"][0]["variants"][0]["inventory_item_id"]
    row = {"inventoryItemId": gid("InventoryItem", item), "locationId": gid("Location", made["location_id"]),
           "quantity": number, "changeFromQuantity": None, **more}  # fmt: skip
    return {"name": "available", "reason": "correction", "quantities": [row]}


async def test_inventory_wants_an_idempotency_key_and_change_from(bench: Bench) -> None:
    made = await bench.open()
    given = quantity(bench, made, 7)
    bare = SET.replace(" @idempotent(key: $k)", "").replace(", $k: String!", "")
    error = await only_error(bench, bare, i=given)
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert error["message"] == "The @idempotent directive is required for this mutation but was not provided."
    without = quantity(bench, made, 7)
    del without["quantities"][0]["changeFromQuantity"]
    error = await only_error(bench, SET, i=without, k="a")
    assert error["extensions"]["code"] == "INVALID_FIELD_ARGUMENTS"
    stale = await bench.get(SET, i=quantity(bench, made, 7, changeFromQuantity=9), k="b")
    assert stale["inventorySetQuantities"]["userErrors"][0]["code"] == "CHANGE_FROM_QUANTITY_STALE"
    done = await bench.get(SET, i=given, k="c")
    changes = done["inventorySetQuantities"]["inventoryAdjustmentGroup"]["changes"]
    assert [(one["name"], one["delta"]) for one in changes] == [("available", -3), ("on_hand", -3)]
    same = await bench.get(SET, i=quantity(bench, made, 7), k="d")
    assert same["inventorySetQuantities"]["inventoryAdjustmentGroup"] is None
    other = await bench.get(SET, i=quantity(bench, made, 8), k="c")
    assert other["inventorySetQuantities"]["userErrors"][0]["code"] == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    assert (await bench.op("dump"))["inventory"][bench.variant("MUG")] == 7


async def test_the_same_key_is_not_done_twice(bench: Bench) -> None:
    made = await bench.open()
    adjust = """mutation($i: InventoryAdjustQuantitiesInput!) {
        inventoryAdjustQuantities(input: $i) @idempotent(key: "k") {
        inventoryAdjustmentGroup { id } userErrors { code } } }"""
    row = quantity(bench, made, 0)["quantities"][0]
    change = {"delta": -1, **{name: row[name] for name in ("inventoryItemId", "locationId", "changeFromQuantity")}}
    given = {"name": "available", "reason": "correction", "changes": [change]}
    for _ in range(2):
        assert (await bench.get(adjust, i=given))["inventoryAdjustQuantities"]["inventoryAdjustmentGroup"]
    assert (await bench.op("dump"))["inventory"][bench.variant("MUG")] == 9
    await bench.wait(24 * 3600 + 1)
    await bench.get(adjust, i=given)
    assert (await bench.op("dump"))["inventory"][bench.variant("MUG")] == 8, "after a day the key is a new operation"
