"""The shapes in which Shopify refuses (FACTS section 2): top-level errors, and graphql-core's messages turned into its.

Not for userErrors: each mutation makes its own.
"""

import re
from typing import Any

from graphql import GraphQLError

from crossdock_sandbox.shopify.variables import Problems, spelled

Shape = dict[str, Any]


class Refusal(Exception):
    """A top-level error of one root field: the field is null, the rest is served."""

    def __init__(self, message: str, code: str, **extensions: Any) -> None:
        super().__init__(message)
        self.message, self.extensions = message, {"code": code, **extensions}

    def shape(self, key: str) -> Shape:
        return {"message": self.message, "extensions": self.extensions, "path": [key]}


def access_denied(field: str, scope: str) -> Refusal:
    return Refusal(
        f"Access denied for {field} field. Required access: `{scope}` access scope.",
        "ACCESS_DENIED",
        documentation="https://shopify.dev/api/usage/access-scopes",
        requiredAccess=f"`{scope}` access scope.",
    )


def invalid_id(value: str) -> Refusal:
    return Refusal("invalid id", "RESOURCE_NOT_FOUND", value=value)


THROTTLED: Shape = {
    "message": "Throttled",
    "extensions": {"code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"},
}


def too_dear(cost: int, limit: int) -> Shape:
    return {
        "message": f"Query cost is {cost}, which exceeds the single query max cost limit ({limit}).",
        "extensions": {
            "code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": limit,
            "documentation": "https://shopify.dev/api/usage/rate-limits",
        },
    }  # fmt: skip


def internal_error(request_id: str) -> Shape:
    return {
        "message": "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {request_id} (include this in support requests).",
        "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id},
    }


def invalid_variable(name: str, spelling: str, value: Any, given: Problems) -> Shape:
    problems = [(spelled(path), words) for path, words in given]
    message = f"Variable ${name} of type {spelling} was provided invalid value"
    named = [f"{'.'.join(map(str, path))} ({words})" for path, words in problems if path]
    if named:
        message += " for " + ", ".join(named)
    explained = [{"path": path, "explanation": words} for path, words in problems]
    return {"message": message, "extensions": {"code": "INVALID_VARIABLE", "value": value, "problems": explained}}


_KNOWN: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (r"Cannot query field '(\w+)' on type '(\w+)'", "undefinedField", "Field '{0}' doesn't exist on type '{1}'",
     ("fieldName", "typeName")),
    (r"Unknown argument '(\w+)' on field '(\w+)\.(\w+)'", "argumentNotAccepted",
     "Field '{2}' doesn't accept argument '{0}'", ("argumentName", "typeName", "name")),
    (r"Unknown argument '(\w+)' on directive '@(\w+)'", "argumentNotAccepted",
     "Directive '{1}' doesn't accept argument '{0}'", ("argumentName", "name")),
    (r"Argument '\w+\.(\w+)\((\w+):\)' of type '\S+' is required", "missingRequiredArguments",
     "Field '{0}' is missing required arguments: {1}", ("name", "arguments")),
    (r"Argument '@(\w+)\((\w+):\)' of type '\S+' is required", "missingRequiredArguments",
     "Directive '{0}' is missing required arguments: {1}", ("name", "arguments")),
    (r"Field '(\w+)' of type '([\w!\[\]]+)' must have a selection", "selectionMismatch",
     "Field must have selections (field '{0}' returns {1} but has no selections. Did you mean '{0} {{ ... }}'?)",
     ("nodeName", "typeName")),
    (r"Field '(\w+)' must not have a selection since type '([\w!\[\]]+)'", "selectionMismatch",
     "Selections can't be made on scalars (field '{0}' returns {1} but has selections)", ("nodeName", "typeName")),
    (r"Variable '\$(\w+)' is never used", "variableNotUsed", "Variable ${0} is declared but not used",
     ("variableName",)),
    (r"Variable '\$(\w+)' is not defined", "variableNotDefined",
     "Variable ${0} is used by anonymous query but not declared", ("variableName",)),
    (r"Unknown directive '@(\w+)'", "undefinedDirective", "Directive @{0} is not defined", ("directiveName",)),
    (r"Unknown type '(\w+)'", "undefinedType", "{0} isn't a defined input type (on $)", ("typeName",)),
    (r"Expected value of type '(\w+)' to include required field '(\w+)'", "missingRequiredInputObjectAttribute",
     "Argument '{1}' on InputObject '{0}' is required.", ("inputObjectType", "argumentName")),
    (r"Expected value of type '(\w+)' not to include unknown field '(\w+)'", "argumentNotAccepted",
     "InputObject '{0}' doesn't accept argument '{1}'", ("name", "argumentName")),
    (r"Unknown fragment '(\w+)'", "useAndDefineFragment", "Fragment {0} was used, but not defined", ("fragmentName",)),
    (r"Within OneOf Input Object type '(\w+)'", "invalidOneOfInputObject",
     "'{0}' requires exactly one argument, but more were provided.", ("inputObjectType",)),
    (r"Variable '\$(\w+)' of type '([\w!\[\]]+)' used in position expecting type '([\w!\[\]]+)'",
     "variableMismatch", "Type mismatch on variable ${0} and argument ({1} / {2})",
     ("variableName", "typeName", "argumentName")),
)  # fmt: skip


def from_validation(error: GraphQLError) -> Shape:
    """graphql-core's error in Shopify's words and camelCase codes."""
    shape: Shape = {"message": error.message}
    if error.locations:
        shape["locations"] = [{"line": one.line, "column": one.column} for one in error.locations]
    if error.message.startswith("Syntax Error"):
        return {**shape, "message": f"syntax error, {error.message[14:]}", "extensions": {"code": "SYNTAX_ERROR"}}
    for pattern, code, words, names in _KNOWN:
        if found := re.search(pattern, error.message):
            parts = found.groups()
            shape["message"] = words.format(*parts)
            shape["extensions"] = {"code": code, **dict(zip(names, parts, strict=False))}
            return shape
    shape["extensions"] = {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"}
    return shape
