"""Variables of a request against the types that the document declares, with Shopify's words for what is wrong.

Not for literals written in a document: those are checked by validation.
"""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    TypeNode,
    print_ast,
    type_from_ast,
)  # fmt: skip
from graphql.pyutils import Undefined

Path = tuple[Any, Any] | None  # the way so far and the next step; spelled out only for a complaint
Problems = list[tuple[Path, str]]
Coerce = Callable[[Any, Path, Problems], Any]
_LARGE = {
    "fulfillmentOrderLineItems": 512,
    "variants": 2_048,
    "values": 2_048,
}  # FACTS section 3: other input arrays hold 250


def spelled(path: Path) -> list[Any]:
    """The way as a list."""
    out: list[Any] = []
    while path is not None:
        path, step = path
        out.append(step)
    return out[::-1]


class InputTooLong(Exception):
    """An input array beyond the limit; `size` and `limit` say by how much."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"The input array size of {size} is greater than the maximum allowed of {limit}.")


class Coercer:
    """One declared type: the function that checks a value of it."""

    __slots__ = ("check", "required", "spelling", "type")

    def __init__(self, type_: GraphQLInputType, spelling: str, check: Coerce) -> None:
        self.type, self.spelling, self.check = type_, spelling, check
        self.required = isinstance(type_, GraphQLNonNull)


_CACHE: dict[tuple[int, str], Coercer] = {}
_OBJECTS: dict[tuple[int, str], Coerce] = {}


def coercer_for(schema: GraphQLSchema, node: TypeNode) -> Coercer:
    spelling = print_ast(node)
    found = _CACHE.get((id(schema), spelling))
    if found is None:
        type_ = type_from_ast(schema, node)
        found = _CACHE[(id(schema), spelling)] = Coercer(type_, spelling, _coerce(schema, type_, ""))  # type: ignore[arg-type]
    return found


def _coerce(schema: GraphQLSchema, type_: GraphQLInputType, name: str) -> Coerce:
    if isinstance(type_, GraphQLNonNull):
        return _non_null(_coerce(schema, type_.of_type, name))
    if isinstance(type_, GraphQLList):
        return _list(_coerce(schema, type_.of_type, name), _LARGE.get(name, 250))
    if isinstance(type_, GraphQLEnumType):
        return _enum(type_)
    if isinstance(type_, GraphQLInputObjectType):
        return _object(schema, type_)
    return _nullable(_SCALARS.get(type_.name, _any))


def _nullable(check: Coerce) -> Coerce:
    return lambda value, path, problems: None if value is None else check(value, path, problems)


def _non_null(check: Coerce) -> Coerce:
    def run(value: Any, path: Path, problems: Problems) -> Any:
        if value is None:
            problems.append((path, "Expected value to not be null"))
            return None
        return check(value, path, problems)

    return run


def _list(check: Coerce, limit: int) -> Coerce:
    def run(value: Any, path: Path, problems: Problems) -> Any:
        if value is None:
            return None
        if not isinstance(value, list):
            return [check(value, path, problems)]
        if len(value) > limit:
            raise InputTooLong(len(value), limit)
        return [check(one, (path, index), problems) for index, one in enumerate(value)]

    return run


def _enum(type_: GraphQLEnumType) -> Coerce:
    known = frozenset(type_.values)
    words = ", ".join(type_.values)

    def run(value: Any, path: Path, problems: Problems) -> Any:
        if value is None or (isinstance(value, str) and value in known):
            return value
        problems.append((path, f'Expected "{value}" to be one of: {words}'))
        return None

    return run


def _object(schema: GraphQLSchema, type_: GraphQLInputObjectType) -> Coerce:
    key = (id(schema), type_.name)
    if key in _OBJECTS:
        return _OBJECTS[key]
    checks: dict[str, Coerce] = {}
    defaults: dict[str, Any] = {}
    needed: set[str] = set()

    def run(value: Any, path: Path, problems: Problems) -> Any:
        if value is None:
            return None
        if not isinstance(value, dict):
            problems.append((path, f"Expected {value!r} to be a key-value object."))
            return None
        out = dict(defaults)
        for name, one in value.items():
            check = checks.get(name)
            if check is None:
                problems.append(((path, name), f"Field is not defined on {type_.name}"))
            else:
                out[name] = check(one, (path, name), problems)
        if not needed <= value.keys():
            problems += [((path, name), "Expected value to not be null") for name in sorted(needed - value.keys())]
        if type_.is_one_of and sum(one is not None for one in value.values()) != 1:
            problems.append((path, f"'{type_.name}' requires exactly one argument, but {len(value)} were provided."))
        return out

    _OBJECTS[key] = run  # before its fields: a type may hold itself
    for name, field in type_.fields.items():
        checks[name] = _coerce(schema, field.type, name)
        if field.default_value is not Undefined:
            defaults[name] = field.default_value
        elif isinstance(field.type, GraphQLNonNull):
            needed.add(name)
    return run


def _string(value: Any, path: Path, problems: Problems) -> Any:
    if not isinstance(value, str):
        problems.append((path, f"Could not coerce value {_shown(value)} to String"))
    return value


def _int(value: Any, path: Path, problems: Problems) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float) or int(value) != value:
        problems.append((path, f"Could not coerce value {_shown(value)} to Int"))
        return None
    if not -(2**31) <= value < 2**31:
        problems.append((path, f"Could not coerce value {_shown(value)} to Int"))
    return int(value)


def _float(value: Any, path: Path, problems: Problems) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        problems.append((path, f"Could not coerce value {_shown(value)} to Float"))
        return None
    return float(value)


def _boolean(value: Any, path: Path, problems: Problems) -> Any:
    if not isinstance(value, bool):
        problems.append((path, f"Could not coerce value {_shown(value)} to Boolean"))
    return value


def _id(value: Any, path: Path, problems: Problems) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int):
        problems.append((path, f"Could not coerce value {_shown(value)} to ID"))
        return None
    return str(value)


def _decimal(value: Any, path: Path, problems: Problems) -> Any:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
    problems.append((path, f"Could not coerce value {_shown(value)} to Decimal"))
    return None


_ZONED = re.compile(r"(Z|[+-]\d\d:?\d\d)$")


def _moment(value: Any, path: Path, problems: Problems) -> Any:
    try:
        text = value if _ZONED.search(value) else value + "Z"
        return datetime.fromisoformat(text)
    except (TypeError, ValueError):
        problems.append((path, f"invalid DateTime '{value}'"))
        return None


def _any(value: Any, _path: Path, _problems: Problems) -> Any:
    return value


def _shown(value: Any) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def literal(scalar: str, value: Any) -> Any:
    """A scalar written in the document itself; validation asks for it. Raises GraphQLError for what it cannot be."""
    problems: Problems = []
    found = _SCALARS[scalar](value, None, problems)
    if problems:
        raise GraphQLError(problems[0][1])
    return found


_SCALARS: dict[str, Coerce] = {
    "String": _string, "Int": _int, "Float": _float, "Boolean": _boolean, "ID": _id, "Decimal": _decimal,
    "Money": _decimal, "DateTime": _moment, "URL": _string, "HTML": _string, "UnsignedInt64": _any, "JSON": _any,
}  # fmt: skip
