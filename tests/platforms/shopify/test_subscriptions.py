"""Subscriptions as desired state: one read when all is there, one write when something is not."""

from typing import Any

import pytest
from graphql import parse, validate

from crossdock.connector.contract import Role
from crossdock.connector.errors import Rejected
from crossdock.platforms.shopify.subscriptions import OWNERS, WANTED, Changes, write_document
from tests.platforms.shopify.reference import schema
from tests.platforms.shopify.scripted import Script, data, store, user_error

ADDRESS = "https://hub.example/hooks/shopify/key"
DONE: dict[str, Any] = {"userErrors": []}


def there(
    *subscriptions: tuple[str, str, str], defined: bool = True, namespaces: tuple[str, ...] = ()
) -> dict[str, Any]:
    nodes = [
        {"id": f"gid://shopify/WebhookSubscription/{number}", "topic": topic, "uri": uri, "format": "JSON"}
        | {"metafieldNamespaces": list(namespaces)}
        for number, topic, uri in subscriptions
    ]
    definition = [{"id": "gid://shopify/MetafieldDefinition/1", "key": "reference", "type": {"name": "id"}}]
    return data(
        webhookSubscriptions={"nodes": nodes, "pageInfo": {"hasNextPage": False}},
        metafieldDefinitions={"nodes": definition if defined else []},
    )


def written(sent: dict[str, Any]) -> dict[str, Any]:
    """An answer to whatever was asked for, all well."""
    names = [part.split(":")[0].split()[-1] for part in sent["query"].split("{", 1)[1].split("webhook")[:-1]]
    return data(**dict.fromkeys(names, DONE) or {"define": DONE})


async def test_when_all_is_there_nothing_is_written() -> None:
    whole = [(str(index), topic, ADDRESS) for index, topic in enumerate(WANTED[Role.VENDOR])]
    script = Script(there(*whole))
    result = await store(script).ensure_subscriptions(ADDRESS)
    assert result.changed == ()
    assert result.topics == tuple(WANTED[Role.VENDOR])
    assert len(script.requests) == 1


async def test_a_new_store_gets_all_of_it_in_one_write() -> None:
    script = Script(there(defined=False), written)
    result = await store(script).ensure_subscriptions(ADDRESS)
    assert set(result.changed) == {*WANTED[Role.VENDOR], "definition"}
    assert len(script.requests) == 2
    values = script.sent[1]["variables"]
    assert values["c0"]["uri"] == ADDRESS
    assert values["definition"]["type"] == "id"
    assert values["definition"]["ownerType"] == "ORDER"
    assert values["definition"]["capabilities"] == {"uniqueValues": {"enabled": True}}


async def test_an_old_address_is_replaced_and_what_is_not_wanted_goes() -> None:
    script = Script(
        there(("1", "FULFILLMENTS_CREATE", "https://old.example/x"), ("2", "CARTS_UPDATE", ADDRESS)), written
    )
    await store(script).ensure_subscriptions(ADDRESS)
    values = script.sent[1]["variables"]
    assert values["i0"] == "gid://shopify/WebhookSubscription/1"
    assert values["u0"]["uri"] == ADDRESS
    assert values["d0"] == "gid://shopify/WebhookSubscription/2"
    assert "FULFILLMENTS_CREATE" not in [values[name] for name in values if name.startswith("t")]


async def test_the_merchant_s_orders_come_with_their_metafields() -> None:
    whole = [(str(index), topic, ADDRESS) for index, topic in enumerate(WANTED[Role.MERCHANT])]
    script = Script(there(*whole), written)
    result = await store(script, Role.MERCHANT).ensure_subscriptions(ADDRESS)
    assert set(result.changed) == {"ORDERS_CREATE", "ORDERS_UPDATED"}
    assert script.sent[1]["variables"]["u0"]["metafieldNamespaces"] == ["custom"]


async def test_listings_are_found_by_a_definition_too() -> None:
    whole = [(str(index), topic, ADDRESS) for index, topic in enumerate(WANTED[Role.MERCHANT])]
    script = Script(there(*whole, defined=False, namespaces=("custom",)), written)
    result = await store(script, Role.MERCHANT).ensure_subscriptions(ADDRESS)
    assert "definition" in result.changed
    assert script.sent[0]["variables"]["owner"] == "PRODUCT"
    assert script.sent[1]["variables"]["definition"]["ownerType"] == "PRODUCT"


async def test_a_repeated_write_is_no_trouble_and_a_refused_one_is_said() -> None:
    taken = {
        "userErrors": [
            user_error("Address for this topic has already been taken", "webhookSubscription", "callbackUrl")
        ]
    }
    await store(Script(there(), data(create0=taken))).ensure_subscriptions(ADDRESS)
    refused = {"userErrors": [user_error("Address cannot be a Shopify or an internal domain")]}
    with pytest.raises(Rejected, match="internal domain"):
        await store(Script(there(), data(create0=refused))).ensure_subscriptions(ADDRESS)


@pytest.mark.parametrize("address", ["http://hub.example/hooks", "http://10.0.0.1/hooks", "hub.example"])
async def test_only_https_unless_on_this_machine(address: str) -> None:
    with pytest.raises(Rejected, match="https"):
        await store(Script()).ensure_subscriptions(address)
    await store(Script(there(), written)).ensure_subscriptions("http://127.0.0.1:8000/hooks/shopify/key")


async def test_taking_back_deletes_what_is_ours_and_nothing_else() -> None:
    script = Script(there(("1", "ORDERS_DELETE", ADDRESS), ("2", "ORDERS_DELETE", "arn:aws:events:x")), written)
    await store(script).remove_subscriptions()
    assert script.sent[1]["variables"] == {"d0": "gid://shopify/WebhookSubscription/1"}
    await store(Script(there())).remove_subscriptions()


@pytest.mark.parametrize("file", ["admin.graphql", "admin-2026-07.graphql"])
@pytest.mark.parametrize("role", list(Role))
def test_the_built_document_is_valid(file: str, role: Role) -> None:
    topics = tuple(WANTED[role])
    changes = Changes(
        topics, ((f"gid://shopify/WebhookSubscription/{1}", topics[0]),), ("gid://x/2", "gid://x/3"), True
    )
    document, values = write_document(changes, WANTED[role], ADDRESS, OWNERS[role])
    assert [error.message for error in validate(schema(file), parse(document.text))] == []
    assert document.cost == 10 * (len(topics) + 4)
    assert set(values) == {
        part.split(":")[0] for part in document.text.split("(", 1)[1].split(")")[0].replace("$", "").split(", ")
    }
