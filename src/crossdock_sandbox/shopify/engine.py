"""Runs GraphQL documents: parsed and validated by graphql-core once per text, then compiled to plain calls.

Why not graphql-core's own executor: a reply of an order costs it several times more than everything else here does.
Not for Shopify's rules: resolvers come from `resolvers.py`, prices from `cost.py`, error shapes from `refusals.py`.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
    is_object_type,
    parse,
    validate,
    value_from_ast,
)  # fmt: skip
from graphql.pyutils import Undefined

from crossdock_sandbox.shopify.variables import Coercer, coercer_for

LEAF, OBJECT, OBJECTS, ABSTRACT, ABSTRACTS = range(5)
Resolver = Callable[[Any, dict[str, Any], Any], Any]
Values = dict[str, Any]


class FieldPlan:
    """One field to fill: how to get it, and what to do with what comes."""

    __slots__ = ("args", "condition", "fixed", "idempotent", "key", "kind", "name", "resolve", "sub", "subs", "type")

    def __init__(self, key: str, name: str, kind: int, type_: GraphQLNamedType, resolve: Resolver) -> None:
        self.key, self.name, self.kind, self.type, self.resolve = key, name, kind, type_, resolve
        self.sub: list[FieldPlan] = []
        self.subs: dict[str, list[FieldPlan]] = {}
        self.fixed: Values = {}
        self.args: Callable[[Values], Values] | None = None
        self.condition: Callable[[Values], bool] | None = None
        self.idempotent: Callable[[Values], Any] | None = None

    def arguments(self, variables: Values) -> Values:
        return self.fixed if self.args is None else self.args(variables)


class Operation:
    """One compiled operation of a document."""

    __slots__ = ("costs", "fields", "is_mutation", "name", "names", "variables")

    def __init__(
        self, name: str, is_mutation: bool, fields: list[FieldPlan], variables: dict[str, tuple[Coercer, Any]]
    ):
        self.name, self.is_mutation, self.fields, self.variables = name, is_mutation, fields, variables
        self.names = tuple(dict.fromkeys([*(field.name for field in fields), *([name] if name else [])]))
        self.costs: dict[Any, int] = {}


class Document:
    """A parsed text: its operations, or the errors that keep it from running."""

    __slots__ = ("errors", "node", "operations")

    def __init__(self, node: DocumentNode | None, errors: list[GraphQLError], operations: dict[str, Operation]) -> None:
        self.node, self.errors, self.operations = node, errors, operations

    def pick(self, name: str | None) -> Operation | None:
        if name:
            return self.operations.get(name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None


class Compiler:
    """Documents against one schema and one table of resolvers; `also` are further schemas a document must satisfy."""

    def __init__(
        self, schema: GraphQLSchema, resolvers: dict[str, dict[str, Resolver]], also: list[GraphQLSchema]
    ) -> None:
        self.schema, self.resolvers, self.also = schema, resolvers, also
        self.documents: dict[str, Document] = {}

    def document(self, text: str) -> Document:
        found = self.documents.get(text)
        if found is None:
            if len(self.documents) > 2_000:
                self.documents.clear()
            found = self.documents[text] = self._build(text)
        return found

    def _build(self, text: str) -> Document:
        try:
            node = parse(text, max_tokens=50_000)
        except GraphQLError as error:
            return Document(None, [error], {})
        errors = validate(self.schema, node)
        for schema in self.also:
            errors = errors or validate(schema, node)
        if errors:
            return Document(node, errors, {})
        fragments = {d.name.value: d for d in node.definitions if isinstance(d, FragmentDefinitionNode)}
        operations = {}
        for definition in node.definitions:
            if isinstance(definition, OperationDefinitionNode):
                operation = self._operation(definition, fragments)
                operations[operation.name] = operation
        return Document(node, [], operations)

    def _operation(self, node: OperationDefinitionNode, fragments: dict[str, FragmentDefinitionNode]) -> Operation:
        root = self.schema.get_root_type(node.operation)
        if root is None:  # validation has refused such an operation already
            raise ValueError(f"the schema has no {node.operation.value}")
        fields = self._fields(root, [node.selection_set], fragments)
        variables = {}
        for definition in node.variable_definitions or ():
            coercer = coercer_for(self.schema, definition.type)
            default = Undefined
            if definition.default_value is not None:
                default = value_from_ast(definition.default_value, coercer.type)
            variables[definition.variable.name.value] = (coercer, default)
        return Operation(node.name.value if node.name else "", node.operation.value == "mutation", fields, variables)

    def _fields(
        self, parent: GraphQLObjectType, sets: list[SelectionSetNode], fragments: dict[str, FragmentDefinitionNode]
    ) -> list[FieldPlan]:
        grouped: dict[str, list[FieldNode]] = {}
        for selections in sets:
            self._collect(parent, selections, fragments, grouped, [])
        return [self._field(parent, key, nodes, fragments) for key, nodes in grouped.items()]

    def _collect(
        self, parent: GraphQLObjectType, selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode],
        grouped: dict[str, list[FieldNode]], seen: list[str],
    ) -> None:  # fmt: skip
        for node in selections.selections:
            if isinstance(node, FieldNode):
                grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            if isinstance(node, FragmentSpreadNode):
                name = node.name.value
                if name in seen:
                    continue
                seen.append(name)
                target: FragmentDefinitionNode | InlineFragmentNode = fragments[name]
            elif isinstance(node, InlineFragmentNode):
                target = node
            else:
                continue
            if self._applies(parent, target.type_condition.name.value if target.type_condition else None):
                self._collect(parent, target.selection_set, fragments, grouped, seen)

    def _applies(self, parent: GraphQLObjectType, condition: str | None) -> bool:
        if condition is None or condition == parent.name:
            return True
        wanted = self.schema.get_type(condition)
        return isinstance(wanted, GraphQLInterfaceType | GraphQLUnionType) and self.schema.is_sub_type(wanted, parent)

    def _field(
        self, parent: GraphQLObjectType, key: str, nodes: list[FieldNode], fragments: dict[str, FragmentDefinitionNode]
    ) -> FieldPlan:
        node, name = nodes[0], nodes[0].name.value
        if name == "__typename":
            return FieldPlan(key, name, LEAF, parent, lambda _o, _a, _c, n=parent.name: n)  # type: ignore[misc]
        if name in ("__schema", "__type"):  # answered by graphql-core, apart
            return FieldPlan(key, name, LEAF, parent, lambda _o, _a, _c: None)
        definition: GraphQLField = parent.fields[name]
        named = get_named_type(definition.type)
        plan = FieldPlan(key, name, _kind(definition), named, self._resolver(parent.name, name))
        plan.fixed, plan.args = _arguments(node, definition.args)
        _directives(plan, node)
        sets = [one.selection_set for one in nodes if one.selection_set]
        if is_object_type(named):
            plan.sub = self._fields(named, sets, fragments)
        elif not is_leaf_type(named):
            for possible in self.schema.get_possible_types(named):  # type: ignore[arg-type]
                plan.subs[possible.name] = self._fields(possible, sets, fragments)
        return plan

    def _resolver(self, type_name: str, field: str) -> Resolver:
        table = self.resolvers.get(type_name)
        if table is None and type_name.endswith("Connection"):
            table = self.resolvers["*Connection"]
        if table is None and type_name.endswith("Edge"):
            table = self.resolvers["*Edge"]
        found = (table or {}).get(field)
        if found is None:
            return lambda source, _args, _ctx: source[field] if isinstance(source, dict) else getattr(source, field)
        return found


def _kind(definition: GraphQLField) -> int:
    type_ = definition.type
    if isinstance(type_, GraphQLNonNull):
        type_ = type_.of_type
    many = isinstance(type_, GraphQLList)
    named = get_named_type(type_)
    if is_leaf_type(named):
        return LEAF
    if is_object_type(named):
        return OBJECTS if many else OBJECT
    return ABSTRACTS if many else ABSTRACT


def _has_variable(node: ValueNode) -> bool:
    if isinstance(node, VariableNode):
        return True
    if isinstance(node, ListValueNode):
        return any(_has_variable(one) for one in node.values)
    if isinstance(node, ObjectValueNode):
        return any(_has_variable(one.value) for one in node.fields)
    return False


def _arguments(node: FieldNode, known: dict[str, GraphQLArgument]) -> tuple[Values, Callable[[Values], Values] | None]:
    """Arguments that never change, and, when variables take part, a function that makes them all."""
    fixed: Values = {name: arg.default_value for name, arg in known.items() if arg.default_value is not Undefined}
    moving: list[tuple[str, ValueNode, GraphQLArgument]] = []
    for given in node.arguments or ():
        argument = known[given.name.value]
        if _has_variable(given.value):
            moving.append((given.name.value, given.value, argument))
        elif isinstance(given.value, NullValueNode):
            fixed[given.name.value] = None
        else:
            fixed[given.name.value] = value_from_ast(given.value, argument.type)
    if not moving:
        return fixed, None

    def make(variables: Values) -> Values:
        values = dict(fixed)
        for name, value, argument in moving:
            if isinstance(value, VariableNode):
                if value.name.value in variables:
                    values[name] = variables[value.name.value]
            else:
                values[name] = value_from_ast(value, argument.type, variables)
        return values

    return fixed, make


def _directives(plan: FieldPlan, node: FieldNode) -> None:
    conditions: list[Callable[[Values], bool]] = []
    for directive in node.directives or ():
        values = {one.name.value: one.value for one in directive.arguments or ()}
        name = directive.name.value
        if name == "idempotent":
            plan.idempotent = _reader(values["key"])
        elif name in ("include", "skip"):
            conditions.append(_test(_reader(values["if"]), name == "include"))
    if conditions:
        plan.condition = lambda variables: all(test(variables) for test in conditions)


def _test(read: Callable[[Values], Any], wanted: bool) -> Callable[[Values], bool]:
    return lambda variables: bool(read(variables)) is wanted


def _reader(node: ValueNode) -> Callable[[Values], Any]:
    if isinstance(node, VariableNode):
        name = node.name.value
        return lambda variables: variables.get(name)
    value = getattr(node, "value", None)
    return lambda _variables: value


def fill(fields: list[FieldPlan], source: Any, variables: Values, ctx: Any) -> Values:
    """The answer to a selection on one object."""
    out: Values = {}
    for plan in fields:
        if plan.condition is not None and not plan.condition(variables):
            continue
        args = plan.fixed if plan.args is None else plan.args(variables)
        value = plan.resolve(source, args, ctx)
        kind = plan.kind
        if kind == LEAF or value is None:
            out[plan.key] = value
        elif kind == OBJECT:
            out[plan.key] = fill(plan.sub, value, variables, ctx)
        elif kind == OBJECTS:
            sub = plan.sub
            out[plan.key] = [fill(sub, one, variables, ctx) for one in value]
        elif kind == ABSTRACT:
            out[plan.key] = fill(plan.subs[_type_name(value)], value, variables, ctx)
        else:
            out[plan.key] = [
                None if one is None else fill(plan.subs[_type_name(one)], one, variables, ctx) for one in value
            ]
    return out


def _type_name(value: Any) -> str:
    return str(value["__typename"] if isinstance(value, dict) else value.gql)
