"""Every answer of a sandbox site against the reference OpenAPI, and its shapes against the reference samples."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator

from tests.sandbox.squarespace_bench import HOOKS, INVENTORY, ORDERS, PRODUCTS, Site

pytestmark = pytest.mark.asyncio
SHIPMENT = {
    "shipDate": "2026-11-22T12:00:00.000Z",
    "carrierName": "FedEx",
    "service": "Ground",
    "trackingNumber": "1",
    "trackingUrl": "https://f.example/1",
}


class Spec:
    """The reference document; nullable and exclusive bounds as OpenAPI 3.0 says them."""

    def __init__(self, shared: Path) -> None:
        self.folder = shared / "platforms" / "squarespace"
        given = yaml.safe_load((self.folder / "openapi" / "squarespace-commerce.yaml").read_text(encoding="utf-8"))
        self.paths = given["paths"]
        self.components = _nullable(given["components"])

    def check(self, method: str, path: str, status: int, shape: Any) -> None:
        answers = self.paths[path][method]["responses"]
        assert str(status) in answers, f"{method} {path} never answers {status}"
        answer = answers[str(status)]
        if "$ref" in answer:
            answer = self.components["responses"][answer["$ref"].rpartition("/")[2]]
        content = answer.get("content")
        if content is None:
            assert shape is None
            return
        schema = _nullable(content["application/json"]["schema"]) | {"components": self.components}
        assert [error.message for error in Draft4Validator(schema).iter_errors(shape)] == []

    def sample(self, name: str) -> Any:
        return json.loads((self.folder / "samples" / name).read_text(encoding="utf-8"))


def _nullable(of: Any) -> Any:
    if isinstance(of, list):
        return [_nullable(one) for one in of]
    if not isinstance(of, dict):
        return of
    made = {key: _nullable(value) for key, value in of.items() if key != "nullable"}
    if not of.get("nullable"):
        return made
    return {"anyOf": [made, {"type": "null"}]}


@pytest.fixture
def spec(shared: Path) -> Spec:
    return Spec(shared)


def _fields(of: Any, at: str = "") -> Iterator[str]:
    """Every field's path, lists as one element."""
    if isinstance(of, dict):
        for key, value in of.items():
            yield f"{at}.{key}"
            yield from _fields(value, f"{at}.{key}")
    elif isinstance(of, list):
        for one in of:
            yield from _fields(one, f"{at}[]")


async def test_orders_answer_as_documented(spec: Spec) -> None:
    site = await Site().open()
    order = {"shippingLines": [{"method": "Post", "amount": site.usd("5.00")}]}
    order |= {"discountLines": [{"name": "Code", "amount": site.usd("1.00"), "promoCode": "X"}]}
    address = {"firstName": "Bob", "countryCode": "US"}
    status, made = await site.ask("POST", ORDERS, site.order(**order, shippingAddress=address), key="a")
    spec.check("post", ORDERS, status, made)
    assert await site.ask("POST", f"{ORDERS}/{made['id']}/fulfillments", {"shipments": [SHIPMENT]}) == (204, None)
    for path, documented in ((f"{ORDERS}/{made['id']}", f"{ORDERS}/{{id}}"), (ORDERS, ORDERS)):
        status, shape = await site.ask("GET", path)
        spec.check("get", documented, status, shape)
    for path, status_wanted in ((f"{ORDERS}/{'0' * 24}", 404), (f"{ORDERS}/odd", 400)):
        status, shape = await site.ask("GET", path)
        assert status == status_wanted
        spec.check("get", f"{ORDERS}/{{id}}", status, shape)


async def test_an_order_has_the_samples_fields(spec: Spec) -> None:
    """Fields inside lists that may be empty are compared where both have them."""
    site = await Site(
        products=[{"title": "Mug", "options": ["Size"], "variants": [{"price": "1", "options": ["L"]}]}]
    ).open()
    _, made = await site.ask("POST", ORDERS, spec_order(site), key="a")
    wanted = set(_fields(spec.sample("order.json")))
    lost = {
        path for path in wanted - set(_fields(made)) if not path.startswith((".internalNotes[]", ".formSubmission[]"))
    }
    assert {path for path in lost if not path.startswith(".lineItems[].customizations[]")} == set()
    assert set(_fields(made)) - wanted == set()


def spec_order(site: Site) -> dict[str, Any]:
    address = dict.fromkeys(("firstName", "lastName", "address1", "city", "countryCode"), "x")
    more = {"shippingLines": [{"method": "Post", "amount": site.usd("5.00")}], "billingAddress": address}
    more |= {"discountLines": [{"name": "Code", "amount": site.usd("1.00"), "promoCode": "X"}]}
    return site.order(**more, shippingAddress=address)


async def test_the_reference_requests_are_taken(spec: Spec) -> None:
    """Their ids put in place of ours."""
    site = await Site(products=[{"title": "Mug", "variants": [{"price": "49.99", "inventory": 50}]}]).open()
    given = spec.sample("create-order-request.json")
    for line in given["lineItems"]:
        line["variantId"] = site.variant
    assert (await site.ask("POST", ORDERS, given, key="a"))[0] == 201
    assert (await site.ask("POST", ORDERS, spec.sample("create-order-request-custom-line.json"), key="b"))[0] == 201
    order = site.world.shops["acme"].orders  # type: ignore[attr-defined]
    status, _ = await site.ask("POST", f"{ORDERS}/{next(iter(order))}/fulfillments", spec.sample("fulfil-request.json"))
    assert status == 204
    product = spec.sample("create-product-request-v2.json") | {"storePageId": site.world.shops["acme"].store_page}  # type: ignore[attr-defined]
    status, made = await site.ask("POST", PRODUCTS, product)
    spec.check("post", PRODUCTS, status, made)


async def test_products_and_stock_answer_as_documented(spec: Spec) -> None:
    media = ["https://images.example/1.jpg"]
    digital = {"title": "Book", "type": "DIGITAL", "price": "3"}
    mug = {"title": "Mug", "options": ["Size"], "media": media, "tags": ["a"],
           "variants": [{"sku": "M", "price": "1", "options": ["L"], "inventory": 3}]}  # fmt: skip
    site = await Site(products=[mug, digital]).open()
    for path, documented in (
        (PRODUCTS, PRODUCTS), (f"{PRODUCTS}/{site.product}", f"{PRODUCTS}/{{productId}}"),
        (f"{PRODUCTS}/none", f"{PRODUCTS}/{{productId}}"), (INVENTORY, INVENTORY),
        (f"{INVENTORY}/{site.variant}", f"{INVENTORY}/{{variantIdCsvs}}"),
        (f"{INVENTORY}/none", f"{INVENTORY}/{{variantIdCsvs}}"), ("/1.0/commerce/store_pages",) * 2,
    ):  # fmt: skip
        status, shape = await site.ask("GET", path)
        spec.check("get", documented, status, shape)
    _, shape = await site.ask("GET", f"{PRODUCTS}/{site.product}")
    wanted = set(_fields(spec.sample("product-v2-list.json")["products"]))
    assert {path for path in wanted ^ set(_fields(shape["products"])) if ".seoOptions." not in path} == set()
    _, stock = await site.ask("GET", INVENTORY)
    assert set(_fields(stock)) == set(_fields(spec.sample("inventory-list.json")))


async def test_subscriptions_and_deliveries_look_as_documented(spec: Spec) -> None:
    site = await Site(app={"mode": "oauth"}).open()
    wanted = {"endpointUrl": "https://hub.example/h", "topics": ["order.create", "order.update", "extension.uninstall"]}
    status, made = await site.ask("POST", HOOKS, wanted)
    spec.check("post", HOOKS, status, made)
    assert set(made) == set(spec.sample("webhook-subscription-created.json"))
    status, shape = await site.ask("GET", HOOKS)
    spec.check("get", HOOKS, status, shape)
    _, order = await site.ask("POST", ORDERS, site.order(), key="a")
    await site.control("cancel_order", order_id=order["id"])
    await site.control("uninstall")
    await site.later(1)
    samples = ("webhook-order-create.json", "webhook-order-update.json", "webhook-extension-uninstall.json")
    schema = {"$ref": "#/components/schemas/Notification", "components": spec.components}
    for (_, _, body), name in zip(site.came, samples, strict=True):
        Draft4Validator(schema).validate(json.loads(body))
        assert set(_fields(json.loads(body))) == set(_fields(spec.sample(name)))


async def test_errors_are_the_reference_ones(spec: Spec) -> None:
    site = await Site().open()
    errors = spec.sample("errors.json")
    body = site.order()
    body.pop("channelName")
    seen = {
        "400-missing": await site.ask("POST", ORDERS, body, key="a"),
        "401": await site.ask("GET", ORDERS, headers={"Authorization": "Bearer none"}),
        "403-apikey-on-webhooks": await site.ask("GET", HOOKS),
        "409-stock": await site.ask("POST", ORDERS, site.order(inventoryBehavior="DEDUCT") | _many(site), key="b"),
    }
    for name, (status, shape) in seen.items():
        wanted = errors[name]
        assert (str(status), shape["type"], shape["subtype"]) == (name[:3], wanted["type"], wanted["subtype"])
        assert set(shape) == set(wanted)
    assert seen["400-missing"][1]["message"] == errors["400-missing"]["message"]


def _many(site: Site) -> dict[str, Any]:
    line = {
        "lineItemType": "PHYSICAL_PRODUCT",
        "variantId": site.variant,
        "quantity": 9,
        "unitPricePaid": site.usd("1"),
    }
    return {"lineItems": [line]}
