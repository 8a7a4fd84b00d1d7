"""A refusal of the API: status, type, subtype and words, in the one shape that every error has (FACTS section 9).

Not for faults: those are `misfortune.py`'s.
"""

from typing import Any

TYPES = {400: "INVALID_REQUEST_ERROR", 401: "AUTHORIZATION_ERROR", 402: "WEBSITE_EXPIRED", 403: "AUTHORIZATION_ERROR",
         404: "INVALID_REQUEST_ERROR", 405: "METHOD_NOT_ALLOWED", 409: "CONFLICT", 429: "TOO_MANY_REQUESTS",
         500: "SERVER_ERROR", 503: "SERVICE_UNAVAILABLE"}  # fmt: skip


class Refusal(Exception):
    def __init__(self, status: int, message: str, subtype: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.subtype = status, message, subtype

    def shape(self, context: str) -> dict[str, Any]:
        return {"type": TYPES[self.status], "subtype": self.subtype, "message": self.message, "details": None,
                "contextId": context}  # fmt: skip


def invalid(message: str, subtype: str = "INVALID_ARGUMENT") -> Refusal:
    return Refusal(400, message, subtype)


def missing(name: str) -> Refusal:
    return Refusal(400, f"{name} is required.", "MISSING_ARGUMENT")


def conflict(message: str, subtype: str | None) -> Refusal:
    return Refusal(409, message, subtype)


def absent(message: str, subtype: str = "INVALID_ARGUMENT") -> Refusal:
    return Refusal(404, message, subtype)
