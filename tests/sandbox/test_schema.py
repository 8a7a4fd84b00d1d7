"""The sandbox's schema is a part of the real one, the connector's documents fit it, and every field of it answers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    get_named_type,
    is_leaf_type,
)  # fmt: skip
from graphql.pyutils import Undefined

from crossdock.platforms.shopify.documents import document, names
from crossdock_sandbox.shopify.api import SDL, current, real_schema
from tests.sandbox.bench import Bench, gid


def real_sdl(shared: Path) -> Path:
    return shared / "platforms" / "shopify" / "admin.graphql"


@cache
def ours() -> GraphQLSchema:
    return build_schema(SDL.read_text("utf-8"))


@pytest.fixture(scope="module")
def theirs(shared: Path) -> GraphQLSchema:
    return real_schema(str(real_sdl(shared)))


def test_everything_we_serve_exists_as_it_is_in_the_real_schema(theirs: GraphQLSchema) -> None:
    wrong = []
    for name, mine in ours().type_map.items():
        if name.startswith("__"):
            continue
        real_type = theirs.type_map.get(name)
        if type(real_type) is not type(mine):
            wrong.append(f"{name}: not there, or of another kind")
        elif isinstance(mine, GraphQLObjectType | GraphQLInterfaceType):
            wrong += _fields(mine, real_type)
        elif isinstance(mine, GraphQLInputObjectType):
            wrong += _inputs(mine, real_type)
        elif isinstance(mine, GraphQLEnumType):
            wrong += [f"{name}.{value}" for value in mine.values if value not in real_type.values]  # type: ignore[union-attr]
        elif isinstance(mine, GraphQLUnionType):
            known = {one.name for one in real_type.types}  # type: ignore[union-attr]
            wrong += [f"{name} = {one.name}" for one in mine.types if one.name not in known]
    assert wrong == []


def _fields(mine: Any, real_type: Any) -> list[str]:
    wrong = [f"{mine.name} implements {one.name}" for one in mine.interfaces if one.name not in
             {each.name for each in real_type.interfaces}]  # fmt: skip
    for name, field in mine.fields.items():
        other = real_type.fields.get(name)
        if other is None or str(other.type) != str(field.type):
            wrong.append(f"{mine.name}.{name}: {field.type} but {other.type if other else 'nothing'}")
            continue
        for arg_name, arg in field.args.items():
            real_arg = other.args.get(arg_name)
            if real_arg is None or str(real_arg.type) != str(arg.type) or real_arg.default_value != arg.default_value:
                wrong.append(f"{mine.name}.{name}({arg_name})")
        wrong += [f"{mine.name}.{name}: {arg_name} is compulsory there" for arg_name, arg in other.args.items()
                  if arg_name not in field.args and _compulsory(arg)]  # fmt: skip
    return wrong


def _compulsory(arg: Any) -> bool:
    return isinstance(arg.type, GraphQLNonNull) and arg.default_value is Undefined


def _inputs(mine: GraphQLInputObjectType, real_type: Any) -> list[str]:
    wrong = []
    for name, field in mine.fields.items():
        other = real_type.fields.get(name)
        if other is None or str(other.type) != str(field.type) or other.default_value != field.default_value:
            wrong.append(f"{mine.name}.{name}")
    if mine.is_one_of is not real_type.is_one_of:
        wrong.append(f"{mine.name}: one of")
    return wrong


@pytest.mark.parametrize("name", names())
def test_the_connectors_documents_are_served(name: str) -> None:
    assert [error.message for error in current().document(document(name).text).errors] == []


def test_documents_are_also_held_to_the_real_schema_when_it_is_named(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert current().also == []
    monkeypatch.setenv("CROSSDOCK_SHOPIFY_SDL", str(real_sdl(shared)))
    assert len(current().also) == 1
    assert current().document("{ shop { name } }").errors == []


# -- every field answers --


def selection(type_: Any, depth: int, path: tuple[str, ...] = ()) -> str:
    """All leaves of a type, and its objects down to `depth`."""
    parts = []
    for name, field in type_.fields.items():
        if any(_compulsory(arg) for arg in field.args.values()):
            continue
        named = get_named_type(field.type)
        sized = "(first: 3)" if "first" in field.args and _is_connection(named) else ""
        if is_leaf_type(named):
            parts.append(name)
        elif depth > 0 and isinstance(named, GraphQLObjectType) and path.count(named.name) < 2:
            inner = selection(named, depth if _is_plumbing(named) else depth - 1, (*path, named.name))
            if inner:
                parts.append(f"{name}{sized} {{ {inner} }}")
        elif depth > 0 and not isinstance(named, GraphQLObjectType):
            parts.append(f"{name} {{ __typename }}")
    return " ".join(parts)


def _is_connection(named: Any) -> bool:
    return bool(named.name.endswith("Connection"))


def _is_plumbing(named: Any) -> bool:
    return bool(named.name.endswith(("Connection", "Edge")) or named.name in ("MoneyBag", "MoneyV2", "PageInfo"))


def check(value: Any, type_: Any, where: str) -> list[str]:
    """What an answer has that its type does not allow: a null too many, a list that is none, a wrong scalar."""
    if isinstance(type_, GraphQLNonNull):
        return [f"{where}: null"] if value is None else check(value, type_.of_type, where)
    if value is None:
        return []
    if isinstance(type_, GraphQLList):
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [wrong for one in value for wrong in check(one, type_.of_type, where)]
    if isinstance(type_, GraphQLObjectType):
        return [
            wrong
            for name, one in value.items()
            for wrong in check(one, type_.fields[name].type, f"{type_.name}.{name}")
        ]
    if isinstance(type_, GraphQLEnumType):
        return [] if value in type_.values else [f"{where}: {value!r} is no {type_.name}"]
    expected = (
        {"Int": int, "Float": int | float, "Boolean": bool}.get(type_.name, str) if is_leaf_type(type_) else object
    )
    if type_.name == "JSON":
        expected = object
    return [] if isinstance(value, expected) else [f"{where}: {value!r} is no {type_.name}"]  # type: ignore[arg-type]


async def test_every_field_of_every_type_answers_with_its_type(bench: Bench) -> None:
    made = await bench.open(plan="rehearsal")
    bought = await bench.buy(
        shipping=[{"title": "Post", "price": "5.00", "tax": [{"title": "VAT", "rate": "0.2", "price": "1.00"}]}],
        lines=[{"variant_id": bench.variant("MUG"), "quantity": 3, "discount": "1.00",
                "tax": [{"title": "VAT", "rate": "0.2", "price": "4.00"}],
                "properties": [{"name": "a", "value": "b"}]}],
        attributes=[{"name": "a", "value": "b"}], discount_code="TEN",
    )  # fmt: skip
    await bench.wait(2)
    parcel = await bench.op("fulfill_order", order_id=bought["order_id"], lines=[
        {"line_id": bought["line_ids"][0], "quantity": 1}], tracking={"company": "UPS", "numbers": ["1"]})  # fmt: skip
    await bench.op("edit_order", order_id=bought["order_id"], set={"metafields": [
        {"namespace": "custom", "key": "color", "value": "red"}]})  # fmt: skip
    await bench.get("""mutation { metafieldDefinitionCreate(definition: {name: "r", namespace: "custom", key: "color",
        type: "single_line_text_field", ownerType: ORDER}) { userErrors { message } } }""")
    await bench.subscribe("ORDERS_CREATE")
    await bench.wait(2)
    product = made["products"][0]
    await bench.op("edit_product", product_id=product["id"], set={"media": ["https://v.example/mug.jpg"]})
    picture = (await bench.op("dump"))["products"][0]["media"][0]["id"]
    bulk = await bench.get("""mutation { bulkOperationRunQuery(query: "{ products { edges { node { id } } } }") {
        bulkOperation { id } } }""")
    begun = await bench.get("""mutation { productSet(input: {title: "Hat"}, synchronous: false) {
        productSetOperation { id } } }""")
    await bench.wait(1)
    roots = {
        "BulkOperation": ("bulkOperation", bulk["bulkOperationRunQuery"]["bulkOperation"]["id"]),
        "Order": ("order", gid("Order", bought["order_id"])), "Product": ("product", gid("Product", product["id"])),
        "ProductVariant": ("productVariant", gid("ProductVariant", product["variants"][0]["id"])),
        "InventoryItem": ("inventoryItem", gid("InventoryItem", product["variants"][0]["inventory_item_id"])),
        "Fulfillment": ("fulfillment", gid("Fulfillment", parcel["fulfillment_id"])),
        "Location": ("location", gid("Location", made["location_id"])),
    }  # fmt: skip
    schema = ours()
    for type_name, object_id in (
        ("MediaImage", gid("MediaImage", picture)),
        ("ProductSetOperation", begun["productSet"]["productSetOperation"]["id"]),
    ):
        await everything_of_a_node(bench, schema.type_map[type_name], object_id)
    bench.world.shops["harbour"].plan = "rehearsal"
    for type_name, (field, object_id) in roots.items():
        await everything(bench, schema.type_map[type_name], f'{field}(id: "{object_id}")', field)
    for field, type_name in (("shop", "Shop"), ("currentAppInstallation", "AppInstallation")):
        await everything(bench, schema.type_map[type_name], field, field)
    for field in ("webhookSubscriptions(first: 2)", "metafieldDefinitions(first: 2, ownerType: ORDER)",
                  "fulfillmentOrders(first: 2)", "orders(first: 2)", "products(first: 2)", "locations(first: 2)",
                  "productVariants(first: 2)", "inventoryItems(first: 2)", "publications(first: 2)",
                  "bulkOperations(first: 2)"):  # fmt: skip
        name = field.partition("(")[0]
        named = schema.query_type.fields[name].type.of_type  # type: ignore[union-attr]
        await everything(bench, named, field, name)


async def everything(bench: Bench, type_: Any, call: str, field: str) -> None:
    """Field by field, so that no request grows beyond what one may cost."""
    for name in type_.fields:
        one = type("One", (), {"fields": {name: type_.fields[name]}, "name": type_.name})
        inner = selection(one, 2, (type_.name,))
        if not inner:
            continue
        reply = await bench.ask(f"{{ {call} {{ {inner} }} }}")
        if any(error.get("extensions", {}).get("code") == "MAX_COST_EXCEEDED" for error in reply.get("errors", ())):
            reply = await bench.ask(f"{{ {call} {{ {selection(one, 1, (type_.name,))} }} }}")
        assert "errors" not in reply, (type_.name, name, json.dumps(reply["errors"])[:500])
        assert reply["data"][field] is not None, (type_.name, name)
        assert check(reply["data"][field], type_, type_.name) == []


async def everything_of_a_node(bench: Bench, type_: Any, object_id: str) -> None:
    inner = selection(type_, 2, (type_.name,))
    data = await bench.get(f'{{ node(id: "{object_id}") {{ ... on {type_.name} {{ {inner} }} }} }}')
    assert check(data["node"], type_, type_.name) == []


async def test_introspection_is_answered(bench: Bench) -> None:
    await bench.open()
    data = await bench.get('{ __type(name: "Order") { name fields { name } } }')
    assert data["__type"]["name"] == "Order"
