"""Every GraphQL document against the real schemas of both versions, and its cost against the formula."""

import re
from importlib.resources import files

import pytest
from graphql import parse, validate

from crossdock.platforms.shopify.documents import document, names
from tests.platforms.shopify.reference import requested_cost, schema

SCHEMAS = ["admin.graphql", "admin-2026-07.graphql"]


@pytest.mark.parametrize("file", SCHEMAS)
@pytest.mark.parametrize("name", names())
def test_every_document_is_valid(name: str, file: str) -> None:
    errors = validate(schema(file), parse(document(name).text))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", names())
def test_the_declared_cost_is_the_formula_s(name: str) -> None:
    cost = requested_cost(document(name).text, schema("admin.graphql"))
    assert document(name).cost == cost
    assert cost < 1000, "one request may not cost more, whatever the plan"


def test_every_file_is_a_document_named_like_its_operation() -> None:
    folder = files("crossdock.platforms.shopify").joinpath("queries")
    found = {entry.name.removesuffix(".graphql") for entry in folder.iterdir() if entry.name.endswith(".graphql")}
    assert found - {"fragments"} == set(names())
    for name in names():
        assert re.match(rf"(query|mutation) {name}\b", document(name).text)
        assert document(name).write == document(name).text.startswith("mutation")
