"""What a document costs, asked and actual, by the formula fitted to recorded requests (FACTS section 3).

Not for the bucket: that is the shop's.
"""

from math import ceil, floor, log
from typing import Any

from crossdock_sandbox.shopify.engine import ABSTRACT, ABSTRACTS, LEAF, FieldPlan, Operation, Values

MAX_COST = 1_000
_FREE = {"MoneyBag", "MoneyV2", "PageInfo", "LocationAddress"}
_FREE_FIELDS = {"defaultAddress"}


def many(size: int) -> int:
    """The weight of a page of `size`."""
    return 0 if size <= 0 else max(1, floor(2 * log(size)))


def requested(operation: Operation, variables: Values) -> int:
    sizes = tuple(v for v in variables.values() if isinstance(v, int))
    found = operation.costs.get(sizes)
    if found is None:
        found = operation.costs[sizes] = max(1, sum(_root(plan, operation, variables) for plan in operation.fields))
    return found + _inputs(operation, variables)


def _inputs(operation: Operation, variables: Values) -> int:
    """productSet is charged by its input too (FACTS section 3; rounded up, which is not verified)."""
    cost = 0.0
    for plan in operation.fields:
        given = plan.arguments(variables).get("input") if plan.name == "productSet" else None
        if given:
            rows = given.get("variants") or ()
            cost += 1.9 * len(given.get("files") or ()) + 0.4 * len(given.get("metafields") or ())
            cost += sum(0.2 + 0.6 * bool(one.get("file")) + 0.4 * len(one.get("metafields") or ()) for one in rows)
    return ceil(round(cost, 6))


def _root(plan: FieldPlan, operation: Operation, variables: Values) -> int:
    if not operation.is_mutation:
        return _field(plan, variables)
    return 10 + sum(_inside(child, variables) for child in plan.sub)


def _inside(plan: FieldPlan, variables: Values) -> int:
    """An object directly on a mutation's payload is free; its children are not."""
    if plan.kind == LEAF or plan.type.name in _FREE:
        return 0
    return sum(_field(child, variables) for child in plan.sub)


def _field(plan: FieldPlan, variables: Values) -> int:
    if plan.kind == LEAF or plan.type.name in _FREE:
        return 0
    if plan.type.name == "Count":
        return 10
    if plan.kind in (ABSTRACT, ABSTRACTS):
        return 1 + max(sum(_field(child, variables) for child in sub) for sub in plan.subs.values())
    if plan.type.name.endswith("Connection"):
        return 2 + many(_size(plan, variables)) * _nodes(plan, variables)
    own = 0 if plan.name in _FREE_FIELDS else 1
    return own + sum(_field(child, variables) for child in plan.sub)


def _size(plan: FieldPlan, variables: Values) -> int:
    args = plan.arguments(variables)
    return int(args.get("first") or args.get("last") or 0)


def _nodes(plan: FieldPlan, variables: Values) -> int:
    """One node of a connection; selecting both `nodes` and `edges` counts both."""
    each = 0
    for child in plan.sub:
        if child.name == "nodes":
            each += 1 + _children(child, variables)
        elif child.name == "edges":
            for inner in child.sub:
                if inner.name == "node":
                    each += 1 + _children(inner, variables)
    return each


def _children(plan: FieldPlan, variables: Values) -> int:
    """Of an interface, the dearest type that it may be."""
    if plan.kind in (ABSTRACT, ABSTRACTS):
        return max(sum(_field(child, variables) for child in sub) for sub in plan.subs.values())
    return sum(_field(child, variables) for child in plan.sub)


def actual(operation: Operation, variables: Values, data: dict[str, Any]) -> int:
    cost = 0
    for plan in operation.fields:
        value = data.get(plan.key)
        if operation.is_mutation:
            cost += 10 + (sum(_inside_got(child, variables, value) for child in plan.sub) if value else 0)
        else:
            cost += _got(plan, variables, value)
    return max(1, cost + _inputs(operation, variables))


def _inside_got(plan: FieldPlan, variables: Values, parent: dict[str, Any]) -> int:
    value = parent.get(plan.key)
    if plan.kind == LEAF or plan.type.name in _FREE or not value:
        return 0
    if isinstance(value, list):
        return sum(_field(child, variables) for child in plan.sub)
    return sum(_got(child, variables, value.get(child.key)) for child in plan.sub)


def _got(plan: FieldPlan, variables: Values, value: Any) -> int:
    if plan.kind == LEAF or value is None or plan.type.name in _FREE:
        return 0
    if plan.type.name.endswith("Connection"):
        return _connection(plan, variables, value)
    if plan.sub and isinstance(value, dict) and plan.type.name != "Count":
        own = 0 if plan.name in _FREE_FIELDS else 1
        return own + sum(_got(child, variables, value.get(child.key)) for child in plan.sub)
    return _field(plan, variables)


def _connection(plan: FieldPlan, variables: Values, value: dict[str, Any]) -> int:
    """A full page costs what was asked, a part of one its share, an empty one all of it (FACTS section 3)."""
    size = _size(plan, variables)
    rows = max((len(one) for one in value.values() if isinstance(one, list)), default=0)
    if rows == 0 or rows >= size:
        return _field(plan, variables)
    return 2 + round(many(size) * _nodes(plan, variables) * rows / size)
