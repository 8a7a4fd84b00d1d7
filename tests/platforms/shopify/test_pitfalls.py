"""What implementers of Shopify get wrong first: one test for each, numbered as in the list they come from.

1 @idempotent on stock writes            9 webhooks told apart by what they say, not by Event-Id
2 changeFromQuantity present as null    10 webhooks lost, reordered, subscriptions deleted
3 orderCreate is not idempotent         11 productSet deletes what is left out; 100 variants in a body
4 search is no proof of absence         12 edits keep removed lines
5 stock is taken                        13 cancellation is asynchronous
6 a financial status is always given    14 fulfilment orders: late, moving, hidden by scopes
7 throttles are HTTP 200                15 money has two spellings, errors no code, versions fall forward
8 five orders a minute                  16 expiring tokens, protected customer data
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import structlog

from crossdock.connector.contract import (
    CancelState,
    FulfillmentRequest,
    LevelChange,
    LevelsRefused,
    LevelWrite,
    Role,
)
from crossdock.connector.errors import AuthFailed, OutcomeUnknown, RateLimited, Rejected, Unavailable, Unsupported
from crossdock.connector.http import NoAnswer
from crossdock.core.catalog import Product
from crossdock.core.fulfillment import Tracking
from crossdock.core.listing import DesiredVariant, SetOptions
from crossdock.core.orders import FinancialStatus, Order
from crossdock.core.vendor_order import OrderChanges
from crossdock.platforms.shopify.client import API_VERSION
from crossdock.platforms.shopify.documents import document, names
from tests.platforms.shopify.reference import sample
from tests.platforms.shopify.scripted import (
    Script,
    cost,
    created,
    data,
    draft,
    failed,
    ok,
    reply,
    sent_order,
    store,
    usd,
    user_error,
    vendor_order,
)
from tests.platforms.shopify.test_webhooks import observed

ROW = LevelWrite("1", "2", 5, None)
DONE: dict[str, Any] = {"userErrors": []}
STOCK = {"inventoryAdjustmentGroup": None, "userErrors": []}


async def test_01_stock_writes_carry_an_idempotency_key() -> None:
    script = Script(
        data(inventorySetQuantities=STOCK), data(inventoryAdjustQuantities=STOCK), data(inventoryActivate=DONE)
    )
    client = store(script)
    await client.set_levels([ROW], key="k1")
    await client.adjust_levels([LevelChange("1", "2", -1)], key="k2")
    await client.stock_at("1", "2")
    for sent, key in zip(script.sent, ("k1", "k2", None), strict=True):
        assert "@idempotent(key: $key)" in sent["query"]
        assert sent["variables"]["key"] == key or key is None
    assert script.sent[2]["variables"]["key"].strip()
    needing = ("inventorySetQuantities", "inventoryAdjustQuantities", "inventoryActivate", "refundCreate")
    for name in names():
        if any(f" {mutation}(" in document(name).text for mutation in needing):
            assert "@idempotent(" in document(name).text


async def test_02_change_from_quantity_is_there_even_as_null() -> None:
    script = Script(data(inventorySetQuantities=STOCK), data(inventoryAdjustQuantities=STOCK))
    client = store(script)
    await client.set_levels([ROW, LevelWrite("1", "3", 5, 4)], key="k")
    await client.adjust_levels([LevelChange("1", "2", -1)], key="k")
    assert b'"changeFromQuantity":null' in script.requests[0].body
    assert [row["changeFromQuantity"] for row in script.sent[0]["variables"]["input"]["quantities"]] == [None, 4]
    assert b'"changeFromQuantity":null' in script.requests[1].body
    assert b"compareQuantity" not in script.requests[0].body


@pytest.mark.parametrize(
    ("field", "rows"), [(("input",), (0, 1)), (("input", "quantities", "1", "changeFromQuantity"), (1,))]
)
async def test_02_a_stale_comparison_is_said_by_row(field: tuple[str, ...], rows: tuple[int, ...]) -> None:
    stale = STOCK | {"userErrors": [user_error("stale", *field, code="CHANGE_FROM_QUANTITY_STALE")]}
    client = store(Script(data(inventorySetQuantities=stale)))
    refused = await client.set_levels([LevelWrite("1", "2", 5, 4), LevelWrite("2", "2", 5, 4)], key="k")
    assert refused == LevelsRefused(stale=rows)


@pytest.mark.parametrize(
    "answer", [NoAnswer("time-out"), reply(502), ok(failed("Internal", "INTERNAL_SERVER_ERROR", data=None))]
)
async def test_03_a_lost_answer_to_a_creation_is_never_retried_here(answer: Any) -> None:
    script = Script(answer)
    with pytest.raises(OutcomeUnknown):
        await store(script).create_order(draft())
    assert len(script.requests) == 1


async def test_04_an_order_is_looked_up_by_a_direct_read_and_found_by_nothing_else() -> None:
    script = Script(data(orderByIdentifier=vendor_order()), data(orderByIdentifier=None))
    found = await store(script).find_order("cd-1-2-3-1")
    assert found is not None
    assert (found.id, found.reference) == ("501", "cd-1-2-3-1")
    assert await store(script).find_order("cd-1-2-3-1") is None
    for sent in script.sent:
        assert "orderByIdentifier" in sent["query"]
        assert "orders(" not in sent["query"]
    given = await sent_order()
    assert {"namespace": "$app:crossdock", "key": "reference", "type": "id", "value": "cd-1-2-3-1"} in given[
        "metafields"
    ]
    assert given["sourceIdentifier"] == "cd-1-2-3-1"


async def test_05_stock_is_taken_and_nobody_is_e_mailed() -> None:
    script = Script(created(vendor_order()))
    await store(script).create_order(draft())
    options = script.sent[0]["variables"]["options"]
    assert options == {
        "inventoryBehaviour": "DECREMENT_IGNORING_POLICY",
        "sendReceipt": False,
        "sendFulfillmentReceipt": False,
    }


@pytest.mark.parametrize(
    ("status", "given", "sale"),
    [
        (FinancialStatus.PAID, "PAID", True),
        (FinancialStatus.PENDING, "PENDING", False),
        (FinancialStatus.AUTHORIZED, "AUTHORIZED", False),
        (FinancialStatus.PARTIALLY_PAID, "PARTIALLY_PAID", False),
        (FinancialStatus.PARTIALLY_REFUNDED, "PARTIALLY_REFUNDED", True),
        (FinancialStatus.REFUNDED, "REFUNDED", True),
        (FinancialStatus.VOIDED, "VOIDED", False),
        (FinancialStatus.EXPIRED, "EXPIRED", False),
        (FinancialStatus.UNKNOWN, "PENDING", False),
    ],
)
async def test_06_a_financial_status_is_always_given(status: FinancialStatus, given: str, sale: bool) -> None:
    order = await sent_order(financial_status=status)
    assert order["financialStatus"] == given
    if sale:
        (transaction,) = order["transactions"]
        assert (transaction["kind"], transaction["status"], transaction["gateway"]) == ("SALE", "SUCCESS", "Crossdock")
        assert transaction["amountSet"] == {"shopMoney": {"amount": "20.00", "currencyCode": "USD"}}
    else:
        assert "transactions" not in order


async def test_06_an_order_for_nothing_is_paid_without_a_transaction() -> None:
    order = await sent_order(total=usd("0.00"))
    assert order["financialStatus"] == "PAID"
    assert "transactions" not in order


async def test_07_a_throttle_is_seen_in_a_200_and_the_rate_is_read_from_the_answer() -> None:
    throttled = failed("Throttled", "THROTTLED", extensions=cost(requested=520, available=20, maximum=20000, rate=1000))
    with pytest.raises(RateLimited) as error:
        await store(Script(ok(throttled))).create_order(draft())
    assert error.value.retry_after == pytest.approx(0.5)
    with pytest.raises(Rejected) as too_big:
        await store(Script(failed("Query cost is 1752", "MAX_COST_EXCEEDED"))).create_order(draft())
    assert too_big.value.code == "MAX_COST_EXCEEDED"
    assert all(document(name).cost < 1000 for name in names())


async def test_08_the_sixth_order_of_a_minute_waits_twelve_seconds() -> None:
    said = user_error("Too many attempts. Please try again later.", "order")
    with pytest.raises(RateLimited) as error:
        await store(Script(created(None, said))).create_order(draft())
    assert error.value.retry_after == 12.0


def test_09_two_deliveries_of_one_action_are_two_observations() -> None:
    """We keep no list of ids: what tells deliveries apart is the object and its version, so that none is dropped."""
    first = observed("orders/create", sample("orders/create"))
    second = observed("orders/updated", _changed("orders/updated", updated_at="2022-01-01T00:00:01Z", note="later"))
    assert first.id == second.id
    assert second.version > first.version
    assert isinstance(second.snapshot, Order)
    assert second.snapshot.note == "later"


async def test_10_versions_order_what_arrives_out_of_order_and_lost_subscriptions_come_back() -> None:
    newer = observed("orders/updated", _changed("orders/updated", updated_at="2022-01-01T00:00:05Z"))
    older = observed("orders/create", sample("orders/create"))
    assert older.version < newer.version
    none = data(
        webhookSubscriptions={"nodes": [], "pageInfo": {"hasNextPage": False}},
        metafieldDefinitions={
            "nodes": [{"id": "gid://shopify/MetafieldDefinition/1", "key": "reference", "type": {"name": "id"}}]
        },
    )
    script = Script(none, data(create0={"userErrors": []}))
    result = await store(script).ensure_subscriptions("https://hub.example/hooks/shopify/key")
    assert set(result.changed) == set(result.topics)


async def test_11_every_variant_is_known_before_a_whole_product_is_written() -> None:
    ids = [f"gid://shopify/ProductVariant/{number}" for number in range(150)]
    first = data(
        product={
            "variants": {
                "nodes": [{"id": each} for each in ids[:100]],
                "pageInfo": {"hasNextPage": True, "endCursor": "c"},
            }
        }
    )
    rest = data(
        product={"variants": {"nodes": [{"id": each} for each in ids[100:]], "pageInfo": {"hasNextPage": False}}}
    )
    hundred = tuple(DesiredVariant(str(number), str(number), ("x",)) for number in range(100))
    script = Script(first, rest)
    with pytest.raises(Rejected, match="50 variants") as error:
        await store(script, Role.MERCHANT).write_listing(SetOptions("1", (("Size", ("x",)),), hundred))
    assert error.value.code == "lost_variants"
    assert len(script.requests) == 2, "nothing was written"


def test_11_a_body_with_more_variants_than_it_carries_says_so() -> None:
    seen = observed("products/update", sample("products/update"))
    assert isinstance(seen.snapshot, Product)
    assert seen.snapshot.whole
    gids = [{"admin_graphql_api_id": f"gid://shopify/ProductVariant/{n}", "updated_at": None} for n in range(101)]
    more = observed("products/update", _changed("products/update", variant_gids=gids))
    assert isinstance(more.snapshot, Product)
    assert not more.snapshot.whole


async def test_12_a_removed_line_has_no_quantity() -> None:
    body = json.loads(sample("orders/updated"))
    body["line_items"][0] |= {"quantity": 3, "current_quantity": 0}
    order = observed("orders/updated", json.dumps(body).encode()).snapshot
    assert isinstance(order, Order)
    assert (order.lines[0].quantity, order.lines[0].ordered_quantity) == (0, 3)
    read = await store(Script(data(order=_merchant_order(currentQuantity=0, quantity=3))), Role.MERCHANT).read_order(
        "1"
    )
    assert (read.lines[0].quantity, read.lines[0].ordered_quantity) == (0, 3)


JOB = {"id": "gid://shopify/Job/9f8e", "done": False}


async def test_13_a_cancellation_is_asked_for_and_asked_after() -> None:
    script = Script(
        data(orderCancel={"job": JOB, "orderCancelUserErrors": []}), _state(False), _state(True, "2026-11-22T12:00:05Z")
    )
    asked = await store(script).cancel_order("501", reason="customer")
    assert (asked.state, asked.job) == (CancelState.PENDING, "9f8e")
    sent = script.sent[0]
    assert sent["variables"] == {"id": "gid://shopify/Order/501", "reason": "CUSTOMER"}
    assert "notifyCustomer: false" in sent["query"]
    assert "restock: true" in sent["query"]
    assert "refund" not in sent["query"]
    assert (await store(script).cancel_order("501", reason="customer", job="9f8e")).state is CancelState.PENDING
    assert (await store(script).cancel_order("501", reason="customer", job="9f8e")).state is CancelState.DONE


async def test_13_a_cancellation_that_fails_later_is_no_success() -> None:
    with pytest.raises(Rejected) as error:
        await store(Script(_state(True))).cancel_order("501", reason="other", job="9f8e")
    assert error.value.code == "cancel_failed"


async def test_13_cancelling_twice_is_cancelling_once() -> None:
    said = user_error("Cannot cancel an order that has already been canceled", "orderId", code="INVALID")
    refused = data(orderCancel={"job": None, "orderCancelUserErrors": [said]})
    done = await store(Script(refused, _state(True, "2026-11-22T12:00:05Z"))).cancel_order(
        "501", reason="what the buyer said"
    )
    assert done.state is CancelState.DONE
    with pytest.raises(Rejected):
        await store(Script(refused, _state(True))).cancel_order("501", reason="other")


PARCEL = FulfillmentRequest("1", (("11", 2), ("12", 1)), Tracking("UPS", ("1Z",), ("https://u",)))
ALL_SCOPES = ("write_merchant_managed_fulfillment_orders", "write_third_party_fulfillment_orders")


async def test_14_a_parcel_names_the_fulfilment_order_s_own_lines() -> None:
    closed = _fulfillment_order("7", {"11": 0}, status="CLOSED")
    script = Script(_seen(closed, _fulfillment_order("8", {"11": 3, "12": 1, "13": 4})), _written())
    written = await store(script, Role.MERCHANT).create_fulfillment(PARCEL)
    given = script.sent[1]["variables"]["fulfillment"]
    (group,) = given["lineItemsByFulfillmentOrder"]
    assert group["fulfillmentOrderId"] == "gid://shopify/FulfillmentOrder/8"
    assert group["fulfillmentOrderLineItems"] == [
        {"id": "gid://shopify/FulfillmentOrderLineItem/811", "quantity": 2},
        {"id": "gid://shopify/FulfillmentOrderLineItem/812", "quantity": 1},
    ]
    assert given["trackingInfo"] == {"company": "UPS", "numbers": ["1Z"], "urls": ["https://u"]}
    assert given["notifyCustomer"] is False
    assert [(each.line_id, each.quantity) for each in written.lines] == [("11", 2), ("12", 1)]


async def test_14_a_split_of_one_location_is_one_parcel_and_two_locations_are_not() -> None:
    split = (_fulfillment_order("7", {"11": 1}), _fulfillment_order("8", {"11": 1, "12": 1}))
    script = Script(_seen(*split), _written())
    await store(script, Role.MERCHANT).create_fulfillment(PARCEL)
    assert len(script.sent[1]["variables"]["fulfillment"]["lineItemsByFulfillmentOrder"]) == 2
    apart = (_fulfillment_order("7", {"11": 2}), _fulfillment_order("8", {"12": 1}, location="2"))
    with pytest.raises(Unsupported):
        await store(Script(_seen(*apart)), Role.MERCHANT).create_fulfillment(PARCEL)


@pytest.mark.parametrize(
    ("orders", "scopes", "left", "kind", "code"),
    [
        ((), ALL_SCOPES, {"11": 2, "12": 1}, Unavailable, ""),
        ((), ALL_SCOPES[:1], {"11": 2, "12": 1}, Unavailable, ""),
        ((), (), {"11": 2, "12": 1}, Rejected, "scopes"),
        ((), ALL_SCOPES, {"11": 2, "12": 0}, Rejected, "quantity"),
        ((("7", {"11": 2, "12": 1}, "ON_HOLD"),), ALL_SCOPES, {"11": 2, "12": 1}, Rejected, "on_hold"),
        ((("7", {"11": 2, "12": 1}, "SCHEDULED"),), ALL_SCOPES, {"11": 2, "12": 1}, Rejected, "scheduled"),
        ((("7", {"11": 1, "12": 1}, "OPEN"),), ALL_SCOPES, {"11": 1, "12": 1}, Rejected, "quantity"),
        ((("7", {"11": 2}, "OPEN"),), ALL_SCOPES[:1], {"11": 2, "12": 1}, Rejected, "scopes"),
    ],
)
async def test_14_what_cannot_be_written_says_why(
    orders: tuple[Any, ...], scopes: tuple[str, ...], left: Mapping[str, int], kind: type[Exception], code: str
) -> None:
    there = [_fulfillment_order(number, lines, status=status) for number, lines, status in orders]
    with pytest.raises(kind) as error:
        await store(Script(_seen(*there, scopes=scopes), _left(left)), Role.MERCHANT).create_fulfillment(PARCEL)
    if isinstance(error.value, Rejected):
        assert error.value.code == code
    if isinstance(error.value, Unavailable):
        assert error.value.call == "routing"


async def test_14_a_parcel_that_came_between_is_refused_whole() -> None:
    said = user_error("Invalid fulfillment order line item quantity requested.", "fulfillment")
    refused = data(fulfillmentCreate={"fulfillment": None, "userErrors": [said]})
    with pytest.raises(Rejected) as error:
        await store(
            Script(_seen(_fulfillment_order("8", {"11": 2, "12": 1})), refused), Role.MERCHANT
        ).create_fulfillment(PARCEL)
    assert error.value.code == "quantity"


async def test_15_money_is_one_whatever_its_zeros() -> None:
    webhook = observed("orders/updated", _changed("orders/updated", current_total_price="42.50")).snapshot
    read = await store(Script(data(order=_merchant_order(total="42.5"))), Role.MERCHANT).read_order("1")
    assert isinstance(webhook, Order)
    assert webhook.total == read.total


async def test_15_errors_without_a_code_are_told_by_their_words() -> None:
    for name in ("UpdateOrder", "MarkPaid", "CreateFulfillment", "UpdateTracking", "CancelFulfillment"):
        assert "userErrors { field message }" in document(name).text, "selecting code there is a schema error"
    said = data(orderUpdate={"order": None, "userErrors": [user_error("Phone is invalid", "phone")]})
    with pytest.raises(Rejected, match="phone: Phone is invalid"):
        await store(Script(said)).update_order("501", OrderChanges(phone="1"))


async def test_15_another_version_than_asked_for_is_said_once() -> None:
    old = [ok(data(orderByIdentifier=None), x_shopify_api_version="2026-01") for _ in range(2)]
    script = Script(*old, ok(data(orderByIdentifier=None), x_shopify_api_version=API_VERSION))
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            await store(script).find_order("r")
    assert [(each["served"], each["wanted"]) for each in logs if "served" in each] == [("2026-01", API_VERSION)]
    assert f"/admin/api/{API_VERSION}/graphql.json" in script.requests[0].url


async def test_16_a_dead_refresh_token_or_protected_data_asks_for_a_person_once() -> None:
    kept = {"mode": "expiring", "client_id": "i", "client_secret": "s", "refresh_token": "r"}
    with pytest.raises(AuthFailed):
        await store(Script(reply(401, {"errors": "This request requires an active refresh_token"})), **kept).renew()
    protected = "This app is not approved to access the Order object."
    denied = failed(protected, "ACCESS_DENIED", data={"order": None})
    with pytest.raises(AuthFailed, match="not approved"):
        await store(Script(ok(denied)), Role.MERCHANT).read_order("1")


def _changed(topic: str, **fields: Any) -> bytes:
    return json.dumps(json.loads(sample(topic)) | fields).encode()


def _state(done: bool, cancelled_at: str | None = None) -> dict[str, Any]:
    return data(job={"done": done}, order={"cancelledAt": cancelled_at})


def _bag(amount: str) -> dict[str, Any]:
    money = {"amount": amount, "currencyCode": "USD"}
    return {"shopMoney": money, "presentmentMoney": money}


def _merchant_order(total: str = "10.0", **of_line: Any) -> dict[str, Any]:
    given = {"id": "gid://shopify/LineItem/11", "title": "Mug", "quantity": 1, "currentQuantity": 1}
    return {
        "id": "gid://shopify/Order/1",
        "name": "#1001",
        "processedAt": "2026-11-22T12:00:00Z",
        "updatedAt": "2026-11-22T12:00:00Z",
        "currencyCode": "USD",
        "currentTotalPriceSet": _bag(total),
        "lineItems": {
            "nodes": [given | {"originalUnitPriceSet": _bag("10.0")} | of_line],
            "pageInfo": {"hasNextPage": False},
        },
    }


def _fulfillment_order(
    number: str, lines: Mapping[str, int], *, status: str = "OPEN", location: str = "1"
) -> dict[str, Any]:
    nodes = [
        {
            "id": f"gid://shopify/FulfillmentOrderLineItem/{number}{line_id}",
            "remainingQuantity": remaining,
            "lineItem": {"id": f"gid://shopify/LineItem/{line_id}"},
        }
        for line_id, remaining in lines.items()
    ]
    return {
        "id": f"gid://shopify/FulfillmentOrder/{number}",
        "status": status,
        "supportedActions": [{"action": "CREATE_FULFILLMENT"}] if status == "OPEN" else [],
        "assignedLocation": {"name": "Shop", "location": {"id": f"gid://shopify/Location/{location}"}},
        "lineItems": {"nodes": nodes, "pageInfo": {"hasNextPage": False}},
    }


def _seen(*orders: dict[str, Any], scopes: tuple[str, ...] = ALL_SCOPES) -> dict[str, Any]:
    return data(
        currentAppInstallation={"accessScopes": [{"handle": scope} for scope in scopes]},
        order={"fulfillmentOrders": {"nodes": list(orders), "pageInfo": {"hasNextPage": False}}},
    )


def _left(lines: Mapping[str, int]) -> dict[str, Any]:
    nodes = [{"id": f"gid://shopify/LineItem/{each}", "unfulfilledQuantity": left} for each, left in lines.items()]
    made = {"createdAt": "2026-11-22T11:59:00Z", "cancelledAt": None}
    return data(order=made | {"lineItems": {"nodes": nodes, "pageInfo": {"hasNextPage": False}}})


def _written() -> dict[str, Any]:
    lines = [
        {"quantity": 2, "lineItem": {"id": "gid://shopify/LineItem/11"}},
        {"quantity": 1, "lineItem": {"id": "gid://shopify/LineItem/12"}},
    ]
    parcel = {
        "id": "gid://shopify/Fulfillment/31",
        "name": "#1001-F1",
        "status": "SUCCESS",
        "createdAt": "2026-11-22T12:00:00Z",
        "updatedAt": "2026-11-22T12:00:00Z",
        "order": {"id": "gid://shopify/Order/1"},
        "trackingInfo": [{"company": "UPS", "number": "1Z", "url": "https://u"}],
        "fulfillmentLineItems": {"nodes": lines, "pageInfo": {"hasNextPage": False}},
    }
    return data(fulfillmentCreate={"fulfillment": parcel, "userErrors": []})
