"""One GraphQL request to one shop: price it, admit or throttle it, run it, answer in Shopify's shape.

Not for HTTP (`front.py`) nor for what fields mean (`queries.py`, `mutations_*.py`, `resolvers.py`).
"""

import os
from datetime import timedelta
from functools import cache, partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from graphql import GraphQLSchema, build_schema, graphql_sync
from graphql.pyutils import Undefined

from crossdock_sandbox.shopify import (
    cost,
    mutations_app,
    mutations_bulk,
    mutations_fulfillments,
    mutations_media,
    mutations_options,
    mutations_orders,
    mutations_product_set,
    mutations_products,
    mutations_stock,
    mutations_variants,
    publications,
    queries,
    resolvers,
)  # fmt: skip
from crossdock_sandbox.shopify.engine import Compiler, FieldPlan, Operation, fill
from crossdock_sandbox.shopify.graph import Context
from crossdock_sandbox.shopify.refusals import (
    THROTTLED,
    Refusal,
    access_denied,
    from_validation,
    internal_error,
    invalid_variable,
    too_dear,
)  # fmt: skip
from crossdock_sandbox.shopify.scopes import missing_scope
from crossdock_sandbox.shopify.shop import PLANS, Shop
from crossdock_sandbox.shopify.variables import InputTooLong, Problems, literal

if TYPE_CHECKING:
    from crossdock_sandbox.faults import Rule
    from crossdock_sandbox.world import Sandbox

Json = dict[str, Any]
SDL = Path(__file__).with_name("admin.graphql")
# FACTS section 4: these refuse to run without @idempotent from 2026-04 on, though the schema does not say so.
IDEMPOTENT = frozenset(("inventorySetQuantities", "inventoryAdjustQuantities", "inventoryActivate", "refundCreate"))
KEPT = timedelta(hours=24)  # how long an idempotency key is remembered (FACTS section 4)


@cache
def compiler(real_sdl: str = "") -> Compiler:
    """The compiled schema, shared by all shops; `real_sdl` names a file of the real schema to hold documents to."""
    schema = build_schema(SDL.read_text("utf-8"))
    for name in ("Decimal", "Money", "DateTime"):
        schema.type_map[name].parse_value = partial(literal, name)  # type: ignore[attr-defined]
    table = dict(resolvers.TYPES)
    table["QueryRoot"] = queries.ROOT
    table["Mutation"] = {
        **mutations_orders.TABLE, **mutations_fulfillments.TABLE, **mutations_app.TABLE, **mutations_stock.TABLE,
        **mutations_products.TABLE, **mutations_variants.TABLE, **mutations_options.TABLE, **mutations_media.TABLE,
        **mutations_product_set.TABLE, **mutations_bulk.TABLE,
        **publications.TABLE,
    }  # fmt: skip
    also = [real_schema(real_sdl)] if real_sdl else []
    return Compiler(schema, table, also)


@cache
def real_schema(path: str) -> GraphQLSchema:
    return build_schema(Path(path).read_text("utf-8"), assume_valid=True, assume_valid_sdl=True)


def current() -> Compiler:
    return compiler(os.environ.get("CROSSDOCK_SHOPIFY_SDL", ""))


class Request(msgspec.Struct):
    """The body of a GraphQL call."""

    query: str | None = None
    variables: dict[str, Any] | None = None
    operationName: str | None = None


class Call:
    """One request on its way: parsed, priced, not yet run."""

    __slots__ = ("cost", "names", "operation", "refusal", "text", "variables")

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: tuple[str, ...] = ()
        self.operation: Operation | None = None
        self.variables: Json = {}
        self.cost = 0
        self.refusal: Json | None = None


def prepare(body: bytes) -> Call:
    """Everything that can be said before the shop is asked."""
    try:
        request = msgspec.json.decode(body, type=Request)
    except msgspec.DecodeError:
        return _refuse(Call(""), [{"message": "Invalid JSON", "extensions": {"code": "BAD_REQUEST"}}])
    call = Call(request.query or "")
    if not request.query:
        return _refuse(call, [{"message": "A query string is required", "extensions": {"code": "BAD_REQUEST"}}])
    document = current().document(request.query)
    if document.errors:
        return _refuse(call, [from_validation(error) for error in document.errors])
    operation = document.pick(request.operationName)
    if operation is None:
        words = (
            f'No operation named "{request.operationName}"'
            if request.operationName
            else "An operation name is required"
        )
        return _refuse(call, [{"message": words, "extensions": {"code": "BAD_REQUEST"}}])
    call.operation, call.names = operation, operation.names
    _variables(call, operation, request.variables or {})
    if call.refusal is None:
        call.cost = cost.requested(operation, call.variables)
    return call


def _refuse(call: Call, errors: list[Json]) -> Call:
    call.refusal = {"errors": errors}
    return call


def _variables(call: Call, operation: Operation, given: Json) -> None:
    errors = []
    for name, (coercer, default) in operation.variables.items():
        if name not in given:
            if default is not Undefined:
                call.variables[name] = default
            elif coercer.required:
                errors.append(invalid_variable(name, coercer.spelling, None, [(None, "Expected value to not be null")]))
            continue
        problems: Problems = []
        try:
            call.variables[name] = coercer.check(given[name], None, problems)
        except InputTooLong as error:
            errors.append({"message": str(error), "extensions": {"code": "MAX_INPUT_SIZE_EXCEEDED"}, "path": [name]})
            continue
        if problems:
            errors.append(invalid_variable(name, coercer.spelling, given[name], problems))
    if errors:
        _refuse(call, errors)


def answer(world: "Sandbox", shop: Shop, call: Call, version: str, fault: "Rule | None" = None) -> Json:
    """Run the call against the shop. `fault` may throttle it, or make it fail after the work is done."""
    if call.refusal is not None or call.operation is None:
        return call.refusal or {"errors": []}
    available = shop.bucket(world.now())
    if call.cost > cost.MAX_COST:
        return _with_cost({"errors": [too_dear(call.cost, cost.MAX_COST)]}, shop, call.cost, None)
    if call.cost > available or (fault is not None and fault.kind == "throttle"):
        world.counters["throttled"] += 1
        shop.counters["throttled"] += 1
        shown = shop.level
        if call.cost <= available:
            shown, shop.level = 0.0, 0.0
        return _with_cost({"errors": [THROTTLED]}, shop, call.cost, None, shown)
    shop.level -= call.cost
    if "__schema" in call.names or "__type" in call.names:
        return _introspect(call, shop)
    data, errors, context = _run(world, shop, call, call.operation, version)
    if context.seen:
        world.told.prepare(context.seen, world.stock_changes)
    spent = cost.actual(call.operation, call.variables, data)
    spent = min(spent, call.cost)
    shop.level += call.cost - spent
    if fault is not None and fault.kind == "internal_error_after":
        return _with_cost({"data": None, "errors": [internal_error(world.uuid())]}, shop, call.cost, spent)
    reply: Json = {"data": data}
    if errors:
        reply["errors"] = errors
    _with_cost(reply, shop, call.cost, spent)
    if context.warnings:
        reply["extensions"]["search"] = context.warnings
    return reply


def _with_cost(reply: Json, shop: Shop, asked: int, spent: int | None, shown: float | None = None) -> Json:
    restore, size = PLANS[shop.plan]
    status = {
        "maximumAvailable": size,
        "currentlyAvailable": int(shop.level if shown is None else shown),
        "restoreRate": restore,
    }
    reply["extensions"] = {"cost": {"requestedQueryCost": asked, "actualQueryCost": spent, "throttleStatus": status}}
    return reply


def _introspect(call: Call, shop: Shop) -> Json:
    result = graphql_sync(current().schema, call.text, variable_values=call.variables)
    return _with_cost({"data": result.data}, shop, call.cost, 1)


def _run(
    world: "Sandbox", shop: Shop, call: Call, operation: Operation, version: str
) -> tuple[Json, list[Json], Context]:
    context = Context(world, shop, [], version, None if shop.ledger is None else set())
    data: Json = {}
    errors: list[Json] = []
    for plan in operation.fields:
        if plan.condition is not None and not plan.condition(call.variables):
            continue
        try:
            _admit(plan, call, shop)
            data.update(_once(plan, call, context))
        except Refusal as refusal:
            data[plan.key] = None
            errors.append(refusal.shape(plan.key))
    return data, errors, context


def _admit(plan: FieldPlan, call: Call, shop: Shop) -> None:
    scope = missing_scope(shop, plan.name)
    if scope is not None:
        raise access_denied(plan.name, scope)
    if plan.name in IDEMPOTENT:
        if plan.idempotent is None:
            raise Refusal(
                "The @idempotent directive is required for this mutation but was not provided.", "BAD_REQUEST"
            )
        if not str(plan.idempotent(call.variables) or "").strip():
            raise Refusal("The idempotency key can't be blank.", "BAD_REQUEST")


def _once(plan: FieldPlan, call: Call, context: Context) -> Json:
    """Run the field; with @idempotent, once per key and parameters (FACTS section 4)."""
    if plan.idempotent is None:
        return fill([plan], None, call.variables, context)
    key = f"{plan.name}:{plan.idempotent(call.variables)}"
    arguments = blake2b(repr(plan.arguments(call.variables)).encode()).hexdigest()
    known = context.shop.idempotent.get(key)
    now = context.world.now()
    if known is not None and now - known[2] < KEPT:
        if known[0] != arguments:
            mismatch = [{"field": None, "message": "The idempotency key was used with different parameters.",
                         "code": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}]  # fmt: skip
            return _replay(plan, call, context, mutations_stock.empty(plan.name, mismatch))
        return _replay(plan, call, context, known[1])
    payload = plan.resolve(None, plan.arguments(call.variables), context)
    kept = payload
    if payload.get("userErrors"):
        words = "The previous attempt with this idempotency key failed."
        failed = [{"field": None, "message": words, "code": "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED"}]
        kept = mutations_stock.empty(plan.name, failed)
    context.shop.idempotent[key] = (arguments, kept, now)
    return _replay(plan, call, context, payload)


def _replay(plan: FieldPlan, call: Call, context: Context, payload: Any) -> Json:
    return {plan.key: fill(plan.sub, payload, call.variables, context)}
