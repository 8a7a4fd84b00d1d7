"""userErrors: how a mutation says which input it could not obey. Not for top-level errors (`refusals.py`)."""

from typing import Any

Json = dict[str, Any]


def user_error(message: str, field: list[str] | None, code: str | None = None) -> Json:
    return {"__typename": "UserError", "field": field, "message": message, "code": code}
