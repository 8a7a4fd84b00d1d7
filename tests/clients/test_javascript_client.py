"""Shopify's own JavaScript library against the served sandbox: grant, refresh, GraphQL, webhook signatures.

Wants `npm ci --ignore-scripts` in this folder; skipped without it, except in a full run.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.served import Served, listener, served

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def node() -> str:
    """The node program, when the library is installed beside this file."""
    found = shutil.which("node")
    if found is None or not (HERE / "node_modules" / "@shopify" / "shopify-api").is_dir():
        words = "Shopify's JavaScript library is not installed: npm ci --ignore-scripts --prefix tests/clients"
        pytest.fail(words) if os.environ.get("CROSSDOCK_TEST_ALL") == "1" else pytest.skip(words)
    return found


@pytest.fixture(scope="module")
def sandbox(node: str) -> Iterator[Served]:
    with served() as one:
        yield one


def run(node: str, **given: Any) -> dict[str, Any]:
    command = [node, "check.mjs", json.dumps(given)]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_the_library_works_as_with_a_real_shop(node: str, sandbox: Served) -> None:
    made = sandbox.op("create_store", store="harbour", app={"mode": "expiring"})
    subscribe = """mutation($u: String) {
        webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: {uri: $u}) {
        userErrors { message } } }"""
    with listener() as (address, came):
        sandbox.graphql(made, subscribe, u=f"{address}/hook")
        sandbox.op("place_order", store="harbour", lines=[{"title": "Tasse ☕", "quantity": 1, "price": "3.00"}])
        sandbox.quiet()
        deliveries = [{"headers": headers, "body": body.decode()} for headers, body in came]
        for one in deliveries:
            one["headers"] = {name: value for name, value in one["headers"].items() if name.startswith("x-")}  # type: ignore[attr-defined]
        names = ("client_id", "client_secret", "domain")
        given = {name: made[name] for name in names}
        said = run(node, url=sandbox.url, listener=f"{address}/hook", deliveries=deliveries, **given)
    assert said["valid"] is True
    assert "write_orders" in said["scope"]
    assert said["expires"] is True
    assert said["shop"] == {"name": "harbour", "myshopifyDomain": "harbour.myshopify.com"}
    assert said["created"]["userErrors"] == []
    assert said["created"]["order"]["totalPriceSet"]["shopMoney"]["amount"] == "9.0"
    assert said["cost"]["requestedQueryCost"] == 10
    assert said["refused"] == "HttpResponseError"
    assert said["undefinedField"] == "undefinedField"
    ((good, tampered),) = said["deliveries"]
    assert good["valid"] is True
    assert good["topic"] == "ORDERS_CREATE"
    assert tampered == {"valid": False, "reason": "invalid_hmac"}
