"""A sandbox site's rules: keys, cursors, idempotency, limits, stock, whole fulfilment, tokens, webhooks."""

import hmac
import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.squarespace_bench import HOOKS, INVENTORY, ORDERS, PRODUCTS, Site

pytestmark = pytest.mark.asyncio
WINDOW = {"modifiedAfter": "2026-11-22T11:00:00.000Z", "modifiedBefore": "2026-11-23T11:00:00.000Z"}


async def test_a_call_needs_a_name_and_a_key() -> None:
    site = await Site().open()
    assert (await site.ask("GET", ORDERS, headers={"User-Agent": ""}))[0] == 400
    assert (await site.ask("GET", ORDERS, headers={"Authorization": ""}))[0] == 401
    assert (await site.ask("DELETE", ORDERS))[0] == 405
    assert (await site.ask("GET", "/1.0/commerce/nothing"))[0] == 404


async def test_a_read_key_cannot_write() -> None:
    site = await Site(app={"mode": "api_key", "scopes": ["website.orders.read"]}).open()
    assert (await site.ask("GET", ORDERS))[0] == 200
    status, shape = await site.ask("POST", ORDERS, site.order(), key="a")
    assert (status, shape["subtype"]) == (403, "MISSING_SCOPE")


async def test_filters_and_cursors_obey_the_rules() -> None:
    site = await Site().open()
    for wrong in (
        {"modifiedAfter": WINDOW["modifiedAfter"]},
        {"modifiedBefore": WINDOW["modifiedBefore"]},
        {"modifiedAfter": WINDOW["modifiedBefore"], "modifiedBefore": WINDOW["modifiedAfter"]},
        {"cursor": "odd"},
        {"cursor": "odd", "fulfillmentStatus": "PENDING"},
        {"paymentStates": "ODD"},
    ):
        assert (await site.ask("GET", ORDERS, **wrong))[0] == 400, wrong
    assert (await site.ask("GET", ORDERS, **WINDOW))[0] == 200


async def test_lists_come_in_fifties_and_the_cursor_carries_the_filter() -> None:
    site = await Site(plan="rehearsal").open()
    for number in range(120):
        await site.ask("POST", ORDERS, site.order(externalOrderReference=f"r{number}"), key=f"k{number}")
    _, page = await site.ask("GET", ORDERS, **WINDOW, fulfillmentStatus="PENDING")
    sizes = [len(page["result"])]
    while page["pagination"]["hasNextPage"]:
        _, page = await site.ask("GET", ORDERS, cursor=page["pagination"]["nextPageCursor"])
        sizes.append(len(page["result"]))
    assert sizes == [50, 50, 20]


async def test_some_payment_states_are_hidden_unless_asked_for() -> None:
    site = await Site(imported_payment="PENDING").open()
    await site.ask("POST", ORDERS, site.order(), key="a")
    assert (await site.ask("GET", ORDERS))[1]["result"] == []
    assert len((await site.ask("GET", ORDERS, paymentStates="PENDING"))[1]["result"]) == 1


async def test_an_idempotency_key_makes_one_order_for_48_hours() -> None:
    site = await Site().open()
    assert (await site.ask("POST", ORDERS, site.order()))[0] == 400
    status, first = await site.ask("POST", ORDERS, site.order(), key="a")
    assert status == 201
    assert await site.ask("POST", ORDERS, site.order(), key="a") == (201, first)
    assert (await site.ask("POST", ORDERS, site.order(channelName="Other"), key="a"))[0] == 400
    assert (await site.ask("POST", ORDERS, site.order(), key="not a key!"))[0] == 400
    site.now += timedelta(hours=49)
    _, again = await site.ask("POST", ORDERS, site.order(), key="a")
    assert again["id"] != first["id"]


async def test_a_refused_order_leaves_its_key_free() -> None:
    site = await Site().open()
    body = site.order(inventoryBehavior="DEDUCT")
    body["lineItems"][0]["quantity"] = 6
    assert (await site.ask("POST", ORDERS, body, key="a"))[0] == 409
    assert await site.stock() == 5
    await site.control("set_stock", variant_id=site.variant, available=6)
    assert (await site.ask("POST", ORDERS, body, key="a"))[0] == 201
    assert await site.stock() == 0


async def test_stock_is_left_alone_unless_asked_for() -> None:
    site = await Site().open()
    await site.ask("POST", ORDERS, site.order(), key="a")
    assert await site.stock() == 5
    await site.ask("POST", ORDERS, site.order(inventoryBehavior="DEDUCT"), key="b")
    assert await site.stock() == 3


async def test_a_product_line_has_no_title_and_only_goods_can_be_sold() -> None:
    site = await Site(products=[{"title": "Class", "type": "SERVICE", "variants": [{"price": "1"}]}]).open()
    assert (await site.ask("POST", ORDERS, site.order(), key="a"))[0] == 400
    site = await Site().open()
    body = site.order()
    body["lineItems"][0]["title"] = "Mug"
    assert (await site.ask("POST", ORDERS, body, key="a"))[0] == 400


async def test_a_hundred_orders_an_hour_with_a_key_and_any_number_with_oauth() -> None:
    for mode, last in (("api_key", 429), ("oauth", 201)):
        site = await Site(app={"mode": mode}).open()
        for number in range(100):
            assert (await site.ask("POST", ORDERS, site.order(), key=f"k{number}"))[0] == 201
        assert (await site.ask("POST", ORDERS, site.order(), key="more"))[0] == last


async def test_the_301st_call_of_a_minute_cools_the_site_down() -> None:
    site = await Site().open()
    for _ in range(300):
        assert (await site.ask("GET", ORDERS))[0] == 200
    status, shape = await site.ask("GET", ORDERS)
    assert (status, shape["type"]) == (429, "TOO_MANY_REQUESTS")
    site.now += timedelta(seconds=59)
    assert (await site.ask("GET", ORDERS))[0] == 429
    site.now += timedelta(seconds=2)
    assert (await site.ask("GET", ORDERS))[0] == 200


async def test_a_fulfilment_is_of_the_whole_order_and_is_only_added_to() -> None:
    site = await Site().open()
    _, order = await site.ask("POST", ORDERS, site.order(), key="a")
    path = f"{ORDERS}/{order['id']}/fulfillments"
    parcel = {"shipDate": "2026-11-22T12:00:00Z", "carrierName": "UPS", "service": "Ground", "trackingNumber": "1"}
    for number in "12":
        body = {"shouldSendNotification": number == "1", "shipments": [parcel | {"trackingNumber": number}]}
        assert (await site.ask("POST", path, body))[0] == 204
    assert (await site.ask("POST", path, {"shipments": [{"shipDate": "2026-11-22T12:00:00Z"}]}))[0] == 400
    assert (await site.ask("POST", path, {"shipments": [parcel | {"trackingUrl": "odd"}]}))[0] == 400
    _, seen = await site.ask("GET", f"{ORDERS}/{order['id']}")
    assert seen["fulfillmentStatus"] == "FULFILLED"
    assert [one["trackingNumber"] for one in seen["fulfillments"]] == ["1", "2"]
    assert (await site.control("dump"))["orders"][0]["mails"] == 1


async def test_stock_is_adjusted_all_or_none_and_once_for_a_key() -> None:
    products = [{"title": "Mug", "options": ["Size"], "variants": [
        {"price": "1", "options": ["S"], "inventory": 5}, {"price": "1", "options": ["L"], "inventory": 1},
        {"price": "1", "options": ["X"], "tracked": False}]}]  # fmt: skip
    site = await Site(products=products).open()
    small, large, endless = [one["id"] for one in site.made["products"][0]["variants"]]
    path = f"{INVENTORY}/adjustments"
    less = {"decrementOperations": [{"variantId": small, "quantity": 2}, {"variantId": large, "quantity": 2}]}
    status, shape = await site.ask("POST", path, less, key="a")
    assert (status, shape["subtype"]) == (409, "INSUFFICIENT_STOCK")
    assert await site.stock() == 5
    for _ in range(2):
        body = {"incrementOperations": [{"variantId": small, "quantity": 2}]}
        assert (await site.ask("POST", path, body, key="b"))[0] == 204
    assert await site.stock() == 7
    status, shape = await site.ask(
        "POST", path, {"incrementOperations": [{"variantId": endless, "quantity": 1}]}, key="c"
    )
    assert (status, shape["subtype"]) == (409, "STOCK_NOT_TRACKED")
    twice = {"setFiniteOperations": [{"variantId": small, "quantity": 1}], "setUnlimitedOperations": [small]}
    assert (await site.ask("POST", path, twice, key="d"))[0] == 400
    many = {"setFiniteOperations": [{"variantId": small, "quantity": 1}] * 51}
    assert (await site.ask("POST", path, many, key="e"))[0] == 400
    assert (await site.ask("POST", path, {}, key="f"))[0] == 400
    assert (await site.ask("GET", f"{INVENTORY}/{small},none"))[0] == 404


async def test_products_are_written_by_the_rules() -> None:
    site = await Site().open()
    page = (await site.ask("GET", "/1.0/commerce/store_pages"))[1]["storePages"][0]["id"]
    price = {"basePrice": site.usd("5.00")}
    body = {"type": "PHYSICAL", "storePageId": page, "name": "Tee", "variantAttributes": ["Size"],
            "variants": [{"sku": "T", "pricing": price, "attributes": {"Size": "S"}}]}  # fmt: skip
    status, made = await site.ask("POST", PRODUCTS, body)
    assert status == 201
    variants = f"{PRODUCTS}/{made['id']}/variants"
    more = {"sku": "T2", "pricing": price, "attributes": {"Size": "L"}, "stock": {"quantity": 3}}
    assert (await site.ask("POST", variants, more))[0] == 201
    assert (await site.ask("POST", variants, more | {"sku": "T3"}))[0] == 400
    assert (await site.ask("POST", variants, more | {"attributes": {"Size": "M"}}))[0] == 409
    one = f"{variants}/{made['variants'][0]['id']}"
    assert (await site.ask("POST", one, {"gtin": "12"}))[0] == 400
    assert (await site.ask("DELETE", one))[0] == 204
    _, left = await site.ask("GET", f"{PRODUCTS}/{made['id']}")
    last = left["products"][0]["variants"][0]["id"]
    assert (await site.ask("DELETE", f"{variants}/{last}"))[1]["subtype"] == "INSUFFICIENT_PRODUCT_VARIANTS"
    assert (await site.ask("POST", f"{PRODUCTS}/{made['id']}", {"name": "Shirt"}))[1]["name"] == "Shirt"
    assert (await site.ask("DELETE", f"{PRODUCTS}/{made['id']}"))[0] == 204
    assert (await site.ask("GET", f"{PRODUCTS}/{made['id']}"))[0] == 404


async def test_what_changed_is_listed_last() -> None:
    products = [{"title": f"Mug {number}", "variants": [{"price": "1"}]} for number in range(3)]
    site = await Site(products=products).open()
    site.now += timedelta(minutes=5)
    await site.control("edit_product", product_id=site.product, set={"title": "New"})
    _, page = await site.ask("GET", PRODUCTS)
    assert [one["name"] for one in page["products"]] == ["Mug 1", "Mug 2", "New"]
    _, page = await site.ask("GET", PRODUCTS, modifiedAfter="2026-11-22T12:01:00Z")
    assert [one["name"] for one in page["products"]] == ["New"]


async def test_tokens_live_half_an_hour_and_are_renewed() -> None:
    site = await Site(app={"mode": "oauth", "client_id": "id", "client_secret": "hush"}).open()
    site.now += timedelta(minutes=30)
    assert (await site.ask("GET", ORDERS))[0] == 401
    basic = {"Authorization": "Basic aWQ6aHVzaA==", "Content-Type": "application/json"}
    form = {"grant_type": "refresh_token", "refresh_token": site.made["refresh_token"]}
    status, shape = await site.ask("POST", "/api/1/login/oauth/provider/tokens", form, headers=basic)
    assert status == 200
    site.token = shape["access_token"]
    assert (await site.ask("GET", ORDERS))[0] == 200


async def test_a_code_is_good_once_and_for_two_minutes() -> None:
    site = await Site(app={"mode": "oauth", "client_id": "id", "client_secret": "hush"}).open()
    basic = {"Authorization": "Basic aWQ6aHVzaA==", "Content-Type": "application/json"}
    back = "https://hub.example/back"

    async def code() -> str:
        url = f"{site.made['base_url']}/api/1/login/oauth/provider/authorize?client_id=id&redirect_uri={back}"
        scope = "&scope=website.orders,website.inventory&state=s&access_type=offline"
        _, headers, _ = await site.world.handle("GET", url + scope, {})
        return parse_qs(urlsplit(headers["Location"]).query)["code"][0]

    path = "/api/1/login/oauth/provider/tokens"
    form = {"grant_type": "authorization_code", "code": await code(), "redirect_uri": back}
    assert (await site.ask("POST", path, form, headers=basic))[0] == 200
    assert (await site.ask("POST", path, form, headers=basic))[0] == 400
    form["code"] = await code()
    site.now += timedelta(minutes=3)
    assert (await site.ask("POST", path, form, headers=basic))[0] == 400


async def test_webhooks_are_signed_by_the_decoded_secret_and_tried_again() -> None:
    site = await Site(app={"mode": "oauth"}).open()
    wanted = {"endpointUrl": "https://hub.example/h", "topics": ["order.create", "order.update"]}
    _, made = await site.ask("POST", HOOKS, wanted)
    site.status = 500
    _, order = await site.ask("POST", ORDERS, site.order(), key="a")
    await site.later(200)
    assert len(site.came) == 3
    url, headers, body = site.came[0]
    assert url == "https://hub.example/h"
    assert json.loads(body)["data"] == {"orderId": order["id"]}
    assert headers["Squarespace-Signature"] == hmac.digest(bytes.fromhex(made["secret"]), body, "sha256").hex()
    await site.later(49 * 3600)
    assert (await site.control("dump"))["webhooks"] == []  # one that keeps failing may be deleted


async def test_subscriptions_have_their_limits() -> None:
    site = await Site(app={"mode": "oauth"}).open()
    wanted = {"endpointUrl": "https://hub.example/h", "topics": ["order.create"]}
    assert (await site.ask("POST", HOOKS, wanted | {"endpointUrl": "http://hub.example/h"}))[0] == 400
    assert (await site.ask("POST", HOOKS, wanted | {"topics": ["odd"]}))[0] == 400
    for _ in range(25):
        status, made = await site.ask("POST", HOOKS, wanted)
        assert status == 201
    assert (await site.ask("POST", HOOKS, wanted))[0] == 409
    _, rotated = await site.ask("POST", f"{HOOKS}/{made['id']}/actions/rotateSecret")
    assert rotated["secret"] != made["secret"]
    assert "secret" not in (await site.ask("GET", f"{HOOKS}/{made['id']}"))[1]
    assert (await site.ask("DELETE", f"{HOOKS}/{made['id']}"))[0] == 204


async def test_staff_cancel_refund_and_take_back_what_the_api_cannot() -> None:
    site = await Site(app={"mode": "oauth"}).open()
    await site.ask("POST", HOOKS, {"endpointUrl": "https://hub.example/h", "topics": ["order.update"]})
    _, order = await site.ask("POST", ORDERS, site.order(inventoryBehavior="DEDUCT"), key="a")
    for op in ("fulfill_order", "mark_pending", "refund_order", "cancel_order"):
        await site.control(op, order_id=order["id"])
    await site.control("edit_order", order_id=order["id"], set={"email": "new@example.com"})
    await site.later(1)
    seen = [json.loads(body)["data"]["update"] for _, _, body in site.came]
    assert sorted(seen) == ["CANCELED", "EMAIL_UPDATED", "FULFILLED", "MARKED_PENDING", "REFUNDED"]
    assert await site.stock() == 5


async def test_the_real_address_knows_the_site_by_its_token() -> None:
    site = await Site().open()
    headers = {"user-agent": "Test", "authorization": f"Bearer {site.token}"}
    status, _, _ = await site.world.handle("GET", f"https://api.squarespace.com{ORDERS}", headers)
    assert status == 200


async def test_a_ledger_tells_every_change_of_stock() -> None:
    site = await Site(ledger=True).open()
    await site.ask("POST", ORDERS, site.order(inventoryBehavior="DEDUCT"), key="a")
    await site.control("adjust_stock", variant_id=site.variant, delta=4)
    entries = (await site.control("ledger"))["entries"]
    assert [(one["from"], one["to"], one["cause"], one["by"]) for one in entries] == [
        (5, 3, "order", "app"),
        (3, 7, "staff", "staff"),
    ]


@pytest.mark.parametrize(("plan", "seconds", "pause"), [("", 0, 60), ("rehearsal", 0, 60), ("rehearsal", 2, 2)])
async def test_a_site_cools_down_when_fate_says_so(plan: str, seconds: float, pause: float) -> None:
    """A rehearsal's sites have no limits, but they may refuse all the same, for as long as the rehearsal says."""
    site = await Site(plan=plan).open()
    await site.faults({"where": "call", "kind": "throttle", "rate": 1.0, "seconds": seconds, "match": "getOrders"})
    assert (await site.ask("GET", ORDERS))[0] == 429
    await site.faults()
    await site.later(pause - 1)
    assert (await site.ask("GET", INVENTORY))[0] == 429
    await site.later(1)
    assert (await site.ask("GET", INVENTORY))[0] == 200
    assert site.world.counters["throttled"] == 2
