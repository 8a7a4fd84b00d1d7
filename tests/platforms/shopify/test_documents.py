"""Every GraphQL document against the real schemas of both versions, and its cost against the formula."""

import re
from importlib.resources import files

import pytest
from graphql import parse, validate

from crossdock.connector.errors import Rejected
from crossdock.platforms.shopify import orders
from crossdock.platforms.shopify.documents import MOST_LOCATIONS, bulk_text, document, located, many, names
from tests.platforms.shopify.reference import requested_cost, schema

SCHEMAS = ["admin.graphql", "admin-2026-07.graphql"]


@pytest.mark.parametrize("file", SCHEMAS)
@pytest.mark.parametrize("name", names())
def test_every_document_is_valid(name: str, file: str) -> None:
    errors = validate(schema(file), parse(document(name).text))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", names())
def test_the_declared_cost_is_the_formula_s(name: str) -> None:
    cost = requested_cost(document(name).text, schema("admin.graphql"), lines=250)
    assert document(name).cost == cost
    assert cost < 1000, "one request may not cost more, whatever the plan"


def test_every_file_is_a_document_named_like_its_operation() -> None:
    folder = files("crossdock.platforms.shopify").joinpath("queries")
    found = {entry.name.removesuffix(".graphql") for entry in folder.iterdir() if entry.name.endswith(".graphql")}
    assert found - {"fragments"} == set(names())
    for name in names():
        assert re.match(rf"(query|mutation) {name}\b", document(name).text)
        assert document(name).write == document(name).text.startswith("mutation")


@pytest.mark.parametrize("lines", [1, 2, 3, 10, 250])
def test_an_order_s_cost_goes_by_its_lines(lines: int) -> None:
    cost = requested_cost(document("CreateOrder").text, schema("admin.graphql"), lines=lines)
    assert orders.CREATE_COST + orders.LINE_COST * many(lines) == cost


@pytest.mark.parametrize("file", SCHEMAS)
@pytest.mark.parametrize("name", ["ChangedProducts", "ListProducts", "ReadProducts", "ReadVariants"])
def test_stock_at_chosen_locations_is_asked_for_within_the_cost_of_one_request(name: str, file: str) -> None:
    for count in (1, 2, MOST_LOCATIONS):
        asked = located(name, [str(number) for number in range(count)])
        assert [error.message for error in validate(schema(file), parse(asked.text))] == []
        assert asked.cost == requested_cost(asked.text, schema("admin.graphql")) < 1000
        assert f"level{count - 1}: " in asked.text
        assert f"level{count}: " not in asked.text


def test_too_many_locations_and_odd_ones_are_refused() -> None:
    with pytest.raises(Rejected, match="at most 9"):
        located("ReadProducts", [str(number) for number in range(MOST_LOCATIONS + 1)])
    with pytest.raises(Rejected, match="no location"):
        located("ReadProducts", ['1") { id } x: inventoryLevel(locationId: "2'])


@pytest.mark.parametrize("file", SCHEMAS)
@pytest.mark.parametrize("count", [0, 1, MOST_LOCATIONS])
def test_the_bulk_query_is_valid_and_within_what_bulk_operations_take(count: int, file: str) -> None:
    text = bulk_text(tuple(str(number) for number in range(count)))
    assert [error.message for error in validate(schema(file), parse(text))] == []
    assert "fragment" not in text
    assert text.count("edges {") == 3, "at most five connections, two levels deep (FACTS section 11)"
