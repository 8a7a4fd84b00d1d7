"""Shopify's own Python library (ShopifyAPI) against the served sandbox: it must work as with a real shop."""

import http.client
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import shopify
from pyactiveresource.connection import ResourceNotFound
from shopify.api_version import ApiVersion, Release

from tests.sandbox.served import Served, served


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    with served() as one:
        yield one


@pytest.fixture(scope="module")
def made(sandbox: Served) -> dict[str, Any]:
    products = [
        {"title": f"Mug {n}", "variants": [{"sku": f"M{n}", "price": "12.50", "inventory": 4}]} for n in range(3)
    ]
    return sandbox.op("create_store", store="harbour", products=products)


@pytest.fixture
def session(sandbox: Served, made: dict[str, Any]) -> Iterator[None]:
    """The library takes a shop by Host header here: it can be told a port, but no path."""
    ApiVersion.define_version(Release("2026-10"))
    parts = urlsplit(sandbox.url)
    shopify.Session.setup(api_key=made["client_id"], secret=made["client_secret"], protocol="http", port=parts.port,
                          myshopify_domain="0.0.1")  # fmt: skip
    session = shopify.Session("127.0.0.1", "2026-10", made["access_token"])
    shopify.ShopifyResource.activate_session(session)
    shopify.ShopifyResource.headers["Host"] = made["domain"]
    yield
    del shopify.ShopifyResource.headers["Host"]
    shopify.ShopifyResource.clear_session()


@pytest.mark.usefixtures("session")
def test_rest_resources_read(sandbox: Served, made: dict[str, Any]) -> None:
    assert shopify.Shop.current().myshopify_domain == made["domain"]
    products = shopify.Product.find()
    assert [one.title for one in products] == ["Mug 0", "Mug 1", "Mug 2"]
    assert shopify.Product.find(products[0].id).variants[0].sku == "M0"
    bought = sandbox.op("place_order", store="harbour", lines=[{"title": "x", "quantity": 2, "price": "3.00"}],
                        shipping=[{"title": "Post", "price": "1.00"}])  # fmt: skip
    order = shopify.Order.find(int(bought["order_id"]))
    assert (order.total_price, order.line_items[0].quantity, order.financial_status) == ("7.00", 2, "paid")
    assert [str(one.id) for one in shopify.Order.find(status="any")] == [bought["order_id"]]
    with pytest.raises(ResourceNotFound):
        shopify.Order.find(5)


@pytest.mark.usefixtures("session")
def test_graphql_of_the_library(made: dict[str, Any]) -> None:
    query = "query($n: Int!) { productVariants(first: $n) { nodes { sku price } } }"
    reply = json.loads(shopify.GraphQL().execute(query, {"n": 2}))
    assert reply["data"]["productVariants"]["nodes"] == [
        {"sku": "M0", "price": "12.50"},
        {"sku": "M1", "price": "12.50"},
    ]
    assert reply["extensions"]["cost"]["throttleStatus"]["maximumAvailable"] == 20000.0


@pytest.mark.usefixtures("session")
def test_its_hmac_check_accepts_our_callback(sandbox: Served, made: dict[str, Any]) -> None:
    """An independent reading of the signature rule."""
    connection = http.client.HTTPConnection(urlsplit(sandbox.url).netloc, timeout=10)
    query = f"client_id={made['client_id']}&redirect_uri=http%3A%2F%2F127.0.0.1%2Fback&state=a%20b&scope=write_orders"
    connection.request("GET", f"/shopify/harbour/admin/oauth/authorize?{query}")
    params = dict(parse_qsl(urlsplit(connection.getresponse().headers["Location"]).query))
    connection.close()
    assert params["state"] == "a b"
    assert shopify.Session.validate_params(params)
    assert not shopify.Session.validate_params({**params, "shop": "evil.myshopify.com"})
