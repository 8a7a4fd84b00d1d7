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


def requested_cost(text: str, in_schema: GraphQLSchema, **variables: int) -> int:
    """The requested cost of a document by the formula fitted to recordings (FACTS section 3). Page sizes stand in the
    document or in `variables`."""
    tree = parse(text)
    formula = _Formula(in_schema, variables)
    for part in tree.definitions:
        if isinstance(part, FragmentDefinitionNode):
            formula.fragments[part.name.value] = part
    operation = next(part for part in tree.definitions if isinstance(part, OperationDefinitionNode))
    if operation.operation.value == "mutation":
        fields = formula.fields(operation.selection_set, in_schema.mutation_type)
        return sum(formula.mutation(node, parent) for node, parent in fields)
    return max(formula.selection(operation.selection_set, in_schema.query_type), 1)


class _Formula:
    def __init__(self, in_schema: GraphQLSchema, variables: dict[str, int]) -> None:
        self.schema = in_schema
        self.variables = variables
        self.fragments: dict[str, FragmentDefinitionNode] = {}

    def mutation(self, node: FieldNode, root: Any) -> int:
        payload = get_named_type(root.fields[node.name.value].type)
        cost = 10
        for child, parent in self.fields(node.selection_set, payload):
            if child.selection_set is not None:
                cost += self.selection(child.selection_set, get_named_type(parent.fields[child.name.value].type))
        return cost

    def fields(self, selection: SelectionSetNode | None, parent: Any) -> list[tuple[FieldNode, Any]]:
        """The fields, each with the type that has it: what fragments name, or the one around it."""
        found: list[tuple[FieldNode, Any]] = []
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                found.append((node, parent))
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                found += self.fields(fragment.selection_set, self.schema.type_map[fragment.type_condition.name.value])
            elif isinstance(node, InlineFragmentNode):
                kind = self.schema.type_map[node.type_condition.name.value] if node.type_condition else parent
                found += self.fields(node.selection_set, kind)
        return found

    def selection(self, selection: SelectionSetNode | None, parent: Any) -> int:
        return sum(self.field(node, kind) for node, kind in self.fields(selection, parent))

    def field(self, node: FieldNode, parent: Any) -> int:
        if node.name.value == "__typename" or node.selection_set is None:
            return 0
        kind = get_named_type(parent.fields[node.name.value].type)
        if kind.name in ("MoneyBag", "MoneyV2", "PageInfo"):
            return 0
        if kind.name == "Count":
            return 10
        if not kind.name.endswith("Connection"):
            return 1 + self.selection(node.selection_set, kind)
        weight = self.page(node)
        cost = 2
        for child, _ in self.fields(node.selection_set, kind):
            if child.name.value == "nodes":
                inner = get_named_type(kind.fields["nodes"].type)
                cost += weight * (1 + self.selection(child.selection_set, inner))
        return cost

    def page(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                value = argument.value
                number = int(value.value) if isinstance(value, IntValueNode) else self.variables[value.name.value]
                return max(1, math.floor(2 * math.log(number))) if number else 0
        return 0
