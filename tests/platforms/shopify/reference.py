"""Where the Shopify reference data is, the schemas parsed once, and the cost formula found from recordings."""

import json
import math
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    get_named_type,
    parse,
)

ROOT = Path(__file__).resolve().parents[3]


def shared(*parts: str) -> Path:
    """A file of the reference data; skips the test when it is not there, fails under CROSSDOCK_TEST_ALL=1."""
    base = Path(os.environ.get("CROSSDOCK_SHARED", ROOT.parent / "shared"))
    path = base.joinpath("platforms", "shopify", *parts)
    if not path.exists():
        reason = f"reference data not found: {'/'.join(('platforms', 'shopify', *parts))} (set CROSSDOCK_SHARED)"
        if os.environ.get("CROSSDOCK_TEST_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


def sample(topic: str) -> bytes:
    """The published sample body of a webhook topic, compact as it is delivered."""
    body = json.loads(shared("webhooks", topic.replace("/", "__") + ".json").read_text("utf-8"))
    return json.dumps(body, separators=(",", ":")).encode()


@cache
def schema(file: str) -> GraphQLSchema:
    # graphql-core 3.3 finds fault with six deprecations in Shopify's own schema, hence assume_valid.
    return build_schema(shared(file).read_text("utf-8"), assume_valid=True)


def requested_cost(text: str, in_schema: GraphQLSchema) -> int:
    """The requested cost of a document by the formula fitted to recordings (FACTS section 3)."""
    tree = parse(text)
    fragments = {part.name.value: part for part in tree.definitions if isinstance(part, FragmentDefinitionNode)}
    operation = next(part for part in tree.definitions if isinstance(part, OperationDefinitionNode))
    if operation.operation.value == "mutation":
        root = in_schema.mutation_type
        cost = sum(_mutation(node, root, fragments) for node in _fields(operation.selection_set, fragments))
    else:
        cost = _selection(operation.selection_set, in_schema.query_type, fragments)
    return max(cost, 1)


def _mutation(node: FieldNode, root: Any, fragments: dict[str, FragmentDefinitionNode]) -> int:
    payload = get_named_type(root.fields[node.name.value].type)
    cost = 10
    for child in _fields(node.selection_set, fragments):
        if child.selection_set is not None:
            cost += _selection(child.selection_set, get_named_type(payload.fields[child.name.value].type), fragments)
    return cost


def _fields(selection: SelectionSetNode | None, fragments: dict[str, FragmentDefinitionNode]) -> list[FieldNode]:
    found: list[FieldNode] = []
    for node in selection.selections if selection else ():
        if isinstance(node, FieldNode):
            found.append(node)
        elif isinstance(node, FragmentSpreadNode):
            found += _fields(fragments[node.name.value].selection_set, fragments)
        elif isinstance(node, InlineFragmentNode):
            found += _fields(node.selection_set, fragments)
    return found


def _selection(selection: SelectionSetNode | None, parent: Any, fragments: dict[str, FragmentDefinitionNode]) -> int:
    return sum(_field(node, parent, fragments) for node in _fields(selection, fragments))


def _field(node: FieldNode, parent: Any, fragments: dict[str, FragmentDefinitionNode]) -> int:
    if node.name.value == "__typename" or node.selection_set is None:
        return 0
    kind = get_named_type(parent.fields[node.name.value].type)
    if kind.name in ("MoneyBag", "MoneyV2", "PageInfo"):
        return 0
    if kind.name == "Count":
        return 10
    if not kind.name.endswith("Connection"):
        return 1 + _selection(node.selection_set, kind, fragments)
    many = 0
    for argument in node.arguments:
        if argument.name.value in ("first", "last"):
            assert isinstance(argument.value, IntValueNode), "page sizes are written in the document"
            number = int(argument.value.value)
            many = max(1, math.floor(2 * math.log(number))) if number else 0
    cost = 2
    for child in _fields(node.selection_set, fragments):
        if child.name.value == "nodes":
            cost += many * (1 + _selection(child.selection_set, get_named_type(kind.fields["nodes"].type), fragments))
    return cost
