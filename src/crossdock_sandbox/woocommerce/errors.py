"""How the API refuses: a code, words and a status in one JSON shape. Not for HTML pages (`pages.py`)."""

from typing import Any

Json = dict[str, Any]


class RestError(Exception):
    """`more` goes into `data` beside the status; `bare`: `data` is only the number (refunds do that)."""

    def __init__(self, code: str, message: str, status: int, *, bare: bool = False, **more: Any) -> None:
        super().__init__(message)
        self.code, self.message, self.status, self.bare, self.more = code, message, status, bare, more

    def shape(self) -> Json:
        data: Any = self.status if self.bare else {"status": self.status, **self.more}
        shape = {"code": self.code, "message": self.message, "data": data}
        return shape | ({"additional_errors": []} if self.code == "internal_server_error" else {})


def invalid(problems: dict[str, tuple[str, str, Any]]) -> RestError:
    """Parameters by name: (code, words, data)."""
    details = {name: {"code": code, "message": words, "data": data} for name, (code, words, data) in problems.items()}
    params = {name: words for name, (_, words, _) in problems.items()}
    words = f"Invalid parameter(s): {', '.join(problems)}"
    return RestError("rest_invalid_param", words, 400, params=params, details=details)


def unknown(thing: str, status: int = 404) -> RestError:
    return RestError(f"woocommerce_rest_{thing}_invalid_id", "Invalid ID.", status)


def authentication(words: str) -> RestError:
    return RestError("woocommerce_rest_authentication_error", words, 401)


_NOT_ALLOWED = {
    "list": ("cannot_view", "Sorry, you cannot list resources."),
    "get": ("cannot_view", "Sorry, you cannot view this resource."),
    "create": ("cannot_create", "Sorry, you are not allowed to create resources."),
    "update": ("cannot_edit", "Sorry, you are not allowed to edit this resource."),
    "delete": ("cannot_delete", "Sorry, you are not allowed to delete this resource."),
    "batch": ("cannot_batch", "Sorry, you are not allowed to batch manipulate this resource."),
}


def not_allowed(act: str) -> RestError:
    code, words = _NOT_ALLOWED.get(act, _NOT_ALLOWED["list"])
    return RestError(f"woocommerce_rest_{code}", words, 401)
