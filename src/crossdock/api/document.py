"""The OpenAPI document: what ninja makes of the endpoints, with what they all have in common.

Not here: any one endpoint.
"""

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from crossdock.api import examples, once
from crossdock.api.caller import MERCHANTS, NEEDS
from crossdock.api.problems import MEDIA_TYPE

PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457. `code` is stable; `errors` names the inputs to mend.",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "detail")},
            },
        },
    },
    "example": {
        "type": "urn:crossdock:problem:not_in_that_state",
        "title": "Conflict",
        "status": 409,
        "code": "not_in_that_state",
        "detail": "the vendor order is linked",
        "errors": [],
    },
}
REFUSALS = {
    "400": "The body cannot be read.",
    "401": "No token that is valid.",
    "403": "The token's scopes do not reach this.",
    "404": "There is nothing here that this token may see.",
    "405": "This address does not take that method.",
    "409": "It cannot be done now, or not any more.",
    "413": "The body is too large.",
    "422": "Something in the request is to be mended.",
    "429": "Asked too often; Retry-After says when to ask again.",
}
OF_READING = ("401", "403", "404", "405", "409", "422", "429")
KEY = {
    "in": "header",
    "name": once.HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": once.LONGEST, "pattern": "^[!-~]+$"},
    "description": "The same key again is answered as before, for a day, and nothing is done twice.",
}


def document(made: OpenAPISchema, api: NinjaAPI) -> OpenAPISchema:
    """Adds the token, problems, keys of writes, and each endpoint's scope."""
    views = {
        f"{method.lower()} {made_path(made, bound.prefix, path)}": operation.view_func
        for bound in api._get_bound_routers()
        for path, view in bound.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    parts = made["components"]
    parts.setdefault("schemas", {})["Problem"] = PROBLEM
    examples.show(parts["schemas"])
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "cdk_..."}}
    parts["responses"] = {f"P{status}": _problem(words) for status, words in REFUSALS.items()}
    made["security"] = [{"token": []}]
    for path, methods in made["paths"].items():
        for method, told in methods.items():
            _complete(told, method, views.get(f"{method} {path}"))
    return made


def made_path(made: OpenAPISchema, prefix: str, path: str) -> str:
    joined = "/".join(part.strip("/") for part in (made.path_prefix, prefix, path) if part.strip("/"))
    return "/" + joined.replace("int:", "")


def _problem(words: str) -> dict[str, Any]:
    return {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def _complete(told: dict[str, Any], method: str, view: Any) -> None:
    reads = method == "get"
    for status in OF_READING if reads else REFUSALS:
        told["responses"].setdefault(status, {"$ref": f"#/components/responses/P{status}"})
    if not reads:
        told["parameters"] = [*told.get("parameters", []), KEY]
    scope = getattr(view, NEEDS, "")
    if scope:
        who = " Not for vendors' tokens." if getattr(view, MERCHANTS, False) else ""
        told["x-scope"] = scope
        told["description"] = f"{told.get('description', '')}\n\nScope: `{scope}`.{who}".strip()
